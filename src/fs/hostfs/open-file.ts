import { O_APPEND } from "../../abi/fcntl.ts";
import type { HostFile } from "../../platform/host.ts";
import type { Dentry } from "../dentry.ts";
import { RegularFile } from "../regular-file.ts";
import type { HostInode } from "./inode.ts";

/** A regular file open on the host. */
export class HostOpenFile extends RegularFile {
  private readonly owner: HostInode;
  private readonly handle: HostFile;
  /** Opened to append on the host too: the host finds the end. */
  private readonly appends: boolean;

  constructor(dentry: Dentry, flags: number, owner: HostInode, handle: HostFile) {
    super(dentry, flags);
    this.owner = owner;
    this.handle = handle;
    this.appends = (flags & O_APPEND) !== 0;
  }

  override write(source: Uint8Array): number {
    if (!this.appends || (this.flags & O_APPEND) === 0) return super.write(source);
    const count = this.handle.write(source, null);
    if (count < 0) return count;
    this.position = this.inode.size();
    this.inode.mappings?.changed(this.position - count, this.position);
    return count;
  }

  protected override takeBytes(target: Uint8Array, position: number): number {
    return this.handle.read(target, position);
  }

  protected override storeBytes(source: Uint8Array, position: number): number {
    return this.handle.write(source, position);
  }

  override truncate(size: number): number {
    const result = this.handle.truncate(size);
    this.inode.mappings?.changed(size, Infinity);
    return result;
  }

  override allocate(position: number, length: number, keepSize: boolean): number {
    const size = this.inode.size();
    if (size < 0) return size;
    // The host's fallocate is out of reach; growing the file gives what most programs ask for.
    return keepSize || position + length <= size ? 0 : this.truncate(position + length);
  }

  override sync(): number {
    return this.handle.sync();
  }

  protected override close(): void {
    this.owner.closed(this.handle);
  }
}
