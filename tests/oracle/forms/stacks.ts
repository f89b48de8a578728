/** Stacks that are not flat: 16-bit ones, with base and limit, that expand down. Every instruction that uses the stack. */
import { ID, NT, TF } from "../case.ts";
import type { Draft } from "../draft.ts";
import { ORDER_OF_PARTS, STACK_OR_DESTINATION } from "../differs.ts";
import { EAX, EBP, ECX, ESP } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { littleEndian, someValue } from "../values.ts";
import { CODE, DATA, lastOffset, LOCAL, SELECTOR } from "../window.ts";
import type { Segment } from "../window.ts";
import { inSixteenBitCode } from "./sixteen-bit.ts";

const FAMILY = "stacks";
const CASES = 160;

const STACKS: readonly Segment[] = [
  LOCAL.stack16,
  LOCAL.stack16Wrap,
  LOCAL.stack16Wrap,
  LOCAL.stack16Limited,
  LOCAL.stack32Limited,
  LOCAL.stack16Down,
  LOCAL.stack32Down,
  LOCAL.stack32High,
  LOCAL.stack16Large,
];

/** The first and the last offset of a segment where there is memory. */
function bounds(segment: Segment): readonly [number, number] {
  if (segment === LOCAL.stack32High) return [0x3003_0000, 0x3003_1fff];
  if (segment === LOCAL.stack16) return [0, 0x1fff];
  if (segment.kind === "data") return [0, lastOffset(segment)];
  return [lastOffset(segment) + 1, segment.big ? 0x1fff : 0xffff];
}

/** Stack pointers worth having: in the middle, at both ends of the segment, at both ends of 64 KiB. */
function stackOffset(random: Random, segment: Segment, room: number): number {
  const near = (place: number): number => place - room + random.below(2 * room + 1);
  if (segment === LOCAL.stack16Wrap || segment === LOCAL.stack16Large) {
    const inside = random.below(0x7c0);
    if (random.oneIn(2)) return inside & ~3;
    return random.pick([near(0), inside, random.pick([0, 1, 2, 3, 4, 6, 8, 0xfffc, 0xfffd, 0xfffe, 0xffff])]);
  }
  const [first, last] = bounds(segment);
  switch (random.below(6)) {
    case 0:
      return near(last + 1);
    case 1:
      return first === 0 ? random.below(room) : near(first);
    case 2:
      return first + random.below(last - first);
    default:
      return (first + 0x40 + random.below(last - first - 0x80)) & ~3;
  }
}

/** ESP or EBP with that offset: in a 16-bit stack of 64 KiB, the upper half is anything. */
function pointer(random: Random, segment: Segment, offset: number): number {
  if (segment.big) return offset >>> 0;
  const high = random.oneIn(3) || segment === LOCAL.stack16Large ? 0 : random.word() & 0xffff_0000;
  return (high | (offset & 0xffff)) >>> 0;
}

/** Puts a word where the processor looks for it; the pointer wraps as the segment has it. */
function put(draft: Draft, segment: Segment, at: number, value: number, size: number): void {
  const offset = segment.big ? at >>> 0 : at & 0xffff;
  draft.writeMemory((segment.base + offset) >>> 0, littleEndian(value, size));
}

/** A place for code to go on: INT3 bytes. With 16-bit operands only 64 KiB of it can be reached. */
function target(random: Random, size: number): number {
  if (size === 2 || random.oneIn(16)) return random.below(0x1_0000);
  return CODE.address + 0xc0 + random.below(0x300);
}

interface Instruction {
  readonly name: string;
  readonly code: (draft: Draft, size: number) => readonly number[];
  /** What lies on the stack, word by word. */
  readonly words?: (draft: Draft, size: number) => readonly number[];
  /** Bytes around the pointer that matter. */
  readonly room?: number;
  /** It may have stored, or loaded, a part before it faults. */
  readonly partial?: boolean;
  /** Settles what else there is to settle. */
  readonly prepare?: (draft: Draft, segment: Segment, size: number) => void;
}

