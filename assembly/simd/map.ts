/**
 * The opcode maps of MMX and SSE, row by row as in the manual (SDM vol. 2, tables A-3 to A-6), with a column for each
 * mandatory prefix: none, 66, F3, F2.
 *
 * A form is written as its operands, the size of the memory operand in bytes, A if it must be aligned, I if an immediate
 * byte follows: V_W_16A. The operands' letters are the manual's, see Kind. A row, 32 bits: 0..8 the instruction's number,
 * 9..12 and 13..16 its operands, 17..19 the size, 20 aligned, 21 immediate, 22..25 feature, 26 implicit operand.
 *
 * Where this departs from the manual:
 * - UNPCKLPS and other interleaving instructions that read half of their operand in memory are given all of it, since a
 *   processor may, and this one's alignment check does;
 * - MOVHPS and MOVHPD to memory have a number of their own, as have loads of MOVSS and MOVSD (which clear the rest of the
 *   register) and MOVQ to memory (which leaves it alone); `refined` picks them and the register forms MOVHLPS and MOVLHPS;
 * - CRC32 and MOVBE (0F 38 F0, F1), POPCNT, FISTTP, PAUSE and PREFETCHh are not here but with the general instructions.
 */
import { Feature } from "../cpu/features";
import { Simd as S } from "./list";

/** Operands: the manual's letters (SDM vol. 2, A.2.1). */
// prettier-ignore
export const enum Kind {
  NONE,
  /** XMM register of reg; XMM register of r/m, or memory; XMM register of r/m alone. */
  V, W, U,
  /** The same three for MMX. */
  P, Q, N,
  /** General register of reg; general register of r/m, or memory; memory alone. */
  G, E, M,
}

const NUMBER: u32 = 0x1ff;
const FIRST: u32 = 9;
const SECOND: u32 = 13;
const SIZE: u32 = 17;
/** In place of a logarithm: FXSAVE's 512 bytes. */
const SIZE_512: u32 = 7;
const ALIGNED: u32 = 1 << 20;
const IMMEDIATE: u32 = 1 << 21;
const FEATURE: u32 = 22;
const IMPLICIT: u32 = 1 << 26;

export function simdOf(row: u32): S {
  return <S>(row & NUMBER);
}
export function firstOf(row: u32): Kind {
  return <Kind>((row >> FIRST) & 15);
}
export function secondOf(row: u32): Kind {
  return <Kind>((row >> SECOND) & 15);
}
/** Of the memory operand: base-2 logarithm of its bytes, or SIZE_512. */
export function sizeOf(row: u32): u32 {
  return (row >> SIZE) & 7;
}
/** Bytes of the memory operand. */
export function bytesOf(row: u32): u32 {
  return bytes(sizeOf(row));
}
/** Bytes for a base-2 logarithm, or SIZE_512. */
export function bytes(size: u32): u32 {
  return size == SIZE_512 ? 512 : 1 << size;
}
export function isAligned(row: u32): bool {
  return (row & ALIGNED) != 0;
}
export function hasImmediate(row: u32): bool {
  return (row & IMMEDIATE) != 0;
}
/** Does it store at DS:EDI (or another segment, if one is prefixed), although no operand says so? MASKMOVQ, MASKMOVDQU. */
export function isImplicit(row: u32): bool {
  return (row & IMPLICIT) != 0;
}
export function featureOf(row: u32): Feature {
  return <Feature>((row >> FEATURE) & 15);
}

const MMX: u32 = Feature.MMX << FEATURE;
const SSE: u32 = Feature.SSE << FEATURE;
const SSE2: u32 = Feature.SSE2 << FEATURE;
const SSE3: u32 = Feature.SSE3 << FEATURE;
const SSSE3: u32 = Feature.SSSE3 << FEATURE;
const SSE41: u32 = Feature.SSE41 << FEATURE;
const SSE42: u32 = Feature.SSE42 << FEATURE;
const FXSR: u32 = Feature.FXSR << FEATURE;
const CLFSH: u32 = Feature.CLFSH << FEATURE;

