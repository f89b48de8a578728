/** Times in guest memory. They are read as nanoseconds, or as -errno: -EFAULT, or -EINVAL if out of range. */
import { EFAULT, EINVAL } from "../../abi/errno.ts";
import { NSEC_PER_SEC, TIMESPEC32_SIZE, TIMESPEC64_SIZE } from "../../abi/time.ts";
import type { Time } from "../clock.ts";
import type { Task } from "../task.ts";

/** Longer sleeps than a few centuries are as good as for ever (KTIME_SEC_MAX). */
const MOST_SECONDS = 9_223_372_036n;

function nanoseconds(seconds: bigint, fraction: number): bigint | number {
  if (seconds < 0n || fraction < 0 || fraction >= 1_000_000_000) return -EINVAL;
  return (seconds > MOST_SECONDS ? MOST_SECONDS : seconds) * NSEC_PER_SEC + BigInt(fraction);
}

/** struct old_timespec32 */
export function readTimespec32(task: Task, address: number): bigint | number {
  if (task.readable(address, TIMESPEC32_SIZE) === null) return -EFAULT;
  const { view } = task.machine;
  return nanoseconds(BigInt(view.getInt32(address, true)), view.getInt32(address + 4, true));
}

/** struct __kernel_timespec: of the nanoseconds, a 32-bit program's upper half is padding. */
export function readTimespec64(task: Task, address: number): bigint | number {
  if (task.readable(address, TIMESPEC64_SIZE) === null) return -EFAULT;
  const { view } = task.machine;
  return nanoseconds(view.getBigInt64(address, true), view.getInt32(address + 8, true));
}

/** struct old_timeval32, microseconds */
export function readTimeval(task: Task, address: number): bigint | number {
  if (task.readable(address, TIMESPEC32_SIZE) === null) return -EFAULT;
  const { view } = task.machine;
  const fraction = view.getInt32(address + 4, true);
  return fraction < 0 || fraction >= 1_000_000
    ? -EINVAL
    : nanoseconds(BigInt(view.getInt32(address, true)), fraction * 1000);
}

/** A moment, or nanoseconds, in seconds and the rest. */
function partsOf(time: Time | bigint): Time {
  return typeof time === "bigint" ? timeOf(time) : time;
}

/** Nanoseconds in seconds and the rest. */
export function timeOf(nanoseconds: bigint): Time {
  return { seconds: Number(nanoseconds / NSEC_PER_SEC), nanoseconds: Number(nanoseconds % NSEC_PER_SEC) };
}

/** The writers give 0 or -EFAULT. Of the seconds, a 32-bit layout keeps the low half. */
export function writeTimespec32(task: Task, address: number, time: Time | bigint): number {
  const { seconds, nanoseconds } = partsOf(time);
  return writePair(task, address, seconds, nanoseconds);
}

export function writeTimeval(task: Task, address: number, time: Time | bigint): number {
  const { seconds, nanoseconds } = partsOf(time);
  return writePair(task, address, seconds, Math.floor(nanoseconds / 1000));
}

export function writeTimespec64(task: Task, address: number, time: Time | bigint): number {
  const { seconds, nanoseconds } = partsOf(time);
  if (task.writable(address, TIMESPEC64_SIZE) === null) return -EFAULT;
  const { view } = task.machine;
  view.setUint32(address, seconds, true);
  view.setInt32(address + 4, Math.floor(seconds / 2 ** 32), true);
  view.setUint32(address + 8, nanoseconds, true);
  view.setUint32(address + 12, 0, true);
  return 0;
}

function writePair(task: Task, address: number, seconds: number, fraction: number): number {
  if (task.writable(address, TIMESPEC32_SIZE) === null) return -EFAULT;
  const { view } = task.machine;
  view.setUint32(address, seconds, true);
  view.setUint32(address + 4, fraction, true);
  return 0;
}
