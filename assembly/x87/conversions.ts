/** Single, double and integer numbers into the double-extended format and back. SDM vol. 1, 4.2 and 4.8. */
import { checkRead } from "../memory/access";
import { readable } from "../memory/permissions";
import {
  BIAS,
  DEFAULT_SIGNIFICAND,
  EXPONENT,
  INTEGER_BIT,
  isInfinity,
  isNan,
  isNormal,
  isUnsupported,
  isZero,
  normalExponent,
  normalised,
  QUIET_BIT,
  roundsAway,
  SIGN,
} from "./float80";
import { C1, controlWord, DE, IE, OE, PE, ROUND_NEAREST, ROUNDING, signal, UE, unmasked } from "./status";
import { shiftedOut, shiftRight } from "./wide";

/** The operand read from memory, and DE if it was a denormal there (it is none any more). */
export let operandHead: u32 = 0;
export let operandSignificand: u64 = 0;
export let operandDenormal: u32 = 0;

function setOperand(head: u32, significand: u64): void {
  operandHead = head;
  operandSignificand = significand;
  operandDenormal = 0;
}

export function isNormalSingle(bits: u32): bool {
  return ((bits >> 23) & 0xff) - 1 < 0xfe;
}

/** The head of a normal single. */
export function headOfSingle(bits: u32): u32 {
  return ((bits >> 16) & SIGN) | (((bits >> 23) & 0xff) + (BIAS - 127));
}

/** The significand of a normal single. */
export function significandOfSingle(bits: u32): u64 {
  return ((<u64>bits) << 40) | INTEGER_BIT;
}

export function isNormalDouble(bits: u64): bool {
  return ((<u32>(bits >> 52)) & 0x7ff) - 1 < 0x7fe;
}

/** The head of a normal double. */
export function headOfDouble(bits: u64): u32 {
  return ((<u32>(bits >> 48)) & SIGN) | (((<u32>(bits >> 52)) & 0x7ff) + (BIAS - 1023));
}

/** The significand of a normal double. */
export function significandOfDouble(bits: u64): u64 {
  return (bits << 11) | INTEGER_BIT;
}

/** Reads a single. A signalling NaN stays one. */
export function fromSingle(bits: u32): void {
  if (isNormalSingle(bits)) setOperand(headOfSingle(bits), significandOfSingle(bits));
  else fromSpecial((bits >> 16) & SIGN, (bits >> 23) & 0xff, ((<u64>bits) << 41) >> 1, 127);
}

/** Reads a double. A signalling NaN stays one. */
export function fromDouble(bits: u64): void {
  if (isNormalDouble(bits)) setOperand(headOfDouble(bits), significandOfDouble(bits));
  else fromSpecial((<u32>(bits >> 48)) & SIGN, (<u32>(bits >> 52)) & 0x7ff, (bits << 12) >> 1, 1023);
}

/** The exponent is 0 or the largest; `fraction` lies below the integer bit. */
function fromSpecial(sign: u32, exponent: u32, fraction: u64, bias: i32): void {
  if (exponent) {
    setOperand(sign | EXPONENT, fraction | INTEGER_BIT);
  } else if (fraction) {
    setOperand(sign | (normalExponent(0, fraction) + BIAS - bias), normalised(fraction));
    operandDenormal = DE;
  } else {
    setOperand(sign, 0);
  }
}

/** Reads an integer. */
export function fromInteger(value: i64): void {
  if (value == 0) {
    setOperand(0, 0);
    return;
  }
  const magnitude: u64 = value < 0 ? -value : value;
  const shift = clz(magnitude);
  setOperand((u32(value < 0) << 15) | (BIAS + 63 - <u32>shift), magnitude << shift);
}

export function readSingle(address: u32): bool {
  if (!readable(address) && !checkRead(address, 4)) return false;
  fromSingle(load<u32>(address));
  return true;
}

export function readDouble(address: u32): bool {
  if (!readable(address) && !checkRead(address, 8)) return false;
  fromDouble(load<u64>(address));
  return true;
}

export function readInteger16(address: u32): bool {
  if (!checkRead(address, 2)) return false;
  fromInteger(load<i16>(address));
  return true;
}

export function readInteger32(address: u32): bool {
  if (!checkRead(address, 4)) return false;
  fromInteger(load<i32>(address));
  return true;
}

/** Makes a single. */
export function toSingle(head: u32, significand: u64): u32 {
  const exponent = (head & EXPONENT) - (BIAS - 127);
  if (isNormal(head, significand) && exponent - 1 < 0xfd && roundsToNearest()) {
    return ((head & SIGN) << 16) + ((exponent - 1) << 23) + <u32>roundToNearest(significand, 24);
  }
  return <u32>toBinary(head, significand, 24, 8);
}

