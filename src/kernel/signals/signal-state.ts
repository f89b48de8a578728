/** The signals of a task: what it does at each, which it blocks, which wait (signal(7)). Sets are bigints, bit n-1 = n. */
import {
  NSIG,
  SA_NODEFER,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGRTMIN,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGURG,
  SIGWINCH,
  SS_DISABLE,
} from "../../abi/signal.ts";

export interface SignalAction {
  /** SIG_DFL, SIG_IGN or the handler's address. */
  readonly handler: number;
  readonly flags: number;
  readonly restorer: number;
  readonly mask: bigint;
}

/** Who or what sent a signal: the fields of siginfo_t. */
export interface SignalInfo {
  readonly signal: number;
  /** si_code */
  readonly code: number;
  /** si_addr, of faults. */
  readonly address?: number;
  /** si_pid and si_uid, of kill and its like. */
  readonly pid?: number;
  readonly uid?: number;
  /** si_value, of sigqueue. */
  readonly value?: number;
  /** EIP is at the instruction that raised it (and not behind: a trap); the flags in its frame have RF set. */
  readonly isFault?: boolean;
}

export type DefaultAction = "terminate" | "core" | "ignore" | "stop" | "continue";

const DEFAULT_ACTION: SignalAction = { handler: SIG_DFL, flags: 0, restorer: 0, mask: 0n };
/** Signals that dump core: QUIT ILL TRAP ABRT BUS FPE SEGV XCPU XFSZ SYS. */
const CORE = [3, 4, 5, 6, 7, 8, 11, 24, 25, 31].reduce((set, signal) => set | bit(signal), 0n);
/** The signals of faults come first (dequeue_synchronous_signal): ILL TRAP BUS FPE SEGV SYS. */
const SYNCHRONOUS = [4, 5, 7, 8, 11, 31].reduce((set, signal) => set | bit(signal), 0n);
/** Signals waiting at most, as RLIMIT_SIGPENDING has it. */
const MAX_QUEUED = 4096;

/** The set of one signal. */
export function bit(signal: number): bigint {
  return 1n << BigInt(signal - 1);
}

/** What cannot be blocked. */
export const UNBLOCKABLE = bit(SIGKILL) | bit(SIGSTOP);

export function defaultActionOf(signal: number): DefaultAction {
  if (signal === SIGCHLD || signal === SIGURG || signal === SIGWINCH) return "ignore";
  if (signal === SIGCONT) return "continue";
  if (signal === SIGSTOP || signal === SIGTSTP || signal === SIGTTIN || signal === SIGTTOU) return "stop";
  return CORE & bit(signal) ? "core" : "terminate";
}

export class SignalState {
  private readonly actions: SignalAction[] = Array.from({ length: NSIG + 1 }, () => DEFAULT_ACTION);
  private queue: SignalInfo[] = [];
  private blockedSet = 0n;
  private pendingSet = 0n;
  /** sigaltstack(2) */
  alternate = { start: 0, size: 0, flags: SS_DISABLE };
  /** The mask to go back to after sigsuspend or ppoll. */
  savedMask: bigint | undefined;
  /** The last fault's vector, error code and address, for signal frames (thread_struct). */
  trap = { vector: 0, error: 0, cr2: 0 };
  /** EIP of the last sigreturn that has set RF: it stays until the instruction there is complete. */
  resumedAt: number | undefined;
  /** Selectors that IRET has refused, for the next signal frame: no segment register can hold them. */
  refused: { readonly code: number; readonly stack: number } | undefined;
  /** Is there a signal to deliver? Looked at after every system call. */
  isDeliverable = false;
  /** Set while the task waits: called when a signal is to be delivered. */
  wake: (() => void) | undefined;

  action(signal: number): SignalAction {
    return this.actions[signal] ?? DEFAULT_ACTION;
  }

  setAction(signal: number, action: SignalAction): void {
    this.actions[signal] = { ...action, mask: action.mask & ~UNBLOCKABLE };
    if (this.isIgnored(signal)) this.discard(signal);
  }

  get blocked(): bigint {
    return this.blockedSet;
  }

  set blocked(set: bigint) {
    this.blockedSet = set & ~UNBLOCKABLE;
    this.update();
  }

  get pending(): bigint {
    return this.pendingSet;
  }

  /** The sets of signals that are ignored and caught, for /proc. */
  get dispositions(): { readonly ignored: bigint; readonly caught: bigint } {
    let [ignored, caught] = [0n, 0n];
    for (let signal = 1; signal <= NSIG; signal++) {
      const { handler } = this.action(signal);
      if (handler === SIG_IGN) ignored |= bit(signal);
      else if (handler !== SIG_DFL) caught |= bit(signal);
    }
    return { ignored, caught };
  }

  /** Would `signal` do nothing at all? */
  isIgnored(signal: number): boolean {
    const { handler } = this.action(signal);
    return handler === SIG_IGN || (handler === SIG_DFL && defaultActionOf(signal) === "ignore");
  }

  /** Queues a signal. One that is ignored and not blocked is gone at once; ordinary ones wait once each. */
  send(info: SignalInfo): void {
    const set = bit(info.signal);
    if (this.isIgnored(info.signal) && !(this.blockedSet & set)) return;
    if (info.signal < SIGRTMIN && this.pendingSet & set) return;
    if (this.queue.length >= MAX_QUEUED && this.pendingSet & set) return;
    this.queue.push(info);
    this.pendingSet |= set;
    this.update();
  }

  /** A fault: the signal cannot be blocked or ignored (force_sig in Linux). */
  force(info: SignalInfo): void {
    const set = bit(info.signal);
    const isBlocked = (this.blockedSet & set) !== 0n;
    if (isBlocked || this.action(info.signal).handler === SIG_IGN) this.actions[info.signal] = DEFAULT_ACTION;
    this.blockedSet &= ~set;
    this.discard(info.signal);
    this.queue.unshift(info);
    this.pendingSet |= set;
    this.update();
  }

  /** The next signal in `from` (faults first, then the lowest number), taken off the queue. */
  take(from: bigint = ~this.blockedSet): SignalInfo | undefined {
    const ready = this.pendingSet & from;
    if (ready === 0n) return undefined;
    const pool = ready & SYNCHRONOUS || ready;
    let signal = 1;
    while (!(pool & bit(signal))) signal++;
    const index = this.queue.findIndex((info) => info.signal === signal);
    const [info] = this.queue.splice(index, 1);
    if (!this.queue.some((other) => other.signal === signal)) this.pendingSet &= ~bit(signal);
    this.update();
    return info;
  }

  /** A handler begins: its signal and its mask are blocked. */
  enterHandler(signal: number): void {
    const action = this.action(signal);
    this.blocked = this.blockedSet | action.mask | (action.flags & SA_NODEFER ? 0n : bit(signal));
  }

  private discard(signal: number): void {
    this.queue = this.queue.filter((info) => info.signal !== signal);
    this.pendingSet &= ~bit(signal);
    this.update();
  }

  private update(): void {
    this.isDeliverable = (this.pendingSet & ~this.blockedSet) !== 0n;
    if (this.isDeliverable) this.wake?.();
  }
}
