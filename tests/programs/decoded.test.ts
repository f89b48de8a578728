/**
 * What decoded code costs: at most 64 bytes of memory for a guest instruction, over real programs; and only code that
 * runs is decoded.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, describe, it } from "node:test";
import { Process } from "../../src/index.ts";
import { deterministicPlatform } from "../../src/platform/deterministic.ts";
import { loadCore } from "../../src/platform/node.ts";
import { noCompiler } from "../kernel/native.ts";
import { BUSYBOX, noNative, scratch } from "./guest.ts";

/** Bytes of memory for each decoded instruction, blocks' headers and links included. */
const MOST_BYTES = 64;

const SCRIPT = `
i=0
while [ $i -lt 200 ]; do i=$((i + 1)); case $i in *7) x="$x $i";; esac; done
f() { local a="\${1#* }"; echo "\${#a}" "\${a%% *}"; }
f "$x"
set -- a b c; for w in "$@"; do printf '%s-' "$w"; done; echo
`;

interface Decoded {
  readonly bytes: number;
  readonly instructions: number;
  readonly output: string;
}

/** Runs a program to its end, and looks at what its core has decoded. */
async function decoded(path: string, ...parameters: readonly string[]): Promise<Decoded> {
  let output = "";
  const collect = (bytes: Uint8Array): void => void (output += Buffer.from(bytes).toString("latin1"));
  const process = await Process.start({
    module: await loadCore(),
    platform: deterministicPlatform({ seed: 1, stdout: collect, stderr: collect }),
    deterministic: true,
    seed: 1,
    program: "/program",
    argument0: "busybox",
    arguments: parameters,
    files: { "/program": readFileSync(path), "/script": SCRIPT },
  });
  await process.run();
  const { core } = process.task.machine;
  const result = { bytes: core.decodedBytes() >>> 0, instructions: core.decodedInstructions() >>> 0, output };
  assert.equal(process.result().status, 0, output);
  process.dispose();
  return result;
}

function assertSmall(t: { diagnostic(text: string): void }, name: string, { bytes, instructions }: Decoded): void {
  const each = bytes / instructions;
  t.diagnostic(`${name}: ${instructions} instructions decoded, ${each.toFixed(1)} bytes each`);
  assert.ok(instructions > 1000, `${name}: ${instructions} instructions`);
  assert.ok(each <= MOST_BYTES, `${name}: ${each} bytes an instruction`);
}

const noBusybox = noNative()?.includes("fetched") ? "busybox-static:i386 has not been fetched" : false;

describe("decoded code", () => {
  it("of busybox is small", { skip: noBusybox }, async (t) => {
    const runs: readonly (readonly string[])[] = [
      ["sh", "/script"],
      ["awk", 'BEGIN { for (i = 0; i < 500; i++) x = x * 3 + i / 7; print x; print length(sprintf("%s", x)) }'],
      ["sha256sum", "/program"],
      ["gzip", "-c", "/script"],
      ["sed", "-n", "s/w/[&]/gp", "/script"],
    ];
    for (const run of runs) assertSmall(t, run[0]!, await decoded(BUSYBOX, ...run));
  });

  it("is what has run: a fraction of the program", { skip: noBusybox }, async (t) => {
    const { instructions, output } = await decoded(BUSYBOX, "echo", "a");
    assert.equal(output, "a\n");
    // The shortest instructions of a program that is decoded as a whole, at four bytes each, would be many more.
    const whole = readFileSync(BUSYBOX).length / 4;
    t.diagnostic(`echo: ${instructions} instructions decoded of about ${Math.round(whole)}`);
    assert.ok(instructions < whole / 20);
  });

  describe("of compiled programs", { skip: noCompiler() ?? false }, () => {
    const folder = scratch();
    after(() => rmSync(folder, { recursive: true, force: true }));
    const sources = fileURLToPath(new URL("../../bench/programs/", import.meta.url));
    for (const [name, ...flags] of [["sha256"], ["nbody", "-lm"], ["matmul", "-O3", "-msse2", "-mfpmath=sse"]]) {
      it(`${name} ${flags.join(" ")} is small`, async (t) => {
        const program = join(folder, name!);
        const source = join(sources, `${name}.c`);
        execFileSync("gcc", ["-m32", "-O2", "-static", "-o", program, source, ...flags]);
        assertSmall(t, name!, await decoded(program, "1"));
      });
    }
  });
});
