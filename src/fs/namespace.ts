/** Builds the tree a guest sees: tmpfs at /, devices, /proc, and the folders of the host that it is given. */
import { ENOENT, ENOTDIR } from "../abi/errno.ts";
import { S_IFCHR, S_IFDIR, S_IFLNK, S_IFREG, makeDevice } from "../abi/stat.ts";
import type { Platform } from "../platform/platform.ts";
import { utf8Bytes, utf8String } from "../text.ts";
import { AnonymousFileSystem } from "./anonymous.ts";
import { crossMounts, Dentry } from "./dentry.ts";
import type { FileDescriptorTable } from "./descriptors.ts";
import {
  CONSOLE_DEVICE,
  Devices,
  FULL_DEVICE,
  NULL_DEVICE,
  PTS_DEVICE,
  RANDOM_DEVICE,
  registerMemoryDevices,
  TTY_DEVICE,
  URANDOM_DEVICE,
  ZERO_DEVICE,
} from "./devices.ts";
import { HostFileSystem } from "./hostfs/filesystem.ts";
import { HostInode } from "./hostfs/inode.ts";
import type { FileSystem, NewInode } from "./inode.ts";
import { ProcFileSystem } from "./proc/filesystem.ts";
import type { ProcessSource } from "./proc/process.ts";
import { PipeMemory } from "./pipe.ts";
import { openStandardStreams } from "./stdio.ts";
import { Terminal, TerminalFile } from "./terminal.ts";
import { Budget } from "./tmpfs/budget.ts";
import type { TmpDirectory } from "./tmpfs/directory.ts";
import { TmpFileSystem } from "./tmpfs/filesystem.ts";
import { pathWithin } from "./walk.ts";

export interface Mount {
  /** A folder of the host. */
  readonly host: string;
  /** Where the guest sees it: an absolute path. */
  readonly guest: string;
  readonly readOnly: boolean;
}

export interface NamespaceOptions {
  readonly platform: Platform;
  readonly processes: ProcessSource;
  /** The guest's wall clock, for the times of files: nanoseconds since 1970. Default: the platform's. */
  readonly now?: () => bigint;
  /** Who owns the tree in memory; default: the platform's. */
  readonly uid?: number;
  readonly gid?: number;
  /** Files to put into the tree before the start, by absolute path; a text is stored as UTF-8. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  readonly mounts?: readonly Mount[];
  /** Bytes that the in-memory file systems may hold in all; default 1 GiB. */
  readonly memoryLimit?: number;
}

export interface Namespace {
  readonly root: Dentry;
  /** Pipes are made here. */
  readonly anonymous: AnonymousFileSystem;
  /** The controlling terminal, if a standard stream is one. */
  readonly terminal: Terminal | null;
  /** Gives the standard streams the descriptors 0, 1 and 2. */
  openStandardStreams(files: FileDescriptorTable): void;
  /** The last process is gone: the host gets its terminal and its input back. */
  close(): void;
}

const DEFAULT_MEMORY = 1 << 30;
/** Inodes and names together: each costs the host up to a kilobyte. */
const INODES = 1 << 18;
/** Bytes in all pipes together. */
const PIPES = 1 << 28;
const DIRECTORIES = ["/dev", "/proc", "/tmp", "/etc", "/root", "/home", "/usr", "/usr/bin", "/bin", "/var", "/var/tmp"];
const STICKY = ["/tmp", "/var/tmp"];