const selectorWord = (draft: Draft): number =>
  (draft.random.oneIn(4) ? draft.random.word() : 0) & 0xffff_0000 ? SELECTOR.data | 0x1234_0000 : SELECTOR.data;

const anyFlags = ({ random }: Draft): number =>
  (random.oneIn(2) ? random.word() : random.pick([0x202, NT, ID, 0x3000, 0x2_0202])) & ~TF;

const farWords = (draft: Draft, size: number): readonly number[] => {
  const segment = draft.random.pick([LOCAL.code16Wrap, LOCAL.code32Limited, LOCAL.code16Limited]);
  if (size === 2 || draft.random.oneIn(3)) {
    const room = segment === LOCAL.code16Wrap ? 0x700 : 0x300;
    return [draft.random.below(room), segment.selector];
  }
  return [target(draft.random, size), SELECTOR.code];
};

const memoryOperand = (draft: Draft, reg: number, value: number): readonly number[] => {
  const address = DATA.address + 4 * draft.random.below(0x300);
  draft.writeMemory(address, littleEndian(value, 4));
  return [(reg << 3) | 5, ...littleEndian(address, 4)];
};

const plain =
  (...code: readonly number[]) =>
  (): readonly number[] =>
    code;

const INSTRUCTIONS: readonly Instruction[] = [
  { name: "PUSH Zv", code: ({ random }) => [0x50 + random.below(8)] },
  { name: "PUSH Iz", code: ({ random }, size) => [0x68, ...littleEndian(random.word(), size)] },
  { name: "PUSH Is", code: ({ random }) => [0x6a, random.below(256)] },
  { name: "PUSH Ev", code: (draft) => [0xff, ...memoryOperand(draft, 6, draft.random.word())] },
  { name: "PUSH Sw", code: ({ random }) => [random.pick([0x06, 0x0e, 0x16, 0x1e])] },
  { name: "PUSH FS", code: plain(0x0f, 0xa0) },
  { name: "PUSHF", code: plain(0x9c) },
  { name: "PUSHA", code: plain(0x60), room: 32, partial: true },
  { name: "CALL Jz", code: ({ random }, size) => [0xe8, ...littleEndian(random.below(0x80), size)] },
  { name: "CALL Ev", code: (draft, size) => [0xff, ...memoryOperand(draft, 2, target(draft.random, size))] },
  {
    name: "CALL Ap",
    code: (draft, size) => {
      const [offset = 0, selector = 0] = farWords(draft, size);
      return [0x9a, ...littleEndian(offset, size), ...littleEndian(selector, 2)];
    },
    room: 8,
    partial: true,
  },
  { name: "POP Zv", code: ({ random }) => [0x58 + random.below(8)] },
  { name: "POP Ev", code: (draft) => [0x8f, ...memoryOperand(draft, 0, 0)] },
  {
    name: "POP [ESP]",
    code: ({ random }) => [0x8f, 0x44, 0x24, random.below(0x20)],
    room: 8,
    // With an upper half the destination is beyond the limit; of two faults the processor has its own order.
    prepare: (draft, segment) => {
      if (!segment.big) draft.reserve(ESP, draft.register(ESP) & 0xffff);
    },
  },
  { name: "POP Sw", code: ({ random }) => [random.pick([0x07, 0x17, 0x1f])], words: (draft) => [selectorWord(draft)] },
  { name: "POPF", code: plain(0x9d), words: (draft) => [anyFlags(draft)] },
  { name: "POPA", code: plain(0x61), room: 32, partial: true },
  { name: "RET", code: plain(0xc3), words: ({ random }, size) => [target(random, size)] },
  {
    name: "RET Iw",
    code: ({ random }) => [0xc2, ...littleEndian(random.pick([0, 2, 4, 0x100, 0x7fff, 0xffff]), 2)],
    words: ({ random }, size) => [target(random, size)],
  },
  { name: "RETF", code: plain(0xcb), words: farWords, room: 8 },
  {
    name: "RETF Iw",
    code: ({ random }) => [0xca, ...littleEndian(random.pick([0, 2, 4, 0x100, 0x7fff, 0xffff]), 2)],
    words: farWords,
    room: 8,
  },
  { name: "IRET", code: plain(0xcf), words: (draft, size) => [...farWords(draft, size), anyFlags(draft)], room: 12 },
  {
    name: "ENTER",
    code: ({ random }) => {
      const level = random.oneIn(3) ? 0 : random.pick([1, 2, 3, 7, 31, 32, 33]);
      const frame = random.oneIn(2) ? 4 * random.below(64) : random.pick([0, 1, 2, 0x100, 0x7fff, 0x8000, 0xffff]);
      return [0xc8, ...littleEndian(frame, 2), level];
    },
    prepare: (draft, segment) =>
      draft.reserve(EBP, pointer(draft.random, segment, stackOffset(draft.random, segment, 16))),
    room: 16,
    partial: true,
  },
  {
    name: "LEAVE",
    code: plain(0xc9),
    prepare: (draft, segment, size) => {
      const offset = stackOffset(draft.random, segment, 4);
      draft.reserve(EBP, pointer(draft.random, segment, offset));
      put(draft, segment, offset, someValue(draft.random, 4), size);
    },
  },
  { name: "MOV eAX,[ESP]", code: plain(0x8b, 0x04, 0x24) },
  { name: "MOV [ESP],eAX", code: plain(0x89, 0x04, 0x24) },
  {
    name: "ADD [EBP],eAX",
    code: plain(0x01, 0x45, 0x00),
    prepare: (draft, segment) => draft.reserve(EBP, stackOffset(draft.random, segment, 4) >>> 0),
  },
  {
    name: "ADD [BP],eAX",
    code: plain(0x67, 0x01, 0x46, 0x00),
    prepare: (draft, segment) =>
      draft.reserve(EBP, pointer(draft.random, segment, stackOffset(draft.random, segment, 4))),
  },
  {
    name: "XCHG SS:[EAX],eCX",
    code: plain(0x36, 0x87, 0x08),
    prepare: (draft, segment) => draft.reserve(EAX, stackOffset(draft.random, segment, 4) >>> 0),
  },
  {
    name: "LSS eCX",
    code: (draft) => {
      const address = DATA.address + 4 * draft.random.below(0x300);
      const selector = draft.random.pick(STACKS).selector;
      draft.writeMemory(address, [...littleEndian(draft.random.word(), 4), ...littleEndian(selector, 2)]);
      return [0x0f, 0xb2, draft.random.pick([(ESP << 3) | 5, (ECX << 3) | 5]), ...littleEndian(address, 4)];
    },
  },
];

