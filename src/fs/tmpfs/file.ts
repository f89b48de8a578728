import { EFBIG, ENXIO } from "../../abi/errno.ts";
import { SEEK_DATA } from "../../abi/fcntl.ts";
import { MAX_LFS_FILESIZE } from "../../abi/limits.ts";
import type { Dentry } from "../dentry.ts";
import type { NewInode } from "../inode.ts";
import type { OpenFile } from "../openfile.ts";
import { RegularFile } from "../regular-file.ts";
import type { TmpFileSystem } from "./filesystem.ts";
import { TmpInode } from "./inode.ts";
import { SparseBytes } from "./sparse-bytes.ts";

/** A regular file in memory. */
export class TmpFile extends TmpInode {
  readonly content: SparseBytes;
  private opens = 0;

  constructor(fileSystem: TmpFileSystem, inode: NewInode) {
    super(fileSystem, inode);
    this.content = new SparseBytes(fileSystem.budget);
  }

  override open(dentry: Dentry, flags: number): OpenFile {
    this.opens++;
    return new TmpOpenFile(dentry, flags, this);
  }

  override size(): number {
    return this.content.size;
  }

  protected override blocks(): number {
    return this.content.pages * 8;
  }

  override readAt(target: Uint8Array, position: number): number {
    const count = this.content.read(target, position);
    this.touchAccess();
    return count;
  }

  override writeAt(source: Uint8Array, position: number): number {
    if (source.length === 0) return 0;
    if (position >= MAX_LFS_FILESIZE) return -EFBIG;
    const room = MAX_LFS_FILESIZE - position;
    const count = this.content.write(source.length > room ? source.subarray(0, room) : source, position);
    if (count > 0) this.touch();
    return count;
  }

  override truncate(size: number): number {
    if (size > MAX_LFS_FILESIZE) return -EFBIG;
    this.content.truncate(size);
    this.touch();
    this.mappings?.changed(size, Infinity);
    return 0;
  }

  /** An open file is gone. */
  closed(): void {
    this.opens--;
    this.releaseIfUnused();
  }

  protected override releaseIfUnused(): void {
    if (this.links === 0 && this.opens === 0) this.release();
  }

  protected override release(): void {
    super.release();
    this.content.release();
  }
}

class TmpOpenFile extends RegularFile {
  private readonly file: TmpFile;

  constructor(dentry: Dentry, flags: number, file: TmpFile) {
    super(dentry, flags);
    this.file = file;
  }

  override allocate(position: number, length: number, keepSize: boolean): number {
    const end = position + length;
    if (end > MAX_LFS_FILESIZE) return -EFBIG;
    const result = this.file.content.allocate(position, end);
    if (result < 0) return result;
    if (!keepSize && end > this.file.content.size) this.file.content.size = end;
    this.file.touch();
    this.file.mappings?.changed(end, end);
    return 0;
  }

  override punchHole(position: number, length: number): number {
    this.file.content.discard(position, Math.min(position + length, this.file.content.size));
    this.file.touch();
    this.file.mappings?.changed(position, position + length);
    return 0;
  }

  protected override seekContent(offset: number, whence: number, size: number): number {
    const { content } = this.file;
    if (whence !== SEEK_DATA) return content.nextHole(offset);
    const data = content.nextData(offset);
    return data < size ? data : -ENXIO;
  }

  protected override close(): void {
    this.file.closed();
  }
}