/** The tree, or a sentence that says which file or mount could not be made and why. */
export function createNamespace(options: NamespaceOptions): Namespace | string {
  const { platform } = options;
  const now = options.now ?? (() => platform.now());
  let minor = 20;
  const nextDevice = () => makeDevice(0, minor++);
  const devices = new Devices();
  registerMemoryDevices(devices, (bytes) => platform.random(bytes));
  const budget = new Budget(options.memoryLimit ?? DEFAULT_MEMORY, INODES);
  const pipeMemory = new PipeMemory(PIPES);
  const memory = { budget, devices, pipeMemory, now, permissions: 0o755 };
  const uid = options.uid ?? platform.uid;
  const gid = options.gid ?? platform.gid;
  const rootSystem = new TmpFileSystem({ ...memory, uid, gid, type: "tmpfs", device: nextDevice() });
  const builder = new Builder(rootSystem, uid, gid);
  for (const path of DIRECTORIES) builder.directory(path, STICKY.includes(path) ? 0o1777 : 0o755);
  // What covers the whole root comes before what is mounted in it.
  const [covering, inside] = partition(options.mounts ?? [], ({ guest }) => split(guest).length === 0);
  for (const mount of covering) {
    const failure = mountFolder(builder, platform, mount, nextDevice);
    if (failure !== null) return failure;
  }

  const dev = new TmpFileSystem({ ...memory, uid: 0, gid: 0, type: "devtmpfs", device: nextDevice() });
  builder.mount(dev, "/dev");
  fillDev(builder, platform.terminal !== null, uid);
  const terminal = platform.terminal === null ? null : new Terminal(platform.terminal, platform);
  if (terminal !== null) {
    const open = (dentry: Dentry, flags: number) => new TerminalFile(dentry, flags, terminal);
    for (const device of [TTY_DEVICE, CONSOLE_DEVICE, PTS_DEVICE]) devices.register(device, open);
  }

  const proc = new ProcFileSystem({
    device: nextDevice(),
    processes: options.processes,
    now,
    random: (bytes) => platform.random(bytes),
    mounts: () => builder.mounts.map((mounted) => describeMount(mounted, builder.root)),
  });
  builder.mount(proc, "/proc");
  for (const mount of inside) {
    const failure = mountFolder(builder, platform, mount, nextDevice);
    if (failure !== null) return failure;
  }
  for (const [path, contents] of Object.entries(options.files ?? {})) {
    const failure = builder.file(utf8String(path), typeof contents === "string" ? utf8Bytes(contents) : contents);
    if (failure !== null) return failure;
  }

  const anonymous = new AnonymousFileSystem(nextDevice(), now, pipeMemory);
  const tty = builder.find("/dev/pts/0");
  return {
    root: builder.root,
    anonymous,
    terminal,
    close() {
      terminal?.restore();
      platform.stdin.release?.();
    },
    openStandardStreams: (files) => openStandardStreams(files, platform, anonymous, terminal, tty),
  };
}

function fillDev(builder: Builder, hasTerminal: boolean, uid: number): void {
  const node = (path: string, device: number, permissions: number, owner = 0) =>
    builder.make(path, { mode: S_IFCHR | permissions, uid: owner, gid: 0, representedDevice: device });
  const link = (path: string, target: string) => builder.make(path, { mode: S_IFLNK | 0o777, uid: 0, gid: 0, target });
  node("/dev/null", NULL_DEVICE, 0o666);
  node("/dev/zero", ZERO_DEVICE, 0o666);
  node("/dev/full", FULL_DEVICE, 0o666);
  node("/dev/random", RANDOM_DEVICE, 0o666);
  node("/dev/urandom", URANDOM_DEVICE, 0o666);
  node("/dev/tty", TTY_DEVICE, 0o666);
  node("/dev/console", CONSOLE_DEVICE, 0o600);
  link("/dev/fd", "/proc/self/fd");
  link("/dev/stdin", "/proc/self/fd/0");
  link("/dev/stdout", "/proc/self/fd/1");
  link("/dev/stderr", "/proc/self/fd/2");
  builder.directory("/dev/shm", 0o1777);
  builder.directory("/dev/pts", 0o755);
  if (hasTerminal) node("/dev/pts/0", PTS_DEVICE, 0o620, uid);
}

