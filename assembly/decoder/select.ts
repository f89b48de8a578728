/** Chooses the micro-ops of the instruction that instruction.ts has taken apart: one case an instruction. */
import { BP, BR, DB, GP, OF, UD } from "../cpu/exceptions";
import { Feature, hasFeature } from "../cpu/features";
import { isUnusual } from "../cpu/mode";
import { SLOT_EAX, SLOT_EBX, SLOT_ECX, SLOT_ESP, SLOT_LDTR, SLOT_TEMP, SLOT_TEMP2 } from "../cpu/state";
import { allowsInterrupt, GATE_INTERRUPT, GATE_SYSCALL, GATE_SYSENTER } from "../cpu/gate";
import { Op } from "../microcode/list";
import * as E from "./emit";
import * as I from "./instruction";
import { Instruction } from "./mnemonics";
import { operandBytes, Operand } from "./operands";
import { firstOf, secondOf, thirdOf } from "./row";
import { selectSimd } from "./simd";
import { FIRST_NO_WAIT, X87 } from "../x87/list";
import { x87Bytes, x87Writes } from "../x87/map";

const TSS_SELECTOR: u32 = 0x80;
const CR0: u32 = 0x80050033;
const GDT_BASE: u32 = 0xfffe0000;
const IDT_BASE: u32 = 0xffff0000;

