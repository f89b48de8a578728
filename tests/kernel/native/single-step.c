/* Small routines that a program runs under TF: where each #DB shows EIP, which flags, and what the kernel says of it. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "selectors.h"

#define TF 0x100
#define MOST 48
/* Every routine begins by setting TF and ends by clearing it; offsets count from `start`. */
#define SET_TF 0x9c, 0x81, 0x0c, 0x24, 0x00, 0x01, 0, 0, 0x9d
#define CLEAR_TF 0x9c, 0x81, 0x24, 0x24, 0xff, 0xfe, 0xff, 0xff, 0x9d, 0x90, 0xc3
#define CODE(...) (unsigned char[]){SET_TF, __VA_ARGS__, CLEAR_TF}
#define RUN(name, ...) run(name, CODE(__VA_ARGS__), sizeof CODE(__VA_ARGS__))

static struct { int signal, code, error, trap; unsigned eip, flags, ecx; const char *address; } seen[MOST];
static volatile int count;
static unsigned char *start, *page;
/* What the handler adds to EIP after a fault; 0: it makes the page accessible. */
static int skip;

/* Library code is not for AC. */
void handler(int signal, siginfo_t *info, void *context);
__asm__("handler: push $0x202; popf; jmp handle");

void handle(int signal, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  unsigned address = (unsigned)info->si_addr;
  if (count < MOST) {
    seen[count].signal = signal;
    seen[count].code = info->si_code;
    seen[count].error = registers[REG_ERR];
    seen[count].trap = registers[REG_TRAPNO];
    seen[count].eip = registers[REG_EIP] - (unsigned)start;
    seen[count].flags = registers[REG_EFL];
    seen[count].ecx = registers[REG_ECX];
    seen[count].address = info->si_code <= 0                   ? "-"
                          : address == registers[REG_EIP] ? "eip"
                          : address == (unsigned)page     ? "page"
                          : address == 0                  ? "0"
                                                          : "other";
  }
  if (++count > 1000) _exit(1);
  if (signal == SIGSEGV || signal == SIGILL) {
    if (skip == 0) mprotect(page, 4096, PROT_READ | PROT_WRITE);
    registers[REG_EIP] += skip;
  }
}

static void report(const char *name) {
  printf("%s: %d\n", name, count);
  for (int i = 0; i < count && i < MOST; i++) {
    if (seen[i].eip > 4096) printf("  outside");
    else printf("  %2x", seen[i].eip);
    printf(" flags %x signal %d code %d at %s", seen[i].flags & ~0x8d5, seen[i].signal, seen[i].code,
           seen[i].address);
    if (seen[i].code > 0) printf(" trap %d error %x", seen[i].trap, seen[i].error);
    printf(" ecx %x\n", seen[i].ecx);
  }
}

static void run(const char *name, const unsigned char *code, int length) {
  char from[64] = "0123456789", to[64];
  memcpy(start, code, length);
  count = 0;
  __asm__ volatile("pusha; call *%%eax; popa" ::"a"(start), "b"(getpid()), "c"(3), "d"(page), "S"(from), "D"(to)
                   : "memory", "cc");
  report(name);
}

/* A handler that steps itself through its own end and through sigreturn. */
void stepping(int signal);
__asm__("stepping: pushf; orl $0x100,(%esp); popf; nop; ret");

