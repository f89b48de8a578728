/** Instructions that stand for all others as far as their memory operand goes: of every size, read, written, and both. */
import type { Draft } from "../draft.ts";
import { EAX } from "../draft.ts";
import type { Random } from "../random.ts";
import { littleEndian } from "../values.ts";
import { CODE, LOCAL, SELECTOR } from "../window.ts";
import { someXmm, vectorSource } from "./simd-values.ts";
import { someX87 } from "./x87.ts";

export interface Access {
  /** As in the table. */
  readonly text: string;
  /** The operand-size prefix, the mandatory one, or LOCK. */
  readonly prefixes: readonly number[];
  readonly opcode: readonly number[];
  /** The reg field; null where it may be any. */
  readonly reg: number | null;
  /** Bytes of the operand. */
  readonly size: number;
  /** Bytes of an immediate. */
  readonly immediate: number;
  /** A fault may come after a part of it has been done. */
  readonly parts: boolean;
  /** The operand is looked at in several parts. */
  readonly divided: boolean;
  /** The operand size means nothing to it, or another instruction. */
  readonly sizeless: boolean;
}

/** Opcode, name and operands, bytes of the memory operand; what else there is to say. */
const TABLE = `
  8a MOV Gb,Eb 1
  88 MOV Eb,Gb 1
  66 8b MOV Gw,Ew 2
  66 89 MOV Ew,Gw 2
  8b MOV Gd,Ed 4
  89 MOV Ed,Gd 4
  00 ADD Eb,Gb 1
  66 01 ADD Ew,Gw 2
  01 ADD Ed,Gd 4
  39 CMP Ed,Gd 4
  f7 /2 NOT Ed 4
  c7 /0 MOV Ed,Iz 4 id
  0f ba /4 BT Ed,Ib 4 ib
  0f ba /5 BTS Ed,Ib 4 ib
  0f a3 /0 BT Ed,Gd 4
  66 0f ab /0 BTS Ew,Gw 2
  87 XCHG Ed,Gd 4
  f0 0f c1 XADD Ed,Gd 4
  0f b1 CMPXCHG Ed,Gd 4
  0f c7 /1 CMPXCHG8B Mq 8
  0f 94 /0 SETZ Eb 1
  0f 44 CMOVZ Gd,Ed 4
  0f 38 f0 MOVBE Gd,Md 4 sizeless
  f2 0f 38 f1 CRC32 Gd,Ed 4 sizeless
  8d LEA Gd,M 4
  8c /3 MOV Ew,DS 2
  8e /0 MOV ES,Ew 2
  c4 LES Gd,Mp 6 divided
  66 c5 LDS Gw,Mp 4 divided
  62 BOUND Gd,Ma 8 divided
  66 62 BOUND Gw,Ma 4 divided
  ff /6 PUSH Ed 4
  8f /0 POP Ed 4
  ff /4 JMP Ed 4
  ff /2 CALL Ed 4
  ff /5 JMP Mp 6 divided
  0f 00 /4 VERR Ew 2
  0f 02 LAR Gd,Ew 2
  0f 01 /2 LGDT Ms 6
  0f 01 /7 INVLPG M 1
  0f 1f /0 NOP Ev 4
  0f 18 /1 PREFETCHT0 M 1
  0f ae /7 CLFLUSH M 1 sizeless
  d9 /0 FLD m32 4
  d9 /3 FSTP m32 4
  dd /0 FLD m64 8
  dd /3 FSTP m64 8
  db /5 FLD m80 10 divided
  db /7 FSTP m80 10 parts divided
  df /4 FBLD m80 10 divided
  df /6 FBSTP m80 10 parts divided
  df /0 FILD m16 2
  df /5 FILD m64 8
  df /7 FISTP m64 8
  d9 /5 FLDCW m16 2
  d9 /7 FNSTCW m16 2
  dd /7 FNSTSW m16 2
  d9 /6 FNSTENV m28 28 parts divided
  66 d9 /6 FNSTENV m14 14 parts divided
  d9 /4 FLDENV m28 28 parts divided
  66 d9 /4 FLDENV m14 14 parts divided
  dd /6 FNSAVE m108 108 parts divided
  66 dd /6 FNSAVE m94 94 parts divided
  dd /4 FRSTOR m108 108 parts divided
  66 dd /4 FRSTOR m94 94 parts divided
  0f ae /1 FXRSTOR m512 512 parts divided sizeless
  0f ae /2 LDMXCSR Md 4 sizeless
  0f ae /3 STMXCSR Md 4 sizeless
  0f 6e MOVD P,Ed 4 sizeless
  0f 6f MOVQ P,Qq 8 sizeless
  0f 7f MOVQ Qq,P 8 sizeless
  0f e7 MOVNTQ Mq,P 8 sizeless
  0f 60 PUNPCKLBW P,Qd 4 sizeless
  f3 0f 10 MOVSS V,W 4 sizeless
  f2 0f 11 MOVSD W,V 8 sizeless
  0f 10 MOVUPS V,W 16 sizeless
  0f 11 MOVUPS W,V 16 sizeless
  f3 0f 6f MOVDQU V,W 16 sizeless
  f2 0f f0 LDDQU V,M 16 sizeless
  0f 28 MOVAPS V,W 16 sizeless
  0f 29 MOVAPS W,V 16 sizeless
  0f 2b MOVNTPS M,V 16 sizeless
  66 0f fc PADDB V,W 16 sizeless
  0f c3 MOVNTI Md,Gd 4 sizeless
  66 0f c4 PINSRW V,Mw,Ib 2 sizeless ib
  66 0f 3a 15 PEXTRW Mw,V,Ib 2 sizeless ib
  66 0f 3a 63 PCMPISTRI V,W,Ib 16 sizeless ib
`;

