/* Code that changes while it runs, in every way that a program has: each line says what came of one. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)
#define RX (PROT_READ | PROT_EXEC)
#define RWX (RW | PROT_EXEC)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

typedef unsigned char byte;

/* Three pages; code is put across the end of the first. */
static byte *code;

/* What `enter` loads; EBP points here, so that code finds `new` at [ebp + 24]. XMM0 = new, XMM1 = all ones. */
struct entry {
  unsigned eax, ecx, edx, ebx, esi, edi;
  byte new[16];
  byte *start;
};

/* Calls e->start; its EAX. */
unsigned enter(struct entry *e);
__asm__(".text\nenter:\n"
        "push %ebp; push %ebx; push %esi; push %edi\n"
        "mov 20(%esp), %ebp\n"
        "movups 24(%ebp), %xmm0; pcmpeqd %xmm1, %xmm1\n"
        "mov (%ebp), %eax; mov 4(%ebp), %ecx; mov 8(%ebp), %edx; mov 12(%ebp), %ebx\n"
        "mov 16(%ebp), %esi; mov 20(%ebp), %edi\n"
        "call *40(%ebp)\n"
        "fninit\n"
        "pop %edi; pop %esi; pop %ebx; pop %ebp\n"
        "ret\n");

static void put(byte *at, const char *hex) {
  for (; *hex; hex++) {
    if (*hex == ' ') continue;
    unsigned value;
    sscanf(hex++, "%2x", &value);
    *at++ = value;
  }
}

static void put32(byte *at, unsigned value) { memcpy(at, &value, 4); }

static unsigned call(const byte *at) { return ((unsigned (*)(void))at)(); }

/* mov eax, value; ret */
static void put_value(byte *at, unsigned value) {
  at[0] = 0xb8;
  put32(at + 1, value);
  at[5] = 0xc3;
}

static void say(const char *what, unsigned value) { printf("%s: %x\n", what, value); }

static sigjmp_buf out;
static volatile int caught;

static void escape(int signal) {
  caught = signal;
  siglongjmp(out, 1);
}

/* A call that may end in a signal. */
static void try(const char *what, const byte *at) {
  caught = 0;
  if (sigsetjmp(out, 1) == 0) say(what, call(at));
  else printf("%s: signal %d\n", what, caught);
}

static void blocks(void) {
  /* mov byte [X],5; X in mov eax,X */
  put(code, "c605 00000000 05 b801000000 c3");
  put32(code + 2, (unsigned)code + 8);
  say("own block, just ahead", call(code));

  put(code, "c605 00000000 07 eb00 b801000000 c3");
  put32(code + 2, (unsigned)code + 10);
  say("next block", call(code));
  put32(code + 10, 1);
  code[6] = 9;
  say("next block, known by now", call(code));

  /* xor eax,eax; mov ecx,5; l: add eax,X; inc byte [X]; dec ecx; jnz l; ret */
  put(code, "31c0 b905000000 83c001 fe05 00000000 49 75f4 c3");
  put32(code + 12, (unsigned)code + 9);
  say("a loop's later iterations", call(code));

  /* The instruction before: l: mov al,X; inc byte [X]; dec ecx; jnz l */
  put(code, "31c0 b903000000 b001 fe05 00000000 49 75f5 c3");
  put32(code + 11, (unsigned)code + 8);
  say("own block, behind", call(code));

  /* push ebx; xor ebx,ebx; mov ecx,100; l: call f; add ebx,eax; inc byte [f+1]; dec ecx; jnz l; mov eax,ebx; pop ebx */
  put(code, "53 31db b964000000 e8 00000000 01c3 fe05 00000000 49 75f0 89d8 5b c3");
  put32(code + 9, 64 - 13);
  put32(code + 17, (unsigned)code + 65);
  put_value(code + 64, 1);
  say("a block that others lead to", call(code));

  unsigned sum = 0;
  for (int i = 0; i < 1000; i++) {
    put_value(code + 128 + i % 3, i);
    sum = sum * 31 + call(code + 128 + i % 3);
  }
  say("from outside, at moving places", sum);

  /* jmp over: its target is changed, then its displacement. */
  put(code, "eb02 0f0b b801000000 c3 b802000000 c3");
  say("before a jump changes", call(code));
  code[1] = 8;
  say("after a jump has changed", call(code));
  put(code, "90909090");
  say("without the jump", call(code));
}

