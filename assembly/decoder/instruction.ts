/**
 * One instruction, taken apart: prefixes, opcode, ModR/M, SIB, displacement, immediates (SDM vol. 2, chapter 2).
 * Knows no micro-op and touches no register; the decoder and the disassembler read what it leaves here.
 */
import { GP, raise } from "../cpu/exceptions";
import { codeBase, codeLimit, mode, MODE_CODE_16 } from "../cpu/mode";
import { SLOT_EBP, SLOT_EBX, SLOT_EDI, SLOT_ESI, SLOT_ESP, SLOT_ZERO } from "../cpu/state";
import { checkFetch } from "../memory/access";
import { EXECUTE, permissions } from "../memory/permissions";
import { GROUPS, ONE_BYTE, repeatedRow, threeByteRow, TWO_BYTE } from "./maps";
import { Instruction } from "./mnemonics";
import { isMemoryOnly, needsModrm, Operand } from "./operands";
import { FIRST, firstOf, instructionOf, LOCK, SECOND, secondOf, thirdOf } from "./row";
import { Feature, hasFeature } from "../cpu/features";
import { featureOf, hasImmediate, isImplicit, simdRow } from "../simd/map";
import { isSimd } from "./simd";
import { X87, x87IsLate, x87IsSse3 } from "../x87/list";
import { x87Row } from "../x87/map";

/** The only instruction of MMX and SSE without a ModR/M byte. */
const EMMS: u32 = 0x177;

/** The longest instruction; a longer one is #GP(0). */
const LONGEST: u32 = 15;

export const ES: u32 = 0;
export const CS: u32 = 1;
export const SS: u32 = 2;
export const DS: u32 = 3;
export const FS: u32 = 4;
export const GS: u32 = 5;

/** Linear address of the instruction. */
export let start: u32 = 0;
/** Linear address of the next one. */
export let next: u32 = 0;
/** The opcode; 0x100 is added to those after 0F. */
export let opcode: u32 = 0;
/** Its row with the group's already filled in. */
export let row: u32 = 0;
export let instruction: Instruction = Instruction.UNDEFINED;
/** 2 or 4 bytes. */
export let operandSize: u32 = 4;
/** There is a prefix 66. */
export let hasOperandPrefix: bool = false;
export let addressSize: u32 = 4;
/** 0, or F2 or F3. */
export let repeat: u32 = 0;
export let lock: bool = false;
/** The prefixed segment's number, or -1. */
export let prefixed: i32 = -1;
export let mod: u32 = 0;
export let reg: u32 = 0;
export let rm: u32 = 0;
/** The memory operand: slots, shift, displacement and segment number. */
export let base: u32 = 0;
export let index: u32 = 0;
export let scale: u32 = 0;
export let displacement: u32 = 0;
export let segment: u32 = 0;
export let immediate: u32 = 0;
/** ENTER's level, a far pointer's selector. */
export let immediate2: u32 = 0;
/** x87: number in x87/list.ts. */
export let x87: u32 = 0;
/** MMX and SSE: the row in simd/map.ts. */
export let simd: u32 = 0;
/** A fetch has failed; the exception is recorded. */
export let failed: bool = false;

/** The byte at `next`, which goes on; 0 from the first that can't be fetched on. */
export function fetch8(): u32 {
  if (failed) return 0;
  if (next - start >= LONGEST) {
    failed = true;
    raise(GP);
    return 0;
  }
  if (next - codeBase > codeLimit) {
    failed = true;
    raise(GP);
    return 0;
  }
  if (!(permissions(next) & EXECUTE)) {
    failed = true;
    checkFetch(next);
    return 0;
  }
  return load<u8>(next++);
}

function fetch16(): u32 {
  const low = fetch8();
  return low | (fetch8() << 8);
}

function fetch32(): u32 {
  const low = fetch16();
  return low | (fetch16() << 16);
}

/** EIP of the next instruction. */
export function nextEip(): u32 {
  return next - codeBase;
}

/** What is fetched next is at `address`: for the disassembler, which knows encodings that this processor refuses. */
export function resumeAt(address: u32): void {
  next = address;
  failed = false;
}

/** Is the operand named by E or M a register? */
export function isRegister(): bool {
  return mod == 3;
}

