/** Where the pages above user space lie, and what each must be called wherever it is shown. */
import { PAGE_SIZE } from "../abi/layout.ts";

/** -10 MiB: the address of x86-64's vsyscall page by the same formula in 32 bits. */
export const VSYSCALL_ADDRESS = 0xff60_0000;

/** VDSO_HIGH_BASE: linux-gate where it was fixed, from Linux 2.5 on and until 3.15 with COMPAT_VDSO. */
export const FIXED_VDSO_ADDRESS = 0xffff_e000;
/** The page its clocks read. The code finds it relative to itself, so it must be the page before. */
export const FIXED_VVAR_ADDRESS = FIXED_VDSO_ADDRESS - PAGE_SIZE;

/** The history of each page in a few words. */
export const PAGE_LABELS = {
  vdso: "the vDSO",
  fixed: "IA-32's own fixed page (Linux 2.5 to 3.15)",
  vsyscall: "transposed from x86-64",
} as const;