static void page_end(void) {
  for (int low = 1; low <= 4; low++) {
    byte *at = code + PAGE - low;
    char what[40];
    put_value(at, 0x11111111);
    unsigned sum = call(at);
    code[PAGE] += 1;
    sum = sum * 3 + call(at);
    code[PAGE - 1] += low == 1 ? 0 : 1;
    sum = sum * 3 + call(at);
    /* xor: now 4 - low bytes of the immediate lie in the second page */
    code[PAGE + 4 - low] += 1;
    sum = sum * 3 + call(at);
    sprintf(what, "%d bytes before a page's end", low);
    say(what, sum);

    /* mov byte [the first of the second page],0x77 in the same block */
    put(at - 7, "c605 00000000 77");
    put32(at - 5, (unsigned)code + PAGE);
    sprintf(what, "%d bytes, from the same block", low);
    say(what, call(at - 7));
  }
  /* Four bytes at once, across the end. */
  put_value(code + PAGE - 3, 0);
  call(code + PAGE - 3);
  put32(code + PAGE - 2, 0xcafebabe);
  say("a store across the end", call(code + PAGE - 3));

  /* From a page without code into one with it. */
  byte *p = mmap(0, 2 * PAGE, RWX, ANON, -1, 0);
  struct entry e = {.start = code, .edi = (unsigned)p + PAGE - 8};
  put_value(p + PAGE, 1);
  call(p + PAGE);
  put32(p + PAGE - 2, 0x2ab80000);
  say("a store that ends in code", call(p + PAGE));
  put(code, "0f1107 c3");
  memset(e.new, 0x90, 16);
  put_value(e.new + 8, 0x2b);
  enter(&e);
  say("one of 16 bytes", call(p + PAGE));
}

struct store {
  const char *name, *bytes;
};

/* The target is `mov eax,1; ret`; what is stored makes it `mov eax,0x2a; ret`, or something else that is defined. */
static const struct store stores[] = {
  {"movups", "0f1107"},          {"movaps", "0f2907"},           {"movdqu", "f30f7f07"},
  {"movdqa", "660f7f07"},        {"movntps", "0f2b07"},          {"movntdq", "660fe707"},
  {"movlps", "0f1307"},          {"movhps", "0f12c8 0f16c8 0f170f"}, {"movq xmm", "660fd607"},
  {"movd", "660f7e07"},          {"movss", "f30f1107"},          {"movsd", "f20f1107"},
  {"movq mm", "0f6f4518 0f7f07"}, {"movntq", "0f6f4518 0fe707"},  {"maskmovq", "0f6f4518 0f76c9 0ff7c1"},
  {"maskmovdqu", "660ff7c1"},    {"movnti", "8b4518 0fc307"},    {"fistp", "df6d18 df3f"},
  {"fstp tbyte", "db6d18 db3f"}, {"fstp qword", "dd4518 dd1f"},  {"fstp dword", "d94518 d91f"},
  {"fnstcw", "d97f01"},          {"fnstsw", "d9e8 dd7f01"},      {"stmxcsr", "0fae5f01"},
  {"mov dword", "8b4518 8907"},  {"mov word", "668b4518 668907"}, {"mov byte", "c647012a"},
  {"xchg", "8b4518 8707"},       {"xadd", "b829000000 0fc14701"}, {"cmpxchg", "8b07 8b4d18 0fb10f"},
  {"cmpxchg8b", "8b07 8b5704 8b5d18 8b4d1c 0fc70f"},               {"add", "80470129"},
  {"sub", "806f01d7"},           {"adc", "f9 80570128"},         {"or", "804f012b"},
  {"inc", "fe4701"},             {"neg", "f65f01"},              {"not", "f65701"},
  {"shl", "c0670105"},           {"rcl", "f9 d05701"},           {"shld", "0fa4470104"},
  {"bts", "0fba6f0105"},         {"btc reg", "b80d000000 0fbb07"}, {"setc", "f9 0f924701"},
  {"pop", "ff7518 8f07"},        {"push", "89e1 8d6704 ff7518 89cc"},
  {"pusha", "89e1 8d6720 8b7d18 8b751c 60 89cc"},
  {"enter", "89e1 8d6704 8b6d18 c8000000 89cc"},
};

