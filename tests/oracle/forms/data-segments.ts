/** Operands of every size through segments with base, limit and type: at the edges of what they allow. */
import { SEGMENT_PREFIX } from "../addressing.ts";
import { DF } from "../case.ts";
import type { Draft } from "../draft.ts";
import { ORDER_OF_PARTS, STRING_OPERANDS } from "../differs.ts";
import { EAX, EBX, ECX, EDI, ESI, ESP } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom, flagMask } from "../rows.ts";
import { littleEndian, someValue } from "../values.ts";
import { BASED, CODE, DATA, lastOffset, LOCAL, SELECTOR } from "../window.ts";
import type { Segment } from "../window.ts";
import { inSixteenBitCode } from "./sixteen-bit.ts";
import { someXmm, vectorSource } from "./simd-values.ts";
import { someX87 } from "./x87.ts";

const FAMILY = "data segments";
const CASES = 96;

/** What DS, ES, FS and GS take at the start of a case; null is the null selector (0: the kernel has no other). */
const SEGMENTS: readonly (Segment | null)[] = [
  LOCAL.dataLimited,
  LOCAL.dataLimited,
  LOCAL.readOnlyLimited,
  LOCAL.down32,
  LOCAL.down16,
  LOCAL.down32ReadOnly,
  LOCAL.down32Top,
  LOCAL.dataHigh,
  LOCAL.stack16Limited,
  LOCAL.code32Limited,
  LOCAL.code16Wrap,
  null,
];

/** Stack segments reach operands, too. */
const STACK_SEGMENTS: readonly Segment[] = [
  LOCAL.stack16Limited,
  LOCAL.stack32Limited,
  LOCAL.stack16Down,
  LOCAL.stack32Down,
];

const CODE_SEGMENTS: readonly Segment[] = [LOCAL.code32Limited, LOCAL.code32ExecuteOnly, LOCAL.code32High];

/** Offsets at the edges of a segment, for an operand of `size` bytes, and within. */
function edgeOffset(random: Random, segment: Segment | null, size: number): number {
  if (!segment) return random.pick([0, DATA.address, DATA.address + random.below(0x1000)]);
  const last = lastOffset(segment);
  const around = (place: number): number => (place - random.below(size + 3) + 1) >>> 0;
  if (segment === LOCAL.dataHigh || segment === LOCAL.code32High) return 0x3001_0000 + random.below(0x1000);
  if (segment === LOCAL.code32ExecuteOnly) return (CODE.address + random.below(0x300) - segment.base) >>> 0;
  if (segment === LOCAL.down32Top) return random.oneIn(2) ? around(0xffff_f000) : (-1 - random.below(0x1000)) >>> 0;
  if (segment.kind === "expand-down") {
    const first = last + 1;
    switch (random.below(4)) {
      case 0:
        return around(first);
      case 1:
        return around(random.pick([0x1_0000, 0x2000]));
      default:
        return first + random.below(0x400);
    }
  }
  if (segment === LOCAL.code16Wrap) return random.below(0x700);
  switch (random.below(4)) {
    case 0:
    case 1:
      return around(last + 1);
    case 2:
      return random.pick([0, 0xffff_ffff, 0xffff_fffe, 0xffff, last]);
    default:
      return random.below(Math.max(1, last - size));
  }
}

type Name = keyof typeof SEGMENT_PREFIX;

/** Loads a segment register with one of the segments; CS and SS only for one instruction in eight each. */
function chooseSegment(draft: Draft, allowed: readonly Name[]): { name: Name; segment: Segment | null } {
  const { random } = draft;
  let name = random.pick(allowed);
  if (!["es", "ds", "fs", "gs"].includes(name) && random.oneIn(2)) name = random.pick(allowed);
  if (name === "cs") {
    draft.codeSegment = random.pick(CODE_SEGMENTS);
    return { name, segment: draft.codeSegment };
  }
  if (name === "ss") {
    draft.stackSegment = random.pick(STACK_SEGMENTS);
    draft.reserve(ESP, lastOffset(draft.stackSegment) === 0xe7ff ? 0xf000 : 0x1000);
    return { name, segment: draft.stackSegment };
  }
  const segment = random.pick(SEGMENTS);
  setData(draft, name, segment);
  return { name, segment };
}

function setData(draft: Draft, name: Name, segment: Segment | null, otherwise = 0): void {
  const [es, ds, fs, gs] = draft.segments;
  const selector = segment?.selector ?? otherwise;
  const pick = (one: Name, old: number): number => (one === name ? selector : old);
  draft.segments = [pick("es", es), pick("ds", ds), pick("fs", fs), pick("gs", gs)];
}

