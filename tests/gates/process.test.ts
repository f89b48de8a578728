/** Guest programs at the gates, run by the real kernel and core. The sources are in tests/guest. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { run, type RunOptions, type RunResult } from "../../src/index.ts";
import { deterministicPlatform } from "../../src/platform/deterministic.ts";
import { loadCore } from "../../src/platform/node.ts";

let module: RunOptions["module"];
before(async () => {
  module = await loadCore();
});

interface Ran {
  readonly result: RunResult;
  readonly output: string;
  readonly trace: readonly string[];
}

async function ran(name: string, args: readonly string[], options: Partial<RunOptions> = {}): Promise<Ran> {
  let output = "";
  const trace: string[] = [];
  const platform = deterministicPlatform({
    stdout: (bytes) => {
      output += Buffer.from(bytes).toString("latin1");
    },
  });
  const program = readFileSync(new URL(`../guest/built/${name}.elf`, import.meta.url));
  const result = await run({
    module,
    platform,
    program: "/program",
    arguments: args,
    files: { "/program": program },
    strace: (line) => trace.push(line),
    quiet: true,
    deterministic: true,
    ...options,
  });
  return { result, output, trace };
}

describe("signal handlers without a restorer", () => {
  for (const vdso of ["on", "fixed"] as const) {
    it(`return through the vDSO's trampolines, vdso=${vdso}`, async () => {
      const { output, result } = await ran("signal", [], { vdso });
      assert.equal(output, "plain 20 back\nsiginfo 40 back\n");
      assert.equal(result.status, 0);
    });
  }

  it("without a vDSO are fatal: the trampoline on the stack cannot be executed", async () => {
    const { output, result } = await ran("signal", [], { vdso: "off" });
    assert.deepEqual([output, result.signal], ["", 11]);
    assert.match(result.report ?? "", /SIGSEGV/);
  });
});

describe("__kernel_vsyscall", () => {
  for (const gate of ["int80", "sysenter", "syscall"] as const) {
    it(`enters the kernel by ${gate} and gives the kernel's answer`, async () => {
      for (const way of ["gate:getppid", "gate:clock_gettime"]) {
        const { output, result } = await ran("compare", [way, "check"], { gate });
        assert.equal(output, "ok\n");
        assert.ok(result.entries[gate] > 0);
      }
    });
  }
});

describe("the vDSO's clocks", () => {
  for (const way of ["vdso:clock_gettime", "vdso:gettimeofday", "vdso:time", "vdso:getcpu"]) {
    it(`${way} makes no system call`, async () => {
      const { trace } = await ran("compare", [way, "count", "1000"]);
      assert.deepEqual(
        trace.filter((line) => !line.startsWith("execve")).map((line) => line.replace(/\(.*/, "")),
        ["exit_group", ...trace.filter((line) => line.startsWith("+++")).map((line) => line)],
      );
    });
  }

  it("make one in clock mode none", async () => {
    const { result, output } = await ran("compare", ["vdso:clock_gettime", "check"], { clock: "none" });
    assert.deepEqual([output, result.entries.sysenter], ["ok\n", 1]);
  });

  it("are not there with vdso=off", async () => {
    assert.equal((await ran("compare", ["vdso:time", "check"], { vdso: "off" })).result.status, 2);
  });
});

const SEGV = (code: number, address: string, rest: string): RegExp =>
  new RegExp(`^signal b code ${code.toString(16)} address ${address} ${rest}`);
const FORCED = (eip: string): RegExp => SEGV(0x80, "0", `.* eip ${eip} `);

