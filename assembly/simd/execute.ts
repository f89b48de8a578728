/** Dispatch of the SIMD instructions; no semantics but those that are one operation of Wasm's. */
import { GP, MF, raise } from "../cpu/exceptions";
import { X87_STATUS } from "../cpu/state";
import { address } from "../interpreter/address";
import { checkRead, checkWrite } from "../memory/access";
import { readable, writable } from "../memory/permissions";
import { disp, imm } from "../microcode/format";
import { ES } from "../x87/status";
import * as Compare from "./compare";
import * as Conversions from "./conversions";
import * as Encoding from "./encoding";
import * as Extremes from "./extremes";
import * as Floats from "./floats";
import * as Horizontal from "./horizontal";
import * as Integers from "./integers";
import { Simd as S } from "./list";
import { bytes } from "./map";
import * as Moves from "./moves";
import * as Reciprocals from "./reciprocals";
import * as Shifts from "./shifts";
import * as Shuffles from "./shuffles";
import * as State from "./state";
import * as Strings from "./strings";

function get(place: usize): v128 {
  return load<v128>(place);
}

function put(place: usize, value: v128): void {
  store<v128>(place, value);
}

/** May the operand in memory at `place` be used as `bits` say? */
function check(place: u32, bits: u32): bool {
  if (bits & Encoding.ALIGNED && place & 15) return raise(GP);
  if (bits & Encoding.WRITTEN ? writable(place) : readable(place)) return true;
  const size = bytes((bits >> Encoding.SIZE) & 7);
  return bits & Encoding.WRITTEN ? checkWrite(place, size) : checkRead(place, size);
}

/** Is an x87 exception pending? Then it comes before an MMX instruction. */
function isPending(): bool {
  return (load<u32>(X87_STATUS) & ES) != 0;
}

/** After an MMX instruction: to the x87, the register written is a NaN or infinity. */
function finishMmx(bits: u32, to: usize): bool {
  State.fill();
  if (bits & Encoding.MMX_RESULT) store<u64>(to, 0xffff, 8);
  return true;
}

/** An MMX instruction that raised #XM, or MASKMOVQ #PF, is one nevertheless (seen on AMD's Zen 4). */
function failed(isMmx: bool): bool {
  if (isMmx) State.fill();
  return false;
}

/**
 * Executes the micro-op at `op`, see encoding.ts.
 *
 * MMX instructions are their XMM forms: these work on all 16 bytes from the places of the operands on, and what they put
 * beyond the register's 8 is put right afterwards. Those that move something between the halves ask for `isMmx`.
 *
 * @returns false if it raised an exception, and then it has changed nothing but MXCSR's flags
 */