const E_P_4: u32 = (Kind.E << FIRST) | (Kind.P << SECOND) | (2 << SIZE);
const E_V_1_I: u32 = (Kind.E << FIRST) | (Kind.V << SECOND) | (0 << SIZE) | IMMEDIATE;
const E_V_2_I: u32 = (Kind.E << FIRST) | (Kind.V << SECOND) | (1 << SIZE) | IMMEDIATE;
const E_V_4: u32 = (Kind.E << FIRST) | (Kind.V << SECOND) | (2 << SIZE);
const E_V_4_I: u32 = (Kind.E << FIRST) | (Kind.V << SECOND) | (2 << SIZE) | IMMEDIATE;
const G_N_8: u32 = (Kind.G << FIRST) | (Kind.N << SECOND) | (3 << SIZE);
const G_N_8_I: u32 = (Kind.G << FIRST) | (Kind.N << SECOND) | (3 << SIZE) | IMMEDIATE;
const G_U_16: u32 = (Kind.G << FIRST) | (Kind.U << SECOND) | (4 << SIZE);
const G_U_16_I: u32 = (Kind.G << FIRST) | (Kind.U << SECOND) | (4 << SIZE) | IMMEDIATE;
const G_W_4: u32 = (Kind.G << FIRST) | (Kind.W << SECOND) | (2 << SIZE);
const G_W_8: u32 = (Kind.G << FIRST) | (Kind.W << SECOND) | (3 << SIZE);
const M_1: u32 = Kind.M << FIRST;
const M_4: u32 = (Kind.M << FIRST) | (2 << SIZE);
const M_512A: u32 = (Kind.M << FIRST) | (SIZE_512 << SIZE) | ALIGNED;
const M_G_4: u32 = (Kind.M << FIRST) | (Kind.G << SECOND) | (2 << SIZE);
const M_P_8: u32 = (Kind.M << FIRST) | (Kind.P << SECOND) | (3 << SIZE);
const M_V_16A: u32 = (Kind.M << FIRST) | (Kind.V << SECOND) | (4 << SIZE) | ALIGNED;
const M_V_8: u32 = (Kind.M << FIRST) | (Kind.V << SECOND) | (3 << SIZE);
const NONE: u32 = 0;
const N_8_I: u32 = (Kind.N << FIRST) | (3 << SIZE) | IMMEDIATE;
const P_E_2_I: u32 = (Kind.P << FIRST) | (Kind.E << SECOND) | (1 << SIZE) | IMMEDIATE;
const P_E_4: u32 = (Kind.P << FIRST) | (Kind.E << SECOND) | (2 << SIZE);
const P_N_8: u32 = (Kind.P << FIRST) | (Kind.N << SECOND) | (3 << SIZE);
const P_Q_4: u32 = (Kind.P << FIRST) | (Kind.Q << SECOND) | (2 << SIZE);
const P_Q_8: u32 = (Kind.P << FIRST) | (Kind.Q << SECOND) | (3 << SIZE);
const P_Q_8_I: u32 = (Kind.P << FIRST) | (Kind.Q << SECOND) | (3 << SIZE) | IMMEDIATE;
const P_U_16: u32 = (Kind.P << FIRST) | (Kind.U << SECOND) | (4 << SIZE);
const P_W_16A: u32 = (Kind.P << FIRST) | (Kind.W << SECOND) | (4 << SIZE) | ALIGNED;
const P_W_8: u32 = (Kind.P << FIRST) | (Kind.W << SECOND) | (3 << SIZE);
const Q_P_8: u32 = (Kind.Q << FIRST) | (Kind.P << SECOND) | (3 << SIZE);
const U_16_I: u32 = (Kind.U << FIRST) | (4 << SIZE) | IMMEDIATE;
const V_E_1_I: u32 = (Kind.V << FIRST) | (Kind.E << SECOND) | (0 << SIZE) | IMMEDIATE;
const V_E_2_I: u32 = (Kind.V << FIRST) | (Kind.E << SECOND) | (1 << SIZE) | IMMEDIATE;
const V_E_4: u32 = (Kind.V << FIRST) | (Kind.E << SECOND) | (2 << SIZE);
const V_E_4_I: u32 = (Kind.V << FIRST) | (Kind.E << SECOND) | (2 << SIZE) | IMMEDIATE;
const V_M_16: u32 = (Kind.V << FIRST) | (Kind.M << SECOND) | (4 << SIZE);
const V_M_16A: u32 = (Kind.V << FIRST) | (Kind.M << SECOND) | (4 << SIZE) | ALIGNED;
const V_M_8: u32 = (Kind.V << FIRST) | (Kind.M << SECOND) | (3 << SIZE);
const V_N_8: u32 = (Kind.V << FIRST) | (Kind.N << SECOND) | (3 << SIZE);
const V_Q_8: u32 = (Kind.V << FIRST) | (Kind.Q << SECOND) | (3 << SIZE);
const V_U_16: u32 = (Kind.V << FIRST) | (Kind.U << SECOND) | (4 << SIZE);
const V_W_16: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (4 << SIZE);
const V_W_16A: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (4 << SIZE) | ALIGNED;
const V_W_16A_I: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (4 << SIZE) | ALIGNED | IMMEDIATE;
const V_W_16_I: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (4 << SIZE) | IMMEDIATE;
const V_W_2: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (1 << SIZE);
const V_W_4: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (2 << SIZE);
const V_W_4_I: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (2 << SIZE) | IMMEDIATE;
const V_W_8: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (3 << SIZE);
const V_W_8_I: u32 = (Kind.V << FIRST) | (Kind.W << SECOND) | (3 << SIZE) | IMMEDIATE;
const W_V_16: u32 = (Kind.W << FIRST) | (Kind.V << SECOND) | (4 << SIZE);
const W_V_16A: u32 = (Kind.W << FIRST) | (Kind.V << SECOND) | (4 << SIZE) | ALIGNED;
const W_V_4: u32 = (Kind.W << FIRST) | (Kind.V << SECOND) | (2 << SIZE);
const W_V_8: u32 = (Kind.W << FIRST) | (Kind.V << SECOND) | (3 << SIZE);

