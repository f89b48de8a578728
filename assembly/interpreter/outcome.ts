/** What became of a micro-op that ran outside the loop. */

/** An exception is recorded; nothing has changed that should not have. */
export const FAULT: u32 = 0;
/** Go on with the next micro-op. */
export const DONE: u32 = 1;
/** Control goes to EIP. */
export const JUMPED: u32 = 2;
/** The same after a load of SS, which holds #DB back until the next instruction is done. */
export const SHADOWED: u32 = 5;
/** A repeated string instruction has done a portion: the same micro-op again. */
export const AGAIN: u32 = 3;
/** A trap: the instruction is complete, an exception is recorded, EIP is set. */
export const TRAPPED: u32 = 4;
