import { EINVAL, EMLINK, ENOENT, ENOSPC, ENOTEMPTY } from "../../abi/errno.ts";
import { directoryEntryType } from "../../abi/dirent.ts";
import { LINK_MAX } from "../../abi/limits.ts";
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, S_ISGID } from "../../abi/stat.ts";
import { Dentry } from "../dentry.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { DirectoryEntry, NewInode } from "../inode.ts";
import type { OpenFile } from "../openfile.ts";
import { TmpFile } from "./file.ts";
import { TmpInode } from "./inode.ts";
import { TmpLink, TmpSpecial } from "./special.ts";

/** What tmpfs counts for a name: a new directory, holding "." and "..", has a size of 40. */
const ENTRY_SIZE = 20;

/** A directory in memory: names, in the order in which they were made. */
export class TmpDirectory extends TmpInode {
  override links = 2;
  private readonly names = new Map<string, Dentry>();

  override size(): number {
    return (this.names.size + 2) * ENTRY_SIZE;
  }

  override open(dentry: Dentry, flags: number): OpenFile {
    return new DirectoryFile(dentry, flags);
  }

  override lookup(_directory: Dentry, name: string): Dentry | number {
    return this.names.get(name) ?? -ENOENT;
  }

  override list(): readonly DirectoryEntry[] {
    this.touchAccess();
    return [...this.names.values()].map(({ name, inode }) => ({
      name,
      inode: BigInt((inode as TmpInode).number),
      type: directoryEntryType(inode.mode),
    }));
  }

  override create(directory: Dentry, name: string, inode: NewInode): Dentry | number {
    const made = this.makeInode(inode);
    if (typeof made === "number") return made;
    const dentry = new Dentry(directory, name, made);
    this.add(name, dentry);
    return dentry;
  }

  /** An inode as one made here would be, without a name yet. */
  makeInode(inode: NewInode): TmpInode | number {
    if (!this.fileSystem.budget.takeInode()) return -ENOSPC;
    const made = this.make(inode);
    if (typeof made === "number") this.fileSystem.budget.giveInode();
    return made;
  }

  override link(directory: Dentry, name: string, target: Dentry): number {
    const inode = target.inode as TmpInode;
    if (inode.links >= LINK_MAX) return -EMLINK;
    if (!this.fileSystem.budget.takeInode()) return -ENOSPC;
    inode.links++;
    inode.changed = this.fileSystem.now();
    this.add(name, new Dentry(directory, name, inode));
    return 0;
  }

  override remove(_directory: Dentry, victim: Dentry): number {
    const inode = victim.inode as TmpInode;
    if (inode instanceof TmpDirectory) {
      if (inode.names.size > 0) return -ENOTEMPTY;
      inode.links--;
    } else if (inode.links > 1) {
      this.fileSystem.budget.giveInode();
    }
    this.take(victim);
    victim.deleted = true;
    inode.unlinked();
    return 0;
  }

  override rename(
    directory: Dentry,
    victim: Dentry,
    target: Dentry,
    name: string,
    replaced: Dentry | null,
    exchange: boolean,
  ): number {
    const to = target.inode as TmpDirectory;
    const oldName = victim.name;
    if (replaced !== null && !exchange) {
      const removed = to.remove(target, replaced);
      if (removed < 0) return removed;
    }
    this.take(victim);
    if (replaced !== null && exchange) {
      to.take(replaced);
      this.put(directory, oldName, replaced);
    }
    to.put(target, name, victim);
    return 0;
  }

  private put(directory: Dentry, name: string, dentry: Dentry): void {
    dentry.parent = directory;
    dentry.name = name;
    (dentry.inode as TmpInode).changed = this.fileSystem.now();
    this.add(name, dentry);
  }

  private add(name: string, dentry: Dentry): void {
    this.names.set(name, dentry);
    if (dentry.inode.isDirectory) this.links++;
    this.touch();
  }

  private take(dentry: Dentry): void {
    this.names.delete(dentry.name);
    if (dentry.inode.isDirectory) this.links--;
    this.touch();
  }

  private make(inode: NewInode): TmpInode | number {
    switch (inode.mode & S_IFMT) {
      case S_IFREG:
        return new TmpFile(this.fileSystem, inode);
      case S_IFDIR:
        return new TmpDirectory(this.fileSystem, { ...inode, mode: inode.mode | (this.mode & S_ISGID) });
      case S_IFLNK:
        return TmpLink.make(this.fileSystem, inode);
      case S_IFCHR:
      case S_IFBLK:
      case S_IFIFO:
      case S_IFSOCK:
        return new TmpSpecial(this.fileSystem, inode);
      default:
        return -EINVAL;
    }
  }
}
