/**
 * The unit's state as the fast paths hold it, while the interpreter runs one of them after the other.
 *
 *     X87_HELD   0      4       8      12     16
 *                +------+-------+------+------+------+
 *                | held | place | ring | away | lost |
 *                +------+-------+------+------+------+
 *
 * place = TOP * 16 (modulo 128), the offset of ST(0)'s register; ring, bit i = ST(i) is empty, the same in each of its four bytes, so
 * that turning it turns the stack; away = C1; lost = what roundings have dropped, all of it OR'ed: not 0 if PE is to be
 * set. While `held` is 1, what X87_STATUS says of TOP, C1 and PE lags behind, and so does X87_EMPTY: whoever wants to see
 * or change them calls release() first.
 *
 * Held is only a state in which nothing but PE can be raised, and that without a consequence: no exception is pending,
 * PE is masked; and in which results have 64 bits and are rounded to nearest.
 */
import { X87_CONTROL, X87_EMPTY, X87_HELD, X87_REGISTERS, X87_STATUS } from "../cpu/state";
import { C1, ES, PE, PRECISION, PRECISION_EXTENDED, ROUND_NEAREST, ROUNDING, TOP_MASK } from "./status";

const PLACE: usize = X87_HELD + 4;
const RING: usize = X87_HELD + 8;
const AWAY: usize = X87_HELD + 12;
const LOST: usize = X87_HELD + 16;

const PLAIN_MASK: u32 = PRECISION | ROUNDING | PE;
const PLAIN: u32 = PRECISION_EXTENDED | ROUND_NEAREST | PE;
/** TOP in the status word from `place`. */
const PLACE_TO_TOP: u32 = 7;
const PLACES: u32 = 0x70;
const EACH_BYTE: u32 = 0x01010101;

export function isHeld(): bool {
  return load<u32>(X87_HELD) != 0;
}

/** Is the state held, now at least? */
export function holds(): bool {
  return load<u32>(X87_HELD) != 0 || hold();
}

function hold(): bool {
  const status = load<u32>(X87_STATUS);
  if (status & ES || (load<u32>(X87_CONTROL) & PLAIN_MASK) != PLAIN) return false;
  const top = (status & TOP_MASK) >> PLACE_TO_TOP;
  store<u32>(PLACE, top);
  store<u32>(RING, rotr<u32>((load<u32>(X87_EMPTY) & 0xff) * EACH_BYTE, top >> 4));
  store<u32>(AWAY, u32((status & C1) != 0));
  store<u64>(LOST, 0);
  store<u32>(X87_HELD, 1);
  return true;
}

/** Writes the held state where everybody looks for it. */
export function release(): void {
  const place = load<u32>(PLACE) & PLACES;
  const raised = u32(load<u64>(LOST) != 0) * PE + load<u32>(AWAY) * C1;
  store<u32>(X87_STATUS, (load<u32>(X87_STATUS) & ~(C1 | TOP_MASK)) | raised | (place << PLACE_TO_TOP));
  store<u32>(X87_EMPTY, rotl<u32>(load<u32>(RING), place >> 4) & 0xff);
  store<u32>(X87_HELD, 0);
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

/** A rounding: whether it went away from zero, and what it dropped. */
export function rounded(away: u32, dropped: u64): void {
  store<u32>(AWAY, away);
  store<u64>(LOST, load<u64>(LOST) | dropped);
}