static void by_instructions(void) {
  for (unsigned i = 0; i < sizeof stores / sizeof *stores; i++) {
    struct entry e = {.start = code};
    /* Aligned, and behind the store in the same block. */
    memset(code, 0x90, 64);
    put(code, stores[i].bytes);
    put_value(code + 64, 1);
    code[70] = code[71] = 0x90;
    put_value(e.new, 0x2a);
    e.new[6] = e.new[7] = 0x90;
    e.edi = (unsigned)code + 64;
    caught = 0;
    if (sigsetjmp(out, 1) == 0) say(stores[i].name, enter(&e));
    else printf("%s: signal %d\n", stores[i].name, caught);
  }
}

static void by_strings(void) {
  static const byte new[] = {0xb8, 0x2a, 0, 0, 0, 0xc3};
  struct entry e = {.start = code};
  put(code, "f3a4");
  put_value(code + 2, 1);
  e.ecx = 6, e.esi = (unsigned)new, e.edi = (unsigned)code + 2;
  say("rep movsb ahead", enter(&e));

  put(code, "f3a5");
  put_value(code + 2, 1);
  e.ecx = 1, e.edi = (unsigned)code + 2;
  say("rep movsd ahead", enter(&e));

  put(code, "fd f3a4 fc");
  put_value(code + 4, 1);
  e.ecx = 6, e.esi = (unsigned)new + 5, e.edi = (unsigned)code + 9;
  say("rep movsb backwards", enter(&e));

  /* Over itself: an instruction that has begun goes on. */
  put(code, "f3aa 40404040404040 c3");
  e.eax = 0x90909090, e.ecx = 9, e.edi = (unsigned)code;
  say("rep stosb over itself", enter(&e));
  put(code, "f3ab 40404040404040 c3");
  e.ecx = 2;
  say("rep stosd over itself", enter(&e));

  put(code, "aa 40404040404040 c3");
  e.edi = (unsigned)code + 3;
  say("stosb", enter(&e));

  /* A whole page, from one byte behind the instruction on. */
  memset(code + PAGE, 0x40, PAGE);
  put(code + PAGE - 2, "f3aa");
  code[2 * PAGE] = 0xc3;
  e.start = code + PAGE - 2, e.ecx = PAGE, e.edi = (unsigned)code + PAGE;
  say("rep stosb over a page", enter(&e));
}

static void by_the_kernel(void) {
  byte new[6];
  int ends[2];
  char path[] = "/tmp/selfmod-XXXXXX";
  put_value(code, 1);
  say("before read", call(code));
  pipe(ends);
  put_value(new, 0x2a);
  write(ends[1], new, 6);
  read(ends[0], code, 6);
  say("read", call(code));

  put_value(new, 0x2b);
  write(ends[1], new, 6);
  struct iovec parts[] = {{code, 2}, {code + 2, 4}};
  readv(ends[0], parts, 2);
  say("readv", call(code));

  int file = mkstemp(path);
  put_value(new, 0x2c);
  write(file, new, 6);
  pread(file, code, 6, 0);
  say("pread", call(code));

  /* "/" and 0 in the immediate. */
  put_value(code, 1);
  call(code);
  chdir("/");
  getcwd((char *)code + 1, 3);
  say("getcwd", call(code));

  /* Across a page's end. */
  put_value(code + PAGE - 3, 1);
  call(code + PAGE - 3);
  pread(file, code + PAGE - 3, 6, 0);
  say("pread across a page's end", call(code + PAGE - 3));

  /* A file's page in place of the code. */
  put_value(code + 2 * PAGE, 1);
  call(code + 2 * PAGE);
  mmap(code + 2 * PAGE, PAGE, RWX, MAP_PRIVATE | MAP_FIXED, file, 0);
  say("mmap of a file over it", call(code + 2 * PAGE));
  code[2 * PAGE + 1]++;
  say("and a write to that", call(code + 2 * PAGE));
  unlink(path);
}

