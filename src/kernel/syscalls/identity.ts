/**
 * User and group ids (credentials(7)). The old calls carry 16 bits: an id that does not fit shows as 65534, and -1
 * (0xFFFF) means 'leave it'. Only root may take an id that it does not have.
 */
import { EFAULT, EINVAL, EPERM } from "../../abi/errno.ts";
import type { Credentials } from "../../fs/index.ts";
import type { Task } from "../task.ts";

const OVERFLOW_ID = 65534;
const KEEP = 0xffff_ffff;
/** NGROUPS_MAX */
const MAX_GROUPS = 65536;

const narrow = (id: number): number => (id > 0xffff ? OVERFLOW_ID : id);
/** The argument of a 16-bit call: its upper half does not count. */
const widen = (id: number): number => ((id & 0xffff) === 0xffff ? KEEP : id & 0xffff);

const isRoot = (credentials: Credentials): boolean => credentials.euid === 0;

export function sysGetuid(task: Task): number {
  return task.credentials.uid;
}

export function sysGeteuid(task: Task): number {
  return task.credentials.euid;
}

export function sysGetgid(task: Task): number {
  return task.credentials.gid;
}

export function sysGetegid(task: Task): number {
  return task.credentials.egid;
}

export function sysGetuid16(task: Task): number {
  return narrow(task.credentials.uid);
}

export function sysGeteuid16(task: Task): number {
  return narrow(task.credentials.euid);
}

export function sysGetgid16(task: Task): number {
  return narrow(task.credentials.gid);
}

export function sysGetegid16(task: Task): number {
  return narrow(task.credentials.egid);
}

export function sysSetuid(task: Task, uid: number): number {
  const { credentials } = task;
  if (uid === KEEP) return -EINVAL;
  if (isRoot(credentials)) task.credentials = { ...credentials, uid, euid: uid, suid: uid, fsuid: uid };
  else if (uid === credentials.uid || uid === credentials.suid)
    task.credentials = { ...credentials, euid: uid, fsuid: uid };
  else return -EPERM;
  return 0;
}

export function sysSetgid(task: Task, gid: number): number {
  const { credentials } = task;
  if (gid === KEEP) return -EINVAL;
  if (isRoot(credentials)) task.credentials = { ...credentials, gid, egid: gid, sgid: gid, fsgid: gid };
  else if (gid === credentials.gid || gid === credentials.sgid)
    task.credentials = { ...credentials, egid: gid, fsgid: gid };
  else return -EPERM;
  return 0;
}

export function sysSetuid16(task: Task, uid: number): number {
  return sysSetuid(task, widen(uid));
}

export function sysSetgid16(task: Task, gid: number): number {
  return sysSetgid(task, widen(gid));
}

export function sysSetresuid(task: Task, real: number, effective: number, saved: number): number {
  const { credentials } = task;
  const { uid, euid, suid } = credentials;
  const mayHave = (id: number): boolean =>
    isRoot(credentials) || id === KEEP || id === uid || id === euid || id === suid;
  if (!mayHave(real) || !mayHave(effective) || !mayHave(saved)) return -EPERM;
  const now = effective === KEEP ? euid : effective;
  task.credentials = {
    ...credentials,
    uid: real === KEEP ? uid : real,
    euid: now,
    suid: saved === KEEP ? suid : saved,
    fsuid: now,
  };
  return 0;
}

export function sysSetresgid(task: Task, real: number, effective: number, saved: number): number {
  const { credentials } = task;
  const { gid, egid, sgid } = credentials;
  const mayHave = (id: number): boolean =>
    isRoot(credentials) || id === KEEP || id === gid || id === egid || id === sgid;
  if (!mayHave(real) || !mayHave(effective) || !mayHave(saved)) return -EPERM;
  const now = effective === KEEP ? egid : effective;
  task.credentials = {
    ...credentials,
    gid: real === KEEP ? gid : real,
    egid: now,
    sgid: saved === KEEP ? sgid : saved,
    fsgid: now,
  };
  return 0;
}

export function sysSetresuid16(task: Task, real: number, effective: number, saved: number): number {
  return sysSetresuid(task, widen(real), widen(effective), widen(saved));
}

export function sysSetresgid16(task: Task, real: number, effective: number, saved: number): number {
  return sysSetresgid(task, widen(real), widen(effective), widen(saved));
}

/** The saved id follows the effective one if the real one is set, or the effective one to something new (setreuid(2)). */
export function sysSetreuid(task: Task, real: number, effective: number): number {
  const { credentials } = task;
  const { uid, euid, suid } = credentials;
  const root = isRoot(credentials);
  if (!root && real !== KEEP && real !== uid && real !== euid) return -EPERM;
  if (!root && effective !== KEEP && effective !== uid && effective !== euid && effective !== suid) return -EPERM;
  const now = effective === KEEP ? euid : effective;
  const follows = real !== KEEP || (effective !== KEEP && effective !== uid);
  task.credentials = {
    ...credentials,
    uid: real === KEEP ? uid : real,
    euid: now,
    suid: follows ? now : suid,
    fsuid: now,
  };
  return 0;
}

