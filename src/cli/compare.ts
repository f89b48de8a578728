import { compare, COMPARISON_LENGTH, formatJson, formatTable, run, type ComparisonRow } from "../index.ts";
import { loadCore, nodePlatform } from "../platform/node.ts";

/** The options of `linux-gate compare`. */
export interface CompareSettings {
  readonly json?: boolean;
  readonly calls?: number;
}

/**
 * Prints what each way into the kernel costs: a table when all is measured, or a JSON object a line as it comes. The
 * result is the command's exit status.
 */
export async function compareCommand({ json = false, calls }: CompareSettings): Promise<number> {
  const module = await loadCore();
  const rows: ComparisonRow[] = [];
  const progress = process.stderr.isTTY && !json;
  for await (const row of compare({ run, module, platform: nodePlatform(), ...(calls !== undefined && { calls }) })) {
    rows.push(row);
    if (json) console.log(formatJson(row));
    if (progress) process.stderr.write(`\r${rows.length} of ${COMPARISON_LENGTH}`);
  }
  if (progress) process.stderr.write("\r\x1b[K");
  if (!json) process.stdout.write(formatTable(rows));
  return 0;
}
