/** The processor as a new program finds it. */
import { Feature, only } from "./features";
import { setEflags } from "./flags";
import { featuresOf, hasFastGates, Model } from "./models";
import { forgetAll } from "../memory/code";
import { PERMISSIONS } from "../memory/permissions";
import { INITIAL } from "../simd/mxcsr";
import { setSegment } from "./segments";
import {
  CPU_MODEL,
  CPU_VENDOR,
  EIP,
  FEATURES,
  GDT,
  GDT_ENTRIES,
  LDT_ENTRIES,
  MXCSR,
  RETIRED,
  STATE,
  X87_CONTROL,
  X87_EMPTY,
  XMM,
  XMM_SIZE,
} from "./state";

const USER_CODE: u32 = 0x73;
const USER_DATA: u32 = 0x7b;

/** Access byte and flags nibble of the flat user segments: present, DPL 3, accessed; 4 KiB units, 32 bits. */
const CODE: u32 = 0xc0fb;
const DATA: u32 = 0xc0f3;

/** A descriptor of base 0 and limit 4 GiB. */
function flat(attributes: u32): u64 {
  return ((<u64>(attributes | 0xf00)) << 40) | 0xffff;
}

/** Registers 0, flat user segments, FS and GS null, x87 as after FNINIT. CPUID, memory and permissions stay. */
export function reset(): void {
  memory.fill(STATE, 0, GDT + 8 * GDT_ENTRIES - STATE);
  store<u64>(GDT + (USER_CODE & ~7), flat(CODE));
  store<u64>(GDT + (USER_DATA & ~7), flat(DATA));
  store<u32>(LDT_ENTRIES, 0);
  setSegment(0, USER_DATA, 0, 0xffffffff, DATA);
  setSegment(1, USER_CODE, 0, 0xffffffff, CODE);
  setSegment(2, USER_DATA, 0, 0xffffffff, DATA);
  setSegment(3, USER_DATA, 0, 0xffffffff, DATA);
  setSegment(4, 0, 0, 0, 0);
  setSegment(5, 0, 0, 0, 0);
  setEflags(0);
  resetFloatingPoint();
  store<u32>(EIP, 0);
  store<u64>(RETIRED, 0);
}

/** The x87 as after FNINIT, all registers 0, MXCSR with every exception masked. */
export function resetFloatingPoint(): void {
  memory.fill(X87_CONTROL, 0, XMM + XMM_SIZE - X87_CONTROL);
  store<u32>(X87_CONTROL, 0x37f);
  store<u32>(X87_EMPTY, 0xff);
  store<u32>(MXCSR, INITIAL);
}

/** Above user space, where the host shows single pages of its own. */
const FIRST_UPPER_PAGE: u32 = 0xc0000;

/** For the next program: no page mapped, no block decoded. The host has cleared user space; what lies above is here. */
export function unmapAll(): void {
  forgetAll();
  for (let page = FIRST_UPPER_PAGE; page <= 0xfffff; page++) {
    if (load<u8>(PERMISSIONS + page)) memory.fill(page << 12, 0, 4096);
  }
  memory.fill(PERMISSIONS, 0, 0x100000);
  reset();
}

/**
 * Chooses the processor.
 *
 * @param vendor VENDOR_INTEL or VENDOR_AMD
 * @param model see models.ts
 * @param gates 1: with SYSENTER, 2: with SYSCALL, if the model has such gates
 */
export function setCpu(vendor: u32, model: Model, gates: u32): void {
  let features = featuresOf(model);
  if (hasFastGates(model)) {
    if (gates & 1) features |= only(Feature.SEP);
    if (gates & 2) features |= only(Feature.SYSCALL);
  }
  store<u32>(CPU_VENDOR, vendor);
  store<u32>(CPU_MODEL, model);
  store<u32>(FEATURES, features);
}
