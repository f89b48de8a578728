/** Signal frames: what a handler finds on its stack, and how sigreturn goes back (arch/x86/kernel/signal_32.c). */
import { EFAULT } from "../../abi/errno.ts";
import { USER_CS, USER_DS } from "../../abi/ldt.ts";
import { TASK_SIZE } from "../../abi/layout.ts";
import { RT_SIGFRAME, SIGCONTEXT, SIGFRAME, UCONTEXT } from "../../abi/sigcontext.ts";
import {
  SA_ONSTACK,
  SA_RESTORER,
  SA_SIGINFO,
  SIGINFO,
  SIGSEGV,
  SI_KERNEL,
  SS_AUTODISARM,
  SS_DISABLE,
  SS_ONSTACK,
  STACK_T,
} from "../../abi/signal.ts";
import { rtSigreturn, sigreturn } from "../../gates/index.ts";
import { Segment, type Machine } from "../../machine/machine.ts";
import type { Task } from "../task.ts";
import { FPSTATE_ALIGNMENT, fpstateSize, placeFpstate, restoreFpstate, saveFpstate } from "./fpstate.ts";
import { loadReturnSelectors } from "./return.ts";
import type { SignalAction, SignalInfo } from "./signal-state.ts";

const FRAME_ALIGNMENT = 16;

/** AT_MINSIGSTKSZ: the larger frame, the floating-point state, and what their alignments may cost (init_sigframe_size). */
export function largestFrame(machine: Machine): number {
  const frame = Math.max(SIGFRAME.size, RT_SIGFRAME.size) + FRAME_ALIGNMENT - 1;
  const size = frame + fpstateSize(machine) + FPSTATE_ALIGNMENT - 1;
  return Math.ceil(size / FRAME_ALIGNMENT) * FRAME_ALIGNMENT;
}

/** EFLAGS that a handler begins without: TF, DF, RF. */
const CLEARED_FLAGS = 0x1_0500;
/** EFLAGS.RF, which the processor sets in the flags that it saves at a fault. */
export const RESUME_FLAG = 0x1_0000;
/** EFLAGS that sigreturn takes from the frame (FIX_EFLAGS): AC OF DF TF SF ZF AF PF CF, and RF, which the core does not keep. */
const RESTORED_FLAGS = 0x4_0dd5;

/** `pop %eax; mov $__NR_sigreturn, %eax; int $0x80`: on every frame as a mark, and to return by where there is no vDSO. */
const RETCODE = [0x58, 0xb8, 0x77, 0, 0, 0, 0xcd, 0x80];
/** `mov $__NR_rt_sigreturn, %eax; int $0x80` */
const RT_RETCODE = [0xb8, 0xad, 0, 0, 0, 0xcd, 0x80, 0];

/** SS_ONSTACK, SS_DISABLE or 0: how the alternate stack stands to `esp`. */
export function alternateStackFlags(task: Task, esp: number): number {
  const { start, size, flags } = task.signals.alternate;
  if (size === 0) return SS_DISABLE;
  if (flags & SS_AUTODISARM) return 0;
  return esp > start && esp - start <= size ? SS_ONSTACK : 0;
}

/** Makes the registers enter the handler of `info.signal`; false: its stack cannot be written. */
export function pushFrame(task: Task, info: SignalInfo, action: SignalAction, mask: bigint): boolean {
  const isRealtime = (action.flags & SA_SIGINFO) !== 0;
  const layout = isRealtime ? RT_SIGFRAME : SIGFRAME;
  const place = placeFrame(task, action, layout.size);
  if (place === undefined) return false;
  const { frame, fpstate } = place;
  const { machine } = task;
  const { view, registers } = machine;
  const put = (offset: number, value: number): void => view.setUint32(frame + offset, value, true);

  saveFpstate(machine, fpstate);
  put(layout.pretcode, returnAddress(task, action, isRealtime, frame));
  put(layout.sig, info.signal);
  let [infoAddress, contextAddress] = [0, 0];
  if (isRealtime) {
    infoAddress = frame + RT_SIGFRAME.info;
    contextAddress = frame + RT_SIGFRAME.uc;
    put(RT_SIGFRAME.pinfo, infoAddress);
    put(RT_SIGFRAME.puc, contextAddress);
    machine.bytes.set(siginfoBytes(info), infoAddress);
    put(RT_SIGFRAME.uc + UCONTEXT.uc_flags, 0);
    put(RT_SIGFRAME.uc + UCONTEXT.uc_link, 0);
    const { alternate } = task.signals;
    put(RT_SIGFRAME.uc + UCONTEXT.uc_stack + STACK_T.ss_sp, alternate.start);
    put(
      RT_SIGFRAME.uc + UCONTEXT.uc_stack + STACK_T.ss_flags,
      (alternate.flags & SS_AUTODISARM) | alternateStackFlags(task, registers.esp),
    );
    put(RT_SIGFRAME.uc + UCONTEXT.uc_stack + STACK_T.ss_size, alternate.size);
    saveContext(task, info, contextAddress + UCONTEXT.uc_mcontext, fpstate, mask);
    view.setBigUint64(contextAddress + UCONTEXT.uc_sigmask, mask, true);
    machine.bytes.set(RT_RETCODE, frame + RT_SIGFRAME.retcode);
    if (alternate.flags & SS_AUTODISARM) task.signals.alternate = { start: 0, size: 0, flags: SS_DISABLE };
  } else {
    saveContext(task, info, frame + SIGFRAME.sc, fpstate, mask);
    put(SIGFRAME.extramask, Number(mask >> 32n));
    machine.bytes.set(RETCODE, frame + SIGFRAME.retcode);
  }

  registers.esp = frame;
  registers.eip = action.handler;
  registers.eax = info.signal;
  registers.edx = infoAddress;
  registers.ecx = contextAddress;
  registers.eflags = registers.eflags & ~CLEARED_FLAGS;
  machine.setSegment(Segment.DS, USER_DS);
  machine.setSegment(Segment.ES, USER_DS);
  machine.setSegment(Segment.SS, USER_DS);
  machine.setSegment(Segment.CS, USER_CS);
  task.signals.refused = undefined;
  task.signals.resumedAt = undefined;
  machine.core.resetFloatingPoint();
  return true;
}

