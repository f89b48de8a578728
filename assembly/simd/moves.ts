/** Moves that are more than a load and a store. */
import { X87_REGISTERS, XMM } from "../cpu/state";
import { address } from "../interpreter/address";
import { checkWrite } from "../memory/access";

/** PEXTRB and PEXTRW: a register gets the value zero-extended, memory its bytes alone. */
export function extract<T extends number>(to: usize, value: T, isMemory: bool): void {
  if (isMemory) store<T>(to, value);
  else store<u32>(to, <u32>value);
}

/** INSERTPS. Immediate: bits 3..0 which to clear, 5..4 where to, 7..6 where from (in a register). */
export function insertSingle(to: usize, from: usize, immediate: u32, isMemory: bool): v128 {
  const value = load<u32>(isMemory ? from : from + ((immediate >> 6) << 2));
  const lanes = i32x4(0, 1, 2, 3);
  const inserted = v128.bitselect(
    i32x4.splat(value),
    load<v128>(to),
    i32x4.eq(lanes, i32x4.splat((immediate >> 4) & 3)),
  );
  const bits = i32x4(1, 2, 4, 8);
  return v128.andnot(inserted, i32x4.eq(v128.and(i32x4.splat(immediate), bits), bits));
}

/** PMOVSXBQ. */
export function extendBytesSigned(from: usize): v128 {
  const words = i16x8.extend_low_i8x16_s(load<v128>(from));
  return i64x2.extend_low_i32x4_s(i32x4.extend_low_i16x8_s(words));
}

/** PMOVZXBQ. */
export function extendBytesUnsigned(from: usize): v128 {
  const words = i16x8.extend_low_i8x16_u(load<v128>(from));
  return i64x2.extend_low_i32x4_u(i32x4.extend_low_i16x8_u(words));
}

/** MASKMOVQ and MASKMOVDQU: stores those bytes of register `from` whose byte in register number `mask` has its top bit set. */
export function storeMasked(op: usize, from: usize, mask: u32, isMmx: bool): bool {
  const to = address(op);
  const size: u32 = isMmx ? 8 : 16;
  const selectors: usize = (isMmx ? X87_REGISTERS : XMM) + (mask << 4);
  if (!checkWrite(to, size)) return false;
  for (let i: u32 = 0; i < size; i++) {
    if (load<i8>(selectors + i) < 0) store<u8>(to + i, load<u8>(from + i));
  }
  return true;
}
