/** FYL2X and FYL2XP1. SDM vol. 1, 8.3.9; vol. 2. */
import { LOGARITHM, LOGARITHM_COUNT, LOGARITHMS } from "./constants";
import {
  BIAS,
  EXPONENT,
  INTEGER_BIT,
  invalid,
  isInfinity,
  isZero,
  resultHead,
  setResult,
  SIGN,
  signalDenormal,
  takesNans,
} from "./float80";
import * as N from "./float128";
import { head, isEmpty, pop, significand, stackUnderflow, writeResult } from "./stack";
import { begin, PE, signal, UE, ZE } from "./status";

const SQRT2: u64 = 0xb504f333f9de6484;

const ARGUMENT: usize = memory.data(N.NUMBER_SIZE, 8);
const LOG: usize = memory.data(N.NUMBER_SIZE, 8);
const FACTOR: usize = memory.data(N.NUMBER_SIZE, 8);
const NUMERATOR: usize = memory.data(N.NUMBER_SIZE, 8);
const OTHER: usize = memory.data(N.NUMBER_SIZE, 8);

/** FYL2X: ST(1) = ST(1) * log2(ST(0)), and pop. */
export function logarithm(): bool {
  begin(0);
  if (isEmpty(0) || isEmpty(1)) stackUnderflow();
  else compute(head(0), significand(0), head(1), significand(1));
  if (writeResult(1)) pop();
  return true;
}

/** FYL2XP1: ST(1) = ST(1) * log2(ST(0) + 1), and pop. */
export function logarithmOfOnePlus(): bool {
  begin(0);
  if (isEmpty(0) || isEmpty(1)) stackUnderflow();
  else computeOnePlus(head(0), significand(0), head(1), significand(1));
  if (writeResult(1)) pop();
  return true;
}

function compute(xHead: u32, x: u64, yHead: u32, y: u64): void {
  if (takesNans(xHead, x, yHead, y)) return;
  const xZero = isZero(xHead, x);
  const yZero = isZero(yHead, y);
  const xInfinite = isInfinity(xHead, x);
  const yInfinite = isInfinity(yHead, y);
  const isOne = xHead == BIAS && x == INTEGER_BIT;
  if ((xHead & SIGN && !xZero) || (yZero && (xZero || xInfinite)) || (yInfinite && isOne)) {
    invalid();
    return;
  }
  // log2(x) < 0
  const isNegative = <i32>(xHead & EXPONENT) < BIAS;
  const sign = (yHead & SIGN) ^ (isNegative ? SIGN : 0);
  if (xZero && !yInfinite) {
    signal(ZE);
    setResult(sign | EXPONENT, INTEGER_BIT);
    return;
  }
  signalDenormal(xHead, x);
  signalDenormal(yHead, y);
  if (xInfinite || yInfinite) {
    setResult(sign | EXPONENT, INTEGER_BIT);
  } else if (yZero || isOne) {
    setResult(sign, 0);
  } else {
    N.fromRegister(ARGUMENT, xHead, x);
    logarithmOfArgument();
    packProduct(yHead, y);
  }
}

function computeOnePlus(xHead: u32, x: u64, yHead: u32, y: u64): void {
  if (takesNans(xHead, x, yHead, y)) return;
  const xZero = isZero(xHead, x);
  const yZero = isZero(yHead, y);
  const xInfinite = isInfinity(xHead, x);
  const yInfinite = isInfinity(yHead, y);
  if ((xInfinite && (xHead & SIGN || yZero)) || (yInfinite && xZero)) {
    invalid();
    return;
  }
  const sign = (xHead ^ yHead) & SIGN;
  signalDenormal(xHead, x);
  signalDenormal(yHead, y);
  if (xInfinite || yInfinite) {
    setResult(sign | EXPONENT, INTEGER_BIT);
  } else if (xZero || yZero) {
    setResult(sign, 0);
  } else if (xHead & SIGN && <i32>(xHead & EXPONENT) >= BIAS) {
    // There is no logarithm: the argument is the result (seen on Zen 4; the manual leaves it open).
    signal(PE);
    setResult(xHead, x);
  } else {
    N.fromRegister(ARGUMENT, xHead, x);
    if (N.exponentOf(ARGUMENT) < -8) {
      ratioNearOne();
      logarithmOfRatio();
    } else {
      one(OTHER);
      N.add(ARGUMENT, ARGUMENT, OTHER);
      logarithmOfArgument();
    }
    packProduct(yHead, y);
  }
}

function one(to: usize): void {
  N.make(to, 0, 0, INTEGER_BIT, 0);
}

/** The result is y * LOG: never exact for the processor, even where it is, and so an underflow if it is denormal. */
function packProduct(yHead: u32, y: u64): void {
  N.fromRegister(FACTOR, yHead, y);
  N.multiply(LOG, LOG, FACTOR);
  N.pack(LOG);
  signal((resultHead() & EXPONENT) == 0 ? UE | PE : PE);
}

/** LOG = log2(ARGUMENT) = exponent + log2(n / 64) + log2(m / (n / 64)), where m = significand, n / 64 next to it. */
function logarithmOfArgument(): void {
  const isLarge = N.highOf(ARGUMENT) > SQRT2;
  const exponent = N.exponentOf(ARGUMENT) + i32(isLarge);
  N.setExponent(ARGUMENT, isLarge ? -1 : 0);
  const n: u32 = (<u32>((N.highOf(ARGUMENT) >> (isLarge ? 57 : 56)) + 1)) >> 1;
  one(OTHER);
  if (n == 64) {
    N.setSign(OTHER, 1);
    N.add(ARGUMENT, ARGUMENT, OTHER);
    if (N.highOf(ARGUMENT)) {
      ratioNearOne();
      logarithmOfRatio();
    } else {
      N.make(LOG, 0, 0, 0, 0);
    }
  } else {
    N.make(OTHER, 1, 57, n, 0);
    N.add(NUMERATOR, ARGUMENT, OTHER);
    N.setSign(OTHER, 0);
    N.add(ARGUMENT, ARGUMENT, OTHER);
    N.divide(NUMERATOR, NUMERATOR, ARGUMENT);
    logarithmOfRatio();
    N.constant(OTHER, u32(n < 64), 0, LOGARITHMS + ((<usize>(n - 45)) << 4));
    N.add(LOG, LOG, OTHER);
  }
  N.make(OTHER, u32(exponent < 0), 63, <u64>abs(exponent), 0);
  N.add(LOG, LOG, OTHER);
}

/** NUMERATOR = f / (2 + f), f = ARGUMENT. */
function ratioNearOne(): void {
  N.make(OTHER, 0, 1, INTEGER_BIT, 0);
  N.add(OTHER, OTHER, ARGUMENT);
  N.divide(NUMERATOR, ARGUMENT, OTHER);
}

/** LOG = log2 of (1 + r) / (1 - r) = 2 artanh(r) / ln 2, r = NUMERATOR. */
function logarithmOfRatio(): void {
  N.multiply(OTHER, NUMERATOR, NUMERATOR);
  const high = N.fixed(OTHER, -1 - N.exponentOf(OTHER));
  N.series(LOG, 1, LOGARITHM, LOGARITHM_COUNT, high, N.fixedLow, false);
  N.multiply(LOG, LOG, NUMERATOR);
}
