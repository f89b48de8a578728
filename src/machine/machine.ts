/** One processor with its 4 GiB memory: registers, guest memory, permissions, and how to run it. Knows no Linux. */
import { instantiateCore, type CoreExports, type CoreModule } from "./core.ts";
import { Registers } from "./registers.ts";

/** The instruction by which the guest asked for the kernel. */
export const Gate = { INT80: 0, SYSENTER: 1, SYSCALL: 2 } as const;
export type Gate = (typeof Gate)[keyof typeof Gate];

/** Why `run` came back. */
export const Exit = { BUDGET: 0, GATE: 1, EXCEPTION: 2 } as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** Bits of a page's permissions. */
export const READ = 1;
export const WRITE = 2;
export const EXECUTE = 4;

/** Segment registers in the manual's numbering. */
export const Segment = { ES: 0, CS: 1, SS: 2, DS: 3, FS: 4, GS: 5 } as const;
export type Segment = (typeof Segment)[keyof typeof Segment];

/** D/B in a segment's attributes, bits 40 to 55 of its descriptor (SDM vol. 3, 3.4.5). */
const DESCRIPTOR_BIG = 0x4000;

export const PAGE_SIZE = 4096;
export const PAGE_SHIFT = 12;

/**
 * An exception as the core reports it: vector (SDM vol. 3, table 6-1), error code, and as its address CR2 of a page
 * fault, DR6 of #DB.
 */
export interface MachineException {
  readonly vector: number;
  readonly error: number;
  readonly address: number;
}

/** The registers after CPUID. */
export interface CpuidAnswer {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

/** Longest text the core leaves for `disassemble`. */
const TEXT_LIMIT = 256;

/** Words from RETIRED to the last of the counters. */
const COUNTER_WORDS = 8;

/** An exported address relative to another, in words. */
function wordOffset(address: { readonly value: number }, from: { readonly value: number }): number {
  return (address.value - from.value) >>> 2;
}

/** The models, in the order of assembly/cpu/models.ts. */
export const CPU_MODELS = [
  "486",
  "pentium",
  "pentium-mmx",
  "pentium2",
  "pentium3",
  "pentium4",
  "core2",
  "nehalem",
  "max",
] as const;
export type CpuModel = (typeof CPU_MODELS)[number];

/** Machines kept for later. */
const MOST_SPARE = 2;

export class Machine {
  readonly core: CoreExports;
  /** The whole address space; the index is the guest's address. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly registers: Registers;

  /** RETIRED, TSC_BASE, TSC_START, TSC_RATE as words. */
  private readonly counters: Uint32Array;
  private readonly offsets: { readonly base: number; readonly start: number; readonly rate: number };

  /** Finished machines, to be used again: making one costs the engine a reservation of 4 GiB, and its collection. */
  private static readonly spare = new WeakMap<CoreModule, Machine[]>();

  private readonly module: CoreModule;
  private gate: (kind: Gate) => boolean;

  private constructor(module: CoreModule, memory: ArrayBuffer, core: CoreExports) {
    this.module = module;
    this.gate = () => true;
    this.core = core;
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.registers = new Registers(memory, core);
    this.counters = new Uint32Array(memory, core.RETIRED.value >>> 0, COUNTER_WORDS);
    this.offsets = {
      base: wordOffset(core.TSC_BASE, core.RETIRED),
      start: wordOffset(core.TSC_START, core.RETIRED),
      rate: wordOffset(core.TSC_RATE, core.RETIRED),
    };
  }

  /**
   * A machine with nothing mapped. `gate` is called from inside `run` with all state exact; it may change any of it
   * and returns true to leave `run` with Exit.GATE, false to go on at EIP.
   */
  static async create(module: CoreModule, gate: (kind: Gate) => boolean): Promise<Machine> {
    const machine = Machine.spare.get(module)?.pop() ?? (await Machine.make(module));
    machine.gate = gate;
    return machine;
  }

