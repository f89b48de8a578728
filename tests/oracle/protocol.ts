/**
 * The records that go to the native harness and come back (native/harness.c has the same layouts as structs).
 * Little endian; every record is a multiple of 4 bytes long.
 *
 *     layout   magic; regions (count; address, size, permissions each); their contents;
 *              thread segments, then local descriptors (count; entry, base, limit, flags each)
 *     case     u16 size, u8 content, u8 patches; 8 registers; EFLAGS; EIP; u16 ES DS FS GS; segments?; x87?; xmm?;
 *              patches
 *     result   u16 size, u8 content, u8 vector; error; address; 8 registers; EFLAGS; EIP; u16 ES CS SS DS FS GS;
 *              count of differences; x87?; xmm?; differences
 *     segments u16 CS SS
 *     x87      u16 control, status, valid, opcode; instruction; operand; 8 registers of 10 bytes from ST(0) on
 *     xmm      MXCSR; 8 registers of 16 bytes
 *     patch,   address; length; bytes, padded
 *     difference
 */
import type { Bytes, Case, Outcome, X87State, XmmState } from "./case.ts";
import { codeAddress } from "./case.ts";
import { baseContents, LOCAL_SEGMENTS, REGIONS, SELECTOR, THREAD_SEGMENTS } from "./window.ts";
import type { Segment } from "./window.ts";

const MAGIC = 0x3143474c;
const HAS_X87 = 1;
const HAS_XMM = 2;
const HAS_SEGMENTS = 4;
/** Bits 1 and 2 of struct user_desc's flags. */
const CONTENTS = { data: 0, "expand-down": 1, code: 2, conforming: 3 } as const;
const X87_SIZE = 96;
const XMM_SIZE = 132;

/** Grows as it is written to. */
class Writer {
  private bytes = new Uint8Array(1 << 16);
  private view = new DataView(this.bytes.buffer);
  length = 0;

  private reserve(count: number): number {
    const at = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }
  u8(value: number): void {
    const at = this.reserve(1);
    this.view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.reserve(2);
    this.view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.reserve(4);
    this.view.setUint32(at, value, true);
  }
  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length);
    this.bytes.set(bytes, at);
  }
  align(): void {
    while (this.length & 3) this.u8(0);
  }
  patchU16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }
  patchU32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

export function encodeLayout(): Uint8Array {
  const writer = new Writer();
  writer.u32(MAGIC);
  writer.u32(REGIONS.length);
  for (const region of REGIONS) {
    writer.u32(region.address);
    writer.u32(region.size);
    writer.u32(region.permissions);
  }
  for (const region of REGIONS) writer.raw(baseContents(region));
  encodeSegments(writer, THREAD_SEGMENTS);
  encodeSegments(writer, LOCAL_SEGMENTS);
  return writer.finish();
}

/** Descriptors as struct user_desc has them. */
function encodeSegments(writer: Writer, segments: readonly Segment[]): void {
  writer.u32(segments.length);
  for (const segment of segments) {
    writer.u32(segment.selector >> 3);
    writer.u32(segment.base);
    writer.u32(segment.limit);
    const [big, kind, refused, pages, absent, usable] = [1, 2, 8, 16, 32, 64];
    writer.u32(
      (segment.big ? big : 0) |
        (CONTENTS[segment.kind] * kind) |
        (segment.restricted ? refused : 0) |
        (segment.pages ? pages : 0) |
        (segment.present ? 0 : absent) |
        usable,
    );
  }
}

function encodePatch(writer: Writer, patch: Bytes): void {
  writer.u32(patch.address);
  writer.u32(patch.bytes.length);
  writer.raw(patch.bytes);
  writer.align();
}

function encodeX87(writer: Writer, x87: X87State): void {
  writer.u16(x87.control);
  writer.u16(x87.status);
  writer.u16(x87.valid);
  writer.u16(x87.opcode);
  writer.u32(x87.instruction);
  writer.u32(x87.operand);
  writer.raw(x87.registers);
}

/** A batch as the harness reads it: its length, then the cases. */
export function encodeBatch(cases: readonly Case[]): Uint8Array {
  const writer = new Writer();
  writer.u32(0);
  for (const input of cases) {
    const start = writer.length;
    writer.u16(0);
    const { codeSegment: cs, stackSegment: ss } = input;
    const segmented = cs !== undefined || ss !== undefined;
    writer.u8((input.x87 ? HAS_X87 : 0) | (input.xmm ? HAS_XMM : 0) | (segmented ? HAS_SEGMENTS : 0));
    writer.u8(input.memory.length + 1);
    for (const register of input.registers) writer.u32(register);
    writer.u32(input.eflags);
    writer.u32(input.eip);
    for (const selector of input.segments) writer.u16(selector);
    if (segmented) {
      writer.u16(cs ?? SELECTOR.code);
      writer.u16(ss ?? SELECTOR.data);
    }
    if (input.x87) encodeX87(writer, input.x87);
    if (input.xmm) {
      writer.u32(input.xmm.mxcsr);
      writer.raw(input.xmm.registers);
    }
    for (const patch of input.memory) encodePatch(writer, patch);
    encodePatch(writer, { address: codeAddress(input), bytes: input.code });
    writer.patchU16(start, writer.length - start);
  }
  writer.patchU32(0, writer.length - 4);
  return writer.finish();
}

/** The results of one batch, without the length before them. */
export function decodeResults(bytes: Uint8Array): Outcome[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const outcomes: Outcome[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + view.getUint16(at, true);
    const content = view.getUint8(at + 2);
    const registers = new Uint32Array(8);
    for (let i = 0; i < 8; i++) registers[i] = view.getUint32(at + 12 + 4 * i, true);
    const segments: number[] = [];
    for (let i = 0; i < 6; i++) segments.push(view.getUint16(at + 52 + 2 * i, true));
    let position = at + 68;
    const x87 = content & HAS_X87 ? decodeX87(bytes, view, position) : null;
    if (x87) position += X87_SIZE;
    const xmm = content & HAS_XMM ? decodeXmm(bytes, view, position) : null;
    if (xmm) position += XMM_SIZE;
    const memory: Bytes[] = [];
    while (position < end) {
      const length = view.getUint32(position + 4, true);
      memory.push({ address: view.getUint32(position, true), bytes: bytes.slice(position + 8, position + 8 + length) });
      position += 8 + ((length + 3) & ~3);
    }
    outcomes.push({
      vector: view.getUint8(at + 3),
      error: view.getUint32(at + 4, true),
      address: view.getUint32(at + 8, true),
      registers,
      eflags: view.getUint32(at + 44, true),
      eip: view.getUint32(at + 48, true),
      segments,
      x87,
      xmm,
      memory,
    });
    at = end;
  }
  return outcomes;
}

function decodeX87(bytes: Uint8Array, view: DataView, at: number): X87State {
  return {
    control: view.getUint16(at, true),
    status: view.getUint16(at + 2, true),
    valid: view.getUint16(at + 4, true),
    opcode: view.getUint16(at + 6, true),
    instruction: view.getUint32(at + 8, true),
    operand: view.getUint32(at + 12, true),
    registers: bytes.slice(at + 16, at + X87_SIZE),
  };
}

function decodeXmm(bytes: Uint8Array, view: DataView, at: number): XmmState {
  return { mxcsr: view.getUint32(at, true), registers: bytes.slice(at + 4, at + XMM_SIZE) };
}
