/**
 * The four-slot page at 0xFF60_0000: gettimeofday, time, getcpu. TRANSPOSED FROM x86-64: no IA-32 kernel ever had it.
 *
 * Transposed means: arguments by the IA-32 C convention, on the stack above the return address, instead of in
 * registers. All else is as on x86-64 (arch/x86/entry/vsyscall/vsyscall_64.c, and measured on Linux 6.18): which
 * address faults how, what a bad pointer gets, what maps shows.
 *
 *     mode      page            a call                                 a read
 *     none      absent          SIGSEGV                                SIGSEGV
 *     xonly     absent          faults, and the kernel performs it     SIGSEGV
 *     emulate   readable        faults, and the kernel performs it     works
 *     native    readable, code  a system call, no fault                works
 *     classic   readable, code  reads the clock in the page, no entry  works
 */
import type { FaultSignal, GateTask, VsyscallMode } from "./ports.ts";
import { EFAULT, ENOSYS } from "../abi/errno.ts";
import { PAGE_SHIFT, PAGE_SIZE, TASK_SIZE } from "../abi/layout.ts";
import { SEGV_MAPERR, SI_KERNEL, SIGSEGV } from "../abi/signal.ts";
import { EXECUTE, READ } from "../machine/machine.ts";
import { VSYSCALL_ADDRESS } from "./addresses.ts";
import { decodeBase64 } from "./base64.ts";
import { CLASSIC_SLOTS, NATIVE_SLOTS } from "./vdso-image.ts";

/** Bits of a page fault's error code (SDM vol. 3, 4.7). */
const PF_PRESENT = 1;
const PF_WRITE = 2;
const PF_USER = 4;
const PF_INSTRUCTION = 16;

const SLOT_MASK = 0xc00;
const SLOT_SHIFT = 10;
const INT3 = 0xcc;

/** A slot's system call, and the sizes of what its arguments point to. */
interface Slot {
  readonly number: number;
  readonly pointers: readonly number[];
}

/** By slot; the fourth is empty. The numbers are i386's. */
const SLOTS: readonly Slot[] = [
  { number: 78, pointers: [8, 8] }, // gettimeofday(timeval, timezone)
  { number: 13, pointers: [4] }, // time(time_t)
  { number: 318, pointers: [4, 4] }, // getcpu(unsigned, unsigned, NULL)
];

const PAGE_OF_MODE: Readonly<Record<VsyscallMode, { permissions: number; slots: Readonly<Record<number, string>> }>> = {
  none: { permissions: 0, slots: {} },
  xonly: { permissions: 0, slots: {} },
  emulate: { permissions: READ, slots: NATIVE_SLOTS },
  native: { permissions: READ | EXECUTE, slots: NATIVE_SLOTS },
  classic: { permissions: READ | EXECUTE, slots: CLASSIC_SLOTS },
};

/** Lays out the page for `mode` in a task at exec. It lies outside the memory map: munmap and mprotect can't reach it. */
export function mapVsyscall(task: GateTask, mode: VsyscallMode): void {
  const { permissions, slots } = PAGE_OF_MODE[mode];
  const { machine } = task;
  machine.setPermissions(VSYSCALL_ADDRESS >>> PAGE_SHIFT, 1, permissions);
  machine.bytes.fill(permissions === 0 ? 0 : INT3, VSYSCALL_ADDRESS, VSYSCALL_ADDRESS + PAGE_SIZE);
  for (const [offset, code] of Object.entries(slots)) {
    machine.bytes.set(decodeBase64(code), VSYSCALL_ADDRESS + Number(offset));
  }
}

/**
 * What a page fault at `address` comes to. undefined: it is not at this page, go on as with any fault. "handled": a
 * call was performed and has returned to its caller: one entry by the gate `vsyscall`. Else the signal to force.
 */
export function onPageFault(task: GateTask, address: number, errorCode: number): "handled" | FaultSignal | undefined {
  if (address < VSYSCALL_ADDRESS || address >= VSYSCALL_ADDRESS + PAGE_SIZE) return undefined;
  const { vsyscall } = task.gates;
  const call = (errorCode & PF_INSTRUCTION) !== 0 && (vsyscall === "xonly" || vsyscall === "emulate");
  return call ? performCall(task, address) : denied(address, errorCode);
}

/** Linux shows every fault of user code in kernel space as one of protection, so as to tell nothing of its map. */
function denied(address: number, errorCode: number): FaultSignal {
  const code = errorCode | PF_PRESENT | PF_USER;
  return { signal: SIGSEGV, code: SEGV_MAPERR, address, errorCode: code, cr2: address };
}

/** A misaligned call, a bad stack, a bad pointer: force_sig(SIGSEGV) tells no address. */
const FORCED: FaultSignal = { signal: SIGSEGV, code: SI_KERNEL, address: 0 };

/** emulate_vsyscall(): the slot's system call, then the `ret` that the slot would have ended with. */
function performCall(task: GateTask, address: number): "handled" | FaultSignal {
  const { registers } = task.machine;
  const slot = SLOTS[(address & SLOT_MASK) >> SLOT_SHIFT];
  if (slot === undefined || (address & ~SLOT_MASK) >>> 0 !== VSYSCALL_ADDRESS) return FORCED;

  const caller = task.readU32(registers.esp);
  if (caller === null) return FORCED;
  const pointers: number[] = [];
  for (const [index, size] of slot.pointers.entries()) {
    const pointer = task.readU32((registers.esp + 4 + 4 * index) >>> 0);
    if (pointer === null) return FORCED;
    if (pointer + size > TASK_SIZE) return kernelPointer(pointer);
    pointers.push(pointer);
  }

  registers.eax = -ENOSYS;
  const result = task.systemCall(slot.number, pointers[0] ?? 0, pointers[1] ?? 0, 0);
  if (result === -EFAULT) return FORCED;
  registers.eax = result;
  registers.eip = caller;
  registers.esp += 4;
  return "handled";
}

/** A pointer to kernel space, which no process may have: as if the page had written there. */
function kernelPointer(pointer: number): FaultSignal {
  return { signal: SIGSEGV, code: SEGV_MAPERR, address: pointer, errorCode: PF_WRITE | PF_USER, cr2: pointer };
}
