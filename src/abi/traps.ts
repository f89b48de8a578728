/** Processor exceptions (asm/trapnr.h; SDM vol. 3, table 6-1) and a page fault's error code. */
export const X86_TRAP_DE = 0;
export const X86_TRAP_DB = 1;
export const X86_TRAP_BP = 3;
export const X86_TRAP_OF = 4;
export const X86_TRAP_BR = 5;
export const X86_TRAP_UD = 6;
export const X86_TRAP_NM = 7;
export const X86_TRAP_NP = 11;
export const X86_TRAP_SS = 12;
export const X86_TRAP_GP = 13;
export const X86_TRAP_PF = 14;
export const X86_TRAP_MF = 16;
export const X86_TRAP_AC = 17;
export const X86_TRAP_XF = 19;

export const X86_PF_PROT = 1;
export const X86_PF_WRITE = 2;
export const X86_PF_USER = 4;
export const X86_PF_INSTR = 16;

/** DR6.BS: TF has raised #DB, and not INT1. The core tells DR6 as that exception's address. */
export const DR6_STEP = 0x4000;
/** EFLAGS.TF (asm/processor-flags.h) */
export const X86_EFLAGS_TF = 0x100;
