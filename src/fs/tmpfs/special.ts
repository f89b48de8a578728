import { ENOSPC, ENXIO } from "../../abi/errno.ts";
import { S_IFCHR, S_IFIFO } from "../../abi/stat.ts";
import type { Dentry } from "../dentry.ts";
import type { NewInode } from "../inode.ts";
import type { OpenFile } from "../openfile.ts";
import { Pipe } from "../pipe.ts";
import type { TmpFileSystem } from "./filesystem.ts";
import { TmpInode } from "./inode.ts";

/** Targets up to this length live in the inode itself; longer ones are charged (linux/mm/shmem.c SHORT_SYMLINK_LEN). */
const SHORT_TARGET = 128;

/** A symbolic link in memory. */
export class TmpLink extends TmpInode {
  private readonly target: string;

  private constructor(fileSystem: TmpFileSystem, inode: NewInode, target: string) {
    super(fileSystem, inode);
    this.target = target;
  }

  static make(fileSystem: TmpFileSystem, inode: NewInode): TmpLink | number {
    const target = inode.target ?? "";
    if (!fileSystem.budget.takeBytes(TmpLink.charge(target))) return -ENOSPC;
    return new TmpLink(fileSystem, inode, target);
  }

  override size(): number {
    return this.target.length;
  }

  protected override blocks(): number {
    return TmpLink.charge(this.target) / 512;
  }

  override readLink(): string {
    this.touchAccess();
    return this.target;
  }

  protected override release(): void {
    super.release();
    this.fileSystem.budget.takeBytes(-TmpLink.charge(this.target));
  }

  private static charge(target: string): number {
    return target.length < SHORT_TARGET ? 0 : 4096;
  }
}

/** A device, fifo or socket in memory: a name for something that is elsewhere. */
export class TmpSpecial extends TmpInode {
  private pipe: Pipe | null = null;

  override open(dentry: Dentry, flags: number): OpenFile | number {
    if (this.type === S_IFIFO) {
      this.pipe ??= new Pipe(this.fileSystem.pipeMemory);
      return this.pipe.openFifo(dentry, flags);
    }
    if (this.type === S_IFCHR) return this.fileSystem.devices.open(this.representedDevice, dentry, flags);
    return -ENXIO;
  }
}
