/*
 * Prints AT_MINSIGSTKSZ, the magic of the frame's floating-point state, and whether ST(0) is there in the handler and
 * afterwards. Freestanding, so that an i486 can run it.
 */
#define NULL ((void *)0)
enum { NR_exit = 1, NR_write = 4, NR_getpid = 20, NR_kill = 37, NR_sigaction = 67, SIGUSR1 = 10, AT_MINSIGSTKSZ = 51 };

static int call(int number, int a, const void *b, int c) {
  __asm__ volatile("int $0x80" : "+a"(number) : "b"(a), "c"(b), "d"(c) : "memory");
  return number;
}

static void print(const char *name, unsigned value) {
  char text[64];
  int length = 0;
  while (name[length] != 0) text[length] = name[length], length++;
  for (int shift = 28; shift >= 0; shift -= 4) text[length++] = "0123456789abcdef"[(value >> shift) & 15];
  text[length++] = '\n';
  call(NR_write, 1, text, length);
}

/** Above EBP and the return address lie the signal's number and the sigcontext, whose word 19 is fpstate. */
static void handler(int signal) {
  const unsigned char *state = ((const unsigned char **)__builtin_frame_address(0))[3 + 19];
  print("magic ", *(const unsigned short *)(state + 110));
  print("exponent ", *(const unsigned short *)(state + 28 + 8));
  __asm__ volatile("fninit; fldz; fldz");
}

__attribute__((used)) static void start(unsigned *stack) {
  unsigned *word = stack + 1 + stack[0] + 1;
  while (*word++ != 0) continue;
  for (; word[0] != 0; word += 2)
    if (word[0] == AT_MINSIGSTKSZ) print("minsigstksz ", word[1]);
  struct { void (*handler)(int); unsigned mask, flags; void *restorer; } action = {handler, 0, 0, NULL};
  call(NR_sigaction, SIGUSR1, &action, 0);
  unsigned char top[10];
  __asm__ volatile("fldpi");
  call(NR_kill, call(NR_getpid, 0, NULL, 0), (void *)SIGUSR1, 0);
  __asm__ volatile("fstpt %0" : "=m"(top));
  print("exponent ", *(unsigned short *)(top + 8));
  call(NR_exit, 0, NULL, 0);
}

__asm__(".globl _start\n_start: mov %esp, %eax\n\tpush %eax\n\tcall start");
