/** Runs programs on both sides. */
import type { Outcome } from "../case.ts";
import { TIMEOUT, VECTOR_PAGE_FAULT } from "../case.ts";
import type { Difference } from "../compare.ts";
import type { Emulated } from "../emulated.ts";
import { runNative } from "../native.ts";
import type { Assembled, Program } from "./program.ts";
import { assemble, compareEnds, undefinedBefore } from "./program.ts";

/** A program that is fit to be run natively. */
export interface Runnable {
  readonly program: Program;
  readonly assembled: Assembled;
  /** What the emulated processor made of it. */
  readonly got: Outcome;
}

/** What is mapped in neither process, or in the window: elsewhere lie the harness's own code and data. */
function isTame(address: number): boolean {
  return address < 0x1_0000 || (address >= 0x1000_0000 && address < 0x3000_0000);
}

/** What the emulated processor makes of a program, and in how many instructions. */
export function emulate(emulated: Emulated, { input }: Assembled): { readonly got: Outcome; readonly retired: number } {
  const { retired, ...got } = emulated.run(input);
  return { got, retired };
}

/** Bytes that a result may take in the harness's records. */
const LARGEST_RESULT = 0xf000;
/** Instructions within which a program has to end. */
const MOST_INSTRUCTIONS = 50_000;

/**
 * Runs a program on the emulated processor. Null if it does not end there, or reaches for memory that only the native
 * process has, or makes too many changes to report, or looks at a flag that the manual leaves undefined.
 */
export function runEmulated(emulated: Emulated, program: Program): Runnable | null {
  if (!undefinedBefore(program.items)) return null;
  const assembled = assemble(program);
  if (!assembled) return null;
  const { got, retired } = emulate(emulated, assembled);
  if (got.vector >= TIMEOUT - 1 || retired > MOST_INSTRUCTIONS) return null;
  if (got.vector === VECTOR_PAGE_FAULT && !(isTame(got.address) && isTame(got.eip))) return null;
  const size = got.memory.reduce((sum, { bytes }) => sum + 12 + bytes.length, 0);
  return size > LARGEST_RESULT ? null : { program, assembled, got };
}

/** A program that came out differently. */
export interface Failure {
  readonly runnable: Runnable;
  readonly differences: readonly Difference[];
}

/** How often a difference has to show: if the kernel switches to another process, it loses the last x87 pointers. */
const ATTEMPTS = 3;

/** The differences between each program and what this machine's processor makes of it. */
function differencesOf(runnables: readonly Runnable[]): Difference[][] {
  const outcomes = runNative(runnables.map(({ assembled }) => assembled.input));
  return runnables.map(({ program, assembled, got }, i) => {
    const expected = outcomes[i];
    if (!expected) throw new RangeError(`program ${i} has no result`);
    return compareEnds(program, assembled, expected, got);
  });
}

/** The programs that end differently on this machine's processor, each time. */
export function findFailures(runnables: readonly Runnable[]): Failure[] {
  let failures: Failure[] = runnables.map((runnable) => ({ runnable, differences: [] }));
  for (let attempt = 0; attempt < ATTEMPTS && failures.length > 0; attempt++) {
    const differences = differencesOf(failures.map(({ runnable }) => runnable));
    failures = failures.flatMap(({ runnable }, i) => {
      const found = differences[i] ?? [];
      return found.length > 0 ? [{ runnable, differences: found }] : [];
    });
  }
  return failures;
}
