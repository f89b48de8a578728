/**
 * Singles and doubles as bit patterns, where Wasm's own arithmetic does not tell enough: NaNs, denormals, every rounding
 * mode, flags. A format is named by its precision: SINGLE or DOUBLE; a single is the lower half of a u64.
 */
import { fromDouble, fromSingle } from "../x87/conversions";
import { BIAS, roundsAway } from "../x87/float80";
import { DE, IE, OE, PE, UE } from "../x87/status";
import { shiftedOut, shiftRight } from "../x87/wide";
import { denormalsAreZeros, flushesToZero, rounding, signal, unmasked } from "./mxcsr";

export const SINGLE: u32 = 24;
export const DOUBLE: u32 = 53;

/** Bits of the exponent. */
function width(format: u32): u32 {
  return format == SINGLE ? 8 : 11;
}

export function signBit(format: u32): u64 {
  return format == SINGLE ? 0x80000000 : 0x8000000000000000;
}

export function infinity(format: u32): u64 {
  return format == SINGLE ? 0x7f800000 : 0x7ff0000000000000;
}

export function quietBit(format: u32): u64 {
  return (<u64>1) << (format - 2);
}

/** The default NaN. */
export function indefinite(format: u32): u64 {
  return signBit(format) | infinity(format) | quietBit(format);
}

export function magnitude(format: u32, value: u64): u64 {
  return value & (signBit(format) - 1);
}

export function isNan(format: u32, value: u64): bool {
  return magnitude(format, value) > infinity(format);
}

export function isSignalling(format: u32, value: u64): bool {
  return isNan(format, value) && !(value & quietBit(format));
}

export function isInfinite(format: u32, value: u64): bool {
  return magnitude(format, value) == infinity(format);
}

export function isDenormal(format: u32, value: u64): bool {
  return magnitude(format, value) - 1 < ((<u64>1) << (format - 1)) - 1;
}

export function isNegative(format: u32, value: u64): bool {
  return (value & signBit(format)) != 0;
}

/** A value as an operand: zero, if it is denormal and denormals are zeros. */
export function operand(format: u32, value: u64): u64 {
  return denormalsAreZeros() && isDenormal(format, value) ? value & signBit(format) : value;
}

/** DE for a denormal. */
export function signalDenormal(format: u32, value: u64): void {
  if (isDenormal(format, value)) signal(DE);
}

/** A NaN as a result: quiet, and invalid if it was not. */
export function quieted(format: u32, value: u64): u64 {
  if (!(value & quietBit(format))) signal(IE);
  return value | quietBit(format);
}

/** Takes a number apart into x87/conversions.ts's operandHead and operandSignificand. */
export function unpack(format: u32, value: u64): void {
  if (format == SINGLE) fromSingle(<u32>value);
  else fromDouble(value);
}

/**
 * Rounds a number to a format, as MXCSR says.
 *
 * @param sign 0 or 1
 * @param exponent biased as in the 80-bit format
 * @param significand 64 bits, the top one set; the lowest also stands for all that is below ('sticky')
 */
export function round(format: u32, sign: u32, exponent: i32, significand: u64): u64 {
  const negative = sign ? signBit(format) : 0;
  const special = (1 << width(format)) - 1;
  const mode = rounding();
  const discarded = 64 - format;
  exponent += (special >> 1) - BIAS;
  let kept = significand >> discarded;
  let rest = significand << format;
  let away = roundsAway(mode, sign, (kept & 1) != 0, rest);
  const carry = i32((kept + u64(away)) >> format != 0);
  if (exponent + carry >= special) {
    signal(rest || !unmasked(OE) ? OE | PE : OE);
    return negative | (infinity(format) - u64(!roundsAway(mode, sign, true, ~(<u64>0))));
  }
  if (exponent <= 0) {
    // Tininess is found after rounding.
    const isTiny = exponent + carry <= 0;
    if (isTiny && unmasked(UE)) {
      signal(rest ? UE | PE : UE);
      return negative;
    }
    if (isTiny && flushesToZero()) {
      signal(UE | PE);
      return negative;
    }
    // Below the last place of a denormal are as many more bits as the exponent is too low.
    kept = shiftRight(significand, discarded + 1 - exponent);
    rest = shiftedOut(significand, discarded + 1 - exponent);
    away = roundsAway(mode, sign, (kept & 1) != 0, rest);
    if (rest) signal(isTiny ? UE | PE : PE);
    return negative | (kept + u64(away));
  }
  if (rest) signal(PE);
  // The integer bit counts the exponent up by one, a carry by one more.
  return negative + ((<u64>(exponent - 1)) << (format - 1)) + kept + u64(away);
}
