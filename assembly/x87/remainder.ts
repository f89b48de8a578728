/** FPREM and FPREM1: exact remainders, the low bits of the quotient in C0, C3 and C1. */
import { X87_STATUS } from "../cpu/state";
import {
  isInfinity,
  isZero,
  invalid,
  normalExponent,
  normalised,
  resultHead,
  resultSignificand,
  roundAndPackExtended,
  setResult,
  signalDenormal,
  takesNans,
} from "./float80";
import { head, isEmpty, setRegister, significand, stackUnderflow } from "./stack";
import { BEFORE, begin, C0, C1, C2, C3, setConditions, settle } from "./status";

/** How the quotient is rounded. */
export const TOWARDS_ZERO: bool = false;
export const TO_NEAREST: bool = true;

/** C3, C2, C1, C0 of the reduction. After an invalid operation or a NaN, C3 and C0 stay and C2 is 0. */
let conditions: u32 = 0;

export function remainder(nearest: bool): bool {
  const kept = load<u32>(X87_STATUS) & (C0 | C3);
  conditions = kept;
  begin(0);
  if (isEmpty(0) || isEmpty(1)) stackUnderflow();
  else reduce(head(0), significand(0), head(1), significand(1), nearest);
  if (settle(BEFORE)) setRegister(0, resultHead(), resultSignificand());
  else conditions = kept;
  setConditions(conditions);
  return true;
}

function reduce(aHead: u32, a: u64, bHead: u32, b: u64, nearest: bool): void {
  if (takesNans(aHead, a, bHead, b)) return;
  if (isInfinity(aHead, a) || isZero(bHead, b)) {
    invalid();
    return;
  }
  conditions = 0;
  signalDenormal(aHead, a);
  signalDenormal(bHead, b);
  if (isZero(aHead, a)) {
    setResult(aHead, a);
    return;
  }
  const aExponent = normalExponent(aHead, a);
  const sign = aHead >> 15;
  a = normalised(a);
  if (isInfinity(bHead, b)) {
    roundAndPackExtended(sign, aExponent, a, 0);
    return;
  }
  const bExponent = normalExponent(bHead, b);
  const distance = aExponent - bExponent;
  b = normalised(b);
  if (distance >= 64) {
    // Too far for one step: the quotient's upper bits only. How many is the processor's own choice (here: AMD's).
    const step = (distance & 31) | 32;
    divideBits(a, b, step);
    conditions = C2;
    packRemainder(sign, bExponent + distance - step, rest);
  } else if (distance >= 0) {
    divideBits(a, b, distance);
    if (nearest && (rest > b - rest || (rest == b - rest && quotient & 1))) {
      quotient++;
      packRemainder(sign ^ 1, bExponent, b - rest);
    } else {
      packRemainder(sign, bExponent, rest);
    }
    quotientBits();
  } else if (nearest && distance == -1 && a > b) {
    quotient = 1;
    packRemainder(sign ^ 1, aExponent, b - (a - b));
    quotientBits();
  } else {
    roundAndPackExtended(sign, aExponent, a, 0);
  }
}

let quotient: u64 = 0;
let rest: u64 = 0;

/** quotient and rest of a * 2^steps / b, bit by bit. */
function divideBits(a: u64, b: u64, steps: i32): void {
  let digits: u64 = 0;
  let carry = false;
  for (;;) {
    digits <<= 1;
    if (carry || a >= b) {
      a -= b;
      digits |= 1;
    }
    if (!steps) break;
    steps--;
    carry = (a & 0x8000000000000000) != 0;
    a <<= 1;
  }
  quotient = digits;
  rest = a;
}

function packRemainder(sign: u32, exponent: i32, value: u64): void {
  if (!value) {
    setResult(sign << 15, 0);
    return;
  }
  roundAndPackExtended(sign, exponent - <i32>clz(value), normalised(value), 0);
}

/** Bits 2, 1, 0 of the quotient in C0, C3, C1. */
function quotientBits(): void {
  if (quotient & 4) conditions |= C0;
  if (quotient & 2) conditions |= C3;
  if (quotient & 1) conditions |= C1;
}
