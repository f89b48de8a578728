import { PROC_SUPER_MAGIC } from "../../abi/statfs.ts";
import { NAME_MAX } from "../../abi/limits.ts";
import { Dentry } from "../dentry.ts";
import type { FileSystem, FileSystemStatistics } from "../inode.ts";
import { ProcDirectory, ROOT_OWNER } from "./nodes.ts";
import { processDirectory } from "./process-directory.ts";
import type { ProcessSource } from "./process.ts";
import { systemEntries } from "./system.ts";

/** What /proc/mounts shows; /proc knows the others through this. */
export interface MountLine {
  readonly source: string;
  readonly path: string;
  readonly type: string;
  readonly readOnly: boolean;
}

export interface ProcOptions {
  readonly device: number;
  readonly processes: ProcessSource;
  readonly now: () => bigint;
  readonly random: (bytes: Uint8Array) => void;
  readonly mounts: () => readonly MountLine[];
}

/** Inode numbers: 1 is the root, the system's files follow; each process has a range of its own. */
const ROOT_NUMBER = 1;

/** /proc (proc(5)). */
export class ProcFileSystem implements FileSystem {
  readonly type = "proc";
  readonly source = "proc";
  readonly device: number;
  readonly readOnly = false;
  readonly root: Dentry;
  mountpoint: Dentry | null = null;
  readonly now: () => bigint;
  readonly random: (bytes: Uint8Array) => void;
  readonly processes: ProcessSource;
  readonly mounts: () => readonly MountLine[];

  constructor(options: ProcOptions) {
    this.device = options.device;
    this.now = options.now;
    this.random = options.random;
    this.processes = options.processes;
    this.mounts = options.mounts;
    const system = systemEntries(this);
    const root = new ProcDirectory(
      this,
      { number: ROOT_NUMBER, owner: ROOT_OWNER },
      {
        names: () => [...system.names(), ...this.processes.pids().map(String)],
        find: (name) => system.find(name) ?? processDirectory(this, name),
      },
    );
    this.root = new Dentry(null, "", root);
  }

  statistics(): FileSystemStatistics {
    return {
      type: PROC_SUPER_MAGIC,
      blockSize: 4096,
      blocks: 0,
      blocksFree: 0,
      files: 0,
      filesFree: 0,
      nameLength: NAME_MAX,
    };
  }
}
