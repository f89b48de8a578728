/** open(2): from a path and flags to an open file (path_openat, do_open and may_open in linux/fs/namei.c). */
import { EACCES, EEXIST, EINVAL, EISDIR, ELOOP, ENOENT, ENOTDIR, EOPNOTSUPP, EOVERFLOW, EPERM } from "../abi/errno.ts";
import {
  AT_FDCWD,
  O_ACCMODE,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_LARGEFILE,
  O_NOATIME,
  O_NOCTTY,
  O_NOFOLLOW,
  O_PATH,
  O_RDONLY,
  O_TMPFILE,
  O_TMPFILE_BIT,
  O_TRUNC,
  O_CLOEXEC,
} from "../abi/fcntl.ts";
import { MAX_NON_LFS } from "../abi/limits.ts";
import { S_IALLUGO, S_IFLNK, S_IFREG, S_ISGID } from "../abi/stat.ts";
import type { Dentry } from "./dentry.ts";
import type { NewInode } from "./inode.ts";
import { OpenFile } from "./openfile.ts";
import { inGroup, isPrivileged, type Credentials } from "./credentials.ts";
import { isOwner, mayCreate, MAY_EXEC, MAY_READ, MAY_WRITE, permission } from "./permissions.ts";
import { Walk, type PathContext } from "./walk.ts";

/** Flags that act once, in open itself. */
const TRANSIENT = O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC;

/** A descriptor that only names a place (O_PATH): every operation on its contents is EBADF. */
class PathFile extends OpenFile {}

/** Opens `path` from the directory descriptor `directory`: the file, without a descriptor yet, or -errno. */
export function openPath(
  context: PathContext,
  directory: number,
  path: string,
  flags: number,
  permissions = 0,
): OpenFile | number {
  const walk = Walk.begin(context, directory, path);
  if ((flags & O_PATH) !== 0) {
    flags &= O_DIRECTORY | O_NOFOLLOW | O_PATH | O_CLOEXEC;
  } else {
    const creating = (flags & O_CREAT) !== 0;
    if (creating && (flags & O_DIRECTORY) !== 0) return -EINVAL;
    if ((flags & O_TMPFILE_BIT) !== 0) {
      const proper = (flags & O_TMPFILE) === O_TMPFILE && (flags & O_ACCMODE) !== O_RDONLY;
      return proper ? -EOPNOTSUPP : -EINVAL;
    }
    if (creating) return typeof walk === "number" ? walk : create(context, walk, flags, permissions);
  }
  if (typeof walk === "number") return walk;
  const found = walk.toEnd((flags & O_NOFOLLOW) === 0);
  return typeof found === "number" ? found : openFound(context, found, flags, false);
}

/** open(O_CREAT): a dangling symbolic link makes its target, unless O_EXCL or O_NOFOLLOW says no. */
function create(context: PathContext, walk: Walk, flags: number, permissions: number): OpenFile | number {
  for (;;) {
    const last = walk.toLast();
    if (typeof last === "number") return last;
    if (last.name === "" || last.name === "." || last.name === "..") return (flags & O_EXCL) !== 0 ? -EEXIST : -EISDIR;
    if (last.slash) return -EISDIR;
    const found = walk.child(last.name);
    if (typeof found === "number") {
      if (found !== -ENOENT) return found;
      const allowed = mayAdd(last.directory, context.credentials);
      if (allowed < 0) return allowed;
      const inode = newInode(last.directory, context, S_IFREG | (permissions & S_IALLUGO));
      const made = last.directory.inode.create(last.directory, last.name, inode);
      return typeof made === "number" ? made : openFound(context, made, flags & ~O_TRUNC, true);
    }
    if ((flags & O_EXCL) !== 0) return -EEXIST;
    if (found.inode.type !== S_IFLNK) {
      return found.inode.isDirectory ? -EISDIR : openFound(context, found, flags, false);
    }
    if ((flags & O_NOFOLLOW) !== 0) return -ELOOP;
    const followed = walk.followLast(found);
    if (followed < 0) return followed;
    const arrived = walk.arrived;
    if (arrived !== null) return arrived.inode.isDirectory ? -EISDIR : openFound(context, arrived, flags, false);
  }
}