/** Makes a double. */
export function toDouble(head: u32, significand: u64): u64 {
  const exponent = (head & EXPONENT) - (BIAS - 1023);
  if (isNormal(head, significand) && exponent - 1 < 0x7fd && roundsToNearest()) {
    return ((<u64>(head & SIGN)) << 48) + ((<u64>(exponent - 1)) << 52) + roundToNearest(significand, 53);
  }
  return toBinary(head, significand, 53, 11);
}

function roundsToNearest(): bool {
  return (controlWord() & ROUNDING) == ROUND_NEAREST;
}

/** The upper `bits` bits, rounded. Without branches: which way it rounds cannot be predicted. */
function roundToNearest(significand: u64, bits: u32): u64 {
  const kept = significand >> (64 - bits);
  const rest = significand << bits;
  const away = u32(rest > INTEGER_BIT) | (u32(rest == INTEGER_BIT) & (<u32>kept) & 1);
  signal((u32(rest != 0) * PE) | (away * C1));
  return kept + away;
}

/** Rounds to a format of `precision` bits and `width` exponent bits. */
function toBinary(head: u32, significand: u64, precision: u32, width: u32): u64 {
  const sign = head >> 15;
  const special: i32 = (1 << width) - 1;
  const signBit = (<u64>sign) << (precision + width - 1);
  const infinity = signBit | ((<u64>special) << (precision - 1));
  const discarded = 64 - precision;
  if (isZero(head, significand)) return signBit;
  if (isUnsupported(head, significand)) {
    signal(IE);
    return toNan((<u64>1) << (precision + width - 1), special, DEFAULT_SIGNIFICAND, precision);
  }
  if (isNan(head, significand)) {
    if (!(significand & QUIET_BIT)) signal(IE);
    return toNan(signBit, special, significand | QUIET_BIT, precision);
  }
  if (isInfinity(head, significand)) return infinity;

  const rounding = controlWord() & ROUNDING;
  const exponent = normalExponent(head, significand) - BIAS + (special >> 1);
  const normal = normalised(significand);
  let kept = normal >> discarded;
  let rest = normal << precision;
  let away = roundsAway(rounding, sign, (kept & 1) != 0, rest);
  const carry = i32(away && (kept + 1) >> precision != 0);
  // Tininess is found after rounding.
  const tiny = exponent + carry <= 0;
  if (exponent + carry >= special) {
    signal(OE);
    if (unmasked(OE)) return 0;
    signal(PE);
    if (!roundsAway(rounding, sign, true, ~0)) return infinity - 1;
    signal(C1);
    return infinity;
  }
  if (tiny && unmasked(UE)) {
    signal(UE);
    return 0;
  }
  if (exponent <= 0) {
    // Bits below the last place of a denormal: as many more as the exponent is too low.
    kept = shiftRight(normal, discarded + 1 - exponent);
    rest = shiftedOut(normal, discarded + 1 - exponent);
    away = roundsAway(rounding, sign, (kept & 1) != 0, rest);
    if (rest) signal(tiny ? UE | PE : PE);
    if (away) signal(C1);
    return signBit | (kept + u64(away));
  }
  if (rest) signal(PE);
  if (away) signal(C1);
  // The integer bit counts the exponent up by one, a carry by one more.
  return signBit + ((<u64>(exponent - 1)) << (precision - 1)) + kept + u64(away);
}

function toNan(signBit: u64, special: i32, significand: u64, precision: u32): u64 {
  return signBit | ((<u64>special) << (precision - 1)) | ((significand << 1) >> (65 - precision));
}

/** What toInteger could not represent: the caller stores the integer indefinite. */
export let integerInvalid: bool = false;

/**
 * Rounds to an integer of at most `limit` (for a negative number, `limit` + `asymmetry`) in magnitude. A number that
 * is out of range, infinite, NaN or unsupported is invalid.
 */
export function toInteger(head: u32, significand: u64, limit: u64, asymmetry: u64): i64 {
  const sign = head >> 15;
  const exponent: i32 = <i32>(head & EXPONENT) - BIAS;
  integerInvalid = false;
  if (isZero(head, significand)) return 0;
  if (exponent > 63 || isUnsupported(head, significand)) return refuse();
  let magnitude = shiftRight(significand, 63 - exponent);
  const rest = shiftedOut(significand, 63 - exponent);
  const away = roundsAway(controlWord() & ROUNDING, sign, (magnitude & 1) != 0, rest);
  if (away) {
    magnitude++;
    if (!magnitude) return refuse();
  }
  if (magnitude > limit + (sign ? asymmetry : 0)) return refuse();
  if (rest) signal(PE);
  if (away) signal(C1);
  return sign ? -(<i64>magnitude) : magnitude;
}

function refuse(): i64 {
  integerInvalid = true;
  signal(IE);
  return 0;
}
