/** A program of the oracle: instructions with symbolic targets, and the state it starts from. */
import type { Allowance, Bytes, Case, Outcome, X87State, XmmState } from "../case.ts";
import { AF, VECTOR_BREAKPOINT } from "../case.ts";
import type { Difference } from "../compare.ts";
import { compare } from "../compare.ts";
import { isSignedByte, littleEndian } from "../values.ts";
import { regionOf, SELECTOR } from "../window.ts";
import type { Effect } from "./effects.ts";
import { X87_CONDITIONS } from "./effects.ts";

/** A place in an instruction's bytes that depends on a label: its address, or the way to it from behind the instruction. */
export interface Reference {
  readonly at: number;
  readonly kind: "absolute" | "relative8" | "relative32";
  readonly label: number;
  readonly addend: number;
}

export interface Label {
  readonly kind: "label";
  readonly label: number;
}

/** One instruction, or one with those that give its registers their values: nothing makes sense without the other. */
export interface Code {
  readonly kind: "code";
  readonly bytes: readonly number[];
  readonly references: readonly Reference[];
  readonly effect: Effect;
  /** Control may go elsewhere from here. */
  readonly transfers: boolean;
  /** What counts for less if the program ends with a fault of this instruction. */
  readonly allowance: Allowance;
}

/** A relative branch in the shorter of its encodings. */
export interface Branch {
  readonly kind: "branch";
  readonly short: readonly number[];
  /** Null where there is only the short one. */
  readonly near: readonly number[] | null;
  readonly target: number;
  readonly effect: Effect;
}

export type Item = Label | Code | Branch;

export interface Program {
  readonly origin: number;
  readonly items: readonly Item[];
  readonly registers: Uint32Array;
  readonly eflags: number;
  readonly memory: readonly Bytes[];
  /** Doublewords in memory that hold the addresses of labels. */
  readonly pointers: readonly { readonly address: number; readonly label: number }[];
  readonly x87: X87State;
  readonly xmm: XmmState;
}

/** A program in bytes. */
export interface Assembled {
  readonly input: Case;
  /** The address of each item, and the end. */
  readonly addresses: readonly number[];
}

/** Flags that may be undefined where branches meet: whatever reads these stands close behind what defines them. */
export const WEAK = AF | X87_CONDITIONS;

/** The flags that may be undefined before each item; null if an undefined one would be looked at. */
export function undefinedBefore(items: readonly Item[]): number[] | null {
  const masks: number[] = [];
  let mask = 0;
  for (const item of items) {
    masks.push(mask);
    if ((item.kind !== "code" || item.transfers) && mask & ~WEAK) return null;
    if (item.kind === "label") {
      mask = WEAK;
      continue;
    }
    const { reads, defines, undefines } = item.effect;
    if (reads & mask) return null;
    mask = (mask & ~defines) | undefines;
    if (item.kind === "code" && item.transfers) mask |= WEAK;
  }
  return masks;
}

function sizeOf(item: Item, isShort: boolean): number {
  if (item.kind === "label") return 0;
  if (item.kind === "code") return item.bytes.length;
  return isShort || !item.near ? item.short.length + 1 : item.near.length + 4;
}

/** Where each item comes to lie, and which branches are short. Null if a branch does not reach its target. */
function place(items: readonly Item[]): { offsets: number[]; short: boolean[]; labels: Map<number, number> } | null {
  const short = items.map(() => true);
  for (;;) {
    const offsets = [0];
    const labels = new Map<number, number>();
    items.forEach((item, i) => {
      const at = offsets[i] ?? 0;
      if (item.kind === "label") labels.set(item.label, at);
      offsets.push(at + sizeOf(item, short[i] === true));
    });
    let grown = false;
    for (const [i, item] of items.entries()) {
      if (item.kind !== "branch" || !short[i]) continue;
      if (isSignedByte((labels.get(item.target) ?? 0) - (offsets[i + 1] ?? 0))) continue;
      if (!item.near) return null;
      short[i] = false;
      grown = true;
    }
    if (!grown) return { offsets, short, labels };
  }
}

