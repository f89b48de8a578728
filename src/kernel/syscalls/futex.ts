/** futex(2) for one thread: a wake finds nobody, a wait ends by time or signal only. */
import { EAGAIN, EFAULT, EINVAL, ENOSYS, ERESTARTSYS, ETIMEDOUT } from "../../abi/errno.ts";
import type { Task } from "../task.ts";
import { readTimespec32, readTimespec64 } from "./timespec.ts";

const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const FUTEX_WAIT_BITSET = 9;
const FUTEX_WAKE_BITSET = 10;
const FUTEX_PRIVATE_FLAG = 128;
const FUTEX_CLOCK_REALTIME = 256;

type TimespecReader = (task: Task, address: number) => bigint | number;

export function sysFutex(
  task: Task,
  address: number,
  operation: number,
  value: number,
  timeout: number,
  _second: number,
  bits: number,
): number | Promise<number> {
  return futex(task, address, operation, value, timeout, bits, readTimespec32);
}

export function sysFutexTime64(
  task: Task,
  address: number,
  operation: number,
  value: number,
  timeout: number,
  _second: number,
  bits: number,
): number | Promise<number> {
  return futex(task, address, operation, value, timeout, bits, readTimespec64);
}

function futex(
  task: Task,
  address: number,
  operation: number,
  value: number,
  timeout: number,
  bits: number,
  read: TimespecReader,
): number | Promise<number> {
  const command = operation & ~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
  if (address % 4 !== 0) return -EINVAL;
  if (command === FUTEX_WAKE || command === FUTEX_WAKE_BITSET) return 0;
  if (command !== FUTEX_WAIT && command !== FUTEX_WAIT_BITSET) {
    task.reportOnce(`futex ${command}`, `unimplemented futex operation ${command}`);
    return -ENOSYS;
  }
  if (command === FUTEX_WAIT_BITSET && bits === 0) return -EINVAL;
  const time = timeout === 0 ? undefined : read(task, timeout);
  if (typeof time === "number") return time;
  const found = task.readU32(address);
  if (found === null) return -EFAULT;
  if (found !== value) return -EAGAIN;
  const { clock } = task.kernel;
  if (time === undefined) return wait(task, undefined);
  if (command === FUTEX_WAIT) return wait(task, clock.monotonic() + time);
  const isRealtime = (operation & FUTEX_CLOCK_REALTIME) !== 0;
  return wait(task, isRealtime ? time - clock.bootTime : time);
}

async function wait(task: Task, deadline: bigint | undefined): Promise<number> {
  return (await task.wait(undefined, deadline)) === "timeout" ? -ETIMEDOUT : -ERESTARTSYS;
}
