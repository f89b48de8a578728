/**
 * ADD, SUB, MUL, DIV and SQRT: with Wasm's own arithmetic where that is sure to be right (plain.ts), else lane
 * by lane, as exactly as need be (lanes.ts).
 */
import { DOUBLE, SINGLE } from "./formats";
import { compute, Operation } from "./lanes";
import { begin, settle } from "./mxcsr";
import {
  always,
  arePlainDoubles,
  arePlainSingles,
  isPlainDouble,
  isPlainSingle,
  zeroDoubles,
  zeroSingles,
} from "./plain";

/** Where results wait until all lanes are done: 16 bytes. */
const RESULT: usize = memory.data(16, 16);

/** One single, exactly. */
export function single(operation: Operation, to: usize, a: usize, b: usize): bool {
  begin();
  const result = <u32>compute(operation, SINGLE, load<u32>(a), load<u32>(b));
  if (!settle()) return false;
  store<u32>(to, result);
  return true;
}

/** One double, exactly. */
export function double(operation: Operation, to: usize, a: usize, b: usize): bool {
  begin();
  const result = compute(operation, DOUBLE, load<u64>(a), load<u64>(b));
  if (!settle()) return false;
  store<u64>(to, result);
  return true;
}

/** RESULT's lane at `place` = the single at `a` operation that at `b`. */
export function computeSingle(operation: Operation, place: usize, a: usize, b: usize): void {
  store<u32>(RESULT + place, <u32>compute(operation, SINGLE, load<u32>(a), load<u32>(b)));
}

/** RESULT's lane at `place` = the double at `a` operation that at `b`. */
export function computeDouble(operation: Operation, place: usize, a: usize, b: usize): void {
  store<u64>(RESULT + place, compute(operation, DOUBLE, load<u64>(a), load<u64>(b)));
}

/** Writes RESULT, unless something that is not masked was raised. */
export function finish(to: usize): bool {
  if (!settle()) return false;
  store<v128>(to, load<v128>(RESULT));
  return true;
}

/** Four singles, exactly. */
export function singles(operation: Operation, to: usize, a: usize, b: usize): bool {
  begin();
  for (let i: usize = 0; i < 16; i += 4) computeSingle(operation, i, a + i, b + i);
  return finish(to);
}

/** Two doubles, exactly. */
export function doubles(operation: Operation, to: usize, a: usize, b: usize): bool {
  begin();
  for (let i: usize = 0; i < 16; i += 8) computeDouble(operation, i, a + i, b + i);
  return finish(to);
}

/** ADDSS. */
export function addSingle(to: usize, from: usize): bool {
  const a = load<f32>(to);
  const b = load<f32>(from);
  const result = a + b;
  if (!isPlainSingle(a, b, result, true)) return single(Operation.ADD, to, to, from);
  store<f32>(to, result);
  return true;
}

/** ADDSD. */
export function addDouble(to: usize, from: usize): bool {
  const a = load<f64>(to);
  const b = load<f64>(from);
  const result = a + b;
  if (!isPlainDouble(a, b, result, true)) return double(Operation.ADD, to, to, from);
  store<f64>(to, result);
  return true;
}

/** ADDPS. */
export function addSingles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f32x4.add(a, b);
  if (!arePlainSingles(a, b, result, always())) return singles(Operation.ADD, to, to, from);
  store<v128>(to, result);
  return true;
}

/** ADDPD. */
export function addDoubles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f64x2.add(a, b);
  if (!arePlainDoubles(a, b, result, always())) return doubles(Operation.ADD, to, to, from);
  store<v128>(to, result);
  return true;
}

/** SUBSS. */
export function subtractSingle(to: usize, from: usize): bool {
  const a = load<f32>(to);
  const b = load<f32>(from);
  const result = a - b;
  if (!isPlainSingle(a, b, result, true)) return single(Operation.SUBTRACT, to, to, from);
  store<f32>(to, result);
  return true;
}

/** SUBSD. */
export function subtractDouble(to: usize, from: usize): bool {
  const a = load<f64>(to);
  const b = load<f64>(from);
  const result = a - b;
  if (!isPlainDouble(a, b, result, true)) return double(Operation.SUBTRACT, to, to, from);
  store<f64>(to, result);
  return true;
}

