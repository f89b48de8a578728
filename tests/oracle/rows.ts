/**
 * Rows of the opcode maps, and the forms that come of them.
 *
 * A row is the manual's: opcode bytes in hex with `/n` for a fixed reg field, and the operands in its letters. It
 * expands into forms: 32- and 16-bit operand size where a letter is `v` or `z`, register and memory where there is
 * an `E`. A form makes as many cases as wanted, each from its number and random numbers.
 */
import { AF, CF, OF, PF, SF, ZF } from "./case.ts";
import type { Case } from "./case.ts";
import type { Surroundings } from "./draft.ts";
import { Draft } from "./draft.ts";
import type { Encoding, Operand, Shape } from "./operands.ts";
import { operand } from "./operands.ts";
import type { Random } from "./random.ts";
import { crossedValues, MOST_COMBINATIONS } from "./values.ts";

export interface Form {
  readonly family: string;
  /** Unlike any other form's; the cases depend on it. */
  readonly name: string;
  /** Cases in a recording. */
  readonly cases: number;
  /** What processors do differently here, within what the manual allows; and what becomes of that. */
  readonly differs?: string;
  /** LOCK is legal. */
  readonly lock?: boolean;
  build(random: Random, index: number, surroundings?: Surroundings): Case;
}

/** What a row's hooks may look at and change. */
export interface Context {
  readonly draft: Draft;
  readonly shape: Shape;
  readonly operands: readonly Operand[];
  readonly encoding: Encoding;
}

export interface RowOptions {
  /** LOCK is allowed where the destination is memory. */
  readonly lock?: boolean;
  /** Flags that the manual leaves undefined: names, or a rule where it depends on the operands. */
  readonly undefined?: string | ((context: Context) => number);
  /** Implied operands that take values, too. */
  readonly implied?: readonly string[];
  /** Edge values of an operand by its name, instead of those of its size. */
  readonly edges?: Readonly<Record<string, readonly number[]>>;
  /** What must be settled before any operand: where the stack is, for one. */
  readonly setup?: (draft: Draft, index: number) => void;
  /** After the setup: must the memory operand not fault? */
  readonly harmless?: (draft: Draft) => boolean;
  /** Last changes, after the operands have their values. */
  readonly prepare?: (context: Context) => void;
  /** Registers that mean something to the instruction, so no address may use them. */
  readonly keep?: readonly number[];
  readonly cases?: number;
  /** Bytes of a memory operand without a size letter. */
  readonly memorySize?: number;
  /** Operand sizes, where not both. */
  readonly sizes?: readonly number[];
  /** As in Form. */
  readonly differs?: string;
}

export interface Row extends RowOptions {
  readonly opcode: string;
  readonly text: string;
}

export const CASES = 208;

export function row(opcode: string, text: string, options: RowOptions = {}): Row {
  return { opcode, text, ...options };
}

const FLAG_BITS: Readonly<Record<string, number>> = { CF, PF, AF, ZF, SF, OF };

/** The mask of flags named in a text like `OF AF`. */
export function flagMask(names: string): number {
  return names.split(" ").reduce((mask, name) => mask | (FLAG_BITS[name] ?? 0), 0);
}

function operandNames(text: string): string[] {
  const list = text.split(" ")[1];
  return list ? list.split(",") : [];
}

/** Builds one case of a row. */
function buildCase(
  random: Random,
  index: number,
  the: Row,
  operandSize: number,
  mode: Shape["mode"],
  surroundings?: Surroundings,
): Case {
  const draft = new Draft(random, surroundings);
  the.setup?.(draft, index);
  const shape: Shape = {
    operandSize,
    mode,
    harmless: index < MOST_COMBINATIONS * 0.7 || !random.oneIn(2) || the.harmless?.(draft) === true,
    memorySize: the.memorySize ?? operandSize,
  };
  for (const register of the.keep ?? []) draft.keep(register);
  const encoding: Encoding = { reg: 0, low: 0, modrm: null, immediate: [] };
  const names = [...operandNames(the.text), ...(the.implied ?? [])];
  const operands = names.map((name) => operand(draft, encoding, name, shape)).filter((one) => one !== null);
  const values = crossedValues(
    random,
    index,
    operands.map((one) => ({ size: one.size, edges: the.edges?.[one.name] ?? one.edges })),
  );
  operands.forEach((one, i) => one.write(values[i] ?? 0));
  const context: Context = { draft, shape, operands, encoding };
  the.prepare?.(context);
  const flags = typeof the.undefined === "function" ? the.undefined(context) : flagMask(the.undefined ?? "");
  draft.allowance = { ...draft.allowance, flags: draft.allowance.flags | flags };

  if (operandSize === 2) draft.prefixes.push(0x66);
  if (the.lock && mode === "memory" && random.oneIn(4)) draft.prefixes.push(0xf0);
  draft.code.push(...encode(the.opcode, encoding));
  return draft.finish();
}

/** A form that no row describes. */
export function custom(
  family: string,
  name: string,
  cases: number,
  build: (draft: Draft, index: number) => void,
  the: Pick<Form, "differs"> = {},
): Form {
  return {
    family,
    name,
    cases,
    ...noted(the),
    build: (random, index, surroundings) => {
      const draft = new Draft(random, surroundings);
      build(draft, index);
      return draft.finish();
    },
  };
}

/** Opcode bytes, ModR/M with what follows it, and immediates. */
export function encode(opcode: string, encoding: Encoding): number[] {
  const [bytes = "", digit] = opcode.split(" /");
  const code = bytes.split(" ").map((byte) => parseInt(byte, 16));
  code.push((code.pop() ?? 0) | encoding.low);
  const reg = digit === undefined ? encoding.reg : Number(digit);
  const { modrm } = encoding;
  if (modrm) code.push((modrm.mod << 6) | (reg << 3) | modrm.rm, ...modrm.tail);
  return [...code, ...encoding.immediate];
}

export function noted({ differs }: Pick<Form, "differs">): Pick<Form, "differs"> {
  return differs === undefined ? {} : { differs };
}

/** The forms of a table of rows. */
export function formsOf(family: string, rows: readonly Row[]): Form[] {
  const forms: Form[] = [];
  for (const the of rows) {
    const names = operandNames(the.text);
    const sized = names.concat(the.implied ?? []).some((name) => /^[EGIZMOR][vz]$|^Is$|^e[ACD]X$/.test(name));
    const sizes = the.sizes ?? (sized ? [4, 2] : [4]);
    const letters = names.map((name) => name[0] ?? "");
    const modes: Shape["mode"][] = letters.includes("E") ? ["register", "memory"] : ["none"];
    if (names.some((name) => /^M/.test(name))) modes.splice(0, 1, "memory");
    if (names.some((name) => /^R/.test(name))) modes.splice(0, 1, "register");
    for (const size of sizes) {
      for (const mode of modes) {
        const suffix = `${sizes.length > 1 || size === 2 ? ` ${8 * size}-bit` : ""}${mode === "none" ? "" : ` ${mode}`}`;
        forms.push({
          family,
          name: `${the.opcode} ${the.text}${suffix}`,
          cases: the.cases ?? CASES,
          lock: the.lock === true && mode === "memory",
          ...noted(the),
          build: (random, index, surroundings) => buildCase(random, index, the, size, mode, surroundings),
        });
      }
    }
  }
  return forms;
}