/** Table A-3: opcodes 10..17, 28..2F, 50..7F, C0..FF after 0F. */
// prettier-ignore
const TWO_BYTE: StaticArray<u32> = [
  /* 10 */ S.MOVUPS | V_W_16 | SSE, S.MOVUPD | V_W_16 | SSE2, S.MOVSS | V_W_4 | SSE, S.MOVSD | V_W_8 | SSE2,
  /* 11 */ S.MOVUPS | W_V_16 | SSE, S.MOVUPD | W_V_16 | SSE2, S.MOVSS | W_V_4 | SSE, S.MOVSD | W_V_8 | SSE2,
  /* 12 */ S.MOVLPS | V_W_8 | SSE, S.MOVLPD | V_M_8 | SSE2, S.MOVSLDUP | V_W_16A | SSE3, S.MOVDDUP | V_W_8 | SSE3,
  /* 13 */ S.MOVLPS | M_V_8 | SSE, S.MOVLPD | M_V_8 | SSE2, 0, 0,
  /* 14 */ S.UNPCKLPS | V_W_16A | SSE, S.UNPCKLPD | V_W_16A | SSE2, 0, 0,
  /* 15 */ S.UNPCKHPS | V_W_16A | SSE, S.UNPCKHPD | V_W_16A | SSE2, 0, 0,
  /* 16 */ S.MOVHPS | V_W_8 | SSE, S.MOVHPD | V_M_8 | SSE2, S.MOVSHDUP | V_W_16A | SSE3, 0,
  /* 17 */ S.MOVHPS_STORE | M_V_8 | SSE, S.MOVHPD_STORE | M_V_8 | SSE2, 0, 0,
  /* 28 */ S.MOVAPS | V_W_16A | SSE, S.MOVAPD | V_W_16A | SSE2, 0, 0,
  /* 29 */ S.MOVAPS | W_V_16A | SSE, S.MOVAPD | W_V_16A | SSE2, 0, 0,
  /* 2A */ S.CVTPI2PS | V_Q_8 | SSE, S.CVTPI2PD | V_Q_8 | SSE2, S.CVTSI2SS | V_E_4 | SSE, S.CVTSI2SD | V_E_4 | SSE2,
  /* 2B */ S.MOVNTPS | M_V_16A | SSE, S.MOVNTPD | M_V_16A | SSE2, 0, 0,
  /* 2C */ S.CVTTPS2PI | P_W_8 | SSE, S.CVTTPD2PI | P_W_16A | SSE2, S.CVTTSS2SI | G_W_4 | SSE, S.CVTTSD2SI | G_W_8 | SSE2,
  /* 2D */ S.CVTPS2PI | P_W_8 | SSE, S.CVTPD2PI | P_W_16A | SSE2, S.CVTSS2SI | G_W_4 | SSE, S.CVTSD2SI | G_W_8 | SSE2,
  /* 2E */ S.UCOMISS | V_W_4 | SSE, S.UCOMISD | V_W_8 | SSE2, 0, 0,
  /* 2F */ S.COMISS | V_W_4 | SSE, S.COMISD | V_W_8 | SSE2, 0, 0,
  /* 50 */ S.MOVMSKPS | G_U_16 | SSE, S.MOVMSKPD | G_U_16 | SSE2, 0, 0,
  /* 51 */ S.SQRTPS | V_W_16A | SSE, S.SQRTPD | V_W_16A | SSE2, S.SQRTSS | V_W_4 | SSE, S.SQRTSD | V_W_8 | SSE2,
  /* 52 */ S.RSQRTPS | V_W_16A | SSE, 0, S.RSQRTSS | V_W_4 | SSE, 0,
  /* 53 */ S.RCPPS | V_W_16A | SSE, 0, S.RCPSS | V_W_4 | SSE, 0,
  /* 54 */ S.ANDPS | V_W_16A | SSE, S.ANDPD | V_W_16A | SSE2, 0, 0,
  /* 55 */ S.ANDNPS | V_W_16A | SSE, S.ANDNPD | V_W_16A | SSE2, 0, 0,
  /* 56 */ S.ORPS | V_W_16A | SSE, S.ORPD | V_W_16A | SSE2, 0, 0,
  /* 57 */ S.XORPS | V_W_16A | SSE, S.XORPD | V_W_16A | SSE2, 0, 0,
  /* 58 */ S.ADDPS | V_W_16A | SSE, S.ADDPD | V_W_16A | SSE2, S.ADDSS | V_W_4 | SSE, S.ADDSD | V_W_8 | SSE2,
  /* 59 */ S.MULPS | V_W_16A | SSE, S.MULPD | V_W_16A | SSE2, S.MULSS | V_W_4 | SSE, S.MULSD | V_W_8 | SSE2,
  /* 5A */ S.CVTPS2PD | V_W_8 | SSE2, S.CVTPD2PS | V_W_16A | SSE2, S.CVTSS2SD | V_W_4 | SSE2, S.CVTSD2SS | V_W_8 | SSE2,
  /* 5B */ S.CVTDQ2PS | V_W_16A | SSE2, S.CVTPS2DQ | V_W_16A | SSE2, S.CVTTPS2DQ | V_W_16A | SSE2, 0,
  /* 5C */ S.SUBPS | V_W_16A | SSE, S.SUBPD | V_W_16A | SSE2, S.SUBSS | V_W_4 | SSE, S.SUBSD | V_W_8 | SSE2,
  /* 5D */ S.MINPS | V_W_16A | SSE, S.MINPD | V_W_16A | SSE2, S.MINSS | V_W_4 | SSE, S.MINSD | V_W_8 | SSE2,
  /* 5E */ S.DIVPS | V_W_16A | SSE, S.DIVPD | V_W_16A | SSE2, S.DIVSS | V_W_4 | SSE, S.DIVSD | V_W_8 | SSE2,
  /* 5F */ S.MAXPS | V_W_16A | SSE, S.MAXPD | V_W_16A | SSE2, S.MAXSS | V_W_4 | SSE, S.MAXSD | V_W_8 | SSE2,
  /* 60 */ S.PUNPCKLBW | P_Q_4 | MMX, S.PUNPCKLBW | V_W_16A | SSE2, 0, 0,
  /* 61 */ S.PUNPCKLWD | P_Q_4 | MMX, S.PUNPCKLWD | V_W_16A | SSE2, 0, 0,
  /* 62 */ S.PUNPCKLDQ | P_Q_4 | MMX, S.PUNPCKLDQ | V_W_16A | SSE2, 0, 0,
  /* 63 */ S.PACKSSWB | P_Q_8 | MMX, S.PACKSSWB | V_W_16A | SSE2, 0, 0,
  /* 64 */ S.PCMPGTB | P_Q_8 | MMX, S.PCMPGTB | V_W_16A | SSE2, 0, 0,
  /* 65 */ S.PCMPGTW | P_Q_8 | MMX, S.PCMPGTW | V_W_16A | SSE2, 0, 0,
  /* 66 */ S.PCMPGTD | P_Q_8 | MMX, S.PCMPGTD | V_W_16A | SSE2, 0, 0,
  /* 67 */ S.PACKUSWB | P_Q_8 | MMX, S.PACKUSWB | V_W_16A | SSE2, 0, 0,
  /* 68 */ S.PUNPCKHBW | P_Q_8 | MMX, S.PUNPCKHBW | V_W_16A | SSE2, 0, 0,
  /* 69 */ S.PUNPCKHWD | P_Q_8 | MMX, S.PUNPCKHWD | V_W_16A | SSE2, 0, 0,
  /* 6A */ S.PUNPCKHDQ | P_Q_8 | MMX, S.PUNPCKHDQ | V_W_16A | SSE2, 0, 0,
  /* 6B */ S.PACKSSDW | P_Q_8 | MMX, S.PACKSSDW | V_W_16A | SSE2, 0, 0,
  /* 6C */ 0, S.PUNPCKLQDQ | V_W_16A | SSE2, 0, 0,
  /* 6D */ 0, S.PUNPCKHQDQ | V_W_16A | SSE2, 0, 0,
  /* 6E */ S.MOVD | P_E_4 | MMX, S.MOVD | V_E_4 | SSE2, 0, 0,
  /* 6F */ S.MOVQ | P_Q_8 | MMX, S.MOVDQA | V_W_16A | SSE2, S.MOVDQU | V_W_16 | SSE2, 0,
  /* 70 */ S.PSHUFW | P_Q_8_I | SSE, S.PSHUFD | V_W_16A_I | SSE2, S.PSHUFHW | V_W_16A_I | SSE2, S.PSHUFLW | V_W_16A_I | SSE2,
  /* 71 */ 0, 0, 0, 0, // group 12
  /* 72 */ 0, 0, 0, 0, // group 13
  /* 73 */ 0, 0, 0, 0, // group 14
  /* 74 */ S.PCMPEQB | P_Q_8 | MMX, S.PCMPEQB | V_W_16A | SSE2, 0, 0,
  /* 75 */ S.PCMPEQW | P_Q_8 | MMX, S.PCMPEQW | V_W_16A | SSE2, 0, 0,
  /* 76 */ S.PCMPEQD | P_Q_8 | MMX, S.PCMPEQD | V_W_16A | SSE2, 0, 0,
  /* 77 */ S.EMMS | NONE | MMX, 0, 0, 0,
  /* 78 */ 0, 0, 0, 0,
  /* 79 */ 0, 0, 0, 0,
  /* 7A */ 0, 0, 0, 0,
  /* 7B */ 0, 0, 0, 0,
  /* 7C */ 0, S.HADDPD | V_W_16A | SSE3, 0, S.HADDPS | V_W_16A | SSE3,
  /* 7D */ 0, S.HSUBPD | V_W_16A | SSE3, 0, S.HSUBPS | V_W_16A | SSE3,
  /* 7E */ S.MOVD_STORE | E_P_4 | MMX, S.MOVD_STORE | E_V_4 | SSE2, S.MOVQ | V_W_8 | SSE2, 0,
  /* 7F */ S.MOVQ | Q_P_8 | MMX, S.MOVDQA | W_V_16A | SSE2, S.MOVDQU | W_V_16 | SSE2, 0,
  /* C0 */ 0, 0, 0, 0,
  /* C1 */ 0, 0, 0, 0,
  /* C2 */ S.CMPPS | V_W_16A_I | SSE, S.CMPPD | V_W_16A_I | SSE2, S.CMPSS | V_W_4_I | SSE, S.CMPSD | V_W_8_I | SSE2,
  /* C3 */ S.MOVNTI | M_G_4 | SSE2, 0, 0, 0,
  /* C4 */ S.PINSRW | P_E_2_I | SSE, S.PINSRW | V_E_2_I | SSE2, 0, 0,
  /* C5 */ S.PEXTRW | G_N_8_I | SSE, S.PEXTRW | G_U_16_I | SSE2, 0, 0,
  /* C6 */ S.SHUFPS | V_W_16A_I | SSE, S.SHUFPD | V_W_16A_I | SSE2, 0, 0,
  /* C7 */ 0, 0, 0, 0,
  /* C8 */ 0, 0, 0, 0,
  /* C9 */ 0, 0, 0, 0,
  /* CA */ 0, 0, 0, 0,
  /* CB */ 0, 0, 0, 0,
  /* CC */ 0, 0, 0, 0,
  /* CD */ 0, 0, 0, 0,
  /* CE */ 0, 0, 0, 0,
  /* CF */ 0, 0, 0, 0,
  /* D0 */ 0, S.ADDSUBPD | V_W_16A | SSE3, 0, S.ADDSUBPS | V_W_16A | SSE3,
  /* D1 */ S.PSRLW | P_Q_8 | MMX, S.PSRLW | V_W_16A | SSE2, 0, 0,
  /* D2 */ S.PSRLD | P_Q_8 | MMX, S.PSRLD | V_W_16A | SSE2, 0, 0,
  /* D3 */ S.PSRLQ | P_Q_8 | MMX, S.PSRLQ | V_W_16A | SSE2, 0, 0,
  /* D4 */ S.PADDQ | P_Q_8 | SSE2, S.PADDQ | V_W_16A | SSE2, 0, 0,
  /* D5 */ S.PMULLW | P_Q_8 | MMX, S.PMULLW | V_W_16A | SSE2, 0, 0,
  /* D6 */ 0, S.MOVQ | W_V_8 | SSE2, S.MOVQ2DQ | V_N_8 | SSE2, S.MOVDQ2Q | P_U_16 | SSE2,
  /* D7 */ S.PMOVMSKB | G_N_8 | SSE, S.PMOVMSKB | G_U_16 | SSE2, 0, 0,
  /* D8 */ S.PSUBUSB | P_Q_8 | MMX, S.PSUBUSB | V_W_16A | SSE2, 0, 0,
  /* D9 */ S.PSUBUSW | P_Q_8 | MMX, S.PSUBUSW | V_W_16A | SSE2, 0, 0,
  /* DA */ S.PMINUB | P_Q_8 | SSE, S.PMINUB | V_W_16A | SSE2, 0, 0,
  /* DB */ S.PAND | P_Q_8 | MMX, S.PAND | V_W_16A | SSE2, 0, 0,
  /* DC */ S.PADDUSB | P_Q_8 | MMX, S.PADDUSB | V_W_16A | SSE2, 0, 0,
  /* DD */ S.PADDUSW | P_Q_8 | MMX, S.PADDUSW | V_W_16A | SSE2, 0, 0,
  /* DE */ S.PMAXUB | P_Q_8 | SSE, S.PMAXUB | V_W_16A | SSE2, 0, 0,
  /* DF */ S.PANDN | P_Q_8 | MMX, S.PANDN | V_W_16A | SSE2, 0, 0,
  /* E0 */ S.PAVGB | P_Q_8 | SSE, S.PAVGB | V_W_16A | SSE2, 0, 0,
  /* E1 */ S.PSRAW | P_Q_8 | MMX, S.PSRAW | V_W_16A | SSE2, 0, 0,
  /* E2 */ S.PSRAD | P_Q_8 | MMX, S.PSRAD | V_W_16A | SSE2, 0, 0,
  /* E3 */ S.PAVGW | P_Q_8 | SSE, S.PAVGW | V_W_16A | SSE2, 0, 0,
  /* E4 */ S.PMULHUW | P_Q_8 | SSE, S.PMULHUW | V_W_16A | SSE2, 0, 0,
  /* E5 */ S.PMULHW | P_Q_8 | MMX, S.PMULHW | V_W_16A | SSE2, 0, 0,
  /* E6 */ 0, S.CVTTPD2DQ | V_W_16A | SSE2, S.CVTDQ2PD | V_W_8 | SSE2, S.CVTPD2DQ | V_W_16A | SSE2,
  /* E7 */ S.MOVNTQ | M_P_8 | SSE, S.MOVNTDQ | M_V_16A | SSE2, 0, 0,
  /* E8 */ S.PSUBSB | P_Q_8 | MMX, S.PSUBSB | V_W_16A | SSE2, 0, 0,
  /* E9 */ S.PSUBSW | P_Q_8 | MMX, S.PSUBSW | V_W_16A | SSE2, 0, 0,
  /* EA */ S.PMINSW | P_Q_8 | SSE, S.PMINSW | V_W_16A | SSE2, 0, 0,
  /* EB */ S.POR | P_Q_8 | MMX, S.POR | V_W_16A | SSE2, 0, 0,
  /* EC */ S.PADDSB | P_Q_8 | MMX, S.PADDSB | V_W_16A | SSE2, 0, 0,
  /* ED */ S.PADDSW | P_Q_8 | MMX, S.PADDSW | V_W_16A | SSE2, 0, 0,
  /* EE */ S.PMAXSW | P_Q_8 | SSE, S.PMAXSW | V_W_16A | SSE2, 0, 0,
  /* EF */ S.PXOR | P_Q_8 | MMX, S.PXOR | V_W_16A | SSE2, 0, 0,
  /* F0 */ 0, 0, 0, S.LDDQU | V_M_16 | SSE3,
  /* F1 */ S.PSLLW | P_Q_8 | MMX, S.PSLLW | V_W_16A | SSE2, 0, 0,
  /* F2 */ S.PSLLD | P_Q_8 | MMX, S.PSLLD | V_W_16A | SSE2, 0, 0,
  /* F3 */ S.PSLLQ | P_Q_8 | MMX, S.PSLLQ | V_W_16A | SSE2, 0, 0,
  /* F4 */ S.PMULUDQ | P_Q_8 | SSE2, S.PMULUDQ | V_W_16A | SSE2, 0, 0,
  /* F5 */ S.PMADDWD | P_Q_8 | MMX, S.PMADDWD | V_W_16A | SSE2, 0, 0,
  /* F6 */ S.PSADBW | P_Q_8 | SSE, S.PSADBW | V_W_16A | SSE2, 0, 0,
  /* F7 */ S.MASKMOVQ | P_N_8 | SSE | IMPLICIT, S.MASKMOVDQU | V_U_16 | SSE2 | IMPLICIT, 0, 0,
  /* F8 */ S.PSUBB | P_Q_8 | MMX, S.PSUBB | V_W_16A | SSE2, 0, 0,
  /* F9 */ S.PSUBW | P_Q_8 | MMX, S.PSUBW | V_W_16A | SSE2, 0, 0,
  /* FA */ S.PSUBD | P_Q_8 | MMX, S.PSUBD | V_W_16A | SSE2, 0, 0,
  /* FB */ S.PSUBQ | P_Q_8 | SSE2, S.PSUBQ | V_W_16A | SSE2, 0, 0,
  /* FC */ S.PADDB | P_Q_8 | MMX, S.PADDB | V_W_16A | SSE2, 0, 0,
  /* FD */ S.PADDW | P_Q_8 | MMX, S.PADDW | V_W_16A | SSE2, 0, 0,
  /* FE */ S.PADDD | P_Q_8 | MMX, S.PADDD | V_W_16A | SSE2, 0, 0,
  /* FF */ 0, 0, 0, 0,
];

