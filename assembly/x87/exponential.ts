/** F2XM1. SDM vol. 1, 8.3.9; vol. 2. */
import { EXPONENTIAL, EXPONENTIAL_COUNT, LN2, POWERS } from "./constants";
import {
  BIAS,
  EXPONENT,
  INTEGER_BIT,
  isInfinity,
  isZero,
  roundAndPackExtended,
  setResult,
  SIGN,
  signalDenormal,
  takesNan,
} from "./float80";
import * as N from "./float128";
import { head, isEmpty, significand, stackUnderflow, writeResult } from "./stack";
import { begin, PE, signal } from "./status";

const REST: usize = memory.data(N.NUMBER_SIZE, 8);
const POWER: usize = memory.data(N.NUMBER_SIZE, 8);
const OTHER: usize = memory.data(N.NUMBER_SIZE, 8);

/** ST(0) = 2^ST(0) - 1. */
export function powerMinusOne(): bool {
  begin(0);
  if (isEmpty(0)) stackUnderflow();
  else compute(head(0), significand(0));
  writeResult(0);
  return true;
}

function compute(aHead: u32, a: u64): void {
  if (takesNan(aHead, a)) return;
  setResult(aHead, a);
  if (isZero(aHead, a)) return;
  if (isInfinity(aHead, a)) {
    if (aHead & SIGN) setResult(SIGN | BIAS, INTEGER_BIT);
    return;
  }
  signalDenormal(aHead, a);
  const exponent: i32 = aHead & EXPONENT;
  if (exponent < BIAS) packPower(aHead, a);
  else if (aHead == BIAS && a == INTEGER_BIT) {
    // 2^1 - 1 is for the processor a bit less than 1 (seen on Zen 4).
    roundAndPackExtended(0, BIAS - 1, ~0, ~0);
  } else {
    // Out of range it stays what it is (seen on Zen 4; the manual leaves it open).
    signal(PE);
    if (aHead == (SIGN | BIAS) && a == INTEGER_BIT) setResult(SIGN | (BIAS - 1), INTEGER_BIT);
  }
}

/** 2^x - 1 = p + q + p q, where p = 2^(n / 16) - 1, q = 2^r - 1, x = n / 16 + r, |r| <= 1/32. */
function packPower(aHead: u32, a: u64): void {
  N.fromRegister(REST, aHead, a);
  const sign = aHead >> 15;
  const exponent = N.exponentOf(REST);
  const sixteenths = exponent < -5 ? 0 : (<u32>((N.highOf(REST) >> (58 - exponent)) + 1)) >> 1;
  if (sixteenths) {
    N.make(POWER, sign ^ 1, 59, sixteenths, 0);
    N.add(REST, REST, POWER);
  }
  N.constant(OTHER, 0, -1, LN2);
  N.multiply(REST, REST, OTHER);
  const high = N.fixed(REST, -1 - N.exponentOf(REST));
  N.series(POWER, 0, EXPONENTIAL, EXPONENTIAL_COUNT, high, N.fixedLow, N.signOf(REST) != 0);
  N.multiply(REST, REST, POWER);
  if (sixteenths) {
    const place: usize = (sign ? 16 - sixteenths : 16 + sixteenths) << 4;
    N.constant(POWER, sign, 0, POWERS + place);
    N.multiply(OTHER, POWER, REST);
    N.add(REST, REST, OTHER);
    N.add(REST, REST, POWER);
  }
  N.packInexact(REST);
}
