/* What a program finds when it starts: registers, stack, arguments, environment, auxiliary vector. No C library. */
typedef unsigned u32;

static int call(int number, int a, int b, int c) {
  int result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
  return result;
}

static char text[16384];
static int length;

static void put(const char *s) {
  while (*s) text[length++] = *s++;
}

static void hex(u32 value) {
  char digits[9];
  int n = 0;
  do digits[n++] = "0123456789abcdef"[value & 15];
  while (value >>= 4);
  while (n) text[length++] = digits[--n];
}

static void line(const char *name, u32 value) {
  put(name);
  put(" ");
  hex(value);
  put("\n");
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

__attribute__((used)) static void report(u32 *registers, u32 *stack) {
  static const char *names[] = {"edi", "esi", "ebp", 0, "ebx", "edx", "ecx", "eax", "eflags"};
  for (int i = 0; i < 9; i++)
    if (names[i]) line(names[i], registers[i]);
  u32 segment;
  __asm__("mov %%cs, %0" : "=r"(segment));
  line("cs privilege", segment & 3);
  __asm__("mov %%fs, %0" : "=r"(segment));
  line("fs", segment);
  __asm__("mov %%gs, %0" : "=r"(segment));
  line("gs", segment);
  unsigned short control, status;
  __asm__("fnstcw %0" : "=m"(control));
  __asm__("fnstsw %0" : "=m"(status));
  line("fpu control", control);
  line("fpu status", status);
  line("stack alignment", (u32)stack & 15);
  u32 argc = *stack++;
  line("argc", argc);
  char *last = 0;
  for (u32 i = 0; i < argc; i++) {
    char *argument = (char *)stack[i];
    if (i > 0) put(argument), put("\n"), line("directly behind", argument == last);
    last = argument;
    while (*last++) {}
  }
  stack += argc;
  line("argv end", *stack++);
  for (; *stack; stack++) {
    char *variable = (char *)*stack;
    put(variable);
    put("\n");
    line("directly behind", variable == last);
    last = variable;
    while (*last++) {}
  }
  stack++;
  u32 values[64] = {0};
  for (; stack[0]; stack += 2) {
    if (stack[0] != 27 && stack[0] != 28) line("auxv", stack[0]);
    if (stack[0] < 64) values[stack[0]] = stack[1];
  }
  line("auxv end", stack[1]);
  line("phdr", ((u32 *)values[3])[0] != 0);
  line("phent", values[4]);
  line("phnum", values[5]);
  line("pagesz", values[6]);
  line("base", values[7]);
  line("flags", values[8]);
  extern void _start(void);
  line("entry", values[9] == (u32)_start);
  line("clktck", values[17]);
  line("secure", values[23]);
  line("random", values[25] != 0 && values[25] > (u32)stack);
  line("execfn is behind the environment", (char *)values[31] == last);
  put((char *)values[15]);
  put("\n");
  u32 a = 1, d;
  __asm__("cpuid" : "+a"(a), "=d"(d) : : "ebx", "ecx");
  line("hwcap is cpuid", values[16] == d);
  line("sysinfo is the image's entry", values[32] == values[33] + *(u32 *)(values[33] + 24));
  line("uid", values[11] | values[12] | values[13] | values[14]);
  call(4, 1, (int)text, length);
  call(1, 0, 0, 0);
}

__asm__(".globl _start\n_start: pushf\n pusha\n mov %esp, %eax\n lea 36(%esp), %edx\n push %edx\n push %eax\n call report\n");
