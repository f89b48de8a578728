/**
 * Loads, stores, comparisons and exchanges of the commonest cases, normal numbers and zeros, in the state that held.ts
 * describes (FST m32 and m64: with rounding to nearest). Results are the same as by the general way (transfer.ts,
 * comparisons.ts), in fewer steps.
 *
 * Each function returns false if this is no case for it; then it has changed nothing, and the general way is to be taken.
 * Memory operands have been checked. Pops are left to the caller.
 */
import { X87_CONTROL } from "../cpu/state";
import {
  headOfDouble,
  headOfSingle,
  isNormalDouble,
  isNormalSingle,
  significandOfDouble,
  significandOfSingle,
} from "./conversions";
import { ALMOST_HALF } from "./fast-arithmetic";
import { BIAS, EXPONENT, isNormal, isZero, put, roundsAway, SIGN } from "./float80";
import { empty, exact, fill, push, register, rounded } from "./held";
import { C0, C3, ROUNDING } from "./status";
import { shiftedOut, shiftRight } from "./wide";

/** FLD m64. */
export function pushDouble(address: u32): bool {
  const bits = load<u64>(address);
  if (!empty(7)) return false;
  if (isNormalDouble(bits)) {
    push();
    put(register(0), headOfDouble(bits), significandOfDouble(bits));
  } else {
    if (bits << 1) return false;
    push();
    put(register(0), <u32>(bits >> 48), 0);
  }
  exact();
  return true;
}

/** FLD m32. */
export function pushSingle(address: u32): bool {
  const bits = load<u32>(address);
  if (!empty(7)) return false;
  if (isNormalSingle(bits)) {
    push();
    put(register(0), headOfSingle(bits), significandOfSingle(bits));
  } else {
    if (bits << 1) return false;
    push();
    put(register(0), bits >> 16, 0);
  }
  exact();
  return true;
}

/** FILD. */
export function pushInteger(value: i64): bool {
  if (!empty(7)) return false;
  push();
  const sign = u32(value < 0) << 15;
  const magnitude: u64 = abs(value);
  const shift = clz(magnitude);
  put(register(0), value ? sign | (BIAS + 63 - <u32>shift) : 0, magnitude << shift);
  exact();
  return true;
}

/** FLD ST(i). */
export function pushRegister(i: u32): bool {
  if ((empty(7) ^ 1) | empty(i)) return false;
  const from = register(i);
  push();
  put(register(0), load<u16>(from + 8), load<u64>(from));
  exact();
  return true;
}

/** FLD1, FLDZ. */
export function pushConstant(head: u32, significand: u64): bool {
  if (!empty(7)) return false;
  push();
  put(register(0), head, significand);
  exact();
  return true;
}

/** FST m64. */
export function storeDouble(address: u32): bool {
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const significand = load<u64>(place);
  if (empty(0)) return false;
  const sign = (<u64>(head & SIGN)) << 48;
  const exponent = (head & EXPONENT) - (BIAS - 1022);
  if (<i64>significand < 0) {
    if (exponent >= 0x7fd) return false;
    const kept = significand >> 11;
    const rest = significand << 53;
    const away = u64(rest + (ALMOST_HALF + (kept & 1)) < rest);
    // The integer bit counts the exponent up by one, a carry by one more.
    store<u64>(address, sign + ((<u64>exponent) << 52) + kept + away);
    rounded(<u32>away, rest);
    return true;
  }
  if (significand || head & EXPONENT) return false;
  store<u64>(address, sign);
  exact();
  return true;
}

/** FST m32. */
export function storeSingle(address: u32): bool {
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const significand = load<u64>(place);
  if (empty(0)) return false;
  const sign = (head & SIGN) << 16;
  const exponent = (head & EXPONENT) - (BIAS - 126);
  if (<i64>significand < 0) {
    if (exponent >= 0xfd) return false;
    const kept = significand >> 40;
    const rest = significand << 24;
    const away = u64(rest + (ALMOST_HALF + (kept & 1)) < rest);
    store<u32>(address, sign + (exponent << 23) + <u32>(kept + away));
    rounded(<u32>away, rest);
    return true;
  }
  if (significand || head & EXPONENT) return false;
  store<u32>(address, sign);
  exact();
  return true;
}

