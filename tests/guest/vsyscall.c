/*
 * vsyscall ACTION: does something to the page at 0xFF60_0000 and tells what came of it: `returned EAX`, or the signal
 * with its siginfo and what sigcontext says of the fault, in hexadecimal:
 *
 *     signal b code 80 address 0 error 14 cr2 ff600001 eip ff600001 eax 0
 *
 *     gettimeofday, gettimeofday-null, time, getcpu    as they should be called
 *     call-1, call-9, call-c00, call-1000              off the entries
 *     read, write                                      of the page
 *     bad-pointer, readonly-pointer, kernel-pointer    for gettimeofday to write to
 *     bad-stack                                        when calling time
 *     system-call                                      gettimeofday by INT 0x80 with a bad pointer
 */
#include "signals.h"

#define PAGE 0xff600000u

static unsigned char signal_stack[8192];
static unsigned buffer[4];

static void print_field(const char *name, unsigned value)
{
	print(name);
	print_hex(value);
}

static void on_signal(int signal, struct siginfo *information, struct ucontext *context)
{
	print_field("signal ", signal);
	print_field(" code ", information->code);
	print_field(" address ", information->address);
	print_field(" error ", context->context.error);
	print_field(" cr2 ", context->context.cr2);
	print_field(" eip ", context->context.eip);
	print_field(" eax ", context->context.eax);
	print("\n");
	leave(0);
}

static unsigned call(unsigned address, unsigned first, unsigned second)
{
	return ((unsigned (*)(unsigned, unsigned, unsigned))address)(first, second, 0);
}

static unsigned call_without_stack(unsigned address)
{
	unsigned result;

	__asm__ volatile("mov %%esp, %%esi\n\tmov $0x14, %%esp\n\tjmp *%1\n\tmov %%esi, %%esp"
			 : "=a"(result)
			 : "r"(address)
			 : "esi", "ecx", "edx", "memory");
	return result;
}

static unsigned perform(const char *action)
{
	if (equal(action, "gettimeofday"))
		return call(PAGE, (unsigned)buffer, (unsigned)(buffer + 2));
	if (equal(action, "gettimeofday-null"))
		return call(PAGE, 0, 0);
	if (equal(action, "time"))
		return call(PAGE + 0x400, (unsigned)buffer, 0) - buffer[0];
	if (equal(action, "getcpu"))
		return call(PAGE + 0x800, (unsigned)buffer, (unsigned)(buffer + 1));
	if (equal(action, "call-1"))
		return call(PAGE + 1, 0, 0);
	if (equal(action, "call-9"))
		return call(PAGE + 9, 0, 0);
	if (equal(action, "call-c00"))
		return call(PAGE + 0xc00, 0, 0);
	if (equal(action, "call-1000"))
		return call(PAGE + 0x1000, 0, 0);
	if (equal(action, "read"))
		return *(volatile unsigned char *)PAGE != 0;
	if (equal(action, "write"))
		return *(volatile unsigned char *)PAGE = 0;
	if (equal(action, "bad-pointer"))
		return call(PAGE, 8, 0);
	if (equal(action, "readonly-pointer"))
		return call(PAGE, (unsigned)start, 0);
	if (equal(action, "kernel-pointer"))
		return call(PAGE, 0xc0001000, 0);
	if (equal(action, "bad-stack"))
		return call_without_stack(PAGE + 0x400);
	if (equal(action, "system-call"))
		return (unsigned)system_call(NR_gettimeofday, 8, 0, 0);
	leave(2);
}

void start(struct arguments *arguments)
{
	unsigned stack[3] = {(unsigned)signal_stack, 0, sizeof(signal_stack)};

	system_call(NR_sigaltstack, (unsigned)stack, 0, 0);
	set_handler(SIGSEGV, on_signal, SA_SIGINFO | SA_ONSTACK);
	set_handler(SIGTRAP, on_signal, SA_SIGINFO | SA_ONSTACK);
	print_field("returned ", perform(arguments->count > 1 ? arguments->values[1] : ""));
	print("\n");
	leave(0);
}
