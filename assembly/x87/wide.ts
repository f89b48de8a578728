/** 128-bit arithmetic in halves. */

/** The upper half of a * b; the lower is a * b itself. */
export function multiplyHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

/**
 * What value >> distance loses, as a fraction of 2^64; what lies still lower is kept as its lowest bit ('sticky').
 * For a distance of 64 and more, value >> distance is to be taken for 0.
 */
export function shiftedOut(value: u64, distance: u32): u64 {
  if (distance < 64) return (value << 1) << (63 - distance);
  if (distance == 64) return value;
  return distance < 128 ? (value >> (distance - 64)) | u64(value << (128 - distance) != 0) : u64(value != 0);
}

/** value >> distance for any distance. */
export function shiftRight(value: u64, distance: u32): u64 {
  return distance < 64 ? value >> distance : 0;
}

/** What divideWide left. */
export let remainder: u64 = 0;

/** (high:bottom) / divisor, where the divisor's top bit is set and high < divisor. */
export function divideWide(high: u64, bottom: u64, divisor: u64): u64 {
  const first = quotientDigit(high, bottom >> 32, divisor);
  high = ((high << 32) | (bottom >> 32)) - first * divisor;
  const second = quotientDigit(high, bottom & 0xffffffff, divisor);
  remainder = ((high << 32) | (bottom & 0xffffffff)) - second * divisor;
  return (first << 32) | second;
}

/** Half of a long division: the 32-bit digit (high:next) / divisor, `next` being 32 bits. */
function quotientDigit(high: u64, next: u64, divisor: u64): u64 {
  const top = divisor >> 32;
  const bottom = divisor & 0xffffffff;
  let quotient = high / top;
  let rest = high - quotient * top;
  while (quotient > 0xffffffff || quotient * bottom > ((rest << 32) | next)) {
    quotient--;
    rest += top;
    if (rest > 0xffffffff) break;
  }
  return quotient;
}
