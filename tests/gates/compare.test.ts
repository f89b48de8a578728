/** `compare` in full, with the real kernel and core. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { run } from "../../src/index.ts";
import { compare, COMPARISON_LENGTH, formatJson, formatTable, type ComparisonRow } from "../../src/gates/compare.ts";
import { loadCore, nodePlatform } from "../../src/platform/node.ts";

const rows: ComparisonRow[] = [];
const KEYS = "path, mode, address, randomized, instructions, entries, faults, nanoseconds, outcome".split(", ");

before(async () => {
  const options = { run, module: await loadCore(), platform: nodePlatform(), calls: 200 };
  for await (const row of compare(options)) rows.push(row);
});

const row = (path: string, mode: string): ComparisonRow => {
  const found = rows.filter((candidate) => candidate.path.startsWith(path) && candidate.mode === mode);
  assert.equal(found.length, 1, `${path}, ${mode}`);
  return found[0]!;
};

describe("compare", () => {
  it("has a row for each path under each parameter that changes it", () => {
    assert.equal(rows.length, 36);
    assert.equal(rows.length, COMPARISON_LENGTH);
  });

  it("counts a direct call exactly: two instructions, one entry, no fault", () => {
    const { instructions, entries, faults, address, outcome } = row("getppid by int 0x80", "any");
    assert.deepEqual([instructions, entries, faults, address, outcome], [2, 1, 0, null, "ok"]);
  });

  for (const [gate, instructions] of [
    ["int80", 14],
    ["sysenter", 11],
    ["syscall", 11],
  ] as const) {
    it(`counts __kernel_vsyscall by ${gate}: the stub's own instructions, one entry`, () => {
      const measured = row("getppid by __kernel_vsyscall", `gate=${gate}`);
      assert.deepEqual([measured.instructions, measured.entries, measured.faults], [instructions, 1, 0]);
      assert.deepEqual([measured.randomized, measured.outcome], [true, "ok"]);
    });
  }

  for (const mode of ["on", "fixed"] as const) {
    for (const name of ["clock_gettime", "gettimeofday", "time", "getcpu"]) {
      it(`never enters the kernel for ${name} by symbol, vdso=${mode}`, () => {
        const measured = row(`${name} by vDSO symbol`, `vdso=${mode}`);
        assert.deepEqual([measured.entries, measured.faults, measured.outcome], [0, 0, "ok"]);
        assert.ok(Number.isInteger(measured.instructions) && measured.instructions! > 0);
        assert.equal(measured.randomized, mode === "on");
        if (mode === "fixed") assert.equal(measured.address, "0xffffe000");
      });
    }
  }

  for (const name of ["gettimeofday", "time", "getcpu"]) {
    it(`shows what ${name} by vsyscall page costs in each mode`, () => {
      const of = (mode: string): unknown[] => {
        const { entries, faults, outcome, address, randomized } = row(`${name} by vsyscall page`, `vsyscall=${mode}`);
        assert.deepEqual([address, randomized], ["0xff600000", false]);
        return [entries, faults, outcome];
      };
      assert.deepEqual(of("none"), [0, 1, "SIGSEGV"]);
      assert.deepEqual(of("xonly"), [1, 1, "ok"]);
      assert.deepEqual(of("emulate"), [1, 1, "ok"]);
      assert.deepEqual(of("native"), [1, 0, "ok"]);
      assert.deepEqual(of("classic"), [0, 0, "ok"]);
    });
  }

  it("shows which modes let the page be read", () => {
    const of = (mode: string): string => row("read of vsyscall page", `vsyscall=${mode}`).outcome;
    const outcomes = ["none", "xonly", "emulate", "native", "classic"].map(of);
    assert.deepEqual(outcomes, ["SIGSEGV", "SIGSEGV", "ok", "ok", "ok"]);
  });

  it("gives no cost for a call that never came back", () => {
    const { instructions, nanoseconds } = row("time by vsyscall page", "vsyscall=none");
    assert.deepEqual([instructions, nanoseconds], [null, null]);
  });

  it("labels the pages that are not IA-32's, or not its vDSO's", () => {
    for (const { path, mode } of rows) {
      if (mode.startsWith("vsyscall")) assert.match(path, /\(transposed from x86-64\)$/);
      if (mode === "vdso=fixed") assert.match(path, /\(IA-32's own fixed page \(Linux 2\.5 to 3\.15\)\)$/);
    }
    const table = formatTable(rows);
    assert.match(table, /^\[1\] IA-32's own fixed page \(Linux 2\.5 to 3\.15\)$/m);
    assert.match(table, /^\[2\] transposed from x86-64$/m);
    assert.match(table, /in this emulator/);
  });

  it("prints a line a row that fits 120 columns", () => {
    const lines = formatTable(rows).split("\n");
    assert.equal(lines.indexOf(""), rows.length + 2);
    for (const line of lines) assert.ok(line.length <= 120, line);
  });

  it("prints JSON with these keys in this order", () => {
    for (const each of rows) assert.deepEqual(Object.keys(JSON.parse(formatJson(each)) as object), KEYS);
  });
});
