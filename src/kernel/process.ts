/** A program from its start to its end: sets up machine, kernel and files, and runs slice after slice. */
import { EACCES, EISDIR, ENOENT, ENOEXEC, ERRORS } from "../abi/errno.ts";
import { GDT_ENTRY_CPUNODE } from "../abi/ldt.ts";
import { RLIMIT_AS, RLIMIT_DATA, RLIMIT_NOFILE, RLIMIT_STACK } from "../abi/resource.ts";
import { SI_KERNEL, SIGINT } from "../abi/signal.ts";
import { X86_TRAP_BP, X86_TRAP_OF } from "../abi/traps.ts";
import { createNamespace, credentialsOf, FileDescriptorTable, lookup } from "../fs/index.ts";
import { AT_FDCWD } from "../abi/fcntl.ts";
import { cpuOfGate, NO_GATES, publishClock } from "../gates/index.ts";
import type { RunOptions, RunResult } from "../index.ts";
import { Exit, Machine, type CpuModel } from "../machine/machine.ts";
import type { Platform } from "../platform/platform.ts";
import { seededPlatform, timelessPlatform } from "./seeded.ts";
import { utf8String } from "../text.ts";
import { completeParked, enterKernel, refillCalls } from "./dispatch.ts";
import { Kernel, type KernelOptions } from "./kernel.ts";
import { ResourceLimits } from "./limits.ts";
import { loadProgram, type ExecFailure } from "./loader/exec.ts";
import { describeMap } from "./memory/describe.ts";
import { MemoryMap } from "./memory/memory-map.ts";
import { processSource } from "./proc-source.ts";
import { deliverSignals } from "./signals/deliver.ts";
import { handleException } from "./signals/fault.ts";
import { SignalState } from "./signals/signal-state.ts";
import { Tracer } from "./strace/tracer.ts";
import { checkTimers } from "./syscalls/timers.ts";
import { Task, type TaskParts } from "./task.ts";

/** Models without SYSENTER and SYSCALL. */
const GATELESS: readonly CpuModel[] = ["486", "pentium", "pentium-mmx"];
/** Instructions a slice. V8 replaces a function's first code only when it is entered anew, so slices are short. */
const SLICE = 300_000;
/** Exceptions answered in one slice before it ends, so that the host's event loop gets its turn. */
const FAULTS_A_SLICE = 500;
/** The host's event loop gets its turn this often, in nanoseconds. */
const YIELD_INTERVAL = 15_000_000n;
const DEFAULT_MEMORY_LIMIT = 2 ** 30;
const DEFAULT_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/",
  TERM: "xterm",
};
const FIRST_PID = 2;
const INIT_PID = 1;
/** Vectors that INT n may raise in user mode: the breakpoint, overflow, and system calls (idt_setup_traps in Linux). */
const SOFTWARE_VECTORS = [X86_TRAP_BP, X86_TRAP_OF, 0x80];

export class Process {
  readonly task: Task;
  readonly kernel: Kernel;
  private failure: string | undefined;
  private failureStatus = 0;
  private lastYield: bigint;
  private readonly stopSignal: AbortSignal | undefined;
  private rouse: () => void = () => {};

  private constructor(task: Task, options: RunOptions) {
    this.task = task;
    this.kernel = task.kernel;
    this.lastYield = this.kernel.platform.monotonic();
    this.stopSignal = options.signal;
    if (this.stopSignal?.aborted) this.stop();
    this.stopSignal?.addEventListener("abort", this.onAbort);
  }

  /** Loads the program. If that fails, the process has ended already: `result` says how. */
  static async start(options: RunOptions): Promise<Process> {
    const platform = choosePlatform(options);
    const kernel = new Kernel(platform, kernelOptions(options));
    const machine = await Machine.create(options.module, (gate) => enterKernel(kernel.current!, gate));
    const source = processSource(kernel);
    const [uid, gid] = [options.uid ?? platform.uid, options.gid ?? platform.gid];
    const namespace = createNamespace({
      platform,
      uid,
      gid,
      processes: source,
      now: () => kernel.clock.realtime(),
      ...(options.files === undefined ? {} : { files: options.files }),
      ...(options.mounts === undefined ? {} : { mounts: options.mounts }),
    });
    if (typeof namespace === "string") throw new StartError(namespace);
    kernel.namespace = namespace;
    prepare(machine, kernel);
    kernel.clock.attach(machine);
    const limits = new ResourceLimits();
    const files = new FileDescriptorTable(() => limits.soft(RLIMIT_NOFILE));
    namespace.openStandardStreams(files);
    const parts: TaskParts = {
      kernel,
      machine,
      memory: new MemoryMap(machine, {
        memory: kernel.options.memoryLimit,
        stack: () => limits.soft(RLIMIT_STACK),
        addressSpace: () => limits.soft(RLIMIT_AS),
        data: () => limits.soft(RLIMIT_DATA),
      }),
      files,
      root: namespace.root,
      cwd: namespace.root,
      credentials: credentialsOf(uid, gid, options.uid === undefined ? platform.groups : []),
      limits,
      signals: new SignalState(),
      gates: NO_GATES,
      pid: FIRST_PID,
      parentPid: INIT_PID,
    };
    const task = new Task(parts);
    kernel.tasks.set(task.pid, task);
    kernel.current = task;
    if (namespace.terminal !== null) {
      namespace.terminal.foregroundGroup = task.processGroup;
      namespace.terminal.onSignal = (signal) => task.signals.send({ signal, code: SI_KERNEL });
    }
    const process = new Process(task, options);
    process.load(options);
    return process;
  }

