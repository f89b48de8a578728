/** The length of files, what is kept for them, and when it is safe: truncate, fallocate, fsync, fadvise. */
import { EBADF, EFBIG, EINVAL, EISDIR, ENODEV, EOPNOTSUPP, ESPIPE } from "../../abi/errno.ts";
import { AT_FDCWD, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, O_PATH } from "../../abi/fcntl.ts";
import { MAX_LFS_FILESIZE } from "../../abi/limits.ts";
import { RLIMIT_FSIZE } from "../../abi/resource.ts";
import { SIGXFSZ } from "../../abi/signal.ts";
import { S_IFIFO, S_IFREG } from "../../abi/stat.ts";
import { lookup, type OpenFile } from "../../fs/index.ts";
import { MAY_WRITE, permission } from "../../fs/permissions.ts";
import type { Task } from "../task.ts";
import { offsetOf, readPath, signed } from "./guest-memory.ts";

const POSIX_FADV_NOREUSE = 5;

export function sysTruncate(task: Task, path: number, length: number): number {
  return truncatePath(task, path, signed(length));
}

export function sysTruncate64(task: Task, path: number, low: number, high: number): number {
  return truncatePath(task, path, offsetOf(low, high));
}

function truncatePath(task: Task, path: number, length: number): number {
  if (length < 0) return -EINVAL;
  const name = readPath(task, path);
  if (typeof name === "number") return name;
  const found = lookup(task, AT_FDCWD, name);
  if (typeof found === "number") return found;
  if (found.inode.isDirectory) return -EISDIR;
  if (found.inode.type !== S_IFREG) return -EINVAL;
  const allowed = permission(found.inode, MAY_WRITE, task.credentials);
  if (allowed < 0) return allowed;
  return limitSize(task, length) || found.inode.truncate(length);
}

export function sysFtruncate(task: Task, fd: number, length: number): number {
  return truncateFile(task, fd, signed(length));
}

export function sysFtruncate64(task: Task, fd: number, low: number, high: number): number {
  return truncateFile(task, fd, offsetOf(low, high));
}

function truncateFile(task: Task, fd: number, length: number): number {
  if (length < 0) return -EINVAL;
  const file = openFile(task, fd);
  if (file === null) return -EBADF;
  if (file.inode.type !== S_IFREG || !file.isWritable) return -EINVAL;
  return limitSize(task, length) || file.truncate(length);
}

/** RLIMIT_FSIZE and the largest file there can be (inode_newsize_ok): 0 or -EFBIG. */
function limitSize(task: Task, length: number): number {
  if (length > task.limits.soft(RLIMIT_FSIZE)) {
    task.signals.send({ signal: SIGXFSZ, code: 0, pid: task.pid, uid: task.credentials.uid });
    return -EFBIG;
  }
  return length > MAX_LFS_FILESIZE ? -EFBIG : 0;
}

export function sysFallocate(
  task: Task,
  fd: number,
  mode: number,
  offsetLow: number,
  offsetHigh: number,
  lengthLow: number,
  lengthHigh: number,
): number {
  const file = openFile(task, fd);
  if (file === null) return -EBADF;
  const offset = offsetOf(offsetLow, offsetHigh);
  const length = offsetOf(lengthLow, lengthHigh);
  if (offset < 0 || length <= 0) return -EINVAL;
  const punches = mode === (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
  if (mode !== 0 && mode !== FALLOC_FL_KEEP_SIZE && !punches) return -EOPNOTSUPP;
  if (!file.isWritable) return -EBADF;
  if (file.inode.type === S_IFIFO) return -ESPIPE;
  if (file.inode.isDirectory) return -EISDIR;
  if (file.inode.type !== S_IFREG) return -ENODEV;
  if (offset + length > MAX_LFS_FILESIZE) return -EFBIG;
  return punches ? file.punchHole(offset, length) : file.allocate(offset, length, (mode & FALLOC_FL_KEEP_SIZE) !== 0);
}

export function sysFsync(task: Task, fd: number): number {
  return openFile(task, fd)?.sync() ?? -EBADF;
}

/** sync(2) and syncfs(2): what is written to the host is there at once. */
export function sysSync(): number {
  return 0;
}

export function sysSyncfs(task: Task, fd: number): number {
  return openFile(task, fd) === null ? -EBADF : 0;
}

/** fadvise64: the advice is the fifth argument, behind two words of offset and one of length. */
export function sysFadvise64(task: Task, fd: number, _b: number, _c: number, _d: number, advice: number): number {
  return advise(task, fd, advice);
}

/** fadvise64_64: the length has two words as well. */
export function sysFadvise6464(
  task: Task,
  fd: number,
  _b: number,
  _c: number,
  _d: number,
  _e: number,
  advice: number,
): number {
  return advise(task, fd, advice);
}

/** There is nothing to read ahead from, so that advice only has to be valid. */
function advise(task: Task, fd: number, advice: number): number {
  const file = openFile(task, fd);
  if (file === null) return -EBADF;
  if (file.inode.type === S_IFIFO) return -ESPIPE;
  return advice > POSIX_FADV_NOREUSE ? -EINVAL : 0;
}

export function sysReadahead(task: Task, fd: number): number {
  const file = openFile(task, fd);
  if (file === null || !file.isReadable) return -EBADF;
  return file.inode.type === S_IFREG ? 0 : -EINVAL;
}

function openFile(task: Task, fd: number): OpenFile | null {
  const file = task.files.get(fd);
  return file === undefined || (file.flags & O_PATH) !== 0 ? null : file;
}
