/** Writes micro-ops, one after the other, for the instruction that instruction.ts has taken apart. */
import { mode, MODE_ALIGN, MODE_FS_CHECKED, MODE_GS_CHECKED, MODE_SEGMENTED } from "../cpu/mode";
import { SLOT_ADDRESS, SLOT_EAX, SLOT_ECX, SLOT_EDX, SLOT_SEGMENT_BASE, SLOT_TEMP, SLOT_ZERO } from "../cpu/state";
import { code, MICRO_OP_SIZE, NEXT_EIP, TAKEN_EIP } from "../microcode/format";
import { LINEAR_ACCESS, Op } from "../microcode/list";
import { READ, TOUCH, WRITE } from "../cpu/segments";
import * as I from "./instruction";
import { operandBytes, Operand } from "./operands";

/** Where the next micro-op goes. */
export let cursor: usize = 0;
/** The micro-op written last, 0 at the start of a block. */
export let last: usize = 0;
/** The block has ended: its last micro-op transfers control. */
export let ended: bool = false;
/** Where the block begins. */
let blockStart: u32 = 0;
/** The memory operand as the next micro-ops address it. */
let base: u32 = 0;
let index: u32 = 0;
let scale: u32 = 0;
let displacement: u32 = 0;

export function begin(place: usize, eip: u32): void {
  cursor = place;
  last = 0;
  ended = false;
  blockStart = eip;
}

export function emit(op: u32, dst: u32 = 0, src: u32 = 0, imm: u32 = 0, disp: u32 = 0): void {
  store<u16>(cursor, <u16>op);
  store<u8>(cursor, <u8>dst, 2);
  store<u8>(cursor, <u8>src, 3);
  store<u8>(cursor, <u8>SLOT_ZERO, 4);
  store<u8>(cursor, <u8>SLOT_ZERO, 5);
  store<u8>(cursor, 0, 6);
  store<u8>(cursor, <u8>(I.start - blockStart), 7);
  store<u32>(cursor, disp, 8);
  store<u32>(cursor, imm, 12);
  last = cursor;
  cursor += MICRO_OP_SIZE;
}

/** A micro-op with the memory operand that `address` has prepared. */
export function emitMemory(op: u32, dst: u32 = 0, src: u32 = 0, imm: u32 = 0): void {
  emit(op, dst, src, imm, displacement);
  store<u8>(last, <u8>base, 4);
  store<u8>(last, <u8>index, 5);
  store<u8>(last, <u8>scale, 6);
}

/** Ends the block with a micro-op that has links: linear addresses in the loop's own, EIPs in those of cold.ts. */
export function emitEnd(op: u32, dst: u32, src: u32, imm: u32, takenEip: u32, nextEip: u32): void {
  emit(op, dst, src, imm);
  emitLinks(takenEip, nextEip);
}

/** The links of the micro-op just written. */
export function emitLinks(takenEip: u32, nextEip: u32): void {
  store<u64>(last, 0, 16);
  store<u32>(last, takenEip, TAKEN_EIP);
  store<u32>(last, nextEip, NEXT_EIP);
  cursor = last + 2 * MICRO_OP_SIZE;
  ended = true;
}

/** Turns the last micro-op into `op`; for fusing it with what follows. */
export function rewriteLast(op: u32): void {
  store<u16>(last, <u16>op);
}

export function lastCode(): u32 {
  return last ? code(last) : <u32>Op.HOT_END;
}

/**
 * Do accesses through segment number `segment` need its base and limit? Writes through CS always fault. With AC, #GP at
 * the end of the address space comes before #AC.
 */
function checked(segment: u32, write: bool): bool {
  if ((segment == I.CS && write) || mode & MODE_ALIGN) return true;
  if (segment == I.FS) return (mode & MODE_FS_CHECKED) != 0;
  if (segment == I.GS) return (mode & MODE_GS_CHECKED) != 0;
  return (mode & MODE_SEGMENTED) != 0;
}

/** May the address of the memory operand be refused, whatever lies there? */
export function isChecked(write: bool): bool {
  return checked(I.segment, write);
}

/** Prepares the offset within the segment alone, as LEA wants it. */
export function offset(): void {
  base = I.base;
  index = I.index;
  scale = I.scale;
  displacement = I.displacement;
  if (I.addressSize == 2 && (base != SLOT_ZERO || index != SLOT_ZERO)) {
    emitMemory(Op.LEA_ADDRESS_16, SLOT_ADDRESS);
    viaAddress();
  }
}

function viaAddress(): void {
  base = SLOT_ADDRESS;
  index = SLOT_ZERO;
  scale = 0;
  displacement = 0;
}

/** What the address of an operand of `size` bytes is to be a multiple of while AC is set. */
export function alignmentOf(size: u32): u32 {
  switch (size) {
    // A far pointer; the state and the environment of the x87, 32 and 16 bits.
    case 6:
    case 28:
    case 108:
    case 512:
      return 4;
    case 14:
    case 94:
      return 2;
    case 10:
      return 8;
    default:
      return size;
  }
}

/** #AC unless the prepared address is a multiple of `alignment` bytes. */
function align(alignment: u32): void {
  if (mode & MODE_ALIGN && alignment > 1) emitMemory(Op.ALIGNED, 0, 0, alignment - 1);
}

/** Leaves the linear address of the prepared offset in SLOT_ADDRESS, if the segment allows `access`. */
function linear(size: u32, access: u32): void {
  emitMemory(Op.LINEAR, SLOT_ADDRESS, I.segment, size | (access << LINEAR_ACCESS));
}

