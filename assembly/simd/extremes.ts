/** MIN and MAX. Numbers that are neither NaNs nor denormal raise nothing, whatever MXCSR says. */
import { double, doubles, single, singles } from "./floats";
import { Operation } from "./lanes";
import { areOrderedDoubles, areOrderedSingles, isOrderedDouble, isOrderedSingle } from "./plain";

/** MINSS. */
export function minimumSingle(to: usize, from: usize): bool {
  const a = load<f32>(to);
  const b = load<f32>(from);
  if (!isOrderedSingle(a) || !isOrderedSingle(b)) return single(Operation.MINIMUM, to, to, from);
  store<f32>(to, a < b ? a : b);
  return true;
}

/** MINSD. */
export function minimumDouble(to: usize, from: usize): bool {
  const a = load<f64>(to);
  const b = load<f64>(from);
  if (!isOrderedDouble(a) || !isOrderedDouble(b)) return double(Operation.MINIMUM, to, to, from);
  store<f64>(to, a < b ? a : b);
  return true;
}

/** MINPS. */
export function minimumSingles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  if (!areOrderedSingles(a, b)) return singles(Operation.MINIMUM, to, to, from);
  store<v128>(to, f32x4.pmin(b, a));
  return true;
}

/** MINPD. */
export function minimumDoubles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  if (!areOrderedDoubles(a, b)) return doubles(Operation.MINIMUM, to, to, from);
  store<v128>(to, f64x2.pmin(b, a));
  return true;
}

/** MAXSS. */
export function maximumSingle(to: usize, from: usize): bool {
  const a = load<f32>(to);
  const b = load<f32>(from);
  if (!isOrderedSingle(a) || !isOrderedSingle(b)) return single(Operation.MAXIMUM, to, to, from);
  store<f32>(to, a > b ? a : b);
  return true;
}

/** MAXSD. */
export function maximumDouble(to: usize, from: usize): bool {
  const a = load<f64>(to);
  const b = load<f64>(from);
  if (!isOrderedDouble(a) || !isOrderedDouble(b)) return double(Operation.MAXIMUM, to, to, from);
  store<f64>(to, a > b ? a : b);
  return true;
}

/** MAXPS. */
export function maximumSingles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  if (!areOrderedSingles(a, b)) return singles(Operation.MAXIMUM, to, to, from);
  store<v128>(to, f32x4.pmax(b, a));
  return true;
}

/** MAXPD. */
export function maximumDoubles(to: usize, from: usize): bool {
  const a = load<v128>(to);
  const b = load<v128>(from);
  if (!areOrderedDoubles(a, b)) return doubles(Operation.MAXIMUM, to, to, from);
  store<v128>(to, f64x2.pmax(b, a));
  return true;
}
