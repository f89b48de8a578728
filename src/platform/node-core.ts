import { readFile } from "node:fs/promises";
import type { CoreModule } from "../machine/core.ts";

/** Where core.wasm lies from here: beside the bundle, above a bundle's chunk, or built from these sources. */
const places = ["core.wasm", "../core.wasm", "../../dist/core.wasm"];

/** Reads and compiles the processor core, dist/core.wasm. Rejects if it has not been built. */
export async function loadCore(): Promise<CoreModule> {
  for (const place of places) {
    const bytes = await readFile(new URL(place, import.meta.url)).catch(() => null);
    if (bytes) return WebAssembly.compile(bytes);
  }
  throw new Error("core.wasm is missing: npm run build makes it");
}
