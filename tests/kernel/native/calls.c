/* System calls about the process itself: results and errors of good and bad arguments, without what varies. */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BAD ((void *)8)

static void say(const char *what, long result) {
  if (result == -1) printf("%s: %s\n", what, strerrorname_np(errno));
  else printf("%s: %ld\n", what, result);
}
#define TRY(expression) (errno = 0, say(#expression, (long)(expression)))
#define OK(expression) (errno = 0, say(#expression, (long)(expression) == -1 ? -1 : 0))

static void identity(void) {
  TRY(syscall(SYS_getuid) == syscall(SYS_getuid32));
  TRY(syscall(SYS_setresuid32, 5, -1, -1));
  TRY(syscall(SYS_getuid32));
  TRY(syscall(SYS_geteuid32));
  TRY(syscall(SYS_setresuid32, 0, 0, 0));
  TRY(syscall(SYS_setgroups32, 3, (unsigned[]){9, 70000, 3}));
  unsigned groups[4] = {0};
  TRY(syscall(SYS_getgroups32, 0, 0));
  TRY(syscall(SYS_getgroups32, 2, groups));
  TRY(syscall(SYS_getgroups32, 4, groups));
  printf("groups %u %u %u\n", groups[0], groups[1], groups[2]);
  unsigned short narrow[4] = {0};
  TRY(syscall(SYS_getgroups, 4, narrow));
  printf("narrow %u %u %u\n", narrow[0], narrow[1], narrow[2]);
  TRY(syscall(SYS_getgroups32, -1, groups));
  TRY(syscall(SYS_getgroups32, 4, BAD));
  TRY(syscall(SYS_setgroups32, 70000, groups));
  TRY(syscall(SYS_setgroups32, 0, 0));
  TRY(syscall(SYS_setregid32, -1, 42));
  TRY(syscall(SYS_getegid32));
  TRY(syscall(SYS_setfsuid32, 7));
  TRY(syscall(SYS_setfsuid32, -1));
  TRY(syscall(SYS_setfsuid32, 0));
  TRY(syscall(SYS_setgid32, 0));
  unsigned a, b, c;
  TRY(syscall(SYS_getresuid32, &a, &b, &c));
  printf("%u %u %u\n", a, b, c);
  TRY(syscall(SYS_getresuid32, &a, BAD, &c));
  TRY(syscall(SYS_setuid32, -1));
  TRY(syscall(SYS_setreuid32, 1000, 1000));
  TRY(syscall(SYS_setuid32, 0));
  TRY(syscall(SYS_setreuid32, -1, 0));
  TRY(syscall(SYS_setresuid32, 1000, 1000, 0));
  TRY(syscall(SYS_setgroups32, 0, 0));
}

