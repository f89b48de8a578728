/** FADD, FSUB, FMUL, FDIV and their reversed, popping and integer forms. SDM vol. 1, 8.3.5 and 8.5; vol. 2. */
import { checkRead } from "../memory/access";
import { readable } from "../memory/permissions";
import {
  fromDouble,
  fromSingle,
  headOfDouble,
  headOfSingle,
  isNormalDouble,
  isNormalSingle,
  operandDenormal,
  operandHead,
  operandSignificand,
  readInteger16,
  readInteger32,
  significandOfDouble,
  significandOfSingle,
} from "./conversions";
import {
  BIAS,
  EXPONENT,
  INTEGER_BIT,
  invalid,
  isInfinity,
  isNormal,
  normalExponent,
  normalised,
  put,
  RESULT,
  roundAndPack,
  roundAndPackSpecial,
  setResult,
  SIGN,
  signalDenormal,
  takesNans,
} from "./float80";
import { head, isEmpty, pop, registerAddress, settleAndPop, significand, stackUnderflow, writeResult } from "./stack";
import { begin, controlWord, NOTHING, raised, ROUND_DOWN, ROUNDING, settle, ZE } from "./status";
import { divideWide, multiplyHigh, remainder, shiftedOut, shiftRight } from "./wide";

/** Operations on a destination d and a source s. */
export const enum Operation {
  /** d + s. */
  ADD,
  /** d * s. */
  MULTIPLY,
  /** d - s. */
  SUBTRACT,
  /** s - d. */
  SUBTRACT_REVERSED,
  /** d / s. */
  DIVIDE,
  /** s / d. */
  DIVIDE_REVERSED,
}

/** ST(0) = ST(0) operation a single. */
export function operateSingle(operation: Operation, address: u32): bool {
  if (!readable(address) && !checkRead(address, 4)) return false;
  const bits = load<u32>(address);
  if (isNormalSingle(bits)) {
    operateTop(operation, headOfSingle(bits), significandOfSingle(bits), 0);
  } else {
    fromSingle(bits);
    operateOperand(operation);
  }
  return true;
}

/** ST(0) = ST(0) operation a double. */
export function operateDouble(operation: Operation, address: u32): bool {
  if (!readable(address) && !checkRead(address, 8)) return false;
  const bits = load<u64>(address);
  if (isNormalDouble(bits)) {
    operateTop(operation, headOfDouble(bits), significandOfDouble(bits), 0);
  } else {
    fromDouble(bits);
    operateOperand(operation);
  }
  return true;
}

/** ST(0) = ST(0) operation a 16-bit integer. */
export function operateInteger16(operation: Operation, address: u32): bool {
  if (!readInteger16(address)) return false;
  operateOperand(operation);
  return true;
}

/** ST(0) = ST(0) operation a 32-bit integer. */
export function operateInteger32(operation: Operation, address: u32): bool {
  if (!readInteger32(address)) return false;
  operateOperand(operation);
  return true;
}

/** ST(0) = ST(0) operation the operand that was read from memory. */
function operateOperand(operation: Operation): void {
  operateTop(operation, operandHead, operandSignificand, operandDenormal);
}

/** ST(0) = ST(0) operation a number; `denormal` is DE if it was a denormal in its own format. */
function operateTop(operation: Operation, sHead: u32, s: u64, denormal: u32): void {
  if (isEmpty(0)) {
    stackUnderflow();
    writeResult(0);
    return;
  }
  begin(denormal);
  const place = registerAddress(0);
  if (operate(operation, place, load<u16>(place + 8), load<u64>(place), sHead, s)) settle(NOTHING);
  else writeResult(0);
}

