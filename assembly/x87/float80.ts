/**
 * The double-extended format, and what every operation shares: classes, NaN rules, rounding and packing.
 *
 *     head (16 bits)         significand (64 bits)
 *     sign | exponent (15)   integer bit . fraction (63)      value = significand * 2^(exponent - 16383 - 63)
 *
 * A function that makes a number puts it into RESULT, or into a register: functions here return one value only.
 * Inside an operation a number is sign (0 or 1), biased exponent (any i32) and a significand with its top bit set.
 */
import {
  C1,
  controlWord,
  DE,
  IE,
  OE,
  PE,
  PRECISION,
  PRECISION_DOUBLE,
  PRECISION_EXTENDED,
  PRECISION_SINGLE,
  ROUND_DOWN,
  ROUND_NEAREST,
  ROUND_UP,
  ROUNDING,
  signal,
  UE,
  unmasked,
} from "./status";

export const EXPONENT: u32 = 0x7fff;
export const SIGN: u32 = 0x8000;
export const BIAS: i32 = 16383;
export const INTEGER_BIT: u64 = 0x8000000000000000;
export const QUIET_BIT: u64 = 0x4000000000000000;
/** The default NaN ('real indefinite'). */
export const DEFAULT_HEAD: u32 = 0xffff;
export const DEFAULT_SIGNIFICAND: u64 = 0xc000000000000000;
/**
 * Added to (subtracted from) the exponent of a result whose underflow (overflow) is not masked. Only FSCALE makes
 * numbers for which that is not enough: they become 0 and infinity, whatever the rounding control says.
 */
const EXPONENT_WRAP: i32 = 24576;

/** Where a result waits until it is known that it may be written: laid out as a register. */
export const RESULT: usize = memory.data(16, 8);

export function resultHead(): u32 {
  return load<u16>(RESULT + 8);
}

export function resultSignificand(): u64 {
  return load<u64>(RESULT);
}

/** Writes a register, or RESULT. */
export function put(place: usize, head: u32, significand: u64): void {
  store<u64>(place, significand);
  store<u16>(place + 8, head);
}

export function setResult(head: u32, significand: u64): void {
  put(RESULT, head, significand);
}

/** Neither zero, denormal, infinity, NaN nor unsupported. */
export function isNormal(head: u32, significand: u64): bool {
  return (i32(<i64>significand < 0) & i32((head & EXPONENT) - 1 < EXPONENT - 1)) != 0;
}

export function isZero(head: u32, significand: u64): bool {
  return (head & EXPONENT) == 0 && significand == 0;
}

/** Exponent 0, not zero: denormal, or pseudo-denormal (integer bit set). */
export function isDenormal(head: u32, significand: u64): bool {
  return (head & EXPONENT) == 0 && significand != 0;
}

export function isInfinity(head: u32, significand: u64): bool {
  return (head & EXPONENT) == EXPONENT && significand == INTEGER_BIT;
}

/** Unnormal, pseudo-infinity, pseudo-NaN: exponent not 0, integer bit 0. */
export function isUnsupported(head: u32, significand: u64): bool {
  return (head & EXPONENT) != 0 && (significand & INTEGER_BIT) == 0;
}

/** NaN of the format's own kind, quiet or signalling. */
export function isNan(head: u32, significand: u64): bool {
  return (head & EXPONENT) == EXPONENT && significand > INTEGER_BIT;
}

export function isSignalling(head: u32, significand: u64): bool {
  return isNan(head, significand) && (significand & QUIET_BIT) == 0;
}

/** The biased exponent of a number that is not zero, once its significand's top bit is set. */
export function normalExponent(head: u32, significand: u64): i32 {
  const exponent: i32 = head & EXPONENT;
  return exponent ? exponent : 1 - <i32>clz(significand);
}

/** The significand with its top bit set. Not for zero. */
export function normalised(significand: u64): u64 {
  return significand << clz(significand);
}

export function signalDenormal(head: u32, significand: u64): void {
  if (isDenormal(head, significand)) signal(DE);
}

/** The invalid operation's answer. */
export function invalid(): void {
  signal(IE);
  setResult(DEFAULT_HEAD, DEFAULT_SIGNIFICAND);
}

/** Deals with an operand that is a NaN or unsupported. True: the result is there. */
export function takesNan(head: u32, significand: u64): bool {
  if (isUnsupported(head, significand)) {
    invalid();
    return true;
  }
  if (!isNan(head, significand)) return false;
  if (!(significand & QUIET_BIT)) signal(IE);
  setResult(head, significand | QUIET_BIT);
  return true;
}

/** As takesNan, for two operands: SDM vol. 1, table 4-7. */
export function takesNans(aHead: u32, a: u64, bHead: u32, b: u64): bool {
  if (isUnsupported(aHead, a) || isUnsupported(bHead, b)) {
    invalid();
    return true;
  }
  if (!isNan(bHead, b)) return takesNan(aHead, a);
  if (!isNan(aHead, a)) return takesNan(bHead, b);
  const aSignals = (a & QUIET_BIT) == 0;
  const bSignals = (b & QUIET_BIT) == 0;
  if (aSignals || bSignals) signal(IE);
  const takesA = aSignals == bSignals ? a > b || (a == b && aHead < bHead) : bSignals;
  if (takesA) setResult(aHead, a | QUIET_BIT);
  else setResult(bHead, b | QUIET_BIT);
  return true;
}

