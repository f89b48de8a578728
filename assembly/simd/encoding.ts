/**
 * How a SIMD micro-op carries its instruction: all that execute.ts asks of the decoder.
 *
 * Bytes 2 and 3, in place of dst and src: the address of the register that ModR/M reg names. `disp`: the address of the
 * register that r/m names, unless the operand is in memory; then base, index, scale and disp give its address. `imm`:
 *
 *     31       26 25       24        23   16 15  14  12 11      10      9      8    0
 *     +----------+--------+---------+-------+---+------+-------+-------+------+------+
 *     | 0        | result | to r/m  | imm8  |MMX| size |aligned|written|memory|number|
 *     +----------+--------+---------+-------+---+------+-------+-------+------+------+
 *
 * MASKMOVQ and MASKMOVDQU, whose row is implicit, name their second register by its number in imm8 and have the address
 * of what they store to in base, index, scale and disp.
 */
import { STATE, X87_REGISTERS, XMM } from "../cpu/state";
import { firstOf, isAligned, isImplicit, Kind, secondOf, simdOf, sizeOf } from "./map";
import { Simd } from "./list";

export const NUMBER: u32 = 0x1ff;
export const MEMORY: u32 = 1 << 9;
export const WRITTEN: u32 = 1 << 10;
export const ALIGNED: u32 = 1 << 11;
export const SIZE: u32 = 12;
/** It looks for a pending x87 exception and makes the MMX registers valid. */
export const MMX: u32 = 1 << 15;
export const IMMEDIATE: u32 = 16;
/** The destination is r/m, the source is reg. */
export const TO_RM: u32 = 1 << 24;
/** The destination is an MMX register. */
export const MMX_RESULT: u32 = 1 << 25;

function isMmx(kind: Kind): bool {
  return kind == Kind.P || kind == Kind.Q || kind == Kind.N;
}

/** Is r/m the destination? */
function isRm(kind: Kind): bool {
  return kind == Kind.W || kind == Kind.U || kind == Kind.Q || kind == Kind.N || kind == Kind.E || kind == Kind.M;
}

/** Does the instruction write its operand in memory, if it has one? */
export function simdWrites(row: u32): bool {
  const number = simdOf(row);
  return isRm(firstOf(row)) && number != Simd.FXRSTOR && number != Simd.LDMXCSR && number != Simd.CLFLUSH;
}

/**
 * The micro-op's `imm`.
 *
 * @param row the instruction's row, from simdRow
 * @param isMemory is r/m in memory?
 * @param immediate its immediate byte, or 0; if the row is implicit, the number of the register that r/m names
 */
export function encodeSimd(row: u32, isMemory: bool, immediate: u32): u32 {
  const first = firstOf(row);
  const second = secondOf(row);
  let bits = (<u32>simdOf(row)) | ((immediate & 0xff) << IMMEDIATE) | (sizeOf(row) << SIZE);
  if (isMemory && (isRm(first) || isRm(second))) {
    bits |= MEMORY;
    if (isAligned(row)) bits |= ALIGNED;
    if (simdWrites(row)) bits |= WRITTEN;
  }
  if (isRm(first)) bits |= TO_RM;
  const isResult = isMmx(first) && !(isMemory && first == Kind.Q) && !isImplicit(row);
  if (isResult) bits |= MMX_RESULT;
  // A source in memory does not touch the MMX registers.
  if (isMmx(first) || (isMmx(second) && !(isMemory && second == Kind.Q))) bits |= MMX;
  return bits;
}

/** The address of register `number` for an operand of this kind: what the micro-op names it by. */
export function simdRegister(kind: Kind, number: u32): u32 {
  if (isMmx(kind)) return <u32>X87_REGISTERS + (number << 4);
  if (kind == Kind.V || kind == Kind.W || kind == Kind.U) return <u32>XMM + (number << 4);
  return <u32>STATE + (number << 2);
}
