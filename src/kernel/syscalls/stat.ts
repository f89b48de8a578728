/** What is known of a file: the generations of stat, statx, access. */
import { EBADF, EINVAL, EOVERFLOW } from "../../abi/errno.ts";
import {
  AT_EACCESS,
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_NO_AUTOMOUNT,
  AT_STATX_SYNC_TYPE,
  AT_SYMLINK_NOFOLLOW,
  R_OK,
  W_OK,
  X_OK,
} from "../../abi/fcntl.ts";
import { MAX_NON_LFS } from "../../abi/limits.ts";
import {
  deviceMajor,
  deviceMinor,
  OLD_STAT,
  STAT,
  STAT64,
  STATX,
  STATX__RESERVED,
  STATX_ATTR_MOUNT_ROOT,
  STATX_BASIC_STATS,
  STATX_BTIME,
} from "../../abi/stat.ts";
import { NSEC_PER_SEC } from "../../abi/time.ts";
import { withRealIdentity } from "../../fs/credentials.ts";
import { lookup, type Attributes, type Dentry } from "../../fs/index.ts";
import { permission } from "../../fs/permissions.ts";
import type { Task } from "../task.ts";
import { readPath, writeStruct } from "./guest-memory.ts";

/** Writes what is known of a file in one of the layouts: 0, -EFAULT or -EOVERFLOW. */
type WriteStat = (task: Task, address: number, attributes: Attributes) => number;

/** What 16-bit ids show for those that do not fit (overflowuid). */
const OVERFLOW_ID = 65534;

function statPath(task: Task, at: number, path: number, flags: number, address: number, write: WriteStat): number {
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const options = { follow: (flags & AT_SYMLINK_NOFOLLOW) === 0, allowEmpty: (flags & AT_EMPTY_PATH) !== 0 };
  const found = lookup(task, at, name, options);
  return typeof found === "number" ? found : statDentry(task, found, address, write);
}

function statFile(task: Task, fd: number, address: number, write: WriteStat): number {
  const file = task.files.get(fd);
  return file === undefined ? -EBADF : statDentry(task, file.dentry, address, write);
}

function statDentry(task: Task, dentry: Dentry, address: number, write: WriteStat): number {
  const attributes = dentry.inode.attributes();
  return typeof attributes === "number" ? attributes : write(task, address, attributes);
}

function secondsOf(time: bigint): bigint {
  return (time - fractionOf(time)) / NSEC_PER_SEC;
}

/** 0 to 999999999, also before 1970. */
function fractionOf(time: bigint): bigint {
  return ((time % NSEC_PER_SEC) + NSEC_PER_SEC) % NSEC_PER_SEC;
}

function seconds32(time: bigint): number {
  return Number(BigInt.asIntN(32, secondsOf(time)));
}

/** cp_new_stat64: struct stat64. */
function writeStat64(task: Task, address: number, a: Attributes): number {
  return writeStruct(task, address, STAT64.size, (view) => {
    view.setUint32(STAT64.st_dev, a.device, true);
    view.setUint32(STAT64.__st_ino, Number(BigInt.asUintN(32, a.inode)), true);
    view.setUint32(STAT64.st_mode, a.mode, true);
    view.setUint32(STAT64.st_nlink, a.links, true);
    view.setUint32(STAT64.st_uid, a.uid, true);
    view.setUint32(STAT64.st_gid, a.gid, true);
    view.setUint32(STAT64.st_rdev, a.representedDevice, true);
    view.setBigInt64(STAT64.st_size, BigInt(a.size), true);
    view.setUint32(STAT64.st_blksize, a.blockSize, true);
    view.setBigInt64(STAT64.st_blocks, BigInt(a.blocks), true);
    view.setInt32(STAT64.st_atime, seconds32(a.accessed), true);
    view.setUint32(STAT64.st_atime_nsec, Number(fractionOf(a.accessed)), true);
    view.setInt32(STAT64.st_mtime, seconds32(a.modified), true);
    view.setUint32(STAT64.st_mtime_nsec, Number(fractionOf(a.modified)), true);
    view.setInt32(STAT64.st_ctime, seconds32(a.changed), true);
    view.setUint32(STAT64.st_ctime_nsec, Number(fractionOf(a.changed)), true);
    view.setBigUint64(STAT64.st_ino, a.inode, true);
  });
}

