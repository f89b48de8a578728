/** Who may do what with an inode: inode_permission and its kin in linux/fs/namei.c. */
import { EACCES, EPERM, EROFS } from "../abi/errno.ts";
import { S_IFDIR, S_IFLNK, S_IFREG, S_ISVTX, S_IXUGO } from "../abi/stat.ts";
import { inGroup, isPrivileged, type Credentials } from "./credentials.ts";
import type { Dentry } from "./dentry.ts";
import type { Inode } from "./inode.ts";

export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

/** 0, -EACCES or -EROFS: may `credentials` do everything in `mask` (MAY_*) with `inode`? */
export function permission(inode: Inode, mask: number, credentials: Credentials): number {
  if ((mask & MAY_WRITE) !== 0 && inode.fileSystem.readOnly && isStored(inode)) return -EROFS;
  if (!inode.permits(credentials)) return -EACCES;
  if (isPrivileged(credentials)) {
    const executable = inode.isDirectory || (inode.mode & S_IXUGO) !== 0;
    return (mask & MAY_EXEC) !== 0 && !executable ? -EACCES : 0;
  }
  const shift = credentials.fsuid === inode.uid ? 6 : inGroup(credentials, inode.gid) ? 3 : 0;
  return (mask & ~(inode.mode >> shift) & 7) === 0 ? 0 : -EACCES;
}

/** A read-only file system still lets one write to the devices and pipes on it. */
function isStored(inode: Inode): boolean {
  return inode.type === S_IFREG || inode.type === S_IFDIR || inode.type === S_IFLNK;
}

/** May do with `inode` what only its owner may (chmod, utimes to any time, O_NOATIME)? */
export function isOwner(inode: Inode, credentials: Credentials): boolean {
  return isPrivileged(credentials) || credentials.fsuid === inode.uid;
}

/** Adding a name to `directory`. */
export function mayCreate(directory: Dentry, credentials: Credentials): number {
  return permission(directory.inode, MAY_WRITE | MAY_EXEC, credentials);
}

/** Taking `victim` out of `directory`: a sticky directory lets only the owner of either do so. */
export function mayDelete(directory: Dentry, victim: Dentry, credentials: Credentials): number {
  const allowed = permission(directory.inode, MAY_WRITE | MAY_EXEC, credentials);
  if (allowed < 0) return allowed;
  const sticky = (directory.inode.mode & S_ISVTX) !== 0;
  const owner = isOwner(victim.inode, credentials) || isOwner(directory.inode, credentials);
  return sticky && !owner ? -EPERM : 0;
}
