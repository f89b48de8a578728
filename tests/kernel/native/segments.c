/* Segments of the LDT at work: 16-bit code and stacks, limits, loads that fault, entries that change while in use. */
#define _GNU_SOURCE
#include <setjmp.h>
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
#define SIZE 0x10000
enum { CODE16 = 1, STACK16, DATA16, CODE32, DOWN16, DOWN32, FIXED, HIDDEN, ABSENT, SMALL, CHANGING, CONFORMING, CODE16_ABSENT };
#define SELECTOR(entry) (8 * (entry) + 7)

static unsigned char *code, *stack, *data, *other;
static sigjmp_buf back;
/* What the handler adds to EIP after #UD before it goes back there. */
static int skip;

static void handler(int signal, siginfo_t *info, void *context) {
  greg_t *now = ((ucontext_t *)context)->uc_mcontext.gregs;
  restoreTls();
  unsigned stackSelector, dataSelector_;
  __asm__("mov %%ss,%0; mov %%ds,%1" : "=r"(stackSelector), "=r"(dataSelector_));
  int isLocal = (now[REG_CS] & 4) != 0;
  printf("  signal %d code %d trapno %d err %s flags %x cs %s ss %s ds %s es %s", signal, info->si_code,
         (int)now[REG_TRAPNO], selector(now[REG_ERR]), (int)now[REG_EFL] & ~0x8d5, selector(now[REG_CS]),
         selector(now[REG_SS]), selector(now[REG_DS]), selector(now[REG_ES]));
  if (isLocal) printf(" eip %x", (unsigned)now[REG_EIP]);
  if (now[REG_SS] == SELECTOR(STACK16) || now[REG_SS] == SELECTOR(SMALL)) printf(" sp %x", (unsigned)now[REG_ESP] & 0xffff);
  printf(" at %s, on %s with %s\n", (unsigned)info->si_addr == now[REG_EIP] ? "eip" : info->si_addr ? "some" : "0",
         selector(stackSelector), selector(dataSelector_));
  if (signal == SIGTRAP) return;
  if (signal == SIGILL && skip) now[REG_EIP] += skip;
  else siglongjmp(back, 1);
}

static void setUp(void) {
  local(CODE16, (unsigned)code, 0xffff, SEG_CODE);
  local(STACK16, (unsigned)stack, 0xffff, 0);
  local(DATA16, (unsigned)data, 0x1fff, 0);
  local(CODE32, (unsigned)code, 0xfff, SEG_CODE | SEG_32);
  local(DOWN16, (unsigned)data, 0xfff, SEG_DOWN);
  local(DOWN32, (unsigned)data, 0xfff, SEG_DOWN | SEG_32);
  local(FIXED, (unsigned)data, 0xfff, SEG_FIXED | SEG_32);
  local(HIDDEN, (unsigned)code, 0xfff, SEG_CODE | SEG_FIXED | SEG_32);
  local(ABSENT, (unsigned)data, 0xfff, SEG_ABSENT | SEG_32);
  local(SMALL, (unsigned)stack, 0xfff, 0);
  local(CONFORMING, (unsigned)code, 0xfff, SEG_CONFORMING | SEG_ABSENT | SEG_32);
  local(CODE16_ABSENT, (unsigned)code, 0xfff, SEG_CODE | SEG_ABSENT);
}

/*
 * Calls `bytes`, put at 0x100 of the code segment `entry`, with the stack `stackEntry` (0: the ordinary one) at `top`, EAX 0x11110003, EBX
 * 0x22220100, ECX 0x33330003, EDX 0, DS DATA16. A 16-bit routine goes back by a 32-bit far return (66 cb).
 */
static void call(const char *name, int entry, int stackEntry, unsigned top, const unsigned char *bytes, int length) {
  static struct { unsigned offset; unsigned short selector; } __attribute__((packed)) target, place;
  static unsigned saved, eax, ecx, edx, esp, flags;
  memcpy(code + 0x100, bytes, length);
  target.offset = 0x100;
  target.selector = SELECTOR(entry);
  place.offset = stackEntry ? top : (unsigned)__builtin_frame_address(0) - 4096;
  place.selector = stackEntry ? SELECTOR(stackEntry) : dataSelector;
  printf("%s\n", name);
  if (sigsetjmp(back, 1)) {
    restoreAll();
    return;
  }
  __asm__ volatile("pusha; mov %%esp,%0; mov %7,%%esi; mov %%esi,%%ds; lss %%cs:%5,%%esp; mov $0x11110003,%%eax;"
                   "mov $0x22220100,%%ebx; mov $0x33330003,%%ecx; xor %%edx,%%edx; lcall *%%cs:%6;"
                   "mov %%ss,%%esi; mov %%esp,%%edi; mov %%cs:%c8,%%esi; mov %%esi,%%ss; mov %%cs:%0,%%esp;"
                   "mov %%esi,%%ds; mov %%eax,%1; mov %%ecx,%2; mov %%edx,%3; mov %%edi,%4; pushf; pop %9;"
                   "push $0x202; popf; popa"
                   : "+m"(saved), "=m"(eax), "=m"(ecx), "=m"(edx), "=m"(esp)
                   : "m"(place), "m"(target), "i"(SELECTOR(DATA16)), "i"(&dataSelector), "m"(flags)
                   : "memory", "cc");
  printf("  eax %x ecx %x edx %x sp %x flags %x\n", eax, ecx, edx, stackEntry ? esp & 0xffff : 0, flags & 0xfff & ~0x200);
}
#define CALL(name, entry, stackEntry, top, ...)                                                                        \
  call(name, entry, stackEntry, top, (unsigned char[]){__VA_ARGS__}, sizeof((unsigned char[]){__VA_ARGS__}))