/** Measured on Linux 6.18, x86-64, xonly; the other modes by what their page is. */
const OUTCOMES: Readonly<Record<"xonly" | "emulate" | "native" | "classic" | "none", Record<string, RegExp>>> = {
  none: {
    time: SEGV(1, "ff600400", "error 15 cr2 ff600400 eip ff600400"),
    read: SEGV(1, "ff600000", "error 5 cr2 ff600000"),
    write: SEGV(1, "ff600000", "error 7 cr2 ff600000"),
  },
  xonly: {
    gettimeofday: /^returned 0\n/,
    "gettimeofday-null": /^returned 0\n/,
    time: /^returned 0\n/,
    getcpu: /^returned 0\n/,
    "call-1": FORCED("ff600001"),
    "call-9": FORCED("ff600009"),
    "call-c00": FORCED("ff600c00"),
    "call-1000": SEGV(1, "ff601000", "error 15 cr2 ff601000 eip ff601000"),
    read: SEGV(1, "ff600000", "error 5 cr2 ff600000"),
    write: SEGV(1, "ff600000", "error 7 cr2 ff600000"),
    "bad-pointer": SEGV(0x80, "0", ".* eip ff600000 eax ffffffda"),
    "readonly-pointer": SEGV(0x80, "0", ".* eip ff600000 eax ffffffda"),
    "kernel-pointer": SEGV(1, "c0001000", "error 6 cr2 c0001000 eip ff600000"),
    "bad-stack": FORCED("ff600400"),
    "system-call": /^returned fffffff2\n/,
  },
  emulate: {
    gettimeofday: /^returned 0\n/,
    time: /^returned 0\n/,
    getcpu: /^returned 0\n/,
    "call-9": FORCED("ff600009"),
    "call-c00": FORCED("ff600c00"),
    read: /^returned 1\n/,
    write: SEGV(1, "ff600000", "error 7 cr2 ff600000"),
    "bad-pointer": SEGV(0x80, "0", ".* eip ff600000 eax ffffffda"),
  },
  native: {
    gettimeofday: /^returned 0\n/,
    "gettimeofday-null": /^returned 0\n/,
    time: /^returned 0\n/,
    getcpu: /^returned 0\n/,
    "call-c00": /^signal 5 code 80 .* eip ff600c01 /,
    read: /^returned 1\n/,
    write: SEGV(1, "ff600000", "error 7 cr2 ff600000"),
    "bad-pointer": /^returned fffffff2\n/,
    "kernel-pointer": /^returned fffffff2\n/,
  },
  classic: {
    gettimeofday: /^returned 0\n/,
    "gettimeofday-null": /^returned 0\n/,
    time: /^returned 0\n/,
    getcpu: /^returned 0\n/,
    "call-c00": /^returned ffffffda\n/,
    read: /^returned 1\n/,
    write: SEGV(1, "ff600000", "error 7 cr2 ff600000"),
    "bad-pointer": SEGV(1, "8", "error 6 cr2 8 eip ff6000"),
    "readonly-pointer": SEGV(2, "80[0-9a-f]*", "error 7 .* eip ff6000"),
    "kernel-pointer": SEGV(1, "c0001000", "error 7 cr2 c0001000 eip ff6000"),
  },
};

for (const [mode, outcomes] of Object.entries(OUTCOMES)) {
  describe(`the four-slot page (transposed from x86-64), vsyscall=${mode}`, () => {
    for (const [action, expected] of Object.entries(outcomes)) {
      it(action, async () => {
        const vsyscall = mode as keyof typeof OUTCOMES;
        assert.match((await ran("vsyscall", [action], { vsyscall })).output, expected);
      });
    }
  });
}

describe("the memory map", () => {
  const lines = async (options: Partial<RunOptions>): Promise<string[]> => {
    const { result } = await ran("hello", [], options);
    return result
      .memoryMap()
      .split("\n")
      .filter((line) => /\[v/.test(line))
      .map((line) => line.replace(/ +/g, " "));
  };

  it("shows [vvar] and [vdso] next to each other in the mmap area", async () => {
    const [vvar, vdso] = await lines({ vsyscall: "none" });
    assert.match(vvar!, /^[0-9a-f]{8}-([0-9a-f]{8}) r--p 00000000 00:00 0 \[vvar\]$/);
    assert.ok(vdso!.startsWith(vvar!.slice(9, 17)), `${vvar} ${vdso}`);
    assert.match(vdso!, /r-xp 00000000 00:00 0 \[vdso\]$/);
  });

  it("shows the fixed pages above user space, lowest first", async () => {
    assert.deepEqual(await lines({ vdso: "fixed", vsyscall: "xonly" }), [
      "ff600000-ff601000 --xp 00000000 00:00 0 [vsyscall]",
      "ffffd000-ffffe000 r--p 00000000 00:00 0 [vvar]",
      "ffffe000-fffff000 r-xp 00000000 00:00 0 [vdso]",
    ]);
  });

  it("shows neither page where there is none", async () => {
    assert.deepEqual(await lines({ vdso: "off", vsyscall: "none" }), []);
  });
});
