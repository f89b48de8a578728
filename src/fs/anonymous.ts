/** Inodes that are in no directory: pipes and the standard streams. */
import { PIPEFS_MAGIC } from "../abi/statfs.ts";
import { NAME_MAX } from "../abi/limits.ts";
import { O_RDONLY, O_WRONLY } from "../abi/fcntl.ts";
import { S_IFIFO, S_IFMT } from "../abi/stat.ts";
import type { Credentials } from "./credentials.ts";
import { Dentry } from "./dentry.ts";
import type { Attributes, AttributeChange, FileSystem, FileSystemStatistics } from "./inode.ts";
import { Inode } from "./inode.ts";
import type { OpenFile } from "./openfile.ts";
import { Pipe, PipeEnd, type PipeMemory } from "./pipe.ts";

const PAGE = 4096;

/** The file system of everything that has no path. It is mounted nowhere. */
export class AnonymousFileSystem implements FileSystem {
  readonly type = "pipefs";
  readonly source = "pipefs";
  readonly device: number;
  readonly readOnly = false;
  readonly mountpoint = null;
  readonly now: () => bigint;
  readonly pipeMemory: PipeMemory;
  readonly root: Dentry;
  private lastNumber = 0;

  constructor(device: number, now: () => bigint, pipeMemory: PipeMemory) {
    this.device = device;
    this.pipeMemory = pipeMemory;
    this.now = now;
    this.root = new Dentry(null, "pipe:", new PipeInode(this, 0, 0));
  }

  nextNumber(): number {
    return ++this.lastNumber;
  }

  statistics(): FileSystemStatistics {
    return {
      type: PIPEFS_MAGIC,
      blockSize: PAGE,
      blocks: 0,
      blocksFree: 0,
      files: 0,
      filesFree: 0,
      nameLength: NAME_MAX,
    };
  }

  /** A new pipe: its reading and its writing end. `flags`: O_NONBLOCK and O_DIRECT may be in them. */
  pipe(credentials: Credentials, flags: number): readonly [OpenFile, OpenFile] {
    const inode = new PipeInode(this, credentials.fsuid, credentials.fsgid);
    const dentry = new Dentry(null, `pipe:[${inode.number}]`, inode);
    return [
      new PipeEnd(dentry, O_RDONLY | flags, inode.pipe, false),
      new PipeEnd(dentry, O_WRONLY | flags, inode.pipe, false),
    ];
  }
}

/** An inode of no directory, with the mode and owner it was made with. */
export abstract class AnonymousInode extends Inode {
  readonly fileSystem: AnonymousFileSystem;
  readonly number: number;
  mode: number;
  uid: number;
  gid: number;
  private readonly made: bigint;

  constructor(fileSystem: AnonymousFileSystem, mode: number, uid: number, gid: number) {
    super();
    this.fileSystem = fileSystem;
    this.number = fileSystem.nextNumber();
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.made = fileSystem.now();
  }

  protected get representedDevice(): number {
    return 0;
  }

  override attributes(): Attributes | number {
    return {
      device: this.fileSystem.device,
      inode: BigInt(this.number),
      mode: this.mode,
      links: 1,
      uid: this.uid,
      gid: this.gid,
      representedDevice: this.representedDevice,
      size: 0,
      blockSize: PAGE,
      blocks: 0,
      accessed: this.made,
      modified: this.made,
      changed: this.made,
    };
  }

  override setAttributes(change: AttributeChange): number {
    if (change.permissions !== undefined) this.mode = (this.mode & S_IFMT) | change.permissions;
    if (change.uid !== undefined) this.uid = change.uid;
    if (change.gid !== undefined) this.gid = change.gid;
    return 0;
  }
}

class PipeInode extends AnonymousInode {
  readonly pipe: Pipe;

  constructor(fileSystem: AnonymousFileSystem, uid: number, gid: number) {
    super(fileSystem, S_IFIFO | 0o600, uid, gid);
    this.pipe = new Pipe(fileSystem.pipeMemory);
  }

  /** Through /proc/PID/fd a pipe can be opened again, as a fifo. */
  override open(dentry: Dentry, flags: number): OpenFile | number {
    return this.pipe.openFifo(dentry, flags);
  }
}
