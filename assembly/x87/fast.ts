/**
 * The arithmetic of the commonest cases: normal numbers, results of 64 bits that are rounded to nearest, PE masked, nothing
 * pending. Then nothing but PE can be raised, and that without a consequence. Results are the same as by the general way
 * (arithmetic.ts), in fewer steps and nearly without branches: which way a number rounds or which one is larger cannot
 * be predicted.
 *
 * Each function puts its result into the register at `place` and notes its rounding. False: this is no case for it, and it
 * has changed nothing.
 */
import { X87_CONTROL, X87_STATUS } from "../cpu/state";
import { BIAS, EXPONENT, put, SIGN } from "./float80";
import { rootOf, rootRest } from "./functions";
import { C1, ES, PE, PRECISION, PRECISION_EXTENDED, ROUND_NEAREST, ROUNDING, TOP_MASK, TOP_SHIFT } from "./status";
import { divideWide, multiplyHigh, remainder } from "./wide";

const PLAIN_MASK: u32 = PRECISION | ROUNDING | PE;
const PLAIN: u32 = PRECISION_EXTENDED | ROUND_NEAREST | PE;
/** More than this beyond the last place, or this and an odd last place, rounds up: 1/2 - 2^-64. */
const ALMOST_HALF: u64 = 0x7fffffffffffffff;
const INFINITE: u32 = 0x7ffe;

/** 1 if the last instruction rounded away from zero: C1. */
let away: u32 = 0;
/** What was dropped by roundings since start(), OR'ed: not 0 if PE is to be set. */
let dropped: u64 = 0;

/** Is the unit in a state for these functions? */
export function start(): bool {
  const status = load<u32>(X87_STATUS);
  away = (status & C1) / C1;
  dropped = 0;
  return (status & ES) == 0 && (load<u32>(X87_CONTROL) & PLAIN_MASK) == PLAIN;
}

/** Writes the status word: TOP, and what was noted since start(). */
export function finish(top: u32): void {
  const status = load<u32>(X87_STATUS) & ~(C1 | TOP_MASK);
  store<u32>(X87_STATUS, status | (top << TOP_SHIFT) | (u32(dropped != 0) * PE) | (away * C1));
}

/** Notes that there was nothing to round: C1 is cleared. */
export function exact(): void {
  away = 0;
}

/** Rounds high:low into a register; `sign` is 0 or SIGN. */
function pack(place: usize, sign: u32, exponent: i32, high: u64, low: u64): bool {
  const up = u64(low + (ALMOST_HALF + (high & 1)) < low);
  high += up;
  const carry = u64(high < up);
  exponent += <i32>carry;
  if (<u32>(exponent - 1) >= INFINITE) return false;
  put(place, sign | exponent, high | (carry << 63));
  away = <u32>up;
  dropped |= low;
  return true;
}

export function multiply(place: usize, aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const high = multiplyHigh(a, b);
  const low = a * b;
  // One place to the left, if the top bit is not set.
  const shift = u64(<i64>high >= 0);
  const exponent: i32 = (aHead & EXPONENT) + (bHead & EXPONENT) - (BIAS - 1) - <u32>shift;
  return pack(place, (aHead ^ bHead) & SIGN, exponent, (high << shift) | ((low >> 63) & shift), low << shift);
}

export function divide(place: usize, aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const isLess = u64(a < b);
  const quotient = divideWide(a >> (1 - isLess), isLess ? 0 : a << 63, b);
  // Twice the remainder against the divisor is the first bit below; a quotient is never half way.
  const rest = (u64(remainder > b - remainder) << 63) | u64(remainder != 0);
  const exponent: i32 = (aHead & EXPONENT) - (bHead & EXPONENT) + BIAS - <u32>isLess;
  return pack(place, (aHead ^ bHead) & SIGN, exponent, quotient, rest);
}

/** Not for numbers of which one is too small to matter, nor for those that cancel each other out. */
export function add(place: usize, aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const aExponent: i32 = aHead & EXPONENT;
  const bExponent: i32 = bHead & EXPONENT;
  const isSwapped = i32(aExponent < bExponent) | (i32(aExponent == bExponent) & i32(a < b));
  const larger = isSwapped ? b : a;
  const smaller = isSwapped ? a : b;
  const head = isSwapped ? bHead : aHead;
  const distance = <u64>abs(aExponent - bExponent);
  if (distance > 63) return false;
  // A subtraction inverts the smaller number and adds a unit at the bottom.
  const differs = <u64>((aHead ^ bHead) >> 15);
  const mask = -differs;
  const rest = (smaller << 1) << (63 - distance);
  let low = (rest ^ mask) + differs;
  let high = larger + ((smaller >> distance) ^ mask) + (differs & u64(rest == 0));
  if (high == 0) return false;
  const carry = u64(high < larger) & (differs ^ 1);
  const shift = clz(high) & mask;
  low = (low >> carry) | (low & carry) | ((high & carry) << 63);
  high = (high >> carry) | (carry << 63);
  high = (high << shift) | ((low >> 1) >> (63 - shift));
  return pack(place, head & SIGN, (head & EXPONENT) + <i32>carry - <i32>shift, high, low << shift);
}

export function squareRoot(place: usize, head: u32, a: u64): bool {
  if (head & SIGN) return false;
  const exponent: i32 = <i32>head - BIAS;
  const root = rootOf(exponent, a);
  return pack(place, 0, (exponent >> 1) + BIAS, root, rootRest);
}

/** Stores a register as a double. */
export function storeDouble(address: u32, head: u32, significand: u64): bool {
  const sign = (<u64>(head & SIGN)) << 48;
  const exponent = (head & EXPONENT) - (BIAS - 1022);
  if (<i64>significand < 0 && exponent < 0x7fd) {
    const kept = significand >> 11;
    const rest = significand << 53;
    const up = u64(rest + (ALMOST_HALF + (kept & 1)) < rest);
    // The integer bit counts the exponent up by one, a carry by one more.
    store<u64>(address, sign + ((<u64>exponent) << 52) + kept + up);
    away = <u32>up;
    dropped |= rest;
    return true;
  }
  if (significand || head & EXPONENT) return false;
  store<u64>(address, sign);
  away = 0;
  return true;
}

/** Stores a register as a single. */
export function storeSingle(address: u32, head: u32, significand: u64): bool {
  const sign = (head & SIGN) << 16;
  const exponent = (head & EXPONENT) - (BIAS - 126);
  if (<i64>significand < 0 && exponent < 0xfd) {
    const kept = significand >> 40;
    const rest = significand << 24;
    const up = u64(rest + (ALMOST_HALF + (kept & 1)) < rest);
    store<u32>(address, sign + (exponent << 23) + <u32>(kept + up));
    away = <u32>up;
    dropped |= rest;
    return true;
  }
  if (significand || head & EXPONENT) return false;
  store<u32>(address, sign);
  away = 0;
  return true;
}
