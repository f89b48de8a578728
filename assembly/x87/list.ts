/**
 * The x87 instructions, one number for each form, and how a disassembler writes them.
 *
 * `M16`, `M32`, `M64`, `M80` tell the memory operand's size in bits; FI... and FB... read it as an integer or packed
 * decimal. `ST_STI` and `STI_ST` name destination and source, in this order.
 */
export const enum X87 {
  /** No such instruction: #UD. */
  UNDEFINED,

  // Arithmetic, in the order of the manual's /0../7: with a memory operand, ST op ST(i), ST(i) op ST, and the same with a pop.
  FADD_M32,
  FADD_M64,
  FADD_ST_STI,
  FADD_STI_ST,
  FADDP_STI_ST,
  FIADD_M16,
  FIADD_M32,
  FMUL_M32,
  FMUL_M64,
  FMUL_ST_STI,
  FMUL_STI_ST,
  FMULP_STI_ST,
  FIMUL_M16,
  FIMUL_M32,
  FSUB_M32,
  FSUB_M64,
  FSUB_ST_STI,
  FSUB_STI_ST,
  FSUBP_STI_ST,
  FISUB_M16,
  FISUB_M32,
  FSUBR_M32,
  FSUBR_M64,
  FSUBR_ST_STI,
  FSUBR_STI_ST,
  FSUBRP_STI_ST,
  FISUBR_M16,
  FISUBR_M32,
  FDIV_M32,
  FDIV_M64,
  FDIV_ST_STI,
  FDIV_STI_ST,
  FDIVP_STI_ST,
  FIDIV_M16,
  FIDIV_M32,
  FDIVR_M32,
  FDIVR_M64,
  FDIVR_ST_STI,
  FDIVR_STI_ST,
  FDIVRP_STI_ST,
  FIDIVR_M16,
  FIDIVR_M32,

  // Comparisons.
  FCOM_M32,
  FCOM_M64,
  FCOM_STI,
  FICOM_M16,
  FICOM_M32,
  FCOMP_M32,
  FCOMP_M64,
  FCOMP_STI,
  FICOMP_M16,
  FICOMP_M32,
  FCOMPP,
  FUCOM_STI,
  FUCOMP_STI,
  FUCOMPP,
  FCOMI_ST_STI,
  FCOMIP_ST_STI,
  FUCOMI_ST_STI,
  FUCOMIP_ST_STI,
  FTST,
  FXAM,

  // Loads and stores.
  FLD_M32,
  FLD_M64,
  FLD_M80,
  FLD_STI,
  FST_M32,
  FST_M64,
  FST_STI,
  FSTP_M32,
  FSTP_M64,
  FSTP_M80,
  FSTP_STI,
  FSTPNCE_STI,
  FILD_M16,
  FILD_M32,
  FILD_M64,
  FIST_M16,
  FIST_M32,
  FISTP_M16,
  FISTP_M32,
  FISTP_M64,
  // Of SSE3.
  FISTTP_M16,
  FISTTP_M32,
  FISTTP_M64,
  FBLD,
  FBSTP,
  FXCH_STI,
  FCMOVB,
  FCMOVE,
  FCMOVBE,
  FCMOVU,
  FCMOVNB,
  FCMOVNE,
  FCMOVNBE,
  FCMOVNU,

  // Constants.
  FLD1,
  FLDL2T,
  FLDL2E,
  FLDPI,
  FLDLG2,
  FLDLN2,
  FLDZ,

  // On ST alone, or on ST and ST(1).
  FCHS,
  FABS,
  FSQRT,
  FRNDINT,
  FSCALE,
  FXTRACT,
  FPREM,
  FPREM1,

  // Transcendental.
  F2XM1,
  FYL2X,
  FYL2XP1,
  FPTAN,
  FPATAN,
  FSIN,
  FCOS,
  FSINCOS,

  // The register stack.
  FDECSTP,
  FINCSTP,
  FFREE_STI,
  FFREEP_STI,
  FNOP,

  // Control. These leave the instruction and operand pointers as they are.
  FLDCW,
  FLDENV,
  FLDENV16,
  FRSTOR,
  FRSTOR16,
  FWAIT,

  // Control that does not wait: a pending exception does not stop it.
  FNSTCW,
  FNSTSW_M16,
  FNSTSW_AX,
  FNSTENV,
  FNSTENV16,
  FNSAVE,
  FNSAVE16,
  FNCLEX,
  FNINIT,
  FNENI,
  FNDISI,
  FNSETPM,

  /** How many numbers there are. */
  COUNT,
}