/** The instruction is at index `position` of its block. */
export function select(position: u32): void {
  const first = firstOf(I.row);
  const second = secondOf(I.row);
  const wide: u32 = I.operandSize >> 2;
  switch (I.instruction) {
    case Instruction.ADD:
    case Instruction.OR:
    case Instruction.ADC:
    case Instruction.SBB:
    case Instruction.AND:
    case Instruction.SUB:
    case Instruction.XOR:
    case Instruction.CMP:
    case Instruction.TEST:
      return arithmetic(<u32>I.instruction - Instruction.ADD, first, second);
    case Instruction.INC:
      return unary(Op.INC_8, first);
    case Instruction.DEC:
      return unary(Op.DEC_8, first);
    case Instruction.NEG:
      return unary(Op.NEG_8, first);
    case Instruction.NOT:
      return unary(Op.NOT_8, first);
    case Instruction.MOV:
      return move(first, second);
    case Instruction.XCHG:
      return exchange(first, second);
    case Instruction.LEA:
      E.offset();
      return E.emitMemory(wide ? Op.LEA_32 : Op.LEA_16, E.slot(first, 4));
    case Instruction.MOVZX:
      return extend(first, second, Op.MOVZX_RR_16_8, Op.MOVZX_RM_32_8);
    case Instruction.MOVSX:
      return extend(first, second, Op.MOVSX_RR_16_8, Op.MOVSX_RM_32_8);

    case Instruction.ROL:
    case Instruction.ROR:
    case Instruction.RCL:
    case Instruction.RCR:
    case Instruction.SHL:
    case Instruction.SHR:
    case Instruction.SAL:
    case Instruction.SAR:
      return shift(first, second);
    case Instruction.SHLD:
      return doubleShift(first, second, Op.SHLD_RI_32, Op.SHLD_I_16, Op.SHLD_CL_16);
    case Instruction.SHRD:
      return doubleShift(first, second, Op.SHRD_RI_32, Op.SHRD_I_16, Op.SHRD_CL_16);
    case Instruction.MUL:
      return accumulate(first, Op.MUL_8, Op.MUL_32);
    case Instruction.IMUL:
      return accumulate(first, Op.IMUL_8, Op.IMUL_32);
    case Instruction.DIV:
      return accumulate(first, Op.DIV_8, Op.DIV_32);
    case Instruction.IDIV:
      return accumulate(first, Op.IDIV_8, Op.IDIV_32);
    case Instruction.IMUL2: {
      const operand = E.source(second, I.operandSize);
      return E.emit(wide ? Op.IMUL_RR_32 : Op.IMUL_RR_16, E.slot(first, 4), operand);
    }
    case Instruction.IMUL3: {
      const operand = E.source(second, I.operandSize);
      return E.emit(wide ? Op.IMUL_RRI_32 : Op.IMUL_RRI_16, E.slot(first, 4), operand, I.immediate);
    }
    case Instruction.CBW:
      return E.emit(wide ? Op.CWDE : Op.CBW);
    case Instruction.CWD:
      return E.emit(wide ? Op.CDQ : Op.CWD);

    case Instruction.BT:
    case Instruction.BTS:
    case Instruction.BTR:
    case Instruction.BTC:
      return bitTest(first, second);
    // No model has TZCNT, which came with BMI1: to those before, F3 says nothing.
    case Instruction.BSF:
    case Instruction.TZCNT:
      return scan(Op.BSF_16, first, second);
    case Instruction.BSR:
      return scan(Op.BSR_16, first, second);
    case Instruction.LZCNT:
      return scan(hasFeature(Feature.ABM) ? Op.LZCNT_16 : Op.BSR_16, first, second);
    case Instruction.POPCNT:
      return scan(Op.POPCNT_16, first, second);
    case Instruction.MOVBE:
      return moveReversed(first, second);
    case Instruction.CRC32: {
      const bytes = E.bytesOf(second);
      const operand = E.source(second, bytes);
      return E.emit(Op.CRC32_8 + E.width(bytes), E.slot(first, 4), operand);
    }
    case Instruction.BSWAP:
      return E.emit(Op.BSWAP, E.slot(first, 4), 0, I.operandSize);
    case Instruction.XADD:
      return modifyWith(Op.XADD_8, first, second);
    case Instruction.CMPXCHG:
      return modifyWith(Op.CMPXCHG_8, first, second);
    case Instruction.CMPXCHG8B:
      E.address(8, true);
      return E.emitMemory(Op.CMPXCHG8B);
    case Instruction.XLAT:
      return translate();

    case Instruction.DAA:
      return E.emit(Op.DAA);
    case Instruction.DAS:
      return E.emit(Op.DAS);
    case Instruction.AAA:
      return E.emit(Op.AAA);
    case Instruction.AAS:
      return E.emit(Op.AAS);
    case Instruction.AAM:
      return E.emit(Op.AAM, 0, 0, I.immediate);
    case Instruction.AAD:
      return E.emit(Op.AAD, 0, 0, I.immediate);

    case Instruction.CLC:
      return E.emit(Op.CLC);
    case Instruction.STC:
      return E.emit(Op.STC);
    case Instruction.CMC:
      return E.emit(Op.CMC);
    case Instruction.CLD:
      return E.emit(Op.CLD);
    case Instruction.STD:
      return E.emit(Op.STD);
    case Instruction.LAHF:
      return E.emit(Op.LAHF);
    case Instruction.SAHF:
      return E.emit(Op.SAHF);
    case Instruction.SALC:
      return E.emit(Op.SALC);
    case Instruction.PUSHF:
      return E.emit(Op.PUSHF_16 + wide);
    case Instruction.POPF:
      E.emit(Op.POPF_16 + wide);
      return goOn();

    case Instruction.PUSH:
      return push(first);
    case Instruction.POP:
      return pop(first);
    case Instruction.PUSHA:
      return E.emit(Op.PUSHA_16 + wide);
    case Instruction.POPA:
      return E.emit(Op.POPA_16 + wide);
    case Instruction.ENTER:
      return E.emit(Op.ENTER_16 + wide, 0, 0, I.immediate, I.immediate2);
    case Instruction.LEAVE:
      return E.emit(wide && !isUnusual() ? Op.LEAVE : Op.LEAVE_16 + wide);

    case Instruction.LES:
      return loadFar(I.ES, first);
    case Instruction.LDS:
      return loadFar(I.DS, first);
    case Instruction.LSS:
      return loadFar(I.SS, first);
    case Instruction.LFS:
      return loadFar(I.FS, first);
    case Instruction.LGS:
      return loadFar(I.GS, first);
    case Instruction.ARPL:
      return adjustPrivilege(first, second);
    case Instruction.LAR: {
      const operand = E.source(second, 2);
      return E.emit(Op.LAR_16 + wide, E.slot(first, 4), operand);
    }
    case Instruction.LSL: {
      const operand = E.source(second, 2);
      return E.emit(Op.LSL_16 + wide, E.slot(first, 4), operand);
    }
    case Instruction.VERR:
      return E.emit(Op.VERR, 0, E.source(first, 2));
    case Instruction.VERW:
      return E.emit(Op.VERW, 0, E.source(first, 2));
    // What Linux shows in place of the real tables (arch/x86/kernel/umip.c): the guest has no kernel to give away.
    case Instruction.SLDT:
      return storeLocalTable(first);
    case Instruction.STR:
      return storeSystemWord(first, TSS_SELECTOR);
    case Instruction.SMSW:
      return storeSystemWord(first, CR0);
    case Instruction.SGDT:
      return storeTable(GDT_BASE);
    case Instruction.SIDT:
      return storeTable(IDT_BASE);

    case Instruction.MOVS:
      return string(Op.MOVS_8, first, 1);
    case Instruction.CMPS:
      return string(Op.CMPS_8, first, 2);
    case Instruction.STOS:
      return string(Op.STOS_8, first, 1);
    case Instruction.LODS:
      return string(Op.LODS_8, second, 1);
    case Instruction.SCAS:
      return string(Op.SCAS_8, second, 2);

    case Instruction.BOUND:
      E.address(I.operandSize * 2, false, I.operandSize);
      return E.emitMemory(Op.BOUND_16 + wide, 0, E.slot(first, 4), BR);
    case Instruction.CPUID:
      return E.emit(Op.CPUID);
    case Instruction.RDTSC:
      return E.emit(Op.RDTSC, 0, 0, position);
    case Instruction.RDTSCP:
      // TSC_AUX, which Linux sets to the number of the processor.
      E.emit(Op.RDTSC, 0, 0, position);
      return E.emit(Op.MOV_RI_32, SLOT_ECX, 0, 0);
    case Instruction.NOP:
    case Instruction.PREFETCH:
      return E.emit(Op.NOP);
    case Instruction.X87:
      return x87();
    case Instruction.SIMD:
      return selectSimd();
    case Instruction.FWAIT:
      return E.emit(Op.FWAIT);

    case Instruction.INT3:
      return trap(Op.TRAP, BP);
    case Instruction.INT1:
      return trap(Op.TRAP, DB);
    case Instruction.INTO:
      return trap(Op.INTO, OF);
    case Instruction.INT:
      if (!allowsInterrupt(I.immediate)) return raise(GP, (I.immediate << 3) | 2);
      return I.immediate < 32 ? trap(Op.TRAP, I.immediate) : trap(Op.GATE, GATE_INTERRUPT);
    case Instruction.SYSENTER:
      return trap(Op.GATE, GATE_SYSENTER);
    case Instruction.SYSCALL:
      return trap(Op.GATE, GATE_SYSCALL);

    case Instruction.JMP:
      return jump(first);
    case Instruction.CALL:
      return call(first);
    case Instruction.RET:
      return E.emitEnd(wide && !isUnusual() ? Op.RET : Op.RET_NEAR_16 + wide, 0, 0, first ? I.immediate : 0, 0, 0);
    case Instruction.JCC:
      return jumpIf(I.opcode & 15);
    case Instruction.LOOPNE:
    case Instruction.LOOPE:
    case Instruction.LOOP:
    case Instruction.JCXZ:
      return E.emitEnd(Op.LOOP, 0, 0, (I.opcode & 3) | (I.addressSize == 2 ? 256 : 0), relative(), I.nextEip());
    case Instruction.SETCC:
      return setIf(first);
    case Instruction.CMOVCC: {
      const operand = E.source(second, I.operandSize);
      return E.emit(Op.CMOVCC_16 + wide, E.slot(first, 4), operand, I.opcode & 15);
    }
    case Instruction.JMP_FAR:
      return far(first, Op.JMP_FAR, Op.JMP_FAR, Op.JMP_FAR_M_16);
    case Instruction.CALL_FAR:
      return far(first, Op.CALL_FAR_16, Op.CALL_FAR_32, Op.CALL_FAR_M_16);
    case Instruction.RET_FAR:
      return E.emitEnd(Op.RET_FAR_16 + wide, 0, 0, first ? I.immediate : 0, 0, 0);
    case Instruction.IRET:
      return E.emitEnd(Op.IRET_16 + wide, 0, 0, 0, 0, 0);

    case Instruction.MOV_CR:
      // CR1, CR5, CR6 and CR7 do not exist.
      return raise(I.reg == 1 || I.reg > 4 ? UD : GP);
    // In user mode with IOPL 0 and no I/O bitmap.
    case Instruction.IN:
    case Instruction.OUT:
    case Instruction.INS:
    case Instruction.OUTS:
    case Instruction.CLI:
    case Instruction.STI:
    case Instruction.HLT:
    case Instruction.LGDT:
    case Instruction.LIDT:
    case Instruction.LLDT:
    case Instruction.LTR:
    case Instruction.LMSW:
    case Instruction.CLTS:
    case Instruction.INVD:
    case Instruction.WBINVD:
    case Instruction.INVLPG:
    case Instruction.RDMSR:
    case Instruction.WRMSR:
    case Instruction.RDPMC:
    case Instruction.MOV_DR:
    case Instruction.SYSEXIT:
    case Instruction.SYSRET:
      return raise(GP);
    default:
      return raise(UD);
  }
}

