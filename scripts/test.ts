/**
 * Runs every test: `npm test [-- FILTER...]`, each filter a part of a test file's path.
 *
 * First the core's own units (as-pect), then tests/ (node:test). Ends with one line that counts all of them:
 * `N passed, N failed, N skipped`. A skipped test says why; with CI set in the environment it fails the run.
 */
import { readdir } from "node:fs/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { runAsPect } from "./as-pect.ts";
import { buildIfNeeded, root } from "./build.ts";

const filters = process.argv.slice(2);
/** A file of tests that takes longer hangs. */
const timeout = 15 * 60_000;

await buildIfNeeded(["core", "library", "command", "page"]);

const counts = await runAsPect(root, filters);
const skips: string[] = [];

const entries = await readdir(`${root}tests`, { recursive: true });
const files = entries
  .filter((path) => path.endsWith(".test.ts") && !path.startsWith("fetched"))
  .map((path) => `tests/${path}`)
  .filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)))
  .sort();

if (files.length > 0) {
  process.chdir(root);
  const tests = run({ files, concurrency: true, timeout });
  tests.on("test:pass", ({ name, file, skip, details }) => {
    const skipped = skip !== undefined && skip !== false;
    // A suite counts by its tests, but one that is skipped as a whole has none that would say so.
    if (details.type === "suite" && !skipped) return;
    if (!skipped) {
      counts.passed += 1;
    } else {
      counts.skipped += 1;
      skips.push(`${file?.replace(root, "") ?? ""} ${name}: ${skip === true ? "no reason given" : skip}`);
    }
  });
  tests.on("test:fail", ({ details }) => {
    const reason = (details.error as Error & { failureType?: string }).failureType;
    if (reason !== "subtestsFailed") counts.failed += 1;
  });
  const report = tests.compose(new spec()) as NodeJS.ReadableStream;
  report.pipe(process.stdout);
  await new Promise((resolve) => report.on("end", resolve));
}

const { passed, failed, skipped } = counts;
if (skips.length) console.log(`skipped:\n${skips.map((skip) => `  ${skip}`).join("\n")}`);
if (skipped && process.env.CI) console.log("A skipped test fails the run in CI.");
if (passed + failed + skipped === 0) console.log(`no test matches ${filters.join(" ")}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed || (skipped && process.env.CI) || passed + skipped === 0 ? 1 : 0;
