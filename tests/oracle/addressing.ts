/** Memory operands: where they point, and the ModR/M, SIB and displacement bytes that point there. */
import type { Draft } from "./draft.ts";
import { EBP, EBX, EDI, ESI, ESP } from "./draft.ts";
import { isSignedByte, littleEndian, someValue } from "./values.ts";
import { BASED, CODE, CONSTANT, DATA, EDGE, FIXED, segmentOf, SELECTOR, STACK } from "./window.ts";

/** An operand in memory: its linear address and its encoding but for the reg field. */
export interface MemoryOperand {
  readonly address: number;
  readonly mod: number;
  readonly rm: number;
  /** SIB byte and displacement. */
  readonly tail: readonly number[];
}

/** Prefix bytes of segment overrides. */
export const SEGMENT_PREFIX = { es: 0x26, cs: 0x2e, ss: 0x36, ds: 0x3e, fs: 0x64, gs: 0x65 } as const;
type Segment = keyof typeof SEGMENT_PREFIX;

const FAR_ADDRESSES = [0, 4, 0x1000, 0xffff, 0x0fff_f000, 0x7fff_fffc, 0x8000_0000, 0xffff_fff0, 0xffff_ffff] as const;

/** An address where `size` bytes can be read and written: any alignment, sometimes across the end of a page. */
export function goodAddress(draft: Draft, size: number): number {
  const { random } = draft;
  const { places } = draft.surroundings;
  if (places.length > 0 && random.oneIn(2)) return random.pick(places);
  if (random.oneIn(8)) return DATA.address + 0x1000 - random.below(size + 1);
  if (random.oneIn(3)) return DATA.address + random.below(DATA.size - size);
  return DATA.address + ((random.below(DATA.size - size) & ~3) >>> 0);
}

/** An address that may also lie on a boundary of permissions, in read-only memory, or nowhere. */
export function anyAddress(draft: Draft, size: number): number {
  const { random } = draft;
  switch (random.below(16)) {
    case 0:
      return CONSTANT.address - random.below(size + 1);
    case 1:
      return CONSTANT.address + random.below(CONSTANT.size - size);
    case 2:
      return CONSTANT.address + CONSTANT.size - random.below(size + 1);
    case 3:
      return EDGE.address + EDGE.size - random.below(size + 2);
    case 4:
      return EDGE.address - random.below(size + 2);
    case 5:
      // How far an operand of many words gets before it wraps is the processor's own: no far addresses for those.
      return size <= 10 && random.oneIn(4)
        ? random.pick(FAR_ADDRESSES)
        : STACK.address + STACK.size - random.below(size + 1);
    case 6:
      return random.oneIn(2) ? FIXED.address + random.below(0x80) : CODE.address + 0x20 + random.below(0x80);
    default:
      return goodAddress(draft, size);
  }
}

/** Displacements and indices worth having. */
function someOffset(draft: Draft): number {
  const { random } = draft;
  return random.oneIn(2) ? random.below(64) - 32 : someValue(random, 4) | 0;
}

/** The base of the segment that an operand lies in. */
function baseOf(draft: Draft, segment: Segment): number {
  const [es, ds, fs, gs] = draft.segments;
  if (segment === "cs") return draft.codeSegment?.base ?? 0;
  if (segment === "ss") return draft.stackSegment?.base ?? 0;
  return segmentOf({ es, ds, fs, gs }[segment])?.base ?? 0;
}

/**
 * Encodes an operand at `linear` (or as near as the shape allows) and sets the registers that its address needs.
 * Adds the prefixes it needs to the draft. Operands that must not fault stay out of segments that forbid something.
 */
export function memoryOperand(draft: Draft, linear: number, options: { readonly harmless: boolean }): MemoryOperand {
  const { random } = draft;
  const near = linear - BASED.base;
  if (near >= 0 && near < 0x1_0000 && random.oneIn(5)) return shortOperand(draft, linear);
  if (!options.harmless && random.oneIn(64)) return shortOperand(draft, linear);
  let segment: Segment | null = null;
  if (random.oneIn(4)) {
    const choice: readonly Segment[] = options.harmless
      ? ["es", "ss", "ds", "fs"]
      : ["es", "ss", "ds", "fs", "cs", "gs"];
    segment = random.pick(choice);
    draft.prefixes.push(SEGMENT_PREFIX[segment]);
  } else if (!options.harmless && random.oneIn(32)) {
    const [es, , fs, gs] = draft.segments;
    draft.segments = [es, random.pick([SELECTOR.readOnly, SELECTOR.limited, SELECTOR.based, 0]), fs, gs];
  }
  return longOperand(draft, linear, segment);
}

/** A register for an address, mostly one that is not yet part of another. */
function pickRegister(draft: Draft): number {
  const usable = [0, 1, 2, 3, 4, 5, 6, 7].filter((register) => !draft.isKept(register));
  const free = usable.filter((register) => draft.isFree(register));
  return draft.random.pick(free.length > 0 && !draft.random.oneIn(8) ? free : usable);
}

