/**
 * The register stack: ST(i) is physical register (TOP + i) mod 8.
 *
 * TOP stands in the status word, where the host sees it and may change it, and in `top`. An instruction takes it from
 * `top`, so that it need not wait for what the one before put into the status word (its rounding, at the very end);
 * executeX87 compares the two first.
 */
import { X87_CONTROL, X87_EMPTY, X87_REGISTERS, X87_STATUS } from "../cpu/state";
import { DEFAULT_HEAD, DEFAULT_SIGNIFICAND, resultHead, resultSignificand, setResult } from "./float80";
import {
  BEFORE,
  begin,
  C1,
  ES,
  EXCEPTIONS,
  IE,
  raised,
  settle,
  settlePending,
  SF,
  TOP_MASK,
  TOP_SHIFT,
} from "./status";

let top: u32 = 0;

/** 0 if TOP in this status word is what `top` says, and no exception is pending. */
export function unready(status: u32): u32 {
  return (status & (TOP_MASK | ES)) ^ (top << TOP_SHIFT);
}

/** Takes TOP from the status word. */
export function adoptTop(): void {
  top = (load<u32>(X87_STATUS) >> TOP_SHIFT) & 7;
}

/** The physical register that is ST(i). */
export function physical(i: u32): u32 {
  return (top + i) & 7;
}

/** Address of ST(i). */
export function registerAddress(i: u32): usize {
  return X87_REGISTERS + (physical(i) << 4);
}

export function head(i: u32): u32 {
  return load<u16>(registerAddress(i) + 8);
}

export function significand(i: u32): u64 {
  return load<u64>(registerAddress(i));
}

/** 1 if ST(i) is empty. */
export function emptyBit(i: u32): u32 {
  return (load<u32>(X87_EMPTY) >> physical(i)) & 1;
}

export function isEmpty(i: u32): bool {
  return emptyBit(i) != 0;
}

/** Writes ST(i), which is then no longer empty. */
export function setRegister(i: u32, newHead: u32, newSignificand: u64): void {
  const number = physical(i);
  const address = X87_REGISTERS + (number << 4);
  store<u64>(address, newSignificand);
  store<u16>(address + 8, newHead);
  store<u32>(X87_EMPTY, load<u32>(X87_EMPTY) & ~(1 << number));
}

export function setEmpty(i: u32): void {
  store<u32>(X87_EMPTY, load<u32>(X87_EMPTY) | (1 << physical(i)));
}

export function addToTop(step: u32): void {
  top = (top + step) & 7;
  store<u32>(X87_STATUS, (load<u32>(X87_STATUS) & ~TOP_MASK) | (top << TOP_SHIFT));
}

/** settle, and then addToTop unless something unmasked forbids it. */
export function settleAndAddToTop(blocking: u32, step: u32): bool {
  const status = load<u32>(X87_STATUS) & ~C1;
  const pending = raised & ~load<u32>(X87_CONTROL) & EXCEPTIONS;
  if (pending) {
    if (!settlePending(status, pending, blocking)) return false;
    addToTop(step);
    return true;
  }
  top = (top + step) & 7;
  store<u32>(X87_STATUS, (status & ~TOP_MASK) | raised | (top << TOP_SHIFT));
  return true;
}

/** settle, and then pop unless something unmasked forbids it. */
export function settleAndPop(blocking: u32): void {
  if (settleAndAddToTop(blocking, 1)) setEmpty(7);
}

export function pop(): void {
  setEmpty(0);
  addToTop(1);
}

/** Ends an instruction that raised nothing: C1 is cleared, TOP moves. */
export function plain(step: u32): void {
  top = (top + step) & 7;
  store<u32>(X87_STATUS, (load<u32>(X87_STATUS) & ~(C1 | TOP_MASK)) | (top << TOP_SHIFT));
}

/** Pushes, where nothing was raised and ST(7) is empty. */
export function pushPlain(newHead: u32, newSignificand: u64): void {
  const number = (top + 7) & 7;
  const address = X87_REGISTERS + (number << 4);
  store<u64>(address, newSignificand);
  store<u16>(address + 8, newHead);
  store<u32>(X87_EMPTY, load<u32>(X87_EMPTY) & ~(1 << number));
  store<u32>(X87_STATUS, (load<u32>(X87_STATUS) & ~(C1 | TOP_MASK)) | (number << TOP_SHIFT));
  top = number;
}

/** Settles what was raised and, unless something unmasked forbids it, pushes the result. */
export function pushResult(): void {
  if (!isEmpty(7)) stackOverflow();
  pushSettled();
}

/**
 * As pushResult, where a stack underflow has already been found: it comes before an overflow. A denormal
 * operand that is not masked does not stop the push.
 */
export function pushSettled(): void {
  if (settleAndAddToTop(IE, 7)) setRegister(0, resultHead(), resultSignificand());
}

/** Settles what was raised and, unless something unmasked forbids it, writes the result into ST(i). False: forbidden. */
export function writeResult(i: u32): bool {
  if (!settle(BEFORE)) return false;
  setRegister(i, resultHead(), resultSignificand());
  return true;
}

/** A register that should have been empty was not: stack fault, and the default NaN for a result. */
export function stackOverflow(): void {
  begin(IE | SF | C1);
  setResult(DEFAULT_HEAD, DEFAULT_SIGNIFICAND);
}

/** An empty register was to be read: stack fault, and the default NaN for a result. */
export function stackUnderflow(): void {
  begin(IE | SF);
  setResult(DEFAULT_HEAD, DEFAULT_SIGNIFICAND);
}

function clearC1(): void {
  store<u32>(X87_STATUS, load<u32>(X87_STATUS) & ~C1);
}

/** FFREE. */
export function free(i: u32): bool {
  clearC1();
  setEmpty(i);
  return true;
}

/** FFREEP. */
export function freeAndPop(i: u32): bool {
  clearC1();
  setEmpty(i);
  pop();
  return true;
}

/** FINCSTP and FDECSTP. */
export function turn(step: u32): bool {
  clearC1();
  addToTop(step);
  return true;
}
