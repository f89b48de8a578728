import { EINVAL, EISDIR } from "../abi/errno.ts";
import { directoryEntryType } from "../abi/dirent.ts";
import { SEEK_CUR, SEEK_SET } from "../abi/fcntl.ts";
import { parentOf } from "./dentry.ts";
import type { DirectoryEntry } from "./inode.ts";
import { OpenFile } from "./openfile.ts";

/**
 * An open directory. Its entries are taken down when the reading begins (at position 0) and stay as they are until it
 * begins again, so that a program may remove what it has read while it reads on.
 */
export class DirectoryFile extends OpenFile {
  private snapshot: readonly DirectoryEntry[] | null = null;

  override read(): number {
    return -EISDIR;
  }

  override readAt(): number {
    return -EISDIR;
  }

  override sync(): number {
    return 0;
  }

  override entries(): readonly DirectoryEntry[] | number {
    if (this.snapshot !== null && this.position > 0) return this.snapshot;
    const listed = this.inode.list();
    if (typeof listed === "number") return listed;
    const self = this.inode.attributes();
    if (typeof self === "number") return self;
    const parent = parentOf(this.dentry, this.dentry).inode.attributes();
    const up = typeof parent === "number" ? self : parent;
    this.snapshot = [
      { name: ".", inode: self.inode, type: directoryEntryType(self.mode) },
      { name: "..", inode: up.inode, type: directoryEntryType(up.mode) },
      ...listed,
    ];
    return this.snapshot;
  }

  /** Positions are what d_off said: the index of the next entry. */
  override seek(offset: number, whence: number): number {
    if (whence !== SEEK_SET && whence !== SEEK_CUR) return -EINVAL;
    const target = whence === SEEK_SET ? offset : this.position + offset;
    if (target < 0) return -EINVAL;
    this.position = target;
    return target;
  }
}
