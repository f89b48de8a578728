/** Every fault gives the signal, si_code, si_addr and sigcontext that real Linux gives. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compiled, inside, natively, noCompiler } from "./native.ts";

/** As native/faults.c names them. */
const FAULTS = (
  "null readnull unmapped unmappedread none readonly crossing jump noexec execunmapped div divoverflow ud2 badop int3 " +
  "cd03 cd04 into bound int21 cd00 hlt cli in badseg nullds badss kernel long lock fdiv finv fprec bus kill abort stack"
).split(" ");

/**
 * Bit 0 of a page fault's error code says whether the page was present. On hardware a page that was never touched is
 * not, here every mapped one is; and a 64-bit kernel's 32-bit processes have no kernel pages at 0xC000_0000.
 */
const PRESENCE_DIFFERS = new Set(["readonly", "crossing", "kernel"]);

describe("faults compared with real Linux", { skip: noCompiler() ?? false }, () => {
  for (const fault of FAULTS) {
    it(`${fault}: what a handler is told`, async () => {
      const program = compiled("faults");
      const [there, here] = [natively(program, fault), await inside(program, [fault])];
      const text = (stdout: string): string =>
        PRESENCE_DIFFERS.has(fault) ? stdout.replace(/err \d+/, "err *") : stdout;
      assert.equal(text(here.stdout), text(there.stdout));
    });

    it(`${fault}: how it ends without a handler`, async () => {
      const program = compiled("faults");
      const parameters = [fault, "unhandled"];
      const [there, here] = [natively(program, ...parameters), await inside(program, parameters)];
      assert.equal(here.status, there.status);
    });
  }

  it("tells the user of a fault: signal, address, EIP, bytes, disassembly, registers", async () => {
    const { stderr, result } = await inside(compiled("faults"), ["null", "unhandled"]);
    assert.equal(result.signal, 11);
    assert.equal(stderr, `${result.report}\n`);
    assert.match(
      stderr,
      /^linux-gate: faults \(process 2\) killed by SIGSEGV, Segmentation fault: writing 0x00000000, where nothing is mapped\n/,
    );
    assert.match(stderr, /\n {2}eip 0x0804[0-9a-f]{4} {2}\/.*faults \+0x[0-9a-f]{8}\n/);
    assert.match(stderr, /\n {2}instruction {2}c7 05 00 00 00 00 01 00 00 00 {3}mov +DWORD PTR ds:0x0,0x1\n/);
    assert.match(stderr, /\n {2}eax 0x[0-9a-f]{8} {2}ebx /);
  });

  it("says nothing when quiet", async () => {
    const { stderr, status } = await inside(compiled("faults"), ["ud2", "unhandled"], { quiet: true });
    assert.deepEqual({ stderr, status }, { stderr: "", status: 132 });
  });
});
