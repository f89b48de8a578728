/**
 * Numbers with a 128-bit significand, in which the transcendental functions are worked out.
 *
 *     0          8          16         20
 *     +----------+----------+----------+------+
 *     | low      | high     | exponent | sign |     value = high:low * 2^(exponent - 127), with high's top bit set;
 *     +----------+----------+----------+------+     zero: high = 0
 *
 * They lie in memory and are named by their addresses; a function's result may be one of its operands. Results are
 * cut off to 128 bits: the error is a few units of the last of them, below 2^-120 for a whole function. Nothing here
 * signals an exception: only packed() does, which rounds to a register's 64 bits.
 */
import { BIAS, normalExponent, normalised, roundAndPackExtended } from "./float80";
import { divideWide, multiplyHigh, remainder } from "./wide";

const EXPONENT_OFFSET: usize = 16;
const SIGN_OFFSET: usize = 20;
/** Bytes of a number. */
export const NUMBER_SIZE: i32 = 24;

export function lowOf(a: usize): u64 {
  return load<u64>(a);
}

export function highOf(a: usize): u64 {
  return load<u64>(a + 8);
}

export function exponentOf(a: usize): i32 {
  return load<i32>(a + EXPONENT_OFFSET);
}

export function signOf(a: usize): u32 {
  return load<u32>(a + SIGN_OFFSET);
}

export function setSign(to: usize, sign: u32): void {
  store<u32>(to + SIGN_OFFSET, sign);
}

export function setExponent(to: usize, exponent: i32): void {
  store<i32>(to + EXPONENT_OFFSET, exponent);
}

/** Makes the number high:low * 2^(exponent - 127); the top bit need not be set. */
export function make(to: usize, sign: u32, exponent: i32, high: u64, low: u64): void {
  if (!high) {
    high = low;
    low = 0;
    exponent -= 64;
  }
  if (high) {
    const shift = clz(high);
    high = (high << shift) | ((low >> 1) >> (63 - shift));
    low <<= shift;
    exponent -= <i32>shift;
  }
  store<u64>(to, low);
  store<u64>(to + 8, high);
  store<i32>(to + EXPONENT_OFFSET, exponent);
  store<u32>(to + SIGN_OFFSET, sign);
}

/** The number in a register: neither infinite nor NaN. */
export function fromRegister(to: usize, head: u32, significand: u64): void {
  if (significand) make(to, head >> 15, normalExponent(head, significand) - BIAS, normalised(significand), 0);
  else make(to, head >> 15, 0, 0, 0);
}

export function copy(to: usize, a: usize): void {
  store<u64>(to, load<u64>(a));
  store<u64>(to + 8, load<u64>(a + 8));
  store<u64>(to + EXPONENT_OFFSET, load<u64>(a + EXPONENT_OFFSET));
}

/** Rounds to a register's format, whatever the precision control says, into RESULT. */
export function pack(a: usize): void {
  roundAndPackExtended(signOf(a), exponentOf(a) + BIAS, highOf(a), lowOf(a));
}

/** As pack, for a number that has been cut off: there is always a bit more to it. */
export function packInexact(a: usize): void {
  roundAndPackExtended(signOf(a), exponentOf(a) + BIAS, highOf(a), lowOf(a) | 1);
}

/** The lower halves of what the functions below return the upper half of. */
let productLow: u64 = 0;
export let fixedLow: u64 = 0;

/** The upper 128 bits of a product of two 128-bit numbers, a few units too small at most. */
function product(aHigh: u64, aLow: u64, bHigh: u64, bLow: u64): u64 {
  const first = multiplyHigh(aHigh, bLow);
  const second = multiplyHigh(aLow, bHigh);
  const low = aHigh * bHigh + first;
  productLow = low + second;
  return multiplyHigh(aHigh, bHigh) + u64(low < first) + u64(productLow < second);
}

export function multiply(to: usize, a: usize, b: usize): void {
  const high = product(highOf(a), lowOf(a), highOf(b), lowOf(b));
  make(to, signOf(a) ^ signOf(b), exponentOf(a) + exponentOf(b) + 1, high, productLow);
}

