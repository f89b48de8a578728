/**
 * One lane of a floating-point operation, exact in all circumstances: SDM vol. 1, 4.8.3.5 (NaNs), 4.9, 11.5; the
 * instructions' own pages for MIN and MAX.
 */
import { operandHead, operandSignificand } from "../x87/conversions";
import { BIAS, EXPONENT } from "../x87/float80";
import { IE, ROUND_DOWN, ZE } from "../x87/status";
import { divideWide, multiplyHigh, remainder } from "../x87/wide";
import {
  DOUBLE,
  indefinite,
  infinity,
  isDenormal,
  isInfinite,
  isNan,
  isNegative,
  magnitude,
  operand,
  quieted,
  round,
  signalDenormal,
  signBit,
  SINGLE,
  unpack,
} from "./formats";
import { isInexactSticky, isNearest, rounding, signal } from "./mxcsr";

export const enum Operation {
  ADD,
  SUBTRACT,
  MULTIPLY,
  DIVIDE,
  /** Of the second operand, which stands for both. */
  ROOT,
  MINIMUM,
  MAXIMUM,
}

/** a operation b. */
export function compute(operation: Operation, format: u32, a: u64, b: u64): u64 {
  if (operation < Operation.MINIMUM && isNearest()) {
    const isDone = format == SINGLE ? computedSingle(operation, <u32>a, <u32>b) : computedDouble(operation, a, b);
    if (isDone) return computed;
  }
  a = operand(format, a);
  b = operand(format, b);
  if (operation >= Operation.MINIMUM) return extreme(operation == Operation.MAXIMUM, format, a, b);
  if (isNan(format, a) || isNan(format, b)) return nan(format, a, b);
  switch (operation) {
    case Operation.MULTIPLY:
      return product(format, a, b);
    case Operation.DIVIDE:
      return quotient(format, a, b);
    case Operation.ROOT:
      return root(format, b);
    case Operation.SUBTRACT:
      return sum(format, a, b ^ signBit(format));
    default:
      return sum(format, a, b);
  }
}

/** What computedSingle and computedDouble made. */
let computed: u64 = 0;

/** Normal numbers that are not the smallest, and so cannot have been tiny before rounding. */
const SMALLEST_SINGLE: f32 = 2.350988701644575e-38;
const SMALLEST_DOUBLE: f64 = 4.4501477170144028e-308;

/** Wasm's own arithmetic, where it is sure to be right and PE is set or exactness plain to see. */
function computedDouble(operation: Operation, a: u64, b: u64): bool {
  if (isDenormal(DOUBLE, a) || isDenormal(DOUBLE, b)) return false;
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  let result: f64;
  let isZeroExact = true;
  switch (operation) {
    case Operation.ADD:
      result = x + y;
      break;
    case Operation.SUBTRACT:
      result = x - y;
      break;
    case Operation.MULTIPLY:
      result = x * y;
      isZeroExact = x == 0 || y == 0;
      break;
    case Operation.DIVIDE:
      result = x / y;
      isZeroExact = x == 0;
      break;
    default:
      result = Math.sqrt(y);
  }
  const size = abs<f64>(result);
  if (!(size >= SMALLEST_DOUBLE && size <= f64.MAX_VALUE) && !(size == 0 && isZeroExact)) return false;
  if (!isInexactSticky() && !isExactDouble(operation, x, y, result)) return false;
  computed = reinterpret<u64>(result);
  return true;
}

/** Significant bits of a double that is normal, or 0. */
function lengthOf(value: f64): u64 {
  return value == 0 ? 0 : 53 - ctz(reinterpret<u64>(value) | 0x10000000000000);
}

