/**
 * The instructions, as the manual names them. Those that only share a name are told apart by what stands in their row.
 * The order is that of the names below, which the disassembler prints.
 */
// prettier-ignore
export const enum Instruction {
  UNDEFINED,
  ADD, OR, ADC, SBB, AND, SUB, XOR, CMP, TEST,
  INC, DEC, NEG, NOT,
  MOV, XCHG, LEA, MOVZX, MOVSX,
  ROL, ROR, RCL, RCR, SHL, SHR, SAL, SAR, SHLD, SHRD,
  MUL, IMUL, IMUL2, IMUL3, DIV, IDIV,
  CBW, CWD,
  BT, BTS, BTR, BTC, BSF, BSR, BSWAP,
  XADD, CMPXCHG, CMPXCHG8B, XLAT,
  DAA, DAS, AAA, AAS, AAM, AAD,
  CLC, STC, CMC, CLD, STD, CLI, STI, LAHF, SAHF, SALC, PUSHF, POPF,
  PUSH, POP, PUSHA, POPA, ENTER, LEAVE,
  LDS, LES, LSS, LFS, LGS,
  ARPL, LAR, LSL, VERR, VERW, SLDT, STR, SMSW, SGDT, SIDT,
  MOVS, CMPS, STOS, LODS, SCAS, INS, OUTS,
  IN, OUT,
  BOUND,
  CPUID, RDTSC, NOP, PREFETCH, UD2,
  INT, INT3, INTO, INT1, HLT,
  SYSENTER, SYSCALL,
  JMP, CALL, JMP_FAR, CALL_FAR, RET, RET_FAR, IRET,
  JCC, SETCC, CMOVCC,
  LOOPNE, LOOPE, LOOP, JCXZ,
  /** Privileged, with the manual's names: #GP(0) in user mode. */
  LGDT, LIDT, LLDT, LTR, LMSW, CLTS, INVD, WBINVD, INVLPG, RDMSR, WRMSR, RDPMC, SYSEXIT, SYSRET, RSM,
  MOV_CR, MOV_DR,
  X87, FWAIT,
  /** Not instructions: a group (its number in the first operand's place), an escape, a prefix. */
  GROUP, PREFIX,
}
