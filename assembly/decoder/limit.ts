/** Which exception an access beyond the end of the address space is: that depends on the segment, which no micro-op keeps. */
import { GP, PF, PF_WRITE, raise, SS as STACK_FAULT } from "../cpu/exceptions";
import { ESP, EXCEPTION_ADDRESS, EXCEPTION_ERROR, SEGMENT_BASE } from "../cpu/state";
import * as I from "./instruction";
import { Instruction } from "./mnemonics";
import { needsModrm } from "./operands";
import { firstOf, secondOf } from "./row";

/** More than any push or pop moves at once. */
const STACK_REACH: u32 = 256;

/**
 * The instruction at `eip` has reached beyond the address space: #SS(0) or #GP(0) by its segment's limit, or #PF if the
 * segment has a base, so that only the linear address wraps. BEYOND has left that one's error code and address.
 */
export function raiseBeyond(eip: u32): void {
  const vector = limitException(eip);
  if (vector == PF) raise(PF, load<u32>(EXCEPTION_ERROR), load<u32>(EXCEPTION_ADDRESS));
  else raise(vector);
}

function limitException(eip: u32): u32 {
  if (!I.parse(eip)) return GP;
  const hasModrm = needsModrm(firstOf(I.row)) || needsModrm(secondOf(I.row)) || I.instruction == Instruction.SIMD;
  if (hasModrm && !I.isRegister()) return operandException();
  if (I.prefixed == I.SS && !usesStack()) return STACK_FAULT;
  // These reach where EBP points, too.
  if (I.instruction == Instruction.LEAVE || I.instruction == Instruction.ENTER) return STACK_FAULT;
  const esp = load<u32>(ESP);
  const nearEnd = esp < STACK_REACH || esp > ~STACK_REACH;
  return usesStack() && nearEnd ? STACK_FAULT : GP;
}

/** The same for an instruction with an operand in memory. */
function operandException(): u32 {
  // CALL and PUSH read their operand and write the stack, POP the other way round.
  const writes = (load<u32>(EXCEPTION_ERROR) & PF_WRITE) != 0;
  if (usesStack() && writes == (I.instruction != Instruction.POP)) return STACK_FAULT;
  if (load<u32>(SEGMENT_BASE + ((<usize>I.segment) << 2))) return PF;
  return I.segment == I.SS ? STACK_FAULT : GP;
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
