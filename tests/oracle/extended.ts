/** 80-bit values worth calculating with, as 10 bytes; and the values of the smaller formats. */
import type { Random } from "./random.ts";
import { littleEndian } from "./values.ts";

/** Sign and exponent, then the significand's halves. */
export function extended(signExponent: number, high: number, low: number): number[] {
  return [...littleEndian(low, 4), ...littleEndian(high, 4), ...littleEndian(signExponent, 2)];
}

const TOP = 0x8000_0000;

/** Every class of value that FXAM tells apart, and those it does not; each also with the other sign. */
const EDGES: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [0, 0, 1], // smallest denormal
  [0, 0x7fff_ffff, 0xffff_ffff], // largest denormal
  [0, TOP, 0], // pseudo-denormal
  [0, 0xffff_ffff, 0xffff_ffff],
  [1, TOP, 0], // smallest normal
  [1, TOP, 1],
  [0x7ffe, 0xffff_ffff, 0xffff_ffff], // largest normal
  [0x7ffe, TOP, 0],
  [0x7fff, TOP, 0], // infinity
  [0x7fff, 0xc000_0000, 0], // quiet NaN
  [0x7fff, 0xc000_0000, 1],
  [0x7fff, 0xffff_ffff, 0xffff_ffff],
  [0x7fff, 0xa000_0000, 0], // signalling NaN
  [0x7fff, TOP, 1],
  [0x7fff, 0xbfff_ffff, 0xffff_ffff],
  [0x7fff, 0, 0], // pseudo-infinity
  [0x7fff, 0x4000_0000, 0], // pseudo-NaN
  [0x7fff, 0, 1],
  [0x3fff, 0x7fff_ffff, 0xffff_ffff], // unnormal
  [0x4000, 0, 0],
  [0x7ffe, 0, 1],
  [1, 0x4000_0000, 0],
  [0x3fff, TOP, 0], // 1
  [0x3fff, TOP, 1],
  [0x3ffe, 0xffff_ffff, 0xffff_ffff],
  [0x3fff, 0xc000_0000, 0], // 1.5
  [0x3ffe, TOP, 0], // 0.5
  [0x4000, TOP, 0], // 2
  [0x4000, 0xa000_0000, 0], // 2.5
  [0x4000, 0xc90f_daa2, 0x2168_c235], // pi
  [0x3ffb, 0xcccc_cccc, 0xcccc_cccd], // 0.1
  [0x4002, 0xa000_0000, 0], // 10
  [0x400d, 0xffff_0000, 0], // 32767.5
  [0x400e, TOP, 0], // 2^15
  [0x400e, 0x8000_8000, 0], // 2^15 + 0.5
  [0x401d, 0xffff_ffff, 0], // 2^31 - 0.5
  [0x401e, TOP, 0], // 2^31
  [0x401e, TOP, 0x8000_0000], // 2^31 + 0.5
  [0x403d, 0xffff_ffff, 0xffff_ffff], // 2^63 - 0.5
  [0x403e, TOP, 0], // 2^63
  [0x403e, 0xffff_ffff, 0xffff_ffff],
  [0x4039, 0xde0b_6b3a, 0x763f_ffff], // 10^18 - 1/16
  [0x403a, 0xde0b_6b3a, 0x763f_fff0], // 10^18 - 1
  [0x403a, 0xde0b_6b3a, 0x7640_0000], // 10^18
  [0x407e, 0xffff_ff00, 0], // largest single
  [0x407e, 0xffff_ff80, 0], // half a unit above it
  [0x407e, 0xffff_ff7f, 0xffff_ffff],
  [0x3f81, TOP, 0], // smallest normal single
  [0x3f80, 0xffff_ff80, 0],
  [0x3f6a, TOP, 0], // smallest denormal single
  [0x3f69, TOP, 0],
  [0x3f69, TOP, 1],
  [0x43fe, 0xffff_ffff, 0xffff_f800], // largest double
  [0x43fe, 0xffff_ffff, 0xffff_fc00],
  [0x3c01, TOP, 0], // smallest normal double
  [0x3c00, 0xffff_ffff, 0xffff_fc00],
  [0x3bcd, TOP, 0], // smallest denormal double
  [0x3bcc, TOP, 0],
  [0x3fff, 0x8000_0080, 0], // a half in single precision
  [0x3fff, 0x8000_0180, 0],
  [0x3fff, TOP, 0x400], // a half in double precision
  [0x3fff, TOP, 0xc00],
  [0x3fff, 0xffff_ff80, 0],
  [0x3fff, 0xffff_ffff, 0xffff_fc00],
];

/** Exponents around the limits of the formats. */
function someExponent(random: Random): number {
  const around = (centre: number, reach: number): number =>
    Math.min(0x7fff, Math.max(0, centre + random.below(2 * reach + 1) - reach));
  switch (random.below(9)) {
    case 0:
      return around(0, 70);
    case 1:
      return around(0x7ffe, 70);
    case 2:
      return around(0x3f81, 30);
    case 3:
      return around(0x407e, 3);
    case 4:
      return around(0x3c01, 60);
    case 5:
      return around(0x43fe, 3);
    case 6:
      return random.below(0x8000);
    default:
      return around(0x3fff, 70);
  }
}

