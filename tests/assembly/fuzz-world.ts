/**
 * A guest for the fuzzer: a core with pages of random code and data, and a host that meddles between the runs as an
 * adversary would. All that it does comes from one seed and from what the guest can see of itself.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { CPU_MODELS } from "../../src/machine/machine.ts";
import { Random } from "../oracle/random.ts";
import { BareCore, EXECUTE, EXIT_BUDGET, EXIT_EXCEPTION, EXIT_GATE, READ, WRITE } from "./core.ts";
import type { CodeSource } from "./fuzz-code.ts";
import { Guard, HOSTILE } from "./fuzz-guard.ts";

const PAGE = 4096;

/**
 * First address and number of pages. The ends of user space, what a host shows above it, and where the oracle's cases
 * have their operands.
 */
const CODE_WINDOWS: readonly (readonly [number, number])[] = [
  [0x0001_0000, 4],
  [0x0804_8000, 4],
  [0xbfff_b000, 5],
  [0xff60_0000, 1],
  [0xffff_d000, 2],
];
const DATA_WINDOWS: readonly (readonly [number, number])[] = [
  [0x2000_0000, 2],
  [0x2001_0000, 3],
  [0x2002_0000, 1],
  [0x2003_0000, 2],
  [0x2004_0000, 1],
];

function pagesOf(windows: readonly (readonly [number, number])[]): number[] {
  return windows.flatMap(([start, count]) => Array.from({ length: count }, (_, i) => start + i * PAGE));
}

const CODE_PAGES: readonly number[] = pagesOf(CODE_WINDOWS);
const DATA_PAGES: readonly number[] = pagesOf(DATA_WINDOWS);
const PAGES: readonly number[] = [...CODE_PAGES, ...DATA_PAGES];
const IN_WINDOW: ReadonlySet<number> = new Set(PAGES);

const ALL = READ | WRITE | EXECUTE;
const PERMISSIONS: readonly number[] = [
  ...[ALL, ALL, READ | EXECUTE, READ | EXECUTE, READ | WRITE, READ | WRITE, READ, 0],
  // No host asks for these.
  ...[EXECUTE, WRITE, WRITE | EXECUTE],
];

/** What a page is usually for, two times of three. */
function permissionsFor(random: Random, page: number): number {
  if (random.oneIn(3)) return random.pick(PERMISSIONS);
  if (DATA_PAGES.includes(page)) return READ | WRITE;
  return random.oneIn(2) ? ALL : READ | EXECUTE;
}

/** An address in the guest's pages, mostly of data, often near a page's end. */
function somewhere(random: Random): number {
  const page = random.pick(random.oneIn(4) ? CODE_PAGES : DATA_PAGES);
  return random.oneIn(6) ? page + PAGE - 1 - random.below(16) : page + random.below(PAGE);
}

/** An address of code, often at or near a page's ends. */
function newEntry(random: Random): number {
  const page = random.pick(random.oneIn(16) ? PAGES : CODE_PAGES);
  const near = random.below(24);
  return random.pick([page, page + near, page + PAGE - 1 - near, page + random.below(PAGE), page + random.below(PAGE)]);
}

/** Vectors that user-level code can raise (SDM vol. 3, table 6-1). */
const VECTORS: ReadonlySet<number> = new Set([0, 1, 3, 4, 5, 6, 11, 12, 13, 14, 16, 17, 19]);
const FLOATING: ReadonlySet<number> = new Set([16, 19]);
const PAGE_FAULT = 14;
/** Bits of its error code. */
const PRESENT = 1;
const WRITTEN = 2;
const USER = 4;
const FETCHED = 16;

/** EFLAGS: bit 1 and IF are always set; bits 3, 5, 15, IOPL, RF, VM and those above ID never. */
const FLAGS_SET = 0x202;
const FLAGS_CLEAR = 0xffda_b028 | 0x0001_0000;

const MOST_ENTRIES = 12;
/** String instructions with more iterations are not stepped through. */
const STEPPED_ITERATIONS = 64;
/** So many rounds are made of the same pages. */
const ROUNDS_AN_EPOCH = 128;
/** Instructions in one block: `run` goes on to the end of the last. */
const BLOCK = 64;
/** No run takes longer, in milliseconds, on a machine that does other things too. */
const LONGEST_RUN = 10_000;

