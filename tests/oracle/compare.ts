/** Compares what two processors made of a case, as far as the manual defines it. */
import type { Bytes, Case, Outcome, X87State, XmmState } from "./case.ts";
import { AC, ARITHMETIC_FLAGS, DF, ID, IF, NT, REGISTER_NAMES, SEGMENT_NAMES, TF, TIMEOUT } from "./case.ts";
import { initialSegments, VECTOR_BREAKPOINT, VECTOR_PAGE_FAULT } from "./case.ts";

/** IOPL, VIF and VIP besides what has a name. RF is not compared: it belongs to the exception, not to the program. */
const COMPARED_FLAGS = ARITHMETIC_FLAGS | TF | IF | DF | NT | AC | ID | 0x3000 | 0x18_0000;

/** x87 status: an unmasked exception is pending, and the last pointers mean something. */
const ES = 0x80;

/** Error code of a page fault: an instruction was to be fetched. */
const FETCH = 0x10;

/** Vectors that are reported behind their instruction. */
const TRAPS = [1, VECTOR_BREAKPOINT, 4];

export interface Difference {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

function hex(value: number, digits = 8): string {
  return value.toString(16).padStart(digits, "0");
}

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [0x001, "CF"],
  [0x004, "PF"],
  [0x010, "AF"],
  [0x040, "ZF"],
  [0x080, "SF"],
  [0x100, "TF"],
  [0x200, "IF"],
  [0x400, "DF"],
  [0x800, "OF"],
  [0x3000, "IOPL"],
  [0x4000, "NT"],
  [0x4_0000, "AC"],
  [0x8_0000, "VIF"],
  [0x10_0000, "VIP"],
  [0x20_0000, "ID"],
];

export function flagNames(eflags: number): string {
  return FLAG_NAMES.flatMap(([mask, name]) => (eflags & mask ? [name] : [])).join(" ") || "-";
}

/** The vector and what belongs to it. */
function exceptionText(outcome: Outcome, input: Case): string {
  if (outcome.vector === TIMEOUT) return "no end";
  const error = outcome.error ? ` error ${outcome.error.toString(16)}` : "";
  const addressed = outcome.vector === VECTOR_PAGE_FAULT && !input.allowance.faultAddress;
  const address = addressed ? ` address ${hex(outcome.address)}` : "";
  return `vector ${outcome.vector}${error}${address} at ${hex(outcome.eip)}`;
}

/** Memory as one text, so that two lists of runs compare whole. */
function memoryText(outcome: Outcome): string {
  const text = outcome.memory.map(({ address, bytes }) => `${hex(address)}: ${Buffer.from(bytes).toString("hex")}`);
  return text.join(", ") || "unchanged";
}

function sameMemory(a: readonly Bytes[], b: readonly Bytes[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((run, i) => {
    const other = b[i];
    return other !== undefined && run.address === other.address && Buffer.compare(run.bytes, other.bytes) === 0;
  });
}

/** The 80-bit register `i` as sign and exponent, then significand. */
function registerText(registers: Uint8Array, i: number): string {
  const bytes = Buffer.from(registers.subarray(10 * i, 10 * i + 10)).reverse();
  return `${bytes.toString("hex", 0, 2)}.${bytes.toString("hex", 2)}`;
}

/** XMM register `i`, the most significant byte first. */
export function xmmText({ registers }: XmmState, i: number): string {
  return Buffer.from(registers.subarray(16 * i, 16 * i + 16))
    .reverse()
    .toString("hex");
}

/** Are both finite numbers of one sign, with at most one other between them? */
function isNear(a: Uint8Array, b: Uint8Array, i: number): boolean {
  const [x, y] = [a, b].map((registers) => orderOf(registers.subarray(10 * i, 10 * i + 10)));
  return x !== undefined && y !== undefined && x - y <= 1n && y - x <= 1n;
}

/** Consecutive numbers of one sign have consecutive orders. Infinities, NaNs and unnormals have none. */
function orderOf(bytes: Uint8Array): bigint | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 10);
  const significand = view.getBigUint64(0, true);
  const exponent = BigInt(view.getUint16(8, true) & 0x7fff);
  if (exponent === 0x7fffn || significand >> 63n !== (exponent === 0n ? 0n : 1n)) return undefined;
  const order = (exponent << 63n) | BigInt.asUintN(63, significand);
  return view.getUint16(8, true) & 0x8000 ? -1n - order : order;
}

/** Collects what differs; texts are made only where something does. */
class Comparison {
  readonly differences: Difference[] = [];
  numbers(what: string, expected: number | undefined, got: number | undefined, digits = 8): void {
    if (expected === got) return;
    this.differences.push({ what, expected: hex(expected ?? 0, digits), got: hex(got ?? 0, digits) });
  }
  texts(what: string, expected: string, got: string): void {
    this.differences.push({ what, expected, got });
  }
}

