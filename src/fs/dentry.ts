import type { FileSystem, Inode } from "./inode.ts";

/**
 * A name in a directory, and what it names: Linux's dentry. A directory has exactly one; a file one for each of its
 * hard links. A file system is mounted in one place only, so a dentry stands for a place in the whole tree too, as
 * Linux's `struct path` does.
 */
export class Dentry {
  /** Of the file system's root: the empty string. */
  name: string;
  /** null: the root of its file system. */
  parent: Dentry | null;
  readonly inode: Inode;
  /** The file system mounted on this directory: whoever walks here goes on at its root. */
  mounted: FileSystem | null = null;
  /** unlink(2) or rmdir(2) took the name away while somebody still holds this. */
  deleted = false;

  constructor(parent: Dentry | null, name: string, inode: Inode) {
    this.parent = parent;
    this.name = name;
    this.inode = inode;
  }
}

/** The topmost root mounted on `dentry`, or `dentry` itself. */
export function crossMounts(dentry: Dentry): Dentry {
  let at = dentry;
  while (at.mounted !== null) at = at.mounted.root;
  return at;
}

/** Where `..` leads from `dentry` for a process whose root is `root`: never above it. */
export function parentOf(dentry: Dentry, root: Dentry): Dentry {
  let at = dentry;
  while (at !== root) {
    if (at.parent !== null) return crossMounts(at.parent);
    const mountpoint = at.inode.fileSystem.mountpoint;
    if (mountpoint === null) return at;
    at = mountpoint;
  }
  return at;
}
