/** x87: every instruction but the transcendental ones, which are in x87-transcendental.ts. */
import { anyAddress, goodAddress, memoryOperand } from "../addressing.ts";
import type { Case, X87State } from "../case.ts";
import type { Draft } from "../draft.ts";
import {
  relatedExtended,
  someDouble,
  someExtended,
  someInteger64,
  somePackedDecimal,
  someSingle,
} from "../extended.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { edges, littleEndian, truncate } from "../values.ts";
import { EDGE } from "../window.ts";
import { FREMAINDER, ORDER_OF_PARTS } from "../differs.ts";

const FAMILY = "x87";
const CASES = 400;

/** Status bits: error summary and busy. */
const ES_AND_BUSY = 0x8080;

type Operand = "m32fp" | "m64fp" | "m80fp" | "m16int" | "m32int" | "m64int" | "m80bcd" | "m16" | "ST(i)" | "";

/** How many registers are filled: as an instruction that loads, or one that reads, wants it most often. */
type Stack = "loads" | "reads";

/** Values of a memory operand. */
function memoryValue(random: Random, operand: Operand): number[] {
  switch (operand) {
    case "m32fp":
      return someSingle(random);
    case "m64fp":
      return someDouble(random);
    case "m80fp":
      return someExtended(random);
    case "m64int":
      return someInteger64(random);
    case "m80bcd":
      return somePackedDecimal(random);
    default: {
      const size = operand === "m32int" ? 4 : 2;
      return littleEndian(random.oneIn(2) ? random.pick(edges(size)) : truncate(random.word(), size), size);
    }
  }
}

const OPERAND_SIZES: Readonly<Record<string, number>> = {
  m32fp: 4,
  m64fp: 8,
  m80fp: 10,
  m16int: 2,
  m32int: 4,
  m64int: 8,
  m80bcd: 10,
  m16: 2,
};

/** Any rounding mode and precision; mostly all exceptions masked. */
function someControl(random: Random): number {
  const masks = random.oneIn(4) ? random.below(64) : 0x3f;
  const precision = random.oneIn(12) ? 1 : random.pick([0, 2, 3, 3]);
  const infinity = random.oneIn(16) ? 0x1000 : 0;
  return 0x40 | masks | (precision << 8) | (random.below(4) << 10) | infinity;
}

/** Any TOP and condition codes, some sticky exceptions; seldom an unmasked one, so that #MF is due. */
function someStatus(random: Random, control: number): number {
  let status = (random.below(8) << 11) | (random.word() & 0x4700);
  if (random.oneIn(3)) status |= random.below(128) & control;
  if (random.oneIn(24)) status |= random.below(128);
  return status & ~control & 0x3f ? status | ES_AND_BUSY : status & ~ES_AND_BUSY;
}

function someValid(random: Random, status: number, stack: Stack): number {
  const top = (status >> 11) & 7;
  if (random.oneIn(4)) return random.below(256);
  if (stack === "reads") return random.oneIn(8) ? 0 : 0xff;
  return random.oneIn(8) ? 0xff : 0xff & ~(1 << ((top + 7) & 7));
}

export function someX87(random: Random, stack: Stack): X87State {
  const control = someControl(random);
  const status = someStatus(random, control);
  const registers = new Uint8Array(80);
  const first = someExtended(random);
  registers.set(first, 0);
  for (let i = 1; i < 8; i++) registers.set(i < 3 ? relatedExtended(random, first) : someExtended(random), 10 * i);
  return {
    control,
    status,
    valid: someValid(random, status, stack),
    opcode: random.below(0x800),
    instruction: random.word(),
    operand: random.word(),
    registers,
  };
}

/** What the manual leaves undefined of C0, C2 and C3. */
const CONDITIONS_UNDEFINED = 0x4500;
const ALL_CONDITIONS_UNDEFINED = 0x4700;

export interface X87Row {
  readonly opcode: string;
  readonly name: string;
  readonly operand: Operand;
  readonly stack: Stack;
  readonly status: number;
  readonly cases: number;
  readonly differs?: string;
  readonly prepare?: (draft: Draft, x87: X87State) => void;
}

type Options = Partial<Pick<X87Row, "stack" | "status" | "cases" | "prepare" | "differs">>;

export function row(opcode: string, name: string, operand: Operand = "", options: Options = {}): X87Row {
  return { opcode, name, operand, stack: "reads", status: CONDITIONS_UNDEFINED, cases: CASES, ...options };
}