/** Ends the block: the way code is decoded may change with the instruction that was emitted last. */
function goOn(): void {
  E.emitLinks(0, I.nextEip());
}

/** Ends the block with a micro-op that knows the EIP behind it. */
function trap(op: u32, imm: u32): void {
  E.emitEnd(op, 0, 0, imm, 0, I.nextEip());
}

/** Ends the block with an exception. */
function raise(vector: u32, error: u32 = 0): void {
  E.emit(Op.RAISE, 0, 0, vector, error);
  E.emitLinks(0, 0);
}

/** ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST: `operation` is 0..8 in this order. */
function arithmetic(operation: u32, first: Operand, second: Operand): void {
  const bytes = E.bytesOf(first);
  const writes = operation < 7;
  const width = E.width(bytes);
  const registers = Op.ADD_RR_8 + operation * 3 + width;
  const immediates = Op.ADD_RI_8 + operation * 3 + width;
  if (E.isImmediate(second)) {
    if (!writes && E.isMemory(first)) {
      E.address(bytes);
      E.emitMemory((operation == 7 ? Op.CMP_MI_8 : Op.TEST_MI_8) + width, 0, 0, I.immediate);
      return;
    }
    const slot = E.modify(first, bytes);
    E.emit(immediates, slot, 0, I.immediate);
    E.writeBack(first, bytes);
  } else if (E.isMemory(second)) {
    const slot = E.slot(first, bytes);
    E.address(bytes);
    if (bytes == 4) {
      E.emitMemory(Op.ADD_RM_32 + operation, slot);
    } else {
      E.emitLoad(bytes, SLOT_TEMP);
      E.emit(registers, slot, SLOT_TEMP);
    }
  } else if (writes) {
    const slot = E.modify(first, bytes);
    E.emit(registers, slot, E.slot(second, bytes));
    E.writeBack(first, bytes);
  } else {
    E.emit(registers, E.source(first, bytes), E.slot(second, bytes));
  }
}

