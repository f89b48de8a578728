/**
 * The gates: the pages by which a program reaches its kernel. (What each costs is compared in compare.ts, which runs
 * whole programs and is apart, so that who only runs one does not load it.)
 *
 * The kernel calls, at exec: `mapVdso`, `mapVsyscall`, then `publishClock`; at every slice: `publishClock`; at a page
 * fault: `onPageFault`; at SYSENTER or SYSCALL: `landingPad`; at a signal without restorer: `sigreturn`, `rtSigreturn`;
 * for /proc/self/maps: `gateMappings`.
 */
export type {
  ClockValues,
  FaultSignal,
  GateChoice,
  GateMachine,
  GateMemory,
  GateParameters,
  Gates,
  GateTask,
  SpecialMapping,
  VdsoMode,
  VsyscallMode,
} from "./ports.ts";
export { cpuOfGate } from "./cpu.ts";
export { publishClock } from "./clock-page.ts";
export { gateMappings, NO_GATES } from "./mappings.ts";
export type { GateMapping } from "./mappings.ts";
export { landingPad, mapVdso, rtSigreturn, sigreturn, vdsoImage } from "./vdso.ts";
export type { VdsoEntry } from "./vdso.ts";
export { FIXED_VDSO_ADDRESS, PAGE_LABELS, VSYSCALL_ADDRESS } from "./addresses.ts";
export { mapVsyscall, onPageFault } from "./vsyscall.ts";
