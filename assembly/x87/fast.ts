/**
 * Fast paths of the commonest instructions, for normal numbers and the state that held.ts describes. The result is the
 * same as by the general way (arithmetic.ts, transfer.ts), in fewer steps and nearly without branches.
 *
 * The state is held already, for arithmetic and stores with rounding to nearest. Each function returns false
 * if this is no case for it; then it has changed nothing and the general way is to be taken. Memory operands have been
 * checked. Pops are left to the caller.
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
import { BIAS, EXPONENT, isNormal, isZero, put, roundsAway, SIGN } from "./float80";
import { rootOf, rootRest } from "./functions";
import { empty, exact, fill, precisionDropped, push, register, rounded } from "./held";
import { C0, C3, ROUNDING } from "./status";
import { divideWide, multiplyHigh, remainder, shiftedOut, shiftRight } from "./wide";

/** More than this beyond the last place, or this and an odd last place, rounds up: 1/2 - 2^-64. */
const ALMOST_HALF: u64 = 0x7fffffffffffffff;
const LAST_EXPONENT: u32 = 0x7ffe;

/** Rounds high:low into a register; `sign` is 0 or SIGN. */
function pack(place: usize, sign: u32, exponent: i32, high: u64, low: u64): bool {
  const away = u64(low + (ALMOST_HALF + (high & 1)) < low);
  high += away;
  const carry = u64(high < away);
  exponent += <i32>carry;
  if (<u32>(exponent - 1) >= LAST_EXPONENT) return false;
  put(place, sign | exponent, high | (carry << 63));
  rounded(<u32>away, low);
  return true;
}

/** The same for a precision control that drops bits. */
function packShort(place: usize, sign: u32, exponent: i32, high: u64, low: u64): bool {
  const dropped = precisionDropped();
  const rest = (high << (64 - dropped)) | u64(low != 0);
  const kept = high >> dropped;
  const away = u64(rest + (ALMOST_HALF + (kept & 1)) < rest);
  const significand = (kept + away) << dropped;
  const carry = u64(significand == 0);
  exponent += <i32>carry;
  if (<u32>(exponent - 1) >= LAST_EXPONENT) return false;
  put(place, sign | exponent, significand | (carry << 63));
  rounded(<u32>away, rest);
  return true;
}

function packAny(place: usize, sign: u32, exponent: i32, high: u64, low: u64): bool {
  if (precisionDropped()) return packShort(place, sign, exponent, high, low);
  return pack(place, sign, exponent, high, low);
}

function multiply(place: usize, aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const high = multiplyHigh(a, b);
  const low = a * b;
  // One place to the left, if the top bit is not set.
  const shift = u64(<i64>high >= 0);
  const exponent: i32 = (aHead & EXPONENT) + (bHead & EXPONENT) - (BIAS - 1) - <u32>shift;
  const sign = (aHead ^ bHead) & SIGN;
  const significand = (high << shift) | ((low >> 63) & shift);
  if (precisionDropped()) return packShort(place, sign, exponent, significand, low << shift);
  return pack(place, sign, exponent, significand, low << shift);
}

function divide(place: usize, aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const isLess = u64(a < b);
  const quotient = divideWide(a >> (1 - isLess), isLess ? 0 : a << 63, b);
  // Twice the remainder against the divisor is the first bit below; a quotient is never half way.
  const rest = (u64(remainder > b - remainder) << 63) | u64(remainder != 0);
  const exponent: i32 = (aHead & EXPONENT) - (bHead & EXPONENT) + BIAS - <u32>isLess;
  if (precisionDropped()) return packShort(place, (aHead ^ bHead) & SIGN, exponent, quotient, rest);
  return pack(place, (aHead ^ bHead) & SIGN, exponent, quotient, rest);
}

/** Not for numbers of which one is too small to matter, nor for those that cancel each other out. */
function add(place: usize, aHead: u32, a: u64, bHead: u32, b: u64): bool {
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
  const exponent: i32 = (head & EXPONENT) + <i32>carry - <i32>shift;
  if (precisionDropped()) return packShort(place, head & SIGN, exponent, high, low << shift);
  return pack(place, head & SIGN, exponent, high, low << shift);
}

/** For numbers of which one is zero and the other is not. */
function addZero(place: usize, aHead: u32, a: u64, bHead: u32, b: u64): bool {
  if (isNormal(aHead, a) && isZero(bHead, b)) return packAny(place, aHead & SIGN, aHead & EXPONENT, a, 0);
  if (isNormal(bHead, b) && isZero(aHead, a)) return packAny(place, bHead & SIGN, bHead & EXPONENT, b, 0);
  return false;
}

/** For numbers of which one is zero. */
function multiplyByZero(place: usize, aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const isCommon = (isNormal(aHead, a) && isZero(bHead, b)) || (isCommonOrZero(bHead, b) && isZero(aHead, a));
  if (!isCommon) return false;
  put(place, (aHead ^ bHead) & SIGN, 0);
  exact();
  return true;
}

function isCommonOrZero(head: u32, significand: u64): bool {
  return isNormal(head, significand) || isZero(head, significand);
}

