/** Near and far control transfer, software interrupts, BOUND. */
import { memoryOperand } from "../addressing.ts";
import { NT, TF } from "../case.ts";
import { ORDER_OF_PARTS } from "../differs.ts";
import type { Draft } from "../draft.ts";
import { ECX, ESP } from "../draft.ts";
import type { Context, Form, Row } from "../rows.ts";
import { CASES, custom, formsOf, row } from "../rows.ts";
import { littleEndian, someValue, truncate } from "../values.ts";
import { CODE, DATA, FIXED, SELECTOR } from "../window.ts";
import { CONDITIONS } from "./moves.ts";
import { setStack } from "./stack.ts";

const FAMILY = "branches";

/** Where a branch may go: INT3 bytes mostly, away from operands that lie among them (anyAddress); memory that may not be executed; no memory. */
function target(draft: Draft): number {
  const { random } = draft;
  switch (random.below(12)) {
    case 0:
      return DATA.address + random.below(DATA.size);
    case 1:
      return random.pick([0, 0x1000, CODE.address - 1, CODE.address + CODE.size, 0x8000_0000, 0xffff_ffff]);
    case 2:
      return FIXED.address + 0xa0 + random.below(0x60);
    default:
      return CODE.address + 0xc0 + random.below(0x300);
  }
}

/** Settles EIP and gives the displacement of a branch of `length` bytes to a target that is not the branch itself. */
function relative(draft: Draft, length: number, size: number): number {
  const { random } = draft;
  draft.eip = CODE.address + 0x400 + random.below(0xb00);
  if (size > 1) return truncate(target(draft) - draft.eip - length, size);
  const displacement = random.oneIn(4) ? random.pick([0, 1, 2, 0x7e, 0x7f, -0x80, -0x7f]) : random.below(256) - 128;
  return truncate(displacement >= -length && displacement < 0 ? displacement - length : displacement, 1);
}

/** A relative branch: `opcode` bytes, then a displacement of a byte or of the operand size. */
function relativeForm(name: string, opcode: readonly number[], size: number, operandSize: number, cases: number): Form {
  const text = opcode.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const width = size === 1 ? "Jb" : "Jz";
  return custom(FAMILY, `${text} ${name} ${width} ${8 * operandSize}-bit`, cases, (draft, index) => {
    const { random } = draft;
    if (name === "CALL") setStack(draft, index);
    const loops = /LOOP|JECXZ/.test(name);
    if (loops) {
      const count = random.oneIn(4) ? random.word() : random.pick([0, 1, 2, 0x1_0000, 0x1_0001, 0xffff_0000]);
      draft.reserve(ECX, count);
      if (random.oneIn(3)) draft.prefixes.push(0x67);
    }
    // Branch hints, which mean nothing.
    if (name.startsWith("J") && random.oneIn(8)) draft.prefixes.push(random.pick([0x2e, 0x3e]));
    if (operandSize === 2) draft.prefixes.push(0x66);
    const length = draft.prefixes.length + opcode.length + size;
    draft.code.push(...opcode, ...littleEndian(relative(draft, length, size), size));
  });
}

const RELATIVE: readonly Form[] = [4, 2].flatMap((size) => [
  relativeForm("JMP", [0xeb], 1, size, 208),
  relativeForm("JMP", [0xe9], size, size, 208),
  relativeForm("CALL", [0xe8], size, size, 208),
  relativeForm("LOOPNE", [0xe0], 1, size, 208),
  relativeForm("LOOPE", [0xe1], 1, size, 208),
  relativeForm("LOOP", [0xe2], 1, size, 208),
  relativeForm("JECXZ", [0xe3], 1, size, 208),
  ...CONDITIONS.flatMap((condition, code) => [
    relativeForm(`J${condition}`, [0x70 + code], 1, size, CASES),
    relativeForm(`J${condition}`, [0x0f, 0x80 + code], size, size, CASES),
  ]),
]);

/** The operand of an indirect branch becomes an address worth going to. */
function branchOperand({ draft, operands, shape }: Context): void {
  operands[0]?.write(truncate(target(draft), shape.operandSize));
}

const setup = (draft: Draft, index: number): void => setStack(draft, index);

/** A return address on the stack, and behind it a selector for far returns. */
function returnFrame(draft: Draft, index: number, size: number, far: boolean): void {
  setStack(draft, index, far ? 12 : 4);
  const esp = draft.register(ESP);
  draft.writeMemory(esp, littleEndian(target(draft), size));
  if (far) draft.writeMemory(esp + size, littleEndian(codeSelector(draft, true), size));
}

/**
 * Mostly the selector of user code; else null, data, out of the table, another privilege, the local table. Returns get
 * privilege 3 only: whether the outer stack is read before the selector is refused differs among processors.
 */
