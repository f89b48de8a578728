/** The programs whose ends on a real processor are recorded: tests/oracle/recorded/programs.br. */
import { cpus, release } from "node:os";
import type { Emulated } from "../emulated.ts";
import { runNativeSurely } from "../native.ts";
import { digestOf, readRecording, RECORDED_SEED, writeRecording } from "../recording.ts";
import type { Failure } from "./check.ts";
import { emulate, runEmulated } from "./check.ts";
import { generateProgram } from "./generate.ts";
import { assemble, compareEnds } from "./program.ts";

const FAMILY = "programs";
/** Programs that are looked at for the recording; the few that are not fit to be run are missing in it. */
const CANDIDATES = 2000;

/** Records again; gives what it did in a line. */
export function recordPrograms(emulated: Emulated): string {
  const fit = Array.from({ length: CANDIDATES }, (_, index) => index).flatMap((index) => {
    const program = generateProgram(RECORDED_SEED, index);
    const runnable = program && runEmulated(emulated, program);
    return runnable ? [{ name: String(index), input: runnable.assembled.input }] : [];
  });
  const outcomes = runNativeSurely(fit.map(({ input }) => input));
  const results = fit.map(({ name, input }, i) => ({ name, cases: [input], outcomes: outcomes.slice(i, i + 1) }));
  const processor = `${cpus()[0]?.model ?? "unknown"}, Linux ${release()} ${process.arch}`;
  const size = writeRecording(FAMILY, processor, results);
  return `${fit.length} of ${CANDIDATES} programs, ${size} bytes`;
}

/** Replays the recording; throws where the generator makes other programs than were recorded. */
export function replayPrograms(emulated: Emulated): { readonly count: number; readonly failures: readonly Failure[] } {
  const recording = readRecording(FAMILY);
  if (!recording) throw new Error("nothing is recorded of programs: run with --record");
  const failures = recording.header.forms.flatMap(({ name, digest }): Failure[] => {
    const program = generateProgram(RECORDED_SEED, Number(name));
    const assembled = program && assemble(program);
    if (!program || !assembled || digestOf([assembled.input]) !== digest) {
      throw new Error(`program ${name}: the generator makes another one than was recorded; run with --record`);
    }
    const { got } = emulate(emulated, assembled);
    const differences = compareEnds(program, assembled, recording.next(assembled.input), got);
    return differences.length > 0 ? [{ runnable: { program, assembled, got }, differences }] : [];
  });
  return { count: recording.header.forms.length, failures };
}
