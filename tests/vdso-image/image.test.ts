/** What the checked-in vDSO image must hold for libraries, debuggers and unwinders, read from its bytes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import * as elf from "../../vdso-image/elf.ts";
import { frameDescriptions, frameTable } from "./eh-frame.ts";

const read = (name: string): Uint8Array => readFileSync(new URL(`../../vdso-image/${name}`, import.meta.url));
const bytes = read("vdso.so");
const image = new elf.Elf(bytes);
const symbols = new Map(image.dynamicSymbols.map((symbol) => [symbol.name, symbol]));

/** Name, version, System V hash, GNU hash: all of the ABI (Documentation/ABI/stable/vdso). */
const ABI: readonly (readonly [string, string, number, number])[] = [
  ["__kernel_vsyscall", "LINUX_2.5", 0x0426113c, 0xa77684b4],
  ["__kernel_sigreturn", "LINUX_2.5", 0x0c74c9ee, 0x9280cce6],
  ["__kernel_rt_sigreturn", "LINUX_2.5", 0x09ddfafe, 0x91788feb],
  ["__vdso_clock_gettime", "LINUX_2.6", 0x0d35ec75, 0x6e43a318],
  ["__vdso_clock_gettime64", "LINUX_2.6", 0x05ec75a4, 0x0db8d042],
  ["__vdso_gettimeofday", "LINUX_2.6", 0x0315ca59, 0xb01bca00],
  ["__vdso_time", "LINUX_2.6", 0x0a33c485, 0x821e8e0d],
  ["__vdso_getcpu", "LINUX_2.6", 0x00b01045, 0x6562b026],
  ["__vdso_clock_getres", "LINUX_2.6", 0x04d35c83, 0x68308f53],
];

function code(name: string): string {
  const { value, size } = symbols.get(name)!;
  return Buffer.from(bytes.subarray(value, value + size)).toString("hex");
}

