/** The table of an address space, highest address first, as in the manuals; every region is one row. */
import { FIXED_VDSO_ADDRESS, VSYSCALL_ADDRESS } from "../src/gates/addresses.ts";
import { TASK_SIZE, type Region, type RegionKind } from "./address-space.ts";
import { element } from "./element.ts";
import { address, bytes } from "./format.ts";
import { LABELS } from "./gates.ts";
import type { KernelParameters } from "./messages.ts";

/** mmap_min_addr: nothing is ever mapped below. */
const LOWEST = 0x1_0000;
/** Room between two regions that is worth a row, in bytes. */
const SMALLEST_GAP = 0x10_0000;

/** A row of the table, and what of the address space it stands for. */
export interface MapRow {
  readonly row: HTMLTableRowElement;
  readonly region?: Region;
  /** Where it was at the start before, if it has moved since. */
  readonly before?: number;
}

/** `before` tells where a region was at the start before; undefined at the first start. */
export function mapRows(
  regions: readonly Region[],
  parameters: KernelParameters,
  before: ((region: Region) => number | null) | undefined,
): readonly MapRow[] {
  const show = (region: Region): MapRow => regionRow(region, before);
  const kernel = regions.filter(({ start }) => start >= TASK_SIZE).reverse();
  const user = regions.filter(({ start }) => start < TASK_SIZE).reverse();
  const has = (kind: RegionKind): boolean => regions.some((region) => region.kind === kind);

  const rows: MapRow[] = [];
  if (!has("fixed")) rows.push(absentRow("fixed", FIXED_VDSO_ADDRESS, `vdso=${parameters.vdso}`));
  rows.push(...kernel.filter(({ kind }) => kind !== "vsyscall").map(show));
  if (!has("vsyscall")) rows.push(absentRow("vsyscall", VSYSCALL_ADDRESS, `vsyscall=${parameters.vsyscall}`));
  rows.push(...kernel.filter(({ kind }) => kind === "vsyscall").map(show));
  rows.push(wallRow());

  let above = TASK_SIZE;
  user.forEach((region, index) => {
    if (above - region.end >= SMALLEST_GAP) rows.push(gapRow(region.end, above));
    if (index === 1 && !has("vdso")) rows.push(absentRow("vdso", null, `vdso=${parameters.vdso}`));
    rows.push(show(region));
    above = region.start;
  });
  rows.push(gapRow(LOWEST, above), lowestRow());
  for (const { row } of rows) setRoles(row);
  return rows;
}

/** Keeps it a table where a narrow screen lays it out as something else. */
function setRoles(row: HTMLTableRowElement): void {
  row.setAttribute("role", "row");
  for (const cell of row.cells) cell.setAttribute("role", cell.scope === "row" ? "rowheader" : "cell");
}

/** What a region is, in the words that the page uses for it everywhere. */
function nameOf({ kind, name }: Region): HTMLElement {
  switch (kind) {
    case "vdso":
      return gateName("vdso", element("code", {}, "linux-gate.so.1"));
    case "fixed":
      return gateName("fixed", element("code", {}, "linux-gate.so.1"));
    case "vsyscall":
      return gateName("vsyscall", "the vsyscall page");
    case "vvar":
      return element("span", {}, "the page of times ", element("code", {}, name));
    case "program":
      return element("span", {}, "the program");
    case "heap":
      return element("span", {}, "heap");
    case "stack":
      return element("span", {}, "stack");
    case "mapping":
      return element("span", {}, "memory by mmap");
  }
}

function gateName(kind: keyof typeof LABELS, title: string | HTMLElement): HTMLElement {
  return element("span", {}, element("span", { class: "label" }, LABELS[kind]), " ", title);
}

function regionRow(region: Region, before: ((region: Region) => number | null) | undefined): MapRow {
  const place = before?.(region);
  const hasMoved = place !== undefined && place !== region.start;
  const row = element(
    "tr",
    { class: `region ${region.kind}${hasMoved ? " moved" : ""}`, "data-key": region.key, "data-start": region.start },
    element("th", { scope: "row" }, address(region.start)),
    element("td", { class: "what" }, nameOf(region)),
    element("td", { class: "permissions" }, element("code", {}, region.permissions)),
    element("td", { class: "size" }, bytes(region.end - region.start)),
    element("td", { class: "since" }, sinceText(place, hasMoved)),
  );
  return { row, region, ...(hasMoved && place !== null ? { before: place } : {}) };
}

function sinceText(place: number | null | undefined, hasMoved: boolean): string {
  if (place === undefined) return "";
  if (place === null) return "new";
  return hasMoved ? `moved from ${address(place)}` : "same place";
}

/** A gate's page that is not there under these parameters. */
function absentRow(kind: keyof typeof LABELS, place: number | null, why: string): MapRow {
  const row = element(
    "tr",
    { class: `region absent ${kind}` },
    element("th", { scope: "row" }, place === null ? "–" : address(place)),
    element("td", { class: "what" }, element("span", { class: "label" }, LABELS[kind])),
    element("td", { class: "note", colspan: 3 }, "not there with ", element("code", {}, why)),
  );
  return { row };
}

function wallRow(): MapRow {
  const row = element(
    "tr",
    { class: "wall-row" },
    element("th", { scope: "row" }, address(TASK_SIZE)),
    element(
      "td",
      { colspan: 4 },
      "3 GiB below for the program, 1 GiB above for the kernel. (Here the processor keeps its own state there.)",
    ),
  );
  return { row };
}

function gapRow(start: number, end: number): MapRow {
  const row = element(
    "tr",
    { class: "gap" },
    element("td"),
    element("td", { colspan: 4 }, `${bytes(end - start)} free`),
  );
  return { row };
}

function lowestRow(): MapRow {
  const row = element(
    "tr",
    { class: "never" },
    element("th", { scope: "row" }, address(0)),
    element("td", { colspan: 4 }, "64 KiB never mapped, so that a null pointer faults"),
  );
  return { row };
}