export function add(to: usize, a: usize, b: usize): void {
  if (!highOf(b)) {
    copy(to, a);
    return;
  }
  if (!highOf(a)) {
    copy(to, b);
    return;
  }
  const isSwapped = exponentOf(a) < exponentOf(b);
  const larger = isSwapped ? b : a;
  const smaller = isSwapped ? a : b;
  const exponent = exponentOf(larger);
  const sign = signOf(larger);
  const shiftedHigh = fixed(smaller, exponent - exponentOf(smaller));
  const shiftedLow = fixedLow;
  if (sign == signOf(smaller)) {
    let low = lowOf(larger) + shiftedLow;
    const lowCarry = u64(low < shiftedLow);
    let high = highOf(larger) + shiftedHigh;
    let carry = u64(high < shiftedHigh);
    high += lowCarry;
    carry |= u64(high < lowCarry);
    low = carry ? (low >> 1) | (high << 63) : low;
    high = carry ? (high >> 1) | (carry << 63) : high;
    make(to, sign, exponent + <i32>carry, high, low);
    return;
  }
  const low = lowOf(larger) - shiftedLow;
  const high = highOf(larger) - shiftedHigh - u64(lowOf(larger) < shiftedLow);
  // Only where the exponents are equal can the smaller be the larger.
  if (highOf(larger) < shiftedHigh || (highOf(larger) == shiftedHigh && lowOf(larger) < shiftedLow)) {
    make(to, sign ^ 1, exponent, ~high + u64(!low), -low);
  } else {
    make(to, sign, exponent, high, low);
  }
}

/** The significand moved right by `distance`; the upper half, the lower is in fixedLow. */
export function fixed(a: usize, distance: u32): u64 {
  const high = highOf(a);
  const low = lowOf(a);
  if (distance >= 64) {
    fixedLow = distance < 128 ? high >> (distance - 64) : 0;
    return 0;
  }
  fixedLow = (low >> distance) | ((high << 1) << (63 - distance));
  return high >> distance;
}

/** a / b. b is not 0. */
export function divide(to: usize, a: usize, b: usize): void {
  restHigh = highOf(a);
  restLow = lowOf(a);
  let exponent = exponentOf(a) - exponentOf(b);
  let bottom: u64 = 0;
  if (restHigh > highOf(b) || (restHigh == highOf(b) && restLow >= lowOf(b))) {
    bottom = restLow << 63;
    restLow = (restLow >> 1) | (restHigh << 63);
    restHigh >>= 1;
  } else {
    exponent--;
  }
  const high = quotientWord(bottom, highOf(b), lowOf(b));
  const low = quotientWord(0, highOf(b), lowOf(b));
  make(to, signOf(a) ^ signOf(b), exponent, high, low);
}

/** The dividend's upper part, less than the divisor. */
let restHigh: u64 = 0;
let restLow: u64 = 0;

/** A 64-bit digit of a long division: rest:next / divisor; the rest is what remains. Knuth, 4.3.1, algorithm D. */
function quotientWord(next: u64, high: u64, low: u64): u64 {
  let quotient = ~(<u64>0);
  // What remains of restHigh:restLow by `high` alone, in 65 bits.
  let rest = restLow + high;
  let overflow = rest < high;
  if (restHigh < high) {
    quotient = divideWide(restHigh, restLow, high);
    rest = remainder;
    overflow = false;
  }
  let top = multiplyHigh(quotient, low);
  let bottom = quotient * low;
  while (!overflow && (top > rest || (top == rest && bottom > next))) {
    quotient--;
    rest += high;
    overflow = rest < high;
    top -= u64(bottom < low);
    bottom -= low;
  }
  restHigh = rest - top - u64(next < bottom);
  restLow = next - bottom;
  return quotient;
}

/**
 * A power series of x, given as a fraction of 2^128, |x| < 1: c0 + x (c1 + x (c2 + ...)), its terms alternating if
 * `alternates`. `coefficients` are positive, of 128 bits, and fall fast enough that no sum is negative. The result's
 * unit is theirs: `exponent` is that of their top bit.
 */
export function series(
  to: usize,
  exponent: i32,
  coefficients: usize,
  count: u32,
  xHigh: u64,
  xLow: u64,
  alternates: bool,
): void {
  let at = coefficients + ((count - 1) << 4);
  let high = highOf(at);
  let low = lowOf(at);
  while (at > coefficients) {
    at -= 16;
    high = product(high, low, xHigh, xLow);
    low = lowOf(at);
    if (alternates) {
      high = highOf(at) - high - u64(low < productLow);
      low -= productLow;
    } else {
      low += productLow;
      high = highOf(at) + high + u64(low < productLow);
    }
  }
  make(to, 0, exponent, high, low);
}

/** A constant of 128 bits; `exponent` is that of the top bit. */
export function constant(to: usize, sign: u32, exponent: i32, place: usize): void {
  make(to, sign, exponent, highOf(place), lowOf(place));
}
