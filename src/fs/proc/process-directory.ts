/** /proc/PID and what is in it. */
import { ENOENT } from "../../abi/errno.ts";
import type { Dentry } from "../dentry.ts";
import { pathOf } from "../walk.ts";
import { describeLimits, describeStat, describeStatm, describeStatus } from "./describe.ts";
import type { ProcFileSystem } from "./filesystem.ts";
import { fixedEntries, ProcDirectory, ProcLink, ProcText, type ProcInode, type ProcNode } from "./nodes.ts";
import type { ProcessInformation } from "./process.ts";

/** Inode numbers: each process has 2^18 of them, the descriptors from FD on. */
const RANGE = 0x40000;
const FD = 0x100;
const FDINFO = 0x20000;

/** The directory of the process whose number `name` is, if there is one. */
export function processDirectory(proc: ProcFileSystem, name: string): ProcInode | undefined {
  if (!/^[1-9]\d{0,9}$/.test(name)) return undefined;
  const pid = Number(name);
  const process = proc.processes.find(pid);
  if (process === undefined) return undefined;
  const node = (offset: number): ProcNode => ({ number: pid * RANGE + offset, owner: process.credentials });
  let offset = 1;
  const text = (permissions: number, contents: () => string | Uint8Array) => {
    const inode = new ProcText(proc, node(offset++), permissions, contents);
    return () => inode;
  };
  const link = (target: () => Dentry | null) => {
    const inode = placeLink(proc, node(offset++), process, target);
    return () => inode;
  };
  const folder = (permissions: number, entries: ConstructorParameters<typeof ProcDirectory>[2]) => {
    const inode = new ProcDirectory(proc, node(offset++), entries, permissions);
    return () => inode;
  };
  const entries = fixedEntries({
    auxv: text(0o400, () => process.auxiliaryVector()),
    cmdline: text(0o444, () => process.commandLine()),
    comm: text(0o444, () => `${process.name}\n`),
    cwd: link(() => process.cwd),
    environ: text(0o400, () => process.environment()),
    exe: link(() => process.executable),
    fd: folder(
      0o500,
      descriptors(process, (fd) => descriptorLink(proc, node(FD + fd), process, fd)),
    ),
    fdinfo: folder(
      0o555,
      descriptors(process, (fd) => new ProcText(proc, node(FDINFO + fd), 0o400, () => describeFile(process, fd))),
    ),
    limits: text(0o444, () => describeLimits(process)),
    maps: text(0o444, () => process.maps()),
    mounts: text(0o444, () => describeMounts(proc)),
    root: link(() => process.root),
    stat: text(0o444, () => describeStat(process)),
    statm: text(0o444, () => describeStatm(process)),
    status: text(0o444, () => describeStatus(process)),
  });
  return new ProcDirectory(proc, node(0), entries);
}

/** cwd, root, exe: a path to read, and the place itself to follow. */
function placeLink(
  proc: ProcFileSystem,
  node: ProcNode,
  process: ProcessInformation,
  target: () => Dentry | null,
): ProcLink {
  return new ProcLink(
    proc,
    node,
    () => {
      const dentry = target();
      return dentry === null ? -ENOENT : pathOf(dentry, viewer(proc, process));
    },
    () => target() ?? -ENOENT,
  );
}

/** /proc/PID/fd/N: its permissions show how the file is open. */
function descriptorLink(
  proc: ProcFileSystem,
  node: ProcNode,
  process: ProcessInformation,
  fd: number,
): ProcLink | undefined {
  const file = process.files.get(fd);
  if (file === undefined) return undefined;
  const permissions = 0o100 | (file.isReadable ? 0o400 : 0) | (file.isWritable ? 0o200 : 0);
  const current = () => process.files.get(fd)?.dentry ?? -ENOENT;
  const path = () => {
    const dentry = current();
    return typeof dentry === "number" ? dentry : pathOf(dentry, viewer(proc, process));
  };
  return new ProcLink(proc, node, path, current, permissions);
}

/** Paths are shown as the reader sees them. */
function viewer(proc: ProcFileSystem, process: ProcessInformation): Dentry {
  return proc.processes.current()?.root ?? process.root;
}

function descriptors(process: ProcessInformation, make: (fd: number) => ProcInode | undefined) {
  return {
    names: () => process.files.numbers().map(String),
    find(name: string): ProcInode | undefined {
      if (!/^(0|[1-9]\d{0,6})$/.test(name)) return undefined;
      return process.files.get(Number(name)) === undefined ? undefined : make(Number(name));
    },
  };
}

function describeFile(process: ProcessInformation, fd: number): string {
  const file = process.files.get(fd);
  if (file === undefined) return "";
  const flags = file.flags | (process.files.isCloseOnExec(fd) ? 0o2000000 : 0);
  const attributes = file.inode.attributes();
  const number = typeof attributes === "number" ? 0 : attributes.inode;
  return `pos:\t${file.position}\nflags:\t0${flags.toString(8)}\nmnt_id:\t1\nino:\t${number}\n`;
}

/** The format of fstab(5): blanks in names as octal numbers. */
function describeMounts(proc: ProcFileSystem): string {
  const escape = (text: string) => text.replace(/[ \t\n\\]/g, (char) => `\\0${char.charCodeAt(0).toString(8)}`);
  return proc
    .mounts()
    .map(({ source, path, type, readOnly }) => {
      return `${escape(source)} ${escape(path)} ${type} ${readOnly ? "ro" : "rw"},relatime 0 0\n`;
    })
    .join("");
}