export function sysSetregid(task: Task, real: number, effective: number): number {
  const { credentials } = task;
  const { gid, egid, sgid } = credentials;
  const root = isRoot(credentials);
  if (!root && real !== KEEP && real !== gid && real !== egid) return -EPERM;
  if (!root && effective !== KEEP && effective !== gid && effective !== egid && effective !== sgid) return -EPERM;
  const now = effective === KEEP ? egid : effective;
  const follows = real !== KEEP || (effective !== KEEP && effective !== gid);
  task.credentials = {
    ...credentials,
    gid: real === KEEP ? gid : real,
    egid: now,
    sgid: follows ? now : sgid,
    fsgid: now,
  };
  return 0;
}

export function sysSetreuid16(task: Task, real: number, effective: number): number {
  return sysSetreuid(task, widen(real), widen(effective));
}

export function sysSetregid16(task: Task, real: number, effective: number): number {
  return sysSetregid(task, widen(real), widen(effective));
}

/** Gives the old id whether or not it could be changed (setfsuid(2)). */
export function sysSetfsuid(task: Task, fsuid: number): number {
  const { credentials } = task;
  const { uid, euid, suid, fsuid: old } = credentials;
  const isAllowed = isRoot(credentials) || [uid, euid, suid, old].includes(fsuid);
  if (fsuid !== KEEP && isAllowed) task.credentials = { ...credentials, fsuid };
  return old;
}

export function sysSetfsgid(task: Task, fsgid: number): number {
  const { credentials } = task;
  const { gid, egid, sgid, fsgid: old } = credentials;
  const isAllowed = isRoot(credentials) || [gid, egid, sgid, old].includes(fsgid);
  if (fsgid !== KEEP && isAllowed) task.credentials = { ...credentials, fsgid };
  return old;
}

export function sysSetfsuid16(task: Task, fsuid: number): number {
  return narrow(sysSetfsuid(task, widen(fsuid)));
}

export function sysSetfsgid16(task: Task, fsgid: number): number {
  return narrow(sysSetfsgid(task, widen(fsgid)));
}

export function sysGetresuid(task: Task, real: number, effective: number, saved: number): number {
  const { uid, euid, suid } = task.credentials;
  return writeThree(task, [real, effective, saved], [uid, euid, suid], 4);
}

export function sysGetresgid(task: Task, real: number, effective: number, saved: number): number {
  const { gid, egid, sgid } = task.credentials;
  return writeThree(task, [real, effective, saved], [gid, egid, sgid], 4);
}

export function sysGetresuid16(task: Task, real: number, effective: number, saved: number): number {
  const { uid, euid, suid } = task.credentials;
  return writeThree(task, [real, effective, saved], [uid, euid, suid].map(narrow), 2);
}

export function sysGetresgid16(task: Task, real: number, effective: number, saved: number): number {
  const { gid, egid, sgid } = task.credentials;
  return writeThree(task, [real, effective, saved], [gid, egid, sgid].map(narrow), 2);
}

/** A size of 0 only asks how many there are. */
export function sysGetgroups(task: Task, size: number, list: number): number {
  return readGroups(task, size, list, 4);
}

export function sysGetgroups16(task: Task, size: number, list: number): number {
  return readGroups(task, size, list, 2);
}

export function sysSetgroups(task: Task, size: number, list: number): number {
  return writeGroups(task, size, list, 4);
}

export function sysSetgroups16(task: Task, size: number, list: number): number {
  return writeGroups(task, size, list, 2);
}

function readGroups(task: Task, size: number, list: number, width: 2 | 4): number {
  const { groups } = task.credentials;
  if ((size | 0) < 0) return -EINVAL;
  if (size === 0) return groups.length;
  if (size < groups.length) return -EINVAL;
  return task.copyOut(list, encode(groups.map(width === 2 ? narrow : (id): number => id), width))
    ? groups.length
    : -EFAULT;
}

function writeGroups(task: Task, size: number, list: number, width: 2 | 4): number {
  if (!isRoot(task.credentials)) return -EPERM;
  if (size > MAX_GROUPS) return -EINVAL;
  const bytes = task.copyIn(list, size * width);
  if (bytes === null) return -EFAULT;
  const view = new DataView(bytes.buffer);
  const groups = Array.from({ length: size }, (_, i) =>
    width === 2 ? view.getUint16(2 * i, true) : view.getUint32(4 * i, true),
  );
  task.credentials = { ...task.credentials, groups: groups.sort((a, b) => a - b) };
  return 0;
}

function writeThree(task: Task, addresses: readonly number[], ids: readonly number[], width: 2 | 4): number {
  const isWritten = addresses.every((address, i) => task.copyOut(address, encode([ids[i]!], width)));
  return isWritten ? 0 : -EFAULT;
}

function encode(ids: readonly number[], width: 2 | 4): Uint8Array {
  const bytes = new Uint8Array(ids.length * width);
  const view = new DataView(bytes.buffer);
  ids.forEach((id, i) => (width === 2 ? view.setUint16(2 * i, id, true) : view.setUint32(4 * i, id, true)));
  return bytes;
}
