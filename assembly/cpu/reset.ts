/** The processor as a new program finds it. */
import { setEflags } from "./flags";
import { forgetAll } from "../memory/code";
import { PERMISSIONS } from "../memory/permissions";
import { setSegment } from "./segments";
import { CPUID_GATES, CPUID_VENDOR, EIP, GDT, GDT_ENTRIES, RETIRED, STATE, X87_CONTROL, X87_EMPTY } from "./state";

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
  setSegment(0, USER_DATA, 0, 0xffffffff, DATA);
  setSegment(1, USER_CODE, 0, 0xffffffff, CODE);
  setSegment(2, USER_DATA, 0, 0xffffffff, DATA);
  setSegment(3, USER_DATA, 0, 0xffffffff, DATA);
  setSegment(4, 0, 0, 0, 0);
  setSegment(5, 0, 0, 0, 0);
  setEflags(0);
  store<u32>(X87_CONTROL, 0x37f);
  store<u32>(X87_EMPTY, 0xff);
  store<u32>(EIP, 0);
  store<u64>(RETIRED, 0);
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

/** What CPUID shows: the vendor (VENDOR_INTEL, VENDOR_AMD), and which of SYSENTER (1) and SYSCALL (2) are there. */
export function setCpu(vendor: u32, gates: u32): void {
  store<u32>(CPUID_VENDOR, vendor);
  store<u32>(CPUID_GATES, gates);
}
