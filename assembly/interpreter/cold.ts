/** The rarer micro-ops, one line each, out of the loop's way. The outcome says how the loop goes on. */
import { AC, BR, GP, raise } from "../cpu/exceptions";
import { cpuid } from "../cpu/cpuid";
import {
  arithmeticFlags,
  carry,
  condition,
  DF,
  getEflags,
  overflow,
  setArithmeticFlags,
  setCarry,
  zero,
} from "../cpu/flags";
import { linear, linearize, loadSegment, selectorOf } from "../cpu/segments";
import { EAX, ECX, EDX, EIP, ESP, FLAGS_OTHER } from "../cpu/state";
import { checkRead, checkWrite } from "../memory/access";
import { instructionEip } from "../memory/code";
import { code, disp, dst, imm, NEXT_EIP, src, TAKEN_EIP } from "../microcode/format";
import { LINEAR_ACCESS, Op } from "../microcode/list";
import { executeSimd } from "../simd/execute";
import { executeX87 } from "../x87/execute";
import { X87 } from "../x87/list";
import { address, base, index } from "./address";
import * as Bits from "./bits";
import * as Decimal from "./decimal";
import * as Far from "./far";
import * as Multiply from "./multiply";
import { DONE, FAULT, JUMPED, SHADOWED, TRAPPED } from "./outcome";
import { get, put } from "./registers";
import * as Shifts from "./shifts";
import * as Stack from "./stack";
import { executeString } from "./strings";

const SS: usize = 2;

/** DONE or FAULT. */
function outcome(done: bool): u32 {
  return done ? DONE : FAULT;
}

/** JUMPED to where EIP says, or FAULT. */
function jumped(done: bool): u32 {
  return done ? JUMPED : FAULT;
}

function jumpTo(eip: u32): u32 {
  store<u32>(EIP, eip);
  return JUMPED;
}

/** Goes on after the instruction, through EIP, since the way code is decoded may have changed. */
function nextAnew(op: usize, done: bool): u32 {
  return done ? jumpTo(load<u32>(op, NEXT_EIP)) : FAULT;
}

/** The same after MOV and POP to segment register `register`. */
function nextAfterLoad(op: usize, register: usize, done: bool): u32 {
  const next = nextAnew(op, done);
  return done && register == SS ? SHADOWED : next;
}

function trap(op: usize): u32 {
  raise(imm(op));
  store<u32>(EIP, load<u32>(op, NEXT_EIP));
  return TRAPPED;
}

