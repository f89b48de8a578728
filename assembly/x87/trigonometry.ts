/**
 * FSIN, FCOS, FSINCOS and FPTAN. SDM vol. 1, 8.3.7 and 8.3.8; vol. 2.
 *
 * Results are within 0.501 units in the last place of the true value (rounded to nearest) for every argument. The
 * processors themselves, Intel's and AMD's (seen on Zen 4), reduce an argument by a pi of 66 bits: they give the sine of
 * an argument that is up to 2^-66 of itself off. That is the same within a unit or so up to pi / 4, but not where the
 * result is small, and from about 2^4 on hardly ever. Flags and special cases are those of Zen 4 throughout.
 */
import { X87_STATUS } from "../cpu/state";
import { COSINE, COSINE_COUNT, HALF_PI, SINE, SINE_COUNT, TWO_OVER_PI } from "./constants";
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
  setResult,
  signalDenormal,
  takesNan,
} from "./float80";
import * as N from "./float128";
import {
  head,
  isEmpty,
  setRegister,
  settleAndAddToTop,
  significand,
  stackOverflow,
  stackUnderflow,
  writeResult,
} from "./stack";
import { BEFORE, begin, C0, C1, C2, C3, NOTHING, raised, setConditions, settle } from "./status";
import { multiplyHigh } from "./wide";

/** From here on an argument is out of range: 2^63. */
const LIMIT: u32 = BIAS + 63;

/** Below this exponent a number's tangent is the number and a bit more. */
const TINY: i32 = -60;

/** What is left of the argument: between -pi/4 and pi/4, `quadrant` quarter turns short. */
const REDUCED: usize = memory.data(N.NUMBER_SIZE, 8);
let quadrant: u32 = 0;
const SQUARE: usize = memory.data(N.NUMBER_SIZE, 8);
let squareHigh: u64 = 0;
let squareLow: u64 = 0;
const SINE_OF: usize = memory.data(N.NUMBER_SIZE, 8);
const COSINE_OF: usize = memory.data(N.NUMBER_SIZE, 8);

/** |argument| * 2 / pi in words, the lowest first; later its fraction. */
const TURNS: usize = memory.data(40, 8);

function setUp(aHead: u32, a: u64): void {
  N.fromRegister(REDUCED, aHead, a);
  quadrant = 0;
  // Less than 1/2: needs no reduction.
  if (N.exponentOf(REDUCED) >= -1) reduce(aHead >> 15, normalExponent(aHead, a) - BIAS, normalised(a));
  N.multiply(SQUARE, REDUCED, REDUCED);
  squareHigh = N.fixed(SQUARE, -1 - N.exponentOf(SQUARE));
  squareLow = N.fixedLow;
}

/**
 * Exactly, by 256 bits of 2 / pi: no argument below 2^63 comes nearer than about 2^-70 to a multiple of pi / 2, which
 * leaves more than 120 bits of the rest. The exponent is -1 to 62.
 */
function reduce(sign: u32, exponent: i32, a: u64): void {
  let carry: u64 = 0;
  for (let i: usize = 0; i < 32; i += 8) {
    const word = load<u64>(TWO_OVER_PI + i);
    const low = a * word + carry;
    store<u64>(TURNS + i, low);
    carry = multiplyHigh(a, word) + u64(low < carry);
  }
  store<u64>(TURNS + 32, carry);
  // The point stands `whole` bits below the top.
  const whole = <u64>(exponent + 1);
  quadrant = whole ? <u32>(carry >> (64 - whole)) : 0;
  let high = shifted(32, whole);
  let middle = shifted(24, whole);
  let low = shifted(16, whole);
  let negative = sign;
  if (<i64>high < 0) {
    // Nearer to the next multiple.
    quadrant++;
    negative ^= 1;
    low = -low;
    middle = ~middle + u64(!low);
    high = ~high + u64(!low && !middle);
  }
  if (sign) quadrant = -quadrant;
  if (high) {
    const shift = clz(high);
    N.make(
      REDUCED,
      negative,
      -1 - <i32>shift,
      (high << shift) | ((middle >> 1) >> (63 - shift)),
      (middle << shift) | ((low >> 1) >> (63 - shift)),
    );
  } else {
    N.make(REDUCED, negative, -65, middle, low);
  }
  N.constant(SQUARE, 0, 0, HALF_PI);
  N.multiply(REDUCED, REDUCED, SQUARE);
}

/** A word of TURNS, when they are moved left by `distance` bits. */
function shifted(offset: usize, distance: u64): u64 {
  return (load<u64>(TURNS + offset) << distance) | ((load<u64>(TURNS + offset - 8) >> 1) >> (63 - distance));
}

