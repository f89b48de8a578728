/** Control, status and tag words, environments, the whole state. SDM vol. 1, 8.1; figures 8-9 and 8-11. */
import {
  EAX,
  SEGMENT_BASE,
  SEGMENT_SELECTOR,
  X87_CONTROL,
  X87_EMPTY,
  X87_INSTRUCTION,
  X87_INSTRUCTION_SELECTOR,
  X87_OPCODE,
  X87_OPERAND,
  X87_OPERAND_SELECTOR,
  X87_REGISTERS,
  X87_STATUS,
} from "../cpu/state";
import { checkRead, checkWrite } from "../memory/access";
import { isZero, isNormal } from "./float80";
import { adoptTop, registerAddress } from "./stack";
import { BUSY, C0, C1, C2, C3, ES, EXCEPTIONS, TOP_MASK } from "./status";

const INITIAL_CONTROL: u32 = 0x37f;
/** Bits of the control word that exist; bit 6 always reads as 1. */
const CONTROL_WRITABLE: u32 = 0x1f3f;
const CONTROL_FIXED: u32 = 0x40;

const ENVIRONMENT: u32 = 28;
const ENVIRONMENT16: u32 = 14;
const REGISTERS: u32 = 80;
const TAG_ZERO: u32 = 1;
const TAG_SPECIAL: u32 = 2;
const TAG_EMPTY: u32 = 3;

/** A control word as it can be. */
export function validControl(control: u32): u32 {
  return (control & CONTROL_WRITABLE) | CONTROL_FIXED;
}

/** ES and B follow the flags and the masks. */
export function setControlAndStatus(control: u32, status: u32): void {
  control = validControl(control);
  status &= ~(ES | BUSY);
  if (status & ~control & EXCEPTIONS) status |= ES | BUSY;
  store<u32>(X87_CONTROL, control);
  store<u32>(X87_STATUS, status);
  adoptTop();
}

export function initialise(): bool {
  store<u32>(X87_CONTROL, INITIAL_CONTROL);
  store<u32>(X87_STATUS, 0);
  adoptTop();
  store<u32>(X87_EMPTY, 0xff);
  store<u64>(X87_INSTRUCTION, 0);
  store<u64>(X87_OPERAND, 0);
  store<u32>(X87_OPCODE, 0);
  return true;
}

export function clearExceptions(): bool {
  store<u32>(X87_STATUS, load<u32>(X87_STATUS) & (TOP_MASK | C0 | C1 | C2 | C3));
  return true;
}

/**
 * Remembers which instruction this is. Processors differ here: this is what
 * AMD's do (seen on Zen 4), whose every instruction but the control ones sets the pointers and the opcode, exception or
 * not, and whose selectors are real. Intel's newer ones keep the opcode only for unmasked exceptions and show selectors of 0.
 */
export function remember(instructionPointer: u32, opcode: u32): void {
  store<u32>(X87_INSTRUCTION, instructionPointer);
  store<u32>(X87_INSTRUCTION_SELECTOR, load<u32>(SEGMENT_SELECTOR + 4));
  store<u32>(X87_OPCODE, opcode);
}

/** The same for its memory operand; `segment` is the number of the register that it was addressed by. */
export function rememberOperand(address: u32, segment: u32): void {
  const place: usize = segment << 2;
  store<u32>(X87_OPERAND, address - load<u32>(SEGMENT_BASE + place));
  store<u32>(X87_OPERAND_SELECTOR, load<u32>(SEGMENT_SELECTOR + place));
}

export function loadControl(address: u32): bool {
  if (!checkRead(address, 2)) return false;
  setControlAndStatus(load<u16>(address), load<u32>(X87_STATUS));
  return true;
}

export function storeControl(address: u32): bool {
  if (!checkWrite(address, 2)) return false;
  store<u16>(address, load<u32>(X87_CONTROL));
  return true;
}

export function storeStatus(address: u32): bool {
  if (!checkWrite(address, 2)) return false;
  store<u16>(address, load<u32>(X87_STATUS));
  return true;
}

export function storeStatusInAx(): bool {
  store<u16>(EAX, load<u32>(X87_STATUS));
  return true;
}

/** The tag word in full: two bits a physical register, worked out from its contents. */
export function tagWord(): u32 {
  let word: u32 = 0;
  for (let i: u32 = 0; i < 8; i++) word |= tag(i) << (i * 2);
  return word;
}

