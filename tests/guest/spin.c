/* spin: never ends by itself. */
#include "system-call.h"

void start(struct arguments *arguments)
{
	(void)arguments;
	print("spinning\n");
	for (;;)
		__asm__ volatile("");
}
