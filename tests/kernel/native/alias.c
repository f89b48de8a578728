/* Shared mappings of one file show each other's changes, also to code that runs in one and is written in another, and
   agree with read(2), write(2) and ftruncate(2). Each line says what came of one way. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)
#define RX (PROT_READ | PROT_EXEC)

typedef unsigned char byte;

static int fd;
static sigjmp_buf out;

static void handler(int signal) { siglongjmp(out, signal); }

static volatile int traps;

static void trap(int signal) { traps++; }

static const char *touch(volatile byte *p, int write) {
  int signal = sigsetjmp(out, 1);
  if (signal != 0) return signal == SIGBUS ? "SIGBUS" : "SIGSEGV";
  if (write) *p = 7;
  else (void)*p;
  return "ok";
}

static byte *map(void *at, size_t size, int prot, off_t offset) {
  byte *p = mmap(at, size, prot, MAP_SHARED | (at ? MAP_FIXED : 0), fd, offset);
  if (p == MAP_FAILED) printf("mmap: %s\n", strerrorname_np(errno));
  return p;
}

static unsigned call(const byte *at) { return ((unsigned (*)(void))at)(); }

static unsigned sum(const byte *p, size_t size) {
  unsigned total = 0;
  for (size_t i = 0; i < size; i++) total = total * 31 + p[i];
  return total;
}

static void data(void) {
  byte *a = map(0, 4 * PAGE, RW, 0), *b = map(0, 4 * PAGE, RW, 0), *c = map(0, 4 * PAGE, PROT_READ, 0);
  a[5] = 1;
  b[6] = 2;
  printf("both ways: %d %d %d %d, third %d %d\n", a[5], a[6], b[5], b[6], c[5], c[6]);
  unsigned total = 0;
  for (int i = 0; i < 2000; i++) {
    a[i] = i;
    b[i + 1] = a[i] + 1;
    total = total * 3 + c[i + 1];
  }
  printf("in turns: %u\n", total);
  byte *shifted = map(0, 2 * PAGE, RW, PAGE);
  shifted[3] = 9;
  a[PAGE + 4] = 8;
  printf("another offset: %d %d %d\n", a[PAGE + 3], b[PAGE + 3], shifted[4]);
  *(unsigned *)(a + 2 * PAGE - 2) = 0x11223344;
  *(unsigned *)(b + 2 * PAGE - 1) += 0x01010101;
  printf("across pages: %x %x\n", *(unsigned *)(c + 2 * PAGE - 2), *(unsigned *)(shifted + PAGE - 1));
  printf("read only: %s\n", touch(c, 1));
  mprotect(b, PAGE, PROT_READ);
  a[7] = 3;
  printf("mprotect: %d, write %s\n", b[7], touch(b, 1));
  mprotect(b, PAGE, PROT_NONE);
  a[7] = 4;
  printf("none: read %s\n", touch(b, 0));
  mprotect(b, PAGE, RW);
  b[8] = 5;
  printf("again: %d %d\n", b[7], a[8]);
  b[9] = 6;
  munmap(b, 4 * PAGE);
  printf("one goes: %d %d, %s\n", a[9], c[9], touch(b, 0));
  munmap(c, 4 * PAGE);
  munmap(shifted, 2 * PAGE);
  a[10] = 7;
  byte *d = map(0, PAGE, RW, 0);
  d[11] = 8;
  printf("a later one: %d %d\n", d[10], a[11]);
  byte *e = mremap(d, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
  e[12] = 9;
  a[PAGE + 20] = 10;
  printf("moved and longer: %d %d %d\n", a[12], e[10], e[PAGE + 20]);
  byte *f = mremap(e, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, a + 3 * PAGE);
  f[13] = 11;
  printf("moved beside: %d\n", a[13]);
  munmap(a, 4 * PAGE);
  munmap(e + PAGE, PAGE);
  byte *g = map(0, PAGE, PROT_READ, 0);
  printf("after all are gone: %u\n", sum(g, PAGE));
  munmap(g, PAGE);
}

static void strings(void) {
  byte *a = map(0, 2 * PAGE, RW, 0), *b = map(0, 2 * PAGE, RW, 0);
  memcpy(a, "abcdefgh", 8);
  byte *from = a, *to = b + 100;
  unsigned count = 8;
  __asm__ volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(count) : : "memory");
  printf("rep movsb: %.8s %u\n", (char *)a + 100, count);
  from = a, to = b + 1, count = 3000;
  __asm__ volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(count) : : "memory");
  printf("into itself: %u\n", sum(a, 3100));
  for (int i = 0; i < 2 * PAGE; i++) a[i] = i * 7;
  from = a + 2 * PAGE - 4, to = b + 2 * PAGE - 8, count = PAGE / 2 - 1;
  __asm__ volatile("std; rep movsl; cld" : "+S"(from), "+D"(to), "+c"(count) : : "memory");
  printf("downwards: %u %u\n", sum(a, 2 * PAGE), sum(b, 2 * PAGE));
  from = a + 50, to = b + 60;
  __asm__ volatile("movsl; movsl" : "+S"(from), "+D"(to) : : "memory");
  __asm__ volatile("pushl (%0); popl (%1)" : : "r"(a + 500), "r"(b + 600) : "memory");
  printf("once: %u\n", sum(b, 1000));
  /* The stack is in one mapping, what is pushed in the other. */
  unsigned flags;
  __asm__ volatile("mov %%esp, %%edi; lea 1000(%1), %%esp; pushl 996(%2); pushl 992(%2); popl %0; mov %%edi, %%esp"
                   : "=&r"(flags)
                   : "r"(a), "r"(b)
                   : "edi", "memory");
  printf("pushed: %x %u\n", flags, sum(b, 1100));
  munmap(b + PAGE, PAGE);
  memcpy(a + PAGE - 4, "----", 4);
  if (sigsetjmp(out, 1) == 0)
    __asm__ volatile("movsl" : : "S"(a + 20), "D"(b + PAGE - 2) : "memory");
  else
    printf("over the end: %.4s\n", a + PAGE - 4);
  from = a + 20, to = b + PAGE - 3, count = 10;
  memcpy(a + 20, "xyzXYZ", 6);
  if (sigsetjmp(out, 1) == 0)
    __asm__ volatile("rep movsb" : "+S"(from), "+D"(to), "+c"(count) : : "memory");
  else
    printf("rep over the end: %.4s\n", a + PAGE - 4);
  from = a + 20, to = b + 30, count = 5;
  __asm__ volatile("pushf; orl $0x100, (%%esp); popf; movsb; rep movsb; pushf; andl $~0x100, (%%esp); popf"
                   : "+S"(from), "+D"(to), "+c"(count)
                   :
                   : "memory");
  printf("single steps: %d %.6s\n", traps, a + 30);
  munmap(a, 2 * PAGE);
  munmap(b, PAGE);
}

