/**
 * The prefixes that the disassembler writes before the mnemonic: those that nothing in the instruction's own text
 * shows (`data16`, `repz`, `lock`, ...), in the order of the bytes. Of several of one kind, the last alone can be shown
 * elsewhere or have a name of its own (`rep`, `bnd`, `notrack`, ...).
 */
import * as I from "./instruction";
import { Instruction } from "./mnemonics";
import { Operand } from "./operands";
import { instruction, kindOf, opcodeAddress, shown } from "./disassembler-state";
import { firstOf, LOCK } from "./row";
import { text } from "./text";

export function writePrefixes(): void {
  for (let address = I.start; address < opcodeAddress; address++) {
    const byte: u32 = load<u8>(address);
    const kind = kindOf(byte);
    if (isRepeated(kind, address + 1)) text(plainName(byte));
    else if (!(shown & kind)) text(ownName(byte));
    else continue;
    text(" ");
  }
}

/** Is there a prefix of `kind` from `address` on? */
function isRepeated(kind: u32, address: u32): bool {
  for (; address < opcodeAddress; address++) {
    if (kindOf(load<u8>(address)) == kind) return true;
  }
  return false;
}

function plainName(byte: u32): string {
  switch (byte) {
    case 0x26:
      return "es";
    case 0x2e:
      return "cs";
    case 0x36:
      return "ss";
    case 0x3e:
      return "ds";
    case 0x64:
      return "fs";
    case 0x65:
      return "gs";
    case 0x66:
      return "data16";
    case 0x67:
      return "addr16";
    case 0xf0:
      return "lock";
    case 0xf2:
      return "repnz";
    default:
      return "repz";
  }
}

/** The name of a prefix that means something for this instruction, to this processor or to a later one. */
function ownName(byte: u32): string {
  if (byte == 0xf3) {
    if (isRepeatable()) return "rep";
    if (isElision() || isElisionEnd()) return "xrelease";
  }
  if (byte == 0xf2) {
    if (isNearBranch()) return "bnd";
    if (isElision()) return "xacquire";
  }
  if (byte == 0x3e && isIndirectBranch()) return "notrack";
  return plainName(byte);
}

/** String instructions that REP (F3) repeats without a look at ZF. */
function isRepeatable(): bool {
  switch (instruction) {
    case Instruction.MOVS:
    case Instruction.STOS:
    case Instruction.LODS:
    case Instruction.INS:
    case Instruction.OUTS:
      return true;
    default:
      return false;
  }
}

/** The opcodes of XCHG Eb,Gb and Ev,Gv. */
const XCHG_E_G: u32 = 0x86;
/** XACQUIRE and XRELEASE: instructions that lock the bus. */
function isElision(): bool {
  if (I.isRegister()) return false;
  return (I.opcode & 0x1fe) == XCHG_E_G || (I.lock && (I.row & LOCK) != 0);
}

/** XRELEASE alone: MOV of a register or an immediate to memory. */
function isElisionEnd(): bool {
  if (I.isRegister() || instruction != Instruction.MOV || I.repeat != 0xf3) return false;
  return (I.opcode & 0x1fe) == 0x88 || (I.opcode & 0x1fe) == 0xc6;
}

/** BND: near branches, returns included. */
function isNearBranch(): bool {
  switch (instruction) {
    case Instruction.JMP:
    case Instruction.CALL:
    case Instruction.RET:
    case Instruction.JCC:
      return true;
    default:
      return false;
  }
}

/** NOTRACK: near branches through a register or memory, where DS can't be meant as a segment. */
export function isIndirectBranch(): bool {
  return (instruction == Instruction.JMP || instruction == Instruction.CALL) && firstOf(I.row) == Operand.Ev;
}
