/** Which values operands take: edge values crossed with each other, then random ones. */
import type { Random } from "./random.ts";

export const EDGES_8 = [0, 1, 2, 0x0f, 0x10, 0x7e, 0x7f, 0x80, 0x81, 0xf0, 0xfe, 0xff] as const;
export const EDGES_16 = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff] as const;
export const EDGES_32 = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
] as const;
/** Counts and bit numbers around every operand size, and beyond the mask of 31. */
export const SHIFT_COUNTS = [0, 1, 2, 7, 8, 9, 15, 16, 17, 18, 24, 31, 32, 33, 63, 0x81, 0xff] as const;

export function edges(size: number): readonly number[] {
  return size === 1 ? EDGES_8 : size === 2 ? EDGES_16 : EDGES_32;
}

/** Cuts `value` to `size` bytes, unsigned. */
export function truncate(value: number, size: number): number {
  return size >= 4 ? value >>> 0 : value & ((1 << (8 * size)) - 1);
}

/** An edge value or a random one, as likely as each other. */
export function someValue(random: Random, size: number): number {
  return random.oneIn(2) ? random.pick(edges(size)) : truncate(random.word(), size);
}

/**
 * The values of the operands of case number `index`: the first cases go through all combinations of the lists, if
 * those are not too many; the later ones take edge values and random values as they come.
 */
export function crossedValues(
  random: Random,
  index: number,
  operands: readonly { readonly edges: readonly number[]; readonly size: number }[],
): number[] {
  const combinations = operands.reduce((product, operand) => product * operand.edges.length, 1);
  if (index < combinations && combinations <= MOST_COMBINATIONS) {
    let rest = index;
    return operands.map(({ edges }) => {
      const value = edges[rest % edges.length] ?? 0;
      rest = Math.floor(rest / edges.length);
      return value;
    });
  }
  return operands.map(({ edges, size }) => (random.oneIn(2) ? random.pick(edges) : truncate(random.word(), size)));
}

/** 12 × 17: an edge list crossed with the shift counts. */
export const MOST_COMBINATIONS = 204;

/** Little endian bytes of a number of up to 32 bits. */
export function littleEndian(value: number, size: number): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < size; i++) bytes.push(i < 4 ? (value >>> (8 * i)) & 0xff : 0);
  return bytes;
}

/** Does `value` fit a sign-extended byte? */
export function isSignedByte(value: number): boolean {
  return (value | 0) >= -128 && (value | 0) <= 127;
}