/* One page, mapped several times in a row. */
static void ring(void) {
  byte *p = map(0, 4 * PAGE, RW, 0);
  for (int i = 0; i < 4; i++) map(p + i * PAGE, PAGE, RW, 0);
  memset(p, 0, PAGE);
  *(unsigned *)(p + PAGE - 2) = 0x44332211;
  printf("ring: %02x%02x %02x%02x %x\n", p[0], p[1], p[PAGE - 2], p[PAGE - 1], *(unsigned *)(p + 3 * PAGE - 2));
  for (int i = 0; i < 5000; i += 7) *(unsigned *)(p + i) += i;
  printf("around: %u %u\n", sum(p, PAGE), sum(p + 3 * PAGE, PAGE));
  pwrite(fd, "0123456789", 10, 0);
  printf("written: %.10s %.10s\n", p, p + 2 * PAGE);
  byte *q = malloc(3 * PAGE);
  int m = open("/tmp/alias-copy", O_RDWR | O_CREAT | O_TRUNC, 0600);
  for (int i = 0; i < 3 * PAGE; i++) q[i] = p[i];
  printf("write of three: %d", (int)write(m, p, 3 * PAGE));
  printf(" %d\n", pread(m, q + PAGE, PAGE, 2 * PAGE) == PAGE && memcmp(q, q + PAGE, PAGE) == 0);
  close(m);
  unlink("/tmp/alias-copy");
  free(q);
  int ends[2];
  pipe(ends);
  write(ends[1], "into both", 9);
  int count = read(ends[0], p + PAGE - 5, 100);
  printf("read: %d %.5s %.4s\n", count, p + 3 * PAGE - 5, p);
  struct timespec *now = (void *)(p + 2 * PAGE - 4);
  now->tv_sec = now->tv_nsec = -1;
  clock_getres(CLOCK_MONOTONIC, now);
  printf("struct: %d %d\n", (int)now->tv_sec, *(int *)p);
  munmap(p, 4 * PAGE);
}

