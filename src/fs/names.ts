/** Making, linking, moving and removing names: the calls of linux/fs/namei.c behind mkdir, link, rename, unlink. */
import { EBUSY, EEXIST, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, EPERM, EROFS, EXDEV } from "../abi/errno.ts";
import { O_RDONLY, RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT } from "../abi/fcntl.ts";
import { S_IALLUGO, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from "../abi/stat.ts";
import { isPrivileged } from "./credentials.ts";
import type { Dentry } from "./dentry.ts";
import type { NewInode } from "./inode.ts";
import { mayAdd, newInode } from "./open.ts";
import type { OpenFile } from "./openfile.ts";
import { mayDelete, MAY_WRITE, permission } from "./permissions.ts";
import { Walk, type LastComponent, type PathContext } from "./walk.ts";

/** A free name in a directory that may be written: what filename_create in linux/fs/namei.c gives. */
interface FreeName {
  readonly directory: Dentry;
  readonly name: string;
}

/** The place for a new name. `isDirectory`: what will be made is a directory, so that a slash may follow the name. */
function freeName(context: PathContext, at: number, path: string, isDirectory: boolean): FreeName | number {
  const walk = Walk.begin(context, at, path);
  if (typeof walk === "number") return walk;
  const last = walk.toLast();
  if (typeof last === "number") return last;
  if (!isNormal(last)) return -EEXIST;
  const found = walk.child(last.name);
  if (typeof found !== "number") return -EEXIST;
  if (found !== -ENOENT || !last.directory.inode.acceptsNames) return found;
  if (last.slash && !isDirectory) return -ENOENT;
  const allowed = mayAdd(last.directory, context.credentials);
  return allowed < 0 ? allowed : last;
}

function isNormal(last: LastComponent): boolean {
  return last.name !== "" && last.name !== "." && last.name !== "..";
}

function make(context: PathContext, at: number, path: string, mode: number, more: Partial<NewInode> = {}): number {
  const place = freeName(context, at, path, (mode & S_IFMT) === S_IFDIR);
  if (typeof place === "number") return place;
  const inode = { ...newInode(place.directory, context, mode), ...more };
  const made = place.directory.inode.create(place.directory, place.name, inode);
  if (typeof made === "number") return made;
  // A file system that makes a file by opening it keeps that open for the one who comes next; here nobody does.
  if ((mode & S_IFMT) === S_IFREG) discard(made.inode.open(made, O_RDONLY));
  return 0;
}

function discard(file: OpenFile | number): void {
  if (typeof file !== "number") file.retain().release();
}

export function makeDirectory(context: PathContext, at: number, path: string, permissions: number): number {
  return make(context, at, path, S_IFDIR | (permissions & 0o1777));
}

/** mknod(2): a type of 0 means a regular file; devices are for root. */
export function makeNode(context: PathContext, at: number, path: string, mode: number, device: number): number {
  const type = mode & S_IFMT;
  switch (type) {
    case 0:
    case S_IFREG:
      return make(context, at, path, S_IFREG | (mode & S_IALLUGO));
    case S_IFIFO:
    case S_IFSOCK:
      return make(context, at, path, type | (mode & S_IALLUGO));
    case S_IFCHR:
    case S_IFBLK: {
      if (isPrivileged(context.credentials)) {
        return make(context, at, path, type | (mode & S_IALLUGO), { representedDevice: device });
      }
      const place = freeName(context, at, path, false);
      return typeof place === "number" ? place : -EPERM;
    }
    case S_IFDIR:
      return -EPERM;
    default:
      return -EINVAL;
  }
}

export function makeSymbolicLink(context: PathContext, target: string, at: number, path: string): number {
  if (target === "") return -ENOENT;
  return make(context, at, path, S_IFLNK | 0o777, { mode: S_IFLNK | 0o777, target });
}

/** link(2): gives `existing` the further name `path`. */
export function makeHardLink(context: PathContext, existing: Dentry, at: number, path: string): number {
  const place = freeName(context, at, path, false);
  if (typeof place === "number") return place;
  if (existing.inode.fileSystem !== place.directory.inode.fileSystem) return -EXDEV;
  if (existing.inode.isDirectory) return -EPERM;
  if (existing.deleted) return -ENOENT;
  return place.directory.inode.link(place.directory, place.name, existing);
}

/** unlink(2), or rmdir(2) if `directory`. */
export function removeName(context: PathContext, at: number, path: string, directory: boolean): number {
  const walk = Walk.begin(context, at, path);
  if (typeof walk === "number") return walk;
  const last = walk.toLast();
  if (typeof last === "number") return last;
  if (!isNormal(last)) return directory ? wrongDirectory(last) : -EISDIR;
  const place = last.directory;
  const victim = place.inode.lookup(place, last.name);
  if (typeof victim === "number") return victim;
  if (place.inode.fileSystem.readOnly) return -EROFS;
  if (last.slash && !directory) return victim.inode.isDirectory ? -EISDIR : -ENOTDIR;
  const allowed = mayDelete(place, victim, context.credentials);
  if (allowed < 0) return allowed;
  if (directory && !victim.inode.isDirectory) return -ENOTDIR;
  if (!directory && victim.inode.isDirectory) return -EISDIR;
  if (victim.mounted !== null) return -EBUSY;
  return place.inode.remove(place, victim);
}

/** rmdir(2) of what is no name of its own. */
function wrongDirectory(last: LastComponent): number {
  if (last.name === ".") return -EINVAL;
  return last.name === ".." ? -ENOTEMPTY : -EBUSY;
}

/** rename(2), renameat2(2): the checks of do_renameat2 and vfs_rename in their order. */
export function renameName(
  context: PathContext,
  fromAt: number,
  fromPath: string,
  toAt: number,
  toPath: string,
  flags: number,
): number {
  if ((flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT)) !== 0) return -EINVAL;
  const exchange = (flags & RENAME_EXCHANGE) !== 0;
  if (exchange && (flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)) !== 0) return -EINVAL;
  if ((flags & RENAME_WHITEOUT) !== 0) return -EINVAL;
  const from = walkToLast(context, fromAt, fromPath);
  if (typeof from === "number") return from;
  const to = walkToLast(context, toAt, toPath);
  if (typeof to === "number") return to;
  if (from.directory.inode.fileSystem !== to.directory.inode.fileSystem) return -EXDEV;
  if (!isNormal(from)) return -EBUSY;
  if (!isNormal(to)) return (flags & RENAME_NOREPLACE) !== 0 ? -EEXIST : -EBUSY;
  if (from.directory.inode.fileSystem.readOnly) return -EROFS;

  const victim = from.directory.inode.lookup(from.directory, from.name);
  if (typeof victim === "number") return victim;
  const target = to.directory.inode.lookup(to.directory, to.name);
  if (typeof target === "number" && target !== -ENOENT) return target;
  const replaced = typeof target === "number" ? null : target;
  if (replaced !== null && (flags & RENAME_NOREPLACE) !== 0) return -EEXIST;
  if (exchange && replaced === null) return -ENOENT;

  const shape = checkShape(victim, replaced, from, to, exchange);
  if (shape < 0) return shape;
  if (victim.inode === replaced?.inode) return 0;
  const allowed = mayRename(context, victim, replaced, from.directory, to.directory, exchange);
  if (allowed < 0) return allowed;
  if (victim.mounted !== null || (replaced !== null && replaced.mounted !== null)) return -EBUSY;
  return from.directory.inode.rename(from.directory, victim, to.directory, to.name, replaced, exchange);
}

