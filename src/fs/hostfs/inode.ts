import { EACCES, EBUSY, EINVAL, EIO, ENOENT, ENXIO, EPERM } from "../../abi/errno.ts";
import { directoryEntryType } from "../../abi/dirent.ts";
import { O_ACCMODE, O_APPEND, O_RDONLY, O_RDWR, O_WRONLY } from "../../abi/fcntl.ts";
import { S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, S_ISGID } from "../../abi/stat.ts";
import type { HostFile, HostStat } from "../../platform/host.ts";
import { Dentry } from "../dentry.ts";
import { DirectoryFile } from "../directory-file.ts";
import type { Attributes, AttributeChange, DirectoryEntry, NewInode } from "../inode.ts";
import { Inode } from "../inode.ts";
import type { OpenFile } from "../openfile.ts";
import { attributesOf } from "./attributes.ts";
import type { HostFileSystem } from "./filesystem.ts";
import { HostOpenFile } from "./open-file.ts";

const PERMISSIONS = 0o7777;
/** With this many remembered names, those that nobody holds any more are forgotten. */
const REMEMBERED = 1024;

/** One name on the host, asked for anew at each lookup; what somebody holds keeps its identity. */
export class HostInode extends Inode {
  readonly fileSystem: HostFileSystem;
  /** Where this is; set once, by whoever makes both. */
  dentry!: Dentry;
  /** What the host said at the last lookup: what permission checks look at. */
  stat: HostStat;
  /** Open on the host. */
  private readonly handles = new Set<HostFile>();
  /** Of a directory: the names in it that have been looked up, as long as somebody holds them. */
  private readonly known = new Map<string, WeakRef<Dentry>>();
  private knownLimit = REMEMBERED;
  /** Of a directory: names that are here for the guest only. */
  private readonly attached = new Map<string, Dentry>();
  /** The file as create has opened it, kept for the open that follows: its permissions may forbid another. */
  private created: HostFile | null = null;

  constructor(fileSystem: HostFileSystem, stat: HostStat) {
    super();
    this.fileSystem = fileSystem;
    this.stat = stat;
  }

  override get mode(): number {
    return this.stat.mode;
  }

  override get uid(): number {
    return this.stat.uid;
  }

  override get gid(): number {
    return this.stat.gid;
  }

  override attributes(): Attributes | number {
    const stat = this.handle?.stat() ?? this.statByName();
    if (typeof stat === "number") return stat;
    this.stat = stat;
    return attributesOf(stat, this.fileSystem.deviceFor(stat.device));
  }

  override setAttributes(change: AttributeChange): number {
    const handle = this.handle ?? null;
    const { folder, path } = this;
    let result = 0;
    if (change.permissions !== undefined) {
      result = handle?.changeMode(change.permissions) ?? folder.changeMode(path, change.permissions);
    }
    if (result === 0 && (change.uid !== undefined || change.gid !== undefined)) {
      const uid = change.uid ?? this.uid;
      const gid = change.gid ?? this.gid;
      result = handle?.changeOwner(uid, gid) ?? folder.changeOwner(path, uid, gid);
    }
    if (result === 0 && (change.accessed !== undefined || change.modified !== undefined)) {
      const now = this.attributes();
      if (typeof now === "number") return now;
      const accessed = change.accessed ?? now.accessed;
      const modified = change.modified ?? now.modified;
      result = handle?.changeTimes(accessed, modified) ?? folder.changeTimes(path, accessed, modified);
    }
    const after = this.attributes();
    return result < 0 || typeof after !== "number" ? result : after;
  }

  override open(dentry: Dentry, flags: number): OpenFile | number {
    if (this.isDirectory) return new DirectoryFile(dentry, flags);
    // Devices of the host are not the guest's, and a fifo of the host would hang it.
    if (this.type !== S_IFREG) return this.type === S_IFSOCK ? -ENXIO : -EACCES;
    const handle = this.created ?? this.openOnHost(flags);
    this.created = null;
    if (typeof handle === "number") return handle;
    this.handles.add(handle);
    return new HostOpenFile(dentry, flags, this, handle);
  }

  /** An open file is gone. */
  closed(handle: HostFile): void {
    this.handles.delete(handle);
    handle.close();
  }

  override readLink(): string | number {
    return this.folder.readLink(this.path);
  }

  override readAt(target: Uint8Array, position: number): number {
    return this.withFile(O_RDONLY, (file) => file.read(target, position));
  }

  override writeAt(source: Uint8Array, position: number): number {
    return this.withFile(O_RDWR, (file) => file.write(source, position));
  }

  override truncate(size: number): number {
    const result = this.folder.truncate(this.path, size);
    this.mappings?.changed(size, Infinity);
    return result;
  }

  override lookup(directory: Dentry, name: string): Dentry | number {
    if (directory.deleted) return -ENOENT;
    const attached = this.attached.get(name);
    if (attached !== undefined) return attached;
    const stat = this.folder.stat(this.below(name));
    if (typeof stat === "number") return stat;
    const known = this.known.get(name)?.deref();
    if (known !== undefined) {
      const inode = known.inode as HostInode;
      if (isSame(stat, inode.stat) || known.mounted !== null) {
        inode.stat = stat;
        return known;
      }
    }
    const inode = new HostInode(this.fileSystem, stat);
    const dentry = new Dentry(directory, name, inode);
    inode.dentry = dentry;
    this.remember(name, dentry);
    return dentry;
  }

