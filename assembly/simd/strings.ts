/** PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM (SDM vol. 2, 4.1). A set of elements is a mask of 16, or 8, bits. */
import { CF, OF, setArithmeticFlags, SF, ZF } from "../cpu/flags";
import { EAX, ECX, EDX, XMM } from "../cpu/state";

/** The immediate: words instead of bytes; signed; how to compare; what becomes of the bits; which of them, or how wide. */
const WORDS: u32 = 1;
const SIGNED: u32 = 2;
const AGGREGATION_SHIFT: u32 = 2;
const NEGATIVE: u32 = 16;
const MASKED: u32 = 32;
/** The highest bit's index instead of the lowest's; a mask of bytes or words instead of bits. */
const EXPAND: u32 = 64;

const EQUAL_ANY: u32 = 0;
const RANGES: u32 = 1;
const EQUAL_EACH: u32 = 2;

function elements(immediate: u32): u32 {
  return immediate & WORDS ? 8 : 16;
}

/** The first `count` elements. */
function first(count: u32): u32 {
  return (1 << count) - 1;
}

/** Copies of element `i` of the string at `place`. */
function copies(place: usize, i: u32, immediate: u32): v128 {
  return immediate & WORDS ? v128.load_splat<u16>(place + (i << 1)) : v128.load_splat<u8>(place + i);
}

function equal(a: v128, b: v128, immediate: u32): u32 {
  return immediate & WORDS ? i16x8.bitmask(i16x8.eq(a, b)) : i8x16.bitmask(i8x16.eq(a, b));
}

/** Where a >= b. */
function atLeast(a: v128, b: v128, immediate: u32): u32 {
  switch (immediate & (WORDS | SIGNED)) {
    case 0:
      return i8x16.bitmask(i8x16.ge_u(a, b));
    case WORDS:
      return i16x8.bitmask(i16x8.ge_u(a, b));
    case SIGNED:
      return i8x16.bitmask(i8x16.ge_s(a, b));
    default:
      return i16x8.bitmask(i16x8.ge_s(a, b));
  }
}

/** Length of a string that ends with a 0, or with the register. */
function implicitLength(place: usize, immediate: u32): u32 {
  const zeros = equal(load<v128>(place), i32x4.splat(0), immediate);
  return zeros ? ctz(zeros) : elements(immediate);
}

/** Length from a register: its magnitude, at most that of an XMM register. */
function explicitLength(register: usize, immediate: u32): u32 {
  const value = load<i32>(register);
  const length: u32 = value < 0 ? -value : value;
  const limit = elements(immediate);
  return length < limit ? length : limit;
}

/** The elements of b that are among those of the string at `a`. */
function equalAny(a: usize, aLength: u32, b: v128, immediate: u32): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i < aLength; i++) found |= equal(b, copies(a, i, immediate), immediate);
  return found;
}

/** The elements of b that are within one of the pairs of bounds at `a`. */
function inRanges(a: usize, aLength: u32, b: v128, immediate: u32): u32 {
  let found: u32 = 0;
  for (let i: u32 = 0; i + 1 < aLength; i += 2) {
    const low = copies(a, i, immediate);
    const high = copies(a, i + 1, immediate);
    found |= atLeast(b, low, immediate) & atLeast(high, b, immediate);
  }
  return found;
}

/** The places where the string at `a` begins in b, as far as the register shows. */
function equalOrdered(a: usize, aLength: u32, b: v128, bLength: u32, immediate: u32): u32 {
  const limit = elements(immediate);
  let found = first(limit);
  for (let i: u32 = 0; i < aLength; i++) {
    const here = equal(b, copies(a, i, immediate), immediate) & first(bLength);
    // What would be beyond the register counts as found.
    found &= (here >> i) | (~(<u32>0) << (limit - i));
  }
  return found;
}

/** The comparison's bits, before they are negated. */
function compared(a: usize, aLength: u32, b: usize, bLength: u32, immediate: u32): u32 {
  const string = load<v128>(b);
  switch ((immediate >> AGGREGATION_SHIFT) & 3) {
    case EQUAL_ANY:
      return equalAny(a, aLength, string, immediate) & first(bLength);
    case RANGES:
      return inRanges(a, aLength, string, immediate) & first(bLength);
    case EQUAL_EACH: {
      // Beyond both ends they are equal.
      const both = first(aLength) & first(bLength);
      const neither = first(elements(immediate)) & ~(first(aLength) | first(bLength));
      return (equal(load<v128>(a), string, immediate) & both) | neither;
    }
    default:
      return equalOrdered(a, aLength, string, bLength, immediate);
  }
}

/** Compares, and sets the flags and ECX or XMM0. */
function compare(a: usize, aLength: u32, b: usize, bLength: u32, immediate: u32, toMask: bool): void {
  const limit = elements(immediate);
  let bits = compared(a, aLength, b, bLength, immediate);
  if (immediate & NEGATIVE) bits ^= first(immediate & MASKED ? bLength : limit);
  let flags: u32 = bits ? CF : 0;
  if (bLength < limit) flags |= ZF;
  if (aLength < limit) flags |= SF;
  if (bits & 1) flags |= OF;
  setArithmeticFlags(flags);
  if (toMask) putMask(bits, immediate);
  else store<u32>(ECX, bits ? (immediate & EXPAND ? 31 - clz(bits) : ctz(bits)) : limit);
}

/** The bits in XMM0, or a byte or word of ones for each. */
function putMask(bits: u32, immediate: u32): void {
  let mask = i32x4.replace_lane(i32x4.splat(0), 0, bits);
  if (immediate & EXPAND) {
    const places = i16x8(1, 2, 4, 8, 16, 32, 64, 128);
    const low = i16x8.eq(v128.and(i16x8.splat(<i16>bits), places), places);
    const high = i16x8.eq(v128.and(i16x8.splat(<i16>(bits >> 8)), places), places);
    mask = immediate & WORDS ? low : i8x16.narrow_i16x8_s(low, high);
  }
  store<v128>(XMM, mask);
}

/** PCMPESTRI and PCMPESTRM: lengths in EAX and EDX. */
export function compareExplicit(a: usize, b: usize, immediate: u32, toMask: bool): void {
  compare(a, explicitLength(EAX, immediate), b, explicitLength(EDX, immediate), immediate, toMask);
}

/** PCMPISTRI and PCMPISTRM: a 0 ends a string. */
export function compareImplicit(a: usize, b: usize, immediate: u32, toMask: bool): void {
  compare(a, implicitLength(a, immediate), b, implicitLength(b, immediate), immediate, toMask);
}
