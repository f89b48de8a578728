/** The disassembler against objdump: recorded encodings everywhere, live listings where objdump is. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { READ } from "./core.ts";
import { compareFiles, describe as describeDifference, Disassembler, Tally } from "./disassembler-comparison.ts";
import { encodings, extendedEncodings } from "./disassembler-encodings.ts";
import { disassembleSlots, objdumpUnavailable, slots, SLOTS } from "./disassembler-objdump.ts";
import { programs } from "./disassembler-programs.ts";
import { readSample } from "./disassembler-sample.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const CODE = 0x1000_0000;
const PAGE = 0x1000;
/** Another than that of the recording. */
const SEED = 2;
/** The first model and the last: see assembly/cpu/models.ts. */
const MODELS = [0, 8];
/** Instructions that came after the first model. */
const LATER: readonly (readonly [readonly number[], string])[] = [
  [[0x0f, 0x31], "rdtsc"],
  [[0x0f, 0x44, 0xc1], "cmove eax,ecx"],
  [[0xdb, 0xe9], "fucomi st,st(1)"],
  [[0x0f, 0x05], "syscall"],
  [[0x0f, 0x77], "emms"],
  [[0x0f, 0x6f, 0x00], "movq mm0,QWORD PTR [eax]"],
  [[0x0f, 0xc2, 0xc1, 0x01], "cmpltps xmm0,xmm1"],
  [[0xf2, 0x0f, 0xc2, 0xc1, 0x08], "cmpsd xmm0,xmm1,0x8"],
  [[0xf2, 0x0f, 0x10, 0x5c, 0x24, 0x08], "movsd xmm3,QWORD PTR [esp+0x8]"],
  [[0x66, 0x0f, 0x73, 0xdd, 0x04], "psrldq xmm5,0x4"],
  [[0x66, 0x0f, 0xf7, 0xca], "maskmovdqu xmm1,xmm2"],
  [[0xf2, 0x0f, 0xf0, 0x00], "lddqu xmm0,[eax]"],
  [[0x0f, 0xae, 0x00], "fxsave [eax]"],
  [[0x0f, 0xae, 0xe8], "lfence"],
  [[0x66, 0x0f, 0x38, 0x14, 0xd1], "blendvps xmm2,xmm1,xmm0"],
  [[0x66, 0x0f, 0x3a, 0x16, 0xc8, 0x02], "pextrd eax,xmm1,0x2"],
  [[0x66, 0x0f, 0x3a, 0x62, 0x04, 0x8a, 0x18], "pcmpistrm xmm0,XMMWORD PTR [edx+ecx*4],0x18"],
  [[0xf3, 0x0f, 0xb8, 0xc1], "popcnt eax,ecx"],
  [[0xf2, 0x0f, 0x38, 0xf0, 0x03], "crc32 eax,BYTE PTR [ebx]"],
  [[0x0f, 0x38, 0xf1, 0x03], "movbe DWORD PTR [ebx],eax"],
  [[0x0f, 0x01, 0xf9], "rdtscp"],
];
/** Instructions that no model has. */
const NEWEST: typeof LATER = [
  [[0x0f, 0x01, 0xd0], "xgetbv"],
  [[0xc7, 0xf8, 0x10, 0, 0, 0], "xbegin 0x10000016"],
  [[0x66, 0x0f, 0x38, 0xdc, 0x08], "aesenc xmm1,XMMWORD PTR [eax]"],
  [[0x0f, 0x0f, 0x44, 0x24, 0x08, 0xb7], "pmulhrw mm0,QWORD PTR [esp+0x8]"],
  [[0xc5, 0xf8, 0x77], "vzeroupper"],
  [[0xc5, 0xf4, 0x58, 0xc2], "vaddps ymm0,ymm1,ymm2"],
  [[0x65, 0xc5, 0xf9, 0x6f, 0x84, 0x8d, 0x10, 0, 0, 0], "vmovdqa xmm0,XMMWORD PTR gs:[ebp+ecx*4+0x10]"],
  [[0xc4, 0xe2, 0x69, 0xb8, 0xc1], "vfmadd231ps xmm0,xmm2,xmm1"],
  [[0xc4, 0xe3, 0x7d, 0x19, 0xc1, 0x01], "vextractf128 xmm1,ymm0,0x1"],
  [[0xc4, 0xe2, 0x70, 0xf2, 0x03], "andn eax,ecx,DWORD PTR [ebx]"],
  [[0xc4, 0xe2, 0x79, 0x90, 0x04, 0x0b], "(vex)"],
  [[0x62, 0xf1, 0x7c, 0x48, 0x58, 0x40, 0x01], "(evex)"],
  [[0x8f, 0xe8, 0x78, 0x97, 0xd1, 0x20], "(xop)"],
  [[0x8f, 0xea, 0x78, 0x10, 0xc1, 1, 2, 3, 4], "(xop)"],
];
/** The least part of a program's instructions whose text must be objdump's. */
const SHARE = 0.99;

