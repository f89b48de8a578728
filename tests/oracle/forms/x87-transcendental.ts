/**
 * The transcendental instructions of the x87. A processor's results are within a unit in the last place of the true
 * value, the emulated ones within half of one: so results may be a unit apart (`x87.near` of the allowance). All else
 * is compared as ever: status but for C1, which says how a result was rounded; special values; exceptions; the stack.
 *
 * Processors reduce an angle by a pi of 66 bits, the emulated one exactly: there the results are compared only where
 * that makes less than half a unit of a difference, as it does below pi / 4.
 */
import type { X87State } from "../case.ts";
import type { Draft } from "../draft.ts";
import { TRANSCENDENTAL as RESULTS } from "../differs.ts";
import { extended, someExtended } from "../extended.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import type { X87Row } from "./x87.ts";
import { formOf, row } from "./x87.ts";

const FAMILY = "x87 transcendental";
const CASES = 800;

const C0 = 0x100;
const C1 = 0x200;
const C2 = 0x400;
const C3 = 0x4000;

const BIAS = 0x3fff;

/** A finite number, cut to the bits that JavaScript has; otherwise NaN. */
function valueOf(bytes: readonly number[]): number {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const head = view.getUint16(8, true);
  const significand = view.getUint32(4, true) * 2 ** 32 + ((view.getUint32(0, true) & ~0x7ff) >>> 0);
  const exponent = head & 0x7fff;
  if (exponent === 0x7fff || (exponent > 0 && significand < 2 ** 63)) return NaN;
  return (head & 0x8000 ? -1 : 1) * significand * 2 ** (Math.max(1, exponent) - BIAS - 63);
}

/** A normal number with the exponent `first` to `last`. */
function ofExponent(random: Random, first: number, last: number, positive = false): number[] {
  const sign = positive || random.oneIn(2) ? 0 : 0x8000;
  const exponent = BIAS + first + random.below(last - first + 1);
  const high = random.oneIn(4) ? random.pick([0, ~0, ~0 << random.below(31)]) : random.word();
  const low = random.oneIn(4) ? random.pick([0, 1, ~0]) : random.word();
  return extended(exponent | sign, (high | 0x8000_0000) >>> 0, low);
}

interface Function {
  readonly opcode: string;
  readonly name: string;
  /** Where the results lie afterwards: a bit each ST(i). */
  readonly results: number;
  /** Status bits that the manual leaves undefined. */
  readonly status: number;
  /** Registers that it reads; whether it pushes one. */
  readonly reads: number;
  readonly pushes?: boolean;
  /** ST(0) and, if it is read, ST(1): mostly in the range where there is something to calculate. */
  readonly operands: (random: Random) => number[][];
  /** Which of the results are not compared at all, for numbers in ST(0). */
  readonly open: (x: number) => number;
}

/** Half below pi / 4, then up to 2^4, to 2^63, and beyond. */
function someAngle(random: Random): number[][] {
  const last = random.pick([-1, -1, 3, 62, 66]);
  return [ofExponent(random, random.oneIn(3) ? -70 : -5, last)];
}

/** Does the error of the reduced angle, less than x * 2^-66, make less than half a unit in a result with this slope? */
function isSafe(x: number, result: number, slope: number): boolean {
  return Math.abs(x) < Math.PI / 4 || Math.abs(x * slope) <= 2 * Math.abs(result);
}

const LIMIT = 2 ** 63;
const beyond = (x: number): boolean => !(Math.abs(x) < LIMIT);
const isSafeSine = (x: number): boolean => beyond(x) || isSafe(x, Math.sin(x), Math.cos(x));
const isSafeCosine = (x: number): boolean => beyond(x) || isSafe(x, Math.cos(x), Math.sin(x));
const isSafeTangent = (x: number): boolean => beyond(x) || isSafe(x, Math.tan(x), 1 + Math.tan(x) ** 2);

