/** What the disassembler's parts share while it writes one instruction, beside what instruction.ts has parsed. */
import * as I from "./instruction";
import { Instruction } from "./mnemonics";
import { isMemoryOnly } from "./operands";
import { firstOf, instructionOf, secondOf } from "./row";
import { isSimd } from "./simd";

/** Kinds of prefixes, one bit each. */
export const OPERAND_SIZE: u32 = 1;
export const ADDRESS_SIZE: u32 = 2;
export const SEGMENT: u32 = 4;
export const LOCKED: u32 = 8;
export const REPE: u32 = 16;
export const REPNE: u32 = 32;

/** The instruction to write; UNDEFINED if there is none. */
export let instruction: Instruction = Instruction.UNDEFINED;
/** Where its opcode begins, after the prefixes. */
export let opcodeAddress: u32 = 0;
/** Where its ModR/M byte is, if it has one. */
export let modrmAddress: u32 = 0;
/** The kinds of prefixes that its text shows, so that they need not be named. */
export let shown: u32 = 0;

export function beginInstruction(): void {
  instruction = I.instruction;
  if (I.lock && instruction == Instruction.UNDEFINED) instruction = withoutLock();
  opcodeAddress = I.start;
  while (kindOf(load<u8>(opcodeAddress))) opcodeAddress++;
  // After one byte of opcode, two, or, after 0F 38 and 0F 3A, three.
  modrmAddress = opcodeAddress + 1 + min<u32>(I.opcode >> 8, 2);
  shown = 0;
}

/** The opcode of an instruction that only later processors know has been read: ModR/M is next. */
export function beginOperands(): void {
  modrmAddress = I.next;
  I.parseModrm();
}

/** LOCK where it is not allowed is undefined for the processor; the text tells what it stands before. */
function withoutLock(): Instruction {
  if (I.isRegister() && (isMemoryOnly(firstOf(I.row)) || isMemoryOnly(secondOf(I.row)))) return Instruction.UNDEFINED;
  if (I.opcode >= 0x100 && I.row == 0 && isSimd(I.opcode) && I.simd) return Instruction.SIMD;
  const own = instructionOf(I.row);
  return own == Instruction.X87 && !I.x87 ? Instruction.UNDEFINED : own;
}

/** From now on the text tells whether there is a prefix of this kind. */
export function show(kind: u32): void {
  shown |= kind;
}

/** The operand size, which the text shows from now on. */
export function shownSize(): u32 {
  show(OPERAND_SIZE);
  return I.operandSize;
}

/** The kind of a prefix byte; 0: it is none. */
export function kindOf(byte: u32): u32 {
  switch (byte) {
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
      return SEGMENT;
    case 0x66:
      return OPERAND_SIZE;
    case 0x67:
      return ADDRESS_SIZE;
    case 0xf0:
      return LOCKED;
    case 0xf2:
      return REPNE;
    case 0xf3:
      return REPE;
    default:
      return 0;
  }
}
