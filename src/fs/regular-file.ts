import { EINVAL, ENXIO } from "../abi/errno.ts";
import { O_APPEND, SEEK_CUR, SEEK_DATA, SEEK_END, SEEK_HOLE, SEEK_SET } from "../abi/fcntl.ts";
import { MAX_LFS_FILESIZE } from "../abi/limits.ts";
import { OpenFile } from "./openfile.ts";

/** An open regular file: a position over an inode that reads and writes at any. */
export class RegularFile extends OpenFile {
  override read(target: Uint8Array): number {
    const count = this.readAt(target, this.position);
    if (count > 0) this.position += count;
    return count;
  }

  override write(source: Uint8Array): number {
    const position = this.writePosition(this.position);
    if (position < 0) return position;
    const count = this.putBytes(source, position);
    if (count >= 0) this.position = position + count;
    return count;
  }

  override readAt(target: Uint8Array, position: number): number {
    this.inode.mappings?.flush(position, position + target.length);
    return this.takeBytes(target, position);
  }

  /** On Linux pwrite(2) to a file opened with O_APPEND appends, whatever the position (pwrite(2), BUGS). */
  override writeAt(source: Uint8Array, position: number): number {
    const at = this.writePosition(position);
    return at < 0 ? at : this.putBytes(source, at);
  }

  override seek(offset: number, whence: number): number {
    const target = this.seekTarget(offset, whence);
    if (target < 0) return target;
    if (target > MAX_LFS_FILESIZE) return -EINVAL;
    this.position = target;
    return target;
  }

  override available(): number {
    const size = this.inode.size();
    return size < 0 ? size : Math.max(0, size - this.position);
  }

  override truncate(size: number): number {
    return this.inode.truncate(size);
  }

  override sync(): number {
    return 0;
  }

  /** Reads from the file as it is stored. */
  protected takeBytes(target: Uint8Array, position: number): number {
    return this.inode.readAt(target, position);
  }

  /** Writes to the file as it is stored. */
  protected storeBytes(source: Uint8Array, position: number): number {
    return this.inode.writeAt(source, position);
  }

  private putBytes(source: Uint8Array, position: number): number {
    const count = this.storeBytes(source, position);
    if (count > 0) this.inode.mappings?.changed(position, position + count);
    return count;
  }

  /** Where a write goes: the end, if opened to append. */
  writePosition(position: number): number {
    return (this.flags & O_APPEND) !== 0 ? this.inode.size() : position;
  }

  /** The start of the next data (or hole) at or after `offset`. Here: all is data, and a hole is at the end. */
  protected seekContent(offset: number, whence: number, size: number): number {
    return whence === SEEK_DATA ? offset : size;
  }

  private seekTarget(offset: number, whence: number): number {
    switch (whence) {
      case SEEK_SET:
        return offset < 0 ? -EINVAL : offset;
      case SEEK_CUR:
        return this.position + offset < 0 ? -EINVAL : this.position + offset;
      case SEEK_END: {
        const size = this.inode.size();
        if (size < 0) return size;
        return size + offset < 0 ? -EINVAL : size + offset;
      }
      case SEEK_DATA:
      case SEEK_HOLE: {
        const size = this.inode.size();
        if (size < 0) return size;
        return offset < 0 || offset >= size ? -ENXIO : this.seekContent(offset, whence, size);
      }
      default:
        return -EINVAL;
    }
  }
}
