/** Opening and closing files, and the descriptors that stand for them. */
import { EBADF, EFAULT, EINVAL, EPERM, ERESTARTSYS } from "../../abi/errno.ts";
import {
  AT_FDCWD,
  F_DUPFD,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_GETLK,
  F_GETLK64,
  F_GETOWN,
  F_GETPIPE_SZ,
  F_GETSIG,
  F_OFD_GETLK,
  F_OFD_SETLK,
  F_OFD_SETLKW,
  F_RDLCK,
  F_SETFD,
  F_SETFL,
  F_SETLK,
  F_SETLK64,
  F_SETLKW,
  F_SETLKW64,
  F_SETOWN,
  F_SETPIPE_SZ,
  F_SETSIG,
  F_UNLCK,
  F_WRLCK,
  FD_CLOEXEC,
  FLOCK,
  FLOCK64,
  LOCK_EX,
  LOCK_MAND,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECT,
  O_NOATIME,
  O_NONBLOCK,
  O_PATH,
  O_TMPFILE_BIT,
  O_TRUNC,
  O_WRONLY,
  SEEK_END,
} from "../../abi/fcntl.ts";
import { POLLIN } from "../../abi/poll.ts";
import { openPath, type OpenFile } from "../../fs/index.ts";
import { PipeEnd } from "../../fs/pipe.ts";
import type { Task } from "../task.ts";
import { waitFor } from "./blocking.ts";
import { readPath, signed } from "./guest-memory.ts";

const CLOSE_RANGE_UNSHARE = 2;
const CLOSE_RANGE_CLOEXEC = 4;
/** What F_SETFL changes (linux/fs/fcntl.c SETFL_MASK). */
const SETFL_MASK = O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME;
/** F_SETPIPE_SZ goes up to this (pipe-max-size), for root too. */
const PIPE_MAX_SIZE = 1 << 20;

export function sysOpen(task: Task, path: number, flags: number, mode: number): number | Promise<number> {
  return sysOpenat(task, AT_FDCWD, path, flags, mode);
}

export function sysCreat(task: Task, path: number, mode: number): number | Promise<number> {
  return sysOpenat(task, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/** The mode counts only if a file may be made. The descriptor is found first, so that EMFILE makes no file. */
export function sysOpenat(
  task: Task,
  directory: number,
  path: number,
  flags: number,
  mode: number,
): number | Promise<number> {
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const free = task.files.lowestFreeFrom(0);
  if (free < 0) return free;
  const permissions = (flags & (O_CREAT | O_TMPFILE_BIT)) === 0 ? 0 : mode;
  const file = openPath(task, directory, name, flags, permissions);
  if (typeof file === "number") return file;
  const closeOnExec = (flags & O_CLOEXEC) !== 0;
  return file.isOpened ? task.files.add(file, closeOnExec) : openLater(task, file, closeOnExec);
}

/** A fifo is open when somebody has opened its other end. */
async function openLater(task: Task, file: OpenFile, closeOnExec: boolean): Promise<number> {
  file.retain();
  let result = 0;
  while (result === 0 && !file.isOpened) {
    if (!(await waitFor(task, file, POLLIN))) result = -ERESTARTSYS;
  }
  if (result === 0) result = task.files.add(file, closeOnExec);
  file.release();
  return result;
}

export function sysClose(task: Task, fd: number): number {
  return task.files.close(fd);
}

/** There is one process to share a table with, so that UNSHARE changes nothing. */
export function sysCloseRange(task: Task, first: number, last: number, flags: number): number {
  if ((flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) !== 0 || first > last) return -EINVAL;
  for (const fd of task.files.numbers()) {
    if (fd < first || fd > last) continue;
    if ((flags & CLOSE_RANGE_CLOEXEC) !== 0) task.files.setCloseOnExec(fd, true);
    else task.files.close(fd);
  }
  return 0;
}

export function sysDup(task: Task, fd: number): number {
  const file = task.files.get(fd);
  return file === undefined ? -EBADF : task.files.add(file);
}

export function sysDup2(task: Task, fd: number, wanted: number): number {
  const file = task.files.get(fd);
  if (file === undefined) return -EBADF;
  return fd === wanted ? fd : task.files.put(wanted, file);
}

export function sysDup3(task: Task, fd: number, wanted: number, flags: number): number {
  if ((flags & ~O_CLOEXEC) !== 0 || fd === wanted) return -EINVAL;
  const file = task.files.get(fd);
  return file === undefined ? -EBADF : task.files.put(wanted, file, flags !== 0);
}

export function sysPipe(task: Task, fds: number): number {
  return sysPipe2(task, fds, 0);
}

export function sysPipe2(task: Task, fds: number, flags: number): number {
  if ((flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT)) !== 0) return -EINVAL;
  const closeOnExec = (flags & O_CLOEXEC) !== 0;
  const ends = task.kernel.namespace.anonymous.pipe(task.credentials, flags & ~O_CLOEXEC);
  const numbers: number[] = [];
  let result = 0;
  for (const end of ends) {
    const fd = task.files.add(end, closeOnExec);
    if (fd < 0) result = fd;
    else numbers.push(fd);
  }
  if (result === 0) {
    const bytes = new Uint8Array(new Uint32Array(numbers).buffer);
    if (!task.copyOut(fds, bytes)) result = -EFAULT;
  }
  if (result < 0) for (const fd of numbers) task.files.close(fd);
  return result;
}

/** fcntl(2) and fcntl64(2): they differ only in that the old one once did not know large files' locks. */
export function sysFcntl(task: Task, fd: number, command: number, argument: number): number {
  const file = task.files.get(fd);
  if (file === undefined) return -EBADF;
  switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      return duplicate(task, file, argument, command === F_DUPFD_CLOEXEC);
    case F_GETFD:
      return task.files.isCloseOnExec(fd) ? FD_CLOEXEC : 0;
    case F_SETFD:
      task.files.setCloseOnExec(fd, (argument & FD_CLOEXEC) !== 0);
      return 0;
    case F_GETFL:
      return file.flags;
    default:
      return (file.flags & O_PATH) !== 0 ? -EBADF : controlFile(task, file, command, argument);
  }
}

