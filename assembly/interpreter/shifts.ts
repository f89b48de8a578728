/**
 * Shifts and rotations (SDM vol. 1, 7.3.6). Counts are taken modulo 32; a count of 0 changes nothing, flags included.
 * OF, which the manual defines for counts of 1, is worked out by the same rule for all; AF after a shift is 0.
 */
import { carry, setCarryOverflow, setFlags } from "../cpu/flags";

function signExtend<T extends number>(value: u32): u32 {
  const shift = 32 - 8 * sizeof<T>();
  return <u32>((<i32>(value << shift)) >> shift);
}

function top<T extends number>(value: u32): u32 {
  return (value >> (8 * sizeof<T>() - 1)) & 1;
}

function finish<T extends number>(result: u32, carry: u32, overflow: u32): u32 {
  setFlags(signExtend<T>(result), (carry << 31) | ((carry ^ overflow) << 30));
  return result;
}

export function shl<T extends number>(a: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  const wide = (<u64>a) << count;
  const out = (<u32>(wide >> (8 * sizeof<T>()))) & 1;
  return finish<T>(<u32>wide, out, out ^ top<T>(<u32>wide));
}

export function shr<T extends number>(a: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  a = <u32>(<T>a);
  const result = a >> count;
  return finish<T>(result, (a >> (count - 1)) & 1, top<T>(result ^ (result << 1)));
}

export function sar<T extends number>(a: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  const value = <i32>signExtend<T>(a);
  return finish<T>(<u32>(value >> count), (<u32>(value >> (count - 1))) & 1, 0);
}

export function rol<T extends number>(a: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  const result = <u32>rotl<T>(<T>a, <T>count);
  setCarryOverflow(result & 1, (result & 1) ^ top<T>(result));
  return result;
}

export function ror<T extends number>(a: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  const result = <u32>rotr<T>(<T>a, <T>count);
  setCarryOverflow(top<T>(result), top<T>(result ^ (result << 1)));
  return result;
}

/** Rotates through CF: a value of one bit more than T, CF on top. */
export function rcl<T extends number>(a: u32, count: u32): u32 {
  const bits = 8 * sizeof<T>();
  count = (count & 31) % (bits + 1);
  if (!count) return a;
  const wide = ((<u64>carry()) << bits) | (<u64>(<T>a));
  const turned = (wide << count) | (wide >> (bits + 1 - count));
  const out = (<u32>(turned >> bits)) & 1;
  setCarryOverflow(out, out ^ top<T>(<u32>turned));
  return <u32>turned;
}

export function rcr<T extends number>(a: u32, count: u32): u32 {
  const bits = 8 * sizeof<T>();
  count = (count & 31) % (bits + 1);
  if (!count) return a;
  const wide = ((<u64>carry()) << bits) | (<u64>(<T>a));
  const turned = (wide >> count) | (wide << (bits + 1 - count));
  const result = <u32>turned;
  setCarryOverflow((<u32>(turned >> bits)) & 1, top<T>(result ^ (result << 1)));
  return result;
}

/** The shift or rotation that ModR/M reg names in group 2. */
export function shift<T extends number>(kind: u32, a: u32, count: u32): u32 {
  switch (kind) {
    case 0:
      return rol<T>(a, count);
    case 1:
      return ror<T>(a, count);
    case 2:
      return rcl<T>(a, count);
    case 3:
      return rcr<T>(a, count);
    case 5:
      return shr<T>(a, count);
    case 7:
      return sar<T>(a, count);
    default:
      return shl<T>(a, count);
  }
}

export function shld32(a: u32, from: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  const result = (a << count) | (from >> (32 - count));
  const out = (a >> (32 - count)) & 1;
  return finish<u32>(result, out, top<u32>(result ^ a));
}

export function shrd32(a: u32, from: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  const result = (a >> count) | (from << (32 - count));
  return finish<u32>(result, (a >> (count - 1)) & 1, top<u32>(result ^ (result << 1)));
}

/** Counts above 16 are undefined; as on hardware the bits come from dst:src:dst. */
export function shld16(a: u32, from: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  const wide = ((<u64>(<u16>a)) << 32) | ((<u64>(<u16>from)) << 16) | (<u64>(<u16>a));
  const result = <u32>((wide << count) >> 32);
  const out = (<u32>((wide << count) >> 48)) & 1;
  return finish<u16>(result, out, top<u16>(result ^ a));
}

export function shrd16(a: u32, from: u32, count: u32): u32 {
  count &= 31;
  if (!count) return a;
  const wide = ((<u64>(<u16>a)) << 32) | ((<u64>(<u16>from)) << 16) | (<u64>(<u16>a));
  const result = <u32>(wide >> count);
  return finish<u16>(result, (<u32>(wide >> (count - 1))) & 1, top<u16>(result ^ (result << 1)));
}
