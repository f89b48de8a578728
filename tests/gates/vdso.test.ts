import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Elf } from "../../vdso-image/elf.ts";
import {
  cpuOfGate,
  gateMappings,
  landingPad,
  mapVdso,
  NO_GATES,
  rtSigreturn,
  sigreturn,
  vdsoImage,
} from "../../src/gates/index.ts";
import type { GateChoice, VdsoEntry, VdsoMode } from "../../src/gates/index.ts";
import { FakeTask } from "./fake-task.ts";

function mapped(vdso: VdsoMode, gate: GateChoice = "sysenter"): { task: FakeTask; entry: VdsoEntry } {
  const task = new FakeTask();
  const entry = mapVdso(task, { vdso, vsyscall: "none", gate });
  if (typeof entry !== "object") throw new Error(`not mapped: ${entry}`);
  task.gates = { vdso: entry.vdso, vvar: entry.vvar, vsyscall: "none" };
  return { task, entry };
}

const codeOf = (task: FakeTask, { sysinfo }: VdsoEntry): string =>
  Buffer.from(task.bytes.subarray(sysinfo, sysinfo + 13)).toString("hex");

describe("vdso=on", () => {
  it("maps [vvar] and [vdso] next to each other where the memory map says", () => {
    const { task, entry } = mapped("on");
    assert.deepEqual(task.mappings, [
      { address: 0xb7ff_0000, length: 4096, permissions: 1, mayWrite: false, name: "[vvar]" },
      { address: 0xb7ff_1000, length: 4096, permissions: 5, mayWrite: true, name: "[vdso]" },
    ]);
    assert.equal(entry.sysinfoEhdr, 0xb7ff_1000);
    assert.deepEqual(gateMappings(task.gates), []);
  });

  it("gives AT_SYSINFO the image's entry point", () => {
    const { task, entry } = mapped("on");
    const elf = new Elf(task.bytes.slice(entry.vdso, entry.vdso + 4096));
    assert.equal(entry.sysinfo, entry.sysinfoEhdr + elf.header.entry);
  });

  for (const [gate, bytes] of [
    ["int80", "90909090"],
    ["sysenter", "89e50f34"],
    ["syscall", "89cd0f05"],
  ] as const) {
    it(`enters the kernel by ${gate}`, () => {
      const { task, entry } = mapped("on", gate);
      assert.equal(codeOf(task, entry), `515255${bytes}cd805d5a59c3`);
      assert.equal(landingPad(task), entry.sysinfo + 9);
    });
  }

  it("knows its trampolines", () => {
    const { task, entry } = mapped("on");
    assert.equal(sigreturn(task), entry.sysinfo + 0x20);
    assert.equal(rtSigreturn(task), entry.sysinfo + 0x40);
  });

  it("passes on that there is no room", () => {
    const task = new FakeTask();
    task.unmappedArea = -12;
    assert.equal(mapVdso(task, { vdso: "on", vsyscall: "none", gate: "int80" }), -12);
    assert.deepEqual(task.mappings, []);
  });
});

describe("vdso=fixed", () => {
  it("lies at 0xFFFFE000, outside the memory map, its data page before it", () => {
    const { task, entry } = mapped("fixed");
    assert.equal(entry.sysinfoEhdr, 0xffff_e000);
    assert.deepEqual(task.mappings, []);
    assert.deepEqual(
      [...task.permissions],
      [
        [0xffff_d, 1],
        [0xffff_e, 5],
      ],
    );
    assert.deepEqual(gateMappings(task.gates), [
      { start: 0xffff_d000, end: 0xffff_e000, permissions: "r--p", name: "[vvar]" },
      { start: 0xffff_e000, end: 0xffff_f000, permissions: "r-xp", name: "[vdso]" },
    ]);
  });

  it("has every address adjusted as relocate_vdso() did, and nothing else", () => {
    const base = 0xffff_e000;
    const plain = new Elf(vdsoImage("int80", 0));
    const fixed = new Elf(vdsoImage("int80", base));
    assert.equal(fixed.header.entry, plain.header.entry + base);
    assert.deepEqual(
      fixed.programHeaders.map(({ address, offset }) => address - offset),
      fixed.programHeaders.map(() => base),
    );
    const pointers = new Set([4, 5, 6, 0x6fff_fef5, 0x6fff_fff0, 0x6fff_fffc]);
    assert.deepEqual(
      fixed.dynamic.map(({ tag, value }) => [tag, value]),
      plain.dynamic.map(({ tag, value }) => [tag, pointers.has(tag) ? value + base : value]),
    );
    assert.deepEqual(
      fixed.sections.map(({ address }) => address),
      plain.sections.map(({ address }) => (address === 0 ? 0 : address + base)),
    );
    const words = plain.bytes.filter((byte, i) => byte !== fixed.bytes[i]).length;
    assert.ok(words > 0 && words <= 4 * 37, `${words} bytes differ`);
  });

  it("has its symbols where they are", () => {
    const base = 0xffff_e000;
    const plain = new Elf(vdsoImage("int80", 0)).dynamicSymbols;
    const image = vdsoImage("int80", base);
    const symbols = new Elf(vdsoImage("int80", 0)).dynamicSymbols.map(({ at }) =>
      new DataView(image.buffer).getUint32(at + 4, true),
    );
    assert.deepEqual(
      symbols,
      plain.map(({ value, section }) => (section === 0 || section === 0xfff1 ? value : value + base)),
    );
  });
});

describe("vdso=off", () => {
  it("maps nothing and gives no address for the auxiliary vector", () => {
    const task = new FakeTask();
    assert.equal(mapVdso(task, { vdso: "off", vsyscall: "none", gate: "sysenter" }), undefined);
    assert.deepEqual([task.mappings, [...task.permissions], gateMappings(NO_GATES)], [[], [], []]);
  });

  it("leaves SYSENTER to return near 0, and signals without a restorer without a trampoline", () => {
    const task = new FakeTask();
    assert.ok(landingPad(task) < 4096);
    assert.equal(sigreturn(task), undefined);
    assert.ok(rtSigreturn(task) < 4096);
  });
});

describe("gate", () => {
  it("shows the guest a processor that has this gate and no other fast one", () => {
    assert.deepEqual(cpuOfGate("int80"), { vendor: 0, gates: 0 });
    assert.deepEqual(cpuOfGate("sysenter"), { vendor: 0, gates: 1 });
    assert.deepEqual(cpuOfGate("syscall"), { vendor: 1, gates: 2 });
  });
});