/** As `address` for 16 bytes of SSE that must be aligned: that comes before what the segment has to say. */
export function alignedAddress(write: bool): void {
  if (checked(I.segment, write)) {
    offset();
    emitMemory(Op.ALIGNED_16, 0, SLOT_SEGMENT_BASE + (I.segment << 2));
  }
  address(16, write, 1);
}

/** As `address` for CLFLUSH. */
export function touchedAddress(): void {
  if (!checked(I.segment, false)) return address(1);
  offset();
  linear(1, TOUCH);
  viaAddress();
}

/**
 * Prepares the memory operand, `size` bytes long, for emitMemory: 16-bit addressing and segments are worked out.
 * `write`: it will be written, or is refused if it can't be.
 */
export function address(size: u32, write: bool = false, alignment: u32 = alignmentOf(size)): void {
  offset();
  const segment = I.segment;
  if (checked(segment, write)) {
    linear(size, write ? WRITE : READ);
    viaAddress();
  } else if (segment >= I.FS) {
    if (index != SLOT_ZERO) {
      emitMemory(Op.LEA_32, SLOT_ADDRESS);
      viaAddress();
    }
    index = SLOT_SEGMENT_BASE + (segment << 2);
  }
  align(alignment);
}

/** BT with a register as bit number: the address of the operand's word that holds the bit, in place of the operand. */
export function bitAddress(op: u32, bitSlot: u32, size: u32, write: bool): void {
  offset();
  emitMemory(op, SLOT_ADDRESS, bitSlot);
  viaAddress();
  if (I.addressSize == 2) emitMemory(Op.LEA_ADDRESS_16, SLOT_ADDRESS);
  const segment = I.segment;
  if (checked(segment, write)) linear(size, write ? WRITE : READ);
  else if (segment >= I.FS) index = SLOT_SEGMENT_BASE + (segment << 2);
  align(size);
}

/** Is the address just a base and a displacement? */
export function isSimple(): bool {
  return index == SLOT_ZERO;
}

/** 0, 1, 2 for 1, 2, 4 bytes: what to add to the code of an 8-bit micro-op. */
export function width(bytes: u32): u32 {
  return bytes >> 1;
}

/** The slot of general register `number` for an operand of `bytes` bytes. */
export function registerSlot(number: u32, bytes: u32): u32 {
  return bytes == 1 && number >= 4 ? ((number - 4) << 2) | 1 : number << 2;
}

export function isImmediate(kind: Operand): bool {
  return kind >= Operand.Ib && kind <= Operand.Iz;
}

/** Does the operand lie in memory? */
export function isMemory(kind: Operand): bool {
  switch (kind) {
    case Operand.Eb:
    case Operand.Ew:
    case Operand.Ed:
    case Operand.Ev:
      return !I.isRegister();
    case Operand.M:
    case Operand.Ma:
    case Operand.Mp:
    case Operand.Mq:
    case Operand.Ms:
    case Operand.Ob:
    case Operand.Ov:
      return true;
    default:
      return false;
  }
}

/** The slot of an operand that is a register. */
export function slot(kind: Operand, bytes: u32): u32 {
  switch (kind) {
    case Operand.Eb:
    case Operand.Ew:
    case Operand.Ed:
    case Operand.Ev:
    case Operand.Rd:
      return registerSlot(I.rm, bytes);
    case Operand.Gb:
    case Operand.Gw:
    case Operand.Gd:
    case Operand.Gv:
      return registerSlot(I.reg, bytes);
    case Operand.Zb:
    case Operand.Zv:
      return registerSlot(I.opcode & 7, bytes);
    case Operand.CL:
      return SLOT_ECX;
    case Operand.DX:
      return SLOT_EDX;
    default:
      return SLOT_EAX;
  }
}

export function bytesOf(kind: Operand): u32 {
  return operandBytes(kind, I.operandSize);
}

/** Loads dst from the prepared address. */
export function emitLoad(bytes: u32, dst: u32): void {
  if (bytes == 4 && isSimple()) emitMemory(Op.LOAD_BASE_32, dst);
  else emitMemory(Op.LOAD_8 + width(bytes), dst);
}

export function emitStore(bytes: u32, src: u32): void {
  if (bytes == 4 && isSimple()) emitMemory(Op.STORE_BASE_32, 0, src);
  else emitMemory(Op.STORE_8 + width(bytes), 0, src);
}

/** The slot that holds a readable operand: its own, or `temp` after a load. */
export function source(kind: Operand, bytes: u32, temp: u32 = SLOT_TEMP): u32 {
  if (!isMemory(kind)) return slot(kind, bytes);
  address(bytes);
  emitLoad(bytes, temp);
  return temp;
}

/** The slot of an operand that is read and written: its own, or SLOT_TEMP, until `writeBack`. */
export function modify(kind: Operand, bytes: u32): u32 {
  if (!isMemory(kind)) return slot(kind, bytes);
  address(bytes, true);
  emitMemory(Op.LOAD_MODIFY_8 + width(bytes), SLOT_TEMP);
  return SLOT_TEMP;
}

/** As `modify`, with the address worked out ahead: for instructions that change registers before they store. */
export function modifyPinned(kind: Operand, bytes: u32): u32 {
  if (!isMemory(kind)) return slot(kind, bytes);
  address(bytes, true);
  emitMemory(Op.LEA_32, SLOT_ADDRESS);
  viaAddress();
  emitMemory(Op.LOAD_MODIFY_8 + width(bytes), SLOT_TEMP);
  return SLOT_TEMP;
}

/** Stores what `modify` has loaded. */
export function writeBack(kind: Operand, bytes: u32): void {
  if (isMemory(kind)) emitMemory(Op.STORE_8 + width(bytes), 0, SLOT_TEMP);
}
