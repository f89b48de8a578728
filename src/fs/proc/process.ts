/** What /proc shows of a process and of the system; the kernel gives it. */
import type { Credentials } from "../credentials.ts";
import type { Dentry } from "../dentry.ts";
import type { FileDescriptorTable } from "../descriptors.ts";

export interface ProcessInformation {
  readonly pid: number;
  readonly parentPid: number;
  readonly processGroup: number;
  readonly session: number;
  /** comm: at most 15 bytes. */
  readonly name: string;
  readonly credentials: Credentials;
  readonly umask: number;
  readonly files: FileDescriptorTable;
  readonly cwd: Dentry;
  readonly root: Dentry;
  /** The running program. */
  readonly executable: Dentry | null;
  /** /proc/PID/maps, as Linux prints it. */
  maps(): string;
  /** The auxiliary vector as on the stack. */
  auxiliaryVector(): Uint8Array;
  /** The arguments and the environment, each string with its zero, as the guest's memory holds them now. */
  commandLine(): Uint8Array;
  environment(): Uint8Array;
  /** Sizes in pages of 4 KiB. */
  memoryUse(): MemoryUse;
  /** Resource limits by RLIMIT_ number; bigint 2^64-1 = unlimited. */
  limit(resource: number): { readonly soft: bigint; readonly hard: bigint };
  /** Signal sets, bit n-1 = signal n. */
  readonly signals: {
    readonly pending: bigint;
    readonly blocked: bigint;
    readonly ignored: bigint;
    readonly caught: bigint;
  };
  /** Processor time used and the start since boot, in clock ticks of 10 ms. */
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly startTicks: number;
  /** For /proc/PID/stat: where things are in the address space. */
  readonly addresses: {
    readonly codeStart: number;
    readonly codeEnd: number;
    readonly stackStart: number;
    readonly stackPointer: number;
    readonly instructionPointer: number;
    readonly dataStart: number;
    readonly dataEnd: number;
    readonly heapStart: number;
    readonly argumentsStart: number;
    readonly argumentsEnd: number;
    readonly environmentStart: number;
    readonly environmentEnd: number;
  };
}

export interface MemoryUse {
  readonly size: number;
  readonly resident: number;
  readonly shared: number;
  readonly text: number;
  readonly data: number;
  readonly stack: number;
}

export interface ProcessSource {
  /** The process whose system call is being done: /proc/self. */
  current(): ProcessInformation | undefined;
  find(pid: number): ProcessInformation | undefined;
  pids(): readonly number[];
  /** What uname(2) says, for /proc/version and /proc/sys/kernel. */
  readonly system: {
    readonly release: string;
    readonly version: string;
    readonly hostname: string;
    readonly domainname: string;
    /** /proc/cpuinfo from the first line to the blank one. */
    cpuinfo(): string;
    /** Memory in kilobytes. */
    memory(): { readonly total: number; readonly free: number };
    /** Nanoseconds since boot. */
    uptime(): bigint;
    /** Seconds since 1970 of the boot. */
    readonly bootTime: number;
    /** 0 or 2: sys/kernel/randomize_va_space. */
    readonly randomizeAddressSpace: number;
  };
}
