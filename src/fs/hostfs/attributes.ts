import type { HostStat } from "../../platform/host.ts";
import type { Attributes } from "../inode.ts";

/** What the host tells of a file, on the guest's `device`. */
export function attributesOf(stat: HostStat, device: number): Attributes {
  return {
    device,
    inode: stat.inode,
    mode: stat.mode,
    links: stat.links,
    uid: stat.uid,
    gid: stat.gid,
    representedDevice: Number(BigInt.asUintN(32, stat.representedDevice)),
    size: stat.size,
    blockSize: stat.blockSize,
    blocks: stat.blocks,
    accessed: stat.accessed,
    modified: stat.modified,
    changed: stat.changed,
    born: stat.born,
  };
}