static void process(void) {
  TRY(getpid() == syscall(SYS_gettid));
  TRY(getpgid(0) == getpgrp());
  TRY(getpgid(999999));
  TRY(getsid(999999));
  TRY(setpgid(999999, 0));
  TRY(setpgid(0, -1));
  TRY(syscall(SYS_set_tid_address, BAD) == getpid());
  TRY(syscall(SYS_set_robust_list, 0, 12));
  TRY(syscall(SYS_set_robust_list, 0, 11));
  TRY(waitpid(-1, 0, 0));
  TRY(syscall(SYS_kill, getpid(), 0));
  TRY(syscall(SYS_kill, getpid(), 65));
  TRY(syscall(SYS_kill, 999999, 0));
  TRY(syscall(SYS_tgkill, getpid(), getpid(), 0));
  TRY(syscall(SYS_tgkill, -1, getpid(), 0));
  TRY(syscall(SYS_tkill, 0, 0));
  char name[20] = "";
  TRY(prctl(PR_SET_NAME, "a name of more than sixteen bytes"));
  TRY(prctl(PR_GET_NAME, name));
  printf("name %s\n", name);
  TRY(prctl(PR_SET_NAME, BAD));
  TRY(prctl(PR_GET_DUMPABLE));
  TRY(prctl(PR_SET_DUMPABLE, 7));
  TRY(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  TRY(prctl(PR_GET_KEEPCAPS));
  TRY(prctl(PR_SET_PDEATHSIG, 99));
  TRY(syscall(SYS_personality, 0xffffffff) & 0xff);
  TRY(getpriority(PRIO_PROCESS, 0));
  TRY(setpriority(PRIO_PROCESS, 0, 5));
  TRY(syscall(SYS_getpriority, PRIO_PROCESS, 0));
  TRY(getpriority(9, 0));
  TRY(getpriority(PRIO_PROCESS, 999999));
}

static void limits(void) {
  struct rlimit64 limit;
  TRY(prlimit64(0, RLIMIT_STACK, 0, &limit));
  printf("stack %lld\n", (long long)limit.rlim_cur);
  limit.rlim_cur = 100;
  limit.rlim_max = 50;
  TRY(prlimit64(0, RLIMIT_CORE, &limit, 0));
  TRY(prlimit64(0, 99, 0, &limit));
  TRY(prlimit64(999999, RLIMIT_CORE, 0, &limit));
  TRY(prlimit64(0, RLIMIT_CORE, 0, BAD));
  TRY(prlimit64(0, RLIMIT_CORE, BAD, 0));
  limit.rlim_cur = 1;
  limit.rlim_max = 5ull << 32;
  TRY(prlimit64(0, RLIMIT_LOCKS, &limit, 0));
  unsigned narrow[2];
  TRY(syscall(SYS_ugetrlimit, RLIMIT_LOCKS, narrow));
  printf("%x %x\n", narrow[0], narrow[1]);
  TRY(syscall(SYS_getrlimit, RLIMIT_LOCKS, narrow));
  printf("%x %x\n", narrow[0], narrow[1]);
  TRY(syscall(SYS_ugetrlimit, 16, narrow));
  TRY(syscall(SYS_setrlimit, RLIMIT_CORE, (unsigned[]){2, 1}));
  struct rusage usage;
  TRY(getrusage(RUSAGE_SELF, &usage));
  TRY(getrusage(RUSAGE_CHILDREN, &usage));
  printf("children %ld\n", usage.ru_utime.tv_sec + usage.ru_utime.tv_usec);
  TRY(syscall(SYS_getrusage, 5, &usage));
  TRY(syscall(SYS_getrusage, RUSAGE_SELF, BAD));
  TRY(syscall(SYS_times, BAD));
  TRY(syscall(SYS_sysinfo, BAD));
  TRY(syscall(SYS_uname, BAD));
  struct utsname names;
  uname(&names);
  printf("%s\n", names.sysname);
}

static void scheduling(void) {
  unsigned cpu, node;
  TRY(sched_yield());
  TRY(syscall(SYS_getcpu, &cpu, &node, 0));
  printf("node %u\n", node);
  TRY(syscall(SYS_getcpu, BAD, 0, 0));
  TRY(sched_getscheduler(0));
  TRY(sched_getscheduler(-1));
  TRY(sched_getscheduler(999999));
  TRY(sched_get_priority_max(SCHED_FIFO));
  TRY(sched_get_priority_min(SCHED_RR));
  TRY(sched_get_priority_max(SCHED_OTHER));
  TRY(sched_get_priority_max(77));
  unsigned mask[32] = {0};
  TRY(syscall(SYS_sched_getaffinity, 0, 3, mask));
  TRY(syscall(SYS_sched_getaffinity, 0, 128, BAD));
  TRY(syscall(SYS_sched_getaffinity, 999999, 128, mask));
}

static void clocks(void) {
  struct timespec t = {0, 0}, r;
  long long wide[2] = {0, 0};
  int ids[] = {0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 99, -1, -6};
  for (unsigned i = 0; i < sizeof ids / sizeof *ids; i++) {
    printf("clock %d: ", ids[i]);
    OK(syscall(SYS_clock_gettime, ids[i], &t));
    OK(syscall(SYS_clock_gettime64, ids[i], wide));
    if (ids[i] != 2 && ids[i] != 3 && ids[i] != -6) {
      TRY(syscall(SYS_clock_getres, ids[i], &r));
      if (ids[i] >= 0 && ids[i] < 12 && ids[i] != 10) printf("%ld %ld\n", r.tv_sec, r.tv_nsec);
    }
  }
  TRY(syscall(SYS_clock_gettime, 0, BAD));
  TRY(syscall(SYS_clock_gettime64, 0, BAD));
  TRY(syscall(SYS_clock_getres_time64, 0, 0));
  TRY(syscall(SYS_gettimeofday, BAD, 0));
  TRY(syscall(SYS_gettimeofday, 0, BAD));
  TRY(syscall(SYS_gettimeofday, 0, 0));
  TRY(syscall(SYS_time, BAD));
  OK(syscall(SYS_time, 0));
  t.tv_nsec = 1000000000;
  TRY(syscall(SYS_nanosleep, &t, 0));
  t.tv_sec = -1;
  t.tv_nsec = 0;
  TRY(syscall(SYS_nanosleep, &t, 0));
  TRY(syscall(SYS_nanosleep, BAD, 0));
  t.tv_sec = 0;
  t.tv_nsec = 1000;
  TRY(syscall(SYS_nanosleep, &t, BAD));
  TRY(syscall(SYS_clock_nanosleep, 3, 0, &t, 0));
  TRY(syscall(SYS_clock_nanosleep, 5, 0, &t, 0));
  TRY(syscall(SYS_clock_nanosleep, 77, 0, &t, 0));
  TRY(syscall(SYS_clock_nanosleep, 1, TIMER_ABSTIME, &t, 0));
  wide[0] = 0;
  wide[1] = 500 | 1ll << 40;
  TRY(syscall(SYS_clock_nanosleep_time64, 1, 0, wide, 0));
  TRY(syscall(SYS_setitimer, 5, 0, 0));
  TRY(syscall(SYS_getitimer, 0, BAD));
  TRY(syscall(SYS_setitimer, 0, (long[]){0, 1000000, 1, 0}, 0));
  TRY(syscall(SYS_setitimer, 0, (long[]){0, 0, 100, 0}, 0));
  TRY(alarm(0));
  time_t before = time(0);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  printf("agree %d\n", now.tv_sec - before <= 1);
  clock_gettime(CLOCK_MONOTONIC, &t);
  int back = 0;
  for (int i = 0; i < 20000; i++) {
    if (i % 3 == 0) syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &r);
    else clock_gettime(CLOCK_MONOTONIC, &r);
    if (r.tv_sec < t.tv_sec || (r.tv_sec == t.tv_sec && r.tv_nsec < t.tv_nsec)) back++;
    t = r;
  }
  printf("went back %d times\n", back);
}