function build(draft: Draft, the: Instruction, size: number): void {
  const { random } = draft;
  const segment = random.pick(STACKS);
  draft.stackSegment = segment;
  const offset = stackOffset(random, segment, the.room ?? 4);
  draft.reserve(ESP, pointer(random, segment, offset));
  const words = the.words?.(draft, size) ?? [someValue(random, size), someValue(random, size)];
  words.forEach((word, i) => put(draft, segment, offset + i * size, word, size));
  the.prepare?.(draft, segment, size);
  draft.allowance = {
    flags: 0,
    faultAddress: true,
    partialStore: the.partial === true,
    partialLoad: the.partial === true,
  };
  draft.code.push(...the.code(draft, size));
  if (size === 2) draft.prefixes.push(0x66);
}

export const STACKS_FORMS: readonly Form[] = INSTRUCTIONS.flatMap((the) =>
  [4, 2].map((size) => {
    const note = the.partial ? ORDER_OF_PARTS : the.name === "POP [ESP]" ? STACK_OR_DESTINATION : null;
    const form = custom(
      FAMILY,
      `${the.name} ${8 * size}-bit, on other stacks`,
      CASES,
      (draft) => build(draft, the, size),
      note === null ? {} : { differs: note },
    );
    return {
      ...form,
      build: (random: Random, index: number) => {
        const input = form.build(random, index);
        return index % 4 === 3 ? inSixteenBitCode(input) : input;
      },
    };
  }),
);
