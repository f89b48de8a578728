/** uapi/asm-generic/statfs.h (i386) and the numbers of uapi/linux/magic.h. */

/** struct statfs: all 32-bit. */
export const STATFS = {
  size: 64,
  f_type: 0,
  f_bsize: 4,
  f_blocks: 8,
  f_bfree: 12,
  f_bavail: 16,
  f_files: 20,
  f_ffree: 24,
  f_fsid: 28,
  f_namelen: 36,
  f_frsize: 40,
  f_flags: 44,
} as const;

/** struct statfs64: the five counts are 64-bit. */
export const STATFS64 = {
  size: 84,
  f_type: 0,
  f_bsize: 4,
  f_blocks: 8,
  f_bfree: 16,
  f_bavail: 24,
  f_files: 32,
  f_ffree: 40,
  f_fsid: 48,
  f_namelen: 56,
  f_frsize: 60,
  f_flags: 64,
} as const;

/** f_flags (linux/statfs.h). */
export const ST_RDONLY = 1;
export const ST_VALID = 0x20;
export const ST_RELATIME = 0x1000;

/** f_type. */
export const TMPFS_MAGIC = 0x01021994;
export const PROC_SUPER_MAGIC = 0x9fa0;
export const PIPEFS_MAGIC = 0x50495045;
