/**
 * A row of an opcode map, 32 bits: bits 0..8 the instruction, 9..14, 15..20 and 21..26 its operands, 27 LOCK allowed
 * with a memory destination.
 */
import { Instruction } from "./mnemonics";
import { Operand } from "./operands";

export const FIRST: u32 = 9;
export const SECOND: u32 = 15;
export const THIRD: u32 = 21;
export const LOCK: u32 = 1 << 27;

export function instructionOf(row: u32): Instruction {
  return <Instruction>(row & 0x1ff);
}
export function firstOf(row: u32): Operand {
  return <Operand>((row >> FIRST) & 63);
}
export function secondOf(row: u32): Operand {
  return <Operand>((row >> SECOND) & 63);
}
export function thirdOf(row: u32): Operand {
  return <Operand>((row >> THIRD) & 63);
}
