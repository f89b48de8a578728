/**
 * One task: a process of one thread. It holds what Linux's task_struct, mm_struct, files_struct, fs_struct and
 * signal_struct hold, each part in its own object, and gives the handlers of system calls their access to guest memory.
 */
import type { Credentials, Dentry, FileDescriptorTable } from "../fs/index.ts";
import type { Gates } from "../gates/index.ts";
import { READ, WRITE, type Machine } from "../machine/machine.ts";
import type { Kernel } from "./kernel.ts";
import type { ResourceLimits } from "./limits.ts";
import type { MemoryMap } from "./memory/memory-map.ts";
import type { ProgramImage } from "./loader/image.ts";
import { faultReport } from "./signals/report.ts";
import type { SignalInfo, SignalState } from "./signals/signal-state.ts";
import type { Tracer } from "./strace/tracer.ts";
import { callDirectly } from "./dispatch.ts";
import type { IntervalTimer } from "./syscalls/timers.ts";
import { waitFor, type WaitOutcome } from "./wait.ts";
import { binaryString } from "../text.ts";
import { TASK_SIZE } from "../abi/layout.ts";

/** Entries into the kernel, by the gate. */
export interface GateCounts {
  int80: number;
  sysenter: number;
  syscall: number;
  vsyscall: number;
}

/** How a task ended: by exit with a status byte, or by a signal. */
export type TaskEnd =
  { readonly kind: "exit"; readonly status: number } | { readonly kind: "signal"; readonly signal: number };

/** What prctl(2) keeps. */
export interface ProcessControl {
  parentDeathSignal: number;
  dumpable: number;
  keepCapabilities: number;
  noNewPrivileges: number;
  childSubreaper: number;
  /** Nanoseconds. */
  timerSlack: number;
}

export interface TaskParts {
  readonly kernel: Kernel;
  readonly machine: Machine;
  readonly memory: MemoryMap;
  readonly files: FileDescriptorTable;
  readonly root: Dentry;
  readonly cwd: Dentry;
  readonly credentials: Credentials;
  readonly limits: ResourceLimits;
  readonly signals: SignalState;
  readonly gates: Gates;
  readonly pid: number;
  readonly parentPid: number;
}

export class Task {
  readonly kernel: Kernel;
  readonly machine: Machine;
  readonly memory: MemoryMap;
  readonly files: FileDescriptorTable;
  readonly limits: ResourceLimits;
  readonly signals: SignalState;
  gates: Gates;
  root: Dentry;
  cwd: Dentry;
  umask = 0o022;
  credentials: Credentials;
  /** Of the process; a thread's own number is the same while there is one thread. */
  readonly pid: number;
  readonly parentPid: number;
  processGroup: number;
  session: number;
  /** What PR_SET_NAME and /proc/PID/comm show: at most 15 bytes. */
  name = "";
  /** Of the running program; set by exec. */
  image: ProgramImage | undefined;
  personality = 0;
  nice = 0;
  readonly control: ProcessControl = {
    parentDeathSignal: 0,
    dumpable: 1,
    keepCapabilities: 0,
    noNewPrivileges: 0,
    childSubreaper: 0,
    timerSlack: 50_000,
  };
  /** set_tid_address(2): cleared when the thread ends. */
  clearChildTid = 0;
  /** set_robust_list(2) */
  robustList = 0;
  /** ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF. */
  readonly timers: readonly IntervalTimer[] = [0, 1, 2].map(() => ({ deadline: undefined, interval: 0n }));
  /** Monotonic nanoseconds at the start of the task, and what of the time since it has waited. */
  readonly startTime: bigint;
  private idleTime = 0n;

  end: TaskEnd | undefined;
  /** The host wants the task to end: whatever it waits for is over. */
  isBeingKilled = false;
  /** Why the fault that killed it did: several lines. */
  report: string | undefined;
  trace: Tracer | undefined;
  /** A system call that waits: its number and what its result will be. */
  parked: { readonly number: number; readonly result: Promise<number> } | undefined;
  /** A system call that a signal interrupted: its number and ERESTART*. */
  interrupted: { readonly number: number; readonly code: number } | undefined;
  /** System calls until the task has had its turn, and the bytes of memory that they have been given so far. */
  callsLeft = 0;
  bytesTouched = 0;
  private readonly reported = new Set<string>();

  readonly entries: GateCounts = { int80: 0, sysenter: 0, syscall: 0, vsyscall: 0 };
  /** Processor exceptions that the guest raised, those the kernel answered unseen (stack growth) left out. */
  faults = 0;

  constructor(parts: TaskParts) {
    this.kernel = parts.kernel;
    this.machine = parts.machine;
    this.memory = parts.memory;
    this.files = parts.files;
    this.root = parts.root;
    this.cwd = parts.cwd;
    this.credentials = parts.credentials;
    this.limits = parts.limits;
    this.signals = parts.signals;
    this.gates = parts.gates;
    this.pid = parts.pid;
    this.parentPid = parts.parentPid;
    this.processGroup = parts.pid;
    this.session = parts.pid;
    this.startTime = parts.kernel.clock.monotonic();
  }

  /** Is there something to do before the task goes on? */
  get hasWork(): boolean {
    return this.signals.isDeliverable || this.end !== undefined || this.interrupted !== undefined || this.isBeingKilled;
  }

