/** A folder of the host through Node's synchronous file functions. */
import * as fs from "node:fs";
import * as path from "node:path";
import { EINVAL, ELOOP, ENOENT, ENOTDIR } from "../abi/errno.ts";
import { directoryEntryType } from "../abi/dirent.ts";
import { attempt, NodeFile, toHostStat, toTime } from "./node-file.ts";
import type { HostAccess, HostEntry, HostFile, HostFolder, HostStat, HostStatistics } from "./host.ts";

const { constants } = fs;
/** No link is followed, and a fifo that has taken the file's place cannot make the open wait. */
const SAFE = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const isWindows = process.platform === "win32";

export class NodeFolder implements HostFolder {
  readonly path: string;
  private readonly prefix: Buffer;

  private constructor(folder: string) {
    this.path = folder;
    this.prefix = Buffer.from(folder.endsWith(path.sep) ? folder : folder + path.sep);
  }

  /** Opens the folder that `name` leads to, or -errno. */
  static open(name: string): NodeFolder | number {
    return attempt(() => {
      const folder = fs.realpathSync.native(name);
      return fs.statSync(folder).isDirectory() ? new NodeFolder(folder) : -ENOTDIR;
    });
  }

  stat(relative: string): HostStat | number {
    return this.with(relative, (file) => toHostStat(fs.lstatSync(file, { bigint: true })));
  }

  verify(relative: string): number {
    return this.with(relative, (file) => {
      const real = fs.realpathSync.native(file, "buffer");
      const wanted = relative === "" ? Buffer.from(this.path) : file;
      return real.equals(wanted) ? 0 : -ENOENT;
    });
  }

  list(relative: string): readonly HostEntry[] | number {
    return this.with(relative, (folder) => {
      const entries: HostEntry[] = [];
      for (const entry of fs.readdirSync(folder, { encoding: "buffer" })) {
        const name = entry.toString("latin1");
        const stat = this.stat(relative === "" ? name : `${relative}/${name}`);
        // What has gone since, or cannot be a name here, is left out.
        if (typeof stat !== "number") entries.push({ name, inode: stat.inode, type: directoryEntryType(stat.mode) });
      }
      return entries;
    });
  }

  readLink(relative: string): string | number {
    return this.with(relative, (file) => fs.readlinkSync(file, { encoding: "buffer" }).toString("latin1"));
  }

  open(relative: string, access: HostAccess): HostFile | number {
    return this.with(relative, (file) => {
      const mode = !access.write ? constants.O_RDONLY : access.read ? constants.O_RDWR : constants.O_WRONLY;
      let flags = SAFE | mode;
      if (access.append) flags |= constants.O_APPEND;
      if (access.create !== undefined) flags |= constants.O_CREAT | constants.O_EXCL;
      return new NodeFile(fs.openSync(file, flags, access.create));
    });
  }

  makeFolder(relative: string, permissions: number): number {
    return this.do(relative, (file) => fs.mkdirSync(file, permissions));
  }

  makeLink(relative: string, target: string): number {
    return this.do(relative, (file) => fs.symlinkSync(Buffer.from(target, "latin1"), file));
  }

  link(from: string, to: string): number {
    return this.do(from, (source) => this.do(to, (target) => fs.linkSync(source, target)));
  }

  removeFile(relative: string): number {
    return this.do(relative, (file) => fs.unlinkSync(file));
  }

  removeFolder(relative: string): number {
    return this.do(relative, (file) => fs.rmdirSync(file));
  }

  rename(from: string, to: string): number {
    return this.do(from, (source) => this.do(to, (target) => fs.renameSync(source, target)));
  }

  truncate(relative: string, size: number): number {
    return this.with(relative, (file) => {
      const opened = new NodeFile(fs.openSync(file, SAFE | constants.O_WRONLY));
      const result = opened.truncate(size);
      opened.close();
      return result;
    });
  }

  changeMode(relative: string, permissions: number): number {
    return this.do(relative, (file) => {
      if (fs.lstatSync(file).isSymbolicLink()) return -ELOOP;
      fs.chmodSync(file, permissions);
      return 0;
    });
  }

  changeOwner(relative: string, uid: number, gid: number): number {
    return this.do(relative, (file) => fs.lchownSync(file, uid, gid));
  }

  changeTimes(relative: string, accessed: bigint, modified: bigint): number {
    return this.do(relative, (file) => fs.lutimesSync(file, toTime(accessed), toTime(modified)));
  }

  statistics(): HostStatistics | number {
    return attempt(() => {
      const statistics = fs.statfsSync(this.path);
      return {
        type: statistics.type,
        blockSize: statistics.bsize,
        blocks: statistics.blocks,
        blocksFree: statistics.bavail,
        files: statistics.files,
        filesFree: statistics.ffree,
      };
    });
  }

  /** Does something with the host's name of `relative`; what the host throws becomes -errno. */
  private with<T>(relative: string, action: (file: Buffer) => T): T | number {
    // What is one name to the guest must be one to the host.
    if (isWindows && /[\\:]/.test(relative)) return -EINVAL;
    if (relative.includes("\0")) return -EINVAL;
    return attempt(() => action(Buffer.concat([this.prefix, Buffer.from(relative, "latin1")])));
  }

  private do(relative: string, action: (file: Buffer) => number | void): number {
    return this.with(relative, (file) => action(file) ?? 0);
  }
}
