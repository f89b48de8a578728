/** CMPccPS..., COMIS, UCOMIS, PTEST. SDM vol. 2, tables 3-1 and 3-7. */
import { CF, PF, setArithmeticFlags, ZF } from "../cpu/flags";
import { IE } from "../x87/status";
import { DOUBLE, isNan, isSignalling, magnitude, operand, signalDenormal, SINGLE } from "./formats";
import { isLess } from "./lanes";
import { begin, settle, signal } from "./mxcsr";
import { areOrderedDoubles, areOrderedSingles, isOrderedDouble, isOrderedSingle } from "./plain";

/** Predicates of CMPccPS (the immediate's lowest three bits): each is one of the first four or its opposite. */
const LESS: u32 = 1;
const LESS_OR_EQUAL: u32 = 2;
const UNORDERED: u32 = 3;
const OPPOSITE: u32 = 4;

/** How two numbers compare, as COMIS shows it in the flags. */
const EQUAL_FLAGS: u32 = ZF;
const LESS_FLAGS: u32 = CF;
const UNORDERED_FLAGS: u32 = ZF | PF | CF;

/** Compares two lanes: the flags. A quiet NaN is invalid unless `isQuiet`. */
function ordered(format: u32, a: u64, b: u64, isQuiet: bool): u32 {
  a = operand(format, a);
  b = operand(format, b);
  if (isNan(format, a) || isNan(format, b)) {
    if (!isQuiet || isSignalling(format, a) || isSignalling(format, b)) signal(IE);
    return UNORDERED_FLAGS;
  }
  signalDenormal(format, a);
  signalDenormal(format, b);
  if (a == b || !(magnitude(format, a) | magnitude(format, b))) return EQUAL_FLAGS;
  return isLess(format, a, b) ? LESS_FLAGS : 0;
}

/** Does the predicate hold? All ones if so, else 0. */
function compare(format: u32, a: u64, b: u64, immediate: u32): u64 {
  const predicate = immediate & 3;
  const flags = ordered(format, a, b, predicate != LESS && predicate != LESS_OR_EQUAL);
  let holds = flags == EQUAL_FLAGS;
  if (predicate == LESS) holds = flags == LESS_FLAGS;
  else if (predicate == LESS_OR_EQUAL) holds = flags == LESS_FLAGS || flags == EQUAL_FLAGS;
  else if (predicate == UNORDERED) holds = flags == UNORDERED_FLAGS;
  return holds != ((immediate & OPPOSITE) != 0) ? ~(<u64>0) : 0;
}

/** CMPPS, quickly: no lane is a NaN or denormal. */
function compareOrderedSingles(a: v128, b: v128, immediate: u32): v128 {
  switch (immediate & 7) {
    case 0:
      return f32x4.eq(a, b);
    case 1:
      return f32x4.lt(a, b);
    case 2:
      return f32x4.le(a, b);
    case 3:
      return i32x4.splat(0);
    case 4:
      return f32x4.ne(a, b);
    case 5:
      return f32x4.ge(a, b);
    case 6:
      return f32x4.gt(a, b);
    default:
      return i32x4.splat(-1);
  }
}

function compareOrderedDoubles(a: v128, b: v128, immediate: u32): v128 {
  switch (immediate & 7) {
    case 0:
      return f64x2.eq(a, b);
    case 1:
      return f64x2.lt(a, b);
    case 2:
      return f64x2.le(a, b);
    case 3:
      return i32x4.splat(0);
    case 4:
      return f64x2.ne(a, b);
    case 5:
      return f64x2.ge(a, b);
    case 6:
      return f64x2.gt(a, b);
    default:
      return i32x4.splat(-1);
  }
}

/** Where results wait until all lanes are done: 16 bytes. */
const RESULT: usize = memory.data(16, 16);