export function executeSimd(op: usize): bool {
  const bits = imm(op);
  const isMmx = (bits & Encoding.MMX) != 0;
  if (isMmx && isPending()) return raise(MF);
  const isMemory = (bits & Encoding.MEMORY) != 0;
  let rm = disp(op);
  if (isMemory) {
    rm = address(op);
    if (!check(rm, bits)) return false;
  }
  const reg: u32 = load<u16>(op, 2);
  const to: usize = bits & Encoding.TO_RM ? rm : reg;
  const from: usize = bits & Encoding.TO_RM ? reg : rm;
  const immediate = (bits >> Encoding.IMMEDIATE) & 0xff;
  // prettier-ignore
  switch (bits & Encoding.NUMBER) {
    case S.MOVUPS: case S.MOVUPD: case S.MOVAPS: case S.MOVAPD: case S.MOVDQA: case S.MOVDQU: case S.LDDQU:
    case S.MOVNTPS: case S.MOVNTPD: case S.MOVNTDQ: case S.MOVNTDQA: put(to, get(from)); break;
    case S.MOVSS: case S.MOVD_STORE: case S.MOVNTI: store<u32>(to, load<u32>(from)); break;
    case S.MOVSS_LOAD: case S.MOVD: put(to, v128.load_zero<u32>(from)); break;
    case S.MOVSD_LOAD: case S.MOVQ: case S.MOVQ2DQ: case S.MOVDQ2Q: put(to, v128.load_zero<u64>(from)); break;
    case S.MOVSD: case S.MOVQ_STORE: case S.MOVNTQ: case S.MOVLPS: case S.MOVLPD: store<u64>(to, load<u64>(from)); break;
    case S.MOVHPS: case S.MOVHPD: case S.MOVLHPS: store<u64>(to, load<u64>(from), 8); break;
    case S.MOVHPS_STORE: case S.MOVHPD_STORE: case S.MOVHLPS: store<u64>(to, load<u64>(from, 8)); break;
    case S.MOVDDUP: put(to, v128.load_splat<u64>(from)); break;
    case S.MOVSLDUP: put(to, v128.shuffle<i32>(get(from), get(from), 0, 0, 2, 2)); break;
    case S.MOVSHDUP: put(to, v128.shuffle<i32>(get(from), get(from), 1, 1, 3, 3)); break;
    case S.MOVMSKPS: store<u32>(to, i32x4.bitmask(get(from))); break;
    case S.MOVMSKPD: store<u32>(to, i64x2.bitmask(get(from))); break;
    case S.PMOVMSKB: store<u32>(to, i8x16.bitmask(get(from)) & (isMmx ? 0xff : 0xffff)); break;
    case S.MASKMOVQ: case S.MASKMOVDQU: if (!Moves.storeMasked(op, reg, immediate, isMmx)) return failed(isMmx); break;

    case S.PAND: case S.ANDPS: case S.ANDPD: put(to, v128.and(get(to), get(from))); break;
    case S.PANDN: case S.ANDNPS: case S.ANDNPD: put(to, v128.andnot(get(from), get(to))); break;
    case S.POR: case S.ORPS: case S.ORPD: put(to, v128.or(get(to), get(from))); break;
    case S.PXOR: case S.XORPS: case S.XORPD: put(to, v128.xor(get(to), get(from))); break;
    case S.PTEST: Compare.test(to, from); break;

    case S.PADDB: put(to, i8x16.add(get(to), get(from))); break;
    case S.PADDW: put(to, i16x8.add(get(to), get(from))); break;
    case S.PADDD: put(to, i32x4.add(get(to), get(from))); break;
    case S.PADDQ: put(to, i64x2.add(get(to), get(from))); break;
    case S.PSUBB: put(to, i8x16.sub(get(to), get(from))); break;
    case S.PSUBW: put(to, i16x8.sub(get(to), get(from))); break;
    case S.PSUBD: put(to, i32x4.sub(get(to), get(from))); break;
    case S.PSUBQ: put(to, i64x2.sub(get(to), get(from))); break;
    case S.PADDSB: put(to, i8x16.add_sat_s(get(to), get(from))); break;
    case S.PADDSW: put(to, i16x8.add_sat_s(get(to), get(from))); break;
    case S.PADDUSB: put(to, i8x16.add_sat_u(get(to), get(from))); break;
    case S.PADDUSW: put(to, i16x8.add_sat_u(get(to), get(from))); break;
    case S.PSUBSB: put(to, i8x16.sub_sat_s(get(to), get(from))); break;
    case S.PSUBSW: put(to, i16x8.sub_sat_s(get(to), get(from))); break;
    case S.PSUBUSB: put(to, i8x16.sub_sat_u(get(to), get(from))); break;
    case S.PSUBUSW: put(to, i16x8.sub_sat_u(get(to), get(from))); break;
    case S.PAVGB: put(to, i8x16.avgr_u(get(to), get(from))); break;
    case S.PAVGW: put(to, i16x8.avgr_u(get(to), get(from))); break;
    case S.PMINUB: put(to, i8x16.min_u(get(to), get(from))); break;
    case S.PMINUW: put(to, i16x8.min_u(get(to), get(from))); break;
    case S.PMINUD: put(to, i32x4.min_u(get(to), get(from))); break;
    case S.PMINSB: put(to, i8x16.min_s(get(to), get(from))); break;
    case S.PMINSW: put(to, i16x8.min_s(get(to), get(from))); break;
    case S.PMINSD: put(to, i32x4.min_s(get(to), get(from))); break;
    case S.PMAXUB: put(to, i8x16.max_u(get(to), get(from))); break;
    case S.PMAXUW: put(to, i16x8.max_u(get(to), get(from))); break;
    case S.PMAXUD: put(to, i32x4.max_u(get(to), get(from))); break;
    case S.PMAXSB: put(to, i8x16.max_s(get(to), get(from))); break;
    case S.PMAXSW: put(to, i16x8.max_s(get(to), get(from))); break;
    case S.PMAXSD: put(to, i32x4.max_s(get(to), get(from))); break;
    case S.PABSB: put(to, i8x16.abs(get(from))); break;
    case S.PABSW: put(to, i16x8.abs(get(from))); break;
    case S.PABSD: put(to, i32x4.abs(get(from))); break;
    case S.PCMPEQB: put(to, i8x16.eq(get(to), get(from))); break;
    case S.PCMPEQW: put(to, i16x8.eq(get(to), get(from))); break;
    case S.PCMPEQD: put(to, i32x4.eq(get(to), get(from))); break;
    case S.PCMPEQQ: put(to, i64x2.eq(get(to), get(from))); break;
    case S.PCMPGTB: put(to, i8x16.gt_s(get(to), get(from))); break;
    case S.PCMPGTW: put(to, i16x8.gt_s(get(to), get(from))); break;
    case S.PCMPGTD: put(to, i32x4.gt_s(get(to), get(from))); break;
    case S.PCMPGTQ: put(to, i64x2.gt_s(get(to), get(from))); break;
    case S.PSIGNB: put(to, Integers.signBytes(get(to), get(from))); break;
    case S.PSIGNW: put(to, Integers.signWords(get(to), get(from))); break;
    case S.PSIGND: put(to, Integers.signDoublewords(get(to), get(from))); break;
    case S.PMULLW: put(to, i16x8.mul(get(to), get(from))); break;
    case S.PMULLD: put(to, i32x4.mul(get(to), get(from))); break;
    case S.PMULHW: put(to, Integers.multiplyHighSigned(get(to), get(from))); break;
    case S.PMULHUW: put(to, Integers.multiplyHighUnsigned(get(to), get(from))); break;
    case S.PMULHRSW: put(to, Integers.multiplyRounded(get(to), get(from))); break;
    case S.PMULUDQ: put(to, Integers.multiplyEvenUnsigned(get(to), get(from))); break;
    case S.PMULDQ: put(to, Integers.multiplyEvenSigned(get(to), get(from))); break;
    case S.PMADDWD: put(to, i32x4.dot_i16x8_s(get(to), get(from))); break;
    case S.PMADDUBSW: put(to, Integers.multiplyAddBytes(get(to), get(from))); break;
    case S.PSADBW: put(to, Integers.sumDifferences(get(to), get(from))); break;
    case S.MPSADBW: put(to, Integers.slidingDifferences(to, from, immediate)); break;
    case S.PHMINPOSUW: put(to, Integers.minimumPosition(from)); break;
    case S.PHADDW: put(to, Integers.addPairsOfWords(to, from, isMmx)); break;
    case S.PHADDD: put(to, Integers.addPairsOfDoublewords(to, from, isMmx)); break;
    case S.PHADDSW: put(to, Integers.addPairsSaturated(to, from, isMmx)); break;
    case S.PHSUBW: put(to, Integers.subtractPairsOfWords(to, from, isMmx)); break;
    case S.PHSUBD: put(to, Integers.subtractPairsOfDoublewords(to, from, isMmx)); break;
    case S.PHSUBSW: put(to, Integers.subtractPairsSaturated(to, from, isMmx)); break;

    case S.PSRLW: put(to, Shifts.shiftRightWords(get(to), load<u64>(from))); break;
    case S.PSRLW_I: put(to, Shifts.shiftRightWords(get(to), immediate)); break;
    case S.PSRLD: put(to, Shifts.shiftRightDoublewords(get(to), load<u64>(from))); break;
    case S.PSRLD_I: put(to, Shifts.shiftRightDoublewords(get(to), immediate)); break;
    case S.PSRLQ: put(to, Shifts.shiftRightQuadwords(get(to), load<u64>(from))); break;
    case S.PSRLQ_I: put(to, Shifts.shiftRightQuadwords(get(to), immediate)); break;
    case S.PSRAW: put(to, Shifts.shiftSignedWords(get(to), load<u64>(from))); break;
    case S.PSRAW_I: put(to, Shifts.shiftSignedWords(get(to), immediate)); break;
    case S.PSRAD: put(to, Shifts.shiftSignedDoublewords(get(to), load<u64>(from))); break;
    case S.PSRAD_I: put(to, Shifts.shiftSignedDoublewords(get(to), immediate)); break;
    case S.PSLLW: put(to, Shifts.shiftLeftWords(get(to), load<u64>(from))); break;
    case S.PSLLW_I: put(to, Shifts.shiftLeftWords(get(to), immediate)); break;
    case S.PSLLD: put(to, Shifts.shiftLeftDoublewords(get(to), load<u64>(from))); break;
    case S.PSLLD_I: put(to, Shifts.shiftLeftDoublewords(get(to), immediate)); break;
    case S.PSLLQ: put(to, Shifts.shiftLeftQuadwords(get(to), load<u64>(from))); break;
    case S.PSLLQ_I: put(to, Shifts.shiftLeftQuadwords(get(to), immediate)); break;
    case S.PSRLDQ: put(to, Shifts.shiftRightBytes(get(to), immediate)); break;
    case S.PSLLDQ: put(to, Shifts.shiftLeftBytes(get(to), immediate)); break;
    case S.PALIGNR: put(to, Shifts.align(to, from, immediate, isMmx)); break;

    case S.PUNPCKLBW: put(to, Shuffles.interleaveBytes(get(to), get(from))); break;
    case S.PUNPCKLWD: put(to, Shuffles.interleaveWords(get(to), get(from))); break;
    case S.PUNPCKLDQ: case S.UNPCKLPS: put(to, Shuffles.interleaveDoublewords(get(to), get(from))); break;
    case S.PUNPCKLQDQ: case S.UNPCKLPD: store<u64>(to, load<u64>(from), 8); break;
    case S.PUNPCKHBW: put(to, Shuffles.interleaveHighBytes(get(to), get(from), isMmx)); break;
    case S.PUNPCKHWD: put(to, Shuffles.interleaveHighWords(get(to), get(from), isMmx)); break;
    case S.PUNPCKHDQ: case S.UNPCKHPS:
      put(to, Shuffles.interleaveHighDoublewords(get(to), get(from), isMmx)); break;
    case S.PUNPCKHQDQ: case S.UNPCKHPD: put(to, v128.shuffle<i64>(get(to), get(from), 1, 3)); break;
    case S.PACKSSWB: put(to, Shuffles.packSignedWords(to, from, isMmx)); break;
    case S.PACKUSWB: put(to, Shuffles.packUnsignedWords(to, from, isMmx)); break;
    case S.PACKSSDW: put(to, Shuffles.packSignedDoublewords(to, from, isMmx)); break;
    case S.PACKUSDW: put(to, i16x8.narrow_i32x4_u(get(to), get(from))); break;
    case S.PSHUFB: put(to, i8x16.swizzle(get(to), v128.and(get(from), i8x16.splat(<i8>(isMmx ? 0x87 : 0x8f))))); break;
    case S.PSHUFW: store<u64>(to, Shuffles.pickWords(from, immediate)); break;
    case S.PSHUFLW: put(to, i64x2.replace_lane(get(from), 0, Shuffles.pickWords(from, immediate))); break;
    case S.PSHUFHW: put(to, i64x2.replace_lane(get(from), 1, Shuffles.pickWords(from + 8, immediate))); break;
    case S.PSHUFD: put(to, Shuffles.pickDoublewords(from, from, immediate)); break;
    case S.SHUFPS: put(to, Shuffles.pickDoublewords(to, from, immediate)); break;
    case S.SHUFPD: put(to, Shuffles.pickQuadwords(to, from, immediate)); break;
    case S.PBLENDVB: put(to, Shuffles.blendBytes(get(to), get(from))); break;
    case S.BLENDVPS: put(to, Shuffles.blendSingles(get(to), get(from))); break;
    case S.BLENDVPD: put(to, Shuffles.blendDoubles(get(to), get(from))); break;
    case S.PBLENDW: put(to, Shuffles.blendWordsBy(get(to), get(from), immediate)); break;
    case S.BLENDPS: put(to, Shuffles.blendSinglesBy(get(to), get(from), immediate)); break;
    case S.BLENDPD: put(to, Shuffles.blendDoublesBy(get(to), get(from), immediate)); break;

    case S.PINSRB: store<u8>(to + (immediate & 15), load<u8>(from)); break;
    case S.PINSRW: store<u16>(to + ((immediate & (isMmx ? 3 : 7)) << 1), load<u16>(from)); break;
    case S.PINSRD: store<u32>(to + ((immediate & 3) << 2), load<u32>(from)); break;
    case S.INSERTPS: put(to, Moves.insertSingle(to, from, immediate, isMemory)); break;
    case S.PEXTRB: Moves.extract<u8>(to, load<u8>(from + (immediate & 15)), isMemory); break;
    case S.PEXTRW: Moves.extract<u16>(to, load<u16>(from + ((immediate & (isMmx ? 3 : 7)) << 1)), isMemory); break;
    case S.PEXTRD: case S.EXTRACTPS: store<u32>(to, load<u32>(from + ((immediate & 3) << 2))); break;
    case S.PMOVSXBW: put(to, i16x8.extend_low_i8x16_s(get(from))); break;
    case S.PMOVSXBD: put(to, i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(get(from)))); break;
    case S.PMOVSXBQ: put(to, Moves.extendBytesSigned(from)); break;
    case S.PMOVSXWD: put(to, i32x4.extend_low_i16x8_s(get(from))); break;
    case S.PMOVSXWQ: put(to, i64x2.extend_low_i32x4_s(i32x4.extend_low_i16x8_s(get(from)))); break;
    case S.PMOVSXDQ: put(to, i64x2.extend_low_i32x4_s(get(from))); break;
    case S.PMOVZXBW: put(to, i16x8.extend_low_i8x16_u(get(from))); break;
    case S.PMOVZXBD: put(to, i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(get(from)))); break;
    case S.PMOVZXBQ: put(to, Moves.extendBytesUnsigned(from)); break;
    case S.PMOVZXWD: put(to, i32x4.extend_low_i16x8_u(get(from))); break;
    case S.PMOVZXWQ: put(to, i64x2.extend_low_i32x4_u(i32x4.extend_low_i16x8_u(get(from)))); break;
    case S.PMOVZXDQ: put(to, i64x2.extend_low_i32x4_u(get(from))); break;

    case S.ADDSS: return Floats.addSingle(to, from);
    case S.ADDSD: return Floats.addDouble(to, from);
    case S.ADDPS: return Floats.addSingles(to, from);
    case S.ADDPD: return Floats.addDoubles(to, from);
    case S.SUBSS: return Floats.subtractSingle(to, from);
    case S.SUBSD: return Floats.subtractDouble(to, from);
    case S.SUBPS: return Floats.subtractSingles(to, from);
    case S.SUBPD: return Floats.subtractDoubles(to, from);
    case S.MULSS: return Floats.multiplySingle(to, from);
    case S.MULSD: return Floats.multiplyDouble(to, from);
    case S.MULPS: return Floats.multiplySingles(to, from);
    case S.MULPD: return Floats.multiplyDoubles(to, from);
    case S.DIVSS: return Floats.divideSingle(to, from);
    case S.DIVSD: return Floats.divideDouble(to, from);
    case S.DIVPS: return Floats.divideSingles(to, from);
    case S.DIVPD: return Floats.divideDoubles(to, from);
    case S.SQRTSS: return Floats.rootSingle(to, from);
    case S.SQRTSD: return Floats.rootDouble(to, from);
    case S.SQRTPS: return Floats.rootSingles(to, from);
    case S.SQRTPD: return Floats.rootDoubles(to, from);
    case S.MINSS: return Extremes.minimumSingle(to, from);
    case S.MINSD: return Extremes.minimumDouble(to, from);
    case S.MINPS: return Extremes.minimumSingles(to, from);
    case S.MINPD: return Extremes.minimumDoubles(to, from);
    case S.MAXSS: return Extremes.maximumSingle(to, from);
    case S.MAXSD: return Extremes.maximumDouble(to, from);
    case S.MAXPS: return Extremes.maximumSingles(to, from);
    case S.MAXPD: return Extremes.maximumDoubles(to, from);
    case S.ADDSUBPS: return Horizontal.alternateSingles(to, from);
    case S.ADDSUBPD: return Horizontal.alternateDoubles(to, from);
    case S.HADDPS: return Horizontal.addPairsOfSingles(to, from);
    case S.HADDPD: return Horizontal.addPairsOfDoubles(to, from);
    case S.HSUBPS: return Horizontal.subtractPairsOfSingles(to, from);
    case S.HSUBPD: return Horizontal.subtractPairsOfDoubles(to, from);
    case S.DPPS: return Horizontal.dotProductSingles(to, from, immediate);
    case S.DPPD: return Horizontal.dotProductDoubles(to, from, immediate);
    case S.RCPSS: Reciprocals.reciprocals(to, from, 1); break;
    case S.RCPPS: Reciprocals.reciprocals(to, from, 4); break;
    case S.RSQRTSS: Reciprocals.reciprocalRoots(to, from, 1); break;
    case S.RSQRTPS: Reciprocals.reciprocalRoots(to, from, 4); break;
    case S.ROUNDSS: return Conversions.roundSingles(to, from, immediate, 1);
    case S.ROUNDSD: return Conversions.roundDoubles(to, from, immediate, 1);
    case S.ROUNDPS: return Conversions.roundSingles(to, from, immediate, 4);
    case S.ROUNDPD: return Conversions.roundDoubles(to, from, immediate, 2);

    case S.CMPSS: return Compare.compareSingle(to, from, immediate);
    case S.CMPSD: return Compare.compareDouble(to, from, immediate);
    case S.CMPPS: return Compare.compareSingles(to, from, immediate);
    case S.CMPPD: return Compare.compareDoubles(to, from, immediate);
    case S.COMISS: return Compare.orderSingle(to, from, false);
    case S.UCOMISS: return Compare.orderSingle(to, from, true);
    case S.COMISD: return Compare.orderDouble(to, from, false);
    case S.UCOMISD: return Compare.orderDouble(to, from, true);

    case S.CVTSI2SS: return Conversions.singlesFromIntegers(to, from, 1);
    case S.CVTPI2PS: if (!Conversions.singlesFromIntegers(to, from, 2)) return failed(isMmx); break;
    case S.CVTDQ2PS: return Conversions.singlesFromIntegers(to, from, 4);
    case S.CVTSI2SD: store<f64>(to, <f64>load<i32>(from)); break;
    case S.CVTPI2PD: case S.CVTDQ2PD: put(to, f64x2.convert_low_i32x4_s(v128.load_zero<u64>(from))); break;
    case S.CVTSS2SI: return Conversions.integersFromSingles(to, from, 1, false);
    case S.CVTTSS2SI: return Conversions.integersFromSingles(to, from, 1, true);
    case S.CVTPS2PI: if (!Conversions.integersFromSingles(to, from, 2, false)) return failed(isMmx); break;
    case S.CVTTPS2PI: if (!Conversions.integersFromSingles(to, from, 2, true)) return failed(isMmx); break;
    case S.CVTPS2DQ: return Conversions.integersFromSingles(to, from, 4, false);
    case S.CVTTPS2DQ: return Conversions.integersFromSingles(to, from, 4, true);
    case S.CVTSD2SI: return Conversions.integersFromDoubles(to, from, 1, false);
    case S.CVTTSD2SI: return Conversions.integersFromDoubles(to, from, 1, true);
    case S.CVTPD2PI: if (!Conversions.integersFromDoubles(to, from, 2, false)) return failed(isMmx); break;
    case S.CVTTPD2PI: if (!Conversions.integersFromDoubles(to, from, 2, true)) return failed(isMmx); break;
    case S.CVTPD2DQ: return Conversions.packedIntegersFromDoubles(to, from, false);
    case S.CVTTPD2DQ: return Conversions.packedIntegersFromDoubles(to, from, true);
    case S.CVTSS2SD: return Conversions.doublesFromSingles(to, from, 1);
    case S.CVTPS2PD: return Conversions.doublesFromSingles(to, from, 2);
    case S.CVTSD2SS: return Conversions.singleFromDouble(to, from);
    case S.CVTPD2PS: return Conversions.singlesFromDoubles(to, from);

    case S.PCMPESTRM: Strings.compareExplicit(to, from, immediate, true); break;
    case S.PCMPESTRI: Strings.compareExplicit(to, from, immediate, false); break;
    case S.PCMPISTRM: Strings.compareImplicit(to, from, immediate, true); break;
    case S.PCMPISTRI: Strings.compareImplicit(to, from, immediate, false); break;

    case S.EMMS: if (isPending()) return raise(MF); State.empty(); break;
    case S.FXSAVE: State.save(rm); break;
    case S.FXRSTOR: return State.restore(rm);
    case S.LDMXCSR: return State.loadControl(rm);
    case S.STMXCSR: State.storeControl(rm); break;
    // Everything is in order, and there is no cache.
    case S.LFENCE: case S.MFENCE: case S.SFENCE: case S.CLFLUSH: break;
    default:
      // The decoder emits nothing else.
      unreachable();
  }
  return isMmx ? finishMmx(bits, to) : true;
}
