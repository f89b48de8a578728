/** What `compare` compares: each way into the kernel, under each kernel parameter that changes it. */
import type { GateChoice, GateParameters, VsyscallMode } from "./ports.ts";
import { PAGE_LABELS } from "./addresses.ts";

/** One row to be. */
export interface ComparedPath {
  /** As it is shown; a label that must go with it stands in parentheses at its end. */
  readonly path: string;
  /** The parameter that matters here. */
  readonly mode: string;
  /** The way's name in tests/guest/compare.c. */
  readonly way: string;
  readonly parameters: GateParameters;
}

const DEFAULTS: GateParameters = { vdso: "on", vsyscall: "none", gate: "sysenter" };
const GATES: readonly GateChoice[] = ["int80", "sysenter", "syscall"];
const VSYSCALL_MODES: readonly VsyscallMode[] = ["none", "xonly", "emulate", "native", "classic"];
const VDSO_FUNCTIONS = ["clock_gettime", "gettimeofday", "time", "getcpu"];
const VSYSCALL_FUNCTIONS = ["gettimeofday", "time", "getcpu"];

/** Costs nothing: what of a measurement is the measuring. */
export const EMPTY_WAY = "nothing";

export const COMPARED_PATHS: readonly ComparedPath[] = [
  ...["getppid", "clock_gettime"].map((call) => direct(call)),
  ...["getppid", "clock_gettime"].flatMap((call) => GATES.map((gate) => byGate(call, gate))),
  ...VDSO_FUNCTIONS.map((name) => bySymbol(name, "on")),
  ...VDSO_FUNCTIONS.map((name) => bySymbol(name, "fixed")),
  ...VSYSCALL_FUNCTIONS.flatMap((name) => VSYSCALL_MODES.map((mode) => byVsyscall(`${name} by`, name, mode))),
  ...VSYSCALL_MODES.map((mode) => byVsyscall("read of", "read", mode)),
];

function direct(call: string): ComparedPath {
  return { path: `${call} by int 0x80`, mode: "any", way: `int80:${call}`, parameters: DEFAULTS };
}

function byGate(call: string, gate: GateChoice): ComparedPath {
  return {
    path: `${call} by __kernel_vsyscall`,
    mode: `gate=${gate}`,
    way: `gate:${call}`,
    parameters: { ...DEFAULTS, gate },
  };
}

function bySymbol(name: string, vdso: "on" | "fixed"): ComparedPath {
  const label = vdso === "fixed" ? ` (${PAGE_LABELS.fixed})` : "";
  return {
    path: `${name} by vDSO symbol${label}`,
    mode: `vdso=${vdso}`,
    way: `vdso:${name}`,
    parameters: { ...DEFAULTS, vdso },
  };
}

function byVsyscall(what: string, name: string, vsyscall: VsyscallMode): ComparedPath {
  return {
    path: `${what} vsyscall page (${PAGE_LABELS.vsyscall})`,
    mode: `vsyscall=${vsyscall}`,
    way: `vsyscall:${name}`,
    parameters: { ...DEFAULTS, vsyscall },
  };
}
