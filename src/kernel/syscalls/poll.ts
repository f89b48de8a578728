/** Waiting for several files at once: poll(2), select(2) and their kin. */
import { EBADF, EFAULT, EINTR, EINVAL, ERESTARTNOHAND } from "../../abi/errno.ts";
import {
  POLLERR,
  POLLEX_SET,
  POLLFD_EVENTS,
  POLLFD_REVENTS,
  POLLFD_SIZE,
  POLLHUP,
  POLLIN_SET,
  POLLNVAL,
  POLLOUT_SET,
} from "../../abi/poll.ts";
import { O_PATH } from "../../abi/fcntl.ts";
import type { OpenFile } from "../../fs/index.ts";
import type { Task } from "../task.ts";
import { signed } from "./guest-memory.ts";
import { readTimespec32, readTimespec64, writeTimespec32, writeTimespec64, writeTimeval } from "./timespec.ts";

/** sizeof(sigset_t) as the kernel has it. */
const SIGSET_SIZE = 8;

/** A file somebody asks about, and which POLL* bits are wanted of it. */
interface Watch {
  readonly file: OpenFile;
  readonly events: number;
}

/** Looks at all files, says how many have something to tell (-errno for a call that cannot be done). */
type Scan = () => number;

/**
 * Scans until something is found, `timeout` nanoseconds have passed (undefined: for ever) or a signal comes.
 * `interrupted`: the result then.
 */
function waitForAny(
  task: Task,
  watches: readonly Watch[],
  scan: Scan,
  timeout: bigint | undefined,
): number | Promise<number> {
  const found = scan();
  return found !== 0 || timeout === 0n ? found : waitLonger(task, watches, scan, timeout);
}

async function waitLonger(
  task: Task,
  watches: readonly Watch[],
  scan: Scan,
  timeout: bigint | undefined,
): Promise<number> {
  const deadline = timeout === undefined ? undefined : task.kernel.clock.monotonic() + timeout;
  for (;;) {
    const any = watches.length === 0 ? undefined : Promise.race(watches.map(({ file, events }) => file.wait(events)));
    const outcome = await task.wait(any, deadline);
    const found = scan();
    if (found !== 0 || outcome === "timeout") return found;
    if (outcome === "signal") return -ERESTARTNOHAND;
  }
}

/** What holds of `events`, and what is told unasked. */
function look(file: OpenFile, events: number): number {
  return file.poll() & (events | POLLERR | POLLHUP);
}

function pollable(task: Task, fd: number): OpenFile | undefined {
  const file = task.files.get(fd);
  return file === undefined || (file.flags & O_PATH) !== 0 ? undefined : file;
}

/** A negative timeout is for ever; milliseconds. */
export function sysPoll(task: Task, fds: number, count: number, timeout: number): number | Promise<number> {
  const milliseconds = signed(timeout);
  return poll(task, fds, count, milliseconds < 0 ? undefined : BigInt(milliseconds) * 1_000_000n);
}

function poll(task: Task, fds: number, count: number, timeout: bigint | undefined): number | Promise<number> {
  if (count > task.files.highest) return -EINVAL;
  const size = count * POLLFD_SIZE;
  if (task.readable(fds, size) === null || task.writable(fds, size) === null) return -EFAULT;
  const { view } = task.machine;
  const entry = (i: number) => {
    const at = fds + i * POLLFD_SIZE;
    return { at, fd: view.getInt32(at, true), events: view.getUint16(at + POLLFD_EVENTS, true) };
  };
  const watches: Watch[] = [];
  for (let i = 0; i < count; i++) {
    const { fd, events } = entry(i);
    const file = pollable(task, fd);
    if (fd >= 0 && file !== undefined) watches.push({ file, events });
  }
  const scan = (): number => {
    let found = 0;
    for (let i = 0; i < count; i++) {
      const { at, fd, events } = entry(i);
      const file = pollable(task, fd);
      const told = fd < 0 ? 0 : file === undefined ? POLLNVAL : look(file, events);
      view.setUint16(at + POLLFD_REVENTS, told, true);
      if (told !== 0) found++;
    }
    return found;
  };
  return waitForAny(task, watches, scan, timeout);
}