static void put_value(byte *at, unsigned value) {
  at[0] = 0xb8; /* mov eax, value; ret */
  memcpy(at + 1, &value, 4);
  at[5] = 0xc3;
}

static void code(void) {
  byte *w = map(0, 2 * PAGE, RW, 0), *x = map(0, 2 * PAGE, RX, 0);
  put_value(w, 42);
  printf("code: %u\n", call(x));
  unsigned total = 0;
  for (int i = 0; i < 3000; i++) {
    put_value(w + (i & 3) * 32, i);
    total = total * 5 + call(x + (i & 3) * 32) + call(x);
  }
  printf("changed and called: %u\n", total);
  put_value(w + PAGE - 3, 0x1234567);
  unsigned first = call(x + PAGE - 3);
  put_value(w + PAGE - 3, 0x7654321);
  printf("across pages: %x %x\n", first, call(x + PAGE - 3));
  pwrite(fd, "\xb8\x07\x00\x00\x00\xc3", 6, 64);
  printf("written: %u", call(x + 64));
  pwrite(fd, "\x08", 1, 65);
  printf(" %u", call(x + 64));
  lseek(fd, 65, SEEK_SET);
  write(fd, "\x09", 1);
  printf(" %u\n", call(x + 64));
  /* Code at x + 128 changes the operand of its own later instruction through w, and goes round:
     mov ecx, 1000; xor eax, eax; L: add [w + 128 + IMM], ecx (as disp32); add eax, imm32; dec ecx; jnz L; ret */
  byte *c = w + 128;
  unsigned at = 0;
  memcpy(c, "\xb9\xe8\x03\x00\x00\x31\xc0", 7), at = 7;
  memcpy(c + at, "\x01\x0d", 2);
  unsigned operand = (unsigned)(c + at + 7);
  memcpy(c + at + 2, &operand, 4), at += 6;
  memcpy(c + at, "\x05\x00\x00\x00\x00\x49\x75\xf2\xc3", 9);
  printf("from itself: %u", call(x + 128));
  printf(" %u\n", call(x + 128));
  /* The same with a store by a repeated string instruction, over the instruction that follows it:
     mov edi, w + 259..; mov al, 0x90; mov ecx, 4; rep stosb; ud2; ud2; mov eax, 5; ret (EDI is kept) */
  c = w + 256;
  unsigned target = (unsigned)(w + 256 + 15);
  memcpy(c, "\x57\xbf", 2);
  memcpy(c + 2, &target, 4);
  memcpy(c + 6, "\xb0\x90\xb9\x04\x00\x00\x00\xf3\xaa\x0f\x0b\x0f\x0b\x5f\xb8\x05\x00\x00\x00\xc3", 20);
  printf("over what follows: %u\n", call(x + 256));
  /* pushf with the stack in w: mov ecx, esp; mov esp, w + 600; pushf; pop eax; mov esp, ecx; and eax, 0x100; ret */
  c = w + 512;
  unsigned stack = (unsigned)(w + 700);
  memcpy(c, "\x89\xe1\xbc", 3);
  memcpy(c + 3, &stack, 4);
  memcpy(c + 7, "\x9c\x58\x89\xcc\x25\x00\x01\x00\x00\xc3", 10);
  printf("pushf: %x\n", call(x + 512));
  mprotect(w, PAGE, PROT_READ);
  printf("read only: %u, %s\n", call(x), touch(w, 1));
  mprotect(w, PAGE, RW);
  put_value(w, 77);
  munmap(w, PAGE);
  printf("its writer is gone: %u\n", call(x));
  mprotect(x, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC);
  put_value(x, 78);
  printf("writes itself: %u\n", call(x));
  munmap(w + PAGE, PAGE);
  munmap(x, 2 * PAGE);
}

