/**
 * Which operands and results need no second look: those of Wasm's own arithmetic are right, and raise nothing that is
 * not yet set. Without branches where that is possible: what a program's numbers are cannot be predicted.
 */
import { isUsual } from "./mxcsr";

/** The least normal numbers. A result must not even be that one: it may have been less before it was rounded. */
const LEAST_SINGLE: f32 = 1.1754943508222875e-38;
const LEAST_DOUBLE: f64 = 2.2250738585072014e-308;
const LEAST_SINGLE_RESULT: f32 = 2.350988701644575e-38;
const LEAST_DOUBLE_RESULT: f64 = 4.450147717014403e-308;

/**
 * Is this result of `a` and `b` right? An operand that is a NaN, or infinite, shows in it. `isZeroExact`: a result of 0 has
 * not been rounded to 0.
 */
export function isPlainSingle(a: f32, b: f32, result: f32, isZeroExact: bool): bool {
  const size = abs<f32>(result);
  const fits = i32(size >= LEAST_SINGLE_RESULT) & i32(size <= f32.MAX_VALUE);
  const isPlain = fits | (i32(result == 0) & i32(isZeroExact));
  return (isPlain & i32(isOrderedSingle(a)) & i32(isOrderedSingle(b))) != 0 && isUsual();
}

export function isPlainDouble(a: f64, b: f64, result: f64, isZeroExact: bool): bool {
  const size = abs<f64>(result);
  const fits = i32(size >= LEAST_DOUBLE_RESULT) & i32(size <= f64.MAX_VALUE);
  const isPlain = fits | (i32(result == 0) & i32(isZeroExact));
  return (isPlain & i32(isOrderedDouble(a)) & i32(isOrderedDouble(b))) != 0 && isUsual();
}

/** As isPlainSingle, for four: `exactZeros` has a lane of ones where a result of 0 has not been rounded to 0. */
export function arePlainSingles(a: v128, b: v128, result: v128, exactZeros: v128): bool {
  const size = f32x4.abs(result);
  const least = f32x4.splat(LEAST_SINGLE_RESULT);
  const fits = v128.and(f32x4.ge(size, least), f32x4.le(size, f32x4.splat(f32.MAX_VALUE)));
  const isPlain = v128.or(fits, v128.and(f32x4.eq(result, f32x4.splat(0)), exactZeros));
  const ordered = v128.and(orderedSingles(a), orderedSingles(b));
  return i32x4.bitmask(v128.and(isPlain, ordered)) == 15 && isUsual();
}

export function arePlainDoubles(a: v128, b: v128, result: v128, exactZeros: v128): bool {
  const size = f64x2.abs(result);
  const least = f64x2.splat(LEAST_DOUBLE_RESULT);
  const fits = v128.and(f64x2.ge(size, least), f64x2.le(size, f64x2.splat(f64.MAX_VALUE)));
  const isPlain = v128.or(fits, v128.and(f64x2.eq(result, f64x2.splat(0)), exactZeros));
  const ordered = v128.and(orderedDoubles(a), orderedDoubles(b));
  return i64x2.bitmask(v128.and(isPlain, ordered)) == 3 && isUsual();
}

/** All ones: sums, differences and roots that are 0 are exact. */
export function always(): v128 {
  return i32x4.splat(-1);
}

/** Where singles are 0. */
export function zeroSingles(a: v128): v128 {
  return f32x4.eq(a, f32x4.splat(0));
}

/** Where doubles are 0. */
export function zeroDoubles(a: v128): v128 {
  return f64x2.eq(a, f64x2.splat(0));
}

/** Is this neither a NaN nor denormal? Then comparing it raises nothing. */
export function isOrderedSingle(a: f32): bool {
  return (i32(abs<f32>(a) >= LEAST_SINGLE) | i32(a == 0)) != 0;
}

export function isOrderedDouble(a: f64): bool {
  return (i32(abs<f64>(a) >= LEAST_DOUBLE) | i32(a == 0)) != 0;
}

export function areOrderedSingles(a: v128, b: v128): bool {
  return i32x4.bitmask(v128.and(orderedSingles(a), orderedSingles(b))) == 15;
}

export function areOrderedDoubles(a: v128, b: v128): bool {
  return i64x2.bitmask(v128.and(orderedDoubles(a), orderedDoubles(b))) == 3;
}

function orderedSingles(a: v128): v128 {
  return v128.or(f32x4.ge(f32x4.abs(a), f32x4.splat(LEAST_SINGLE)), f32x4.eq(a, f32x4.splat(0)));
}

function orderedDoubles(a: v128): v128 {
  return v128.or(f64x2.ge(f64x2.abs(a), f64x2.splat(LEAST_DOUBLE)), f64x2.eq(a, f64x2.splat(0)));
}