/** Takes apart the instruction at linear `address`. False: it can't be fetched or is too long; the exception is recorded. */
export function parse(address: u32): bool {
  start = address;
  next = address;
  failed = false;
  const size: u32 = mode & MODE_CODE_16 ? 2 : 4;
  operandSize = size;
  addressSize = size;
  hasOperandPrefix = false;
  repeat = 0;
  lock = false;
  prefixed = -1;
  mod = 0;
  reg = 0;
  rm = 0;

  parseOpcode(parsePrefixes());
  const mayBeSimd = opcode >= 0x100 && row == 0 && isSimd(opcode);
  if (
    (mayBeSimd && opcode != EMMS) ||
    instructionOf(row) == Instruction.GROUP ||
    needsModrm(firstOf(row)) ||
    needsModrm(secondOf(row))
  ) {
    parseModrm();
  } else if (opcode == EMMS) {
    // No operand: none in memory, either.
    mod = 3;
  }
  if (instructionOf(row) == Instruction.GROUP) enterGroup();
  // In group 7 the register forms are instructions of their own.
  if (opcode == 0x101 && mod == 3 && reg == 7 && rm == 1) row = Instruction.RDTSCP;
  instruction = instructionOf(row);
  if (instruction == Instruction.X87) {
    x87 = x87Row(opcode, (mod << 6) | (reg << 3) | rm, operandSize == 2);
    if (!x87) instruction = Instruction.UNDEFINED;
  }
  if (mayBeSimd) {
    parseSimd();
  } else {
    parseImmediate(firstOf(row));
    parseImmediate(secondOf(row));
    parseImmediate(thirdOf(row));
  }
  if (failed) return false;

  if (!hasFeature(needs(instruction))) instruction = Instruction.UNDEFINED;
  if (isRegister() && (isMemoryOnly(firstOf(row)) || isMemoryOnly(secondOf(row)))) instruction = Instruction.UNDEFINED;
  if (lock && !(row & LOCK && !isRegister())) instruction = Instruction.UNDEFINED;
  return true;
}

/** The feature that an instruction of the integer maps needs. */
function needs(instruction: Instruction): Feature {
  switch (instruction) {
    case Instruction.RDTSC:
      return Feature.TSC;
    case Instruction.RDTSCP:
      return Feature.RDTSCP;
    case Instruction.CMPXCHG8B:
      return Feature.CX8;
    case Instruction.CMOVCC:
      return Feature.CMOV;
    case Instruction.SYSENTER:
    case Instruction.SYSEXIT:
      return Feature.SEP;
    case Instruction.SYSCALL:
    case Instruction.SYSRET:
      return Feature.SYSCALL;
    case Instruction.X87:
      if (x87IsSse3(<X87>x87)) return Feature.SSE3;
      // FCMOVcc, FCOMI and their like came with CMOVcc.
      return x87IsLate(<X87>x87) ? Feature.CMOV : Feature.FPU;
    default:
      return Feature.NONE;
  }
}

/** The opcode that begins with `byte`, and its row. */
function parseOpcode(byte: u32): void {
  if (byte != 0x0f) {
    opcode = byte;
    row = unchecked(ONE_BYTE[byte]);
    return;
  }
  byte = fetch8();
  if (byte == 0x38 || byte == 0x3a) {
    opcode = (byte == 0x38 ? 0x200 : 0x300) | fetch8();
    row = threeByteRow(opcode, repeat);
  } else {
    opcode = 0x100 | byte;
    row = repeat == 0xf3 ? repeatedRow(byte) : 0;
    if (!row) row = unchecked(TWO_BYTE[byte]);
  }
}

/** An instruction of MMX or SSE, whose rows are chosen by the prefix and ModR/M too. */
function parseSimd(): void {
  const prefix: u32 = repeat == 0xf3 ? 2 : repeat == 0xf2 ? 3 : hasOperandPrefix ? 1 : 0;
  simd = simdRow((opcode >> 8) - 1, opcode & 0xff, prefix, (mod << 6) | (reg << 3) | rm);
  if (!simd || !hasFeature(featureOf(simd))) return;
  instruction = Instruction.SIMD;
  if (hasImmediate(simd)) immediate = fetch8();
  // MASKMOVQ and MASKMOVDQU store at DS:EDI.
  if (isImplicit(simd)) setMemoryOperand(SLOT_EDI, SLOT_ZERO);
}

/** Reads prefixes; returns the first byte that is none. Of several of one group the last counts. */
function parsePrefixes(): u32 {
  const other: u32 = mode & MODE_CODE_16 ? 4 : 2;
  while (true) {
    const byte = fetch8();
    switch (byte) {
      case 0x26:
        prefixed = ES;
        break;
      case 0x2e:
        prefixed = CS;
        break;
      case 0x36:
        prefixed = SS;
        break;
      case 0x3e:
        prefixed = DS;
        break;
      case 0x64:
        prefixed = FS;
        break;
      case 0x65:
        prefixed = GS;
        break;
      case 0x66:
        operandSize = other;
        hasOperandPrefix = true;
        break;
      case 0x67:
        addressSize = other;
        break;
      case 0xf0:
        lock = true;
        break;
      case 0xf2:
      case 0xf3:
        repeat = byte;
        break;
      default:
        return byte;
    }
  }
}

