/** The time-stamp counter: it runs with the instructions retired, at the rate the host sets. */
import { EAX, EDX, TSC_BASE, TSC_RATE, TSC_START } from "./state";

/** The counter when `retired` instructions have been retired. */
export function timestamp(retired: u64): u64 {
  return load<u64>(TSC_BASE) + (((retired - load<u64>(TSC_START)) * <u64>load<u32>(TSC_RATE)) >> 16);
}

/** RDTSC. */
export function readTimestamp(retired: u64): void {
  const now = timestamp(retired);
  store<u32>(EAX, <u32>now);
  store<u32>(EDX, <u32>(now >> 32));
}
