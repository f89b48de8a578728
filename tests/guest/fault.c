/*
 * fault KIND: dies of a processor exception.
 *
 *     read, write, jump    of address 4, which nothing maps: SIGSEGV
 *     readonly             write to its own code: SIGSEGV
 *     stack                recursion without end: SIGSEGV
 *     ill                  UD2: SIGILL
 *     fpe                  division by zero: SIGFPE
 *     trap                 INT3: SIGTRAP
 *     priv                 HLT: SIGSEGV
 */
#include "system-call.h"

static volatile unsigned *volatile nowhere = (volatile unsigned *)4;

static int recurse(volatile int depth)
{
	volatile char frame[4096];

	frame[0] = (char)depth;
	return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

void start(struct arguments *arguments)
{
	const char *kind = arguments->count > 1 ? arguments->values[1] : "";

	if (equal(kind, "read"))
		(void)*nowhere;
	else if (equal(kind, "write"))
		*nowhere = 1;
	else if (equal(kind, "jump"))
		((void (*)(void))nowhere)();
	else if (equal(kind, "readonly"))
		*(volatile char *)start = 0;
	else if (equal(kind, "stack"))
		recurse(0);
	else if (equal(kind, "ill"))
		__asm__ volatile("ud2");
	else if (equal(kind, "fpe"))
		__asm__ volatile("xor %%edx, %%edx\n\tdiv %0" : : "r"(0), "a"(1) : "edx");
	else if (equal(kind, "trap"))
		__asm__ volatile("int3");
	else if (equal(kind, "priv"))
		__asm__ volatile("hlt");
	print("no fault\n");
	leave(1);
}