/** Random bits, or a pattern that is hard to round: a cut behind the 24th, 53rd or any other bit. */
function someSignificand(random: Random): [number, number] {
  const high = (random.word() | TOP) >>> 0;
  const low = random.word();
  const cut = random.pick([24, 53, 1 + random.below(63)]);
  // The bits behind the cut: 1000..., 0111..., 0...01, 1...1, 0
  const tail = random.pick(["random", "half", "below", "above", "ones", "zeros"] as const);
  if (tail === "random") return [high, low];
  let bits = (BigInt(high) << 32n) | BigInt(low);
  const width = BigInt(64 - cut);
  const mask = (1n << width) - 1n;
  const half = width > 0n ? 1n << (width - 1n) : 0n;
  const tails = { half, below: half - 1n, above: half + 1n, ones: mask, zeros: 0n };
  bits = (bits & ~mask) | (tails[tail] & mask);
  return [Number(bits >> 32n), Number(bits & 0xffff_ffffn)];
}

export function someExtended(random: Random): number[] {
  const sign = random.oneIn(3) ? 0x8000 : 0;
  if (random.oneIn(2)) {
    const [exponent, high, low] = random.pick(EDGES);
    return extended(exponent | sign, high, low);
  }
  const [high, low] = someSignificand(random);
  return extended(someExponent(random) | sign, random.oneIn(24) ? high & 0x7fff_ffff : high, low);
}

/** A value that has to do with `other`: equal, negated, of the same size, or a few units away. */
export function relatedExtended(random: Random, other: readonly number[]): number[] {
  const bytes = [...other];
  const flip = (at: number, bits: number): void => {
    bytes[at] = (bytes[at] ?? 0) ^ bits;
  };
  switch (random.below(8)) {
    case 0:
      return bytes;
    case 1:
      flip(9, 0x80);
      return bytes;
    case 2:
      for (let i = 0; i < 7; i++) bytes[i] = random.below(256);
      if (random.oneIn(2)) flip(9, 0x80);
      return bytes;
    case 3:
      flip(random.below(8), 1 << random.below(8));
      flip(7, 0);
      return bytes;
    case 4:
      flip(8, 1 << random.below(8));
      if (random.oneIn(2)) flip(9, 0x80);
      return bytes;
    default:
      return someExtended(random);
  }
}

const SINGLES = [
  0, 1, 0x007f_ffff, 0x0080_0000, 0x3f80_0000, 0x3f80_0001, 0x3fc0_0000, 0x4049_0fdb, 0x4b80_0000, 0x5f00_0000,
  0x7f7f_ffff, 0x7f80_0000, 0x7fc0_0000, 0x7fa0_0000, 0x7f80_0001, 0x7fff_ffff,
];

export function someSingle(random: Random): number[] {
  const sign = random.oneIn(3) ? 0x8000_0000 : 0;
  return littleEndian(random.oneIn(2) ? random.pick(SINGLES) | sign : random.word(), 4);
}

const DOUBLES: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [0x000f_ffff, 0xffff_ffff],
  [0x0010_0000, 0],
  [0x3ff0_0000, 0],
  [0x3ff0_0000, 1],
  [0x3ff8_0000, 0],
  [0x4009_21fb, 0x5444_2d18],
  [0x43e0_0000, 0],
  [0x7fef_ffff, 0xffff_ffff],
  [0x7ff0_0000, 0],
  [0x7ff8_0000, 0],
  [0x7ff4_0000, 0],
  [0x7ff0_0000, 1],
  [0x7fff_ffff, 0xffff_ffff],
];

export function someDouble(random: Random): number[] {
  const sign = random.oneIn(3) ? 0x8000_0000 : 0;
  if (random.oneIn(2)) {
    const [high, low] = random.pick(DOUBLES);
    return [...littleEndian(low, 4), ...littleEndian(high | sign, 4)];
  }
  const exponent = random.oneIn(2) ? random.below(0x800) : 0x3ff + random.below(80) - 40;
  const high = (random.word() & 0x800f_ffff) | (exponent << 20);
  return [...littleEndian(random.word(), 4), ...littleEndian(high, 4)];
}

const INTEGERS_64: readonly (readonly [number, number])[] = [
  [0, 0],
  [0, 1],
  [0xffff_ffff, 0xffff_ffff],
  [0x7fff_ffff, 0xffff_ffff],
  [0x8000_0000, 0],
  [0x8000_0000, 1],
  [0x001f_ffff, 0xffff_ffff],
  [0, 0x8000_0000],
];

export function someInteger64(random: Random): number[] {
  const [high, low] = random.oneIn(2) ? random.pick(INTEGERS_64) : [random.word(), random.word()];
  return [...littleEndian(low, 4), ...littleEndian(high, 4)];
}

/** Packed decimal: 18 digits and a sign; now and then digits that are none. */
export function somePackedDecimal(random: Random): number[] {
  const broken = random.oneIn(6);
  const digit = (): number => random.below(broken ? 16 : 10);
  const length = random.below(10);
  const bytes = Array.from({ length: 9 }, (_, i) => (i < length ? (digit() << 4) | digit() : 0));
  return [...bytes, random.pick([0, 0x80, random.below(256)])];
}
