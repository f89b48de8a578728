/**
 * Builds what is in dist/: `npm run build [-- TARGET...]`. Without targets, all of them.
 * `buildIfNeeded` is for the scripts that need a built linux-gate: it builds the targets whose sources are newer.
 */
import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { buildPage } from "./build-page.ts";

export const root = fileURLToPath(new URL("..", import.meta.url));

interface Target {
  /** Files and folders whose change calls for a build. */
  readonly inputs: readonly string[];
  /** A file that the build writes last. */
  readonly output: string;
  readonly build: () => Promise<void>;
}

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
};

/** The processor: AssemblyScript to WebAssembly. */
async function buildCore(): Promise<void> {
  const partial = "dist/core.wasm.partial";
  await execute("node_modules/assemblyscript/bin/asc.js", ["--target", "release", "--outFile", partial]);
  await rename(`${root}${partial}`, `${root}dist/core.wasm`);
}

/** The library for users of the package. */
async function buildLibrary(): Promise<void> {
  await build({
    ...common,
    entryPoints: { index: "src/index.ts", node: "src/platform/node.ts", browser: "src/platform/browser.ts" },
    outdir: "dist",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    external: ["node:*"],
  });
}

/** The library's declarations. */
async function buildTypes(): Promise<void> {
  await rm(`${root}dist/types`, { recursive: true, force: true });
  await execute("node_modules/typescript/bin/tsc", ["-p", "scripts/tsconfig.types.json"]);
}

/** The argument parser is a CommonJS package: it asks for Node's modules by this name. */
const requireFunction = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** The command. What it seldom needs (`compare`) is a chunk of its own, so that it starts fast. */
async function buildCommand(): Promise<void> {
  await rm(`${root}dist/cli`, { recursive: true, force: true });
  await build({
    ...common,
    platform: "node",
    target: "node20",
    entryPoints: { cli: "src/cli/main.ts" },
    outdir: "dist",
    splitting: true,
    chunkNames: "cli/[name]-[hash]",
    banner: { js: `#!/usr/bin/env node\n${requireFunction}` },
  });
  await chmod(`${root}dist/cli.js`, 0o755);
}

const host = ["src", "vdso-image", "tests/guest/built", "package-lock.json", "scripts/build.ts"];

/** In the order in which they are built: the page holds a copy of the core. */
export const targets = {
  core: { inputs: ["assembly", "asconfig.json", "package-lock.json"], output: "dist/core.wasm", build: buildCore },
  library: { inputs: host, output: "dist/index.js", build: buildLibrary },
  types: { inputs: [...host, "scripts/tsconfig.types.json"], output: "dist/types/index.d.ts", build: buildTypes },
  command: { inputs: host, output: "dist/cli.js", build: buildCommand },
  page: {
    inputs: [
      ...host,
      "web",
      "scripts/build-page.ts",
      "scripts/document.ts",
      "README.md",
      "ARCHITECTURE.md",
      "docs",
      "dist/core.wasm",
    ],
    output: "dist/web/service-worker.js",
    build: () => buildPage(root, common),
  },
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof targets;

/** Builds `names`, saying what and how long it took. */
export async function buildTargets(names: readonly TargetName[]): Promise<void> {
  await mkdir(`${root}dist`, { recursive: true });
  for (const name of names) {
    const start = performance.now();
    await targets[name].build();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.error(`built ${name} (${targets[name].output}, ${seconds} s)`);
  }
}

/** Builds those of `names` whose inputs are newer than their output. */
export async function buildIfNeeded(names: readonly TargetName[]): Promise<void> {
  for (const name of names) {
    const target: Target = targets[name];
    const built = await newest(target.output);
    const changed = await Promise.all(target.inputs.map(newest));
    if (built === 0 || changed.some((time) => time > built)) await buildTargets([name]);
  }
}

/** When the newest file in `path` (a file or folder, from the root) was last written, in ms; 0 if there is none. */
async function newest(path: string): Promise<number> {
  const status = await stat(`${root}${path}`).catch(() => null);
  if (!status) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  const times = await Promise.all((await readdir(`${root}${path}`)).map((entry) => newest(`${path}/${entry}`)));
  return Math.max(0, ...times);
}

/** Runs a Node program of a package, its output passed through; a failure ends the build. */
async function execute(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [`${root}${program}`, ...args], { cwd: root, stdio: "inherit" });
  const status = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed (${status ?? "killed"})`);
}

function isTarget(name: string): name is TargetName {
  return Object.hasOwn(targets, name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !isTarget(name));
  if (unknown.length) {
    console.error(`build: no target ${unknown.join(", ")}; there are ${Object.keys(targets).join(", ")}`);
    process.exit(2);
  }
  try {
    await buildTargets(names.length ? names.filter(isTarget) : (Object.keys(targets) as TargetName[]));
  } catch (error) {
    console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