#define RETURN 0x66, 0xcb

static void sixteenBits(void) {
  CALL("add, push, pop", CODE16, STACK16, 0x8000, 0x01, 0xd8, 0x50, 0x59, 0x66, 0x50, 0x66, 0x5a, RETURN);
  CALL("loop by CX", CODE16, STACK16, 0x8000, 0x40, 0xe2, 0xfd, RETURN);
  CALL("mov ax,[0x100]; mov dx,[bx]", CODE16, STACK16, 0x8000, 0xa1, 0, 1, 0x8b, 0x17, RETURN);
  CALL("a 32-bit address", CODE16, STACK16, 0x8000, 0x66, 0x31, 0xdb, 0x67, 0x8b, 0x83, 4, 1, 0, 0, RETURN);
  CALL("call, ret", CODE16, STACK16, 0x8000, 0xe8, 2, 0, RETURN, 0x42, 0xc3);
  CALL("enter, leave", CODE16, STACK16, 0x8000, 0xc8, 4, 0, 0, 0x89, 0xe2, 0xc9, RETURN);
  CALL("pusha, popa", CODE16, STACK16, 0x8000, 0x60, 0x89, 0xe2, 0x61, RETURN);
  CALL("mov si; rep stosb", CODE16, STACK16, 0x8000, 0x57, 0xbf, 0, 2, 0x1e, 0x07, 0xf3, 0xaa, 0x89, 0xfa, 0x5f, RETURN);
  CALL("a jump wraps at 64 KiB", CODE16, STACK16, 0x8000, 0xe9, 0xfb, 0xfe, RETURN);
  CALL("a push wraps at 0", CODE16, STACK16, 0x8, 0x50, 0x59, 0x89, 0xe2, RETURN);
  CALL("ESP has more bits than SP", CODE16, STACK16, 0x12348000, 0x50, 0x59, RETURN);
  CALL("a push beyond the limit", CODE16, SMALL, 0x4, 0x50, 0x59, RETURN);
  CALL("32-bit code", CODE32, STACK16, 0x8000, 0x01, 0xd8, 0x50, 0x59, 0x66, 0x50, 0x66, 0x5a, 0xcb);
  CALL("getppid", CODE16, STACK16, 0x8000, 0x66, 0x31, 0xc0, 0xb0, SYS_getppid, 0xcd, 0x80, 0x66, 0x31, 0xc0, RETURN);
  skip = 2;
  CALL("ud2, skipped", CODE16, STACK16, 0x8000, 0x0f, 0x0b, 0x42, RETURN);
  CALL("ud2 with more bits in ESP", CODE16, STACK16, 0x12348000, 0x0f, 0x0b, 0x42, RETURN);
  skip = 0;
  CALL("single step", CODE16, 0, 0, 0x9c, 0x59, 0x80, 0xcd, 1, 0x51, 0x9d, 0x90, 0x40, 0x9c, 0x59, 0x80, 0xe5, 0xfe,
       0x51, 0x9d, 0x90, RETURN);
  CALL("int3", CODE16, STACK16, 0x8000, 0xcc, RETURN);
  CALL("div by 0", CODE16, STACK16, 0x8000, 0xf7, 0xf2, RETURN);
  CALL("beyond DS", CODE16, STACK16, 0x8000, 0xa1, 0xff, 0x1f, RETURN);
  CALL("a jump beyond CS", CODE32, STACK16, 0x8000, 0xe9, 0, 0x10, 0, 0);
  CALL("a far return to nowhere", CODE16, STACK16, 0x8000, 0x6a, 0x07, 0x6a, 0, 0xcb);
  CALL("a far jump to an absent segment", CODE16, STACK16, 0x8000, 0xea, 0, 0, SELECTOR(CODE16_ABSENT), 0);
  CALL("iret", CODE16, STACK16, 0x8000, 0x9c, 0x0e, 0x68, 9, 1, 0xcf, 0x90, 0x90, 0x90, 0x42, RETURN);
}