static void signals(void) {
  sigset_t set;
  struct sigaction action;
  TRY(syscall(SYS_rt_sigaction, 0, 0, 0, 8));
  TRY(syscall(SYS_rt_sigaction, 65, 0, 0, 8));
  TRY(syscall(SYS_rt_sigaction, 9, &action, 0, 8));
  TRY(syscall(SYS_rt_sigaction, 9, 0, 0, 8));
  TRY(syscall(SYS_rt_sigaction, 10, 0, 0, 4));
  TRY(syscall(SYS_rt_sigaction, 10, BAD, 0, 8));
  TRY(syscall(SYS_rt_sigaction, 10, 0, BAD, 8));
  TRY(syscall(SYS_rt_sigprocmask, 9, &set, 0, 8));
  TRY(syscall(SYS_rt_sigprocmask, 9, 0, 0, 8));
  TRY(syscall(SYS_rt_sigprocmask, 0, BAD, 0, 8));
  TRY(syscall(SYS_rt_sigprocmask, 0, 0, 0, 9));
  sigfillset(&set);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, 0, 8);
  unsigned now[2];
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, 0, now, 8);
  printf("full %x %x\n", now[0], now[1]);
  sigemptyset(&set);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, 0, 8);
  stack_t stack = {.ss_sp = now, .ss_size = 100};
  TRY(sigaltstack(&stack, 0));
  stack.ss_flags = 77;
  TRY(sigaltstack(&stack, 0));
  TRY(sigaltstack(BAD, 0));
  TRY(sigaltstack(0, &stack));
  printf("flags %d\n", stack.ss_flags);
  struct timespec none = {0, 0};
  sigaddset(&set, SIGUSR1);
  TRY(syscall(SYS_rt_sigtimedwait, &set, 0, &none, 8));
  TRY(syscall(SYS_rt_sigtimedwait, BAD, 0, &none, 8));
}

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  process();
  limits();
  scheduling();
  clocks();
  signals();
  char buffer[16];
  TRY(syscall(SYS_getrandom, buffer, 16, 0));
  TRY(syscall(SYS_getrandom, BAD, 16, 0));
  TRY(syscall(SYS_getrandom, buffer, 16, 64));
  TRY(syscall(SYS_getrandom, buffer, 16, 6));
  TRY(syscall(SYS_set_thread_area, BAD));
  TRY(syscall(SYS_get_thread_area, (unsigned[]){3, 0, 0, 0}));
  TRY(syscall(SYS_set_thread_area, (unsigned[]){99, 0, 0xfffff, 0x51}));
  TRY(syscall(9999));
  TRY(syscall(-1));
  identity();
  return 0;
}
