/** Values for MMX and XMM registers, and for MXCSR. */
import type { X87State, XmmState } from "../case.ts";
import type { Random } from "../random.ts";
import { edges, littleEndian } from "../values.ts";
import { someX87 } from "./x87.ts";

/** What lanes hold. "count": sometimes a shift count in the low half; "text": often few different bytes. */
export type Values = "single" | "double" | "integer" | "count" | "text";

/** Zero, least and greatest denormal, least normal, around 1, halves, around 2^23 and 2^31, the greatest, infinity, NaNs. */
const SINGLES = [
  0, 1, 0x0040_0000, 0x007f_ffff, 0x0080_0000, 0x0080_0001, 0x0100_0000, 0x3f00_0000, 0x3f7f_ffff, 0x3f80_0000,
  0x3f80_0001, 0x3fc0_0000, 0x4020_0000, 0x4aff_ffff, 0x4b00_0001, 0x4eff_ffff, 0x4f00_0000, 0x4f00_0001, 0x5f00_0000,
  0x7f00_0000, 0x7f7f_ffff, 0x7f80_0000, 0x7f80_0001, 0x7fa0_0000, 0x7fc0_0000, 0x7fff_ffff,
] as const;

/** Exponents around those of a product, quotient or root that is just too small or too large. */
const SINGLE_EXPONENTS = [0, 1, 2, 24, 25, 63, 64, 103, 126, 127, 128, 150, 151, 157, 158, 190, 191, 253, 254] as const;

/** As for singles; then what is halfway between singles, or just too small or large to be one; and around 2^31. */
const DOUBLES: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [0x0008_0000, 0],
  [0x000f_ffff, 0xffff_ffff],
  [0x0010_0000, 0],
  [0x0010_0000, 1],
  [0x3fe0_0000, 0],
  [0x3fef_ffff, 0xffff_ffff],
  [0x3ff0_0000, 0],
  [0x3ff0_0000, 1],
  [0x3ff8_0000, 0],
  [0x4004_0000, 0],
  [0x4330_0000, 1],
  [0x7fe0_0000, 0],
  [0x7fef_ffff, 0xffff_ffff],
  [0x7ff0_0000, 0],
  [0x7ff0_0000, 1],
  [0x7ff4_0000, 0],
  [0x7ff8_0000, 0],
  [0x7fff_ffff, 0xffff_ffff],
  [0x3690_0000, 0],
  [0x3690_0000, 1],
  [0x36a0_0000, 0],
  [0x3800_0000, 0],
  [0x380f_ffff, 0xe000_0000],
  [0x380f_ffff, 0xf000_0000],
  [0x3ff0_0000, 0x1000_0000],
  [0x3ff0_0000, 0x3000_0000],
  [0x47ef_ffff, 0xe000_0000],
  [0x47ef_ffff, 0xefff_ffff],
  [0x47ef_ffff, 0xf000_0000],
  [0x47f0_0000, 0],
  [0x41df_ffff, 0xffc0_0000],
  [0x41df_ffff, 0xffdf_ffff],
  [0x41df_ffff, 0xffe0_0000],
  [0x41e0_0000, 0],
  [0x41e0_0000, 0x0010_0000],
  [0x41e0_0000, 0x0020_0000],
];

const DOUBLE_EXPONENTS = [
  0, 1, 2, 52, 53, 511, 512, 874, 896, 897, 1022, 1023, 1024, 1053, 1054, 1074, 1075, 1150, 1534, 1535, 2045, 2046,
] as const;

/** 32 bits of a fraction: any, few ones, or nearly all ones. */
function someFraction(random: Random): number {
  switch (random.below(4)) {
    case 0:
      return (1 << random.below(32)) | (random.oneIn(2) ? 1 << random.below(32) : 0);
    case 1:
      return ~random.below(4);
    case 2:
      return random.below(4);
    default:
      return random.word();
  }
}