/** Room for a frame and the floating-point state above it, made writable; undefined if there is none. */
function placeFrame(task: Task, action: SignalAction, size: number): { frame: number; fpstate: number } | undefined {
  const { machine } = task;
  const { esp } = machine.registers;
  const { alternate } = task.signals;
  const standing = alternateStackFlags(task, esp);
  let top = esp;
  let entersAlternate = (action.flags & SA_ONSTACK) !== 0 && standing === 0;
  if (entersAlternate) top = alternate.start + alternate.size;
  // Before there was sigaltstack: the stack of a handler that comes from a segment of the program's own. Linux 6.18
  // still goes there, but only if the alternate stack is there too.
  else if (usesRestorerAsStack(machine, action) && standing !== SS_ONSTACK) {
    top = action.restorer;
    entersAlternate = true;
  }
  const stateSize = fpstateSize(machine);
  const fpstate = placeFpstate(machine, top);
  const frame = ((fpstate - size + 4) & -FRAME_ALIGNMENT) - 4;
  const start = frame >>> 0;
  if (top < stateSize + size + 256 || start >= TASK_SIZE) return undefined;
  const isOnAlternate = entersAlternate || standing === SS_ONSTACK;
  if (isOnAlternate && (start <= alternate.start || start - alternate.start > alternate.size)) return undefined;
  const end = (fpstate >>> 0) + stateSize;
  return task.writable(start, end - start) === null ? undefined : { frame: start, fpstate: fpstate >>> 0 };
}

/** sa_restorer without SA_RESTORER, and SS not the flat one (get_sigframe). */
function usesRestorerAsStack(machine: Machine, { flags, restorer }: SignalAction): boolean {
  return !(flags & (SA_ONSTACK | SA_RESTORER)) && restorer !== 0 && machine.selector(Segment.SS) !== USER_DS;
}

function returnAddress(task: Task, action: SignalAction, isRealtime: boolean, frame: number): number {
  if (action.flags & SA_RESTORER) return action.restorer;
  if (isRealtime) return rtSigreturn(task) ?? 0;
  return sigreturn(task) ?? frame + SIGFRAME.retcode;
}

function saveContext(task: Task, info: SignalInfo, address: number, fpstate: number, mask: bigint): void {
  const { machine, signals } = task;
  const { registers } = machine;
  const put = (offset: number, value: number): void => machine.view.setUint32(address + offset, value, true);
  put(SIGCONTEXT.gs, machine.selector(Segment.GS));
  put(SIGCONTEXT.fs, machine.selector(Segment.FS));
  put(SIGCONTEXT.es, machine.selector(Segment.ES));
  put(SIGCONTEXT.ds, machine.selector(Segment.DS));
  put(SIGCONTEXT.di, registers.edi);
  put(SIGCONTEXT.si, registers.esi);
  put(SIGCONTEXT.bp, registers.ebp);
  put(SIGCONTEXT.sp, registers.esp);
  put(SIGCONTEXT.bx, registers.ebx);
  put(SIGCONTEXT.dx, registers.edx);
  put(SIGCONTEXT.cx, registers.ecx);
  put(SIGCONTEXT.ax, registers.eax);
  put(SIGCONTEXT.trapno, signals.trap.vector);
  put(SIGCONTEXT.err, signals.trap.error);
  put(SIGCONTEXT.ip, registers.eip);
  put(SIGCONTEXT.cs, signals.refused?.code ?? machine.selector(Segment.CS));
  put(SIGCONTEXT.flags, registers.eflags | (info.isFault === true ? RESUME_FLAG : 0));
  put(SIGCONTEXT.sp_at_signal, registers.esp);
  put(SIGCONTEXT.ss, signals.refused?.stack ?? machine.selector(Segment.SS));
  put(SIGCONTEXT.fpstate, fpstate);
  put(SIGCONTEXT.oldmask, Number(mask & 0xffff_ffffn));
  put(SIGCONTEXT.cr2, signals.trap.cr2);
}

