/** In imm of LINEAR: from this bit on, what is to be done with the bytes (cpu/segments.ts). */
export const LINEAR_ACCESS: u32 = 16;

/**
 * The micro-ops: all that decoder, interpreter and translator share.
 *
 * Names: RR = dst and src slots; RI = dst slot and imm; RM = dst slot and the 32-bit memory operand at the effective
 * address; MI = memory operand and imm; the number is the width in bits. Widths 8, 16, 32 stand side by side, so that
 * a decoder adds 0, 1 or 2. Flags are as the manual says for the instruction of the same name.
 *
 * Up to HOT_END the interpreter's own switch runs them; from there on cold.ts does.
 */
// prettier-ignore
export const enum Op {
  /** dst = dst op src. CMP writes only flags. Rows of eight in the order of opcode bits 5..3, three widths each. */
  ADD_RR_8, ADD_RR_16, ADD_RR_32,
  OR_RR_8, OR_RR_16, OR_RR_32,
  ADC_RR_8, ADC_RR_16, ADC_RR_32,
  SBB_RR_8, SBB_RR_16, SBB_RR_32,
  AND_RR_8, AND_RR_16, AND_RR_32,
  SUB_RR_8, SUB_RR_16, SUB_RR_32,
  XOR_RR_8, XOR_RR_16, XOR_RR_32,
  CMP_RR_8, CMP_RR_16, CMP_RR_32,
  TEST_RR_8, TEST_RR_16, TEST_RR_32,
  /** dst = dst op imm. */
  ADD_RI_8, ADD_RI_16, ADD_RI_32,
  OR_RI_8, OR_RI_16, OR_RI_32,
  ADC_RI_8, ADC_RI_16, ADC_RI_32,
  SBB_RI_8, SBB_RI_16, SBB_RI_32,
  AND_RI_8, AND_RI_16, AND_RI_32,
  SUB_RI_8, SUB_RI_16, SUB_RI_32,
  XOR_RI_8, XOR_RI_16, XOR_RI_32,
  CMP_RI_8, CMP_RI_16, CMP_RI_32,
  TEST_RI_8, TEST_RI_16, TEST_RI_32,
  /** dst = dst op [address], 32 bits: a load and its use in one. */
  ADD_RM_32, OR_RM_32, ADC_RM_32, SBB_RM_32, AND_RM_32, SUB_RM_32, XOR_RM_32, CMP_RM_32, TEST_RM_32,
  /** Flags of [address] - imm. */
  CMP_MI_8, CMP_MI_16, CMP_MI_32,
  /** Flags of [address] & imm. */
  TEST_MI_8, TEST_MI_16, TEST_MI_32,
  /** dst = one-operand operation of dst. */
  INC_8, INC_16, INC_32,
  DEC_8, DEC_16, DEC_32,
  NEG_8, NEG_16, NEG_32,
  NOT_8, NOT_16, NOT_32,

  /** dst = src. */
  MOV_RR_8, MOV_RR_16, MOV_RR_32,
  /** dst = imm. */
  MOV_RI_8, MOV_RI_16, MOV_RI_32,
  /** dst = [address]. */
  LOAD_8, LOAD_16, LOAD_32,
  /** dst = [base + disp]. */
  LOAD_BASE_32,
  /** dst = [address], which must be writable too: the first half of a read-modify-write. */
  LOAD_MODIFY_8, LOAD_MODIFY_16, LOAD_MODIFY_32,
  /** [address] = src. */
  STORE_8, STORE_16, STORE_32,
  /** [base + disp] = src. */
  STORE_BASE_32,
  /** [address] = imm. */
  STORE_I_8, STORE_I_16, STORE_I_32,
  /** dst = address. */
  LEA_16, LEA_32,
  /** dst = src, zero-extended. */
  MOVZX_RR_16_8, MOVZX_RR_32_8, MOVZX_RR_32_16,
  /** dst = src, sign-extended. */
  MOVSX_RR_16_8, MOVSX_RR_32_8, MOVSX_RR_32_16,
  /** dst = [address], extended to 32 bits. */
  MOVZX_RM_32_8, MOVZX_RM_32_16, MOVSX_RM_32_8, MOVSX_RM_32_16,
  /** dst and src change places. */
  XCHG_RR_8, XCHG_RR_16, XCHG_RR_32,

  /** Shifts and rotations by imm, 1..31, with flags. */
  ROL_RI_32, ROR_RI_32, SHL_RI_32, SHR_RI_32, SAR_RI_32,
  /** By CL. */
  ROL_CL_32, ROR_CL_32, SHL_CL_32, SHR_CL_32, SAR_CL_32,
  /** dst shifted by imm 1..31, bits of src shifted in. */
  SHLD_RI_32, SHRD_RI_32,
  /** EDX:EAX = EAX * src. */
  MUL_32, IMUL_32,
  /** dst = src * imm. */
  IMUL_RRI_32,
  /** dst = dst * src. */
  IMUL_RR_32,
  /** EAX, EDX = EDX:EAX / src; #DE. */
  DIV_32, IDIV_32,
  /** EDX = sign of EAX. */
  CDQ,
  /** EAX = sign-extended AX. */
  CWDE,

  /** Stack, 32 bits: push src, push imm, pop dst. */
  PUSH_R, PUSH_I, POP_R,
  /** ESP = EBP, pop EBP. */
  LEAVE,
  /** dst = condition imm ? 1 : 0, 8 bits. */
  SETCC,
  /** If condition imm: dst = src. */
  CMOVCC_16, CMOVCC_32,
  NOP,
  /** EDX:EAX = time-stamp counter; imm = index of the instruction in its block. */
  RDTSC,

  /** Block ends. Go to taken. */
  JMP,
  /** Push imm, go to taken. */
  CALL,
  /** Go to src. */
  JMP_R,
  /** Push imm, go to src. */
  CALL_R,
  /** Go to [address]; push imm first. */
  JMP_M, CALL_M,
  /** Pop EIP, then add imm to ESP. */
  RET,
  /** If the condition holds go to taken, else to next; in the order of the condition's number. */
  JO, JNO, JB, JAE, JE, JNE, JBE, JA, JS, JNS, JP, JNP, JL, JGE, JLE, JG,
  /** CMP and Jcc of its operands in one. */
  CMP_RR_JB, CMP_RR_JAE, CMP_RR_JE, CMP_RR_JNE, CMP_RR_JBE, CMP_RR_JA, CMP_RR_JL, CMP_RR_JGE, CMP_RR_JLE, CMP_RR_JG,
  CMP_RI_JB, CMP_RI_JAE, CMP_RI_JE, CMP_RI_JNE, CMP_RI_JBE, CMP_RI_JA, CMP_RI_JL, CMP_RI_JGE, CMP_RI_JLE, CMP_RI_JG,
  TEST_RR_JE, TEST_RR_JNE, TEST_RR_JS, TEST_RR_JNS, TEST_RR_JLE, TEST_RR_JG,
  TEST_RI_JE, TEST_RI_JNE,
  /** Stands where a block no longer holds: decode anew from this instruction on. */
  STALE,
  /** The processor leaves for the host: INT n allowed in user mode, SYSENTER, SYSCALL; imm = which (gate.ts). */
  GATE,
  /** An x87 instruction: imm = its number in x87/list.ts, src = i of ST(i), dst = 1 + segment number if it has
   *  a memory operand at address, its 11-bit opcode in imm from bit 16 on. */
  X87,
  /** The same, for those that have a fast path. ST_STI, STI_ST: destination and source; P pops. */
  FLD_M32, FLD_M64, FLD_STI, FLD1, FLDZ, FILD_M32, FILD_M64,
  FST_M32, FST_M64, FST_STI, FSTP_M32, FSTP_M64, FSTP_STI,
  FXCH_STI, FCHS, FABS, FSQRT,
  FADD_M32, FADD_M64, FADD_ST_STI, FADDP_STI_ST,
  FMUL_M32, FMUL_M64, FMUL_ST_STI, FMULP_STI_ST,
  FSUB_M32, FSUB_M64, FSUB_ST_STI, FSUBP_STI_ST,
  FSUBR_M32, FSUBR_M64, FSUBR_ST_STI, FSUBRP_STI_ST,
  FDIV_M64, FDIV_ST_STI, FDIVP_STI_ST,
  FDIVR_M64, FDIVR_ST_STI, FDIVRP_STI_ST,
  FLD_M80, FSTP_M80, FIST_M32, FISTP_M32, FISTP_M64,
  FCOM_M32, FCOMP_M32, FCOM_M64, FCOMP_M64, FCOM_STI, FCOMP_STI, FUCOM_STI, FUCOMP_STI, FCOMPP, FUCOMPP,
  FCOMI_ST_STI, FCOMIP_ST_STI, FUCOMI_ST_STI, FUCOMIP_ST_STI,
  FLDCW, FNSTCW, FNSTSW_AX,
  /** The commonest of SSE; dst and src are 16 times an XMM register's number. dst = [address] or src, and stores of src;
   *  LOAD_64 clears the upper half, _ALIGNED is #GP(0) unless the address is a multiple of 16. */
  SIMD_LOAD_64, SIMD_LOAD_128, SIMD_LOAD_ALIGNED, SIMD_STORE_64, SIMD_STORE_128, SIMD_STORE_ALIGNED, SIMD_MOVE,
  /** dst = dst op src, dst op [address]. */
  ADDSD_RR, ADDSD_RM, MULSD_RR, MULSD_RM, SUBSD_RR, SUBSD_RM, DIVSD_RR, DIVSD_RM,
  ADDPD_RR, ADDPD_RM, MULPD_RR, MULPD_RM, SUBPD_RR, SUBPD_RM,
  /** The loop hands everything from here on to cold.ts. */
  HOT_END,

  /** Exception imm with error code disp. */
  RAISE,
  /** INT3, INT1, INT n of an exception vector, INTO when OF is set: exception imm as a trap, EIP after it. */
  TRAP, INTO,
  /** dst = address within segment src (number), checked for imm & FFFF bytes and what imm has above. */
  LINEAR,
  /** #AC(0) if address has bits of imm set. */
  ALIGNED,
  /** #GP(0) if address, an offset in the segment whose base is in src, is not that of an aligned operand of SSE. */
  ALIGNED_16,
  /** dst = ESP as it will be after a pop of imm bytes. */
  POPPED_ESP,
  /** dst = (base + index + disp) & 0xffff: 16-bit addressing. */
  LEA_ADDRESS_16,

  /** The shifts of group 2 by imm (all counts) and by CL, in the order of opcode bits 5..3, widths side by side. */
  SHIFT_I_8, SHIFT_I_16, SHIFT_I_32,
  SHIFT_CL_8, SHIFT_CL_16, SHIFT_CL_32,
  SHLD_I_16, SHLD_CL_16, SHLD_CL_32,
  SHRD_I_16, SHRD_CL_16, SHRD_CL_32,
  MUL_8, MUL_16, IMUL_8, IMUL_16,
  IMUL_RRI_16, IMUL_RR_16,
  DIV_8, DIV_16, IDIV_8, IDIV_16,
  CBW, CWD,
  /** Bit tests: bit number in src (already within the operand); imm = 0 BT, 1 BTS, 2 BTR, 3 BTC. */
  BIT_16, BIT_32,
  /** dst (a slot) = address of the word that holds bit src of the string at address. */
  BIT_ADDRESS_16, BIT_ADDRESS_32,
  BSF_16, BSF_32, BSR_16, BSR_32,
  BSWAP,
  /** dst = number of set bits, of leading zeros of src. */
  POPCNT_16, POPCNT_32, LZCNT_16, LZCNT_32,
  /** dst = src with its bytes reversed. */
  MOVBE_16, MOVBE_32,
  /** dst = CRC-32C of dst and src. */
  CRC32_8, CRC32_16, CRC32_32,
  XADD_8, XADD_16, XADD_32,
  CMPXCHG_8, CMPXCHG_16, CMPXCHG_32,
  CMPXCHG8B,

  DAA, DAS, AAA, AAS, AAM, AAD,

  CLC, STC, CMC, CLD, STD, LAHF, SAHF, SALC,
  PUSHF_16, PUSHF_32, POPF_16, POPF_32,

  /** The same as PUSH_R, PUSH_I, POP_R, for both widths and in any mode. */
  PUSH_R_16, PUSH_R_32, PUSH_I_16, PUSH_I_32, POP_R_16, POP_R_32,
  /** Pop into memory at address. */
  POP_M_16, POP_M_32,
  PUSHA_16, PUSHA_32, POPA_16, POPA_32,
  ENTER_16, ENTER_32, LEAVE_16, LEAVE_32,
  /** dst = selector of segment number src, imm bytes wide; segment number dst = src; pushes of segment number src;
   *  pops into segment number dst. */
  MOV_FROM_SEGMENT, MOV_TO_SEGMENT, PUSH_SEGMENT_16, PUSH_SEGMENT_32, POP_SEGMENT_16, POP_SEGMENT_32,
  /** LDS, LES, LSS, LFS, LGS: segment src and slot dst from the far pointer at address. */
  LOAD_FAR_16, LOAD_FAR_32,
  LAR_16, LAR_32, LSL_16, LSL_32, VERR, VERW, ARPL,
  /** ARPL of the word at address and src; imm = 1 + segment number, if the segment may not be for writing. */
  ARPL_M,
  /** A descriptor table register at address: limit 0 and base imm. */
  STORE_TABLE,

  /** String instructions, widths side by side: dst = segment number of the source, src = address size in bytes;
   *  imm = 0 once, 1 repeat ECX times, 2 and while not equal, 3 and while equal. */
  MOVS_8, MOVS_16, MOVS_32,
  CMPS_8, CMPS_16, CMPS_32,
  STOS_8, STOS_16, STOS_32,
  LODS_8, LODS_16, LODS_32,
  SCAS_8, SCAS_16, SCAS_32,

  BOUND_16, BOUND_32,
  CPUID,
  /** Raises #MF if an unmasked x87 exception is pending. */
  FWAIT,

  /** Block ends in cold.ts: they set EIP. Near transfers for both widths and in any mode: to src; push imm, then to src;
   *  return and release imm bytes; if the condition imm holds. Then far transfers and loops. */
  JMP_NEAR_16, JMP_NEAR_32, CALL_NEAR_16, CALL_NEAR_32, RET_NEAR_16, RET_NEAR_32, JCC_NEAR,
  /** To the next instruction, after a single step. */
  GO_ON,
  JMP_FAR, CALL_FAR_16, CALL_FAR_32,
  JMP_FAR_M_16, JMP_FAR_M_32, CALL_FAR_M_16, CALL_FAR_M_32,
  RET_FAR_16, RET_FAR_32, IRET_16, IRET_32,
  /** LOOPNE, LOOPE, LOOP, JCXZ: imm = which (0..3) with bit 8 set for CX; taken and next EIP in the links. */
  LOOP,
  /** An MMX or SSE instruction: see simd/encoding.ts. */
  SIMD,
}
