/**
 * The instructions of the built core, asked of it: every opcode under every prefix that may choose a row, with every
 * ModR/M that may, is disassembled and run. What ends with #UD is none; a feature without which the run ends otherwise
 * is one that the instruction needs.
 */
import { readFileSync } from "node:fs";
import {
  hasRegister,
  isString,
  join,
  kindOf,
  MEMORY,
  type Sample,
  sampleOf,
  withSizes,
} from "./instruction-notation.ts";
import { BareCore, EXECUTE, EXIT_EXCEPTION, READ } from "../tests/assembly/core.ts";

/** An instruction in one form, with what is in a register or in memory side by side. */
export interface InstructionRow {
  readonly mnemonic: string;
  /** As in the manual: `66 0F 73 /2`, `40+r`. */
  readonly opcode: string;
  /** `r/m32,imm8`. */
  readonly operands: string;
  /** Features, by the names of assembly/cpu/features.ts. */
  readonly needs: readonly string[];
  /** Has it ModR/M forms with memory, and with a register? */
  readonly memory: boolean;
  readonly register: boolean;
}

const CODE = 0x1000_0000;
const SLOT = 16;
const CODE_PAGES = 4;
const UNDEFINED_OPCODE = 6;
const EVERY_FEATURE = 0xffff_ffff;
const ESCAPES: readonly (readonly number[])[] = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
const MANDATORY: readonly (readonly number[])[] = [[], [0x66], [0xf3], [0xf2]];
const PREFIXES = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3];
/** [ESI] with each reg, then each register form. */
const MODRM: readonly number[] = [...range(8).map((reg) => (reg << 3) | 6), ...range(64).map((low) => 0xc0 | low)];
const MEMORY_FORMS = 8;
/** What follows ModR/M: displacement and immediates. */
const TAIL = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77];

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A row in the making. `variants` are places in MODRM. */
interface Draft {
  readonly map: number;
  opcodes: number[];
  readonly prefix: number;
  readonly mnemonic: string;
  readonly variants: Set<number>;
  memory: Sample | null;
  register: Sample | null;
  /** The form with the 66 prefix, where that is only another size. */
  sized: Sample | null;
}

export class InstructionRows {
  readonly rows: readonly InstructionRow[];
  private readonly drafts: Draft[] = [];
  private readonly machine: BareCore;
  /** The row of each map, opcode, prefix and ModR/M. */
  private readonly places = new Map<number, Draft>();
  private readonly indices = new Map<Draft, number>();

  private constructor(machine: BareCore) {
    this.machine = machine;
    machine.setModel("max", { gates: 3 });
    machine.core.setPermissions(CODE >>> 12, CODE_PAGES, READ | EXECUTE);
    for (let map = 0; map < ESCAPES.length; map++) {
      for (let opcode = 0; opcode < 256; opcode++) {
        if (map === 0 && (opcode === 0x0f || PREFIXES.includes(opcode))) continue;
        if (map === 1 && (opcode === 0x38 || opcode === 0x3a)) continue;
        this.enumerate(map, opcode);
      }
    }
    const features = featureNames();
    this.rows = this.drafts.map((draft, index) => {
      this.indices.set(draft, index);
      return this.finish(draft, features);
    });
  }

  static async create(): Promise<InstructionRows> {
    return new InstructionRows(await BareCore.create());
  }

  /** The row that the first instruction of `code` belongs to, by its number, and whether its operand is in memory. */
  find(code: Uint8Array): { readonly row: number; readonly memory: boolean } | null {
    let at = 0;
    let prefix = 0;
    for (; PREFIXES.includes(code[at] ?? 0); at++) {
      if (code[at] === 0x66 && prefix < 2) prefix = 1;
      if (code[at] === 0xf3) prefix = 2;
      if (code[at] === 0xf2) prefix = 3;
    }
    let map = 0;
    if (code[at] === 0x0f) {
      map = code[++at] === 0x38 ? 2 : code[at] === 0x3a ? 3 : 1;
      if (map > 1) at++;
    }
    const opcode = code[at];
    if (opcode === undefined) return null;
    const modrm = code[at + 1] ?? 0xc0;
    const variant = modrm < 0xc0 ? (modrm >> 3) & 7 : MEMORY_FORMS + (modrm & 0x3f);
    const draft = this.places.get(placeOf(map, opcode, prefix, variant));
    return draft ? { row: this.indices.get(draft) ?? -1, memory: modrm < 0xc0 } : null;
  }

