/** Drives the emulated processor through the core's exports: cases in, what it made of them out. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { instantiateCore } from "../../src/machine/core.ts";
import type { CoreExports } from "../../src/machine/core.ts";
import type { Bytes, Case, Outcome, X87State, XmmState } from "./case.ts";
import { codeAddress, initialSegments, TIMEOUT } from "./case.ts";
import { baseContents, LOCAL_SEGMENTS, REGIONS, SELECTOR, THREAD_SEGMENTS } from "./window.ts";
import type { Region, Segment } from "./window.ts";

const CORE = fileURLToPath(new URL("../../dist/core.wasm", import.meta.url));

const EXIT_BUDGET = 0;
const EXIT_EXCEPTION = 2;
/** The processor for setCpu: as the one that gave the results, so far as the emulated one goes. */
const VENDOR_AMD = 1;
const MODEL_MAX = 8;
const GATE_SYSENTER = 1;
/** No case takes more instructions; a repeated string instruction may be left and entered again. */
const BUDGET = 100_000;
const MOST_RUNS = 64;

export interface EmulatedOutcome extends Outcome {
  readonly retired: number;
  /** The case is a branch to itself: how often it is run its end does not tell. */
  readonly comesBack: boolean;
}

/** Segment registers in the core and in an outcome: ES, CS, SS, DS, FS, GS. */
const CODE_SEGMENT = 1;
const SEGMENT_COUNT = 6;

/** Where a region lies in the memory, and what it held when the case began. */
interface Mirror {
  readonly region: Region;
  readonly base: Uint8Array;
  readonly initial: Uint8Array;
  readonly live: Uint8Array;
}

export class Emulated {
  private readonly core: CoreExports;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly mirrors: readonly Mirror[];
  private readonly registers: Uint32Array;
  private readonly selectors: Uint32Array;
  private readonly eip: number;
  private readonly retired: number;

  private constructor(core: CoreExports, memory: ArrayBuffer) {
    this.core = core;
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.registers = new Uint32Array(memory, core.EAX.value >>> 0, 8);
    this.selectors = new Uint32Array(memory, core.SEGMENT_SELECTOR.value >>> 0, SEGMENT_COUNT);
    this.eip = core.EIP.value >>> 0;
    this.retired = core.RETIRED.value >>> 0;
    core.reset();
    core.setCpu(VENDOR_AMD, MODEL_MAX, GATE_SYSENTER);
    this.mirrors = REGIONS.map((region) => {
      const base = baseContents(region);
      const live = this.bytes.subarray(region.address, region.address + region.size);
      live.set(base);
      core.setPermissions(region.address >>> 12, region.size >>> 12, region.permissions);
      return { region, base, initial: base.slice(), live };
    });
    this.buildDescriptorTables();
    this.allowInterrupts([3, 4, 0x80]);
  }

  static async create(path = CORE): Promise<Emulated> {
    const module = await WebAssembly.compile(readFileSync(path));
    const { memory, core } = await instantiateCore(module, () => 1);
    return new Emulated(core, memory);
  }

  /** The tables of a 64-bit kernel, as far as a 32-bit process can use them. */
  private buildDescriptorTables(): void {
    const { core } = this;
    const table = core.GDT.value >>> 0;
    this.bytes.fill(0, table, table + 32 * 8);
    const flat = { base: 0, limit: 0xf_ffff, pages: true, big: true, restricted: false, present: true } as const;
    this.setDescriptor(table, { selector: SELECTOR.code, kind: "code", ...flat }, false);
    this.setDescriptor(table, { selector: SELECTOR.data, kind: "data", ...flat }, false);
    for (const segment of THREAD_SEGMENTS) this.setDescriptor(table, segment, true);
    for (const segment of LOCAL_SEGMENTS) this.setDescriptor(core.LDT.value >>> 0, segment, true);
    const entries = Math.max(...LOCAL_SEGMENTS.map(({ selector }) => selector >> 3)) + 1;
    this.view.setUint32(core.LDT_ENTRIES.value >>> 0, entries, true);
    this.setSegment(1, SELECTOR.code);
    this.setSegment(2, SELECTOR.data);
  }

