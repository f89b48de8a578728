/** Holds the core's disassembler against objdump's listing. */
import { readFileSync } from "node:fs";
import { BareCore, EXECUTE, READ } from "./core.ts";
import { listing, type Line } from "./disassembler-objdump.ts";

export interface Disassembled {
  readonly length: number;
  readonly text: string;
}

/** More than any text of the disassembler has, in bytes. */
const LONGEST_TEXT = 512;

export class Disassembler {
  readonly machine: BareCore;
  /** Where the core writes its text. */
  private readonly written: Buffer;

  private constructor(machine: BareCore) {
    this.machine = machine;
    this.written = Buffer.from(machine.view.buffer, machine.core.TEXT.value >>> 0, LONGEST_TEXT);
  }

  static async create(): Promise<Disassembler> {
    return new Disassembler(await BareCore.create());
  }

  /** Puts code where it can be executed, and nothing else. */
  load(address: number, bytes: Uint8Array): void {
    const first = address >>> 12;
    const last = (address + bytes.length - 1) >>> 12;
    this.machine.put(address, bytes);
    this.machine.core.setPermissions(first, last - first + 1, READ | EXECUTE);
  }

  at(address: number): Disassembled {
    const length = this.machine.core.disassemble(address);
    return { length, text: this.written.toString("latin1", 0, this.written.indexOf(0)) };
  }
}