/** ST(destination) = ST(destination) operation ST(source), and perhaps pop. */
export function operateRegisters(operation: Operation, destination: u32, source: u32, pops: bool): bool {
  if (isEmpty(destination) || isEmpty(source)) {
    stackUnderflow();
    if (writeResult(destination) && pops) pop();
    return true;
  }
  begin(0);
  const place = registerAddress(destination);
  const isWritten = operate(
    operation,
    place,
    load<u16>(place + 8),
    load<u64>(place),
    head(source),
    significand(source),
  );
  if (!isWritten) {
    if (writeResult(destination) && pops) pop();
  } else if (pops) {
    settleAndPop(NOTHING);
  } else {
    settle(NOTHING);
  }
  return true;
}

/**
 * d operation s. True: the result is already in the register at `place`, where d was; nothing could forbid that.
 * False: it is in RESULT, and what was raised decides.
 */
function operate(operation: Operation, place: usize, dHead: u32, d: u64, sHead: u32, s: u64): bool {
  const isReversed = operation == Operation.SUBTRACT_REVERSED || operation == Operation.DIVIDE_REVERSED;
  const aHead = isReversed ? sHead : dHead;
  const bHead = isReversed ? dHead : sHead;
  let a = isReversed ? s : d;
  let b = isReversed ? d : s;
  let aExponent: i32 = aHead & EXPONENT;
  let bExponent: i32 = bHead & EXPONENT;
  const isPlain = isNormal(aHead, a) && isNormal(bHead, b) && !raised;
  if (!isPlain) {
    if (operateSpecially(operation, aHead, a, bHead, b)) return false;
    aExponent = normalExponent(aHead, a);
    bExponent = normalExponent(bHead, b);
    a = normalised(a);
    b = normalised(b);
    place = RESULT;
  }
  // Of two normalised numbers. All in one function: calls cost as much as the arithmetic.
  let sign = (aHead ^ bHead) >> 15;
  let exponent: i32;
  let high: u64;
  let rest: u64;
  switch (operation) {
    case Operation.MULTIPLY: {
      high = multiplyHigh(a, b);
      rest = a * b;
      // One place to the left, if the top bit is not set: without a branch, as it cannot be predicted.
      const shift = u64(<i64>high >= 0);
      high = (high << shift) | ((rest >> 63) & shift);
      rest <<= shift;
      exponent = aExponent + bExponent - (BIAS - 1) - <i32>shift;
      break;
    }
    case Operation.DIVIDE:
    case Operation.DIVIDE_REVERSED: {
      const isLess = u64(a < b);
      high = divideWide(a >> (1 - isLess), isLess ? 0 : a << 63, b);
      // The first bit below: is twice the remainder at least the divisor? Then, sticky: is it anything else?
      rest = (u64(remainder >= b - remainder) << 63) | u64(remainder != 0 && remainder != b - remainder);
      exponent = aExponent - bExponent + BIAS - <i32>isLess;
      break;
    }
    default:
      high = sum(aHead >> 15, aExponent, a, (bHead >> 15) ^ u32(operation != Operation.ADD), bExponent, b);
      if (!high) {
        put(place, signOfCancelled() << 15, 0);
        return isPlain;
      }
      sign = sumSign;
      exponent = sumExponent;
      rest = sumRest;
  }
  roundAndPack(place, sign, exponent, high, rest);
  return isPlain;
}

/** Zeros, infinities, NaNs, and the signals of denormals. True: the result is in RESULT. False: both are finite and not zero. */
function operateSpecially(operation: Operation, aHead: u32, a: u64, bHead: u32, b: u64): bool {
  // A NaN comes before the denormal operand that the read from memory has already signalled.
  const denormal = raised;
  begin(0);
  if (takesNans(aHead, a, bHead, b)) return true;
  begin(denormal);
  switch (operation) {
    case Operation.MULTIPLY:
      return specialProduct(aHead, a, bHead, b);
    case Operation.DIVIDE:
    case Operation.DIVIDE_REVERSED:
      return specialQuotient(aHead, a, bHead, b);
    case Operation.ADD:
      return specialSum(aHead, a, bHead, b);
    default:
      return specialSum(aHead, a, bHead ^ SIGN, b);
  }
}