  override list(): readonly DirectoryEntry[] | number {
    const listed = this.folder.list(this.path);
    if (typeof listed === "number" || this.attached.size === 0) return listed;
    const entries = listed.filter(({ name }) => !this.attached.has(name));
    for (const [name, { inode }] of this.attached) {
      const attributes = inode.attributes();
      if (typeof attributes === "number") continue;
      entries.push({ name, inode: attributes.inode, type: directoryEntryType(inode.mode) });
    }
    return entries;
  }

  /**
   * Puts a name here that the host knows nothing of: a place for a mount, or a file given to the guest, in a folder
   * that is the host's own. It can be neither moved nor removed.
   */
  attach(dentry: Dentry): void {
    this.attached.set(dentry.name, dentry);
  }

  override create(directory: Dentry, name: string, wanted: NewInode): Dentry | number {
    const path = this.below(name);
    const permissions = wanted.mode & PERMISSIONS;
    let created: HostFile | null = null;
    let result = 0;
    switch (wanted.mode & S_IFMT) {
      case S_IFREG: {
        const file = this.folder.open(path, { read: true, write: true, append: false, create: permissions });
        if (typeof file === "number") return file;
        created = file;
        result = file.changeMode(permissions);
        break;
      }
      case S_IFDIR: {
        const inherited = permissions | (this.mode & S_ISGID);
        result = this.folder.makeFolder(path, permissions) || this.folder.changeMode(path, inherited);
        break;
      }
      case S_IFLNK:
        result = this.folder.makeLink(path, wanted.target ?? "");
        break;
      default:
        result = -EPERM;
    }
    const dentry = result < 0 ? result : this.lookup(directory, name);
    if (typeof dentry === "number") {
      created?.close();
      return dentry;
    }
    const inode = dentry.inode as HostInode;
    inode.created = created;
    // A guest's user that is not the host's: only root's host can make it so, and to others it stays theirs.
    if (inode.uid !== wanted.uid || inode.gid !== wanted.gid) inode.setAttributes({ uid: wanted.uid, gid: wanted.gid });
    return dentry;
  }

  override link(_directory: Dentry, name: string, target: Dentry): number {
    return this.folder.link(this.fileSystem.pathOf(target), this.below(name));
  }

  override remove(_directory: Dentry, victim: Dentry): number {
    if (this.attached.has(victim.name)) return -EBUSY;
    const path = this.below(victim.name);
    const result = victim.inode.isDirectory ? this.folder.removeFolder(path) : this.folder.removeFile(path);
    if (result < 0) return result;
    this.known.delete(victim.name);
    victim.deleted = true;
    return 0;
  }

  override rename(
    _directory: Dentry,
    victim: Dentry,
    target: Dentry,
    name: string,
    replaced: Dentry | null,
    exchange: boolean,
  ): number {
    if (exchange) return -EINVAL;
    const to = target.inode as HostInode;
    if (this.attached.has(victim.name) || to.attached.has(name)) return -EBUSY;
    const result = this.folder.rename(this.below(victim.name), to.below(name));
    if (result < 0) return result;
    this.known.delete(victim.name);
    to.known.delete(name);
    if (replaced !== null) replaced.deleted = true;
    victim.parent = target;
    victim.name = name;
    to.remember(name, victim);
    return 0;
  }

  private get folder() {
    return this.fileSystem.folder;
  }

  private get path(): string {
    return this.fileSystem.pathOf(this.dentry);
  }

  private get handle(): HostFile | undefined {
    return this.handles.values().next().value;
  }

  private below(name: string): string {
    const path = this.path;
    return path === "" ? name : `${path}/${name}`;
  }

  private remember(name: string, dentry: Dentry): void {
    if (this.known.size >= this.knownLimit) {
      for (const [key, reference] of this.known) {
        if (reference.deref() === undefined) this.known.delete(key);
      }
      this.knownLimit = Math.max(REMEMBERED, 2 * this.known.size);
    }
    this.known.set(name, new WeakRef(dentry));
  }

  /** Of a directory that has been removed, what was last known of it. */
  private statByName(): HostStat | number {
    return this.dentry.deleted ? { ...this.stat, links: 0 } : this.folder.stat(this.path);
  }

  /** For mappings, which outlive the descriptor they were made from: does something with the file, opened anew. */
  private withFile(flags: number, action: (file: HostFile) => number): number {
    const file = this.dentry.deleted ? -EIO : this.openOnHost(flags);
    if (typeof file === "number") return file;
    const result = action(file);
    file.close();
    return result;
  }

  /** Opens the file on the host, and makes sure that it is the one that was looked up. */
  private openOnHost(flags: number): HostFile | number {
    const mode = flags & O_ACCMODE;
    const file = this.folder.open(this.path, {
      read: mode !== O_WRONLY,
      write: mode !== O_RDONLY,
      append: (flags & O_APPEND) !== 0,
    });
    if (typeof file === "number") return file;
    const stat = file.stat();
    if (typeof stat !== "number" && isSame(stat, this.stat)) return file;
    file.close();
    return -ENOENT;
  }
}

/** Is it the same file, and not another that has got its inode number? */
function isSame(a: HostStat, b: HostStat): boolean {
  const sameType = (a.mode & S_IFMT) === (b.mode & S_IFMT);
  return a.inode === b.inode && a.device === b.device && a.born === b.born && sameType;
}
