/**
 * Runs the core's own unit tests, assembly/__tests__/*.spec.ts, with as-pect's library.
 *
 * as-pect's command can't give a test the memory that the core lives in, so each suite is compiled and started here:
 * a memory of (nearly) 4 GiB, with the test's own data and heap at 0x4000_0000, out of the way of the addresses that
 * the core and its tests use (as-pect takes a callback at or above 0x8000_0000 for a negative number, and skips it).
 * The very last 64 KiB are left out: AssemblyScript's allocator counts the memory's size in 32 bits, and 4 GiB is 0.
 */
import { readdir, readFile } from "node:fs/promises";
import { TestContext, type IReporter, type TestNode } from "@as-pect/core";
import { instantiateSync } from "@assemblyscript/loader";
import asc from "assemblyscript/asc";

const folder = "assembly/__tests__";
const heap = 0x4000_0000;
const pages = 65535;
/** as-pect's name for a test, as against a group of tests. */
const test = 0;

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs the suites whose path contains one of `filters` (all if there is none). */
export async function runAsPect(root: string, filters: readonly string[] = []): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const files = await readdir(`${root}${folder}`).catch(() => []);
  for (const file of files.filter((name) => name.endsWith(".spec.ts")).sort()) {
    const path = `${folder}/${file}`;
    if (filters.length && !filters.some((filter) => path.includes(filter))) continue;
    const suite = await runSuite(root, path);
    counts.passed += suite.passed;
    counts.failed += suite.failed;
    console.log(`${suite.failed ? "✖" : "✔"} ${path} (${suite.passed} passed, ${suite.failed} failed)`);
  }
  return counts;
}

async function runSuite(root: string, path: string): Promise<Counts> {
  const binary = await compile(root, path);
  if (!binary) return { passed: 0, failed: 1, skipped: 0 };
  const reporter = new Reporter();
  const context = new TestContext({ fileName: path, reporter, binary });
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const imports = context.createImports({ env: { memory }, gate: { gate: () => 1 } }) as object;
  try {
    context.run(instantiateSync(binary, imports as never));
  } catch (error) {
    console.log(String(error));
    reporter.counts.failed += 1;
  }
  for (const error of context.errors) {
    console.log(`  ✖ ${path}: ${error.message}\n${error.stackTrace}`);
    reporter.counts.failed += 1;
  }
  if (reporter.counts.passed + reporter.counts.failed === 0) {
    console.log(`  ✖ ${path} holds no test`);
    reporter.counts.failed += 1;
  }
  return reporter.counts;
}

/** Compiles a suite with as-pect's own assembly; null and a message if it does not compile. */
async function compile(root: string, path: string): Promise<Uint8Array | null> {
  let binary: Uint8Array | null = null;
  const options = ["--runtime", "stub", "--debug", "--exportRuntime", "--exportTable", "--exportStart", "_start"];
  const memory = ["--importMemory", "--initialMemory", `${pages}`, "--maximumMemory", `${pages}`];
  // The core's functions pass v128 among themselves (warning 112); none is exported.
  const features = ["--enable", "simd", "--disableWarning", "112"];
  const { error, stderr } = await asc.main(
    [path, "node_modules/@as-pect/assembly/assembly/index.ts", "--config", "none", "--outFile", "suite.wasm"].concat(
      options,
      memory,
      features,
      ["--memoryBase", `${heap}`, "--transform", "@as-pect/transform"],
    ),
    {
      readFile: (name, base) => readFile(`${base}/${name}`, "utf8").catch(() => null),
      writeFile: (name, contents) => {
        if (name === "suite.wasm") binary = contents as Uint8Array;
      },
    },
  );
  if (error) console.log(`  ✖ ${path} does not compile: ${error.message}\n${stderr.toString()}`);
  return error ? null : binary;
}

/** Counts tests and prints the failed ones. */
class Reporter implements IReporter {
  readonly counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  readonly stdout = null;
  readonly stderr = null;

  onEnter(): void {}

  onExit(_context: TestContext, node: TestNode): void {
    if (node.type !== (test as TestNode["type"])) return;
    this.counts[node.pass ? "passed" : "failed"] += 1;
    if (!node.pass) console.log(describeFailure(node));
  }

  onFinish(): void {}
}

function describeFailure(node: TestNode): string {
  const names: string[] = [];
  for (let at: TestNode | null = node; at?.name; at = at.parent) names.unshift(at.name);
  const lines = [`  ✖ ${names.join(" > ")}`];
  if (node.message) lines.push(`    ${node.message}`);
  if (node.actual) lines.push(`    actual   ${node.actual.stringify({})}`);
  if (node.expected) lines.push(`    expected ${node.expected.stringify({})}`);
  if (node.stackTrace) lines.push(node.stackTrace.replace(/^/gm, "    "));
  return lines.join("\n");
}
