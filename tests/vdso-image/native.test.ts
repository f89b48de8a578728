/**
 * The vDSO image on the real processor, under the real kernel, with the real dynamic linker and unwinder: native.c
 * says what is checked.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { missingProcessor } from "./toolchain.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

it("vDSO image on hardware", { skip: missingProcessor() ?? false }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "native-"));
  const program = join(folder, "native");
  const options = ["-m32", "-O1", "-fno-pie", "-no-pie", "-Wall", "-Wextra", "-Werror", "-o", program];
  try {
    execFileSync("gcc", [...options, path("native.c"), "-ldl"]);
    const { stdout, status } = spawnSync(program, [path("../../vdso-image/vdso.so")], { encoding: "utf8" });
    assert.equal(status, 0);
    for (const line of stdout.trim().split("\n")) {
      const [, failed, name, why] = /^(not )?ok ([^:]*)(?:: (.*))?$/.exec(line) ?? [];
      await t.test(name ?? line, () => assert.equal(failed, undefined, why));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