function unary(op: u32, first: Operand): void {
  const bytes = E.bytesOf(first);
  E.emit(op + E.width(bytes), E.modify(first, bytes));
  E.writeBack(first, bytes);
}

/** MOV in all its forms. */
function move(first: Operand, second: Operand): void {
  if (first == Operand.Sw) {
    // CS can't be loaded so; there are six segment registers.
    if (I.reg == I.CS || I.reg > I.GS) return raise(UD);
    E.emit(Op.MOV_TO_SEGMENT, I.reg, E.source(second, 2));
    return goOn();
  }
  if (second == Operand.Sw) return moveFromSegment(first);
  if (first == Operand.Rd || second == Operand.Rd) return raise(GP);
  const bytes = E.bytesOf(first == Operand.Ob || first == Operand.Ov ? second : first);
  if (E.isImmediate(second)) {
    if (E.isMemory(first)) {
      E.address(bytes, true);
      E.emitMemory(Op.STORE_I_8 + E.width(bytes), 0, 0, I.immediate);
    } else {
      E.emit(Op.MOV_RI_8 + E.width(bytes), E.slot(first, bytes), 0, I.immediate);
    }
  } else if (E.isMemory(first)) {
    E.address(bytes, true);
    E.emitStore(bytes, E.slot(second, bytes));
  } else if (E.isMemory(second)) {
    E.address(bytes);
    E.emitLoad(bytes, E.slot(first, bytes));
  } else {
    E.emit(Op.MOV_RR_8 + E.width(bytes), E.slot(first, bytes), E.slot(second, bytes));
  }
}

/** MOV Ev,Sw: a word to memory, the zero-extended selector to a 32-bit register. */
function moveFromSegment(first: Operand): void {
  if (I.reg > I.GS) return raise(UD);
  if (E.isMemory(first)) {
    E.emit(Op.MOV_FROM_SEGMENT, SLOT_TEMP, I.reg, 4);
    E.address(2, true);
    E.emitStore(2, SLOT_TEMP);
  } else {
    E.emit(Op.MOV_FROM_SEGMENT, E.slot(first, 4), I.reg, I.operandSize);
  }
}

function exchange(first: Operand, second: Operand): void {
  const bytes = E.bytesOf(first);
  E.emit(Op.XCHG_RR_8 + E.width(bytes), E.modifyPinned(first, bytes), E.slot(second, bytes));
  E.writeBack(first, bytes);
}

/** MOVZX and MOVSX: `registers` is the family's 16 from 8, `memory` its 32 from 8. */
function extend(first: Operand, second: Operand, registers: u32, memory: u32): void {
  const from = operandBytes(second, 4);
  const to = E.slot(first, 4);
  if (I.operandSize == 4 && E.isMemory(second)) {
    E.address(from);
    return E.emitMemory(memory + from - 1, to);
  }
  const operand = E.source(second, from);
  if (I.operandSize == 4) E.emit(registers + from, to, operand);
  else if (from == 1) E.emit(registers, to, operand);
  else E.emit(Op.MOV_RR_16, to, operand);
}

