/** Directories: making, removing, listing them, and where a process is. */
import { EBADF, EFAULT, EINVAL, ENAMETOOLONG, ENOENT, ENOTDIR, EOVERFLOW, EPERM, ERANGE } from "../../abi/errno.ts";
import { DIRENT, DIRENT64, OLD_DIRENT } from "../../abi/dirent.ts";
import { AT_FDCWD, O_PATH } from "../../abi/fcntl.ts";
import { PATH_MAX } from "../../abi/limits.ts";
import { isPrivileged } from "../../fs/credentials.ts";
import { lookup, type OpenFile } from "../../fs/index.ts";
import type { DirectoryEntry } from "../../fs/inode.ts";
import { makeDirectory, removeName } from "../../fs/names.ts";
import { maySearch, workingDirectory } from "../../fs/walk.ts";
import { binaryBytes } from "../../text.ts";
import type { Task } from "../task.ts";
import { bufferToFill, readPath } from "./guest-memory.ts";

export function sysMkdir(task: Task, path: number, mode: number): number {
  return sysMkdirat(task, AT_FDCWD, path, mode);
}

export function sysMkdirat(task: Task, directory: number, path: number, mode: number): number {
  const name = readPath(task, path);
  return typeof name === "number" ? name : makeDirectory(task, directory, name, mode);
}

export function sysRmdir(task: Task, path: number): number {
  const name = readPath(task, path);
  return typeof name === "number" ? name : removeName(task, AT_FDCWD, name, true);
}

export function sysChdir(task: Task, path: number): number {
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const found = lookup(task, AT_FDCWD, name);
  if (typeof found === "number") return found;
  const allowed = maySearch(found, task.credentials);
  if (allowed < 0) return allowed;
  task.cwd = found;
  return 0;
}

export function sysFchdir(task: Task, fd: number): number {
  const file = task.files.get(fd);
  if (file === undefined) return -EBADF;
  const allowed = maySearch(file.dentry, task.credentials);
  if (allowed < 0) return allowed;
  task.cwd = file.dentry;
  return 0;
}

/** The working directory stays where it is, outside perhaps (chroot(2)). */
export function sysChroot(task: Task, path: number): number {
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const found = lookup(task, AT_FDCWD, name);
  if (typeof found === "number") return found;
  const allowed = maySearch(found, task.credentials);
  if (allowed < 0) return allowed;
  if (!isPrivileged(task.credentials)) return -EPERM;
  task.root = found;
  return 0;
}

/** The length with the zero is the result; the C library's getcwd(3) gives the pointer. */
export function sysGetcwd(task: Task, address: number, size: number): number {
  const path = workingDirectory(task);
  if (typeof path === "number") return path;
  if (path.length + 1 > PATH_MAX) return -ENAMETOOLONG;
  if (path.length + 1 > size) return -ERANGE;
  return task.copyOut(address, binaryBytes(`${path}\0`)) ? path.length + 1 : -EFAULT;
}

export function sysGetdents64(task: Task, fd: number, address: number, size: number): number {
  return listDirectory(task, fd, address, size, (view, at, entry, next) => {
    const length = align(DIRENT64.d_name + entry.name.length + 1, DIRENT64.alignment);
    if (length > view.byteLength - at) return -EINVAL;
    view.setBigUint64(at + DIRENT64.d_ino, entry.inode, true);
    view.setBigUint64(at + DIRENT64.d_off, BigInt(next), true);
    view.setUint16(at + DIRENT64.d_reclen, length, true);
    view.setUint8(at + DIRENT64.d_type, entry.type);
    putName(view, at + DIRENT64.d_name, at + length, entry.name);
    return length;
  });
}

/** Inode numbers of more than 32 bits are EOVERFLOW here. */
export function sysGetdents(task: Task, fd: number, address: number, size: number): number {
  return listDirectory(task, fd, address, size, (view, at, entry, next) => {
    const length = align(DIRENT.d_name + entry.name.length + 2, DIRENT.alignment);
    if (length > view.byteLength - at) return -EINVAL;
    if (entry.inode > 0xffffffffn) return -EOVERFLOW;
    view.setUint32(at + DIRENT.d_ino, Number(entry.inode), true);
    view.setUint32(at + DIRENT.d_off, next, true);
    view.setUint16(at + DIRENT.d_reclen, length, true);
    putName(view, at + DIRENT.d_name, at + length, entry.name);
    view.setUint8(at + length - 1, entry.type);
    return length;
  });
}

/** readdir(2): one entry; the result is 1, or 0 at the end. */
export function sysReaddir(task: Task, fd: number, address: number): number {
  const listed = readEntries(task, fd);
  if (typeof listed === "number") return listed;
  const { file, entries } = listed;
  const entry = entries[file.position];
  if (entry === undefined) return 0;
  if (entry.inode > 0xffffffffn) return -EOVERFLOW;
  const bytes = new Uint8Array(OLD_DIRENT.d_name + entry.name.length + 1);
  const view = new DataView(bytes.buffer);
  view.setUint32(OLD_DIRENT.d_ino, Number(entry.inode), true);
  view.setUint32(OLD_DIRENT.d_offset, file.position, true);
  view.setUint16(OLD_DIRENT.d_namlen, entry.name.length, true);
  putName(view, OLD_DIRENT.d_name, bytes.length, entry.name);
  if (!task.copyOut(address, bytes)) return -EFAULT;
  file.position++;
  return 1;
}

/** Writes one entry at `at`, `next` being the position behind it: its length, or -errno. */
type PutEntry = (view: DataView, at: number, entry: DirectoryEntry, next: number) => number;

/** Writes as many entries as there is room for; -EINVAL if there is none for the first. */
function listDirectory(task: Task, fd: number, address: number, size: number, put: PutEntry): number {
  const listed = readEntries(task, fd);
  if (typeof listed === "number") return listed;
  const { file, entries } = listed;
  const target = bufferToFill(task, address, Math.min(size, 0x7fffffff));
  if (typeof target === "number") return file.position >= entries.length ? 0 : target;
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  let done = 0;
  for (; file.position < entries.length; file.position++) {
    const length = put(view, done, entries[file.position]!, file.position + 1);
    if (length < 0) return done > 0 ? done : length;
    done += length;
  }
  return done;
}

interface Listing {
  readonly file: OpenFile;
  readonly entries: readonly DirectoryEntry[];
}

function readEntries(task: Task, fd: number): Listing | number {
  const file = task.files.get(fd);
  if (file === undefined || (file.flags & O_PATH) !== 0) return -EBADF;
  if (!file.inode.isDirectory) return -ENOTDIR;
  if (file.dentry.deleted) return -ENOENT;
  const entries = file.entries();
  return typeof entries === "number" ? entries : { file, entries };
}

function align(length: number, alignment: number): number {
  return Math.ceil(length / alignment) * alignment;
}

/** The name, and zeros up to `end`. */
function putName(view: DataView, at: number, end: number, name: string): void {
  for (let i = 0; at + i < end; i++) view.setUint8(at + i, i < name.length ? name.charCodeAt(i) : 0);
}
