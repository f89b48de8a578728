/** MMX and SSE instructions: where they lie in the maps, and their one micro-op. */
import { Op } from "../microcode/list";
import { encodeSimd, MMX, simdRegister, simdWrites } from "../simd/encoding";
import { Simd } from "../simd/list";
import { bytesOf, firstOf, isAligned, isImplicit, Kind, secondOf, simdOf } from "../simd/map";
import * as E from "./emit";
import * as I from "./instruction";

/** May the opcode (100 added after 0F, 200 after 0F 38, 300 after 0F 3A), which has no other row, be one of them? */
export function isSimd(opcode: u32): bool {
  if (opcode >= 0x300) return opcode >= 0x308 && opcode <= 0x363;
  if (opcode >= 0x200) return opcode <= 0x241;
  return (
    (opcode >= 0x110 && opcode <= 0x117) ||
    (opcode >= 0x128 && opcode <= 0x12f) ||
    (opcode >= 0x150 && opcode <= 0x17f) ||
    opcode == 0x1ae ||
    (opcode >= 0x1c2 && opcode <= 0x1c6) ||
    (opcode >= 0x1d0 && opcode <= 0x1fe)
  );
}

/** The commonest instructions have micro-ops of their own. `loads`: the register that reg names is the destination. */
function selectHot(instruction: Simd, loads: bool): bool {
  switch (instruction) {
    case Simd.MOVSD_LOAD:
      return load(Op.SIMD_LOAD_64);
    case Simd.MOVSD:
    case Simd.MOVQ_STORE:
      return !I.isRegister() && !loads && store(Op.SIMD_STORE_64);
    case Simd.MOVUPS:
    case Simd.MOVUPD:
    case Simd.MOVDQU:
      if (I.isRegister()) return move(loads);
      return loads ? load(Op.SIMD_LOAD_128) : store(Op.SIMD_STORE_128);
    case Simd.MOVAPS:
    case Simd.MOVAPD:
    case Simd.MOVDQA:
      if (I.isRegister()) return move(loads);
      return loads ? load(Op.SIMD_LOAD_ALIGNED) : store(Op.SIMD_STORE_ALIGNED);
    case Simd.ADDSD:
      return operate(Op.ADDSD_RR);
    case Simd.MULSD:
      return operate(Op.MULSD_RR);
    case Simd.SUBSD:
      return operate(Op.SUBSD_RR);
    case Simd.DIVSD:
      return operate(Op.DIVSD_RR);
    case Simd.ADDPD:
      return operate(Op.ADDPD_RR);
    case Simd.MULPD:
      return operate(Op.MULPD_RR);
    case Simd.SUBPD:
      return operate(Op.SUBPD_RR);
    default:
      return false;
  }
}

/** Prepares the memory operand of the row. What demands 16 bytes' alignment raises #GP, never #AC. */
function address(row: u32, write: bool): void {
  const bytes = bytesOf(row);
  if (simdOf(row) == Simd.CLFLUSH) E.touchedAddress();
  else if (isAligned(row) && bytes == 16) E.alignedAddress(write);
  // MASKMOVDQU stores two halves.
  else E.address(bytes, write, isImplicit(row) ? 8 : E.alignmentOf(bytes));
}

function load(op: Op): bool {
  address(I.simd, false);
  E.emitMemory(op, I.reg << 4);
  return true;
}

function store(op: Op): bool {
  address(I.simd, true);
  E.emitMemory(op, 0, I.reg << 4);
  return true;
}

function move(loads: bool): bool {
  if (loads) E.emit(Op.SIMD_MOVE, I.reg << 4, I.rm << 4);
  else E.emit(Op.SIMD_MOVE, I.rm << 4, I.reg << 4);
  return true;
}

/** `op` with a register, or the one after it with an operand in memory. */
function operate(op: Op): bool {
  if (!I.isRegister()) return load(op + 1);
  E.emit(op, I.reg << 4, I.rm << 4);
  return true;
}

/** Is the operand the one that ModR/M reg names? */
function isReg(kind: Kind): bool {
  return kind == Kind.V || kind == Kind.P || kind == Kind.G;
}

export function selectSimd(): void {
  const row = I.simd;
  // MOVQ to memory stores an MMX register, too: that is none of the commonest.
  if (secondOf(row) != Kind.P && selectHot(simdOf(row), isReg(firstOf(row)))) return;
  const first = firstOf(row);
  const second = secondOf(row);
  const register = simdRegister(isReg(first) ? first : second, I.reg);
  const implicit = isImplicit(row);
  const isMemory = !I.isRegister();
  const imm = encodeSimd(row, isMemory, implicit ? I.rm : I.immediate);
  if (isMemory || implicit) {
    // A pending exception of the x87 comes before what the segment has to say.
    if (imm & MMX && E.isChecked(implicit || simdWrites(row))) E.emit(Op.FWAIT);
    address(row, implicit || simdWrites(row));
    E.emitMemory(Op.SIMD, register & 0xff, register >> 8, imm);
  } else {
    E.emit(Op.SIMD, register & 0xff, register >> 8, imm, simdRegister(isReg(first) ? second : first, I.rm));
  }
}
