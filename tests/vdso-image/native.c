/*
 * Runs the built vDSO image on the real processor under the real kernel: native IMAGE.
 * One line a check: "ok NAME" or "not ok NAME: WHY". The image is mapped with its INT 0x80 gate, which works anywhere,
 * and a data page that maps the real time-stamp counter to the real clocks.
 */
#define _GNU_SOURCE
#include "../../vdso-image/data-page.h"
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>
#include <x86intrin.h>

#define PAGE 4096

static unsigned char *image;
static struct time_data *data;

static void check(int good, const char *name, const char *format, ...)
{
	va_list arguments;

	printf(good ? "ok %s\n" : "not ok %s: ", name);
	if (good)
		return;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

/* The address of a symbol by DT_HASH, as musl looks it up; null if the version differs. */
static void *symbol(const char *name, const char *version)
{
	Elf32_Ehdr *header = (Elf32_Ehdr *)image;
	Elf32_Phdr *segment = (Elf32_Phdr *)(image + header->e_phoff);
	Elf32_Dyn *entry = 0;
	unsigned *hash = 0;
	Elf32_Sym *symbols = 0;
	const char *strings = 0;
	unsigned short *versions = 0;
	Elf32_Verdef *definition = 0;

	for (int i = 0; i < header->e_phnum; i++)
		if (segment[i].p_type == PT_DYNAMIC)
			entry = (Elf32_Dyn *)(image + segment[i].p_vaddr);
	for (; entry && entry->d_tag; entry++) {
		void *pointer = image + entry->d_un.d_ptr;

		switch (entry->d_tag) {
		case DT_HASH: hash = pointer; break;
		case DT_SYMTAB: symbols = pointer; break;
		case DT_STRTAB: strings = pointer; break;
		case DT_VERSYM: versions = pointer; break;
		case DT_VERDEF: definition = pointer; break;
		}
	}
	for (unsigned i = 0; i < hash[1]; i++) {
		Elf32_Verdef *at = definition;

		if (strcmp(name, strings + symbols[i].st_name))
			continue;
		while (at->vd_ndx != (versions[i] & 0x7fff) && at->vd_next)
			at = (Elf32_Verdef *)((char *)at + at->vd_next);
		if (!strcmp(version, strings + ((Elf32_Verdaux *)((char *)at + at->vd_aux))->vda_name))
			return image + symbols[i].st_value;
	}
	return 0;
}

static u64 nanoseconds(int clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void set_base(struct clock_data *clock, int id, u64 time, int shift)
{
	u64 fraction = (time % NSEC_PER_SEC) << shift;

	clock->basetime[id].sec = (u32)(time / NSEC_PER_SEC);
	clock->basetime[id].sec_high = 0;
	clock->basetime[id].nsec = (u32)fraction;
	clock->basetime[id].nsec_high = (u32)(fraction >> 32);
}

/* Publishes now, with the counter's rate measured over 20 ms. */
static void publish(void)
{
	u64 time = nanoseconds(CLOCK_MONOTONIC), cycles = __rdtsc();
	u32 mult;

	usleep(20000);
	mult = (u32)(((nanoseconds(CLOCK_MONOTONIC) - time) << 24) / (__rdtsc() - cycles));
	for (int i = 0; i < 2; i++) {
		struct clock_data *clock = &data->clock[i];

		clock->clock_mode = MODE_TSC;
		clock->cycle_last = __rdtsc();
		clock->max_cycles = 0xffffffff;
		clock->mult = mult;
		clock->shift = 24;
		set_base(clock, CLOCK_REALTIME, nanoseconds(CLOCK_REALTIME), 24);
		set_base(clock, CLOCK_MONOTONIC, nanoseconds(CLOCK_MONOTONIC), 24);
		set_base(clock, CLOCK_MONOTONIC_RAW, nanoseconds(CLOCK_MONOTONIC_RAW), 24);
		set_base(clock, CLOCK_MONOTONIC_COARSE, nanoseconds(CLOCK_MONOTONIC_COARSE), 0);
	}
	data->tz_minuteswest = -60;
	data->tz_dsttime = 1;
	data->hrtimer_res = 1;
}

struct timespec32 {
	s32 sec, nsec;
};
struct timespec64 {
	s64 sec, nsec;
};

static void check_near(const char *name, u64 given, u64 real)
{
	s64 difference = (s64)(given - real);

	check(difference > -20000000 && difference < 20000000, name, "%lld ns from the real clock", difference);
}

static void check_clocks(void)
{
	int (*gettime)(u32, struct timespec32 *) = symbol("__vdso_clock_gettime", "LINUX_2.6");
	int (*gettime64)(u32, struct timespec64 *) = symbol("__vdso_clock_gettime64", "LINUX_2.6");
	int (*gettimeofday)(struct timespec32 *, s32 *) = symbol("__vdso_gettimeofday", "LINUX_2.6");
	int (*getres)(u32, struct timespec32 *) = symbol("__vdso_clock_getres", "LINUX_2.6");
	s32 (*get_time)(s32 *) = symbol("__vdso_time", "LINUX_2.6");
	struct timespec32 time;
	struct timespec64 time64;
	s32 zone[2], seconds;
	static const int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE, CLOCK_THREAD_CPUTIME_ID};
	char name[40];

	for (int i = 0; i < 5; i++) {
		sprintf(name, "clock_gettime(%d)", clocks[i]);
		gettime(clocks[i], &time);
		check_near(name, time.sec * 1000000000ull + time.nsec, nanoseconds(clocks[i]));
		sprintf(name, "clock_gettime64(%d)", clocks[i]);
		gettime64(clocks[i], &time64);
		check_near(name, time64.sec * 1000000000ull + time64.nsec, nanoseconds(clocks[i]));
	}
	check(gettime(40, &time) == -EINVAL, "bad clock id", "%d", gettime(40, &time));
	check(gettime64(~0u, &time64) == -ENODEV || gettime64(~0u, &time64) == -EINVAL, "negative clock id", "%d",
	      gettime64(~0u, &time64));
	gettimeofday(&time, zone);
	check_near("gettimeofday", time.sec * 1000000000ull + time.nsec * 1000ull, nanoseconds(CLOCK_REALTIME));
	check(zone[0] == -60 && zone[1] == 1, "time zone", "%d %d", zone[0], zone[1]);
	check(get_time(&seconds) == (s32)data->clock[0].basetime[0].sec && seconds == get_time(0), "time", "%d", seconds);
	check(!getres(CLOCK_MONOTONIC, &time) && time.sec == 0 && time.nsec == 1, "clock_getres", "%d", time.nsec);
	check(!getres(CLOCK_MONOTONIC_COARSE, &time) && time.nsec == 4000000, "clock_getres of a coarse clock", "%d", time.nsec);
	check(getres(CLOCK_MONOTONIC, 0) == 0, "clock_getres into nothing", "failed");

	data->clock[0].basetime[CLOCK_MONOTONIC].sec_high = 1;
	gettime64(CLOCK_MONOTONIC, &time64);
	check(time64.sec >> 32 == 1, "seconds past 2^32", "%lld", time64.sec);
	data->clock[0].basetime[CLOCK_MONOTONIC].sec = 0xffffffff;
	set_base(&data->clock[0], CLOCK_REALTIME, 999999999, 24);
	data->clock[0].cycle_last = __rdtsc() - 1000000;
	gettime(CLOCK_REALTIME, &time);
	check(time.sec == 1 && time.nsec < 10000000, "nanoseconds carry into seconds", "%d.%09d", time.sec, time.nsec);
	data->clock[0].cycle_last = __rdtsc() + (1ull << 40);
	gettime(CLOCK_REALTIME, &time);
	check_near("a counter behind asks the kernel", time.sec * 1000000000ull + time.nsec, nanoseconds(CLOCK_REALTIME));
	data->clock[0].cycle_last = __rdtsc() - (1ull << 33);
	gettime(CLOCK_REALTIME, &time);
	check_near("a counter too far ahead asks the kernel", time.sec * 1000000000ull + time.nsec,
		   nanoseconds(CLOCK_REALTIME));
	data->clock[0].clock_mode = MODE_NONE;
	gettime(CLOCK_MONOTONIC, &time);
	check_near("mode none asks the kernel", time.sec * 1000000000ull + time.nsec, nanoseconds(CLOCK_MONOTONIC));
	publish();
}

/* What unwinding finds in the frame whose EIP is `wanted`. */
struct walk {
	unsigned wanted;
	int found;
	unsigned registers[8];
};

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *argument)
{
	struct walk *walk = argument;

	if (_Unwind_GetIP(context) != walk->wanted)
		return _URC_NO_REASON;
	walk->found = 1;
	for (int i = 0; i < 8; i++)
		walk->registers[i] = i == 4 ? 0 : _Unwind_GetGR(context, i);
	return _URC_END_OF_STACK;
}