/** Table A-4: opcodes 00..41 after 0F 38, without a prefix and with 66. */
// prettier-ignore
const THREE_BYTE_38: StaticArray<u32> = [
  /* 00 */ S.PSHUFB | P_Q_8 | SSSE3, S.PSHUFB | V_W_16A | SSSE3,
  /* 01 */ S.PHADDW | P_Q_8 | SSSE3, S.PHADDW | V_W_16A | SSSE3,
  /* 02 */ S.PHADDD | P_Q_8 | SSSE3, S.PHADDD | V_W_16A | SSSE3,
  /* 03 */ S.PHADDSW | P_Q_8 | SSSE3, S.PHADDSW | V_W_16A | SSSE3,
  /* 04 */ S.PMADDUBSW | P_Q_8 | SSSE3, S.PMADDUBSW | V_W_16A | SSSE3,
  /* 05 */ S.PHSUBW | P_Q_8 | SSSE3, S.PHSUBW | V_W_16A | SSSE3,
  /* 06 */ S.PHSUBD | P_Q_8 | SSSE3, S.PHSUBD | V_W_16A | SSSE3,
  /* 07 */ S.PHSUBSW | P_Q_8 | SSSE3, S.PHSUBSW | V_W_16A | SSSE3,
  /* 08 */ S.PSIGNB | P_Q_8 | SSSE3, S.PSIGNB | V_W_16A | SSSE3,
  /* 09 */ S.PSIGNW | P_Q_8 | SSSE3, S.PSIGNW | V_W_16A | SSSE3,
  /* 0A */ S.PSIGND | P_Q_8 | SSSE3, S.PSIGND | V_W_16A | SSSE3,
  /* 0B */ S.PMULHRSW | P_Q_8 | SSSE3, S.PMULHRSW | V_W_16A | SSSE3,
  /* 0C */ 0, 0,
  /* 0D */ 0, 0,
  /* 0E */ 0, 0,
  /* 0F */ 0, 0,
  /* 10 */ 0, S.PBLENDVB | V_W_16A | SSE41,
  /* 11 */ 0, 0,
  /* 12 */ 0, 0,
  /* 13 */ 0, 0,
  /* 14 */ 0, S.BLENDVPS | V_W_16A | SSE41,
  /* 15 */ 0, S.BLENDVPD | V_W_16A | SSE41,
  /* 16 */ 0, 0,
  /* 17 */ 0, S.PTEST | V_W_16A | SSE41,
  /* 18 */ 0, 0,
  /* 19 */ 0, 0,
  /* 1A */ 0, 0,
  /* 1B */ 0, 0,
  /* 1C */ S.PABSB | P_Q_8 | SSSE3, S.PABSB | V_W_16A | SSSE3,
  /* 1D */ S.PABSW | P_Q_8 | SSSE3, S.PABSW | V_W_16A | SSSE3,
  /* 1E */ S.PABSD | P_Q_8 | SSSE3, S.PABSD | V_W_16A | SSSE3,
  /* 1F */ 0, 0,
  /* 20 */ 0, S.PMOVSXBW | V_W_8 | SSE41,
  /* 21 */ 0, S.PMOVSXBD | V_W_4 | SSE41,
  /* 22 */ 0, S.PMOVSXBQ | V_W_2 | SSE41,
  /* 23 */ 0, S.PMOVSXWD | V_W_8 | SSE41,
  /* 24 */ 0, S.PMOVSXWQ | V_W_4 | SSE41,
  /* 25 */ 0, S.PMOVSXDQ | V_W_8 | SSE41,
  /* 26 */ 0, 0,
  /* 27 */ 0, 0,
  /* 28 */ 0, S.PMULDQ | V_W_16A | SSE41,
  /* 29 */ 0, S.PCMPEQQ | V_W_16A | SSE41,
  /* 2A */ 0, S.MOVNTDQA | V_M_16A | SSE41,
  /* 2B */ 0, S.PACKUSDW | V_W_16A | SSE41,
  /* 2C */ 0, 0,
  /* 2D */ 0, 0,
  /* 2E */ 0, 0,
  /* 2F */ 0, 0,
  /* 30 */ 0, S.PMOVZXBW | V_W_8 | SSE41,
  /* 31 */ 0, S.PMOVZXBD | V_W_4 | SSE41,
  /* 32 */ 0, S.PMOVZXBQ | V_W_2 | SSE41,
  /* 33 */ 0, S.PMOVZXWD | V_W_8 | SSE41,
  /* 34 */ 0, S.PMOVZXWQ | V_W_4 | SSE41,
  /* 35 */ 0, S.PMOVZXDQ | V_W_8 | SSE41,
  /* 36 */ 0, 0,
  /* 37 */ 0, S.PCMPGTQ | V_W_16A | SSE42,
  /* 38 */ 0, S.PMINSB | V_W_16A | SSE41,
  /* 39 */ 0, S.PMINSD | V_W_16A | SSE41,
  /* 3A */ 0, S.PMINUW | V_W_16A | SSE41,
  /* 3B */ 0, S.PMINUD | V_W_16A | SSE41,
  /* 3C */ 0, S.PMAXSB | V_W_16A | SSE41,
  /* 3D */ 0, S.PMAXSD | V_W_16A | SSE41,
  /* 3E */ 0, S.PMAXUW | V_W_16A | SSE41,
  /* 3F */ 0, S.PMAXUD | V_W_16A | SSE41,
  /* 40 */ 0, S.PMULLD | V_W_16A | SSE41,
  /* 41 */ 0, S.PHMINPOSUW | V_W_16A | SSE41,
];

