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

  override read(target: Uint8Array): number {
    const count = this.handle.read(target, this.position);
    if (count > 0) this.position += count;
    return count;
  }

  override readAt(target: Uint8Array, position: number): number {
    return this.handle.read(target, position);
  }

  override write(source: Uint8Array): number {
    const appending = this.appends && (this.flags & O_APPEND) !== 0;
    const position = appending ? null : this.writePosition(this.position);
    if (position !== null && position < 0) return position;
    const count = this.handle.write(source, position);
    if (count >= 0) this.position = position === null ? this.inode.size() : position + count;
    return count;
  }

  override writeAt(source: Uint8Array, position: number): number {
    const at = this.writePosition(position);
    return at < 0 ? at : this.handle.write(source, at);
  }

  override truncate(size: number): number {
    return this.handle.truncate(size);
  }

  override allocate(position: number, length: number, keepSize: boolean): number {
    const size = this.inode.size();
    if (size < 0) return size;
    // The host's fallocate is out of reach; growing the file gives what most programs ask for.
    return keepSize || position + length <= size ? 0 : this.handle.truncate(position + length);
  }

  override sync(): number {
    return this.handle.sync();
  }

  protected override close(): void {
    this.owner.closed(this.handle);
  }
}
