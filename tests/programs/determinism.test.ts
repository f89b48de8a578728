/** With the platform's clock, randomness and input fixed, two runs are equal to the last instruction. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { run } from "../../src/index.ts";
import { deterministicPlatform } from "../../src/platform/deterministic.ts";
import { loadCore } from "../../src/platform/node.ts";
import { BUSYBOX, noNative } from "./guest.ts";

async function once(seed: number): Promise<{ output: string; instructions: bigint; map: string }> {
  let output = "";
  const collect = (bytes: Uint8Array): void => {
    output += Buffer.from(bytes).toString("latin1");
  };
  const result = await run({
    module: await loadCore(),
    platform: deterministicPlatform({ seed, stdout: collect, stderr: collect }),
    deterministic: true,
    seed,
    program: "/bin/busybox",
    files: { "/bin/busybox": readFileSync(BUSYBOX) },
    arguments: ["awk", 'BEGIN { srand(); for (i = 0; i < 2000; i++) x += rand(); print x; system("") }'],
  });
  return { output, instructions: result.instructions, map: result.memoryMap() };
}

describe(
  "a deterministic run",
  { skip: noNative()?.includes("fetched") ? "busybox-static:i386 has not been fetched" : false },
  () => {
    it("repeats exactly from the same seed", async () => {
      assert.deepEqual(await once(7), await once(7));
    });

    it("has another layout from another seed", async () => {
      assert.notEqual((await once(7)).map, (await once(8)).map);
    });
  },
);
