/**
 * Maps linux-gate.so.1, the vDSO: one page of code and one page of times before it. Sources: vdso-image/.
 *
 * `on`: both at a random address of the mmap area, as IA-32 Linux since 2.6.18. `fixed`: the image at 0xFFFF_E000,
 * every address in it adjusted as relocate_vdso() did under COMPAT_VDSO, so that its p_vaddr is where it lies (which
 * glibc 2.3.3 asserts). No kernel that had the fixed page had clocks in it, hence no page of times; here it lies at
 * 0xFFFF_D000.
 */
import type { GateChoice, GateParameters, GateTask } from "./ports.ts";
import { PAGE_SHIFT, PAGE_SIZE } from "../abi/layout.ts";
import { EXECUTE, READ } from "../machine/machine.ts";
import { FIXED_VDSO_ADDRESS, FIXED_VVAR_ADDRESS } from "./addresses.ts";
import { decodeBase64 } from "./base64.ts";
import { ADDRESS_WORDS, GATE_BYTES, GATE_SITE, IMAGE, LANDING_PAD, SYMBOLS } from "./vdso-image.ts";

/** What exec must know of a mapped vDSO. */
export interface VdsoEntry {
  /** For `Gates`: the image, and the page of times. */
  readonly vdso: number;
  readonly vvar: number;
  /** AT_SYSINFO: __kernel_vsyscall. */
  readonly sysinfo: number;
  /** AT_SYSINFO_EHDR: the image. */
  readonly sysinfoEhdr: number;
}

let decoded: Uint8Array | undefined;

/** A copy of the image at `base`, entering the kernel by `gate`. Base 0 leaves it position-independent. */
export function vdsoImage(gate: GateChoice, base: number): Uint8Array {
  decoded ??= decodeBase64(IMAGE);
  const image = decoded.slice();
  image.set(GATE_BYTES[gate], GATE_SITE);
  const view = new DataView(image.buffer);
  for (const offset of ADDRESS_WORDS) view.setUint32(offset, view.getUint32(offset, true) + base, true);
  return image;
}

/**
 * Maps the vDSO and its page of times into a task at exec. undefined: `vdso=off`, and AT_SYSINFO and AT_SYSINFO_EHDR
 * must both be left out. A number: -ENOMEM, no room.
 */
export function mapVdso(task: GateTask, parameters: GateParameters): VdsoEntry | number | undefined {
  if (parameters.vdso === "off") return undefined;
  return parameters.vdso === "fixed" ? mapFixed(task, parameters.gate) : mapRandom(task, parameters.gate);
}

function mapRandom(task: GateTask, gate: GateChoice): VdsoEntry | number {
  const vvar = task.memory.findUnmappedArea(2 * PAGE_SIZE);
  if (vvar < 0) return vvar;
  const vdso = vvar + PAGE_SIZE;
  const { memory, machine } = task;
  memory.mapSpecial({ address: vvar, length: PAGE_SIZE, permissions: READ, mayWrite: false, name: "[vvar]" });
  memory.mapSpecial({
    address: vdso,
    length: PAGE_SIZE,
    permissions: READ | EXECUTE,
    mayWrite: true,
    name: "[vdso]",
  });
  machine.bytes.set(vdsoImage(gate, 0), vdso);
  return entryAt(vdso, vvar);
}

/** Outside the memory map, as the kernel's own fixmap was: munmap and mprotect can't reach these pages. */
function mapFixed(task: GateTask, gate: GateChoice): VdsoEntry {
  const { machine } = task;
  machine.setPermissions(FIXED_VVAR_ADDRESS >>> PAGE_SHIFT, 1, READ);
  machine.setPermissions(FIXED_VDSO_ADDRESS >>> PAGE_SHIFT, 1, READ | EXECUTE);
  machine.bytes.fill(0, FIXED_VVAR_ADDRESS, FIXED_VDSO_ADDRESS + PAGE_SIZE);
  machine.bytes.set(vdsoImage(gate, FIXED_VDSO_ADDRESS), FIXED_VDSO_ADDRESS);
  return entryAt(FIXED_VDSO_ADDRESS, FIXED_VVAR_ADDRESS);
}

function entryAt(vdso: number, vvar: number): VdsoEntry {
  return { vdso, vvar, sysinfo: vdso + SYMBOLS.__kernel_vsyscall, sysinfoEhdr: vdso };
}

/**
 * Where the kernel goes on after SYSENTER or SYSCALL, whoever executed it. Without a vDSO that is an address near 0,
 * and a SIGSEGV, as on Linux. A call to be restarted goes on two bytes earlier, at INT 0x80.
 */
export function landingPad(task: GateTask): number {
  return task.gates.vdso + LANDING_PAD;
}

/** Where the handler of a signal without SA_RESTORER and SA_SIGINFO returns to; undefined without a vDSO. */
export function sigreturn(task: GateTask): number | undefined {
  return task.gates.vdso === 0 ? undefined : task.gates.vdso + SYMBOLS.__kernel_sigreturn;
}

/** The same with SA_SIGINFO. Without a vDSO Linux goes to the image's offset all the same, and the task dies. */
export function rtSigreturn(task: GateTask): number {
  return task.gates.vdso + SYMBOLS.__kernel_rt_sigreturn;
}
