import { updateFlagMode } from "./mode";
import { FLAG_CARRY, FLAG_DELTA, FLAG_RESULT, FLAGS_OTHER } from "./state";

/** EFLAGS bits (SDM vol. 1, 3.4.3). */
export const CF: u32 = 1 << 0;
export const PF: u32 = 1 << 2;
export const AF: u32 = 1 << 4;
export const ZF: u32 = 1 << 6;
export const SF: u32 = 1 << 7;
export const TF: u32 = 1 << 8;
export const IF: u32 = 1 << 9;
export const DF: u32 = 1 << 10;
export const OF: u32 = 1 << 11;
export const NT: u32 = 1 << 14;
export const RF: u32 = 1 << 16;
export const AC: u32 = 1 << 18;
export const ID: u32 = 1 << 21;

/** CF, PF, AF, ZF, SF, OF. */
const ARITHMETIC: u32 = CF | PF | AF | ZF | SF | OF;
/** Bit 1 is always 1; a user program always sees IF set. */
const FIXED: u32 = 2 | IF;
/** What POPF may change in user mode with IOPL 0, besides the arithmetic flags. */
const USER: u32 = TF | DF | NT | AC | ID;

/** The flags of an operation: its result, sign-extended to 32 bits, and its carries, left-aligned (AF in bit 3). */
export function setFlags(result: u32, carries: u32): void {
  store<u32>(FLAG_RESULT, result);
  store<u64>(FLAG_CARRY, <u64>carries);
}

export function carry(): u32 {
  return load<u32>(FLAG_CARRY) >>> 31;
}

export function zero(): bool {
  return load<u32>(FLAG_RESULT) == 0;
}

export function sign(): bool {
  return <i32>(load<u32>(FLAG_RESULT) ^ load<u32>(FLAG_DELTA)) < 0;
}

export function overflow(): bool {
  const carries = load<u32>(FLAG_CARRY);
  return <i32>(carries ^ (carries << 1)) < 0;
}

/** SF != OF. */
export function less(): bool {
  const carries = load<u32>(FLAG_CARRY);
  return <i32>(load<u32>(FLAG_RESULT) ^ load<u32>(FLAG_DELTA) ^ carries ^ (carries << 1)) < 0;
}

export function parity(): bool {
  return !(popcnt<u32>((load<u32>(FLAG_RESULT) ^ load<u32>(FLAG_DELTA)) & 0xff) & 1);
}

export function adjust(): bool {
  return (load<u32>(FLAG_CARRY) & 8) != 0;
}

/** Changes CF alone; `value` is 0 or 1. */
export function setCarry(value: u32): void {
  // OF is bit 31 ^ bit 30: both are inverted to change CF and keep OF.
  const carries = load<u32>(FLAG_CARRY);
  store<u32>(FLAG_CARRY, carries >>> 31 == value ? carries : carries ^ 0xc0000000);
}

/** Changes CF and OF; both are 0 or 1. */
export function setCarryOverflow(carry: u32, overflow: u32): void {
  store<u32>(FLAG_CARRY, (load<u32>(FLAG_CARRY) & 0x3fffffff) | (carry << 31) | ((carry ^ overflow) << 30));
}

/** Changes ZF alone. */
export function setZero(value: bool): void {
  const image = arithmeticFlags();
  setArithmeticFlags(value ? image | ZF : image & ~ZF);
}

/** The tests of Jcc, SETcc and CMOVcc (SDM vol. 1, appendix B), numbered as in their opcodes. */
export function condition(code: u32): bool {
  switch (code) {
    case 0x0:
      return overflow();
    case 0x1:
      return !overflow();
    case 0x2:
      return <bool>carry();
    case 0x3:
      return !carry();
    case 0x4:
      return zero();
    case 0x5:
      return !zero();
    case 0x6:
      return <bool>carry() || zero();
    case 0x7:
      return !(<bool>carry() || zero());
    case 0x8:
      return sign();
    case 0x9:
      return !sign();
    case 0xa:
      return parity();
    case 0xb:
      return !parity();
    case 0xc:
      return less();
    case 0xd:
      return !less();
    case 0xe:
      return zero() || less();
    default:
      return !(zero() || less());
  }
}

/** The six arithmetic flags at their places in EFLAGS. */
export function arithmeticFlags(): u32 {
  let image = carry();
  if (parity()) image |= PF;
  if (adjust()) image |= AF;
  if (zero()) image |= ZF;
  if (sign()) image |= SF;
  if (overflow()) image |= OF;
  return image;
}

/** Sets the six arithmetic flags from an EFLAGS image. */
export function setArithmeticFlags(image: u32): void {
  const cf = image & CF;
  const overflowing: u32 = image & OF ? 1 : 0;
  const result: u32 = image & ZF ? 0 : 1;
  // 0 has even parity, 1 odd: the delta makes up the difference.
  const odd: u32 = image & PF ? 0 : 1;
  const delta = (image & SF ? 0x80000000 : 0) | (odd ^ result);
  store<u32>(FLAG_RESULT, result);
  store<u32>(FLAG_CARRY, (cf << 31) | ((cf ^ overflowing) << 30) | (image & AF ? 8 : 0));
  store<u32>(FLAG_DELTA, delta);
}

/** EFLAGS as PUSHF shows it. RF reads as 0. */
export function getEflags(): u32 {
  return arithmeticFlags() | (load<u32>(FLAGS_OTHER) & USER) | FIXED;
}

/** EFLAGS from an image, as POPF in user mode: IF and IOPL stay. */
export function setEflags(image: u32): void {
  setArithmeticFlags(image & ARITHMETIC);
  store<u32>(FLAGS_OTHER, (image & USER) | FIXED);
  updateFlagMode();
}

/** +1 or -1, the direction of the string instructions. */
export function direction(): i32 {
  return load<u32>(FLAGS_OTHER) & DF ? -1 : 1;
}