/** cp_new_stat: struct stat, EOVERFLOW for what does not fit. */
function writeStat(task: Task, address: number, a: Attributes): number {
  if (a.size > MAX_NON_LFS || a.inode > 0xffffffffn || a.links > 0xffff) return -EOVERFLOW;
  return writeStruct(task, address, STAT.size, (view) => {
    view.setUint32(STAT.st_dev, a.device, true);
    view.setUint32(STAT.st_ino, Number(a.inode), true);
    view.setUint16(STAT.st_mode, a.mode, true);
    view.setUint16(STAT.st_nlink, a.links, true);
    view.setUint16(STAT.st_uid, shortId(a.uid), true);
    view.setUint16(STAT.st_gid, shortId(a.gid), true);
    view.setUint32(STAT.st_rdev, a.representedDevice, true);
    view.setUint32(STAT.st_size, a.size, true);
    view.setUint32(STAT.st_blksize, a.blockSize, true);
    view.setUint32(STAT.st_blocks, a.blocks, true);
    view.setInt32(STAT.st_atime, seconds32(a.accessed), true);
    view.setUint32(STAT.st_atime_nsec, Number(fractionOf(a.accessed)), true);
    view.setInt32(STAT.st_mtime, seconds32(a.modified), true);
    view.setUint32(STAT.st_mtime_nsec, Number(fractionOf(a.modified)), true);
    view.setInt32(STAT.st_ctime, seconds32(a.changed), true);
    view.setUint32(STAT.st_ctime_nsec, Number(fractionOf(a.changed)), true);
  });
}

/** cp_old_stat: 16-bit devices as major * 256 + minor. */
function writeOldStat(task: Task, address: number, a: Attributes): number {
  if (a.size > MAX_NON_LFS || a.inode > 0xffffn || a.links > 0xffff) return -EOVERFLOW;
  if (a.device > 0xffff || a.representedDevice > 0xffff) return -EOVERFLOW;
  return writeStruct(task, address, OLD_STAT.size, (view) => {
    view.setUint16(OLD_STAT.st_dev, a.device, true);
    view.setUint16(OLD_STAT.st_ino, Number(a.inode), true);
    view.setUint16(OLD_STAT.st_mode, a.mode, true);
    view.setUint16(OLD_STAT.st_nlink, a.links, true);
    view.setUint16(OLD_STAT.st_uid, shortId(a.uid), true);
    view.setUint16(OLD_STAT.st_gid, shortId(a.gid), true);
    view.setUint16(OLD_STAT.st_rdev, a.representedDevice, true);
    view.setUint32(OLD_STAT.st_size, a.size, true);
    view.setInt32(OLD_STAT.st_atime, seconds32(a.accessed), true);
    view.setInt32(OLD_STAT.st_mtime, seconds32(a.modified), true);
    view.setInt32(OLD_STAT.st_ctime, seconds32(a.changed), true);
  });
}

function shortId(id: number): number {
  return id > 0xffff ? OVERFLOW_ID : id;
}

export function sysOldstat(task: Task, path: number, address: number): number {
  return statPath(task, AT_FDCWD, path, 0, address, writeOldStat);
}

export function sysOldlstat(task: Task, path: number, address: number): number {
  return statPath(task, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, address, writeOldStat);
}

export function sysOldfstat(task: Task, fd: number, address: number): number {
  return statFile(task, fd, address, writeOldStat);
}

export function sysStat(task: Task, path: number, address: number): number {
  return statPath(task, AT_FDCWD, path, 0, address, writeStat);
}

export function sysLstat(task: Task, path: number, address: number): number {
  return statPath(task, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, address, writeStat);
}

export function sysFstat(task: Task, fd: number, address: number): number {
  return statFile(task, fd, address, writeStat);
}

export function sysStat64(task: Task, path: number, address: number): number {
  return statPath(task, AT_FDCWD, path, 0, address, writeStat64);
}

export function sysLstat64(task: Task, path: number, address: number): number {
  return statPath(task, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, address, writeStat64);
}