function mountFolder(builder: Builder, platform: Platform, mount: Mount, nextDevice: () => number): string | null {
  const name = `--mount ${mount.host}:${mount.guest}`;
  if (!mount.guest.startsWith("/")) return `${name}: the place in the guest must be an absolute path`;
  if (platform.openFolder === undefined) return `${name}: there are no folders here to mount`;
  const folder = platform.openFolder(mount.host);
  if (typeof folder === "number") {
    const reason = folder === -ENOENT ? "no such folder" : folder === -ENOTDIR ? "not a folder" : `error ${-folder}`;
    return `${name}: ${mount.host}: ${reason}`;
  }
  const system = HostFileSystem.mount(folder, mount.readOnly, nextDevice);
  if (typeof system === "number") return `${name}: ${mount.host}: error ${-system}`;
  const guest = utf8String(mount.guest);
  const place = builder.directory(guest, 0o755);
  if (typeof place === "string") return `${name}: ${place}`;
  builder.mount(system, guest);
  return null;
}

function describeMount(system: FileSystem, root: Dentry) {
  const { type, readOnly } = system;
  return { source: utf8String(system.source), path: pathWithin(system.root, root) ?? "/", type, readOnly };
}

/**
 * Makes and mounts by absolute path, before there is any process. Paths are binary strings. What is made belongs to
 * the guest's user, and nothing is made in a folder of the host: what is missing there is attached in memory.
 */
class Builder {
  readonly mounts: FileSystem[];
  private readonly bottom: TmpFileSystem;
  private readonly uid: number;
  private readonly gid: number;

  constructor(bottom: TmpFileSystem, uid: number, gid: number) {
    this.bottom = bottom;
    this.mounts = [bottom];
    this.uid = uid;
    this.gid = gid;
  }

  /** The root as the guest sees it. */
  get root(): Dentry {
    return crossMounts(this.bottom.root);
  }

  /** The directory `path`, made with all that is above it where it is missing; or why that cannot be. */
  directory(path: string, permissions: number): Dentry | string {
    let at = this.root;
    const names = split(path);
    for (const [index, name] of names.entries()) {
      if (name === "..") return `${path}: ".." cannot be in it`;
      const mode = S_IFDIR | (index === names.length - 1 ? permissions : 0o755);
      let next = at.inode.lookup(at, name);
      if (next === -ENOENT) next = this.create(at, name, { mode, uid: this.uid, gid: this.gid });
      if (typeof next === "number") return `${path}: cannot be made (error ${-next})`;
      if (!next.inode.isDirectory) return `${path}: ${name} is no directory`;
      at = crossMounts(next);
    }
    return at;
  }

  /** null, or why there is no such file now. */
  file(path: string, contents: Uint8Array): string | null {
    const made = this.make(path, { mode: S_IFREG | 0o755, uid: this.uid, gid: this.gid });
    if (typeof made === "string") return made;
    const written = made.inode.writeAt(contents, 0);
    return written === contents.length ? null : `${path}: the memory for files is full`;
  }

  make(path: string, inode: NewInode): Dentry | string {
    const name = split(path).pop();
    if (name === undefined || name === "..") return `${path}: there is no name in it`;
    const parent = this.directory(split(path).slice(0, -1).join("/"), 0o755);
    if (typeof parent === "string") return parent;
    if (typeof parent.inode.lookup(parent, name) !== "number") return `${path}: is there already`;
    const made = this.create(parent, name, inode);
    return typeof made === "number" ? `${path}: cannot be made (error ${-made})` : made;
  }

  mount(system: FileSystem, path: string): void {
    const place = this.directory(path, 0o755);
    if (typeof place === "string") return;
    place.mounted = system;
    system.mountpoint = place;
    this.mounts.push(system);
  }

  find(path: string): Dentry | null {
    let at = this.root;
    for (const name of split(path)) {
      const next = at.inode.lookup(at, name);
      if (typeof next === "number") return null;
      at = crossMounts(next);
    }
    return at;
  }

  private create(parent: Dentry, name: string, inode: NewInode): Dentry | number {
    if (!(parent.inode instanceof HostInode)) return parent.inode.create(parent, name, inode);
    const made = (this.bottom.root.inode as TmpDirectory).makeInode(inode);
    if (typeof made === "number") return made;
    const dentry = new Dentry(parent, name, made);
    parent.inode.attach(dentry);
    return dentry;
  }
}

function split(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

function partition<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))];
}
