/** FCHS, FABS, FSQRT, FRNDINT, FSCALE and FXTRACT. */
import {
  BIAS,
  EXPONENT,
  INTEGER_BIT,
  invalid,
  isInfinity,
  isZero,
  normalExponent,
  normalised,
  resultHead,
  resultSignificand,
  roundAndPackSpecial,
  roundAndPackExtended,
  roundsAway,
  setResult,
  SIGN,
  signalDenormal,
  takesNan,
  takesNans,
} from "./float80";
import {
  head,
  isEmpty,
  plain,
  registerAddress,
  setRegister,
  settleAndAddToTop,
  significand,
  stackOverflow,
  stackUnderflow,
  writeResult,
} from "./stack";
import { BEFORE, begin, C1, controlWord, PE, ROUNDING, signal, ZE } from "./status";
import { divideWide, multiplyHigh, shiftedOut, shiftRight } from "./wide";

/** FCHS and FABS: of sign and exponent, `keep` stays and `flip` is inverted. No number is invalid for them. */
export function changeSign(keep: u32, flip: u32): bool {
  if (isEmpty(0)) {
    stackUnderflow();
    writeResult(0);
    return true;
  }
  const place = registerAddress(0);
  store<u16>(place + 8, (load<u16>(place + 8) & keep) ^ flip);
  plain(0);
  return true;
}

export function squareRoot(): bool {
  begin(0);
  if (isEmpty(0)) stackUnderflow();
  else root(head(0), significand(0));
  writeResult(0);
  return true;
}

function root(aHead: u32, a: u64): void {
  if (takesNan(aHead, a)) return;
  if (isZero(aHead, a)) {
    setResult(aHead, a);
    return;
  }
  if (aHead & SIGN) {
    invalid();
    return;
  }
  if (isInfinity(aHead, a)) {
    setResult(aHead, a);
    return;
  }
  signalDenormal(aHead, a);
  const exponent = normalExponent(aHead, a) - BIAS;
  const whole = rootOf(exponent, normalised(a));
  roundAndPackSpecial(0, (exponent >> 1) + BIAS, whole, rootRest);
}

/** What lies below the root of rootOf(): exact as far as rounding is concerned. */
export let rootRest: u64 = 0;

/** The 64-bit significand of the root of a number with this exponent (without bias) and normalised significand. */
export function rootOf(exponent: i32, a: u64): u64 {
  // The root of a 128-bit integer with 127 or 128 significant bits, so that it has 64.
  const odd = (exponent & 1) != 0;
  const high = odd ? a : a >> 1;
  const bottom: u64 = odd ? 0 : a << 63;
  const whole = rootWide(high, bottom);
  // Half a unit more would be whole * whole + whole and a quarter.
  const squareLow = whole * whole;
  const remainder = bottom - squareLow;
  const remainderHigh = high - multiplyHigh(whole, whole) - u64(bottom < squareLow);
  rootRest = 0;
  if (remainderHigh || remainder) rootRest = remainderHigh || remainder > whole ? INTEGER_BIT | 1 : 1;
  return whole;
}

/** The integer square root of high:bottom, one of whose two top bits is set. */
function rootWide(high: u64, bottom: u64): u64 {
  if (high == ~(<u64>0)) return high;
  // 53 bits from the machine's own root, made too large; one step of Newton's, which never gets too small.
  const half = <u64>(Math.sqrt(<f64>high) * <f64>0x80000000) + 0x800;
  const estimate = <i64>half < 0 ? ~(<u64>0) : half << 1;
  let guess = estimate - ((estimate - divideWide(high, bottom, estimate)) >> 1);
  while (squareExceeds(guess, high, bottom)) guess--;
  return guess;
}

function squareExceeds(value: u64, high: u64, bottom: u64): bool {
  const square = multiplyHigh(value, value);
  return square > high || (square == high && value * value > bottom);
}

export function roundToInteger(): bool {
  begin(0);
  if (isEmpty(0)) stackUnderflow();
  else integral(head(0), significand(0));
  writeResult(0);
  return true;
}

