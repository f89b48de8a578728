/**
 * Instructions that came after the newest model of this processor, or that went before it: they are undefined here, and
 * objdump knows them. Nothing but the disassembler reads these tables. VEX, EVEX and XOP encodings all have their
 * length; where their names are not in a table, the text is "(vex)", "(evex)" or "(xop)".
 */
import { avxText, isFma, isScalarFma, VZERO, writeFmaName } from "./disassembler-avx";
import { fetchImmediate, hasImmediate, immediate, isLong, setVector, writePattern } from "./disassembler-pattern";
import { beginOperands, opcodeAddress, OPERAND_SIZE, REPE, REPNE, show } from "./disassembler-state";
import { hasVexImmediate, MAP_0F, parseVex, relativeRow, writeRelative } from "./disassembler-vex";
import * as I from "./instruction";
import { text } from "./text";

/** What of the instruction is known. */
const enum Form {
  NONE,
  /** A text with operands in it. */
  PATTERN,
  /** AVX's form of an instruction in simd/map.ts. */
  RELATIVE,
  FMA,
  AMD_3DNOW,
}

let form: Form = Form.NONE;
let pattern: string = "";
let row: u32 = 0;
let opcode: u32 = 0;
let w: bool = false;

/** Is what the processor refused such an instruction? Then I.next is the end of it, unless I.failed says it can't be fetched. */
export function parseLater(): bool {
  form = Form.NONE;
  pattern = "";
  const first: u32 = load<u8>(opcodeAddress);
  if (isExtended(first)) parseExtended(first);
  else parseLegacy();
  return form != Form.NONE;
}

/** Writes it, without its prefixes. */
export function laterInstruction(): void {
  switch (form) {
    case Form.PATTERN:
      return writePattern(pattern);
    case Form.RELATIVE:
      return writeRelative(row);
    case Form.FMA:
      writeFmaName(opcode & 0xff, w);
      return writePattern(isScalarFma(opcode) ? (w ? "Vx,Hx,Wx8" : "Vx,Hx,Wx4") : "V,H,W");
    case Form.AMD_3DNOW:
      text(name3dNow(immediate));
      return writePattern(" P,Q8");
  }
}

/** Is it the first byte of a VEX, EVEX or XOP prefix? As LDS, LES, BOUND and POP it would have another byte after it. */
function isExtended(first: u32): bool {
  const second: u32 = load<u8>(opcodeAddress + 1);
  if (first == 0x8f) return (second & 31) >= 8;
  return (first == 0xc4 || first == 0xc5 || first == 0x62) && second >= 0xc0;
}

function parseExtended(first: u32): void {
  // None allows LOCK, REPE, REPNE or 66 before it.
  if (I.lock || I.repeat || I.operandSize == 2) return;
  I.resumeAt(opcodeAddress + 1);
  form = Form.PATTERN;
  if (first == 0x62) parseEvex();
  else if (first == 0x8f) parseXop();
  else parseVexInstruction(first);
}

function parseEvex(): void {
  const map = I.fetch8() & 7;
  I.fetch8();
  I.fetch8();
  opcode = I.fetch8();
  beginOperands();
  if (hasVexImmediate(map, opcode)) fetchImmediate();
  pattern = "(evex)";
}

/** Map 8 has an immediate byte, map 10 four. */
function parseXop(): void {
  const map = I.fetch8() & 31;
  I.fetch8();
  I.fetch8();
  beginOperands();
  const bytes = map == 8 ? 1 : map == 10 ? 4 : 0;
  for (let i = 0; i < bytes; i++) fetchImmediate();
  pattern = "(xop)";
}

function parseVexInstruction(first: u32): void {
  const all = parseVex(first);
  const prefix = (all >> 12) & 3;
  const map = (all >> 8) & 15;
  opcode = all & 0xfff;
  w = (all & 0x4000) != 0;
  if (opcode != VZERO) beginOperands();
  if (hasVexImmediate(map, opcode & 0xff)) fetchImmediate();

  pattern = avxText(opcode, prefix, w, I.reg, isLong);
  if (pattern.length > 0) return;
  pattern = "(vex)";
  if (map == MAP_0F + 1 && prefix == 1 && isFma(opcode & 0xff)) {
    form = Form.FMA;
    return;
  }
  row = relativeRow(map, opcode & 0xff, prefix);
  if (row) form = Form.RELATIVE;
}

function parseLegacy(): void {
  // XABORT and XBEGIN, whose group the processor has read to the end.
  if (I.opcode == 0xc6 || I.opcode == 0xc7) {
    if (I.mod == 3 && I.reg == 7 && I.rm == 0) transaction();
    return;
  }
  if (I.opcode < 0x100 || I.lock) return;
  I.resumeAt(opcodeAddress + (I.opcode < 0x200 ? 2 : 3));
  setVector(false, 0);
  if (I.opcode == 0x10e) {
    pattern = "femms";
  } else {
    beginOperands();
    if (I.opcode == 0x10f) return parse3dNow();
    pattern = legacyText();
  }
  if (hasImmediate(pattern)) fetchImmediate();
  if (pattern.length > 0) form = Form.PATTERN;
}

function transaction(): void {
  form = Form.PATTERN;
  pattern = I.opcode == 0xc7 ? "xbegin J" : "xabort I";
  if (I.opcode == 0xc7) return;
  I.resumeAt(I.next - 1);
  fetchImmediate();
}

