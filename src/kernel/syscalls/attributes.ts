/** Changing modes, owners and times. */
import { EACCES, EBADF, EFAULT, EINVAL, EPERM, EROFS } from "../../abi/errno.ts";
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_PATH } from "../../abi/fcntl.ts";
import { S_IALLUGO, S_ISGID, S_ISUID, S_IXGRP, UTIME_NOW, UTIME_OMIT } from "../../abi/stat.ts";
import { NSEC_PER_SEC } from "../../abi/time.ts";
import { inGroup, isPrivileged } from "../../fs/credentials.ts";
import { lookup, type Dentry } from "../../fs/index.ts";
import { isOwner, MAY_WRITE, permission } from "../../fs/permissions.ts";
import type { Task } from "../task.ts";
import { readPath } from "./guest-memory.ts";

/** What `path` names, or -errno. */
function find(task: Task, at: number, path: number, flags: number): Dentry | number {
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const options = { follow: (flags & AT_SYMLINK_NOFOLLOW) === 0, allowEmpty: (flags & AT_EMPTY_PATH) !== 0 };
  return lookup(task, at, name, options);
}

/** What `fd` is open on; -EBADF for a descriptor that only names a place. */
function opened(task: Task, fd: number): Dentry | number {
  const file = task.files.get(fd);
  return file === undefined || (file.flags & O_PATH) !== 0 ? -EBADF : file.dentry;
}

export function sysChmod(task: Task, path: number, mode: number): number {
  return sysFchmodat(task, AT_FDCWD, path, mode);
}

export function sysFchmodat(task: Task, at: number, path: number, mode: number): number {
  return changeMode(task, find(task, at, path, 0), mode);
}

export function sysFchmod(task: Task, fd: number, mode: number): number {
  return changeMode(task, opened(task, fd), mode);
}

/** The set-group-ID bit is for members of the group. */
function changeMode(task: Task, found: Dentry | number, mode: number): number {
  if (typeof found === "number") return found;
  const { inode } = found;
  const { credentials } = task;
  if (inode.fileSystem.readOnly) return -EROFS;
  if (!isOwner(inode, credentials)) return -EPERM;
  const member = inGroup(credentials, inode.gid) || isPrivileged(credentials);
  return inode.setAttributes({ permissions: mode & S_IALLUGO & (member ? ~0 : ~S_ISGID) });
}

/** Ids of the old calls are 16-bit; 0xffff means 'as it is', as 0xffffffff does in the new ones. */
function widen(id: number): number {
  return (id & 0xffff) === 0xffff ? 0xffffffff : id & 0xffff;
}

export function sysChown16(task: Task, path: number, uid: number, gid: number): number {
  return changeOwner(task, find(task, AT_FDCWD, path, 0), widen(uid), widen(gid));
}

export function sysLchown16(task: Task, path: number, uid: number, gid: number): number {
  return changeOwner(task, find(task, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW), widen(uid), widen(gid));
}

export function sysFchown16(task: Task, fd: number, uid: number, gid: number): number {
  return changeOwner(task, opened(task, fd), widen(uid), widen(gid));
}

export function sysChown32(task: Task, path: number, uid: number, gid: number): number {
  return changeOwner(task, find(task, AT_FDCWD, path, 0), uid, gid);
}

export function sysLchown32(task: Task, path: number, uid: number, gid: number): number {
  return changeOwner(task, find(task, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW), uid, gid);
}

export function sysFchown32(task: Task, fd: number, uid: number, gid: number): number {
  return changeOwner(task, opened(task, fd), uid, gid);
}

export function sysFchownat(task: Task, at: number, path: number, uid: number, gid: number, flags: number): number {
  if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) !== 0) return -EINVAL;
  return changeOwner(task, find(task, at, path, flags), uid, gid);
}

/** Only root gives files away; an owner may choose among his groups. Set-ID bits of files go (chown(2)). */
function changeOwner(task: Task, found: Dentry | number, uid: number, gid: number): number {
  if (typeof found === "number") return found;
  const { inode } = found;
  const { credentials } = task;
  if (inode.fileSystem.readOnly) return -EROFS;
  const owner = credentials.fsuid === inode.uid;
  const newUid = uid === 0xffffffff ? undefined : uid;
  const newGid = gid === 0xffffffff ? undefined : gid;
  const mayUid = newUid === undefined || (owner && newUid === inode.uid);
  const mayGid = newGid === undefined || (owner && (newGid === inode.gid || inGroup(credentials, newGid)));
  if (!isPrivileged(credentials) && (!mayUid || !mayGid)) return -EPERM;
  const setIds = S_ISUID | ((inode.mode & S_IXGRP) !== 0 ? S_ISGID : 0);
  const loses = !inode.isDirectory && (inode.mode & setIds) !== 0;
  return inode.setAttributes({
    ...(newUid === undefined ? {} : { uid: newUid }),
    ...(newGid === undefined ? {} : { gid: newGid }),
    ...(loses ? { permissions: inode.mode & S_IALLUGO & ~setIds } : {}),
  });
}

