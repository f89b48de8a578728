/** What is known of a file system: statfs(2) in its two layouts. */
import { EBADF, EINVAL, EOVERFLOW } from "../../abi/errno.ts";
import { AT_FDCWD } from "../../abi/fcntl.ts";
import { ST_RDONLY, ST_RELATIME, ST_VALID, STATFS, STATFS64 } from "../../abi/statfs.ts";
import { lookup, type FileSystem } from "../../fs/index.ts";
import type { Task } from "../task.ts";
import { readPath, writeStruct } from "./guest-memory.ts";

type WriteStatistics = (task: Task, address: number, system: FileSystem) => number;

function statfsPath(task: Task, path: number, address: number, write: WriteStatistics): number {
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const found = lookup(task, AT_FDCWD, name);
  return typeof found === "number" ? found : write(task, address, found.inode.fileSystem);
}

function statfsFile(task: Task, fd: number, address: number, write: WriteStatistics): number {
  const file = task.files.get(fd);
  return file === undefined ? -EBADF : write(task, address, file.inode.fileSystem);
}

function writeStatfs(task: Task, address: number, system: FileSystem): number {
  const s = system.statistics();
  if (Math.max(s.blocks, s.blocksFree, s.files, s.filesFree) > 0xffffffff) return -EOVERFLOW;
  return writeStruct(task, address, STATFS.size, (view) => {
    view.setUint32(STATFS.f_type, s.type, true);
    view.setUint32(STATFS.f_bsize, s.blockSize, true);
    view.setUint32(STATFS.f_blocks, s.blocks, true);
    view.setUint32(STATFS.f_bfree, s.blocksFree, true);
    view.setUint32(STATFS.f_bavail, s.blocksFree, true);
    view.setUint32(STATFS.f_files, s.files, true);
    view.setUint32(STATFS.f_ffree, s.filesFree, true);
    view.setUint32(STATFS.f_fsid, system.device, true);
    view.setUint32(STATFS.f_namelen, s.nameLength, true);
    view.setUint32(STATFS.f_frsize, s.blockSize, true);
    view.setUint32(STATFS.f_flags, mountFlags(system), true);
  });
}

function writeStatfs64(task: Task, address: number, system: FileSystem): number {
  const s = system.statistics();
  return writeStruct(task, address, STATFS64.size, (view) => {
    view.setUint32(STATFS64.f_type, s.type, true);
    view.setUint32(STATFS64.f_bsize, s.blockSize, true);
    view.setBigUint64(STATFS64.f_blocks, BigInt(s.blocks), true);
    view.setBigUint64(STATFS64.f_bfree, BigInt(s.blocksFree), true);
    view.setBigUint64(STATFS64.f_bavail, BigInt(s.blocksFree), true);
    view.setBigUint64(STATFS64.f_files, BigInt(s.files), true);
    view.setBigUint64(STATFS64.f_ffree, BigInt(s.filesFree), true);
    view.setUint32(STATFS64.f_fsid, system.device, true);
    view.setUint32(STATFS64.f_namelen, s.nameLength, true);
    view.setUint32(STATFS64.f_frsize, s.blockSize, true);
    view.setUint32(STATFS64.f_flags, mountFlags(system), true);
  });
}

function mountFlags(system: FileSystem): number {
  return ST_VALID | ST_RELATIME | (system.readOnly ? ST_RDONLY : 0);
}

export function sysStatfs(task: Task, path: number, address: number): number {
  return statfsPath(task, path, address, writeStatfs);
}

export function sysFstatfs(task: Task, fd: number, address: number): number {
  return statfsFile(task, fd, address, writeStatfs);
}

export function sysStatfs64(task: Task, path: number, size: number, address: number): number {
  return size === STATFS64.size ? statfsPath(task, path, address, writeStatfs64) : -EINVAL;
}

export function sysFstatfs64(task: Task, fd: number, size: number, address: number): number {
  return size === STATFS64.size ? statfsFile(task, fd, address, writeStatfs64) : -EINVAL;
}
