/** The disassembler against objdump: recorded encodings everywhere, live listings where objdump is. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { READ } from "./core.ts";
import { compareFile, describe as describeDifference, Disassembler, Tally } from "./disassembler-comparison.ts";
import { encodings } from "./disassembler-encodings.ts";
import { disassembleSlots, expectedLength, objdumpUnavailable, slots, SLOTS } from "./disassembler-objdump.ts";
import { readSample } from "./disassembler-sample.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const CODE = 0x1000_0000;
const PAGE = 0x1000;
/** Another than that of the recording. */
const SEED = 2;
/** The least part of a program's instructions, of those in the opcode maps, whose text must be objdump's. */
const SHARE = 0.99;

let disassembler: Disassembler;
before(async () => {
  disassembler = await Disassembler.create();
});

describe("disassemble", () => {
  it("gives what objdump gave for the recorded encodings", () => {
    const sample = readSample();
    disassembler.load(SLOTS, slots(sample.map(({ bytes }) => bytes)));
    assert.ok(sample.length > 3000, `${sample.length} encodings`);
    for (const line of sample) {
      const { length, text } = disassembler.at(line.address);
      const bytes = Buffer.from(line.bytes).toString("hex");
      assert.deepEqual({ bytes, length, text }, { bytes, length: expectedLength(line), text: line.text });
    }
  });

  it("has a name for every instruction", () => {
    const source = readFileSync(`${root}assembly/decoder/mnemonics.ts`, "utf8");
    const members = /enum Instruction \{(.*?)\n\}/s.exec(source)?.[1]?.replace(/\/\*.*?\*\//gs, "") ?? "";
    const declared = [...members.matchAll(/\w+/g)].map(([name]) => name);
    const named = [...source.matchAll(/case Instruction\.(\w+):/g)].map(([, name = ""]) => name);
    assert.ok(declared.length > 100);
    assert.deepEqual([...named].sort(), [...declared].sort());
  });

  it("returns 0 for what can't be fetched, whole or in part", () => {
    disassembler.load(CODE, new Uint8Array(PAGE).fill(0x90));
    disassembler.machine.put(CODE + PAGE - 3, [0x81, 0xc0, 1]); // ADD EAX, 0x..., cut off
    assert.equal(disassembler.at(CODE + PAGE).length, 0);
    assert.equal(disassembler.at(CODE + PAGE - 3).length, 0);
    disassembler.machine.core.setPermissions((CODE + PAGE) >>> 12, 1, READ);
    assert.equal(disassembler.at(CODE + PAGE).length, 0);
  });

  it("shows the last instruction before a page that can't be fetched", () => {
    disassembler.load(CODE, new Uint8Array(PAGE).fill(0x90));
    disassembler.machine.put(CODE + PAGE - 2, [0x89, 0xd8]);
    assert.deepEqual(disassembler.at(CODE + PAGE - 2), { length: 2, text: "mov eax,ebx" });
    // FWAIT belongs to what follows, if anything does.
    disassembler.machine.put(CODE + PAGE - 1, [0x9b]);
    assert.deepEqual(disassembler.at(CODE + PAGE - 1), { length: 1, text: "fwait" });
  });

  it("calls (bad), and one byte long, what the processor does not know", () => {
    disassembler.load(CODE, new Uint8Array(PAGE).fill(0x66));
    assert.deepEqual(disassembler.at(CODE), { length: 1, text: "(bad)" }, "more than 15 bytes");
    for (const bytes of [
      [0x0f, 0xff, 0xc0],
      [0xff, 0xff],
      [0x8d, 0xc0],
      [0xf3, 0x0f, 0x0a],
    ]) {
      disassembler.machine.put(CODE, bytes);
      assert.deepEqual(disassembler.at(CODE), { length: 1, text: "(bad)" });
    }
  });

  it("leaves a fault's record and the registers alone", () => {
    const { machine } = disassembler;
    const { core } = machine;
    disassembler.load(CODE, Uint8Array.from([0x8b, 0x05, 0x44, 0x33, 0x22, 0x00, 0xf4])); // MOV EAX, [0x223344]
    machine.setWord(core.EIP, CODE);
    core.run(10);
    const state = (): Uint8Array => machine.bytes.slice(core.STATE.value >>> 0, core.TEXT.value >>> 0);
    const before = state();
    assert.equal(machine.word(core.EXCEPTION_ADDRESS), 0x223344);
    assert.deepEqual(disassembler.at(CODE), { length: 6, text: "mov eax,DWORD PTR ds:0x223344" });
    assert.equal(disassembler.at(0x2000_0000).length, 0);
    assert.deepEqual(state(), before);
  });

  it("agrees with the objdump of this machine over fresh encodings", async (t) => {
    const reason = objdumpUnavailable();
    if (reason) return t.skip(reason);
    const fresh = encodings(SEED, 2);
    const tally = new Tally();
    disassembler.load(SLOTS, slots(fresh));
    for (const line of await disassembleSlots(fresh)) tally.add(line, disassembler.at(line.address));
    t.diagnostic(tally.report());
    assert.deepEqual(tally.unexplained.map(describeDifference), []);
  });

  for (const { name, files, missing } of programs()) {
    it(`agrees with the objdump of this machine over ${name}`, async (t) => {
      const reason = objdumpUnavailable() ?? (files.length ? null : missing);
      if (reason) return t.skip(reason);
      for (const file of files) {
        const tally = await compareFile(disassembler, file);
        t.diagnostic(`${file.slice(file.lastIndexOf("/") + 1)}: ${tally.report()}`);
        assert.deepEqual(tally.unexplained.map(describeDifference), []);
        assert.ok(tally.equal >= SHARE * (tally.instructions - tally.missing), tally.report());
      }
    });
  }
});

interface Programs {
  readonly name: string;
  readonly files: readonly string[];
  /** Why there are none. */
  readonly missing: string;
}

function programs(): Programs[] {
  const present = (...paths: string[]): string[] => paths.filter((path) => existsSync(path));
  const guests = readdirSync(`${root}tests/guest/built`).filter((name) => name.endsWith(".elf"));
  return [
    {
      name: "the guest programs and the vDSO",
      files: present(`${root}vdso-image/vdso.so`, ...guests.map((name) => `${root}tests/guest/built/${name}`)),
      missing: "there are none",
    },
    {
      name: "Debian's busybox",
      files: present(`${root}tests/fetched/busybox-static/bin/busybox`),
      missing: "busybox-static for i386 has not been fetched (scripts/fetch-guests.sh)",
    },
    {
      name: "musl's libc.a",
      files: present(`${root}tests/fetched/musl-dev/usr/lib/i386-linux-musl/libc.a`),
      missing: "musl-dev for i386 has not been fetched (scripts/fetch-guests.sh)",
    },
  ];
}
