/** /proc/cpuinfo of the one processor, as a 32-bit kernel prints it: what CPUID shows, by Linux's names. */
import type { CpuidAnswer, Machine } from "../machine/machine.ts";
import type { Kernel } from "./kernel.ts";

const EXTENDED = 0x8000_0000;

/** Words of feature bits in the order of asm/cpufeatures.h, with the names given there. */
const FLAGS: readonly {
  readonly leaf: number;
  readonly register: keyof CpuidAnswer;
  readonly names: readonly (readonly [bit: number, name: string])[];
}[] = [
  {
    leaf: 1,
    register: "edx",
    names: [
      [0, "fpu"],
      [4, "tsc"],
      [8, "cx8"],
      [11, "sep"],
      [15, "cmov"],
      [19, "clflush"],
      [23, "mmx"],
      [24, "fxsr"],
      [25, "sse"],
      [26, "sse2"],
    ],
  },
  {
    leaf: EXTENDED + 1,
    register: "edx",
    names: [
      [11, "syscall"],
      [27, "rdtscp"],
    ],
  },
  {
    leaf: 1,
    register: "ecx",
    names: [
      [0, "pni"],
      [9, "ssse3"],
      [19, "sse4_1"],
      [20, "sse4_2"],
      [22, "movbe"],
      [23, "popcnt"],
    ],
  },
  { leaf: EXTENDED + 1, register: "ecx", names: [[5, "abm"]] },
];

const NOTHING: CpuidAnswer = { eax: 0, ebx: 0, ecx: 0, edx: 0 };

/** What a leaf says: nothing if the processor does not have it. */
function ask(machine: Machine, leaf: number): CpuidAnswer {
  if (leaf < EXTENDED) return machine.cpuid(leaf);
  const last = machine.cpuid(EXTENDED).eax >>> 0;
  return last >= leaf ? machine.cpuid(leaf) : NOTHING;
}

/** Names of processors that have none of their own, by signature without stepping (arch/x86/kernel/cpu/intel.c). */
const NAMES: Readonly<Record<number, string>> = {
  0x48: "486 DX/4",
  0x52: "Pentium 75 - 200",
  0x54: "Pentium MMX",
  0x63: "Pentium II (Klamath)",
  0x67: "Pentium III (Katmai)",
};

export function cpuinfo(kernel: Kernel): string {
  const machine = kernel.current?.machine;
  return machine === undefined ? "" : describe(machine);
}

function describe(machine: Machine): string {
  const basic = machine.cpuid(0);
  const { eax: signature, ebx } = machine.cpuid(1);
  const clflush = 8 * ((ebx >>> 8) & 0xff) || DEFAULT_LINE;
  const lines: readonly (readonly [string, string | number])[] = [
    ["processor", 0],
    ["vendor_id", text(basic.ebx, basic.edx, basic.ecx)],
    ["cpu family", family(signature)],
    ["model", model(signature)],
    ["model name", brand(machine) || (NAMES[signature >>> 4] ?? "unknown")],
    ["stepping", signature & 0xf],
    ["cpu MHz", "1000.000"],
    ["fdiv_bug", "no"],
    ["f00f_bug", "no"],
    ["coma_bug", "no"],
    ["fpu", "yes"],
    ["fpu_exception", "yes"],
    ["cpuid level", basic.eax],
    ["wp", "yes"],
    ["flags", flags(machine).join(" ")],
    ["bugs", ""],
    ["bogomips", "2000.00"],
    ["clflush size", clflush],
    ["cache_alignment", clflush],
    ["address sizes", `${addressBits(machine)} bits physical, 32 bits virtual`],
    ["power management", ""],
  ];
  return lines.map(([field, value]) => `${field}${field.length < 8 ? "\t\t" : "\t"}: ${value}\n`).join("") + "\n";
}

/** Bits of a physical address. */
function addressBits(machine: Machine): number {
  return ask(machine, EXTENDED + 8).eax & 0xff || 32;
}

/** Bytes of a cache line where CPUID does not say. */
const DEFAULT_LINE = 32;

/** x86_family and x86_model: the extended fields count from family 15, or 6. */
function family(signature: number): number {
  const low = (signature >>> 8) & 0xf;
  return low === 15 ? low + ((signature >>> 20) & 0xff) : low;
}

function model(signature: number): number {
  const low = (signature >>> 4) & 0xf;
  return family(signature) >= 6 ? low | ((signature >>> 12) & 0xf0) : low;
}

function flags(machine: Machine): readonly string[] {
  return FLAGS.flatMap(({ leaf, register, names }) => {
    const word = ask(machine, leaf)[register];
    return names.filter(([bit]) => (word >>> bit) & 1).map(([, flag]) => flag);
  });
}

/** The brand string, leaves 8000_0002 to 8000_0004. */
function brand(machine: Machine): string {
  const words = [2, 3, 4].flatMap((leaf) => {
    const { eax, ebx, ecx, edx } = ask(machine, EXTENDED + leaf);
    return [eax, ebx, ecx, edx];
  });
  return text(...words);
}

/** Four characters a word, up to a 0. */
function text(...words: readonly number[]): string {
  const characters = words.flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff));
  const end = characters.indexOf(0);
  return String.fromCharCode(...(end < 0 ? characters : characters.slice(0, end)));
}
