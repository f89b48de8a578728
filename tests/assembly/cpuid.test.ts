/** Everything that CPUID advertises is there, and what it does not show is #UD. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BareCore, EXECUTE, EXIT_EXCEPTION, READ, WRITE } from "./core.ts";

const CODE = 0x10000000;
const DATA = 0x10002000;
const GENERAL_PROTECTION = 13;
const UNDEFINED = 6;

/** Feature bits of leaf 1 EDX that this processor can have, and an instruction that needs each. */
const LEAF_1_EDX: readonly { readonly bit: number; readonly name: string; readonly code: readonly number[] }[] = [
  { bit: 0, name: "FPU", code: [0xd9, 0xe8] }, // fld1
  { bit: 4, name: "TSC", code: [0x0f, 0x31] },
  { bit: 8, name: "CX8", code: [0x0f, 0xc7, 0x0d, 0x00, 0x20, 0x00, 0x10] }, // cmpxchg8b [0x10002000]
  { bit: 11, name: "SEP", code: [0x0f, 0x34] }, // sysenter
  { bit: 15, name: "CMOV", code: [0x0f, 0x44, 0xc1] }, // cmove eax,ecx
];

/** Instructions of what is not there. */
const ABSENT: readonly { readonly bit: number; readonly name: string; readonly code: readonly number[] }[] = [
  { bit: 23, name: "MMX", code: [0x0f, 0x77] }, // emms
  { bit: 25, name: "SSE", code: [0x0f, 0x58, 0xc1] }, // addps xmm0,xmm1
  { bit: 26, name: "SSE2", code: [0x66, 0x0f, 0x58, 0xc1] }, // addpd xmm0,xmm1
];

function run(machine: BareCore, code: readonly number[]): { exit: number; vector: number } {
  const { core } = machine;
  core.setPermissions(CODE >>> 12, 1, READ | EXECUTE);
  core.setPermissions(DATA >>> 12, 1, READ | WRITE);
  machine.put(CODE, [...code, 0xf4]); // hlt: #GP ends it
  machine.setWord(core.EIP, CODE);
  const exit = core.run(100);
  return { exit, vector: machine.word(core.EXCEPTION_VECTOR) };
}

/** EAX, EBX, ECX, EDX of a leaf. */
function leaf(machine: BareCore, number: number): readonly number[] {
  const { core } = machine;
  machine.setWord(core.EAX, number);
  run(machine, [0x0f, 0xa2]);
  return [core.EAX, core.EBX, core.ECX, core.EDX].map((register) => machine.word(register));
}

describe("CPUID", () => {
  for (const gates of [0, 1, 2]) {
    it(`advertises what decodes (gates ${gates})`, async () => {
      const machine = await BareCore.create();
      machine.core.setCpu(gates === 2 ? 1 : 0, gates);
      const [, , ecx, edx = 0] = leaf(machine, 1);
      assert.equal(ecx, 0, "no feature of leaf 1 ECX is there yet");
      let known = 0;
      for (const { bit, name, code } of LEAF_1_EDX) {
        known |= 1 << bit;
        const { exit, vector } = run(machine, code);
        if (edx & (1 << bit)) {
          assert.ok(exit !== EXIT_EXCEPTION || vector === GENERAL_PROTECTION, `${name} is advertised and not there`);
        } else {
          assert.equal(exit, EXIT_EXCEPTION, name);
          assert.equal(vector, UNDEFINED, `${name} is there and not advertised`);
        }
      }
      assert.equal(edx & ~known, 0, "a bit is advertised that no case here tries");
      for (const { bit, name, code } of ABSENT) {
        assert.equal(edx & (1 << bit), 0, name);
        assert.deepEqual(run(machine, code), { exit: EXIT_EXCEPTION, vector: UNDEFINED }, name);
      }
    });
  }

  it("shows SYSCALL in leaf 8000_0001 exactly when it is there", async () => {
    for (const gates of [0, 1, 2]) {
      const machine = await BareCore.create();
      machine.core.setCpu(1, gates);
      const shown = ((leaf(machine, 0x80000001)[3] ?? 0) & (1 << 11)) !== 0;
      const { exit, vector } = run(machine, [0x0f, 0x05]);
      assert.equal(shown, gates === 2);
      assert.equal(exit === EXIT_EXCEPTION && vector === UNDEFINED, !shown);
    }
  });

  it("names its vendor", async () => {
    const machine = await BareCore.create();
    const name = (): string => {
      const [, b = 0, c = 0, d = 0] = leaf(machine, 0);
      return Buffer.from(Uint32Array.from([b, d, c]).buffer).toString("latin1");
    };
    machine.core.setCpu(0, 1);
    assert.equal(name(), "GenuineIntel");
    machine.core.setCpu(1, 2);
    assert.equal(name(), "AuthenticAMD");
  });
});