/** Table A-5: opcodes 08..63 after 0F 3A, without a prefix and with 66. */
// prettier-ignore
const THREE_BYTE_3A: StaticArray<u32> = [
  /* 08 */ 0, S.ROUNDPS | V_W_16A_I | SSE41,
  /* 09 */ 0, S.ROUNDPD | V_W_16A_I | SSE41,
  /* 0A */ 0, S.ROUNDSS | V_W_4_I | SSE41,
  /* 0B */ 0, S.ROUNDSD | V_W_8_I | SSE41,
  /* 0C */ 0, S.BLENDPS | V_W_16A_I | SSE41,
  /* 0D */ 0, S.BLENDPD | V_W_16A_I | SSE41,
  /* 0E */ 0, S.PBLENDW | V_W_16A_I | SSE41,
  /* 0F */ S.PALIGNR | P_Q_8_I | SSSE3, S.PALIGNR | V_W_16A_I | SSSE3,
  /* 10 */ 0, 0,
  /* 11 */ 0, 0,
  /* 12 */ 0, 0,
  /* 13 */ 0, 0,
  /* 14 */ 0, S.PEXTRB | E_V_1_I | SSE41,
  /* 15 */ 0, S.PEXTRW | E_V_2_I | SSE41,
  /* 16 */ 0, S.PEXTRD | E_V_4_I | SSE41,
  /* 17 */ 0, S.EXTRACTPS | E_V_4_I | SSE41,
  /* 18 */ 0, 0,
  /* 19 */ 0, 0,
  /* 1A */ 0, 0,
  /* 1B */ 0, 0,
  /* 1C */ 0, 0,
  /* 1D */ 0, 0,
  /* 1E */ 0, 0,
  /* 1F */ 0, 0,
  /* 20 */ 0, S.PINSRB | V_E_1_I | SSE41,
  /* 21 */ 0, S.INSERTPS | V_W_4_I | SSE41,
  /* 22 */ 0, S.PINSRD | V_E_4_I | SSE41,
  /* 23 */ 0, 0,
  /* 24 */ 0, 0,
  /* 25 */ 0, 0,
  /* 26 */ 0, 0,
  /* 27 */ 0, 0,
  /* 28 */ 0, 0,
  /* 29 */ 0, 0,
  /* 2A */ 0, 0,
  /* 2B */ 0, 0,
  /* 2C */ 0, 0,
  /* 2D */ 0, 0,
  /* 2E */ 0, 0,
  /* 2F */ 0, 0,
  /* 30 */ 0, 0,
  /* 31 */ 0, 0,
  /* 32 */ 0, 0,
  /* 33 */ 0, 0,
  /* 34 */ 0, 0,
  /* 35 */ 0, 0,
  /* 36 */ 0, 0,
  /* 37 */ 0, 0,
  /* 38 */ 0, 0,
  /* 39 */ 0, 0,
  /* 3A */ 0, 0,
  /* 3B */ 0, 0,
  /* 3C */ 0, 0,
  /* 3D */ 0, 0,
  /* 3E */ 0, 0,
  /* 3F */ 0, 0,
  /* 40 */ 0, S.DPPS | V_W_16A_I | SSE41,
  /* 41 */ 0, S.DPPD | V_W_16A_I | SSE41,
  /* 42 */ 0, S.MPSADBW | V_W_16A_I | SSE41,
  /* 43 */ 0, 0,
  /* 44 */ 0, 0,
  /* 45 */ 0, 0,
  /* 46 */ 0, 0,
  /* 47 */ 0, 0,
  /* 48 */ 0, 0,
  /* 49 */ 0, 0,
  /* 4A */ 0, 0,
  /* 4B */ 0, 0,
  /* 4C */ 0, 0,
  /* 4D */ 0, 0,
  /* 4E */ 0, 0,
  /* 4F */ 0, 0,
  /* 50 */ 0, 0,
  /* 51 */ 0, 0,
  /* 52 */ 0, 0,
  /* 53 */ 0, 0,
  /* 54 */ 0, 0,
  /* 55 */ 0, 0,
  /* 56 */ 0, 0,
  /* 57 */ 0, 0,
  /* 58 */ 0, 0,
  /* 59 */ 0, 0,
  /* 5A */ 0, 0,
  /* 5B */ 0, 0,
  /* 5C */ 0, 0,
  /* 5D */ 0, 0,
  /* 5E */ 0, 0,
  /* 5F */ 0, 0,
  /* 60 */ 0, S.PCMPESTRM | V_W_16_I | SSE42,
  /* 61 */ 0, S.PCMPESTRI | V_W_16_I | SSE42,
  /* 62 */ 0, S.PCMPISTRM | V_W_16_I | SSE42,
  /* 63 */ 0, S.PCMPISTRI | V_W_16_I | SSE42,
];

