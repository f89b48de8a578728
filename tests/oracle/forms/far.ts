/** Far jumps, calls and returns between code segments of every kind, 16- and 32-bit, with base and limit. */
import { memoryOperand } from "../addressing.ts";
import { ORDER_OF_PARTS, STACK_OR_LIMIT } from "../differs.ts";
import { ARITHMETIC_FLAGS } from "../case.ts";
import type { Draft } from "../draft.ts";
import { ESP } from "../draft.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { custom } from "../rows.ts";
import { littleEndian } from "../values.ts";
import { BEHIND_LOCAL, CODE, DATA, FIXED, lastOffset, LOCAL, LOCAL_SEGMENTS, SELECTOR, STACK } from "../window.ts";
import type { Segment } from "../window.ts";

const FAMILY = "far";
const CASES = 240;

const PRESENT_CODE = [
  LOCAL.code16,
  LOCAL.code16Limited,
  LOCAL.code16Wrap,
  LOCAL.code32Limited,
  LOCAL.code32ExecuteOnly,
  LOCAL.code32High,
] as const;

const FROM: readonly (Segment | null)[] = [null, null, ...PRESENT_CODE];

/** A selector and an offset there. */
interface FarPointer {
  readonly selector: number;
  readonly offset: number;
  /** An INT3 lies there. */
  readonly good: boolean;
}

/** Offset of an INT3 in the segment. */
function inside(random: Random, segment: Segment | null): number {
  const first = segment === LOCAL.code16Wrap ? FIXED.address + 0x800 : CODE.address + 0xc0;
  return (first + random.below(0x300) - (segment?.base ?? 0)) >>> 0;
}

/** The limit of the segment, or an offset beyond it. */
function outside(random: Random, segment: Segment | null): number {
  const last = segment ? lastOffset(segment) : 0xffff_ffff;
  return random.pick([last, last + 1, last - 1, 0xffff, 0x1_0000, 0x1_0400, 0, 0x8000_0000]) >>> 0;
}

/** Mostly code. The selectors 33 and 7B, which only some kernels have, cannot come up. */
function farPointer(random: Random): FarPointer {
  if (random.oneIn(6)) {
    const other = random.oneIn(2)
      ? random.pick(LOCAL_SEGMENTS).selector
      : random.pick([0, 1, 2, 3, 4, 7, 0x27, SELECTOR.data, SELECTOR.based, 0x10, 0x13, BEHIND_LOCAL, 0xfff8]);
    return { selector: random.oneIn(2) ? other : other & ~3, offset: random.below(0x1_0000), good: false };
  }
  const segment = random.pick([null, ...PRESENT_CODE, ...PRESENT_CODE]);
  const selector = segment?.selector ?? SELECTOR.code;
  const good = !random.oneIn(4);
  return {
    selector: random.oneIn(6) ? (selector & ~3) | random.below(4) : selector,
    offset: good ? inside(random, segment) : outside(random, segment),
    good,
  };
}

/** Settles where the instruction runs, and its size prefixes. True if the defaults there are 16 bits. */
function enter(draft: Draft, size: number): boolean {
  const segment = draft.random.pick(FROM);
  draft.codeSegment = segment;
  // Away from the ends of segments, to which there are jumps.
  draft.eip =
    segment === LOCAL.code16Wrap
      ? FIXED.address + 0xc00 + draft.random.below(0x380)
      : CODE.address + 0x400 + draft.random.below(0xb00);
  const short = segment?.big === false;
  if (short === (size === 4)) draft.prefixes.push(0x66);
  return short;
}

/** EFLAGS for IRET; neither TF nor NT, which have forms of their own. */
const flagsImage = (random: Random): number => random.word() & (ARITHMETIC_FLAGS | 0x3f_3200);

function setStack(draft: Draft, words: readonly number[], size: number, harmless = false): void {
  const { random } = draft;
  const esp =
    STACK.address +
    (!harmless && random.oneIn(12)
      ? random.pick([0, 1, 4, 8, 0x1ffc, 0x1ffe, 0x2000])
      : 0x400 + 2 * random.below(0xc00));
  draft.reserve(ESP, esp);
  words.forEach((word, i) => draft.writeMemory(esp + i * size, littleEndian(word, size)));
}