static volatile int handled;
static struct walk walk;
extern char interrupted[], returned[];

static void on_breakpoint(int signal)
{
	(void)signal;
	handled++;
	walk = (struct walk){.wanted = (unsigned)interrupted};
	_Unwind_Backtrace(visit, &walk);
}

/* A breakpoint whose handler returns through `restorer`, a trampoline of the image. */
static void check_trampoline(const char *name, void *restorer, unsigned long flags)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void *restorer;
		unsigned mask[2];
	} action = {on_breakpoint, flags | 0x04000000 /* SA_RESTORER */, restorer, {0, 0}}, old;
	unsigned eax = 0xa, ecx = 0xc, edx = 0xd, esi = 0x51, edi = 0xd1, same;

	handled = 0;
	syscall(SYS_rt_sigaction, SIGTRAP, &action, &old, 8);
	__asm__ volatile("push %%ebx\n\tmov $0xb, %%ebx\n\t"
			 "int3\n"
			 "interrupted:\n\t"
			 "cmp $0xb, %%ebx\n\tsete %%bl\n\tmovzbl %%bl, %%ebx\n\tmov %%ebx, %5\n\tpop %%ebx"
			 : "+a"(eax), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi), "=m"(same)
			 :
			 : "memory", "cc");
	syscall(SYS_rt_sigaction, SIGTRAP, &old, 0, 8);
	check(handled == 1 && same && eax == 0xa && ecx == 0xc && edx == 0xd && esi == 0x51 && edi == 0xd1, name,
	      "registers changed");
	check(walk.found && walk.registers[0] == 0xa && walk.registers[1] == 0xc && walk.registers[2] == 0xd &&
		      walk.registers[3] == 0xb && walk.registers[6] == 0x51 && walk.registers[7] == 0xd1,
	      name, "unwinding through it: found %d, eax %x ecx %x edx %x ebx %x esi %x edi %x", walk.found,
	      walk.registers[0], walk.registers[1], walk.registers[2], walk.registers[3], walk.registers[6],
	      walk.registers[7]);
}

