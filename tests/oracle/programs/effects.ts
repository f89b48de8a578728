/** What an instruction does to flags that the manual may leave undefined, so that no undefined one is ever looked at. */
import type { Allowance } from "../case.ts";
import { AF, ARITHMETIC_FLAGS, CF, OF, PF, SF, ZF } from "../case.ts";
import { CONDITIONS } from "../forms/moves.ts";

/** Stands for C0 to C3 of the x87 status word among the bits of EFLAGS. */
export const X87_CONDITIONS = 0x100_0000;

/** Flags by their masks. */
export interface Effect {
  readonly reads: number;
  /** Defined afterwards, whatever they were before. */
  readonly defines: number;
  readonly undefines: number;
}

export const NO_EFFECT: Effect = { reads: 0, defines: 0, undefines: 0 };
export const DEFINES_ALL: Effect = { reads: 0, defines: ARITHMETIC_FLAGS, undefines: 0 };

/** The flags that a condition looks at, by its code. */
export function conditionFlags(code: number): number {
  return [OF, CF, ZF, CF | ZF, SF, PF, SF | OF, SF | OF | ZF][code >> 1] ?? 0;
}

const READS: readonly (readonly [RegExp, number])[] = [
  [/^(ADC|SBB|RCL|RCR|CMC|SALC)$/, CF],
  [/^(DAA|DAS)$/, CF | AF],
  [/^(AAA|AAS)$/, AF],
  [/^LAHF$/, ARITHMETIC_FLAGS & ~OF],
  [/^FCMOV/, CF | ZF | PF],
  [/^(FNSTSW|FNSTENV|FNSAVE|FXSAVE)$/, X87_CONDITIONS],
  ...CONDITIONS.map((condition, code) => [new RegExp(`^(SET|CMOV)${condition}$`), conditionFlags(code)] as const),
];

const DEFINES: readonly (readonly [RegExp, number])[] = [
  [/^(ADD|OR|ADC|SBB|AND|SUB|XOR|CMP|TEST|NEG|XADD|CMPXCHG|POPCNT|PTEST)$/, ARITHMETIC_FLAGS],
  [/^(U?COMIS[SD]|PCMP[EI]STR[IM]|CMPSB|SCASB)$/, ARITHMETIC_FLAGS],
  [/^(INC|DEC)$/, ARITHMETIC_FLAGS & ~CF],
  [/^(SAHF|DAA|DAS)$/, ARITHMETIC_FLAGS & ~OF],
  [/^(CLC|STC|CMC|BT|BTS|BTR|BTC)$/, CF],
  [/^(MUL|IMUL)$/, CF | OF],
  [/^(BSF|BSR|CMPXCHG8B|ARPL)$/, ZF],
  [/^(FU?COMP?\d?|FU?COMPP|FICOMP?|FTST|FXAM|FNINIT)$/, X87_CONDITIONS],
];

/** Shifts define no flag if their count is 0, which shows in that they leave none undefined. */
const SHIFTS = /^(SHL|SHR|SAL|SAR|SHLD|SHRD)$/;

function maskOf(table: readonly (readonly [RegExp, number])[], mnemonic: string): number {
  return table.find(([pattern]) => pattern.test(mnemonic))?.[1] ?? 0;
}

/** `allowance`: what the instruction's own case leaves undefined. */
export function effectOf(mnemonic: string, allowance: Allowance): Effect {
  const undefines = allowance.flags | (allowance.status ? X87_CONDITIONS : 0);
  const shifts = SHIFTS.test(mnemonic) && allowance.flags !== 0;
  const defines = shifts ? ARITHMETIC_FLAGS : maskOf(DEFINES, mnemonic);
  return { reads: maskOf(READS, mnemonic), defines: defines & ~undefines, undefines };
}