function tag(i: u32): u32 {
  if ((load<u32>(X87_EMPTY) >> i) & 1) return TAG_EMPTY;
  const address = X87_REGISTERS + (i << 4);
  const head = load<u16>(address + 8);
  const significand = load<u64>(address);
  if (isNormal(head, significand)) return 0;
  return isZero(head, significand) ? TAG_ZERO : TAG_SPECIAL;
}

/** Only whether a register is empty matters of a tag. */
function setTagWord(word: u32): void {
  let empty: u32 = 0;
  for (let i: u32 = 0; i < 8; i++) empty |= u32(((word >> (i * 2)) & 3) == TAG_EMPTY) << i;
  store<u32>(X87_EMPTY, empty);
}

function environmentSize(short: bool): u32 {
  return short ? ENVIRONMENT16 : ENVIRONMENT;
}

/** The environment as it is. The unused halves are ones. */
function writeEnvironment(address: u32, short: bool): void {
  const step: u32 = short ? 2 : 4;
  const opcode = load<u32>(X87_OPCODE) << 16;
  word(address, load<u32>(X87_CONTROL) | 0xffff0000, short);
  word(address + step, load<u32>(X87_STATUS) | 0xffff0000, short);
  word(address + 2 * step, tagWord() | 0xffff0000, short);
  word(address + 3 * step, load<u32>(X87_INSTRUCTION), short);
  word(address + 4 * step, load<u32>(X87_INSTRUCTION_SELECTOR) | opcode, short);
  word(address + 5 * step, load<u32>(X87_OPERAND), short);
  word(address + 6 * step, load<u32>(X87_OPERAND_SELECTOR) | 0xffff0000, short);
}

function word(address: u32, value: u32, short: bool): void {
  if (short) store<u16>(address, value);
  else store<u32>(address, value);
}

function readEnvironment(address: u32, short: bool): void {
  const step: u32 = short ? 2 : 4;
  setControlAndStatus(load<u16>(address), load<u16>(address + step));
  setTagWord(load<u16>(address + 2 * step));
  store<u32>(X87_INSTRUCTION, short ? load<u16>(address + 3 * step) : load<u32>(address + 3 * step));
  store<u32>(X87_INSTRUCTION_SELECTOR, load<u16>(address + 4 * step));
  store<u32>(X87_OPCODE, short ? 0 : load<u16>(address + 4 * step + 2) & 0x7ff);
  store<u32>(X87_OPERAND, short ? load<u16>(address + 5 * step) : load<u32>(address + 5 * step));
  store<u32>(X87_OPERAND_SELECTOR, load<u16>(address + 6 * step));
}

/** FNSTENV: afterwards all exceptions are masked. */
export function storeEnvironment(address: u32, short: bool): bool {
  if (!checkWrite(address, environmentSize(short))) return false;
  writeEnvironment(address, short);
  setControlAndStatus(load<u32>(X87_CONTROL) | EXCEPTIONS, load<u32>(X87_STATUS));
  return true;
}

export function loadEnvironment(address: u32, short: bool): bool {
  // Read piece by piece: what the first word meets comes before what lies beyond the segment's end.
  if (!checkRead(address, 4) || !checkRead(address, environmentSize(short))) return false;
  readEnvironment(address, short);
  return true;
}

/** FNSAVE: environment and registers, ST(0) first; afterwards as FNINIT. */
export function save(address: u32, short: bool): bool {
  const size = environmentSize(short);
  if (!checkWrite(address, size + REGISTERS)) return false;
  writeEnvironment(address, short);
  for (let i: u32 = 0; i < 8; i++) {
    const to = address + size + i * 10;
    const from = registerAddress(i);
    store<u64>(to, load<u64>(from));
    store<u16>(to + 8, load<u16>(from + 8));
  }
  return initialise();
}

export function restore(address: u32, short: bool): bool {
  const size = environmentSize(short);
  if (!checkRead(address, 4) || !checkRead(address, size + REGISTERS)) return false;
  readEnvironment(address, short);
  for (let i: u32 = 0; i < 8; i++) {
    const from = address + size + i * 10;
    const to = registerAddress(i);
    store<u64>(to, load<u64>(from));
    store<u16>(to + 8, load<u16>(from + 8));
  }
  return true;
}
