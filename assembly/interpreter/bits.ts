/** Bit tests and scans, exchanges (SDM vol. 1, 7.3.7 and 7.3.1). */
import { setArithmeticFlags, setCarry, setFlags, setZero, ZF } from "../cpu/flags";
import { EAX, EBX, ECX, EDX } from "../cpu/state";
import { checkModify, checkWrite } from "../memory/access";
import { add, sub } from "./arithmetic";
import { get, put } from "./registers";

/** BT, BTS, BTR, BTC (`kind` 0..3) of the operand's bit `number`, taken modulo its width. */
export function bitTest<T extends number>(kind: u32, value: u32, number: u32): u32 {
  number &= 8 * sizeof<T>() - 1;
  const bit = (<u32>1) << number;
  setCarry((value >> number) & 1);
  if (kind == 1) return value | bit;
  if (kind == 2) return value & ~bit;
  if (kind == 3) return value ^ bit;
  return value;
}

/** BSF, BSR of 0: ZF, and the destination stays, as on every processor. */
export function scanForward<T extends number>(to: usize, value: u32): void {
  if (value) put<T>(to, ctz<u32>(value));
  setFlags(value, 0);
  setZero(!value);
}

export function scanReverse<T extends number>(to: usize, value: u32): void {
  if (value) put<T>(to, 31 - clz<u32>(value));
  setFlags(value, 0);
  setZero(!value);
}

/** XADD: the sum to `to`, what was there to `from`; if both are one register it holds the sum. */
export function exchangeAdd<T extends number>(to: usize, from: usize): void {
  const old = get<T>(to);
  const sum = add<T>(old, get<T>(from));
  put<T>(from, old);
  put<T>(to, sum);
}

/** CMPXCHG: compares with the accumulator; equal: `to` = `from`, else accumulator = `to`. */
export function compareExchange<T extends number>(to: usize, from: usize): void {
  const value = get<T>(to);
  const accumulator = get<T>(0);
  sub<T>(accumulator, value);
  if (<T>accumulator == <T>value) put<T>(to, get<T>(from));
  else put<T>(0, value);
}

/** CMPXCHG8B: EDX:EAX against 8 bytes, ECX:EBX to be stored. The bytes must be writable in either case. */
export function compareExchange8(address: u32): bool {
  if (!checkModify(address, 8)) return false;
  const value = load<u64>(address);
  const equal = value == (((<u64>load<u32>(EDX)) << 32) | load<u32>(EAX));
  setZero(equal);
  if (equal) {
    checkWrite(address, 8);
    store<u64>(address, ((<u64>load<u32>(ECX)) << 32) | load<u32>(EBX));
  } else {
    store<u32>(EAX, <u32>value);
    store<u32>(EDX, <u32>(value >> 32));
  }
  return true;
}

/** POPCNT: ZF; the other flags are 0. */
export function populationCount<T extends number>(to: usize, value: u32): void {
  put<T>(to, popcnt<u32>(value));
  setArithmeticFlags(value ? 0 : ZF);
}

/** LZCNT: CF = the source is 0, ZF = the result is; of the rest, undefined, the flags of the result. */
export function countLeading<T extends number>(to: usize, value: u32): void {
  const bits: u32 = 8 * <u32>sizeof<T>();
  const count = clz<u32>(value) - (32 - bits);
  put<T>(to, count);
  setFlags(count, 0);
  setCarry(count == bits ? 1 : 0);
}

/** The polynomial 11EDC6F41 of CRC-32C, bits reversed. */
const CRC32C: u32 = 0x82f63b78;

/** CRC32: the low `bits` bits of `value` into the checksum. */
export function crc32(checksum: u32, value: u32, bits: u32): u32 {
  checksum ^= value;
  for (let i: u32 = 0; i < bits; i++) checksum = (checksum >> 1) ^ (CRC32C & (0 - (checksum & 1)));
  return checksum;
}
