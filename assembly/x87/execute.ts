/**
 * Dispatch of the x87 instructions, no semantics. Those that break out of the switch leave their address and their
 * operand's behind; those that return leave them as they are.
 */
import { MF, raise, UD } from "../cpu/exceptions";
import { X87_STATUS } from "../cpu/state";
import { FIRST_NO_WAIT, X87 } from "./list";
import {
  operateDouble,
  operateInteger16,
  operateInteger32,
  operateRegisters,
  operateSingle,
  Operation,
} from "./arithmetic";
import { arctangent } from "./arctangent";
import { compareMemory, compareRegisters, compareToFlags, compareZero, examine, ORDERED, QUIET } from "./comparisons";
import {
  clearExceptions,
  initialise,
  loadControl,
  loadEnvironment,
  remember,
  rememberOperand,
  restore,
  save,
  storeControl,
  storeEnvironment,
  storeStatus,
  storeStatusInAx,
} from "./control";
import { readDouble, readInteger16, readInteger32, readSingle } from "./conversions";
import { loadDecimal, storeDecimal } from "./decimal";
import { powerMinusOne } from "./exponential";
import { changeSign, extract, roundToInteger, scale, squareRoot } from "./functions";
import { logarithm, logarithmOfOnePlus } from "./logarithm";
import { remainder, TO_NEAREST, TOWARDS_ZERO } from "./remainder";
import { adoptTop, free, freeAndPop, turn, unready } from "./stack";
import { ES } from "./status";
import {
  exchange,
  loadConstant,
  loadDouble,
  loadExtended,
  loadInteger16,
  loadInteger32,
  loadInteger64,
  loadRegister,
  loadRounded,
  loadSingle,
  moveIf,
  storeDouble,
  storeExtended,
  storeInteger16,
  storeInteger32,
  storeInteger64,
  storeTruncated16,
  storeTruncated32,
  storeTruncated64,
  storeRegister,
  storeSingle,
  storeUnchecked,
} from "./transfer";
import { cosine, sine, sineAndCosine, tangent } from "./trigonometry";

/**
 * Executes one instruction.
 *
 * @param instruction its number in the list
 * @param i ModR/M bits 2..0: which ST(i)
 * @param address linear address of the memory operand, or 0 if there is none
 * @param instructionPointer EIP of the instruction
 * @param segment number of the segment register that the operand was addressed by
 * @param opcode its 11-bit opcode: bits 2..0 of D8..DF, then ModR/M
 * @returns false if it raised an exception, and then it has changed nothing
 */
