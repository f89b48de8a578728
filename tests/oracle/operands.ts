/** Instruction operands in the manual's letters: how each is encoded and where its value lives. */
import type { MemoryOperand } from "./addressing.ts";
import { anyAddress, goodAddress, memoryOperand, SEGMENT_PREFIX } from "./addressing.ts";
import type { Draft } from "./draft.ts";
import { EAX, ECX, EDX } from "./draft.ts";
import { edges, littleEndian } from "./values.ts";
import { BASED } from "./window.ts";

/** An operand that takes values. */
export interface Operand {
  readonly name: string;
  readonly size: number;
  readonly edges: readonly number[];
  /** Where it lies, if in memory. */
  readonly address?: number;
  write(value: number): void;
  read(): number;
}

/** The parts of an instruction that operands fill in. */
export interface Encoding {
  /** The reg field, as far as an operand has it. */
  reg: number;
  /** A register in the low bits of the opcode. */
  low: number;
  /** mod and rm with SIB and displacement; null without ModR/M. */
  modrm: Pick<MemoryOperand, "mod" | "rm" | "tail"> | null;
  immediate: number[];
}

/** What the letters mean in one form: the operand size, and whether E is a register or memory. */
export interface Shape {
  /** 2 or 4 bytes. */
  readonly operandSize: number;
  readonly mode: "register" | "memory" | "none";
  /** Memory operands of this case neither fault nor leave the segment. */
  readonly harmless: boolean;
  /** Bytes of a memory operand that has no size letter. */
  readonly memorySize: number;
}

const SIZES: Readonly<Record<string, number>> = { b: 1, w: 2, d: 4, q: 8 };

/** The size in bytes of a size letter. */
export function sizeOf(letter: string, shape: Shape): number {
  if (letter === "v" || letter === "z") return shape.operandSize;
  if (letter === "") return shape.memorySize;
  const size = SIZES[letter];
  if (size === undefined) throw new Error(`no operand size ${letter}`);
  return size;
}

function registerOperand(draft: Draft, name: string, number: number, size: number): Operand {
  return {
    name,
    size,
    edges: edges(size),
    write: (value) => draft.writeRegister(number, size, value),
    read: () => draft.readRegister(number, size),
  };
}

function memoryValue(draft: Draft, name: string, address: number, size: number): Operand {
  let written = 0;
  return {
    name,
    size,
    address,
    edges: edges(size),
    write: (value) => {
      written = value;
      const high = size > 4 ? littleEndian(draft.random.word(), size - 4) : [];
      draft.writeMemory(address, [...littleEndian(value, Math.min(size, 4)), ...high]);
    },
    read: () => written,
  };
}

function immediateOperand(encoding: Encoding, name: string, size: number): Operand {
  const at = encoding.immediate.length;
  encoding.immediate.push(...littleEndian(0, size));
  let written = 0;
  return {
    name,
    size,
    edges: edges(size),
    write: (value) => {
      written = value;
      encoding.immediate.splice(at, size, ...littleEndian(value, size));
    },
    read: () => written,
  };
}

/** An operand in memory at an address of the case's choice. */
export function memoryAt(draft: Draft, encoding: Encoding, size: number, shape: Shape): MemoryOperand {
  const linear = shape.harmless ? goodAddress(draft, size) : anyAddress(draft, size);
  const operand = memoryOperand(draft, linear, shape);
  encoding.modrm = operand;
  return operand;
}

/** A direct address (moffs) in the segment FS or DS. */
function directOperand(draft: Draft, encoding: Encoding, name: string, size: number, shape: Shape): Operand {
  const linear = shape.harmless ? goodAddress(draft, size) : anyAddress(draft, size);
  const near = linear - BASED.base;
  const short = near >= 0 && near < 0x1_0000 && draft.random.oneIn(3);
  const based = short || (linear < 0x8000_0000 && draft.random.oneIn(3));
  if (short) draft.prefixes.push(0x67);
  if (based) draft.prefixes.push(SEGMENT_PREFIX.fs);
  encoding.immediate.push(...littleEndian(based ? linear - BASED.base : linear, short ? 2 : 4));
  return memoryValue(draft, name, linear >>> 0, size);
}

/** Registers that a row names: a fixed size, or the operand size (eAX). */
const NAMED: Readonly<Record<string, readonly [number, number]>> = {
  AL: [EAX, 1],
  CL: [ECX, 1],
  AH: [4, 1],
  AX: [EAX, 2],
  DX: [EDX, 2],
  EAX: [EAX, 4],
  ECX: [ECX, 4],
  EDX: [EDX, 4],
  EBX: [3, 4],
  eAX: [EAX, 0],
  eDX: [EDX, 0],
  eCX: [ECX, 0],
};

/**
 * Sets up one operand of a row: `Eb`, `Gv`, `Iz`, `Zv` (register in the opcode), `Mq`, `Rd`, `Ob`, `AL`, `eAX`, ...
 * `Is` is a byte that is sign-extended to the operand size. A constant (`1`) is no operand: null.
 */
export function operand(draft: Draft, encoding: Encoding, name: string, shape: Shape): Operand | null {
  const named = NAMED[name];
  if (named) return registerOperand(draft, name, named[0], named[1] || shape.operandSize);
  if (/^\d/.test(name)) return null;
  const letter = name[0] ?? "";
  if (name === "Is") return immediateOperand(encoding, name, 1);
  const size = sizeOf(name.slice(1), shape);
  switch (letter) {
    case "E":
    case "M":
    case "R":
      if (shape.mode === "memory") {
        const memory = memoryAt(draft, encoding, size, shape);
        return memoryValue(draft, name, memory.address, size);
      } else {
        const rm = draft.random.below(8);
        encoding.modrm = { mod: 3, rm, tail: [] };
        return registerOperand(draft, name, rm, size);
      }
    case "G":
      encoding.reg = draft.random.below(8);
      return registerOperand(draft, name, encoding.reg, size);
    case "Z":
      encoding.low = draft.random.below(8);
      return registerOperand(draft, name, encoding.low, size);
    case "I":
      return immediateOperand(encoding, name, size);
    case "O":
      return directOperand(draft, encoding, name, size, shape);
    default:
      throw new Error(`no operand ${name}`);
  }
}
