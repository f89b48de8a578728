/** Copying from file to file inside the kernel: sendfile(2), copy_file_range(2). */
import { EBADF, EFAULT, EFBIG, EINVAL, EISDIR, EOVERFLOW, ESPIPE } from "../../abi/errno.ts";
import { O_APPEND, SEEK_CUR } from "../../abi/fcntl.ts";
import { MAX_LFS_FILESIZE, MAX_NON_LFS, MAX_RW_COUNT } from "../../abi/limits.ts";
import { S_IFREG } from "../../abi/stat.ts";
import type { OpenFile } from "../../fs/index.ts";
import type { Task } from "../task.ts";
import { readOffset, signed } from "./guest-memory.ts";
import { inPieces } from "./pieces.ts";
import { writeBytes, writeBytesAt } from "./transfers.ts";

const COPY_CHUNK = 262144;

export function sysSendfile(
  task: Task,
  out: number,
  input: number,
  offset: number,
  count: number,
): number | Promise<number> {
  if (offset === 0) return sendfile(task, out, input, null, count, () => 0);
  const start = task.readU32(offset);
  if (start === null) return -EFAULT;
  return sendfile(task, out, input, signed(start), count, (end) => {
    if (end > MAX_NON_LFS) return -EOVERFLOW;
    return task.writeU32(offset, end) ? 0 : -EFAULT;
  });
}

export function sysSendfile64(
  task: Task,
  out: number,
  input: number,
  offset: number,
  count: number,
): number | Promise<number> {
  if (offset === 0) return sendfile(task, out, input, null, count, () => 0);
  const start = readOffset(task, offset);
  if (start === null) return -EFAULT;
  return sendfile(task, out, input, start, count, (end) => (task.writeU64(offset, BigInt(end)) ? 0 : -EFAULT));
}

/** `start`: null = the input's own position, which then moves; otherwise `keep` stores where the input came to. */
function sendfile(
  task: Task,
  out: number,
  input: number,
  start: number | null,
  count: number,
  keep: (end: number) => number,
): number | Promise<number> {
  const source = task.files.get(input);
  if (source === undefined || !source.isReadable) return -EBADF;
  const target = task.files.get(out);
  if (target === undefined || !target.isWritable) return -EBADF;
  if (start !== null && start < 0) return -EINVAL;
  if (count > 0x7fffffff) return -EINVAL;
  if (start !== null && source.seek(0, SEEK_CUR) === -ESPIPE) return -ESPIPE;
  // Without a page cache behind it a file cannot be sent (splice(2)); programs then read and write.
  if (source.inode.type !== S_IFREG || source.available() < 0) return -EINVAL;
  if ((target.flags & O_APPEND) !== 0) return -EINVAL;
  const from = start ?? source.position;
  const finish = (done: number): number => {
    if (done < 0) return done;
    if (start === null) source.position = from + done;
    const kept = start === null ? 0 : keep(from + done);
    return kept < 0 ? kept : done;
  };
  const done = copyBytes(source, from, Math.min(count, MAX_RW_COUNT), (bytes) => writeBytes(task, target, bytes));
  return typeof done === "number" ? finish(done) : done.then(finish);
}

/** copy_file_range(2): between regular files, each at its own or a given position. */
export function sysCopyFileRange(
  task: Task,
  input: number,
  inputOffset: number,
  out: number,
  outOffset: number,
  length: number,
  flags: number,
): number | Promise<number> {
  if (flags !== 0) return -EINVAL;
  const source = task.files.get(input);
  const target = task.files.get(out);
  if (source === undefined || target === undefined) return -EBADF;
  const from = inputOffset === 0 ? source.position : readOffset(task, inputOffset);
  const to = outOffset === 0 ? target.position : readOffset(task, outOffset);
  if (from === null || to === null) return -EFAULT;
  const refused = judgeCopy(source, target, from, to, length);
  if (refused !== 0) return refused;
  const finish = (done: number): number => {
    if (done <= 0) return done;
    if (inputOffset === 0) source.position = from + done;
    else if (!task.writeU64(inputOffset, BigInt(from + done))) return -EFAULT;
    if (outOffset === 0) target.position = to + done;
    else if (!task.writeU64(outOffset, BigInt(to + done))) return -EFAULT;
    return done;
  };
  const done = copyBytes(source, from, Math.min(length, MAX_RW_COUNT), (bytes, already) => {
    return writeBytesAt(task, target, bytes, to + already);
  });
  return typeof done === "number" ? finish(done) : done.then(finish);
}

/** The checks of generic_copy_file_checks. */
function judgeCopy(source: OpenFile, target: OpenFile, from: number, to: number, length: number): number {
  if (source.inode.isDirectory || target.inode.isDirectory) return -EISDIR;
  if (source.inode.type !== S_IFREG || target.inode.type !== S_IFREG) return -EINVAL;
  if (!source.isReadable || !target.isWritable || (target.flags & O_APPEND) !== 0) return -EBADF;
  if (from < 0 || to < 0 || from + length > Number.MAX_SAFE_INTEGER) return -EOVERFLOW;
  const overlaps = source.inode === target.inode && from < to + length && to < from + length;
  if (overlaps) return -EINVAL;
  return to >= MAX_LFS_FILESIZE ? -EFBIG : 0;
}

type Write = (bytes: Uint8Array, done: number) => number | Promise<number>;

/** Copies up to `count` bytes from `position` on, a chunk at a time: the count, or -errno if the first fails. */
function copyBytes(source: OpenFile, position: number, count: number, write: Write): number | Promise<number> {
  let failure = 0;
  function* chunks(): Generator<Uint8Array> {
    const chunk = new Uint8Array(Math.min(count, COPY_CHUNK));
    for (let done = 0; done < count;) {
      const got = source.readAt(chunk.subarray(0, Math.min(chunk.length, count - done)), position + done);
      if (got <= 0) {
        failure = got;
        return;
      }
      yield chunk.subarray(0, got);
      done += got;
    }
  }
  const result = inPieces(chunks(), write);
  return result === 0 ? failure : result;
}
