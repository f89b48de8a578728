/** The operands of an instruction in objdump's Intel syntax. */
import { SLOT_ZERO } from "../cpu/state";
import * as I from "./instruction";
import { Instruction } from "./mnemonics";
import { Operand } from "./operands";
import { isIndirectBranch } from "./disassembler-prefixes";
import {
  ADDRESS_SIZE,
  instruction,
  LOCKED,
  modrmAddress,
  OPERAND_SIZE,
  SEGMENT,
  show,
  shownSize,
} from "./disassembler-state";
import { character, hexadecimal, signedHexadecimal, text } from "./text";

const DIGIT_0: u32 = 0x30;
/** The opcode of MOV Ev,Sw. */
const MOV_FROM_SEGMENT: u32 = 0x8c;

/** Register names, eight a size; 6 and 7 are no segment registers. */
// prettier-ignore
const NAMES: StaticArray<string> = [
  "al", "cl", "dl", "bl", "ah", "ch", "dh", "bh",
  "ax", "cx", "dx", "bx", "sp", "bp", "si", "di",
  "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
  "es", "cs", "ss", "ds", "fs", "gs", "?", "?",
];
const SEGMENTS: u32 = 24;

/** Base and index of 16-bit addressing, by ModR/M rm. */
const PAIRS: StaticArray<string> = ["bx+si", "bx+di", "bp+si", "bp+di", "si", "di", "bp", "bx"];

/** A general register of `bytes` bytes. */
function register(number: u32, bytes: u32): void {
  text(unchecked(NAMES[((bytes >> 1) << 3) + number]));
}

/** A general register, whole. */
export function generalRegister(number: u32): void {
  register(number, 4);
}

function segmentRegister(number: u32): void {
  text(unchecked(NAMES[SEGMENTS + number]));
}

/** `value`, as many bytes of it as the operand has. */
function immediate(value: u32, bytes: u32): void {
  hexadecimal(bytes == 4 ? value : value & ((1 << (bytes << 3)) - 1));
}

/** The memory operand's size in bytes, as objdump tells it: nothing for 0. */
export function pointer(bytes: u32): void {
  switch (bytes) {
    case 1:
      return text("BYTE PTR ");
    case 2:
      return text("WORD PTR ");
    case 4:
      return text("DWORD PTR ");
    case 6:
      return text("FWORD PTR ");
    case 8:
      return text("QWORD PTR ");
    case 16:
      return text("XMMWORD PTR ");
    case 32:
      return text("YMMWORD PTR ");
  }
}

/** The segment override, if there is one and it is not NOTRACK. */
function segmentOverride(): bool {
  if (I.prefixed < 0) return false;
  if (I.prefixed == I.DS && isIndirectBranch()) return false;
  show(SEGMENT);
  segmentRegister(I.prefixed);
  text(":");
  return true;
}

/** The override, or DS. */
function dataSegment(): void {
  if (!segmentOverride()) text("ds:");
}

/** ModR/M's memory operand, without its size. */
export function memoryOperand(): void {
  show(ADDRESS_SIZE);
  const overridden = segmentOverride();
  if (I.mod == 0 && I.rm == (I.addressSize == 2 ? 6 : 5)) {
    if (!overridden) text("ds:");
    return hexadecimal(I.displacement);
  }
  text("[");
  if (I.addressSize == 2) text(unchecked(PAIRS[I.rm]));
  else if (I.rm == 4) scaledIndex();
  else register(I.rm, 4);
  if (I.mod != 0 || I.base == SLOT_ZERO) signedHexadecimal(I.displacement);
  text("]");
}

/** SIB's base and index. objdump calls the index that is none EIZ, and leaves it out where SIB can't be avoided. */
function scaledIndex(): void {
  const sib: u32 = load<u8>(modrmAddress + 1);
  const base = sib & 7;
  const index = (sib >> 3) & 7;
  const based = base != 5 || I.mod != 0;
  if (based) register(base, 4);
  if (index == 4 && sib >> 6 == 0 && based && base == 4) return;
  if (based) text("+");
  if (index == 4) text("eiz");
  else register(index, 4);
  text("*");
  character(DIGIT_0 + (1 << (sib >> 6)));
}

/** ModR/M's register or memory operand. */
export function registerOrMemory(registerBytes: u32, memoryBytes: u32): void {
  if (I.isRegister()) return register(I.rm, registerBytes);
  pointer(memoryBytes);
  memoryOperand();
}

/** Ev: objdump shows a word in memory, but a whole register, for what is really a word. */
function wideOperand(): void {
  switch (instruction) {
    case Instruction.SLDT:
    case Instruction.STR:
    case Instruction.SMSW:
      return wordOperand(true);
    case Instruction.MOV:
      if (I.opcode == MOV_FROM_SEGMENT) return wordOperand(true);
  }
  const bytes = shownSize();
  registerOrMemory(bytes, bytes);
}