/** 32-bit addressing: SDM vol. 2, tables 2-2 and 2-3. */
function longOperand(draft: Draft, linear: number, segment: Segment | null): MemoryOperand {
  const { random } = draft;
  const offsetIn = (base: number | null): number =>
    (linear - baseOf(draft, segment ?? (base === ESP || base === EBP ? "ss" : "ds"))) | 0;
  if (random.oneIn(6)) {
    const disp = littleEndian(offsetIn(null), 4);
    return { address: linear >>> 0, mod: 0, ...absolute(draft, disp) };
  }
  const base = random.oneIn(8) ? null : pickRegister(draft);
  const index = base === null || random.oneIn(2) ? pickRegister(draft) : ESP;
  const offset = offsetIn(base);
  const scale = random.below(4);
  // An index of ESP is none at all.
  const hasIndex = index !== ESP;
  if (hasIndex && draft.isFree(index)) draft.reserve(index, someOffset(draft) >>> 0);
  const indexed = hasIndex ? draft.register(index) << scale : 0;
  if (base === null) {
    const disp = (offset - indexed) | 0;
    return { address: linear >>> 0, mod: 0, rm: 4, tail: [(scale << 6) | (index << 3) | 5, ...littleEndian(disp, 4)] };
  }
  let disp: number;
  let mod: number;
  if (draft.isReserved(base)) {
    disp = (offset - draft.register(base) - indexed) | 0;
    mod = disp === 0 && base !== EBP ? 0 : isSignedByte(disp) && random.oneIn(2) ? 1 : 2;
  } else {
    mod = random.below(3);
    if (mod === 0 && base === EBP) mod = 1;
    disp = mod === 0 ? 0 : mod === 1 ? random.below(256) - 128 : someOffset(draft);
    draft.reserve(base, (offset - disp - indexed) >>> 0);
  }
  const displacement = mod === 0 ? [] : littleEndian(disp, mod === 1 ? 1 : 4);
  if (!hasIndex && base !== ESP && random.oneIn(2)) return { address: linear >>> 0, mod, rm: base, tail: displacement };
  return { address: linear >>> 0, mod, rm: 4, tail: [(scale << 6) | (index << 3) | base, ...displacement] };
}

/** [disp32] in its two encodings: without SIB, and with a SIB that has neither base nor index. */
function absolute(draft: Draft, disp: readonly number[]): { rm: number; tail: readonly number[] } {
  if (draft.random.oneIn(2)) return { rm: 5, tail: disp };
  return { rm: 4, tail: [(draft.random.below(4) << 6) | 0x25, ...disp] };
}

/** Base and index of 16-bit addressing by rm: SDM vol. 2, table 2-1. */
const SHORT_BASES: readonly (readonly number[])[] = [
  [EBX, ESI],
  [EBX, EDI],
  [EBP, ESI],
  [EBP, EDI],
  [ESI],
  [EDI],
  [EBP],
  [EBX],
];

/** 16-bit addressing. It reaches the window through the segment that has a base. */
function shortOperand(draft: Draft, linear: number): MemoryOperand {
  const { random } = draft;
  draft.prefixes.push(0x67);
  let segment: Segment = "fs";
  let rm = random.below(8);
  if (SHORT_BASES[rm]?.some((register) => draft.isKept(register))) rm = 6;
  if (random.oneIn(3) && rm !== 2 && rm !== 3 && rm !== 6) {
    const [es, , fs, gs] = draft.segments;
    draft.segments = [es, SELECTOR.based, fs, gs];
    segment = "ds";
  } else {
    draft.prefixes.push(SEGMENT_PREFIX[segment]);
  }
  const target = (linear - baseOf(draft, segment)) & 0xffff;
  const address = (baseOf(draft, segment) + target) >>> 0;
  if (rm === 6 && (draft.isKept(EBP) || random.oneIn(3))) return { address, mod: 0, rm, tail: littleEndian(target, 2) };

  const registers = SHORT_BASES[rm] ?? [];
  const free = registers.find((register) => draft.isFree(register));
  for (const register of registers) {
    if (register !== free && draft.isFree(register)) draft.reserve(register, random.word());
  }
  const others = registers.reduce((sum, register) => (register === free ? sum : sum + draft.register(register)), 0);
  let mod = free === undefined ? 2 : random.below(3);
  if (mod === 0 && rm === 6) mod = 1;
  let disp = mod === 0 ? 0 : mod === 1 ? random.below(256) - 128 : random.below(0x1_0000);
  if (free === undefined) disp = (target - others) & 0xffff;
  else draft.reserve(free, ((random.word() & 0xffff_0000) | ((target - disp - others) & 0xffff)) >>> 0);
  return { address, mod, rm, tail: mod === 0 ? [] : littleEndian(disp, mod) };
}
