/**
 * Random programs on this machine's processor and on the emulated one.
 *
 *     npm run oracle:programs -- [options]
 *
 *     --seed N        which programs (1)
 *     --first N       the first program's number (0)
 *     --count N       how many programs (20000)
 *     --program N     this one only; prints it whole, too
 *     --jobs N        how many processes share the programs (as many as there are processors)
 *     --examples N    failures that are reduced and printed, for each process (3)
 *     --record        records the programs that `npm test` replays
 */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Emulated } from "../emulated.ts";
import { nativeUnavailable } from "../native.ts";
import type { Failure } from "./check.ts";
import { findFailures, runEmulated } from "./check.ts";
import { assemblyOf, describe } from "./describe.ts";
import { generateProgram } from "./generate.ts";
import { recordPrograms } from "./recorded.ts";
import { reduce } from "./reduce.ts";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    count: { type: "string", default: "20000" },
    program: { type: "string" },
    jobs: { type: "string", default: String(availableParallelism()) },
    examples: { type: "string", default: "3" },
    record: { type: "boolean", default: false },
  },
});
const seed = Number(options.seed);

/** Programs that go to the native harness at once. */
const AT_ONCE = 500;
/** How many programs lie between two lines of progress. */
const PROGRESS = 20_000;

/** Reduces a failure of program `index` and prints it. */
function explain(emulated: Emulated, failure: Failure, index: number): void {
  let last = failure;
  reduce(failure.runnable.program, (program) => {
    const runnable = runEmulated(emulated, program);
    const [found] = runnable ? findFailures([runnable]) : [];
    if (found) last = found;
    return found !== undefined;
  });
  console.log(describe(last, emulated, seed, index));
}

/** Runs the programs from `first` to `end`; gives how many ran and how many failed. */
function runRange(emulated: Emulated, first: number, end: number): { ran: number; failed: number } {
  let ran = 0;
  let failed = 0;
  let examples = Number(options.examples);
  for (let start = first; start < end; start += AT_ONCE) {
    const numbers = new Map<unknown, number>();
    const runnables = Array.from({ length: Math.min(AT_ONCE, end - start) }, (_, i) => start + i).flatMap((index) => {
      const program = generateProgram(seed, index);
      const runnable = program && runEmulated(emulated, program);
      if (!runnable) return [];
      numbers.set(runnable, index);
      return [runnable];
    });
    const failures = findFailures(runnables);
    ran += runnables.length;
    failed += failures.length;
    for (const failure of failures) {
      const index = numbers.get(failure.runnable) ?? 0;
      const what = failure.differences.map((difference) => difference.what).join(", ");
      console.log(`program ${index} of seed ${seed} differs: ${what}`);
      if (examples-- > 0) explain(emulated, failure, index);
    }
    const done = start + AT_ONCE - first;
    if (done % PROGRESS < AT_ONCE) console.log(`${first} to ${start + AT_ONCE}: ${ran} ran, ${failed} differ`);
  }
  return { ran, failed };
}

/** Shares the programs among processes of this same command. */
async function share(jobs: number, first: number, count: number): Promise<boolean> {
  const script = process.argv[1] ?? "";
  const each = Math.ceil(count / jobs);
  const children = Array.from({ length: jobs }, (_, job) => {
    const from = first + job * each;
    const range = ["--first", String(from), "--count", String(Math.max(0, Math.min(each, first + count - from)))];
    const same = ["--seed", options.seed, "--examples", options.examples, "--jobs", "1"];
    const child = spawn(process.execPath, [...process.execArgv, script, ...same, ...range], { stdio: "inherit" });
    return new Promise<number | null>((resolve) => child.on("close", resolve));
  });
  return (await Promise.all(children)).every((code) => code === 0);
}

async function main(): Promise<boolean> {
  const reason = nativeUnavailable();
  if (reason !== null) {
    console.error(reason);
    return false;
  }
  const jobs = Number(options.jobs);
  if (options.record) {
    console.log(recordPrograms(await Emulated.create()));
    return true;
  }
  if (options.program !== undefined) {
    const emulated = await Emulated.create();
    const index = Number(options.program);
    const program = generateProgram(seed, index);
    if (program) console.log(assemblyOf(program, emulated).join("\n"));
    const { ran, failed } = runRange(emulated, index, index + 1);
    console.log(ran === 0 ? "not run: see runEmulated" : failed ? "differs" : "no difference");
    return failed === 0;
  }
  const first = Number(options.first);
  const count = Number(options.count);
  if (jobs > 1) return share(jobs, first, count);
  const { ran, failed } = runRange(await Emulated.create(), first, first + count);
  console.log(`seed ${seed}, programs ${first} to ${first + count}: ${ran} ran, ${failed} differ`);
  return failed === 0;
}

process.exitCode = (await main()) ? 0 : 1;
