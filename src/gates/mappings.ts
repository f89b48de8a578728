/** How /proc/PID/maps shows the pages that lie above user space, outside the memory map. */
import type { Gates, VsyscallMode } from "./ports.ts";
import { PAGE_SIZE, TASK_SIZE } from "../abi/layout.ts";
import { VSYSCALL_ADDRESS } from "./addresses.ts";

/** A line of /proc/PID/maps: private, of no file. */
export interface GateMapping {
  readonly start: number;
  readonly end: number;
  /** `r-xp` and the like. */
  readonly permissions: string;
  readonly name: string;
}

/** A process before exec has mapped its pages. */
export const NO_GATES: Gates = { vdso: 0, vvar: 0, vsyscall: "none" };

/** What maps shows of the vsyscall page; of `xonly`, that it can be called and not read. */
const VSYSCALL_PERMISSIONS: Readonly<Record<VsyscallMode, string | undefined>> = {
  none: undefined,
  xonly: "--xp",
  emulate: "r-xp",
  native: "r-xp",
  classic: "r-xp",
};

/** The pages above user space, lowest first. */
export function gateMappings(gates: Gates): readonly GateMapping[] {
  const pages: GateMapping[] = [];
  const vsyscall = VSYSCALL_PERMISSIONS[gates.vsyscall];
  if (vsyscall !== undefined) pages.push(page(VSYSCALL_ADDRESS, vsyscall, "[vsyscall]"));
  if (gates.vdso >= TASK_SIZE) {
    pages.push(page(gates.vvar, "r--p", "[vvar]"), page(gates.vdso, "r-xp", "[vdso]"));
  }
  return pages;
}

function page(start: number, permissions: string, name: string): GateMapping {
  return { start, end: start + PAGE_SIZE, permissions, name };
}
