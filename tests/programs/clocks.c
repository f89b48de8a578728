/* Reads every clock that the vDSO serves, and says whether they agree and run forward. */
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

static long long nanoseconds(clockid_t id)
{
	struct timespec now;
	if (clock_gettime(id, &now))
		return -1;
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(void)
{
	long long first = nanoseconds(CLOCK_MONOTONIC), last = first;
	int backwards = 0;
	for (int i = 0; i < 1000; i++) {
		long long now = nanoseconds(CLOCK_MONOTONIC);
		backwards += now < last;
		last = now;
	}
	struct timeval tv;
	gettimeofday(&tv, 0);
	long long real = nanoseconds(CLOCK_REALTIME);
	long long apart = real / 1000 - (tv.tv_sec * 1000000LL + tv.tv_usec);
	long long seconds = real / 1000000000 - time(0);
	printf("went back %d times, advanced %s\n", backwards, last > first ? "yes" : "no");
	printf("gettimeofday agrees: %s\n", apart >= 0 && apart < 1000000 ? "yes" : "no");
	printf("time agrees: %s\n", seconds >= -1 && seconds <= 1 ? "yes" : "no");
	printf("coarse agrees: %s\n", last - nanoseconds(CLOCK_MONOTONIC_COARSE) < 1000000000 ? "yes" : "no");
	printf("year %s\n", real / 1000000000 > 1577836800 ? "after 2020" : "long ago");
	return 0;
}
