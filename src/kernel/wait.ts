/** How a task sleeps in a system call: until something is ready, a moment has come, or a signal wants to be handled. */
import { checkTimers } from "./syscalls/timers.ts";
import type { Task } from "./task.ts";

export type WaitOutcome = "ready" | "timeout" | "signal";

/** Waits longer than this are cut in pieces: a host's timers count milliseconds in 31 bits. */
const LONGEST_SLEEP = 1_000_000_000_000n;

/**
 * Waits for `ready` (absent: nothing but time and signals end it), until `deadline` on the monotonic clock. The
 * signals of timers that run out meanwhile are sent.
 */
export async function waitFor(task: Task, ready?: Promise<void>, deadline?: bigint): Promise<WaitOutcome> {
  const { signals, kernel } = task;
  const began = kernel.clock.monotonic();
  let outcome: WaitOutcome | undefined;
  let rouse = (): void => {};
  const settle = (how: WaitOutcome): void => {
    outcome ??= how;
    rouse();
  };
  void ready?.then(() => settle("ready"));
  signals.wake = () => settle("signal");
  while (outcome === undefined) {
    if (signals.isDeliverable || task.isBeingKilled) {
      outcome = "signal";
      break;
    }
    const now = kernel.clock.monotonic();
    if (deadline !== undefined && now >= deadline) {
      outcome = "timeout";
      break;
    }
    await sleepUntilRoused(
      task,
      earliest(task, deadline),
      now,
      (wake) => (rouse = wake),
      () => outcome !== undefined,
    );
    checkTimers(task);
  }
  signals.wake = undefined;
  task.addIdleTime(kernel.clock.monotonic() - began);
  return outcome;
}

/** The earlier of `deadline` and the real-time interval timer. */
function earliest(task: Task, deadline: bigint | undefined): bigint | undefined {
  const timer = task.timers[0]?.deadline;
  if (timer === undefined || deadline === undefined) return timer ?? deadline;
  return timer < deadline ? timer : deadline;
}

async function sleepUntilRoused(
  task: Task,
  until: bigint | undefined,
  now: bigint,
  arm: (rouse: () => void) => void,
  isOver: () => boolean,
): Promise<void> {
  const cancellation = new AbortController();
  const roused = new Promise<void>((resolve) => arm(resolve));
  // What is ready at once settles before any time passes: on a clock that only moves when asked, a sleep would.
  await Promise.resolve();
  await Promise.resolve();
  if (isOver()) return;
  if (until === undefined) {
    await roused;
    return;
  }
  const left = until - now;
  const slept = task.kernel.platform.sleep(left > LONGEST_SLEEP ? LONGEST_SLEEP : left, cancellation.signal);
  await Promise.race([roused, slept]);
  cancellation.abort();
}