function codeSelector(draft: Draft, returns = false): number {
  const { random } = draft;
  const high = random.oneIn(4) ? random.below(0x1_0000) << 16 : 0;
  if (!random.oneIn(4)) return SELECTOR.code | high;
  const list = [0, 3, 0x20, 0x22, SELECTOR.data, SELECTOR.based, 0x10, 0x13, 0x27, 0x1230, 0xfff8];
  return (random.pick(list) | (returns ? 3 : 0) | high) >>> 0;
}

function returnForm(name: string, opcode: number, size: number): Form {
  const far = name.startsWith("RETF") || name === "IRET";
  const build = (draft: Draft, index: number): void => {
    const { random } = draft;
    returnFrame(draft, index, size, far);
    // The manual pops in ascending order; processors look at the selector, or at EFLAGS, first.
    draft.allowance = { flags: 0, faultAddress: far };
    if (name === "IRET") {
      const image = random.oneIn(2) ? random.word() : 1 << random.below(32);
      draft.writeMemory(draft.register(ESP) + 2 * size, littleEndian(image & ~TF & ~NT, size));
    }
    if (size === 2) draft.prefixes.push(0x66);
    draft.code.push(opcode);
    if (name.endsWith("Iw")) {
      draft.code.push(...littleEndian(random.pick([0, 1, 4, 8, 0x100, 0x7fff, 0x8000, 0xffff]), 2));
    }
  };
  const text = `${opcode.toString(16)} ${name} ${8 * size}-bit`;
  return custom(FAMILY, text, 208, build, far ? { differs: ORDER_OF_PARTS } : {});
}

const RETURNS: readonly Form[] = [4, 2].flatMap((size) => [
  returnForm("RET", 0xc3, size),
  returnForm("RET Iw", 0xc2, size),
  returnForm("RETF", 0xcb, size),
  returnForm("RETF Iw", 0xca, size),
  returnForm("IRET", 0xcf, size),
]);

/** Far calls and jumps: with the pointer in the instruction, or in memory. */
function farForm(name: string, opcode: string, size: number): Form {
  const pushes = name.startsWith("CALL");
  const build = (draft: Draft, index: number): void => {
    const { random } = draft;
    if (pushes) {
      setStack(draft, index, 8);
      draft.allowance = { flags: 0, partialStore: true };
    }
    const pointer = [...littleEndian(target(draft), size), ...littleEndian(codeSelector(draft), 2)];
    const [byte = "", digit] = opcode.split(" /");
    if (digit === undefined) {
      draft.code.push(parseInt(byte, 16), ...pointer);
    } else {
      const operand = memoryOperand(draft, DATA.address + random.below(0x1ff0), { harmless: index < 100 });
      draft.writeMemory(operand.address, pointer);
      draft.code.push(0xff, (operand.mod << 6) | (Number(digit) << 3) | operand.rm, ...operand.tail);
    }
    if (size === 2) draft.prefixes.push(0x66);
  };
  return custom(FAMILY, `${opcode} ${name} ${8 * size}-bit`, 208, build, pushes ? { differs: ORDER_OF_PARTS } : {});
}

const FAR: readonly Form[] = [4, 2].flatMap((size) => [
  farForm("CALL Ap", "9a", size),
  farForm("JMP Ap", "ea", size),
  farForm("CALL Mp", "ff /3", size),
  farForm("JMP Mp", "ff /5", size),
]);

/** BOUND: the bounds lie around the index, or do not. */
function bounds({ draft, operands, shape }: Context): void {
  const [index, memory] = operands;
  const { random } = draft;
  if (!index || memory?.address === undefined) return;
  const size = shape.operandSize;
  const bound = (): number => (random.oneIn(2) ? index.read() + random.below(5) - 2 : someValue(random, size));
  draft.writeMemory(memory.address, [...littleEndian(bound(), size), ...littleEndian(bound(), size)]);
}

/** INT1 is missing: under a hypervisor the processor reports its #DB before the instruction, not behind it. */
const ROWS: readonly Row[] = [
  row("ff /2", "CALL Ev", { setup, prepare: branchOperand }),
  row("ff /4", "JMP Ev", { setup, prepare: branchOperand }),
  row("62", "BOUND Gv,M", { prepare: bounds, memorySize: 8 }),
  row("cc", "INT3"),
  row("ce", "INTO"),
];

/** INT n: only breakpoint and overflow have gates for the user; 80 is the kernel's own. */
const INTERRUPTS: Form = custom(FAMILY, "cd INT Ib", 255, (draft, index) => {
  draft.code.push(0xcd, index >= 0x80 ? index + 1 : index);
});

export const BRANCHES: readonly Form[] = [...RELATIVE, ...RETURNS, ...FAR, ...formsOf(FAMILY, ROWS), INTERRUPTS];
