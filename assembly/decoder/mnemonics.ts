/**
 * The instructions, as the manual names them. Those that only share a name are told apart by what stands in their row.
 * Each has its name in nameOf below; a test sees to it that none is missing.
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
  CPUID, RDTSC, RDTSCP, NOP, PREFETCH, UD2,
  INT, INT3, INTO, INT1, HLT,
  SYSENTER, SYSCALL,
  JMP, CALL, JMP_FAR, CALL_FAR, RET, RET_FAR, IRET,
  JCC, SETCC, CMOVCC,
  LOOPNE, LOOPE, LOOP, JCXZ,
  /** Privileged, with the manual's names: #GP(0) in user mode. */
  LGDT, LIDT, LLDT, LTR, LMSW, CLTS, INVD, WBINVD, INVLPG, RDMSR, WRMSR, RDPMC, SYSEXIT, SYSRET, RSM,
  MOV_CR, MOV_DR,
  X87, FWAIT, SIMD,
  POPCNT, LZCNT, TZCNT, MOVBE, CRC32,
  /** Not instructions: a group (its number in the first operand's place), an escape, a prefix. */
  GROUP, PREFIX,
}

/**
 * What objdump calls the instruction. Those in JCC, SETCC and CMOVCC lack their condition; disassembler-mnemonic.ts
 * has the names that depend on more than the row.
 */
