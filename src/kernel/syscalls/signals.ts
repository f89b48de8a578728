/** Signals: what to do at each, which to block, sending and waiting (signal(7)). */
import { EAGAIN, EFAULT, EINVAL, ENOMEM, EPERM, ERESTARTNOHAND, ESRCH, EINTR } from "../../abi/errno.ts";
import {
  MINSIGSTKSZ,
  NSIG,
  OLD_SIGACTION,
  RT_SIGACTION,
  SA_NODEFER,
  SA_RESETHAND,
  SI_TKILL,
  SI_USER,
  SIG_BLOCK,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SIGINFO,
  SIGKILL,
  SIGSTOP,
  SS_AUTODISARM,
  SS_DISABLE,
  SS_ONSTACK,
  STACK_T,
} from "../../abi/signal.ts";
import { alternateStackFlags, returnFromRealtimeSignal, returnFromSignal, siginfoBytes } from "../signals/frame.ts";
import { UNBLOCKABLE, type SignalInfo } from "../signals/signal-state.ts";
import type { Task } from "../task.ts";
import { readTimespec32, readTimespec64 } from "./timespec.ts";

const SIGSET_SIZE = 8;
const LOW_HALF = 0xffff_ffffn;

export function sysRtSigaction(task: Task, signal: number, wanted: number, old: number, size: number): number {
  if (size !== SIGSET_SIZE) return -EINVAL;
  return changeAction(task, signal, wanted, old, RT_SIGACTION, true);
}

/** The old call has a mask of 32 signals. */
export function sysSigaction(task: Task, signal: number, wanted: number, old: number): number {
  return changeAction(task, signal, wanted, old, OLD_SIGACTION, false);
}

function changeAction(
  task: Task,
  signal: number,
  wanted: number,
  old: number,
  layout: typeof RT_SIGACTION | typeof OLD_SIGACTION,
  isWide: boolean,
): number {
  const { view } = task.machine;
  if (wanted !== 0 && task.readable(wanted, layout.size) === null) return -EFAULT;
  if (signal < 1 || signal > NSIG) return -EINVAL;
  if (wanted !== 0 && (signal === SIGKILL || signal === SIGSTOP)) return -EINVAL;
  const before = task.signals.action(signal);
  if (wanted !== 0) {
    task.signals.setAction(signal, {
      handler: view.getUint32(wanted + layout.handler, true),
      flags: view.getUint32(wanted + layout.flags, true),
      restorer: view.getUint32(wanted + layout.restorer, true),
      mask: isWide ? view.getBigUint64(wanted + layout.mask, true) : BigInt(view.getUint32(wanted + layout.mask, true)),
    });
  }
  if (old === 0) return 0;
  if (task.writable(old, layout.size) === null) return -EFAULT;
  view.setUint32(old + layout.handler, before.handler, true);
  view.setUint32(old + layout.flags, before.flags, true);
  view.setUint32(old + layout.restorer, before.restorer, true);
  if (isWide) view.setBigUint64(old + layout.mask, before.mask, true);
  else view.setUint32(old + layout.mask, Number(before.mask & LOW_HALF), true);
  return 0;
}

/** signal(2): System V's, which handles a signal once. */
export function sysSignal(task: Task, signal: number, handler: number): number {
  if (signal < 1 || signal > NSIG || signal === SIGKILL || signal === SIGSTOP) return -EINVAL;
  const before = task.signals.action(signal).handler;
  const flags = (SA_RESETHAND | SA_NODEFER) >>> 0;
  task.signals.setAction(signal, { handler, flags, restorer: 0, mask: 0n });
  return before;
}

export function sysRtSigprocmask(task: Task, how: number, wanted: number, old: number, size: number): number {
  if (size !== SIGSET_SIZE) return -EINVAL;
  const before = task.signals.blocked;
  if (wanted !== 0) {
    if (task.readable(wanted, SIGSET_SIZE) === null) return -EFAULT;
    const changed = combine(before, task.machine.view.getBigUint64(wanted, true), how, ~0n);
    if (changed === undefined) return -EINVAL;
    task.signals.blocked = changed;
  }
  return old === 0 || task.writeU64(old, before) ? 0 : -EFAULT;
}

