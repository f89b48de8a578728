/** Who a process is and how it ends. There is one process, so it has no children and its group is its own. */
import { ECHILD, EFAULT, EINVAL, ENOSYS, EPERM, ERESTARTNOHAND, ESRCH } from "../../abi/errno.ts";
import type { Task } from "../task.ts";

/** sizeof(struct robust_list_head) */
const ROBUST_LIST_HEAD = 12;

/** exit(2) and exit_group(2): with one thread, the same. Never returns to the program. */
export function sysExit(task: Task, status: number): number {
  task.exit(status & 0xff);
  return 0;
}

export function sysGetpid(task: Task): number {
  return task.pid;
}

export function sysGetppid(task: Task): number {
  return task.parentPid;
}

export function sysGettid(task: Task): number {
  return task.pid;
}

export function sysGetpgrp(task: Task): number {
  return task.processGroup;
}

export function sysGetpgid(task: Task, pid: number): number {
  return isSelf(task, pid) ? task.processGroup : -ESRCH;
}

export function sysSetpgid(task: Task, pid: number, group: number): number {
  if ((group | 0) < 0) return -EINVAL;
  if (!isSelf(task, pid)) return -ESRCH;
  if (task.session === task.pid || (group !== 0 && group !== task.pid)) return -EPERM;
  task.processGroup = task.pid;
  return 0;
}

export function sysGetsid(task: Task, pid: number): number {
  return isSelf(task, pid) ? task.session : -ESRCH;
}

/** A group leader may not start a session. */
export function sysSetsid(task: Task): number {
  if (task.processGroup === task.pid) return -EPERM;
  task.session = task.pid;
  task.processGroup = task.pid;
  return task.pid;
}

/** The pointer is not looked at until the thread ends. */
export function sysSetTidAddress(task: Task, address: number): number {
  task.clearChildTid = address;
  return task.pid;
}

/** The list is looked at when a thread dies holding a robust futex; with one process nobody waits for it. */
export function sysSetRobustList(task: Task, head: number, length: number): number {
  if (length !== ROBUST_LIST_HEAD) return -EINVAL;
  task.robustList = head;
  return 0;
}

export function sysGetRobustList(task: Task, pid: number, head: number, length: number): number {
  if (!isSelf(task, pid)) return -ESRCH;
  return task.writeU32(length, ROBUST_LIST_HEAD) && task.writeU32(head, task.robustList) ? 0 : -EFAULT;
}

/** As on a kernel without CONFIG_RSEQ; C libraries do without. */
export function sysRseq(): number {
  return -ENOSYS;
}

/** waitpid, wait4, waitid: there is no child. */
export function sysWait(): number {
  return -ECHILD;
}

/** Sleeps until a signal is handled. */
export async function sysPause(task: Task): Promise<number> {
  await task.wait();
  return -ERESTARTNOHAND;
}

function isSelf(task: Task, pid: number): boolean {
  return pid === 0 || pid === task.pid;
}
