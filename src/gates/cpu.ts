/** The processor a guest sees, by the gate it is to use: as Linux, the kernel takes the gate from CPUID. */
import type { GateChoice } from "./ports.ts";

/** Arguments of the core's setCpu. */
export interface Cpu {
  /** 0 Intel, 1 AMD. */
  readonly vendor: 0 | 1;
  /** Bit 0: SYSENTER (CPUID SEP); bit 1: SYSCALL. */
  readonly gates: number;
}

const CPUS: Readonly<Record<GateChoice, Cpu>> = {
  int80: { vendor: 0, gates: 0 },
  sysenter: { vendor: 0, gates: 1 },
  syscall: { vendor: 1, gates: 2 },
};

/** A processor on which `gate` is what Linux's vDSO would use, and which has no other fast one. */
export function cpuOfGate(gate: GateChoice): Cpu {
  return CPUS[gate];
}
