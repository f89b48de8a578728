/** asm-generic/resource.h, linux/resource.h */
export const RLIMIT_CPU = 0;
export const RLIMIT_FSIZE = 1;
export const RLIMIT_DATA = 2;
export const RLIMIT_STACK = 3;
export const RLIMIT_CORE = 4;
export const RLIMIT_RSS = 5;
export const RLIMIT_NPROC = 6;
export const RLIMIT_NOFILE = 7;
export const RLIMIT_MEMLOCK = 8;
export const RLIMIT_AS = 9;
export const RLIMIT_LOCKS = 10;
export const RLIMIT_SIGPENDING = 11;
export const RLIMIT_MSGQUEUE = 12;
export const RLIMIT_NICE = 13;
export const RLIMIT_RTPRIO = 14;
export const RLIMIT_RTTIME = 15;
export const RLIM_NLIMITS = 16;

/** 'No limit': the 64-bit form; 32-bit calls show anything larger than they can say as RLIM32_INFINITY. */
export const RLIM64_INFINITY = 0xffff_ffff_ffff_ffffn;
export const RLIM32_INFINITY = 0xffff_ffff;
/** old getrlimit(76) says this instead. */
export const OLD_RLIM_INFINITY = 0x7fff_ffff;

export const RUSAGE_SELF = 0;
export const RUSAGE_CHILDREN = -1;
export const RUSAGE_THREAD = 1;
/** struct rusage on i386: utime, stime (timeval), then 14 longs from ru_maxrss on. */
export const RUSAGE = { size: 72, ru_utime: 0, ru_stime: 8, ru_maxrss: 16, ru_minflt: 32, ru_majflt: 36 } as const;
