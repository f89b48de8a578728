/**
 * Results recorded from a processor, one file a family: tests/oracle/recorded/FAMILY.br.
 *
 * A recording holds results only. The cases come from the generator again, by seed; a digest of them shows whether the
 * generator still makes the cases that were recorded. A result is kept as what it changed in its case, columns apart
 * from each other so that like stands by like, and the whole is compressed with Brotli.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import type { Bytes, Case, Outcome, X87State, XmmState } from "./case.ts";
import { initialSegments, ordinaryEnd, RF, VECTOR_BREAKPOINT, VECTOR_PAGE_FAULT } from "./case.ts";
import { encodeBatch } from "./protocol.ts";
import { CODE } from "./window.ts";

const FOLDER = fileURLToPath(new URL("recorded/", import.meta.url));

/** The seed of every recording. */
export const RECORDED_SEED = 1;

export interface RecordedForm {
  readonly name: string;
  /** Of the inputs, as the native harness gets them. */
  readonly digest: string;
  readonly cases: number;
}

export interface Header {
  /** The processor that gave the results. */
  readonly processor: string;
  readonly forms: readonly RecordedForm[];
}

/** One form's results before they are written. */
export interface FormResults {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly outcomes: readonly Outcome[];
}

/** Some 64 bits that depend on every byte of the cases. */
export function digestOf(cases: readonly Case[]): string {
  return createHash("sha256").update(encodeBatch(cases)).digest("hex").slice(0, 16);
}

/** What a result says of itself in its first byte. */
const ORDINARY = 1;
const FLAGS = 2;
const MEMORY = 4;
const SEGMENTS = 8;
const X87_WORDS = 16;
const POINTERS = 32;
const MXCSR = 64;

/** Columns of the file: each kind of datum by itself. A recording made before there was one ends without it. */
const COLUMNS = [
  "kinds",
  "registerMasks",
  "ends",
  "registers",
  "flags",
  "memory",
  "segments",
  "x87",
  "x87Registers",
  "mxcsr",
  "xmm",
] as const;
type Column = (typeof COLUMNS)[number];

/** Bytes that grow. */
class Sink {
  private readonly parts: number[] = [];
  byte(value: number): void {
    this.parts.push(value & 0xff);
  }
  word(value: number, size = 4): void {
    for (let i = 0; i < size; i++) this.parts.push((value >>> (8 * i)) & 0xff);
  }
  /** 7 bits a byte, low ones first. */
  number(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.parts.push((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.parts.push(rest);
  }
  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.parts.push(byte);
  }
  finish(): Uint8Array {
    return Uint8Array.from(this.parts);
  }
}

class Source {
  private at = 0;
  private readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new RangeError("the recording ends too early");
    return value;
  }
  word(size = 4): number {
    let value = 0;
    for (let i = 0; i < size; i++) value |= this.byte() << (8 * i);
    return value >>> 0;
  }
  number(): number {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
      shift += 7;
    }
  }
  raw(length: number): Uint8Array {
    const bytes = this.bytes.slice(this.at, this.at + length);
    this.at += length;
    return bytes;
  }
}

/** Physical register `i` in a state that lists them from ST(0). */
function physical(state: X87State, i: number): Uint8Array {
  const place = (i - (state.status >> 11)) & 7;
  return state.registers.subarray(10 * place, 10 * place + 10);
}

const ES = 0x80;

/** The parts of an outcome that are compared; the rest becomes what a replay gives anyway. */
export function normalised(outcome: Outcome): Outcome {
  const { x87 } = outcome;
  return {
    ...outcome,
    eflags: outcome.eflags & ~RF,
    error: outcome.vector === VECTOR_BREAKPOINT ? 0 : outcome.error,
    address: outcome.vector === VECTOR_PAGE_FAULT ? outcome.address : 0,
    x87: x87 && !(x87.status & ES) ? { ...x87, opcode: 0, instruction: 0, operand: 0 } : x87,
  };
}

