/** Operands of every size through segments with base, limit and type: at the edges of what they allow. */
import { SEGMENT_PREFIX } from "../addressing.ts";
import { DF } from "../case.ts";
import { ORDER_OF_PARTS, STRING_OPERANDS } from "../differs.ts";
import type { Draft } from "../draft.ts";
import { EAX, EBX, ECX, EDI, ESI, ESP } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { littleEndian, someValue } from "../values.ts";
import { BASED, CODE, DATA, lastOffset, LOCAL, SELECTOR } from "../window.ts";
import type { Segment } from "../window.ts";
import type { Access } from "./accesses.ts";
import { ACCESSES, contents, settle } from "./accesses.ts";
import { inSixteenBitCode } from "./sixteen-bit.ts";

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
  const reg = the.reg ?? random.below(8);
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

function accessForm(the: Access): Form {
  const names: readonly Name[] = ["ds", "ds", "es", "fs", "gs", "ss", "cs"];
  const build = (draft: Draft): void => {
    const { random } = draft;
    settle(draft, the);
    draft.keep(EBX);
    const { name, segment } = chooseSegment(draft, names);
    let offset = edgeOffset(random, segment, the.size);
    // FXRSTOR: whether its alignment or the segment is looked at first is the processor's own.
    if (the.size === 512 || (the.size >= 16 && random.oneIn(2))) offset = (offset & ~15) >>> 0;
    draft.writeMemory(((segment?.base ?? 0) + offset) >>> 0, contents(random, the));
    draft.prefixes.push(...the.prefixes);
    draft.code.push(...the.opcode, ...operand(draft, the, name, offset));
    draft.code.push(...littleEndian(random.word(), the.immediate));
  };
  const note = the.parts ? { differs: ORDER_OF_PARTS } : {};
  return withSixteenBit(custom(FAMILY, `${the.text}, at the edges of segments`, CASES, build, note), the.sizeless);
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