/** Opens what a walk has found. `isNew`: it has just been made, and its mode does not bind its maker yet. */
function openFound(context: PathContext, found: Dentry, flags: number, isNew: boolean): OpenFile | number {
  const inode = found.inode;
  if ((flags & O_DIRECTORY) !== 0 && !inode.isDirectory) return -ENOTDIR;
  if ((flags & O_PATH) !== 0) return new PathFile(found, O_PATH);
  const mask = accessMask(flags);
  if (inode.type === S_IFLNK) return -ELOOP;
  if (inode.isDirectory && (mask & MAY_WRITE) !== 0) return -EISDIR;
  const allowed = isNew ? 0 : permission(inode, mask, context.credentials);
  if (allowed < 0) return allowed;
  if ((flags & O_NOATIME) !== 0 && !isOwner(inode, context.credentials)) return -EPERM;
  const file = inode.open(found, flags & ~TRANSIENT);
  if (typeof file === "number" || inode.type !== S_IFREG) return file;
  const refused = refuseLarge(file) || ((flags & O_TRUNC) !== 0 ? inode.truncate(0) : 0);
  if (refused < 0) {
    file.retain().release();
    return refused;
  }
  return file;
}

/** A program that has not said O_LARGEFILE must not meet files whose size it cannot hold (open(2), EOVERFLOW). */
function refuseLarge(file: OpenFile): number {
  if ((file.flags & O_LARGEFILE) !== 0) return 0;
  const attributes = file.inode.attributes();
  if (typeof attributes === "number") return attributes;
  return attributes.size > MAX_NON_LFS ? -EOVERFLOW : 0;
}

/** MAY_* that `flags` ask for. Access mode 3 asks for both and then gives neither: open(2), NOTES. */
function accessMask(flags: number): number {
  const mode = flags & O_ACCMODE;
  const read = mode === O_RDONLY || mode >= 2 ? MAY_READ : 0;
  const write = mode !== O_RDONLY || (flags & O_TRUNC) !== 0 ? MAY_WRITE : 0;
  return read | write;
}

/** Adding a name here: -EROFS, -EACCES, or -ENOENT if the directory itself has been removed. */
export function mayAdd(directory: Dentry, credentials: Credentials): number {
  return directory.deleted ? -ENOENT : mayCreate(directory, credentials);
}

/**
 * What a file made in `directory` begins as (inode_init_owner): the umask taken off, and the directory's group if that
 * has its set-group-ID bit. `mode`: type and permissions.
 */
export function newInode(directory: Dentry, context: PathContext, mode: number): NewInode {
  const { credentials } = context;
  let masked = mode & ~context.umask;
  const parent = directory.inode;
  const gid = (parent.mode & S_ISGID) !== 0 ? parent.gid : credentials.fsgid;
  if ((masked & (S_ISGID | 0o010)) === (S_ISGID | 0o010) && !isPrivileged(credentials) && !inGroup(credentials, gid)) {
    masked &= ~S_ISGID;
  }
  return { mode: masked, uid: credentials.fsuid, gid };
}

/** Opens a program for execve: a regular file that may be executed (-EACCES if not). */
export function openProgram(context: PathContext, path: string): OpenFile | number {
  const walk = Walk.begin(context, AT_FDCWD, path);
  if (typeof walk === "number") return walk;
  const found = walk.toEnd(true);
  if (typeof found === "number") return found;
  if (found.inode.type !== S_IFREG) return -EACCES;
  const allowed = permission(found.inode, MAY_EXEC, context.credentials);
  if (allowed < 0) return -EACCES;
  return found.inode.open(found, O_RDONLY | O_LARGEFILE);
}