function writeOutcome(columns: Record<Column, Sink>, input: Case, raw: Outcome): void {
  const outcome = normalised(raw);
  const { x87 } = outcome;
  const ordinary = outcome.vector === VECTOR_BREAKPOINT && outcome.eip === ordinaryEnd(input);
  const segments = initialSegments(input);
  const words = x87 !== null && input.x87 !== null && wordsDiffer(input.x87, x87);
  const kind =
    (ordinary ? ORDINARY : 0) |
    (outcome.eflags === input.eflags ? 0 : FLAGS) |
    (outcome.memory.length > 0 ? MEMORY : 0) |
    (outcome.segments.some((selector, i) => selector !== segments[i]) ? SEGMENTS : 0) |
    (words ? X87_WORDS : 0) |
    (x87 && x87.status & ES ? POINTERS : 0) |
    (outcome.xmm?.mxcsr === input.xmm?.mxcsr ? 0 : MXCSR);
  columns.kinds.byte(kind);
  if (!ordinary) {
    columns.ends.byte(outcome.vector);
    columns.ends.number(outcome.error);
    columns.ends.word(outcome.eip - input.eip);
    if (outcome.vector === VECTOR_PAGE_FAULT) columns.ends.word(outcome.address - CODE.address);
  }
  let mask = 0;
  outcome.registers.forEach((value, i) => {
    if (value === input.registers[i]) return;
    mask |= 1 << i;
    columns.registers.word(value);
  });
  columns.registerMasks.byte(mask);
  if (kind & FLAGS) columns.flags.number(outcome.eflags ^ input.eflags);
  if (kind & MEMORY) writeMemory(columns.memory, outcome.memory);
  if (kind & SEGMENTS) for (const selector of outcome.segments) columns.segments.word(selector, 2);
  if (x87 && input.x87) writeX87(columns, kind, input.x87, x87);
  if (outcome.xmm && input.xmm) writeXmm(columns, input.xmm, outcome.xmm);
}

function writeMemory(sink: Sink, memory: readonly Bytes[]): void {
  sink.number(memory.length);
  for (const { address, bytes } of memory) {
    sink.number(address - CODE.address);
    sink.number(bytes.length);
    sink.raw(bytes);
  }
}

function wordsDiffer(a: X87State, b: X87State): boolean {
  return a.control !== b.control || a.status !== b.status || a.valid !== b.valid;
}

function writeX87(columns: Record<Column, Sink>, kind: number, input: X87State, x87: X87State): void {
  if (kind & X87_WORDS) {
    columns.x87.word(x87.control ^ input.control, 2);
    columns.x87.word(x87.status ^ input.status, 2);
    columns.x87.byte(x87.valid ^ input.valid);
  }
  if (kind & POINTERS) {
    columns.x87.word(x87.opcode, 2);
    columns.x87.word(x87.instruction);
    columns.x87.word(x87.operand);
  }
  let mask = 0;
  for (let i = 0; i < 8; i++) {
    const bytes = physical(x87, i);
    if (Buffer.compare(bytes, physical(input, i)) === 0) continue;
    mask |= 1 << i;
    columns.x87Registers.raw(bytes);
  }
  columns.registerMasks.byte(mask);
}

/** What was there is taken away (exclusive or): most instructions leave some of a register as it was. */
function writeXmm(columns: Record<Column, Sink>, input: XmmState, xmm: XmmState): void {
  if (xmm.mxcsr !== input.mxcsr) columns.mxcsr.number(xmm.mxcsr ^ input.mxcsr);
  let mask = 0;
  for (let i = 0; i < 8; i++) {
    const change = xmm.registers
      .slice(16 * i, 16 * i + 16)
      .map((byte, at) => byte ^ (input.registers[16 * i + at] ?? 0));
    if (change.every((byte) => byte === 0)) continue;
    mask |= 1 << i;
    columns.xmm.raw(change);
  }
  columns.registerMasks.byte(mask);
}

