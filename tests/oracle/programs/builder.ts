/** A program in the making: emits instructions and keeps account of registers, flags and memory. */
import type { Allowance, Bytes, Case } from "../case.ts";
import type { Surroundings } from "../draft.ts";
import { EAX, ECX, EDX, ESP } from "../draft.ts";
import { FAMILIES, FORMS } from "../generate.ts";
import type { Random } from "../random.ts";
import type { Form } from "../rows.ts";
import { littleEndian } from "../values.ts";
import { DATA, EDGE, SELECTOR } from "../window.ts";
import type { Effect } from "./effects.ts";
import { DEFINES_ALL, effectOf, NO_EFFECT, X87_CONDITIONS } from "./effects.ts";
import type { Code, Item, Reference } from "./program.ts";
import { WEAK } from "./program.ts";

/**
 * Families whose forms stand anywhere in a program, and how often. The others have to do with the stack, with control
 * or with segments, or fault.
 */
const WEIGHTS: Readonly<Record<string, number>> = {
  arithmetic: 12,
  shifts: 4,
  bits: 2,
  moves: 9,
  "flags and decimal": 2,
  x87: 4,
  sse: 3,
  "simd integer": 3,
  "simd moves": 3,
  "simd state": 1,
  "popcnt movbe crc32": 1,
  hints: 1,
};

/** What processors answer differently, what is no instruction, pairs, and what loads a bit of MXCSR that not all have. */
const LEFT_OUT = /RCP[PS]S|RSQRT[PS]S|undefined|, then|EMMS,|FXRSTOR|LDMXCSR/;
/** What mostly unmasks exceptions or empties the x87 stack. */
const SELDOM = /FLDCW|FLDENV|FRSTOR|FNINIT|FNSAVE/;

export const POOL: ReadonlyMap<string, readonly Form[]> = new Map(
  FAMILIES.filter((family) => family in WEIGHTS).map((family) => [
    family,
    FORMS.filter((form) => form.family === family && !LEFT_OUT.test(form.name)),
  ]),
);

/** The instruction's name in a form's. */
export function mnemonicOf(form: Form): string {
  return /^(?:[0-9a-f]{2} |\/\d )*(\S+)/.exec(form.name)?.[1] ?? "";
}

/** Cells for counters and pointers lie in EDGE, where operands of rows seldom come. */
const CELLS = EDGE.address + 0x100;
const CELLS_END = EDGE.address + 0xe00;
/** Operands in memory that get values of their rows' choice; the harness takes 255 patches a program. */
const MOST_PATCHES = 160;
/** How often a form is drawn before an instruction is given up: most name a register that must stay. */
const ATTEMPTS = 24;

export interface RowOptions {
  /** Which forms; all of the pool if missing. */
  readonly filter?: RegExp;
  readonly family?: string;
  /** Addresses come from known registers only, so that no other instruction stands in front. */
  readonly compact?: boolean;
  /** Where every second operand in memory lies. */
  readonly places?: readonly number[];
}

export class Builder {
  readonly random: Random;
  readonly items: Item[] = [];
  readonly pointers: { address: number; label: number }[] = [];
  readonly registers = new Uint32Array(8);
  /** Registers with a value that stays, wherever in the program. */
  readonly known = new Map<number, number>();
  /** Registers that count loops, a bit each. */
  protectedRegisters = 0;
  /** ESP where it is known: outside of functions. */
  stackPointer: number | null = null;
  /** Instructions so far. */
  count = 0;
  private undefinedFlags = 0;
  private labels = 0;
  private cells = CELLS;
  private readonly overlay = new Map<number, number>();
  private patches = 0;
  private readonly weights: readonly (readonly [string, number])[];
  private readonly places: readonly number[];
  /** An instruction may fault once in so many; 0 = never on purpose. */
  readonly risk: number;

