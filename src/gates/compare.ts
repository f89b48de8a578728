/**
 * Measures every way into the kernel by running a small guest program (tests/guest/compare.c) once for each question.
 *
 * Counts are exact: the difference between a run with 100 calls and one with none, less what the empty loop takes;
 * both runs stand on the same clock, so they differ in nothing else. Times are this emulator's on this host, not any
 * hardware's: the median of several rounds within one run, told from outside when the guest prints a mark.
 */
import type { RunOptions, RunResult } from "../index.ts";
import type { Platform } from "../platform/platform.ts";
import type { GateParameters } from "./ports.ts";
import { PAGE_SIZE } from "../abi/layout.ts";
import { SIGNAL_NAMES } from "../abi/signal.ts";
import { decodeBase64 } from "./base64.ts";
import { COMPARE_PROGRAM } from "./compare-program.ts";
import { COMPARED_PATHS, EMPTY_WAY, type ComparedPath } from "./compare-paths.ts";
import { measuringPlatform } from "./compare-platform.ts";

export { formatJson, formatTable } from "./compare-table.ts";

/** One path's figures; a property is a key of `compare --json`. */
export interface ComparisonRow {
  readonly path: string;
  /** The kernel parameter it ran under. */
  readonly mode: string;
  /** The page it called or read, in one of the starts; null if the program's own instruction enters the kernel. */
  readonly address: string | null;
  /** Whether that page changed over 16 starts. */
  readonly randomized: boolean;
  /** Guest instructions a call, all that the caller does for it included; null if no call came back. */
  readonly instructions: number | null;
  /** Entries into the kernel a call. */
  readonly entries: number;
  /** Exceptions a call. */
  readonly faults: number;
  /** Host nanoseconds a call, in this emulator; null if no call came back. */
  readonly nanoseconds: number | null;
  /** `ok`; `wrong`, if INT 0x80 gives another answer; the signal that killed the program. */
  readonly outcome: string;
}

export interface CompareOptions {
  /** The library's `run`. */
  readonly run: (options: RunOptions) => Promise<RunResult>;
  readonly module: RunOptions["module"];
  readonly platform: Platform;
  /** Calls in a timed round. */
  readonly calls?: number;
  /** Stops between two runs. */
  readonly signal?: AbortSignal;
}

/** How many rows there will be, for a progress bar. */
export const COMPARISON_LENGTH = COMPARED_PATHS.length;

const DEFAULT_CALLS = 10_000;
const STARTS = 16;
const ROUNDS = 6;
/** Calls of a counted run; decimal texts of one length, so that reading them takes equally long. */
const COUNTED = "100";
const ONCE = "001";
const NONE = "000";
/** What a counted run enters the kernel for after its calls: exit_group. */
const FINAL_ENTRIES = 1;

/** The rows, each as soon as it is measured. */
export async function* compare(options: CompareOptions): AsyncGenerator<ComparisonRow, void, undefined> {
  const comparison = new Comparison(options);
  for (const path of COMPARED_PATHS) {
    if (options.signal?.aborted) return;
    yield await comparison.row(path);
  }
}

/** What a run of the guest program left. */
interface Observed {
  readonly result: RunResult;
  readonly output: string;
  /** Host time of each byte written, nanoseconds. */
  readonly times: readonly bigint[];
}

interface Counts {
  readonly instructions: number;
  readonly entries: number;
  readonly faults: number;
}

class Comparison {
  private readonly options: CompareOptions;
  private readonly program = decodeBase64(COMPARE_PROGRAM);
  private readonly pages = new Map<string, readonly number[]>();
  private emptyInstructions: number | undefined;
  private emptyNanoseconds: number | undefined;

  constructor(options: CompareOptions) {
    this.options = options;
  }

