/** The guest programs: do the sources give what is checked in, and do they do natively what they are for? */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { missingProcessor, missingToolchain, toolchainVersions } from "../vdso-image/toolchain.ts";
import { builtFolder, generateModule, make, modulePath } from "./build.ts";

const run = (name: string, ...args: string[]): ReturnType<typeof spawnSync> =>
  spawnSync(join(builtFolder, `${name}.elf`), args);

describe("guest programs", () => {
  it("are built from their sources", { skip: missingToolchain() ?? false }, (t) => {
    const versions = readFileSync(new URL("../../vdso-image/toolchain.txt", import.meta.url), "utf8");
    const programs = make();
    assert.deepEqual([...programs.keys()], readdirSync(builtFolder).sort());
    if (toolchainVersions() !== versions) {
      t.diagnostic("another toolchain than that of the checked-in programs: not comparing their bytes");
      return;
    }
    for (const [name, contents] of programs) {
      assert.ok(readFileSync(join(builtFolder, name)).equals(contents), `${name} differs`);
    }
  });

  it("are the same in src/gates/compare-program.ts", () => {
    const program = readFileSync(join(builtFolder, "compare.elf"));
    assert.equal(generateModule(program), readFileSync(modulePath, "utf8"));
  });
});

describe("guest programs on hardware", { skip: missingProcessor() ?? false }, () => {
  it("hello says so", () => {
    const { stdout, status } = run("hello", "one", "two");
    assert.deepEqual([stdout?.toString(), status], ["Hello, world!\none\ntwo\n", 2]);
  });

  for (const [kind, signal] of [
    ["read", "SIGSEGV"],
    ["write", "SIGSEGV"],
    ["jump", "SIGSEGV"],
    ["readonly", "SIGSEGV"],
    ["stack", "SIGSEGV"],
    ["ill", "SIGILL"],
    ["fpe", "SIGFPE"],
    ["trap", "SIGTRAP"],
    ["priv", "SIGSEGV"],
  ] as const) {
    it(`fault ${kind} dies of ${signal}`, () => {
      assert.equal(run("fault", kind).signal, signal);
    });
  }

  for (const way of [
    "int80:getppid",
    "int80:clock_gettime",
    "gate:getppid",
    "gate:clock_gettime",
    "vdso:clock_gettime",
    "vdso:gettimeofday",
    "vdso:time",
    "vdso:getcpu",
  ]) {
    it(`compare ${way} gets the kernel's own answer`, () => {
      assert.equal(run("compare", way, "check").stdout?.toString(), "ok\n");
    });
  }

  it("signal returns through the kernel's own vDSO", () => {
    assert.match(run("signal").stdout?.toString() ?? "", /^plain 20 back\nsiginfo [34]0 back\n$/);
  });

  it("compare marks its rounds", () => {
    assert.equal(run("compare", "nothing", "time", "10", "3").stdout?.toString(), "<><><>");
  });
});
