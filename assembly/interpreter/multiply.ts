/** MUL, IMUL, DIV, IDIV and the conversions (SDM vol. 1, 7.3.2 and 7.3.5). */
import { setFlags } from "../cpu/flags";
import { EAX, EDX } from "../cpu/state";
import { DE, raise } from "../cpu/exceptions";

/** CF and OF say that the product needs its upper half; SF, ZF, PF, AF are undefined and follow the lower half. */
function finish(low: u32, overflows: bool): void {
  setFlags(low, (<u32>overflows) << 31);
}

export function mul8(b: u32): void {
  const product = <u32>load<u8>(EAX) * b;
  store<u16>(EAX, <u16>product);
  finish(<u32>(<i32>(<i8>product)), product > 0xff);
}

export function mul16(b: u32): void {
  const product = <u32>load<u16>(EAX) * b;
  store<u16>(EAX, <u16>product);
  store<u16>(EDX, <u16>(product >> 16));
  finish(<u32>(<i32>(<i16>product)), product > 0xffff);
}

export function mul32(b: u32): void {
  const product = <u64>load<u32>(EAX) * <u64>b;
  store<u32>(EAX, <u32>product);
  store<u32>(EDX, <u32>(product >> 32));
  finish(<u32>product, product > 0xffffffff);
}

export function imul8(b: u32): void {
  const product = <i32>load<i8>(EAX) * <i32>(<i8>b);
  store<u16>(EAX, <u16>product);
  finish(<u32>(<i32>(<i8>product)), product != <i32>(<i8>product));
}

export function imul16(b: u32): void {
  const product = <i32>load<i16>(EAX) * <i32>(<i16>b);
  store<u16>(EAX, <u16>product);
  store<u16>(EDX, <u16>(product >> 16));
  finish(<u32>(<i32>(<i16>product)), product != <i32>(<i16>product));
}

export function imul32(b: u32): void {
  const product = <i64>(<i32>load<u32>(EAX)) * <i64>(<i32>b);
  store<u32>(EAX, <u32>product);
  store<u32>(EDX, <u32>(product >> 32));
  finish(<u32>product, product != <i64>(<i32>product));
}

/** The two- and three-operand forms: the product cut to 16 bits, its flags. */
export function product16(a: u32, b: u32): u32 {
  const product = <i32>(<i16>a) * <i32>(<i16>b);
  finish(<u32>(<i32>(<i16>product)), product != <i32>(<i16>product));
  return <u32>product;
}

export function product32(a: u32, b: u32): u32 {
  const product = <i64>(<i32>a) * <i64>(<i32>b);
  finish(<u32>product, product != <i64>(<i32>product));
  return <u32>product;
}

export function div8(b: u32): bool {
  const dividend = <u32>load<u16>(EAX);
  if (!b || dividend / b > 0xff) return raise(DE);
  store<u16>(EAX, <u16>((dividend / b) | ((dividend % b) << 8)));
  return true;
}

export function div16(b: u32): bool {
  const dividend = ((<u32>load<u16>(EDX)) << 16) | load<u16>(EAX);
  if (!b || dividend / b > 0xffff) return raise(DE);
  store<u16>(EAX, <u16>(dividend / b));
  store<u16>(EDX, <u16>(dividend % b));
  return true;
}

export function div32(b: u32): bool {
  const high = load<u32>(EDX);
  // Also true when b is 0.
  if (high >= b) return raise(DE);
  const low = load<u32>(EAX);
  if (!high) {
    store<u32>(EAX, low / b);
    store<u32>(EDX, low % b);
    return true;
  }
  const dividend = ((<u64>high) << 32) | low;
  store<u32>(EAX, <u32>(dividend / b));
  store<u32>(EDX, <u32>(dividend % b));
  return true;
}

export function idiv8(b: u32): bool {
  const dividend = <i32>load<i16>(EAX);
  const divisor = <i32>(<i8>b);
  if (!divisor) return raise(DE);
  const quotient = dividend / divisor;
  if (quotient != <i32>(<i8>quotient)) return raise(DE);
  store<u16>(EAX, <u16>((quotient & 0xff) | ((dividend % divisor) << 8)));
  return true;
}

export function idiv16(b: u32): bool {
  const dividend = <i64>(<i32>(((<u32>load<u16>(EDX)) << 16) | load<u16>(EAX)));
  const divisor = <i64>(<i16>b);
  if (!divisor) return raise(DE);
  const quotient = dividend / divisor;
  if (quotient != <i64>(<i16>quotient)) return raise(DE);
  store<u16>(EAX, <u16>quotient);
  store<u16>(EDX, <u16>(dividend % divisor));
  return true;
}

export function idiv32(b: u32): bool {
  const dividend = <i64>(((<u64>load<u32>(EDX)) << 32) | load<u32>(EAX));
  const divisor = <i64>(<i32>b);
  // The one quotient that 64 bits can't hold would trap here.
  if (!divisor || (divisor == -1 && dividend == i64.MIN_VALUE)) return raise(DE);
  const quotient = dividend / divisor;
  if (quotient != <i64>(<i32>quotient)) return raise(DE);
  store<u32>(EAX, <u32>quotient);
  store<u32>(EDX, <u32>(dividend % divisor));
  return true;
}