/** ModR/M with the SIB byte and displacement that follow it. */
export function parseModrm(): void {
  const modrm = fetch8();
  mod = modrm >> 6;
  reg = (modrm >> 3) & 7;
  rm = modrm & 7;
  // MOV to and from control and debug registers takes every ModR/M as a register form.
  if (opcode >= 0x120 && opcode <= 0x123) mod = 3;
  if (mod == 3) return;
  index = SLOT_ZERO;
  scale = 0;
  displacement = 0;
  segment = DS;
  if (addressSize == 2) parseAddress16();
  else parseAddress32();
  if (prefixed >= 0) segment = <u32>prefixed;
}

function parseAddress32(): void {
  base = rm << 2;
  if (rm == 4) {
    const sib = fetch8();
    base = (sib & 7) << 2;
    if (((sib >> 3) & 7) != 4) {
      index = ((sib >> 3) & 7) << 2;
      scale = sib >> 6;
    }
  }
  if (mod == 0 && base == SLOT_EBP) {
    base = SLOT_ZERO;
    displacement = fetch32();
  } else {
    if (base == SLOT_ESP || base == SLOT_EBP) segment = SS;
    if (mod == 1) displacement = <u32>(<i32>(<i8>fetch8()));
    if (mod == 2) displacement = fetch32();
  }
}

function parseAddress16(): void {
  switch (rm) {
    case 0:
      base = SLOT_EBX;
      index = SLOT_ESI;
      break;
    case 1:
      base = SLOT_EBX;
      index = SLOT_EDI;
      break;
    case 2:
      base = SLOT_EBP;
      index = SLOT_ESI;
      break;
    case 3:
      base = SLOT_EBP;
      index = SLOT_EDI;
      break;
    case 4:
      base = SLOT_ESI;
      break;
    case 5:
      base = SLOT_EDI;
      break;
    case 6:
      base = SLOT_EBP;
      break;
    default:
      base = SLOT_EBX;
  }
  if (mod == 0 && rm == 6) {
    base = SLOT_ZERO;
    displacement = fetch16();
  } else {
    if (base == SLOT_EBP) segment = SS;
    if (mod == 1) displacement = <u32>(<i32>(<i8>fetch8()));
    if (mod == 2) displacement = <u32>(<i32>(<i16>fetch16()));
  }
}

/** Completes the row of a group with the one that ModR/M reg picks. */
function enterGroup(): void {
  const own = unchecked(GROUPS[(thirdOf(row) << 3) | reg]);
  let first = firstOf(row);
  let second = secondOf(row);
  if (firstOf(own)) first = firstOf(own);
  if (secondOf(own)) second = first == Operand.Eb ? Operand.Ib : secondOf(own);
  row = (own & (LOCK | 0x1ff)) | (first << FIRST) | (second << SECOND);
}

function parseImmediate(kind: Operand): void {
  switch (kind) {
    case Operand.Ib:
      // ENTER and the double shifts have it last.
      if (instruction == Instruction.ENTER) immediate2 = fetch8();
      else immediate = fetch8();
      break;
    case Operand.Ibs:
    case Operand.Jb:
      immediate = <u32>(<i32>(<i8>fetch8()));
      break;
    case Operand.Iw:
      immediate = fetch16();
      break;
    case Operand.Iz:
    case Operand.Jz:
      immediate = operandSize == 2 ? fetch16() : fetch32();
      break;
    case Operand.Ap:
      immediate = operandSize == 2 ? fetch16() : fetch32();
      immediate2 = fetch16();
      break;
    case Operand.Ob:
    case Operand.Ov:
      base = SLOT_ZERO;
      index = SLOT_ZERO;
      scale = 0;
      displacement = addressSize == 2 ? fetch16() : fetch32();
      segment = prefixed >= 0 ? <u32>prefixed : DS;
      mod = 0;
      break;
  }
}

/** POP to memory: the base of the address is in another slot. */
export function setBase(slot: u32): void {
  base = slot;
}

/** XLAT's memory operand, which no ModR/M names. */
export function setMemoryOperand(baseSlot: u32, indexSlot: u32): void {
  base = baseSlot;
  index = indexSlot;
  scale = 0;
  displacement = 0;
  segment = prefixed >= 0 ? <u32>prefixed : DS;
}

/** The micro-ops that follow belong to an instruction at `address`, which has not been parsed. */
export function placeAt(address: u32): void {
  start = address;
  next = address;
}
