import { TMPFS_MAGIC } from "../../abi/statfs.ts";
import { NAME_MAX } from "../../abi/limits.ts";
import { S_IFDIR } from "../../abi/stat.ts";
import { Dentry } from "../dentry.ts";
import type { Devices } from "../devices.ts";
import type { FileSystem, FileSystemStatistics } from "../inode.ts";
import type { PipeMemory } from "../pipe.ts";
import type { Budget } from "./budget.ts";
import { TmpDirectory } from "./directory.ts";

const PAGE = 4096;

export interface TmpOptions {
  /** tmpfs, or devtmpfs, which is one. */
  readonly type: string;
  readonly device: number;
  readonly budget: Budget;
  readonly devices: Devices;
  /** Of its fifos. */
  readonly pipeMemory: PipeMemory;
  /** Nanoseconds since 1970. */
  readonly now: () => bigint;
  readonly uid: number;
  readonly gid: number;
  /** Permissions of the root. */
  readonly permissions: number;
}

/** A file system in memory (tmpfs(5)). */
export class TmpFileSystem implements FileSystem {
  readonly type: string;
  readonly source: string;
  readonly device: number;
  readonly readOnly = false;
  readonly root: Dentry;
  mountpoint: Dentry | null = null;
  readonly budget: Budget;
  readonly devices: Devices;
  readonly pipeMemory: PipeMemory;
  readonly now: () => bigint;
  private lastNumber = 0;

  constructor(options: TmpOptions) {
    this.type = options.type;
    this.source = options.type;
    this.device = options.device;
    this.budget = options.budget;
    this.devices = options.devices;
    this.pipeMemory = options.pipeMemory;
    this.now = options.now;
    this.budget.takeInode();
    const mode = S_IFDIR | options.permissions;
    this.root = new Dentry(null, "", new TmpDirectory(this, { mode, uid: options.uid, gid: options.gid }));
  }

  nextNumber(): number {
    return ++this.lastNumber;
  }

  statistics(): FileSystemStatistics {
    return {
      type: TMPFS_MAGIC,
      blockSize: PAGE,
      blocks: Math.floor(this.budget.bytes / PAGE),
      blocksFree: Math.floor(this.budget.bytesFree / PAGE),
      files: this.budget.inodes,
      filesFree: this.budget.inodesFree,
      nameLength: NAME_MAX,
    };
  }
}