/** The first `bytes` bytes of singles, exactly. */
function compareSinglesExactly(to: usize, from: usize, immediate: u32, bytes: usize): bool {
  begin();
  for (let i: usize = 0; i < bytes; i += 4) {
    store<u32>(RESULT + i, <u32>compare(SINGLE, load<u32>(to + i), load<u32>(from + i), immediate));
  }
  if (!settle()) return false;
  memory.copy(to, RESULT, bytes);
  return true;
}

/** The first `bytes` bytes of doubles, exactly. */
function compareDoublesExactly(to: usize, from: usize, immediate: u32, bytes: usize): bool {
  begin();
  for (let i: usize = 0; i < bytes; i += 8) {
    store<u64>(RESULT + i, compare(DOUBLE, load<u64>(to + i), load<u64>(from + i), immediate));
  }
  if (!settle()) return false;
  memory.copy(to, RESULT, bytes);
  return true;
}

/** CMPSS. */
export function compareSingle(to: usize, from: usize, immediate: u32): bool {
  const a = load<f32>(to);
  const b = load<f32>(from);
  if (!isOrderedSingle(a) || !isOrderedSingle(b)) return compareSinglesExactly(to, from, immediate, 4);
  store<u32>(to, i32x4.extract_lane(compareOrderedSingles(f32x4.splat(a), f32x4.splat(b), immediate), 0));
  return true;
}

/** CMPSD. */
export function compareDouble(to: usize, from: usize, immediate: u32): bool {
  const a = load<f64>(to);
  const b = load<f64>(from);
  if (!isOrderedDouble(a) || !isOrderedDouble(b)) return compareDoublesExactly(to, from, immediate, 8);
  store<u64>(to, i64x2.extract_lane(compareOrderedDoubles(f64x2.splat(a), f64x2.splat(b), immediate), 0));
  return true;
}

/** CMPPS. */
export function compareSingles(to: usize, from: usize, immediate: u32): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  if (!areOrderedSingles(a, b)) return compareSinglesExactly(to, from, immediate, 16);
  store<v128>(to, compareOrderedSingles(a, b, immediate));
  return true;
}

/** CMPPD. */
export function compareDoubles(to: usize, from: usize, immediate: u32): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  if (!areOrderedDoubles(a, b)) return compareDoublesExactly(to, from, immediate, 16);
  store<v128>(to, compareOrderedDoubles(a, b, immediate));
  return true;
}

/** COMISS, and UCOMISS if `isQuiet`: EFLAGS from the comparison. */
export function orderSingle(to: usize, from: usize, isQuiet: bool): bool {
  const a = load<f32>(to);
  const b = load<f32>(from);
  if (isOrderedSingle(a) && isOrderedSingle(b)) {
    setArithmeticFlags((u32(a == b) * EQUAL_FLAGS) | (u32(a < b) * LESS_FLAGS));
    return true;
  }
  begin();
  const flags = ordered(SINGLE, load<u32>(to), load<u32>(from), isQuiet);
  if (!settle()) return false;
  setArithmeticFlags(flags);
  return true;
}

/** COMISD, and UCOMISD if `isQuiet`. */
export function orderDouble(to: usize, from: usize, isQuiet: bool): bool {
  const a = load<f64>(to);
  const b = load<f64>(from);
  if (isOrderedDouble(a) && isOrderedDouble(b)) {
    setArithmeticFlags((u32(a == b) * EQUAL_FLAGS) | (u32(a < b) * LESS_FLAGS));
    return true;
  }
  begin();
  const flags = ordered(DOUBLE, load<u64>(to), load<u64>(from), isQuiet);
  if (!settle()) return false;
  setArithmeticFlags(flags);
  return true;
}

/** PTEST: ZF if they have no bit in common, CF if the source has none that the destination lacks. */
export function test(to: usize, from: usize): void {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const common: u32 = v128.any_true(v128.and(a, b)) ? 0 : ZF;
  const lacking: u32 = v128.any_true(v128.andnot(b, a)) ? 0 : CF;
  setArithmeticFlags(common | lacking);
}
