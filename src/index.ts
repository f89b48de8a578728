/** linux-gate as a library: run a 32-bit x86 Linux program and get back what became of it. */
import type { Mount } from "./fs/index.ts";
import type { GateParameters } from "./gates/index.ts";
import type { GateCounts } from "./kernel/task.ts";
import type { CoreModule } from "./machine/core.ts";
import type { CpuModel } from "./machine/machine.ts";
import type { Platform } from "./platform/platform.ts";
import { Process } from "./kernel/process.ts";

export type { Mount } from "./fs/index.ts";
export type { GateChoice, VdsoMode, VsyscallMode } from "./gates/index.ts";
export { compare, COMPARISON_LENGTH, formatJson, formatTable } from "./gates/compare.ts";
export type { CompareOptions, ComparisonRow } from "./gates/compare.ts";
export type { CoreModule } from "./machine/core.ts";
export { CPU_MODELS } from "./machine/machine.ts";
export type { CpuModel } from "./machine/machine.ts";
export type { Platform } from "./platform/platform.ts";
export { Process, StartError } from "./kernel/process.ts";
export type { Area } from "./kernel/memory/area.ts";

export interface RunOptions {
  /** The compiled core: `WebAssembly.compile` of dist/core.wasm. */
  readonly module: CoreModule;
  readonly platform: Platform;
  /** Path of the program in the guest. Without a slash it is looked for in PATH's folders, as a shell does. */
  readonly program: string;
  /** argv[1] and on. */
  readonly arguments?: readonly string[];
  /** argv[0], if it is not to be `program`. */
  readonly argument0?: string;
  /** Default: empty but for PATH, HOME and TERM. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Files put into the in-memory root before the start: path to contents, mode 0755. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  readonly mounts?: readonly Mount[];
  /** Default `/`. */
  readonly workingDirectory?: string;
  /** Kernel parameters; defaults: vdso on, vsyscall xonly, gate sysenter. */
  readonly vdso?: GateParameters["vdso"];
  readonly vsyscall?: GateParameters["vsyscall"];
  readonly gate?: GateParameters["gate"];
  /** The processor that the program sees, with its instructions and CPUID bits. Default: max, all there is. */
  readonly cpu?: CpuModel;
  /** What the vDSO's clocks read; `none` makes them fall back to the system call. Default `tsc`. */
  readonly clock?: "tsc" | "none";
  /** Address-space layout randomisation. Default true. */
  readonly aslr?: boolean;
  /** Fixes the layout's randomness and what getrandom and /dev/urandom give. */
  readonly seed?: number;
  /** Gets each line of a system call trace in strace's format, without the newline. */
  readonly strace?: (line: string) => void;
  /** No lines about missing calls and faults on stderr. */
  readonly quiet?: boolean;
  /** Bytes of memory the guest may have. Default 1 GiB. */
  readonly memoryLimit?: number;
  /** Ends the guest as SIGINT does: status 130. */
  readonly signal?: AbortSignal;
  /** Time follows the instruction count alone, so that two runs are equal to the last instruction. */
  readonly deterministic?: boolean;
  /** User and group of the process. Default 0. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface RunResult {
  /** Exit status as a shell tells it: 128 + signal if a signal killed it, 126 or 127 if it could not be started. */
  readonly status: number;
  /** The signal that killed it. */
  readonly signal?: number;
  /** Guest instructions retired. */
  readonly instructions: bigint;
  readonly entries: Readonly<GateCounts>;
  readonly faults: number;
  /** Why it could not be started, or the report of the fault that killed it. */
  readonly report?: string;
  /** The address space as /proc/self/maps showed it at the end. */
  memoryMap(): string;
}

/** Runs a program to its end. Rejects with StartError if a mount or file cannot be had, else only for our own bugs. */
export async function run(options: RunOptions): Promise<RunResult> {
  const process = await Process.start(options);
  await process.run();
  const result = process.result();
  process.dispose();
  return result;
}
