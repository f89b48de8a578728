/** Is there a toolchain for IA-32 here, and which? */
import { execFileSync, spawnSync } from "node:child_process";

/** Why nothing for IA-32 can be built here; undefined if it can. */
export function missingToolchain(): string | undefined {
  if (spawnSync("make", ["--version"]).status !== 0) return "needs make";
  const source = "#include <stdlib.h>\nint main(void) { return abs(0); }\n";
  const built = spawnSync("gcc", ["-m32", "-x", "c", "-o", "/dev/null", "-"], { input: source });
  return built.status === 0 ? undefined : "needs gcc -m32 and a 32-bit C library (gcc-multilib)";
}

/** Why nothing built for IA-32 can run here; undefined if it can. */
export function missingProcessor(): string | undefined {
  if (process.platform !== "linux" || !["x64", "ia32"].includes(process.arch)) return "needs Linux on an x86 processor";
  return missingToolchain();
}

/** The versions that decide the bytes of what is built. */
export function toolchainVersions(): string {
  return ["gcc", "ld"].map((tool) => execFileSync(tool, ["--version"]).toString().split("\n")[0]).join("\n") + "\n";
}