export function sysFstat64(task: Task, fd: number, address: number): number {
  return statFile(task, fd, address, writeStat64);
}

export function sysFstatat64(task: Task, at: number, path: number, address: number, flags: number): number {
  const known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE;
  return (flags & ~known) !== 0 ? -EINVAL : statPath(task, at, path, flags, address, writeStat64);
}

export function sysStatx(task: Task, at: number, path: number, flags: number, mask: number, address: number): number {
  const known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE;
  if ((mask & STATX__RESERVED) !== 0 || (flags & ~known) !== 0) return -EINVAL;
  if ((flags & AT_STATX_SYNC_TYPE) === AT_STATX_SYNC_TYPE) return -EINVAL;
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const options = { follow: (flags & AT_SYMLINK_NOFOLLOW) === 0, allowEmpty: (flags & AT_EMPTY_PATH) !== 0 };
  const found = lookup(task, at, name, options);
  if (typeof found === "number") return found;
  const isMountRoot = found === found.inode.fileSystem.root;
  return statDentry(task, found, address, (_task, _address, a) => writeStatx(task, address, a, isMountRoot));
}

function writeStatx(task: Task, address: number, a: Attributes, isMountRoot: boolean): number {
  return writeStruct(task, address, STATX.size, (view) => {
    const time = (at: number, value: bigint) => {
      view.setBigInt64(at, secondsOf(value), true);
      view.setUint32(at + 8, Number(fractionOf(value)), true);
    };
    const device = (major: number, value: number) => {
      view.setUint32(major, deviceMajor(value), true);
      view.setUint32(major + 4, deviceMinor(value), true);
    };
    view.setUint32(STATX.stx_mask, STATX_BASIC_STATS | (a.born === undefined ? 0 : STATX_BTIME), true);
    view.setUint32(STATX.stx_blksize, a.blockSize, true);
    view.setUint32(STATX.stx_attributes, isMountRoot ? STATX_ATTR_MOUNT_ROOT : 0, true);
    view.setUint32(STATX.stx_attributes_mask, STATX_ATTR_MOUNT_ROOT, true);
    view.setUint32(STATX.stx_nlink, a.links, true);
    view.setUint32(STATX.stx_uid, a.uid, true);
    view.setUint32(STATX.stx_gid, a.gid, true);
    view.setUint16(STATX.stx_mode, a.mode, true);
    view.setBigUint64(STATX.stx_ino, a.inode, true);
    view.setBigInt64(STATX.stx_size, BigInt(a.size), true);
    view.setBigInt64(STATX.stx_blocks, BigInt(a.blocks), true);
    time(STATX.stx_atime, a.accessed);
    time(STATX.stx_mtime, a.modified);
    time(STATX.stx_ctime, a.changed);
    if (a.born !== undefined) time(STATX.stx_btime, a.born);
    device(STATX.stx_rdev_major, a.representedDevice);
    device(STATX.stx_dev_major, a.device);
  });
}

export function sysAccess(task: Task, path: number, mode: number): number {
  return sysFaccessat2(task, AT_FDCWD, path, mode, 0);
}

/** The call has no flags: the C library's faccessat(3) had to make do (faccessat(2)). */
export function sysFaccessat(task: Task, at: number, path: number, mode: number): number {
  return sysFaccessat2(task, at, path, mode, 0);
}

/** The whole walk is done as the real user, unless AT_EACCESS. */
export function sysFaccessat2(task: Task, at: number, path: number, mode: number, flags: number): number {
  if ((mode & ~(R_OK | W_OK | X_OK)) !== 0) return -EINVAL;
  if ((flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) !== 0) return -EINVAL;
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const { root, cwd, files, umask } = task;
  const credentials = (flags & AT_EACCESS) !== 0 ? task.credentials : withRealIdentity(task.credentials);
  const options = { follow: (flags & AT_SYMLINK_NOFOLLOW) === 0, allowEmpty: (flags & AT_EMPTY_PATH) !== 0 };
  const found = lookup({ root, cwd, files, umask, credentials }, at, name, options);
  if (typeof found === "number") return found;
  // X_OK, W_OK and R_OK are MAY_EXEC, MAY_WRITE and MAY_READ.
  return permission(found.inode, mode, credentials);
}
