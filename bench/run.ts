/**
 * `npm run bench [-- PROGRAM...] [--n FACTOR] [--rounds N]`: what linux-gate costs against this machine's processor
 * and, where it is installed, qemu-i386. bench/README.md says how to read it.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { buildIfNeeded, root } from "../scripts/build.ts";
import { measureHello } from "./hello.ts";
import { programs, seven, type Program } from "./programs.ts";
import { figure, formatTable, geometricMean, median } from "./statistics.ts";
import { measureSystemCalls } from "./syscost.ts";
import { commandSystem, hasCommand, linuxGateSystem, type System } from "./systems.ts";

const build = `${root}bench/build`;

interface Row {
  readonly program: Program;
  /** A system's median time, in nanoseconds. */
  readonly times: ReadonlyMap<string, number>;
  /** linux-gate's first repetition, before V8 has optimised the core. */
  readonly first: number;
  readonly instructionsPerSecond: number;
  /** What is wrong with it. */
  readonly note: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { n: { type: "string", default: "1" }, rounds: { type: "string", default: "5" } },
});
const factor = Number(values.n);
const rounds = Number(values.rounds);
const names = [...programs.map(({ name }) => name), "syscost", "hello"];
const unknown = positionals.filter((name) => !names.includes(name));
if (!(factor > 0) || !(rounds >= 1) || unknown.length) {
  console.error(`bench: ${unknown.join(" ")}\nusage: npm run bench -- [PROGRAM...] [--n FACTOR] [--rounds N]`);
  console.error(`programs: ${names.join(" ")}`);
  process.exit(2);
}
const wanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name);

if (!hasCommand("gcc", "--version") || !hasCommand("make", "--version")) {
  console.error("bench: the programs are C: this needs make and gcc with its 32-bit libraries (Debian: gcc-multilib)");
  process.exit(1);
}
execFileSync("make", ["-s", "-C", `${root}bench/programs`, `OUT=${build}`], { stdio: "inherit" });
await buildIfNeeded(["core", "command"]);

const native = commandSystem("native");
const qemu = hasCommand("qemu-i386", "--version") ? commandSystem("qemu-i386", "qemu-i386") : null;
const linuxGate = await linuxGateSystem();
const systems: readonly System[] = qemu ? [native, qemu, linuxGate] : [native, linuxGate];

console.log(`Node ${process.version}, V8 ${process.versions.v8}, ${cpus()[0]?.model ?? "?"}`);
console.log(`medians of ${rounds} rounds, interleaved; in each the first of two repetitions is dropped`);
if (!qemu) console.log("qemu-i386 is not here (Debian: qemu-user)");
if (programs.some(({ name }) => wanted(name))) console.log();

const rows: Row[] = [];
for (const program of programs.filter(({ name }) => wanted(name))) {
  process.stderr.write(`${program.name} `);
  rows.push(await measure(program));
}
if (rows.length) {
  process.stderr.write("\n");
  printRows();
}
if (wanted("syscost")) {
  console.log(`\n${await measureSystemCalls(`${build}/syscost`, systems, Math.ceil(100_000 * factor))}`);
}
if (wanted("hello")) console.log(`\n${measureHello(`${build}/hello`, `${root}dist/cli.js`, rounds)}`);

/** Runs a program `rounds` times in each system in turn: two repetitions a run, the second counts. */
async function measure(program: Program): Promise<Row> {
  const scale = program.scale ?? ((n: number, by: number) => Math.max(1, Math.round(n * by)));
  const args = [`${scale(program.n, factor)}`, "2"];
  const times = new Map<string, number[]>(systems.map(({ name }) => [name, []]));
  const checks = new Set<string>();
  const notes = new Set<string>();
  let first = NaN;
  let instructions = NaN;
  for (let round = 0; round < rounds; round++) {
    for (const system of systems) {
      const outcome = await system.run(`${build}/${program.name}`, args);
      const [cold, warm] = outcome.repetitions;
      if (!cold || !warm) {
        notes.add(`${system.name}: ${outcome.failure ?? "no output"}`);
        continue;
      }
      times.get(system.name)?.push(warm.nanoseconds);
      checks.add(`${cold.check} ${warm.check}`);
      if (system !== linuxGate) continue;
      if (round === 0) first = cold.nanoseconds;
      // Two equal repetitions, and a start that is nothing beside them.
      instructions = Number(outcome.result?.instructions ?? NaN) / 2;
    }
  }
  if (checks.size > 1) notes.add(`CHECKSUMS DIFFER: ${[...checks].join(", ")}`);
  const medians = new Map([...times].map(([name, list]) => [name, checks.size > 1 ? NaN : median(list)]));
  const seconds = (medians.get(linuxGate.name) ?? NaN) / 1e9;
  return { program, times: medians, first, instructionsPerSecond: instructions / seconds, note: [...notes].join("; ") };
}

function printRows(): void {
  const header = ["program", "native ms", ...(qemu ? ["qemu-i386"] : []), "linux-gate", "first", "M instr/s", "loads"];
  const time = (row: Row, system: System): number => row.times.get(system.name) ?? NaN;
  const ratio = (row: Row, system: System): number => time(row, system) / time(row, native);
  const cells = rows.map((row) => [
    row.program.name,
    figure(time(row, native) / 1e6),
    ...(qemu ? [figure(ratio(row, qemu))] : []),
    figure(ratio(row, linuxGate)),
    figure(row.first / time(row, native)),
    figure(row.instructionsPerSecond / 1e6),
    row.note || row.program.loads,
  ]);
  const means = (title: string, of: readonly Row[]): string[] => [
    title,
    "",
    ...(qemu ? [figure(geometricMean(of.map((row) => ratio(row, qemu))))] : []),
    figure(geometricMean(of.map((row) => ratio(row, linuxGate)))),
    "",
    figure(geometricMean(of.map((row) => row.instructionsPerSecond / 1e6))),
    `geometric mean of ${of.length}`,
  ];
  const measured = rows.filter((row) => Number.isFinite(ratio(row, linuxGate)));
  const integer = measured.filter(({ program }) => seven.includes(program.name));
  if (integer.length === seven.length) cells.push(means("the seven", integer));
  if (measured.length > 1) cells.push(means("all measured", measured));
  console.log(formatTable([header, ...cells]));
  console.log(
    "\nqemu-i386, linux-gate, first: times as multiples of native. M instr/s: guest instructions, linux-gate.",
  );
}
