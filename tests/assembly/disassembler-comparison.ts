/** Holds the core's disassembler against objdump's listing. */
import { readFileSync } from "node:fs";
import { BareCore, EXECUTE, READ } from "./core.ts";
import { expectedLength, listing, type Line } from "./disassembler-objdump.ts";

export interface Disassembled {
  readonly length: number;
  readonly text: string;
}

export class Disassembler {
  readonly machine: BareCore;

  private constructor(machine: BareCore) {
    this.machine = machine;
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
    const { core, bytes } = this.machine;
    const length = core.disassemble(address);
    const text = core.TEXT.value >>> 0;
    return { length, text: Buffer.from(bytes.subarray(text, bytes.indexOf(0, text))).toString("latin1") };
  }
}

/** Mnemonics that the disassembler writes: what objdump calls so must not be "(bad)". */
const KNOWN = new Set(
  ["decoder/mnemonics.ts", "simd/list.ts", "x87/list.ts"].flatMap((file) => {
    const source = readFileSync(new URL(`../../assembly/${file}`, import.meta.url), "utf8");
    return [...source.matchAll(/return "([a-z][a-z0-9]*)/g)].map(([, name = ""]) => name);
  }),
);
const PREFIX = /^(?:(?:data16|addr16|repn?z|rep|lock|[cdefgs]s|bnd|notrack|xacquire|xrelease) )+/;
const MISSING = "not in the opcode maps: ";
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
  // Undocumented x87 aliases, SALC, prefixes that mean nothing before BSF, BSR and WBINVD, 0F 0D with a register.
  if (text === "(bad)") return "the processor knows it, objdump does not";
  if (MPX.test(text)) return "MPX, a NOP for this processor";
  if (text.startsWith("nop") && theirs.bytes.includes(0x66)) return "data16 named though the operand shows it";
  if (ours.text === "(bad)" && text !== theirs.text && NO_PREFIX.test(text)) return "a prefix that it does not allow";
  if (MMX_AND_XMM.test(text) && theirs.bytes.includes(0x66)) return "data16 makes objdump call MMX registers XMM";
  if (/^mov .*tr\d/.test(text)) return "test registers, gone with the 486";
  const name = (text.split(" ", 1)[0] ?? "").replace(PREDICATE, "cmp");
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

/** Adds up what a comparison finds. */
export class Tally {
  instructions = 0;
  equal = 0;
  readonly causes = new Map<string, number>();
  readonly unexplained: Difference[] = [];

  /** True if the two agree. */
  add(theirs: Line, ours: Disassembled): boolean {
    this.instructions++;
    if (theirs.text === ours.text && expectedLength(theirs) === ours.length) {
      this.equal++;
      return true;
    }
    const why = cause(theirs, ours);
    if (why === null) this.unexplained.push({ theirs, ours });
    else this.causes.set(why, (this.causes.get(why) ?? 0) + 1);
    return false;
  }

  /** How many have no row in the opcode maps. */
  get missing(): number {
    let sum = 0;
    for (const [why, count] of this.causes) if (why.startsWith(MISSING)) sum += count;
    return sum;
  }

  /** The agreement and each cause of difference, a line each, the most frequent first. */
  report(): string {
    const causes = [...this.causes].sort(([, a], [, b]) => b - a);
    const names = causes.filter(([why]) => why.startsWith(MISSING));
    const missing = names.map(([why, count]) => `${why.slice(MISSING.length)} ${count}`).join(", ");
    const share = ((100 * this.equal) / (this.instructions - this.missing)).toFixed(3);
    return [
      `${this.equal} of ${this.instructions} equal, ${share} % of those in the opcode maps`,
      ...causes.filter(([why]) => !why.startsWith(MISSING)).map(([why, count]) => `  ${count} ${why}`),
      ...(missing ? [`  ${this.missing} ${MISSING}${missing}`] : []),
      ...this.unexplained.slice(0, 20).map(describe),
    ].join("\n");
  }
}

export function describe({ theirs, ours }: Difference): string {
  const bytes = Buffer.from(theirs.bytes).toString("hex");
  return `${theirs.address.toString(16)} ${bytes}: objdump "${theirs.text}", here "${ours.text}", ${ours.length} bytes`;
}

/** Compares all instructions of a section. */
export function compareSection(disassembler: Disassembler, section: readonly Line[], tally: Tally): void {
  const first = section[0];
  const last = section.at(-1);
  if (!first || !last) return;
  const code = new Uint8Array(last.address + last.bytes.length - first.address);
  for (const { address, bytes } of section) code.set(bytes, address - first.address);
  disassembler.load(first.address, code);
  for (const line of section) tally.add(line, disassembler.at(line.address));
}

/** Added to addresses, so that those of relocatable files are ones that a process can have. */
const SHIFT = 0x1000_0000;

/** Compares every executable section of `file`. */
export async function compareFile(disassembler: Disassembler, file: string): Promise<Tally> {
  const tally = new Tally();
  for await (const section of listing(["-d", `--adjust-vma=${SHIFT}`, file])) {
    compareSection(disassembler, section, tally);
  }
  return tally;
}