function specialSum(aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const aInfinite = isInfinity(aHead, a);
  const bInfinite = isInfinity(bHead, b);
  if (aInfinite && bInfinite && aHead != bHead) {
    invalid();
    return true;
  }
  signalDenormal(aHead, a);
  signalDenormal(bHead, b);
  if (aInfinite) setResult(aHead, a);
  else if (bInfinite) setResult(bHead, b);
  else if (!a && !b) setResult(aHead == bHead ? aHead : signOfCancelled() << 15, 0);
  else if (!a) roundAndPackSpecial(bHead >> 15, normalExponent(bHead, b), normalised(b), 0);
  else if (!b) roundAndPackSpecial(aHead >> 15, normalExponent(aHead, a), normalised(a), 0);
  else return false;
  return true;
}

/** The sign of x - x. */
function signOfCancelled(): u32 {
  return u32((controlWord() & ROUNDING) == ROUND_DOWN);
}

/** What sum gives besides the significand's upper half. */
let sumSign: u32 = 0;
let sumExponent: i32 = 0;
let sumRest: u64 = 0;

/** The sum of two normalised numbers: the upper half of its significand, or 0 if nothing is left. */
function sum(aSign: u32, aExponent: i32, a: u64, bSign: u32, bExponent: i32, b: u64): u64 {
  // Without branches: which exponent is larger cannot be predicted.
  const isSwapped = aExponent < bExponent;
  const larger = isSwapped ? b : a;
  const smaller = isSwapped ? a : b;
  const distance = isSwapped ? bExponent - aExponent : aExponent - bExponent;
  const shifted = shiftRight(smaller, distance);
  let rest = shiftedOut(smaller, distance);
  let exponent = isSwapped ? bExponent : aExponent;
  let high: u64;
  sumSign = isSwapped ? bSign : aSign;
  if (aSign == bSign) {
    high = larger + shifted;
    if (high < shifted) {
      rest = (rest >> 1) | (rest & 1) | (high << 63);
      high = (high >> 1) | INTEGER_BIT;
      exponent++;
    }
  } else {
    if (shifted > larger) {
      // Only where the exponents are equal, and then there is no rest.
      high = shifted - larger;
      sumSign ^= 1;
    } else {
      high = larger - shifted - u64(rest != 0);
      rest = -rest;
    }
    if (!high) {
      high = rest;
      rest = 0;
      exponent -= 64;
    }
    const shift = clz(high);
    high = (high << shift) | ((rest >> 1) >> (63 - shift));
    rest <<= shift;
    exponent -= <i32>shift;
  }
  sumExponent = exponent;
  sumRest = rest;
  return high;
}

function specialProduct(aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const isInfinite = isInfinity(aHead, a) || isInfinity(bHead, b);
  const hasZero = !a || !b;
  if (isInfinite && hasZero) {
    invalid();
    return true;
  }
  signalDenormal(aHead, a);
  signalDenormal(bHead, b);
  if (isInfinite) setResult(((aHead ^ bHead) & SIGN) | EXPONENT, INTEGER_BIT);
  else if (hasZero) setResult((aHead ^ bHead) & SIGN, 0);
  else return false;
  return true;
}

function specialQuotient(aHead: u32, a: u64, bHead: u32, b: u64): bool {
  const aInfinite = isInfinity(aHead, a);
  const bInfinite = isInfinity(bHead, b);
  const sign = (aHead ^ bHead) & SIGN;
  if ((aInfinite && bInfinite) || (!a && !b)) {
    invalid();
    return true;
  }
  if (!b && !aInfinite) {
    begin(ZE);
    setResult(sign | EXPONENT, INTEGER_BIT);
    return true;
  }
  signalDenormal(aHead, a);
  signalDenormal(bHead, b);
  if (aInfinite) setResult(sign | EXPONENT, INTEGER_BIT);
  else if (bInfinite || !a) setResult(sign, 0);
  else return false;
  return true;
}
