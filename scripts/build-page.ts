/** Builds the page: plain static files in dist/web/. */
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { renderDocument } from "./document.ts";

/** Files of the repository that the page links to, and the page's names for them. */
const documents = {
  "README.md": "readme",
  "ARCHITECTURE.md": "architecture",
  "docs/system-calls.md": "system-calls",
  "docs/instructions.md": "instructions",
} as const;

/** `root` ends with a slash; `common` is what all bundles are built with. dist/core.wasm must be there. */
export async function buildPage(root: string, common: BuildOptions): Promise<void> {
  const page = `${root}dist/web.partial`;
  const options: BuildOptions = { ...common, outdir: "dist/web.partial", minify: true };
  await rm(page, { recursive: true, force: true });
  await mkdir(`${page}/docs`, { recursive: true });
  // The terminal is a chunk of its own, which is loaded when it is needed.
  await build({
    ...options,
    entryPoints: { main: "web/main.ts", worker: "web/worker.ts", style: "web/style.css" },
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
  });
  for (const file of ["index.html", "icon.svg"]) await copyFile(`${root}web/${file}`, `${page}/${file}`);
  await cp(`${root}tests/guest/built`, `${page}/programs`, { recursive: true });
  for (const [source, name] of Object.entries(documents)) {
    const text = await readFile(`${root}${source}`, "utf8").catch(() => null);
    if (text === null) console.error(`no ${source}: the page's link to it leads nowhere`);
    else await writeFile(`${page}/docs/${name}.html`, documentPage(basename(source, ".md"), text));
  }
  await copyFile(`${root}dist/core.wasm`, `${page}/core.wasm`);
  await build({
    ...options,
    entryPoints: { "service-worker": "web/service-worker.ts" },
    define: { FILES: JSON.stringify(["./", ...(await filesIn(page))]) },
  });
  await rm(`${root}dist/web`, { recursive: true, force: true });
  await rename(page, `${root}dist/web`);
}

/** Every file under `folder`, as paths from there. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1))
    .sort();
}

/** A page with a document, its links to the other documents kept. */
function documentPage(title: string, markdown: string): string {
  const body = renderDocument(markdown, (target) => {
    const name = documents[target.replace(/^\.\.\//, "") as keyof typeof documents] as string | undefined;
    return name === undefined ? null : `${name}.html`;
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>linux-gate: ${title}</title>
    <link rel="icon" href="../icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="../style.css" />
  </head>
  <body class="document">
    <p><a href="../">Back to the gates</a></p>
    <main>${body}</main>
  </body>
</html>
`;
}
