/** The table of the comparison. All rows are there from the start, so that nothing moves when their figures come. */
import type { ComparisonRow } from "../src/gates/compare.ts";
import { COMPARED_PATHS } from "../src/gates/compare-paths.ts";
import { element } from "./element.ts";
import { decimal, nanoseconds } from "./format.ts";
import { familyOf, GATES } from "./gates.ts";

interface Column {
  /** The key of `compare --json`, also the column's title. */
  readonly key: keyof ComparisonRow;
  readonly isNumber?: true;
  readonly text: (row: ComparisonRow) => string;
}

const COLUMNS: readonly Column[] = [
  { key: "path", text: ({ path }) => withoutLabel(path) },
  { key: "mode", text: ({ mode }) => mode },
  { key: "address", text: ({ address }) => address ?? "–" },
  { key: "randomized", text: ({ address, randomized }) => (address === null ? "–" : randomized ? "yes" : "no") },
  { key: "instructions", isNumber: true, text: ({ instructions }) => decimal(instructions, 2) },
  { key: "entries", isNumber: true, text: ({ entries }) => decimal(entries, 2) },
  { key: "faults", isNumber: true, text: ({ faults }) => decimal(faults, 2) },
  { key: "nanoseconds", isNumber: true, text: (row) => nanoseconds(row.nanoseconds) },
  { key: "outcome", text: ({ outcome }) => outcome },
];

/** Before a row is measured. */
const EMPTY = "·";

/** The label stands above the rows that it is for. */
function withoutLabel(path: string): string {
  return path.replace(/ \(.*\)$/, "");
}

export class ComparisonTable {
  private readonly rows: readonly HTMLTableRowElement[];

  constructor(parent: HTMLElement) {
    this.rows = COMPARED_PATHS.map(rowFor);
    const groups = GATES.map(({ family, title, label }) => {
      const rows = this.rows.filter((_, index) => familyOf(COMPARED_PATHS[index]!) === family);
      const name = element("th", { scope: "rowgroup", colspan: COLUMNS.length, role: "rowheader" }, title);
      if (label !== undefined) name.append(" ", element("span", { class: "label" }, label));
      const group = element("tbody", { class: family, role: "rowgroup" });
      group.append(element("tr", { class: "group", role: "row" }, name), ...rows);
      return group;
    });
    const titles = COLUMNS.map(({ key, isNumber }) =>
      element("th", { scope: "col", role: "columnheader", class: isNumber ? "number" : "" }, key),
    );
    parent.append(
      element(
        "table",
        { class: "comparison", role: "table" },
        element(
          "caption",
          {},
          "One call each. randomized: whether the page changed over 16 starts. nanoseconds: host time in this emulator, median.",
        ),
        element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...titles)),
        ...groups,
      ),
    );
  }

  showRow(index: number, row: ComparisonRow): void {
    const line = this.rows[index];
    if (line === undefined) return;
    COLUMNS.forEach(({ text }, column) => (line.cells[column]!.textContent = text(row)));
    line.dataset.outcome = row.outcome === "ok" ? "ok" : "other";
  }

  /** Marks the row that is being measured. */
  showNext(index: number | undefined): void {
    this.rows.forEach((line, at) => line.classList.toggle("measuring", at === index));
  }

  clear(): void {
    for (const line of this.rows) {
      delete line.dataset.outcome;
      COLUMNS.forEach(({ key }, column) => {
        if (key !== "path" && key !== "mode") line.cells[column]!.textContent = EMPTY;
      });
    }
  }
}

/** A row with its path and mode. The roles keep it a table where a narrow screen lays it out as something else. */
function rowFor({ path, mode }: (typeof COMPARED_PATHS)[number]): HTMLTableRowElement {
  const line = element("tr", { role: "row" });
  for (const { key, isNumber } of COLUMNS) {
    const attributes = { "data-key": key, class: isNumber ? "number" : "" };
    if (key === "path")
      line.append(element("th", { ...attributes, scope: "row", role: "rowheader" }, withoutLabel(path)));
    else line.append(element("td", { ...attributes, role: "cell" }, key === "mode" ? mode : EMPTY));
  }
  return line;
}
