/**
 * From a path to what it names (path_resolution(7)): every component is looked up by us, with Linux's checks in
 * Linux's order. A walk is a loop, however deep the links are nested.
 */
import { EBADF, ELOOP, ENAMETOOLONG, ENOENT, ENOTDIR } from "../abi/errno.ts";
import { AT_FDCWD } from "../abi/fcntl.ts";
import { MAXSYMLINKS, NAME_MAX, PATH_MAX } from "../abi/limits.ts";
import { S_IFLNK } from "../abi/stat.ts";
import type { Credentials } from "./credentials.ts";
import { crossMounts, parentOf, type Dentry } from "./dentry.ts";
import type { FileDescriptorTable } from "./descriptors.ts";
import { MAY_EXEC, permission } from "./permissions.ts";

/** What a walk needs to know of the process. A Task is one. */
export interface PathContext {
  readonly root: Dentry;
  readonly cwd: Dentry;
  readonly credentials: Credentials;
  readonly files: FileDescriptorTable;
  readonly umask: number;
}

/** Where a walk stopped: before the last component of the path. */
export interface LastComponent {
  readonly directory: Dentry;
  /** The last component; empty if the path was "/" or all slashes. */
  readonly name: string;
  /** The path ended in a slash, so that `name` must be a directory. */
  readonly slash: boolean;
}

export interface LookupOptions {
  /** Follow a symbolic link in the last component (it is followed anyway if a slash is after it). Default: true. */
  readonly follow?: boolean;
  /** AT_EMPTY_PATH: an empty path is the directory descriptor itself, whatever it is. */
  readonly allowEmpty?: boolean;
}

/** A path being walked: what is left of it, and how many links have been followed. */
export class Walk {
  private readonly context: PathContext;
  private at: Dentry;
  private rest: string;
  private links = 0;

  private constructor(context: PathContext, start: Dentry, path: string) {
    this.context = context;
    this.at = start;
    this.rest = path;
  }

  /** A walk along `path` from the directory descriptor `directory` (or AT_FDCWD), or -errno. */
  static begin(context: PathContext, directory: number, path: string): Walk | number {
    if (path === "") return -ENOENT;
    if (path.length >= PATH_MAX) return -ENAMETOOLONG;
    if (path.startsWith("/")) return new Walk(context, context.root, path);
    const start = startOf(context, directory);
    if (typeof start === "number") return start;
    if (!start.inode.isDirectory) return -ENOTDIR;
    const held = start.inode.fileSystem.revalidate?.(start) ?? 0;
    return held < 0 ? held : new Walk(context, start, path);
  }

