/** Interleaving, packing, picking and blending. */
import { XMM } from "../cpu/state";
import { joined } from "./integers";

/** PUNPCKLBW. */
export function interleaveBytes(a: v128, b: v128): v128 {
  return v128.shuffle<i8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

/** PUNPCKLWD. */
export function interleaveWords(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

/** PUNPCKLDQ and UNPCKLPS. */
export function interleaveDoublewords(a: v128, b: v128): v128 {
  return v128.shuffle<i32>(a, b, 0, 4, 1, 5);
}

/** The upper half as the lower: what MMX registers interleave to, their upper halves. */
function upper(a: v128): v128 {
  return v128.shuffle<i64>(a, a, 1, 1);
}

/** PUNPCKHBW. */
export function interleaveHighBytes(a: v128, b: v128, isMmx: bool): v128 {
  if (isMmx) return upper(interleaveBytes(a, b));
  return v128.shuffle<i8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/** PUNPCKHWD. */
export function interleaveHighWords(a: v128, b: v128, isMmx: bool): v128 {
  if (isMmx) return upper(interleaveWords(a, b));
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** PUNPCKHDQ and UNPCKHPS. */
export function interleaveHighDoublewords(a: v128, b: v128, isMmx: bool): v128 {
  if (isMmx) return upper(interleaveDoublewords(a, b));
  return v128.shuffle<i32>(a, b, 2, 6, 3, 7);
}

/** PACKSSWB. */
export function packSignedWords(to: usize, from: usize, isMmx: bool): v128 {
  const a = isMmx ? joined(to, from) : load<v128>(to);
  return i8x16.narrow_i16x8_s(a, load<v128>(from));
}

/** PACKUSWB. */
export function packUnsignedWords(to: usize, from: usize, isMmx: bool): v128 {
  const a = isMmx ? joined(to, from) : load<v128>(to);
  return i8x16.narrow_i16x8_u(a, load<v128>(from));
}

/** PACKSSDW. */
export function packSignedDoublewords(to: usize, from: usize, isMmx: bool): v128 {
  const a = isMmx ? joined(to, from) : load<v128>(to);
  return i16x8.narrow_i32x4_s(a, load<v128>(from));
}

/** Four words of the four at `place`, two bits of the immediate for each. */
export function pickWords(place: usize, immediate: u32): u64 {
  const first = <u64>load<u16>(place + ((immediate & 3) << 1));
  const second = <u64>load<u16>(place + (((immediate >> 2) & 3) << 1));
  const third = <u64>load<u16>(place + (((immediate >> 4) & 3) << 1));
  const fourth = <u64>load<u16>(place + ((immediate >> 6) << 1));
  return first | (second << 16) | (third << 32) | (fourth << 48);
}

/** PSHUFD and SHUFPS: two doublewords picked from `low`, two from `high`. */
export function pickDoublewords(low: usize, high: usize, immediate: u32): v128 {
  let picked = v128.load_zero<u32>(low + ((immediate & 3) << 2));
  picked = v128.load_lane<u32>(low + (((immediate >> 2) & 3) << 2), picked, 1);
  picked = v128.load_lane<u32>(high + (((immediate >> 4) & 3) << 2), picked, 2);
  return v128.load_lane<u32>(high + ((immediate >> 6) << 2), picked, 3);
}

/** SHUFPD. */
export function pickQuadwords(low: usize, high: usize, immediate: u32): v128 {
  return v128.load_lane<u64>(high + ((immediate & 2) << 2), v128.load_zero<u64>(low + ((immediate & 1) << 3)), 1);
}

/** PBLENDVB: from b where XMM0's bytes have their top bit set. */
export function blendBytes(a: v128, b: v128): v128 {
  return v128.bitselect(b, a, i8x16.shr_s(load<v128>(XMM), 7));
}

/** BLENDVPS. */
export function blendSingles(a: v128, b: v128): v128 {
  return v128.bitselect(b, a, i32x4.shr_s(load<v128>(XMM), 31));
}

/** BLENDVPD. */
export function blendDoubles(a: v128, b: v128): v128 {
  return v128.bitselect(b, a, i64x2.shr_s(load<v128>(XMM), 63));
}

/** PBLENDW: from b where the immediate has a bit set. */
export function blendWordsBy(a: v128, b: v128, immediate: u32): v128 {
  const bits = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
  return v128.bitselect(b, a, i16x8.eq(v128.and(i16x8.splat(<i16>immediate), bits), bits));
}

/** BLENDPS. */
export function blendSinglesBy(a: v128, b: v128, immediate: u32): v128 {
  const bits = i32x4(1, 2, 4, 8);
  return v128.bitselect(b, a, i32x4.eq(v128.and(i32x4.splat(immediate), bits), bits));
}

/** BLENDPD. */
export function blendDoublesBy(a: v128, b: v128, immediate: u32): v128 {
  const bits = i64x2(1, 2);
  return v128.bitselect(b, a, i64x2.eq(v128.and(i64x2.splat(immediate), bits), bits));
}