const FLAT_CODE = 0x73;
const FLAT_DATA = 0x7b;
/** Numbers of segment registers. */
const CS = 1;
const SS = 2;
const DATA_SEGMENTS = [0, SS, 3, 4, 5];
const TF = 0x100;
const AC = 0x4_0000;
const DEBUG = 1;
const ALIGNMENT = 17;
/** Behind those of the flat segments. */
const FIRST_OWN_DESCRIPTOR = 16;
const OWN_DESCRIPTORS = 8;
const LDT_DESCRIPTORS = 20;
/** In a selector: LDT, and level 3. */
const LOCAL = 7;
const GLOBAL = 3;

/** What came of a run. */
export interface Exit {
  readonly kind: number;
  readonly vector: number;
}

export class World {
  readonly machine: BareCore;
  exit: Exit = { kind: EXIT_BUDGET, vector: 0 };
  private readonly source: CodeSource;
  private readonly guard: Guard;
  private random = new Random("", 0);
  /** Where control has been sent lately. */
  private readonly entries: number[] = [];
  private readonly registers: readonly number[];
  private readonly parts: readonly Uint8Array[];
  private readonly image: Buffer;

  private constructor(machine: BareCore, source: CodeSource, poison: number) {
    this.machine = machine;
    this.source = source;
    const { core } = machine;
    this.registers = [core.EAX, core.ECX, core.EDX, core.EBX, core.ESP, core.EBP, core.ESI, core.EDI].map(
      ({ value }) => value >>> 0,
    );
    this.parts = STATE_PARTS.map(([name, size]) => {
      const address = core[name].value >>> 0;
      return machine.bytes.subarray(address, address + size);
    });
    this.image = Buffer.alloc(this.parts.reduce((sum, { length }) => sum + length, EXIT_SIZE));
    this.guard = new Guard(machine, PAGES, poison);
  }

  /** `poison` fills what the guest may not see: two worlds with different ones are the same to the guest. */
  static async create(source: CodeSource, poison: number): Promise<World> {
    const machine: BareCore = await BareCore.create(() => world.gate());
    const world = new World(machine, source, poison);
    return world;
  }

  /** A new guest. */
  begin(seed: number, round: number): void {
    const random = (this.random = new Random(`round ${round}`, seed));
    const { machine } = this;
    const { core } = machine;
    this.entries.length = 0;
    core.unmapAll();
    machine.setModel(random.oneIn(8) ? random.pick(CPU_MODELS) : "max", {
      vendor: random.below(2),
      gates: random.below(4),
    });
    machine.setWord(core.TSC_RATE, 1 << 16);
    this.guard.poison(PAGES);
    const epoch = Math.floor(round / ROUNDS_AN_EPOCH);
    if (this.source.epoch !== epoch) this.source.renew(epoch, seed, somewhere);
    for (const page of PAGES) this.map(page, permissionsFor(random, page));
    const [gdt, ldt] = [core.GDT.value >>> 0, core.LDT.value >>> 0];
    for (let i = 0; i < OWN_DESCRIPTORS; i++) this.describe(gdt + 8 * (FIRST_OWN_DESCRIPTOR + i));
    for (let i = 0; i < LDT_DESCRIPTORS; i++) this.describe(ldt + 8 * i);
    machine.setWord(core.LDT_ENTRIES, LDT_DESCRIPTORS);
    this.guard.hostHasWritten();
    this.exit = { kind: EXIT_GATE, vector: 0 };
  }

  /** What the host does between two runs, up to the choice of EIP. */
  act(): void {
    const { random } = this;
    const { core } = this.machine;
    if (random.oneIn(6)) this.changeMap();
    if (random.oneIn(4)) this.hostWrite();
    this.changeSegments();
    this.changeFlags();
    if (random.oneIn(64)) this.changeFloats();
    else if (this.exit.kind === EXIT_EXCEPTION && FLOATING.has(this.exit.vector)) core.resetFloatingPoint();
    this.changeRegisters();
    this.chooseEip();
  }

