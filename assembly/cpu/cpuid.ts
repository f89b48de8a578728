/** CPUID (SDM vol. 2). What is advertised is there, and what is there is advertised, as far as CPUID has a bit for it. */
import { Feature, hasFeature } from "./features";
import { Model, signatureOf } from "./models";
import { CPU_MODEL, CPU_VENDOR, EAX, EBX, ECX, EDX } from "./state";

export const VENDOR_INTEL: u32 = 0;
export const VENDOR_AMD: u32 = 1;

/** `feature`'s bit at its place, if it is there. */
function shows(feature: Feature, bit: u32): u32 {
  return hasFeature(feature) ? (<u32>1) << bit : 0;
}

/** Leaf 1 EDX: also AT_HWCAP. */
export function features(): u32 {
  return (
    shows(Feature.FPU, 0) |
    shows(Feature.TSC, 4) |
    shows(Feature.CX8, 8) |
    shows(Feature.SEP, 11) |
    shows(Feature.CMOV, 15) |
    shows(Feature.CLFSH, 19) |
    shows(Feature.MMX, 23) |
    shows(Feature.FXSR, 24) |
    shows(Feature.SSE, 25) |
    shows(Feature.SSE2, 26)
  );
}

/** Leaf 1 ECX. */
function moreFeatures(): u32 {
  return (
    shows(Feature.SSE3, 0) |
    shows(Feature.SSSE3, 9) |
    shows(Feature.SSE41, 19) |
    shows(Feature.SSE42, 20) |
    shows(Feature.MOVBE, 22) |
    shows(Feature.POPCNT, 23)
  );
}

/** Leaf 8000_0001 EDX. */
function extendedFeatures(): u32 {
  return shows(Feature.SYSCALL, 11) | shows(Feature.RDTSCP, 27);
}

function answer(a: u32, b: u32, c: u32, d: u32): void {
  store<u32>(EAX, a);
  store<u32>(EBX, b);
  store<u32>(ECX, c);
  store<u32>(EDX, d);
}

/** Four characters, the first in the low byte. */
function four(text: string): u32 {
  return (
    (<u32>text.charCodeAt(0)) |
    ((<u32>text.charCodeAt(1)) << 8) |
    ((<u32>text.charCodeAt(2)) << 16) |
    ((<u32>text.charCodeAt(3)) << 24)
  );
}

/** CLFLUSH's line, 64 bytes in units of 8, at its place in leaf 1 EBX. */
const LINE: u32 = 8 << 8;

export function cpuid(): void {
  const amd = load<u32>(CPU_VENDOR) == VENDOR_AMD;
  switch (load<u32>(EAX)) {
    case 0:
      if (amd) return answer(1, four("Auth"), four("cAMD"), four("enti"));
      return answer(1, four("Genu"), four("ntel"), four("ineI"));
    case 0x80000000:
      return answer(0x80000004, 0, 0, 0);
    case 0x80000001:
      return answer(0, 0, 0, extendedFeatures());
    case 0x80000002:
      return answer(four("linu"), four("x-ga"), four("te I"), four("A-32"));
    case 0x80000003:
      return answer(four(" pro"), four("cess"), four("or\0\0"), 0);
    case 0x80000004:
      return answer(0, 0, 0, 0);
    // Beyond the last basic leaf the last one answers.
    default:
      return answer(
        signatureOf(<Model>load<u32>(CPU_MODEL)),
        hasFeature(Feature.CLFSH) ? LINE : 0,
        moreFeatures(),
        features(),
      );
  }
}
