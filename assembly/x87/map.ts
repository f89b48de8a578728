/**
 * The opcode map of D8..DF: SDM vol. 2, tables.
 *
 * Departures from the tables, each as the processors have it (seen on an AMD Zen 4):
 * - aliases that the tables leave blank: D9 D8+i (FSTPNCE), DC D0+i (FCOM), DC D8+i (FCOMP), DD C8+i (FXCH), DE D0+i (FCOMP),
 *   DF C0+i (FFREEP), DF C8+i (FXCH), DF D0+i and DF D8+i (FSTP);
 * - DB E0, DB E1 and DB E4 (FNENI, FNDISI, FNSETPM of the 8087 and 80287) do nothing; DB E5 (FRSTPM) is undefined.
 */
import { X87 } from "./list";

/** Memory forms: a line an opcode D8..DF, in it ModR/M bits 5..3 = 0..7. */
// prettier-ignore
const MEMORY: StaticArray<X87> = [
  // D8
  X87.FADD_M32, X87.FMUL_M32, X87.FCOM_M32, X87.FCOMP_M32, X87.FSUB_M32, X87.FSUBR_M32, X87.FDIV_M32, X87.FDIVR_M32,
  // D9
  X87.FLD_M32, X87.UNDEFINED, X87.FST_M32, X87.FSTP_M32, X87.FLDENV, X87.FLDCW, X87.FNSTENV, X87.FNSTCW,
  // DA
  X87.FIADD_M32, X87.FIMUL_M32, X87.FICOM_M32, X87.FICOMP_M32, X87.FISUB_M32, X87.FISUBR_M32, X87.FIDIV_M32, X87.FIDIVR_M32,
  // DB
  X87.FILD_M32, X87.FISTTP_M32, X87.FIST_M32, X87.FISTP_M32, X87.UNDEFINED, X87.FLD_M80, X87.UNDEFINED, X87.FSTP_M80,
  // DC
  X87.FADD_M64, X87.FMUL_M64, X87.FCOM_M64, X87.FCOMP_M64, X87.FSUB_M64, X87.FSUBR_M64, X87.FDIV_M64, X87.FDIVR_M64,
  // DD
  X87.FLD_M64, X87.FISTTP_M64, X87.FST_M64, X87.FSTP_M64, X87.FRSTOR, X87.UNDEFINED, X87.FNSAVE, X87.FNSTSW_M16,
  // DE
  X87.FIADD_M16, X87.FIMUL_M16, X87.FICOM_M16, X87.FICOMP_M16, X87.FISUB_M16, X87.FISUBR_M16, X87.FIDIV_M16, X87.FIDIVR_M16,
  // DF
  X87.FILD_M16, X87.FISTTP_M16, X87.FIST_M16, X87.FISTP_M16, X87.FBLD, X87.FILD_M64, X87.FBSTP, X87.FISTP_M64,
];

/** Register forms that are the same for all ST(i): as MEMORY. UNDEFINED here means: see SINGLE. */
// prettier-ignore
const REGISTER: StaticArray<X87> = [
  // D8
  X87.FADD_ST_STI, X87.FMUL_ST_STI, X87.FCOM_STI, X87.FCOMP_STI, X87.FSUB_ST_STI, X87.FSUBR_ST_STI, X87.FDIV_ST_STI, X87.FDIVR_ST_STI,
  // D9
  X87.FLD_STI, X87.FXCH_STI, X87.UNDEFINED, X87.FSTPNCE_STI, X87.UNDEFINED, X87.UNDEFINED, X87.UNDEFINED, X87.UNDEFINED,
  // DA
  X87.FCMOVB, X87.FCMOVE, X87.FCMOVBE, X87.FCMOVU, X87.UNDEFINED, X87.UNDEFINED, X87.UNDEFINED, X87.UNDEFINED,
  // DB
  X87.FCMOVNB, X87.FCMOVNE, X87.FCMOVNBE, X87.FCMOVNU, X87.UNDEFINED, X87.FUCOMI_ST_STI, X87.FCOMI_ST_STI, X87.UNDEFINED,
  // DC
  X87.FADD_STI_ST, X87.FMUL_STI_ST, X87.FCOM_STI, X87.FCOMP_STI, X87.FSUBR_STI_ST, X87.FSUB_STI_ST, X87.FDIVR_STI_ST, X87.FDIV_STI_ST,
  // DD
  X87.FFREE_STI, X87.FXCH_STI, X87.FST_STI, X87.FSTP_STI, X87.FUCOM_STI, X87.FUCOMP_STI, X87.UNDEFINED, X87.UNDEFINED,
  // DE
  X87.FADDP_STI_ST, X87.FMULP_STI_ST, X87.FCOMP_STI, X87.UNDEFINED, X87.FSUBRP_STI_ST, X87.FSUBP_STI_ST, X87.FDIVRP_STI_ST, X87.FDIVP_STI_ST,
  // DF
  X87.FFREEP_STI, X87.FXCH_STI, X87.FSTP_STI, X87.FSTP_STI, X87.UNDEFINED, X87.FUCOMIP_ST_STI, X87.FCOMIP_ST_STI, X87.UNDEFINED,
];

