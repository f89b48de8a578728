/** The oracle's command, `npm run oracle`: compares the emulated processor with a real one. */
import { availableParallelism, cpus, release } from "node:os";
import { parseArgs } from "node:util";
import type { Selection } from "./check.ts";
import { replay } from "./check.ts";
import { Emulated } from "./emulated.ts";
import { Findings, foundOf } from "./findings.ts";
import { casesOf, FAMILIES, FORMS } from "./generate.ts";
import { progressFile, runLive } from "./live.ts";
import { nativeUnavailable, runNativeSurely } from "./native.ts";
import type { LiveOptions } from "./plan.ts";
import { casesOfSeed, formsNamed } from "./plan.ts";
import type { FormResults } from "./recording.ts";
import { RECORDED_SEED, writeRecording } from "./recording.ts";

const USAGE = `usage: npm run oracle -- [options]

    (nothing)         replay the recorded results
    --live            ask this machine's processor instead: 20 million cases, on every core; interrupted, the same
                      command goes on where it was
    --record          ask this machine's processor and write the recording; with --form, of the families it names
    --form TEXT       only forms whose family or name contains the text, or the one of just that name
    --case N          only this case of each form
    --strict          compare what the manual leaves undefined, too
    --examples N      differences shown in full for each form (1)
    --differs         list the forms in which processors differ within what the manual allows
    --help            this text

  with --live:
    --cases N         at least so many cases (20000000; with --form, those of one seed)
    --seed N          the first seed (1)
    --jobs N          processes (one a core)
    --progress FILE   where the progress is kept (in dist/oracle/)

Exit status: 0 no difference, 1 differences, 2 nothing compared.`;

const OPTIONS = {
  live: { type: "boolean", default: false },
  record: { type: "boolean", default: false },
  form: { type: "string", default: "" },
  case: { type: "string" },
  strict: { type: "boolean", default: false },
  examples: { type: "string" },
  differs: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  cases: { type: "string" },
  seed: { type: "string" },
  jobs: { type: "string" },
  progress: { type: "string" },
} as const;

/** Options that mean something only with --live. */
const LIVE_ONLY = ["cases", "seed", "jobs", "progress"] as const;

const PROOF_CASES = 20_000_000;

const NOTHING_COMPARED = 2;

/** What is wrong with the command line, in a line. */
class UsageError extends Error {}

function parse(): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"] {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    // Node's advice on what else it might have meant follows the first sentence.
    throw new UsageError(error instanceof Error ? error.message.split(". ")[0] : "");
  }
}

function count(name: string, text: string | undefined, otherwise: number, least = 1): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
  throw new UsageError(`--${name} ${text}: not a number from ${least} on`);
}

function record(chosen: string): void {
  const processor = `${cpus()[0]?.model ?? "unknown"}, Linux ${release()} ${process.arch}`;
  const families = new Set(formsNamed(chosen).map((form) => form.family));
  let total = 0;
  for (const family of families) {
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

function replayAll(emulated: Emulated, chosen: string, findings: Findings, options: Omit<Selection, "form">): void {
  const forms = new Set(formsNamed(chosen));
  for (const family of FAMILIES.filter((one) => [...forms].some((form) => form.family === one))) {
    const tally = replay(emulated, family, { ...options, form: (form) => forms.has(form) });
    findings.cases += tally.cases;
    for (const failure of tally.failures) findings.add(foundOf(failure));
  }
}

/** The forms in which processors differ, under what the difference is. */
function listDifferences(): void {
  const texts = new Set(FORMS.flatMap((form) => form.differs ?? []));
  for (const text of texts) {
    console.log(text);
    for (const form of FORMS) if (form.differs === text) console.log(`    ${form.family}: ${form.name}`);
  }
}

async function main(): Promise<number> {
  const values = parse();
  const { form, strict } = values;
  const index = values.case === undefined ? undefined : count("case", values.case, 0, 0);
  const examples = count("examples", values.examples, 1);
  const stray = LIVE_ONLY.find((name) => values[name] !== undefined);
  if (values.help) return (console.log(USAGE), 0);
  if (values.differs) return (listDifferences(), 0);
  if (stray && !values.live) throw new UsageError(`--${stray} needs --live`);
  if (values.live && values.record) throw new UsageError("--live and --record exclude each other");
  if (formsNamed(form).length === 0) throw new UsageError(`no form has '${form}' in its name`);

  const reason = values.live || values.record ? nativeUnavailable() : null;
  if (reason !== null) throw new UsageError(reason);
  if (values.record) return (record(form), 0);

  let findings = new Findings(examples);
  const emulated = await Emulated.create();
  if (values.live) {
    const selected = { form, index, strict };
    const cases = count("cases", values.cases, form ? casesOfSeed(selected) : PROOF_CASES);
    const options: LiveOptions = { ...selected, seed: count("seed", values.seed, 1, 0), cases };
    const jobs = count("jobs", values.jobs, availableParallelism());
    findings = await runLive(options, jobs, values.progress ?? progressFile(options), examples);
  } else {
    replayAll(emulated, form, findings, { index, strict });
  }
  for (const text of findings.report(emulated)) console.log(text);
  console.log(`${findings.cases} cases, ${findings.count} differ`);
  return findings.count === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`oracle: ${error instanceof UsageError ? error.message : String(error)}`);
  process.exitCode = NOTHING_COMPARED;
}
