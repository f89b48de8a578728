/**
 * Writes assembly/x87/constants.ts: the tables of the x87's transcendental functions.
 *
 *     node --import ./scripts/typescript.mjs scripts/x87-constants.ts > assembly/x87/constants.ts
 *
 * The values come from the reference in integers that the tests use; a test compares the file with what this writes.
 */
import { fileURLToPath } from "node:url";
import prettier from "prettier";
import { arctangent, ln2, logarithm, pi, powerMinusOne } from "../tests/assembly/x87-reference.ts";

/** Bits that values are worked out to, before they are rounded to a table's. */
const working = 320;
const one = 1n << BigInt(working);

/** A value in units of 2^-working, rounded to units of 2^-bits. */
function rounded(value: bigint, bits: number): bigint {
  const drop = BigInt(working - bits);
  return (value + (1n << (drop - 1n))) >> drop;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function hexadecimal(word: bigint): string {
  return `0x${BigInt.asUintN(64, word).toString(16).padStart(16, "0")}`;
}

/** 128 bits: the lower half first. */
function pair(value: bigint): string {
  return `${hexadecimal(value)}, ${hexadecimal(value >> 64n)}`;
}

function range<T>(first: number, last: number, make: (n: number) => T): T[] {
  return Array.from({ length: last - first + 1 }, (_, i) => make(first + i));
}

function factorial(n: number): bigint {
  return range(1, n, BigInt).reduce((product, factor) => product * factor, 1n);
}

interface Table {
  readonly name: string;
  readonly text: string;
  readonly lines: readonly string[];
  /** Its entries are those of 128 bits, counted in `${name}_COUNT`. */
  readonly counted?: boolean;
}

const fraction = (value: bigint): string => pair(rounded(value, 127));
const odd = (n: number): bigint => BigInt(2 * n + 1);
/** Of a series whose sum must stay below its first term, 1, even if the rest is too small to see: a bit less than 1. */
const almostOne = pair((1n << 127n) - 1n);

const tables: readonly Table[] = [
  {
    name: "TWO_OVER_PI",
    text: "2 / pi, 256 bits after the point, cut off: the lowest word first.",
    lines: range(0, 3, (n) =>
      hexadecimal((((one << 1n) << BigInt(working)) / pi(working) / (1n << 64n)) >> BigInt(64 * n)),
    ),
  },
  { name: "HALF_PI", text: "pi / 2, in units of 2^-127.", lines: [fraction(pi(working) >> 1n)] },
  { name: "LN2", text: "ln 2, in units of 2^-128.", lines: [pair(rounded(ln2(working), 128))] },
  {
    name: "SINE",
    text: "1 / (2n + 1)!, in units of 2^-127: sin x / x as a series of -x^2. The first is a unit less than 1.",
    lines: range(0, 14, (n) => (n ? fraction(one / factorial(2 * n + 1)) : almostOne)),
    counted: true,
  },
  {
    name: "COSINE",
    text: "1 / (2n)!, in units of 2^-127: cos x as a series of -x^2. The first is a unit less than 1.",
    lines: range(0, 14, (n) => (n ? fraction(one / factorial(2 * n)) : almostOne)),
    counted: true,
  },
  {
    name: "EXPONENTIAL",
    text: "1 / (n + 1)!, in units of 2^-127: (e^x - 1) / x as a series of x.",
    lines: range(0, 13, (n) => fraction(one / factorial(n + 1))),
    counted: true,
  },
  {
    name: "POWERS",
    text: "|2^(n / 16) - 1| for n = -16 to 16, in units of 2^-127.",
    lines: range(-16, 16, (n) => fraction(magnitude(powerMinusOne((one * BigInt(n)) / 16n, working)))),
  },
  {
    name: "ARCTANGENT",
    text: "1 / (2n + 1), in units of 2^-127: atan x / x as a series of -x^2. The first is a unit less than 1.",
    lines: range(0, 9, (n) => (n ? fraction(one / odd(n)) : almostOne)),
    counted: true,
  },
  {
    name: "ARCTANGENTS",
    text: "atan(n / 32) for n = 0 to 32, in units of 2^-127.",
    lines: range(0, 32, (n) => fraction(arctangent(BigInt(n), 32n, working))),
  },
  {
    name: "LOGARITHM",
    text: "2 / ((2n + 1) ln 2), in units of 2^-126: 2 artanh(x) / (x ln 2) as a series of x^2.",
    lines: range(0, 7, (n) => pair(rounded(((2n * one) << BigInt(working)) / (odd(n) * ln2(working)), 126))),
    counted: true,
  },
  {
    name: "LOGARITHMS",
    text: "|log2(n / 64)| for n = 45 to 91, in units of 2^-127.",
    lines: range(45, 91, (n) => fraction(magnitude(logarithm((one * BigInt(n)) / 64n, working)))),
  },
];

function source(table: Table): string {
  const words = table.lines.map((line) => `  ${line},`).join("\n");
  const count = table.counted ? `export const ${table.name}_COUNT: u32 = ${table.lines.length};\n` : "";
  return `/** ${table.text} */\n// prettier-ignore\nexport const ${table.name}: usize = memory.data<u64>([\n${words}\n], 8);\n${count}`;
}

/** What assembly/x87/constants.ts holds. */
export async function constantsSource(): Promise<string> {
  const header = `/**
 * Constants of the transcendental functions, 128 bits each, the lower half first. Written by scripts/x87-constants.ts,
 * which works them out in integers to ${working} bits and rounds them to nearest: not to be changed by hand.
 */
`;
  return prettier.format(header + tables.map(source).join("\n"), { parser: "typescript", printWidth: 120 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(await constantsSource());