  async row(path: ComparedPath): Promise<ComparisonRow> {
    const pages = await this.pagesOf(path);
    const checked = await this.observe(path, ["check"]);
    const { signal } = checked.result;
    const returned = signal === undefined;
    const counts = returned ? await this.countCall(path) : await this.countDeath(path);
    return {
      path: path.path,
      mode: path.mode,
      address: pages[0] === 0 ? null : `0x${pages[0]!.toString(16).padStart(8, "0")}`,
      randomized: new Set(pages).size > 1,
      instructions: returned ? counts.instructions - (await this.emptyLoop(path)) : null,
      entries: counts.entries,
      faults: counts.faults,
      nanoseconds: returned ? await this.timeCall(path) : null,
      outcome: returned ? checked.output.trim() : (SIGNAL_NAMES[signal] ?? `signal ${signal}`),
    };
  }

  /** The page that the path calls, in each of 16 starts. The gate and the function make no difference to it. */
  private async pagesOf(path: ComparedPath): Promise<readonly number[]> {
    const place = path.way.replace(/:.*/, "").replace("gate", "vdso");
    const key = `${place} ${path.mode.startsWith("gate") ? "vdso=on" : path.mode}`;
    let pages = this.pages.get(key);
    if (pages === undefined) {
      const addresses: number[] = [];
      for (let i = 0; i < STARTS; i++) {
        const { output } = await this.observe(path, ["address"]);
        addresses.push(Number.parseInt(output, 16));
      }
      pages = addresses.map((address) => address - (address % PAGE_SIZE));
      this.pages.set(key, pages);
    }
    return pages;
  }

  private async countCall(path: ComparedPath): Promise<Counts> {
    const many = await this.count(path, COUNTED);
    const none = await this.count(path, NONE);
    const each = (of: keyof Counts): number => (many[of] - none[of]) / Number(COUNTED);
    return { instructions: each("instructions"), entries: each("entries"), faults: each("faults") };
  }

  /** Of a call that never comes back: the run with none ends with an entry that this one does not reach. */
  private async countDeath(path: ComparedPath): Promise<Counts> {
    const once = await this.count(path, ONCE);
    const none = await this.count(path, NONE);
    return {
      instructions: 0,
      entries: once.entries - (none.entries - FINAL_ENTRIES),
      faults: once.faults - none.faults,
    };
  }

  private async count(path: ComparedPath, calls: string): Promise<Counts> {
    const { result } = await this.observe(path, ["count", calls], true);
    const { int80, sysenter, syscall, vsyscall } = result.entries;
    return {
      instructions: Number(result.instructions),
      entries: int80 + sysenter + syscall + vsyscall,
      faults: result.faults,
    };
  }

  /** Instructions of a turn of the loop that does nothing. */
  private async emptyLoop({ parameters }: ComparedPath): Promise<number> {
    this.emptyInstructions ??= (await this.countCall(emptyPath(parameters))).instructions;
    return this.emptyInstructions;
  }

  private async timeCall(path: ComparedPath): Promise<number> {
    this.emptyNanoseconds ??= await this.timeLoop(emptyPath(path.parameters));
    return Math.max(0, (await this.timeLoop(path)) - this.emptyNanoseconds);
  }

  /** Median over the rounds, nanoseconds a turn of the loop. The first round, in code not yet optimised, is left out. */
  private async timeLoop(path: ComparedPath): Promise<number> {
    const calls = this.options.calls ?? DEFAULT_CALLS;
    const { times } = await this.observe(path, ["time", `${calls}`, `${ROUNDS}`]);
    const rounds: number[] = [];
    for (let i = 2; i + 1 < times.length; i += 2) rounds.push(Number(times[i + 1]! - times[i]!) / calls);
    return median(rounds);
  }

  private async observe({ way, parameters }: ComparedPath, asked: readonly string[], fixed = false): Promise<Observed> {
    const { run, module, platform, signal } = this.options;
    const measuring = measuringPlatform(platform, fixed);
    const result = await run({
      module,
      platform: measuring.platform,
      program: "/compare",
      arguments: [way, ...asked],
      files: { "/compare": this.program },
      quiet: true,
      deterministic: fixed,
      ...parameters,
      ...(fixed ? { seed: 1 } : {}),
      ...(signal ? { signal } : {}),
    });
    return { result, output: measuring.output(), times: measuring.times };
  }
}

function emptyPath(parameters: GateParameters): ComparedPath {
  return { path: "", mode: "", way: EMPTY_WAY, parameters };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
