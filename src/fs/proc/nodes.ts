/** The kinds of inodes that /proc is made of. Everything is made when it is looked up and read. */
import { EINVAL, EIO, ENOENT } from "../../abi/errno.ts";
import { directoryEntryType } from "../../abi/dirent.ts";
import { SEEK_CUR, SEEK_SET } from "../../abi/fcntl.ts";
import { S_IFDIR, S_IFLNK, S_IFREG } from "../../abi/stat.ts";
import { binaryBytes } from "../../text.ts";
import { credentialsOf, isPrivileged, type Credentials } from "../credentials.ts";
import { Dentry } from "../dentry.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { Attributes, DirectoryEntry } from "../inode.ts";
import { Inode } from "../inode.ts";
import { OpenFile } from "../openfile.ts";
import type { ProcFileSystem } from "./filesystem.ts";

/** Whose file it is, and which number it has. */
export interface ProcNode {
  readonly number: number;
  readonly owner: Credentials;
}

export abstract class ProcInode extends Inode {
  readonly fileSystem: ProcFileSystem;
  readonly node: ProcNode;
  readonly mode: number;

  constructor(fileSystem: ProcFileSystem, node: ProcNode, mode: number) {
    super();
    this.fileSystem = fileSystem;
    this.node = node;
    this.mode = mode;
  }

  override get uid(): number {
    return this.node.owner.euid;
  }

  override get gid(): number {
    return this.node.owner.egid;
  }

  override attributes(): Attributes {
    const now = this.fileSystem.now();
    return {
      device: this.fileSystem.device,
      inode: BigInt(this.node.number),
      mode: this.mode,
      links: this.isDirectory ? 2 : 1,
      uid: this.uid,
      gid: this.gid,
      representedDevice: 0,
      size: 0,
      blockSize: 1024,
      blocks: 0,
      accessed: now,
      modified: now,
      changed: now,
    };
  }
}

/** A file whose contents are worked out when it is read from the start. */
export class ProcText extends ProcInode {
  private readonly text: () => string | Uint8Array;

  constructor(fileSystem: ProcFileSystem, node: ProcNode, permissions: number, text: () => string | Uint8Array) {
    super(fileSystem, node, S_IFREG | permissions);
    this.text = text;
  }

  override open(dentry: Dentry, flags: number): OpenFile {
    return new ProcTextFile(dentry, flags, this);
  }

  /** open(O_TRUNC) of such a file does nothing. */
  override truncate(): number {
    return 0;
  }

  contents(): Uint8Array {
    const text = this.text();
    return typeof text === "string" ? binaryBytes(text) : text;
  }
}

class ProcTextFile extends OpenFile {
  private readonly source: ProcText;
  private contents: Uint8Array | null = null;

  constructor(dentry: Dentry, flags: number, source: ProcText) {
    super(dentry, flags);
    this.source = source;
  }

  override read(target: Uint8Array): number {
    const count = this.readAt(target, this.position);
    this.position += count;
    return count;
  }

  override readAt(target: Uint8Array, position: number): number {
    if (position === 0 || this.contents === null) this.contents = this.source.contents();
    const part = this.contents.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }

  override write(): number {
    return -EIO;
  }

  override seek(offset: number, whence: number): number {
    if (whence !== SEEK_SET && whence !== SEEK_CUR) return -EINVAL;
    const target = whence === SEEK_SET ? offset : this.position + offset;
    if (target < 0) return -EINVAL;
    this.position = target;
    return target;
  }
}

/** A symbolic link, by its text and perhaps by what it leads straight to. */
export class ProcLink extends ProcInode {
  private readonly target: () => string | number;
  private readonly jump: (() => Dentry | number) | null;

  constructor(
    fileSystem: ProcFileSystem,
    node: ProcNode,
    target: () => string | number,
    jump: (() => Dentry | number) | null = null,
    permissions = 0o777,
  ) {
    super(fileSystem, node, S_IFLNK | permissions);
    this.target = target;
    this.jump = jump;
  }

  override readLink(): string | number {
    return this.target();
  }

  override follow(): Dentry | number | null {
    return this.jump?.() ?? null;
  }
}

/** What a directory of /proc holds: its names, and what each is. */
export interface ProcEntries {
  names(): readonly string[];
  find(name: string): ProcInode | undefined;
}

export class ProcDirectory extends ProcInode {
  private readonly contents: ProcEntries;
  /** Only its owner and root may look into it (fd, fdinfo). */
  private readonly isPrivate: boolean;

  constructor(fileSystem: ProcFileSystem, node: ProcNode, contents: ProcEntries, permissions = 0o555) {
    super(fileSystem, node, S_IFDIR | permissions);
    this.contents = contents;
    this.isPrivate = permissions === 0o500;
  }

  override permits(credentials: Credentials): boolean {
    return !this.isPrivate || isPrivileged(credentials) || credentials.fsuid === this.uid;
  }

  override open(dentry: Dentry, flags: number): OpenFile {
    return new DirectoryFile(dentry, flags);
  }

  override lookup(directory: Dentry, name: string): Dentry | number {
    const found = this.contents.find(name);
    return found === undefined ? -ENOENT : new Dentry(directory, name, found);
  }

  override list(): readonly DirectoryEntry[] {
    const entries: DirectoryEntry[] = [];
    for (const name of this.contents.names()) {
      const found = this.contents.find(name);
      if (found === undefined) continue;
      entries.push({ name, inode: BigInt(found.node.number), type: directoryEntryType(found.mode) });
    }
    return entries;
  }

  /** Nothing can be made in /proc: ENOENT as on Linux for a name that is not there. */
  override create(): Dentry | number {
    return -ENOENT;
  }

  override get acceptsNames(): boolean {
    return false;
  }
}

/** Entries that are always the same, each made when it is asked for. */
export function fixedEntries(entries: Readonly<Record<string, () => ProcInode>>): ProcEntries {
  return {
    names: () => Object.keys(entries),
    find: (name) => (Object.hasOwn(entries, name) ? entries[name]!() : undefined),
  };
}

export const ROOT_OWNER = credentialsOf(0, 0);
