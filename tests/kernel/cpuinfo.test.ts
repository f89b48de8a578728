/** /proc/cpuinfo shows the processor that --cpu and --gate choose. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CPU_MODELS, type CpuModel } from "../../src/machine/machine.ts";
import type { RunOptions } from "../../src/index.ts";
import { call, elfFile } from "./elf-file.ts";
import { inside } from "./native.ts";

const BASE = 0x0804_8000;
const PATH = 0x100;
const BUFFER = 0x200;
const BUFFER_SIZE = 0x1000;
const OPEN = 5;
const READ = 3;
const WRITE = 4;
const EXIT = 1;

function word(value: number): readonly number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
}

/** Copies /proc/cpuinfo to standard output. */
function printer(): Uint8Array {
  const bytes = new Uint8Array(BUFFER + BUFFER_SIZE);
  bytes.set([
    ...[0x31, 0xc9], // xor ecx,ecx
    ...call(OPEN, BASE + PATH),
    ...[0xb9, ...word(BASE + BUFFER), 0xba, ...word(BUFFER_SIZE)], // mov ecx,buffer; mov edx,size
    ...call(READ, 3),
    ...[0x89, 0xc2], // mov edx,eax
    ...call(WRITE, 1),
    ...call(EXIT),
  ]);
  bytes.set(Buffer.from("/proc/cpuinfo"), PATH);
  return elfFile({ segments: [{ address: BASE, bytes }] });
}

async function cpuinfo(options: Partial<RunOptions>): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await inside(printer(), [], options);
  const fields = stdout.split("\n").flatMap((line) => {
    const [, name, value] = /^(.*?)\t+: (.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(fields);
}

/** Family, model, stepping, and the flags with --gate=sysenter. */
const MODELS: Readonly<Record<CpuModel, readonly [string, string]>> = {
  "486": ["4 8 0", "fpu"],
  pentium: ["5 2 12", "fpu tsc cx8"],
  "pentium-mmx": ["5 4 3", "fpu tsc cx8 mmx"],
  pentium2: ["6 3 3", "fpu tsc cx8 sep cmov mmx fxsr"],
  pentium3: ["6 7 3", "fpu tsc cx8 sep cmov mmx fxsr sse"],
  pentium4: ["15 1 2", "fpu tsc cx8 sep cmov clflush mmx fxsr sse sse2"],
  core2: ["6 15 6", "fpu tsc cx8 sep cmov clflush mmx fxsr sse sse2 pni ssse3"],
  nehalem: ["6 26 5", "fpu tsc cx8 sep cmov clflush mmx fxsr sse sse2 rdtscp pni ssse3 sse4_1 sse4_2 popcnt"],
  max: ["6 26 5", "fpu tsc cx8 sep cmov clflush mmx fxsr sse sse2 rdtscp pni ssse3 sse4_1 sse4_2 movbe popcnt abm"],
};

/** Those without a name of their own have Linux's. */
const NAMES: Partial<Record<CpuModel, string>> = {
  "486": "486 DX/4",
  pentium: "Pentium 75 - 200",
  "pentium-mmx": "Pentium MMX",
  pentium2: "Pentium II (Klamath)",
  pentium3: "Pentium III (Katmai)",
};

describe("/proc/cpuinfo", () => {
  for (const cpu of CPU_MODELS) {
    it(`of a ${cpu}`, async () => {
      const info = await cpuinfo({ cpu });
      const [numbers, flags] = MODELS[cpu];
      assert.equal(`${info["cpu family"]} ${info["model"]} ${info["stepping"]}`, numbers);
      assert.equal(info["flags"], flags);
      assert.equal(info["vendor_id"], "GenuineIntel");
      assert.equal(info["model name"], NAMES[cpu] ?? "linux-gate IA-32 processor");
      assert.match(info["address sizes"] ?? "", /^(32|36) bits physical, 32 bits virtual$/);
    });
  }

  it("of AMD's, with SYSCALL", async () => {
    const info = await cpuinfo({ gate: "syscall" });
    assert.equal(info["vendor_id"], "AuthenticAMD");
    assert.match(info["flags"] ?? "", / sse2 syscall rdtscp /);
  });
});