function duplicate(task: Task, file: OpenFile, minimum: number, closeOnExec: boolean): number {
  return minimum >= task.files.highest ? -EINVAL : task.files.add(file, closeOnExec, minimum);
}

function controlFile(task: Task, file: OpenFile, command: number, argument: number): number {
  switch (command) {
    case F_SETFL:
      file.flags = (file.flags & ~SETFL_MASK) | (argument & SETFL_MASK);
      return 0;
    case F_GETLK:
      return testLock(task, file, argument, FLOCK);
    case F_SETLK:
    case F_SETLKW:
      return setLock(task, file, argument, FLOCK);
    case F_GETLK64:
    case F_OFD_GETLK:
      return testLock(task, file, argument, FLOCK64);
    case F_SETLK64:
    case F_SETLKW64:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
      return setLock(task, file, argument, FLOCK64);
    case F_GETPIPE_SZ:
      return file instanceof PipeEnd ? file.pipe.capacity : -EBADF;
    case F_SETPIPE_SZ:
      return file instanceof PipeEnd ? resizePipe(file, argument) : -EBADF;
    case F_SETOWN:
    case F_SETSIG:
    case F_GETOWN:
    case F_GETSIG:
      // Nothing sends SIGIO, so that the owner is never asked for.
      return 0;
    default:
      return -EINVAL;
  }
}

function resizePipe(file: PipeEnd, wanted: number): number {
  if (wanted > 0x7fffffff) return -EINVAL;
  let capacity = 4096;
  while (capacity < wanted) capacity *= 2;
  return capacity > PIPE_MAX_SIZE ? -EPERM : file.pipe.resize(capacity);
}

interface LockRequest {
  readonly type: number;
  readonly whence: number;
}

function readLock(task: Task, address: number, layout: typeof FLOCK | typeof FLOCK64): LockRequest | number {
  if (task.readable(address, layout.size) === null) return -EFAULT;
  const { view } = task.machine;
  const type = view.getInt16(address + layout.l_type, true);
  const whence = view.getInt16(address + layout.l_whence, true);
  return whence < 0 || whence > SEEK_END ? -EINVAL : { type, whence };
}

/** Locks of a process never stand in its own way, and there is no other: nothing is locked. */
function testLock(task: Task, _file: OpenFile, address: number, layout: typeof FLOCK | typeof FLOCK64): number {
  const lock = readLock(task, address, layout);
  if (typeof lock === "number") return lock;
  if (lock.type !== F_RDLCK && lock.type !== F_WRLCK) return -EINVAL;
  const type = task.writable(address + layout.l_type, 2);
  if (type === null) return -EFAULT;
  type.set([F_UNLCK, 0]);
  return 0;
}

function setLock(task: Task, file: OpenFile, address: number, layout: typeof FLOCK | typeof FLOCK64): number {
  const lock = readLock(task, address, layout);
  if (typeof lock === "number") return lock;
  switch (lock.type) {
    case F_RDLCK:
      return file.isReadable ? 0 : -EBADF;
    case F_WRLCK:
      return file.isWritable ? 0 : -EBADF;
    case F_UNLCK:
      return 0;
    default:
      return -EINVAL;
  }
}

export function sysFlock(task: Task, fd: number, operation: number): number {
  // Mandatory locks are gone, and asking for one is no error any more (linux/fs/locks.c).
  if ((operation & LOCK_MAND) !== 0) return 0;
  const file = task.files.get(fd);
  const kind = operation & ~LOCK_NB;
  if (kind !== LOCK_SH && kind !== LOCK_EX && kind !== LOCK_UN) return -EINVAL;
  return file === undefined || (file.flags & O_PATH) !== 0 ? -EBADF : 0;
}

export function sysUmask(task: Task, mask: number): number {
  const before = task.umask;
  task.umask = signed(mask) & 0o777;
  return before;
}