/** BSF, BSR and the counts of bits: `op` for 16 bits, with the one for 32 after it. */
function scan(op: u32, first: Operand, second: Operand): void {
  const operand = E.source(second, I.operandSize);
  E.emit(op + (I.operandSize >> 2), E.slot(first, 4), operand);
}

/** SLDT: a word to memory, the whole value to a register. Not checked for alignment: on Linux it is the kernel's access. */
function storeLocalTable(first: Operand): void {
  if (E.isMemory(first)) {
    E.address(2, true, 1);
    E.emitMemory(Op.STORE_16, 0, SLOT_LDTR);
  } else {
    E.emit(I.operandSize == 4 ? Op.MOV_RR_32 : Op.MOV_RR_16, E.slot(first, I.operandSize), SLOT_LDTR);
  }
}

/** STR, SMSW: the same, of a value that never changes. */
function storeSystemWord(first: Operand, value: u32): void {
  if (E.isMemory(first)) {
    E.address(2, true, 1);
    E.emitMemory(Op.STORE_I_16, 0, 0, value);
  } else {
    E.emit(I.operandSize == 4 ? Op.MOV_RI_32 : Op.MOV_RI_16, E.slot(first, I.operandSize), 0, value);
  }
}

/** SGDT, SIDT: a limit of 0, then the base. */
function storeTable(base: u32): void {
  E.address(6, true, 1);
  E.emitMemory(Op.STORE_TABLE, 0, 0, base);
}

/** Group 2. */
function shift(first: Operand, second: Operand): void {
  const bytes = E.bytesOf(first);
  const slot = E.modify(first, bytes);
  const kind = I.reg;
  if (second == Operand.CL) {
    if (bytes == 4 && kind != 2 && kind != 3) E.emit(shift32(kind, Op.ROL_CL_32), slot);
    else E.emit(Op.SHIFT_CL_8 + E.width(bytes), slot, kind);
  } else {
    const count = second == Operand.One ? 1 : I.immediate & 31;
    if (bytes == 4 && kind != 2 && kind != 3 && count) E.emit(shift32(kind, Op.ROL_RI_32), slot, 0, count);
    else E.emit(Op.SHIFT_I_8 + E.width(bytes), slot, kind, count);
  }
  E.writeBack(first, bytes);
}

/** The micro-op of shift `kind` (ModR/M reg) in the five that begin with ROL at `family`. */
function shift32(kind: u32, family: u32): u32 {
  if (kind < 2) return family + kind;
  return kind == 5 ? family + 3 : kind == 7 ? family + 4 : family + 2;
}

function doubleShift(first: Operand, second: Operand, fast: u32, byImmediate16: u32, byCl16: u32): void {
  const bytes = I.operandSize;
  const slot = E.modify(first, bytes);
  const from = E.slot(second, bytes);
  if (thirdOf(I.row) == Operand.CL) E.emit(bytes == 4 ? byCl16 + 1 : byCl16, slot, from);
  else if (bytes == 2) E.emit(byImmediate16, slot, from, I.immediate & 31);
  else if (I.immediate & 31) E.emit(fast, slot, from, I.immediate & 31);
  E.writeBack(first, bytes);
}

/** MUL, IMUL, DIV, IDIV of the accumulator: `narrow` is the 8-bit one, with the 16-bit one after it. */
function accumulate(first: Operand, narrow: u32, wide: u32): void {
  const bytes = E.bytesOf(first);
  const operand = E.source(first, bytes);
  E.emit(bytes == 4 ? wide : narrow + E.width(bytes), 0, operand);
}

/** BT, BTS, BTR, BTC; with a register as bit number in memory the operand is a string of any length. */
function bitTest(first: Operand, second: Operand): void {
  const bytes = I.operandSize;
  const wide: u32 = bytes >> 2;
  const kind = <u32>I.instruction - Instruction.BT;
  let number: u32 = SLOT_TEMP2;
  if (second == Operand.Ib) E.emit(Op.MOV_RI_32, SLOT_TEMP2, 0, I.immediate);
  else number = E.slot(second, bytes);
  if (E.isMemory(first)) {
    if (second == Operand.Ib) E.address(bytes, kind != 0);
    else E.bitAddress(Op.BIT_ADDRESS_16 + wide, number, bytes, kind != 0);
    if (kind) E.emitMemory(Op.LOAD_MODIFY_8 + E.width(bytes), SLOT_TEMP);
    else E.emitLoad(bytes, SLOT_TEMP);
    E.emit(Op.BIT_16 + wide, SLOT_TEMP, number, kind);
    if (kind) E.writeBack(first, bytes);
  } else {
    E.emit(Op.BIT_16 + wide, E.slot(first, bytes), number, kind);
  }
}