/** [disp32], [EBX+disp32] or [disp16] with an override where one is needed. */
function operand(draft: Draft, the: Access, name: Name, offset: number): readonly number[] {
  const { random } = draft;
  const reg = the.reg < 0 ? random.below(8) : the.reg;
  if (name !== "ds") draft.prefixes.push(SEGMENT_PREFIX[name]);
  // Whether the parts of an operand wrap at 64 KiB is the processor's own.
  const last = the.parts ? offset + the.size - 1 : offset;
  if (last < 0x1_0000 && random.oneIn(4)) {
    draft.prefixes.push(0x67);
    if (random.oneIn(2)) return [(reg << 3) | 6, ...littleEndian(offset, 2)];
    const displacement = random.below(0x1_0000);
    draft.reserve(EBX, ((random.word() & 0xffff_0000) | ((offset - displacement) & 0xffff)) >>> 0);
    return [0x80 | (reg << 3) | 7, ...littleEndian(displacement, 2)];
  }
  if (random.oneIn(2)) return [(reg << 3) | 5, ...littleEndian(offset, 4)];
  const displacement = random.word();
  draft.reserve(EBX, (offset - displacement) >>> 0);
  return [0x80 | (reg << 3) | EBX, ...littleEndian(displacement, 4)];
}

interface Access {
  readonly text: string;
  readonly opcode: readonly number[];
  /** The reg field; a number of -1 takes any register. */
  readonly reg: number;
  /** Bytes of the operand. */
  readonly size: number;
  readonly prefix?: number;
  readonly immediate?: number;
  /** It may be done in part when it faults. */
  readonly parts?: boolean;
  /** A 66 would make another instruction of it. */
  readonly mandatory?: boolean;
  readonly undefined?: string;
}

const access = (text: string, opcode: string, size: number, options: Partial<Access> = {}): Access => {
  const [bytes = "", digit] = opcode.split(" /");
  const list = bytes.split(" ").map((byte) => parseInt(byte, 16));
  return { text: `${opcode} ${text}`, opcode: list, reg: digit === undefined ? -1 : Number(digit), size, ...options };
};

const word = { prefix: 0x66 };
const mandatory = { mandatory: true };
const parts = { parts: true };

const ACCESSES: readonly Access[] = [
  access("MOV Gb,Eb", "8a", 1),
  access("MOV Eb,Gb", "88", 1),
  access("MOV Gw,Ew", "8b", 2, word),
  access("MOV Ew,Gw", "89", 2, word),
  access("MOV Gd,Ed", "8b", 4),
  access("MOV Ed,Gd", "89", 4),
  access("ADD Eb,Gb", "00", 1),
  access("ADD Ew,Gw", "01", 2, word),
  access("ADD Ed,Gd", "01", 4),
  access("CMP Ed,Gd", "39", 4),
  access("NOT Ed", "f7 /2", 4),
  access("MOV Ed,Iz", "c7 /0", 4, { immediate: 4 }),
  access("BT Ed,Ib", "0f ba /4", 4, { immediate: 1 }),
  access("BTS Ed,Ib", "0f ba /5", 4, { immediate: 1 }),
  access("XCHG Ed,Gd", "87", 4),
  access("CMPXCHG Ed,Gd", "0f b1", 4),
  access("CMPXCHG8B Mq", "0f c7 /1", 8),
  access("SETZ Eb", "0f 94 /0", 1),
  access("CMOVZ Gd,Ed", "0f 44", 4),
  access("MOV Ew,DS", "8c /3", 2),
  access("MOV ES,Ew", "8e /0", 2),
  access("LES Gd,Mp", "c4", 6),
  access("LES Gw,Mp", "c4", 4, word),
  access("BOUND Gd,Ma", "62", 8),
  access("BOUND Gw,Ma", "62", 4, word),
  access("PUSH Ed", "ff /6", 4),
  access("POP Ed", "8f /0", 4),
  access("JMP Ed", "ff /4", 4),
  access("CALL Ed", "ff /2", 4),
  access("JMP Mp", "ff /5", 6),
  access("VERR Ew", "0f 00 /4", 2),
  access("LGDT Ms", "0f 01 /2", 6),
  access("INVLPG M", "0f 01 /7", 1),
  access("NOP Ev", "0f 1f /0", 4),
  access("PREFETCHT0 M", "0f 18 /1", 1),
  access("CLFLUSH M", "0f ae /7", 1, mandatory),
  access("FLD m32", "d9 /0", 4),
  access("FSTP m32", "d9 /3", 4),
  access("FLD m64", "dd /0", 8),
  access("FSTP m64", "dd /3", 8),
  access("FLD m80", "db /5", 10),
  access("FSTP m80", "db /7", 10, parts),
  access("FBLD m80", "df /4", 10),
  access("FBSTP m80", "df /6", 10, parts),
  access("FILD m16", "df /0", 2),
  access("FISTP m64", "df /7", 8),
  access("FLDCW m16", "d9 /5", 2),
  access("FNSTCW m16", "d9 /7", 2),
  access("FNSTENV m28", "d9 /6", 28, parts),
  access("FNSTENV m14", "d9 /6", 14, { ...word, ...parts }),
  access("FLDENV m28", "d9 /4", 28, parts),
  access("FLDENV m14", "d9 /4", 14, { ...word, ...parts }),
  access("FNSAVE m108", "dd /6", 108, parts),
  access("FNSAVE m94", "dd /6", 94, { ...word, ...parts }),
  access("FRSTOR m108", "dd /4", 108, parts),
  access("FXRSTOR m512", "0f ae /1", 512, { ...parts, ...mandatory }),
  access("MOVQ P,Qq", "0f 6f", 8, mandatory),
  access("MOVQ Qq,P", "0f 7f", 8, mandatory),
  access("MOVSS V,W", "f3 0f 10", 4, mandatory),
  access("MOVSD W,V", "f2 0f 11", 8, mandatory),
  access("MOVUPS V,W", "0f 10", 16, mandatory),
  access("MOVUPS W,V", "0f 11", 16, mandatory),
  access("MOVDQU V,W", "f3 0f 6f", 16, mandatory),
  access("MOVAPS V,W", "0f 28", 16, mandatory),
  access("MOVAPS W,V", "0f 29", 16, mandatory),
  access("PADDB V,W", "66 0f fc", 16, mandatory),
  access("MOVNTI Md,Gd", "0f c3", 4, mandatory),
  access("LDMXCSR Md", "0f ae /2", 4, mandatory),
  access("STMXCSR Md", "0f ae /3", 4, mandatory),
];