let disassembler: Disassembler;
before(async () => {
  disassembler = await Disassembler.create();
});

async function compareEncodings(fresh: readonly Uint8Array[]): Promise<Tally> {
  const tally = new Tally();
  disassembler.load(SLOTS, slots(fresh));
  for (const line of await disassembleSlots(fresh)) tally.add(line, disassembler.at(line.address));
  return tally;
}

describe("disassemble", () => {
  it("gives what objdump gave for the recorded encodings", () => {
    const sample = readSample();
    disassembler.load(SLOTS, slots(sample.map(({ bytes }) => bytes)));
    assert.ok(sample.length > 3000, `${sample.length} encodings`);
    for (const line of sample) {
      const { length, text } = disassembler.at(line.address);
      const bytes = line.hex;
      assert.deepEqual({ bytes, length, text }, { bytes, length: line.length, text: line.text });
    }
  });

  for (const [list, file] of [
    ["Instruction", "decoder/mnemonics.ts"],
    ["Simd", "simd/list.ts"],
  ] as const) {
    it(`has a name for every member of ${list}`, () => {
      const source = readFileSync(`${root}assembly/${file}`, "utf8");
      const members =
        new RegExp(`enum ${list} \\{(.*?)\\n\\}`, "s").exec(source)?.[1]?.replace(/\/\*.*?\*\//gs, "") ?? "";
      const declared = [...members.matchAll(/\w+/g)].map(([name]) => name);
      const named = [...source.matchAll(new RegExp(`case ${list}\\.(\\w+):`, "g"))].map(([, name = ""]) => name);
      assert.ok(declared.length > 100);
      const isDefined = (name: string): boolean => name !== "UNDEFINED";
      assert.deepEqual(named.filter(isDefined).sort(), declared.filter(isDefined).sort());
    });
  }

  it("names what the running model does not know", () => {
    const { core } = disassembler.machine;
    disassembler.load(CODE, new Uint8Array(PAGE).fill(0x90));
    for (const model of MODELS) {
      core.setCpu(0, model, 0);
      for (const [bytes, text] of [...LATER, ...NEWEST]) {
        disassembler.machine.put(CODE, bytes);
        assert.deepEqual(disassembler.at(CODE), { length: bytes.length, text }, `model ${model}`);
        assert.equal(
          core.disassembledLater() !== 0,
          NEWEST.some(([, other]) => other === text),
          text,
        );
      }
    }
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
      [0x0f, 0x04, 0xc0],
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
    const tally = await compareEncodings(encodings(SEED, 2));
    t.diagnostic(tally.report());
    assert.deepEqual(tally.unexplained.map(describeDifference), []);
  });

  it("knows the length of every VEX, EVEX and XOP encoding that objdump does", async (t) => {
    const reason = objdumpUnavailable();
    if (reason) return t.skip(reason);
    const tally = await compareEncodings(extendedEncodings(SEED, 2));
    t.diagnostic(tally.report());
    assert.deepEqual(tally.unexplained.map(describeDifference), []);
    assert.deepEqual(tally.lengths.map(describeDifference), []);
  });

  for (const { name, files, missing } of programs()) {
    it(`agrees with the objdump of this machine over ${name}`, async (t) => {
      const reason = objdumpUnavailable() ?? missing;
      if (reason) return t.skip(reason);
      const tally = await compareFiles(disassembler, files);
      t.diagnostic(`${name}, ${files.length} files: ${tally.report()}`);
      assert.ok(tally.instructions > 1000, "there is something to compare");
      assert.deepEqual(tally.unexplained.map(describeDifference), []);
      assert.deepEqual(tally.lengths.map(describeDifference), []);
      assert.ok(tally.share >= SHARE, tally.report());
    });
  }
});
