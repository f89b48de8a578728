/* For programs that change segment registers: names of selectors, which differ between kernels, and the way back. */
#include <asm/ldt.h>

#define SEG_32 1
#define SEG_DOWN 2
#define SEG_CODE 4
#define SEG_CONFORMING 6
#define SEG_FIXED 8
#define SEG_PAGES 0x10
#define SEG_ABSENT 0x20

static unsigned codeSelector, dataSelector, tlsSelector;
/* Of a program's own entry of the GDT, if it has one. */
static unsigned areaSelector;

static void findSelectors(void) {
  __asm__("mov %%cs,%0; mov %%ds,%1; mov %%gs,%2" : "=r"(codeSelector), "=r"(dataSelector), "=r"(tlsSelector));
}

/* To be called first in a handler: the library keeps its canary and errno behind GS. */
static inline void restoreTls(void) { __asm__ volatile("mov %0,%%gs" ::"r"(tlsSelector)); }

static inline void restoreAll(void) {
  __asm__ volatile("mov %0,%%ss; mov %0,%%ds; mov %0,%%es; mov %1,%%fs; mov %2,%%gs" ::"r"(dataSelector), "r"(0),
                   "r"(tlsSelector));
}

/* A selector (or an error code that holds one) by what it names; the text lasts for eight calls. */
static const char *selector(unsigned value) {
  static char texts[8][24];
  static int next;
  char *text = texts[next++ & 7];
  const char *name = 0;
  if ((value & ~3) == (codeSelector & ~3)) name = "code";
  if ((value & ~3) == (dataSelector & ~3)) name = "data";
  if ((value & ~3) == (tlsSelector & ~3)) name = "tls";
  if (areaSelector && (value & ~3) == (areaSelector & ~3)) name = "area";
  if (name) sprintf(text, "%s+%d", name, value & 3);
  else sprintf(text, "%x", value);
  return text;
}

/* Puts a descriptor into the LDT; its selector is 8 * entry + 7. */
static void local(unsigned entry, unsigned base, unsigned limit, unsigned bits) {
  unsigned descriptor[] = {entry, base, limit, bits};
  if (syscall(SYS_modify_ldt, 0x11, descriptor, sizeof descriptor)) puts("modify_ldt failed");
}

/* Every signal to `handler`, on a stack of its own. */
static void catchAll(void (*handler)(int, siginfo_t *, void *), int flags) {
  static char memory[65536];
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory};
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = flags};
  sigaltstack(&stack, 0);
  for (int signal = 1; signal < 32; signal++) sigaction(signal, &action, 0);
}
