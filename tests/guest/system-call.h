/* Enough of Linux for programs without a C library: system calls by INT 0x80, and what to do with their start. */
#ifndef SYSTEM_CALL_H
#define SYSTEM_CALL_H

enum {
	NR_write = 4,
	NR_time = 13,
	NR_getppid = 64,
	NR_gettimeofday = 78,
	NR_exit_group = 252,
	NR_getcpu = 318,
	NR_clock_gettime64 = 403,
};

static inline int system_call(int number, unsigned first, unsigned second, unsigned third)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(number), "b"(first), "c"(second), "d"(third)
			 : "memory");
	return result;
}

static inline unsigned length(const char *text)
{
	unsigned length = 0;

	while (text[length])
		length++;
	return length;
}

static inline int equal(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static inline void print(const char *text)
{
	system_call(NR_write, 1, (unsigned)text, length(text));
}

static inline __attribute__((noreturn)) void leave(int status)
{
	for (;;)
		system_call(NR_exit_group, status, 0, 0);
}

/* What start.S found on the stack: argc, then argv and on. */
struct arguments {
	int count;
	char *values[];
};

/* A value of the auxiliary vector, behind the environment; 0 if it is not there. */
static inline unsigned auxiliary_value(struct arguments *arguments, unsigned type)
{
	unsigned *entry = (unsigned *)&arguments->values[arguments->count + 1];

	while (*entry++)
		;
	for (; entry[0]; entry += 2)
		if (entry[0] == type)
			return entry[1];
	return 0;
}

/* Each program's own beginning. */
__attribute__((noreturn)) void start(struct arguments *arguments);

#endif
