/* Handlers, frames, masks, queues, timers and interrupted calls. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include <errno.h>
#include <time.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <stdlib.h>
static volatile int count;
static void simple(int s) { count++; printf("simple %d\n", s); }
static void skip(int s, siginfo_t *i, void *v) { ucontext_t *u = v; count++; u->uc_mcontext.gregs[REG_EIP] += 2; u->uc_mcontext.gregs[REG_EAX] = 77; printf("skip %d %d\n", s, i->si_code);}
static void onalt(int s, siginfo_t *i, void *v) { char c; ucontext_t *u = v; printf("alt %d ss_flags %d size %d\n", s, u->uc_stack.ss_flags, u->uc_stack.ss_size); stack_t o; sigaltstack(0,&o); printf("now flags %d\n", o.ss_flags); }
static int depth; static void nested(int s) { printf("enter %d\n", s); if (s == SIGUSR1) { sigset_t m; sigprocmask(0, 0, &m); printf("blocked %d %d\n", sigismember(&m, SIGUSR1), sigismember(&m, SIGUSR2)); raise(SIGUSR2); if(!depth++)raise(SIGUSR1);} printf("leave %d\n", s); }
static void fpu(int s) { volatile double x = 1.0; x = x / 3.0; unsigned short cw; __asm__ volatile("fnstcw %0":"=m"(cw)); printf("fpu cw %x\n", cw); __asm__ volatile("fninit; fld1; fld1; fld1"); }
static void rt(int s, siginfo_t *i, void *v) { printf("rt %d code %d value %d pid %d\n", s, i->si_code, i->si_value.sival_int, i->si_pid == getpid()); }
static void tick(int s) { count++; }
static void set(int s, void *h, int flags) { struct sigaction a; memset(&a, 0, sizeof a); a.sa_flags = flags; a.sa_sigaction = h; if (sigaction(s, &a, 0)) perror("sigaction"); }
int main(void) {
  set(SIGUSR1, simple, 0); raise(SIGUSR1); kill(getpid(), SIGUSR1); printf("count %d\n", count);
  set(SIGSEGV, skip, SA_SIGINFO); int r; __asm__ volatile("movl (%1),%%eax" : "=a"(r) : "r"(0)); printf("r %d\n", r);
  set(SIGILL, skip, SA_SIGINFO); __asm__ volatile("ud2" : "=a"(r)); printf("r %d\n", r);
  static char stack[65536]; stack_t ss = {stack, 0, sizeof stack}; sigaltstack(&ss, 0); set(SIGUSR2, onalt, SA_SIGINFO | SA_ONSTACK); raise(SIGUSR2);
  set(SIGUSR1, nested, 0); set(SIGUSR2, nested, 0); raise(SIGUSR1);
  set(SIGUSR1, nested, SA_NODEFER | SA_RESETHAND); 
  set(SIGUSR1, fpu, 0); double d = 0; __asm__ volatile("fldpi" ::: "st"); unsigned short cw = 0x27f; __asm__ volatile("fldcw %0" ::"m"(cw)); syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1); __asm__ volatile("fstpl %0" : "=m"(d)); __asm__ volatile("fnstcw %0":"=m"(cw)); printf("pi %.10f cw %x\n", d, cw);
  cw = 0x37f; __asm__ volatile("fldcw %0" ::"m"(cw));
  /* blocked and pending, real time order */
  sigset_t s, o; sigemptyset(&s); for (int i = 0; i < 3; i++) { set(SIGRTMIN + i, rt, SA_SIGINFO); sigaddset(&s, SIGRTMIN + i); } sigaddset(&s, SIGUSR1); sigprocmask(SIG_BLOCK, &s, &o);
  for (int i = 2; i >= 0; i--) for (int j = 0; j < 2; j++) { union sigval v = {.sival_int = i * 10 + j}; sigqueue(getpid(), SIGRTMIN + i, v); }
  sigset_t p; sigpending(&p); printf("pending %d %d\n", sigismember(&p, SIGRTMIN), sigismember(&p, SIGUSR1)); siginfo_t si; struct timespec zero = {0, 0}; r = sigtimedwait(&s, &si, &zero); printf("sigtimedwait %d value %d\n", r == SIGRTMIN, si.si_value.sival_int);
  sigprocmask(SIG_SETMASK, &o, 0);
  /* timers and interrupted sleep */
  set(SIGALRM, tick, 0); count = 0; struct itimerval it = {{0, 0}, {0, 20000}}; setitimer(ITIMER_REAL, &it, 0); struct timespec t = {1, 0}, left; r = nanosleep(&t, &left); printf("nanosleep %d %d count %d left %d\n", r, errno, count, left.tv_nsec > 900000000 && left.tv_sec == 0);
  setitimer(ITIMER_REAL, &it, 0); r = pause(); printf("pause %d %d\n", r, errno);
  setitimer(ITIMER_REAL, &it, 0); sigemptyset(&s); r = sigsuspend(&s); printf("sigsuspend %d %d\n", r, errno);
  set(SIGALRM, tick, SA_RESTART); setitimer(ITIMER_REAL, &it, 0); char b; int fds[2]; pipe(fds); struct itimerval it2 = {{0,0},{0,0}};
  alarm(5); printf("alarm %d\n", alarm(0));
  count = 0; struct itimerval rep = {{0, 5000}, {0, 5000}}; setitimer(ITIMER_REAL, &rep, 0); while (count < 5) ; printf("ticks\n"); setitimer(ITIMER_REAL, &it2, 0);
  printf("kill 0: %d, bad %d %d, none %d %d\n", kill(getpid(), 0), kill(getpid(), 99), errno, kill(999999, 0), errno);
  signal(SIGINT, SIG_IGN); raise(SIGINT); printf("ignored\n");
  fflush(stdout);
  raise(SIGTERM); return 0;
}
