/** How a program starts, where it lies, and how it is stopped. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { run } from "../../src/index.ts";
import { callbackOutput } from "../../src/platform/deterministic.ts";
import { loadCore, nodePlatform } from "../../src/platform/node.ts";
import { call, elfFile, exiting } from "./elf-file.ts";
import { compiled, inside, noCompiler } from "./native.ts";

const FLAGS = ["-nostdlib", "-fno-stack-protector"];
const ENVIRONMENT = { A: "1", BC: "two" };

describe("what a program finds, compared with real Linux", { skip: noCompiler() ?? false }, () => {
  it("registers, arguments, environment, auxiliary vector", async () => {
    const program = compiled("start", ...FLAGS);
    const there = spawnSync(program, ["x", "yy"], { env: ENVIRONMENT, encoding: "latin1" });
    const { stdout } = await inside(program, ["x", "yy"], { environment: ENVIRONMENT });
    assert.equal(stdout, there.stdout);
  });

  it("a position-independent program too", async () => {
    const program = compiled("start", ...FLAGS, "-static-pie", "-fPIE");
    const { stdout, result } = await inside(program, ["x"], { environment: ENVIRONMENT });
    const there = spawnSync(program, ["x"], { env: ENVIRONMENT, encoding: "latin1" });
    assert.equal(stdout, there.stdout);
    assert.match(result.memoryMap(), /^b[67][0-9a-f]{6}-[0-9a-f]{8} r--p .*start/m);
  });

  it("without a vDSO there is neither AT_SYSINFO nor AT_SYSINFO_EHDR", async () => {
    const { trace, status } = await inside(compiled("start", ...FLAGS), [], { vdso: "off" });
    // The program looks into the image all the same, at address 24.
    assert.equal(status, 139);
    assert.match(trace.join("\n"), /SEGV_MAPERR, si_addr=0x18/);
  });
});

describe("the layout", () => {
  const layout = async (options: object): Promise<string> => (await inside(exiting(0), [], options)).result.memoryMap();
  const bases = (map: string): string[] => [...map.matchAll(/^(\w+)-.*\[(vdso|stack)\]$/gm)].map((match) => match[1]!);

  it("moves from start to start", async () => {
    const maps = await Promise.all([1, 2, 3, 4].map(() => layout({})));
    assert.ok(new Set(maps.map((map) => bases(map).join())).size > 1);
  });

  it("stays with a seed, and moves with another", async () => {
    assert.equal(await layout({ seed: 5 }), await layout({ seed: 5 }));
    assert.notEqual(await layout({ seed: 5 }), await layout({ seed: 6 }));
  });

  it("without randomisation is the highest that Linux knows", async () => {
    assert.equal(
      (await layout({ aslr: false, vsyscall: "none" })).replace(/ \d\d:\w\w \d+ +\//, " DEVICE INODE /"),
      [
        "08048000-08049000 rwxp 00001000 DEVICE INODE /bin/program",
        "b7ffe000-b7fff000 r--p 00000000 00:00 0          [vvar]",
        "b7fff000-b8000000 r-xp 00000000 00:00 0          [vdso]",
        "bffdf000-c0000000 rwxp 00000000 00:00 0          [stack]",
        "",
      ].join("\n"),
    );
  });
});

describe("stopping", () => {
  const spin = elfFile({ segments: [{ address: 0x0804_8000, bytes: [0xeb, 0xfe] }] });
  const pause = elfFile({ segments: [{ address: 0x0804_8000, bytes: call(29) }] });
  const callForever = elfFile({ segments: [{ address: 0x0804_8000, bytes: [...call(64), 0xeb, 0xf2] }] });

  for (const [name, program] of [
    ["spins", spin],
    ["waits", pause],
    ["calls the kernel without end", callForever],
  ] as const) {
    it(`a program that ${name} ends at once, as by SIGINT`, async () => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 50);
      const silent = callbackOutput(undefined);
      const started = Date.now();
      const { status, signal } = await run({
        module: await loadCore(),
        platform: { ...nodePlatform(), stdout: silent, stderr: silent, terminal: null },
        program: "/program",
        files: { "/program": program },
        signal: abort.signal,
      });
      assert.deepEqual({ status, signal }, { status: 130, signal: 2 });
      assert.ok(Date.now() - started < 3000);
    });
  }

  it("before it has begun", async () => {
    const { status } = await inside(spin, [], { signal: AbortSignal.abort() });
    assert.equal(status, 130);
  });
});
