/** /proc/cpuinfo of the one processor, as a 32-bit kernel prints it. Family, model and name are those CPUID shows. */
import type { Kernel } from "./kernel.ts";

/** Bits of CPUID.1:EDX by the names Linux gives them (asm/cpufeatures.h). */
const FLAGS: readonly (readonly [number, string])[] = [
  [0, "fpu"],
  [1, "vme"],
  [2, "de"],
  [3, "pse"],
  [4, "tsc"],
  [5, "msr"],
  [8, "cx8"],
  [11, "sep"],
  [15, "cmov"],
  [23, "mmx"],
  [24, "fxsr"],
  [25, "sse"],
  [26, "sse2"],
];

export function cpuinfo(kernel: Kernel): string {
  const features = kernel.current?.machine.features ?? 0;
  const { gate } = kernel.options.gates;
  const flags = FLAGS.filter(([bit]) => (features >>> bit) & 1).map(([, name]) => name);
  if (gate === "syscall") flags.push("syscall");
  const lines: readonly (readonly [string, string])[] = [
    ["processor", "0"],
    ["vendor_id", gate === "syscall" ? "AuthenticAMD" : "GenuineIntel"],
    ["cpu family", "6"],
    ["model", "7"],
    ["model name", "linux-gate IA-32 processor"],
    ["stepping", "3"],
    ["cpu MHz", "1000.000"],
    ["fdiv_bug", "no"],
    ["f00f_bug", "no"],
    ["coma_bug", "no"],
    ["fpu", "yes"],
    ["fpu_exception", "yes"],
    ["cpuid level", "1"],
    ["wp", "yes"],
    ["flags", flags.join(" ")],
    ["bugs", ""],
    ["bogomips", "2000.00"],
    ["clflush size", "32"],
    ["cache_alignment", "32"],
    ["address sizes", "32 bits physical, 32 bits virtual"],
    ["power management", ""],
  ];
  return lines.map(([name, value]) => `${name}${name.length < 8 ? "\t\t" : "\t"}: ${value}\n`).join("") + "\n";
}
