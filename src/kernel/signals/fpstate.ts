/**
 * The floating-point state as a signal frame shows it (struct _fpstate, arch/x86/kernel/fpu/signal.c): the image that
 * FSAVE writes and, if the processor has FXSR, the one of FXSAVE behind it. The first holds the x87's state when
 * sigreturn reads them, the second only XMM and MXCSR.
 */
import { FPSTATE, FPSTATE_FXSR, FPSTATE_MAGIC_X87, X86_FXSR_MAGIC } from "../../abi/sigcontext.ts";
import type { Machine } from "../../machine/machine.ts";

/** CPUID.1:EDX */
const FXSR = 1 << 24;
/** The upper halves of the environment's 16-bit fields. */
const UPPER = 0xffff_0000;

/** The FXSAVE image is aligned so, or without one the whole. */
export const FPSTATE_ALIGNMENT = 64;

export function hasFxsr(machine: Machine): boolean {
  return (machine.features & FXSR) !== 0;
}

/** Bytes of the state. */
export function fpstateSize(machine: Machine): number {
  return hasFxsr(machine) ? FPSTATE_FXSR.size : FPSTATE.size;
}

/** The state's address below `top` (fpu__alloc_mathframe). */
export function placeFpstate(machine: Machine, top: number): number {
  if (!hasFxsr(machine)) return (top - FPSTATE.size) & -FPSTATE_ALIGNMENT;
  const image = (top - (FPSTATE_FXSR.size - FPSTATE_FXSR.fxsave)) & -FPSTATE_ALIGNMENT;
  return image - FPSTATE_FXSR.fxsave;
}

/** Writes the state at `address`, which the caller has made sure of. */
export function saveFpstate(machine: Machine, address: number): void {
  saveX87(machine, address);
  const { view, bytes, core } = machine;
  if (!hasFxsr(machine)) {
    view.setUint16(address + FPSTATE.magic, FPSTATE_MAGIC_X87, true);
    return;
  }
  core.saveFxsr(address + FPSTATE_FXSR.fxsave);
  bytes.fill(0, address + FPSTATE_FXSR.sw_reserved, address + FPSTATE_FXSR.size);
  // The pointers are those that FXSAVE shows, which may be none.
  const word = (offset: number): number => view.getUint32(address + offset, true);
  const half = (offset: number): number => view.getUint16(address + offset, true);
  view.setUint32(address + FPSTATE.ipoff, word(FPSTATE_FXSR.fip), true);
  view.setUint32(address + FPSTATE.cssel, half(FPSTATE_FXSR.fcs) | (half(FPSTATE_FXSR.fop) << 16), true);
  view.setUint32(address + FPSTATE.dataoff, word(FPSTATE_FXSR.foo), true);
  view.setUint32(address + FPSTATE.datasel, word(FPSTATE_FXSR.fos), true);
  view.setUint16(address + FPSTATE.magic, X86_FXSR_MAGIC, true);
}

/** Loads the state from `address`, which the caller has made sure of. */
export function restoreFpstate(machine: Machine, address: number): void {
  restoreX87(machine, address);
  if (!hasFxsr(machine)) return;
  const { view, bytes, core } = machine;
  const control = view.getUint32(address + FPSTATE_FXSR.mxcsr, true);
  view.setUint32(core.MXCSR.value >>> 0, control & core.mxcsrMask(), true);
  const registers = address + FPSTATE_FXSR.xmm;
  bytes.copyWithin(core.XMM.value >>> 0, registers, registers + core.XMM_SIZE.value);
}

/** TOP of stack: bits 11..13 of the status word. */
function topOf(status: number): number {
  return (status >>> 11) & 7;
}

function saveX87(machine: Machine, address: number): void {
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
}

function restoreX87(machine: Machine, address: number): void {
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