  /** Runs, and checks what must be true after every run. */
  run(budget: number): void {
    const { machine } = this;
    const { core } = machine;
    const before = machine.retired();
    const started = performance.now();
    const kind = core.run(budget);
    const took = performance.now() - started;
    const vector = kind === EXIT_EXCEPTION ? machine.word(core.EXCEPTION_VECTOR) : 0;
    this.exit = { kind, vector };
    if (kind !== EXIT_BUDGET && kind !== EXIT_GATE && kind !== EXIT_EXCEPTION) assert.fail(`exit ${kind}`);
    const retired = Number(machine.retired() - before);
    const flags = core.getEflags();
    // Messages are worked out only where they are wanted: this runs millions of times.
    if (retired < 0 || retired > budget + BLOCK) assert.fail(`${retired} retired of a budget of ${budget}`);
    if (took > LONGEST_RUN) assert.fail(`a budget of ${budget} took ${took} ms`);
    if (kind === EXIT_EXCEPTION && !VECTORS.has(vector)) assert.fail(`vector ${vector}`);
    if (vector === PAGE_FAULT) this.checkPageFault();
    if ((flags & FLAGS_SET) !== FLAGS_SET || flags & FLAGS_CLEAR) assert.fail(`EFLAGS ${hex(flags)}`);
    if (machine.word(core.MXCSR) & ~core.mxcsrMask()) assert.fail("reserved bits of MXCSR are set");
  }

  /** Runs one instruction by TF, as nobody may notice; a whole block where that would show, or take long. */
  step(): void {
    const { core } = this.machine;
    const isTrapping = (core.getEflags() & TF) !== 0;
    const isLong = this.isAtString() && this.machine.word(core.ECX) > STEPPED_ITERATIONS;
    if (isTrapping || isLong || this.concernsTrap() || this.overwritesItself()) return this.run(1);
    core.setEflags(core.getEflags() | TF);
    this.run(1);
    core.setEflags(core.getEflags() & ~TF);
    if (this.exit.vector === DEBUG) this.exit = { kind: EXIT_BUDGET, vector: 0 };
  }

  /** Of the registers and the last exit: what must be equal where two worlds are. Good until the next call. */
  state(): Buffer {
    const { machine, exit, image, parts } = this;
    const { core } = machine;
    let at = 0;
    for (const part of parts) {
      image.set(part, at);
      at += part.length;
    }
    const isFault = exit.kind === EXIT_EXCEPTION;
    image.writeInt32LE(core.getEflags(), at);
    image.writeUInt32LE(exit.kind, at + 4);
    image.writeUInt32LE(exit.vector, at + 8);
    image.writeUInt32LE(isFault ? machine.word(core.EXCEPTION_ERROR) : 0, at + 12);
    image.writeUInt32LE(exit.vector === PAGE_FAULT ? machine.word(core.EXCEPTION_ADDRESS) : 0, at + 16);
    return image;
  }

  /** Ends the round: the core's own memory is as it should be. Returns a digest of all that the guest has. */
  end(): string {
    const { core } = this.machine;
    this.guard.check();
    const hash = createHash("sha1").update(this.state());
    for (const page of PAGES) {
      const bits = core.getPermissions(page >>> 12);
      hash.update(String(bits));
      if (bits) hash.update(this.bytes(page, PAGE));
    }
    for (const page of PAGES) core.setPermissions(page >>> 12, 1, 0);
    this.guard.checkEmpty();
    return hash.digest("hex");
  }

  /** Everything above the core's tables, which takes a while. */
  checkUpper(): void {
    this.guard.checkUpper();
  }

  /** Forgets decoded code here and there, as nobody may notice. */
  forget(random: Random): void {
    const { core } = this.machine;
    const page = random.pick(PAGES) >>> 12;
    if (random.oneIn(2)) core.invalidateCode((page << 12) + random.below(PAGE), 1 + random.below(PAGE));
    else core.setPermissions(page, 1, core.getPermissions(page));
  }

  /** Is the instruction at EIP a string instruction, which may be left between two iterations? */
  isAtString(): boolean {
    return STRINGS.has(this.opcodeAtEip());
  }

