/* EFLAGS.AC: which accesses are #AC, what the kernel says of it, and that the instruction has done nothing. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "selectors.h"

static unsigned char memory[256] __attribute__((aligned(64)));
static volatile unsigned behind, eip, registers[4];
static const char *volatile told;
static char text[96];

/* The handler begins with AC as it was; library code is not for it. */
void handler(int signal, siginfo_t *info, void *context);
__asm__("handler: pushf; pop %eax; push $0x202; popf; push %eax; push 16(%esp); push 16(%esp); push 16(%esp);"
        "call handle; add $16,%esp; ret");

void handle(int signal, siginfo_t *info, void *context, unsigned flags) {
  greg_t *now = ((ucontext_t *)context)->uc_mcontext.gregs;
  snprintf(text, sizeof text, "signal %d code %d at %s trapno %d err %x flags %x, eip %s, handler's flags %x", signal,
           info->si_code, info->si_addr ? "some" : "0", (int)now[REG_TRAPNO], (int)now[REG_ERR],
           (int)now[REG_EFL] & ~0x8d5, now[REG_EIP] == eip ? "there" : "elsewhere", flags & ~0x8d5);
  told = text;
  now[REG_EFL] &= ~0x40000;
  now[REG_EIP] = behind;
}

#define TRY(instruction)                                                                                               \
  do {                                                                                                                 \
    told = "done";                                                                                                     \
    for (int i = 0; i < 256; i++) memory[i] = i;                                                                       \
    __asm__ volatile("movl $2f,behind; movl $1f,eip; movl $memory+1,%%esi; movl $memory+65,%%edi; movl $3,%%ecx;"      \
                     "movl $7,%%eax; pushf; orl $0x40000,(%%esp); popf; 1: " instruction "; nop;"                      \
                     "pushf; andl $~0x40000,(%%esp); popf; 2: movl %%eax,registers; movl %%ecx,registers+4;"           \
                     "movl %%esi,registers+8; movl %%edi,registers+12; fninit" ::                                      \
                         : "memory", "eax", "ecx", "edx", "esi", "edi", "cc"); \
    unsigned sum = 0;                                                                                                  \
    if (told == text) for (int i = 0; i < 256; i++) sum = sum * 31 + memory[i];                                        \
    printf("%s: %s; eax %x ecx %x esi %d edi %d memory %x\n", #instruction, told, told == text ? registers[0] : 0,     \
           registers[1], registers[2] - (unsigned)memory, registers[3] - (unsigned)memory, sum);                       \
  } while (0)

int main(void) {
  findSelectors();
  catchAll(handler, SA_SIGINFO | SA_NODEFER | SA_ONSTACK);
  TRY("movb (%%esi),%%al");
  TRY("movw (%%esi),%%ax");
  TRY("movw 1(%%esi),%%ax");
  TRY("movl (%%esi),%%eax");
  TRY("movl 1(%%esi),%%eax");
  TRY("movl 3(%%esi),%%eax");
  TRY("movl %%eax,(%%esi)");
  TRY("addl $1,(%%esi)");
  TRY("lock; addl $1,(%%esi)");
  TRY("xchg %%eax,(%%esi)");
  TRY("lea (%%esi),%%eax");
  TRY("movsl");
  TRY("rep; movsl");
  TRY("rep; movsb");
  TRY("stosw");
  TRY("pushl (%%esi); popl %%eax");
  TRY("cmpxchg8b 3(%%esi)");
  TRY("bound %%eax,(%%esi)");
  TRY("les 1(%%esi),%%eax");
  TRY("fldl 1(%%esi)");
  TRY("fldl 3(%%esi)");
  TRY("fldl 7(%%esi)");
  TRY("fldt 3(%%esi)");
  TRY("fnstcw (%%esi)");
  TRY("fxsave 15(%%esi)");
  TRY("movq 3(%%esi),%%xmm0");
  TRY("movdqu (%%esi),%%xmm0");
  TRY("movups 3(%%esi),%%xmm0");
  TRY("movaps (%%esi),%%xmm0");
  TRY("movl $20,%%eax; int $0x80");
  return 0;
}