int main(void) {
  findSelectors();
  start = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  page = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  for (int signal = 1; signal < 32; signal++) sigaction(signal, &action, 0);

  RUN("nop", 0x90, 0x90);
  RUN("rep movsb", 0xf3, 0xa4);
  RUN("rep stosd", 0xf3, 0xab);
  RUN("repne scasb", 0xf2, 0xae);
  RUN("rep movsb, ecx 0", 0x31, 0xc9, 0xf3, 0xa4);
  RUN("mov ss", 0x8c, 0xd0, 0x8e, 0xd0, 0x90, 0x90);
  RUN("pop ss", 0x16, 0x17, 0x90, 0x90);
  RUN("pop ds", 0x1e, 0x1f, 0x90);
  RUN("mov ss, ud2", 0x8c, 0xd0, 0x8e, 0xd0, 0xeb, 0, 0x90);
  RUN("popf", 0x9c, 0x9d, 0x90);
  RUN("pushf", 0x9c, 0x58, 0x90);
  RUN("popf clears TF", 0x9c, 0x81, 0x24, 0x24, 0xff, 0xfe, 0xff, 0xff, 0x9d, 0x90, 0x90);
  RUN("iret", 0x9c, 0x0e, 0xe8, 0, 0, 0, 0, 0x83, 0x04, 0x24, 5, 0xcf, 0x90, 0x90);
  RUN("call, ret, jmp, jcc, loop", 0xe8, 2, 0, 0, 0, 0xeb, 1, 0xc3, 0x85, 0xc0, 0x74, 0, 0x75, 0, 0xe2, 0xfe);
  RUN("std", 0xfd, 0x90, 0xfc);
  RUN("AC", 0x9c, 0x81, 0x0c, 0x24, 0, 0, 4, 0, 0x9d, 0x90, 0x9c, 0x81, 0x24, 0x24, 0xff, 0xff, 0xfb, 0xff, 0x9d);
  RUN("NT", 0x9c, 0x81, 0x0c, 0x24, 0, 0x40, 0, 0, 0x9d, 0x90, 0x9c, 0x81, 0x24, 0x24, 0xff, 0xbf, 0xff, 0xff, 0x9d);
  RUN("fld1, fstp", 0xd9, 0xe8, 0xdd, 0xd8);
  RUN("int3", 0x90, 0xcc, 0x90);
  RUN("mov ss, int3", 0x8c, 0xd0, 0x8e, 0xd0, 0xcc, 0x90);
  RUN("into", 0xb0, 0x7f, 0x04, 1, 0xce, 0x90);
  RUN("int 0x80", 0xb8, SYS_getppid, 0, 0, 0, 0xcd, 0x80, 0x90, 0x90);
  RUN("mov ss, int 0x80", 0xb8, SYS_getppid, 0, 0, 0, 0x8c, 0xd2, 0x8e, 0xd2, 0xcd, 0x80, 0x90);
  RUN("a signal to itself", 0xb8, SYS_kill, 0, 0, 0, 0xb9, SIGUSR1, 0, 0, 0, 0xcd, 0x80, 0x90, 0x90);
  skip = 2;
  RUN("ud2, skipped", 0x90, 0x0f, 0x0b, 0x90);
  RUN("mov ss, ud2, skipped", 0x8c, 0xd0, 0x8e, 0xd0, 0x0f, 0x0b, 0x90);
  skip = 0;
  mprotect(page, 4096, PROT_NONE);
  RUN("a page fault, tried again", 0x90, 0x89, 0x02, 0x90);
  mprotect(page, 4096, PROT_NONE);
  RUN("mov ss, a page fault, tried again", 0x8c, 0xd0, 0x8e, 0xd0, 0x89, 0x02, 0x90);
  mprotect(page, 4096, PROT_NONE);
  RUN("rep stosb, a page fault", 0x89, 0xd7, 0x83, 0xef, 0x00, 0xf3, 0xaa, 0x90);

  struct sigaction step = {.sa_handler = stepping};
  sigaction(SIGUSR1, &step, 0);
  count = 0;
  kill(getpid(), SIGUSR1);
  printf("a handler that steps through sigreturn: %d\n", count);

  // A program of 64-bit Linux on AMD enters by SYSCALL.
  start = (unsigned char *)getauxval(AT_SYSINFO);
  count = 0;
  int result;
  __asm__ volatile("pushf; orl $0x100,(%%esp); popf; call *%1; pushf; andl $~0x100,(%%esp); popf; nop"
                   : "=a"(result)
                   : "r"(start), "0"(SYS_getppid)
                   : "memory", "cc");
  printf("__kernel_vsyscall: %s\n", result == getppid() ? "right" : "wrong");
  report("__kernel_vsyscall");
  return 0;
}
