/**
 * Elementary functions to any number of bits, in integers: the reference for the x87's transcendental instructions,
 * and where the constants of assembly/x87/constants.ts come from.
 *
 * A real number is a bigint in units of 2^-bits. Each function is good to within a few such units, so that whoever
 * wants n good bits asks for some 20 more.
 */

/** value * 2^bits as an integer, value = numerator / 2^scale. */
function rescale(value: bigint, scale: number, bits: number): bigint {
  return bits >= scale ? value << BigInt(bits - scale) : value >> BigInt(scale - bits);
}

function cached(make: (bits: number) => bigint): (bits: number) => bigint {
  const known = new Map<number, bigint>();
  return (bits) => {
    let value = known.get(bits);
    if (value === undefined) known.set(bits, (value = make(bits)));
    return value;
  };
}

/** Sum of x^(2n+1) / (2n+1), with alternating signs: atan x; without: artanh x. For |x| < 1, the smaller the faster. */
function oddSeries(x: bigint, bits: number, alternates: boolean): bigint {
  const scale = BigInt(bits);
  const square = (x * x) >> scale;
  let power = x;
  let sum = x;
  for (let n = 3n; power !== 0n && power !== -1n; n += 2n) {
    power = (power * square) >> scale;
    if (alternates) power = -power;
    sum += power / n;
  }
  return sum;
}

const guard = 32;

/** Machin: pi = 16 atan(1/5) - 4 atan(1/239). */
export const pi = cached((bits) => {
  const more = bits + guard;
  const one = 1n << BigInt(more);
  const value = 16n * oddSeries(one / 5n, more, true) - 4n * oddSeries(one / 239n, more, true);
  return value >> BigInt(guard);
});

/** ln 2 = 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749). */
export const ln2 = cached((bits) => {
  const more = bits + guard;
  const one = 1n << BigInt(more);
  const part = (n: bigint): bigint => oddSeries(one / n, more, false);
  return (18n * part(26n) - 2n * part(4801n) + 8n * part(8749n)) >> BigInt(guard);
});

/** Sine and cosine. */
export function sineAndCosine(x: bigint, bits: number): readonly [bigint, bigint] {
  // x = quadrant * pi/2 + rest; as many more bits of pi as the quadrant has.
  const extra = guard + Math.max(0, x.toString(2).length - bits);
  const more = bits + extra;
  const half = pi(more) >> 1n;
  const wide = x << BigInt(extra);
  const quadrant = (2n * wide + half) / (2n * half) - (2n * wide + half < 0n ? 1n : 0n);
  const rest = wide - quadrant * half;
  const scale = BigInt(more);
  let sine = 0n;
  let cosine = 0n;
  let term = 1n << scale;
  for (let n = 0n; term !== 0n && term !== -1n; n++) {
    const signed = n & 2n ? -term : term;
    if (n & 1n) sine += signed;
    else cosine += signed;
    term = ((term * rest) / (n + 1n)) >> scale;
  }
  const turned: readonly bigint[] = [sine, cosine, -sine, -cosine];
  const at = Number(((quadrant % 4n) + 4n) % 4n);
  const pick = (i: number): bigint => (turned[i % 4] as bigint) >> BigInt(extra);
  return [pick(at), pick(at + 1)];
}

/** 2^x - 1. */
export function powerMinusOne(x: bigint, bits: number): bigint {
  const more = bits + guard;
  const scale = BigInt(more);
  const exponent = ((x << BigInt(guard)) * ln2(more)) >> scale;
  let term = exponent;
  let sum = 0n;
  for (let n = 2n; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = ((term * exponent) / n) >> scale;
  }
  return sum >> BigInt(guard);
}

/** log2(x), x > 0. */
export function logarithm(x: bigint, bits: number): bigint {
  const more = bits + guard;
  // x = m * 2^exponent, m between 2/3 and 4/3.
  let exponent = x.toString(2).length - bits;
  let m = rescale(x, bits + exponent, more);
  const one = 1n << BigInt(more);
  if (3n * m < 2n * one) {
    m = rescale(x, bits + exponent - 1, more);
    exponent--;
  }
  const half = oddSeries(((m - one) << BigInt(more)) / (m + one), more, false);
  return (BigInt(exponent) << BigInt(bits)) + ((((2n * half) << BigInt(more)) / ln2(more)) >> BigInt(guard));
}

/** log2(1 + x), x > -1, with as many good bits below x's first one as `bits` leaves. */
export function logarithmOfOnePlus(x: bigint, bits: number): bigint {
  const one = 1n << BigInt(bits);
  if (4n * x > one || 4n * x < -one) return logarithm(one + x, bits);
  const half = oddSeries((x << BigInt(bits)) / (2n * one + x), bits, false);
  return ((2n * half) << BigInt(bits)) / ln2(bits);
}

/** atan(k / 16), by Euler's series: the sum of 2^2n (n!)^2 / (2n+1)! * t^(2n+1) / (1 + t^2)^(n+1). */
const sixteenths = cached((key) => {
  const bits = key >> 5;
  const k = BigInt(key & 31);
  const denominator = 256n + k * k;
  let term = ((16n * k) << BigInt(bits)) / denominator;
  let sum = 0n;
  for (let n = 1n; term; n++) {
    sum += term;
    term = (term * 2n * n * k * k) / ((2n * n + 1n) * denominator);
  }
  return sum;
});

/** The angle of the point (x, y), as atan2: y and x are integers of one unit, not both 0. */
export function arctangent(y: bigint, x: bigint, bits: number): bigint {
  const more = bits + guard;
  const a = y < 0n ? -y : y;
  const b = x < 0n ? -x : x;
  const steep = a > b;
  const small = steep ? b : a;
  const large = steep ? a : b;
  const k = (32n * small + large) / (2n * large);
  const ratio = ((16n * small - k * large) << BigInt(more)) / (16n * large + k * small);
  let angle = sixteenths((more << 5) | Number(k)) + oddSeries(ratio, more, true);
  if (steep) angle = (pi(more) >> 1n) - angle;
  if (x < 0n) angle = pi(more) - angle;
  return (y < 0n ? -angle : angle) >> BigInt(guard);
}
