/** The floating-point state in signal frames, with and without FXSR. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compiled, inside, natively, noCompiler } from "./native.ts";

describe("the floating-point state in a signal frame", { skip: noCompiler() ?? false }, () => {
  for (const cpu of ["pentium4", "max"] as const) {
    it(`shows and restores x87, XMM and MXCSR, and #XM has its codes, as on real Linux (${cpu})`, async () => {
      const program = compiled("fpstate", "-msse2");
      const { stdout, status } = await inside(program, [], { cpu });
      assert.deepEqual({ stdout, status }, natively(program));
    });
  }

  it("has no bits of MXCSR that do not exist", async () => {
    const { stdout, status } = await inside(compiled("fpstate", "-msse2"), ["reserved"]);
    assert.equal(status, 0);
    assert.match(stdout, /^after: mxcsr ffc0 /);
  });

  /** What fits: the larger frame of 732 bytes, the state, alignments to 16 and 64, all of it a multiple of 16. */
  for (const { cpu, magic, size } of [
    { cpu: "486", magic: "0000ffff", size: "000003a0" },
    { cpu: "pentium-mmx", magic: "0000ffff", size: "000003a0" },
    { cpu: "pentium2", magic: "00000000", size: "000005a0" },
    { cpu: "max", magic: "00000000", size: "000005a0" },
  ] as const) {
    it(`is of FSAVE alone, or of FXSAVE too, as the processor is (${cpu})`, async () => {
      const program = compiled("fsave", "-march=i486", "-nostdlib", "-fno-stack-protector", "-fno-pie", "-no-pie");
      const { stdout, status } = await inside(program, [], { cpu });
      const lines = [`minsigstksz ${size}`, `magic ${magic}`, "exponent 00004000", "exponent 00004000", ""];
      assert.deepEqual({ lines: stdout.split("\n"), status }, { lines, status: 0 });
    });
  }

  for (const cpu of ["pentium2", "pentium3"] as const) {
    it(`is there without SSE2 (${cpu})`, async () => {
      const program = compiled("signals");
      const { stdout, status } = await inside(program, [], { cpu });
      assert.deepEqual({ stdout, status }, natively(program));
    });
  }
});
