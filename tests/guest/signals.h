/* Signals without a C library: the kernel's own structures of i386. */
#ifndef SIGNALS_H
#define SIGNALS_H

#include "system-call.h"

enum {
	NR_getpid = 20,
	NR_kill = 37,
	NR_rt_sigaction = 174,
	NR_sigaltstack = 186,
	SIGUSR1 = 10,
	SIGSEGV = 11,
	SIGTRAP = 5,
	SA_SIGINFO = 4,
	SA_ONSTACK = 0x08000000,
};

struct siginfo {
	int signal, error, code;
	unsigned address;
};

struct sigcontext {
	unsigned gs, fs, es, ds, edi, esi, ebp, esp, ebx, edx, ecx, eax, trap, error, eip, cs, eflags, esp_at_signal, ss;
	unsigned fpstate, oldmask, cr2;
};

struct ucontext {
	unsigned flags, link, stack[3];
	struct sigcontext context;
};

/* What rt_sigaction takes. */
struct action {
	void *handler;
	unsigned flags;
	void *restorer;
	unsigned mask[2];
};

/* Without a restorer: the handler returns through the vDSO. */
static inline void set_handler(int signal, void *handler, unsigned flags)
{
	struct action action = {handler, flags, 0, {0, 0}};
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(NR_rt_sigaction), "b"(signal), "c"(&action), "d"(0), "S"(sizeof(action.mask))
			 : "memory");
	if (result != 0)
		leave(3);
}

static inline void print_hex(unsigned value)
{
	char text[9];
	int digit = 8;

	text[8] = 0;
	do
		text[--digit] = "0123456789abcdef"[value & 15];
	while (value >>= 4);
	print(text + digit);
}

#endif