/** SUBPS. */
export function subtractSingles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f32x4.sub(a, b);
  if (!arePlainSingles(a, b, result, always())) return singles(Operation.SUBTRACT, to, to, from);
  store<v128>(to, result);
  return true;
}

/** SUBPD. */
export function subtractDoubles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f64x2.sub(a, b);
  if (!arePlainDoubles(a, b, result, always())) return doubles(Operation.SUBTRACT, to, to, from);
  store<v128>(to, result);
  return true;
}

/** MULSS. */
export function multiplySingle(to: usize, from: usize): bool {
  const a = load<f32>(to);
  const b = load<f32>(from);
  const result = a * b;
  if (!isPlainSingle(a, b, result, a == 0 || b == 0)) return single(Operation.MULTIPLY, to, to, from);
  store<f32>(to, result);
  return true;
}

/** MULSD. */
export function multiplyDouble(to: usize, from: usize): bool {
  const a = load<f64>(to);
  const b = load<f64>(from);
  const result = a * b;
  if (!isPlainDouble(a, b, result, a == 0 || b == 0)) return double(Operation.MULTIPLY, to, to, from);
  store<f64>(to, result);
  return true;
}

/** MULPS. */
export function multiplySingles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f32x4.mul(a, b);
  if (!arePlainSingles(a, b, result, v128.or(zeroSingles(a), zeroSingles(b))))
    return singles(Operation.MULTIPLY, to, to, from);
  store<v128>(to, result);
  return true;
}

/** MULPD. */
export function multiplyDoubles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f64x2.mul(a, b);
  if (!arePlainDoubles(a, b, result, v128.or(zeroDoubles(a), zeroDoubles(b))))
    return doubles(Operation.MULTIPLY, to, to, from);
  store<v128>(to, result);
  return true;
}

/** DIVSS. */
export function divideSingle(to: usize, from: usize): bool {
  const a = load<f32>(to);
  const b = load<f32>(from);
  const result = a / b;
  if (!isPlainSingle(a, b, result, a == 0)) return single(Operation.DIVIDE, to, to, from);
  store<f32>(to, result);
  return true;
}

/** DIVSD. */
export function divideDouble(to: usize, from: usize): bool {
  const a = load<f64>(to);
  const b = load<f64>(from);
  const result = a / b;
  if (!isPlainDouble(a, b, result, a == 0)) return double(Operation.DIVIDE, to, to, from);
  store<f64>(to, result);
  return true;
}

/** DIVPS. */
export function divideSingles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f32x4.div(a, b);
  if (!arePlainSingles(a, b, result, zeroSingles(a))) return singles(Operation.DIVIDE, to, to, from);
  store<v128>(to, result);
  return true;
}

/** DIVPD. */
export function divideDoubles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f64x2.div(a, b);
  if (!arePlainDoubles(a, b, result, zeroDoubles(a))) return doubles(Operation.DIVIDE, to, to, from);
  store<v128>(to, result);
  return true;
}

/** SQRTSS. */
export function rootSingle(to: usize, from: usize): bool {
  const a = load<f32>(from);
  const result = Mathf.sqrt(a);
  if (!isPlainSingle(a, a, result, true)) return single(Operation.ROOT, to, from, from);
  store<f32>(to, result);
  return true;
}

/** SQRTSD. */
export function rootDouble(to: usize, from: usize): bool {
  const a = load<f64>(from);
  const result = Math.sqrt(a);
  if (!isPlainDouble(a, a, result, true)) return double(Operation.ROOT, to, from, from);
  store<f64>(to, result);
  return true;
}

/** SQRTPS. */
export function rootSingles(to: usize, from: usize): bool {
  const a = load<v128>(from);
  const result = f32x4.sqrt(a);
  if (!arePlainSingles(a, a, result, always())) return singles(Operation.ROOT, to, from, from);
  store<v128>(to, result);
  return true;
}

/** SQRTPD. */
export function rootDoubles(to: usize, from: usize): bool {
  const a = load<v128>(from);
  const result = f64x2.sqrt(a);
  if (!arePlainDoubles(a, a, result, always())) return doubles(Operation.ROOT, to, from, from);
  store<v128>(to, result);
  return true;
}
