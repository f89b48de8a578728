/** Makes a program that fails as small as it gets while it still fails. */
import { ARITHMETIC_FLAGS } from "../case.ts";
import type { Program } from "./program.ts";

/** Does a program still fail? False also for one that can't be run. */
export type Fails = (program: Program) => boolean;

const NO_EFLAGS = 0x202;
/** So many items are worth more attempts. */
const FEW = 24;

/** Leaves out instructions: halves of the program first, then ever shorter runs, down to single ones. */
function withoutInstructions(program: Program, fails: Fails): Program {
  let smallest = program;
  for (
    let length = Math.ceil(program.items.length / 2);
    length >= 1;
    length = length === 1 ? 0 : Math.ceil(length / 2)
  ) {
    // From behind, so that what gave the registers their values goes last.
    for (let end = smallest.items.length; end > 0; end -= length) {
      const start = Math.max(0, end - length);
      const items = smallest.items.filter(({ kind }, i) => kind === "label" || i < start || i >= end);
      if (items.length === smallest.items.length) continue;
      // What set the flags may have been all that an instruction in front was for.
      const flagged = items.length < FEW ? [{ ...smallest, items, eflags: NO_EFLAGS | ARITHMETIC_FLAGS }] : [];
      smallest = [{ ...smallest, items }, ...flagged].find(fails) ?? smallest;
    }
  }
  return smallest;
}

/** Labels that nothing refers to. */
function withoutLabels(program: Program): Program {
  const used = new Set(program.pointers.map(({ label }) => label));
  for (const item of program.items) {
    if (item.kind === "branch") used.add(item.target);
    if (item.kind === "code") for (const { label } of item.references) used.add(label);
  }
  return { ...program, items: program.items.filter((item) => item.kind !== "label" || used.has(item.label)) };
}

/** Makes the elements of a list go, as long as that is possible. */
function withoutSome<T>(list: readonly T[], fails: (list: readonly T[]) => boolean): readonly T[] {
  if (list.length > 0 && fails([])) return [];
  return list.reduceRight((kept: readonly T[], one) => {
    const fewer = kept.filter((other) => other !== one);
    return fails(fewer) ? fewer : kept;
  }, list);
}

const NEW_X87 = { control: 0x37f, status: 0, valid: 0, opcode: 0, instruction: 0, operand: 0 };
const NEW_MXCSR = 0x1f80;

/** Takes as much as possible from the state that the program starts from. */
function withoutState(program: Program, fails: Fails): Program {
  let smallest = program;
  const attempt = (change: Partial<Program>): boolean => {
    const candidate = { ...smallest, ...change };
    if (!fails(candidate)) return false;
    smallest = candidate;
    return true;
  };
  const cleared = (registers: Uint8Array, size: number, i: number): Uint8Array =>
    registers.map((byte, at) => (Math.floor(at / size) === i ? 0 : byte));
  attempt({ eflags: NO_EFLAGS });
  for (let i = 0; i < 8; i++) {
    if (smallest.registers[i]) attempt({ registers: smallest.registers.map((value, at) => (at === i ? 0 : value)) });
  }
  withoutSome(smallest.memory, (memory) => attempt({ memory }));
  withoutSome(smallest.pointers, (pointers) => attempt({ pointers }));
  if (!attempt({ x87: { ...NEW_X87, registers: new Uint8Array(80) } })) {
    attempt({ x87: { ...NEW_X87, registers: smallest.x87.registers } });
    for (let i = 0; i < 8; i++)
      attempt({ x87: { ...smallest.x87, registers: cleared(smallest.x87.registers, 10, i) } });
  }
  if (!attempt({ xmm: { mxcsr: NEW_MXCSR, registers: new Uint8Array(128) } })) {
    attempt({ xmm: { ...smallest.xmm, mxcsr: NEW_MXCSR } });
    for (let i = 0; i < 8; i++)
      attempt({ xmm: { ...smallest.xmm, registers: cleared(smallest.xmm.registers, 16, i) } });
  }
  return smallest;
}

/** The smallest program that can be made of one that fails. `fails` is asked some hundred times. */
export function reduce(program: Program, fails: Fails): Program {
  let smallest = program;
  for (;;) {
    const before = smallest.items.length;
    smallest = withoutLabels(withoutInstructions(smallest, fails));
    if (smallest.items.length === before) return withoutState(smallest, fails);
  }
}
