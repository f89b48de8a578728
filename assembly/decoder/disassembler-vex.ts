/**
 * VEX encodings (SDM vol. 2, 2.3), for a processor that refuses them all: what the disassembler makes of the prefix, and
 * how it writes AVX's forms of the instructions in simd/map.ts, which have a `v` before their names, mostly a third
 * operand, and vectors of 256 bits. The texts of those without such a relative are in disassembler-avx.ts.
 */
import { pointer, generalRegister, memoryOperand } from "./disassembler-operands";
import { immediate, isLong, setVector, third, vectorRegister } from "./disassembler-pattern";
import { comparisonSuffix } from "./disassembler-simd";
import * as I from "./instruction";
import { hexadecimal, text } from "./text";
import { Simd, simdText } from "../simd/list";
import { bytesOf, firstOf, hasImmediate, isImplicit, Kind, secondOf, simdOf, simdRow } from "../simd/map";

const VEX_3: u32 = 0xc4;
/** 0F, 0F 38 and 0F 3A: the value of VEX.mmmmm, and in the opcode's bits above the lowest eight. */
export const MAP_0F: u32 = 1;
export const MAP_0F3A: u32 = 3;

/** Reads the prefix whose first byte has been read, and the opcode. The opcode with its map at bit 8, VEX.pp at bit 12, VEX.W at bit 14. */
export function parseVex(first: u32): u32 {
  let map: u32 = MAP_0F;
  if (first == VEX_3) map = I.fetch8() & 31;
  const rest = I.fetch8();
  setVector((rest & 4) != 0, (~rest >> 3) & 7);
  const opcode = I.fetch8();
  const w = first == VEX_3 ? rest >> 7 : 0;
  return opcode | (map << 8) | ((rest & 3) << 12) | (w << 14);
}

/** Does an immediate byte follow the instruction of this map? EVEX has the same rule. */
export function hasVexImmediate(map: u32, opcode: u32): bool {
  if (map != MAP_0F) return map == MAP_0F3A;
  return (opcode >= 0x70 && opcode <= 0x73) || opcode == 0xc2 || (opcode >= 0xc4 && opcode <= 0xc6);
}

/** The row in simd/map.ts of the instruction that this is AVX's form of; 0: there is none. */
export function relativeRow(map: u32, opcode: u32, prefix: u32): u32 {
  if (map < MAP_0F || map > MAP_0F3A) return 0;
  const row = simdRow(map - 1, opcode, prefix, (I.mod << 6) | (I.reg << 3) | I.rm);
  return hasVexForm(row) ? row : 0;
}

function hasVexForm(row: u32): bool {
  if (firstOf(row) == Kind.NONE || isMmx(firstOf(row)) || isMmx(secondOf(row))) return false;
  switch (simdOf(row)) {
    case Simd.FXSAVE:
    case Simd.FXRSTOR:
    case Simd.CLFLUSH:
    case Simd.MOVNTI:
    // They have other opcodes there.
    case Simd.PBLENDVB:
    case Simd.BLENDVPS:
    case Simd.BLENDVPD:
      return false;
    default:
      return true;
  }
}

function isMmx(kind: Kind): bool {
  return kind == Kind.P || kind == Kind.Q || kind == Kind.N;
}

/** AVX's form of the instruction with this row. */
export function writeRelative(row: u32): void {
  const number = simdOf(row);
  const suffix = comparisonSuffix(number);
  const isNamed = suffix.length > 0 && immediate < <u32>PREDICATES.length;
  text("v");
  if (isNamed) {
    text("cmp");
    text(unchecked(PREDICATES[immediate]));
    text(suffix);
  } else {
    text(simdText(number));
  }
  const long = isLong && (bytesOf(row) == 16 || widens(number) || number == Simd.MOVDDUP);
  const destination = long && !narrows(number);
  const source = long && !widens(number) && !isCounted(number);
  // A shift by an immediate has its destination in VEX.vvvv.
  const isShift = firstOf(row) == Kind.U && secondOf(row) == Kind.NONE;
  text(" ");
  if (isShift) {
    vectorRegister(third, long);
    text(",");
    vectorRegister(I.rm, long);
  } else {
    operand(row, firstOf(row), isReg(firstOf(row)) ? destination : source);
    if (hasThird(row)) {
      text(",");
      vectorRegister(third, long);
    }
  }
  if (secondOf(row) != Kind.NONE) {
    text(",");
    operand(row, secondOf(row), isReg(secondOf(row)) ? destination : source);
  }
  if (hasImmediate(row) && !isNamed) {
    text(",");
    hexadecimal(immediate);
  }
}