/** Mnemonics that the disassembler writes: what objdump calls so must not be "(bad)". */
const KNOWN = new Set(
  ["decoder/mnemonics.ts", "simd/list.ts", "x87/list.ts"].flatMap((file) => {
    const source = readFileSync(new URL(`../../assembly/${file}`, import.meta.url), "utf8");
    return [...source.matchAll(/return "([a-z][a-z0-9]*)/g)].map(([, name = ""]) => name);
  }),
);
/** Encodings of which the disassembler knows the length alone. */
const NAMELESS = /^\((vex|evex|xop)\)$/;
const PREFIX = /^(?:(?:data16|addr16|repn?z|rep|lock|[cdefgs]s|bnd|notrack|xacquire|xrelease) )+/;
const MISSING = "without a name here: ";
const FWAIT = 0x9b;
/** They have rows for certain prefixes alone; objdump shows the others before them. */
const NO_PREFIX = /^(fxsave|fxrstor|ldmxcsr|stmxcsr|clflush|pmovmskb) /;
const MMX_AND_XMM = /^mov(q2dq|dq2q) /;
/** What CMPPS and its like have in their names. */
const PREDICATE = /^cmp(eq|lt|le|unord|neq|nlt|nle|ord)(?=[ps][sd]$)/;
const MPX = /^bnd(mk|cl|cu|cn|mov|ldx|stx) /;

/**
 * Why the two differ where they may; null where they must not. Neither is right or wrong in these: objdump knows
 * instructions that this processor lacks, and the other way round.
 */
export function cause(theirs: Line, ours: Disassembled): string | null {
  const text = theirs.text.replace(PREFIX, "");
  // Undocumented x87 aliases, SALC, prefixes that mean nothing before BSF, BSR and WBINVD, 0F 0D with a register;
  // VEX with fields that ought to be zero.
  if (text === "(bad)") return "objdump calls it (bad)";
  const name = (text.split(" ", 1)[0] ?? "").replace(PREDICATE, "cmp");
  if (NAMELESS.test(ours.text)) return ours.length === theirs.length ? MISSING + name : null;
  if (MPX.test(text)) return "MPX, a NOP for this processor";
  if (text.startsWith("nop") && theirs.bytes.includes(0x66)) return "data16 named though the operand shows it";
  if (ours.text === "(bad)" && text !== theirs.text && NO_PREFIX.test(text)) return "a prefix that it does not allow";
  if (MMX_AND_XMM.test(text) && theirs.bytes.includes(0x66)) return "data16 makes objdump call MMX registers XMM";
  if (/^mov .*tr\d/.test(text)) return "test registers, gone with the 486";
  if (/^vmovs[sd] ymm/.test(text)) return "VEX.L makes objdump call a scalar's register YMM";
  const waits = ours.text.endsWith("fwait");
  if ((ours.text === "(bad)" || waits) && !KNOWN.has(name)) return MISSING + name;
  if (waits && isFloatingPoint(theirs.bytes)) return "FWAIT after a prefix or another FWAIT";
  return null;
}

/** Is there an x87 opcode after prefixes and FWAIT? */
function isFloatingPoint(bytes: Uint8Array): boolean {
  const opcode = bytes.find((byte, i) => byte >= 0xd8 && byte <= 0xdf && bytes[i - 1] === FWAIT);
  return opcode !== undefined && (bytes[0] !== FWAIT || bytes[1] === FWAIT);
}

export interface Difference {
  readonly theirs: Line;
  readonly ours: Disassembled;
}

/** How many names a report lists. */
const MOST_NAMES = 40;

/** Adds up what a comparison finds. */
export class Tally {
  instructions = 0;
  equal = 0;
  readonly causes = new Map<string, number>();
  readonly unexplained: Difference[] = [];
  /** Those whose length is not objdump's, though objdump knows the instruction. */
  readonly lengths: Difference[] = [];

  /** True if the two agree. */
  add(theirs: Line, ours: Disassembled): boolean {
    this.instructions++;
    if (theirs.text === ours.text && theirs.length === ours.length) {
      this.equal++;
      return true;
    }
    if (theirs.isDecoded && theirs.length !== ours.length) this.lengths.push({ theirs, ours });
    const why = cause(theirs, ours);
    if (why === null) this.unexplained.push({ theirs, ours });
    else this.causes.set(why, (this.causes.get(why) ?? 0) + 1);
    return false;
  }

  /** The part of the instructions whose text is objdump's. */
  get share(): number {
    return this.equal / this.instructions;
  }

  /** The agreement and each cause of difference, a line each, the most frequent first. */
  report(): string {
    const causes = [...this.causes].sort(([, a], [, b]) => b - a);
    const names = causes.filter(([why]) => why.startsWith(MISSING));
    const shown = names.slice(0, MOST_NAMES).map(([why, count]) => `${why.slice(MISSING.length)} ${count}`);
    if (names.length > MOST_NAMES) shown.push(`and ${names.length - MOST_NAMES} more`);
    const missing = names.reduce((sum, [, count]) => sum + count, 0);
    return [
      `${this.equal} of ${this.instructions} equal, ${(100 * this.share).toFixed(4)} %; ${this.lengths.length} lengths differ`,
      ...causes.filter(([why]) => !why.startsWith(MISSING)).map(([why, count]) => `  ${count} ${why}`),
      ...(missing ? [`  ${missing} ${MISSING}${shown.join(", ")}`] : []),
      ...this.unexplained.slice(0, 20).map(describe),
    ].join("\n");
  }
}

export function describe({ theirs, ours }: Difference): string {
  return `${theirs.address.toString(16)} ${theirs.hex}: objdump "${theirs.text}", here "${ours.text}", ${ours.length} bytes`;
}

/** Added to addresses, so that those of relocatable files are ones that a process can have. */
const SHIFT = 0x1000_0000;

/** Compares every executable section of `files`: executables, shared objects, archives. */
export async function compareFiles(disassembler: Disassembler, files: readonly string[]): Promise<Tally> {
  const tally = new Tally();
  const compare = (lines: readonly Line[]): void => {
    for (const line of lines) tally.add(line, disassembler.at(line.address));
  };
  // Each part is looked at when the next one is loaded: the last instruction may go on there.
  let waiting: readonly Line[] = [];
  for await (const { begins, lines } of listing(["-d", `--adjust-vma=${SHIFT}`, ...files])) {
    if (begins) {
      compare(waiting);
      waiting = [];
    }
    load(disassembler, lines);
    compare(waiting);
    waiting = lines;
  }
  compare(waiting);
  return tally;
}

function load(disassembler: Disassembler, lines: readonly Line[]): void {
  const first = lines[0];
  if (first) disassembler.load(first.address, Buffer.from(lines.map(({ hex }) => hex).join(""), "hex"));
}
