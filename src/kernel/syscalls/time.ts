/** Clocks and sleeping (clock_gettime(2), nanosleep(2)). The `_time64` calls differ in the layout of a timespec only. */
import { EFAULT, EINVAL, ENOTSUP, EPERM, ERESTARTNOHAND, EINTR } from "../../abi/errno.ts";
import {
  CLOCK_BOOTTIME,
  CLOCK_BOOTTIME_ALARM,
  CLOCK_MONOTONIC,
  CLOCK_MONOTONIC_COARSE,
  CLOCK_MONOTONIC_RAW,
  CLOCK_PROCESS_CPUTIME_ID,
  CLOCK_REALTIME,
  CLOCK_REALTIME_ALARM,
  CLOCK_REALTIME_COARSE,
  CLOCK_TAI,
  CLOCK_THREAD_CPUTIME_ID,
  LOW_RES_NSEC,
  TIMER_ABSTIME,
  TIMEZONE_SIZE,
} from "../../abi/time.ts";
import type { Time } from "../clock.ts";
import type { Task } from "../task.ts";
import {
  readTimespec32,
  readTimespec64,
  readTimeval,
  timeOf,
  writeTimespec32,
  writeTimespec64,
  writeTimeval,
} from "./timespec.ts";

type Read = (task: Task, address: number) => bigint | number;
type Write = (task: Task, address: number, time: Time) => number;

/** What a clock says; undefined: there is no such clock. */
function readClock(task: Task, id: number): Time | undefined {
  const { clock } = task.kernel;
  switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI:
      return clock.realTime();
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
      return clock.monotonicTime();
    case CLOCK_REALTIME_COARSE:
      return clock.realCoarseTime();
    case CLOCK_MONOTONIC_COARSE:
      return clock.coarseTime();
    case CLOCK_PROCESS_CPUTIME_ID:
    case CLOCK_THREAD_CPUTIME_ID:
      return timeOf(task.cpuTime());
    default:
      return isOwnCpuClock(task, id) ? timeOf(task.cpuTime()) : undefined;
  }
}

/** The negative ids of clock_getcpuclockid: ~pid << 3, then 2 (scheduled time) and 4 for a thread. */
function isOwnCpuClock(task: Task, id: number): boolean {
  const signed = id | 0;
  if (signed >= 0 || (signed & 3) === 3) return false;
  const pid = ~(signed >> 3);
  return pid === 0 || pid === task.pid;
}

export function sysClockGettime(task: Task, id: number, address: number): number {
  return clockGettime(task, id, address, writeTimespec32);
}

export function sysClockGettime64(task: Task, id: number, address: number): number {
  return clockGettime(task, id, address, writeTimespec64);
}

function clockGettime(task: Task, id: number, address: number, write: Write): number {
  const time = readClock(task, id);
  return time === undefined ? -EINVAL : write(task, address, time);
}

export function sysClockGetres(task: Task, id: number, address: number): number {
  return clockGetres(task, id, address, writeTimespec32);
}

export function sysClockGetresTime64(task: Task, id: number, address: number): number {
  return clockGetres(task, id, address, writeTimespec64);
}

function clockGetres(task: Task, id: number, address: number, write: Write): number {
  if (readClock(task, id) === undefined) return -EINVAL;
  const isCoarse = id === CLOCK_REALTIME_COARSE || id === CLOCK_MONOTONIC_COARSE;
  return address === 0 ? 0 : write(task, address, { seconds: 0, nanoseconds: isCoarse ? LOW_RES_NSEC : 1 });
}

/** The guest can't set the host's clock: root too is told that it may not. */
export function sysClockSettime(task: Task, id: number, address: number): number {
  return clockSettime(task, id, address, readTimespec32);
}

export function sysClockSettime64(task: Task, id: number, address: number): number {
  return clockSettime(task, id, address, readTimespec64);
}

function clockSettime(task: Task, id: number, address: number, read: Read): number {
  if (id !== CLOCK_REALTIME) return -EINVAL;
  const time = read(task, address);
  return typeof time === "number" ? time : -EPERM;
}

export function sysSettimeofday(task: Task, time: number): number {
  const wanted = time === 0 ? 0n : readTimeval(task, time);
  return typeof wanted === "number" ? wanted : -EPERM;
}

export function sysStime(task: Task, address: number): number {
  return task.readU32(address) === null ? -EFAULT : -EPERM;
}

/** Seconds since 1970. A bad pointer is -EFAULT, where the vDSO's function would be killed. */
export function sysTime(task: Task, address: number): number {
  const { seconds } = task.kernel.clock.realTime();
  return address === 0 || task.writeU32(address, seconds) ? seconds : -EFAULT;
}

export function sysGettimeofday(task: Task, time: number, zone: number): number {
  if (time !== 0) {
    const written = writeTimeval(task, time, task.kernel.clock.realTime());
    if (written < 0) return written;
  }
  return zone === 0 || task.copyOut(zone, new Uint8Array(TIMEZONE_SIZE)) ? 0 : -EFAULT;
}

export function sysNanosleep(task: Task, request: number, remaining: number): number | Promise<number> {
  return sleepFor(task, CLOCK_MONOTONIC, 0, request, remaining, readTimespec32, writeTimespec32);
}

export function sysClockNanosleep(
  task: Task,
  id: number,
  flags: number,
  request: number,
  remaining: number,
): number | Promise<number> {
  return sleepFor(task, id, flags, request, remaining, readTimespec32, writeTimespec32);
}

export function sysClockNanosleepTime64(
  task: Task,
  id: number,
  flags: number,
  request: number,
  remaining: number,
): number | Promise<number> {
  return sleepFor(task, id, flags, request, remaining, readTimespec64, writeTimespec64);
}

function sleepFor(
  task: Task,
  id: number,
  flags: number,
  request: number,
  remaining: number,
  read: Read,
  write: Write,
): number | Promise<number> {
  if (readClock(task, id) === undefined) return -EINVAL;
  const canSleep = [
    CLOCK_REALTIME,
    CLOCK_MONOTONIC,
    CLOCK_BOOTTIME,
    CLOCK_TAI,
    CLOCK_REALTIME_ALARM,
    CLOCK_BOOTTIME_ALARM,
  ];
  if (!canSleep.includes(id)) return -ENOTSUP;
  const time = read(task, request);
  if (typeof time === "number") return time;
  const isAbsolute = (flags & TIMER_ABSTIME) !== 0;
  const { clock } = task.kernel;
  const isWall = id === CLOCK_REALTIME || id === CLOCK_TAI || id === CLOCK_REALTIME_ALARM;
  const start = !isAbsolute ? clock.monotonic() : isWall ? -clock.bootTime : 0n;
  const deadline = start + time;
  return sleepUntil(
    task,
    deadline,
    isAbsolute || remaining === 0 ? undefined : (left) => write(task, remaining, timeOf(left)),
  );
}

/** `report` tells the program how much is left when a signal interrupts it; absent, the sleep begins again. */
async function sleepUntil(
  task: Task,
  deadline: bigint,
  report: ((left: bigint) => number) | undefined,
): Promise<number> {
  if ((await task.wait(undefined, deadline)) === "timeout") return 0;
  if (report === undefined) return -ERESTARTNOHAND;
  const left = deadline - task.kernel.clock.monotonic();
  return report(left > 0n ? left : 0n) < 0 ? -EFAULT : -EINTR;
}
