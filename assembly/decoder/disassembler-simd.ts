/** MMX and SSE instructions as objdump writes them: what their rows in simd/map.ts say, and the few exceptions. */
import * as I from "./instruction";
import { generalRegister, memoryOperand, pointer } from "./disassembler-operands";
import { OPERAND_SIZE, REPE, REPNE, show } from "./disassembler-state";
import { character, hexadecimal, text } from "./text";
import { Simd, simdText } from "../simd/list";
import { bytesOf, firstOf, hasImmediate, Kind, secondOf, simdOf } from "../simd/map";

const DIGIT_0: u32 = 0x30;
/** Of CMPPS and its like: comparisons whose names stand in the mnemonic. */
const NAMED_PREDICATES: u32 = 8;

const PREDICATES: StaticArray<string> = ["eq", "lt", "le", "unord", "neq", "nlt", "nle", "ord"];

/** The instruction without its prefixes; those that chose its row are shown. */
export function simdInstruction(): void {
  if (I.repeat == 0xf3) show(REPE);
  else if (I.repeat == 0xf2) show(REPNE);
  else if (I.operandSize == 2) show(OPERAND_SIZE);
  const row = I.simd;
  const suffix = comparisonSuffix(simdOf(row));
  const isNamed = suffix.length > 0 && I.immediate < NAMED_PREDICATES;
  if (isNamed) {
    text("cmp");
    text(unchecked(PREDICATES[I.immediate]));
    text(suffix);
  } else {
    text(simdText(simdOf(row)));
  }
  operands(" ", firstOf(row));
  operands(",", secondOf(row));
  if (hasImmediate(row) && !isNamed) {
    text(",");
    hexadecimal(I.immediate);
  }
  if (takesXmm0(simdOf(row))) text(",xmm0");
}

/** What CMPPS and its like compare; "": it is none of them. */
export function comparisonSuffix(number: Simd): string {
  switch (number) {
    case Simd.CMPPS:
      return "ps";
    case Simd.CMPPD:
      return "pd";
    case Simd.CMPSS:
      return "ss";
    case Simd.CMPSD:
      return "sd";
    default:
      return "";
  }
}

/** Is there a third operand that no byte of the instruction names? */
function takesXmm0(number: Simd): bool {
  return number == Simd.PBLENDVB || number == Simd.BLENDVPS || number == Simd.BLENDVPD;
}

/** Has the operand in memory no size in the text? */
function isSizeless(number: Simd): bool {
  return number == Simd.LDDQU || number == Simd.FXSAVE || number == Simd.FXRSTOR;
}

function operands(separator: string, kind: Kind): void {
  if (kind == Kind.NONE) return;
  text(separator);
  switch (kind) {
    case Kind.V:
      return register("xmm", I.reg);
    case Kind.P:
      return register("mm", I.reg);
    case Kind.G:
      return generalRegister(I.reg);
  }
  if (!I.isRegister()) {
    if (!isSizeless(simdOf(I.simd))) pointer(bytesOf(I.simd));
    return memoryOperand();
  }
  switch (kind) {
    case Kind.W:
    case Kind.U:
      return register("xmm", I.rm);
    case Kind.Q:
    case Kind.N:
      return register("mm", I.rm);
    default:
      return generalRegister(I.rm);
  }
}

function register(file: string, number: u32): void {
  text(file);
  character(DIGIT_0 + number);
}