/** Does a magnitude whose part below the last place is `rest` (as a fraction of 2^64) round away from zero? */
export function roundsAway(rounding: u32, sign: u32, odd: bool, rest: u64): bool {
  if (rounding == ROUND_NEAREST) return rest > INTEGER_BIT || (rest == INTEGER_BIT && odd);
  if (rest == 0) return false;
  if (rounding == ROUND_DOWN) return sign != 0;
  if (rounding == ROUND_UP) return sign == 0;
  return false;
}

/**
 * Rounds high:low, the top bit of high set, as precision and rounding control say, and puts it into a register or
 * RESULT.
 */
export function roundAndPack(place: usize, sign: u32, exponent: i32, high: u64, low: u64): void {
  const control = controlWord();
  if (
    (control & (PRECISION | ROUNDING)) != (PRECISION_EXTENDED | ROUND_NEAREST) ||
    <u32>(exponent - 1) >= EXPONENT - 2
  ) {
    roundAndPackSlowly(place, control, sign, exponent, high, low, precisionBits(control));
    return;
  }
  // Without branches: which way it rounds cannot be predicted.
  const away = u32(low > INTEGER_BIT) | (u32(low == INTEGER_BIT) & (<u32>high) & 1);
  signal((u32(low != 0) * PE) | (away * C1));
  high += away;
  if (high < away) {
    high = INTEGER_BIT;
    exponent++;
  }
  put(place, (sign << 15) | exponent, high);
}

/** As roundAndPack into RESULT. (roundAndPack has but one caller, so that it is inlined there.) */
export function roundAndPackSpecial(sign: u32, exponent: i32, high: u64, low: u64): void {
  const control = controlWord();
  roundAndPackSlowly(RESULT, control, sign, exponent, high, low, precisionBits(control));
}

/** As roundAndPack into RESULT, to all 64 bits whatever the precision control says. */
export function roundAndPackExtended(sign: u32, exponent: i32, high: u64, low: u64): void {
  roundAndPackSlowly(RESULT, controlWord(), sign, exponent, high, low, 64);
}

function precisionBits(control: u32): u32 {
  const precision = control & PRECISION;
  if (precision == PRECISION_SINGLE) return 24;
  return precision == PRECISION_DOUBLE ? 53 : 64;
}

/** What roundSignificand made. */
let roundedSignificand: u64 = 0;
let roundedCarry: i32 = 0;
let roundedAway: bool = false;
let roundedInexact: bool = false;

/** Rounds high:low to `bits` places from the top. A carry out of the top gives 1.0 and roundedCarry = 1. */
function roundSignificand(rounding: u32, sign: u32, high: u64, low: u64, bits: u32): void {
  let rest = low;
  let last: u64 = 1;
  if (bits < 64) {
    rest = (high << bits) | u64(low != 0);
    last = (<u64>1) << (64 - bits);
    high &= ~(last - 1);
  }
  roundedInexact = rest != 0;
  roundedAway = roundsAway(rounding, sign, (high & last) != 0, rest);
  roundedCarry = 0;
  if (roundedAway) {
    high += last;
    if (!high) {
      high = INTEGER_BIT;
      roundedCarry = 1;
    }
  }
  roundedSignificand = high;
}

function roundAndPackSlowly(
  place: usize,
  control: u32,
  sign: u32,
  exponent: i32,
  high: u64,
  low: u64,
  bits: u32,
): void {
  const rounding = control & ROUNDING;
  roundSignificand(rounding, sign, high, low, bits);
  // Tininess is found after rounding.
  const tiny = exponent + roundedCarry <= 0;
  if (exponent <= 0 && !(tiny && unmasked(UE))) {
    packDenormal(place, rounding, sign, exponent, high, low, bits, tiny);
    return;
  }
  exponent += roundedCarry;
  if (roundedInexact) signal(PE);
  if (roundedAway) signal(C1);
  if (tiny) {
    signal(UE);
    exponent += EXPONENT_WRAP;
    if (exponent <= 0) {
      signal(PE);
      put(place, sign << 15, 0);
      return;
    }
  } else if (exponent >= <i32>EXPONENT) {
    signal(OE);
    if (!unmasked(OE)) {
      packOverflow(place, rounding, sign, bits);
      return;
    }
    exponent -= EXPONENT_WRAP;
    if (exponent >= <i32>EXPONENT) {
      signal(PE | C1);
      put(place, (sign << 15) | EXPONENT, INTEGER_BIT);
      return;
    }
  }
  put(place, (sign << 15) | (exponent & EXPONENT), roundedSignificand);
}

/** The exponent field cannot go below 0: the significand moves right instead. */
function packDenormal(
  place: usize,
  rounding: u32,
  sign: u32,
  exponent: i32,
  high: u64,
  low: u64,
  bits: u32,
  tiny: bool,
): void {
  const distance = 1 - exponent;
  if (distance < 64) {
    low = (high << (64 - distance)) | u64(low != 0);
    high >>= distance;
  } else {
    low = distance == 64 ? high | u64(low != 0) : 1;
    high = 0;
  }
  roundSignificand(rounding, sign, high, low, bits);
  if (roundedInexact) signal(tiny ? UE | PE : PE);
  if (roundedAway) signal(C1);
  put(place, (sign << 15) | (<u32>(roundedSignificand >> 63)), roundedSignificand);
}

/** A masked overflow: infinity, or the largest number of this precision if the rounding goes towards zero. */
function packOverflow(place: usize, rounding: u32, sign: u32, bits: u32): void {
  signal(PE);
  if (roundsAway(rounding, sign, true, ~0)) {
    signal(C1);
    put(place, (sign << 15) | EXPONENT, INTEGER_BIT);
  } else {
    put(place, (sign << 15) | (EXPONENT - 1), ~(<u64>0) << (64 - bits));
  }
}
