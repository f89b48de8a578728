/** Puts cases before the emulated processor, compares with a native one's results, and says what differs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Case, Outcome } from "./case.ts";
import { codeAddress, initialSegments, isSixteenBit, REGISTER_NAMES, SEGMENT_NAMES } from "./case.ts";
import type { Difference } from "./compare.ts";
import { compare, flagNames, xmmText } from "./compare.ts";
import type { Emulated } from "./emulated.ts";
import { casesOf, FORMS } from "./generate.ts";
import { digestOf, readRecording, RECORDED_SEED } from "./recording.ts";
import type { Form } from "./rows.ts";

/** A case that came out differently. */
export interface Failure {
  readonly form: Form;
  readonly seed: number;
  readonly index: number;
  readonly input: Case;
  readonly differences: readonly Difference[];
}

export interface Tally {
  cases: number;
  readonly failures: Failure[];
}

/** Which cases are looked at, and how closely. */
export interface Selection {
  readonly form?: (form: Form) => boolean;
  /** This case only. */
  readonly index?: number | undefined;
  /** What the manual leaves undefined counts, too. */
  readonly strict?: boolean;
}

/** Compares the cases `0, 1, ...` of a form with their results. */
export function checkForm(
  emulated: Emulated,
  form: Form,
  seed: number,
  cases: readonly Case[],
  expected: readonly Outcome[],
  tally: Tally,
  selection: Selection = {},
): void {
  cases.forEach((input, index) => {
    if (selection.index !== undefined && selection.index !== index) return;
    const outcome = expected[index];
    if (!outcome) throw new RangeError(`${form.name}: case ${index} has no result`);
    const differences = compare(input, outcome, run(emulated, form, seed, index, input), selection.strict);
    tally.cases++;
    if (differences.length > 0) tally.failures.push({ form, seed, index, input, differences });
  });
}

/** A trap of the Wasm module is named after the case that it met. */
function run(emulated: Emulated, form: Form, seed: number, index: number, input: Case): ReturnType<Emulated["run"]> {
  try {
    return emulated.run(input);
  } catch (error) {
    throw new Error(`${form.name}, case ${index} of seed ${seed}: ${String(error)}`, { cause: error });
  }
}

/**
 * Replays the recording of a family against the emulated processor.
 * Throws where the recording does not fit the generator any more.
 */
export function replay(emulated: Emulated, family: string, selection: Selection = {}): Tally {
  const tally: Tally = { cases: 0, failures: [] };
  const recording = readRecording(family);
  const forms = FORMS.filter((form) => form.family === family);
  if (!recording) throw new Error(`nothing is recorded of the family ${family}: run with --record`);
  for (const recorded of recording.header.forms) {
    const form = forms.find((one) => one.name === recorded.name);
    const cases = form ? casesOf(form, RECORDED_SEED, recorded.cases) : [];
    if (!form || digestOf(cases) !== recorded.digest) {
      throw new Error(`${recorded.name}: the generator makes other cases than were recorded; run with --record`);
    }
    const outcomes = cases.map((input) => recording.next(input));
    if (selection.form?.(form) ?? true) checkForm(emulated, form, RECORDED_SEED, cases, outcomes, tally, selection);
  }
  if (recording.header.forms.length !== forms.length) {
    throw new Error(`${family}: ${forms.length} forms, ${recording.header.forms.length} recorded; run with --record`);
  }
  return tally;
}

/** The failure whose code is the shortest: mostly the easiest to understand. */
export function smallest(failures: readonly Failure[]): Failure | undefined {
  const size = ({ input }: Failure): number => input.code.length + input.memory.length;
  return failures.reduce<Failure | undefined>(
    (best, failure) => (best && size(best) <= size(failure) ? best : failure),
    undefined,
  );
}

const COMMAND = "npm run oracle --";

const hex = (value: number, digits = 8): string => value.toString(16).padStart(digits, "0");

/** Everything that one needs to look into a failure: bytes, text, inputs, what differs, how to see it again. */
export function describe(failure: Failure, emulated: Emulated): string {
  const { form, seed, index, input, differences } = failure;
  const registers = REGISTER_NAMES.map((name, i) => `${name}=${hex(input.registers[i] ?? 0)}`).join(" ");
  const selectors = initialSegments(input).map((selector, i) => `${SEGMENT_NAMES[i]}=${hex(selector, 2)}`);
  const lines = [
    `${form.family}: ${form.name}, case ${index} of seed ${seed}`,
    `  ${Buffer.from(input.code).toString("hex")}  ${textOf(input, emulated)}`,
    `  EIP=${hex(input.eip)} ${registers}`,
    `  EFLAGS ${flagNames(input.eflags)}  ${selectors.join(" ")}`,
    ...input.memory.map(({ address, bytes }) => `  ${hex(address)}: ${Buffer.from(bytes).toString("hex")}`),
    ...x87Lines(input),
    ...xmmLines(input),
    ...differences.map(({ what, expected, got }) => `  ${what}: expected ${expected}; got ${got}`),
    `  again: ${COMMAND} ${seed === RECORDED_SEED ? "" : `--live --seed ${seed} `}--form '${form.name}' --case ${index}`,
  ];
  return lines.join("\n");
}

function x87Lines({ x87 }: Case): string[] {
  if (!x87) return [];
  const register = (i: number): string => {
    const bytes = Buffer.from(x87.registers.subarray(10 * i, 10 * i + 10))
      .reverse()
      .toString("hex");
    return `ST(${i})=${bytes.slice(0, 4)}.${bytes.slice(4)}`;
  };
  return [
    `  x87 control=${hex(x87.control, 4)} status=${hex(x87.status, 4)} valid=${hex(x87.valid, 2)}`,
    ...[0, 2, 4, 6].map((i) => `  ${register(i)} ${register(i + 1)}`),
  ];
}

function xmmLines({ xmm }: Case): string[] {
  if (!xmm) return [];
  const register = (i: number): string => `XMM${i}=${xmmText(xmm, i)}`;
  return [`  MXCSR=${hex(xmm.mxcsr, 4)}`, ...[0, 2, 4, 6].map((i) => `  ${register(i)} ${register(i + 1)}`)];
}

/** The code as text: from the core, else from objdump, else nothing. */
function textOf(input: Case, emulated: Emulated): string {
  const text = isSixteenBit(input) ? null : emulated.disassemble(input);
  if (text !== null) return text;
  const folder = mkdtempSync(join(tmpdir(), "oracle-"));
  try {
    const file = join(folder, "code");
    writeFileSync(file, input.code);
    const mode = isSixteenBit(input) ? "intel,i8086" : "intel";
    const options = ["-D", "-b", "binary", "-m", "i386", "-M", mode, `--adjust-vma=${codeAddress(input)}`, file];
    const { stdout } = spawnSync("objdump", options, { encoding: "utf8" });
    const lines = stdout?.split("\n").flatMap((line) => line.split("\t")[2]?.trim() ?? []) ?? [];
    return lines.join("; ");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
