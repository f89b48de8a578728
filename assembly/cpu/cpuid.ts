/**
 * CPUID (SDM vol. 2). What is advertised is there: an i686 with x87, TSC, CMPXCHG8B, CMOVcc and, as the host chooses,
 * SYSENTER or SYSCALL.
 */
import { CPUID_GATES, CPUID_VENDOR, EAX, EBX, ECX, EDX } from "./state";

const FPU: u32 = 1 << 0;
const TSC: u32 = 1 << 4;
const CX8: u32 = 1 << 8;
const SEP: u32 = 1 << 11;
const CMOV: u32 = 1 << 15;
/** In leaf 8000_0001 EDX. */
const SYSCALL: u32 = 1 << 11;

/** Family 6, model 7, stepping 3. */
const SIGNATURE: u32 = 0x673;

export const VENDOR_INTEL: u32 = 0;
export const VENDOR_AMD: u32 = 1;

/** Leaf 1 EDX: also AT_HWCAP. */
export function features(): u32 {
  return FPU | TSC | CX8 | CMOV | (load<u32>(CPUID_GATES) & 1 ? SEP : 0);
}

function extendedFeatures(): u32 {
  return load<u32>(CPUID_GATES) & 2 ? (features() & ~SEP) | SYSCALL : 0;
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

export function cpuid(): void {
  const amd = load<u32>(CPUID_VENDOR) == VENDOR_AMD;
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
      return answer(SIGNATURE, 0, 0, features());
  }
}
