/** Names: hard and symbolic links, renaming, removing, special files. */
import { EFAULT, EINVAL, ENOENT } from "../../abi/errno.ts";
import { AT_EMPTY_PATH, AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_FOLLOW } from "../../abi/fcntl.ts";
import { S_IFLNK } from "../../abi/stat.ts";
import { lookup } from "../../fs/index.ts";
import { makeHardLink, makeNode, makeSymbolicLink, removeName, renameName } from "../../fs/names.ts";
import { binaryBytes } from "../../text.ts";
import type { Task } from "../task.ts";
import { readPath, signed } from "./guest-memory.ts";

export function sysLink(task: Task, existing: number, path: number): number {
  return sysLinkat(task, AT_FDCWD, existing, AT_FDCWD, path, 0);
}

/** A symbolic link itself gets the new name, unless AT_SYMLINK_FOLLOW. */
export function sysLinkat(
  task: Task,
  existingAt: number,
  existing: number,
  at: number,
  path: number,
  flags: number,
): number {
  if ((flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) !== 0) return -EINVAL;
  const [from, to] = [readPath(task, existing), readPath(task, path)];
  if (typeof from === "number") return from;
  if (typeof to === "number") return to;
  const options = { follow: (flags & AT_SYMLINK_FOLLOW) !== 0, allowEmpty: (flags & AT_EMPTY_PATH) !== 0 };
  const found = lookup(task, existingAt, from, options);
  return typeof found === "number" ? found : makeHardLink(task, found, at, to);
}

export function sysSymlink(task: Task, target: number, path: number): number {
  return sysSymlinkat(task, target, AT_FDCWD, path);
}

export function sysSymlinkat(task: Task, target: number, at: number, path: number): number {
  const [text, name] = [readPath(task, target), readPath(task, path)];
  if (typeof text === "number") return text;
  return typeof name === "number" ? name : makeSymbolicLink(task, text, at, name);
}

export function sysReadlink(task: Task, path: number, address: number, size: number): number {
  return sysReadlinkat(task, AT_FDCWD, path, address, size);
}

/** An empty path is the link that the descriptor, opened O_PATH | O_NOFOLLOW, stands for. No zero is written. */
export function sysReadlinkat(task: Task, at: number, path: number, address: number, size: number): number {
  if (signed(size) <= 0) return -EINVAL;
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const found = lookup(task, at, name, { follow: false, allowEmpty: true });
  if (typeof found === "number") return found;
  if (found.inode.type !== S_IFLNK) return name === "" ? -ENOENT : -EINVAL;
  const target = found.inode.readLink();
  if (typeof target === "number") return target;
  const bytes = binaryBytes(target).subarray(0, size);
  return task.copyOut(address, bytes) ? bytes.length : -EFAULT;
}

export function sysRename(task: Task, from: number, to: number): number {
  return sysRenameat2(task, AT_FDCWD, from, AT_FDCWD, to, 0);
}

export function sysRenameat(task: Task, fromAt: number, from: number, toAt: number, to: number): number {
  return sysRenameat2(task, fromAt, from, toAt, to, 0);
}

export function sysRenameat2(
  task: Task,
  fromAt: number,
  from: number,
  toAt: number,
  to: number,
  flags: number,
): number {
  const [oldName, newName] = [readPath(task, from), readPath(task, to)];
  if (typeof oldName === "number") return oldName;
  return typeof newName === "number" ? newName : renameName(task, fromAt, oldName, toAt, newName, flags);
}

export function sysUnlink(task: Task, path: number): number {
  return sysUnlinkat(task, AT_FDCWD, path, 0);
}

export function sysUnlinkat(task: Task, at: number, path: number, flags: number): number {
  if ((flags & ~AT_REMOVEDIR) !== 0) return -EINVAL;
  const name = readPath(task, path);
  return typeof name === "number" ? name : removeName(task, at, name, flags !== 0);
}

export function sysMknod(task: Task, path: number, mode: number, device: number): number {
  return sysMknodat(task, AT_FDCWD, path, mode, device);
}

/** The mode is 16-bit (umode_t). */
export function sysMknodat(task: Task, at: number, path: number, mode: number, device: number): number {
  const name = readPath(task, path);
  return typeof name === "number" ? name : makeNode(task, at, name, mode & 0xffff, device);
}
