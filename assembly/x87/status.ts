/**
 * Status and control word, and what an instruction does with the exceptions it met.
 *
 *     status   B  C3 TOP TOP TOP C2 C1 C0   ES SF PE UE OE ZE DE IE
 *     control  -  -  -   X   RC  RC PC PC   -  -  PM UM OM ZM DM IM
 *
 * An instruction collects its exceptions in `raised` and then settles them: the flags stick in the status word, and
 * an exception that is not masked sets ES and B, so that the next waiting instruction raises #MF.
 */
import { X87_CONTROL, X87_STATUS } from "../cpu/state";

export const IE: u32 = 0x01;
export const DE: u32 = 0x02;
export const ZE: u32 = 0x04;
export const OE: u32 = 0x08;
export const UE: u32 = 0x10;
export const PE: u32 = 0x20;
/** Stack fault: with IE; C1 tells overflow (1) from underflow (0). */
export const SF: u32 = 0x40;
/** Some exception is not masked. */
export const ES: u32 = 0x80;
export const C0: u32 = 0x100;
/** Rounded away from zero, if PE; which stack fault, if SF. */
export const C1: u32 = 0x200;
export const C2: u32 = 0x400;
export const C3: u32 = 0x4000;
/** Follows ES. */
export const BUSY: u32 = 0x8000;
export const TOP_SHIFT: u32 = 11;
export const TOP_MASK: u32 = 7 << TOP_SHIFT;

/** The six exceptions: flags in the status word, masks in the control word. */
export const EXCEPTIONS: u32 = 0x3f;
/** Found before the operation: where one of these is not masked, no result is written and nothing is popped. */
export const BEFORE: u32 = IE | DE | ZE;
/** Where one of these is not masked, nothing is stored in memory and nothing is popped. */
export const BEFORE_STORE: u32 = BEFORE | OE | UE;

/** Nothing forbids the result. */
export const NOTHING: u32 = 0;

export const PRECISION: u32 = 0x300;
export const PRECISION_SINGLE: u32 = 0x000;
export const PRECISION_DOUBLE: u32 = 0x200;
export const PRECISION_EXTENDED: u32 = 0x300;
export const ROUNDING: u32 = 0xc00;
export const ROUND_NEAREST: u32 = 0x000;
export const ROUND_DOWN: u32 = 0x400;
export const ROUND_UP: u32 = 0x800;
export const ROUND_ZERO: u32 = 0xc00;

/** What the present instruction met: IE..PE, SF, and C1. */
export let raised: u32 = 0;

export function begin(exceptions: u32): void {
  raised = exceptions;
}

export function signal(exceptions: u32): void {
  raised |= exceptions;
}

export function controlWord(): u32 {
  return load<u32>(X87_CONTROL);
}

/** C1 as the last instruction left it, for those that do not touch it: `begin(lastC1())`. */
export function lastC1(): u32 {
  return load<u32>(X87_STATUS) & C1;
}

/** Is this exception not masked? */
export function unmasked(exception: u32): bool {
  return (load<u32>(X87_CONTROL) & exception) == 0;
}

/**
 * Puts what was raised into the status word, C1 included. False: one of the exceptions in `blocking` was raised and is
 * not masked, so the result may not be written.
 */
export function settle(blocking: u32): bool {
  const status = load<u32>(X87_STATUS) & ~C1;
  const pending = raised & ~load<u32>(X87_CONTROL) & EXCEPTIONS;
  if (!pending) {
    store<u32>(X87_STATUS, status | raised);
    return true;
  }
  return settlePending(status, pending, blocking);
}

/** settle, where something that is not masked was raised. */
export function settlePending(status: u32, pending: u32, blocking: u32): bool {
  // Then there was no rounding.
  if (pending & BEFORE) raised &= raised & PE ? ~(OE | UE | PE | C1) : ~(OE | UE);
  store<u32>(X87_STATUS, status | raised | ES | BUSY);
  return (pending & blocking) == 0;
}

/** Replaces C3, C2 and C0. */
export function setConditions(conditions: u32): void {
  store<u32>(X87_STATUS, (load<u32>(X87_STATUS) & ~(C0 | C2 | C3)) | conditions);
}