describe("vDSO image", () => {
  it("is a shared object for IA-32 that fits one page, section headers included", () => {
    assert.equal(image.header.type, 3);
    assert.equal(image.header.machine, 3);
    assert.ok(bytes.length <= 4096, `${bytes.length} bytes`);
    assert.ok(image.header.sectionHeaders + 40 * image.header.sectionHeaderCount <= bytes.length);
    assert.ok(image.sections.some(({ type }) => type === elf.SHT_DYNSYM));
    assert.ok(image.sections.some(({ type }) => type === elf.SHT_NOTE));
    assert.equal(image.section(".symtab"), undefined);
  });

  it("is linked at 0, with one readable and executable segment from the first byte", () => {
    const loads = image.programHeaders.filter(({ type }) => type === elf.PT_LOAD);
    assert.deepEqual(
      loads.map(({ offset, address, flags }) => [offset, address, flags]),
      [[0, 0, 5]],
    );
    const types = image.programHeaders.map(({ type }) => type);
    assert.deepEqual(types, [elf.PT_LOAD, elf.PT_DYNAMIC, elf.PT_NOTE, elf.PT_GNU_EH_FRAME]);
  });

  it("keeps Linux's order of sections", () => {
    const names = image.sections.map(({ name }) => name).filter((name) => name !== "");
    assert.deepEqual(names, [
      ".hash",
      ".gnu.hash",
      ".dynsym",
      ".dynstr",
      ".gnu.version",
      ".gnu.version_d",
      ".dynamic",
      ".note",
      ".eh_frame_hdr",
      ".eh_frame",
      ".text",
      ".altinstructions",
      ".altinstr_replacement",
      ".shstrtab",
    ]);
  });

  it("is called linux-gate.so.1 and defines LINUX_2.6 before LINUX_2.5", () => {
    const strings = image.dynamicValue(elf.DT_STRTAB)!;
    assert.equal(image.text(strings + image.dynamicValue(elf.DT_SONAME)!), "linux-gate.so.1");
    assert.deepEqual(
      [...image.versionNames],
      [
        [1, "linux-gate.so.1"],
        [2, "LINUX_2.6"],
        [3, "LINUX_2.5"],
      ],
    );
  });

  it("exports the nine functions under their versions, and nothing else", () => {
    const functions = [...symbols.values()].filter(({ section }) => section !== 0 && section !== elf.SHN_ABS);
    const exported = functions.map(({ name, version }) => `${name}@${version}`).sort();
    assert.deepEqual(exported, ABI.map(([name, version]) => `${name}@${version}`).sort());
    for (const { name, type, binding } of functions) assert.deepEqual([name, type, binding], [name, elf.STT_FUNC, 1]);
    assert.equal(image.header.entry, symbols.get("__kernel_vsyscall")!.value);
  });

  it("needs no relocation and no library", () => {
    const unwanted = [1 /* NEEDED */, 7 /* RELA */, 17 /* REL */, 22 /* TEXTREL */, 23 /* JMPREL */];
    assert.deepEqual(
      image.dynamic.filter(({ tag }) => unwanted.includes(tag)),
      [],
    );
    assert.equal(image.section(".got"), undefined);
  });

  for (const [name, version, sysvHash, gnuHash] of ABI) {
    it(`finds ${name} by DT_HASH (musl) and DT_GNU_HASH (glibc, Go)`, () => {
      assert.equal(bySysvHash(name, sysvHash)?.version, version);
      assert.equal(byGnuHash(name, gnuHash)?.version, version);
    });
  }

  it("carries Linux's version note and a build id, the same as the debug file's", () => {
    const [linux, gnu] = image.notes;
    assert.deepEqual([linux!.owner, linux!.type], ["Linux", 0]);
    assert.equal(Buffer.from(linux!.description).readUInt32LE() >> 16, 6);
    assert.deepEqual([gnu!.owner, gnu!.type, gnu!.description.length], ["GNU", 3, 20]);
    assert.deepEqual(new elf.Elf(read("vdso.so.dbg")).notes, image.notes);
  });

  it("has the hardware's code at the gate: pushes, four bytes to choose, INT 0x80, pops", () => {
    assert.equal(code("__kernel_vsyscall"), "515255" + "90909090" + "cd80" + "5d5a59c3");
  });

  it("returns from signals by the instructions that old debuggers look for", () => {
    assert.equal(code("__kernel_sigreturn"), "58b877000000cd8090");
    assert.equal(code("__kernel_rt_sigreturn"), "b8ad000000cd8090");
    for (const name of ["__kernel_sigreturn", "__kernel_rt_sigreturn"]) {
      assert.equal(bytes[symbols.get(name)!.value - 1], 0x90, `a NOP before ${name}`);
    }
  });

  it("keeps the trampolines 0x20 and 0x40 behind the gate, where the fixed page always had them", () => {
    const gate = symbols.get("__kernel_vsyscall")!.value;
    assert.equal(symbols.get("__kernel_sigreturn")!.value - gate, 0x20);
    assert.equal(symbols.get("__kernel_rt_sigreturn")!.value - gate, 0x40);
  });

  it("names its sources in the debug file by their place in the repository", () => {
    const text = Buffer.from(read("vdso.so.dbg")).toString("latin1");
    assert.ok(text.includes("vdso-image/clocks.c"));
    assert.doesNotMatch(text, /\/(home|root|tmp|work|usr)\//);
  });
});

describe("vDSO unwinding rules", () => {
  const frames = frameDescriptions(image);

  it("cover every function, and .eh_frame_hdr lists them in order", () => {
    for (const [name] of ABI) {
      const { value, size } = symbols.get(name)!;
      assert.ok(
        frames.some(({ start, end }) => start <= value && value + size <= end),
        name,
      );
    }
    const starts = frames.map(({ start }) => start).sort((a, b) => a - b);
    assert.deepEqual(frameTable(image), starts);
  });

  for (const [name, cfa] of [
    ["__kernel_sigreturn", "0f037420" + "06"],
    ["__kernel_rt_sigreturn", "0f0474bc01" + "06"],
  ] as const) {
    it(`mark ${name} as a signal frame that begins one byte early`, () => {
      const { value, size } = symbols.get(name)!;
      const frame = frames.find(({ end }) => end === value + size)!;
      assert.deepEqual([frame.augmentation, frame.start], ["zRS", value - 1]);
      assert.ok(Buffer.from(frame.instructions).toString("hex").startsWith(cfa), "the CFA is the saved ESP");
    });
  }

  it("follow the pushes and pops of the gate", () => {
    const { value } = symbols.get("__kernel_vsyscall")!;
    const frame = frames.find(({ start }) => start === value)!;
    assert.equal(frame.augmentation, "zR");
    // advance 1, CFA 8, ECX at -8; the same for EDX, EBP; advance 7, and each restored.
    const expected = "410e088102410e0c8203410e10850447c50e0c41c20e0841c10e04";
    assert.equal(Buffer.from(frame.instructions).toString("hex").replace(/0+$/, ""), expected.replace(/0+$/, ""));
  });
});

function bySysvHash(name: string, hash: number): elf.Symbol | undefined {
  const table = image.dynamicValue(elf.DT_HASH)!;
  const buckets = image.word(table);
  let index = image.word(table + 8 + 4 * (hash % buckets));
  while (index !== 0 && image.dynamicSymbols[index]!.name !== name) {
    index = image.word(table + 8 + 4 * buckets + 4 * index);
  }
  return index === 0 ? undefined : image.dynamicSymbols[index];
}

function byGnuHash(name: string, hash: number): elf.Symbol | undefined {
  const table = image.dynamicValue(elf.DT_GNU_HASH)!;
  const [buckets, first, bloomWords, shift] = [0, 4, 8, 12].map((offset) => image.word(table + offset)) as [
    number,
    number,
    number,
    number,
  ];
  const bloom = image.word(table + 16 + 4 * ((hash >>> 5) % bloomWords));
  if (((bloom >>> (hash & 31)) & (bloom >>> ((hash >>> shift) & 31)) & 1) === 0) return undefined;
  const chains = table + 16 + 4 * bloomWords + 4 * buckets;
  let index = image.word(table + 16 + 4 * bloomWords + 4 * (hash % buckets));
  for (; index !== 0; index++) {
    if (image.dynamicSymbols[index]!.name === name) return image.dynamicSymbols[index];
    if (image.word(chains + 4 * (index - first)) & 1) return undefined;
  }
  return undefined;
}
