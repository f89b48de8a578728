/**
 * Code for the fuzzer: noise, random instructions with jumps among them, mutated code of real programs, and tables of
 * addresses that serve as stack and data. All of it from files that are checked in, so that a seed means the same
 * everywhere.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { caseOf, FORMS } from "../oracle/generate.ts";
import { Random } from "../oracle/random.ts";
import { EXECUTE, EXIT_BUDGET, READ, WRITE, type BareCore } from "./core.ts";

const GUESTS = fileURLToPath(new URL("../guest/built/", import.meta.url));
const SAMPLE = fileURLToPath(new URL("./disassembler-sample.txt.gz", import.meta.url));

/** Instructions made up from opcode maps, prefixes and random bytes. */
const MADE_UP = 6000;
const PREFIXES = [0x66, 0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const LONGEST = 15;
const PAGE = 4096;
const IMAGES = 256;

/** Where instructions are tried: the code, and data with room around it. */
const DESK = 0x1_0000;
const DATA = 0x2000_0000;
const DATA_SIZE = 0x5_0000;
const MIDDLE = DATA + 0x1_8000;
/** A tame instruction moves no pointer further than this. */
const STEP = 256;

/** A random instruction of any map: none, one or two prefixes, opcode, and whatever follows. */
function candidate(random: Random): Uint8Array {
  const bytes: number[] = [];
  while (random.oneIn(3) && bytes.length < 3) bytes.push(random.pick(PREFIXES));
  const map = random.below(6);
  if (map === 2) bytes.push(0x0f, 0x38);
  else if (map === 3) bytes.push(0x0f, 0x3a);
  else if (map >= 4) bytes.push(0x0f);
  while (bytes.length < LONGEST + 1) bytes.push(random.below(256));
  return Uint8Array.from(bytes);
}

/** Gives addresses for code and data to refer to. */
export type Somewhere = () => number;

export class CodeSource {
  /**
   * Single instructions: one or two of every form that the oracle knows, and made-up ones. The tame ones neither fault,
   * as long as the registers point somewhere, nor leave these pointing nowhere.
   */
  private readonly tame: readonly Uint8Array[];
  private readonly wild: readonly Uint8Array[];
  /** Code of real programs. */
  private readonly programs: readonly Uint8Array[];
  /** Pages full of code and data, of which the guest's are made. */
  private images: readonly Uint8Array[] = [];
  epoch = -1;

  constructor(machine: BareCore, random: Random) {
    const forms = FORMS.flatMap((form) => [0, 1].map((index) => caseOf(form, 1, index).code));
    const all = [...forms, ...madeUp(machine, random)];
    const tame = new Set(all.filter((bytes) => isTame(machine, bytes)));
    this.tame = [...tame];
    this.wild = all.filter((bytes) => !tame.has(bytes));
    this.programs = [
      ...readdirSync(GUESTS).map((name) => new Uint8Array(readFileSync(GUESTS + name))),
      // Instructions of Debian's libraries, one after the other.
      Uint8Array.from(
        gunzipSync(readFileSync(SAMPLE))
          .toString()
          .split("\n")
          .flatMap((line) => [...Buffer.from(line.split("\t")[0] ?? "", "hex")]),
      ),
    ];
  }

  /** Makes new pages to choose from. */
  renew(epoch: number, seed: number, address: (random: Random) => number): void {
    const random = new Random(`epoch ${epoch}`, seed);
    const somewhere = (): number => address(random);
    this.epoch = epoch;
    this.images = Array.from({ length: IMAGES }, (_, i) => {
      const image = new Uint8Array(PAGE);
      if (i < IMAGES / 16) this.noise(random, image);
      else if (i < IMAGES / 8) this.mutated(random, image);
      else if (i < IMAGES / 4) this.addresses(random, image, somewhere);
      else this.sequence(random, image, somewhere);
      return image;
    });
  }

  /** Fills `target`, at most a page: a stretch of one of the pages, now and then with bits turned over. */
  fill(random: Random, target: Uint8Array): void {
    const image = random.pick(this.images);
    const start = random.oneIn(2) ? 0 : random.below(PAGE);
    const first = image.subarray(start, start + target.length);
    target.set(first);
    target.set(image.subarray(0, target.length - first.length), first.length);
    if (random.oneIn(4)) for (let flips = random.below(16); flips > 0; flips--) flip(random, target);
  }

  private noise(random: Random, target: Uint8Array): void {
    for (let i = 0; i < target.length; i++) target[i] = random.below(256);
  }

  private addresses(random: Random, target: Uint8Array, somewhere: Somewhere): void {
    const view = new DataView(target.buffer, target.byteOffset, target.length);
    for (let i = 0; i + 4 <= target.length; i += 4) {
      view.setUint32(i, random.oneIn(4) ? random.below(64) : somewhere(), true);
    }
  }

  /** A stretch of a program with some bits turned over. */
  private mutated(random: Random, target: Uint8Array): void {
    const program = random.pick(this.programs);
    const start = random.below(program.length);
    for (let i = 0; i < target.length; i++) target[i] = program[(start + i) % program.length] ?? 0;
    for (let flips = random.below(64); flips > 0; flips--) flip(random, target);
  }

  private sequence(random: Random, target: Uint8Array, somewhere: Somewhere): void {
    let at = 0;
    while (at < target.length) {
      const bytes = this.next(random, at, somewhere);
      target.set(bytes.subarray(0, target.length - at), at);
      at += bytes.length;
    }
  }

  private next(random: Random, at: number, somewhere: Somewhere): Uint8Array {
    const kind = random.below(32);
    if (kind < 3) return anchor(random, somewhere());
    if (kind < 5) return branch(random, at, somewhere);
    if (kind === 5 && random.oneIn(3)) return random.pick(this.wild);
    return random.pick(this.tame);
  }
}

function flip(random: Random, target: Uint8Array): void {
  const at = random.below(target.length);
  target[at] = target[at]! ^ (1 << random.below(8));
}

/** MOV r32, address: so that a register is good for an access again. */
function anchor(random: Random, address: number): Uint8Array {
  return word([0xb8 | random.below(8)], address);
}

function word(opcode: readonly number[], value: number): Uint8Array {
  return Uint8Array.of(...opcode, value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

/** A branch: mostly short and forward, sometimes back or anywhere. */
function branch(random: Random, at: number, somewhere: Somewhere): Uint8Array {
  const near = random.oneIn(4) ? -random.below(Math.min(at, 100) + 1) : random.below(40);
  switch (random.below(8)) {
    case 0:
      return Uint8Array.of(0xe0 | random.below(4), near & 0xff);
    case 1:
      return Uint8Array.of(0xeb, near & 0xff);
    case 2:
      return word([0xe8], near);
    case 3:
      return Uint8Array.of(0xc3);
    case 4:
      // PUSH address; RET
      return Uint8Array.of(...word([0x68], somewhere()), 0xc3);
    case 5:
      return word([0x0f, 0x80 | random.below(16)], near);
    default:
      return Uint8Array.of(0x70 | random.below(16), near & 0xff);
  }
}

function madeUp(machine: BareCore, random: Random): Uint8Array[] {
  const { core } = machine;
  const list: Uint8Array[] = [];
  core.setPermissions(DESK >>> 12, 1, READ | WRITE | EXECUTE);
  while (list.length < MADE_UP) {
    const bytes = candidate(random);
    machine.put(DESK, bytes);
    const length = core.disassemble(DESK);
    const isBad = machine.bytes[core.TEXT.value >>> 0] === 0x28;
    if (length > 0 && !isBad) list.push(bytes.slice(0, length));
  }
  core.setPermissions(DESK >>> 12, 1, 0);
  return list;
}

/** EAX, EDX and ECX in two trials: nobody's pointers, and few enough iterations. */
const SCALARS = [
  [0, 0, 3],
  [0x9abc_def0, 0x1234_5678, 60],
] as const;

/** Is it tame, whatever EAX and EDX hold? */
function isTame(machine: BareCore, bytes: Uint8Array): boolean {
  const { core } = machine;
  core.setPermissions(DESK >>> 12, 1, READ | WRITE | EXECUTE);
  core.setPermissions(DATA >>> 12, DATA_SIZE >>> 12, READ | WRITE);
  machine.put(DESK, bytes);
  // Ends the block, and the run.
  machine.put(DESK + bytes.length, [0xeb, 0xfe]);
  return SCALARS.every(([eax, edx, ecx]) => {
    core.reset();
    const pointers = [core.EBX, core.ESP, core.EBP, core.ESI, core.EDI];
    machine.setWord(core.EAX, eax);
    machine.setWord(core.EDX, edx);
    machine.setWord(core.ECX, ecx);
    for (const pointer of pointers) machine.setWord(pointer, MIDDLE);
    machine.setWord(core.EIP, DESK);
    const before = modesOf(machine);
    return (
      core.run(1) === EXIT_BUDGET &&
      machine.word(core.EIP) === DESK + bytes.length &&
      pointers.every((pointer) => Math.abs(machine.word(pointer) - MIDDLE) <= STEP) &&
      before === modesOf(machine)
    );
  });
}

/** Selectors, and which floating-point exceptions are masked. */
function modesOf(machine: BareCore): string {
  const { core, bytes } = machine;
  const start = core.SEGMENT_SELECTOR.value >>> 0;
  return [...bytes.subarray(start, start + 24), machine.word(core.X87_CONTROL), machine.word(core.MXCSR) >>> 6].join();
}