/** XADD, CMPXCHG: a modified operand and a register. */
function modifyWith(op: u32, first: Operand, second: Operand): void {
  const bytes = E.bytesOf(first);
  const slot = E.modifyPinned(first, bytes);
  E.emit(op + E.width(bytes), slot, E.slot(second, bytes));
  E.writeBack(first, bytes);
}

/** ARPL Ew,Gw. */
function adjustPrivilege(first: Operand, second: Operand): void {
  if (!E.isMemory(first)) return E.emit(Op.ARPL, E.slot(first, 2), E.slot(second, 2));
  const segment = E.isChecked(true) ? 1 + I.segment : 0;
  E.address(2);
  E.emitMemory(Op.ARPL_M, 0, E.slot(second, 2), segment);
}

/** MOVBE: a load or a store with the bytes reversed. */
function moveReversed(first: Operand, second: Operand): void {
  const bytes = I.operandSize;
  const op = Op.MOVBE_16 + (bytes >> 2);
  if (first == Operand.M) {
    E.emit(op, SLOT_TEMP, E.slot(second, bytes));
    E.address(bytes, true);
    E.emitStore(bytes, SLOT_TEMP);
  } else {
    E.emit(op, E.slot(first, bytes), E.source(second, bytes));
  }
}

/** XLAT: AL = [EBX + AL]. */
function translate(): void {
  E.emit(Op.MOVZX_RR_32_8, SLOT_TEMP2, SLOT_EAX);
  I.setMemoryOperand(SLOT_EBX, SLOT_TEMP2);
  E.address(1);
  E.emitLoad(1, SLOT_EAX);
}

function segmentOf(kind: Operand): u32 {
  return kind - Operand.ES;
}

function push(first: Operand): void {
  const wide: u32 = I.operandSize >> 2;
  if (first >= Operand.ES && first <= Operand.GS) return E.emit(Op.PUSH_SEGMENT_16 + wide, 0, segmentOf(first));
  const usual = wide && !isUnusual();
  if (E.isImmediate(first)) return E.emit(usual ? Op.PUSH_I : Op.PUSH_I_16 + wide, 0, 0, I.immediate);
  const operand = E.source(first, I.operandSize);
  E.emit(usual ? Op.PUSH_R : Op.PUSH_R_16 + wide, 0, operand);
}

function pop(first: Operand): void {
  const wide: u32 = I.operandSize >> 2;
  if (first >= Operand.ES && first <= Operand.GS) {
    E.emit(Op.POP_SEGMENT_16 + wide, segmentOf(first));
    return goOn();
  }
  if (!E.isMemory(first)) {
    return E.emit(wide && !isUnusual() ? Op.POP_R : Op.POP_R_16 + wide, E.slot(first, I.operandSize));
  }
  // An address based on ESP is that after the pop.
  if (I.base == SLOT_ESP && I.addressSize == 4) {
    E.emit(Op.POPPED_ESP, SLOT_TEMP2, 0, I.operandSize);
    I.setBase(SLOT_TEMP2);
  }
  E.address(I.operandSize, true);
  E.emitMemory(Op.POP_M_16 + wide);
}

function loadFar(segment: u32, first: Operand): void {
  E.address(I.operandSize + 2, false, I.operandSize);
  E.emitMemory(I.operandSize == 4 ? Op.LOAD_FAR_32 : Op.LOAD_FAR_16, E.slot(first, 4), segment);
  goOn();
}

/** A string instruction; `condition` is what a repeat prefix means: 1 only counts, 2 looks at ZF as well. */
function string(op: u32, kind: Operand, condition: u32): void {
  let repeat: u32 = 0;
  if (I.repeat) repeat = condition == 1 ? 1 : I.repeat == 0xf2 ? 2 : 3;
  const segment = I.prefixed >= 0 ? <u32>I.prefixed : I.DS;
  E.emit(op + E.width(E.bytesOf(kind)), segment, I.addressSize, repeat);
}

function x87(): void {
  if (!I.isRegister()) {
    // A pending exception comes before what the segment has to say.
    if (I.x87 < FIRST_NO_WAIT && E.isChecked(x87Writes(I.opcode, I.reg))) E.emit(Op.FWAIT);
    E.address(x87Bytes(I.opcode, I.reg, I.operandSize == 2), x87Writes(I.opcode, I.reg));
  }
  const fop = ((I.opcode & 7) << 8) | (I.mod << 6) | (I.reg << 3) | I.rm;
  const imm = I.x87 | (fop << 16);
  const op = fastX87(I.x87);
  if (I.isRegister()) E.emit(op, 0, I.rm, imm);
  else E.emitMemory(op, 1 + I.segment, I.rm, imm);
}