export function sysSigprocmask(task: Task, how: number, wanted: number, old: number): number {
  const before = task.signals.blocked;
  if (wanted !== 0) {
    const set = task.readU32(wanted);
    if (set === null) return -EFAULT;
    const changed = combine(before, BigInt(set), how, LOW_HALF);
    if (changed === undefined) return -EINVAL;
    task.signals.blocked = changed;
  }
  return old === 0 || task.writeU32(old, Number(before & LOW_HALF)) ? 0 : -EFAULT;
}

/** `reach`: the signals that the call can speak of. */
function combine(before: bigint, set: bigint, how: number, reach: bigint): bigint | undefined {
  if (how === SIG_BLOCK) return before | set;
  if (how === SIG_UNBLOCK) return before & ~set;
  return how === SIG_SETMASK ? (before & ~reach) | set : undefined;
}

export function sysSgetmask(task: Task): number {
  return Number(task.signals.blocked & LOW_HALF);
}

export function sysSsetmask(task: Task, set: number): number {
  const before = sysSgetmask(task);
  task.signals.blocked = BigInt(set);
  return before;
}

export function sysRtSigpending(task: Task, address: number, size: number): number {
  if (size > SIGSET_SIZE) return -EINVAL;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, task.signals.pending & task.signals.blocked, true);
  return task.copyOut(address, bytes.subarray(0, size)) ? 0 : -EFAULT;
}

export function sysSigpending(task: Task, address: number): number {
  return sysRtSigpending(task, address, 4);
}

export function sysSigaltstack(task: Task, wanted: number, old: number): number {
  const { signals, machine } = task;
  const standing = alternateStackFlags(task, machine.registers.esp);
  const before = signals.alternate;
  if (wanted !== 0) {
    if (task.readable(wanted, STACK_T.size) === null) return -EFAULT;
    const flags = machine.view.getUint32(wanted + STACK_T.ss_flags, true);
    const mode = (flags & ~SS_AUTODISARM) >>> 0;
    if (standing === SS_ONSTACK) return -EPERM;
    if (mode !== 0 && mode !== SS_ONSTACK && mode !== SS_DISABLE) return -EINVAL;
    const size = machine.view.getUint32(wanted + STACK_T.ss_size, true);
    if (mode !== SS_DISABLE && size < MINSIGSTKSZ) return -ENOMEM;
    const start = machine.view.getUint32(wanted + STACK_T.ss_sp, true);
    signals.alternate = mode === SS_DISABLE ? { start: 0, size: 0, flags } : { start, size, flags };
  }
  if (old === 0) return 0;
  const shown = [before.start, ((before.flags & SS_AUTODISARM) | standing) >>> 0, before.size];
  return shown.every((value, i) => task.writeU32(old + 4 * i, value)) ? 0 : -EFAULT;
}

/** Only the own process is there to be signalled; -1 means everybody else. */
export function sysKill(task: Task, pid: number, signal: number): number {
  if (signal > NSIG) return -EINVAL;
  const target = pid | 0;
  if (target === -1) return -ESRCH;
  const isSelf = target === task.pid || target === 0 || target === -task.processGroup;
  return isSelf ? send(task, { signal, code: SI_USER }) : -ESRCH;
}

export function sysTkill(task: Task, tid: number, signal: number): number {
  if ((tid | 0) <= 0 || signal > NSIG) return -EINVAL;
  return tid === task.pid ? send(task, { signal, code: SI_TKILL }) : -ESRCH;
}

export function sysTgkill(task: Task, group: number, tid: number, signal: number): number {
  if ((group | 0) <= 0 || (tid | 0) <= 0 || signal > NSIG) return -EINVAL;
  return group === task.pid && tid === task.pid ? send(task, { signal, code: SI_TKILL }) : -ESRCH;
}

