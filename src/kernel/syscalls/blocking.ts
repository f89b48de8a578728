/** Waiting for a file: reads and writes that find nothing to do yet are tried again when the file says so. */
import { EAGAIN, ERESTARTSYS } from "../../abi/errno.ts";
import { POLLIN, POLLOUT } from "../../abi/poll.ts";
import type { OpenFile } from "../../fs/index.ts";
import type { Task } from "../task.ts";

/** Reads once; if there is nothing and the file is not O_NONBLOCK, waits until there is. */
export function readOrWait(task: Task, file: OpenFile, target: Uint8Array): number | Promise<number> {
  const count = file.read(target);
  return count !== -EAGAIN || file.isNonBlocking ? count : readLater(task, file, target);
}

async function readLater(task: Task, file: OpenFile, target: Uint8Array): Promise<number> {
  file.retain();
  for (;;) {
    const isReady = await waitFor(task, file, POLLIN);
    const count = isReady ? file.read(target) : -ERESTARTSYS;
    if (count === -EAGAIN) continue;
    file.release();
    return count;
  }
}

/**
 * Writes all of `source` if the file takes it, waiting for room if it is not O_NONBLOCK. The count is less than asked
 * when something stops it half-way.
 */
export function writeOrWait(task: Task, file: OpenFile, source: Uint8Array): number | Promise<number> {
  const count = file.write(source);
  if (count === source.length || file.isNonBlocking || (count < 0 && count !== -EAGAIN)) return count;
  return writeRest(task, file, source, Math.max(0, count));
}

async function writeRest(task: Task, file: OpenFile, source: Uint8Array, already: number): Promise<number> {
  file.retain();
  let done = already;
  let failure = 0;
  while (done < source.length && failure === 0) {
    const count = file.write(source.subarray(done));
    if (count > 0) done += count;
    else if (count !== -EAGAIN) failure = count === 0 ? -EAGAIN : count;
    else if (!(await waitFor(task, file, POLLOUT))) failure = -ERESTARTSYS;
  }
  file.release();
  return done > 0 ? done : failure;
}

/** Waits until one of `events` may hold: false if a signal came first. */
export async function waitFor(task: Task, file: OpenFile, events: number): Promise<boolean> {
  return (await task.wait(file.wait(events))) !== "signal";
}
