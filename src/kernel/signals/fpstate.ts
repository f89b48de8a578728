/** The x87 state as a signal frame shows it: the image that FSAVE writes, between the core's registers and memory. */
import { FPSTATE, FPSTATE_MAGIC_X87 } from "../../abi/sigcontext.ts";
import type { Machine } from "../../machine/machine.ts";

/** FCW after FNINIT. */
const INITIAL_CONTROL = 0x37f;
const ALL_EMPTY = 0xff;
/** The upper halves of the environment's 16-bit fields. */
const UPPER = 0xffff_0000;

/** TOP of stack: bits 11..13 of the status word. */
function topOf(status: number): number {
  return (status >>> 11) & 7;
}

/** Writes the state at `address`, which the caller has made sure of. */
export function saveX87(machine: Machine, address: number): void {
  const { view, bytes, core } = machine;
  const put = (offset: number, value: number): void => view.setUint32(address + offset, value, true);
  const status = machine.word(core.X87_STATUS.value) & 0xffff;
  const selector = machine.word(core.X87_INSTRUCTION_SELECTOR.value) & 0xffff;
  put(FPSTATE.cw, (machine.word(core.X87_CONTROL.value) & 0xffff) | UPPER);
  put(FPSTATE.sw, status | UPPER);
  put(FPSTATE.tag, (core.getX87Tag() & 0xffff) | UPPER);
  put(FPSTATE.ipoff, machine.word(core.X87_INSTRUCTION.value));
  put(FPSTATE.cssel, selector | ((machine.word(core.X87_OPCODE.value) & 0x7ff) << 16));
  put(FPSTATE.dataoff, machine.word(core.X87_OPERAND.value));
  put(FPSTATE.datasel, (machine.word(core.X87_OPERAND_SELECTOR.value) & 0xffff) | UPPER);
  const registers = core.X87_REGISTERS.value >>> 0;
  for (let i = 0; i < 8; i++) {
    const from = registers + 16 * ((topOf(status) + i) & 7);
    bytes.copyWithin(address + FPSTATE.st + 10 * i, from, from + 10);
  }
  view.setUint16(address + FPSTATE.status, status, true);
  view.setUint16(address + FPSTATE.magic, FPSTATE_MAGIC_X87, true);
}

/** Loads the state from `address`, which the caller has made sure of. */
export function restoreX87(machine: Machine, address: number): void {
  const { view, bytes, core } = machine;
  const get = (offset: number): number => view.getUint32(address + offset, true);
  const put = (place: { readonly value: number }, value: number): void =>
    view.setUint32(place.value >>> 0, value, true);
  const status = get(FPSTATE.sw) & 0xffff;
  const tag = get(FPSTATE.tag) & 0xffff;
  let empty = 0;
  for (let i = 0; i < 8; i++) if (((tag >>> (2 * i)) & 3) === 3) empty |= 1 << i;
  put(core.X87_CONTROL, get(FPSTATE.cw) & 0xffff);
  put(core.X87_STATUS, status);
  put(core.X87_EMPTY, empty);
  put(core.X87_INSTRUCTION, get(FPSTATE.ipoff));
  put(core.X87_INSTRUCTION_SELECTOR, get(FPSTATE.cssel) & 0xffff);
  put(core.X87_OPCODE, (get(FPSTATE.cssel) >>> 16) & 0x7ff);
  put(core.X87_OPERAND, get(FPSTATE.dataoff));
  put(core.X87_OPERAND_SELECTOR, get(FPSTATE.datasel) & 0xffff);
  const registers = core.X87_REGISTERS.value >>> 0;
  for (let i = 0; i < 8; i++) {
    const to = registers + 16 * ((topOf(status) + i) & 7);
    bytes.copyWithin(to, address + FPSTATE.st + 10 * i, address + FPSTATE.st + 10 * i + 10);
  }
}

/** The state a handler begins with: FNINIT's. */
export function resetX87(machine: Machine): void {
  const { view, core } = machine;
  view.setUint32(core.X87_CONTROL.value >>> 0, INITIAL_CONTROL, true);
  view.setUint32(core.X87_STATUS.value >>> 0, 0, true);
  view.setUint32(core.X87_EMPTY.value >>> 0, ALL_EMPTY, true);
}