function direct(name: string, opcode: number, size: number): Form {
  return custom(
    FAMILY,
    `${opcode.toString(16)} ${name} Ap ${8 * size}-bit, between segments`,
    CASES,
    (draft) => {
      const { selector, offset, good } = farPointer(draft.random);
      enter(draft, size);
      setStack(draft, [], size, !good);
      draft.allowance = { flags: 0, partialStore: true, faultAddress: true };
      draft.code.push(opcode, ...littleEndian(offset, size), ...littleEndian(selector, 2));
    },
    name === "CALL" ? { differs: STACK_OR_LIMIT } : {},
  );
}

function indirect(name: string, reg: number, size: number): Form {
  return custom(
    FAMILY,
    `ff /${reg} ${name} Mp ${8 * size}-bit, between segments`,
    CASES,
    (draft) => {
      const { random } = draft;
      const { selector, offset, good } = farPointer(random);
      const short = enter(draft, size);
      setStack(draft, [], size, !good);
      draft.allowance = { flags: 0, partialStore: true, faultAddress: true };
      const operand = memoryOperand(draft, DATA.address + random.below(0x1ff0), { harmless: true });
      draft.writeMemory(operand.address, [...littleEndian(offset, size), ...littleEndian(selector, 2)]);
      if (short) turnAddressSize(draft);
      draft.code.push(0xff, (operand.mod << 6) | (reg << 3) | operand.rm, ...operand.tail);
    },
    name === "CALL" ? { differs: STACK_OR_LIMIT } : {},
  );
}

/** memoryOperand encodes for 32-bit code. */
function turnAddressSize(draft: Draft): void {
  const at = draft.prefixes.indexOf(0x67);
  if (at < 0) draft.prefixes.push(0x67);
  else draft.prefixes.splice(at, 1);
}

function returns(name: string, opcode: number, size: number): Form {
  return custom(
    FAMILY,
    `${opcode.toString(16)} ${name} ${8 * size}-bit, between segments`,
    CASES,
    (draft) => {
      const { random } = draft;
      const { selector, offset } = farPointer(random);
      const high = random.oneIn(3) ? random.word() & 0xffff_0000 : 0;
      enter(draft, size);
      // Under another privilege the processor may look for an outer stack before it refuses.
      const inner = (selector & 3) !== 3;
      setStack(draft, [offset, selector | high, flagsImage(random)], size, inner);
      draft.allowance = { flags: 0, faultAddress: true };
      draft.code.push(opcode);
      if (opcode === 0xca)
        draft.code.push(
          ...littleEndian(random.pick(inner ? [0, 2, 4, 8, 0x100] : [0, 2, 4, 8, 0x100, 0x7fff, 0xffff]), 2),
        );
    },
    { differs: ORDER_OF_PARTS },
  );
}

/** Near branches to absolute offsets, within the limit of their segment and beyond. */
function near(name: string, code: readonly number[], size: number): Form {
  return custom(FAMILY, `${name} ${8 * size}-bit, within a segment`, 120, (draft) => {
    const { random } = draft;
    const short = enter(draft, size);
    const segment = draft.codeSegment;
    const good = !random.oneIn(3);
    const offset = good ? inside(random, segment) : outside(random, segment);
    setStack(draft, [offset], size, !good);
    draft.allowance = { flags: 0, faultAddress: true };
    const address = DATA.address + 4 * random.below(0x300);
    draft.writeMemory(address, littleEndian(offset, size));
    if (code[0] === 0xff && short) turnAddressSize(draft);
    draft.code.push(...code);
    if (code[0] === 0xff) draft.code.push(...littleEndian(address, 4));
    if (code[0] === 0xc2) draft.code.push(...littleEndian(random.pick([0, 2, 4, 0x100, 0xffff]), 2));
  });
}

export const FAR: readonly Form[] = [4, 2].flatMap((size) => [
  direct("JMP", 0xea, size),
  direct("CALL", 0x9a, size),
  indirect("JMP", 5, size),
  indirect("CALL", 3, size),
  returns("RETF", 0xcb, size),
  returns("RETF Iw", 0xca, size),
  returns("IRET", 0xcf, size),
  near("ff /4 JMP Ev", [0xff, 0x25], size),
  near("ff /2 CALL Ev", [0xff, 0x15], size),
  near("c3 RET", [0xc3], size),
  near("c2 RET Iw", [0xc2], size),
]);