/** D9 E0 to D9 FF. */
// prettier-ignore
const D9_E0: StaticArray<X87> = [
  // E0
  X87.FCHS, X87.FABS, X87.UNDEFINED, X87.UNDEFINED, X87.FTST, X87.FXAM, X87.UNDEFINED, X87.UNDEFINED,
  // E8
  X87.FLD1, X87.FLDL2T, X87.FLDL2E, X87.FLDPI, X87.FLDLG2, X87.FLDLN2, X87.FLDZ, X87.UNDEFINED,
  // F0
  X87.F2XM1, X87.FYL2X, X87.FPTAN, X87.FPATAN, X87.FXTRACT, X87.FPREM1, X87.FDECSTP, X87.FINCSTP,
  // F8
  X87.FPREM, X87.FYL2XP1, X87.FSQRT, X87.FSINCOS, X87.FRNDINT, X87.FSCALE, X87.FSIN, X87.FCOS,
];

/** Register forms of which each ModR/M byte is an instruction of its own. */
function single(opcode: u32, modrm: u32): u32 {
  if (opcode == 0xd9 && modrm >= 0xe0) return unchecked(D9_E0[modrm - 0xe0]);
  switch ((opcode << 8) | modrm) {
    case 0xd9d0:
      return X87.FNOP;
    case 0xdae9:
      return X87.FUCOMPP;
    case 0xdbe0:
      return X87.FNENI;
    case 0xdbe1:
      return X87.FNDISI;
    case 0xdbe2:
      return X87.FNCLEX;
    case 0xdbe3:
      return X87.FNINIT;
    case 0xdbe4:
      return X87.FNSETPM;
    case 0xded9:
      return X87.FCOMPP;
    case 0xdfe0:
      return X87.FNSTSW_AX;
    default:
      return X87.UNDEFINED;
  }
}

/** The forms with a 14- or 94-byte image for the 16-bit operand size. */
function shortImage(instruction: u32): u32 {
  switch (instruction) {
    case X87.FLDENV:
      return X87.FLDENV16;
    case X87.FNSTENV:
      return X87.FNSTENV16;
    case X87.FRSTOR:
      return X87.FRSTOR16;
    case X87.FNSAVE:
      return X87.FNSAVE16;
    default:
      return instruction;
  }
}

/** The instruction's number, or X87.UNDEFINED. `opcode` is 0xD8..0xDF. FWAIT (9B) is X87.FWAIT. */
export function x87Row(opcode: u32, modrm: u32, operandSize16: bool): u32 {
  const row = ((opcode & 7) << 3) | ((modrm >> 3) & 7);
  if (modrm < 0xc0) {
    const instruction: u32 = unchecked(MEMORY[row]);
    return operandSize16 ? shortImage(instruction) : instruction;
  }
  const instruction: u32 = unchecked(REGISTER[row]);
  return instruction == X87.UNDEFINED ? single(opcode, modrm) : instruction;
}

/** Does the memory form ModR/M reg `reg` of `opcode` write its operand? */
export function x87Writes(opcode: u32, reg: u32): bool {
  // In D9, DB, DD and DF: FISTTP (/1), FST, FSTP, FIST, FISTP (/2, /3), FNSTENV, FNSAVE, FBSTP (/6), the rest (/7).
  // DB /6 is undefined.
  return (opcode & 1) != 0 && (reg == 1 || reg == 2 || reg == 3 || reg >= 6);
}

/** Size in bytes of that operand; `short`: 16-bit operand size, which matters for environment and state. */
export function x87Bytes(opcode: u32, reg: u32, short: bool): u32 {
  switch (opcode) {
    case 0xd9:
      if (reg == 4 || reg == 6) return short ? 14 : 28;
      return reg == 5 || reg == 7 ? 2 : 4;
    case 0xdb:
      return reg >= 4 ? 10 : 4;
    case 0xdc:
      return 8;
    case 0xdd:
      if (reg == 4 || reg == 6) return short ? 94 : 108;
      return reg == 7 ? 2 : 8;
    case 0xde:
      return 2;
    case 0xdf:
      if (reg == 4 || reg == 6) return 10;
      return reg == 5 || reg == 7 ? 8 : 2;
    default:
      return 4;
  }
}
