/** Shifts and rotates. */
import { AF, ARITHMETIC_FLAGS, CF, OF } from "../case.ts";
import { ECX } from "../draft.ts";
import type { Context, Form, Row } from "../rows.ts";
import { formsOf, row } from "../rows.ts";
import { SHIFT_COUNTS } from "../values.ts";

const ROTATES = ["ROL", "ROR", "RCL", "RCR"];
/** Group 2 in the order of the reg field; /6 is SAL's second place. */
const GROUP_2 = ["ROL", "ROR", "RCL", "RCR", "SHL", "SHR", "SAL", "SAR"] as const;

/** The count as the processor masks it; the last operand, or 1 where that is a constant. */
function countOf({ operands }: Context, index: number): number {
  return (operands[index]?.read() ?? 1) & 31;
}

/** OF is defined for a count of 1 only, AF never, CF not when SHL or SHR shifts by more than the operand's bits. */
function shiftUndefined(name: string): (context: Context) => number {
  return (context) => {
    const count = countOf(context, 1);
    const bits = 8 * (context.operands[0]?.size ?? 4);
    if (count === 0) return 0;
    let mask = count === 1 ? 0 : OF;
    if (ROTATES.includes(name)) return mask;
    mask |= AF;
    return name !== "SAR" && count >= bits ? mask | CF : mask;
  };
}

function group2Rows(name: string, number: number): Row[] {
  const options = {
    undefined: shiftUndefined(name),
    edges: { Ib: SHIFT_COUNTS, CL: SHIFT_COUNTS },
    cases: 240,
  };
  return [
    row(`c0 /${number}`, `${name} Eb,Ib`, options),
    row(`c1 /${number}`, `${name} Ev,Ib`, options),
    row(`d0 /${number}`, `${name} Eb,1`, options),
    row(`d1 /${number}`, `${name} Ev,1`, options),
    row(`d2 /${number}`, `${name} Eb,CL`, { ...options, keep: [ECX] }),
    row(`d3 /${number}`, `${name} Ev,CL`, { ...options, keep: [ECX] }),
  ];
}

function doubleUndefined(context: Context): number {
  const count = countOf(context, 2);
  const bits = 8 * (context.operands[0]?.size ?? 4);
  if (count === 0) return 0;
  if (count > bits) return ARITHMETIC_FLAGS;
  return AF | (count === 1 ? 0 : OF);
}

/** A 16-bit operand shifted by more than 16 is undefined itself: such counts become small ones. */
function definedCount({ operands, shape }: Context): void {
  const count = operands[2];
  if (count && shape.operandSize === 2 && (count.read() & 31) > 16) count.write(count.read() & 0xef);
}

const DOUBLE = {
  undefined: doubleUndefined,
  prepare: definedCount,
  edges: { Ib: SHIFT_COUNTS, CL: SHIFT_COUNTS },
  cases: 300,
};

const ROWS: readonly Row[] = [
  ...GROUP_2.flatMap(group2Rows),
  row("0f a4", "SHLD Ev,Gv,Ib", DOUBLE),
  row("0f a5", "SHLD Ev,Gv,CL", { ...DOUBLE, keep: [ECX] }),
  row("0f ac", "SHRD Ev,Gv,Ib", DOUBLE),
  row("0f ad", "SHRD Ev,Gv,CL", { ...DOUBLE, keep: [ECX] }),
];

export const SHIFTS: readonly Form[] = formsOf("shifts", ROWS);
