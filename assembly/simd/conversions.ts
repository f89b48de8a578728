/** CVT... and ROUND...: between singles, doubles and 32-bit integers. SDM vol. 2; vol. 1, 11.5.2. */
import { IE, PE, ROUND_DOWN, ROUND_NEAREST, ROUND_UP, ROUNDING } from "../x87/status";
import { operandHead, operandSignificand } from "../x87/conversions";
import { EXPONENT } from "../x87/float80";
import {
  DOUBLE,
  infinity,
  isInfinite,
  isNan,
  isNegative,
  magnitude,
  operand,
  quietBit,
  quieted,
  round,
  signalDenormal,
  signBit,
  SINGLE,
  unpack,
} from "./formats";
import { begin, denormalsAreZeros, rounding, settle, signal } from "./mxcsr";

/** What does not fit. */
const INTEGER_INDEFINITE: i32 = i32.MIN_VALUE;
/** ROUND's immediate: take MXCSR's rounding control; do not signal PE. */
const AS_MXCSR: u32 = 4;
const QUIETLY: u32 = 8;
/** Bits that a single's significand lacks. */
const NARROWED: u32 = DOUBLE - SINGLE;

/** Where results wait until all lanes are done: 16 bytes. */
const RESULT: usize = memory.data(16, 16);

/** A number with nothing behind the point; `mode` is a rounding control. */
function integral(value: f64, mode: u32): f64 {
  switch (mode) {
    case ROUND_NEAREST:
      return nearest<f64>(value);
    case ROUND_DOWN:
      return floor<f64>(value);
    case ROUND_UP:
      return ceil<f64>(value);
    default:
      return trunc<f64>(value);
  }
}

function toInteger(value: f64, isTruncated: bool): i32 {
  const result = isTruncated ? trunc<f64>(value) : integral(value, rounding());
  if (!(result >= <f64>i32.MIN_VALUE && result <= <f64>i32.MAX_VALUE)) {
    signal(IE);
    return INTEGER_INDEFINITE;
  }
  if (result != value) signal(PE);
  return <i32>result;
}

/** A single as a double; NaNs need not keep their payload. */
function singleAt(place: usize): f64 {
  const value = load<u32>(place);
  return <f64>reinterpret<f32>(denormalsAreZeros() ? <u32>operand(SINGLE, value) : value);
}

function doubleAt(place: usize): f64 {
  const value = load<u64>(place);
  return reinterpret<f64>(denormalsAreZeros() ? operand(DOUBLE, value) : value);
}

/** CVTSS2SI, CVTPS2PI, CVTPS2DQ, and with truncation. */
export function integersFromSingles(to: usize, from: usize, count: usize, isTruncated: bool): bool {
  begin();
  for (let i: usize = 0; i < count; i++)
    store<i32>(RESULT + (i << 2), toInteger(singleAt(from + (i << 2)), isTruncated));
  if (!settle()) return false;
  for (let i: usize = 0; i < count; i++) store<u32>(to + (i << 2), load<u32>(RESULT + (i << 2)));
  return true;
}

/** CVTSD2SI, CVTPD2PI, and with truncation. */
export function integersFromDoubles(to: usize, from: usize, count: usize, isTruncated: bool): bool {
  begin();
  const first = toInteger(doubleAt(from), isTruncated);
  const second = count > 1 ? toInteger(doubleAt(from + 8), isTruncated) : 0;
  if (!settle()) return false;
  store<i32>(to, first);
  if (count > 1) store<i32>(to, second, 4);
  return true;
}

/** CVTPD2DQ and CVTTPD2DQ: the upper half is cleared. */
export function packedIntegersFromDoubles(to: usize, from: usize, isTruncated: bool): bool {
  if (!integersFromDoubles(to, from, 2, isTruncated)) return false;
  store<u64>(to, 0, 8);
  return true;
}

/** Singles beyond these were neither tiny before rounding nor infinite after it. */
const LEAST_SINGLE_RESULT: f32 = 2.350988701644575e-38;