export function executeCold(op: usize, block: usize): u32 {
  const to = dst(op);
  const from = src(op);
  switch (code(op)) {
    case Op.RAISE:
      return outcome(raise(imm(op), disp(op)));
    case Op.TRAP:
      return trap(op);
    case Op.INTO:
      return overflow() ? trap(op) : jumpTo(load<u32>(op, NEXT_EIP));
    case Op.LINEAR:
      if (!linearize(<u32>from, address(op), imm(op) & 0xffff, imm(op) >> LINEAR_ACCESS)) return FAULT;
      put<u32>(to, linear);
      return DONE;
    case Op.ALIGNED:
      return outcome(!(address(op) & imm(op)) || raise(AC));
    case Op.ALIGNED_16:
      return outcome(!((address(op) + get<u32>(from)) & 15) || raise(GP));
    case Op.POPPED_ESP:
      put<u32>(to, Stack.stackPointer(load<u32>(ESP) + imm(op)));
      return DONE;
    case Op.LEA_ADDRESS_16:
      put<u32>(to, (get<u32>(base(op)) + get<u32>(index(op)) + disp(op)) & 0xffff);
      return DONE;

    case Op.SHIFT_I_8:
      put<u8>(to, Shifts.shift<u8>(<u32>from, get<u8>(to), imm(op)));
      return DONE;
    case Op.SHIFT_I_16:
      put<u16>(to, Shifts.shift<u16>(<u32>from, get<u16>(to), imm(op)));
      return DONE;
    case Op.SHIFT_I_32:
      put<u32>(to, Shifts.shift<u32>(<u32>from, get<u32>(to), imm(op)));
      return DONE;
    case Op.SHIFT_CL_8:
      put<u8>(to, Shifts.shift<u8>(<u32>from, get<u8>(to), load<u8>(ECX)));
      return DONE;
    case Op.SHIFT_CL_16:
      put<u16>(to, Shifts.shift<u16>(<u32>from, get<u16>(to), load<u8>(ECX)));
      return DONE;
    case Op.SHIFT_CL_32:
      put<u32>(to, Shifts.shift<u32>(<u32>from, get<u32>(to), load<u8>(ECX)));
      return DONE;
    case Op.SHLD_I_16:
      put<u16>(to, Shifts.shld16(get<u16>(to), get<u16>(from), imm(op)));
      return DONE;
    case Op.SHLD_CL_16:
      put<u16>(to, Shifts.shld16(get<u16>(to), get<u16>(from), load<u8>(ECX)));
      return DONE;
    case Op.SHLD_CL_32:
      put<u32>(to, Shifts.shld32(get<u32>(to), get<u32>(from), load<u8>(ECX)));
      return DONE;
    case Op.SHRD_I_16:
      put<u16>(to, Shifts.shrd16(get<u16>(to), get<u16>(from), imm(op)));
      return DONE;
    case Op.SHRD_CL_16:
      put<u16>(to, Shifts.shrd16(get<u16>(to), get<u16>(from), load<u8>(ECX)));
      return DONE;
    case Op.SHRD_CL_32:
      put<u32>(to, Shifts.shrd32(get<u32>(to), get<u32>(from), load<u8>(ECX)));
      return DONE;

    case Op.MUL_8:
      Multiply.mul8(get<u8>(from));
      return DONE;
    case Op.MUL_16:
      Multiply.mul16(get<u16>(from));
      return DONE;
    case Op.IMUL_8:
      Multiply.imul8(get<u8>(from));
      return DONE;
    case Op.IMUL_16:
      Multiply.imul16(get<u16>(from));
      return DONE;
    case Op.IMUL_RRI_16:
      put<u16>(to, Multiply.product16(get<u16>(from), imm(op)));
      return DONE;
    case Op.IMUL_RR_16:
      put<u16>(to, Multiply.product16(get<u16>(to), get<u16>(from)));
      return DONE;
    case Op.DIV_8:
      return outcome(Multiply.div8(get<u8>(from)));
    case Op.DIV_16:
      return outcome(Multiply.div16(get<u16>(from)));
    case Op.IDIV_8:
      return outcome(Multiply.idiv8(get<u8>(from)));
    case Op.IDIV_16:
      return outcome(Multiply.idiv16(get<u16>(from)));
    case Op.CBW:
      store<i16>(EAX, <i16>load<i8>(EAX));
      return DONE;
    case Op.CWD:
      store<i16>(EDX, load<i16>(EAX) >> 15);
      return DONE;

    case Op.BIT_16:
      put<u16>(to, Bits.bitTest<u16>(imm(op), get<u16>(to), get<u32>(from)));
      return DONE;
    case Op.BIT_32:
      put<u32>(to, Bits.bitTest<u32>(imm(op), get<u32>(to), get<u32>(from)));
      return DONE;
    case Op.BIT_ADDRESS_16:
      put<u32>(to, address(op) + <u32>(((<i32>(<i16>get<u16>(from))) >> 4) << 1));
      return DONE;
    case Op.BIT_ADDRESS_32:
      put<u32>(to, address(op) + <u32>(((<i32>get<u32>(from)) >> 5) << 2));
      return DONE;
    case Op.BSF_16:
      Bits.scanForward<u16>(to, get<u16>(from));
      return DONE;
    case Op.BSF_32:
      Bits.scanForward<u32>(to, get<u32>(from));
      return DONE;
    case Op.BSR_16:
      Bits.scanReverse<u16>(to, get<u16>(from));
      return DONE;
    case Op.BSR_32:
      Bits.scanReverse<u32>(to, get<u32>(from));
      return DONE;
    case Op.BSWAP:
      // With 16-bit operands undefined; processors clear the word.
      if (imm(op) == 4) put<u32>(to, bswap<u32>(get<u32>(to)));
      else put<u16>(to, 0);
      return DONE;
    case Op.POPCNT_16:
      Bits.populationCount<u16>(to, get<u16>(from));
      return DONE;
    case Op.POPCNT_32:
      Bits.populationCount<u32>(to, get<u32>(from));
      return DONE;
    case Op.LZCNT_16:
      Bits.countLeading<u16>(to, get<u16>(from));
      return DONE;
    case Op.LZCNT_32:
      Bits.countLeading<u32>(to, get<u32>(from));
      return DONE;
    case Op.MOVBE_16:
      put<u16>(to, bswap<u16>(<u16>get<u16>(from)));
      return DONE;
    case Op.MOVBE_32:
      put<u32>(to, bswap<u32>(get<u32>(from)));
      return DONE;
    case Op.CRC32_8:
      put<u32>(to, Bits.crc32(get<u32>(to), get<u8>(from), 8));
      return DONE;
    case Op.CRC32_16:
      put<u32>(to, Bits.crc32(get<u32>(to), get<u16>(from), 16));
      return DONE;
    case Op.CRC32_32:
      put<u32>(to, Bits.crc32(get<u32>(to), get<u32>(from), 32));
      return DONE;
    case Op.XADD_8:
      Bits.exchangeAdd<u8>(to, from);
      return DONE;
    case Op.XADD_16:
      Bits.exchangeAdd<u16>(to, from);
      return DONE;
    case Op.XADD_32:
      Bits.exchangeAdd<u32>(to, from);
      return DONE;
    case Op.CMPXCHG_8:
      Bits.compareExchange<u8>(to, from);
      return DONE;
    case Op.CMPXCHG_16:
      Bits.compareExchange<u16>(to, from);
      return DONE;
    case Op.CMPXCHG_32:
      Bits.compareExchange<u32>(to, from);
      return DONE;
    case Op.CMPXCHG8B:
      return outcome(Bits.compareExchange8(address(op)));

    case Op.DAA:
      Decimal.daa();
      return DONE;
    case Op.DAS:
      Decimal.das();
      return DONE;
    case Op.AAA:
      Decimal.aaa();
      return DONE;
    case Op.AAS:
      Decimal.aas();
      return DONE;
    case Op.AAM:
      return outcome(Decimal.aam(imm(op)));
    case Op.AAD:
      Decimal.aad(imm(op));
      return DONE;

    case Op.CLC:
      setCarry(0);
      return DONE;
    case Op.STC:
      setCarry(1);
      return DONE;
    case Op.CMC:
      setCarry(carry() ^ 1);
      return DONE;
    case Op.CLD:
      store<u32>(FLAGS_OTHER, load<u32>(FLAGS_OTHER) & ~DF);
      return DONE;
    case Op.STD:
      store<u32>(FLAGS_OTHER, load<u32>(FLAGS_OTHER) | DF);
      return DONE;
    case Op.LAHF:
      store<u8>(EAX + 1, <u8>(arithmeticFlags() | 2));
      return DONE;
    case Op.SAHF:
      setArithmeticFlags((arithmeticFlags() & 0xffffff00) | load<u8>(EAX + 1));
      return DONE;
    case Op.SALC:
      store<u8>(EAX, carry() ? 0xff : 0);
      return DONE;
    case Op.PUSHF_16:
      return outcome(Stack.push<u16>(getEflags()));
    case Op.PUSHF_32:
      return outcome(Stack.push<u32>(getEflags()));
    case Op.POPF_16:
      return nextAnew(op, Stack.popFlags16());
    case Op.POPF_32:
      return nextAnew(op, Stack.popFlags32());

    case Op.PUSH_R_16:
      return outcome(Stack.push<u16>(get<u16>(from)));
    case Op.PUSH_R_32:
      return outcome(Stack.push<u32>(get<u32>(from)));
    case Op.PUSH_I_16:
      return outcome(Stack.push<u16>(imm(op)));
    case Op.PUSH_I_32:
      return outcome(Stack.push<u32>(imm(op)));
    case Op.POP_R_16:
      return outcome(Stack.pop<u16>(to));
    case Op.POP_R_32:
      return outcome(Stack.pop<u32>(to));
    case Op.POP_M_16:
      return outcome(Stack.popMemory<u16>(address(op)));
    case Op.POP_M_32:
      return outcome(Stack.popMemory<u32>(address(op)));
    case Op.PUSHA_16:
      return outcome(Stack.pushAll<u16>());
    case Op.PUSHA_32:
      return outcome(Stack.pushAll<u32>());
    case Op.POPA_16:
      return outcome(Stack.popAll<u16>());
    case Op.POPA_32:
      return outcome(Stack.popAll<u32>());
    case Op.ENTER_16:
      return outcome(Stack.enter<u16>(imm(op), disp(op)));
    case Op.ENTER_32:
      return outcome(Stack.enter<u32>(imm(op), disp(op)));
    case Op.LEAVE_16:
      return outcome(Stack.leave<u16>());
    case Op.LEAVE_32:
      return outcome(Stack.leave<u32>());

    case Op.MOV_FROM_SEGMENT:
      if (imm(op) == 4) put<u32>(to, selectorOf(<u32>from));
      else put<u16>(to, selectorOf(<u32>from));
      return DONE;
    case Op.MOV_TO_SEGMENT:
      return nextAfterLoad(op, to, loadSegment(<u32>to, get<u16>(from)));
    case Op.PUSH_SEGMENT_16:
      return outcome(Stack.push<u16>(selectorOf(<u32>from)));
    case Op.PUSH_SEGMENT_32:
      return outcome(Stack.push<u32>(selectorOf(<u32>from)));
    case Op.POP_SEGMENT_16:
      return nextAfterLoad(op, to, Far.popSegment(<u32>to, 2));
    case Op.POP_SEGMENT_32:
      return nextAfterLoad(op, to, Far.popSegment(<u32>to, 4));
    case Op.LOAD_FAR_16:
      return nextAnew(op, Far.loadFar<u16>(<u32>from, to, address(op)));
    case Op.LOAD_FAR_32:
      return nextAnew(op, Far.loadFar<u32>(<u32>from, to, address(op)));
    case Op.LAR_16:
      Far.loadAccessRights<u16>(to, get<u16>(from));
      return DONE;
    case Op.LAR_32:
      Far.loadAccessRights<u32>(to, get<u16>(from));
      return DONE;
    case Op.LSL_16:
      Far.loadSegmentLimit<u16>(to, get<u16>(from));
      return DONE;
    case Op.LSL_32:
      Far.loadSegmentLimit<u32>(to, get<u16>(from));
      return DONE;
    case Op.VERR:
      Far.verify(get<u16>(from), false);
      return DONE;
    case Op.VERW:
      Far.verify(get<u16>(from), true);
      return DONE;
    case Op.ARPL:
      put<u16>(to, Far.adjustPrivilege(get<u16>(to), get<u16>(from)));
      return DONE;
    case Op.ARPL_M:
      return outcome(Far.adjustPrivilegeMemory(address(op), get<u16>(from), imm(op)));
    case Op.STORE_TABLE:
      if (!checkWrite(address(op), 6)) return FAULT;
      store<u16>(address(op), 0);
      store<u32>(address(op) + 2, imm(op));
      return DONE;

    case Op.MOVS_8:
    case Op.MOVS_16:
    case Op.MOVS_32:
    case Op.CMPS_8:
    case Op.CMPS_16:
    case Op.CMPS_32:
    case Op.STOS_8:
    case Op.STOS_16:
    case Op.STOS_32:
    case Op.LODS_8:
    case Op.LODS_16:
    case Op.LODS_32:
    case Op.SCAS_8:
    case Op.SCAS_16:
    case Op.SCAS_32:
      return executeString(op);

    case Op.BOUND_16:
      return outcome(bound<i16>(<i32>(<i16>get<u16>(from)), address(op)));
    case Op.BOUND_32:
      return outcome(bound<i32>(<i32>get<u32>(from), address(op)));
    case Op.CPUID:
      cpuid();
      return DONE;
    case Op.FWAIT:
      return outcome(executeX87(X87.FWAIT, 0, 0, 0, instructionEip(block, op), 0));
    case Op.SIMD:
      return outcome(executeSimd(op));

    case Op.JMP_NEAR_16:
      return jumped(Far.jumpNear(get<u16>(from)));
    case Op.JMP_NEAR_32:
      return jumped(Far.jumpNear(get<u32>(from)));
    case Op.CALL_NEAR_16:
      return jumped(Far.callNear<u16>(get<u16>(from), imm(op)));
    case Op.CALL_NEAR_32:
      return jumped(Far.callNear<u32>(get<u32>(from), imm(op)));
    case Op.RET_NEAR_16:
      return jumped(Far.returnNear<u16>(imm(op)));
    case Op.RET_NEAR_32:
      return jumped(Far.returnNear<u32>(imm(op)));
    case Op.JCC_NEAR:
      return branch(op, condition(imm(op)));
    case Op.GO_ON:
      return jumpTo(load<u32>(op, NEXT_EIP));
    case Op.JMP_FAR:
      return jumped(Far.jumpFar(imm(op), load<u32>(op, TAKEN_EIP)));
    case Op.CALL_FAR_16:
      return jumped(Far.callFar<u16>(imm(op), load<u32>(op, TAKEN_EIP), load<u32>(op, NEXT_EIP)));
    case Op.CALL_FAR_32:
      return jumped(Far.callFar<u32>(imm(op), load<u32>(op, TAKEN_EIP), load<u32>(op, NEXT_EIP)));
    case Op.JMP_FAR_M_16:
      return jumped(Far.jumpFarMemory<u16>(address(op)));
    case Op.JMP_FAR_M_32:
      return jumped(Far.jumpFarMemory<u32>(address(op)));
    case Op.CALL_FAR_M_16:
      return jumped(Far.callFarMemory<u16>(address(op), load<u32>(op, NEXT_EIP)));
    case Op.CALL_FAR_M_32:
      return jumped(Far.callFarMemory<u32>(address(op), load<u32>(op, NEXT_EIP)));
    case Op.RET_FAR_16:
      return jumped(Far.returnFar<u16>(imm(op)));
    case Op.RET_FAR_32:
      return jumped(Far.returnFar<u32>(imm(op)));
    case Op.IRET_16:
      return jumped(Far.returnInterrupt<u16>());
    case Op.IRET_32:
      return jumped(Far.returnInterrupt<u32>());
    case Op.LOOP:
      return loop(op);
    default:
      // The decoder emits nothing else.
      unreachable();
      return FAULT;
  }
}