  private static async make(module: CoreModule): Promise<Machine> {
    const { memory, core } = await instantiateCore(module, (kind) => (machine.gate(kind as Gate) ? 1 : 0));
    core.reset();
    const machine = new Machine(module, memory, core);
    return machine;
  }

  /** For the next `create`. All pages of user space are zero again, and nobody uses this machine any more. */
  retire(): void {
    const spare = Machine.spare.get(this.module) ?? [];
    Machine.spare.set(this.module, spare);
    if (spare.length >= MOST_SPARE) return;
    this.core.unmapAll();
    this.gate = () => true;
    spare.push(this);
  }

  /** Runs about `budget` instructions from EIP. */
  run(budget: number): Exit {
    return this.core.run(budget) as Exit;
  }

  /** Of the last Exit.EXCEPTION. */
  exception(): MachineException {
    return {
      vector: this.word(this.core.EXCEPTION_VECTOR.value),
      error: this.word(this.core.EXCEPTION_ERROR.value),
      address: this.word(this.core.EXCEPTION_ADDRESS.value),
    };
  }

  /** Instructions retired since the start. */
  get retired(): bigint {
    return BigInt(this.retiredCount);
  }

  /** `retired` as a number, exact to 2^53. */
  get retiredCount(): number {
    return this.counters[0]! + 2 ** 32 * this.counters[1]!;
  }

  /** The time-stamp counter now, as a number: exact while it is below 2^53 and was set in the last 2^25 instructions. */
  get tsc(): number {
    const { counters, offsets } = this;
    const base = counters[offsets.base]! + 2 ** 32 * counters[offsets.base + 1]!;
    const start = counters[offsets.start]! + 2 ** 32 * counters[offsets.start + 1]!;
    return base + Math.floor(((this.retiredCount - start) * counters[offsets.rate]!) / 65536);
  }

  /** Sets the time-stamp counter to `value`; from here it advances by `rate` / 65536 an instruction. */
  setTsc(value: number, rate: number): void {
    const { counters, offsets } = this;
    counters[offsets.start] = counters[0]!;
    counters[offsets.start + 1] = counters[1]!;
    counters[offsets.base] = value;
    counters[offsets.base + 1] = value / 2 ** 32;
    counters[offsets.rate] = rate;
  }

  /** What the counter advances by for each instruction, in 65536ths. */
  get tscRate(): number {
    return this.counters[this.offsets.rate]!;
  }

  /** Gives `pageCount` pages from page number `firstPage` the permissions `bits`; contents stay. */
  setPermissions(firstPage: number, pageCount: number, bits: number): void {
    this.core.setPermissions(firstPage, pageCount, bits);
  }

  /** The permission bits of the page that holds `address`. */
  permissions(address: number): number {
    return this.core.getPermissions(address >>> PAGE_SHIFT) & (READ | WRITE | EXECUTE);
  }

  /** May the guest read all of [address, address + length)? The range must not wrap. */
  readable(address: number, length: number): boolean {
    return this.core.readable(address, length) !== 0;
  }

  /** May the guest write all of [address, address + length)? The range must not wrap. */
  writable(address: number, length: number): boolean {
    return this.core.writableRange(address, length) !== 0;
  }

  /** To be called before the host writes where decoded code may lie. */
  invalidateCode(address: number, length: number): void {
    this.core.invalidateCode(address, length);
  }

  /** The u32 at `address`, whatever its permissions. */
  word(address: number): number {
    return this.view.getUint32(address >>> 0, true);
  }

  /** Loads a segment register as MOV does, CS as IRET; false if that raises an exception, which `exception` tells. */
  setSegment(register: Segment, selector: number): boolean {
    return this.core.setSegment(register, selector) !== 0;
  }

  /** The selector in a segment register. */
  selector(register: Segment): number {
    return this.word((this.core.SEGMENT_SELECTOR.value >>> 0) + 4 * register) & 0xffff;
  }

  /** The base address of a segment register. */
  segmentBase(register: Segment): number {
    return this.word((this.core.SEGMENT_BASE.value >>> 0) + 4 * register);
  }