  /** Adds the rows of one opcode. */
  private enumerate(map: number, opcode: number): void {
    const own: Draft[] = [];
    for (let prefix = 0; prefix < MANDATORY.length; prefix++) {
      const encodings = MODRM.map((modrm) => encode(map, opcode, prefix, modrm));
      const texts = this.disassemble(encodings);
      for (const [variant, bytes] of encodings.entries()) {
        const sample = sampleOf(map, opcode, MODRM[variant] ?? 0, bytes, texts[variant] ?? "");
        if (!sample) continue;
        const memory = variant < MEMORY_FORMS;
        // Under another prefix it is the same instruction if it was one with that ModR/M.
        const same = (one: Draft): boolean => one.prefix === prefix || one.variants.has(variant);
        const found = own.find((one) => same(one) && belongs(one, sample, one.prefix === prefix));
        // What one register can, another can, too.
        const isTried = found && !memory && this.places.has(placeOf(map, opcode, prefix, variant - (variant % 8)));
        if (!isTried && !this.exists(sample)) continue;
        const draft = found ?? this.begin(own, map, opcode, prefix, sample);
        this.places.set(placeOf(map, opcode, prefix, variant), draft);
        if (prefix === draft.prefix) {
          draft.variants.add(variant);
          // The last reg and the last r/m but one are the ones that sampleOf makes general.
          if (memory) draft.memory = sample;
          else if (!draft.register || (MODRM[variant] ?? 0) % 8 === 6) draft.register = sample;
        } else if (prefix === 1) {
          if (!draft.sized || (MODRM[variant] ?? 0) % 8 === 6) draft.sized = sample;
        }
      }
    }
  }

  private begin(own: Draft[], map: number, opcode: number, prefix: number, sample: Sample): Draft {
    const { mnemonic } = sample;
    // The same instruction of another opcode whose low bits are a register or a condition.
    const before = this.drafts.findLast((one) => one.map === map && one.mnemonic === mnemonic && one.prefix === prefix);
    const last = before?.opcodes.at(-1) ?? 0;
    const isRun = hasRegister(map, opcode) ? opcode % 8 > 0 : mnemonic.endsWith("cc");
    if (before && isRun && last === opcode - 1 && belongs(before, sample, true)) {
      before.opcodes.push(opcode);
      own.push(before);
      return before;
    }
    const draft: Draft = {
      map,
      opcodes: [opcode],
      prefix,
      mnemonic,
      variants: new Set(),
      memory: null,
      register: null,
      sized: null,
    };
    own.push(draft);
    this.drafts.push(draft);
    return draft;
  }

  private disassemble(encodings: readonly (readonly number[])[]): string[] {
    const { machine } = this;
    const code = new Uint8Array(encodings.length * SLOT);
    encodings.forEach((bytes, i) => code.set(bytes, i * SLOT));
    machine.put(CODE, code);
    const text = machine.core.TEXT.value >>> 0;
    return encodings.map((_, i) => {
      const length = machine.core.disassemble(CODE + i * SLOT);
      const written = Buffer.from(machine.bytes.subarray(text, machine.bytes.indexOf(0, text))).toString("latin1");
      return `${length} ${written}`;
    });
  }

  /** Is it an instruction to the processor with all features? UD2 is one though it ends with #UD. */
  private exists({ mnemonic, bytes }: Sample): boolean {
    return mnemonic === "ud2" || this.run(bytes, EVERY_FEATURE) !== UNDEFINED_OPCODE;
  }

  /** Runs the instruction; gives the exception's vector, if one ends it. */
  private run(bytes: readonly number[], features: number): number | null {
    const { machine } = this;
    const { core } = machine;
    machine.setWord(core.FEATURES, features);
    machine.put(CODE, bytes);
    machine.setWord(core.EIP, CODE);
    // LZCNT and BSR of it differ, and the flags of TZCNT and BSF.
    machine.setWord(core.ESI, 1);
    return core.run(1) === EXIT_EXCEPTION ? machine.word(core.EXCEPTION_VECTOR) : null;
  }

  /** The same from the same state, with what becomes of the registers and the flags. */
  private outcome(bytes: readonly number[], features: number): string {
    const { machine } = this;
    const { core } = machine;
    core.reset();
    machine.setModel("max", { gates: 3 });
    core.setPermissions(CODE >>> 12, CODE_PAGES, READ | EXECUTE);
    const vector = this.run(bytes, features);
    const registers = [core.EAX, core.ECX, core.EDX, core.EBX, core.ESP, core.EBP, core.ESI, core.EDI, core.EIP];
    return `${registers.map((register) => machine.word(register)).join()} ${core.getEflags()} ${vector}`;
  }

