/** Programs of a few instructions each print the same natively and here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, describe, it } from "node:test";
import { runInside, runNatively, scratch } from "./guest.ts";

describe("instructions in programs", () => {
  const folder = scratch();
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of ["fisttp"]) {
    it(name, async (t) => {
      const program = join(folder, name);
      const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
      const built = spawnSync("gcc", ["-m32", "-O1", "-static", "-o", program, source]);
      if (built.error) return t.skip("there is no gcc to build the program with");
      if (built.status !== 0) return t.skip("gcc has no 32-bit target (package gcc-multilib)");
      const native = runNatively({ program });
      const inside = await runInside({ program });
      assert.ok(native.stdout.length > 0);
      assert.deepEqual([inside.status, inside.stderr], [0, ""]);
      assert.equal(inside.stdout.toString(), native.stdout.toString());
    });
  }
});
