import { EXCEPTION_ADDRESS, EXCEPTION_ERROR, EXCEPTION_VECTOR } from "./state";

/** Exception vectors (SDM vol. 3, table 6-1). */
export const DE: u32 = 0;
export const DB: u32 = 1;
export const BP: u32 = 3;
export const OF: u32 = 4;
export const BR: u32 = 5;
export const UD: u32 = 6;
export const NM: u32 = 7;
export const NP: u32 = 11;
export const SS: u32 = 12;
export const GP: u32 = 13;
export const PF: u32 = 14;
export const MF: u32 = 16;
export const AC: u32 = 17;
export const XM: u32 = 19;

/**
 * Stands for #GP(0) or #SS(0) until the loop knows which segment was meant: an access beyond the end of a flat one.
 */
export const BEYOND: u32 = 0x100;

/** DR6.BS, which stands as #DB's address: TF has raised it, and not INT1 (SDM vol. 3, 17.2.3). */
export const DR6_STEP: u32 = 0x4000;

/** Bits of a page fault's error code (SDM vol. 3, 4.7). */
export const PF_PRESENT: u32 = 1;
export const PF_WRITE: u32 = 2;
export const PF_USER: u32 = 4;
export const PF_FETCH: u32 = 16;

/** Records an exception; the caller returns false up to the loop, which leaves with EXIT_EXCEPTION. Always false. */
export function raise(vector: u32, error: u32 = 0, address: u32 = 0): bool {
  store<u32>(EXCEPTION_VECTOR, vector);
  store<u32>(EXCEPTION_ERROR, error);
  store<u32>(EXCEPTION_ADDRESS, address);
  return false;
}
