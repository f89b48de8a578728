/** uapi/linux/stat.h and asm/stat.h (i386): file types, and where the fields of the stat structures are. */

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;
export const S_IXUSR = 0o100;
export const S_IXGRP = 0o010;
export const S_IXUGO = 0o111;
/** Everything chmod can set. */
export const S_IALLUGO = 0o7777;

/**
 * A device number as user space sees it (linux/kdev_t.h new_encode_dev):
 *
 *     bit 31..20        19..8     7..0
 *         minor 19..8   major     minor 7..0
 */
export function makeDevice(major: number, minor: number): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

export function deviceMajor(device: number): number {
  return (device >>> 8) & 0xfff;
}

export function deviceMinor(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xfff00);
}

/** struct __old_kernel_stat, of stat, lstat and fstat (18, 84, 28): all 16-bit but the last four. */
export const OLD_STAT = {
  size: 32,
  st_dev: 0,
  st_ino: 2,
  st_mode: 4,
  st_nlink: 6,
  st_uid: 8,
  st_gid: 10,
  st_rdev: 12,
  st_size: 16,
  st_atime: 20,
  st_mtime: 24,
  st_ctime: 28,
} as const;

/** struct stat, of stat, lstat and fstat (106, 107, 108): 32-bit, mode, nlink, uid and gid 16-bit. */
export const STAT = {
  size: 64,
  st_dev: 0,
  st_ino: 4,
  st_mode: 8,
  st_nlink: 10,
  st_uid: 12,
  st_gid: 14,
  st_rdev: 16,
  st_size: 20,
  st_blksize: 24,
  st_blocks: 28,
  st_atime: 32,
  st_atime_nsec: 36,
  st_mtime: 40,
  st_mtime_nsec: 44,
  st_ctime: 48,
  st_ctime_nsec: 52,
} as const;

/** struct stat64: st_dev, st_rdev, st_size, st_blocks and st_ino are 64-bit, the rest 32-bit. */
export const STAT64 = {
  size: 96,
  st_dev: 0,
  __st_ino: 12,
  st_mode: 16,
  st_nlink: 20,
  st_uid: 24,
  st_gid: 28,
  st_rdev: 32,
  st_size: 44,
  st_blksize: 52,
  st_blocks: 56,
  st_atime: 64,
  st_atime_nsec: 68,
  st_mtime: 72,
  st_mtime_nsec: 76,
  st_ctime: 80,
  st_ctime_nsec: 84,
  st_ino: 88,
} as const;

/** struct statx. A timestamp is 16 bytes: s64 seconds, u32 nanoseconds. */
export const STATX = {
  size: 256,
  stx_mask: 0x00,
  stx_blksize: 0x04,
  stx_attributes: 0x08,
  stx_nlink: 0x10,
  stx_uid: 0x14,
  stx_gid: 0x18,
  stx_mode: 0x1c,
  stx_ino: 0x20,
  stx_size: 0x28,
  stx_blocks: 0x30,
  stx_attributes_mask: 0x38,
  stx_atime: 0x40,
  stx_btime: 0x50,
  stx_ctime: 0x60,
  stx_mtime: 0x70,
  stx_rdev_major: 0x80,
  stx_rdev_minor: 0x84,
  stx_dev_major: 0x88,
  stx_dev_minor: 0x8c,
} as const;

export const STATX_BASIC_STATS = 0x7ff;
export const STATX_BTIME = 0x800;
export const STATX__RESERVED = 0x80000000;
/** Of stx_attributes: a mount's root. */
export const STATX_ATTR_MOUNT_ROOT = 0x2000;

/** tv_nsec values with a meaning of their own in utimensat(2). */
export const UTIME_NOW = 0x3fffffff;
export const UTIME_OMIT = 0x3ffffffe;