/** siginfo_t */
export function siginfoBytes(info: SignalInfo): Uint8Array {
  const bytes = new Uint8Array(SIGINFO.size);
  const view = new DataView(bytes.buffer);
  view.setUint32(SIGINFO.si_signo, info.signal, true);
  view.setInt32(SIGINFO.si_code, info.code, true);
  if (info.address !== undefined) view.setUint32(SIGINFO.si_addr, info.address, true);
  if (info.pid !== undefined) view.setUint32(SIGINFO.si_pid, info.pid, true);
  if (info.uid !== undefined) view.setUint32(SIGINFO.si_uid, info.uid, true);
  if (info.value !== undefined) view.setUint32(SIGINFO.si_value, info.value, true);
  return bytes;
}

/** sigreturn(2): ESP is above pretcode and sig, which the trampoline has popped. EAX as it was, as a signed number. */
export function returnFromSignal(task: Task): number {
  const { machine, signals } = task;
  const frame = machine.registers.esp - 8;
  if (task.readable(frame >>> 0, SIGFRAME.size) === null) return badFrame(task);
  const low = machine.view.getUint32(frame + SIGFRAME.sc + SIGCONTEXT.oldmask, true);
  const high = machine.view.getUint32(frame + SIGFRAME.extramask, true);
  signals.blocked = BigInt(low) | (BigInt(high) << 32n);
  return restoreContext(task, frame + SIGFRAME.sc);
}

/** rt_sigreturn(2): ESP is above pretcode. */
export function returnFromRealtimeSignal(task: Task): number {
  const { machine, signals } = task;
  const frame = machine.registers.esp - 4;
  if (task.readable(frame >>> 0, RT_SIGFRAME.size) === null) return badFrame(task);
  const context = frame + RT_SIGFRAME.uc;
  signals.blocked = machine.view.getBigUint64(context + UCONTEXT.uc_sigmask, true);
  const result = restoreContext(task, context + UCONTEXT.uc_mcontext);
  const stack = context + UCONTEXT.uc_stack;
  signals.alternate = {
    start: machine.view.getUint32(stack + STACK_T.ss_sp, true),
    size: machine.view.getUint32(stack + STACK_T.ss_size, true),
    flags: machine.view.getUint32(stack + STACK_T.ss_flags, true) & (SS_AUTODISARM | SS_DISABLE),
  };
  return result;
}

function badFrame(task: Task): number {
  task.signals.force({ signal: SIGSEGV, code: SI_KERNEL, address: 0 });
  return -EFAULT;
}

function restoreContext(task: Task, address: number): number {
  const { machine, signals } = task;
  const { registers } = machine;
  const get = (offset: number): number => machine.view.getUint32(address + offset, true);
  const fpstate = get(SIGCONTEXT.fpstate);
  if (fpstate !== 0 && task.readable(fpstate, fpstateSize(machine)) === null) return badFrame(task);
  registers.edi = get(SIGCONTEXT.di);
  registers.esi = get(SIGCONTEXT.si);
  registers.ebp = get(SIGCONTEXT.bp);
  registers.esp = get(SIGCONTEXT.sp);
  registers.ebx = get(SIGCONTEXT.bx);
  registers.edx = get(SIGCONTEXT.dx);
  registers.ecx = get(SIGCONTEXT.cx);
  registers.eax = get(SIGCONTEXT.ax);
  registers.eip = get(SIGCONTEXT.ip);
  registers.eflags = (registers.eflags & ~RESTORED_FLAGS) | (get(SIGCONTEXT.flags) & RESTORED_FLAGS);
  signals.resumedAt = get(SIGCONTEXT.flags) & RESUME_FLAG ? registers.eip : undefined;
  restoreDataSegments(machine, get);
  if (fpstate !== 0) restoreFpstate(machine, fpstate);
  else machine.core.resetFloatingPoint();
  loadReturnSelectors(task, get(SIGCONTEXT.cs) & 0xffff, get(SIGCONTEXT.ss) & 0xffff);
  return registers.eax | 0;
}

/** With privilege 3; null is 0, and so becomes a selector that cannot be loaded (reload_segments; IRET). */
function restoreDataSegments(machine: Machine, get: (offset: number) => number): void {
  const load = (register: Segment, offset: number): void => {
    const saved = get(offset) & 0xffff;
    const selector = saved <= 3 ? 0 : saved | 3;
    if (machine.selector(register) === selector) return;
    if (!machine.setSegment(register, selector)) machine.setSegment(register, 0);
  };
  load(Segment.GS, SIGCONTEXT.gs);
  load(Segment.FS, SIGCONTEXT.fs);
  load(Segment.ES, SIGCONTEXT.es);
  load(Segment.DS, SIGCONTEXT.ds);
}