  /** Has it ended? */
  get isOver(): boolean {
    return this.task.end !== undefined;
  }

  /** Runs to the end. */
  async run(): Promise<void> {
    while (!this.isOver) await this.step();
  }

  /** Runs one slice, or waits for what the task waits for. */
  async step(): Promise<void> {
    const { task, kernel } = this;
    if (task.parked !== undefined) await this.finishParked(task.parked);
    checkTimers(task);
    if (task.hasWork) deliverSignals(task);
    if (task.isBeingKilled) task.die(SIGINT);
    if (!this.isOver) this.runSlice();
    if (this.isOver) {
      this.finish();
      return;
    }
    const now = kernel.platform.monotonic();
    if (now - this.lastYield < YIELD_INTERVAL) return;
    await kernel.platform.yield();
    this.lastYield = kernel.platform.monotonic();
  }

  /** Ends it from outside, as SIGINT would. */
  stop(): void {
    const { task } = this;
    if (this.isOver) return;
    task.isBeingKilled = true;
    task.signals.wake?.();
    this.rouse();
  }

  result(): RunResult {
    const { task } = this;
    const { end } = task;
    const signal = end?.kind === "signal" ? end.signal : undefined;
    const status =
      this.failure !== undefined ? this.failureStatus : end?.kind === "exit" ? end.status : 128 + (signal ?? 0);
    const report = this.failure ?? task.report;
    return {
      status,
      ...(signal === undefined ? {} : { signal }),
      instructions: task.machine.retired,
      entries: { ...task.entries },
      faults: task.faults,
      ...(report === undefined ? {} : { report }),
      memoryMap: () => this.memoryMap(),
    };
  }

  /** The address space as /proc/self/maps shows it. */
  memoryMap(): string {
    return describeMap(this.task.memory, this.task.gates, this.task.root);
  }

  private readonly onAbort = (): void => this.stop();

  private runSlice(): void {
    const { task, kernel } = this;
    kernel.current = task;
    kernel.clock.startSlice(SLICE);
    publishClock(task, kernel.clock.values());
    refillCalls(task);
    const end = task.machine.retired + BigInt(SLICE);
    for (let round = 0; round < FAULTS_A_SLICE; round++) {
      task.memory.settle();
      const exit = task.machine.run(Number(end - task.machine.retired));
      if (exit !== Exit.EXCEPTION) return;
      handleException(task, task.machine.exception());
      // What the kernel answers unseen, such as a call of the vsyscall page, goes on in the same slice.
      if (task.hasWork || task.machine.retired >= end) return;
    }
  }

  /** Waits for the result of a call; if the task is killed meanwhile, the result does not matter any more. */
  private async finishParked(parked: { readonly number: number; readonly result: Promise<number> }): Promise<void> {
    const { task, kernel } = this;
    const killed = new Promise<undefined>((resolve) => (this.rouse = () => resolve(undefined)));
    const result = task.isBeingKilled ? undefined : await Promise.race([parked.result, killed]);
    task.parked = undefined;
    kernel.clock.resume();
    if (result !== undefined) completeParked(task, parked.number, result);
  }