/** One of the two times of utimensat: a moment, the present, or left as it is. */
type Time = bigint | "now" | "omit";

/** utime(2): struct utimbuf, two 32-bit seconds; no pointer means now. */
export function sysUtime(task: Task, path: number, times: number): number {
  if (times === 0) return changeTimes(task, find(task, AT_FDCWD, path, 0), ["now", "now"]);
  const read = readTimes(task, times, 4, (at) => BigInt(task.machine.view.getInt32(at, true)) * NSEC_PER_SEC);
  return typeof read === "number" ? read : changeTimes(task, find(task, AT_FDCWD, path, 0), read);
}

export function sysUtimes(task: Task, path: number, times: number): number {
  return sysFutimesat(task, AT_FDCWD, path, times);
}

/** Two struct timevals. */
export function sysFutimesat(task: Task, at: number, path: number, times: number): number {
  const dentry = () => (path === 0 ? opened(task, at) : find(task, at, path, 0));
  if (times === 0) return changeTimes(task, dentry(), ["now", "now"]);
  const { view } = task.machine;
  const read = readTimes(task, times, 8, (address) => {
    const micros = view.getInt32(address + 4, true);
    if (micros < 0 || micros >= 1_000_000) return null;
    return BigInt(view.getInt32(address, true)) * NSEC_PER_SEC + BigInt(micros) * 1000n;
  });
  return typeof read === "number" ? read : changeTimes(task, dentry(), read);
}

/** Two 32-bit struct timespecs. */
export function sysUtimensat(task: Task, at: number, path: number, times: number, flags: number): number {
  const { view } = task.machine;
  return utimensat(task, at, path, times, flags, 8, (address) => {
    return timeOf(BigInt(view.getInt32(address, true)), view.getInt32(address + 4, true));
  });
}

/** Two struct __kernel_timespecs. */
export function sysUtimensatTime64(task: Task, at: number, path: number, times: number, flags: number): number {
  const { view } = task.machine;
  return utimensat(task, at, path, times, flags, 16, (address) => {
    return timeOf(view.getBigInt64(address, true), view.getInt32(address + 8, true));
  });
}

function utimensat(
  task: Task,
  at: number,
  path: number,
  times: number,
  flags: number,
  size: number,
  read: (address: number) => Time | null,
): number {
  const both = times === 0 ? (["now", "now"] as const) : readTimes(task, times, size, read);
  if (typeof both === "number") return both;
  if (both[0] === "omit" && both[1] === "omit") return 0;
  if ((flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) !== 0) return -EINVAL;
  if (path !== 0) return changeTimes(task, find(task, at, path, flags), both);
  // Without a path it is futimens: the descriptor itself, and no flags.
  if (at === AT_FDCWD) return -EFAULT;
  return flags === 0 ? changeTimes(task, opened(task, at), both) : -EINVAL;
}

function timeOf(seconds: bigint, nanoseconds: number): Time | null {
  if (nanoseconds === UTIME_NOW) return "now";
  if (nanoseconds === UTIME_OMIT) return "omit";
  if (nanoseconds < 0 || nanoseconds > 999_999_999) return null;
  return seconds * NSEC_PER_SEC + BigInt(nanoseconds);
}

/** Two times of `size` bytes each: -EFAULT, or -EINVAL where `read` gives null. */
function readTimes(
  task: Task,
  address: number,
  size: number,
  read: (address: number) => Time | null,
): readonly [Time, Time] | number {
  if (task.readable(address, 2 * size) === null) return -EFAULT;
  const [accessed, modified] = [read(address), read(address + size)];
  return accessed === null || modified === null ? -EINVAL : [accessed, modified];
}

/** 'Now' for both needs only the right to write; anything else is the owner's (utimensat(2)). */
function changeTimes(task: Task, found: Dentry | number, [accessed, modified]: readonly [Time, Time]): number {
  if (typeof found === "number") return found;
  const { inode } = found;
  if (inode.fileSystem.readOnly) return -EROFS;
  if (!isOwner(inode, task.credentials)) {
    if (accessed !== "now" || modified !== "now") return -EPERM;
    if (permission(inode, MAY_WRITE, task.credentials) < 0) return -EACCES;
  }
  const now = task.kernel.clock.realtime();
  const moment = (time: bigint | "now") => (time === "now" ? now : time);
  return inode.setAttributes({
    ...(accessed === "omit" ? {} : { accessed: moment(accessed) }),
    ...(modified === "omit" ? {} : { modified: moment(modified) }),
  });
}
