/* mmap, munmap, mprotect, mremap, brk, madvise, msync, mincore: results, errors and contents, without addresses. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static sigjmp_buf out;
static volatile int caught, code, armed;

static void handler(int signal, siginfo_t *info, void *context) {
  if (!armed) _exit(99);
  armed = 0;
  caught = signal;
  code = info->si_code;
  siglongjmp(out, 1);
}

/* What happens at an access: "ok", or the signal and its code. */
static const char *touch(volatile char *p, int write) {
  static char text[8][32];
  static int next;
  char *t = text[next++ & 7];
  caught = 0;
  if (sigsetjmp(out, 1) == 0) {
    armed = 1;
    if (write) *p = 7;
    else (void)*p;
    armed = 0;
    return "ok";
  }
  snprintf(t, 32, "%s/%d", caught == SIGBUS ? "SIGBUS" : "SIGSEGV", code);
  return t;
}

static void say(const char *what, long result) {
  if (result == -1) printf("%s: %s\n", what, strerrorname_np(errno));
  else printf("%s: ok\n", what);
}

static void *map(void *at, size_t size, int prot, int flags, int fd, off_t offset) {
  return mmap(at, size, prot, flags, fd, offset);
}

#define TRY(expression) (errno = 0, say(#expression, (long)(expression)))

