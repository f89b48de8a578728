/** The wrapper around the core: registers, memory, permissions, the counter of time, gates. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { EXECUTE, Exit, Gate, Machine, READ, Segment, WRITE } from "../../src/machine/machine.ts";
import { loadCore } from "../../src/platform/node.ts";

const CODE = 0x0804_8000;

async function machineWith(code: readonly number[], gate: (kind: Gate) => boolean = () => true): Promise<Machine> {
  const machine = await Machine.create(await loadCore(), gate);
  machine.setPermissions(CODE >>> 12, 1, READ | WRITE | EXECUTE);
  machine.bytes.set(code, CODE);
  machine.registers.eip = CODE;
  machine.allowSoftwareInterrupt(0x80);
  machine.setCpu(0, "max", 1);
  return machine;
}

describe("a machine", () => {
  it("begins with flat segments and nothing in its registers", async () => {
    const machine = await machineWith([]);
    const { eax, esp, eflags } = machine.registers;
    assert.deepEqual({ eax, esp, eflags }, { eax: 0, esp: 0, eflags: 0x202 });
    assert.equal(machine.selector(Segment.CS), 0x73);
    assert.equal(machine.selector(Segment.SS), 0x7b);
    assert.equal(machine.selector(Segment.GS), 0);
    assert.equal(machine.retired, 0n);
  });

  it("reads and writes registers as unsigned numbers", async () => {
    const { registers } = await machineWith([]);
    for (const name of ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eip"] as const) {
      registers[name] = -2;
      assert.equal(registers[name], 0xffff_fffe);
    }
  });

  it("calls the gate with all state exact, and goes on where it says", async () => {
    const seen: unknown[] = [];
    // mov $5, %eax; int $0x80; mov $6, %eax; sysenter
    const code = [0xb8, 5, 0, 0, 0, 0xcd, 0x80, 0xb8, 6, 0, 0, 0, 0x0f, 0x34];
    const machine = await machineWith(code, (kind) => {
      seen.push({ kind, eax: machine.registers.eax, eip: machine.registers.eip, retired: machine.retired });
      return kind === Gate.SYSENTER;
    });
    assert.equal(machine.run(1000), Exit.GATE);
    assert.deepEqual(seen, [
      { kind: Gate.INT80, eax: 5, eip: CODE + 7, retired: 2n },
      { kind: Gate.SYSENTER, eax: 6, eip: CODE + 14, retired: 4n },
    ]);
  });

  it("leaves with an exception: vector, error code, address", async () => {
    // mov %eax, 0x20000
    const machine = await machineWith([0xa3, 0, 0, 2, 0]);
    assert.equal(machine.run(1000), Exit.EXCEPTION);
    assert.deepEqual(machine.exception(), { vector: 14, error: 6, address: 0x20000 });
    assert.equal(machine.registers.eip, CODE);
  });

  it("comes back when its budget is spent", async () => {
    const machine = await machineWith([0xeb, 0xfe]);
    assert.equal(machine.run(1000), Exit.BUDGET);
    assert.ok(machine.retired >= 1000n && machine.retired < 2000n);
  });

  it("knows what the guest may touch, across pages", async () => {
    const machine = await machineWith([]);
    machine.setPermissions(0x20, 1, READ | WRITE);
    machine.setPermissions(0x21, 1, READ);
    assert.ok(machine.readable(0x20fff, 2));
    assert.ok(machine.writable(0x20fff, 1));
    assert.ok(!machine.writable(0x20fff, 2));
    assert.ok(!machine.readable(0x21fff, 2));
    assert.equal(machine.permissions(0x20123), READ | WRITE);
  });

  it("counts time by instructions, from where it was set", async () => {
    // rdtsc; jmp back
    const machine = await machineWith([0x0f, 0x31, 0xeb, 0xfc]);
    machine.setTsc(2 ** 40 + 5, 3 * 65536);
    const before = machine.retired;
    machine.run(1000);
    const passed = Number(machine.retired - before);
    assert.equal(machine.tsc, 2 ** 40 + 5 + 3 * passed);
    const { eax, edx } = machine.registers;
    assert.ok(edx * 2 ** 32 + eax <= machine.tsc && edx * 2 ** 32 + eax > 2 ** 40);
  });

  it("keeps descriptors, and loads them into segment registers", async () => {
    const machine = await machineWith([]);
    machine.setDescriptor(6, 0x5678_ffff, 0x12cf_f334);
    assert.deepEqual(machine.descriptor(6), [0x5678_ffff, 0x12cf_f334]);
    assert.ok(machine.setSegment(Segment.GS, 0x33));
    assert.equal(machine.segmentBase(Segment.GS), 0x1234_5678);
    assert.ok(!machine.setSegment(Segment.GS, 0x1003));
  });

  it("disassembles", async () => {
    const machine = await machineWith([0xb8, 5, 0, 0, 0]);
    const { text, length } = machine.disassemble(CODE);
    assert.deepEqual({ text: text.replace(/ +/g, " "), length }, { text: "mov eax,0x5", length: 5 });
    assert.equal(machine.disassemble(0x20000).length, 0);
  });
});