  /** The limit of a segment register in bytes. */
  segmentLimit(register: Segment): number {
    return this.word((this.core.SEGMENT_LIMIT.value >>> 0) + 4 * register);
  }

  /** The linear address that the stack pointer names: in a 16-bit stack segment (descriptor bit B is 0) only SP counts. */
  get stackTop(): number {
    const attributes = this.word((this.core.SEGMENT_ATTRIBUTES.value >>> 0) + 4 * Segment.SS);
    const { esp } = this.registers;
    return (this.segmentBase(Segment.SS) + (attributes & DESCRIPTOR_BIG ? esp : esp & 0xffff)) >>> 0;
  }

  /** A descriptor of the GDT as its two words, low first. */
  descriptor(entry: number): readonly [number, number] {
    const address = (this.core.GDT.value >>> 0) + 8 * entry;
    return [this.word(address), this.word(address + 4)];
  }

  setDescriptor(entry: number, low: number, high: number): void {
    const address = (this.core.GDT.value >>> 0) + 8 * entry;
    this.view.setUint32(address, low, true);
    this.view.setUint32(address + 4, high, true);
  }

  /** Entries of the LDT: one more than the last that was set, 0 if none was. */
  get localEntries(): number {
    return this.word(this.core.LDT_ENTRIES.value);
  }

  /** The first `length` bytes of the LDT, in place. */
  localTable(length: number): Uint8Array {
    const start = this.core.LDT.value >>> 0;
    return this.bytes.subarray(start, start + length);
  }

  /** Sets a descriptor of the LDT, of at most 8192. A register sees it when it is loaded again. */
  setLocalDescriptor(entry: number, low: number, high: number): void {
    const count = this.localEntries;
    const address = (this.core.LDT.value >>> 0) + 8 * entry;
    // What lies between is of an earlier program.
    if (entry >= count) {
      this.bytes.fill(0, address - 8 * (entry - count), address);
      this.view.setUint32(this.core.LDT_ENTRIES.value >>> 0, entry + 1, true);
    }
    this.view.setUint32(address, low, true);
    this.view.setUint32(address + 4, high, true);
  }

  /** What SLDT shows. */
  set localSelector(selector: number) {
    this.view.setUint32(this.core.LDTR.value >>> 0, selector, true);
  }

  /** Chooses the processor: vendor 0 Intel, 1 AMD; gates bit 0 SYSENTER, bit 1 SYSCALL, if the model has them. */
  setCpu(vendor: number, model: CpuModel, gates: number): void {
    this.core.setCpu(vendor, CPU_MODELS.indexOf(model), gates);
  }

  /** CPUID.1:EDX */
  get features(): number {
    return this.core.features() >>> 0;
  }

  /** What CPUID answers to `leaf`. */
  cpuid(leaf: number): CpuidAnswer {
    const { core, bytes } = this;
    const first = core.EAX.value >>> 0;
    const kept = bytes.slice(first, first + 16);
    this.view.setUint32(first, leaf, true);
    core.cpuid();
    const [eax, ebx, ecx, edx] = [core.EAX, core.EBX, core.ECX, core.EDX].map(({ value }) => this.word(value));
    bytes.set(kept, first);
    return { eax: eax!, ebx: ebx!, ecx: ecx!, edx: edx! };
  }

  /** Lets INT `vector` through to the gate callback (the core passes 0x80 only). */
  allowSoftwareInterrupt(vector: number): void {
    const address = (this.core.SOFTWARE_INTERRUPTS.value >>> 0) + (vector >>> 3);
    this.bytes[address] = this.bytes[address]! | (1 << (vector & 7));
  }

  /** The instruction at `address` in objdump's Intel syntax, and its length in bytes (0 if it cannot be fetched). */
  disassemble(address: number): { readonly text: string; readonly length: number } {
    const length = this.core.disassemble(address) >>> 0;
    const start = this.core.TEXT.value >>> 0;
    let text = "";
    for (let i = 0; i < TEXT_LIMIT && this.bytes[start + i] !== 0; i++)
      text += String.fromCharCode(this.bytes[start + i]!);
    return { text, length };
  }
}
