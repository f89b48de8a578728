import type { Attributes, AttributeChange } from "../inode.ts";
import { Inode } from "../inode.ts";
import { S_IFMT } from "../../abi/stat.ts";
import type { NewInode } from "../inode.ts";
import type { TmpFileSystem } from "./filesystem.ts";

const PAGE = 4096;

/** What all inodes in memory have: identity, owner, times. */
export abstract class TmpInode extends Inode {
  readonly fileSystem: TmpFileSystem;
  readonly number: number;
  mode: number;
  uid: number;
  gid: number;
  links = 1;
  accessed: bigint;
  modified: bigint;
  changed: bigint;
  private readonly born: bigint;
  readonly representedDevice: number;

  constructor(fileSystem: TmpFileSystem, inode: NewInode) {
    super();
    this.fileSystem = fileSystem;
    this.number = fileSystem.nextNumber();
    this.mode = inode.mode;
    this.uid = inode.uid;
    this.gid = inode.gid;
    this.representedDevice = inode.representedDevice ?? 0;
    this.born = fileSystem.now();
    this.accessed = this.born;
    this.modified = this.born;
    this.changed = this.born;
  }

  /** Blocks of 512 bytes in use. */
  protected blocks(): number {
    return 0;
  }

  override size(): number {
    return 0;
  }

  override attributes(): Attributes {
    return {
      device: this.fileSystem.device,
      inode: BigInt(this.number),
      mode: this.mode,
      links: this.links,
      uid: this.uid,
      gid: this.gid,
      representedDevice: this.representedDevice,
      size: this.size(),
      blockSize: PAGE,
      blocks: this.blocks(),
      accessed: this.accessed,
      modified: this.modified,
      changed: this.changed,
      born: this.born,
    };
  }

  override setAttributes(change: AttributeChange): number {
    if (change.permissions !== undefined) this.mode = (this.mode & S_IFMT) | change.permissions;
    if (change.uid !== undefined) this.uid = change.uid;
    if (change.gid !== undefined) this.gid = change.gid;
    if (change.accessed !== undefined) this.accessed = change.accessed;
    if (change.modified !== undefined) this.modified = change.modified;
    this.changed = this.fileSystem.now();
    return 0;
  }

  /** A name of this inode is gone. */
  unlinked(): void {
    this.links--;
    this.changed = this.fileSystem.now();
    this.releaseIfUnused();
  }

  /** Gives back what the inode uses if nothing leads to it any more. */
  protected releaseIfUnused(): void {
    if (this.links === 0) this.release();
  }

  protected release(): void {
    this.fileSystem.budget.giveInode();
  }

  /** Contents changed. */
  touch(): void {
    this.modified = this.fileSystem.now();
    this.changed = this.modified;
  }

  /** Read: as a mount with relatime keeps the time, it moves when it is not after the last change. */
  protected touchAccess(): void {
    if (this.accessed <= this.changed || this.accessed <= this.modified) this.accessed = this.fileSystem.now();
  }
}
