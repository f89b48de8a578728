/** sched(7) for one processor: what can be asked is answered, what would change anything changes nothing. */
import { EFAULT, EINVAL, ESRCH } from "../../abi/errno.ts";
import { SCHED_BATCH, SCHED_FIFO, SCHED_IDLE, SCHED_NORMAL, SCHED_RR } from "../../abi/sched.ts";
import type { Task } from "../task.ts";

/** Bytes of a processor mask as the kernel keeps it: one unsigned long. */
const MASK_SIZE = 4;

export function sysSchedYield(): number {
  return 0;
}

/** Processor 0 of node 0; the third argument has not been looked at since 2.6.24. */
export function sysGetcpu(task: Task, cpu: number, node: number): number {
  if (cpu !== 0 && !task.writeU32(cpu, 0)) return -EFAULT;
  return node === 0 || task.writeU32(node, 0) ? 0 : -EFAULT;
}

/** The bytes written, not 0 as the C library makes of it. */
export function sysSchedGetaffinity(task: Task, pid: number, size: number, mask: number): number {
  if (size * 8 < 1 || size % MASK_SIZE !== 0) return -EINVAL;
  if (!isSelf(task, pid)) return -ESRCH;
  return task.writeU32(mask, 1) ? MASK_SIZE : -EFAULT;
}

export function sysSchedSetaffinity(task: Task, pid: number, size: number, mask: number): number {
  const bytes = task.readable(mask, Math.min(size, MASK_SIZE));
  if (bytes === null) return -EFAULT;
  if (!isSelf(task, pid)) return -ESRCH;
  return ((bytes[0] ?? 0) & 1) === 1 ? 0 : -EINVAL;
}

export function sysSchedGetscheduler(task: Task, pid: number): number {
  if ((pid | 0) < 0) return -EINVAL;
  return isSelf(task, pid) ? SCHED_NORMAL : -ESRCH;
}

export function sysSchedGetparam(task: Task, pid: number, address: number): number {
  if ((pid | 0) < 0 || address === 0) return -EINVAL;
  if (!isSelf(task, pid)) return -ESRCH;
  return task.writeU32(address, 0) ? 0 : -EFAULT;
}

export function sysSchedGetPriorityMax(_task: Task, policy: number): number {
  return priorityOf(policy, 99);
}

export function sysSchedGetPriorityMin(_task: Task, policy: number): number {
  return priorityOf(policy, 1);
}

function priorityOf(policy: number, realtime: number): number {
  if (policy === SCHED_FIFO || policy === SCHED_RR) return realtime;
  return policy === SCHED_NORMAL || policy === SCHED_BATCH || policy === SCHED_IDLE ? 0 : -EINVAL;
}

function isSelf(task: Task, pid: number): boolean {
  return pid === 0 || pid === task.pid;
}
