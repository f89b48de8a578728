/** The five gates as the page tells them apart: each has one name, one label and one colour everywhere. */
import { PAGE_LABELS } from "../src/gates/addresses.ts";
import { COMPARED_PATHS, type ComparedPath } from "../src/gates/compare-paths.ts";

/** Also the class that gives a thing the gate's colour. */
export type Family = "int80" | "gate" | "vdso" | "fixed" | "vsyscall";

export interface GateName {
  readonly family: Family;
  readonly title: string;
  /** What must be said wherever it is shown. */
  readonly label?: string;
}

/** A label without the years that follow it in parentheses. */
function short(label: string): string {
  return label.replace(/ \(.*\)$/, "");
}

export const GATES: readonly GateName[] = [
  { family: "int80", title: "int 0x80" },
  { family: "gate", title: "__kernel_vsyscall" },
  { family: "vdso", title: PAGE_LABELS.vdso },
  { family: "fixed", title: short(PAGE_LABELS.fixed) },
  { family: "vsyscall", title: "the vsyscall page", label: PAGE_LABELS.vsyscall },
];

/** What each page that is a gate is called. */
export const LABELS = {
  vdso: short(PAGE_LABELS.vdso),
  fixed: short(PAGE_LABELS.fixed),
  vsyscall: short(PAGE_LABELS.vsyscall),
} as const;

export function familyOf({ way, parameters }: ComparedPath): Family {
  if (way.startsWith("int80:")) return "int80";
  if (way.startsWith("gate:")) return "gate";
  if (way.startsWith("vsyscall:")) return "vsyscall";
  return parameters.vdso === "fixed" ? "fixed" : "vdso";
}

/** The call that a path makes: `getppid`; `read` for a look at the page. */
export function callOf({ way }: ComparedPath): string {
  return way.replace(/^.*:/, "");
}

/** The rows whose figures stand beside the drawing of each gate: by row, its gate. */
export const SHOWN_ROWS: ReadonlyMap<number, Family> = new Map(
  (
    [
      ["int80", "int80:clock_gettime", "any"],
      ["gate", "gate:clock_gettime", "gate=sysenter"],
      ["vdso", "vdso:clock_gettime", "vdso=on"],
      ["fixed", "vdso:clock_gettime", "vdso=fixed"],
      ["vsyscall", "vsyscall:gettimeofday", "vsyscall=xonly"],
    ] as const
  ).map(([family, way, mode]) => [COMPARED_PATHS.findIndex((path) => path.way === way && path.mode === mode), family]),
);