/** A word in memory; in a register, a word or as much as the operand size says. */
function wordOperand(wholeRegister: bool): void {
  if (!I.isRegister() || !wholeRegister) registerOrMemory(2, 2);
  else register(I.rm, shownSize());
}

/** M and its relatives: 0 for an operand that has no size. */
function memoryBytes(kind: Operand): u32 {
  switch (kind) {
    case Operand.Ma:
      return shownSize() * 2;
    case Operand.Mp:
      return shownSize() + 2;
    case Operand.Mq:
      return 8;
    default:
      if (instruction == Instruction.MOVBE) return shownSize();
      return instruction == Instruction.INVLPG ? 1 : 0;
  }
}

/** Control registers: LOCK stands for the fourth bit of the number on AMD's processors. */
function controlRegister(): void {
  text("cr");
  let number = I.reg;
  if (I.lock) {
    show(LOCKED);
    number += 8;
  }
  if (number >= 10) text("1");
  character(DIGIT_0 + (number % 10));
}

/** DS:ESI or ES:EDI. */
function stringOperand(bytes: u32, source: bool): void {
  pointer(bytes);
  show(ADDRESS_SIZE);
  if (source) dataSegment();
  else text("es:");
  text("[");
  register(source ? 6 : 7, I.addressSize);
  text("]");
}

/** XLAT's. */
export function tableOperand(): void {
  pointer(1);
  show(ADDRESS_SIZE);
  dataSegment();
  text("[");
  register(3, I.addressSize);
  text("]");
}

/** The target of a relative branch. With 16-bit operands the processor cuts every target to 16 bits, objdump only those of Jz. */
function target(short: bool): void {
  const address = I.next + I.immediate;
  if (short || shownSize() == 4) hexadecimal(address);
  else hexadecimal(address & 0xffff);
}

/** Of Jz, and of XBEGIN, which is read as one. */
export function branchTarget(): void {
  target(false);
}

function farPointer(): void {
  hexadecimal(I.immediate2);
  text(":");
  hexadecimal(I.immediate);
}

/** One operand of the row. */
export function operand(kind: Operand): void {
  switch (kind) {
    case Operand.Eb:
      return registerOrMemory(1, 1);
    case Operand.Ew:
      return wordOperand(
        instruction == Instruction.LAR || instruction == Instruction.LSL || instruction == Instruction.MOV,
      );
    case Operand.Ed:
      return registerOrMemory(4, 4);
    case Operand.Ev:
      return wideOperand();
    case Operand.Gb:
      return register(I.reg, 1);
    case Operand.Gw:
      return register(I.reg, 2);
    case Operand.Gd:
      return register(I.reg, 4);
    case Operand.Gv:
      return register(I.reg, shownSize());
    case Operand.Ib:
      return immediate(instruction == Instruction.ENTER ? I.immediate2 : I.immediate, 1);
    case Operand.Iw:
      return immediate(I.immediate, 2);
    case Operand.Ibs:
    case Operand.Iz:
      return immediate(I.immediate, shownSize());
    case Operand.Jb:
    case Operand.Jz:
      return target(kind == Operand.Jb);
    case Operand.Ap:
      show(OPERAND_SIZE);
      return farPointer();
    case Operand.M:
    case Operand.Ma:
    case Operand.Mp:
    case Operand.Mq:
    case Operand.Ms:
      pointer(memoryBytes(kind));
      return memoryOperand();
    case Operand.Ob:
    case Operand.Ov:
      dataSegment();
      return hexadecimal(I.displacement);
    case Operand.Sw:
      return segmentRegister(I.reg);
    case Operand.Cd:
      return controlRegister();
    case Operand.Dd:
      text("dr");
      return character(DIGIT_0 + I.reg);
    case Operand.Rd:
      return register(I.rm, 4);
    case Operand.Xb:
    case Operand.Yb:
      return stringOperand(1, kind == Operand.Xb);
    case Operand.Xv:
    case Operand.Yv:
      return stringOperand(shownSize(), kind == Operand.Xv);
    case Operand.Zb:
      return register(I.opcode & 7, 1);
    case Operand.Zv:
      return register(I.opcode & 7, shownSize());
    case Operand.AL:
      return register(0, 1);
    case Operand.AX:
      return register(0, 2);
    case Operand.eAX:
      return register(0, shownSize());
    case Operand.CL:
      return register(1, 1);
    case Operand.DX:
      return register(2, 2);
    case Operand.One:
      return text("1");
    case Operand.ES:
    case Operand.CS:
    case Operand.SS:
    case Operand.DS:
    case Operand.FS:
    case Operand.GS:
      return segmentRegister(kind - Operand.ES);
  }
}