function readOutcome(columns: Record<Column, Source>, input: Case): Outcome {
  const kind = columns.kinds.byte();
  const ordinary = (kind & ORDINARY) !== 0;
  const { ends } = columns;
  const vector = ordinary ? VECTOR_BREAKPOINT : ends.byte();
  const error = ordinary ? 0 : ends.number();
  const eip = ordinary ? ordinaryEnd(input) : (input.eip + ends.word()) >>> 0;
  const address = vector === VECTOR_PAGE_FAULT ? (ends.word() + CODE.address) >>> 0 : 0;
  const mask = columns.registerMasks.byte();
  const registers = input.registers.map((value, i) => (mask & (1 << i) ? columns.registers.word() : value));
  const eflags = kind & FLAGS ? (input.eflags ^ columns.flags.number()) >>> 0 : input.eflags;
  const memory = kind & MEMORY ? readMemory(columns.memory) : [];
  const segments = kind & SEGMENTS ? Array.from({ length: 6 }, () => columns.segments.word(2)) : initialSegments(input);
  const x87 = input.x87 ? readX87(columns, kind, input.x87) : null;
  const xmm = input.xmm ? readXmm(columns, kind, input.xmm) : null;
  return { vector, error, address, eip, registers, eflags, segments, memory, x87, xmm };
}

function readMemory(source: Source): Bytes[] {
  return Array.from({ length: source.number() }, () => {
    const address = source.number() + CODE.address;
    return { address, bytes: source.raw(source.number()) };
  });
}

function readX87(columns: Record<Column, Source>, kind: number, input: X87State): X87State {
  const words = (kind & X87_WORDS) !== 0;
  const control = input.control ^ (words ? columns.x87.word(2) : 0);
  const status = input.status ^ (words ? columns.x87.word(2) : 0);
  const valid = input.valid ^ (words ? columns.x87.byte() : 0);
  const pointers = (kind & POINTERS) !== 0;
  const opcode = pointers ? columns.x87.word(2) : 0;
  const instruction = pointers ? columns.x87.word() : 0;
  const operand = pointers ? columns.x87.word() : 0;
  const mask = columns.registerMasks.byte();
  const registers = new Uint8Array(80);
  for (let i = 0; i < 8; i++) {
    const bytes = mask & (1 << i) ? columns.x87Registers.raw(10) : physical(input, i);
    registers.set(bytes, 10 * ((i - (status >> 11)) & 7));
  }
  return { control, status, valid, opcode, instruction, operand, registers };
}

function readXmm(columns: Record<Column, Source>, kind: number, input: XmmState): XmmState {
  const mxcsr = input.mxcsr ^ (kind & MXCSR ? columns.mxcsr.number() : 0);
  const mask = columns.registerMasks.byte();
  const registers = input.registers.slice();
  for (let i = 0; i < 8; i++) {
    if (!(mask & (1 << i))) continue;
    columns.xmm.raw(16).forEach((byte, at) => (registers[16 * i + at] = (registers[16 * i + at] ?? 0) ^ byte));
  }
  return { mxcsr, registers };
}

function fileOf(family: string): string {
  return `${FOLDER}${family.replaceAll(" ", "-")}.br`;
}

/** Writes a family's recording; gives its size in bytes. */
export function writeRecording(family: string, processor: string, forms: readonly FormResults[]): number {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, new Sink()])) as Record<Column, Sink>;
  for (const { cases, outcomes } of forms) {
    cases.forEach((input, i) => {
      const outcome = outcomes[i];
      if (outcome) writeOutcome(columns, input, outcome);
    });
  }
  const header: Header = {
    processor,
    forms: forms.map(({ name, cases }) => ({ name, cases: cases.length, digest: digestOf(cases) })),
  };
  const chunks = [Buffer.from(JSON.stringify(header)), ...COLUMNS.map((name) => columns[name].finish())];
  const framed = chunks.flatMap((chunk) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(chunk.length);
    return [length, chunk];
  });
  const compressed = brotliCompressSync(Buffer.concat(framed), {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 },
  });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(fileOf(family), compressed);
  return compressed.length;
}

/** A family's recording: its header, and a way through its results in the order in which they were written. */
export interface Recording {
  readonly header: Header;
  next(input: Case): Outcome;
}

export function readRecording(family: string): Recording | null {
  const file = fileOf(family);
  if (!existsSync(file)) return null;
  const bytes = brotliDecompressSync(readFileSync(file));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    chunks.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [head = new Uint8Array(), ...rest] = chunks;
  const columns = Object.fromEntries(
    COLUMNS.map((name, i) => [name, new Source(rest[i] ?? new Uint8Array())]),
  ) as Record<Column, Source>;
  return {
    header: JSON.parse(Buffer.from(head).toString()) as Header,
    next: (input) => readOutcome(columns, input),
  };
}