const ANGLE = { status: C0 | C1 | C3, reads: 1, operands: someAngle };
const OTHER = { status: C0 | C1 | C2 | C3 };

const FUNCTIONS: readonly Function[] = [
  { opcode: "d9 fe", name: "FSIN", results: 1, ...ANGLE, open: (x) => (isSafeSine(x) ? 0 : 1) },
  { opcode: "d9 ff", name: "FCOS", results: 1, ...ANGLE, open: (x) => (isSafeCosine(x) ? 0 : 1) },
  {
    opcode: "d9 fb",
    name: "FSINCOS",
    results: 3,
    ...ANGLE,
    pushes: true,
    open: (x) => (isSafeCosine(x) ? 0 : 1) | (isSafeSine(x) ? 0 : 2),
  },
  {
    opcode: "d9 f2",
    name: "FPTAN",
    results: 2,
    ...ANGLE,
    pushes: true,
    open: (x) => (isSafeTangent(x) ? 0 : 2),
  },
  {
    opcode: "d9 f3",
    name: "FPATAN",
    results: 1,
    ...OTHER,
    reads: 2,
    operands: (random) => [ofExponent(random, -40, 40), ofExponent(random, -40, 40)],
    open: () => 0,
  },
  {
    opcode: "d9 f0",
    name: "F2XM1",
    results: 1,
    ...OTHER,
    reads: 1,
    operands: (random) => [ofExponent(random, random.oneIn(3) ? -70 : -5, -1)],
    // Defined from -1 to 1.
    open: (x) => (Math.abs(x) > 1 ? 1 : 0),
  },
  {
    opcode: "d9 f1",
    name: "FYL2X",
    results: 1,
    ...OTHER,
    reads: 2,
    operands: (random) => [
      random.oneIn(2) ? ofExponent(random, -1, 0, true) : ofExponent(random, -400, 400, true),
      ofExponent(random, -40, 40),
    ],
    open: () => 0,
  },
  {
    opcode: "d9 f9",
    name: "FYL2XP1",
    results: 1,
    ...OTHER,
    reads: 2,
    operands: (random) => [ofExponent(random, random.oneIn(3) ? -70 : -5, -2), ofExponent(random, -40, 40)],
    // Defined from -(1 - sqrt(2) / 2) to sqrt(2) - 1.
    open: (x) => (x < Math.SQRT1_2 - 1 || x > Math.SQRT2 - 1 ? 1 : 0),
  },
];

/** Will it find a register empty that it reads, or full that it pushes to? Then C1 is defined. */
function faultsOnStack({ reads, pushes }: Function, { status, valid }: X87State): boolean {
  const isValid = (i: number): boolean => ((valid >> ((i + (status >> 11)) & 7)) & 1) !== 0;
  return !isValid(0) || (reads > 1 && !isValid(1)) || (pushes === true && isValid(7));
}

function prepare(draft: Draft, x87: X87State, the: Function): void {
  const { random } = draft;
  if (!random.oneIn(4)) the.operands(random).forEach((bytes, i) => x87.registers.set(bytes, 10 * i));
  else if (random.oneIn(2)) x87.registers.set(someExtended(random), 10);
  const x = valueOf([...x87.registers.subarray(0, 10)]);
  const open = Number.isNaN(x) ? 0 : the.open(x);
  const status = faultsOnStack(the, x87) ? the.status & ~C1 : the.status;
  draft.allowance = { flags: 0, status, x87: { near: the.results, open } };
}

function rowOf(the: Function): X87Row {
  return row(the.opcode, the.name, "", {
    stack: the.pushes ? "loads" : "reads",
    cases: CASES,
    differs: RESULTS,
    prepare: (draft, x87) => prepare(draft, x87, the),
  });
}

export const TRANSCENDENTAL: readonly Form[] = FUNCTIONS.map((the) => formOf(rowOf(the), FAMILY));
