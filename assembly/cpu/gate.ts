/**
 * The ways into the host's kernel: INT n, SYSENTER, SYSCALL. The processor knows only which of them are open; what they
 * mean is the host's affair.
 */
import { SOFTWARE_INTERRUPTS } from "./state";

/** What the host is told: which gate was used. */
export const GATE_INTERRUPT: u32 = 0;
export const GATE_SYSENTER: u32 = 1;
export const GATE_SYSCALL: u32 = 2;

/** Calls the host: all state is exact, EIP is after the gate. 0 = go on at EIP, else leave `run`. */
export declare function gate(kind: u32): u32;

/** Is INT `vector` open to user mode (a gate of DPL 3)? */
export function allowsInterrupt(vector: u32): bool {
  return ((load<u8>(SOFTWARE_INTERRUPTS + (vector >> 3)) >> (vector & 7)) & 1) != 0;
}