export function sysPpoll(
  task: Task,
  fds: number,
  count: number,
  timeout: number,
  mask: number,
  size: number,
): number | Promise<number> {
  return ppoll(task, fds, count, timeout, mask, size, readTimespec32, writeTimespec32);
}

export function sysPpollTime64(
  task: Task,
  fds: number,
  count: number,
  timeout: number,
  mask: number,
  size: number,
): number | Promise<number> {
  return ppoll(task, fds, count, timeout, mask, size, readTimespec64, writeTimespec64);
}

type ReadTime = (task: Task, address: number) => bigint | number;
type WriteTime = (task: Task, address: number, time: bigint) => number;

function ppoll(
  task: Task,
  fds: number,
  count: number,
  timeout: number,
  mask: number,
  size: number,
  read: ReadTime,
  write: WriteTime,
): number | Promise<number> {
  const time = timeout === 0 ? undefined : read(task, timeout);
  if (typeof time === "number") return time;
  return withMask(task, mask, size, () =>
    withTimeLeft(
      task,
      time,
      (left) => write(task, timeout, left),
      () => poll(task, fds, count, time),
    ),
  );
}

/** Does a call under another signal mask: the old one comes back with the call, or after a handler has run. */
function withMask(
  task: Task,
  mask: number,
  size: number,
  call: () => number | Promise<number>,
): number | Promise<number> {
  if (mask === 0) return call();
  if (size !== SIGSET_SIZE) return -EINVAL;
  if (task.readable(mask, SIGSET_SIZE) === null) return -EFAULT;
  const { signals } = task;
  signals.savedMask = signals.blocked;
  signals.blocked = task.machine.view.getBigUint64(mask, true);
  const finish = (result: number): number => {
    if (result === -ERESTARTNOHAND || result === -EINTR || signals.savedMask === undefined) return result;
    signals.blocked = signals.savedMask;
    signals.savedMask = undefined;
    return result;
  };
  const result = call();
  return typeof result === "number" ? finish(result) : result.then(finish);
}

/** Tells what is left of `time` when the call is over (poll_select_finish). A place that cannot be written is left. */
function withTimeLeft(
  task: Task,
  time: bigint | undefined,
  tell: (left: bigint) => void,
  call: () => number | Promise<number>,
): number | Promise<number> {
  if (time === undefined) return call();
  const end = task.kernel.clock.monotonic() + time;
  const finish = (result: number): number => {
    const left = end - task.kernel.clock.monotonic();
    tell(left > 0n && time > 0n ? left : 0n);
    return result;
  };
  const result = call();
  return typeof result === "number" ? finish(result) : result.then(finish);
}

/** The three sets of select, and which bits each stands for. */
const SETS = [POLLIN_SET, POLLOUT_SET, POLLEX_SET] as const;

