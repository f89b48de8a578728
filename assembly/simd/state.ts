/** FXSAVE, FXRSTOR, LDMXCSR, STMXCSR, EMMS. SDM vol. 1, 10.5; table 3-43 of vol. 2. */
import { GP, raise } from "../cpu/exceptions";
import {
  MXCSR,
  X87_CONTROL,
  X87_EMPTY,
  X87_INSTRUCTION,
  X87_INSTRUCTION_SELECTOR,
  X87_OPCODE,
  X87_OPERAND,
  X87_OPERAND_SELECTOR,
  X87_STATUS,
  XMM,
  XMM_SIZE,
} from "../cpu/state";
import { setControlAndStatus } from "../x87/control";
import { adoptTop, registerAddress } from "../x87/stack";
import { ES, TOP_MASK } from "../x87/status";
import { writable } from "./mxcsr";

/** Offsets in the image. */
const CONTROL: usize = 0;
const STATUS: usize = 2;
/** A bit for each physical register: not empty. */
const TAGS: usize = 4;
const OPCODE: usize = 6;
const INSTRUCTION: usize = 8;
const INSTRUCTION_SELECTOR: usize = 12;
const OPERAND: usize = 16;
const OPERAND_SELECTOR: usize = 20;
const CONTROL_SIMD: usize = 24;
/** Which bits of MXCSR exist. */
const CONTROL_MASK: usize = 28;
/** ST(0) to ST(7), 16 bytes each. */
const STACK: usize = 32;
const REGISTERS: usize = 160;

/** TOP is 0 after each MMX instruction, EMMS among them (SDM vol. 1, 9.5.1). */
function clearTop(): void {
  store<u32>(X87_STATUS, load<u32>(X87_STATUS) & ~TOP_MASK);
}

/** What an MMX instruction leaves behind: all x87 registers are valid. */
export function fill(): void {
  clearTop();
  store<u32>(X87_EMPTY, 0);
}

/** EMMS: all are empty. */
export function empty(): void {
  clearTop();
  store<u32>(X87_EMPTY, 0xff);
}

/** LDMXCSR: #GP for a bit that does not exist. */
export function loadControl(from: usize): bool {
  const value = load<u32>(from);
  if (value & ~writable()) return raise(GP);
  store<u32>(MXCSR, value);
  return true;
}

/** STMXCSR. */
export function storeControl(to: usize): void {
  store<u32>(to, load<u32>(MXCSR));
}

/** Is an x87 exception pending? Only then do AMD's processors save the pointers; Intel's always do. */
function hasPointers(): bool {
  return (load<u32>(X87_STATUS) & ES) != 0;
}

/** FXSAVE, for the host too: of its 512 bytes, those from 288 on stay as they are. */
export function save(to: usize): void {
  adoptTop();
  store<u16>(to + CONTROL, load<u32>(X87_CONTROL));
  store<u16>(to + STATUS, load<u32>(X87_STATUS));
  store<u16>(to + TAGS, ~load<u32>(X87_EMPTY) & 0xff);
  const keeps: u32 = hasPointers() ? ~0 : 0;
  store<u16>(to + OPCODE, load<u32>(X87_OPCODE) & keeps);
  store<u32>(to + INSTRUCTION, load<u32>(X87_INSTRUCTION) & keeps);
  store<u32>(to + INSTRUCTION_SELECTOR, load<u32>(X87_INSTRUCTION_SELECTOR) & keeps);
  store<u32>(to + OPERAND, load<u32>(X87_OPERAND) & keeps);
  store<u32>(to + OPERAND_SELECTOR, load<u32>(X87_OPERAND_SELECTOR) & keeps);
  store<u32>(to + CONTROL_SIMD, load<u32>(MXCSR));
  // A mask of 0 means that there is no DAZ (SDM vol. 1, 11.6.6).
  store<u32>(to + CONTROL_MASK, writable() == 0xffff ? 0xffff : 0);
  for (let i: u32 = 0; i < 8; i++) {
    const from = registerAddress(i);
    const place = to + STACK + (i << 4);
    store<u64>(place, load<u64>(from));
    store<u64>(place + 8, load<u16>(from + 8));
  }
  memory.copy(to + REGISTERS, XMM, XMM_SIZE);
}

/** FXRSTOR: the pointers too, whether or not an exception is pending. */
export function restore(from: usize): bool {
  const control = load<u32>(from + CONTROL_SIMD);
  if (control & ~writable()) return raise(GP);
  store<u32>(MXCSR, control);
  setControlAndStatus(load<u16>(from + CONTROL), load<u16>(from + STATUS));
  store<u32>(X87_EMPTY, ~load<u8>(from + TAGS) & 0xff);
  store<u32>(X87_OPCODE, load<u16>(from + OPCODE) & 0x7ff);
  store<u32>(X87_INSTRUCTION, load<u32>(from + INSTRUCTION));
  store<u32>(X87_INSTRUCTION_SELECTOR, load<u16>(from + INSTRUCTION_SELECTOR));
  store<u32>(X87_OPERAND, load<u32>(from + OPERAND));
  store<u32>(X87_OPERAND_SELECTOR, load<u16>(from + OPERAND_SELECTOR));
  for (let i: u32 = 0; i < 8; i++) {
    const to = registerAddress(i);
    const place = from + STACK + (i << 4);
    store<u64>(to, load<u64>(place));
    store<u16>(to + 8, load<u16>(place + 8));
  }
  memory.copy(XMM, from + REGISTERS, XMM_SIZE);
  return true;
}
