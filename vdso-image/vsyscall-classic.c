/*
 * The four-slot page of `vsyscall=classic`. Transposed from x86-64 (Linux 2.6.19): no IA-32 kernel ever had it. The
 * page holds code that reads the clock itself, and the data that it reads, at an address that never changes.
 *
 * Slots of 1,024 bytes: gettimeofday, time, getcpu, and one that always said -ENOSYS. The data lies behind the code of
 * the second slot, time(), which is the shortest.
 */
#include "read-clock.h"

enum {
	NR_gettimeofday = 78,
	ENOSYS = 38,
	CPU_NODE_SELECTOR = 0xdb, /* descriptor 27, whose limit holds cpu | node << 12 */
};

struct timeval32 {
	u32 sec;
	u32 usec;
};
struct timezone {
	s32 minuteswest;
	s32 dsttime;
};

/* Written by the kernel, as the vDSO's data page is. */
struct vsyscall_data {
	struct clock_data clock;
	s32 tz_minuteswest;
	s32 tz_dsttime;
};

extern const struct vsyscall_data vsyscall_data;

#define SLOT(number) __attribute__((section(".vsyscall." #number), used))

SLOT(0) int vgettimeofday(struct timeval32 *time, struct timezone *zone)
{
	if (time) {
		u32 ns = read_high_resolution(&vsyscall_data.clock, CLOCK_REALTIME, &time->sec, 0);

		if (unlikely(ns == ASK_KERNEL)) {
			int result;

			__asm__ volatile("int $0x80"
					 : "=a"(result)
					 : "0"(NR_gettimeofday), "b"(time), "c"(zone)
					 : "memory");
			return result;
		}
		time->usec = ns / 1000;
	}
	if (unlikely(zone)) {
		zone->minuteswest = vsyscall_data.tz_minuteswest;
		zone->dsttime = vsyscall_data.tz_dsttime;
	}
	return 0;
}

SLOT(1) u32 vtime(u32 *time)
{
	u32 sec = READ_ONCE(vsyscall_data.clock.basetime[CLOCK_REALTIME].sec);

	if (time)
		*time = sec;
	return sec;
}

SLOT(2) int vgetcpu(u32 *cpu, u32 *node, void *cache)
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

SLOT(3) int venosys(void)
{
	return -ENOSYS;
}