function select(
  task: Task,
  count: number,
  addresses: readonly number[],
  timeout: bigint | undefined,
): number | Promise<number> {
  if (signed(count) < 0) return -EINVAL;
  const end = Math.min(count, Math.max(task.files.end, 64));
  const bytes = Math.ceil(end / 32) * 4;
  const wanted: (Uint8Array | null)[] = [];
  for (const address of addresses) {
    const set = address === 0 ? null : task.copyIn(address, bytes);
    if (address !== 0 && set === null) return -EFAULT;
    wanted.push(set);
  }
  const watches: Watch[] = [];
  const numbers: number[] = [];
  for (let fd = 0; fd < end; fd++) {
    const events = SETS.reduce<number>((all, bits, i) => all | (isIn(wanted[i], fd) ? bits : 0), 0);
    if (events === 0) continue;
    const file = pollable(task, fd);
    if (file === undefined) return -EBADF;
    watches.push({ file, events });
    numbers.push(fd);
  }
  const found = wanted.map((set) => (set === null ? null : new Uint8Array(bytes)));
  const scan = (): number => {
    let total = 0;
    for (const [index, { file }] of watches.entries()) {
      const state = file.poll();
      for (const [i, bits] of SETS.entries()) {
        if ((state & bits) === 0 || !isIn(wanted[i], numbers[index]!)) continue;
        found[i]![numbers[index]! >> 3]! |= 1 << (numbers[index]! & 7);
        total++;
      }
    }
    return total;
  };
  const finish = (result: number): number => {
    if (result < 0) return result;
    for (const [i, set] of found.entries()) if (set !== null && !task.copyOut(addresses[i]!, set)) return -EFAULT;
    return result;
  };
  const result = waitForAny(task, watches, scan, timeout);
  return typeof result === "number" ? finish(result) : result.then(finish);
}

function isIn(set: Uint8Array | null | undefined, fd: number): boolean {
  return set !== null && set !== undefined && (set[fd >> 3]! & (1 << (fd & 7))) !== 0;
}

/** The call that glibc's select(3) was: a struct timeval, of which what is left is told. */
export function sysNewselect(
  task: Task,
  count: number,
  read: number,
  write: number,
  except: number,
  timeout: number,
): number | Promise<number> {
  const time = timeout === 0 ? undefined : readTimeout(task, timeout);
  if (typeof time === "number") return time;
  return withTimeLeft(
    task,
    time,
    (left) => writeTimeval(task, timeout, left),
    () => select(task, count, [read, write, except], time),
  );
}

/** select's timeval is brought into order first: microseconds may be a million and more (poll_select_set_timeout). */
function readTimeout(task: Task, address: number): bigint | number {
  if (task.readable(address, 8) === null) return -EFAULT;
  const { view } = task.machine;
  const [seconds, micros] = [view.getInt32(address, true), view.getInt32(address + 4, true)];
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(micros) * 1000n;
  return seconds < 0 || micros < 0 || total < 0n ? -EINVAL : total;
}

/** Call 82 takes its five arguments from memory (struct sel_arg_struct). */
export function sysOldSelect(task: Task, address: number): number | Promise<number> {
  if (task.readable(address, 20) === null) return -EFAULT;
  const argument = (i: number) => task.machine.view.getUint32(address + 4 * i, true);
  return sysNewselect(task, argument(0), argument(1), argument(2), argument(3), argument(4));
}

export function sysPselect6(
  task: Task,
  count: number,
  read: number,
  write: number,
  except: number,
  timeout: number,
  mask: number,
): number | Promise<number> {
  return pselect(task, count, [read, write, except], timeout, mask, readTimespec32, writeTimespec32);
}

export function sysPselect6Time64(
  task: Task,
  count: number,
  read: number,
  write: number,
  except: number,
  timeout: number,
  mask: number,
): number | Promise<number> {
  return pselect(task, count, [read, write, except], timeout, mask, readTimespec64, writeTimespec64);
}

/** The sixth argument points to the mask's address and size: there is no seventh register. */
function pselect(
  task: Task,
  count: number,
  sets: readonly number[],
  timeout: number,
  pair: number,
  read: ReadTime,
  write: WriteTime,
): number | Promise<number> {
  if (pair !== 0 && task.readable(pair, 8) === null) return -EFAULT;
  const mask = pair === 0 ? 0 : task.machine.view.getUint32(pair, true);
  const size = pair === 0 ? 0 : task.machine.view.getUint32(pair + 4, true);
  const time = timeout === 0 ? undefined : read(task, timeout);
  if (typeof time === "number") return time;
  return withMask(task, mask, size, () =>
    withTimeLeft(
      task,
      time,
      (left) => write(task, timeout, left),
      () => select(task, count, sets, time),
    ),
  );
}