static void anonymous(void) {
  char *p = map(0, 4 * PAGE, RW, ANON, -1, 0);
  printf("zero %d\n", p[0] | p[4 * PAGE - 1]);
  p[0] = 1;
  p[PAGE] = 2;
  TRY(munmap(p + PAGE, PAGE));
  printf("hole %s, after %s\n", touch(p + PAGE, 0), touch(p + 2 * PAGE, 1));
  TRY(mmap(p + PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  printf("new page is zero: %d\n", p[PAGE]);
  TRY(mmap(p + PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  p[PAGE] = 3;
  TRY(mmap(p, 2 * PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0));
  printf("replaced: %d %d, write %s\n", p[0], p[PAGE], touch(p, 1));
  TRY(mprotect(p, PAGE, PROT_NONE));
  printf("none: read %s write %s\n", touch(p, 0), touch(p, 1));
  TRY(mprotect(p, PAGE, PROT_WRITE));
  printf("write only: read %s write %s\n", touch(p, 0), touch(p, 1));
  TRY(munmap(p, 4 * PAGE));
  TRY(munmap(p, 4 * PAGE));
  printf("gone %s\n", touch(p, 0));
}

static void refused(void) {
  char *p = map(0, 2 * PAGE, RW, ANON, -1, 0);
  TRY(mmap(0, 0, RW, ANON, -1, 0));
  TRY(mmap(0, PAGE, RW, MAP_ANONYMOUS, -1, 0));
  TRY(mmap(p + 1, PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(mmap(0, PAGE, RW, MAP_PRIVATE, 99, 0));
  TRY(mmap(0, 0xffffffff, RW, ANON, -1, 0));
  TRY(mmap(0, 0xfffff000, PROT_NONE, ANON, -1, 0));
  TRY(munmap(p + 1, PAGE));
  TRY(munmap(p, 0));
  TRY(mprotect(p + 1, PAGE, RW));
  TRY(mprotect(p, 0, RW));
  TRY(mprotect(p, PAGE, 0x40));
  TRY(mprotect((char *)0x20000, PAGE, RW));
  munmap(p + PAGE, PAGE);
  TRY(mprotect(p, 2 * PAGE, PROT_READ));
  printf("below the hole: %s\n", touch(p, 1));
  TRY(madvise(p, 2 * PAGE, MADV_WILLNEED));
  TRY(madvise(p + 1, PAGE, MADV_WILLNEED));
  TRY(madvise(p, PAGE, 12345));
  TRY(msync(p, PAGE, 8));
  TRY(msync(p, PAGE, MS_SYNC | MS_ASYNC));
  TRY(msync(p, PAGE, MS_SYNC));
  TRY(msync(p, 2 * PAGE, MS_SYNC));
  TRY(mlock(p, PAGE));
  TRY(munlock(p, PAGE));
  TRY(mlock(p, 2 * PAGE));
}

static void remap(void) {
  char *p = map(0, 8 * PAGE, RW, ANON, -1, 0);
  for (int i = 0; i < 8; i++) p[i * PAGE] = i + 1;
  munmap(p + 4 * PAGE, 4 * PAGE);
  printf("grow in place: %d\n", mremap(p, 4 * PAGE, 6 * PAGE, 0) == p);
  printf("contents %d %d %d\n", p[0], p[3 * PAGE], p[4 * PAGE]);
  printf("shrink: %d, gone %s\n", mremap(p, 6 * PAGE, 2 * PAGE, 0) == p, touch(p + 2 * PAGE, 0));
  char *wall = map(p + 2 * PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0);
  TRY(mremap(p, 2 * PAGE, 4 * PAGE, 0));
  char *q = mremap(p, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE);
  printf("moved %d, contents %d %d %d, old %s\n", q != p, q[0], q[PAGE], q[3 * PAGE], touch(p, 0));
  char *r = mremap(q, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p);
  printf("fixed %d, contents %d %d, wall is gone %d\n", r == p, r[0], r[PAGE], wall[0]);
  TRY(mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_FIXED, q));
  TRY(mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p + PAGE));
  TRY(mremap(p + 1, PAGE, PAGE, 0));
  TRY(mremap(p, 4 * PAGE, 0, 0));
  TRY(mremap((char *)0x20000, PAGE, PAGE, 0));
  TRY(mremap(p, 4 * PAGE, PAGE, 64));
  char *d = mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
  TRY(mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 5));
  TRY(mremap(p, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0));
  printf("dontunmap %d, new %d, old %d\n", d != p, d[0], p[0]);
}

static void file(void) {
  char name[] = "/tmp/memory-XXXXXX";
  int fd = mkstemp(name);
  char text[5000];
  for (int i = 0; i < 5000; i++) text[i] = 'a' + i % 26;
  write(fd, text, 5000);
  char *p = map(0, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
  printf("private %c %c, tail %d, beyond %s\n", p[0], p[4999], p[5000], touch(p + 2 * PAGE, 0));
  p[0] = 'X';
  char *q = map(0, PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE);
  printf("offset %c\n", q[0]);
  char c;
  pread(fd, &c, 1, 0);
  printf("file %c\n", c);
  TRY(madvise(p, PAGE, MADV_DONTNEED));
  printf("dropped %c\n", p[0]);
  char *s = map(0, 2 * PAGE, RW, MAP_SHARED, fd, 0);
  s[1] = 'S';
  s[4999] = 'E';
  s[5000] = 'T';
  TRY(msync(s, 2 * PAGE, MS_SYNC));
  pread(fd, text, 5000, 0);
  printf("shared %c %c size %ld\n", text[1], text[4999], (long)lseek(fd, 0, SEEK_END));
  s[2] = 'U';
  TRY(munmap(s, 2 * PAGE));
  pread(fd, text, 3, 0);
  printf("after munmap %.3s\n", text);
  TRY(mmap(0, PAGE, RW, MAP_PRIVATE, fd, 100));
  close(fd);
  printf("closed %c\n", q[1]);
  fd = open(name, O_RDONLY);
  TRY(mmap(0, PAGE, RW, MAP_SHARED, fd, 0));
  TRY(mmap(0, PAGE, RW, MAP_PRIVATE, fd, 0));
  char *ro = map(0, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  TRY(mprotect(ro, PAGE, RW));
  close(fd);
  fd = open(name, O_WRONLY);
  TRY(mmap(0, PAGE, PROT_WRITE, MAP_SHARED, fd, 0));
  close(fd);
  unlink(name);
  fd = open("/", O_RDONLY | O_DIRECTORY);
  TRY(mmap(0, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
  close(fd);
  fd = open("/dev/zero", O_RDWR);
  char *z = map(0, PAGE, RW, MAP_PRIVATE, fd, 0);
  printf("zero %d %s\n", z[0], touch(z, 1));
  close(fd);
  fd = open("/dev/null", O_RDWR);
  TRY(mmap(0, PAGE, RW, MAP_PRIVATE, fd, 0));
  close(fd);
}

static void advice(void) {
  char *p = map(0, 4 * PAGE, RW, ANON, -1, 0);
  memset(p, 5, 4 * PAGE);
  TRY(madvise(p + PAGE, 2 * PAGE, MADV_DONTNEED));
  printf("%d %d %d %d\n", p[0], p[PAGE], p[2 * PAGE], p[3 * PAGE]);
  unsigned char in[4];
  TRY(mincore(p, 4 * PAGE, in));
  TRY(mincore(p + 1, PAGE, in));
  TRY(mincore(p, 4 * PAGE, (void *)8));
  printf("shared anonymous\n");
  char *s = map(0, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  s[0] = 9;
  TRY(madvise(s, PAGE, MADV_DONTNEED));
  printf("%d\n", s[0]);
}

static void heap(void) {
  char *start = sbrk(0);
  printf("aligned start %d\n", (int)((long)start & (PAGE - 1)));
  char *end = (char *)syscall(SYS_brk, start + 3 * PAGE + 100);
  printf("brk %ld\n", (long)(end - start));
  start[3 * PAGE + 99] = 1;
  printf("last page %s, after %s\n", touch(start + 4 * PAGE - 1, 1), touch(start + 4 * PAGE, 1));
  end = (char *)syscall(SYS_brk, start + PAGE);
  printf("shrunk %ld, gone %s\n", (long)(end - start), touch(start + 2 * PAGE, 0));
  end = (char *)syscall(SYS_brk, start + 4 * PAGE);
  printf("again %ld, zero %d\n", (long)(end - start), start[3 * PAGE + 99]);
  printf("below: %d\n", (char *)syscall(SYS_brk, 0x1000) == end);
  printf("far: %d\n", (char *)syscall(SYS_brk, 0xfffff000) == end);
  char *wall = map((char *)((long)(start + 8 * PAGE) & -PAGE), PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0);
  printf("wall %d, through it: %d\n", wall != MAP_FAILED, (char *)syscall(SYS_brk, start + 16 * PAGE) == end);
}

static int grow(int depth) {
  volatile char page[PAGE];
  page[0] = depth;
  return depth == 0 ? 0 : grow(depth - 1) + page[0] - page[0];
}

static void stack(void) {
  printf("one MiB of stack: %d\n", grow(256));
  char *far = (char *)__builtin_frame_address(0) - (4 << 20);
  printf("four MiB down: %s\n", touch(far, 1));
  printf("sixty-four MiB down: %s\n", touch((char *)__builtin_frame_address(0) - (64 << 20), 1));
  int fd = open("/dev/zero", O_RDONLY);
  printf("read() into a stack that has to grow: %d\n", (int)read(fd, far - (1 << 20), 100));
}

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  static char alternate[65536];
  stack_t ss = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&ss, 0);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGBUS, &action, 0);
  anonymous();
  refused();
  remap();
  file();
  advice();
  heap();
  stack();
  return 0;
}
