/** What the system says of itself: uname(2), sethostname(2), sysinfo(2). */
import { EFAULT, EINVAL, EPERM } from "../../abi/errno.ts";
import { SYSINFO } from "../../abi/sysinfo.ts";
import { OLD_UTSNAME_SIZE, OLDOLD_UTSNAME_FIELD, UTSNAME_FIELD, UTSNAME_SIZE } from "../../abi/utsname.ts";
import { binaryBytes, binaryString } from "../../text.ts";
import { SYSTEM } from "../kernel.ts";
import type { Task } from "../task.ts";

/** __NEW_UTS_LEN */
const MAX_NAME = 64;

/** struct new_utsname: six fields of 65 bytes. */
export function sysUname(task: Task, address: number): number {
  return writeNames(task, address, UTSNAME_FIELD, UTSNAME_SIZE);
}

/** struct old_utsname: without the domain's name. */
export function sysOlduname(task: Task, address: number): number {
  return writeNames(task, address, UTSNAME_FIELD, OLD_UTSNAME_SIZE);
}

/** struct oldold_utsname: five fields of 9 bytes, cut short. */
export function sysOldolduname(task: Task, address: number): number {
  return writeNames(task, address, OLDOLD_UTSNAME_FIELD, 5 * OLDOLD_UTSNAME_FIELD);
}

function writeNames(task: Task, address: number, field: number, size: number): number {
  const { nodename, domainname } = task.kernel;
  const names = [SYSTEM.sysname, nodename, SYSTEM.release, SYSTEM.version, SYSTEM.machine, domainname];
  const bytes = new Uint8Array(size);
  names.slice(0, size / field).forEach((name, i) => bytes.set(binaryBytes(name.slice(0, field - 1)), i * field));
  return task.copyOut(address, bytes) ? 0 : -EFAULT;
}

export function sysSethostname(task: Task, address: number, length: number): number {
  const name = readName(task, address, length);
  if (typeof name === "number") return name;
  task.kernel.nodename = name;
  return 0;
}

export function sysSetdomainname(task: Task, address: number, length: number): number {
  const name = readName(task, address, length);
  if (typeof name === "number") return name;
  task.kernel.domainname = name;
  return 0;
}

function readName(task: Task, address: number, length: number): string | number {
  if (task.credentials.euid !== 0) return -EPERM;
  if (length > MAX_NAME) return -EINVAL;
  const bytes = task.copyIn(address, length);
  if (bytes === null) return -EFAULT;
  const zero = bytes.indexOf(0);
  return binaryString(zero < 0 ? bytes : bytes.subarray(0, zero));
}

/** Memory is what the guest may have and what of it is left. */
export function sysSysinfo(task: Task, address: number): number {
  const bytes = new Uint8Array(SYSINFO.size);
  const view = new DataView(bytes.buffer);
  const { memoryLimit } = task.kernel.options;
  view.setUint32(SYSINFO.uptime, Number(task.kernel.clock.monotonic() / 1_000_000_000n), true);
  view.setUint32(SYSINFO.totalram, memoryLimit, true);
  view.setUint32(SYSINFO.freeram, memoryLimit - task.memory.charged, true);
  view.setUint16(SYSINFO.procs, task.kernel.tasks.size, true);
  view.setUint32(SYSINFO.mem_unit, 1, true);
  return task.copyOut(address, bytes) ? 0 : -EFAULT;
}
