/** linux/dirent.h: what the getdents calls write, and the types of entries. */

export const DT_UNKNOWN = 0;

/** The DT_ number of a file type: `mode`'s type bits moved down (linux/fs_types.h S_DT). */
export function directoryEntryType(mode: number): number {
  return (mode >>> 12) & 15;
}

/**
 * struct linux_dirent64, 8-byte aligned:
 *
 *     0 d_ino u64 | 8 d_off s64 | 16 d_reclen u16 | 18 d_type u8 | 19 d_name, zero-terminated
 */
export const DIRENT64 = { d_ino: 0, d_off: 8, d_reclen: 16, d_type: 18, d_name: 19, alignment: 8 } as const;

/**
 * struct linux_dirent, 4-byte aligned, its type in the last byte:
 *
 *     0 d_ino u32 | 4 d_off u32 | 8 d_reclen u16 | 10 d_name, zero-terminated ... d_type u8
 */
export const DIRENT = { d_ino: 0, d_off: 4, d_reclen: 8, d_name: 10, alignment: 4 } as const;

/** struct old_linux_dirent of readdir(2), call 89. */
export const OLD_DIRENT = { d_ino: 0, d_offset: 4, d_namlen: 8, d_name: 10 } as const;