  /**
   * Is a repeated string instruction at EIP about to overwrite itself? Then it matters where it is interrupted: what
   * follows is the new instruction.
   */
  overwritesItself(): boolean {
    const { machine } = this;
    const { core } = machine;
    const [start, opcode] = [this.instruction(), this.opcodeAddress()];
    const isRepeated = machine.bytes.subarray(start, opcode).some((byte) => byte === 0xf2 || byte === 0xf3);
    if (!isRepeated || !STRING_STORES.has(machine.bytes[opcode]!) || machine.word(core.ECX) < 2) return false;
    if (!(core.getPermissions(start >>> 12) & WRITE)) return false;
    const distance = Math.abs(machine.word(core.EDI) - start);
    return !this.isFlat() || distance <= 4 * machine.word(core.ECX) + LONGEST_INSTRUCTION;
  }

  /** Do the two differ in nothing but how far a string instruction has come? */
  isSameButForString(other: World): boolean {
    const [mine, others] = [Buffer.from(this.state()), Buffer.from(other.state())];
    for (const image of [mine, others]) for (const at of STRING_REGISTERS) image.writeUInt32LE(0, at);
    return mine.equals(others);
  }

  /** PUSHF, POPF, IRET, the gates and interrupts, MOV SS and its kind. */
  private concernsTrap(): boolean {
    const { bytes } = this.machine;
    const address = this.opcodeAddress();
    return bytes[address] === 0x0f ? CONCERN_TRAP_0F.has(bytes[address + 1]!) : CONCERN_TRAP.has(bytes[address]!);
  }

  private opcodeAtEip(): number {
    return this.machine.bytes[this.opcodeAddress()]!;
  }

  private opcodeAddress(): number {
    const { bytes } = this.machine;
    let at = this.instruction();
    for (let i = 0; i < LONGEST_INSTRUCTION && PREFIXES.has(bytes[at]!); i++) at = (at + 1) >>> 0;
    return at;
  }

  /** EIP, the bytes there, as an instruction, and the exit. */
  describeState(): string {
    const { machine, exit } = this;
    const { core } = machine;
    const address = this.instruction();
    const bytes = Buffer.from(this.bytes(address, 16)).toString("hex");
    core.disassemble(address);
    const start = core.TEXT.value >>> 0;
    const text = Buffer.from(machine.bytes.subarray(start, machine.bytes.indexOf(0, start))).toString("latin1");
    return `exit ${exit.kind}, vector ${exit.vector}, ${machine.retired()} retired, instruction ${hex(address)}: ${bytes} (${text})`;
  }

  /** The linear address of EIP. */
  private instruction(): number {
    const { machine } = this;
    return (machine.word(machine.core.EIP) + this.codeBase()) >>> 0;
  }

  private codeBase(): number {
    const { core, view } = this.machine;
    return view.getUint32((core.SEGMENT_BASE.value >>> 0) + 4 * CS, true);
  }

  private jump(address: number): void {
    const { machine } = this;
    machine.setWord(machine.core.EIP, address - this.codeBase());
  }

  private bytes(address: number, size: number): Uint8Array {
    return this.machine.bytes.subarray(address, Math.min(address + size, 2 ** 32));
  }

  private set(address: number, value: number): void {
    this.machine.view.setUint32(address, value >>> 0, true);
  }

  /** After a page fault mostly all of them, to addresses. */
  private changeRegisters(): void {
    const { random, registers, exit } = this;
    const repairs = exit.vector === PAGE_FAULT && !random.oneIn(4);
    for (const register of registers) {
      if (repairs) this.set(register, somewhere(this.random) & ~15);
      else if (random.oneIn(4)) this.set(register, this.value());
    }
  }

  private value(): number {
    const { random } = this;
    switch (random.below(8)) {
      case 0:
        return random.word();
      case 1:
        return random.pick(HOSTILE) + random.below(32) - 16;
      case 2:
        return random.below(100);
      default:
        return random.oneIn(2) ? somewhere(this.random) & ~15 : somewhere(this.random);
    }
  }

  /** INT 0x80 and its like: the host leaves `run`, or does something and goes on. */
  private gate(): number {
    const { random } = this;
    this.set(this.machine.core.EAX.value >>> 0, this.value());
    if (random.oneIn(4)) this.changeMap();
    if (random.oneIn(4)) this.hostWrite();
    if (random.oneIn(4)) this.changeSegments();
    return random.below(2);
  }

