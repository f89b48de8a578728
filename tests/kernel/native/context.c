/* What of EFLAGS and of the segment selectors a handler begins with, and what sigreturn takes from the frame. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "selectors.h"

#define FLAGS 0x202
#define TF 0x100

static volatile int traps, which, wanted;
static volatile unsigned shown, entered;
static sigjmp_buf back;

/* Flags as the handler finds them; it goes on with ordinary ones, since AC would make library code fault. */
void handler(int signal, siginfo_t *info, void *context);
__asm__("handler: pushf; pop %eax; push $0x202; popf; push %eax; push 16(%esp); push 16(%esp); push 16(%esp);"
        "call handle; add $16,%esp; ret");

void handle(int signal, siginfo_t *info, void *context, unsigned flags) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  restoreTls();
  if (signal == SIGTRAP) {
    traps++;
    registers[REG_EFL] &= ~TF;
  } else if (signal == SIGUSR1) {
    shown = registers[REG_EFL];
    entered = flags;
    registers[which] = wanted;
  } else {
    printf("  signal %d code %d at %s trapno %d err %s flags %x", signal, info->si_code, info->si_addr ? "some" : "0",
           (int)registers[REG_TRAPNO], selector(registers[REG_ERR]), (int)registers[REG_EFL] & ~0x8d5);
    printf(" cs %s ss %s", selector(registers[REG_CS]), selector(registers[REG_SS]));
    printf(" ds %s es %s", selector(registers[REG_DS]), selector(registers[REG_ES]));
    printf(" fs %s gs %s", selector(registers[REG_FS]), selector(registers[REG_GS]));
    printf(" esp %s\n", registers[REG_ESP] == registers[REG_UESP] ? "same" : "other");
    siglongjmp(back, 1);
  }
}

/* A signal with EFLAGS `before`; the flags after the handler has returned with `after`. */
static unsigned returned(unsigned before, unsigned after) {
  unsigned flags;
  which = REG_EFL;
  wanted = after;
  traps = 0;
  __asm__ volatile("push %4; popf; int $0x80; pushf; push $0x202; popf; pop %0"
                   : "=r"(flags)
                   : "a"(SYS_kill), "b"(getpid()), "c"(SIGUSR1), "r"(before)
                   : "memory", "cc");
  return flags;
}

static void flags(void) {
  for (int bit = 0; bit < 32; bit++) {
    unsigned one = FLAGS | 1u << bit, after = returned(FLAGS, one);
    printf("bit %d in the frame: %x afterwards, %d traps\n", bit, after, traps);
    after = returned(one, FLAGS);
    printf("bit %d before: frame %x handler %x, %d traps\n", bit, shown, entered, traps);
  }
  printf("nothing in the frame: %x\n", returned(FLAGS, 0));
}

static void segment(const char *name, int register_, unsigned value) {
  unsigned now[6];
  printf("%s %s\n", name, selector(value));
  which = register_;
  wanted = value;
  if (!sigsetjmp(back, 1)) {
    __asm__ volatile("int $0x80; mov %%gs,%%ebx; mov %%fs,%%ecx; mov %%es,%%edx; mov %%ds,%%esi; mov %%ss,%%edi;"
                     "mov %%cs,%%eax; push %%cs:%c6; pop %%ds; push %%cs:%c6; pop %%es"
                     : "=a"(now[0]), "=b"(now[1]), "=c"(now[2]), "=d"(now[3]), "=S"(now[4]), "=D"(now[5])
                     : "i"(&dataSelector), "a"(SYS_kill), "b"(getpid()), "c"(SIGUSR1)
                     : "memory");
    restoreAll();
    printf("  cs %s gs %s fs %s es %s", selector(now[0]), selector(now[1]), selector(now[2]), selector(now[3]));
    printf(" ds %s ss %s\n", selector(now[4]), selector(now[5]));
  }
  restoreAll();
}

/* A stack for the handler of a program whose SS is its own: sa_restorer, without SA_RESTORER. */
static unsigned stackOfHandler;
void onStack(int signal);
__asm__("onStack: mov %esp,stackOfHandler; ret");

static void legacyStack(const char *name, unsigned restorer, int flags, unsigned segment) {
  struct { void *handler; unsigned flags; unsigned restorer; unsigned mask[2]; } action = {onStack, flags, restorer};
  printf("legacy stack: %s\n", name);
  stackOfHandler = 0;
  if (!sigsetjmp(back, 1)) {
    syscall(SYS_rt_sigaction, SIGUSR1, &action, 0, 8);
    __asm__ volatile("mov %0,%%ss; int $0x80; mov %%cs:%c1,%%eax; mov %%eax,%%ss" ::"r"(segment), "i"(&dataSelector),
                     "a"(SYS_kill), "b"(getpid()), "c"(SIGUSR1)
                     : "memory");
    unsigned distance = restorer - stackOfHandler;
    if (distance < 8192) puts("  below it");
    else puts("  elsewhere");
  }
  restoreAll();
}

int main(void) {
  static const struct { const char *name; int number; } registers[] = {
    {"gs", REG_GS}, {"fs", REG_FS}, {"es", REG_ES}, {"ds", REG_DS}, {"ss", REG_SS}, {"cs", REG_CS}};
  findSelectors();
  catchAll(handler, SA_SIGINFO | SA_NODEFER | SA_ONSTACK);
  flags();
  local(0, 0, 0xfffff, SEG_32 | SEG_PAGES);
  local(1, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_ABSENT);
  local(2, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_CODE);
  local(3, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_CODE | SEG_ABSENT);
  local(4, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_CODE | SEG_FIXED);
  local(5, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_FIXED);
  local(6, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_CONFORMING | SEG_ABSENT);
  local(7, 0, 0xfff, SEG_32 | SEG_CODE);
  unsigned values[] = {0, 1, 2, 3, codeSelector, codeSelector & ~3, dataSelector, dataSelector & ~3, dataSelector & ~2,
                       tlsSelector, tlsSelector & ~3, 0x7, 0x4, 0x5, 0xf, 0x17, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x47,
                       0x13, 0x10, 0x1234, 0x1238, 0xffff, 0xfff8, 0x10007};
  for (int r = 0; r < 6; r++)
    for (unsigned i = 0; i < sizeof values / sizeof *values; i++)
      // A stack in the thread's segment would be the library's own data.
      if (registers[r].number != REG_SS || (values[i] & ~3) != (tlsSelector & ~3))
        segment(registers[r].name, registers[r].number, values[i]);

  static char aside[65536];
  stack_t alternate;
  sigaltstack(0, &alternate);
  unsigned end = (unsigned)alternate.ss_sp + alternate.ss_size;
  legacyStack("memory that is not the alternate stack", (unsigned)aside + sizeof aside, 0, 0x7);
  legacyStack("the alternate stack", end - 64, 0, 0x7);
  legacyStack("too little of it", (unsigned)alternate.ss_sp + 64, 0, 0x7);
  legacyStack("SS flat", (unsigned)aside + sizeof aside, 0, dataSelector);
  legacyStack("SA_ONSTACK", (unsigned)aside + sizeof aside, SA_ONSTACK, 0x7);
  return 0;
}