/** From this number on, an instruction does not look for a pending exception before it starts. */
export const FIRST_NO_WAIT: u32 = X87.FNSTCW;

/**
 * The instruction in objdump's Intel syntax. `[m]` stands for the memory operand in brackets, with its segment if one
 * is named; the `i` of `st(i)` for ModR/M bits 2..0. Mnemonic and operands are one space apart.
 */
export function x87Text(instruction: u32): string {
  switch (instruction) {
    case X87.FADD_M32:
      return "fadd DWORD PTR [m]";
    case X87.FADD_M64:
      return "fadd QWORD PTR [m]";
    case X87.FADD_ST_STI:
      return "fadd st,st(i)";
    case X87.FADD_STI_ST:
      return "fadd st(i),st";
    case X87.FADDP_STI_ST:
      return "faddp st(i),st";
    case X87.FIADD_M16:
      return "fiadd WORD PTR [m]";
    case X87.FIADD_M32:
      return "fiadd DWORD PTR [m]";
    case X87.FMUL_M32:
      return "fmul DWORD PTR [m]";
    case X87.FMUL_M64:
      return "fmul QWORD PTR [m]";
    case X87.FMUL_ST_STI:
      return "fmul st,st(i)";
    case X87.FMUL_STI_ST:
      return "fmul st(i),st";
    case X87.FMULP_STI_ST:
      return "fmulp st(i),st";
    case X87.FIMUL_M16:
      return "fimul WORD PTR [m]";
    case X87.FIMUL_M32:
      return "fimul DWORD PTR [m]";
    case X87.FSUB_M32:
      return "fsub DWORD PTR [m]";
    case X87.FSUB_M64:
      return "fsub QWORD PTR [m]";
    case X87.FSUB_ST_STI:
      return "fsub st,st(i)";
    case X87.FSUB_STI_ST:
      return "fsub st(i),st";
    case X87.FSUBP_STI_ST:
      return "fsubp st(i),st";
    case X87.FISUB_M16:
      return "fisub WORD PTR [m]";
    case X87.FISUB_M32:
      return "fisub DWORD PTR [m]";
    case X87.FSUBR_M32:
      return "fsubr DWORD PTR [m]";
    case X87.FSUBR_M64:
      return "fsubr QWORD PTR [m]";
    case X87.FSUBR_ST_STI:
      return "fsubr st,st(i)";
    case X87.FSUBR_STI_ST:
      return "fsubr st(i),st";
    case X87.FSUBRP_STI_ST:
      return "fsubrp st(i),st";
    case X87.FISUBR_M16:
      return "fisubr WORD PTR [m]";
    case X87.FISUBR_M32:
      return "fisubr DWORD PTR [m]";
    case X87.FDIV_M32:
      return "fdiv DWORD PTR [m]";
    case X87.FDIV_M64:
      return "fdiv QWORD PTR [m]";
    case X87.FDIV_ST_STI:
      return "fdiv st,st(i)";
    case X87.FDIV_STI_ST:
      return "fdiv st(i),st";
    case X87.FDIVP_STI_ST:
      return "fdivp st(i),st";
    case X87.FIDIV_M16:
      return "fidiv WORD PTR [m]";
    case X87.FIDIV_M32:
      return "fidiv DWORD PTR [m]";
    case X87.FDIVR_M32:
      return "fdivr DWORD PTR [m]";
    case X87.FDIVR_M64:
      return "fdivr QWORD PTR [m]";
    case X87.FDIVR_ST_STI:
      return "fdivr st,st(i)";
    case X87.FDIVR_STI_ST:
      return "fdivr st(i),st";
    case X87.FDIVRP_STI_ST:
      return "fdivrp st(i),st";
    case X87.FIDIVR_M16:
      return "fidivr WORD PTR [m]";
    case X87.FIDIVR_M32:
      return "fidivr DWORD PTR [m]";
    case X87.FCOM_M32:
      return "fcom DWORD PTR [m]";
    case X87.FCOM_M64:
      return "fcom QWORD PTR [m]";
    case X87.FCOM_STI:
      return "fcom st(i)";
    case X87.FICOM_M16:
      return "ficom WORD PTR [m]";
    case X87.FICOM_M32:
      return "ficom DWORD PTR [m]";
    case X87.FCOMP_M32:
      return "fcomp DWORD PTR [m]";
    case X87.FCOMP_M64:
      return "fcomp QWORD PTR [m]";
    case X87.FCOMP_STI:
      return "fcomp st(i)";
    case X87.FICOMP_M16:
      return "ficomp WORD PTR [m]";
    case X87.FICOMP_M32:
      return "ficomp DWORD PTR [m]";
    case X87.FCOMPP:
      return "fcompp";
    case X87.FUCOM_STI:
      return "fucom st(i)";
    case X87.FUCOMP_STI:
      return "fucomp st(i)";
    case X87.FUCOMPP:
      return "fucompp";
    case X87.FCOMI_ST_STI:
      return "fcomi st,st(i)";
    case X87.FCOMIP_ST_STI:
      return "fcomip st,st(i)";
    case X87.FUCOMI_ST_STI:
      return "fucomi st,st(i)";
    case X87.FUCOMIP_ST_STI:
      return "fucomip st,st(i)";
    case X87.FTST:
      return "ftst";
    case X87.FXAM:
      return "fxam";
    case X87.FLD_M32:
      return "fld DWORD PTR [m]";
    case X87.FLD_M64:
      return "fld QWORD PTR [m]";
    case X87.FLD_M80:
      return "fld TBYTE PTR [m]";
    case X87.FLD_STI:
      return "fld st(i)";
    case X87.FST_M32:
      return "fst DWORD PTR [m]";
    case X87.FST_M64:
      return "fst QWORD PTR [m]";
    case X87.FST_STI:
      return "fst st(i)";
    case X87.FSTP_M32:
      return "fstp DWORD PTR [m]";
    case X87.FSTP_M64:
      return "fstp QWORD PTR [m]";
    case X87.FSTP_M80:
      return "fstp TBYTE PTR [m]";
    case X87.FSTP_STI:
      return "fstp st(i)";
    case X87.FSTPNCE_STI:
      return "fstpnce st(i)";
    case X87.FILD_M16:
      return "fild WORD PTR [m]";
    case X87.FILD_M32:
      return "fild DWORD PTR [m]";
    case X87.FILD_M64:
      return "fild QWORD PTR [m]";
    case X87.FIST_M16:
      return "fist WORD PTR [m]";
    case X87.FIST_M32:
      return "fist DWORD PTR [m]";
    case X87.FISTP_M16:
      return "fistp WORD PTR [m]";
    case X87.FISTP_M32:
      return "fistp DWORD PTR [m]";
    case X87.FISTP_M64:
      return "fistp QWORD PTR [m]";
    case X87.FISTTP_M16:
      return "fisttp WORD PTR [m]";
    case X87.FISTTP_M32:
      return "fisttp DWORD PTR [m]";
    case X87.FISTTP_M64:
      return "fisttp QWORD PTR [m]";
    case X87.FBLD:
      return "fbld TBYTE PTR [m]";
    case X87.FBSTP:
      return "fbstp TBYTE PTR [m]";
    case X87.FXCH_STI:
      return "fxch st(i)";
    case X87.FCMOVB:
      return "fcmovb st,st(i)";
    case X87.FCMOVE:
      return "fcmove st,st(i)";
    case X87.FCMOVBE:
      return "fcmovbe st,st(i)";
    case X87.FCMOVU:
      return "fcmovu st,st(i)";
    case X87.FCMOVNB:
      return "fcmovnb st,st(i)";
    case X87.FCMOVNE:
      return "fcmovne st,st(i)";
    case X87.FCMOVNBE:
      return "fcmovnbe st,st(i)";
    case X87.FCMOVNU:
      return "fcmovnu st,st(i)";
    case X87.FLD1:
      return "fld1";
    case X87.FLDL2T:
      return "fldl2t";
    case X87.FLDL2E:
      return "fldl2e";
    case X87.FLDPI:
      return "fldpi";
    case X87.FLDLG2:
      return "fldlg2";
    case X87.FLDLN2:
      return "fldln2";
    case X87.FLDZ:
      return "fldz";
    case X87.FCHS:
      return "fchs";
    case X87.FABS:
      return "fabs";
    case X87.FSQRT:
      return "fsqrt";
    case X87.FRNDINT:
      return "frndint";
    case X87.FSCALE:
      return "fscale";
    case X87.FXTRACT:
      return "fxtract";
    case X87.FPREM:
      return "fprem";
    case X87.FPREM1:
      return "fprem1";
    case X87.F2XM1:
      return "f2xm1";
    case X87.FYL2X:
      return "fyl2x";
    case X87.FYL2XP1:
      return "fyl2xp1";
    case X87.FPTAN:
      return "fptan";
    case X87.FPATAN:
      return "fpatan";
    case X87.FSIN:
      return "fsin";
    case X87.FCOS:
      return "fcos";
    case X87.FSINCOS:
      return "fsincos";
    case X87.FDECSTP:
      return "fdecstp";
    case X87.FINCSTP:
      return "fincstp";
    case X87.FFREE_STI:
      return "ffree st(i)";
    case X87.FFREEP_STI:
      return "ffreep st(i)";
    case X87.FNOP:
      return "fnop";
    case X87.FLDCW:
      return "fldcw WORD PTR [m]";
    case X87.FLDENV:
      return "fldenv [m]";
    case X87.FLDENV16:
      return "fldenvw [m]";
    case X87.FRSTOR:
      return "frstor [m]";
    case X87.FRSTOR16:
      return "frstorw [m]";
    case X87.FWAIT:
      return "fwait";
    case X87.FNSTCW:
      return "fnstcw WORD PTR [m]";
    case X87.FNSTSW_M16:
      return "fnstsw WORD PTR [m]";
    case X87.FNSTSW_AX:
      return "fnstsw ax";
    case X87.FNSTENV:
      return "fnstenv [m]";
    case X87.FNSTENV16:
      return "fnstenvw [m]";
    case X87.FNSAVE:
      return "fnsave [m]";
    case X87.FNSAVE16:
      return "fnsavew [m]";
    case X87.FNCLEX:
      return "fnclex";
    case X87.FNINIT:
      return "fninit";
    case X87.FNENI:
      return "fneni(8087 only)";
    case X87.FNDISI:
      return "fndisi(8087 only)";
    case X87.FNSETPM:
      return "fnsetpm(287 only)";
    default:
      return "(bad)";
  }
}

/** Did it come with SSE3: FISTTP? */
export function x87IsSse3(instruction: X87): bool {
  return instruction >= X87.FISTTP_M16 && instruction <= X87.FISTTP_M64;
}

/** Did it come with CMOVcc: FCMOVcc, FCOMI, FCOMIP, FUCOMI, FUCOMIP? */
export function x87IsLate(instruction: X87): bool {
  return (
    (instruction >= X87.FCOMI_ST_STI && instruction <= X87.FUCOMIP_ST_STI) ||
    (instruction >= X87.FCMOVB && instruction <= X87.FCMOVNU)
  );
}
