/** Segments, single steps, alignment checks and signal contexts: what real Linux on a real processor does, done here. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { elfFile } from "./elf-file.ts";
import { compiled, FIXED_ADDRESSES, inside, natively, noCompiler } from "./native.ts";

describe("segments and traps compared with real Linux", { skip: noCompiler() ?? false }, () => {
  for (const [name, what] of [
    [
      "descriptors",
      "modify_ldt and set_thread_area: all bits of a descriptor, what is read back, LAR, LSL, VERR, VERW",
    ],
    ["segments", "16-bit code and stacks, limits, loads that fault, entries that change while a register holds them"],
    ["context", "EFLAGS and selectors that a handler begins with, and that sigreturn takes or refuses"],
    ["alignment", "EFLAGS.AC: SIGBUS, and the instruction undone"],
  ] as const) {
    it(`${name}: ${what}`, async () => {
      const program = compiled(name, ...FIXED_ADDRESSES);
      const { stdout, status } = await inside(program);
      assert.deepEqual({ stdout, status }, natively(program));
    });
  }

  // How many steps the linux-gate page takes depends on the gate; __kernel_vsyscall on AMD is that of SYSCALL.
  it("single-step: EIP, EFLAGS and siginfo after each instruction, through gates, handlers and faults", async () => {
    const program = compiled("single-step", ...FIXED_ADDRESSES);
    const toPage = (stdout: string): readonly string[] => stdout.split("__kernel_vsyscall: right\n");
    const there = natively(program);
    const here = await inside(program, [], { gate: "syscall" });
    assert.equal(toPage(here.stdout)[0], toPage(there.stdout)[0]);
    assert.equal(here.status, there.status);
    for (const gate of ["int80", "sysenter"] as const) {
      const { stdout, status } = await inside(program, [], { gate });
      assert.equal(toPage(stdout)[0], toPage(there.stdout)[0]);
      assert.equal(status, there.status);
    }
  });

  it("a fault in a segment that does not begin at 0 is reported with the bytes that are there", async () => {
    const { stderr, status } = await inside(compiled("segments", ...FIXED_ADDRESSES), ["die"]);
    assert.equal(status, 132);
    assert.match(stderr, /\n {2}eip 0x00000101 in a segment at 0x[0-9a-f]{8} {2}in an anonymous mapping \+0x/);
    assert.match(stderr, /\n {2}instruction {2}0f 0b {3}ud2/);
  });
});

/** `code`, then exit(EAX). */
async function statusOf(...code: readonly number[]): Promise<number> {
  const exit = [0x89, 0xc3, 0xb8, 1, 0, 0, 0, 0xcd, 0x80];
  const program = elfFile({ segments: [{ address: 0x0804_8000, bytes: [...code, ...exit] }] });
  return (await inside(program, [], { quiet: true })).status;
}

describe("what a machine to compare with does not show", () => {
  /** sigaction(SIGTRAP, handler with SA_SIGINFO) by the fields on the stack, INT1, and the handler's exit(si_code). */
  it("INT1 is SIGTRAP with TRAP_BRKPT behind the instruction (under a hypervisor EIP may stay at it)", async () => {
    const base = 0x0804_8000;
    const handler = base + 42;
    const word = (value: number): number[] => [value, value >> 8, value >> 16, value >>> 24].map((byte) => byte & 0xff);
    const code = [
      ...[0x6a, 0, 0x6a, 0, 0x6a, 0], // mask, restorer
      ...[0x6a, 4, 0x68, ...word(handler)], // SA_SIGINFO, handler
      ...[0xb8, ...word(174), 0xbb, ...word(5), 0x89, 0xe1, 0x31, 0xd2, 0xbe, ...word(8), 0xcd, 0x80],
      ...[0xf1, 0xeb, 0xfe], // INT1 at base + 34
    ];
    while (code.length < 42) code.push(0x90);
    // EAX = si_code + 16 * (sigcontext.ip - address of INT1)
    code.push(...[0x8b, 0x4c, 0x24, 0x08, 0x8b, 0x41, 0x08, 0x8b, 0x54, 0x24, 0x0c, 0x8b, 0x52, 20 + 56]);
    code.push(...[0x81, 0xea, ...word(base + 34), 0xc1, 0xe2, 4, 0x01, 0xd0]);
    assert.equal(await statusOf(...code), 1 + 16);
  });

  it("modify_ldt's default table is that of a 32-bit kernel: 40 bytes", async () => {
    const code = [0xb8, 123, 0, 0, 0, 0xbb, 2, 0, 0, 0, 0x8d, 0x8c, 0x24, 0, 0xf0, 0xff, 0xff, 0xba, 128, 0, 0, 0];
    assert.equal(await statusOf(...code, 0xcd, 0x80), 40);
  });

  it("SLDT, STR: the selectors of a 32-bit kernel, GDT entries 17 once there is an LDT, and 16", async () => {
    const none = [0x0f, 0x00, 0xc0];
    assert.equal(await statusOf(...none), 0);
    assert.equal(await statusOf(0x0f, 0x00, 0xc8), 0x80);
    const write = [0x6a, 0x51, 0x68, 0xff, 0xff, 0x0f, 0, 0x6a, 0, 0x6a, 0, 0xb8, 123, 0, 0, 0, 0xbb, 0x11, 0, 0, 0];
    assert.equal(await statusOf(...write, 0x89, 0xe1, 0xba, 16, 0, 0, 0, 0xcd, 0x80, ...none), 0x88);
  });
});
