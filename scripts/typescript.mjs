/**
 * Lets Node run TypeScript as it is: `node --import ./scripts/typescript.mjs FILE.ts`.
 * Each module is stripped of its types by esbuild as it is loaded; nothing is checked and nothing written.
 */
import { readFile } from "node:fs/promises";
import { isMainThread } from "node:worker_threads";
import { register } from "node:module";
import { fileURLToPath } from "node:url";

if (isMainThread) {
  process.setSourceMapsEnabled(true);
  register(import.meta.url);
}

/** Node's load hook: source text of a module, in JavaScript. @type {import("node:module").LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.startsWith("file:") || !/\.ts(\?|$)/.test(url)) return nextLoad(url, context);
  const { transform } = await import("esbuild");
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
    sourcefile: path,
    sourcemap: "inline",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return { format: "module", source: code, shortCircuit: true };
}
