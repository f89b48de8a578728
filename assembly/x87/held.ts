/**
 * The unit's state as the fast paths hold it, while the interpreter runs one of them after the other.
 *
 *     X87_HELD   0      4       8      12     16     24
 *                +------+-------+------+------+------+---------+
 *                | held | place | ring | away | lost | dropped |
 *                +------+-------+------+------+------+---------+
 *
 * place = TOP * 16 (modulo 128), the offset of ST(0)'s register; ring, bit i = ST(i) is empty, the same in each of its
 * four bytes, so that turning it turns the stack; away = C1; lost = what roundings have lost, all of it OR'ed: not 0 if
 * PE is to be set; dropped = how many of 64 bits the precision control drops.
 *
 * While `held` is not 0, what X87_STATUS says of TOP, C1 and PE lags behind, and so does X87_EMPTY: whoever wants to see or
 * change them calls release() first. The state is held only while no exception is pending and PE is masked. It is held
 * plainly if, besides, results are rounded to nearest: then arithmetic of normal numbers can raise nothing but PE, and
 * that without a consequence.
 */
import { X87_CONTROL, X87_EMPTY, X87_HELD, X87_REGISTERS, X87_STATUS } from "../cpu/state";
import { validControl } from "./control";
import {
  C1,
  ES,
  EXCEPTIONS,
  PE,
  PRECISION,
  PRECISION_DOUBLE,
  PRECISION_SINGLE,
  ROUND_NEAREST,
  ROUNDING,
  TOP_MASK,
} from "./status";

const PLACE: usize = X87_HELD + 4;
const RING: usize = X87_HELD + 8;
const AWAY: usize = X87_HELD + 12;
const LOST: usize = X87_HELD + 16;
const DROPPED: usize = X87_HELD + 24;

/** Values of `held`. */
const NOT_HELD: u32 = 0;
const HELD: u32 = 1;
const HELD_PLAINLY: u32 = 2;

/** TOP in the status word from `place`. */
const PLACE_TO_TOP: u32 = 7;
const PLACES: u32 = 0x70;
const EACH_BYTE: u32 = 0x01010101;

export function isHeld(): bool {
  return load<u32>(X87_HELD) != 0;
}

/** Is it held, with rounding to nearest? */
export function isPlain(): bool {
  return load<u32>(X87_HELD) == HELD_PLAINLY;
}

/** Holds the state, if that can be. */
export function hold(): bool {
  if (load<u32>(X87_HELD)) return true;
  const status = load<u32>(X87_STATUS);
  const control = load<u32>(X87_CONTROL);
  if (status & ES || !(control & PE)) return false;
  const top = (status & TOP_MASK) >> PLACE_TO_TOP;
  store<u32>(PLACE, top);
  store<u32>(RING, rotr<u32>((load<u32>(X87_EMPTY) & 0xff) * EACH_BYTE, top >> 4));
  store<u32>(AWAY, u32((status & C1) != 0));
  store<u64>(LOST, 0);
  setHeld(control);
  return true;
}

/** Holds it for isPlain(), if that can be. */
export function holdPlain(): bool {
  return hold() && isPlain();
}

function setHeld(control: u32): void {
  const precision = control & PRECISION;
  store<u64>(DROPPED, precision == PRECISION_SINGLE ? 40 : precision == PRECISION_DOUBLE ? 11 : 0);
  store<u32>(X87_HELD, (control & ROUNDING) == ROUND_NEAREST ? HELD_PLAINLY : HELD);
}

export function precisionDropped(): u64 {
  return load<u64>(DROPPED);
}

/** FLDCW, if everything is masked: then nothing can become pending. */
export function setControl(control: u32): bool {
  if ((control & EXCEPTIONS) != EXCEPTIONS) return false;
  store<u32>(X87_CONTROL, validControl(control));
  setHeld(control);
  return true;
}

/** The status word as it is. */
export function status(): u32 {
  const raised = u32(load<u64>(LOST) != 0) * PE + load<u32>(AWAY) * C1;
  const top = (load<u32>(PLACE) & PLACES) << PLACE_TO_TOP;
  return (load<u32>(X87_STATUS) & ~(C1 | TOP_MASK)) | raised | top;
}

/** Writes the held state where everybody looks for it. */
export function release(): void {
  store<u32>(X87_STATUS, status());
  store<u32>(X87_EMPTY, rotl<u32>(load<u32>(RING), load<u32>(PLACE) >> 4) & 0xff);
  store<u32>(X87_HELD, NOT_HELD);
}

/** Address of ST(i). */
export function register(i: u32): usize {
  return X87_REGISTERS + ((load<u32>(PLACE) + (i << 4)) & PLACES);
}

/** 1 if ST(i) is empty. */
export function empty(i: u32): u32 {
  return (load<u32>(RING) >> i) & 1;
}

/** ST(i) is empty no more. */
export function fill(i: u32): void {
  store<u32>(RING, load<u32>(RING) & ~(EACH_BYTE << i));
}

/** A push of what is then written to register(0). */
export function push(): void {
  store<u32>(PLACE, load<u32>(PLACE) - 16);
  store<u32>(RING, rotl<u32>(load<u32>(RING), 1) & ~EACH_BYTE);
}

export function pop(): void {
  store<u32>(PLACE, load<u32>(PLACE) + 16);
  store<u32>(RING, rotr<u32>(load<u32>(RING) | EACH_BYTE, 1));
}

/** An instruction that has nothing to round clears C1. */
export function exact(): void {
  store<u32>(AWAY, 0);
}

/** A rounding: whether it went away from zero, and what it lost. */
export function rounded(away: u32, rest: u64): void {
  store<u32>(AWAY, away);
  store<u64>(LOST, load<u64>(LOST) | rest);
}