/** The micro-op of an x87 instruction: its own, if it has a fast path. */
function fastX87(instruction: u32): u32 {
  switch (instruction) {
    case X87.FLD_M32:
      return Op.FLD_M32;
    case X87.FLD_M64:
      return Op.FLD_M64;
    case X87.FLD_STI:
      return Op.FLD_STI;
    case X87.FLD1:
      return Op.FLD1;
    case X87.FLDZ:
      return Op.FLDZ;
    case X87.FILD_M32:
      return Op.FILD_M32;
    case X87.FILD_M64:
      return Op.FILD_M64;
    case X87.FST_M32:
      return Op.FST_M32;
    case X87.FST_M64:
      return Op.FST_M64;
    case X87.FST_STI:
      return Op.FST_STI;
    case X87.FSTP_M32:
      return Op.FSTP_M32;
    case X87.FSTP_M64:
      return Op.FSTP_M64;
    case X87.FSTP_STI:
      return Op.FSTP_STI;
    case X87.FXCH_STI:
      return Op.FXCH_STI;
    case X87.FCHS:
      return Op.FCHS;
    case X87.FABS:
      return Op.FABS;
    case X87.FSQRT:
      return Op.FSQRT;
    case X87.FADD_M32:
      return Op.FADD_M32;
    case X87.FADD_M64:
      return Op.FADD_M64;
    case X87.FADD_ST_STI:
      return Op.FADD_ST_STI;
    case X87.FADDP_STI_ST:
      return Op.FADDP_STI_ST;
    case X87.FMUL_M32:
      return Op.FMUL_M32;
    case X87.FMUL_M64:
      return Op.FMUL_M64;
    case X87.FMUL_ST_STI:
      return Op.FMUL_ST_STI;
    case X87.FMULP_STI_ST:
      return Op.FMULP_STI_ST;
    case X87.FSUB_M32:
      return Op.FSUB_M32;
    case X87.FSUB_M64:
      return Op.FSUB_M64;
    case X87.FSUB_ST_STI:
      return Op.FSUB_ST_STI;
    case X87.FSUBP_STI_ST:
      return Op.FSUBP_STI_ST;
    case X87.FSUBR_M32:
      return Op.FSUBR_M32;
    case X87.FSUBR_M64:
      return Op.FSUBR_M64;
    case X87.FSUBR_ST_STI:
      return Op.FSUBR_ST_STI;
    case X87.FSUBRP_STI_ST:
      return Op.FSUBRP_STI_ST;
    case X87.FDIV_M64:
      return Op.FDIV_M64;
    case X87.FDIV_ST_STI:
      return Op.FDIV_ST_STI;
    case X87.FDIVP_STI_ST:
      return Op.FDIVP_STI_ST;
    case X87.FDIVR_M64:
      return Op.FDIVR_M64;
    case X87.FDIVR_ST_STI:
      return Op.FDIVR_ST_STI;
    case X87.FDIVRP_STI_ST:
      return Op.FDIVRP_STI_ST;
    case X87.FLD_M80:
      return Op.FLD_M80;
    case X87.FSTP_M80:
      return Op.FSTP_M80;
    case X87.FIST_M32:
      return Op.FIST_M32;
    case X87.FISTP_M32:
      return Op.FISTP_M32;
    case X87.FISTP_M64:
      return Op.FISTP_M64;
    case X87.FCOM_M32:
      return Op.FCOM_M32;
    case X87.FCOMP_M32:
      return Op.FCOMP_M32;
    case X87.FCOM_M64:
      return Op.FCOM_M64;
    case X87.FCOMP_M64:
      return Op.FCOMP_M64;
    case X87.FCOM_STI:
      return Op.FCOM_STI;
    case X87.FCOMP_STI:
      return Op.FCOMP_STI;
    case X87.FUCOM_STI:
      return Op.FUCOM_STI;
    case X87.FUCOMP_STI:
      return Op.FUCOMP_STI;
    case X87.FCOMPP:
      return Op.FCOMPP;
    case X87.FUCOMPP:
      return Op.FUCOMPP;
    case X87.FCOMI_ST_STI:
      return Op.FCOMI_ST_STI;
    case X87.FCOMIP_ST_STI:
      return Op.FCOMIP_ST_STI;
    case X87.FUCOMI_ST_STI:
      return Op.FUCOMI_ST_STI;
    case X87.FUCOMIP_ST_STI:
      return Op.FUCOMIP_ST_STI;
    case X87.FLDCW:
      return Op.FLDCW;
    case X87.FNSTCW:
      return Op.FNSTCW;
    case X87.FNSTSW_AX:
      return Op.FNSTSW_AX;
    default:
      return Op.X87;
  }
}