  constructor(random: Random) {
    this.random = random;
    // Some families only, or more of some than of others.
    const narrow = random.oneIn(2);
    const weights = Object.entries(WEIGHTS).map(
      ([name, weight]) => [name, narrow && random.oneIn(2) ? 0 : weight * (1 + random.below(3))] as const,
    );
    this.weights = weights.some(([, weight]) => weight > 0) ? weights : Object.entries(WEIGHTS);
    this.places = Array.from({ length: 6 }, () => {
      const middle = random.oneIn(3) ? 0xff0 + random.below(32) : random.below(0x1d00);
      return DATA.address + (random.oneIn(2) ? middle & ~15 : middle);
    });
    this.risk = random.oneIn(2) ? 0 : 30 + random.below(100);
  }

  label(): number {
    return this.labels++;
  }

  define(label: number): void {
    this.settle(~WEAK);
    this.items.push({ kind: "label", label });
    this.undefinedFlags = WEAK;
  }

  /** Defines those of `flags` that may be undefined here. */
  settle(flags: number): void {
    const open = flags & this.undefinedFlags;
    if (open & X87_CONDITIONS) this.push([0xd9, 0xe5], effectOf("FXAM", { flags: 0 }));
    if (open & ~X87_CONDITIONS) {
      const register = this.random.below(8);
      const immediate = this.random.below(256);
      if (this.random.oneIn(2)) this.push([0x83, 0xf8 | register, immediate], DEFINES_ALL);
      else this.push([0x38, 0xc0 | (this.random.below(8) << 3) | register], DEFINES_ALL);
    }
  }

  /** Appends an instruction, after others that define what it looks at. */
  push(
    bytes: readonly number[],
    effect: Effect = NO_EFFECT,
    more: { references?: readonly Reference[]; transfers?: boolean; allowance?: Allowance } = {},
  ): void {
    const { references = [], transfers = false, allowance = { flags: 0 } } = more;
    this.settle(effect.reads | (transfers ? ~WEAK : 0));
    const item: Code = { kind: "code", bytes, references, effect, transfers, allowance };
    this.items.push(item);
    this.count++;
    this.undefinedFlags = (this.undefinedFlags & ~effect.defines) | effect.undefines | (transfers ? WEAK : 0);
  }

  branch(short: readonly number[], near: readonly number[] | null, target: number, reads = 0): void {
    this.settle(~WEAK | reads);
    this.items.push({ kind: "branch", short, near, target, effect: { reads, defines: 0, undefines: 0 } });
    this.count++;
  }

  /** An instruction with the address of a label in its last four bytes. */
  pushAbsolute(
    before: readonly number[],
    label: number,
    addend = 0,
    effect = NO_EFFECT,
    behind: readonly number[] = [],
  ): void {
    const references: Reference[] = [{ at: before.length, kind: "absolute", label, addend }];
    this.push([...before, 0, 0, 0, 0, ...behind], effect, { references });
  }

  /** `size` bytes of memory that no row writes to. */
  cell(size = 4): number {
    if (this.cells + size > CELLS_END) this.cells = CELLS;
    this.cells += size;
    return this.cells - size;
  }

  write(address: number, bytes: readonly number[] | Uint8Array): void {
    bytes.forEach((byte, i) => this.overlay.set(address + i, byte));
  }

  /** The registers that nothing may write to now. */
  get fixed(): number {
    return [...this.known.keys()].reduce((mask, register) => mask | (1 << register), this.protectedRegisters | 0x10);
  }

  /** A register that may be written to. */
  scratch(among = 0xff): number {
    const usable = [0, 1, 2, 3, 5, 6, 7].filter((register) => among & ~this.fixed & (1 << register));
    return usable.length > 0 ? this.random.pick(usable) : this.scratch();
  }

  isFree(register: number): boolean {
    return (this.fixed & (1 << register)) === 0;
  }

  private surroundings(compact: boolean, places: readonly number[]): Surroundings {
    const known = new Map(this.known);
    if (this.stackPointer !== null) known.set(ESP, this.stackPointer);
    let mask = 0;
    for (const register of known.keys()) mask |= 1 << register;
    const kept = (compact && known.size > 0 ? 0xff : this.protectedRegisters | (1 << ESP)) & ~mask;
    return { known, kept, places };
  }

