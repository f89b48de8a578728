/* What the harness needs of Linux: i386 system calls, signal frames, and three functions that gcc expects. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

#define XSAVE_MAGIC 0x46505853 /* FP_XSTATE_MAGIC1 */
#define PROTOCOL_MAGIC 0x3143474c /* "LGC1" */

enum { SIGILL = 4, SIGTRAP = 5, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11, SIGALRM = 14 };
enum { PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };

/* struct _fpstate_32 (asm/sigcontext.h): the image of FSAVE, then that of FXSAVE. */
struct fp_frame {
  u32 control, status, tags, instruction, instruction_selector, operand, operand_selector;
  u8 st[8][10];
  u16 status_copy, magic;
  struct {
    u16 control, status, valid, opcode;
    u32 instruction, instruction_selector, operand, operand_selector;
    u32 mxcsr, mxcsr_mask;
    u8 st[8][16];
    u8 xmm[8][16];
    u8 rest[176];
    /* struct _fpx_sw_bytes; where it has its magic number, the header of XSAVE follows the image of FXSAVE. */
    u32 xsave_magic, software[11];
    u32 xsave_features;
  } fx;
};

/* struct sigcontext_32 */
struct signal_context {
  u16 gs, gs_high, fs, fs_high, es, es_high, ds, ds_high;
  u32 edi, esi, ebp, esp, ebx, edx, ecx, eax;
  u32 trap, error, eip;
  u16 cs, cs_high;
  u32 eflags, esp_at_signal;
  u16 ss, ss_high;
  struct fp_frame *fpstate;
  u32 old_mask, cr2;
};

/* struct ucontext */
struct user_context {
  u32 flags, link, stack[3];
  struct signal_context context;
};

/* struct user_desc (asm/ldt.h) */
struct user_descriptor {
  u32 entry, base, limit, flags;
};

u32 system_call(u32 number, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f);
void signal_entry(void);
void signal_restorer(void);

void *memcpy(void *to, const void *from, u32 count) {
  void *result = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count)::"memory");
  return result;
}

void *memset(void *to, int byte, u32 count) {
  void *result = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(byte) : "memory");
  return result;
}

__attribute__((noreturn)) static void leave(u32 status) {
  for (;;) system_call(252, status, 0, 0, 0, 0, 0);
}

__attribute__((noreturn)) static void die(const char *why) {
  u32 length = 0;
  while (why[length]) length++;
  system_call(4, 2, (u32) "oracle harness: ", 16, 0, 0, 0);
  system_call(4, 2, (u32)why, length, 0, 0, 0);
  system_call(4, 2, (u32) "\n", 1, 0, 0, 0);
  leave(1);
}

static u32 checked(u32 result, const char *what) {
  if (result > 0xfffff000u) die(what);
  return result;
}

/* 0 if standard input ended before the first byte. */
static int read_exactly(void *to, u32 length) {
  u8 *p = to;
  u32 left = length;
  while (left) {
    u32 got = checked(system_call(3, 0, (u32)p, left, 0, 0, 0), "read");
    if (!got) {
      if (left == length) return 0;
      die("standard input ended within a record");
    }
    p += got;
    left -= got;
  }
  return 1;
}

static void write_exactly(const void *from, u32 length) {
  const u8 *p = from;
  while (length) {
    u32 put = checked(system_call(4, 1, (u32)p, length, 0, 0, 0), "write");
    p += put;
    length -= put;
  }
}

static int memory_file(u32 size) {
  int file = (int)checked(system_call(356, (u32) "window", 0, 0, 0, 0, 0), "memfd_create");
  checked(system_call(93, (u32)file, size, 0, 0, 0, 0), "ftruncate");
  return file;
}

/* mmap2: MAP_SHARED | MAP_POPULATE, and MAP_FIXED_NOREPLACE where an address is given. */
static u8 *map_file(u32 address, u32 size, u32 protection, int file) {
  u32 flags = 1 | 0x8000 | (address ? 0x100000 : 0);
  u32 at = checked(system_call(192, address, size, protection, flags, (u32)file, 0), "mmap of the window");
  if (address && at != address) die("the window's place is taken");
  return (u8 *)at;
}

/* mmap2: MAP_PRIVATE | MAP_ANONYMOUS. */
static u8 *map_anonymous(u32 size) {
  return (u8 *)checked(system_call(192, 0, size, PROT_READ | PROT_WRITE, 0x22, ~0u, 0), "mmap");
}

static void set_thread_area(struct user_descriptor *d) {
  checked(system_call(243, (u32)d, 0, 0, 0, 0, 0), "set_thread_area");
}

/* modify_ldt, write in the new mode. */
static void set_local_descriptor(struct user_descriptor *d) {
  checked(system_call(123, 0x11, (u32)d, sizeof *d, 0, 0, 0), "modify_ldt");
}

static void set_signal_stack(void *stack, u32 size) {
  struct {
    void *base;
    u32 flags, size;
  } s = {stack, 0, size};
  checked(system_call(186, (u32)&s, 0, 0, 0, 0, 0), "sigaltstack");
}

/* rt_sigaction: SA_SIGINFO | SA_RESTORER | SA_ONSTACK, every signal blocked in the handler. */
static void catch_signal(u32 signal) {
  struct {
    void (*handler)(void);
    u32 flags;
    void (*restorer)(void);
    u32 mask[2];
  } action = {signal_entry, 0x4 | 0x04000000 | 0x08000000, signal_restorer, {~0u, ~0u}};
  checked(system_call(174, signal, (u32)&action, 0, 8, 0, 0), "rt_sigaction");
}

/* setitimer(ITIMER_REAL), repeating; 0 stops it. */
static void set_timer(u32 microseconds) {
  u32 interval[4] = {0, microseconds, 0, microseconds};
  checked(system_call(104, 0, (u32)interval, 0, 0, 0, 0), "setitimer");
}