/** ST(0) = ST(0) * m64. */
export function multiplyByDouble(address: u32): bool {
  const bits = load<u64>(address);
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0)) return false;
  if (!isNormalDouble(bits)) return bits << 1 == 0 && multiplyByZero(place, head, a, <u32>(bits >> 48), 0);
  if (!isNormal(head, a)) return multiplyByZero(place, head, a, headOfDouble(bits), significandOfDouble(bits));
  return multiply(place, head, a, headOfDouble(bits), significandOfDouble(bits));
}

/** ST(0) = ST(0) * m32. */
export function multiplyBySingle(address: u32): bool {
  const bits = load<u32>(address);
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0)) return false;
  if (!isNormalSingle(bits)) return bits << 1 == 0 && multiplyByZero(place, head, a, bits >> 16, 0);
  if (!isNormal(head, a)) return multiplyByZero(place, head, a, headOfSingle(bits), significandOfSingle(bits));
  return multiply(place, head, a, headOfSingle(bits), significandOfSingle(bits));
}

/** ST(to) = ST(to) * ST(from). */
export function multiplyRegisters(to: u32, from: u32): bool {
  const place = register(to);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  const other = register(from);
  const otherHead: u32 = load<u16>(other + 8);
  const b = load<u64>(other);
  if (empty(to) | empty(from)) return false;
  if (!isNormal(head, a)) return multiplyByZero(place, head, a, otherHead, b);
  if (!isNormal(otherHead, b)) return multiplyByZero(place, head, a, otherHead, b);
  return multiply(place, head, a, otherHead, b);
}

/** ST(0) = ST(0) + m64, SIGN in `flipTop` and `flip` changing their signs. */
export function addDouble(address: u32, flipTop: u32, flip: u32): bool {
  const bits = load<u64>(address);
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0)) return false;
  const aHead = head ^ flipTop;
  if (!isNormalDouble(bits)) return bits << 1 == 0 && addZero(place, aHead, a, (<u32>(bits >> 48)) ^ flip, 0);
  const bHead = headOfDouble(bits) ^ flip;
  const b = significandOfDouble(bits);
  return isNormal(head, a) ? add(place, aHead, a, bHead, b) : addZero(place, aHead, a, bHead, b);
}

/** ST(0) = ST(0) + m32, SIGN in `flipTop` and `flip` changing their signs. */
export function addSingle(address: u32, flipTop: u32, flip: u32): bool {
  const bits = load<u32>(address);
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0)) return false;
  const aHead = head ^ flipTop;
  if (!isNormalSingle(bits)) return bits << 1 == 0 && addZero(place, aHead, a, (bits >> 16) ^ flip, 0);
  const bHead = headOfSingle(bits) ^ flip;
  const b = significandOfSingle(bits);
  return isNormal(head, a) ? add(place, aHead, a, bHead, b) : addZero(place, aHead, a, bHead, b);
}

/** ST(to) = ST(to) + ST(from), SIGN in `flipTo` and `flip` changing their signs. */
export function addRegisters(to: u32, from: u32, flipTo: u32, flip: u32): bool {
  const place = register(to);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  const other = register(from);
  const otherHead: u32 = load<u16>(other + 8);
  const b = load<u64>(other);
  if (empty(to) | empty(from)) return false;
  if (!isNormal(head, a)) return addZero(place, head ^ flipTo, a, otherHead ^ flip, b);
  if (!isNormal(otherHead, b)) return addZero(place, head ^ flipTo, a, otherHead ^ flip, b);
  return add(place, head ^ flipTo, a, otherHead ^ flip, b);
}

/** ST(0) = ST(0) / m64, or the other way round. */
export function divideByDouble(address: u32, isReversed: bool): bool {
  const bits = load<u64>(address);
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0)) return false;
  if (!isNormal(head, a)) return false;
  if (!isNormalDouble(bits)) return false;
  if (isReversed) return divide(place, headOfDouble(bits), significandOfDouble(bits), head, a);
  return divide(place, head, a, headOfDouble(bits), significandOfDouble(bits));
}

/** ST(to) = ST(to) / ST(from), or the other way round. */
export function divideRegisters(to: u32, from: u32, isReversed: bool): bool {
  const place = register(to);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  const other = register(from);
  const otherHead: u32 = load<u16>(other + 8);
  const b = load<u64>(other);
  if (empty(to) | empty(from)) return false;
  if (!isNormal(head, a)) return false;
  if (!isNormal(otherHead, b)) return false;
  if (isReversed) return divide(place, otherHead, b, head, a);
  return divide(place, head, a, otherHead, b);
}

/** FSQRT. */
export function squareRoot(): bool {
  const place = register(0);
  const head: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0) || head & SIGN || !isNormal(head, a)) return false;
  const exponent: i32 = <i32>head - BIAS;
  const root = rootOf(exponent, a);
  return packAny(place, 0, (exponent >> 1) + BIAS, root, rootRest);
}

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

/** The conditions of ST(0) compared with a number, C3 for equal and C0 for less; or UNKNOWN. C1 stays. */
function compare(bHead: u32, b: u64): u32 {
  const place = register(0);
  const aHead: u32 = load<u16>(place + 8);
  const a = load<u64>(place);
  if (empty(0) || !isCommonOrZero(aHead, a) || !isCommonOrZero(bHead, b)) return UNKNOWN;
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