/** Is the operand the register that ModR/M reg names? */
function isReg(kind: Kind): bool {
  return kind == Kind.V || kind == Kind.G;
}

function operand(row: u32, kind: Kind, long: bool): void {
  if (kind == Kind.V) return vectorRegister(I.reg, long);
  if (kind == Kind.G) return generalRegister(I.reg);
  if (I.isRegister()) {
    if (kind == Kind.E) return generalRegister(I.rm);
    return vectorRegister(I.rm, long);
  }
  const number = simdOf(row);
  const doubled = isLong && (long || widens(number));
  if (number == Simd.MOVDDUP && long) pointer(32);
  else if (number != Simd.LDDQU) pointer(bytesOf(row) << u32(doubled));
  memoryOperand();
}

/** Has AVX's form another source, in VEX.vvvv, than the legacy one? */
function hasThird(row: u32): bool {
  if (isImplicit(row)) return false;
  const number = simdOf(row);
  if (number == Simd.MOVSS || number == Simd.MOVSD) return I.isRegister();
  if (firstOf(row) != Kind.V) return false;
  switch (number) {
    case Simd.MOVUPS:
    case Simd.MOVUPD:
    case Simd.MOVAPS:
    case Simd.MOVAPD:
    case Simd.MOVDQA:
    case Simd.MOVDQU:
    case Simd.MOVSLDUP:
    case Simd.MOVSHDUP:
    case Simd.MOVDDUP:
    case Simd.MOVSS_LOAD:
    case Simd.MOVSD_LOAD:
    case Simd.MOVD:
    case Simd.MOVQ:
    case Simd.LDDQU:
    case Simd.MOVNTDQA:
    case Simd.SQRTPS:
    case Simd.SQRTPD:
    case Simd.RSQRTPS:
    case Simd.RCPPS:
    case Simd.UCOMISS:
    case Simd.UCOMISD:
    case Simd.COMISS:
    case Simd.COMISD:
    case Simd.CVTPS2PD:
    case Simd.CVTPD2PS:
    case Simd.CVTDQ2PS:
    case Simd.CVTPS2DQ:
    case Simd.CVTTPS2DQ:
    case Simd.CVTDQ2PD:
    case Simd.CVTPD2DQ:
    case Simd.CVTTPD2DQ:
    case Simd.PSHUFD:
    case Simd.PSHUFHW:
    case Simd.PSHUFLW:
    case Simd.PTEST:
    case Simd.PABSB:
    case Simd.PABSW:
    case Simd.PABSD:
    case Simd.PHMINPOSUW:
    case Simd.ROUNDPS:
    case Simd.ROUNDPD:
    case Simd.PCMPESTRI:
    case Simd.PCMPESTRM:
    case Simd.PCMPISTRI:
    case Simd.PCMPISTRM:
      return false;
    default:
      return !isExtension(number);
  }
}

function isExtension(number: Simd): bool {
  return (number >= Simd.PMOVSXBW && number <= Simd.PMOVSXDQ) || (number >= Simd.PMOVZXBW && number <= Simd.PMOVZXDQ);
}

/** Is the source a vector of half the length, or less? */
function widens(number: Simd): bool {
  return isExtension(number) || number == Simd.CVTPS2PD || number == Simd.CVTDQ2PD;
}

/** Is the destination a vector of half the length? */
function narrows(number: Simd): bool {
  return number == Simd.CVTPD2PS || number == Simd.CVTPD2DQ || number == Simd.CVTTPD2DQ;
}

/** Shifts by the count in a vector register, always XMM. */
function isCounted(number: Simd): bool {
  switch (number) {
    case Simd.PSRLW:
    case Simd.PSRLD:
    case Simd.PSRLQ:
    case Simd.PSRAW:
    case Simd.PSRAD:
    case Simd.PSLLW:
    case Simd.PSLLD:
    case Simd.PSLLQ:
      return true;
    default:
      return false;
  }
}

/** VCMPPS and its like have 32 comparisons. */
// prettier-ignore
const PREDICATES: StaticArray<string> = [
  "eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord", "eq_uq", "nge", "ngt", "false", "neq_oq", "ge", "gt", "true",
  "eq_os", "lt_oq", "le_oq", "unord_s", "neq_us", "nlt_uq", "nle_uq", "ord_s",
  "eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq", "gt_oq", "true_us",
];