/** ModR/M and what follows: `d8 /0` with a memory operand, `d8 c0` with ST(i) or without an operand. */
function encodeOperand(draft: Draft, the: X87Row, index: number): number[] {
  const { random } = draft;
  const [escape = "", digit] = the.opcode.split(" /");
  if (digit === undefined) {
    const bytes = the.opcode.split(" ").map((byte) => parseInt(byte, 16));
    bytes.push((bytes.pop() ?? 0) + (the.operand === "ST(i)" ? random.below(8) : 0));
    return bytes;
  }
  const size = OPERAND_SIZES[the.operand] ?? 2;
  const harmless = index % 4 !== 0;
  const linear = harmless ? goodAddress(draft, size) : anyAddress(draft, size);
  const operand = memoryOperand(draft, linear, { harmless });
  draft.writeMemory(operand.address, memoryValue(random, the.operand));
  return [parseInt(escape, 16), (operand.mod << 6) | (Number(digit) << 3) | operand.rm, ...operand.tail];
}

export function formOf(the: X87Row, family = FAMILY): Form {
  const operand = the.operand === "" ? "" : ` ${the.operand}`;
  const build = (draft: Draft, index: number): void => {
    const x87 = someX87(draft.random, the.stack);
    draft.x87 = x87;
    draft.allowance = { flags: 0, status: the.status };
    draft.code.push(...encodeOperand(draft, the, index));
    the.prepare?.(draft, x87);
  };
  return custom(family, `${the.opcode} ${the.name}${operand}`, the.cases, build, the);
}

/** The six operations of D8 to DE; the register forms of DC and DE have the reversed ones the other way round. */
const ARITHMETIC = [
  ["FADD", 0, 0],
  ["FMUL", 1, 1],
  ["FSUB", 4, 5],
  ["FSUBR", 5, 4],
  ["FDIV", 6, 7],
  ["FDIVR", 7, 6],
] as const;

const hex = (value: number): string => value.toString(16);

const ARITHMETIC_ROWS: readonly X87Row[] = ARITHMETIC.flatMap(([name, number, reversed]) => [
  row(`d8 /${number}`, name, "m32fp"),
  row(`dc /${number}`, name, "m64fp"),
  row(`da /${number}`, name.replace("F", "FI"), "m32int"),
  row(`de /${number}`, name.replace("F", "FI"), "m16int"),
  row(`d8 ${hex(0xc0 + 8 * number)}`, `${name} ST(0),`, "ST(i)", { cases: 800 }),
  row(`dc ${hex(0xc0 + 8 * reversed)}`, `${name} to`, "ST(i)"),
  row(`de ${hex(0xc0 + 8 * reversed)}`, `${name}P`, "ST(i)"),
]);

const exact = { status: 0 };

const COMPARE_ROWS: readonly X87Row[] = [
  row("d8 /2", "FCOM", "m32fp", exact),
  row("dc /2", "FCOM", "m64fp", exact),
  row("da /2", "FICOM", "m32int", exact),
  row("de /2", "FICOM", "m16int", exact),
  row("d8 /3", "FCOMP", "m32fp", exact),
  row("dc /3", "FCOMP", "m64fp", exact),
  row("da /3", "FICOMP", "m32int", exact),
  row("de /3", "FICOMP", "m16int", exact),
  row("d8 d0", "FCOM", "ST(i)", exact),
  row("d8 d8", "FCOMP", "ST(i)", exact),
  row("dc d0", "FCOM2", "ST(i)", exact),
  row("dc d8", "FCOMP3", "ST(i)", exact),
  row("de d0", "FCOMP5", "ST(i)", exact),
  row("de d9", "FCOMPP", "", exact),
  row("dd e0", "FUCOM", "ST(i)", exact),
  row("dd e8", "FUCOMP", "ST(i)", exact),
  row("da e9", "FUCOMPP", "", exact),
  row("db f0", "FCOMI", "ST(i)", {}),
  row("df f0", "FCOMIP", "ST(i)", {}),
  row("db e8", "FUCOMI", "ST(i)", {}),
  row("df e8", "FUCOMIP", "ST(i)", {}),
  row("d9 e4", "FTST", "", exact),
  row("d9 e5", "FXAM", "", exact),
];

const loads: Options = { stack: "loads" };