/** Is `result` exact? True only if that is easily seen. */
function isExactDouble(operation: Operation, a: f64, b: f64, result: f64): bool {
  switch (operation) {
    case Operation.ADD:
      return isExactSum(a, b, result);
    case Operation.SUBTRACT:
      return isExactSum(a, -b, result);
    case Operation.MULTIPLY:
      return lengthOf(a) + lengthOf(b) <= 53;
    case Operation.DIVIDE:
      return lengthOf(result) + lengthOf(b) <= 53 && result * b == a;
    default:
      return lengthOf(result) <= 26 && result * result == b;
  }
}

/** Is what rounding a + b to `result` left out nothing? (Knuth's two-sum; an overflow within it makes a NaN.) */
function isExactSum(a: f64, b: f64, result: f64): bool {
  const other = result - a;
  return a - (result - other) + (b - other) == 0;
}

/** As computedDouble. A double holds the product of two singles, and shows whether a single is exact. */
function computedSingle(operation: Operation, a: u32, b: u32): bool {
  if (isDenormal(SINGLE, a) || isDenormal(SINGLE, b)) return false;
  const x = reinterpret<f32>(a);
  const y = reinterpret<f32>(b);
  let result: f32;
  let isExact: bool;
  let isZeroExact = true;
  switch (operation) {
    case Operation.ADD:
      result = x + y;
      isExact = <f64>x + <f64>y == <f64>result && isExactSum(x, y, result);
      break;
    case Operation.SUBTRACT:
      result = x - y;
      isExact = <f64>x - <f64>y == <f64>result && isExactSum(x, -y, result);
      break;
    case Operation.MULTIPLY:
      result = x * y;
      isExact = <f64>x * <f64>y == <f64>result;
      isZeroExact = x == 0 || y == 0;
      break;
    case Operation.DIVIDE:
      result = x / y;
      isExact = <f64>result * <f64>y == <f64>x;
      isZeroExact = x == 0;
      break;
    default:
      result = Mathf.sqrt(y);
      isExact = <f64>result * <f64>result == <f64>y;
  }
  const size = abs<f32>(result);
  if (!(size >= SMALLEST_SINGLE && size <= f32.MAX_VALUE) && !(size == 0 && isZeroExact)) return false;
  computed = reinterpret<u32>(result);
  return isExact || isInexactSticky();
}

/** One operand is a NaN, or both: the first that is one counts. */
function nan(format: u32, a: u64, b: u64): u64 {
  if (isNan(format, a)) {
    if (isNan(format, b)) quieted(format, b);
    return quieted(format, a);
  }
  return quieted(format, b);
}

function invalid(format: u32): u64 {
  signal(IE);
  return indefinite(format);
}

/** The second operand, unless the first is less (greater): so also for two zeros, and if one is a NaN. */
function extreme(isMaximum: bool, format: u32, a: u64, b: u64): u64 {
  if (isNan(format, a) || isNan(format, b)) {
    signal(IE);
    return b;
  }
  signalDenormal(format, a);
  signalDenormal(format, b);
  const isFirst = isMaximum ? isLess(format, b, a) : isLess(format, a, b);
  return isFirst ? a : b;
}

/** Of two that are no NaNs: a < b. */
export function isLess(format: u32, a: u64, b: u64): bool {
  if (!magnitude(format, a) && !magnitude(format, b)) return false;
  if (isNegative(format, a) != isNegative(format, b)) return isNegative(format, a);
  return isNegative(format, a) ? a > b : a < b;
}

function sum(format: u32, a: u64, b: u64): u64 {
  const sign = signBit(format);
  if (isInfinite(format, a) && isInfinite(format, b) && a != b) return invalid(format);
  signalDenormal(format, a);
  signalDenormal(format, b);
  if (isInfinite(format, a)) return a;
  if (isInfinite(format, b)) return b;
  if (!magnitude(format, a) && !magnitude(format, b)) return a == b ? a : zeroOfCancelled(format);
  // The larger first, so that it gives the sign.
  if (magnitude(format, a) < magnitude(format, b)) {
    const other = a;
    a = b;
    b = other;
  }
  unpack(format, a);
  const exponent: i32 = operandHead & EXPONENT;
  const larger = operandSignificand >> 1;
  unpack(format, b);
  const distance: u32 = exponent - <i32>(operandHead & EXPONENT);
  // Ten bits and more are free below: enough for a sticky one to stay the lowest whatever is taken away.
  const smaller =
    distance < 63
      ? (operandSignificand >> (distance + 1)) | u64(operandSignificand << (63 - distance) != 0)
      : u64(operandSignificand != 0);
  const total = (a ^ b) & sign ? larger - smaller : larger + smaller;
  if (!total) return zeroOfCancelled(format);
  const shift = <i32>clz(total);
  return round(format, u32((a & sign) != 0), exponent + 1 - shift, total << shift);
}

