/**
 * MXCSR, and what an instruction does with the exceptions it met (SDM vol. 1, 10.2.3 and 11.5).
 *
 *     31     16 15   14 13 12 11 10  9  8  7   6    5  4  3  2  1  0
 *     0 ...  0  FTZ   RC   PM UM OM ZM DM IM  DAZ  PE UE OE ZE DE IE
 *
 * The flags are those of the x87's status word, and so are the codes of the rounding control.
 */
import { raise, XM } from "../cpu/exceptions";
import { Feature, hasFeature } from "../cpu/features";
import { MXCSR } from "../cpu/state";
import { BEFORE, EXCEPTIONS, PE } from "../x87/status";

export const INITIAL: u32 = 0x1f80;
/** Bits that exist: DAZ came with SSE2. AMD's bit 17, misaligned operands, does not. */
export function writable(): u32 {
  return hasFeature(Feature.SSE2) ? 0xffff : 0xffff & ~DAZ;
}

const DAZ: u32 = 1 << 6;
const MASKS_SHIFT: u32 = 7;
const MASKS: u32 = EXCEPTIONS << MASKS_SHIFT;
const ROUNDING: u32 = 3 << 13;
/** From its place here to that in the x87's control word. */
const ROUNDING_SHIFT: u32 = 3;
const FTZ: u32 = 1 << 15;

/** What the present instruction met. */
export let raised: u32 = 0;

export function begin(): void {
  raised = 0;
}

export function signal(exceptions: u32): void {
  raised |= exceptions;
}

/**
 * All is masked, rounding is to nearest, and PE is set: then Wasm's own arithmetic is right, as long as no operand is
 * denormal and the result is neither tiny nor infinite nor a NaN.
 */
export function isUsual(): bool {
  return (load<u32>(MXCSR) & (MASKS | ROUNDING | PE)) == (MASKS | PE);
}

/** The same, but PE may not be set yet. */
export function isNearest(): bool {
  return (load<u32>(MXCSR) & (MASKS | ROUNDING)) == MASKS;
}

export function isInexactSticky(): bool {
  return (load<u32>(MXCSR) & PE) != 0;
}

/** Are denormal operands taken for zeros? */
export function denormalsAreZeros(): bool {
  return (load<u32>(MXCSR) & DAZ) != 0;
}

/** Are tiny results made zero? */
export function flushesToZero(): bool {
  return (load<u32>(MXCSR) & FTZ) != 0;
}

/** The rounding control, coded as the x87's. */
export function rounding(): u32 {
  return (load<u32>(MXCSR) & ROUNDING) >> ROUNDING_SHIFT;
}

/** Is this exception not masked? */
export function unmasked(exception: u32): bool {
  return (load<u32>(MXCSR) & (exception << MASKS_SHIFT)) == 0;
}

/** What was raised sticks. False: some of it is not masked, #XM is recorded, and no result may be written. */
export function settle(): bool {
  if (!raised) return true;
  const control = load<u32>(MXCSR);
  const pending = raised & ~(control >> MASKS_SHIFT);
  // What is found before an operation comes before the operation.
  if (pending & BEFORE) raised &= BEFORE;
  store<u32>(MXCSR, control | raised);
  return pending ? raise(XM) : true;
}
