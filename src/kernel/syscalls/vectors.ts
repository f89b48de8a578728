/** readv(2), writev(2) and their kin: one call, several buffers. */
import { EBADF, EFAULT, EINVAL, EOPNOTSUPP } from "../../abi/errno.ts";
import { RWF_DSYNC, RWF_HIPRI, RWF_NOWAIT, RWF_SYNC } from "../../abi/fcntl.ts";
import { TASK_SIZE } from "../../abi/layout.ts";
import { MAX_RW_COUNT, UIO_MAXIOV } from "../../abi/limits.ts";
import type { Task } from "../task.ts";
import { readOrWait } from "./blocking.ts";
import { bufferToDrain, bufferToFill, offsetOf, signed } from "./guest-memory.ts";
import { inPieces } from "./pieces.ts";
import { withoutAccess, writeBytes, writeBytesAt } from "./transfers.ts";

/** struct iovec: address, length. */
const IOVEC_SIZE = 8;
/** Vectors of up to this many bytes in all are gathered, so that what one call writes arrives as one piece. */
const GATHER = 65536;

interface Vector {
  readonly address: number;
  readonly length: number;
}

/** The struct iovecs at `address` (import_iovec): -EINVAL for too many or too long, -EFAULT. */
function readVectors(task: Task, address: number, count: number): readonly Vector[] | number {
  if (count > UIO_MAXIOV) return -EINVAL;
  if (task.readable(address, count * IOVEC_SIZE) === null) return -EFAULT;
  const { view } = task.machine;
  const vectors: Vector[] = [];
  let total = 0;
  for (let i = 0; i < count; i++) {
    const start = view.getUint32(address + i * IOVEC_SIZE, true);
    const length = view.getUint32(address + i * IOVEC_SIZE + 4, true);
    if (signed(length) < 0) return -EINVAL;
    if (start + length > TASK_SIZE) return -EFAULT;
    const part = Math.min(length, MAX_RW_COUNT - total);
    if (part > 0) vectors.push({ address: start, length: part });
    total += part;
  }
  return vectors;
}

export function sysReadv(task: Task, fd: number, address: number, count: number): number | Promise<number> {
  const file = task.files.get(fd);
  if (file === undefined || !file.isReadable) return -EBADF;
  return fillVectors(task, address, count, (target, done) => {
    return done === 0 ? readOrWait(task, file, target) : file.read(target);
  });
}

export function sysWritev(task: Task, fd: number, address: number, count: number): number | Promise<number> {
  const file = task.files.get(fd);
  if (file === undefined || !file.isWritable) return -EBADF;
  return drainVectors(task, address, count, (source) => writeBytes(task, file, source));
}

export function sysPreadv(
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
  return fillVectors(task, address, count, (target, done) => file.readAt(target, position + done));
}

export function sysPwritev(
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
  return drainVectors(task, address, count, (source, done) => writeBytesAt(task, file, source, position + done));
}

/** A position of -1 means the file's own (preadv2(2)). */
export function sysPreadv2(
  task: Task,
  fd: number,
  address: number,
  count: number,
  low: number,
  high: number,
  flags: number,
): number | Promise<number> {
  if ((flags & ~(RWF_HIPRI | RWF_NOWAIT)) !== 0) return -EOPNOTSUPP;
  return offsetOf(low, high) === -1
    ? sysReadv(task, fd, address, count)
    : sysPreadv(task, fd, address, count, low, high);
}

export function sysPwritev2(
  task: Task,
  fd: number,
  address: number,
  count: number,
  low: number,
  high: number,
  flags: number,
): number | Promise<number> {
  if ((flags & ~(RWF_HIPRI | RWF_DSYNC | RWF_SYNC)) !== 0) return -EOPNOTSUPP;
  return offsetOf(low, high) === -1
    ? sysWritev(task, fd, address, count)
    : sysPwritev(task, fd, address, count, low, high);
}

type Transfer = (bytes: Uint8Array, done: number) => number | Promise<number>;

/** Fills one vector after the other until one is not filled. */
function fillVectors(task: Task, address: number, count: number, read: Transfer): number | Promise<number> {
  const vectors = readVectors(task, address, count);
  if (typeof vectors === "number") return vectors;
  return inPieces(vectors.values(), (vector, done) => {
    const target = bufferToFill(task, vector.address, vector.length);
    return typeof target === "number" ? target : read(target, done);
  });
}

/** Small vectors are written in one piece; large ones one after the other until one is not written whole. */
function drainVectors(task: Task, address: number, count: number, write: Transfer): number | Promise<number> {
  const vectors = readVectors(task, address, count);
  if (typeof vectors === "number") return vectors;
  const total = vectors.reduce((sum, { length }) => sum + length, 0);
  if (total <= GATHER) {
    const gathered = gather(task, vectors, total);
    return typeof gathered === "number" ? gathered : write(gathered, 0);
  }
  return inPieces(vectors.values(), (vector, done) => {
    const source = bufferToDrain(task, vector.address, vector.length);
    return typeof source === "number" ? source : write(source, done);
  });
}

/** All bytes of `vectors` up to the first that cannot be read; -EFAULT if there are none. */
function gather(task: Task, vectors: readonly Vector[], total: number): Uint8Array | number {
  const bytes = new Uint8Array(total);
  let end = 0;
  for (const { address, length } of vectors) {
    const part = bufferToDrain(task, address, length);
    if (typeof part === "number") return end > 0 ? bytes.subarray(0, end) : part;
    bytes.set(part, end);
    end += part.length;
    if (part.length < length) break;
  }
  return bytes.subarray(0, end);
}