  /** `available`: the bit that struct user_desc calls useable. */
  private setDescriptor(table: number, segment: Segment, available: boolean): void {
    const { base, limit, selector } = segment;
    const kind = { data: 0, "expand-down": 4, code: 8, conforming: 12 }[segment.kind];
    // Accessed; not a system segment; DPL 3.
    const access = 1 | (segment.restricted ? 0 : 2) | kind | 0x10 | 0x60 | (segment.present ? 0x80 : 0);
    const nibble = (available ? 1 : 0) | (segment.big ? 4 : 0) | (segment.pages ? 8 : 0);
    const low = (limit & 0xffff) | (base << 16);
    const high = ((base >>> 16) & 0xff) | (access << 8) | (limit & 0xf_0000) | (nibble << 20) | (base & 0xff00_0000);
    this.view.setUint32(table + (selector & ~7), low, true);
    this.view.setUint32(table + (selector & ~7) + 4, high, true);
  }

  private setSegment(register: number, selector: number): void {
    if (this.selectors[register] === selector) return;
    if (!this.core.setSegment(register, selector)) {
      throw new Error(`segment register ${register} does not take ${selector.toString(16)}`);
    }
  }

  private allowInterrupts(vectors: readonly number[]): void {
    const bits = this.core.SOFTWARE_INTERRUPTS.value >>> 0;
    for (const vector of vectors) {
      const at = bits + (vector >> 3);
      this.view.setUint8(at, this.view.getUint8(at) | (1 << (vector & 7)));
    }
  }

  /** The instruction at the start of a case as text, if the core can say it. */
  disassemble(input: Case): string | null {
    if (typeof this.core.disassemble !== "function") return null;
    this.patch(input);
    const length = this.core.disassemble(codeAddress(input));
    const start = this.core.TEXT.value >>> 0;
    const text = Buffer.from(this.bytes.subarray(start, this.bytes.indexOf(0, start))).toString("latin1");
    this.unpatch(input);
    return length > 0 ? text : null;
  }

  /** Is what was disassembled last an instruction that no model of the processor has? */
  disassembledLater(): boolean {
    return this.core.disassembledLater() !== 0;
  }

  /** The instructions from the start of a case to `end`; bytes that are none by themselves. */
  listing(input: Case, end: number): { readonly address: number; readonly length: number; readonly text: string }[] {
    this.patch(input);
    const lines = [];
    for (let address = input.eip; address < end;) {
      const length = this.core.disassemble(address);
      const start = this.core.TEXT.value >>> 0;
      const text = Buffer.from(this.bytes.subarray(start, this.bytes.indexOf(0, start))).toString("latin1");
      lines.push({ address, length: length || 1, text: length > 0 ? text : "(bad)" });
      address += length || 1;
    }
    this.unpatch(input);
    return lines;
  }

  run(input: Case): EmulatedOutcome {
    this.patch(input);
    this.load(input);
    const before = this.view.getBigUint64(this.retired, true);
    // A branch first, if the case is one: to where?
    let exit = this.core.run(1);
    const first = this.view.getBigUint64(this.retired, true) - before;
    const comesBack = exit === EXIT_BUDGET && first > 0n && this.linearEip() === codeAddress(input);
    for (let runs = 0; exit === EXIT_BUDGET && runs < MOST_RUNS; runs++) exit = this.core.run(BUDGET);
    const outcome = this.read(exit, input);
    this.unpatch(input);
    return { ...outcome, retired: Number(this.view.getBigUint64(this.retired, true) - before), comesBack };
  }

  private linearEip(): number {
    const base = this.view.getUint32((this.core.SEGMENT_BASE.value >>> 0) + 4 * CODE_SEGMENT, true);
    return (base + this.view.getUint32(this.eip, true)) >>> 0;
  }

  private mirrorOf(address: number): Mirror {
    const mirror = this.mirrors.find(
      ({ region }) => address >= region.address && address < region.address + region.size,
    );
    if (!mirror) throw new RangeError(`0x${address.toString(16)} is outside the window`);
    return mirror;
  }

  private patch(input: Case): void {
    for (const { address, bytes } of [...input.memory, { address: codeAddress(input), bytes: input.code }]) {
      if (bytes.length === 0) continue;
      const { region, live, initial } = this.mirrorOf(address);
      live.set(bytes, address - region.address);
      initial.set(bytes, address - region.address);
      this.core.invalidateCode(address, bytes.length);
    }
  }

  private unpatch(input: Case): void {
    for (const { address, bytes } of [...input.memory, { address: codeAddress(input), bytes: input.code }]) {
      if (bytes.length === 0) continue;
      const { region, live, initial, base } = this.mirrorOf(address);
      const at = address - region.address;
      live.set(base.subarray(at, at + bytes.length), at);
      initial.set(base.subarray(at, at + bytes.length), at);
      this.core.invalidateCode(address, bytes.length);
    }
  }