const ROW = /^((?:66 |f[023] )?)((?:[0-9a-f]{2} )+)(?:\/(\d) )?([A-Z].*? )(\d+)((?: [a-z]+)*)$/;

function parse(line: string): Access {
  const [, prefix = "", opcode = "", digit, name = "", size, notes = ""] = ROW.exec(line) ?? [];
  if (!size) throw new Error(`no access: ${line}`);
  const bytes = (text: string): number[] =>
    text
      .split(" ")
      .filter(Boolean)
      .map((byte) => parseInt(byte, 16));
  return {
    text: `${prefix}${opcode}${digit === undefined ? "" : `/${digit} `}${name}`.trim(),
    prefixes: bytes(prefix),
    opcode: bytes(opcode),
    reg: digit === undefined ? null : Number(digit),
    size: Number(size),
    immediate: notes.includes(" ib") ? 1 : notes.includes(" id") ? 4 : 0,
    parts: notes.includes("parts"),
    divided: notes.includes("divided"),
    sizeless: notes.includes("sizeless"),
  };
}

export const ACCESSES: readonly Access[] = TABLE.trim()
  .split("\n")
  .map((line) => parse(line.trim()));

/** x87 and XMM registers, with no exception pending: of that and another fault, the first is the processor's own. */
export function settle(draft: Draft, the: Access): void {
  const { random } = draft;
  const x87 = someX87(random, "reads");
  const pointers = { opcode: 0, instruction: 0, operand: 0 };
  draft.x87 = { ...x87, status: x87.status & 0x7f00, control: x87.control | 0x3f, ...pointers };
  draft.xmm = someXmm(random, vectorSource(random, "integer"));
  // A bit's number leads away from the operand.
  if (/ BTS? E.,G/.test(the.text)) draft.registers[EAX] = random.below(0x100);
  draft.allowance = { flags: 0, faultAddress: true, partialStore: the.parts, partialLoad: the.parts };
}

/** Bytes for the operand with which most instructions succeed. */
export function contents(random: Random, { text, size, prefixes }: Access): readonly number[] {
  if (/LES|LDS|MOV ES/.test(text)) {
    const selectors = [SELECTOR.data, 0, LOCAL.dataLimited.selector, LOCAL.dataAbsent.selector];
    const selector = littleEndian(random.pick(selectors), 2);
    return size === 2 ? selector : [...littleEndian(random.word(), size - 2), ...selector];
  }
  if (/JMP|CALL/.test(text)) {
    const target = CODE.address + 0xc0 + random.below(0x300);
    return [...littleEndian(target, 4), ...littleEndian(SELECTOR.code, 2)];
  }
  if (/BOUND/.test(text)) return [...littleEndian(0, size / 2), ...littleEndian(random.word(), size / 2)];
  if (/LDMXCSR/.test(text)) return littleEndian(random.oneIn(4) ? 0xffff_ffff : 0x1f80, 4);
  if (/FXRSTOR/.test(text)) return [...littleEndian(0x37f, 24), ...littleEndian(0x1f80, 4)];
  if (/FLDCW/.test(text)) return littleEndian(0x37f, 2);
  if (/FLDENV|FRSTOR/.test(text)) return littleEndian(0x37f, prefixes.length > 0 ? 4 : 8);
  return [];
}
