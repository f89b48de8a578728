/**
 * The arithmetic of the commonest cases, normal numbers and zeros, in the state that held.ts describes with rounding to
 * nearest. Results are the same as by the general way (arithmetic.ts), in fewer steps and nearly without branches: which
 * way a number rounds, or which of two is the larger, cannot be predicted.
 *
 * Each function returns false if this is no case for it; then it has changed nothing, and the general way is to be taken.
 * Memory operands have been checked. Pops are left to the caller.
 */
import {
  headOfDouble,
  headOfSingle,
  isNormalDouble,
  isNormalSingle,
  significandOfDouble,
  significandOfSingle,
} from "./conversions";
import { BIAS, EXPONENT, isNormal, isZero, put, SIGN } from "./float80";
import { rootOf, rootRest } from "./functions";
import { empty, exact, precisionDropped, register, rounded } from "./held";
import { divideWide, multiplyHigh, remainder } from "./wide";

/** More than this beyond the last place, or this and an odd last place, rounds up: 1/2 - 2^-64. */
export const ALMOST_HALF: u64 = 0x7fffffffffffffff;
/** How many exponents normal numbers have, from 1 on. */
const EXPONENTS: u32 = 0x7ffe;

/** Rounds high:low into a register; `sign` is 0 or SIGN. */
function pack(place: usize, sign: u32, exponent: i32, high: u64, low: u64): bool {
  const away = u64(low + (ALMOST_HALF + (high & 1)) < low);
  high += away;
  const carry = u64(high < away);
  exponent += <i32>carry;
  if (<u32>(exponent - 1) >= EXPONENTS) return false;
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
  if (<u32>(exponent - 1) >= EXPONENTS) return false;
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
  const isCommon =
    (isNormal(aHead, a) && isZero(bHead, b)) || ((isNormal(bHead, b) || isZero(bHead, b)) && isZero(aHead, a));
  if (!isCommon) return false;
  put(place, (aHead ^ bHead) & SIGN, 0);
  exact();
  return true;
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