  /** Goes on to the last component, and leaves that to the caller. */
  toLast(): LastComponent | number {
    for (;;) {
      const name = this.nextName();
      const allowed = this.maySearch(name);
      if (allowed < 0) return allowed;
      if (/^\/*$/.test(this.rest)) return { directory: this.at, name, slash: this.rest !== "" };
      const next = this.child(name);
      if (typeof next === "number") return next;
      const followed = this.step(next, true);
      if (followed < 0) return followed;
    }
  }

  /** Goes the whole way. */
  toEnd(follow: boolean): Dentry | number {
    for (;;) {
      const last = this.toLast();
      if (typeof last === "number") return last;
      const end = this.child(last.name);
      if (typeof end === "number") return end;
      if (end.inode.type !== S_IFLNK || !(follow || last.slash)) {
        return last.slash && !end.inode.isDirectory ? -ENOTDIR : end;
      }
      this.rest = last.slash ? "/" : "";
      const followed = this.step(end, true);
      if (followed < 0) return followed;
      if (this.rest === "") return this.at;
    }
  }

  /** Follows the symbolic link `link`, found at the last component: the walk then goes on along its target. */
  followLast(link: Dentry): number {
    this.rest = "";
    return this.step(link, true);
  }

  /** Nothing is left: a link of /proc led straight to where the walk now is. */
  get arrived(): Dentry | null {
    return this.rest === "" ? this.at : null;
  }

  /** The dentry of `name` in the directory reached, mounts crossed. */
  child(name: string): Dentry | number {
    if (name === "" || name === ".") return this.at;
    if (name === "..") return parentOf(this.at, this.context.root);
    const found = this.at.inode.lookup(this.at, name);
    return typeof found === "number" ? found : crossMounts(found);
  }

  /** Takes the next component off the path. */
  private nextName(): string {
    let start = 0;
    while (this.rest[start] === "/") start++;
    let end = this.rest.indexOf("/", start);
    if (end < 0) end = this.rest.length;
    const name = this.rest.slice(start, end);
    this.rest = this.rest.slice(end);
    return name;
  }

  private maySearch(name: string): number {
    if (!this.at.inode.isDirectory) return -ENOTDIR;
    if (name === "") return 0;
    const allowed = permission(this.at.inode, MAY_EXEC, this.context.credentials);
    if (allowed < 0) return allowed;
    return name.length > NAME_MAX ? -ENAMETOOLONG : 0;
  }

  /** Moves to `next`, or along it if it is a link. */
  private step(next: Dentry, follow: boolean): number {
    if (!follow || next.inode.type !== S_IFLNK) {
      this.at = next;
      return 0;
    }
    if (++this.links > MAXSYMLINKS) return -ELOOP;
    const jump = next.inode.follow();
    if (typeof jump === "number") return jump;
    if (jump !== null) {
      this.at = jump;
      return 0;
    }
    const target = next.inode.readLink();
    if (typeof target === "number") return target;
    if (target === "") return -ENOENT;
    if (target.startsWith("/")) this.at = this.context.root;
    this.rest = target + this.rest;
    return 0;
  }
}

/** Where relative paths begin: the working directory or an open directory. */
function startOf(context: PathContext, directory: number): Dentry | number {
  if (directory === AT_FDCWD) return context.cwd;
  return context.files.get(directory)?.dentry ?? -EBADF;
}

/** What `path` names, from the directory descriptor `directory` (or AT_FDCWD): a dentry or -errno. */
export function lookup(
  context: PathContext,
  directory: number,
  path: string,
  options: LookupOptions = {},
): Dentry | number {
  if (path === "" && options.allowEmpty === true) return startOf(context, directory);
  const walk = Walk.begin(context, directory, path);
  return typeof walk === "number" ? walk : walk.toEnd(options.follow ?? true);
}

/** The directory in which `path`'s last component is or would be, and that component. */
export function lookupLast(context: PathContext, directory: number, path: string): LastComponent | number {
  const walk = Walk.begin(context, directory, path);
  return typeof walk === "number" ? walk : walk.toLast();
}

/** The path of `dentry` as seen from `root`, or null if it cannot be reached from there. */
export function pathWithin(dentry: Dentry, root: Dentry): string | null {
  const names: string[] = [];
  let at = dentry;
  while (at !== root) {
    if (at.parent !== null) {
      names.push(at.name);
      at = at.parent;
    } else {
      const mountpoint = at.inode.fileSystem.mountpoint;
      if (mountpoint === null) return null;
      at = mountpoint;
    }
  }
  return `/${names.reverse().join("/")}`;
}

/**
 * The path as /proc shows it: of what has no name, what it is called instead (pipe:[7]); of what is outside `root`,
 * the path from where it is; with " (deleted)" if the name is gone.
 */
export function pathOf(dentry: Dentry, root: Dentry): string {
  if (dentry.parent === null && dentry.name !== "") return dentry.name;
  let top = dentry;
  for (;;) {
    const above: Dentry | null = top.parent ?? top.inode.fileSystem.mountpoint;
    if (above === null) break;
    top = above;
  }
  const path = pathWithin(dentry, root) ?? pathWithin(dentry, top) ?? "/";
  return dentry.deleted ? `${path} (deleted)` : path;
}

/** The working directory `dentry` as getcwd(2) gives it. */
export function workingDirectory(context: PathContext): string | number {
  if (context.cwd.deleted) return -ENOENT;
  return pathWithin(context.cwd, context.root) ?? `(unreachable)${pathOf(context.cwd, context.root)}`;
}

/** May this process search `directory`, as chdir and fchdir ask? */
export function maySearch(directory: Dentry, credentials: Credentials): number {
  if (!directory.inode.isDirectory) return -ENOTDIR;
  return permission(directory.inode, MAY_EXEC, credentials);
}
