/** A case in the making: registers, flags and memory that fill up while its instruction is put together. */
import type { Allowance, Bytes, Case, DataSegments, X87State, XmmState } from "./case.ts";
import { ARITHMETIC_FLAGS, DF } from "./case.ts";
import type { Random } from "./random.ts";
import { someValue, truncate } from "./values.ts";
import { CODE, EXECUTE, FIXED, lastOffset, regionOf, SELECTOR, STACK, WRAP } from "./window.ts";
import type { Segment } from "./window.ts";

export const EAX = 0;
export const ECX = 1;
export const EDX = 2;
export const EBX = 3;
export const ESP = 4;
export const EBP = 5;
export const ESI = 6;
export const EDI = 7;

/** EFLAGS of every case: bit 1 and IF. */
const FIXED_FLAGS = 0x202;

/** What an instruction finds that stands among others. */
export interface Surroundings {
  /** Registers with values that addresses may be built on. */
  readonly known: ReadonlyMap<number, number>;
  /** Registers, a bit each, that no address may use. */
  readonly kept: number;
  /** Addresses that operands in memory share. */
  readonly places: readonly number[];
}

const ALONE: Surroundings = { known: new Map(), kept: 0, places: [] };

export class Draft {
  readonly random: Random;
  readonly registers = new Uint32Array(8);
  /** Legacy prefixes, in no particular order yet. */
  readonly prefixes: number[] = [];
  /** Opcode, ModR/M, displacement, immediate. */
  readonly code: number[] = [];
  eflags: number;
  segments: DataSegments = [SELECTOR.data, SELECTOR.data, SELECTOR.based, SELECTOR.limited];
  /** Null where it is flat. */
  codeSegment: Segment | null = null;
  stackSegment: Segment | null = null;
  x87: X87State | null = null;
  xmm: XmmState | null = null;
  allowance: Allowance = { flags: 0 };
  /** Where the code goes, a linear address; 0 = anywhere in the code pages. */
  eip = 0;
  private readonly memory: Bytes[] = [];
  /** Registers that have a part in an address: a bit each. They keep the value they got for that. */
  private reserved = 0;
  /** Registers that an address must not use. */
  private kept = 0;
  /** Those of them that mean something to the instruction. */
  private meant = 0;
  /** Registers that operands have been. */
  private operands = 0;
  readonly surroundings: Surroundings;

  constructor(random: Random, surroundings = ALONE) {
    this.random = random;
    this.surroundings = surroundings;
    for (let i = 0; i < 8; i++) this.registers[i] = someValue(random, 4);
    this.registers[ESP] = STACK.address + 0xc00 + 4 * random.below(512);
    this.eflags = FIXED_FLAGS | (random.word() & ARITHMETIC_FLAGS) | (random.oneIn(4) ? DF : 0);
    for (const [register, value] of surroundings.known) this.reserve(register, value);
    this.kept = surroundings.kept;
  }

  register(number: number): number {
    return this.registers[number] ?? 0;
  }

  /** Has the register a value that an address depends on? */
  isReserved(register: number): boolean {
    return (this.reserved & (1 << register)) !== 0;
  }

  /** May an address still give the register a value? */
  isFree(register: number): boolean {
    return ((this.reserved | this.kept) & (1 << register)) === 0;
  }

  /** May an address use the register at all? */
  isKept(register: number): boolean {
    return (this.kept & ~this.reserved & (1 << register)) !== 0;
  }

  /** Keeps addresses off a register. */
  keep(register: number): void {
    this.kept |= 1 << register;
    this.meant |= 1 << register;
  }

  /** Gives a register the value that an address needs, for good. */
  reserve(register: number, value = this.register(register)): void {
    this.registers[register] = value;
    this.reserved |= 1 << register;
  }

  /** Notes that a register is an operand. */
  operand(register: number): void {
    this.operands |= 1 << register;
  }

  /** The register operand `number` of `size` bytes: AH..BH are the bytes 4..7. */
  readRegister(number: number, size: number): number {
    if (size !== 1) return truncate(this.register(number), size);
    return (this.register(number & 3) >>> (number & 4 ? 8 : 0)) & 0xff;
  }

  /** Sets a register operand, unless the register is part of an address. */
  writeRegister(number: number, size: number, value: number): void {
    const whole = size === 1 ? number & 3 : number;
    this.operand(whole);
    if (this.isReserved(whole)) return;
    const shift = size === 1 && number & 4 ? 8 : 0;
    const mask = size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff << shift;
    this.registers[whole] = (this.register(whole) & ~mask) | ((value << shift) & mask);
  }

  setFlag(mask: number, on: boolean): void {
    this.eflags = on ? this.eflags | mask : this.eflags & ~mask;
  }

  /** Puts bytes into memory, as far as there is memory. */
  writeMemory(address: number, bytes: readonly number[] | Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      if (!regionOf(address + from)) {
        from++;
        continue;
      }
      let to = from + 1;
      while (to < bytes.length && regionOf(address + from, to - from + 1)) to++;
      this.memory.push({ address: (address + from) >>> 0, bytes: Uint8Array.from(bytes.slice(from, to)) });
      from = to;
    }
  }

  /** The case. `code` and `prefixes` stand as they are: see `assemble`. */
  finish(): Case {
    const bytes = Uint8Array.from(this.assemble());
    const place = this.eip || this.placeOf(bytes.length);
    // Code that runs out of its page is cut there: the processor must find that out.
    const region = regionOf(place) ?? CODE;
    const code = bytes.subarray(0, region.address + region.size - place);
    return {
      eip: (place - (this.codeSegment?.base ?? 0)) >>> 0,
      code,
      registers: this.registers,
      eflags: this.eflags,
      segments: this.segments,
      ...(this.codeSegment && { codeSegment: this.codeSegment.selector }),
      ...(this.stackSegment && { stackSegment: this.stackSegment.selector }),
      memory: this.memory,
      x87: this.x87,
      xmm: this.xmm,
      allowance: this.allowance,
      uses: { needed: this.reserved | this.meant, operands: this.operands },
    };
  }

  /** The prefixes in a random order, then the rest. */
  assemble(): number[] {
    const prefixes = [...this.prefixes];
    for (let i = prefixes.length - 1; i > 0; i--) {
      const j = this.random.below(i + 1);
      const taken = prefixes[i] ?? 0;
      prefixes[i] = prefixes[j] ?? 0;
      prefixes[j] = taken;
    }
    return [...prefixes, ...this.code];
  }

  private placeOf(length: number): number {
    const boundary = CODE.address + 0x1000;
    if (this.codeSegment) return this.placeInSegment(length, this.codeSegment);
    if (this.random.oneIn(16)) return boundary - this.random.below(length + 1);
    if (this.random.oneIn(16)) return FIXED.address + 0x100 + this.random.below(0xd00);
    return CODE.address + 0x400 + this.random.below(0xb00);
  }

  /** Code in a segment starts within its limit, and now and then goes beyond. */
  private placeInSegment(length: number, segment: Segment): number {
    const end = segment.base + lastOffset(segment) + 1;
    const region = regionOf(segment.base + lastOffset(segment));
    if (region && region.permissions & EXECUTE && this.random.oneIn(8)) {
      return Math.max(region.address, end - 1 - this.random.below(length + 1));
    }
    const [first, room] =
      segment.base >= FIXED.address && segment.base < WRAP.address
        ? [FIXED.address + 0xc00, 0x380]
        : [CODE.address + 0x400, 0xb00];
    return first + this.random.below(room);
  }
}