  private load(input: Case): void {
    const { core } = this;
    initialSegments(input).forEach((selector, register) => this.setSegment(register, selector));
    this.registers.set(input.registers);
    core.setEflags(input.eflags);
    this.view.setUint32(this.eip, input.eip, true);
    this.loadX87(input.x87);
    this.view.setUint32(core.MXCSR.value >>> 0, input.xmm?.mxcsr ?? 0x1f80, true);
    if (input.xmm) this.bytes.set(input.xmm.registers, core.XMM.value >>> 0);
  }

  private loadX87(x87: X87State | null): void {
    const { core, view } = this;
    const status = x87?.status ?? 0;
    view.setUint32(core.X87_CONTROL.value >>> 0, x87?.control ?? 0x37f, true);
    view.setUint32(core.X87_STATUS.value >>> 0, status, true);
    view.setUint32(core.X87_EMPTY.value >>> 0, ~(x87?.valid ?? 0) & 0xff, true);
    if (!x87) {
      const registers = core.X87_REGISTERS.value >>> 0;
      this.bytes.fill(0, registers, registers + 128);
      return;
    }
    view.setUint32(core.X87_OPCODE.value >>> 0, x87.opcode, true);
    view.setUint32(core.X87_INSTRUCTION.value >>> 0, x87.instruction, true);
    view.setUint32(core.X87_OPERAND.value >>> 0, x87.operand, true);
    // A 64-bit kernel loses both selectors when it restores the state.
    view.setUint32(core.X87_INSTRUCTION_SELECTOR.value >>> 0, 0, true);
    view.setUint32(core.X87_OPERAND_SELECTOR.value >>> 0, 0, true);
    for (let i = 0; i < 8; i++) {
      this.bytes.set(x87.registers.subarray(10 * i, 10 * i + 10), this.x87Register(i, status));
    }
  }

  /** The address of ST(i): TOP is in bits 11 to 13 of the status word. */
  private x87Register(i: number, status: number): number {
    return (this.core.X87_REGISTERS.value >>> 0) + 16 * ((i + (status >> 11)) & 7);
  }

  private readX87(): X87State {
    const { core, view } = this;
    const status = view.getUint32(core.X87_STATUS.value >>> 0, true);
    const registers = new Uint8Array(80);
    for (let i = 0; i < 8; i++) {
      const at = this.x87Register(i, status);
      registers.set(this.bytes.subarray(at, at + 10), 10 * i);
    }
    return {
      control: view.getUint32(core.X87_CONTROL.value >>> 0, true),
      status,
      valid: ~view.getUint32(core.X87_EMPTY.value >>> 0, true) & 0xff,
      opcode: view.getUint32(core.X87_OPCODE.value >>> 0, true),
      instruction: view.getUint32(core.X87_INSTRUCTION.value >>> 0, true),
      operand: view.getUint32(core.X87_OPERAND.value >>> 0, true),
      registers,
    };
  }

  private readXmm(): XmmState {
    const at = this.core.XMM.value >>> 0;
    return {
      mxcsr: this.view.getUint32(this.core.MXCSR.value >>> 0, true),
      registers: this.bytes.slice(at, at + 128),
    };
  }

  private read(exit: number, input: Case): Outcome {
    const { core, view } = this;
    const failed = exit === EXIT_EXCEPTION;
    return {
      vector: failed ? view.getUint32(core.EXCEPTION_VECTOR.value >>> 0, true) : TIMEOUT - exit,
      error: failed ? view.getUint32(core.EXCEPTION_ERROR.value >>> 0, true) : 0,
      address: failed ? view.getUint32(core.EXCEPTION_ADDRESS.value >>> 0, true) : 0,
      registers: this.registers.slice(),
      eflags: core.getEflags() >>> 0,
      eip: view.getUint32(this.eip, true),
      segments: [...this.selectors],
      x87: input.x87 ? this.readX87() : null,
      xmm: input.xmm ? this.readXmm() : null,
      memory: this.differences(),
    };
  }

  /** Every maximal run of changed bytes; the old bytes are put back. */
  private differences(): Bytes[] {
    const runs: Bytes[] = [];
    for (const { region, live, initial } of this.mirrors) {
      if (Buffer.compare(live, initial) === 0) continue;
      let at = 0;
      while (at < region.size) {
        if (live[at] === initial[at]) {
          at++;
          continue;
        }
        let end = at + 1;
        while (end < region.size && live[end] !== initial[end]) end++;
        runs.push({ address: region.address + at, bytes: live.slice(at, end) });
        live.set(initial.subarray(at, end), at);
        this.core.invalidateCode(region.address + at, end - at);
        at = end;
      }
    }
    return runs;
  }
}