/** The sine of what is left. */
function sineOfReduced(to: usize): void {
  N.series(to, 0, SINE, SINE_COUNT, squareHigh, squareLow, true);
  N.multiply(to, to, REDUCED);
}

function cosineOfReduced(to: usize): void {
  N.series(to, 0, COSINE, COSINE_COUNT, squareHigh, squareLow, true);
}

/** The sine `turns` quarter turns further on. */
function packSine(turns: u32): void {
  turns += quadrant;
  if (turns & 1) cosineOfReduced(SINE_OF);
  else sineOfReduced(SINE_OF);
  if (turns & 2) N.setSign(SINE_OF, N.signOf(SINE_OF) ^ 1);
  N.packInexact(SINE_OF);
}

function packTangent(): void {
  if (!(quadrant & 1) && N.exponentOf(REDUCED) < TINY) {
    N.packInexact(REDUCED);
    return;
  }
  sineOfReduced(SINE_OF);
  cosineOfReduced(COSINE_OF);
  if (quadrant & 1) {
    N.divide(SINE_OF, COSINE_OF, SINE_OF);
    N.setSign(SINE_OF, N.signOf(SINE_OF) ^ 1);
  } else {
    N.divide(SINE_OF, SINE_OF, COSINE_OF);
  }
  N.packInexact(SINE_OF);
}

/** Is ST(0) a number of 2^63 or more, so that the instruction gives up? Then C2 is set and nothing else happens. */
function isOutOfRange(): bool {
  const exponent = head(0) & EXPONENT;
  return exponent >= LIMIT && exponent < EXPONENT && <i64>significand(0) < 0;
}

/** Sets C2 to `c2`; C3 and C0 stay as they are. */
function setC2(c2: u32): void {
  setConditions((load<u32>(X87_STATUS) & (C0 | C3)) | c2);
}

function giveUp(): bool {
  begin(0);
  settle(NOTHING);
  setC2(C2);
  return true;
}

/** What all four do with zeros (the result is that of `ofZero`), infinities, NaNs, denormals. True: the result is there. */
function isSpecial(aHead: u32, a: u64): bool {
  if (takesNan(aHead, a)) return true;
  if (isInfinity(aHead, a)) {
    invalid();
    return true;
  }
  signalDenormal(aHead, a);
  return false;
}

/** FSIN. */
export function sine(): bool {
  return replaceBySine(0);
}

/** FCOS. */
export function cosine(): bool {
  return replaceBySine(1);
}

function replaceBySine(turns: u32): bool {
  if (!isEmpty(0) && isOutOfRange()) return giveUp();
  begin(0);
  if (isEmpty(0)) stackUnderflow();
  else computeSine(head(0), significand(0), turns);
  writeResult(0);
  setC2(0);
  return true;
}

function computeSine(aHead: u32, a: u64, turns: u32): void {
  if (isSpecial(aHead, a)) return;
  if (isZero(aHead, a)) {
    if (turns) setResult(BIAS, INTEGER_BIT);
    else setResult(aHead, a);
    return;
  }
  setUp(aHead, a);
  packSine(turns);
}

/** What FSINCOS and FPTAN push. */
let pushedHead: u32 = 0;
let pushedSignificand: u64 = 0;

function setBoth(): void {
  pushedHead = resultHead();
  pushedSignificand = resultSignificand();
}

/** FSINCOS: the sine replaces ST(0), the cosine is pushed. */
export function sineAndCosine(): bool {
  return replaceAndPush(true);
}

/** FPTAN: the tangent replaces ST(0), 1.0 is pushed. */
export function tangent(): bool {
  return replaceAndPush(false);
}

function replaceAndPush(isSine: bool): bool {
  if (isEmpty(0)) {
    stackUnderflow();
    setBoth();
  } else if (!isEmpty(7)) {
    stackOverflow();
    setBoth();
  } else if (isOutOfRange()) {
    return giveUp();
  } else {
    begin(0);
    computeBoth(head(0), significand(0), isSine);
  }
  setC2(0);
  if (!settleAndAddToTop(BEFORE, 7)) return true;
  setRegister(1, resultHead(), resultSignificand());
  setRegister(0, pushedHead, pushedSignificand);
  return true;
}

function computeBoth(aHead: u32, a: u64, isSine: bool): void {
  if (isSpecial(aHead, a)) {
    setBoth();
    return;
  }
  pushedHead = BIAS;
  pushedSignificand = INTEGER_BIT;
  if (isZero(aHead, a)) {
    setResult(aHead, a);
    return;
  }
  setUp(aHead, a);
  if (isSine) {
    packSine(1);
    setBoth();
    // C1 is that of the sine.
    begin(raised & ~C1);
    packSine(0);
  } else {
    packTangent();
  }
}
