/**
 * What a processor has: a set of features, a bit each. Instructions ask for them, CPUID shows them (cpuid.ts), models are
 * sets of them (models.ts).
 */
import { FEATURES } from "./state";

// prettier-ignore
export const enum Feature {
  /** Every processor has it. */
  NONE,
  FPU, TSC, CX8, CMOV,
  MMX, FXSR, CLFSH,
  SSE, SSE2, SSE3, SSSE3, SSE41, SSE42,
  POPCNT, MOVBE, RDTSCP, LAHF,
  /** LZCNT. Where it is not, its opcode is BSR. */
  ABM,
  /** The gates: which of them there are the host chooses. */
  SEP, SYSCALL,
}

/** Is the feature there? */
export function hasFeature(feature: Feature): bool {
  return feature == Feature.NONE || ((load<u32>(FEATURES) >> feature) & 1) != 0;
}

/** The set of one feature. */
export function only(feature: Feature): u32 {
  return (<u32>1) << feature;
}
