/** ELF files that are wrong in every way one can think of are refused by one line, as a shell's status tells. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseElf } from "../../src/kernel/loader/elf.ts";
import { Xoshiro128 } from "../../src/platform/xoshiro.ts";
import { call, elfFile, exiting, type FilePlan } from "./elf-file.ts";
import { inside } from "./native.ts";

const CODE = { address: 0x0804_8000, bytes: call(1, 7) };

function judge(file: Uint8Array): string | object {
  return parseElf((position, length) => file.subarray(position, position + length), file.length);
}

const WRONG: readonly (readonly [string, Partial<FilePlan> | Uint8Array, RegExp])[] = [
  ["an empty file", new Uint8Array(0), /no ELF file/],
  ["text", new Uint8Array(100).fill(0x61), /no ELF file/],
  ["a header cut short", { length: 40 }, /header is cut short/],
  ["a 64-bit program", { class: 2, machine: 62 }, /64-bit x86-64/],
  ["another processor's program", { machine: 40 }, /another processor/],
  ["big-endian bytes", { patch: { 5: [2] } }, /big-endian/],
  ["an object file", { type: 1 }, /no program/],
  ["no program headers", { patch: { 44: [0, 0] } }, /0 program headers/],
  ["65535 program headers", { patch: { 44: [255, 255] } }, /program headers/],
  ["program headers of a wrong size", { patch: { 42: [56, 0] } }, /wrong size/],
  ["program headers beyond the end", { patch: { 28: [0, 0, 0, 0x7f] } }, /beyond the end/],
  ["program headers at 4 GiB", { patch: { 28: [255, 255, 255, 255] } }, /beyond the end/],
  ["a segment cut short", { length: 4100 }, /cut short: segment 0 ends at/],
  ["nothing to load", { segments: [{ ...CODE, type: 4 }] }, /nothing to load/],
  ["a segment beyond user space", { segments: [{ ...CODE, address: 0xc000_0000 }] }, /beyond user space/],
  ["a segment that wraps", { segments: [{ ...CODE, memorySize: 0xffff_ff00 }] }, /beyond user space/],
  ["more in the file than in memory", { segments: [{ ...CODE, memorySize: 1 }] }, /larger in the file/],
  ["an offset that does not fit the address", { segments: [{ ...CODE, offset: 1 }] }, /across the pages/],
  ["an alignment of 3", { segments: [{ ...CODE, align: 3 }] }, /alignment 3/],
  ["overlapping segments", { segments: [CODE, { ...CODE, address: CODE.address + 4 }] }, /overlap at 0x8048004/],
  ["page zero", { segments: [{ ...CODE, address: 0x1000 }] }, /below 64 KiB/],
  ["an interpreter without a name", { segments: [CODE, { type: 3, address: 0x0805_0000, bytes: [] }] }, /malformed/],
  [
    "an interpreter without an end",
    { segments: [CODE, { type: 3, address: 0x0805_0000, bytes: [0x2f, 0x6c] }] },
    /malformed/,
  ],
];

describe("malformed ELF files", () => {
  for (const [name, plan, reason] of WRONG) {
    const file = plan instanceof Uint8Array ? plan : elfFile({ segments: [CODE], ...plan });
    it(name, async () => {
      const verdict = judge(file);
      assert.ok(typeof verdict === "string", "it was accepted");
      assert.match(verdict, reason);
      const { status, stderr, result } = await inside(file);
      assert.deepEqual({ status, stderr }, { status: 126, stderr: `${result.report}\n` });
      assert.match(stderr, /^linux-gate: \/bin\/program: cannot execute: [^\n]+\n$/);
      assert.equal(result.instructions, 0n);
    });
  }

  it("a well-formed one runs", async () => {
    assert.equal((await inside(exiting(42))).status, 42);
  });

  it("any byte changed at random: a verdict, never an exception", () => {
    const good = elfFile({ segments: [CODE, { address: 0x0805_0000, bytes: [1, 2, 3], memorySize: 0x3000 }] });
    const random = new Xoshiro128(1);
    const draw = new Uint8Array(4);
    for (let i = 0; i < 20000; i++) {
      const file = good.slice();
      for (let changes = 0; changes < 3; changes++) {
        random.fill(draw);
        file[draw[0]! % 148] = draw[1]!;
      }
      random.fill(draw);
      judge(draw[2]! < 20 ? file.subarray(0, (draw[0]! << 5) | draw[1]!) : file);
    }
  });

  it("fifty files changed at random are run or refused", async () => {
    const good = elfFile({ segments: [CODE, { address: 0x0805_0000, bytes: [1, 2, 3], memorySize: 0x3000 }] });
    const random = new Xoshiro128(2);
    const draw = new Uint8Array(2);
    for (let i = 0; i < 50; i++) {
      const file = good.slice();
      random.fill(draw);
      file[24 + (draw[0]! % 124)] = draw[1]!;
      const { status } = await inside(file, [], { quiet: true });
      assert.ok(
        status === 7 || status === 126 || status > 128,
        `status ${status} after byte ${draw[0]} became ${draw[1]}`,
      );
    }
  });
});

describe("programs that cannot be started", () => {
  const start = async (program: string, files: Record<string, Uint8Array | string> = {}) => {
    const { status, stderr } = await inside(exiting(0), [], { program, files });
    return { status, stderr };
  };

  it("a path that is not there: 127", async () => {
    const stderr = "linux-gate: /nowhere: No such file or directory\n";
    assert.deepEqual(await start("/nowhere"), { status: 127, stderr });
  });

  it("a name that is not in PATH: 127", async () => {
    assert.deepEqual(await start("nothing"), { status: 127, stderr: "linux-gate: nothing: command not found\n" });
  });

  it("a name that is in PATH", async () => {
    assert.equal(
      (await inside(exiting(9), [], { program: "program", environment: { PATH: "/usr/bin::/bin" } })).status,
      9,
    );
  });

  it("a folder: 126", async () => {
    assert.deepEqual(await start("/tmp"), { status: 126, stderr: "linux-gate: /tmp: Is a directory\n" });
  });

  it("a path through a file: 126", async () => {
    const stderr = "linux-gate: /bin/program/x: Not a directory\n";
    assert.deepEqual(await start("/bin/program/x"), { status: 126, stderr });
  });

  it("an interpreter that is not there: 127", async () => {
    const path = [..."/lib/ld-linux.so.2\0"].map((character) => character.charCodeAt(0));
    const file = elfFile({ segments: [CODE, { type: 3, address: 0x0805_0000, bytes: path }] });
    const { status, stderr } = await inside(file);
    assert.equal(stderr, "linux-gate: /bin/program: cannot execute: its interpreter /lib/ld-linux.so.2 is not there\n");
    assert.equal(status, 127);
  });

  it("a script whose interpreter is not there: 127", async () => {
    const { status, stderr } = await start("/bin/script", { "/bin/script": "#!/bin/none -x\n" });
    assert.equal(stderr, "linux-gate: /bin/script: cannot execute: its interpreter /bin/none is not there\n");
    assert.equal(status, 127);
  });

  it("scripts of scripts without end: 126", async () => {
    const { status } = await start("/bin/script", { "/bin/script": "#!/bin/script\n" });
    assert.equal(status, 126);
  });

  it("arguments beyond what the stack may hold: 126", async () => {
    const { status, stderr } = await inside(
      exiting(0),
      Array.from({ length: 100 }, () => "x".repeat(100_000)),
    );
    assert.deepEqual({ status, stderr }, { status: 126, stderr: "linux-gate: /bin/program: Argument list too long\n" });
  });

  it("more memory than there may be: 126", async () => {
    const file = elfFile({ segments: [{ ...CODE, memorySize: 0x1000_0000 }] });
    const { status, stderr } = await inside(file, [], { memoryLimit: 16 << 20 });
    assert.match(
      stderr,
      /^linux-gate: \/bin\/program: cannot execute: its segments could not be mapped: Cannot allocate memory\n$/,
    );
    assert.equal(status, 126);
  });
});
