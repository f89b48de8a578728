/** Single bits and bit scans. */
import type { MemoryOperand } from "../addressing.ts";
import { memoryOperand, anyAddress, goodAddress } from "../addressing.ts";
import type { Case } from "../case.ts";
import type { Surroundings } from "../draft.ts";
import { Draft } from "../draft.ts";
import { EDGES_16, EDGES_32, littleEndian, someValue } from "../values.ts";
import type { Form, Row } from "../rows.ts";
import { CASES, encode, flagMask, formsOf, row } from "../rows.ts";
import type { Random } from "../random.ts";
import { ZERO_SOURCE } from "../differs.ts";

const BIT_NUMBERS = [0, 1, 7, 8, 15, 16, 17, 30, 31, 32, 33, 63, 0x7f, 0x80, 0xfe, 0xff];
/** ZF is unaffected, the others are undefined. */
const UNDEFINED = "OF SF AF PF";

function bitRows(name: string, opcode: string, number: number): Row[] {
  const lock = name !== "BT";
  const options = { lock, undefined: UNDEFINED, edges: { Ib: BIT_NUMBERS } };
  return [row(`0f ba /${number}`, `${name} Ev,Ib`, options), row(opcode, `${name} Rv,Gv`, { undefined: UNDEFINED })];
}

const OPERATIONS = [
  ["BT", "0f a3", 4],
  ["BTS", "0f ab", 5],
  ["BTR", "0f b3", 6],
  ["BTC", "0f bb", 7],
] as const;

const ROWS: readonly Row[] = [
  ...OPERATIONS.flatMap(([name, opcode, number]) => bitRows(name, opcode, number)),
  row("0f bc", "BSF Gv,Ev", { differs: ZERO_SOURCE, undefined: "CF OF SF AF PF" }),
  row("0f bd", "BSR Gv,Ev", { differs: ZERO_SOURCE, undefined: "CF OF SF AF PF" }),
];

/** A bit string in memory: the bit number's upper part, signed, moves the operand away from its address. */
function buildBitString(
  random: Random,
  index: number,
  name: string,
  opcode: string,
  size: number,
  surroundings?: Surroundings,
): Case {
  const draft = new Draft(random, surroundings);
  const harmless = index < 100;
  const linear = harmless ? goodAddress(draft, size) : anyAddress(draft, size);
  const bits = 8 * size;
  // Mostly a bit number within some hundred bytes; now and then one that leads far away, to no memory.
  const far = random.oneIn(12);
  const number = far ? someValue(random, size) : random.oneIn(3) ? random.below(bits) : random.below(4096) - 2048;
  const signed = size === 2 ? (number << 16) >> 16 : number | 0;
  const distance = Math.floor(signed / bits) * size;
  const reg = random.below(8);
  draft.reserve(reg, size === 2 ? (random.word() & 0xffff_0000) | (number & 0xffff) : number);
  const start = (far ? linear : linear - distance) >>> 0;
  const operand: MemoryOperand = memoryOperand(draft, start, { harmless });
  const data = random.pick(size === 2 ? EDGES_16 : EDGES_32);
  draft.writeMemory(operand.address + distance, littleEndian(random.oneIn(2) ? data : random.word(), size));
  if (size === 2) draft.prefixes.push(0x66);
  if (name !== "BT" && random.oneIn(4)) draft.prefixes.push(0xf0);
  draft.code.push(...encode(opcode, { reg, low: 0, modrm: operand, immediate: [] }));
  draft.allowance = { flags: flagMask(UNDEFINED) };
  return draft.finish();
}

const BIT_STRINGS: readonly Form[] = OPERATIONS.flatMap(([name, opcode]) =>
  [4, 2].map((size) => ({
    family: "bits",
    name: `${opcode} ${name} Mv,Gv ${8 * size}-bit`,
    cases: CASES,
    lock: name !== "BT",
    build: (random: Random, index: number, surroundings?: Surroundings) =>
      buildBitString(random, index, name, opcode, size, surroundings),
  })),
);

export const BITS: readonly Form[] = [...formsOf("bits", ROWS), ...BIT_STRINGS];