static unsigned gate, steps, lost;

/* At each instruction of the gate: do the unwinding rules give the caller and its registers back? */
static void on_step(int signal, siginfo_t *information, void *context)
{
	unsigned eip = ((ucontext_t *)context)->uc_mcontext.gregs[REG_EIP];

	(void)signal;
	(void)information;
	if (eip < gate || eip >= gate + 13)
		return;
	steps++;
	walk = (struct walk){.wanted = (unsigned)returned};
	_Unwind_Backtrace(visit, &walk);
	if (!walk.found || walk.registers[1] != 0xc || walk.registers[2] != 0xd || walk.registers[5] != 0xb)
		lost++;
}

static void check_steps(void *entry)
{
	struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};
	unsigned result = SYS_getppid, ecx = 0xc, edx = 0xd, ebp;

	gate = (unsigned)entry;
	sigaction(SIGTRAP, &action, 0);
	__asm__ volatile("mov %%edi, %%esi\n\tpush %%ebp\n\tmov $0xb, %%ebp\n\t"
			 "pushf\n\torl $0x100, (%%esp)\n\tpopf\n\t"
			 "call *%%esi\n"
			 "returned:\n\t"
			 "pushf\n\tandl $~0x100, (%%esp)\n\tpopf\n\t"
			 "mov %%ebp, %%esi\n\tpop %%ebp"
			 : "+a"(result), "+c"(ecx), "+d"(edx), "=S"(ebp)
			 : "D"(entry)
			 : "memory", "cc");
	check(result == (unsigned)getppid() && ecx == 0xc && edx == 0xd && ebp == 0xb, "__kernel_vsyscall", "%d", result);
	check(steps >= 11 && lost == 0, "unwinding at each instruction of __kernel_vsyscall", "%u of %u failed", lost,
	      steps);
}

/* As the dynamic linker takes any shared object. */
static void check_linker(const char *path)
{
	static const char *const names[] = {"__kernel_vsyscall",     "__kernel_sigreturn",   "__kernel_rt_sigreturn",
					    "__vdso_clock_gettime",  "__vdso_clock_gettime64", "__vdso_clock_getres",
					    "__vdso_gettimeofday",   "__vdso_time",	     "__vdso_getcpu"};
	void *handle = dlopen(path, RTLD_NOW);
	int missing = 0;

	check(handle != 0, "dlopen", "%s", dlerror());
	if (!handle)
		return;
	for (int i = 0; i < 9; i++)
		missing += !dlvsym(handle, names[i], i < 3 ? "LINUX_2.5" : "LINUX_2.6") || !symbol(names[i], i < 3 ? "LINUX_2.5" : "LINUX_2.6");
	check(missing == 0, "versioned symbols", "%d of 9 missing", missing);
	check_steps(dlsym(handle, "__kernel_vsyscall"));
	check_trampoline("__kernel_sigreturn", dlsym(handle, "__kernel_sigreturn"), 0);
	check_trampoline("__kernel_rt_sigreturn", dlsym(handle, "__kernel_rt_sigreturn"), SA_SIGINFO);
}

int main(int count, char **arguments)
{
	int file = count > 1 ? open(arguments[1], O_RDONLY) : -1;
	unsigned char *pages = mmap(0, 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	data = (struct time_data *)pages;
	image = pages + PAGE;
	if (read(file, image, PAGE) <= 0)
		return 2;
	publish();
	check_clocks();
	check_linker(arguments[1]);
	return 0;
}