const TRANSFER_ROWS: readonly X87Row[] = [
  row("d9 /0", "FLD", "m32fp", loads),
  row("dd /0", "FLD", "m64fp", loads),
  row("db /5", "FLD", "m80fp", loads),
  row("d9 c0", "FLD", "ST(i)", loads),
  row("df /0", "FILD", "m16int", loads),
  row("db /0", "FILD", "m32int", loads),
  row("df /5", "FILD", "m64int", loads),
  row("df /4", "FBLD", "m80bcd", loads),
  ...["FLD1", "FLDL2T", "FLDL2E", "FLDPI", "FLDLG2", "FLDLN2", "FLDZ"].map((name, i) =>
    row(`d9 ${hex(0xe8 + i)}`, name, "", { ...loads, cases: 200 }),
  ),
  row("d9 /2", "FST", "m32fp", { cases: 800 }),
  row("dd /2", "FST", "m64fp", { cases: 800 }),
  row("d9 /3", "FSTP", "m32fp"),
  row("dd /3", "FSTP", "m64fp"),
  row("db /7", "FSTP", "m80fp"),
  row("dd d0", "FST", "ST(i)"),
  row("dd d8", "FSTP", "ST(i)"),
  row("d9 d8", "FSTP1", "ST(i)"),
  row("df d0", "FSTP8", "ST(i)"),
  row("df d8", "FSTP9", "ST(i)"),
  row("df /2", "FIST", "m16int"),
  row("db /2", "FIST", "m32int"),
  row("df /3", "FISTP", "m16int"),
  row("db /3", "FISTP", "m32int"),
  row("df /7", "FISTP", "m64int"),
  row("df /6", "FBSTP", "m80bcd"),
  row("df /1", "FISTTP", "m16int"),
  row("db /1", "FISTTP", "m32int"),
  row("dd /1", "FISTTP", "m64int"),
  row("d9 c8", "FXCH", "ST(i)"),
  row("dd c8", "FXCH4", "ST(i)"),
  row("df c8", "FXCH7", "ST(i)"),
  ...["B", "E", "BE", "U"].flatMap((condition, i) => [
    row(`da ${hex(0xc0 + 8 * i)}`, `FCMOV${condition}`, "ST(i)"),
    row(`db ${hex(0xc0 + 8 * i)}`, `FCMOVN${condition}`, "ST(i)"),
  ]),
];

const FUNCTION_ROWS: readonly X87Row[] = [
  row("d9 e0", "FCHS"),
  row("d9 e1", "FABS"),
  row("d9 fa", "FSQRT", "", { cases: 800 }),
  row("d9 fc", "FRNDINT", "", { cases: 800 }),
  row("d9 fd", "FSCALE", "", { cases: 1000, prepare: scaleFactor }),
  row("d9 f4", "FXTRACT"),
  row("d9 f8", "FPREM", "", { status: 0, cases: 1000, differs: FREMAINDER }),
  row("d9 f5", "FPREM1", "", { status: 0, cases: 1000, differs: FREMAINDER }),
];

/** FSCALE takes ST(1) as a count: mostly one of a sensible size. */
function scaleFactor(draft: Draft, x87: X87State): void {
  const { random } = draft;
  if (random.oneIn(4)) return;
  const exponent = 0x3ffd + random.below(20);
  const sign = random.oneIn(2) ? 0x8000 : 0;
  const bytes = [...littleEndian(random.word(), 4), ...littleEndian(random.word() | 0x8000_0000, 4)];
  x87.registers.set([...bytes, ...littleEndian(exponent | sign, 2)], 10);
}

const whatever: Options = { status: ALL_CONDITIONS_UNDEFINED };

const CONTROL_ROWS: readonly X87Row[] = [
  row("d9 /5", "FLDCW", "m16", whatever),
  row("d9 /7", "FNSTCW", "m16", whatever),
  row("dd /7", "FNSTSW", "m16", whatever),
  row("df e0", "FNSTSW AX", "", whatever),
  row("db e2", "FNCLEX", "", whatever),
  row("db e3", "FNINIT", "", { cases: 200, status: 0 }),
  row("db e0", "FENI", "", whatever),
  row("db e1", "FDISI", "", whatever),
  row("db e4", "FSETPM", "", whatever),
  row("d9 f6", "FDECSTP", "", {}),
  row("d9 f7", "FINCSTP", "", {}),
  row("dd c0", "FFREE", "ST(i)", whatever),
  row("df c0", "FFREEP", "ST(i)", whatever),
  row("d9 d0", "FNOP", "", whatever),
  row("9b", "FWAIT", "", whatever),
];

/** Places of the x87 maps that are empty: register forms by their first byte and their range, and memory forms. */
const EMPTY: readonly (readonly [number, number, number])[] = [
  [0xd9, 0xd1, 0xd7],
  [0xd9, 0xe2, 0xe3],
  [0xd9, 0xe6, 0xe7],
  [0xd9, 0xef, 0xef],
  [0xda, 0xe0, 0xe8],
  [0xda, 0xea, 0xff],
  [0xdb, 0xe5, 0xe7],
  [0xdb, 0xf8, 0xff],
  [0xdd, 0xf0, 0xff],
  [0xde, 0xd8, 0xd8],
  [0xde, 0xda, 0xdf],
  [0xdf, 0xe1, 0xe7],
  [0xdf, 0xf8, 0xff],
];