function parse3dNow(): void {
  fetchImmediate();
  if (name3dNow(immediate).length > 0) form = Form.AMD_3DNOW;
}

/** The pattern for the opcode, its prefix and ModR/M, or "". A prefix that chose it is shown. */
function legacyText(): string {
  const isMemory = !I.isRegister();
  if (I.repeat == 0xf3) {
    const found = withF3(isMemory);
    if (found.length > 0) show(REPE);
    return found;
  }
  if (I.repeat == 0xf2) {
    const found = withF2(isMemory);
    if (found.length > 0) show(REPNE);
    return found;
  }
  if (I.operandSize == 2) {
    const found = with66(isMemory);
    if (found.length > 0) show(OPERAND_SIZE);
    return found;
  }
  return isMemory ? memoryText() : registerText();
}

// prettier-ignore
function with66(isMemory: bool): string {
  switch (I.opcode) {
    case 0x1ae: return !isMemory ? "" : I.reg == 6 ? "clwb M1" : I.reg == 7 ? "clflushopt M1" : "";
    case 0x2cf: return "gf2p8mulb V,W";
    case 0x2db: return "aesimc V,W";
    case 0x2dc: return "aesenc V,W";
    case 0x2dd: return "aesenclast V,W";
    case 0x2de: return "aesdec V,W";
    case 0x2df: return "aesdeclast V,W";
    case 0x2f6: return "adcx G,E4";
    case 0x3ce: return "gf2p8affineqb V,W,I";
    case 0x3cf: return "gf2p8affineinvqb V,W,I";
    case 0x3df: return "aeskeygenassist V,W,I";
    default: return "";
  }
}

// prettier-ignore
function withF3(isMemory: bool): string {
  switch (I.opcode) {
    case 0x12b: return isMemory ? "movntss M4,V" : "";
    case 0x1c7: return !isMemory && I.reg == 7 ? "rdpid R" : "";
    case 0x2f6: return "adox G,E4";
    default: return "";
  }
}

function withF2(isMemory: bool): string {
  return I.opcode == 0x12b && isMemory ? "movntsd M8,V" : "";
}

/** Without a prefix, operand in memory. */
// prettier-ignore
function memoryText(): string {
  switch (I.opcode) {
    case 0x1ae: return I.reg == 4 ? "xsave M0" : I.reg == 5 ? "xrstor M0" : I.reg == 6 ? "xsaveopt M0" : "";
    case 0x1c7: return I.reg == 4 ? "xsavec M0" : "";
    case 0x2f9: return "movdiri M4,G";
    default: return eitherText();
  }
}

/** Without a prefix, operand in a register. */
// prettier-ignore
function registerText(): string {
  switch (I.opcode) {
    case 0x101: return systemText((I.reg << 3) | I.rm);
    case 0x1c7: return I.reg == 6 ? "rdrand R" : I.reg == 7 ? "rdseed R" : "";
    default: return eitherText();
  }
}

/** The register forms of 0F 01, by ModR/M's low six bits. */
// prettier-ignore
function systemText(modrm: u32): string {
  switch (modrm) {
    case 0x10: return "xgetbv";
    case 0x11: return "xsetbv";
    case 0x15: return "xend";
    case 0x16: return "xtest";
    case 0x2e: return "rdpkru";
    case 0x2f: return "wrpkru";
    default: return "";
  }
}

// prettier-ignore
function eitherText(): string {
  switch (I.opcode) {
    case 0x1b9: return "ud1 G,E4";
    case 0x1ff: return "ud0 G,E4";
    case 0x2c8: return "sha1nexte V,W";
    case 0x2c9: return "sha1msg1 V,W";
    case 0x2ca: return "sha1msg2 V,W";
    case 0x2cb: return "sha256rnds2 V,W,xmm0";
    case 0x2cc: return "sha256msg1 V,W";
    case 0x2cd: return "sha256msg2 V,W";
    case 0x3cc: return "sha1rnds4 V,W,I";
    default: return "";
  }
}

/** 3DNow!, by the byte in an immediate's place. */
// prettier-ignore
function name3dNow(suffix: u32): string {
  switch (suffix) {
    case 0x0c: return "pi2fw";
    case 0x0d: return "pi2fd";
    case 0x1c: return "pf2iw";
    case 0x1d: return "pf2id";
    case 0x8a: return "pfnacc";
    case 0x8e: return "pfpnacc";
    case 0x90: return "pfcmpge";
    case 0x94: return "pfmin";
    case 0x96: return "pfrcp";
    case 0x97: return "pfrsqrt";
    case 0x9a: return "pfsub";
    case 0x9e: return "pfadd";
    case 0xa0: return "pfcmpgt";
    case 0xa4: return "pfmax";
    case 0xa6: return "pfrcpit1";
    case 0xa7: return "pfrsqit1";
    case 0xaa: return "pfsubr";
    case 0xae: return "pfacc";
    case 0xb0: return "pfcmpeq";
    case 0xb4: return "pfmul";
    case 0xb6: return "pfrcpit2";
    case 0xb7: return "pmulhrw";
    case 0xbb: return "pswapd";
    case 0xbf: return "pavgusb";
    default: return "";
  }
}
