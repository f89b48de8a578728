/** The programs of native/ print the same on real Linux and here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compiled, inside, natively, noCompiler } from "./native.ts";

const skip = noCompiler() ?? false;

describe("programs compared with real Linux", { skip }, () => {
  it("mmap, munmap, mprotect, mremap, brk, madvise, msync, mincore, the stack's growth", async () => {
    const program = compiled("memory");
    const { stdout, status } = await inside(program);
    assert.deepEqual({ stdout, status }, natively(program));
  });

  it("process, limits, scheduling, clocks, signals, identity: results and errors", { skip: notRoot() }, async () => {
    const program = compiled("calls");
    const { stdout, status } = await inside(program);
    assert.deepEqual({ stdout, status }, natively(program));
  });

  for (const gate of ["int80", "sysenter", "syscall"] as const) {
    it(`signal handlers, timers, interrupted calls, by ${gate}`, async () => {
      const program = compiled("signals");
      const { stdout, status } = await inside(program, [], { gate });
      assert.deepEqual({ stdout, status }, natively(program));
    });
  }

  it("signal handlers without a vDSO return by their restorers", async () => {
    const program = compiled("signals");
    const { stdout, status } = await inside(program, [], { vdso: "off" });
    assert.deepEqual({ stdout, status }, natively(program));
  });
});

/** The program takes and drops other identities. */
function notRoot(): string | false {
  return process.getuid?.() === 0 ? false : "needs root, to compare what root may do";
}
