/* modify_ldt and set_thread_area: every combination of a descriptor's bits, what is read back, what LAR and LSL see. */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BAD ((void *)8)
#define LAST 8191
enum { READ, WRITE_OLD, DEFAULT, WRITE = 0x11 };
struct descriptor { unsigned entry, base, limit, bits; };

static int result(long value) { return value == -1 ? -errno : value; }
static int ldt(int function, void *address, unsigned long size) {
  return result(syscall(SYS_modify_ldt, function, address, size));
}
static int setArea(struct descriptor *d) { return result(syscall(SYS_set_thread_area, d)); }
static int getArea(struct descriptor *d) { return result(syscall(SYS_get_thread_area, d)); }

static void seen(unsigned selector) {
  unsigned rights = 0, limit = 0;
  char hasRights, hasLimit, reads, writes;
  __asm__("lar %2,%0; setz %1" : "+r"(rights), "=q"(hasRights) : "r"(selector) : "cc");
  __asm__("lsl %2,%0; setz %1" : "+r"(limit), "=q"(hasLimit) : "r"(selector) : "cc");
  __asm__("verr %w1; setz %0" : "=q"(reads) : "r"(selector) : "cc");
  __asm__("verw %w1; setz %0" : "=q"(writes) : "r"(selector) : "cc");
  printf(" lar %d %x lsl %d %x verr %d verw %d\n", hasRights, rights, hasLimit, limit, reads, writes);
}

static void dump(const char *what, int size, const unsigned char *bytes, int count) {
  printf("%s %d:", what, size);
  for (int i = 0; i < count; i++) printf(" %02x", bytes[i]);
  puts("");
}

static void errors(void) {
  static unsigned char bytes[LDT_ENTRIES * LDT_ENTRY_SIZE + 16];
  memset(bytes, 0xaa, sizeof bytes);
  dump("no table", ldt(READ, bytes, 64), bytes, 4);
  printf("no table, bad address %d\n", ldt(READ, BAD, 64));
  printf("default %d %d %d\n", ldt(DEFAULT, bytes, 0), ldt(DEFAULT, bytes, 8), ldt(DEFAULT, BAD, 8));
  dump("default", 8, bytes, 12);
  printf("functions %d %d %d %d\n", ldt(3, bytes, 16), ldt(-1, bytes, 16), ldt(0x10, bytes, 16), ldt(0x12, bytes, 16));
  struct descriptor d = {1, 0x20000000, 0xffff, MODIFY_LDT_CONTENTS_CODE << 1};
  printf("sizes %d %d %d\n", ldt(WRITE_OLD, &d, 15), ldt(WRITE, &d, 17), ldt(WRITE, BAD, 0));
  printf("bad address %d %d\n", ldt(WRITE_OLD, BAD, 16), ldt(WRITE, BAD, 16));
  d.entry = LAST + 1;
  printf("beyond %d %d\n", ldt(WRITE, &d, 16), ldt(WRITE_OLD, &d, 16));
  d.entry = -1;
  printf("beyond %d %d\n", ldt(WRITE, &d, 16), ldt(READ, bytes, 16));
  d.entry = 1;
  printf("write %d\n", ldt(WRITE, &d, 16));
  memset(bytes, 0xaa, sizeof bytes);
  int size = ldt(READ, bytes, 12);
  dump("read", size, bytes, 16);
  size = ldt(READ, bytes, 24);
  dump("read", size, bytes, 28);
  printf("read %d %d %d\n", ldt(READ, bytes, 0), ldt(READ, bytes, sizeof bytes), ldt(READ, bytes, -1));
  printf("bytes behind %02x\n", bytes[LDT_ENTRIES * LDT_ENTRY_SIZE]);
  printf("read, bad address %d %d\n", ldt(READ, BAD, 16), ldt(READ, BAD, 0));
  char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  printf("across the end of a mapping %d %d\n", ldt(READ, page + 4080, 24), ldt(READ, page + 4084, 20));
  seen(15);
  seen(8 * 2 + 7);
  d.entry = LAST;
  printf("last %d\n", ldt(WRITE, &d, 16));
  seen(8 * LAST + 7);
  ldt(READ, bytes, LDT_ENTRIES * LDT_ENTRY_SIZE);
  dump("last", 8, bytes + LAST * LDT_ENTRY_SIZE, 8);
}

static const unsigned bases[] = {0, 0x12345678}, limits[] = {0, 0xfffff, 0xdeadbeef};

/* The padding above the bits counts for nothing. */
static unsigned padded(unsigned bits) { return bits & 1 ? bits | 0xffffff00 : bits; }

static void local(int function) {
  for (int b = 0; b < 2; b++)
    for (int l = 0; l < 3; l++)
      for (unsigned bits = 0; bits < 256; bits++) {
        struct descriptor before = {5, 0x99999999, 0x99999, 0x51}, d = {5, bases[b], limits[l], padded(bits)};
        unsigned table[12];
        ldt(WRITE, &before, sizeof before);
        printf("ldt %x %x %x %x: %d", function, d.base, d.limit, bits, ldt(function, &d, sizeof d));
        ldt(READ, table, sizeof table);
        printf(" %08x %08x", table[10], table[11]);
        seen(8 * 5 + 7);
      }
}

static void area(void) {
  struct descriptor d = {-1, 0, 0xfffff, 0x51};
  printf("area %d\n", setArea(&d));
  unsigned first = d.entry;
  d.entry = -1;
  printf("second %d", setArea(&d));
  printf(" %d\n", d.entry - first);
  d.entry = -1;
  printf("third %d %d\n", setArea(&d), d.entry);
  struct descriptor wrong[] = {{-1, 0, 0, 0x52}, {first - 2, 0, 0, 0x51}, {first + 2, 0, 0, 0x51}, {3, 0, 0, 0x52}};
  for (int i = 0; i < 4; i++) printf("wrong %d %d\n", setArea(&wrong[i]), getArea(&wrong[i]));
  printf("bad address %d %d\n", setArea(BAD), getArea(BAD));
  struct descriptor *constant = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *constant = (struct descriptor){first, 0, 0xfffff, 0x51};
  mprotect(constant, 4096, PROT_READ);
  printf("read-only %d %d\n", setArea(constant), getArea(constant));
  for (int b = 0; b < 2; b++)
    for (int l = 0; l < 3; l++)
      for (unsigned bits = 0; bits < 256; bits++) {
        struct descriptor before = {first, 0x99999999, 0x99999, 0x51}, after = {first, 1, 2, -1};
        d = (struct descriptor){first, bases[b], limits[l], padded(bits)};
        setArea(&before);
        printf("area %x %x %x: %d", d.base, d.limit, bits, setArea(&d));
        printf(" %d", getArea(&after));
        printf(" %x %x %x", after.base, after.limit, after.bits);
        seen(8 * first + 3);
      }
}

/* SLDT, as the kernel answers it: 0 until there is a table, then a selector that differs between kernels. */
static void shown(void) {
  unsigned whole = 0x55555555, low = 0x55555555;
  unsigned short stored = 0x5555;
  __asm__("sldt %0" : "+r"(whole));
  __asm__("sldtw %w0" : "+r"(low));
  __asm__("sldt %0" : "+m"(stored));
  printf("sldt %d %x %d %d\n", whole != 0, low >> 16, stored == whole, (low & 0xffff) == whole);
}

/* With an argument, only what a trace can show in a few lines. */
int main(int count, char **words) {
  shown();
  errors();
  shown();
  if (count > 1) return 0;
  local(WRITE_OLD);
  local(WRITE);
  area();
  return 0;
}