  private load(options: RunOptions): void {
    const { task } = this;
    const environment = options.environment ?? DEFAULT_ENVIRONMENT;
    const envp = Object.entries(environment).map(([name, value]) => utf8String(`${name}=${value}`));
    const directory = options.workingDirectory;
    if (directory !== undefined) {
      const found = lookup(task, AT_FDCWD, utf8String(directory));
      if (typeof found === "number" || !found.inode.isDirectory) {
        this.refuse(126, `linux-gate: ${directory}: no such working directory`);
        return;
      }
      task.cwd = found;
    }
    const program = utf8String(options.program);
    const path = program.includes("/") ? program : search(task, program, environment.PATH ?? DEFAULT_ENVIRONMENT.PATH);
    if (path === undefined) {
      this.refuse(127, `linux-gate: ${options.program}: command not found`);
      return;
    }
    const argv = [options.argument0 ?? options.program, ...(options.arguments ?? [])].map(utf8String);
    const failure = loadProgram(task, path, argv, envp);
    if (options.strace !== undefined) task.trace = new Tracer(task, options.strace);
    if (failure === undefined) task.trace?.execve(path, argv, envp.length);
    else this.refuseProgram(options.program, path, failure);
  }

  /** As a shell tells it: 127 if something is not there, else 126. */
  private refuseProgram(program: string, path: string, { errno, reason }: ExecFailure): void {
    const found = errno === -EACCES ? lookup(this.task, AT_FDCWD, path) : undefined;
    const isDirectory = typeof found === "object" && found.inode.isDirectory;
    const message = messageOf(isDirectory ? -EISDIR : errno);
    const status = errno === -ENOENT ? 127 : 126;
    const isTold = errno === -ENOEXEC || errno === -ENOENT;
    if (reason === undefined) this.refuse(status, `linux-gate: ${program}: ${message}`);
    else this.refuse(status, `linux-gate: ${program}: cannot execute: ${reason}${isTold ? "" : `: ${message}`}`);
  }

  /** The program cannot be started: one line, and the status a shell would give. */
  private refuse(status: number, line: string): void {
    this.failure = line;
    this.failureStatus = status;
    this.task.exit(status);
    this.kernel.report(line);
    this.release();
  }

  /** Gives the machine back for another process. Nothing may be asked of this one afterwards but its result. */
  dispose(): void {
    const { memory, machine } = this.task;
    if (memory.recycle()) machine.retire();
  }

  private finish(): void {
    const { task } = this;
    task.memory.synchronize(0, 2 ** 32);
    task.memory.close();
    if (task.clearChildTid !== 0) task.writeU32(task.clearChildTid, 0);
    task.files.closeAll();
    this.kernel.namespace.close();
    task.trace?.ended();
    this.release();
  }

  private release(): void {
    this.stopSignal?.removeEventListener("abort", this.onAbort);
  }
}

/** What strerror(3) says of -errno. */
function messageOf(errno: number): string {
  return ERRORS.find(([number]) => number === -errno)?.[2] ?? `error ${-errno}`;
}

/** A file or mount that was asked for cannot be had: the caller's mistake, not the guest's. */
export class StartError extends Error {}

function kernelOptions(options: RunOptions): KernelOptions {
  const cpu = options.cpu ?? "max";
  return {
    gates: {
      vdso: options.vdso ?? "on",
      vsyscall: options.vsyscall ?? "xonly",
      // A processor from before the Pentium II has no other gate.
      gate: GATELESS.includes(cpu) ? "int80" : (options.gate ?? "sysenter"),
    },
    cpu,
    clock: options.clock ?? "tsc",
    aslr: options.aslr ?? true,
    quiet: options.quiet ?? false,
    memoryLimit: options.memoryLimit ?? DEFAULT_MEMORY_LIMIT,
    isDeterministic: options.deterministic ?? false,
  };
}

/** The platform, its clock and randomness fixed if that is asked for. */
function choosePlatform(options: RunOptions): Platform {
  const { platform, seed } = options;
  if (options.deterministic === true) return timelessPlatform(platform, seed ?? 1);
  return seed === undefined ? platform : seededPlatform(platform, seed);
}

/** What the machine must know before any program: which gates the processor has, its number, the gate itself. */
function prepare(machine: Machine, kernel: Kernel): void {
  const { vendor, gates } = cpuOfGate(kernel.options.gates.gate);
  machine.setCpu(vendor, kernel.options.cpu, gates);
  for (const vector of SOFTWARE_VECTORS) machine.allowSoftwareInterrupt(vector);
  // Processor 0 of node 0: the limit of a data segment of privilege 3 that cannot be written (setup_getcpu in Linux).
  machine.setDescriptor(GDT_ENTRY_CPUNODE, 0x0000_0000, 0x0040_f500);
}

/** Where a shell would find `program`. */
function search(task: Task, program: string, path: string): string | undefined {
  for (const folder of utf8String(path).split(":")) {
    const candidate = `${folder === "" ? "." : folder}/${program}`;
    const found = lookup(task, AT_FDCWD, candidate);
    if (typeof found !== "number" && !found.inode.isDirectory) return candidate;
  }
  return undefined;
}
