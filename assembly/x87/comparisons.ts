/** FCOM, FUCOM, FCOMI, FUCOMI, FICOM, FTST with their popping forms, and FXAM. */
import { CF, PF, setArithmeticFlags, ZF } from "../cpu/flags";
import { operandDenormal, operandHead, operandSignificand } from "./conversions";
import {
  EXPONENT,
  isDenormal,
  isInfinity,
  isNan,
  isNormal,
  isSignalling,
  isUnsupported,
  isZero,
  signalDenormal,
} from "./float80";
import { head, isEmpty, pop, significand, stackUnderflow } from "./stack";
import { BEFORE, begin, C0, C1, C2, C3, IE, lastC1, raised, setConditions, settle } from "./status";

const GREATER: u32 = 0;
const LESS: u32 = C0;
const EQUAL: u32 = C3;
const UNORDERED: u32 = C0 | C2 | C3;

/** What to do with a quiet NaN: FCOM signals invalid, FUCOM does not. */
export const ORDERED: bool = false;
export const QUIET: bool = true;

/** The conditions of a compared with b; the operand's denormal is already signalled. */
function compare(aHead: u32, a: u64, bHead: u32, b: u64, quiet: bool): u32 {
  if (isNormal(aHead, a) && isNormal(bHead, b)) {
    // Without branches: which one is larger cannot be predicted.
    const aSign = aHead >> 15;
    const aExponent = aHead & EXPONENT;
    const bExponent = bHead & EXPONENT;
    const differs = (aHead ^ bHead) >> 15;
    const isEqual = u32(aHead == bHead) & u32(a == b);
    const isSmaller = u32(aExponent < bExponent) | (u32(aExponent == bExponent) & u32(a < b));
    const isLess = differs ? aSign : (isSmaller ^ aSign) & (isEqual ^ 1);
    return isEqual * EQUAL + isLess * LESS;
  }
  return compareSpecial(aHead, a, bHead, b, quiet);
}

function compareSpecial(aHead: u32, a: u64, bHead: u32, b: u64, quiet: bool): u32 {
  const unsupported = isUnsupported(aHead, a) || isUnsupported(bHead, b);
  if (unsupported || isNan(aHead, a) || isNan(bHead, b)) {
    const isInvalid = !quiet || unsupported || isSignalling(aHead, a) || isSignalling(bHead, b);
    begin((raised & C1) | (isInvalid ? IE : 0));
    return UNORDERED;
  }
  signalDenormal(aHead, a);
  signalDenormal(bHead, b);
  if (a == 0 && b == 0) return EQUAL;
  const aSign = aHead >> 15;
  if (a != 0 && b != 0 && aSign != bHead >> 15) return aSign ? LESS : GREATER;
  if (a == 0) return bHead >> 15 ? GREATER : LESS;
  if (b == 0) return aSign ? LESS : GREATER;
  // Exponent 0 has the weight of exponent 1.
  const aExponent = max<u32>(aHead & EXPONENT, 1);
  const bExponent = max<u32>(bHead & EXPONENT, 1);
  if (aExponent == bExponent && a == b) return EQUAL;
  const smaller = aExponent < bExponent || (aExponent == bExponent && a < b);
  return smaller == (aSign == 0) ? LESS : GREATER;
}

/** Settles a comparison in C3, C2, C0, and pops. An exception that is not masked forbids only the pop. */
function conclude(conditions: u32, pops: u32): bool {
  const mayPop = settle(BEFORE);
  setConditions(conditions);
  if (mayPop) for (; pops; pops--) pop();
  return true;
}

export function compareMemory(pops: u32): bool {
  if (isEmpty(0)) {
    stackUnderflow();
    return conclude(UNORDERED, pops);
  }
  begin(operandDenormal);
  return conclude(compare(head(0), significand(0), operandHead, operandSignificand, ORDERED), pops);
}

/** Compares ST(0) with ST(i); the conditions are in the result. */
function compareWith(i: u32, quiet: bool, c1: u32): u32 {
  if (isEmpty(0) || isEmpty(i)) {
    stackUnderflow();
    return UNORDERED;
  }
  begin(c1);
  return compare(head(0), significand(0), head(i), significand(i), quiet);
}

export function compareRegisters(i: u32, quiet: bool, pops: u32): bool {
  return conclude(compareWith(i, quiet, 0), pops);
}

/** FCOMI and its kin: ZF, PF, CF instead of C3, C2, C0; OF, SF and AF are cleared. C1 stays. */
export function compareToFlags(i: u32, quiet: bool, pops: bool): bool {
  const conditions = compareWith(i, quiet, lastC1());
  const mayPop = settle(BEFORE);
  setArithmeticFlags((conditions & C3 ? ZF : 0) | (conditions & C2 ? PF : 0) | (conditions & C0 ? CF : 0));
  if (pops && mayPop) pop();
  return true;
}

/** FTST: compares with +0.0. */
export function compareZero(): bool {
  if (isEmpty(0)) {
    stackUnderflow();
    return conclude(UNORDERED, 0);
  }
  begin(0);
  return conclude(compare(head(0), significand(0), 0, 0, ORDERED), 0);
}

/** FXAM: the class in C3, C2, C0; the sign, of an empty register too, in C1. */
export function examine(): bool {
  begin(head(0) & 0x8000 ? C1 : 0);
  settle(BEFORE);
  setConditions(examined(head(0), significand(0)));
  return true;
}

function examined(aHead: u32, a: u64): u32 {
  if (isEmpty(0)) return C3 | C0;
  if (isUnsupported(aHead, a)) return 0;
  if (isZero(aHead, a)) return C3;
  if (isDenormal(aHead, a)) return C3 | C2;
  if (isInfinity(aHead, a)) return C2 | C0;
  return isNan(aHead, a) ? C0 : C2;
}
