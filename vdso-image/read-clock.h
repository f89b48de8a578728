/*
 * Reading a clock from the data page. The writer makes `seq` odd, writes, and makes it even again; a reader that saw
 * an odd number, or another one afterwards, begins anew. So no reader ever mixes two publications.
 */
#ifndef READ_CLOCK_H
#define READ_CLOCK_H

#include "data-page.h"

#define READ_ONCE(place) (*(const volatile __typeof__(place) *)&(place))
#define barrier() __asm__ volatile("" ::: "memory")
#define unlikely(condition) __builtin_expect(!!(condition), 0)

/* What the readers below give instead of nanoseconds when the kernel must be asked. */
#define ASK_KERNEL 0xffffffffu

static inline u64 read_tsc(void)
{
	u64 cycles;

	__asm__ volatile("rdtsc" : "=A"(cycles));
	return cycles;
}

/* An even sequence number: the page is at rest. */
static inline u32 read_begin(const struct clock_data *clock)
{
	u32 seq;

	while (unlikely((seq = READ_ONCE(clock->seq)) & 1))
		__asm__ volatile("pause");
	barrier();
	return seq;
}

static inline int read_retry(const struct clock_data *clock, u32 seq)
{
	barrier();
	return unlikely(clock->seq != seq);
}

/*
 * (cycles * mult + nsec) >> shift in 64 bits, of which the low 32 matter. In assembly, because the compiler keeps
 * halves of 64-bit values that are not needed any more in memory.
 */
static inline u32 to_nanoseconds(u32 cycles, const struct clock_data *clock, const struct base_time *base)
{
	__asm__("mull %[mult]\n\t"
		"addl %[low], %%eax\n\t"
		"adcl %[high], %%edx\n\t"
		"shrdl %%cl, %%edx, %%eax"
		: "+&a"(cycles)
		: [mult] "m"(clock->mult), [low] "m"(base->nsec), [high] "m"(base->nsec_high), "c"(clock->shift)
		: "edx", "cc");
	return cycles;
}

/*
 * The time of a high-resolution clock: nanoseconds below a second, and through `sec` the seconds, the upper half too
 * if `wide`. A counter behind cycle_last, where Linux takes no time to have passed, asks the kernel as well.
 */
static inline __attribute__((always_inline)) u32 read_high_resolution(const struct clock_data *clock, u32 id,
								      u32 *sec, int wide)
{
	const struct base_time *base;
	u32 offset = id * sizeof(*base);
	u32 seq;
	u32 ns;

	__asm__("" : "+r"(offset)); /* keeps the compiler from a pointer for each field */
	base = (const struct base_time *)((const char *)clock->basetime + offset);
	do {
		u64 cycles;

		seq = read_begin(clock);
		if (unlikely(clock->clock_mode != MODE_TSC))
			return ASK_KERNEL;
		cycles = read_tsc() - clock->cycle_last;
		if (unlikely((u32)(cycles >> 32)) || unlikely((u32)cycles > clock->max_cycles))
			return ASK_KERNEL;
		ns = to_nanoseconds((u32)cycles, clock, base);
		sec[0] = base->sec;
		if (wide)
			sec[1] = base->sec_high;
	} while (read_retry(clock, seq));

	while (unlikely(ns >= NSEC_PER_SEC)) {
		ns -= NSEC_PER_SEC;
		if (!++sec[0] && wide)
			sec[1]++;
	}
	return ns;
}

/* The time of a coarse clock, as of the last tick. */
static inline u32 read_coarse(const struct clock_data *clock, u32 id, u32 *sec, int wide)
{
	const struct base_time *base = &clock->basetime[id];
	u32 seq;
	u32 ns;

	do {
		seq = read_begin(clock);
		ns = base->nsec;
		sec[0] = base->sec;
		if (wide)
			sec[1] = base->sec_high;
	} while (read_retry(clock, seq));
	return ns;
}

#endif
