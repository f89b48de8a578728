/** A failing program as text: assembly, the state that matters, what differs, and the command that repeats it. */
import { REGISTER_NAMES } from "../case.ts";
import { flagNames, xmmText } from "../compare.ts";
import type { Emulated } from "../emulated.ts";
import type { Failure } from "./check.ts";
import type { Program } from "./program.ts";
import { assemble } from "./program.ts";

const COMMAND = "npm run oracle:programs --";

const hex = (value: number, digits = 8): string => (value >>> 0).toString(16).padStart(digits, "0");

/** The program's instructions, a line each, with the labels that it branches to. */
export function assemblyOf(program: Program, emulated: Emulated): string[] {
  const assembled = assemble(program);
  if (!assembled) return [];
  const { addresses, input } = assembled;
  const labels = new Map<number, string>();
  program.items.forEach((item, i) => {
    if (item.kind === "label") labels.set(addresses[i] ?? 0, `L${item.label}:`);
  });
  const all = [{ address: input.eip, bytes: input.code }, ...input.memory];
  const bytesAt = (address: number, length: number): string =>
    Array.from({ length }, (_, i) => {
      const at = address + i;
      const patch = all.findLast(({ address: start, bytes }) => at >= start && at < start + bytes.length);
      return patch?.bytes[at - patch.address] ?? 0;
    })
      .map((byte) => hex(byte, 2))
      .join("");
  const end = addresses.at(-1) ?? 0;
  return emulated.listing(input, end).flatMap(({ address, length, text }) => {
    const line = `  ${hex(address)}  ${bytesAt(address, length).padEnd(22)}  ${text}`;
    const label = labels.get(address);
    return label ? [label, line] : [line];
  });
}

function stateOf(program: Program): string[] {
  const { registers, eflags, memory, pointers, x87, xmm } = program;
  const named = REGISTER_NAMES.flatMap((name, i) => (registers[i] ? [`${name}=${hex(registers[i] ?? 0)}`] : []));
  const lines = [`  ${[...named, `EFLAGS ${flagNames(eflags)}`].join(" ")}`];
  for (const { address, bytes } of memory) lines.push(`  ${hex(address)}: ${Buffer.from(bytes).toString("hex")}`);
  for (const { address, label } of pointers) lines.push(`  ${hex(address)}: the address of L${label}`);
  if (x87.control !== 0x37f || x87.status !== 0 || x87.valid !== 0) {
    lines.push(`  x87 control=${hex(x87.control, 4)} status=${hex(x87.status, 4)} valid=${hex(x87.valid, 2)}`);
  }
  for (let i = 0; i < 8; i++) {
    const bytes = x87.registers.slice(10 * i, 10 * i + 10).reverse();
    if (bytes.some((byte) => byte !== 0)) lines.push(`  ST(${i})=${Buffer.from(bytes).toString("hex")}`);
  }
  if (xmm.mxcsr !== 0x1f80) lines.push(`  MXCSR=${hex(xmm.mxcsr)}`);
  for (let i = 0; i < 8; i++) {
    const text = xmmText(xmm, i);
    if (!/^0*$/.test(text)) lines.push(`  XMM${i}=${text}`);
  }
  return lines;
}

/** `failure` of the reduced program; the command repeats it from the whole one. */
export function describe(failure: Failure, emulated: Emulated, seed: number, index: number): string {
  const { program } = failure.runnable;
  const instructions = program.items.filter(({ kind }) => kind !== "label").length;
  return [
    `program ${index} of seed ${seed}, reduced to ${instructions}:`,
    ...assemblyOf(program, emulated),
    ...stateOf(program),
    ...failure.differences.map(({ what, expected, got }) => `  ${what}: expected ${expected}; got ${got}`),
    `  again: ${COMMAND} --seed ${seed} --program ${index}`,
  ].join("\n");
}