/** Table A-6: groups 12, 13 and 14 (0F 71, 72, 73), ModR/M reg 0..7, without a prefix and with 66. Register forms alone. */
// prettier-ignore
const SHIFT_GROUPS: StaticArray<u32> = [
  /* 71 /0 */ 0, 0,
  /* 71 /1 */ 0, 0,
  /* 71 /2 */ S.PSRLW_I | N_8_I | MMX, S.PSRLW_I | U_16_I | SSE2,
  /* 71 /3 */ 0, 0,
  /* 71 /4 */ S.PSRAW_I | N_8_I | MMX, S.PSRAW_I | U_16_I | SSE2,
  /* 71 /5 */ 0, 0,
  /* 71 /6 */ S.PSLLW_I | N_8_I | MMX, S.PSLLW_I | U_16_I | SSE2,
  /* 71 /7 */ 0, 0,
  /* 72 /0 */ 0, 0,
  /* 72 /1 */ 0, 0,
  /* 72 /2 */ S.PSRLD_I | N_8_I | MMX, S.PSRLD_I | U_16_I | SSE2,
  /* 72 /3 */ 0, 0,
  /* 72 /4 */ S.PSRAD_I | N_8_I | MMX, S.PSRAD_I | U_16_I | SSE2,
  /* 72 /5 */ 0, 0,
  /* 72 /6 */ S.PSLLD_I | N_8_I | MMX, S.PSLLD_I | U_16_I | SSE2,
  /* 72 /7 */ 0, 0,
  /* 73 /0 */ 0, 0,
  /* 73 /1 */ 0, 0,
  /* 73 /2 */ S.PSRLQ_I | N_8_I | MMX, S.PSRLQ_I | U_16_I | SSE2,
  /* 73 /3 */ 0, S.PSRLDQ | U_16_I | SSE2,
  /* 73 /4 */ 0, 0,
  /* 73 /5 */ 0, 0,
  /* 73 /6 */ S.PSLLQ_I | N_8_I | MMX, S.PSLLQ_I | U_16_I | SSE2,
  /* 73 /7 */ 0, S.PSLLDQ | U_16_I | SSE2,
];

