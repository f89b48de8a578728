/**
 * What every file system gives: inodes. All operations are synchronous. A failure is a value, the negative errno;
 * `typeof result === "number"` tells it from an object. Paths and names are binary strings: one char, one byte.
 */
import { EACCES, EINVAL, EISDIR, ENOTDIR, EPERM } from "../abi/errno.ts";
import { S_IFDIR, S_IFMT } from "../abi/stat.ts";
import type { Credentials } from "./credentials.ts";
import type { Dentry } from "./dentry.ts";
import type { OpenFile } from "./openfile.ts";

/** What stat(2) tells. Times in nanoseconds since 1970, sizes in bytes, `blocks` of 512 bytes. */
export interface Attributes {
  /** Major and minor number as st_dev packs them: see makeDevice in abi/stat.ts. */
  readonly device: number;
  readonly inode: bigint;
  /** Type (S_IFMT) and permissions (07777). */
  readonly mode: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  readonly representedDevice: number;
  readonly size: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly accessed: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
  /** Where the file system knows it. */
  readonly born?: bigint;
}

/** What chmod, chown and utimensat change. An absent key stays as it is. */
export interface AttributeChange {
  /** Permission bits, 07777. */
  readonly permissions?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly accessed?: bigint;
  readonly modified?: bigint;
}

/** What mknod, mkdir, symlink and open(O_CREAT) ask for. */
export interface NewInode {
  /** Type and permissions, the umask already applied. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a device: what st_rdev will show. */
  readonly representedDevice?: number;
  /** Of a symbolic link. */
  readonly target?: string;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly inode: bigint;
  /** DT_*: the type as getdents64 tells it. */
  readonly type: number;
}

/** What statfs(2) tells of a file system. */
export interface FileSystemStatistics {
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly blocksFree: number;
  readonly files: number;
  readonly filesFree: number;
  readonly nameLength: number;
}

export interface FileSystem {
  /** As /proc/mounts names it: tmpfs, proc, ... */
  readonly type: string;
  /** What is mounted, the first column of /proc/mounts. */
  readonly source: string;
  /** st_dev of everything on it. */
  readonly device: number;
  readonly readOnly: boolean;
  readonly root: Dentry;
  /** The directory it covers; null: the root of everything, or a file system that is nowhere (pipes). */
  mountpoint: Dentry | null;
  statistics(): FileSystemStatistics;
  /** A walk starts at `held`, a directory kept from before (a working directory): 0, or -errno if it is no more what it was. */
  revalidate?(held: Dentry): number;
}

/** Shared mappings of a file, which are to show what it holds, and it what they hold. */
export interface Mappings {
  /** What was changed through them of [start, end) goes to the file: before that is read. 0 or -errno. */
  flush(start: number, end: number): number;
  /** The file's size, or its bytes [start, end), have been changed other than through them. */
  changed(start: number, end: number): void;
}

/** One file, directory, link or device. Subclasses override what they can do; the rest answers as Linux would. */
export abstract class Inode {
  abstract readonly fileSystem: FileSystem;
  /** Type and permissions, as known without asking anybody: what the permission checks look at. */
  abstract readonly mode: number;
  abstract readonly uid: number;
  abstract readonly gid: number;
  /** Of a regular file that is mapped shared. */
  mappings: Mappings | undefined;

  abstract attributes(): Attributes | number;

  setAttributes(_change: AttributeChange): number {
    return -EPERM;
  }

  get type(): number {
    return this.mode & S_IFMT;
  }

  get isDirectory(): boolean {
    return this.type === S_IFDIR;
  }

  /** A further say in permission checks, after the mode's: false = EACCES. */
  permits(_credentials: Credentials): boolean {
    return true;
  }

  /** Opens what `dentry` names; access has been checked, O_TRUNC will be done by the caller. `flags`: O_*. */
  open(_dentry: Dentry, _flags: number): OpenFile | number {
    return -EACCES;
  }

  // Symbolic links.

  readLink(): string | number {
    return -EINVAL;
  }

  /** The links of /proc/PID/{exe,cwd,root,fd/N} lead to a file itself, not to a path; null for all others. */
  follow(): Dentry | number | null {
    return null;
  }

  // Regular files: bytes at a position. Positions and sizes are at most MAX_LFS_FILESIZE.

  /** Bytes in the file, or -errno. */
  size(): number {
    const attributes = this.attributes();
    return typeof attributes === "number" ? attributes : attributes.size;
  }

  /** Reads into `target`: the count, less than asked only at the end of the file. */
  readAt(_target: Uint8Array, _position: number): number {
    return -EINVAL;
  }

  writeAt(_source: Uint8Array, _position: number): number {
    return -EINVAL;
  }

  truncate(_size: number): number {
    return this.isDirectory ? -EISDIR : -EINVAL;
  }

  // Directories. `directory` is always the dentry of this very inode.

  /** What `name` (not "." or "..") names here, or -ENOENT. */
  lookup(_directory: Dentry, _name: string): Dentry | number {
    return -ENOTDIR;
  }

  /** Everything here but "." and "..", in an order that stays. */
  list(): readonly DirectoryEntry[] | number {
    return -ENOTDIR;
  }

  /** False: nothing can ever be made here, and a name that is not there is ENOENT whatever is asked. */
  get acceptsNames(): boolean {
    return true;
  }

  /** Makes an inode of any type under a name that is free. */
  create(_directory: Dentry, _name: string, _inode: NewInode): Dentry | number {
    return -EPERM;
  }

  /** Gives `target`, which is on this file system and no directory, another name. */
  link(_directory: Dentry, _name: string, _target: Dentry): number {
    return -EPERM;
  }

  /** Removes the name `victim`, which is in this directory: unlink, or rmdir (-ENOTEMPTY) if it is a directory. */
  remove(_directory: Dentry, _victim: Dentry): number {
    return -EPERM;
  }

  /**
   * Moves `victim` out of this directory to `name` in `target`, over `replaced` if that is there (types fit, checked
   * by the caller; -ENOTEMPTY is this function's to say). `exchange`: RENAME_EXCHANGE, both stay.
   */
  rename(
    _directory: Dentry,
    _victim: Dentry,
    _target: Dentry,
    _name: string,
    _replaced: Dentry | null,
    _exchange: boolean,
  ): number {
    return -EPERM;
  }
}
