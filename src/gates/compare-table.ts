/** Prints the rows of `compare`, as a table for reading or as JSON. */
import type { ComparisonRow } from "./compare.ts";

interface Column {
  readonly title: string;
  readonly isNumber: boolean;
  readonly cell: (row: ComparisonRow) => string;
}

const COLUMNS: readonly Column[] = [
  { title: "path", isNumber: false, cell: ({ path }) => path },
  { title: "mode", isNumber: false, cell: ({ mode }) => mode },
  { title: "page", isNumber: false, cell: ({ address }) => address ?? "-" },
  { title: "moves", isNumber: false, cell: ({ address, randomized }) => (address ? (randomized ? "yes" : "no") : "-") },
  { title: "instr.", isNumber: true, cell: ({ instructions }) => number(instructions, 2) },
  { title: "entries", isNumber: true, cell: ({ entries }) => number(entries, 2) },
  { title: "faults", isNumber: true, cell: ({ faults }) => number(faults, 2) },
  {
    title: "ns",
    isNumber: true,
    cell: ({ nanoseconds }) => number(nanoseconds, nanoseconds && nanoseconds < 10 ? 1 : 0),
  },
  { title: "outcome", isNumber: false, cell: ({ outcome }) => outcome },
];

/** What the figures are, in the words that every table of them needs. */
const LEGEND = [
  "moves: whether the page changed over 16 starts. instr., entries, faults, ns: for one call.",
  "ns: host time in this emulator, median; not what the call costs on hardware.",
];

/**
 * The rows as lines of text, a legend below. A label in parentheses at the end of a path becomes a note, so that the
 * table keeps its width and the label is never lost.
 */
export function formatTable(rows: readonly ComparisonRow[]): string {
  const notes: string[] = [];
  const shown = rows.map((row) => {
    const [, path, label] = /^(.*?) \((.*)\)$/.exec(row.path) ?? [];
    if (path === undefined || label === undefined) return row;
    if (!notes.includes(label)) notes.push(label);
    return { ...row, path: `${path} ${mark(notes.indexOf(label))}` };
  });
  const cells = [COLUMNS.map(({ title }) => title), ...shown.map((row) => COLUMNS.map(({ cell }) => cell(row)))];
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  const lines = cells.map((line) =>
    line
      .map((text, i) => pad(text, widths[i]!, COLUMNS[i]!))
      .join("  ")
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return [...lines, "", ...LEGEND, ...notes.map((label, i) => `${mark(i)} ${label}`), ""].join("\n");
}

/** One JSON object a line. */
export function formatJson(row: ComparisonRow): string {
  const { path, mode, address, randomized, instructions, entries, faults, nanoseconds, outcome } = row;
  return JSON.stringify({ path, mode, address, randomized, instructions, entries, faults, nanoseconds, outcome });
}

function mark(index: number): string {
  return `[${index + 1}]`;
}

function pad(text: string, width: number, { isNumber }: Column): string {
  return isNumber ? text.padStart(width) : text.padEnd(width);
}

/** At most so many decimals, and none that say nothing. */
function number(value: number | null, decimals: number): string {
  return value === null ? "-" : `${Number(value.toFixed(decimals))}`;
}
