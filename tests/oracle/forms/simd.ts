/**
 * MMX and SSE: from a table of rows to forms.
 *
 * A row is a line: opcode with its mandatory prefix, name, operands in the manual's letters (V, W, U: XMM; P, Q, N: MMX;
 * G, E, M: general and memory; I: a byte). The number behind W, Q, E and M is the memory operand's size in bytes, and
 * `a` says that it must be aligned. W, Q and E make two forms: register and memory.
 */
import { anyAddress, goodAddress, memoryOperand, SEGMENT_PREFIX } from "../addressing.ts";
import { APPROXIMATION, MASKED_STORE, SOURCE_IN_MEMORY } from "../differs.ts";
import type { Draft } from "../draft.ts";
import { EAX, EDI, EDX } from "../draft.ts";
import type { Encoding } from "../operands.ts";
import type { Form } from "../rows.ts";
import { custom, encode } from "../rows.ts";
import { BASED } from "../window.ts";
import { DOUBLE, FROM_INTEGER, SINGLE } from "./simd-float-rows.ts";
import { INTEGER } from "./simd-integer-rows.ts";
import { MOVES } from "./simd-move-rows.ts";
import type { Values } from "./simd-values.ts";
import { someMmx, someXmm, vectorSource } from "./simd-values.ts";

export interface SimdRow {
  readonly opcode: string;
  readonly name: string;
  readonly operands: readonly string[];
  readonly values: Values;
}

export type Mode = "register" | "memory";

const FLOAT_CASES = 400;
const OTHER_CASES = 208;

/** Shifts by the count in a register or memory. */
const SHIFT = /^PS(RL|RA|LL)[WDQ]$/;
const STRING = /^PCMP[EI]STR[IM]$/;
/** The destination is memory at EDI, which no operand names. */
const MASKED = /^MASKMOV/;

export function parseRows(table: string, values: Values): SimdRow[] {
  const lines = table.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).map((line) => {
    const [, opcode, name, operands] = /^((?:[0-9a-f]{2} )+(?:\/\d )?)([A-Z][A-Z0-9]+) (\S+)$/.exec(line) ?? [];
    if (!opcode || !name || !operands) throw new Error(`no row: ${line}`);
    const special = STRING.test(name) ? "text" : SHIFT.test(name) ? "count" : values;
    return { opcode: opcode.trim(), name, operands: operands.split(","), values: special };
  });
}

/** The operand that is, or may be, in memory; and the one that ModR/M's rm names if none may be. */
const memoryOf = (row: SimdRow): string | undefined => row.operands.find((one) => /^[WQEM]/.test(one));

export function modesOf(row: SimdRow): readonly Mode[] {
  const memory = memoryOf(row);
  if (!memory) return ["register"];
  return memory.startsWith("M") ? ["memory"] : ["register", "memory"];
}

/** Where a memory operand lies: mostly aligned, the more so where it has to be. */
export function placeOf(draft: Draft, size: number, aligned: boolean, harmless: boolean): number {
  const { random } = draft;
  const linear = harmless ? goodAddress(draft, size) : anyAddress(draft, size);
  if (size < 16 || random.oneIn(aligned ? 12 : 2)) return linear;
  return (linear & ~15) >>> 0;
}

/** MASKMOVQ and MASKMOVDQU: DS:EDI, FS:EDI or FS:DI. */
function placeMasked(draft: Draft, harmless: boolean): void {
  const { random } = draft;
  const size = 16;
  const linear = harmless ? goodAddress(draft, size) : anyAddress(draft, size);
  const near = linear - BASED.base;
  let offset = linear;
  if (near >= 0 && near < 0x1_0000 && random.oneIn(3)) {
    draft.prefixes.push(SEGMENT_PREFIX.fs);
    offset = near;
    if (random.oneIn(2)) {
      draft.prefixes.push(0x67);
      offset |= random.word() & 0xffff_0000;
    }
  }
  draft.reserve(EDI, offset >>> 0);
  // Which bytes are looked at before the first one is stored is the processor's own.
  draft.allowance = { ...draft.allowance, partialStore: true, faultAddress: true };
}

/** Masks of whole bytes now and then, and lengths for string comparisons. */
function prepare(draft: Draft, row: SimdRow): void {
  const { random } = draft;
  if (!STRING.test(row.name)) return;
  for (const register of [EAX, EDX]) {
    draft.keep(register);
    if (!random.oneIn(8)) draft.writeRegister(register, 4, (random.below(40) - 20) >>> 0);
  }
}

function build(draft: Draft, index: number, row: SimdRow, mode: Mode): void {
  const { random } = draft;
  const harmless = index % 4 !== 0;
  const vector = vectorSource(random, row.values);
  draft.xmm = someXmm(random, vector);
  if (row.operands.some((one) => /^[PQN]/.test(one))) draft.x87 = someMmx(random, vector);
  prepare(draft, row);
  if (MASKED.test(row.name)) placeMasked(draft, harmless);
  const encoding: Encoding = { reg: random.below(8), low: 0, modrm: null, immediate: [] };
  if (mode === "memory") {
    const [, digits = "", aligned] = /^.(\d+)(a?)$/.exec(memoryOf(row) ?? "") ?? [];
    const size = Number(digits);
    const linear = placeOf(draft, size, aligned === "a", harmless);
    const operand = memoryOperand(draft, linear, { harmless });
    draft.writeMemory(operand.address, vector().slice(0, size));
    encoding.modrm = operand;
  } else {
    encoding.modrm = { mod: 3, rm: random.below(8), tail: [] };
  }
  if (row.operands.includes("G")) draft.operand(encoding.reg);
  if (mode === "register" && memoryOf(row)?.startsWith("E")) draft.operand(encoding.modrm.rm);
  if (row.operands.includes("I")) encoding.immediate.push(random.below(random.oneIn(2) ? 256 : 34));
  draft.code.push(...encode(row.opcode, encoding));
}

function noteOf({ name }: SimdRow, mode: Mode): Pick<Form, "differs"> {
  if (/^R(CP|SQRT)[PS]S$/.test(name)) return { differs: APPROXIMATION };
  if (MASKED.test(name)) return { differs: MASKED_STORE };
  return /^CVTPI2P[SD]$/.test(name) && mode === "memory" ? { differs: SOURCE_IN_MEMORY } : {};
}

export function simdForm(family: string, row: SimdRow, mode: Mode, cases: number): Form {
  const name = `${row.opcode} ${row.name} ${row.operands.join(",")} ${mode}`;
  return custom(family, name, cases, (draft, index) => build(draft, index, row, mode), noteOf(row, mode));
}

function formsOf(family: string, rows: readonly SimdRow[], cases: number): Form[] {
  return rows.flatMap((row) => modesOf(row).map((mode) => simdForm(family, row, mode, cases)));
}

const FLOAT_ROWS = [
  ...parseRows(SINGLE, "single"),
  ...parseRows(DOUBLE, "double"),
  ...parseRows(FROM_INTEGER, "integer"),
];
const INTEGER_ROWS = parseRows(INTEGER, "integer");
const MOVE_ROWS = parseRows(MOVES, "integer");

export const SIMD_ROWS: readonly SimdRow[] = [...FLOAT_ROWS, ...INTEGER_ROWS, ...MOVE_ROWS];

export const SIMD: readonly Form[] = [
  ...formsOf("sse", FLOAT_ROWS, FLOAT_CASES),
  ...formsOf("simd integer", INTEGER_ROWS, OTHER_CASES),
  ...formsOf("simd moves", MOVE_ROWS, OTHER_CASES),
];
