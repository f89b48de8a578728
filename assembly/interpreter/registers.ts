import { STATE } from "../cpu/state";

/** The value in a slot, zero-extended from the width of T. */
export function get<T extends number>(slot: usize): u32 {
  return <u32>load<T>(slot, STATE);
}

/** Writes the low bytes of `value`, as many as T has, to a slot. */
export function put<T extends number>(slot: usize, value: u32): void {
  store<T>(slot, <T>value, STATE);
}