static void calls(void) {
  byte *a = map(0, 2 * PAGE, RW, 0), *b = map(0, 2 * PAGE, RW, 0);
  int ends[2];
  pipe(ends);
  write(ends[1], "from a pipe", 11);
  b[0] = '?';
  printf("read: %d", (int)read(ends[0], a, 100));
  printf(" %.11s\n", b);
  memcpy(b + 20, "to a pipe", 9);
  byte got[32] = {0};
  write(ends[1], a + 20, 9);
  read(ends[0], got, 9);
  printf("write: %s\n", got);
  strcpy((char *)a + 40, "/tmp");
  int folder = open((char *)b + 40, O_RDONLY | O_DIRECTORY);
  printf("path: %d\n", folder >= 0);
  close(folder);
  a[50] = 'x';
  struct iovec vector[2] = {{a + 200, 4}, {b + 300, 4}};
  write(ends[1], "11112222", 8);
  int count = readv(ends[0], vector, 2);
  printf("readv: %d %.4s %.4s\n", count, b + 200, a + 300);
  pread(fd, got, 11, 0);
  got[11] = 0;
  printf("file: %s", got);
  b[1] = '!';
  pread(fd, got, 11, 0);
  printf(" %s\n", got);
  a[2] = '+';
  lseek(fd, 0, SEEK_SET);
  read(fd, got, 4);
  printf("read: %.4s\n", got);
  pwrite(fd, "new", 3, 0);
  printf("pwrite: %.5s %.5s\n", a, b);
  a[3] = '*';
  lseek(fd, 4, SEEK_SET);
  write(fd, "4", 1);
  printf("write: %.5s %.5s\n", a, b);
  pwrite(fd, a, 8, PAGE - 4);
  printf("from itself: %.8s\n", b + PAGE - 4);
  pread(fd, b + 1000, 8, 0);
  printf("into itself: %.8s\n", a + 1000);
  b[4] = 's';
  printf("msync: %d\n", msync(a, 2 * PAGE, MS_SYNC));
  pread(fd, got, 5, 0);
  printf("%.5s\n", got);
  byte *private = mmap(0, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
  printf("private: %.5s\n", private);
  munmap(private, PAGE);
  munmap(a, 2 * PAGE);
  munmap(b, 2 * PAGE);
}

static void sizes(void) {
  ftruncate(fd, 100);
  byte *a = map(0, 3 * PAGE, RW, 0), *b = map(0, 3 * PAGE, RW, 0);
  printf("short: %s %s\n", touch(a, 1), touch(a + PAGE, 1));
  ftruncate(fd, 2 * PAGE + 1);
  printf("longer: %s %s %d\n", touch(a + PAGE, 1), touch(b + 2 * PAGE, 0), b[PAGE]);
  b[2 * PAGE] = 3;
  ftruncate(fd, PAGE + 10);
  printf("shorter: %d %s %s\n", b[PAGE], touch(a + 2 * PAGE, 0), touch(b + 2 * PAGE, 0));
  a[PAGE + 5] = 1;
  ftruncate(fd, PAGE);
  ftruncate(fd, 3 * PAGE);
  printf("longer again: %d %d %d\n", b[PAGE], b[PAGE + 5], a[2 * PAGE]);
  byte last = 1;
  pwrite(fd, &last, 1, 3 * PAGE - 1);
  printf("last: %d %d\n", a[3 * PAGE - 1], b[3 * PAGE - 1]);
  munmap(a, 3 * PAGE);
  munmap(b, 3 * PAGE);
}

/* As libraries that make code do it: the file has no name, and is closed. */
static void nameless(void) {
  byte *w = map(0, PAGE, RW, 0), *x = map(0, PAGE, RX, 0);
  close(fd);
  put_value(w, 5);
  printf("closed: %u", call(x));
  put_value(w, 6);
  printf(" %u\n", call(x));
  munmap(w, PAGE);
  printf("its writer is gone: %u\n", call(x));
  munmap(x, PAGE);
}

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGBUS, &action, 0);
  signal(SIGTRAP, trap);
  char name[] = "/tmp/alias-XXXXXX";
  fd = mkstemp(name);
  unlink(name);
  ftruncate(fd, 4 * PAGE);
  data();
  strings();
  ring();
  code();
  calls();
  sizes();
  nameless();
  return 0;
}