/* Reads and writes a byte at `offset` of a segment. */
static void touch(const char *name, int entry, unsigned offset, int isWrite) {
  unsigned value = 0;
  printf("%s %s %x\n", name, isWrite ? "write" : "read", offset);
  if (!sigsetjmp(back, 1)) {
    if (isWrite) __asm__ volatile("mov %1,%%es; movb $7,%%es:(%0)" ::"r"(offset), "r"(SELECTOR(entry)) : "memory");
    else __asm__ volatile("mov %2,%%es; movzbl %%es:(%1),%0" : "=r"(value) : "r"(offset), "r"(SELECTOR(entry)) : "memory");
    restoreAll();
    printf("  %x\n", value);
  }
  restoreAll();
}

static void limits(void) {
  static const struct { const char *name; int entry; } segments[] = {
    {"DATA16", DATA16}, {"DOWN16", DOWN16}, {"DOWN32", DOWN32}, {"FIXED", FIXED}, {"HIDDEN", HIDDEN}, {"CODE32", CODE32}};
  static const unsigned offsets[] = {0, 0xfff, 0x1000, 0x1fff, 0x2000, 0xffff, 0x10000, -1u};
  for (unsigned s = 0; s < sizeof segments / sizeof *segments; s++)
    for (unsigned o = 0; o < sizeof offsets / sizeof *offsets; o++)
      for (int isWrite = 0; isWrite < 2; isWrite++)
        // What is within the limit of an expand-down segment may not be mapped.
        if (offsets[o] < SIZE || segments[s].entry != DOWN32)
          touch(segments[s].name, segments[s].entry, offsets[o], isWrite);
}

#define LOAD(name, instruction)                                                                                        \
  for (int entry = CODE16; entry <= CODE16_ABSENT + 1; entry++) {                                                      \
    printf(name " %d\n", entry);                                                                                       \
    if (!sigsetjmp(back, 1)) {                                                                                         \
      __asm__ volatile(instruction "; mov %%cs:%c1,%%eax; mov %%eax,%%ss; mov %%eax,%%ds" ::"b"(SELECTOR(entry)),      \
                       "i"(&dataSelector)                                                                              \
                       : "eax", "memory");                                                                             \
      restoreAll();                                                                                                    \
      puts("  loaded");                                                                                                \
    }                                                                                                                  \
    restoreAll();                                                                                                      \
  }

/* modify_ldt on an entry that a register holds. */
#define CHANGE(name, register)                                                                                         \
  for (int k = 0; k < 3; k++) {                                                                                        \
    static unsigned changed[4];                                                                                        \
    unsigned before = 0, after;                                                                                        \
    memcpy(changed, changes[k], sizeof changed);                                                                       \
    local(CHANGING, (unsigned)data, 0xfff, SEG_32);                                                                    \
    __asm__ volatile("mov %3,%%" register "; mov %%" register ":0x100,%%esi; int $0x80; mov %%" register ",%%edi;"     \
                     "mov %%cs:%c4,%%edx; mov %%edx,%%ds"                                                              \
                     : "=S"(before), "=D"(after)                                                                       \
                     : "a"(SYS_modify_ldt), "r"(SELECTOR(CHANGING)), "i"(&dataSelector), "b"(0x11), "c"(changed),      \
                       "d"(16)                                                                                         \
                     : "memory");                                                                                      \
    restoreAll();                                                                                                      \
    printf(name " %d: %x, selector %x\n", k, before, after);                                                           \
  }