// prettier-ignore
export function nameOf(instruction: Instruction): string {
  switch (instruction) {
    case Instruction.ADD: return "add";
    case Instruction.OR: return "or";
    case Instruction.ADC: return "adc";
    case Instruction.SBB: return "sbb";
    case Instruction.AND: return "and";
    case Instruction.SUB: return "sub";
    case Instruction.XOR: return "xor";
    case Instruction.CMP: return "cmp";
    case Instruction.TEST: return "test";
    case Instruction.INC: return "inc";
    case Instruction.DEC: return "dec";
    case Instruction.NEG: return "neg";
    case Instruction.NOT: return "not";
    case Instruction.MOV: return "mov";
    case Instruction.XCHG: return "xchg";
    case Instruction.LEA: return "lea";
    case Instruction.MOVZX: return "movzx";
    case Instruction.MOVSX: return "movsx";
    case Instruction.ROL: return "rol";
    case Instruction.ROR: return "ror";
    case Instruction.RCL: return "rcl";
    case Instruction.RCR: return "rcr";
    case Instruction.SHL: return "shl";
    case Instruction.SHR: return "shr";
    case Instruction.SAL: return "shl";
    case Instruction.SAR: return "sar";
    case Instruction.SHLD: return "shld";
    case Instruction.SHRD: return "shrd";
    case Instruction.MUL: return "mul";
    case Instruction.IMUL: return "imul";
    case Instruction.IMUL2: return "imul";
    case Instruction.IMUL3: return "imul";
    case Instruction.DIV: return "div";
    case Instruction.IDIV: return "idiv";
    case Instruction.CBW: return "cbw";
    case Instruction.CWD: return "cwd";
    case Instruction.BT: return "bt";
    case Instruction.BTS: return "bts";
    case Instruction.BTR: return "btr";
    case Instruction.BTC: return "btc";
    case Instruction.BSF: return "bsf";
    case Instruction.BSR: return "bsr";
    case Instruction.BSWAP: return "bswap";
    case Instruction.XADD: return "xadd";
    case Instruction.CMPXCHG: return "cmpxchg";
    case Instruction.CMPXCHG8B: return "cmpxchg8b";
    case Instruction.XLAT: return "xlat";
    case Instruction.DAA: return "daa";
    case Instruction.DAS: return "das";
    case Instruction.AAA: return "aaa";
    case Instruction.AAS: return "aas";
    case Instruction.AAM: return "aam";
    case Instruction.AAD: return "aad";
    case Instruction.CLC: return "clc";
    case Instruction.STC: return "stc";
    case Instruction.CMC: return "cmc";
    case Instruction.CLD: return "cld";
    case Instruction.STD: return "std";
    case Instruction.CLI: return "cli";
    case Instruction.STI: return "sti";
    case Instruction.LAHF: return "lahf";
    case Instruction.SAHF: return "sahf";
    case Instruction.SALC: return "salc";
    case Instruction.PUSHF: return "pushf";
    case Instruction.POPF: return "popf";
    case Instruction.PUSH: return "push";
    case Instruction.POP: return "pop";
    case Instruction.PUSHA: return "pusha";
    case Instruction.POPA: return "popa";
    case Instruction.ENTER: return "enter";
    case Instruction.LEAVE: return "leave";
    case Instruction.LDS: return "lds";
    case Instruction.LES: return "les";
    case Instruction.LSS: return "lss";
    case Instruction.LFS: return "lfs";
    case Instruction.LGS: return "lgs";
    case Instruction.ARPL: return "arpl";
    case Instruction.LAR: return "lar";
    case Instruction.LSL: return "lsl";
    case Instruction.VERR: return "verr";
    case Instruction.VERW: return "verw";
    case Instruction.SLDT: return "sldt";
    case Instruction.STR: return "str";
    case Instruction.SMSW: return "smsw";
    case Instruction.SGDT: return "sgdt";
    case Instruction.SIDT: return "sidt";
    case Instruction.MOVS: return "movs";
    case Instruction.CMPS: return "cmps";
    case Instruction.STOS: return "stos";
    case Instruction.LODS: return "lods";
    case Instruction.SCAS: return "scas";
    case Instruction.INS: return "ins";
    case Instruction.OUTS: return "outs";
    case Instruction.IN: return "in";
    case Instruction.OUT: return "out";
    case Instruction.BOUND: return "bound";
    case Instruction.CPUID: return "cpuid";
    case Instruction.RDTSC: return "rdtsc";
    case Instruction.RDTSCP: return "rdtscp";
    case Instruction.POPCNT: return "popcnt";
    case Instruction.LZCNT: return "lzcnt";
    case Instruction.TZCNT: return "tzcnt";
    case Instruction.MOVBE: return "movbe";
    case Instruction.CRC32: return "crc32";
    case Instruction.NOP: return "nop";
    case Instruction.PREFETCH: return "prefetch";
    case Instruction.UD2: return "ud2";
    case Instruction.INT: return "int";
    case Instruction.INT3: return "int3";
    case Instruction.INTO: return "into";
    case Instruction.INT1: return "int1";
    case Instruction.HLT: return "hlt";
    case Instruction.SYSENTER: return "sysenter";
    case Instruction.SYSCALL: return "syscall";
    case Instruction.JMP: return "jmp";
    case Instruction.CALL: return "call";
    case Instruction.JMP_FAR: return "jmp";
    case Instruction.CALL_FAR: return "call";
    case Instruction.RET: return "ret";
    case Instruction.RET_FAR: return "retf";
    case Instruction.IRET: return "iret";
    case Instruction.JCC: return "j";
    case Instruction.SETCC: return "set";
    case Instruction.CMOVCC: return "cmov";
    case Instruction.LOOPNE: return "loopne";
    case Instruction.LOOPE: return "loope";
    case Instruction.LOOP: return "loop";
    case Instruction.JCXZ: return "jcxz";
    case Instruction.LGDT: return "lgdt";
    case Instruction.LIDT: return "lidt";
    case Instruction.LLDT: return "lldt";
    case Instruction.LTR: return "ltr";
    case Instruction.LMSW: return "lmsw";
    case Instruction.CLTS: return "clts";
    case Instruction.INVD: return "invd";
    case Instruction.WBINVD: return "wbinvd";
    case Instruction.INVLPG: return "invlpg";
    case Instruction.RDMSR: return "rdmsr";
    case Instruction.WRMSR: return "wrmsr";
    case Instruction.RDPMC: return "rdpmc";
    case Instruction.SYSEXIT: return "sysexit";
    case Instruction.SYSRET: return "sysret";
    case Instruction.RSM: return "rsm";
    case Instruction.MOV_CR: return "mov";
    case Instruction.MOV_DR: return "mov";
    case Instruction.FWAIT: return "fwait";
    // X87 and SIMD have their own texts, in x87/list.ts and simd/list.ts; the others are no instructions.
    case Instruction.X87:
    case Instruction.SIMD:
    case Instruction.GROUP:
    case Instruction.PREFIX:
    case Instruction.UNDEFINED:
    default: return "(bad)";
  }
}
