/** uapi/linux/limits.h, uapi/linux/uio.h, uapi/linux/fs.h and the limits that linux/fs keeps. */

/** Bytes of a path, the terminating zero included. */
export const PATH_MAX = 4096;
/** Bytes of one name. */
export const NAME_MAX = 255;
/** Symbolic links followed in one walk (linux/namei.h MAXSYMLINKS). */
export const MAXSYMLINKS = 40;
/** Vectors of one readv or writev. */
export const UIO_MAXIOV = 1024;
/** Bytes of one read or write: INT_MAX rounded down to a page (linux/fs.h MAX_RW_COUNT). */
export const MAX_RW_COUNT = 0x7ffff000;
/** The largest file a 32-bit kernel's page cache can address: ULONG_MAX << PAGE_SHIFT (linux/fs.h MAX_LFS_FILESIZE). */
export const MAX_LFS_FILESIZE = 0xffffffff000;
/** The largest file that can be opened without O_LARGEFILE, and the largest offset the old calls can say. */
export const MAX_NON_LFS = 0x7fffffff;
/** Writes to a pipe of up to this many bytes are not mixed with others'. */
export const PIPE_BUF = 4096;
/** One above the highest descriptor there can ever be (linux/fs/file.c sysctl_nr_open). */
export const NR_OPEN = 1048576;
/** Hard links of one file on file systems without a limit of their own. */
export const LINK_MAX = 0xffffffff;
