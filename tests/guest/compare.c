/*
 * compare PATH address               prints the address that PATH calls, in eight hexadecimal digits (0: none)
 * compare PATH check                 one call: prints `ok`, or `wrong` if INT 0x80 gives another answer
 * compare PATH count CALLS           so many calls, nothing else
 * compare PATH time CALLS ROUNDS     rounds of so many calls, `<` printed before and `>` after each
 *
 * What a call takes is the difference between two counts. CALLS and ROUNDS are decimal; with the same number of digits
 * everything outside the calls takes the same number of instructions. Exit status 2: no such path here.
 */
#include <elf.h>
#include "system-call.h"

#define VSYSCALL_PAGE 0xff600000u
#define CLOCK_MONOTONIC 1

typedef int path(void);

path path_nothing, path_getppid_int80, path_getppid_gate, path_clock_gettime_int80, path_clock_gettime_gate;
path path_clock_gettime, path_gettimeofday, path_time, path_getcpu, path_read;

/* For compare-paths.S. */
unsigned target;
unsigned buffer[4];

/* What a path's answer is compared with. */
enum answer { NOTHING, PARENT, CLOCK, DAY, SECONDS, CPU };

struct way {
	const char *name;
	path *call;
	enum answer answer;
	/* What it calls: a vDSO symbol, or the address in the vsyscall page, or neither. */
	const char *symbol;
	unsigned address;
};

static const struct way ways[] = {
	{"nothing", path_nothing, NOTHING, 0, 0},
	{"int80:getppid", path_getppid_int80, PARENT, 0, 0},
	{"int80:clock_gettime", path_clock_gettime_int80, CLOCK, 0, 0},
	{"gate:getppid", path_getppid_gate, PARENT, "__kernel_vsyscall", 0},
	{"gate:clock_gettime", path_clock_gettime_gate, CLOCK, "__kernel_vsyscall", 0},
	{"vdso:clock_gettime", path_clock_gettime, CLOCK, "__vdso_clock_gettime64", 0},
	{"vdso:gettimeofday", path_gettimeofday, DAY, "__vdso_gettimeofday", 0},
	{"vdso:time", path_time, SECONDS, "__vdso_time", 0},
	{"vdso:getcpu", path_getcpu, CPU, "__vdso_getcpu", 0},
	{"vsyscall:gettimeofday", path_gettimeofday, DAY, 0, VSYSCALL_PAGE},
	{"vsyscall:time", path_time, SECONDS, 0, VSYSCALL_PAGE + 0x400},
	{"vsyscall:getcpu", path_getcpu, CPU, 0, VSYSCALL_PAGE + 0x800},
	{"vsyscall:read", path_read, NOTHING, 0, VSYSCALL_PAGE},
};

/* A function of the vDSO; 0 if there is none. The image may be linked at 0 or at its own address. */
static unsigned find(unsigned image, const char *name)
{
	Elf32_Ehdr *header = (Elf32_Ehdr *)image;
	Elf32_Phdr *segment;
	Elf32_Dyn *entry = 0;
	unsigned bias = 0, *hash = 0;
	Elf32_Sym *symbols = 0;
	const char *strings = 0;

	if (!image)
		return 0;
	segment = (Elf32_Phdr *)(image + header->e_phoff);
	for (int i = 0; i < header->e_phnum; i++) {
		if (segment[i].p_type == PT_LOAD)
			bias = image - segment[i].p_vaddr;
		if (segment[i].p_type == PT_DYNAMIC)
			entry = (Elf32_Dyn *)(bias + segment[i].p_vaddr);
	}
	for (; entry && entry->d_tag; entry++) {
		if (entry->d_tag == DT_HASH)
			hash = (unsigned *)(bias + entry->d_un.d_ptr);
		if (entry->d_tag == DT_SYMTAB)
			symbols = (Elf32_Sym *)(bias + entry->d_un.d_ptr);
		if (entry->d_tag == DT_STRTAB)
			strings = (const char *)(bias + entry->d_un.d_ptr);
	}
	for (unsigned i = 0; i < hash[1]; i++)
		if (equal(name, strings + symbols[i].st_name))
			return bias + symbols[i].st_value;
	return 0;
}

static unsigned decimal(const char *text)
{
	unsigned value = 0;

	while (*text)
		value = 10 * value + (unsigned)(*text++ - '0');
	return value;
}

static void print_address(unsigned address)
{
	char text[] = "00000000\n";

	for (int i = 7; i >= 0; i--, address >>= 4)
		text[i] = "0123456789abcdef"[address & 15];
	print(text);
}

static void repeat(path *call, unsigned calls)
{
	while (calls--)
		call();
}

/* Nanoseconds or microseconds or nothing below the second. */
static int in_order(const unsigned *before, const unsigned *now, const unsigned *after, int fraction)
{
	if (now[0] < before[0] || now[0] > after[0])
		return 0;
	return (now[0] > before[0] || now[fraction] >= before[fraction]) &&
	       (now[0] < after[0] || now[fraction] <= after[fraction]);
}

/* Is the answer what INT 0x80 gives, before it or after it? */
static int check(const struct way *way)
{
	unsigned before[4] = {0}, after[4] = {0};
	int result;

	if (way->answer == CLOCK)
		system_call(NR_clock_gettime64, CLOCK_MONOTONIC, (unsigned)before, 0);
	if (way->answer == DAY)
		system_call(NR_gettimeofday, (unsigned)before, 0, 0);
	result = way->call();
	switch (way->answer) {
	case PARENT:
		return result == system_call(NR_getppid, 0, 0, 0);
	case CLOCK: /* seconds in 64 bits, nanoseconds in 64 bits */
		system_call(NR_clock_gettime64, CLOCK_MONOTONIC, (unsigned)after, 0);
		return result == 0 && in_order(before, buffer, after, 2);
	case DAY:
		system_call(NR_gettimeofday, (unsigned)after, 0, 0);
		return result == 0 && in_order(before, buffer, after, 1);
	case SECONDS: /* of the last publication: perhaps just before the second that it is now */
		after[0] = (unsigned)system_call(NR_time, 0, 0, 0);
		return (unsigned)result == buffer[0] && after[0] - buffer[0] <= 1;
	case CPU:
		system_call(NR_getcpu, (unsigned)&after[0], (unsigned)&after[2], 0);
		return result == 0 && buffer[0] == after[0] && buffer[2] == after[2];
	default:
		return 1;
	}
}

void start(struct arguments *arguments)
{
	char **values = arguments->values;
	const char *name = arguments->count > 2 ? values[1] : "";
	const struct way *way = 0;

	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (equal(ways[i].name, name))
			way = &ways[i];
	if (!way)
		leave(2);
	target = way->address;
	if (way->symbol)
		target = find(auxiliary_value(arguments, AT_SYSINFO_EHDR), way->symbol);
	if (way->symbol && !target)
		leave(2);

	if (equal(values[2], "address")) {
		print_address(target);
	} else if (equal(values[2], "check")) {
		print(check(way) ? "ok\n" : "wrong\n");
	} else if (equal(values[2], "count") && arguments->count > 3) {
		repeat(way->call, decimal(values[3]));
	} else if (equal(values[2], "time") && arguments->count > 4) {
		unsigned calls = decimal(values[3]);

		for (unsigned rounds = decimal(values[4]); rounds; rounds--) {
			print("<");
			repeat(way->call, calls);
			print(">");
		}
	} else {
		leave(2);
	}
	leave(0);
}
