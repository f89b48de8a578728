export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Lines of `rows` in columns as wide as they need to be: the first and the last to the left, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  const isText = (i: number): boolean => i === 0 || i === widths.length - 1;
  const align = (cell: string, i: number): string => {
    const width = widths[i] ?? 0;
    return isText(i) ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => row.map(align).join("  ").trimEnd()).join("\n");
}

/** A figure with three significant digits, and no exponent. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
