/*
 * maps: has something of everything in its address space (a heap, an anonymous mapping, a grown stack), then prints
 * its own /proc/self/maps. Position-independent, so that it too is loaded at a random address.
 */
#include "system-call.h"

enum { NR_open = 5, NR_read = 3, NR_brk = 45, NR_mmap2 = 192 };

#define HEAP_SIZE (132 * 1024)
#define MAPPING_SIZE (1024 * 1024)
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANONYMOUS 0x22

/* mmap2(NULL, MAPPING_SIZE, ..., -1, 0): six arguments, the sixth in EBP. */
static unsigned map_anonymous(void)
{
	unsigned result;

	__asm__ volatile("push %%ebp\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "int $0x80\n\t"
			 "pop %%ebp"
			 : "=a"(result)
			 : "0"(NR_mmap2), "b"(0), "c"(MAPPING_SIZE), "d"(PROT_READ_WRITE), "S"(MAP_PRIVATE_ANONYMOUS), "D"(-1)
			 : "memory");
	return result;
}

void start(struct arguments *arguments)
{
	unsigned heap = (unsigned)system_call(NR_brk, 0, 0, 0);
	char text[4096];
	int file, count;

	(void)arguments;
	system_call(NR_brk, heap + HEAP_SIZE, 0, 0);
	*(volatile char *)heap = 1;
	*(volatile char *)map_anonymous() = 1;

	file = system_call(NR_open, (unsigned)"/proc/self/maps", 0, 0);
	if (file < 0)
		leave(1);
	while ((count = system_call(NR_read, (unsigned)file, (unsigned)text, sizeof(text))) > 0)
		system_call(NR_write, 1, (unsigned)text, (unsigned)count);
	leave(count < 0);
}