/** FST ST(i). */
export function copyTo(i: u32): bool {
  if (empty(0)) return false;
  const from = register(0);
  put(register(i), load<u16>(from + 8), load<u64>(from));
  fill(i);
  exact();
  return true;
}

/** FXCH. */
export function exchange(i: u32): bool {
  if (empty(0) | empty(i)) return false;
  const first = register(0);
  const second = register(i);
  const head: u32 = load<u16>(first + 8);
  const significand = load<u64>(first);
  put(first, load<u16>(second + 8), load<u64>(second));
  put(second, head, significand);
  exact();
  return true;
}

/** FCHS and FABS: as changeSign in functions.ts. */
export function changeSign(keep: u32, flip: u32): bool {
  if (empty(0)) return false;
  const place = register(0) + 8;
  store<u16>(place, (load<u16>(place) & keep) ^ flip);
  exact();
  return true;
}

/** FLD m80. */
export function pushExtended(address: u32): bool {
  if (!empty(7)) return false;
  push();
  put(register(0), load<u16>(address + 8), load<u64>(address));
  exact();
  return true;
}

/** FSTP m80. */
export function storeExtended(address: u32): bool {
  if (empty(0)) return false;
  const place = register(0);
  store<u64>(address, load<u64>(place));
  store<u16>(address + 8, load<u16>(place + 8));
  exact();
  return true;
}

/** What roundTop made. */
export let integer: i64 = 0;

/** ST(0) as an integer of at most `limit` in magnitude, for FIST. False: it is none. */
export function roundTop(limit: u64): bool {
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0)) return false;
  integer = 0;
  if (isZero(head, a)) {
    exact();
    return true;
  }
  const exponent: i32 = (head & EXPONENT) - BIAS;
  if (!isNormal(head, a) || exponent > 62) return false;
  const sign = head >> 15;
  let magnitude = shiftRight(a, 63 - exponent);
  const rest = shiftedOut(a, 63 - exponent);
  const away = u64(roundsAway(load<u32>(X87_CONTROL) & ROUNDING, sign, (magnitude & 1) != 0, rest));
  magnitude += away;
  if (magnitude > limit) return false;
  integer = sign ? -(<i64>magnitude) : magnitude;
  rounded(<u32>away, rest);
  return true;
}

/** No answer of a comparison. */
export const UNKNOWN: u32 = ~0;

function isNormalOrZero(head: u32, significand: u64): bool {
  return isNormal(head, significand) || isZero(head, significand);
}

/** The conditions of ST(0) compared with a number, C3 for equal and C0 for less; or UNKNOWN. C1 stays. */
function compare(bHead: u32, b: u64): u32 {
  const place = register(0);
  const aHead: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0) || !isNormalOrZero(aHead, a) || !isNormalOrZero(bHead, b)) return UNKNOWN;
  const aExponent = aHead & EXPONENT;
  const bExponent = bHead & EXPONENT;
  const isEqual = u32((a | b) == 0) | (u32(aHead == bHead) & u32(a == b));
  const isSmaller = u32(aExponent < bExponent) | (u32(aExponent == bExponent) & u32(a < b));
  const aSign = aHead >> 15;
  const isLess = (aHead ^ bHead) & SIGN ? aSign : isSmaller ^ aSign;
  return isEqual ? C3 : isLess * C0;
}

export function compareDouble(address: u32): u32 {
  const bits = load<u64>(address);
  if (isNormalDouble(bits)) return compare(headOfDouble(bits), significandOfDouble(bits));
  return bits << 1 ? UNKNOWN : compare(<u32>(bits >> 48), 0);
}

export function compareSingle(address: u32): u32 {
  const bits = load<u32>(address);
  if (isNormalSingle(bits)) return compare(headOfSingle(bits), significandOfSingle(bits));
  return bits << 1 ? UNKNOWN : compare(bits >> 16, 0);
}

export function compareRegister(i: u32): u32 {
  const other = register(i);
  return empty(i) ? UNKNOWN : compare(load<u16>(other + 8), load<u64>(other));
}
