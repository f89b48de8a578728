/** Limits, use and priority: getrlimit(2), getrusage(2), times(2), getpriority(2). */
import { EACCES, EFAULT, EINVAL, EPERM, ESRCH } from "../../abi/errno.ts";
import {
  OLD_RLIM_INFINITY,
  RLIM32_INFINITY,
  RLIM64_INFINITY,
  RLIM_NLIMITS,
  RUSAGE,
  RUSAGE_CHILDREN,
  RUSAGE_SELF,
  RUSAGE_THREAD,
} from "../../abi/resource.ts";
import { TMS_SIZE, USER_HZ } from "../../abi/time.ts";
import type { ResourceLimit } from "../limits.ts";
import type { Task } from "../task.ts";

const NANOSECONDS_A_TICK = 1_000_000_000n / BigInt(USER_HZ);

/** ugetrlimit: 32-bit limits; what is larger shows as 'no limit'. */
export function sysGetrlimit(task: Task, resource: number, address: number): number {
  return getLimit(task, resource, address, BigInt(RLIM32_INFINITY));
}

/** The old call shows at most 2^31 - 1. */
export function sysOldGetrlimit(task: Task, resource: number, address: number): number {
  return getLimit(task, resource, address, BigInt(OLD_RLIM_INFINITY));
}

function getLimit(task: Task, resource: number, address: number, infinity: bigint): number {
  if (resource >= RLIM_NLIMITS) return -EINVAL;
  const { soft, hard } = task.limits.get(resource);
  const show = (limit: bigint): number => Number(limit > infinity ? infinity : limit);
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, show(soft), true);
  view.setUint32(4, show(hard), true);
  return task.copyOut(address, bytes) ? 0 : -EFAULT;
}

export function sysSetrlimit(task: Task, resource: number, address: number): number {
  const bytes = task.readable(address, 8);
  if (bytes === null) return -EFAULT;
  const wide = (offset: number): bigint => {
    const value = task.machine.view.getUint32(address + offset, true);
    return value === RLIM32_INFINITY ? RLIM64_INFINITY : BigInt(value);
  };
  return changeLimit(task, resource, { soft: wide(0), hard: wide(4) });
}

/** Both at once, in 64 bits, of oneself. */
export function sysPrlimit64(task: Task, pid: number, resource: number, wanted: number, old: number): number {
  if (resource >= RLIM_NLIMITS) return -EINVAL;
  if (pid !== 0 && pid !== task.pid) return -ESRCH;
  const before = task.limits.get(resource);
  if (wanted !== 0) {
    if (task.readable(wanted, 16) === null) return -EFAULT;
    const { view } = task.machine;
    const limit = { soft: view.getBigUint64(wanted, true), hard: view.getBigUint64(wanted + 8, true) };
    const changed = changeLimit(task, resource, limit);
    if (changed < 0) return changed;
  }
  if (old !== 0 && !(task.writeU64(old, before.soft) && task.writeU64(old + 8, before.hard))) return -EFAULT;
  return 0;
}

function changeLimit(task: Task, resource: number, limit: ResourceLimit): number {
  if (resource >= RLIM_NLIMITS || limit.soft > limit.hard) return -EINVAL;
  const isRaised = limit.hard > task.limits.get(resource).hard;
  if (isRaised && task.credentials.euid !== 0) return -EPERM;
  task.limits.set(resource, limit);
  return 0;
}

/** All processor time is the program's own: the kernel does not measure its share. */
export function sysGetrusage(task: Task, who: number, address: number): number {
  const which = who | 0;
  if (which !== RUSAGE_SELF && which !== RUSAGE_CHILDREN && which !== RUSAGE_THREAD) return -EINVAL;
  const bytes = new Uint8Array(RUSAGE.size);
  if (which !== RUSAGE_CHILDREN) {
    const view = new DataView(bytes.buffer);
    const used = task.cpuTime();
    view.setInt32(RUSAGE.ru_utime, Number(used / 1_000_000_000n), true);
    view.setInt32(RUSAGE.ru_utime + 4, Number((used / 1000n) % 1_000_000n), true);
    view.setInt32(RUSAGE.ru_maxrss, Math.ceil(task.memory.charged / 1024), true);
    view.setInt32(RUSAGE.ru_minflt, task.faults, true);
  }
  return task.copyOut(address, bytes) ? 0 : -EFAULT;
}

/** Ticks since boot. Large values look like errors, and C libraries know it (times(2), BUGS). */
export function sysTimes(task: Task, address: number): number {
  if (address !== 0) {
    const bytes = new Uint8Array(TMS_SIZE);
    new DataView(bytes.buffer).setInt32(0, Number(task.cpuTime() / NANOSECONDS_A_TICK), true);
    if (!task.copyOut(address, bytes)) return -EFAULT;
  }
  return Number(BigInt.asIntN(32, task.kernel.clock.monotonic() / NANOSECONDS_A_TICK)) >>> 0;
}

/** The result is 20 minus the nice value, so that it is never negative (getpriority(2), NOTES). */
export function sysGetpriority(task: Task, which: number, who: number): number {
  const found = priorityTarget(task, which, who);
  return found < 0 ? found : 20 - task.nice;
}

export function sysSetpriority(task: Task, which: number, who: number, value: number): number {
  const found = priorityTarget(task, which, who);
  return found < 0 ? found : renice(task, value | 0, -EACCES);
}

export function sysNice(task: Task, increment: number): number {
  return renice(task, task.nice + Math.max(-40, Math.min(40, increment | 0)), -EPERM);
}

function priorityTarget(task: Task, which: number, who: number): number {
  if (which > 2) return -EINVAL;
  const own = [task.pid, task.processGroup, task.credentials.uid][which];
  return who === 0 || who === own ? 0 : -ESRCH;
}

function renice(task: Task, value: number, refusal: number): number {
  const nice = Math.max(-20, Math.min(19, value));
  if (nice < task.nice && task.credentials.euid !== 0) return refusal;
  task.nice = nice;
  return 0;
}