  private checkPageFault(): void {
    const { machine } = this;
    const { core } = machine;
    const address = machine.word(core.EXCEPTION_ADDRESS);
    const error = machine.word(core.EXCEPTION_ERROR);
    const bits = core.getPermissions(address >>> 12);
    const missing = error & FETCHED ? EXECUTE : error & WRITTEN ? WRITE : READ;
    if (bits & missing || (error & ~(WRITTEN | FETCHED)) !== (bits ? PRESENT | USER : USER)) {
      assert.fail(`#PF at ${hex(address)}, error ${error}, permissions ${bits}`);
    }
  }

  /** Gives a page permissions; what was not mapped gets contents, what is not mapped any more loses them. */
  private map(page: number, bits: number): void {
    const { core } = this.machine;
    const had = core.getPermissions(page >>> 12);
    core.setPermissions(page >>> 12, 1, bits);
    if (!bits) this.guard.poison([page]);
    else if (!had) this.fill(page, PAGE);
  }

  private fill(address: number, size: number): void {
    this.source.fill(this.random, this.bytes(address, size));
  }

  private changeMap(): void {
    const { random } = this;
    const first = random.pick(PAGES);
    const bits = permissionsFor(random, first);
    const end = first + PAGE * (1 + random.below(3));
    for (let page = first; page < end && IN_WINDOW.has(page); page += PAGE) this.map(page, bits);
  }

  /** As read(2) does: code that is overwritten is forgotten first. */
  private hostWrite(): void {
    const { random } = this;
    const { core } = this.machine;
    const address = somewhere(this.random);
    const size = 1 + random.below(64);
    if (address + size > 2 ** 32 || !core.writableRange(address, size)) return;
    core.invalidateCode(address, size);
    this.fill(address, size);
  }

  /** Makes up the descriptor at `address`: usable data or code, or anything. */
  private describe(address: number): void {
    const { random } = this;
    const base = random.oneIn(2) ? 0x2000_8000 : random.oneIn(2) ? somewhere(random) : 0;
    const limit = random.oneIn(2) ? 0xf_ffff : random.below(0x10_0000);
    const access = random.oneIn(3) ? random.below(256) : 0xf0 | random.below(16);
    const low = (limit & 0xffff) | (base << 16);
    const high =
      ((base >>> 16) & 0xff) | (access << 8) | (limit & 0xf_0000) | (random.below(16) << 20) | (base & 0xff00_0000);
    this.set(address, low);
    this.set(address + 4, high);
  }

  /** Often all flat again, sometimes anything. */
  private changeSegments(): void {
    const { random } = this;
    const { core } = this.machine;
    if (random.oneIn(2) && !this.isFlat()) {
      core.setSegment(CS, FLAT_CODE);
      for (const segment of DATA_SEGMENTS) core.setSegment(segment, FLAT_DATA);
    }
    if (!random.oneIn(16)) return;
    if (random.oneIn(2)) {
      this.describe((core.GDT.value >>> 0) + 8 * (FIRST_OWN_DESCRIPTOR + random.below(OWN_DESCRIPTORS)));
      this.describe((core.LDT.value >>> 0) + 8 * random.below(LDT_DESCRIPTORS));
      this.guard.hostHasWritten();
    }
    core.setSegment(random.oneIn(4) ? CS : random.pick(DATA_SEGMENTS), this.selector());
  }

  private selector(): number {
    const { random } = this;
    if (random.oneIn(8)) return random.below(0x1_0000);
    if (random.oneIn(2)) return (random.below(LDT_DESCRIPTORS + 1) << 3) | LOCAL;
    return ((FIRST_OWN_DESCRIPTOR + random.below(OWN_DESCRIPTORS)) << 3) | GLOBAL;
  }

  private isFlat(): boolean {
    const { machine } = this;
    const selectors = machine.core.SEGMENT_SELECTOR.value >>> 0;
    const at = (segment: number): number => machine.view.getUint32(selectors + 4 * segment, true);
    return at(CS) === FLAT_CODE && DATA_SEGMENTS.every((segment) => at(segment) === FLAT_DATA);
  }

