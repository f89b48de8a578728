/** ADDSUB, HADD, HSUB (SSE3), DPPS and DPPD (SSE4.1). */
import { DOUBLE, SINGLE } from "./formats";
import { computeDouble, computeSingle, finish } from "./floats";
import { compute, Operation } from "./lanes";
import { begin, settle } from "./mxcsr";
import { always, arePlainDoubles, arePlainSingles } from "./plain";

/** ADDSUBPS: subtracts in lanes 0 and 2, adds in the others. */
export function alternateSingles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const result = f32x4.add(a, v128.xor(b, i32x4(0x80000000, 0, 0x80000000, 0)));
  if (arePlainSingles(a, b, result, always())) {
    store<v128>(to, result);
    return true;
  }
  begin();
  for (let i: usize = 0; i < 16; i += 4) {
    computeSingle(i & 4 ? Operation.ADD : Operation.SUBTRACT, i, to + i, from + i);
  }
  return finish(to);
}

/** ADDSUBPD. */
export function alternateDoubles(to: usize, from: usize): bool {
  begin();
  computeDouble(Operation.SUBTRACT, 0, to, from);
  computeDouble(Operation.ADD, 8, to + 8, from + 8);
  return finish(to);
}

/** HADDPS. */
export function addPairsOfSingles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const first = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
  const second = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
  const result = f32x4.add(first, second);
  if (!arePlainSingles(first, second, result, always())) return pairsOfSingles(Operation.ADD, to, from);
  store<v128>(to, result);
  return true;
}

/** HSUBPS. */
export function subtractPairsOfSingles(to: usize, from: usize): bool {
  return pairsOfSingles(Operation.SUBTRACT, to, from);
}

function pairsOfSingles(operation: Operation, to: usize, from: usize): bool {
  begin();
  computeSingle(operation, 0, to, to + 4);
  computeSingle(operation, 4, to + 8, to + 12);
  computeSingle(operation, 8, from, from + 4);
  computeSingle(operation, 12, from + 8, from + 12);
  return finish(to);
}

/** HADDPD. */
export function addPairsOfDoubles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  const first = v128.shuffle<f64>(a, b, 0, 2);
  const second = v128.shuffle<f64>(a, b, 1, 3);
  const result = f64x2.add(first, second);
  if (!arePlainDoubles(first, second, result, always())) return pairsOfDoubles(Operation.ADD, to, from);
  store<v128>(to, result);
  return true;
}

/** HSUBPD. */
export function subtractPairsOfDoubles(to: usize, from: usize): bool {
  return pairsOfDoubles(Operation.SUBTRACT, to, from);
}

function pairsOfDoubles(operation: Operation, to: usize, from: usize): bool {
  begin();
  computeDouble(operation, 0, to, to + 8);
  computeDouble(operation, 8, from, from + 8);
  return finish(to);
}

/** The product of two singles of those that the immediate's upper half picks, else 0. */
function product(to: usize, from: usize, immediate: u32, lane: u32): u64 {
  if (!((immediate >> (4 + lane)) & 1)) return 0;
  const place: usize = lane << 2;
  return compute(Operation.MULTIPLY, SINGLE, load<u32>(to + place), load<u32>(from + place));
}

/** DPPS. Immediate: bits 7..4 which lanes are multiplied, 3..0 which get the sum. Each step may raise #XM. */
export function dotProductSingles(to: usize, from: usize, immediate: u32): bool {
  begin();
  const first = product(to, from, immediate, 0);
  const second = product(to, from, immediate, 1);
  const third = product(to, from, immediate, 2);
  const fourth = product(to, from, immediate, 3);
  if (!settle()) return false;
  begin();
  const low = compute(Operation.ADD, SINGLE, first, second);
  const high = compute(Operation.ADD, SINGLE, third, fourth);
  if (!settle()) return false;
  begin();
  const sum = <u32>compute(Operation.ADD, SINGLE, low, high);
  if (!settle()) return false;
  for (let i: u32 = 0; i < 4; i++) store<u32>(to + (i << 2), (immediate >> i) & 1 ? sum : 0);
  return true;
}

/** DPPD. Immediate: bits 5..4, and 1..0. */
export function dotProductDoubles(to: usize, from: usize, immediate: u32): bool {
  begin();
  const first = immediate & 16 ? compute(Operation.MULTIPLY, DOUBLE, load<u64>(to), load<u64>(from)) : 0;
  const second = immediate & 32 ? compute(Operation.MULTIPLY, DOUBLE, load<u64>(to + 8), load<u64>(from + 8)) : 0;
  if (!settle()) return false;
  begin();
  const sum = compute(Operation.ADD, DOUBLE, first, second);
  if (!settle()) return false;
  store<u64>(to, immediate & 1 ? sum : 0);
  store<u64>(to + 8, immediate & 2 ? sum : 0);
  return true;
}
