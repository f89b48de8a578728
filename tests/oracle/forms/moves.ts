/** Data movement, conditions and conversions. */
import { memoryOperand, goodAddress } from "../addressing.ts";
import { EAX, EBX, ECX, EDX } from "../draft.ts";
import type { Context, Form, Row } from "../rows.ts";
import { formsOf, row } from "../rows.ts";
import { littleEndian, someValue, truncate } from "../values.ts";

/** The sixteen conditions in the order of their codes. */
export const CONDITIONS = ["O", "NO", "B", "NB", "Z", "NZ", "BE", "NBE", "S", "NS", "P", "NP", "L", "NL", "LE", "NLE"];

const hex = (value: number): string => value.toString(16).padStart(2, "0");

/** LEA's operand is an address that nobody looks at: any will do. */
function anywhere({ draft, encoding }: Context): void {
  draft.prefixes.length = 0;
  encoding.modrm = memoryOperand(draft, draft.random.oneIn(2) ? goodAddress(draft, 4) : draft.random.word(), {
    harmless: false,
  });
}

/** XLAT: AL indexes a table at EBX, or BX with 16-bit addresses. */
function table({ draft }: Context): void {
  const { random } = draft;
  const index = random.oneIn(2) ? random.pick([0, 1, 0x7f, 0x80, 0xff]) : random.below(256);
  draft.writeRegister(0, 1, index);
  const linear = random.oneIn(8) ? random.pick([0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) : goodAddress(draft, 1);
  if (random.oneIn(4)) {
    draft.prefixes.push(0x67, 0x64);
    draft.writeRegister(EBX, 4, (random.word() & 0xffff_0000) | ((linear - 0x2000_8000 - index) & 0xffff));
  } else {
    draft.writeRegister(EBX, 4, linear - index);
  }
}

/** CMPXCHG finds the accumulator equal to the destination every second time. */
function maybeEqual({ draft, operands }: Context): void {
  const destination = operands[0];
  if (destination && draft.random.oneIn(2)) draft.writeRegister(EAX, destination.size, destination.read());
}

/** The same for EDX:EAX and the eight bytes of CMPXCHG8B. */
function maybeEqual8({ draft, operands }: Context): void {
  const { random } = draft;
  const address = operands[0]?.address;
  if (address === undefined) return;
  const edge = someValue(random, 4);
  const high = someValue(random, 4);
  draft.writeMemory(address, [...littleEndian(edge, 4), ...littleEndian(high, 4)]);
  if (random.oneIn(2)) {
    draft.writeRegister(EAX, 4, edge);
    draft.writeRegister(EDX, 4, random.oneIn(4) ? truncate(high + 1, 4) : high);
  }
}

const ROWS: readonly Row[] = [
  row("88", "MOV Eb,Gb"),
  row("89", "MOV Ev,Gv"),
  row("8a", "MOV Gb,Eb"),
  row("8b", "MOV Gv,Ev"),
  row("a0", "MOV AL,Ob"),
  row("a1", "MOV eAX,Ov"),
  row("a2", "MOV Ob,AL"),
  row("a3", "MOV Ov,eAX"),
  row("b0", "MOV Zb,Ib"),
  row("b8", "MOV Zv,Iv"),
  row("c6 /0", "MOV Eb,Ib"),
  row("c7 /0", "MOV Ev,Iz"),
  row("86", "XCHG Eb,Gb", { lock: true }),
  row("87", "XCHG Ev,Gv", { lock: true }),
  row("90", "XCHG Zv,eAX"),
  row("8d", "LEA Gv,M", { prepare: anywhere }),
  row("d7", "XLAT", { keep: [EAX, EBX], prepare: table }),
  row("0f b6", "MOVZX Gv,Eb"),
  row("0f b7", "MOVZX Gv,Ew"),
  row("0f be", "MOVSX Gv,Eb"),
  row("0f bf", "MOVSX Gv,Ew"),
  row("98", "CBW", { implied: ["eAX"] }),
  row("99", "CWD", { implied: ["eAX"] }),
  row("0f c8", "BSWAP Zd"),
  row("0f b0", "CMPXCHG Eb,Gb", { lock: true, implied: ["AL"], keep: [EAX], prepare: maybeEqual }),
  row("0f b1", "CMPXCHG Ev,Gv", { lock: true, implied: ["eAX"], keep: [EAX], prepare: maybeEqual }),
  row("0f c7 /1", "CMPXCHG8B Mq", { lock: true, keep: [EAX, ECX, EDX, EBX], prepare: maybeEqual8, cases: 300 }),
  ...CONDITIONS.map((condition, code) => row(`0f ${hex(0x40 + code)}`, `CMOV${condition} Gv,Ev`)),
  ...CONDITIONS.map((condition, code) => row(`0f ${hex(0x90 + code)}`, `SET${condition} Eb`)),
];

export const MOVES: readonly Form[] = formsOf("moves", ROWS);

const FLAG_ROWS: readonly Row[] = [
  row("9e", "SAHF", { implied: ["AH"] }),
  row("9f", "LAHF", { implied: ["AH"] }),
  row("d6", "SALC"),
  row("f5", "CMC"),
  row("f8", "CLC"),
  row("f9", "STC"),
  row("fc", "CLD"),
  row("fd", "STD"),
  row("27", "DAA", { implied: ["AX"], undefined: "OF", cases: 600 }),
  row("2f", "DAS", { implied: ["AX"], undefined: "OF", cases: 600 }),
  row("37", "AAA", { implied: ["AX"], undefined: "OF SF ZF PF", cases: 600 }),
  row("3f", "AAS", { implied: ["AX"], undefined: "OF SF ZF PF", cases: 600 }),
  row("d4", "AAM Ib", { implied: ["AX"], undefined: "OF AF CF", cases: 400 }),
  row("d5", "AAD Ib", { implied: ["AX"], undefined: "OF AF CF", cases: 400 }),
];

/** Flag control and decimal adjustment. */
export const FLAGS: readonly Form[] = formsOf("flags and decimal", FLAG_ROWS);
