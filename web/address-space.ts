/** What the page draws of an address space: read from the text of /proc/self/maps, compared with an earlier start. */

export type RegionKind = "program" | "heap" | "mapping" | "stack" | "vvar" | "vdso" | "fixed" | "vsyscall";

export interface Region {
  readonly kind: RegionKind;
  /** First address, and the first one after. */
  readonly start: number;
  readonly end: number;
  /** As maps shows them: `r-xp`. */
  readonly permissions: string;
  /** The name in maps; "" if it has none. */
  readonly name: string;
  /** The same for the same thing in another start: its kind, and which one of that kind it is, counted from below. */
  readonly key: string;
}

/** Where user space ends. */
export const TASK_SIZE = 0xc000_0000;
export const ADDRESS_SPACE = 0x1_0000_0000;

const LINE = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$/;

/** The regions, lowest first. Lines that are no lines of maps are passed over. */
export function parseMaps(text: string): readonly Region[] {
  const seen = new Map<RegionKind, number>();
  const regions: Region[] = [];
  for (const line of text.split("\n")) {
    const [, start, end, permissions, name] = LINE.exec(line) ?? [];
    if (start === undefined || end === undefined || permissions === undefined || name === undefined) continue;
    const at = Number.parseInt(start, 16);
    const kind = kindOf(name, at);
    const number = seen.get(kind) ?? 0;
    seen.set(kind, number + 1);
    regions.push({ kind, start: at, end: Number.parseInt(end, 16), permissions, name, key: `${kind} ${number}` });
  }
  return regions;
}

function kindOf(name: string, start: number): RegionKind {
  switch (name) {
    case "[heap]":
      return "heap";
    case "[stack]":
      return "stack";
    case "[vvar]":
      return "vvar";
    case "[vdso]":
      return start >= TASK_SIZE ? "fixed" : "vdso";
    case "[vsyscall]":
      return "vsyscall";
    default:
      return name.startsWith("/") ? "program" : "mapping";
  }
}

/** Where each region was in an earlier start, by its key; null if it was not there. */
export function placesBefore(earlier: readonly Region[]): (region: Region) => number | null {
  const places = new Map(earlier.map(({ key, start }) => [key, start]));
  return ({ key }) => places.get(key) ?? null;
}

/** The page of the vDSO, wherever it is. */
export function vdsoOf(regions: readonly Region[]): Region | undefined {
  return regions.find(({ kind }) => kind === "vdso" || kind === "fixed");
}
