/*
 * The clocks of the vDSO: they read the data page right before the image and enter the kernel only where it can't
 * tell. A bad pointer is a SIGSEGV here, where the system call would give -EFAULT.
 */
#include "read-clock.h"

enum {
	NR_clock_gettime = 265,
	NR_clock_getres = 266,
	NR_clock_gettime64 = 403,
	NR_gettimeofday = 78,
	TICK_NSEC = 4000000, /* resolution of the coarse clocks: 250 ticks a second */
	CPU_NODE_SELECTOR = 0xdb, /* descriptor 27, whose limit holds cpu | node << 12 */
};

/* Seconds are signed; nothing here depends on it. */
struct timespec32 {
	u32 sec;
	u32 nsec;
};
struct timespec64 {
	u32 sec[2];
	u32 nsec[2];
};
struct timeval32 {
	u32 sec;
	u32 usec;
};
struct timezone {
	s32 minuteswest;
	s32 dsttime;
};

#define EXPORT __attribute__((visibility("default")))

/* The page right before the image, found from the address of this code: two instructions and a call. */
static inline const struct time_data *data_page(void)
{
	const struct time_data *page;

	__asm__("call instruction_pointer\n"
		"0:\tlea data_page - 0b(%%eax), %0"
		: "=r"(page)
		:
		: "eax");
	return page;
}

/* Calls the gate in entry.S. */
static inline int system_call(int number, u32 first, const void *second)
{
	int result;

	__asm__ volatile("call __kernel_vsyscall" : "=a"(result) : "0"(number), "b"(first), "c"(second) : "memory");
	return result;
}

/* What a clock id asks for, as sets of ids. */
#define SET(id) (1u << (id))
#define HIGH_RESOLUTION (SET(CLOCK_REALTIME) | SET(CLOCK_MONOTONIC) | SET(CLOCK_BOOTTIME) | SET(CLOCK_TAI))
#define COARSE (SET(CLOCK_REALTIME_COARSE) | SET(CLOCK_MONOTONIC_COARSE))
#define RAW SET(CLOCK_MONOTONIC_RAW)

static inline u32 among(u32 set, u32 id)
{
	return id < BASETIMES && set >> id & 1;
}

/* The clocks less often asked for. Apart, to keep the common path short. */
static __attribute__((noinline, cold)) u32 read_other_clock(u32 id, u32 *sec, int wide)
{
	if (among(RAW, id))
		return read_high_resolution(&data_page()->clock[1], CLOCK_MONOTONIC_RAW, sec, wide);
	if (among(COARSE, id))
		return read_coarse(&data_page()->clock[0], id, sec, wide);
	return ASK_KERNEL;
}

static inline __attribute__((always_inline)) u32 read_clock(u32 id, u32 *sec, int wide)
{
	if (unlikely(!among(HIGH_RESOLUTION, id)))
		return read_other_clock(id, sec, wide);
	return read_high_resolution(&data_page()->clock[0], id, sec, wide);
}

EXPORT int __vdso_clock_gettime(u32 id, struct timespec32 *time)
{
	u32 ns = read_clock(id, &time->sec, 0);

	if (unlikely(ns == ASK_KERNEL))
		return system_call(NR_clock_gettime, id, time);
	time->nsec = ns;
	return 0;
}

EXPORT int __vdso_clock_gettime64(u32 id, struct timespec64 *time)
{
	u32 ns = read_clock(id, time->sec, 1);

	if (unlikely(ns == ASK_KERNEL))
		return system_call(NR_clock_gettime64, id, time);
	time->nsec[0] = ns;
	time->nsec[1] = 0;
	return 0;
}

EXPORT int __vdso_gettimeofday(struct timeval32 *time, struct timezone *zone)
{
	if (time) {
		u32 ns = read_high_resolution(&data_page()->clock[0], CLOCK_REALTIME, &time->sec, 0);

		if (unlikely(ns == ASK_KERNEL))
			return system_call(NR_gettimeofday, (u32)time, zone);
		time->usec = ns / 1000;
	}
	if (unlikely(zone)) {
		zone->minuteswest = data_page()->tz_minuteswest;
		zone->dsttime = data_page()->tz_dsttime;
	}
	return 0;
}

/* One load: no sequence count is needed. */
EXPORT u32 __vdso_time(u32 *time)
{
	u32 sec = READ_ONCE(data_page()->clock[0].basetime[CLOCK_REALTIME].sec);

	if (time)
		*time = sec;
	return sec;
}

EXPORT __attribute__((cold)) int __vdso_clock_getres(u32 id, struct timespec32 *resolution)
{
	u32 nsec;

	if (among(HIGH_RESOLUTION | RAW, id))
		nsec = READ_ONCE(data_page()->hrtimer_res);
	else if (among(COARSE, id))
		nsec = TICK_NSEC;
	else
		return system_call(NR_clock_getres, id, resolution);
	if (resolution) {
		resolution->sec = 0;
		resolution->nsec = nsec;
	}
	return 0;
}

/* The third argument is ignored, as in Linux since 2.6.24. */
EXPORT int __vdso_getcpu(u32 *cpu, u32 *node, void *cache)
{
	u32 limit;

	(void)cache;
	__asm__("lsl %1, %0" : "=r"(limit) : "r"((u32)CPU_NODE_SELECTOR) : "cc");
	if (cpu)
		*cpu = limit & 0xfff;
	if (node)
		*node = limit >> 12;
	return 0;
}