/** The bytes of an item at `address`. Null if a reference of a byte does not reach. */
function encode(item: Code, address: number, labels: ReadonlyMap<number, number>): number[] | null {
  const bytes = [...item.bytes];
  for (const { at, kind, label, addend } of item.references) {
    const target = (labels.get(label) ?? 0) + addend;
    const value = kind === "absolute" ? target : target - address - bytes.length;
    if (kind === "relative8" && !isSignedByte(value)) return null;
    const size = kind === "relative8" ? 1 : 4;
    bytes.splice(at, size, ...littleEndian(value, size));
  }
  return bytes;
}

/** Bytes cut where one region of the window ends and the next begins. */
function byRegion(address: number, bytes: Uint8Array): Bytes[] | null {
  const parts: Bytes[] = [];
  for (let from = 0; from < bytes.length;) {
    const region = regionOf(address + from);
    if (!region) return null;
    const to = Math.min(bytes.length, region.address + region.size - address);
    parts.push({ address: address + from, bytes: bytes.slice(from, to) });
    from = to;
  }
  return parts;
}

/** Null if a branch does not reach its target, or the code does not fit where it is to be. */
export function assemble(program: Program): Assembled | null {
  const { items, origin } = program;
  const placed = place(items);
  if (!placed) return null;
  const { offsets, short } = placed;
  const labels = new Map([...placed.labels].map(([label, offset]) => [label, origin + offset]));
  const code: number[] = [];
  for (const [i, item] of items.entries()) {
    if (item.kind === "label") continue;
    const address = origin + (offsets[i] ?? 0);
    if (item.kind === "code") {
      const bytes = encode(item, address, labels);
      if (!bytes) return null;
      code.push(...bytes);
    } else {
      const next = origin + (offsets[i + 1] ?? 0);
      const distance = (labels.get(item.target) ?? 0) - next;
      if (short[i] || !item.near) code.push(...item.short, distance & 0xff);
      else code.push(...item.near, ...littleEndian(distance, 4));
    }
  }
  const [first, ...others] = byRegion(origin, Uint8Array.from(code)) ?? [];
  if (!first) return null;
  const pointers = program.pointers.map(({ address, label }) => ({
    address,
    bytes: Uint8Array.from(littleEndian(labels.get(label) ?? 0, 4)),
  }));
  return {
    input: {
      eip: origin,
      code: first.bytes,
      registers: program.registers,
      eflags: program.eflags,
      segments: [SELECTOR.data, SELECTOR.data, SELECTOR.based, SELECTOR.limited],
      memory: [...program.memory, ...pointers, ...others],
      x87: program.x87,
      xmm: program.xmm,
      allowance: { flags: 0 },
      instructions: items.filter(({ kind }) => kind !== "label").length,
    },
    addresses: offsets.map((offset) => origin + offset),
  };
}

/** What the manual leaves undefined where the program has ended. */
function allowanceAtEnd(program: Program, { addresses }: Assembled, end: Outcome): Allowance {
  const eip = end.vector === VECTOR_BREAKPOINT ? end.eip - 1 : end.eip;
  const masks = undefinedBefore(program.items) ?? [];
  const i = program.items.findIndex(
    (item, at) => item.kind !== "label" && eip >= (addresses[at] ?? 0) && eip < (addresses[at + 1] ?? 0),
  );
  const item = program.items[i];
  const mask = item ? (masks[i] ?? 0) : WEAK;
  const own = item?.kind === "code" ? item.allowance : null;
  return {
    flags: mask & ~X87_CONDITIONS,
    status: mask & X87_CONDITIONS ? 0x4700 : 0,
    faultAddress: own?.faultAddress === true,
    partialStore: own?.partialStore === true,
    partialLoad: own?.partialLoad === true,
  };
}

/** How the two ends differ, as far as the manual defines them. */
export function compareEnds(program: Program, assembled: Assembled, expected: Outcome, got: Outcome): Difference[] {
  const allowance = allowanceAtEnd(program, assembled, expected);
  // Flags that an instruction before the last one left undefined are so even if that one faults.
  const defined = (outcome: Outcome): Outcome => ({ ...outcome, eflags: outcome.eflags & ~allowance.flags });
  return compare({ ...assembled.input, allowance }, defined(expected), defined(got));
}
