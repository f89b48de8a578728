/* ask: asks for a name until it gets one, and greets. Exit status 1 if the input ends first. */
#include "system-call.h"

enum { NR_read = 3 };

void start(struct arguments *arguments)
{
	char name[256];
	int count;

	(void)arguments;
	do {
		print("What is your name? ");
		count = system_call(NR_read, 0, (unsigned)name, sizeof(name));
		if (count <= 0)
			leave(1);
	} while (name[0] == '\n');
	print("Hello, ");
	if (name[count - 1] == '\n')
		count--;
	system_call(NR_write, 1, (unsigned)name, (unsigned)count);
	print("!\n");
	leave(0);
}
