/** The host's standard streams as files of the guest. */
import { EAGAIN, ESPIPE } from "../abi/errno.ts";
import { O_ACCMODE, O_LARGEFILE, O_RDONLY, O_RDWR, O_WRONLY } from "../abi/fcntl.ts";
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from "../abi/poll.ts";
import { S_IFCHR, S_IFIFO, S_IFREG } from "../abi/stat.ts";
import type { HostFile } from "../platform/host.ts";
import type { InputStream, OutputStream, Platform, StreamKind } from "../platform/platform.ts";
import { AnonymousInode, type AnonymousFileSystem } from "./anonymous.ts";
import { Dentry } from "./dentry.ts";
import type { FileDescriptorTable } from "./descriptors.ts";
import { NULL_DEVICE } from "./devices.ts";
import { attributesOf } from "./hostfs/attributes.ts";
import type { Attributes } from "./inode.ts";
import { OpenFile } from "./openfile.ts";
import { RegularFile } from "./regular-file.ts";
import type { Terminal } from "./terminal.ts";
import { TerminalFile } from "./terminal.ts";

interface Streams {
  readonly input: InputStream | null;
  readonly output: OutputStream | null;
}

const MODES: Readonly<Record<StreamKind, number>> = {
  terminal: S_IFCHR | 0o620,
  device: S_IFCHR | 0o666,
  pipe: S_IFIFO | 0o600,
  file: S_IFREG | 0o600,
};

/** One stream: a pipe, a file or a device of the host. */
class StreamInode extends AnonymousInode {
  readonly streams: Streams;
  private readonly kind: StreamKind;
  private readonly file: HostFile | null;

  constructor(fileSystem: AnonymousFileSystem, streams: Streams, platform: Platform) {
    const stream = streams.input ?? streams.output!;
    super(fileSystem, MODES[stream.kind], platform.uid, platform.gid);
    this.kind = stream.kind;
    this.streams = streams;
    this.file = stream.file;
  }

  protected override get representedDevice(): number {
    return this.kind === "device" ? NULL_DEVICE : 0;
  }

  override attributes(): Attributes | number {
    const stat = this.file?.stat();
    if (stat === undefined) return super.attributes();
    return typeof stat === "number" ? stat : attributesOf(stat, this.fileSystem.device);
  }

  override readAt(target: Uint8Array, position: number): number {
    return this.file === null ? -ESPIPE : this.file.read(target, position);
  }

  /** Through /proc/PID/fd and /dev/stdin the same stream can be opened again. */
  override open(dentry: Dentry, flags: number): OpenFile | number {
    if (this.file !== null && (flags & O_ACCMODE) === O_RDONLY) return new RegularFile(dentry, flags);
    return new StreamFile(dentry, flags, this.streams, this.file !== null);
  }
}

/** A stream that has no position. */
class StreamFile extends OpenFile {
  private readonly streams: Streams;
  private readonly isFile: boolean;

  constructor(dentry: Dentry, flags: number, streams: Streams, isFile: boolean) {
    super(dentry, flags);
    this.streams = streams;
    this.isFile = isFile;
  }

  override read(target: Uint8Array): number {
    if (target.length === 0 || this.streams.input === null) return 0;
    const bytes = this.streams.input.read(target.length);
    if (bytes === null) return -EAGAIN;
    target.set(bytes);
    return bytes.length;
  }

  override write(source: Uint8Array): number {
    const result = this.streams.output?.write(source) ?? 0;
    return result < 0 ? result : source.length;
  }

  override poll(): number {
    let events = 0;
    if (this.isReadable && (this.streams.input?.isReady ?? true)) events |= POLLIN | POLLRDNORM;
    if (this.isWritable) events |= POLLOUT | POLLWRNORM;
    return events;
  }

  override wait(events: number): Promise<void> {
    const { input } = this.streams;
    return input === null || (events & (POLLIN | POLLRDNORM)) === 0 ? new Promise(() => {}) : input.ready();
  }

  override available(): number {
    return this.streams.input?.available ?? super.available();
  }

  override sync(): number {
    return this.isFile ? 0 : super.sync();
  }
}

/** Opens the descriptors 0, 1 and 2. Those that are the terminal share one open file, as a shell gives them. */
export function openStandardStreams(
  files: FileDescriptorTable,
  platform: Platform,
  anonymous: AnonymousFileSystem,
  terminal: Terminal | null,
  terminalDentry: Dentry | null,
): void {
  const tty =
    terminal !== null && terminalDentry !== null
      ? new TerminalFile(terminalDentry, O_RDWR | O_LARGEFILE, terminal)
      : null;
  const open = (name: string, streams: Streams, flags: number): OpenFile => {
    const stream = streams.input ?? streams.output!;
    if (stream.kind === "terminal" && tty !== null) return tty;
    const inode = new StreamInode(anonymous, streams, platform);
    const kind = stream.kind === "pipe" ? "pipe" : name;
    const file = inode.open(new Dentry(null, `${kind}:[${inode.number}]`, inode), flags | O_LARGEFILE);
    return file as OpenFile;
  };
  const stdin = open("stdin", { input: platform.stdin, output: null }, O_RDONLY);
  if (stdin instanceof RegularFile) stdin.position = platform.stdin.offset;
  files.put(0, stdin);
  files.put(1, open("stdout", { input: null, output: platform.stdout }, O_WRONLY));
  files.put(2, open("stderr", { input: null, output: platform.stderr }, O_WRONLY));
}