static void changing(void) {
  unsigned changes[][4] = {{CHANGING, (unsigned)other, 0xfff, SEG_32}, {CHANGING, 0, 0, SEG_FIXED | SEG_ABSENT},
                           {CHANGING, (unsigned)data, 0xfff, SEG_32 | SEG_ABSENT}};
  CHANGE("ds", "ds")
  CHANGE("es", "es")
  CHANGE("fs", "fs")
  CHANGE("gs", "gs")
  unsigned before, after;
  local(CHANGING, (unsigned)data, 0xfff, SEG_32);
  __asm__ volatile("mov %3,%%es; mov %%es:0x100,%%esi; int $0x80; mov %%es:0x100,%%edi"
                   : "=S"(before), "=D"(after)
                   : "a"(SYS_modify_ldt), "r"(SELECTOR(CHANGING)), "b"(0x11), "c"(changes[0]), "d"(16)
                   : "memory");
  restoreAll();
  printf("es moved: %x %x\n", before, after);

  unsigned stacks[][4] = {{CHANGING, 0, 0xfffff, SEG_32 | SEG_PAGES}, {CHANGING, 0, 0, SEG_FIXED | SEG_ABSENT},
                          {CHANGING, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_ABSENT},
                          {CHANGING, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_FIXED}, {CHANGING, 0, 0xffff, SEG_PAGES}};
  for (int k = 0; k < 5; k++) {
    printf("ss %d\n", k);
    local(CHANGING, 0, 0xfffff, SEG_32 | SEG_PAGES);
    if (!sigsetjmp(back, 1)) {
      unsigned limit = 0, now;
      __asm__ volatile("mov %%esp,%%esi; mov %%edi,%%ss; int $0x80; mov %%ss,%%edi; lsl %%edi,%%ecx; mov %%ds,%%edx;"
                       "mov %%edx,%%ss; mov %%esi,%%esp"
                       : "=D"(now), "=c"(limit)
                       : "a"(SYS_modify_ldt), "0"(SELECTOR(CHANGING)), "b"(0x11), "1"(stacks[k]), "d"(16)
                       : "memory", "esi");
      printf("  %x %x\n", now, limit);
    }
  }

  unsigned codes[][4] = {{CHANGING, (unsigned)other, 0xfff, SEG_32 | SEG_CODE}, {CHANGING, 0, 0, SEG_FIXED | SEG_ABSENT},
                         {CHANGING, (unsigned)code, 0xfff, SEG_32 | SEG_CODE | SEG_ABSENT},
                         {CHANGING, (unsigned)code, 0xfff, SEG_32}, {CHANGING, (unsigned)code, 0xfff, SEG_CODE},
                         {CHANGING, (unsigned)code, 0x101, SEG_32 | SEG_CODE}};
  memcpy(code + 0x100, (unsigned char[]){0xcd, 0x80, 0xcb}, 3);
  memcpy(other + 0x100, (unsigned char[]){0xcd, 0x80, 0x47, 0xcb}, 4);
  for (int k = 0; k < 6; k++) {
    static struct { unsigned offset; unsigned short selector; } __attribute__((packed)) target = {0x100, SELECTOR(CHANGING)};
    int edi = 7;
    printf("cs %d\n", k);
    local(CHANGING, (unsigned)code, 0xfff, SEG_32 | SEG_CODE);
    if (!sigsetjmp(back, 1)) {
      __asm__ volatile("lcall *%1" : "+D"(edi) : "m"(target), "a"(SYS_modify_ldt), "b"(0x11), "c"(codes[k]), "d"(16) : "memory");
      printf("  %d\n", edi);
    }
  }

  // The same of a thread's entry: a stack that becomes read-only.
  unsigned area[4] = {-1, 0, 0xfffff, SEG_32 | SEG_PAGES};
  syscall(SYS_set_thread_area, area);
  areaSelector = area[0] * 8 + 3;
  area[3] |= SEG_FIXED;
  puts("a thread's entry");
  if (!sigsetjmp(back, 1)) {
    __asm__ volatile("mov %%esp,%%esi; mov %%edi,%%ss; int $0x80; mov %%ds,%%edx; mov %%edx,%%ss; mov %%esi,%%esp" ::"a"(
                       SYS_set_thread_area), "D"(areaSelector), "b"(area)
                     : "memory", "esi", "edx");
    puts("  loaded");
  }
}

/* SYSENTER and SYSCALL go back to the kernel's own code segment, whatever they came from. */
static void gate(void) {
  static struct { unsigned offset; unsigned short selector; } __attribute__((packed)) target = {0, SELECTOR(CHANGING)};
  unsigned now, result;
  local(CHANGING, 0, 0xfffff, SEG_32 | SEG_PAGES | SEG_CODE);
  __asm__ volatile("movl $1f,%2; ljmp *%2; 1: call *%3; mov %%cs,%1"
                   : "=a"(result), "=&r"(now), "+m"(target)
                   : "r"(getauxval(AT_SYSINFO)), "0"(SYS_getppid)
                   : "memory", "cc");
  printf("by the linux-gate page: %d, cs %s\n", result == getppid(), selector(now));
}

int main(int count, char **words) {
  findSelectors();
  catchAll(handler, SA_SIGINFO | SA_NODEFER | SA_ONSTACK);
  unsigned char **pages[] = {&code, &stack, &data, &other};
  for (int i = 0; i < 4; i++)
    *pages[i] = mmap(0, SIZE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < SIZE; i++) data[i] = i * 7, other[i] = i * 5;
  setUp();
  if (count > 1) {
    for (int signal = 1; signal < 32; signal++) sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, 0);
    CALL("ud2 without a handler", CODE16, STACK16, 0x8000, 0x90, 0x0f, 0x0b);
  }
  gate();
  limits();
  LOAD("ds", "mov %0,%%ds")
  LOAD("es", "mov %0,%%es")
  LOAD("fs", "mov %0,%%fs")
  LOAD("gs", "mov %0,%%gs")
  LOAD("ss", "mov %%esp,%%edx; mov %0,%%ss; nop")
  changing();
  sixteenBits();
  return 0;
}