function walkToLast(context: PathContext, at: number, path: string): LastComponent | number {
  const walk = Walk.begin(context, at, path);
  return typeof walk === "number" ? walk : walk.toLast();
}

/** Slashes only after directories, and no directory into itself. */
function checkShape(
  victim: Dentry,
  replaced: Dentry | null,
  from: LastComponent,
  to: LastComponent,
  exchange: boolean,
): number {
  if (!victim.inode.isDirectory) {
    if (from.slash) return -ENOTDIR;
    if (!exchange && to.slash) return -ENOTDIR;
  }
  if (exchange && to.slash && replaced !== null && !replaced.inode.isDirectory) return -ENOTDIR;
  if (isWithin(to.directory, victim)) return -EINVAL;
  if (replaced !== null && isWithin(from.directory, replaced)) return exchange ? -EINVAL : -ENOTEMPTY;
  return 0;
}

/** Is `dentry` `ancestor` or below it? */
function isWithin(dentry: Dentry, ancestor: Dentry): boolean {
  for (let at: Dentry | null = dentry; at !== null; at = at.parent) if (at === ancestor) return true;
  return false;
}

function mayRename(
  context: PathContext,
  victim: Dentry,
  replaced: Dentry | null,
  from: Dentry,
  to: Dentry,
  exchange: boolean,
): number {
  const { credentials } = context;
  const leave = mayDelete(from, victim, credentials);
  if (leave < 0) return leave;
  const arrive = replaced === null ? mayAdd(to, credentials) : mayDelete(to, replaced, credentials);
  if (arrive < 0) return arrive;
  if (replaced !== null && !exchange && victim.inode.isDirectory !== replaced.inode.isDirectory) {
    return victim.inode.isDirectory ? -ENOTDIR : -EISDIR;
  }
  // A directory that gets another parent is itself written: its "..".
  if (from === to) return 0;
  const moved = victim.inode.isDirectory ? permission(victim.inode, MAY_WRITE, credentials) : 0;
  if (moved < 0 || !exchange || replaced === null || !replaced.inode.isDirectory) return moved;
  return permission(replaced.inode, MAY_WRITE, credentials);
}
