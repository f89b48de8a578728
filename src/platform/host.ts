/**
 * A folder of the host, as the kernel's host file system uses it. Paths are relative to the folder, "" is the folder
 * itself, names are binary strings (one char, one byte) joined by "/"; the caller has resolved "." and "..". No
 * operation follows a symbolic link in the last component, and the caller has seen that there is none before it.
 * Failures are values: -errno in Linux's numbers.
 */

/** What lstat tells; times in nanoseconds since 1970. */
export interface HostStat {
  readonly device: bigint;
  readonly inode: bigint;
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  readonly representedDevice: bigint;
  readonly size: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
  readonly born: bigint;
}

export interface HostFolder {
  /** The host's name for it, for messages and /proc/mounts. */
  readonly path: string;
  stat(path: string): HostStat | number;
  /** Does `path` still lead to a folder without passing through a symbolic link? 0 or -errno. */
  verify(path: string): number;
  list(path: string): readonly HostEntry[] | number;
  readLink(path: string): string | number;
  /** Opens a regular file. */
  open(path: string, access: HostAccess): HostFile | number;
  makeFolder(path: string, permissions: number): number;
  makeLink(path: string, target: string): number;
  link(from: string, to: string): number;
  removeFile(path: string): number;
  removeFolder(path: string): number;
  /** Over `to` if that is there. */
  rename(from: string, to: string): number;
  truncate(path: string, size: number): number;
  changeMode(path: string, permissions: number): number;
  changeOwner(path: string, uid: number, gid: number): number;
  changeTimes(path: string, accessed: bigint, modified: bigint): number;
  statistics(): HostStatistics | number;
}

export interface HostAccess {
  readonly read: boolean;
  readonly write: boolean;
  /** Every write goes to the end. */
  readonly append: boolean;
  /** Makes the file, with these permissions; -EEXIST if the name is taken. */
  readonly create?: number;
}

export interface HostEntry {
  readonly name: string;
  readonly inode: bigint;
  /** DT_*. */
  readonly type: number;
}

export interface HostStatistics {
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly blocksFree: number;
  readonly files: number;
  readonly filesFree: number;
}

/** An open file of the host. */
export interface HostFile {
  stat(): HostStat | number;
  /** Into `target` from `position`: the count, 0 at the end. */
  read(target: Uint8Array, position: number): number;
  /** From `source` to `position`; null = where the host's own offset is (or the end, if opened to append). */
  write(source: Uint8Array, position: number | null): number;
  truncate(size: number): number;
  changeMode(permissions: number): number;
  changeOwner(uid: number, gid: number): number;
  changeTimes(accessed: bigint, modified: bigint): number;
  sync(): number;
  close(): void;
}
