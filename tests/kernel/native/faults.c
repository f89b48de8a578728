/* Raises one fault and prints what the handler was told. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#include <fcntl.h>
static char *start;
extern char here[];
static void handler(int s, siginfo_t *i, void *v) {
  ucontext_t *u = v; greg_t *g = u->uc_mcontext.gregs;
  long a = (long)i->si_addr, e = g[REG_EIP];
  printf("signal %d code %d addr-eip %s trapno %d err %x cr2 %s eflags %x\n", s, i->si_code,
    a == e ? "eip" : a == 0 ? "0" : a == (long)start ? "start" : a == (long)start + 4096 ? "start+4096" : (a >= (long)start && a < (long)start + 8192) ? "in" : "other", (int)g[REG_TRAPNO], (int)g[REG_ERR],
    u->uc_mcontext.cr2 == (unsigned long)start ? "start": u->uc_mcontext.cr2 == (unsigned long)start+4096? "start+4096" : u->uc_mcontext.cr2==0?"0":"other", (int)g[REG_EFL] & ~0x8d5);
  fflush(stdout); _exit(0);
}
int main(int c, char **v) {
  const char *t = v[1];
  setvbuf(stdout, 0, _IOFBF, 4096);
  struct sigaction sa; memset(&sa, 0, sizeof sa); sa.sa_sigaction = handler; sa.sa_flags = SA_SIGINFO;
  if (c < 3) for (int s = 1; s < 32; s++) sigaction(s, &sa, 0);
  start = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  volatile int zero = 0;
  #define IS(x) (!strcmp(t, x))
  if (IS("null")) *(volatile int *)0 = 1;
  if (IS("readnull")) return *(volatile int *)0;
  if (IS("unmapped")) { munmap(start, 8192); *(volatile char *)start = 1; }
  if (IS("unmappedread")) { munmap(start, 8192); return *(volatile char *)start; }
  if (IS("none")) { mprotect(start, 8192, PROT_NONE); return *(volatile char *)start; }
  if (IS("readonly")) { mprotect(start, 8192, PROT_READ); *(volatile char *)start = 1; }
  if (IS("crossing")) { mprotect(start + 4096, 4096, PROT_READ); *(volatile int *)(start + 4094) = 1; }
  if (IS("jump")) ((void (*)(void))0)();
  if (IS("noexec")) { start[0] = 0xc3; ((void (*)(void))start)(); }
  if (IS("execunmapped")) { munmap(start, 8192); ((void (*)(void))start)(); }
  if (IS("div")) return 5 / zero;
  if (IS("divoverflow")) { volatile int m = 0x80000000, n = -1; return m / n; }
  if (IS("ud2")) __asm__ volatile("ud2");
  if (IS("badop")) __asm__ volatile(".byte 0x0f,0x04");
  if (IS("int3")) __asm__ volatile("int3");
  if (IS("cd03")) __asm__ volatile(".byte 0xcd,3");
  if (IS("cd04")) __asm__ volatile(".byte 0xcd,4");
  if (IS("into")) __asm__ volatile("movb $0x7f,%%al; addb $1,%%al; into" ::: "eax");
  if (IS("bound")) { int b[2] = {1, 2}; __asm__ volatile("bound %0,%1" ::"r"(5), "m"(b[0])); }
  if (IS("int21")) __asm__ volatile("int $0x21");
  if (IS("cd00")) __asm__ volatile("int $0x0");
  if (IS("hlt")) __asm__ volatile("hlt");
  if (IS("cli")) __asm__ volatile("cli");
  if (IS("in")) __asm__ volatile("inb $0x70,%%al" ::: "eax");
  if (IS("badseg")) __asm__ volatile("movw %%ax,%%fs" ::"a"(0x1234));
  if (IS("nullds")) __asm__ volatile("movw %%ax,%%es; movl %%es:0,%%eax" ::"a"(0));
  if (IS("badss")) __asm__ volatile("movw %%ax,%%ss" ::"a"(0));
  if (IS("kernel")) return *(volatile int *)0xc0000000;
  if (IS("long")) __asm__ volatile(".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90");
  if (IS("lock")) __asm__ volatile(".byte 0xf0,0x90");
  if (IS("fdiv")) { short cw = 0x37b; __asm__ volatile("fldcw %0; fldz; fld1; fdivp; fwait" ::"m"(cw)); }
  if (IS("finv")) { short cw = 0x37e; __asm__ volatile("fldcw %0; fldz; fldz; fdivp; fwait" ::"m"(cw)); }
  if (IS("fprec")) { short cw = 0x35f; int three=3; __asm__ volatile("fldcw %0; fld1; fidivl %1; fwait" ::"m"(cw),"m"(three)); }
  if (IS("ac")) { __asm__ volatile("pushf; orl $0x40000,(%%esp); popf; movl %0,%%eax; movl 1(%%eax),%%eax" ::"m"(start):"eax"); }
  if (IS("tf")) { __asm__ volatile("pushf; orl $0x100,(%%esp); popf; nop; nop":::"cc"); }
  if (IS("bus")) { int f = open("/tmp/bus-file", O_RDWR | O_CREAT | O_TRUNC, 0600); write(f, "x", 1); char *p = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, f, 0); start = p; unlink("/tmp/bus-file"); p[4095]=1; return *(volatile char *)(p + 4096); }
  if (IS("kill")) kill(getpid(), SIGUSR1);
  if (IS("abort")) abort();
  if (IS("stack")) { struct sigaction d; memset(&d,0,sizeof d); static char alt[65536]; stack_t ss = {alt, 0, sizeof alt}; sigaltstack(&ss, 0); sa.sa_flags |= SA_ONSTACK; sigaction(SIGSEGV, &sa, 0); volatile char *p = (char *)__builtin_frame_address(0); for (;;) { *p = 1; p -= 4096; } }
  printf("no fault\n"); return 0;
}