const EMPTY_MEMORY = ["d9 /1", "db /4", "db /6", "dd /5"] as const;

const UNDEFINED_FORMS: readonly Form[] = [
  ...EMPTY.map(([escape, first, last]) =>
    custom(FAMILY, `${hex(escape)} ${hex(first)} to ${hex(last)} undefined`, 48, (draft) => {
      draft.x87 = someX87(draft.random, "reads");
      draft.code.push(escape, first + draft.random.below(last - first + 1));
    }),
  ),
  ...EMPTY_MEMORY.map((opcode) => formOf(row(opcode, "undefined", "m16", { status: 0, cases: 208 }))),
];

/** FNSTENV, FLDENV, FNSAVE, FRSTOR: 14, 28, 94 and 108 bytes. */
function environmentForm(name: string, escape: number, number: number, operandSize: number): Form {
  const whole = escape === 0xdd;
  const size = (operandSize === 4 ? 28 : 14) + (whole ? 80 : 0);
  const build = (draft: Draft, index: number): void => {
    const { random } = draft;
    const x87 = someX87(random, "reads");
    draft.x87 = x87;
    const harmless = index % 4 !== 0;
    const linear = harmless ? goodAddress(draft, size) : anyAddress(draft, size);
    const operand = memoryOperand(draft, linear, { harmless });
    const loading = number === 4;
    if (loading) draft.writeMemory(operand.address, environmentImage(random, operandSize, whole));
    draft.allowance = { flags: 0, partialStore: true, faultAddress: true };
    if (operandSize === 2) draft.prefixes.push(0x66);
    draft.code.push(escape, (operand.mod << 6) | (number << 3) | operand.rm, ...operand.tail);
  };
  const text = `${hex(escape)} /${number} ${name} ${8 * operandSize}-bit`;
  return custom(FAMILY, text, CASES, build, { differs: ORDER_OF_PARTS });
}

/** An image for FLDENV or FRSTOR: sensible, or any bits at all. */
function environmentImage(random: Random, operandSize: number, whole: boolean): number[] {
  const control = random.oneIn(3) ? random.below(0x1_0000) : someControl(random);
  const status = random.oneIn(3) ? random.below(0x1_0000) : someStatus(random, control);
  const words = [control, status, random.below(0x1_0000)];
  const pointers = Array.from({ length: 4 }, () => random.word());
  const image = [...words, ...pointers].flatMap((word) => littleEndian(word, operandSize));
  const registers = Array.from({ length: whole ? 8 : 0 }, () => someExtended(random));
  return [...image, ...registers.flat()];
}

const ENVIRONMENT: readonly Form[] = [4, 2].flatMap((size) => [
  environmentForm("FLDENV", 0xd9, 4, size),
  environmentForm("FNSTENV", 0xd9, 6, size),
  environmentForm("FRSTOR", 0xdd, 4, size),
  environmentForm("FNSAVE", 0xdd, 6, size),
]);

export const SINGLE: readonly Form[] = [
  ...[...ARITHMETIC_ROWS, ...COMPARE_ROWS, ...TRANSFER_ROWS, ...FUNCTION_ROWS, ...CONTROL_ROWS].map((the) =>
    formOf(the),
  ),
  ...ENVIRONMENT,
];

/** Any x87 instruction, and behind it one that shows what it left behind. */
function followedBy(name: string, cases: number, second: readonly number[]): Form {
  return {
    family: FAMILY,
    name: `any, then ${name}`,
    cases,
    build: (random: Random, index: number): Case => {
      const form = random.pick(SINGLE);
      const input = form.build(random, index);
      const code = Uint8Array.from([...input.code, ...second]);
      return { ...input, code, eip: input.eip & ~0x40, instructions: 2 };
    },
  };
}

const IMAGE = littleEndian(EDGE.address + 0x100, 4);

export const X87: readonly Form[] = [
  ...SINGLE,
  ...UNDEFINED_FORMS,
  followedBy("FNSTENV", 3000, [0xd9, 0x35, ...IMAGE]),
  followedBy("FNSAVE 16-bit", 1000, [0x66, 0xdd, 0x35, ...IMAGE]),
  followedBy("FWAIT", 1000, [0x9b]),
  followedBy("FLD1", 1000, [0xd9, 0xe8]),
  followedBy("FNSTSW AX", 600, [0xdf, 0xe0]),
];