/** Table A-6: group 15 (0F AE) without a prefix, ModR/M reg 0..7: memory form, register form. */
// prettier-ignore
const GROUP_15: StaticArray<u32> = [
  /* AE /0 */ S.FXSAVE | M_512A | FXSR, 0,
  /* AE /1 */ S.FXRSTOR | M_512A | FXSR, 0,
  /* AE /2 */ S.LDMXCSR | M_4 | SSE, 0,
  /* AE /3 */ S.STMXCSR | M_4 | SSE, 0,
  /* AE /4 */ 0, 0,
  /* AE /5 */ 0, S.LFENCE | NONE | SSE2,
  /* AE /6 */ 0, S.MFENCE | NONE | SSE2,
  /* AE /7 */ S.CLFLUSH | M_1 | CLFSH, S.SFENCE | NONE | SSE,
];

/** Does a ModR/M byte follow? Only EMMS has none. */
export function hasModrm(map: u32, opcode: u32): bool {
  return map != 0 || opcode != 0x77;
}

/** The row of an opcode after 0F, or 0. */
function twoByteRow(opcode: u32, prefix: u32, modrm: u32): u32 {
  const reg = (modrm >> 3) & 7;
  if (opcode >= 0x71 && opcode <= 0x73) {
    return prefix < 2 ? unchecked(SHIFT_GROUPS[((((opcode - 0x71) << 3) | reg) << 1) | prefix]) : 0;
  }
  if (opcode == 0xae) return prefix ? 0 : unchecked(GROUP_15[(reg << 1) | u32(modrm >= 0xc0)]);
  let place = opcode - 0x80;
  if (opcode < 0x80) place = opcode - 0x40;
  if (opcode < 0x30) place = opcode - 0x20;
  if (opcode < 0x18) place = opcode - 0x10;
  const isThere =
    (opcode >= 0x10 && opcode < 0x18) ||
    (opcode >= 0x28 && opcode < 0x30) ||
    (opcode >= 0x50 && opcode < 0x80) ||
    opcode >= 0xc0;
  return isThere ? unchecked(TWO_BYTE[(place << 2) | prefix]) : 0;
}