function setState(draft: Draft): void {
  const { random } = draft;
  const x87 = someX87(random, "reads");
  // Nothing pending: which of two faults comes first is the processor's own.
  draft.x87 = {
    ...x87,
    status: x87.status & 0x7f00,
    control: x87.control | 0x3f,
    opcode: 0,
    instruction: 0,
    operand: 0,
  };
  draft.xmm = someXmm(random, vectorSource(random, "integer"));
}

/** Bytes for the operand that make most instructions succeed. */
function contents(draft: Draft, the: Access): readonly number[] {
  const { random } = draft;
  if (/LES|MOV ES/.test(the.text)) {
    const selector = littleEndian(
      random.pick([SELECTOR.data, 0, LOCAL.dataLimited.selector, LOCAL.dataAbsent.selector]),
      2,
    );
    return the.size === 2 ? selector : [...littleEndian(random.word(), the.size - 2), ...selector];
  }
  if (/JMP|CALL/.test(the.text)) {
    const place = CODE.address + 0xc0 + random.below(0x300);
    return [...littleEndian(place, 4), ...littleEndian(SELECTOR.code, 2)];
  }
  if (/LDMXCSR/.test(the.text)) return littleEndian(0x1f80, 4);
  if (/FXRSTOR/.test(the.text)) return [...littleEndian(0x37f, 24), ...littleEndian(0x1f80, 4)];
  if (/FLDENV|FRSTOR/.test(the.text)) return littleEndian(0x37f, 2).concat(the.prefix ? [0, 0] : [0, 0, 0, 0]);
  return [];
}

function accessForm(the: Access): Form {
  const names: readonly Name[] = ["ds", "ds", "es", "fs", "gs", "ss", "cs"];
  const wide = the.size >= 16;
  const form = custom(
    FAMILY,
    `${the.text}, at the edges of segments`,
    CASES,
    (draft) => {
      const { random } = draft;
      setState(draft);
      draft.keep(EBX);
      const { name, segment } = chooseSegment(draft, names);
      let offset = edgeOffset(random, segment, the.size);
      // FXRSTOR: whether its alignment or the segment is looked at first is the processor's own.
      if (wide && (random.oneIn(2) || the.size === 512)) offset = (offset & ~15) >>> 0;
      const linear = ((segment?.base ?? 0) + offset) >>> 0;
      const bytes = contents(draft, the);
      if (bytes.length > 0) draft.writeMemory(linear, bytes);
      draft.allowance = {
        flags: flagMask(the.undefined ?? ""),
        faultAddress: true,
        partialStore: the.parts === true,
        partialLoad: the.parts === true,
      };
      if (the.prefix) draft.prefixes.push(the.prefix);
      draft.code.push(...the.opcode, ...operand(draft, the, name, offset));
      if (the.immediate) draft.code.push(...littleEndian(random.word(), the.immediate));
      if (the.opcode[0] === 0x66 || the.opcode[0] === 0xf2 || the.opcode[0] === 0xf3) hoist(draft);
    },
    the.parts ? { differs: ORDER_OF_PARTS } : {},
  );
  return withSixteenBit(form, the.mandatory === true);
}