/** BOUND: #BR unless the two numbers at `address` enclose `value`. */
function bound<T extends number>(value: i32, address: u32): bool {
  if (!checkRead(address, 2 * sizeof<T>())) return false;
  if (value < <i32>load<T>(address) || value > <i32>load<T>(address + sizeof<T>())) return raise(BR);
  return true;
}

/** A conditional branch. */
function branch(op: usize, taken: bool): u32 {
  return taken ? jumped(Far.jumpNear(load<u32>(op, TAKEN_EIP))) : jumpTo(load<u32>(op, NEXT_EIP));
}

/** Counts only if the branch, when it is taken, stays within the limit of CS. */
function loop(op: usize): u32 {
  const count = load<u32>(ECX);
  const outcome = branch(op, loops(imm(op)));
  if (outcome == FAULT) store<u32>(ECX, count);
  return outcome;
}

/** LOOPNE, LOOPE, LOOP, JCXZ (bits 0 and 1), with CX for ECX if bit 8 is set: is the branch taken? */
function loops(kind: u32): bool {
  const narrow = (kind & 256) != 0;
  if ((kind & 3) == 3) return !(narrow ? <u32>load<u16>(ECX) : load<u32>(ECX));
  if (narrow) store<u16>(ECX, load<u16>(ECX) - 1);
  else store<u32>(ECX, load<u32>(ECX) - 1);
  const more = (narrow ? <u32>load<u16>(ECX) : load<u32>(ECX)) != 0;
  if ((kind & 3) == 0) return more && !zero();
  if ((kind & 3) == 1) return more && zero();
  return more;
}
