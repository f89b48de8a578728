/*
 * signal: sends itself SIGUSR1 twice, for a handler without and one with SA_SIGINFO, both without SA_RESTORER. Prints
 * how far behind __kernel_vsyscall each handler returns to, and whether the interrupted registers came back:
 *
 *     plain 20 back
 *     siginfo 40 back
 *
 * Without a vDSO the first handler returns to the stack, which is not executable: both are fatal, as on Linux.
 */
#include <elf.h>
#include "signals.h"

static unsigned gate;
static volatile unsigned returns_to;

static void on_signal(int signal)
{
	(void)signal;
	returns_to = (unsigned)__builtin_return_address(0);
}

static void send(const char *name, unsigned flags)
{
	unsigned eax = NR_kill, ecx = SIGUSR1, edx = 0xd, esi = 0x51, edi = 0xd1;
	int process = system_call(NR_getpid, 0, 0, 0);

	set_handler(SIGUSR1, on_signal, flags);
	__asm__ volatile("xchg %5, %%ebx\n\tint $0x80\n\txchg %5, %%ebx"
			 : "+a"(eax), "+c"(ecx), "+d"(edx), "+S"(esi), "+D"(edi), "+m"(process)
			 :
			 : "memory");
	print(name);
	print(" ");
	print_hex(returns_to - gate);
	print(eax == 0 && ecx == SIGUSR1 && edx == 0xd && esi == 0x51 && edi == 0xd1 ? " back\n" : " lost\n");
}

void start(struct arguments *arguments)
{
	gate = auxiliary_value(arguments, AT_SYSINFO);
	send("plain", 0);
	send("siginfo", SA_SIGINFO);
	leave(0);
}
