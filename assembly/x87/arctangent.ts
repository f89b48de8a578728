/** FPATAN. SDM vol. 1, 8.3.7; vol. 2. */
import { ARCTANGENT, ARCTANGENT_COUNT, ARCTANGENTS, HALF_PI } from "./constants";
import { isInfinity, isZero, setResult, SIGN, signalDenormal, takesNans } from "./float80";
import * as N from "./float128";
import { head, isEmpty, pop, significand, stackUnderflow, writeResult } from "./stack";
import { begin } from "./status";

const SMALLER: usize = memory.data(N.NUMBER_SIZE, 8);
const LARGER: usize = memory.data(N.NUMBER_SIZE, 8);
const ANGLE: usize = memory.data(N.NUMBER_SIZE, 8);
const SCALED: usize = memory.data(N.NUMBER_SIZE, 8);
const OTHER: usize = memory.data(N.NUMBER_SIZE, 8);

/** ST(1) = the angle of the point (ST(0), ST(1)), and pop. */
export function arctangent(): bool {
  begin(0);
  if (isEmpty(0) || isEmpty(1)) stackUnderflow();
  else compute(head(0), significand(0), head(1), significand(1));
  if (writeResult(1)) pop();
  return true;
}

function compute(xHead: u32, x: u64, yHead: u32, y: u64): void {
  if (takesNans(xHead, x, yHead, y)) return;
  signalDenormal(xHead, x);
  signalDenormal(yHead, y);
  const sign = yHead >> 15;
  const isLeft = (xHead & SIGN) != 0;
  const xInfinite = isInfinity(xHead, x);
  const yInfinite = isInfinity(yHead, y);
  if (isZero(yHead, y) || (xInfinite && !yInfinite)) {
    if (isLeft) packEighths(sign, 8);
    else setResult(sign << 15, 0);
  } else if (yInfinite) {
    packEighths(sign, xInfinite ? (isLeft ? 6 : 2) : 4);
  } else if (isZero(xHead, x)) {
    packEighths(sign, 4);
  } else {
    packAngle(sign, isLeft, xHead & ~SIGN, x, yHead & ~SIGN, y);
  }
}

/** So many times pi / 8: 2, 4, 6 or 8. */
function packEighths(sign: u32, eighths: u32): void {
  N.constant(ANGLE, sign, 0, HALF_PI);
  N.make(OTHER, 0, 61, eighths, 0);
  N.multiply(ANGLE, ANGLE, OTHER);
  N.packInexact(ANGLE);
}

function packAngle(sign: u32, isLeft: bool, xHead: u32, x: u64, yHead: u32, y: u64): void {
  N.fromRegister(SMALLER, yHead, y);
  N.fromRegister(LARGER, xHead, x);
  let distance = N.exponentOf(LARGER) - N.exponentOf(SMALLER);
  const isSteep = distance < 0 || (distance == 0 && N.highOf(SMALLER) > N.highOf(LARGER));
  if (isSteep) {
    N.copy(OTHER, SMALLER);
    N.copy(SMALLER, LARGER);
    N.copy(LARGER, OTHER);
    distance = -distance;
  }
  arctangentOfRatio(distance);
  if (isSteep) subtractFrom(0);
  if (isLeft) subtractFrom(1);
  N.setSign(ANGLE, sign);
  N.packInexact(ANGLE);
}

/** ANGLE = pi / 2 (`exponent` 0) or pi (1) - ANGLE. */
function subtractFrom(exponent: i32): void {
  N.setSign(ANGLE, 1);
  N.constant(OTHER, 0, exponent, HALF_PI);
  N.add(ANGLE, OTHER, ANGLE);
}

/**
 * ANGLE = atan(s / l), s = SMALLER, l = LARGER, `distance` = the difference of their exponents: for the nearest
 * n / 32, atan(n / 32) + atan((32 s - n l) / (32 l + n s)). Numerator and denominator are exact.
 */
function arctangentOfRatio(distance: i32): void {
  const top = N.highOf(SMALLER) >> 32;
  const bottom = N.highOf(LARGER) >> 32;
  const n: u32 = distance > 6 ? 0 : <u32>((((top << 6) >> distance) / bottom + 1) >> 1);
  if (n) {
    N.make(SCALED, 0, 58, n, 0);
    N.multiply(OTHER, SMALLER, SCALED);
    N.multiply(SCALED, LARGER, SCALED);
    N.setSign(SCALED, 1);
    N.add(SMALLER, SMALLER, SCALED);
    N.add(LARGER, LARGER, OTHER);
  }
  N.divide(SMALLER, SMALLER, LARGER);
  N.multiply(OTHER, SMALLER, SMALLER);
  const high = N.fixed(OTHER, -1 - N.exponentOf(OTHER));
  N.series(ANGLE, 0, ARCTANGENT, ARCTANGENT_COUNT, high, N.fixedLow, true);
  N.multiply(ANGLE, ANGLE, SMALLER);
  if (n) {
    N.constant(OTHER, 0, 0, ARCTANGENTS + ((<usize>n) << 4));
    N.add(ANGLE, OTHER, ANGLE);
  }
}
