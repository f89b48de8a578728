/** What all in-memory file systems of one guest may use together: nothing a guest writes can exhaust the host. */
export class Budget {
  readonly bytes: number;
  readonly inodes: number;
  bytesFree: number;
  inodesFree: number;

  constructor(bytes: number, inodes: number) {
    this.bytes = bytes;
    this.inodes = inodes;
    this.bytesFree = bytes;
    this.inodesFree = inodes;
  }

  /** Takes `count` bytes (gives back, if negative): false if there are not so many. */
  takeBytes(count: number): boolean {
    if (count > this.bytesFree) return false;
    this.bytesFree -= count;
    return true;
  }

  /** Takes an inode or a name. */
  takeInode(): boolean {
    if (this.inodesFree === 0) return false;
    this.inodesFree--;
    return true;
  }

  giveInode(): void {
    this.inodesFree++;
  }
}
