/** linux/time.h, linux/time_types.h */
export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
export const CLOCK_PROCESS_CPUTIME_ID = 2;
export const CLOCK_THREAD_CPUTIME_ID = 3;
export const CLOCK_MONOTONIC_RAW = 4;
export const CLOCK_REALTIME_COARSE = 5;
export const CLOCK_MONOTONIC_COARSE = 6;
export const CLOCK_BOOTTIME = 7;
export const CLOCK_REALTIME_ALARM = 8;
export const CLOCK_BOOTTIME_ALARM = 9;
export const CLOCK_TAI = 11;

export const TIMER_ABSTIME = 1;

export const ITIMER_REAL = 0;
export const ITIMER_VIRTUAL = 1;
export const ITIMER_PROF = 2;

export const NSEC_PER_SEC = 1_000_000_000n;

/** struct old_timespec32 and old_timeval32: seconds (i32), then nanoseconds or microseconds (i32) */
export const TIMESPEC32_SIZE = 8;
/** struct __kernel_timespec: seconds (i64), nanoseconds (i64; a 32-bit program's upper half is not looked at) */
export const TIMESPEC64_SIZE = 16;
/** struct timezone: minutes west (i32), dst (i32) */
export const TIMEZONE_SIZE = 8;
/** struct itimerval: interval, value (timeval each) */
export const ITIMERVAL_SIZE = 16;
/** struct tms: utime, stime, cutime, cstime (clock ticks, i32 each) */
export const TMS_SIZE = 16;
/** Clock ticks a second, as programs see them (USER_HZ). */
export const USER_HZ = 100;
/** The kernel's own tick, which the coarse clocks advance by: 250 a second. */
export const LOW_RES_NSEC = 4_000_000;
