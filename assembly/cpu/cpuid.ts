/** CPUID (SDM vol. 2). What is advertised is there, and what is there is advertised, as far as CPUID has a bit for it. */
import * as Caches from "./caches";
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

const FIRST_EXTENDED: u32 = 0x80000000;
const LAST_EXTENDED: u32 = 0x80000008;

/** The last basic leaf. Leaf 7 has no feature to show yet: it came after Nehalem. */
function lastLeaf(model: Model, amd: bool): u32 {
  if (amd || model < Model.PENTIUM2) return model == Model.MAX ? 7 : 1;
  if (model < Model.CORE2) return 2;
  return model == Model.MAX ? 7 : 4;
}

/** Intel's processors have extended leaves since the Pentium 4, AMD's since SYSCALL. */
function hasExtended(model: Model, amd: bool): bool {
  return amd || model >= Model.PENTIUM4 || hasFeature(Feature.SYSCALL);
}

/** Leaf 4: one core, one thread; sizes less 1. */
function cacheLeaf(model: Model, number: u32): void {
  Caches.describe(model, number);
  if (!Caches.kind) return answer(0, 0, 0, 0);
  // It needs no initialisation; the last level holds what the others hold.
  const first = Caches.kind | (Caches.level << 5) | (1 << 8);
  answer(first, ((Caches.ways - 1) << 22) | 63, Caches.sets - 1, Caches.level == 3 ? 2 : 0);
}

/** A cache as AMD's leaves 8000_0005 and 8000_0006 code it: lines of 64 bytes. */
function amdCache(model: Model, number: u32, unit: u32, unitShift: u32): u32 {
  Caches.describe(model, number);
  if (!Caches.kind) return 0;
  const isFirst = Caches.level == 1;
  const ways: u32 = isFirst ? Caches.ways << 16 : (Caches.ways == 8 ? 6 : 8) << 12;
  return ((Caches.size() / unit) << unitShift) | ways | (1 << 8) | 64;
}

function extendedLeaf(leaf: u32, model: Model, amd: bool): void {
  switch (leaf) {
    case FIRST_EXTENDED:
      return amd ? vendor(LAST_EXTENDED, true) : answer(LAST_EXTENDED, 0, 0, 0);
    case 0x80000001:
      return answer(0, 0, shows(Feature.ABM, 5), extendedFeatures());
    case 0x80000002:
      return answer(four("linu"), four("x-ga"), four("te I"), four("A-32"));
    case 0x80000003:
      return answer(four(" pro"), four("cess"), four("or\0\0"), 0);
    case 0x80000005:
      if (!amd || model < Model.CORE2) return answer(0, 0, 0, 0);
      return answer(0, 0, amdCache(model, 0, 1024, 24), amdCache(model, 1, 1024, 24));
    case 0x80000006: {
      if (model < Model.CORE2) return answer(0, 0, 0, 0);
      const third = amd ? amdCache(model, 3, 512 * 1024, 18) : 0;
      return answer(0, 0, amdCache(model, 2, 1024, 16), third);
    }
    case LAST_EXTENDED:
      // Physical addresses of 36 bits, linear ones of 32.
      return answer(0x2024, 0, 0, 0);
    default:
      return answer(0, 0, 0, 0);
  }
}

/** Leaf 0, and on AMD's processors 8000_0000: `last` leaf and the vendor's name. */
function vendor(last: u32, amd: bool): void {
  if (amd) answer(last, four("Auth"), four("cAMD"), four("enti"));
  else answer(last, four("Genu"), four("ntel"), four("ineI"));
}

function basicLeaf(leaf: u32, model: Model, amd: bool): void {
  switch (leaf) {
    case 0:
      return vendor(lastLeaf(model, amd), amd);
    case 1:
      return answer(signatureOf(model), hasFeature(Feature.CLFSH) ? LINE : 0, moreFeatures(), features());
    case 2:
      if (amd) return answer(0, 0, 0, 0);
      return answer(
        Caches.descriptors(model, 0),
        Caches.descriptors(model, 1),
        Caches.descriptors(model, 2),
        Caches.descriptors(model, 3),
      );
    case 4:
      return amd ? answer(0, 0, 0, 0) : cacheLeaf(model, load<u32>(ECX));
    default:
      return answer(0, 0, 0, 0);
  }
}

export function cpuid(): void {
  const amd = load<u32>(CPU_VENDOR) == VENDOR_AMD;
  const model = <Model>load<u32>(CPU_MODEL);
  const leaf = load<u32>(EAX);
  const last = lastLeaf(model, amd);
  if (leaf <= last) return basicLeaf(leaf, model, amd);
  if (leaf >= FIRST_EXTENDED && leaf <= LAST_EXTENDED && hasExtended(model, amd)) return extendedLeaf(leaf, model, amd);
  // Beyond its last leaf Intel's processors answer with the last basic one, AMD's with nothing.
  return amd ? answer(0, 0, 0, 0) : basicLeaf(last, model, amd);
}