  private needs(sample: Sample | null, features: readonly string[]): string[] {
    if (!sample || sample.mnemonic === "ud2") return [];
    const all = this.outcome(sample.bytes, EVERY_FEATURE);
    return features.filter((_, bit) => bit > 0 && this.outcome(sample.bytes, EVERY_FEATURE ^ (1 << bit)) !== all);
  }

  private finish(draft: Draft, features: readonly string[]): InstructionRow {
    const { memory, register, sized } = draft;
    const operands = join(memory, register);
    const needs = new Set([...this.needs(memory, features), ...this.needs(register, features)]);
    const hasMemory = memory?.operands.some((one) => MEMORY.test(one)) === true && !isString(draft.mnemonic);
    return {
      mnemonic: draft.mnemonic,
      opcode: opcodeText(draft),
      operands: withSizes(operands, sized?.operands ?? []).join(","),
      needs: [...needs],
      memory: hasMemory,
      register: hasMemory && register !== null,
    };
  }
}

function placeOf(map: number, opcode: number, prefix: number, variant: number): number {
  return (((map << 8) | opcode) * MANDATORY.length + prefix) * MODRM.length + variant;
}

function encode(map: number, opcode: number, prefix: number, modrm: number): number[] {
  return [...(MANDATORY[prefix] ?? []), ...(ESCAPES[map] ?? []), opcode, modrm, ...TAIL];
}

/** The names of the features, by their bits: the members of Feature. */
function featureNames(): string[] {
  const source = readFileSync(new URL("../assembly/cpu/features.ts", import.meta.url), "utf8");
  const members = /enum Feature \{(.*?)\n\}/s.exec(source)?.[1]?.replace(/\/\*.*?\*\//gs, "") ?? "";
  return [...members.matchAll(/\w+/g)].map(([name]) => name);
}

/**
 * Is the sample one of the row's? They differ at most in one operand that is in memory or in a register, and in size, but
 * not in that of memory unless by a prefix.
 */
function belongs(draft: Draft, { mnemonic, operands }: Sample, samePrefix: boolean): boolean {
  if (draft.mnemonic !== mnemonic) return false;
  const sizes = (list: readonly string[]): string => list.filter((one) => MEMORY.test(one)).join();
  const isMemory = sizes(operands) !== "" && draft.memory !== null && sizes(draft.memory.operands) !== "";
  if (samePrefix && isMemory && sizes(operands) !== sizes(draft.memory?.operands ?? [])) return false;
  return [draft.memory, draft.register].every((other) => {
    if (!other) return true;
    if (other.operands.length !== operands.length) return false;
    const unlike = operands.filter((one, i) => kindOf(one) !== kindOf(other.operands[i] ?? ""));
    const theirs = other.operands.filter((one, i) => kindOf(one) !== kindOf(operands[i] ?? ""));
    return (
      unlike.length === 0 || (unlike.length === 1 && MEMORY.test(unlike[0] ?? "") !== MEMORY.test(theirs[0] ?? ""))
    );
  });
}

function opcodeText({ map, opcodes, prefix, variants, memory, register }: Draft): string {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(2, "0");
  const [first = 0] = opcodes;
  const last = opcodes.at(-1) ?? 0;
  const suffix = first === last ? "" : hasRegister(map, first) ? "+r" : `–${hex(last)}`;
  const start = [...(MANDATORY[prefix] ?? []), ...(ESCAPES[map] ?? []), first].map(hex).join(" ") + suffix;
  if (variants.size === MODRM.length) return start;
  const regs = new Set([...variants].map((one) => ((MODRM[one] ?? 0) >> 3) & 7));
  const registers = [...variants].filter((one) => one >= MEMORY_FORMS).map((one) => MODRM[one] ?? 0);
  // A row of single bytes, not of all registers under some reg.
  const isWhole = registers.length === 0 || registers.length % 8 === 0;
  if (!isWhole)
    return `${start} ${hex(registers[0] ?? 0)}${registers.length > 1 ? `–${hex(registers.at(-1) ?? 0)}` : ""}`;
  const isAll = regs.size === 8 && (memory === null || register === null || variants.size >= MEMORY_FORMS);
  return isAll ? start : `${start} ${[...regs].map((reg) => `/${reg}`).join(" ")}`;
}
