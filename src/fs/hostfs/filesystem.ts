import { NAME_MAX } from "../../abi/limits.ts";
import type { HostFolder, HostStat } from "../../platform/host.ts";
import { Dentry } from "../dentry.ts";
import type { FileSystem, FileSystemStatistics } from "../inode.ts";
import { HostInode } from "./inode.ts";

/**
 * A folder of the host as a file system. The guest cannot leave it: paths are resolved here, component by component,
 * and the host is only ever asked for a path below the folder in which no component is a symbolic link.
 */
export class HostFileSystem implements FileSystem {
  readonly type = "hostfs";
  readonly source: string;
  readonly device: number;
  readonly readOnly: boolean;
  readonly root: Dentry;
  mountpoint: Dentry | null = null;
  readonly folder: HostFolder;
  /** st_dev for each device of the host that the folder reaches: what is mounted there below it keeps apart. */
  private readonly devices = new Map<bigint, number>();
  private readonly nextDevice: () => number;

  private constructor(folder: HostFolder, stat: HostStat, readOnly: boolean, nextDevice: () => number) {
    this.folder = folder;
    this.source = folder.path;
    this.readOnly = readOnly;
    this.nextDevice = nextDevice;
    this.device = this.deviceFor(stat.device);
    const inode = new HostInode(this, stat);
    this.root = new Dentry(null, "", inode);
    inode.dentry = this.root;
  }

  /** The file system of `folder`, or -errno. `nextDevice` gives unused device numbers. */
  static mount(folder: HostFolder, readOnly: boolean, nextDevice: () => number): HostFileSystem | number {
    const stat = folder.stat("");
    return typeof stat === "number" ? stat : new HostFileSystem(folder, stat, readOnly, nextDevice);
  }

  /** The path of `dentry` in the folder; "" is the folder itself. */
  pathOf(dentry: Dentry): string {
    const names: string[] = [];
    for (let at = dentry; at.parent !== null; at = at.parent) names.push(at.name);
    return names.reverse().join("/");
  }

  deviceFor(hostDevice: bigint): number {
    let device = this.devices.get(hostDevice);
    if (device === undefined) {
      device = this.nextDevice();
      this.devices.set(hostDevice, device);
    }
    return device;
  }

  /** A directory held from before may have been replaced by a link on the host. */
  revalidate(held: Dentry): number {
    return held.deleted ? 0 : this.folder.verify(this.pathOf(held));
  }

  statistics(): FileSystemStatistics {
    const host = this.folder.statistics();
    if (typeof host !== "number") return { ...host, nameLength: NAME_MAX };
    return { type: 0, blockSize: 4096, blocks: 0, blocksFree: 0, files: 0, filesFree: 0, nameLength: NAME_MAX };
  }
}