function someSingle(random: Random): number[] {
  const sign = random.oneIn(3) ? 0x8000_0000 : 0;
  if (random.oneIn(3)) return littleEndian(random.pick(SINGLES) | sign, 4);
  const exponent = random.oneIn(2) ? random.pick(SINGLE_EXPONENTS) : 127 + random.below(40) - 20;
  return littleEndian(sign | (exponent << 23) | (someFraction(random) & 0x7f_ffff), 4);
}

function someDouble(random: Random): number[] {
  const sign = random.oneIn(3) ? 0x8000_0000 : 0;
  if (random.oneIn(3)) {
    const [high, low] = random.pick(DOUBLES);
    return [...littleEndian(low, 4), ...littleEndian(high | sign, 4)];
  }
  const exponent = random.oneIn(2) ? random.pick(DOUBLE_EXPONENTS) : 1023 + random.below(70) - 35;
  const fraction = someFraction(random);
  const low = random.oneIn(4) ? fraction : someFraction(random);
  return [...littleEndian(low, 4), ...littleEndian(sign | (exponent << 20) | (fraction & 0xf_ffff), 4)];
}

/** 4 bytes as one, two or four integers. */
function someIntegers(random: Random): number[] {
  if (random.oneIn(3)) return littleEndian(random.word(), 4);
  const size = random.pick([1, 2, 4]);
  return lanes(4 / size, () => littleEndian(random.pick(edges(size)), size));
}

const LETTERS = [0, 1, 2, 65, 66, 67, 127, 128, 255] as const;

function someText(random: Random): number[] {
  if (random.oneIn(3)) return lanes(4, () => someIntegers(random));
  const letters = random.oneIn(2) ? LETTERS : LETTERS.slice(1);
  return lanes(16, () => [random.pick(letters)]);
}

function lanes(count: number, one: () => number[]): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < count; i++) bytes.push(...one());
  return bytes;
}

/** 16 bytes. */
function someVector(random: Random, values: Values): number[] {
  switch (values) {
    case "single":
      return lanes(4, () => someSingle(random));
    case "double":
      return lanes(2, () => someDouble(random));
    case "text":
      return someText(random);
    case "count":
      if (random.oneIn(2)) return [random.below(70), ...littleEndian(0, 7), ...lanes(2, () => someIntegers(random))];
  }
  return lanes(4, () => someIntegers(random));
}

/** Equal, with another sign, or the next number but one. */
function related(random: Random, vector: readonly number[], values: Values): number[] {
  const size = values === "single" ? 4 : 8;
  const change = random.below(3);
  return vector.map((byte, at) => {
    if (change === 1 && at % size === size - 1) return byte ^ 0x80;
    if (change === 2 && at % size === 0) return byte ^ 2;
    return byte;
  });
}

/** Where the vectors of a case come from: they may have to do with each other. */
export function vectorSource(random: Random, values: Values): () => number[] {
  const float = values === "single" || values === "double";
  if (!float || !random.oneIn(4)) return () => someVector(random, values);
  const first = someVector(random, values);
  return () => related(random, first, values);
}

/** Any rounding mode, sticky flags, denormals as zeros and flushed to zero; mostly all exceptions masked. */
export function someMxcsr(random: Random): number {
  const masks = random.oneIn(4) ? random.below(64) : 0x3f;
  const flags = random.oneIn(3) ? random.below(64) : 0;
  const toZero = (random.oneIn(4) ? 0x40 : 0) | (random.oneIn(4) ? 0x8000 : 0);
  return flags | toZero | (masks << 7) | (random.below(4) << 13);
}

export function someXmm(random: Random, vector: () => number[]): XmmState {
  return { mxcsr: someMxcsr(random), registers: Uint8Array.from(lanes(8, vector)) };
}

/** MMX registers in an x87 of any state, seldom with an exception that is due. */
export function someMmx(random: Random, vector: () => number[]): X87State {
  const x87 = someX87(random, "reads");
  for (let i = 0; i < 8; i++) if (!random.oneIn(4)) x87.registers.set(vector().slice(0, 8), 10 * i);
  return random.oneIn(16) ? { ...x87, control: x87.control & ~4, status: x87.status | 0x8084 } : x87;
}
