/** Packed integer arithmetic that is more than one operation of Wasm's: MMX, SSE2, SSSE3, SSE4.1. */

/** `a`, negated where `mask` is all ones. */
function negatedWords(a: v128, mask: v128): v128 {
  return i16x8.sub(v128.xor(a, mask), mask);
}

/** PSIGNB: a, negated where b is negative, 0 where b is 0. */
export function signBytes(a: v128, b: v128): v128 {
  const mask = i8x16.shr_s(b, 7);
  return v128.andnot(i8x16.sub(v128.xor(a, mask), mask), i8x16.eq(b, i8x16.splat(0)));
}

/** PSIGNW. */
export function signWords(a: v128, b: v128): v128 {
  return v128.andnot(negatedWords(a, i16x8.shr_s(b, 15)), i16x8.eq(b, i16x8.splat(0)));
}

/** PSIGND. */
export function signDoublewords(a: v128, b: v128): v128 {
  const mask = i32x4.shr_s(b, 31);
  return v128.andnot(i32x4.sub(v128.xor(a, mask), mask), i32x4.eq(b, i32x4.splat(0)));
}

/** The upper halves of eight 32-bit products. */
function upperHalves(low: v128, high: v128): v128 {
  return v128.shuffle<i16>(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
}

/** PMULHW. */
export function multiplyHighSigned(a: v128, b: v128): v128 {
  return upperHalves(i32x4.extmul_low_i16x8_s(a, b), i32x4.extmul_high_i16x8_s(a, b));
}

/** PMULHUW. */
export function multiplyHighUnsigned(a: v128, b: v128): v128 {
  return upperHalves(i32x4.extmul_low_i16x8_u(a, b), i32x4.extmul_high_i16x8_u(a, b));
}

/** PMULHRSW: -1 * -1 (as fractions) overflows to -1; Wasm's operation saturates. */
export function multiplyRounded(a: v128, b: v128): v128 {
  const lowest = i16x8.splat(-0x8000);
  const overflows = v128.and(i16x8.eq(a, lowest), i16x8.eq(b, lowest));
  return v128.xor(i16x8.q15mulr_sat_s(a, b), overflows);
}

/** Lanes 0 and 2 as the lower two. */
function even(a: v128): v128 {
  return v128.shuffle<i32>(a, a, 0, 2, 0, 2);
}

/** PMULUDQ. */
export function multiplyEvenUnsigned(a: v128, b: v128): v128 {
  return i64x2.extmul_low_i32x4_u(even(a), even(b));
}

/** PMULDQ. */
export function multiplyEvenSigned(a: v128, b: v128): v128 {
  return i64x2.extmul_low_i32x4_s(even(a), even(b));
}

/** PMADDUBSW: unsigned bytes of `a` by signed bytes of `b`, added in pairs with saturation. */
export function multiplyAddBytes(a: v128, b: v128): v128 {
  const first = i16x8.mul(v128.and(a, i16x8.splat(0xff)), i16x8.shr_s(i16x8.shl(b, 8), 8));
  const second = i16x8.mul(i16x8.shr_u(a, 8), i16x8.shr_s(b, 8));
  return i16x8.add_sat_s(first, second);
}

/** |a - b| of unsigned bytes. */
function differences(a: v128, b: v128): v128 {
  return i8x16.sub(i8x16.max_u(a, b), i8x16.min_u(a, b));
}

/** PSADBW: of each half, the sum of the differences. */
export function sumDifferences(a: v128, b: v128): v128 {
  const sums = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(differences(a, b)));
  return v128.and(i64x2.add(sums, i64x2.shr_u(sums, 32)), i64x2.splat(0xffff));
}

/** MPSADBW: four bytes of the source against eight places in the destination. Immediate: places of both, in fours. */
export function slidingDifferences(to: usize, from: usize, immediate: u32): v128 {
  const start = to + (immediate & 4);
  const block = from + ((immediate & 3) << 2);
  let sums = i16x8.splat(0);
  for (let i: usize = 0; i < 4; i++) {
    const each = differences(v128.load_zero<u64>(start + i), i8x16.splat(load<u8>(block + i)));
    sums = i16x8.add(sums, i16x8.extend_low_i8x16_u(each));
  }
  return sums;
}

/** PHMINPOSUW: the least of eight words, and where it is first found. */
export function minimumPosition(from: usize): v128 {
  let least: u32 = load<u16>(from);
  let position: u32 = 0;
  for (let i: u32 = 1; i < 8; i++) {
    const value: u32 = load<u16>(from + (i << 1));
    if (value < least) {
      least = value;
      position = i;
    }
  }
  return i32x4.replace_lane(i32x4.splat(0), 0, least | (position << 16));
}

/** Both MMX registers in one. */
export function joined(to: usize, from: usize): v128 {
  return v128.load_lane<u64>(from, v128.load_zero<u64>(to), 1);
}

/** The first, third, fifth... word of destination and source. */
function evenWords(to: usize, from: usize, isMmx: bool): v128 {
  const a = isMmx ? joined(to, from) : load<v128>(to);
  return v128.shuffle<i16>(a, isMmx ? a : load<v128>(from), 0, 2, 4, 6, 8, 10, 12, 14);
}

function oddWords(to: usize, from: usize, isMmx: bool): v128 {
  const a = isMmx ? joined(to, from) : load<v128>(to);
  return v128.shuffle<i16>(a, isMmx ? a : load<v128>(from), 1, 3, 5, 7, 9, 11, 13, 15);
}

function evenDoublewords(to: usize, from: usize, isMmx: bool): v128 {
  const a = isMmx ? joined(to, from) : load<v128>(to);
  return v128.shuffle<i32>(a, isMmx ? a : load<v128>(from), 0, 2, 4, 6);
}

function oddDoublewords(to: usize, from: usize, isMmx: bool): v128 {
  const a = isMmx ? joined(to, from) : load<v128>(to);
  return v128.shuffle<i32>(a, isMmx ? a : load<v128>(from), 1, 3, 5, 7);
}

/** PHADDW. */
export function addPairsOfWords(to: usize, from: usize, isMmx: bool): v128 {
  return i16x8.add(evenWords(to, from, isMmx), oddWords(to, from, isMmx));
}

/** PHADDSW. */
export function addPairsSaturated(to: usize, from: usize, isMmx: bool): v128 {
  return i16x8.add_sat_s(evenWords(to, from, isMmx), oddWords(to, from, isMmx));
}

/** PHADDD. */
export function addPairsOfDoublewords(to: usize, from: usize, isMmx: bool): v128 {
  return i32x4.add(evenDoublewords(to, from, isMmx), oddDoublewords(to, from, isMmx));
}

/** PHSUBW. */
export function subtractPairsOfWords(to: usize, from: usize, isMmx: bool): v128 {
  return i16x8.sub(evenWords(to, from, isMmx), oddWords(to, from, isMmx));
}

/** PHSUBSW. */
export function subtractPairsSaturated(to: usize, from: usize, isMmx: bool): v128 {
  return i16x8.sub_sat_s(evenWords(to, from, isMmx), oddWords(to, from, isMmx));
}

/** PHSUBD. */
export function subtractPairsOfDoublewords(to: usize, from: usize, isMmx: bool): v128 {
  return i32x4.sub(evenDoublewords(to, from, isMmx), oddDoublewords(to, from, isMmx));
}
