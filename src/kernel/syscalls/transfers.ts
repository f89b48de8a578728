/** Reading and writing: bytes go straight between a file and guest memory. */
import { EBADF, EFAULT, EFBIG, EINVAL, EOVERFLOW, EPIPE, ESPIPE } from "../../abi/errno.ts";
import { O_APPEND, O_LARGEFILE, O_PATH, SEEK_CUR, SEEK_HOLE } from "../../abi/fcntl.ts";
import { MAX_NON_LFS } from "../../abi/limits.ts";
import { RLIMIT_FSIZE } from "../../abi/resource.ts";
import { SIGPIPE, SIGXFSZ } from "../../abi/signal.ts";
import { S_IFREG, S_ISGID, S_ISUID, S_IXGRP } from "../../abi/stat.ts";
import { isPrivileged } from "../../fs/credentials.ts";
import type { OpenFile } from "../../fs/index.ts";
import type { Task } from "../task.ts";
import { readOrWait, writeOrWait } from "./blocking.ts";
import { bufferToDrain, bufferToFill, offsetOf, signed } from "./guest-memory.ts";

export function sysRead(task: Task, fd: number, address: number, count: number): number | Promise<number> {
  const file = task.files.get(fd);
  if (file === undefined || !file.isReadable) return -EBADF;
  const target = bufferToFill(task, address, count);
  return typeof target === "number" ? target : readOrWait(task, file, target);
}

export function sysWrite(task: Task, fd: number, address: number, count: number): number | Promise<number> {
  const file = task.files.get(fd);
  if (file === undefined || !file.isWritable) return -EBADF;
  const source = bufferToDrain(task, address, count);
  return typeof source === "number" ? source : writeBytes(task, file, source);
}

export function sysPread64(
  task: Task,
  fd: number,
  address: number,
  count: number,
  low: number,
  high: number,
): number | Promise<number> {
  const position = offsetOf(low, high);
  if (position < 0) return -EINVAL;
  const file = task.files.get(fd);
  if (file === undefined) return -EBADF;
  if (!file.isReadable) return withoutAccess(file);
  const target = bufferToFill(task, address, count);
  return typeof target === "number" ? target : file.readAt(target, position);
}

export function sysPwrite64(
  task: Task,
  fd: number,
  address: number,
  count: number,
  low: number,
  high: number,
): number | Promise<number> {
  const position = offsetOf(low, high);
  if (position < 0) return -EINVAL;
  const file = task.files.get(fd);
  if (file === undefined) return -EBADF;
  if (!file.isWritable) return withoutAccess(file);
  const source = bufferToDrain(task, address, count);
  return typeof source === "number" ? source : writeBytesAt(task, file, source, position);
}

/** pread and pwrite of a file that is not open for it: what has no positions is told first. */
export function withoutAccess(file: OpenFile): number {
  return file.seek(0, SEEK_CUR) === -ESPIPE ? -ESPIPE : -EBADF;
}

/** write(2) with what it does besides: limits, SIGPIPE, set-user-ID bits that go. */
export function writeBytes(task: Task, file: OpenFile, source: Uint8Array): number | Promise<number> {
  const allowed = limitWrite(task, file, source, file.position);
  if (typeof allowed === "number") return allowed;
  const result = writeOrWait(task, file, allowed);
  return typeof result === "number" ? signalPipe(task, result) : result.then((count) => signalPipe(task, count));
}

export function writeBytesAt(task: Task, file: OpenFile, source: Uint8Array, position: number): number {
  const allowed = limitWrite(task, file, source, position);
  return typeof allowed === "number" ? allowed : file.writeAt(allowed, position);
}

/** Writing where nobody reads any more: SIGPIPE as well as EPIPE. */
function signalPipe(task: Task, result: number): number {
  if (result === -EPIPE) task.signals.send({ signal: SIGPIPE, code: 0, pid: task.pid, uid: task.credentials.uid });
  return result;
}

/** What of `source` may be written to a regular file (generic_write_checks): less than asked, or -EFBIG. */
function limitWrite(task: Task, file: OpenFile, source: Uint8Array, position: number): Uint8Array | number {
  if (file.inode.type !== S_IFREG || source.length === 0) return source;
  dropPrivileges(task, file);
  const limit = task.limits.soft(RLIMIT_FSIZE);
  const isSmall = (file.flags & O_LARGEFILE) === 0;
  if (limit === Infinity && !isSmall) return source;
  const start = (file.flags & O_APPEND) !== 0 ? Math.max(0, file.inode.size()) : position;
  if (start >= limit) {
    task.signals.send({ signal: SIGXFSZ, code: 0, pid: task.pid, uid: task.credentials.uid });
    return -EFBIG;
  }
  if (isSmall && start >= MAX_NON_LFS) return -EFBIG;
  const most = Math.min(limit, isSmall ? MAX_NON_LFS : Infinity) - start;
  return source.length > most ? source.subarray(0, most) : source;
}

/** Who writes to a program with the set-user-ID bit takes the bit away, unless he is root (file_remove_privs). */
function dropPrivileges(task: Task, file: OpenFile): void {
  const { mode } = file.inode;
  if ((mode & (S_ISUID | S_ISGID)) === 0 || isPrivileged(task.credentials)) return;
  const dropped = S_ISUID | ((mode & S_IXGRP) !== 0 ? S_ISGID : 0);
  if ((mode & dropped) !== 0) file.inode.setAttributes({ permissions: mode & 0o7777 & ~dropped });
}

/** The position moves even if it does not fit the result: EOVERFLOW. */
export function sysLseek(task: Task, fd: number, offset: number, whence: number): number {
  const position = seek(task, fd, signed(offset), whence);
  return position > MAX_NON_LFS ? -EOVERFLOW : position;
}

export function sysLlseek(task: Task, fd: number, high: number, low: number, result: number, whence: number): number {
  const position = seek(task, fd, offsetOf(low, high), whence);
  if (position < 0) return position;
  return task.writeU64(result, BigInt(position)) ? 0 : -EFAULT;
}

function seek(task: Task, fd: number, offset: number, whence: number): number {
  const file = task.files.get(fd);
  if (file === undefined || (file.flags & O_PATH) !== 0) return -EBADF;
  return whence > SEEK_HOLE ? -EINVAL : file.seek(offset, whence);
}
