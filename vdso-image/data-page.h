/*
 * The page of times that the kernel publishes for user code: Linux's struct vdso_time_data, as of 6.18.
 *
 *        0  u32 seq            odd while the kernel writes
 *        4  s32 clock_mode     0 none: make the system call; 1 the time-stamp counter
 *        8  u64 cycle_last     the counter when the base times were taken
 *       16  u64 max_cycles     below 2^32; beyond so many cycles since then the kernel must be asked, because the
 *                              nanoseconds of basetime and those since then might not fit 32 bits together
 *       24  u64 mask           all ones: the counter has 64 bits
 *       32  u32 mult           a cycle is mult / 2^shift nanoseconds
 *       36  u32 shift          at most 31
 *       40  { u64 sec, nsec } basetime[12], by clock id; nsec is shifted left by `shift`, except in coarse clocks
 *      232  the same again, for CLOCK_MONOTONIC_RAW
 *    0x910  s32 tz_minuteswest
 *    0x914  s32 tz_dsttime
 *    0x918  u32 hrtimer_res    resolution of the high-resolution clocks, ns
 *
 * The layout is no ABI: the page and the code that reads it come from the same kernel.
 */
#ifndef DATA_PAGE_H
#define DATA_PAGE_H

typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

#define NSEC_PER_SEC 1000000000u

enum clock_id {
	CLOCK_REALTIME = 0,
	CLOCK_MONOTONIC = 1,
	CLOCK_MONOTONIC_RAW = 4,
	CLOCK_REALTIME_COARSE = 5,
	CLOCK_MONOTONIC_COARSE = 6,
	CLOCK_BOOTTIME = 7,
	CLOCK_TAI = 11,
	BASETIMES = 12,
};

enum clock_mode { MODE_NONE = 0, MODE_TSC = 1 };

struct base_time {
	u32 sec;
	u32 sec_high;
	u32 nsec;
	u32 nsec_high;
};

struct clock_data {
	u32 seq;
	s32 clock_mode;
	u64 cycle_last;
	u32 max_cycles;
	u32 max_cycles_high;
	u64 mask;
	u32 mult;
	u32 shift;
	struct base_time basetime[BASETIMES];
};

struct time_data {
	struct clock_data clock[2];
	struct clock_data unused[8];
	s32 tz_minuteswest;
	s32 tz_dsttime;
	u32 hrtimer_res;
};

_Static_assert(sizeof(struct clock_data) == 232, "Linux 6.18's layout");
_Static_assert(__builtin_offsetof(struct time_data, tz_minuteswest) == 0x910, "Linux 6.18's layout");

#endif