function integral(aHead: u32, a: u64): void {
  if (takesNan(aHead, a)) return;
  setResult(aHead, a);
  const exponent: i32 = <i32>(aHead & EXPONENT) - BIAS;
  if (exponent >= 63 || isZero(aHead, a)) return;
  signalDenormal(aHead, a);
  let magnitude = shiftRight(a, 63 - exponent);
  const rest = shiftedOut(a, 63 - exponent);
  if (!rest) return;
  signal(PE);
  if (roundsAway(controlWord() & ROUNDING, aHead >> 15, (magnitude & 1) != 0, rest)) {
    signal(C1);
    magnitude++;
  }
  if (!magnitude) {
    setResult(aHead & SIGN, 0);
    return;
  }
  const shift = clz(magnitude);
  setResult((aHead & SIGN) | (BIAS + 63 - <u32>shift), magnitude << shift);
}

/** ST(0) * 2^(ST(1) cut off). */
export function scale(): bool {
  begin(0);
  if (isEmpty(0) || isEmpty(1)) stackUnderflow();
  else scaled(head(0), significand(0), head(1), significand(1));
  writeResult(0);
  return true;
}

function scaled(aHead: u32, a: u64, bHead: u32, b: u64): void {
  if (takesNans(aHead, a, bHead, b)) return;
  const aZero = isZero(aHead, a);
  const aInfinite = isInfinity(aHead, a);
  if (isInfinity(bHead, b)) {
    const shrinks = (bHead & SIGN) != 0;
    if (shrinks ? aInfinite : aZero) {
      invalid();
      return;
    }
    signalDenormal(aHead, a);
    if (shrinks) setResult(aHead & SIGN, 0);
    else setResult((aHead & SIGN) | EXPONENT, INTEGER_BIT);
    return;
  }
  signalDenormal(aHead, a);
  signalDenormal(bHead, b);
  if (aZero || aInfinite) {
    setResult(aHead, a);
    return;
  }
  roundAndPackExtended(aHead >> 15, normalExponent(aHead, a) + scaleOf(bHead, b), normalised(a), 0);
}

/** The integer part, kept within +-65536, beyond which every number over- or underflows. */
function scaleOf(bHead: u32, b: u64): i32 {
  const exponent: i32 = <i32>(bHead & EXPONENT) - BIAS;
  if (exponent < 0) return 0;
  const magnitude: i32 = exponent > 15 ? 0x10000 : <i32>(b >> (63 - exponent));
  return bHead & SIGN ? -magnitude : magnitude;
}

/** FXTRACT: the exponent replaces ST(0), the significand is pushed. */
export function extract(): bool {
  begin(0);
  let exponentHead: u32 = 0;
  let exponentSignificand: u64 = 0;
  if (isEmpty(0)) {
    stackUnderflow();
    exponentHead = resultHead();
    exponentSignificand = resultSignificand();
  } else if (!isEmpty(7)) {
    stackOverflow();
    exponentHead = resultHead();
    exponentSignificand = resultSignificand();
  } else {
    const aHead = head(0);
    const a = significand(0);
    if (takesNan(aHead, a)) {
      exponentHead = resultHead();
      exponentSignificand = resultSignificand();
    } else if (isZero(aHead, a)) {
      signal(ZE);
      exponentHead = SIGN | EXPONENT;
      exponentSignificand = INTEGER_BIT;
      setResult(aHead, a);
    } else if (isInfinity(aHead, a)) {
      exponentHead = EXPONENT;
      exponentSignificand = INTEGER_BIT;
      setResult(aHead, a);
    } else {
      signalDenormal(aHead, a);
      const exponent = normalExponent(aHead, a) - BIAS;
      if (exponent) {
        const magnitude: u64 = abs(exponent);
        const shift = clz(magnitude);
        exponentHead = (exponent < 0 ? SIGN : 0) | (BIAS + 63 - <u32>shift);
        exponentSignificand = magnitude << shift;
      }
      setResult((aHead & SIGN) | BIAS, normalised(a));
    }
  }
  if (!settleAndAddToTop(BEFORE, 7)) return true;
  setRegister(1, exponentHead, exponentSignificand);
  setRegister(0, resultHead(), resultSignificand());
  return true;
}
