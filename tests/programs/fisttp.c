/* FISTTP of every width, over numbers around its limits, under each rounding control: results, status and control words. */
#include <stdint.h>
#include <stdio.h>

static const double values[] = {
	0.0, -0.0, 0.5, -0.5, 1.5, -1.5, 2.5, 32767.9, 32768.0, -32768.9, -32769.0, 2147483647.9, -2147483648.9,
	2147483648.0, 9.2e18, -9.3e18, 1e300, -1e-300, 0.0 / 0.0, 1.0 / 0.0,
};

#define STORE(instruction, type, format) do { \
	type result = 0; \
	uint16_t status, after; \
	__asm__ volatile("fninit; fldcw %1; fldl %4; " instruction " %0; fnstsw %2; fnstcw %3" \
		: "=m"(result) : "m"(control), "m"(status), "m"(after), "m"(values[i]) : "memory"); \
	printf(format " %04x %04x\n", result, status, after); \
} while (0)

int main(void)
{
	for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
		for (unsigned rounding = 0; rounding < 4; rounding++) {
			uint16_t control = 0x37f | rounding << 10;
			STORE("fisttps", int16_t, "%d");
			STORE("fisttpl", int32_t, "%d");
			STORE("fisttpll", long long, "%lld");
		}
	return 0;
}
