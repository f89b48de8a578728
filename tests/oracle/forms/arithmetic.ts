/** Binary arithmetic and logic. */
import { EAX, EDX } from "../draft.ts";
import type { Context, Form, Row } from "../rows.ts";
import { formsOf, row } from "../rows.ts";
import { truncate } from "../values.ts";

/** The eight operations of rows 00 to 3F and of group 1. */
const OPERATIONS = ["ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP"] as const;

function operationRows(name: string, number: number): Row[] {
  const opcode = (offset: number): string => (8 * number + offset).toString(16).padStart(2, "0");
  const lock = name !== "CMP";
  const undefinedFlags = ["OR", "AND", "XOR"].includes(name) ? "AF" : "";
  const into = { lock, undefined: undefinedFlags };
  const from = { undefined: undefinedFlags };
  return [
    row(opcode(0), `${name} Eb,Gb`, into),
    row(opcode(1), `${name} Ev,Gv`, into),
    row(opcode(2), `${name} Gb,Eb`, from),
    row(opcode(3), `${name} Gv,Ev`, from),
    row(opcode(4), `${name} AL,Ib`, from),
    row(opcode(5), `${name} eAX,Iz`, from),
    row(`80 /${number}`, `${name} Eb,Ib`, into),
    row(`81 /${number}`, `${name} Ev,Iz`, into),
    row(`82 /${number}`, `${name} Eb,Ib`, into),
    row(`83 /${number}`, `${name} Ev,Is`, into),
  ];
}

/** Makes most divisions fit: the high half becomes smaller than the divisor. */
function fitQuotient({ draft, operands }: Context): void {
  const divisor = operands[0];
  if (!divisor || draft.random.oneIn(3)) return;
  const value = divisor.read();
  const { size } = divisor;
  const half = Math.max(1, Math.min(value, truncate(-value, size)) >>> draft.random.below(3));
  const signed = draft.random.oneIn(2) ? truncate(-1, size) : draft.random.below(half);
  if (size === 1) draft.writeRegister(4, 1, signed);
  else draft.writeRegister(EDX, size, signed);
}

const ALL = "CF PF AF ZF SF OF";
const MULTIPLY = { undefined: "PF AF ZF SF" };
const DIVIDE = { undefined: ALL, prepare: fitQuotient };

const ROWS: readonly Row[] = [
  ...OPERATIONS.flatMap(operationRows),
  row("84", "TEST Eb,Gb", { undefined: "AF" }),
  row("85", "TEST Ev,Gv", { undefined: "AF" }),
  row("a8", "TEST AL,Ib", { undefined: "AF" }),
  row("a9", "TEST eAX,Iz", { undefined: "AF" }),
  row("f6 /0", "TEST Eb,Ib", { undefined: "AF" }),
  row("f6 /1", "TEST Eb,Ib", { undefined: "AF" }),
  row("f7 /0", "TEST Ev,Iz", { undefined: "AF" }),
  row("f7 /1", "TEST Ev,Iz", { undefined: "AF" }),
  row("40", "INC Zv"),
  row("48", "DEC Zv"),
  row("fe /0", "INC Eb", { lock: true }),
  row("ff /0", "INC Ev", { lock: true }),
  row("fe /1", "DEC Eb", { lock: true }),
  row("ff /1", "DEC Ev", { lock: true }),
  row("f6 /2", "NOT Eb", { lock: true }),
  row("f7 /2", "NOT Ev", { lock: true }),
  row("f6 /3", "NEG Eb", { lock: true }),
  row("f7 /3", "NEG Ev", { lock: true }),
  row("f6 /4", "MUL Eb", { ...MULTIPLY, implied: ["AL"] }),
  row("f7 /4", "MUL Ev", { ...MULTIPLY, implied: ["eAX"] }),
  row("f6 /5", "IMUL Eb", { ...MULTIPLY, implied: ["AL"] }),
  row("f7 /5", "IMUL Ev", { ...MULTIPLY, implied: ["eAX"] }),
  row("69", "IMUL Gv,Ev,Iz", MULTIPLY),
  row("6b", "IMUL Gv,Ev,Is", MULTIPLY),
  row("0f af", "IMUL Gv,Ev", MULTIPLY),
  row("f6 /6", "DIV Eb", { ...DIVIDE, implied: ["AX"] }),
  row("f7 /6", "DIV Ev", { ...DIVIDE, implied: ["eAX", "eDX"], keep: [EAX, EDX], cases: 400 }),
  row("f6 /7", "IDIV Eb", { ...DIVIDE, implied: ["AX"] }),
  row("f7 /7", "IDIV Ev", { ...DIVIDE, implied: ["eAX", "eDX"], keep: [EAX, EDX], cases: 400 }),
  row("0f c0", "XADD Eb,Gb", { lock: true }),
  row("0f c1", "XADD Ev,Gv", { lock: true }),
];

export const ARITHMETIC: readonly Form[] = formsOf("arithmetic", ROWS);
