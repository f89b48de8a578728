/**
 * Writes docs/instructions.md from the built core and the oracle's cases: `node --import ./scripts/typescript.mjs
 * scripts/instructions.ts`. With --check it writes nothing and fails if the file is not what it would write.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isSixteenBit } from "../tests/oracle/case.ts";
import { casesOf, FORMS } from "../tests/oracle/generate.ts";
import { RECORDED_SEED } from "../tests/oracle/recording.ts";
import type { Form } from "../tests/oracle/rows.ts";
import { InstructionRows, type InstructionRow } from "./instruction-rows.ts";

const FILE = fileURLToPath(new URL("../docs/instructions.md", import.meta.url));

/** Why the oracle has no cases of an instruction, or of one opcode of it. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^(syscall|sysenter) /, "a gate into the kernel: `tests/gates`"],
  [/^sysret /, "#GP to whoever is shown SYSCALL, #UD to others"],
  [
    /^(cpuid|rdtscp?) /,
    "no two processors answer alike: `tests/assembly/cpuid.test.ts`, `tests/programs/clocks.test.ts`",
  ],
  [/^(sgdt|sidt|sldt|str|smsw) /, "what a kernel shows of its tables is its own"],
  [/^int1 /, "hypervisors report its #DB wrongly"],
  [/^nop 0F 0D/, "#UD to AMD, a NOP to Intel"],
  [/^[lt]zcnt /, "no model announces it: then it is BSR or BSF, which are compared"],
];
const NOT_COMPARED = "not compared yet";

/** Features by the names that people know. */
const NAMES: Readonly<Record<string, string>> = { SSE41: "SSE4.1", SSE42: "SSE4.2", ABM: "LZCNT", CX8: "CMPXCHG8B" };
/** Features that are chapters, in their order; the others stand with the general instructions. */
const CHAPTERS = ["FPU", "MMX", "SSE", "SSE2", "SSE3", "SSSE3", "SSE41", "SSE42"];
const TITLES: Readonly<Record<string, string>> = {
  FPU: "x87",
  refused: "Refused to user programs",
  "popcnt movbe crc32": "POPCNT, MOVBE, CRC32",
};
/** Families of forms that are about something else than what their instructions do. */
const NO_CHAPTER =
  /^(lock|encoding|simd|sse$|local segments|far|stacks|data segments|16-bit|based|single step|align|modes)/;

/** What the oracle compares of a row. */
interface Tally {
  memory: number;
  register: number;
  readonly families: Map<string, number>;
}

interface Counts {
  readonly tallies: readonly Tally[];
  cases: number;
  /** Cases whose encoding is none of an instruction. */
  undefined: number;
  /** Where processors differ within what the manual allows: the text, and the rows. */
  readonly differences: Map<string, Set<number>>;
}

function countCases(rows: InstructionRows): Counts {
  const tallies = rows.rows.map((): Tally => ({ memory: 0, register: 0, families: new Map() }));
  const counts: Counts = { tallies, cases: 0, undefined: 0, differences: new Map() };
  for (const form of FORMS) {
    const { differs } = form as Form & { readonly differs?: string };
    for (const input of casesOf(form, RECORDED_SEED)) {
      counts.cases++;
      // The disassembler knows 32-bit code only.
      if (isSixteenBit(input)) continue;
      const place = rows.find(input.code);
      const tally = tallies[place?.row ?? -1];
      if (!place || !tally) {
        counts.undefined++;
        continue;
      }
      tally[place.memory ? "memory" : "register"]++;
      tally.families.set(form.family, (tally.families.get(form.family) ?? 0) + 1);
      if (differs !== undefined) {
        const set = counts.differences.get(differs) ?? new Set<number>();
        counts.differences.set(differs, set.add(place.row));
      }
    }
  }
  return counts;
}

/** The chapter that a row belongs to: that of the feature it needs, or the family with most of its cases. */
function chapterOf({ needs, mnemonic }: InstructionRow, { families }: Tally): string {
  // FCMOVcc and its like came with CMOV, FISTTP with SSE3.
  if (/^f/.test(mnemonic) && !/^fx/.test(mnemonic)) return "FPU";
  const feature = CHAPTERS.findLast((name) => needs.includes(name));
  if (feature) return feature;
  const own = [...families].filter(([family]) => !NO_CHAPTER.test(family)).sort(([, a], [, b]) => b - a);
  return own[0]?.[0] ?? "others";
}

