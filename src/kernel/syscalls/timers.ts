/** Interval timers and alarm(2). They are looked at between slices: late by a few milliseconds at most. */
import { EFAULT, EINVAL } from "../../abi/errno.ts";
import { SIGALRM, SIGPROF, SIGVTALRM, SI_KERNEL } from "../../abi/signal.ts";
import { ITIMERVAL_SIZE, NSEC_PER_SEC } from "../../abi/time.ts";
import type { Task } from "../task.ts";
import { readTimeval, timeOf, writeTimeval } from "./timespec.ts";

/** The signals of ITIMER_REAL, ITIMER_VIRTUAL and ITIMER_PROF. */
const TIMER_SIGNALS = [SIGALRM, SIGVTALRM, SIGPROF] as const;

export interface IntervalTimer {
  /** On the timer's clock (monotonic, or processor time), in nanoseconds; undefined: not armed. */
  deadline: bigint | undefined;
  interval: bigint;
}

/** Sends the signals of the timers that have run out. */
export function checkTimers(task: Task): void {
  task.timers.forEach((timer, which) => {
    if (timer.deadline === undefined) return;
    const now = clockOf(task, which);
    if (now < timer.deadline) return;
    task.signals.send({ signal: TIMER_SIGNALS[which]!, code: SI_KERNEL });
    const missed = timer.interval === 0n ? 0n : (now - timer.deadline) / timer.interval + 1n;
    timer.deadline = timer.interval === 0n ? undefined : timer.deadline + missed * timer.interval;
  });
}

function clockOf(task: Task, which: number): bigint {
  return which === 0 ? task.kernel.clock.monotonic() : task.cpuTime();
}

export function sysGetitimer(task: Task, which: number, address: number): number {
  const timer = task.timers[which];
  if (timer === undefined) return -EINVAL;
  return writeTimer(task, which, timer, address);
}

/** A null pointer for the new value stops the timer, as Linux still has it (and warns). */
export function sysSetitimer(task: Task, which: number, wanted: number, old: number): number {
  const timer = task.timers[which];
  if (timer === undefined) return -EINVAL;
  let [interval, value]: (bigint | number)[] = [0n, 0n];
  if (wanted !== 0) {
    if (task.readable(wanted, ITIMERVAL_SIZE) === null) return -EFAULT;
    interval = readTimeval(task, wanted);
    value = readTimeval(task, wanted + 8);
  }
  if (typeof interval !== "bigint" || typeof value !== "bigint") return -EINVAL;
  if (old !== 0 && writeTimer(task, which, timer, old) < 0) return -EFAULT;
  timer.interval = interval;
  timer.deadline = value === 0n ? undefined : clockOf(task, which) + value;
  return 0;
}

function writeTimer(task: Task, which: number, timer: IntervalTimer, address: number): number {
  const left = timer.deadline === undefined ? 0n : timer.deadline - clockOf(task, which);
  const written = writeTimeval(task, address, timeOf(timer.interval));
  const shown = timer.deadline !== undefined && left < 1000n ? 1000n : left;
  return written < 0 ? written : writeTimeval(task, address + 8, timeOf(shown));
}

/** The seconds that were left of the alarm before, rounded. */
export function sysAlarm(task: Task, seconds: number): number {
  const timer = task.timers[0]!;
  const now = task.kernel.clock.monotonic();
  const left = timer.deadline === undefined ? 0n : timer.deadline - now;
  timer.interval = 0n;
  timer.deadline = seconds === 0 ? undefined : now + BigInt(seconds) * NSEC_PER_SEC;
  if (left <= 0n) return 0;
  return Math.max(1, Number((left + NSEC_PER_SEC / 2n) / NSEC_PER_SEC));
}