/** A double as a single. */
function narrowed(value: u64): u64 {
  const number = reinterpret<f64>(value);
  const result = <f32>number;
  if (rounding() == ROUND_NEAREST && abs<f32>(result) >= LEAST_SINGLE_RESULT && abs<f32>(result) <= f32.MAX_VALUE) {
    if (<f64>result != number) signal(PE);
    return reinterpret<u32>(result);
  }
  value = operand(DOUBLE, value);
  const sign = isNegative(DOUBLE, value) ? signBit(SINGLE) : 0;
  if (isNan(DOUBLE, value)) {
    return sign | infinity(SINGLE) | ((quieted(DOUBLE, value) >> NARROWED) & (2 * quietBit(SINGLE) - 1));
  }
  if (isInfinite(DOUBLE, value)) return sign | infinity(SINGLE);
  if (!magnitude(DOUBLE, value)) return sign;
  signalDenormal(DOUBLE, value);
  unpack(DOUBLE, value);
  return round(SINGLE, u32(sign != 0), operandHead & EXPONENT, operandSignificand);
}

/** A single as a double: always exact. */
function widened(value: u64): u64 {
  value = operand(SINGLE, value);
  if (isNan(SINGLE, value)) {
    const sign = isNegative(SINGLE, value) ? signBit(DOUBLE) : 0;
    return sign | infinity(DOUBLE) | ((quieted(SINGLE, value) & (2 * quietBit(SINGLE) - 1)) << NARROWED);
  }
  signalDenormal(SINGLE, value);
  return reinterpret<u64>(<f64>reinterpret<f32>(<u32>value));
}

/** CVTSI2SS, CVTPI2PS, CVTDQ2PS. */
export function singlesFromIntegers(to: usize, from: usize, count: usize): bool {
  begin();
  for (let i: usize = 0; i < count; i++) {
    const value = reinterpret<u64>(<f64>load<i32>(from + (i << 2)));
    store<u32>(RESULT + (i << 2), <u32>narrowed(value));
  }
  if (!settle()) return false;
  for (let i: usize = 0; i < count; i++) store<u32>(to + (i << 2), load<u32>(RESULT + (i << 2)));
  return true;
}

/** CVTSS2SD, CVTPS2PD. */
export function doublesFromSingles(to: usize, from: usize, count: usize): bool {
  begin();
  const first = widened(load<u32>(from));
  const second = count > 1 ? widened(load<u32>(from, 4)) : 0;
  if (!settle()) return false;
  store<u64>(to, first);
  if (count > 1) store<u64>(to, second, 8);
  return true;
}

/** CVTSD2SS. */
export function singleFromDouble(to: usize, from: usize): bool {
  begin();
  const result = <u32>narrowed(load<u64>(from));
  if (!settle()) return false;
  store<u32>(to, result);
  return true;
}

/** CVTPD2PS: the upper half is cleared. */
export function singlesFromDoubles(to: usize, from: usize): bool {
  begin();
  const first = narrowed(load<u64>(from));
  const second = narrowed(load<u64>(from, 8));
  if (!settle()) return false;
  store<u64>(to, first | (second << 32));
  store<u64>(to, 0, 8);
  return true;
}

/** ROUND's rounding control, coded as the x87's. */
function modeOf(immediate: u32): u32 {
  return immediate & AS_MXCSR ? rounding() : (immediate << 10) & ROUNDING;
}

/** One lane of ROUND. A denormal is not signalled. */
function integralLane(format: u32, value: u64, immediate: u32): u64 {
  value = operand(format, value);
  if (isNan(format, value)) return quieted(format, value);
  const number = format == SINGLE ? <f64>reinterpret<f32>(<u32>value) : reinterpret<f64>(value);
  const result = integral(number, modeOf(immediate));
  if (result != number && !(immediate & QUIETLY)) signal(PE);
  return format == SINGLE ? <u64>reinterpret<u32>(<f32>result) : reinterpret<u64>(result);
}

/** ROUNDSS, ROUNDPS. */
export function roundSingles(to: usize, from: usize, immediate: u32, count: usize): bool {
  begin();
  for (let i: usize = 0; i < count; i++) {
    store<u32>(RESULT + (i << 2), <u32>integralLane(SINGLE, load<u32>(from + (i << 2)), immediate));
  }
  if (!settle()) return false;
  for (let i: usize = 0; i < count; i++) store<u32>(to + (i << 2), load<u32>(RESULT + (i << 2)));
  return true;
}

/** ROUNDSD, ROUNDPD. */
export function roundDoubles(to: usize, from: usize, immediate: u32, count: usize): bool {
  begin();
  const first = integralLane(DOUBLE, load<u64>(from), immediate);
  const second = count > 1 ? integralLane(DOUBLE, load<u64>(from, 8), immediate) : 0;
  if (!settle()) return false;
  store<u64>(to, first);
  if (count > 1) store<u64>(to, second, 8);
  return true;
}