/** The EIP that a relative transfer goes to; with 16-bit operands it is cut to 16 bits. */
function relative(): u32 {
  const target = I.nextEip() + I.immediate;
  return I.operandSize == 2 ? target & 0xffff : target;
}

/** The slot that holds where a near transfer goes. */
function target(first: Operand): u32 {
  if (first != Operand.Jb && first != Operand.Jz) return E.source(first, I.operandSize);
  E.emit(Op.MOV_RI_32, SLOT_TEMP, 0, relative());
  return SLOT_TEMP;
}

function jump(first: Operand): void {
  const isRelative = first == Operand.Jb || first == Operand.Jz;
  if (isUnusual() || (!isRelative && I.operandSize == 2)) {
    return E.emitEnd(Op.JMP_NEAR_16 + (I.operandSize >> 2), 0, target(first), 0, 0, 0);
  }
  if (isRelative) return E.emitEnd(Op.JMP, 0, 0, 0, relative(), I.next);
  if (E.isMemory(first)) {
    E.address(4);
    E.emitMemory(Op.JMP_M);
    return E.emitLinks(0, 0);
  }
  E.emitEnd(Op.JMP_R, 0, E.slot(first, 4), 0, 0, 0);
}

function call(first: Operand): void {
  if (isUnusual() || I.operandSize == 2) {
    return E.emitEnd(Op.CALL_NEAR_16 + (I.operandSize >> 2), 0, target(first), I.nextEip(), 0, 0);
  }
  if (first == Operand.Jz) return E.emitEnd(Op.CALL, 0, 0, I.next, relative(), I.next);
  if (E.isMemory(first)) {
    E.address(4);
    E.emitMemory(Op.CALL_M, 0, 0, I.next);
    return E.emitLinks(0, 0);
  }
  E.emitEnd(Op.CALL_R, 0, E.slot(first, 4), I.next, 0, 0);
}

/** Jcc, fused with a comparison just before it. */
function jumpIf(condition: u32): void {
  if (isUnusual()) return E.emitEnd(Op.JCC_NEAR, 0, 0, condition, relative(), I.nextEip());
  const fused = fusion(E.lastCode(), condition);
  if (fused && I.operandSize == 4) {
    E.rewriteLast(fused);
    E.emitLinks(relative(), I.next);
  } else {
    E.emitEnd(Op.JO + condition, 0, 0, 0, relative(), I.next);
  }
}

/** The micro-op for comparison `before` and Jcc `condition` in one, or 0. */
function fusion(before: u32, condition: u32): u32 {
  // O, NO, S, NS, P, NP after CMP are rare.
  const column = condition >= 12 ? condition - 6 : condition - 2;
  const usual = (condition >= 2 && condition < 8) || condition >= 12;
  if (before == Op.CMP_RR_32 && usual) return Op.CMP_RR_JB + column;
  if (before == Op.CMP_RI_32 && usual) return Op.CMP_RI_JB + column;
  if (before == Op.TEST_RR_32) {
    switch (condition) {
      case 4:
        return Op.TEST_RR_JE;
      case 5:
        return Op.TEST_RR_JNE;
      case 8:
        return Op.TEST_RR_JS;
      case 9:
        return Op.TEST_RR_JNS;
      case 14:
        return Op.TEST_RR_JLE;
      case 15:
        return Op.TEST_RR_JG;
    }
  }
  if (before == Op.TEST_RI_32) {
    if (condition == 4) return Op.TEST_RI_JE;
    if (condition == 5) return Op.TEST_RI_JNE;
  }
  return 0;
}

function setIf(first: Operand): void {
  if (!E.isMemory(first)) return E.emit(Op.SETCC, E.slot(first, 1), 0, I.opcode & 15);
  E.emit(Op.SETCC, SLOT_TEMP, 0, I.opcode & 15);
  E.address(1, true);
  E.emitStore(1, SLOT_TEMP);
}

/** Far JMP and CALL: `memory` is the 16-bit form through a pointer in memory, with the 32-bit one after it. */
function far(first: Operand, direct16: u32, direct32: u32, memory: u32): void {
  const wide: u32 = I.operandSize >> 2;
  if (first == Operand.Ap) {
    E.emitEnd(wide ? direct32 : direct16, 0, 0, I.immediate2, I.immediate, I.nextEip());
  } else {
    E.address(I.operandSize + 2, false, I.operandSize);
    E.emitMemory(memory + wide);
    E.emitLinks(0, I.nextEip());
  }
}