export function executeX87(
  instruction: u32,
  i: u32,
  address: u32,
  segment: u32,
  instructionPointer: u32,
  opcode: u32,
): bool {
  const status = load<u32>(X87_STATUS);
  if (unready(status)) {
    adoptTop();
    if (status & ES && instruction < FIRST_NO_WAIT) return raise(MF);
  }
  let done: bool = true;
  switch (instruction) {
    case X87.FADD_M32:
      done = operateSingle(Operation.ADD, address);
      break;
    case X87.FADD_M64:
      done = operateDouble(Operation.ADD, address);
      break;
    case X87.FADD_ST_STI:
      done = operateRegisters(Operation.ADD, 0, i, false);
      break;
    case X87.FADD_STI_ST:
      done = operateRegisters(Operation.ADD, i, 0, false);
      break;
    case X87.FADDP_STI_ST:
      done = operateRegisters(Operation.ADD, i, 0, true);
      break;
    case X87.FIADD_M16:
      done = operateInteger16(Operation.ADD, address);
      break;
    case X87.FIADD_M32:
      done = operateInteger32(Operation.ADD, address);
      break;
    case X87.FMUL_M32:
      done = operateSingle(Operation.MULTIPLY, address);
      break;
    case X87.FMUL_M64:
      done = operateDouble(Operation.MULTIPLY, address);
      break;
    case X87.FMUL_ST_STI:
      done = operateRegisters(Operation.MULTIPLY, 0, i, false);
      break;
    case X87.FMUL_STI_ST:
      done = operateRegisters(Operation.MULTIPLY, i, 0, false);
      break;
    case X87.FMULP_STI_ST:
      done = operateRegisters(Operation.MULTIPLY, i, 0, true);
      break;
    case X87.FIMUL_M16:
      done = operateInteger16(Operation.MULTIPLY, address);
      break;
    case X87.FIMUL_M32:
      done = operateInteger32(Operation.MULTIPLY, address);
      break;
    case X87.FSUB_M32:
      done = operateSingle(Operation.SUBTRACT, address);
      break;
    case X87.FSUB_M64:
      done = operateDouble(Operation.SUBTRACT, address);
      break;
    case X87.FSUB_ST_STI:
      done = operateRegisters(Operation.SUBTRACT, 0, i, false);
      break;
    case X87.FSUB_STI_ST:
      done = operateRegisters(Operation.SUBTRACT, i, 0, false);
      break;
    case X87.FSUBP_STI_ST:
      done = operateRegisters(Operation.SUBTRACT, i, 0, true);
      break;
    case X87.FISUB_M16:
      done = operateInteger16(Operation.SUBTRACT, address);
      break;
    case X87.FISUB_M32:
      done = operateInteger32(Operation.SUBTRACT, address);
      break;
    case X87.FSUBR_M32:
      done = operateSingle(Operation.SUBTRACT_REVERSED, address);
      break;
    case X87.FSUBR_M64:
      done = operateDouble(Operation.SUBTRACT_REVERSED, address);
      break;
    case X87.FSUBR_ST_STI:
      done = operateRegisters(Operation.SUBTRACT_REVERSED, 0, i, false);
      break;
    case X87.FSUBR_STI_ST:
      done = operateRegisters(Operation.SUBTRACT_REVERSED, i, 0, false);
      break;
    case X87.FSUBRP_STI_ST:
      done = operateRegisters(Operation.SUBTRACT_REVERSED, i, 0, true);
      break;
    case X87.FISUBR_M16:
      done = operateInteger16(Operation.SUBTRACT_REVERSED, address);
      break;
    case X87.FISUBR_M32:
      done = operateInteger32(Operation.SUBTRACT_REVERSED, address);
      break;
    case X87.FDIV_M32:
      done = operateSingle(Operation.DIVIDE, address);
      break;
    case X87.FDIV_M64:
      done = operateDouble(Operation.DIVIDE, address);
      break;
    case X87.FDIV_ST_STI:
      done = operateRegisters(Operation.DIVIDE, 0, i, false);
      break;
    case X87.FDIV_STI_ST:
      done = operateRegisters(Operation.DIVIDE, i, 0, false);
      break;
    case X87.FDIVP_STI_ST:
      done = operateRegisters(Operation.DIVIDE, i, 0, true);
      break;
    case X87.FIDIV_M16:
      done = operateInteger16(Operation.DIVIDE, address);
      break;
    case X87.FIDIV_M32:
      done = operateInteger32(Operation.DIVIDE, address);
      break;
    case X87.FDIVR_M32:
      done = operateSingle(Operation.DIVIDE_REVERSED, address);
      break;
    case X87.FDIVR_M64:
      done = operateDouble(Operation.DIVIDE_REVERSED, address);
      break;
    case X87.FDIVR_ST_STI:
      done = operateRegisters(Operation.DIVIDE_REVERSED, 0, i, false);
      break;
    case X87.FDIVR_STI_ST:
      done = operateRegisters(Operation.DIVIDE_REVERSED, i, 0, false);
      break;
    case X87.FDIVRP_STI_ST:
      done = operateRegisters(Operation.DIVIDE_REVERSED, i, 0, true);
      break;
    case X87.FIDIVR_M16:
      done = operateInteger16(Operation.DIVIDE_REVERSED, address);
      break;
    case X87.FIDIVR_M32:
      done = operateInteger32(Operation.DIVIDE_REVERSED, address);
      break;
    case X87.FCOM_M32:
      done = readSingle(address) && compareMemory(0);
      break;
    case X87.FCOM_M64:
      done = readDouble(address) && compareMemory(0);
      break;
    case X87.FCOM_STI:
      done = compareRegisters(i, ORDERED, 0);
      break;
    case X87.FICOM_M16:
      done = readInteger16(address) && compareMemory(0);
      break;
    case X87.FICOM_M32:
      done = readInteger32(address) && compareMemory(0);
      break;
    case X87.FCOMP_M32:
      done = readSingle(address) && compareMemory(1);
      break;
    case X87.FCOMP_M64:
      done = readDouble(address) && compareMemory(1);
      break;
    case X87.FCOMP_STI:
      done = compareRegisters(i, ORDERED, 1);
      break;
    case X87.FICOMP_M16:
      done = readInteger16(address) && compareMemory(1);
      break;
    case X87.FICOMP_M32:
      done = readInteger32(address) && compareMemory(1);
      break;
    case X87.FCOMPP:
      done = compareRegisters(1, ORDERED, 2);
      break;
    case X87.FUCOM_STI:
      done = compareRegisters(i, QUIET, 0);
      break;
    case X87.FUCOMP_STI:
      done = compareRegisters(i, QUIET, 1);
      break;
    case X87.FUCOMPP:
      done = compareRegisters(1, QUIET, 2);
      break;
    case X87.FCOMI_ST_STI:
      done = compareToFlags(i, ORDERED, false);
      break;
    case X87.FCOMIP_ST_STI:
      done = compareToFlags(i, ORDERED, true);
      break;
    case X87.FUCOMI_ST_STI:
      done = compareToFlags(i, QUIET, false);
      break;
    case X87.FUCOMIP_ST_STI:
      done = compareToFlags(i, QUIET, true);
      break;
    case X87.FTST:
      done = compareZero();
      break;
    case X87.FXAM:
      done = examine();
      break;
    case X87.FLD_M32:
      done = loadSingle(address);
      break;
    case X87.FLD_M64:
      done = loadDouble(address);
      break;
    case X87.FLD_M80:
      done = loadExtended(address);
      break;
    case X87.FLD_STI:
      done = loadRegister(i);
      break;
    case X87.FST_M32:
      done = storeSingle(address, false);
      break;
    case X87.FST_M64:
      done = storeDouble(address, false);
      break;
    case X87.FST_STI:
      done = storeRegister(i, false);
      break;
    case X87.FSTP_M32:
      done = storeSingle(address, true);
      break;
    case X87.FSTP_M64:
      done = storeDouble(address, true);
      break;
    case X87.FSTP_M80:
      done = storeExtended(address);
      break;
    case X87.FSTP_STI:
      done = storeRegister(i, true);
      break;
    case X87.FSTPNCE_STI:
      done = storeUnchecked(i);
      break;
    case X87.FILD_M16:
      done = loadInteger16(address);
      break;
    case X87.FILD_M32:
      done = loadInteger32(address);
      break;
    case X87.FILD_M64:
      done = loadInteger64(address);
      break;
    case X87.FIST_M16:
      done = storeInteger16(address, false);
      break;
    case X87.FIST_M32:
      done = storeInteger32(address, false);
      break;
    case X87.FISTP_M16:
      done = storeInteger16(address, true);
      break;
    case X87.FISTP_M32:
      done = storeInteger32(address, true);
      break;
    case X87.FISTP_M64:
      done = storeInteger64(address);
      break;
    case X87.FISTTP_M16:
      done = storeTruncated16(address);
      break;
    case X87.FISTTP_M32:
      done = storeTruncated32(address);
      break;
    case X87.FISTTP_M64:
      done = storeTruncated64(address);
      break;
    case X87.FBLD:
      done = loadDecimal(address);
      break;
    case X87.FBSTP:
      done = storeDecimal(address);
      break;
    case X87.FXCH_STI:
      done = exchange(i);
      break;
    case X87.FCMOVB:
      done = moveIf(0x2, i);
      break;
    case X87.FCMOVE:
      done = moveIf(0x4, i);
      break;
    case X87.FCMOVBE:
      done = moveIf(0x6, i);
      break;
    case X87.FCMOVU:
      done = moveIf(0xa, i);
      break;
    case X87.FCMOVNB:
      done = moveIf(0x3, i);
      break;
    case X87.FCMOVNE:
      done = moveIf(0x5, i);
      break;
    case X87.FCMOVNBE:
      done = moveIf(0x7, i);
      break;
    case X87.FCMOVNU:
      done = moveIf(0xb, i);
      break;
    case X87.FLD1:
      done = loadConstant(0x3fff, 0x8000000000000000);
      break;
    case X87.FLDL2T:
      done = loadRounded(0x4000, 0xd49a784bcd1b8afe, 0);
      break;
    case X87.FLDL2E:
      done = loadRounded(0x3fff, 0xb8aa3b295c17f0bb, 1);
      break;
    case X87.FLDPI:
      done = loadRounded(0x4000, 0xc90fdaa22168c234, 1);
      break;
    case X87.FLDLG2:
      done = loadRounded(0x3ffd, 0x9a209a84fbcff798, 1);
      break;
    case X87.FLDLN2:
      done = loadRounded(0x3ffe, 0xb17217f7d1cf79ab, 1);
      break;
    case X87.FLDZ:
      done = loadConstant(0, 0);
      break;
    case X87.FCHS:
      done = changeSign(0xffff, 0x8000);
      break;
    case X87.FABS:
      done = changeSign(0x7fff, 0);
      break;
    case X87.FSQRT:
      done = squareRoot();
      break;
    case X87.FRNDINT:
      done = roundToInteger();
      break;
    case X87.FSCALE:
      done = scale();
      break;
    case X87.FXTRACT:
      done = extract();
      break;
    case X87.FPREM:
      done = remainder(TOWARDS_ZERO);
      break;
    case X87.FPREM1:
      done = remainder(TO_NEAREST);
      break;
    case X87.F2XM1:
      done = powerMinusOne();
      break;
    case X87.FYL2X:
      done = logarithm();
      break;
    case X87.FYL2XP1:
      done = logarithmOfOnePlus();
      break;
    case X87.FPTAN:
      done = tangent();
      break;
    case X87.FPATAN:
      done = arctangent();
      break;
    case X87.FSIN:
      done = sine();
      break;
    case X87.FCOS:
      done = cosine();
      break;
    case X87.FSINCOS:
      done = sineAndCosine();
      break;
    case X87.FDECSTP:
      done = turn(7);
      break;
    case X87.FINCSTP:
      done = turn(1);
      break;
    case X87.FFREE_STI:
      done = free(i);
      break;
    case X87.FFREEP_STI:
      done = freeAndPop(i);
      break;
    case X87.FNOP:
      break;
    case X87.FLDCW:
      return loadControl(address);
    case X87.FLDENV:
      return loadEnvironment(address, false);
    case X87.FLDENV16:
      return loadEnvironment(address, true);
    case X87.FRSTOR:
      return restore(address, false);
    case X87.FRSTOR16:
      return restore(address, true);
    case X87.FWAIT:
      return true;
    case X87.FNSTCW:
      return storeControl(address);
    case X87.FNSTSW_M16:
      return storeStatus(address);
    case X87.FNSTSW_AX:
      return storeStatusInAx();
    case X87.FNSTENV:
      return storeEnvironment(address, false);
    case X87.FNSTENV16:
      return storeEnvironment(address, true);
    case X87.FNSAVE:
      return save(address, false);
    case X87.FNSAVE16:
      return save(address, true);
    case X87.FNCLEX:
      return clearExceptions();
    case X87.FNINIT:
      return initialise();
    case X87.FNENI:
      return true;
    case X87.FNDISI:
      return true;
    case X87.FNSETPM:
      return true;
    default:
      return raise(UD);
  }
  if (done) {
    remember(instructionPointer, opcode);
    if (address) rememberOperand(address, segment);
  }
  return done;
}
