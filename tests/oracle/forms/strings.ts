/** String instructions, with and without repetition. */
import { SEGMENT_PREFIX } from "../addressing.ts";
import { DF } from "../case.ts";
import { STRING_OPERANDS } from "../differs.ts";
import type { Draft } from "../draft.ts";
import { EAX, ECX, EDI, EDX, ESI } from "../draft.ts";
import type { Form } from "../rows.ts";
import { CASES, custom } from "../rows.ts";
import { edges, littleEndian } from "../values.ts";
import { BASED, CONSTANT, DATA, EDGE, SELECTOR } from "../window.ts";

interface StringInstruction {
  readonly name: string;
  /** The byte form; the other sizes are one above. */
  readonly opcode: number;
  readonly source: boolean;
  readonly destination: boolean;
  readonly compares: boolean;
}

const INSTRUCTIONS: readonly StringInstruction[] = [
  { name: "MOVS", opcode: 0xa4, source: true, destination: true, compares: false },
  { name: "CMPS", opcode: 0xa6, source: true, destination: true, compares: true },
  { name: "STOS", opcode: 0xaa, source: false, destination: true, compares: false },
  { name: "LODS", opcode: 0xac, source: true, destination: false, compares: false },
  { name: "SCAS", opcode: 0xae, source: false, destination: true, compares: true },
  { name: "INS", opcode: 0x6c, source: false, destination: true, compares: false },
  { name: "OUTS", opcode: 0x6e, source: true, destination: false, compares: false },
];

const REPEATS = [
  { name: "", prefix: null },
  { name: "REP ", prefix: 0xf3 },
  { name: "REPNE ", prefix: 0xf2 },
] as const;

const COUNTS = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 100] as const;

/** Where a string starts: in the middle of memory, at either end of a page, at the end of what is mapped. */
function stringAddress(draft: Draft, size: number): number {
  const { random } = draft;
  const near = (boundary: number): number => boundary + size * (random.below(9) - 4) - random.below(2 * size);
  switch (random.below(10)) {
    case 0:
      return near(DATA.address);
    case 1:
      return near(CONSTANT.address);
    case 2:
      return near(CONSTANT.address + CONSTANT.size);
    case 3:
      return near(EDGE.address + EDGE.size);
    case 4:
      return near(EDGE.address);
    case 5:
    case 6:
      return near(DATA.address + 0x1000);
    default:
      return DATA.address + 0x200 + random.below(0x1c00);
  }
}

/** Makes both strings equal for a while, or unequal for a while, so that comparing runs on. */
function fillForComparison(
  draft: Draft,
  the: StringInstruction,
  size: number,
  source: number,
  destination: number,
): void {
  const { random } = draft;
  const length = size * (1 + random.below(24));
  const step = draft.eflags & DF ? -1 : 1;
  const low = (address: number): number => (step < 0 ? address - length + size : address);
  const element = littleEndian(random.pick(edges(size)), size);
  const bytes = Array.from({ length }, (_, i) => element[i % size] ?? 0);
  if (the.name === "CMPS") {
    draft.writeMemory(low(source), bytes);
    draft.writeMemory(low(destination), random.oneIn(3) ? bytes.map((byte) => byte ^ 0x11) : bytes);
  } else {
    draft.writeMemory(low(destination), bytes);
    const equal = random.oneIn(2);
    draft.writeRegister(EAX, size, littleEndianValue(element) ^ (equal ? 0 : 0x81));
  }
}

function littleEndianValue(bytes: readonly number[]): number {
  return bytes.reduceRight((value, byte) => ((value << 8) | byte) >>> 0, 0);
}

