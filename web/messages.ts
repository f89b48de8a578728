/** What the page and its workers say to each other. A worker does one job and is ended. */
import type { ComparisonRow } from "../src/gates/compare.ts";
import type { CoreModule, RunOptions, RunResult } from "../src/index.ts";

/** The kernel parameters that the page has switches for. */
export type KernelParameters = Required<Pick<RunOptions, "vdso" | "vsyscall" | "gate" | "clock" | "aslr">>;

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Runs a program to its end. */
export interface RunJob {
  readonly kind: "run";
  /** Its file's name, without folders; argv[0]. */
  readonly name: string;
  readonly contents: Uint8Array;
  readonly arguments: readonly string[];
  readonly parameters: KernelParameters;
  /** Print each system call among the output. */
  readonly trace: boolean;
  /** Absent: no terminal, empty standard input. */
  readonly terminal?: TerminalSize;
}

/** Measures every way into the kernel; `Report`s of kind `row`, in the order of COMPARED_PATHS. */
export interface CompareJob {
  readonly kind: "compare";
}

export type Job = RunJob | CompareJob;

/** To the worker. */
export type Request =
  | { readonly kind: "start"; readonly module: CoreModule; readonly job: Job }
  | { readonly kind: "input"; readonly bytes: Uint8Array }
  | { readonly kind: "resize"; readonly size: TerminalSize }
  /** So many bytes of output have been shown. */
  | { readonly kind: "shown"; readonly count: number }
  /** End the guest as Ctrl-C would. */
  | { readonly kind: "stop" };

/** A RunResult as it can be sent. */
export interface RunEnd extends Omit<RunResult, "memoryMap"> {
  readonly memoryMap: string;
}

/** From the worker. */
export type Report =
  | { readonly kind: "output"; readonly bytes: Uint8Array }
  | { readonly kind: "row"; readonly row: ComparisonRow }
  /** The job is done; `end` is there after a run. */
  | { readonly kind: "done"; readonly end?: RunEnd }
  /** Something is wrong with linux-gate or the browser, not with the guest. */
  | { readonly kind: "failed"; readonly message: string };
