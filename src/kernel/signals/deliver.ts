/** What a task does about its signals before it goes back to user mode (do_signal, get_signal in Linux). */
import { EINTR, ERESTARTNOHAND, ERESTARTNOINTR, ERESTARTSYS, ERESTART_RESTARTBLOCK } from "../../abi/errno.ts";
import { SA_RESETHAND, SA_RESTART, SIG_DFL, SIG_IGN, SIGNAL_NAMES, SIGSEGV, SI_KERNEL } from "../../abi/signal.ts";
import type { Task } from "../task.ts";
import { pushFrame } from "./frame.ts";
import { defaultActionOf, type SignalAction, type SignalInfo } from "./signal-state.ts";

/** Length of `int $0x80`, and of the other gates as seen from the landing pad. */
const GATE_LENGTH = 2;

/**
 * Handles every signal that can be delivered, and restarts or ends an interrupted system call. Several handlers at
 * once get a frame each, so that the last one runs first.
 */
export function deliverSignals(task: Task): void {
  const { signals } = task;
  let isHandled = false;
  while (task.end === undefined) {
    const info = signals.take();
    if (info === undefined) break;
    task.trace?.signal(info);
    isHandled = handle(task, info) || isHandled;
  }
  if (task.end !== undefined || isHandled) return;
  restart(task, undefined);
  if (signals.savedMask !== undefined) {
    signals.blocked = signals.savedMask;
    signals.savedMask = undefined;
  }
}

/** Acts on one signal: true if a handler was entered. */
function handle(task: Task, info: SignalInfo): boolean {
  const action = task.signals.action(info.signal);
  if (action.handler === SIG_IGN) return false;
  if (action.handler === SIG_DFL) {
    actByDefault(task, info);
    return false;
  }
  restart(task, action);
  const { signals } = task;
  const mask = signals.savedMask ?? signals.blocked;
  signals.savedMask = undefined;
  if (!pushFrame(task, info, action, mask)) {
    forceSegv(task, info.signal);
    return false;
  }
  if (action.flags & SA_RESETHAND) signals.setAction(info.signal, { ...action, handler: SIG_DFL });
  signals.enterHandler(info.signal);
  return true;
}

/** A frame could not be written: SIGSEGV, which kills if it was SIGSEGV's own handler that could not be entered. */
function forceSegv(task: Task, failed: number): void {
  const { signals } = task;
  if (failed === SIGSEGV) signals.setAction(SIGSEGV, { handler: SIG_DFL, flags: 0, restorer: 0, mask: 0n });
  signals.force({ signal: SIGSEGV, code: SI_KERNEL, address: 0 });
}

function actByDefault(task: Task, info: SignalInfo): void {
  const name = SIGNAL_NAMES[info.signal] ?? `signal ${info.signal}`;
  switch (defaultActionOf(info.signal)) {
    case "terminate":
      task.die(info.signal);
      return;
    case "core":
      task.reportFault(info);
      task.die(info.signal);
      return;
    case "stop":
      task.kernel.report(
        `linux-gate: ${name} would stop process ${task.pid} for ever: nobody can continue it; ignored`,
      );
      return;
    case "ignore":
    case "continue":
      return;
  }
}

/**
 * A call that a signal interrupted begins again (EIP goes back to the gate, EAX is its number) or is -EINTR.
 * `action`: the handler that will run first; undefined: none does.
 */
function restart(task: Task, action: SignalAction | undefined): void {
  const { interrupted } = task;
  if (interrupted === undefined) return;
  task.interrupted = undefined;
  const { registers } = task.machine;
  const restarts =
    action === undefined ||
    interrupted.code === ERESTARTNOINTR ||
    (interrupted.code === ERESTARTSYS && (action.flags & SA_RESTART) !== 0);
  if (restarts) {
    registers.eax = interrupted.number;
    registers.eip = registers.eip - GATE_LENGTH;
  } else {
    registers.eax = -EINTR;
  }
}

/** Is `result` one of those that only the kernel sees? */
export function isRestart(result: number): boolean {
  const code = -result;
  return code === ERESTARTSYS || code === ERESTARTNOINTR || code === ERESTARTNOHAND || code === ERESTART_RESTARTBLOCK;
}