function buildString(draft: Draft, the: StringInstruction, size: number, prefix: number | null): void {
  const { random } = draft;
  draft.setFlag(DF, random.oneIn(2));
  const short = random.oneIn(4);
  const source = stringAddress(draft, size);
  // Now and then the strings overlap.
  const destination = random.oneIn(3) ? source + random.below(9 * size) - 4 * size : stringAddress(draft, size);
  // Which of its two operands CMPS reads first differs even between REPE CMPSB and CMPSB of one processor.
  if (the.name === "CMPS") draft.allowance = { flags: 0, faultAddress: true };
  if (the.compares) fillForComparison(draft, the, size, source, destination);
  else if (random.oneIn(2)) draft.writeMemory(source, littleEndian(random.word(), 4));

  const count = prefix === null || random.oneIn(16) ? random.word() : random.pick(COUNTS);
  const [, , fs, gs] = draft.segments;
  if (short) {
    draft.prefixes.push(0x67);
    draft.segments = [SELECTOR.based, SELECTOR.based, fs, gs];
  }
  const pointer = (linear: number): number =>
    short ? (random.word() & 0xffff_0000) | ((linear - BASED.base) & 0xffff) : linear;
  draft.registers[ESI] = pointer(source);
  draft.registers[EDI] = pointer(destination);
  draft.registers[ECX] = short ? (random.word() & 0xffff_0000) | (count & 0xffff) : count;
  if (the.name === "INS" || the.name === "OUTS") draft.registers[EDX] = random.below(0x1_0000);
  if (random.oneIn(5)) override(draft, the, source, short);
  if (prefix !== null) draft.prefixes.push(prefix);
  if (size === 2) draft.prefixes.push(0x66);
  draft.code.push(the.opcode + (size === 1 ? 0 : 1));
}

/** A segment override moves the source only. */
function override(draft: Draft, the: StringInstruction, source: number, short: boolean): void {
  const choice = ["es", "cs", "ss", "fs", "gs"] as const;
  const segment = draft.random.pick(the.name === "CMPS" && short ? choice.slice(0, 4) : choice);
  draft.prefixes.push(SEGMENT_PREFIX[segment]);
  if (short) return;
  if (segment === "fs") draft.registers[ESI] = source - BASED.base;
  if (segment === "gs") {
    draft.registers[ESI] = source - DATA.address;
    // Beyond the limit of GS only one operand of CMPS shall fault.
    if (the.name === "CMPS") draft.registers[EDI] = DATA.address + 0x800;
  }
}

/** Upwards over two pages and more, until an element goes beyond what is mapped: the flags are those of the one before. */
const TO_THE_END: Form = custom("strings", "af a7 REP SCAS and CMPS to the end of what is mapped", 96, (draft) => {
  const { random } = draft;
  const compares = random.oneIn(2);
  const size = random.pick([2, 4]);
  draft.setFlag(DF, false);
  draft.registers[ECX] = random.word();
  draft.registers[EDI] = CONSTANT.address + CONSTANT.size - 0x2000 - random.below(size + 1);
  // Equal to itself all the way.
  if (compares) draft.registers[ESI] = draft.register(EDI);
  if (size === 2) draft.prefixes.push(0x66);
  draft.prefixes.push(compares ? 0xf3 : 0xf2);
  draft.code.push(compares ? 0xa7 : 0xaf);
});

const EACH: readonly Form[] = INSTRUCTIONS.flatMap((the) =>
  [1, 2, 4].flatMap((size) =>
    REPEATS.map(({ name, prefix }) => {
      const letter = size === 1 ? "B" : size === 2 ? "W" : "D";
      const opcode = (the.opcode + (size === 1 ? 0 : 1)).toString(16);
      const port = the.name === "INS" || the.name === "OUTS";
      const cases = port || prefix === null ? CASES : 300;
      const build = (draft: Draft): void => buildString(draft, the, size, prefix);
      const differs = the.name === "CMPS" ? { differs: STRING_OPERANDS } : {};
      return custom("strings", `${opcode} ${name}${the.name}${letter}`, cases, build, differs);
    }),
  ),
);

export const STRINGS: readonly Form[] = [...EACH, TO_THE_END];
