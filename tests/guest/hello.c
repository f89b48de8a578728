/* hello: says so, and each of its arguments; exits with their number. */
#include "system-call.h"

void start(struct arguments *arguments)
{
	print("Hello, world!\n");
	for (int i = 1; i < arguments->count; i++) {
		print(arguments->values[i]);
		print("\n");
	}
	leave(arguments->count - 1);
}
