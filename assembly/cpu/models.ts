/** The processors that the guest may see. */
import { Feature, only } from "./features";

/** In the order of their history; MAX has all that is here. */
export const enum Model {
  I486,
  PENTIUM,
  PENTIUM_MMX,
  PENTIUM2,
  PENTIUM3,
  PENTIUM4,
  CORE2,
  NEHALEM,
  MAX,
}

/** The model's features, the gates not among them. */
export function featuresOf(model: Model): u32 {
  let set = only(Feature.FPU);
  if (model >= Model.PENTIUM) set |= only(Feature.TSC) | only(Feature.CX8);
  if (model >= Model.PENTIUM_MMX) set |= only(Feature.MMX);
  if (model >= Model.PENTIUM2) set |= only(Feature.CMOV) | only(Feature.FXSR);
  if (model >= Model.PENTIUM3) set |= only(Feature.SSE);
  if (model >= Model.PENTIUM4) set |= only(Feature.SSE2) | only(Feature.CLFSH);
  if (model >= Model.CORE2) set |= only(Feature.SSE3) | only(Feature.SSSE3);
  if (model >= Model.NEHALEM) {
    set |= only(Feature.SSE41) | only(Feature.SSE42) | only(Feature.POPCNT) | only(Feature.RDTSCP);
  }
  if (model >= Model.MAX) set |= only(Feature.MOVBE) | only(Feature.ABM);
  return set;
}

/** Has the model SYSENTER, and SYSCALL? Pentium II brought the first; the second is AMD's. */
export function hasFastGates(model: Model): bool {
  return model >= Model.PENTIUM2;
}

/** Leaf 1 EAX: stepping, model, family, as the first of its kind showed them. */
export function signatureOf(model: Model): u32 {
  switch (model) {
    case Model.I486:
      return 0x480;
    case Model.PENTIUM:
      return 0x52c;
    case Model.PENTIUM_MMX:
      return 0x543;
    case Model.PENTIUM2:
      return 0x633;
    case Model.PENTIUM3:
      return 0x673;
    case Model.PENTIUM4:
      return 0xf12;
    case Model.CORE2:
      return 0x6f6;
    default:
      return 0x106a5;
  }
}