/** A mandatory prefix stands first in `code`: the others go before it. */
function hoist(draft: Draft): void {
  const [prefix = 0, ...rest] = draft.code;
  draft.code.length = 0;
  draft.code.push(...rest);
  draft.prefixes.push(prefix);
}

/** One case in four in flat 16-bit code, unless it needs a code segment of its own. */
function withSixteenBit(form: Form, mandatory: boolean): Form {
  return {
    ...form,
    build: (random, index) => {
      const input = form.build(random, index);
      return index % 4 === 3 && input.codeSegment === undefined ? inSixteenBitCode(input, mandatory) : input;
    },
  };
}

/** FXSAVE with an image that the limit cuts. Whole images have a form of their own, for they hold the processor's mask. */
const CUT_IMAGE: Form = custom(FAMILY, "0f ae /0 FXSAVE, cut by a limit", CASES, (draft) => {
  const { random } = draft;
  setState(draft);
  const [es, ds, , gs] = draft.segments;
  draft.segments = [es, ds, LOCAL.dataLimited.selector, gs];
  draft.allowance = { flags: 0, faultAddress: true, partialStore: true };
  draft.prefixes.push(SEGMENT_PREFIX.fs);
  draft.code.push(0x0f, 0xae, 5, ...littleEndian(0x1000 - 16 * random.below(31), 4));
});

const STRINGS: readonly (readonly [string, number, boolean, boolean])[] = [
  ["MOVS", 0xa4, true, true],
  ["CMPS", 0xa6, true, true],
  ["STOS", 0xaa, false, true],
  ["LODS", 0xac, true, false],
  ["SCAS", 0xae, false, true],
];

/** Makes an operand of a string instruction harmless; gives its offset in DS or ES. */
function harmlessPlace(draft: Draft, name: "ds" | "es", short: boolean, linear: number): number {
  setData(draft, name, short ? BASED : null, SELECTOR.data);
  return linear - (short ? BASED.base : 0);
}

/**
 * A string instruction that runs up to the edge of a segment, in either direction. Where it has two operands, the other
 * one is harmless: of two faults the processor has its own order.
 */
function stringForm(
  [name, opcode, source, destination]: (typeof STRINGS)[number],
  size: number,
  repeat: boolean,
): Form {
  const text = `${repeat ? "REP " : ""}${name}${size === 1 ? "B" : size === 2 ? "W" : "D"}`;
  const form = custom(
    FAMILY,
    `${text}, at the edges of segments`,
    CASES,
    (draft) => {
      const { random, registers } = draft;
      draft.setFlag(DF, random.oneIn(2));
      const count = repeat ? random.pick([0, 1, 2, 3, 7, 8, 16]) : 1;
      registers[ECX] = count;
      registers[EAX] = someValue(random, 4);
      const short = random.oneIn(3);
      const step = draft.eflags & DF ? -size : size;
      const edge = (segment: Segment | null): number => {
        const offset =
          (edgeOffset(random, segment, size) - (random.oneIn(2) ? step * random.below(count + 1) : 0)) >>> 0;
        return short ? ((random.word() & 0xffff_0000) | (offset & 0xffff)) >>> 0 : offset;
      };
      if (source && (!destination || random.oneIn(2))) {
        const names = ["ds", "fs", "gs", "ss", "cs"] as const;
        const chosen = chooseSegment(draft, destination ? names : [...names, "es"]);
        if (chosen.name !== "ds") draft.prefixes.push(SEGMENT_PREFIX[chosen.name]);
        registers[ESI] = edge(chosen.segment);
        if (destination) registers[EDI] = harmlessPlace(draft, "es", short, DATA.address + 0x1400);
      } else {
        const segment = random.pick(SEGMENTS);
        setData(draft, "es", segment);
        registers[EDI] = edge(segment);
        if (source) registers[ESI] = harmlessPlace(draft, "ds", short, DATA.address + 0x1800);
      }
      draft.allowance = { flags: 0, faultAddress: true };
      if (short) draft.prefixes.push(0x67);
      if (repeat) draft.prefixes.push(0xf3);
      if (size === 2) draft.prefixes.push(0x66);
      draft.code.push(opcode + (size === 1 ? 0 : 1));
    },
    name === "CMPS" ? { differs: STRING_OPERANDS } : {},
  );
  return withSixteenBit(form, false);
}

export const DATA_SEGMENTS: readonly Form[] = [
  ...ACCESSES.map(accessForm),
  CUT_IMAGE,
  ...STRINGS.flatMap((the) =>
    [1, 2, 4].flatMap((size) => [false, true].map((repeat) => stringForm(the, size, repeat))),
  ),
];