function compareX87(comparison: Comparison, input: Case, expected: X87State, got: X87State, strict: boolean): void {
  const statusMask = 0xffff & ~(strict ? 0 : (input.allowance.status ?? 0));
  comparison.numbers("x87 control word", expected.control, got.control, 4);
  comparison.numbers("x87 status word", expected.status & statusMask, got.status & statusMask, 4);
  comparison.numbers("x87 valid registers", expected.valid, got.valid, 2);
  if (Buffer.compare(expected.registers, got.registers) !== 0) {
    const { near = 0, open = 0 } = (strict ? null : input.allowance.x87) ?? {};
    for (let i = 0; i < 8; i++) {
      if ((open >> i) & 1 || ((near >> i) & 1 && isNear(expected.registers, got.registers, i))) continue;
      const a = registerText(expected.registers, i);
      const b = registerText(got.registers, i);
      if (a !== b) comparison.texts(`ST(${i})`, a, b);
    }
  }
  // The processor that the results come from keeps the last pointers only while an exception is pending.
  if (!(expected.status & ES)) return;
  comparison.numbers("x87 last opcode", expected.opcode, got.opcode, 3);
  comparison.numbers("x87 last instruction", expected.instruction, got.instruction);
  comparison.numbers("x87 last operand", expected.operand, got.operand);
}

function compareXmm(comparison: Comparison, expected: XmmState, got: XmmState): void {
  comparison.numbers("MXCSR", expected.mxcsr, got.mxcsr);
  if (Buffer.compare(expected.registers, got.registers) === 0) return;
  for (let i = 0; i < 8; i++) {
    const a = xmmText(expected, i);
    const b = xmmText(got, i);
    if (a !== b) comparison.texts(`XMM${i}`, a, b);
  }
}

/** Vector, and EIP, and what an exception says besides. */
function sameEnd(input: Case, expected: Outcome, got: Outcome): boolean {
  if (expected.vector !== got.vector || expected.eip !== got.eip) return false;
  if (expected.vector === VECTOR_BREAKPOINT) return true;
  if (expected.error !== got.error) return false;
  const addressed = expected.vector === VECTOR_PAGE_FAULT && !input.allowance.faultAddress;
  return !addressed || expected.address === got.address;
}

/**
 * The differences that count; none if the emulated processor did what the native one did. `strict` looks at what the
 * manual leaves undefined, too.
 */
export function compare(
  input: Case,
  expected: Outcome,
  got: Outcome & { readonly retired?: number; readonly comesBack?: boolean },
  strict = false,
): Difference[] {
  const comparison = new Comparison();
  const { allowance } = input;
  const faulted = !TRAPS.includes(expected.vector);
  if (!sameEnd(input, expected, got)) {
    comparison.texts("end", exceptionText(expected, input), exceptionText(got, input));
  }
  // Neither has ended: where each was found is chance.
  if (expected.vector === TIMEOUT && got.vector === TIMEOUT) return [];
  if (!(faulted && allowance.partialLoad)) {
    REGISTER_NAMES.forEach((name, i) => comparison.numbers(name, expected.registers[i], got.registers[i]));
  }
  const flagMask = COMPARED_FLAGS & ~(faulted || strict ? 0 : allowance.flags);
  if ((expected.eflags ^ got.eflags) & flagMask) {
    comparison.texts("EFLAGS", flagNames(expected.eflags & flagMask), flagNames(got.eflags & flagMask));
  }
  SEGMENT_NAMES.forEach((name, i) => comparison.numbers(name, expected.segments[i], got.segments[i], 4));
  if (expected.x87 && got.x87) compareX87(comparison, input, expected.x87, got.x87, strict);
  if (expected.xmm && got.xmm) compareXmm(comparison, expected.xmm, got.xmm);
  if (!(faulted && allowance.partialStore) && !sameMemory(expected.memory, got.memory)) {
    comparison.texts("memory", memoryText(expected), memoryText(got));
  }
  if (got.retired !== undefined && !got.comesBack && comparison.differences.length === 0) {
    const retired = retiredInstructions(input, expected);
    if (retired !== null && retired !== got.retired) {
      comparison.texts("retired instructions", String(retired), String(got.retired));
    }
  }
  return comparison.differences;
}

/**
 * How many instructions a case retires, where that is plain. A trap, such as the INT3 that ends most cases, retires; an
 * instruction that faults does not, but the branch before a fetch that faults does.
 */
function retiredInstructions(input: Case, outcome: Outcome): number | null {
  if (input.instructions === null || outcome.vector === TIMEOUT) return null;
  const { instructions = 1 } = input;
  // An EIP says where it is only within its segment.
  const hasStayed = outcome.segments[1] === initialSegments(input)[1];
  const isAtStart = hasStayed && outcome.eip === input.eip;
  if (outcome.vector === VECTOR_BREAKPOINT) {
    return hasStayed && outcome.eip === input.eip + input.code.length ? instructions : instructions + 1;
  }
  // A repeated string instruction that traps before its end does not retire.
  if (TRAPS.includes(outcome.vector)) return isAtStart ? null : instructions;
  if (isAtStart) return instructions === 1 ? 0 : null;
  return outcome.vector === VECTOR_PAGE_FAULT && outcome.error & FETCH ? instructions : null;
}