static void by_mappings(void) {
  byte *p = mmap(0, 2 * PAGE, RW, ANON, -1, 0);
  put_value(p, 1);
  try("not executable yet", p);
  for (int i = 1; i <= 3; i++) {
    mprotect(p, PAGE, RW);
    put32(p + 1, i);
    mprotect(p, PAGE, RX);
    try("RX, RW, written, RX", p);
  }
  mprotect(p, PAGE, RWX);
  put32(p + 1, 4);
  try("RWX", p);
  mprotect(p, PAGE, PROT_NONE);
  try("PROT_NONE", p);
  mprotect(p, PAGE, RX);
  try("RX again", p);

  /* Across two pages, of which one changes. */
  mprotect(p, 2 * PAGE, RWX);
  put_value(p + PAGE - 2, 0x12345678);
  try("over two pages", p + PAGE - 2);
  mprotect(p + PAGE, PAGE, RW);
  try("the second not executable", p + PAGE - 2);
  p[PAGE] = 0x99;
  mprotect(p + PAGE, PAGE, RX);
  try("written and executable", p + PAGE - 2);

  munmap(p, 2 * PAGE);
  try("unmapped", p);
  mmap(p, 2 * PAGE, RWX, ANON | MAP_FIXED, -1, 0);
  put_value(p, 5);
  try("mapped anew", p);
  mmap(p, PAGE, RWX, ANON | MAP_FIXED, -1, 0);
  put_value(p, 6);
  try("mapped over", p);
  madvise(p, PAGE, MADV_DONTNEED);
  say("MADV_DONTNEED", p[0]);
  put_value(p, 11);
  try("written again", p);

  put_value(p, 7);
  call(p);
  byte *q = mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + PAGE);
  try("moved", q);
  try("where it was", p);
  put32(q + 1, 8);
  try("changed after the move", q);

  byte *heap = sbrk(PAGE);
  byte *start = (byte *)(((unsigned)heap + PAGE - 1) & -PAGE);
  sbrk(PAGE);
  mprotect(start, PAGE, RWX);
  put_value(start, 9);
  try("heap", start);
  put_value(start, 10);
  try("heap again", start);
}

static void repair(int signal, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  put((byte *)u->uc_mcontext.gregs[REG_EIP], "9090");
}

static void by_handlers(void) {
  struct sigaction action = {.sa_sigaction = repair, .sa_flags = SA_SIGINFO}, old;
  sigaction(SIGILL, &action, &old);
  put(code, "b801000000 0f0b 40 c3");
  say("repaired by a handler", call(code));
  say("and the second time", call(code));
  put(code + 5, "0f0b");
  say("broken and repaired again", call(code));
  sigaction(SIGILL, &old, 0);

  /* On the stack. */
  byte local[16];
  byte *page = (byte *)((unsigned)local & -PAGE);
  mprotect(page, 2 * PAGE, RWX);
  unsigned sum = 0;
  for (int i = 0; i < 10; i++) {
    put_value(local, i);
    sum += call(local);
  }
  say("on the stack", sum);
}

int main(void) {
  struct sigaction action = {.sa_handler = escape, .sa_flags = SA_NODEFER};
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGILL, &action, 0);
  sigaction(SIGBUS, &action, 0);
  setvbuf(stdout, 0, _IOLBF, 0);
  code = mmap(0, 3 * PAGE, RWX, ANON, -1, 0);
  blocks();
  page_end();
  by_instructions();
  by_strings();
  by_the_kernel();
  by_mappings();
  by_handlers();
  return 0;
}
