/** Which exception an access beyond the end of a flat segment is: that depends on the segment, which no micro-op keeps. */
import { GP, SS as STACK_FAULT } from "../cpu/exceptions";
import { ESP } from "../cpu/state";
import * as I from "./instruction";
import { Instruction } from "./mnemonics";
import { needsModrm } from "./operands";
import { firstOf, secondOf } from "./row";

/** More than any push or pop moves at once. */
const STACK_REACH: u32 = 256;

/** #SS if the instruction at `eip` has reached beyond the stack segment, else #GP. */
export function limitException(eip: u32): u32 {
  if (!I.parse(eip)) return GP;
  const hasMemory = (needsModrm(firstOf(I.row)) || needsModrm(secondOf(I.row))) && !I.isRegister();
  if (hasMemory && I.segment == I.SS) return STACK_FAULT;
  if (!hasMemory && I.prefixed == I.SS && !usesStack()) return STACK_FAULT;
  // LEAVE pops where EBP points.
  if (I.instruction == Instruction.LEAVE) return STACK_FAULT;
  const esp = load<u32>(ESP);
  const nearEnd = esp < STACK_REACH || esp > ~STACK_REACH;
  return usesStack() && nearEnd ? STACK_FAULT : GP;
}

function usesStack(): bool {
  switch (I.instruction) {
    case Instruction.PUSH:
    case Instruction.POP:
    case Instruction.PUSHA:
    case Instruction.POPA:
    case Instruction.PUSHF:
    case Instruction.POPF:
    case Instruction.CALL:
    case Instruction.CALL_FAR:
    case Instruction.RET:
    case Instruction.RET_FAR:
    case Instruction.IRET:
    case Instruction.ENTER:
      return true;
    default:
      return false;
  }
}