  private someForm(options: RowOptions): Form {
    const { random } = this;
    let family = options.family;
    if (family === undefined) {
      let at = random.below(this.weights.reduce((sum, [, weight]) => sum + weight, 0));
      family = this.weights.find(([, weight]) => (at -= weight) < 0)?.[0] ?? "arithmetic";
    }
    let forms = POOL.get(family) ?? [];
    if (options.filter) forms = filtered(family, options.filter);
    const form = random.pick(forms);
    return !options.filter && SELDOM.test(form.name) && !random.oneIn(8) ? random.pick(forms) : form;
  }

  /** An instruction of the rows. False if none fits. */
  row(options: RowOptions = {}): boolean {
    const { random } = this;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const form = this.someForm(options);
      // The cases of a form that are not harmless have a number of 204 or more, or one that 4 divides.
      const risky = this.risk > 0 && random.oneIn(this.risk);
      const index = risky ? 204 + 4 * random.below(100) : 4 * random.below(25) + 1 + random.below(3);
      const input = form.build(
        random,
        index,
        this.surroundings(options.compact === true, options.places ?? this.places),
      );
      if (this.take(form, input)) return true;
    }
    return false;
  }

  /** Takes over a case as an instruction in the middle, if it touches nothing that must stay. */
  private take(form: Form, input: Case): boolean {
    const { registers, segments, uses = { needed: 0, operands: 0 } } = input;
    if (segments.some((selector, i) => selector !== DEFAULT_SEGMENTS[i])) return false;
    const mnemonic = mnemonicOf(form);
    const dividing = /^I?DIV$/.test(mnemonic);
    let needed = (uses.needed | (dividing ? uses.operands | (1 << EAX) | (1 << EDX) : 0)) & 0xff;
    for (const register of this.known.keys()) needed &= ~(1 << register);
    if (this.stackPointer !== null) needed &= ~(1 << ESP);
    const implied = /STRI$/.test(mnemonic) ? 1 << ECX : 0;
    if ((needed | uses.operands | implied) & this.fixed) return false;
    const bytes: number[] = [];
    for (let i = 0; i < 8; i++) if (needed & (1 << i)) bytes.push(0xb8 + i, ...littleEndian(registers[i] ?? 0, 4));
    if (this.patches + input.memory.length <= MOST_PATCHES) {
      for (const patch of input.memory) this.write(patch.address, patch.bytes);
      this.patches += input.memory.length;
    }
    this.push([...bytes, ...input.code], effectOf(mnemonic, input.allowance), { allowance: input.allowance });
    return true;
  }

  /** What differs from the window's base contents, neighbours joined. */
  memory(): Bytes[] {
    const addresses = [...this.overlay.keys()].sort((a, b) => a - b);
    const runs: { address: number; bytes: number[] }[] = [];
    for (const address of addresses) {
      const last = runs.at(-1);
      // Regions may touch each other, but no run goes beyond a page.
      if (last && last.address + last.bytes.length === address && address & 0xfff) last.bytes.push(0);
      else runs.push({ address, bytes: [0] });
      const run = runs.at(-1);
      if (run) run.bytes[run.bytes.length - 1] = this.overlay.get(address) ?? 0;
    }
    return runs.map(({ address, bytes }) => ({ address, bytes: Uint8Array.from(bytes) }));
  }
}

const DEFAULT_SEGMENTS = [SELECTOR.data, SELECTOR.data, SELECTOR.based, SELECTOR.limited];

const filters = new Map<string, readonly Form[]>();

/** The forms of a family whose instruction's name the pattern knows. */
function filtered(family: string, filter: RegExp): readonly Form[] {
  const key = `${family} ${filter.source}`;
  let forms = filters.get(key);
  if (!forms) {
    forms = (POOL.get(family) ?? []).filter((form) => filter.test(mnemonicOf(form)));
    filters.set(key, forms);
  }
  return forms;
}
