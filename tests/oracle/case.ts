/** A case of the oracle, and what came of it. */
import { baseOf, segmentOf, SELECTOR } from "./window.ts";

/** Registers in the manual's order; also the order in every record. */
export const REGISTER_NAMES = ["EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"] as const;

/** Segment registers in the order of their numbers. */
export const SEGMENT_NAMES = ["ES", "CS", "SS", "DS", "FS", "GS"] as const;

export const CF = 0x001;
export const PF = 0x004;
export const AF = 0x010;
export const ZF = 0x040;
export const SF = 0x080;
export const TF = 0x100;
export const IF = 0x200;
export const DF = 0x400;
export const OF = 0x800;
export const NT = 0x4000;
export const RF = 0x1_0000;
export const AC = 0x4_0000;
export const ID = 0x20_0000;
export const ARITHMETIC_FLAGS = CF | PF | AF | ZF | SF | OF;

export interface Bytes {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface X87State {
  readonly control: number;
  readonly status: number;
  /** A bit a physical register: 1 = not empty. */
  readonly valid: number;
  /** Last opcode (11 bits), last instruction pointer, last operand pointer. */
  readonly opcode: number;
  readonly instruction: number;
  readonly operand: number;
  /** ST(0) .. ST(7), 10 bytes each. */
  readonly registers: Uint8Array;
}

export interface XmmState {
  readonly mxcsr: number;
  /** XMM0 .. XMM7, 16 bytes each. */
  readonly registers: Uint8Array;
}

/** ES, DS, FS, GS. */
export type DataSegments = readonly [number, number, number, number];

export interface Case {
  /** An offset within CS. */
  readonly eip: number;
  readonly code: Uint8Array;
  readonly registers: Uint32Array;
  readonly eflags: number;
  readonly segments: DataSegments;
  /** CS and SS, where they are not flat. */
  readonly codeSegment?: number;
  readonly stackSegment?: number;
  /** What differs from the window's base contents at the start, the code apart. */
  readonly memory: readonly Bytes[];
  /** MMX registers are those of the x87. */
  readonly x87: X87State | null;
  readonly xmm: XmmState | null;
  readonly allowance: Allowance;
  /** How many instructions `code` holds, if not one; null if the case does not tell. */
  readonly instructions?: number | null;
  /** Registers, a bit each: those whose value an address or the instruction's sense depends on; those that are operands. */
  readonly uses?: { readonly needed: number; readonly operands: number };
}

/** What the manual leaves undefined after a case: not compared. */
export interface Allowance {
  readonly flags: number;
  /** Which of several words a page fault was met at first. */
  readonly faultAddress?: boolean;
  /** Bits of the x87 status word. */
  readonly status?: number;
  /** Registers ST(i), a bit each, that may be a unit in the last place off; and those that may be anything. */
  readonly x87?: { readonly near: number; readonly open: number };
  /** Memory that a store of several parts may have changed before it faulted. */
  readonly partialStore?: boolean;
  /** Registers that a load of several parts may have changed before it faulted. */
  readonly partialLoad?: boolean;
}

export interface Outcome {
  /** The exception that ended the case; TIMEOUT if none did. */
  readonly vector: number;
  readonly error: number;
  /** CR2; says something for page faults only. */
  readonly address: number;
  readonly registers: Uint32Array;
  readonly eflags: number;
  readonly eip: number;
  /** ES, CS, SS, DS, FS, GS. */
  readonly segments: readonly number[];
  readonly x87: X87State | null;
  readonly xmm: XmmState | null;
  /** Every maximal run of changed bytes, by address. */
  readonly memory: readonly Bytes[];
}

export const TIMEOUT = 0xff;
export const VECTOR_BREAKPOINT = 3;
export const VECTOR_PAGE_FAULT = 14;

/** The linear address of the code. */
export function codeAddress({ eip, codeSegment }: Case): number {
  return (eip + baseOf(codeSegment ?? SELECTOR.code)) >>> 0;
}

/** Is the default of operand and address size 16 bits? */
export function isSixteenBit({ codeSegment }: Case): boolean {
  return segmentOf(codeSegment ?? SELECTOR.code)?.big === false;
}

/** The segment registers at the start, by their numbers. */
export function initialSegments({ segments, codeSegment, stackSegment }: Case): number[] {
  const [es, ds, fs, gs] = segments;
  return [es, codeSegment ?? SELECTOR.code, stackSegment ?? SELECTOR.data, ds, fs, gs];
}

/** The EIP after the INT3 behind the code: where a case ends that neither faults nor jumps. */
export function ordinaryEnd(input: Case): number {
  return (input.eip + input.code.length + 1) >>> 0;
}