  /** Single steps and alignment checks do not stay for long. */
  private changeFlags(): void {
    const { random, exit } = this;
    const { core } = this.machine;
    const rare = (random.oneIn(8) ? TF : 0) | (random.oneIn(8) ? AC : 0);
    if (random.oneIn(8)) core.setEflags((random.word() & ~(TF | AC)) | rare);
    else if (exit.vector === DEBUG && random.oneIn(4)) core.setEflags(core.getEflags() & ~TF);
    else if (exit.vector === ALIGNMENT && random.oneIn(2)) core.setEflags(core.getEflags() & ~AC);
  }

  /** As sigreturn may: any control and status. */
  private changeFloats(): void {
    const { random, machine } = this;
    const { core } = machine;
    machine.setWord(core.X87_CONTROL, random.below(0x1_0000) | (random.oneIn(2) ? 0x3f : 0));
    machine.setWord(core.X87_STATUS, random.below(0x1_0000) & (random.oneIn(2) ? 0xff00 : 0xffff));
    machine.setWord(core.X87_EMPTY, random.below(256));
    machine.setWord(core.MXCSR, (random.word() | (random.oneIn(2) ? 0x1f80 : 0)) & core.mxcsrMask());
    for (let i = 0; i < 8; i++) {
      const register = (core.X87_REGISTERS.value >>> 0) + 16 * i;
      for (let word = 0; word < 8; word += 4) this.set(register + word, random.word());
      machine.view.setUint16(register + 8, random.oneIn(2) ? 0x3fff + random.below(40) : random.below(0x1_0000), true);
      for (let word = 0; word < 16; word += 4) this.set((core.XMM.value >>> 0) + 16 * i + word, random.word());
    }
  }

  /** Goes on, goes on after what has faulted, or goes elsewhere. */
  private chooseEip(): void {
    const { random, machine, exit } = this;
    const { core } = machine;
    if (exit.kind !== EXIT_EXCEPTION && !random.oneIn(4)) return;
    if (exit.vector === DEBUG && !random.oneIn(4)) return;
    if (exit.kind === EXIT_EXCEPTION && !random.oneIn(4)) {
      const length = core.disassemble(this.instruction());
      if (length > 0) return machine.setWord(core.EIP, machine.word(core.EIP) + length);
    }
    if (random.oneIn(64)) return this.jump(random.pick(HOSTILE) + random.below(32) - 16);
    // Code that has run already is what may have gone stale.
    if (this.entries.length === 0 || random.oneIn(3)) this.entries.unshift(newEntry(random));
    this.entries.length = Math.min(this.entries.length, MOST_ENTRIES);
    this.jump(random.pick(this.entries));
  }
}

/** Bytes of EFLAGS, exit, vector, error code and address in a state. */
const EXIT_SIZE = 20;
/** What of the processor's state the guest can see, and its size in bytes. */
const STATE_PARTS = [
  ["EAX", 32],
  ["SEGMENT_BASE", 24],
  ["SEGMENT_SELECTOR", 24],
  ["EIP", 4],
  ["RETIRED", 8],
  ["X87_CONTROL", 12],
  ["X87_INSTRUCTION", 20],
  ["X87_REGISTERS", 128],
  ["MXCSR", 4],
  ["XMM", 128],
] as const;

export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

const LONGEST_INSTRUCTION = 15;
const PREFIXES: ReadonlySet<number> = new Set([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3]);
/** MOVS and STOS; CMPS, LODS, SCAS. */
const STRING_STORES: ReadonlySet<number> = new Set([0xa4, 0xa5, 0xaa, 0xab]);
const STRINGS: ReadonlySet<number> = new Set([...STRING_STORES, 0xa6, 0xa7, 0xac, 0xad, 0xae, 0xaf]);
/** What shows or changes TF, or holds its trap back: one-byte opcodes, and those after 0F. */
const CONCERN_TRAP: ReadonlySet<number> = new Set([0x17, 0x8e, 0x9c, 0x9d, 0xcc, 0xcd, 0xce, 0xcf, 0xf1]);
const CONCERN_TRAP_0F: ReadonlySet<number> = new Set([0x05, 0x34, 0xb2]);
/** Where ECX, ESI and EDI stand in a state. */
const STRING_REGISTERS = [4, 24, 28];