/** x - x. */
function zeroOfCancelled(format: u32): u64 {
  return rounding() == ROUND_DOWN ? signBit(format) : 0;
}

function product(format: u32, a: u64, b: u64): u64 {
  const sign = (a ^ b) & signBit(format);
  const hasZero = !magnitude(format, a) || !magnitude(format, b);
  const hasInfinity = isInfinite(format, a) || isInfinite(format, b);
  if (hasZero && hasInfinity) return invalid(format);
  signalDenormal(format, a);
  signalDenormal(format, b);
  if (hasZero) return sign;
  if (hasInfinity) return sign | infinity(format);
  unpack(format, a);
  const first = operandSignificand;
  const exponent: i32 = operandHead & EXPONENT;
  unpack(format, b);
  const high = multiplyHigh(first, operandSignificand) | u64(first * operandSignificand != 0);
  const shift = <i32>clz(high);
  const total = exponent + <i32>(operandHead & EXPONENT) - (BIAS - 1) - shift;
  // The sticky bit is far below what either format keeps.
  return round(format, u32(sign != 0), total, high << shift);
}

function quotient(format: u32, a: u64, b: u64): u64 {
  const sign = (a ^ b) & signBit(format);
  const aInfinite = isInfinite(format, a);
  const bInfinite = isInfinite(format, b);
  const aZero = !magnitude(format, a);
  const bZero = !magnitude(format, b);
  if ((aInfinite && bInfinite) || (aZero && bZero)) return invalid(format);
  if (bZero && !aInfinite) {
    signal(ZE);
    return sign | infinity(format);
  }
  signalDenormal(format, a);
  signalDenormal(format, b);
  if (aInfinite) return sign | infinity(format);
  if (bInfinite || aZero) return sign;
  unpack(format, a);
  const dividend = operandSignificand;
  const exponent: i32 = operandHead & EXPONENT;
  unpack(format, b);
  const isLess = u64(dividend < operandSignificand);
  const whole = divideWide(dividend >> (1 - isLess), isLess ? 0 : dividend << 63, operandSignificand);
  const total = exponent - <i32>(operandHead & EXPONENT) + BIAS - <i32>isLess;
  return round(format, u32(sign != 0), total, whole | u64(remainder != 0));
}

function root(format: u32, a: u64): u64 {
  if (!magnitude(format, a)) return a;
  if (isNegative(format, a)) return invalid(format);
  signalDenormal(format, a);
  if (isInfinite(format, a)) return a;
  unpack(format, a);
  const exponent = <i32>(operandHead & EXPONENT) - BIAS;
  // An integer of 53 or 54 bits, times an even power of 2; its root, rounded, to 53 bits.
  const integer = (operandSignificand >> 11) << (exponent & 1);
  const whole = <u64>(Math.sqrt(<f64>integer) * <f64>0x4000000);
  const high = multiplyHigh(whole, whole);
  const low = whole * whole;
  // whole * whole against integer * 2^52.
  const integerHigh = integer >> 12;
  const integerLow = integer << 52;
  let significand = whole << 11;
  if (high < integerHigh || (high == integerHigh && low < integerLow)) significand |= 1;
  else if (high != integerHigh || low != integerLow) significand--;
  return round(format, 0, (exponent >> 1) + BIAS, significand);
}
