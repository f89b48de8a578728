/* The smallest program of interest: what it costs to start one. */
#include <stdio.h>

int main(void)
{
	puts("Hello, world!");
	return 0;
}
