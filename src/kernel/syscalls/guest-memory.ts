/**
 * What the calls on files take from guest memory. Windows are views of it, so that bytes are copied once: they hold
 * until the guest runs again.
 */
import { EFAULT, EINVAL, ENAMETOOLONG } from "../../abi/errno.ts";
import { PAGE_SIZE, TASK_SIZE } from "../../abi/layout.ts";
import { MAX_RW_COUNT, PATH_MAX } from "../../abi/limits.ts";
import type { Task } from "../task.ts";

/** The path at `address` as a binary string; -EFAULT or -ENAMETOOLONG. */
export function readPath(task: Task, address: number): string | number {
  const text = task.readText(address, PATH_MAX - 1);
  if (text === null) return -EFAULT;
  return text.length >= PATH_MAX ? -ENAMETOOLONG : text;
}

/**
 * A window for read(2) on the `count` bytes at `address`: what of them is writable from the start, at most
 * MAX_RW_COUNT. -EFAULT if none is; -EINVAL for a count that is negative as a ssize_t.
 */
export function bufferToFill(task: Task, address: number, count: number): Uint8Array | number {
  return buffer(task, address, count, (at, length) => task.writable(at, length));
}

/** The same for write(2): what is readable from the start. */
export function bufferToDrain(task: Task, address: number, count: number): Uint8Array | number {
  return buffer(task, address, count, (at, length) => task.readable(at, length));
}

type Access = (address: number, length: number) => Uint8Array | null;

function buffer(task: Task, address: number, count: number, access: Access): Uint8Array | number {
  if (address + count > TASK_SIZE) return -EFAULT;
  if (count > 0x7fffffff) return -EINVAL;
  const wanted = Math.min(count, MAX_RW_COUNT);
  const whole = access(address, wanted);
  if (whole !== null) return whole;
  let end = address;
  while (end < address + wanted) {
    const next = Math.min(end - (end % PAGE_SIZE) + PAGE_SIZE, address + wanted);
    if (access(end, next - end) === null) break;
    end = next;
  }
  return end === address ? -EFAULT : (access(address, end - address) ?? -EFAULT);
}

/** A file offset from its two halves, low first, as a number: exact where it matters, up to 2^53. */
export function offsetOf(low: number, high: number): number {
  return (high | 0) * 0x1_0000_0000 + low;
}

/** The s64 at `address`, or null: -EFAULT. */
export function readOffset(task: Task, address: number): number | null {
  if (task.readable(address, 8) === null) return null;
  const { view } = task.machine;
  return offsetOf(view.getUint32(address, true), view.getUint32(address + 4, true));
}

/** Writes a struct that `fill` fills in: 0 or -EFAULT. All bytes it does not set are zero. */
export function writeStruct(task: Task, address: number, size: number, fill: (view: DataView) => void): number {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return task.copyOut(address, bytes) ? 0 : -EFAULT;
}

/** A register as the signed number it may mean. */
export function signed(value: number): number {
  return value | 0;
}
