/** Packed shifts. A count beyond the width leaves zeros, or copies of the sign; Wasm's shifts take it modulo the width. */
import { joined } from "./integers";

/** PSRLW. */
export function shiftRightWords(a: v128, count: u64): v128 {
  return count < 16 ? i16x8.shr_u(a, <i32>count) : i16x8.splat(0);
}

/** PSRLD. */
export function shiftRightDoublewords(a: v128, count: u64): v128 {
  return count < 32 ? i32x4.shr_u(a, <i32>count) : i32x4.splat(0);
}

/** PSRLQ. */
export function shiftRightQuadwords(a: v128, count: u64): v128 {
  return count < 64 ? i64x2.shr_u(a, <i32>count) : i64x2.splat(0);
}

/** PSRAW. */
export function shiftSignedWords(a: v128, count: u64): v128 {
  return i16x8.shr_s(a, count < 16 ? <i32>count : 15);
}

/** PSRAD. */
export function shiftSignedDoublewords(a: v128, count: u64): v128 {
  return i32x4.shr_s(a, count < 32 ? <i32>count : 31);
}

/** PSLLW. */
export function shiftLeftWords(a: v128, count: u64): v128 {
  return count < 16 ? i16x8.shl(a, <i32>count) : i16x8.splat(0);
}

/** PSLLD. */
export function shiftLeftDoublewords(a: v128, count: u64): v128 {
  return count < 32 ? i32x4.shl(a, <i32>count) : i32x4.splat(0);
}

/** PSLLQ. */
export function shiftLeftQuadwords(a: v128, count: u64): v128 {
  return count < 64 ? i64x2.shl(a, <i32>count) : i64x2.splat(0);
}

/** The numbers of the bytes from `start` on; those beyond 15, and those below 0, pick zeros. */
function places(start: i32): v128 {
  return i8x16.add(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>start));
}

/** At most `limit`: more makes no difference. */
function limited(count: u32, limit: u32): i32 {
  return count < limit ? count : limit;
}

/** PSRLDQ. */
export function shiftRightBytes(a: v128, count: u32): v128 {
  return i8x16.swizzle(a, places(limited(count, 16)));
}

/** PSLLDQ. */
export function shiftLeftBytes(a: v128, count: u32): v128 {
  return i8x16.swizzle(a, places(-limited(count, 16)));
}

/** PALIGNR: destination and source as one, shifted right by `count` bytes. */
export function align(to: usize, from: usize, count: u32, isMmx: bool): v128 {
  if (isMmx) return i8x16.swizzle(joined(from, to), places(limited(count, 16)));
  const start = limited(count, 32);
  return v128.or(i8x16.swizzle(load<v128>(from), places(start)), i8x16.swizzle(load<v128>(to), places(start - 16)));
}