/** sigqueue(3) to oneself: any si_code may be said. */
export function sysRtSigqueueinfo(task: Task, pid: number, signal: number, address: number): number {
  if (task.readable(address, SIGINFO.size) === null) return -EFAULT;
  if (signal > NSIG) return -EINVAL;
  if (pid !== task.pid) return -ESRCH;
  const { view } = task.machine;
  if (signal === 0) return 0;
  task.signals.send({
    signal,
    code: view.getInt32(address + SIGINFO.si_code, true),
    pid: view.getUint32(address + SIGINFO.si_pid, true),
    uid: view.getUint32(address + SIGINFO.si_uid, true),
    value: view.getUint32(address + SIGINFO.si_value, true),
  });
  return 0;
}

/** Signal 0 only asks whether it could be sent. */
function send(task: Task, info: SignalInfo): number {
  if (info.signal === 0) return 0;
  task.signals.send({ ...info, pid: task.pid, uid: task.credentials.uid });
  return 0;
}

export function sysSigreturn(task: Task): number {
  return returnFromSignal(task);
}

export function sysRtSigreturn(task: Task): number {
  return returnFromRealtimeSignal(task);
}

export function sysRtSigsuspend(task: Task, address: number, size: number): number | Promise<number> {
  if (size !== SIGSET_SIZE) return -EINVAL;
  if (task.readable(address, SIGSET_SIZE) === null) return -EFAULT;
  return suspend(task, task.machine.view.getBigUint64(address, true));
}

/** The mask is the third argument, in a register. */
export function sysSigsuspend(task: Task, _history0: number, _history1: number, mask: number): Promise<number> {
  return suspend(task, BigInt(mask));
}

async function suspend(task: Task, mask: bigint): Promise<number> {
  task.signals.savedMask = task.signals.blocked;
  task.signals.blocked = mask;
  await task.wait();
  return -ERESTARTNOHAND;
}

export function sysRtSigtimedwait(
  task: Task,
  set: number,
  info: number,
  timeout: number,
  size: number,
): number | Promise<number> {
  return waitForSignal(task, set, info, timeout, size, readTimespec32);
}

export function sysRtSigtimedwaitTime64(
  task: Task,
  set: number,
  info: number,
  timeout: number,
  size: number,
): number | Promise<number> {
  return waitForSignal(task, set, info, timeout, size, readTimespec64);
}

function waitForSignal(
  task: Task,
  set: number,
  info: number,
  timeout: number,
  size: number,
  read: (task: Task, address: number) => bigint | number,
): number | Promise<number> {
  if (size !== SIGSET_SIZE) return -EINVAL;
  if (task.readable(set, SIGSET_SIZE) === null) return -EFAULT;
  const wanted = task.machine.view.getBigUint64(set, true) & ~UNBLOCKABLE;
  const time = timeout === 0 ? undefined : read(task, timeout);
  if (typeof time === "number") return time;
  const found = task.signals.take(wanted);
  if (found !== undefined) return deliver(task, found, info);
  if (time === 0n) return -EAGAIN;
  return waitAndTake(task, wanted, info, time === undefined ? undefined : task.kernel.clock.monotonic() + time);
}

/** While it waits, the signals waited for are not blocked, so that their arrival wakes it. */
async function waitAndTake(task: Task, wanted: bigint, info: number, deadline: bigint | undefined): Promise<number> {
  const { signals } = task;
  const before = signals.blocked;
  signals.blocked = before & ~wanted;
  const outcome = await task.wait(undefined, deadline);
  signals.blocked = before;
  const found = signals.take(wanted);
  if (found !== undefined) return deliver(task, found, info);
  return outcome === "timeout" ? -EAGAIN : -EINTR;
}

function deliver(task: Task, found: SignalInfo, info: number): number {
  return info === 0 || task.copyOut(info, siginfoBytes(found)) ? found.signal : -EFAULT;
}

/** restart_syscall(2): no call here leaves one to be restarted by it. */
export function sysRestartSyscall(): number {
  return -EINTR;
}
