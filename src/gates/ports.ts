/**
 * What the gates ask of the kernel. The kernel's own Task, Machine and MemoryMap satisfy these by their shape; a test
 * can pass something far smaller.
 */

/** The part of a Machine that the gates touch. */
export interface GateMachine {
  /** The whole guest memory; an index is a guest address. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly registers: { eax: number; esp: number; eip: number };
  /** READ=1 | WRITE=2 | EXECUTE=4 for whole pages, above 0xC000_0000 too; the core forgets code decoded from there. */
  setPermissions(firstPage: number, pageCount: number, bits: number): void;
}

/**
 * Pages that the kernel installs in a process at start: `[vvar]`, `[vdso]`. As on Linux such a mapping never merges
 * with a neighbour, and munmap, mprotect or mremap of a part of it is -EINVAL.
 */
export interface SpecialMapping {
  /** Page-aligned, from `findUnmappedArea`. */
  readonly address: number;
  /** Bytes, a multiple of the page size. */
  readonly length: number;
  /** READ=1 | WRITE=2 | EXECUTE=4. */
  readonly permissions: number;
  /** Whether mprotect may add WRITE (copy-on-write for debuggers: the vDSO, but not the data page: -EACCES). */
  readonly mayWrite: boolean;
  /** As /proc/self/maps shows it, brackets included. */
  readonly name: string;
}

/** The part of the kernel's memory map that the gates touch. */
export interface GateMemory {
  /** Where mmap(NULL, length) would go, randomised as mmap is; -ENOMEM if nowhere. Reserves nothing. */
  findUnmappedArea(length: number): number;
  /** Enters the mapping and gives its pages to the guest, zeroed. The caller fills them. */
  mapSpecial(mapping: SpecialMapping): void;
}

/** What the gates ask of a task. */
export interface GateTask {
  readonly machine: GateMachine;
  readonly memory: GateMemory;
  /** The pages of this address space; `NO_GATES` before exec maps them. */
  readonly gates: Gates;
  /** The u32 at a user address; null is -EFAULT. */
  readU32(address: number): number | null;
  /** Performs a system call as the guest's own would run (tracing included); gives its value or -errno. */
  systemCall(number: number, first: number, second: number, third: number): number;
}

/** `on`: at a random page of the mmap area; `fixed`: relocated to 0xFFFF_E000, as COMPAT_VDSO did; `off`: none. */
export type VdsoMode = "on" | "off" | "fixed";

/**
 * What answers at 0xFF60_0000, the page transposed from x86-64:
 * `none` nothing; `xonly` calls are emulated and nothing can be read (Linux's default since 5.3); `emulate` calls are
 * emulated and the page can be read (3.1); `native` a system call instruction in each slot (3.1); `classic` code that
 * reads the clock itself (2.6).
 */
export type VsyscallMode = "none" | "xonly" | "emulate" | "native" | "classic";

/** Which instruction `__kernel_vsyscall` enters the kernel by. */
export type GateChoice = "int80" | "sysenter" | "syscall";

/** The kernel parameters that decide which gates a program finds. */
export interface GateParameters {
  readonly vdso: VdsoMode;
  readonly vsyscall: VsyscallMode;
  readonly gate: GateChoice;
}

/** Where the pages of one address space are. Plain data: fork copies it, exec makes a new one. */
export interface Gates {
  /** Address of the vDSO's image, 0 if there is none. mremap of `[vdso]` may change it. */
  vdso: number;
  /** Address of the data page the vDSO's clocks read, 0 if there is none. */
  vvar: number;
  readonly vsyscall: VsyscallMode;
}

/** A signal to force upon the task, with the fields of siginfo and sigcontext that a page fault decides. */
export interface FaultSignal {
  readonly signal: number;
  /** SEGV_MAPERR 1, SEGV_ACCERR 2, SI_KERNEL 128. */
  readonly code: number;
  /** si_addr; 0 with SI_KERNEL. */
  readonly address: number;
  /** sigcontext.err and cr2; undefined leaves what the last fault left there. */
  readonly errorCode?: number;
  readonly cr2?: number;
}

/** A moment on every clock, for the data pages. All times in nanoseconds. */
export interface ClockValues {
  /** `tsc`: the vDSO computes the time itself; `none`: its high-resolution clocks make the system call. */
  readonly mode: "tsc" | "none";
  /** The time-stamp counter at this moment. */
  readonly cycles: bigint;
  /** A cycle is mult / 2^shift nanoseconds; shift is at most 31. */
  readonly mult: number;
  readonly shift: number;
  readonly realtime: bigint;
  readonly monotonic: bigint;
  readonly boottime: bigint;
  readonly monotonicRaw: bigint;
  /** International atomic time: realtime plus the offset set by adjtimex (0 on a fresh Linux). */
  readonly tai: bigint;
  /** The coarse clocks, as of the last tick. */
  readonly realtimeCoarse: bigint;
  readonly monotonicCoarse: bigint;
  /** Resolution of the high-resolution clocks, as clock_getres tells it. */
  readonly resolution: number;
  readonly minutesWest: number;
  readonly dstTime: number;
}
