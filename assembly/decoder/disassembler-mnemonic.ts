/** Mnemonics that depend on more than the row: on the operand size, the condition, ModR/M, a prefix. */
import * as I from "./instruction";
import { Instruction, nameOf } from "./mnemonics";
import { Operand } from "./operands";
import { registerOrMemory } from "./disassembler-operands";
import { ADDRESS_SIZE, instruction, OPERAND_SIZE, REPE, REPNE, show, shownSize } from "./disassembler-state";
import { firstOf } from "./row";
import { text } from "./text";

/** The conditions of Jcc, SETcc and CMOVcc, by the opcode's low four bits. */
// prettier-ignore
const CONDITIONS: StaticArray<string> = [
  "o", "no", "b", "ae", "e", "ne", "be", "a", "s", "ns", "p", "np", "l", "ge", "le", "g",
];

export function mnemonic(): void {
  switch (instruction) {
    case Instruction.CBW:
      return text(shownSize() == 2 ? "cbw" : "cwde");
    case Instruction.CWD:
      return text(shownSize() == 2 ? "cwd" : "cdq");
    case Instruction.JCXZ:
      show(ADDRESS_SIZE);
      return text(I.addressSize == 2 ? "jcxz" : "jecxz");
    case Instruction.WBINVD:
      return text(showRepe() ? "wbnoinvd" : "wbinvd");
  }
  text(nameOf(instruction));
  switch (instruction) {
    case Instruction.JCC:
    case Instruction.SETCC:
    case Instruction.CMOVCC:
      return text(unchecked(CONDITIONS[I.opcode & 15]));
    case Instruction.SGDT:
    case Instruction.SIDT:
    case Instruction.LGDT:
    case Instruction.LIDT:
      return text(shownSize() == 2 ? "w" : "d");
    case Instruction.POPCNT:
    case Instruction.LZCNT:
    case Instruction.TZCNT:
      return show(REPE);
    case Instruction.CRC32:
      return show(REPNE);
  }
  if (I.operandSize == 2 && hasWordSuffix()) {
    show(OPERAND_SIZE);
    text("w");
  }
}

/** Do the operands leave the 16-bit operand size to the mnemonic? */
function hasWordSuffix(): bool {
  const first = firstOf(I.row);
  switch (instruction) {
    case Instruction.PUSHA:
    case Instruction.POPA:
    case Instruction.PUSHF:
    case Instruction.POPF:
    case Instruction.ENTER:
    case Instruction.LEAVE:
    case Instruction.RET:
    case Instruction.RET_FAR:
    case Instruction.IRET:
      return true;
    case Instruction.JMP:
    case Instruction.CALL:
      return first == Operand.Jz;
    case Instruction.PUSH:
    case Instruction.POP:
      return first != Operand.Zv && first != Operand.Ev;
    default:
      return false;
  }
}

/** Is the last repeat prefix REPE? If so, the text shows it. */
function showRepe(): bool {
  if (I.repeat != 0xf3) return false;
  show(REPE);
  return true;
}

/** NOP in all its forms, with its operand. Some are instructions to other processors: hints, CET's and MPX's. */
export function noOperation(): void {
  switch (I.opcode) {
    case 0x90:
      if (showRepe()) return text("pause");
      return text(shownSize() == 2 ? "xchg ax,ax" : "nop");
    case 0x10d:
      if (I.isRegister()) break;
      return hint(I.reg == 1 ? "prefetchw " : I.reg == 2 ? "prefetchwt1 " : "prefetch ");
    case 0x118:
      if (I.isRegister()) break;
      if (I.reg == 0) return hint("prefetchnta ");
      if (I.reg == 1) return hint("prefetcht0 ");
      if (I.reg == 2) return hint("prefetcht1 ");
      if (I.reg == 3) return hint("prefetcht2 ");
      break;
    case 0x11c:
      if (!I.isRegister() && I.reg == 0 && !I.repeat && I.operandSize == 4) return hint("cldemote ");
      break;
    case 0x11e:
      if (I.isRegister() && I.repeat == 0xf3 && controlFlow()) return;
  }
  const bytes = shownSize();
  text("nop ");
  registerOrMemory(bytes, bytes);
}

/** A hint about a byte in memory. */
function hint(name: string): void {
  text(name);
  registerOrMemory(I.operandSize, 1);
}

/** F3 0F 1E: the instructions of Control-flow Enforcement. False: not one of them. */
function controlFlow(): bool {
  if (I.reg == 1) {
    text("rdsspd ");
    registerOrMemory(4, 4);
  } else if (I.reg == 7 && I.rm == 2) {
    text("endbr64");
  } else if (I.reg == 7 && I.rm == 3) {
    text("endbr32");
  } else {
    return false;
  }
  return showRepe();
}