/** The row where a register or memory operand makes it another instruction, or another form of it. */
function refined(row: u32, isMemory: bool): u32 {
  const rest = row & ~NUMBER;
  const isStore = firstOf(row) == Kind.W || firstOf(row) == Kind.Q;
  switch (simdOf(row)) {
    case S.MOVSS:
      return isMemory && !isStore ? rest | S.MOVSS_LOAD : row;
    case S.MOVSD:
      return isMemory && !isStore ? rest | S.MOVSD_LOAD : row;
    case S.MOVQ:
      return isMemory && isStore ? rest | S.MOVQ_STORE : row;
    case S.MOVLPS:
      return isMemory ? row : rest | S.MOVHLPS;
    case S.MOVHPS:
      return isMemory ? row : rest | S.MOVLHPS;
    default:
      return row;
  }
}

/** Does an operand of this kind refuse memory, or a register, as r/m? */
function refuses(kind: Kind, isMemory: bool): bool {
  return isMemory ? kind == Kind.U || kind == Kind.N : kind == Kind.M;
}

/**
 * The instruction's row, or 0 if there is none.
 *
 * @param map 0: after 0F; 1: after 0F 38; 2: after 0F 3A
 * @param prefix 0: none, 1: 66, 2: F3, 3: F2; if 66 stands with F3 or F2, it is the last of these that counts, and 66 does not
 */
export function simdRow(map: u32, opcode: u32, prefix: u32, modrm: u32): u32 {
  let row: u32 = 0;
  if (map == 0) row = twoByteRow(opcode, prefix, modrm);
  else if (prefix > 1) row = 0;
  else if (map == 1) row = opcode <= 0x41 ? unchecked(THREE_BYTE_38[(opcode << 1) | prefix]) : 0;
  else if (opcode >= 0x08 && opcode <= 0x63) row = unchecked(THREE_BYTE_3A[((opcode - 0x08) << 1) | prefix]);
  const isMemory = modrm < 0xc0;
  if (refuses(firstOf(row), isMemory) || refuses(secondOf(row), isMemory)) return 0;
  return refined(row, isMemory);
}
