/**
 * The oracle's command: compares the emulated processor with a real one.
 *
 *     node --import ./scripts/typescript.mjs tests/oracle/run.ts [options]
 *
 *     (nothing)         replay the recorded results
 *     --live            ask this machine's processor instead, with any seed
 *     --record          ask this machine's processor and write the recording; with --form, of the families it names
 *     --form TEXT       only forms whose family or name contains the text, or the one of just that name
 *     --case N          only this case of each form
 *     --strict          compare what the manual leaves undefined, too
 *     --examples N      differences shown in full for each form (1)
 *     --seed N          live: the first seed (1)
 *     --seeds N         live: how many seeds (1)
 *     --jobs N          live: how many processes share the seeds (1)
 */
import { spawn } from "node:child_process";
import { cpus, release } from "node:os";
import { parseArgs } from "node:util";
import type { Failure, Selection, Tally } from "./check.ts";
import { checkForm, describe, replay, smallest } from "./check.ts";
import { compare } from "./compare.ts";
import { Emulated } from "./emulated.ts";
import { casesOf, FAMILIES, FORMS } from "./generate.ts";
import { nativeUnavailable, runNative, runNativeSurely } from "./native.ts";
import type { FormResults } from "./recording.ts";
import { RECORDED_SEED, writeRecording } from "./recording.ts";

const { values: options } = parseArgs({
  options: {
    live: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    form: { type: "string", default: "" },
    case: { type: "string" },
    strict: { type: "boolean", default: false },
    examples: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    seeds: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
  },
});

const named = FORMS.find((form) => form.name === options.form);
const selection: Selection = {
  form: (form) => (named ? form === named : `${form.family}: ${form.name}`.includes(options.form)),
  index: options.case === undefined ? undefined : Number(options.case),
  strict: options.strict,
};

/** How many forms go to the native harness at once. */
const FORMS_AT_ONCE = 64;

function report(failures: readonly Failure[], emulated: Emulated): void {
  for (const form of new Set(failures.map((failure) => failure.form))) {
    const list = failures.filter((failure) => failure.form === form);
    const kinds = [...new Set(list.flatMap(({ differences }) => differences.map(({ what }) => what)))];
    console.log(`${form.family}: ${form.name}: ${list.length} differ (${kinds.join(", ")})`);
    let left = [...list];
    for (let i = 0; i < Number(options.examples) && left.length > 0; i++) {
      const example = smallest(left);
      if (!example) break;
      console.log(describe(example, emulated));
      left = left.filter((failure) => failure !== example);
    }
  }
}

/** A live difference counts only if the processor says the same twice (see runNativeSurely). */
function confirmed(failures: readonly Failure[], emulated: Emulated): Failure[] {
  const again = runNativeSurely(failures.map(({ input }) => input));
  return failures.flatMap((failure, i) => {
    const outcome = again[i];
    if (!outcome) return [];
    const differences = compare(failure.input, outcome, emulated.run(failure.input), options.strict);
    return differences.length > 0 ? [{ ...failure, differences }] : [];
  });
}

/** Compares with this machine's processor, seed after seed. */
function live(emulated: Emulated): Tally {
  const tally: Tally = { cases: 0, failures: [] };
  const forms = FORMS.filter(selection.form);
  const first = Number(options.seed);
  for (let seed = first; seed < first + Number(options.seeds); seed++) {
    const found: Tally = { cases: 0, failures: [] };
    for (let i = 0; i < forms.length; i += FORMS_AT_ONCE) {
      const group = forms.slice(i, i + FORMS_AT_ONCE);
      const cases = group.map((form) => casesOf(form, seed));
      const outcomes = runNative(cases.flat());
      let at = 0;
      group.forEach((form, j) => {
        const list = cases[j] ?? [];
        checkForm(emulated, form, seed, list, outcomes.slice(at, at + list.length), found, selection);
        at += list.length;
      });
    }
    tally.cases += found.cases;
    tally.failures.push(...confirmed(found.failures, emulated));
    console.log(`seed ${seed}: ${tally.cases} cases so far, ${tally.failures.length} differ`);
  }
  return tally;
}

/** Shares the seeds among processes of this same command; each prints what it finds. */
async function share(jobs: number): Promise<boolean> {
  const seeds = Number(options.seeds);
  const others = process.argv.slice(2).filter((argument, i, all) => {
    const own = /^--(seeds?|jobs)$/;
    return !own.test(argument) && !(i > 0 && own.test(all[i - 1] ?? ""));
  });
  const script = process.argv[1] ?? "";
  let first = Number(options.seed);
  const children = Array.from({ length: Math.min(jobs, seeds) }, (_, job) => {
    const count = Math.floor(seeds / jobs) + (job < seeds % jobs ? 1 : 0);
    const range = ["--seed", String(first), "--seeds", String(count)];
    first += count;
    const child = spawn(process.execPath, [...process.execArgv, script, ...others, ...range], { stdio: "inherit" });
    return new Promise<number | null>((resolve) => child.on("close", resolve));
  });
  const codes = await Promise.all(children);
  return codes.every((code) => code === 0);
}

function record(): void {
  const processor = `${cpus()[0]?.model ?? "unknown"}, Linux ${release()} ${process.arch}`;
  let total = 0;
  for (const family of FAMILIES) {
    if (!FORMS.some((form) => form.family === family && selection.form(form))) continue;
    const forms = FORMS.filter((form) => form.family === family);
    const cases = forms.map((form) => casesOf(form, RECORDED_SEED));
    const outcomes = runNativeSurely(cases.flat());
    let at = 0;
    const results: FormResults[] = forms.map((form, i) => {
      const list = cases[i] ?? [];
      at += list.length;
      return { name: form.name, cases: list, outcomes: outcomes.slice(at - list.length, at) };
    });
    const size = writeRecording(family, processor, results);
    total += size;
    console.log(`${family}: ${forms.length} forms, ${outcomes.length} cases, ${size} bytes`);
  }
  console.log(`${total} bytes in all`);
}

async function main(): Promise<boolean> {
  const reason = options.live || options.record ? nativeUnavailable() : null;
  if (reason !== null) {
    console.error(reason);
    return false;
  }
  if (options.record) {
    record();
    return true;
  }
  if (options.live && Number(options.jobs) > 1) return share(Number(options.jobs));
  const emulated = await Emulated.create();
  const families = FAMILIES.filter((family) => FORMS.some((form) => form.family === family && selection.form(form)));
  const tallies = options.live ? [live(emulated)] : families.map((family) => replay(emulated, family, selection));
  const failures = tallies.flatMap((tally) => tally.failures);
  report(failures, emulated);
  const cases = tallies.reduce((sum, tally) => sum + tally.cases, 0);
  console.log(`${cases} cases, ${failures.length} differ`);
  return failures.length === 0;
}

process.exitCode = (await main()) ? 0 : 1;