  /** The task ends with a status byte. */
  exit(status: number): void {
    this.end ??= { kind: "exit", status };
  }

  /** A signal ends the task. */
  die(signal: number): void {
    this.end ??= { kind: "signal", signal };
  }

  /** A signal that the task has not caught is about to kill it: if it is a fault's, the user is told. */
  reportFault(info: SignalInfo): void {
    if (info.code <= 0) return;
    this.report = faultReport(this, info);
    this.kernel.report(this.report);
  }

  /** Tells the user something that the guest asks for and cannot have; once for each `key`. */
  reportOnce(key: string, text: string): void {
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.kernel.report(`linux-gate: ${text}`);
  }

  /** Nanoseconds of processor time: all the time that the task has not waited. */
  cpuTime(): bigint {
    return this.kernel.clock.monotonic() - this.startTime - this.idleTime;
  }

  addIdleTime(nanoseconds: bigint): void {
    this.idleTime += nanoseconds;
  }

  /**
   * For system calls that block: waits for `ready` (absent: for nothing but time and signals), until `deadline` in
   * monotonic nanoseconds. After "signal" the call gives -ERESTARTSYS, -ERESTARTNOHAND or -EINTR.
   */
  wait(ready?: Promise<void>, deadline?: bigint): Promise<WaitOutcome> {
    return waitFor(this, ready, deadline);
  }

  /** Performs a system call for the kernel itself, traced like the guest's own. */
  systemCall(number: number, first: number, second: number, third: number): number {
    return callDirectly(this, number, first, second, third);
  }

  /**
   * The guest's bytes at [address, address + length), in place: a window that is true until the guest runs again or
   * its map changes. null is -EFAULT: not all of it is readable user memory.
   */
  readable(address: number, length: number): Uint8Array | null {
    if (!this.mayAccess(address, length, false)) return null;
    return this.machine.bytes.subarray(address, address + length);
  }

  /** As `readable`, to write to. Code decoded from there is forgotten. */
  writable(address: number, length: number): Uint8Array | null {
    if (!this.mayAccess(address, length, true)) return null;
    this.machine.invalidateCode(address, length);
    return this.machine.bytes.subarray(address, address + length);
  }

  /** A copy of the guest's bytes; null is -EFAULT. */
  copyIn(address: number, length: number): Uint8Array | null {
    return this.readable(address, length)?.slice() ?? null;
  }

  /** Writes `bytes` to the guest; false is -EFAULT, and nothing was written. */
  copyOut(address: number, bytes: Uint8Array): boolean {
    const target = this.writable(address, bytes.length);
    target?.set(bytes);
    return target !== null;
  }

  /** The u32 at `address`; null is -EFAULT. */
  readU32(address: number): number | null {
    return this.mayAccess(address, 4, false) ? this.machine.view.getUint32(address, true) : null;
  }

  /** Writes a u32 (or the low 32 bits of any integer); false is -EFAULT. */
  writeU32(address: number, value: number): boolean {
    if (!this.mayAccess(address, 4, true)) return false;
    this.machine.invalidateCode(address, 4);
    this.machine.view.setUint32(address, value, true);
    return true;
  }

  /** Writes the low 64 bits of an integer; false is -EFAULT. */
  writeU64(address: number, value: bigint): boolean {
    if (!this.mayAccess(address, 8, true)) return false;
    this.machine.invalidateCode(address, 8);
    this.machine.view.setBigUint64(address, BigInt.asUintN(64, value), true);
    return true;
  }

  /**
   * The C string at `address` without its zero, at most `limit` bytes long. null is -EFAULT: it runs into memory that
   * cannot be read. A string with no zero within `limit` + 1 bytes comes back `limit` + 1 long: -ENAMETOOLONG for a path.
   */
  readString(address: number, limit: number): Uint8Array | null {
    let start = address;
    while (start - address <= limit) {
      const chunk = Math.min(4096 - (start & 4095), limit + 1 - (start - address));
      if (!this.mayAccess(start, chunk, false)) return null;
      const zero = this.machine.bytes.subarray(start, start + chunk).indexOf(0);
      if (zero >= 0) return this.machine.bytes.slice(address, start + zero);
      start += chunk;
    }
    return this.machine.bytes.slice(address, start);
  }

  /** `readString` as a binary string (one character, one byte). */
  readText(address: number, limit: number): string | null {
    const bytes = this.readString(address, limit);
    return bytes === null ? null : binaryString(bytes);
  }

  /** access_ok, and the page permissions; a stack that should grow does. */
  private mayAccess(address: number, length: number, write: boolean): boolean {
    if (length === 0) return address <= TASK_SIZE;
    this.bytesTouched += length;
    if (address + length > TASK_SIZE) return false;
    const { memory } = this;
    if (this.isAccessible(address, length, write)) return true;
    if (!memory.growStack(address) && !memory.regain(address, address + length, write ? WRITE : READ)) return false;
    if (this.isAccessible(address, length, write)) return true;
    return write && memory.open(address, address + length) && this.isAccessible(address, length, true);
  }

  private isAccessible(address: number, length: number, write: boolean): boolean {
    const { machine } = this;
    return write ? machine.writable(address, length) : machine.readable(address, length);
  }
}