function titleOf(chapter: string): string {
  const name = TITLES[chapter] ?? NAMES[chapter] ?? chapter;
  return CHAPTERS.includes(chapter) ? name : name.slice(0, 1).toUpperCase() + name.slice(1);
}

function casesText(row: InstructionRow, { memory, register }: Tally): string {
  if (memory + register === 0)
    return REASONS.find(([names]) => names.test(`${row.mnemonic} ${row.opcode}`))?.[1] ?? NOT_COMPARED;
  return row.memory && row.register ? `${register} + ${memory}` : String(memory + register);
}

/** The whole file. */
export function instructionsDocument(rows: InstructionRows): string {
  const counts = countCases(rows);
  const chapters = new Map<string, [InstructionRow, Tally][]>();
  rows.rows.forEach((row, i) => {
    const tally = counts.tallies[i];
    if (!tally) return;
    const chapter = chapterOf(row, tally);
    chapters.set(chapter, [...(chapters.get(chapter) ?? []), [row, tally]]);
  });
  const order = [...chapters.keys()].sort((a, b) => placeOf(a) - placeOf(b));
  const names = new Set(rows.rows.map(({ mnemonic }) => mnemonic));
  return [
    "# Instructions",
    "",
    "Made from the built core and the oracle's cases by `scripts/instructions.ts`; a test keeps it true.",
    "",
    `${names.size} instructions in ${rows.rows.length} forms. ${counts.cases} cases recorded from a real processor are compared in every`,
    `run of the tests, ${counts.undefined} of them of encodings that are no instruction; \`npm run oracle\` asks the processor of`,
    "the machine instead, with about as many new cases for each seed. Most cases of a form are valid, some fault. Those in 16-bit",
    "code are not told by instruction.",
    "",
    "Opcodes are in hexadecimal, with the mandatory prefix; `/2` is ModR/M's middle field, `+r` a register in the opcode's low",
    "bits, `cc` a condition. Operands are the manual's: `r/m16/32` is a register or memory, 16 bits after 66, otherwise 32.",
    "The feature is what CPUID announces; without it the opcode is #UD (or BSF and BSR: TZCNT, LZCNT). Where a form has an",
    "operand in a register or in memory, the cases of either are told.",
    "",
    ...order.flatMap((chapter) => [`## ${titleOf(chapter)}`, "", ...table(chapters.get(chapter) ?? []), ""]),
    ...differences(rows, counts),
  ].join("\n");
}

function placeOf(chapter: string): number {
  if (chapter === "refused") return CHAPTERS.length + 1;
  return chapter === "others" ? CHAPTERS.length + 2 : CHAPTERS.indexOf(chapter);
}

/** Rows of one mnemonic stand together; the name stands in the first. */
function table(rows: readonly (readonly [InstructionRow, Tally])[]): string[] {
  const names = [...new Set(rows.map(([{ mnemonic }]) => mnemonic))];
  return [
    "| instruction | opcode | operands | feature | cases |",
    "| ----------- | ------ | -------- | ------- | ----- |",
    ...names.flatMap((name) =>
      rows
        .filter(([{ mnemonic }]) => mnemonic === name)
        .map(([row, tally], i) => {
          const features = row.needs.map((one) => NAMES[one] ?? one).join(", ");
          const title = i === 0 ? `**${name.toUpperCase().replace(/CC$/, "cc")}**` : "";
          const operands = row.operands && `\`${row.operands}\``;
          return `| ${title} | ${row.opcode} | ${operands} | ${features} | ${casesText(row, tally)} |`;
        }),
    ),
  ];
}

function differences(rows: InstructionRows, { differences }: Counts): string[] {
  if (differences.size === 0) return [];
  return [
    "## Where processors differ",
    "",
    "Within what the manual allows, processors of AMD and of Intel differ in these; see `tests/oracle`.",
    "",
    ...[...differences].map(([text, set]) => {
      const names = [...new Set([...set].map((row) => (rows.rows[row]?.mnemonic ?? "").toUpperCase()))];
      return `- ${names.join(", ")}: ${text}`;
    }),
    "",
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = instructionsDocument(await InstructionRows.create());
  if (!process.argv.includes("--check")) {
    await writeFile(FILE, document);
  } else if ((await readFile(FILE, "utf8").catch(() => "")) !== document) {
    console.error("docs/instructions.md is not what scripts/instructions.ts writes: run it");
    process.exitCode = 1;
  }
}
