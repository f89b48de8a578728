/*
 * The native side of the oracle: runs given instructions from a given state on the processor itself.
 *
 * Standard input carries the layout of the memory window and then batches of cases; standard output gets one batch
 * of results for each batch of cases. tests/oracle/protocol.ts describes the records and knows every address; this
 * program knows none.
 *
 * A case is entered by sigreturn: the handler of the signal that ended the case before writes the next case's state
 * into its own signal frame and returns. So every register can be set, ESP and the x87 included, and a case costs
 * one exception and one sigreturn. It ends with the first signal: the INT3 bytes around the code, or a fault.
 *
 * No C library: nothing here depends on FS, GS, or on a stack that a case may have spoiled.
 * Built by native.ts with gcc -m32 -static -nostdlib.
 */
#include "system.h"

#define MAX_REGIONS 16
#define MAX_TLS 3
#define INPUT_SIZE (8 << 20)
#define OUTPUT_SIZE (24 << 20)
/* A case that lasts through two ticks of the timer is reported with this vector. */
#define VECTOR_TIMEOUT 0xff
#define TICK_MICROSECONDS 100000

enum { HAS_X87 = 1, HAS_XMM = 2, HAS_SEGMENTS = 4 };

/* EFLAGS that sigreturn leaves as the caller has them: NT, ID. */
#define CALLERS_FLAGS 0x204000

struct region {
  u32 address;
  u32 size;
  u32 protection;
  u8 *window;        /* writable alias of what the case sees at `address` */
  u8 *base;          /* contents between cases */
  u8 *initial;       /* contents at the start of the case */
};

struct case_header {
  u16 size;
  u8 content;
  u8 patches;
  u32 registers[8];  /* EAX ECX EDX EBX ESP EBP ESI EDI */
  u32 eflags;
  u32 eip;
  u16 es, ds, fs, gs;
};

/* CS and SS, where they are not flat. */
struct other_segments {
  u16 cs, ss;
};

struct x87_state {
  u16 control;
  u16 status;
  u16 valid;         /* a bit a physical register, as FXSAVE's tag byte */
  u16 opcode;
  u32 instruction;
  u32 operand;
  u8 registers[8][10]; /* ST(0)..ST(7) */
};

struct xmm_state {
  u32 mxcsr;
  u8 registers[8][16];
};

struct patch {
  u32 address;
  u32 length;
};

struct result_header {
  u16 size;
  u8 content;
  u8 vector;
  u32 error;
  u32 address;       /* CR2 */
  u32 registers[8];
  u32 eflags;
  u32 eip;
  u16 es, cs, ss, ds, fs, gs;
  u32 differences;
};

static struct region regions[MAX_REGIONS];
static u32 region_count;

static u8 input[INPUT_SIZE] __attribute__((aligned(16)));
static u8 output[OUTPUT_SIZE] __attribute__((aligned(16)));
static u8 signal_stack[65536] __attribute__((aligned(16)));

static const u8 *next_case, *end_of_cases;
static const struct case_header *current;
static u8 *out;
static int running;
static u32 ticks;
static struct signal_context home;
/* What entry.S puts into EFLAGS before sigreturn. */
__attribute__((used)) u32 flags_at_return = 2;

static struct region *find_region(u32 address, u32 length) {
  for (u32 i = 0; i < region_count; i++) {
    struct region *r = &regions[i];
    if (address >= r->address && address - r->address + length <= r->size) return r;
  }
  die("a patch lies outside the window");
}

/* ---- Reading and writing a case's records ---- */

static const u8 *patches_of(const struct case_header *c) {
  const u8 *p = (const u8 *)(c + 1);
  if (c->content & HAS_SEGMENTS) p += sizeof(struct other_segments);
  if (c->content & HAS_X87) p += sizeof(struct x87_state);
  if (c->content & HAS_XMM) p += sizeof(struct xmm_state);
  return p;
}

static void apply_patches(const struct case_header *c) {
  const u8 *p = patches_of(c);
  for (u32 i = 0; i < c->patches; i++) {
    const struct patch *patch = (const struct patch *)p;
    struct region *r = find_region(patch->address, patch->length);
    u32 offset = patch->address - r->address;
    memcpy(r->window + offset, p + sizeof *patch, patch->length);
    memcpy(r->initial + offset, p + sizeof *patch, patch->length);
    p += sizeof *patch + ((patch->length + 3) & ~3u);
  }
}

static void undo_patches(const struct case_header *c) {
  const u8 *p = patches_of(c);
  for (u32 i = 0; i < c->patches; i++) {
    const struct patch *patch = (const struct patch *)p;
    struct region *r = find_region(patch->address, patch->length);
    u32 offset = patch->address - r->address;
    memcpy(r->window + offset, r->base + offset, patch->length);
    memcpy(r->initial + offset, r->base + offset, patch->length);
    p += sizeof *patch + ((patch->length + 3) & ~3u);
  }
}

typedef u32 vector16 __attribute__((vector_size(16)));

static int equal64(const u8 *a, const u8 *b) {
  const vector16 *x = (const vector16 *)a, *y = (const vector16 *)b;
  vector16 difference = (x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]);
  return !(difference[0] | difference[1] | difference[2] | difference[3]);
}

/* Writes every maximal run of changed bytes of `r` as a patch, and puts the old bytes back. Gives the count of runs. */
static u32 write_differences(struct region *r) {
  u32 count = 0;
  for (u32 block = 0; block < r->size; block += 64) {
    if (equal64(r->window + block, r->initial + block)) continue;
    u32 i = block;
    while (i < block + 64) {
      if (r->window[i] == r->initial[i]) {
        i++;
        continue;
      }
      struct patch *patch = (struct patch *)out;
      u8 *bytes = out + sizeof *patch;
      u32 length = 0;
      /* A run may go on into the blocks that follow; they are equal afterwards. */
      while (i + length < r->size && r->window[i + length] != r->initial[i + length]) {
        bytes[length] = r->window[i + length];
        r->window[i + length] = r->initial[i + length];
        length++;
      }
      patch->address = r->address + i;
      patch->length = length;
      out = bytes + ((length + 3) & ~3u);
      count++;
      i += length;
    }
  }
  return count;
}

/* ---- One case ---- */

static void start(struct signal_context *s) {
  const struct case_header *c = (const struct case_header *)next_case;
  current = c;
  ticks = 0;
  next_case += c->size;
  apply_patches(c);

  s->eax = c->registers[0];
  s->ecx = c->registers[1];
  s->edx = c->registers[2];
  s->ebx = c->registers[3];
  s->esp = c->registers[4];
  s->ebp = c->registers[5];
  s->esi = c->registers[6];
  s->edi = c->registers[7];
  s->eip = c->eip;
  s->eflags = c->eflags;
  s->es = c->es;
  s->ds = c->ds;
  s->fs = c->fs;
  s->gs = c->gs;
  s->cs = home.cs;
  s->ss = home.ss;
  const u8 *p = (const u8 *)(c + 1);
  if (c->content & HAS_SEGMENTS) {
    const struct other_segments *segments = (const struct other_segments *)p;
    s->cs = segments->cs;
    s->ss = segments->ss;
    p += sizeof *segments;
  }

  /* The kernel takes x87 from the old-style image and SSE from the FXSAVE image behind it. */
  struct fp_frame *fp = s->fpstate;
  if (c->content & HAS_X87) {
    const struct x87_state *x = (const struct x87_state *)p;
    u32 tags = 0;
    for (u32 i = 0; i < 8; i++) {
      if (!(x->valid >> i & 1)) tags |= 3u << (2 * i);
    }
    fp->control = 0xffff0000u | x->control;
    fp->status = 0xffff0000u | x->status;
    fp->tags = 0xffff0000u | tags;
    fp->instruction = x->instruction;
    fp->instruction_selector = home.cs | (u32)x->opcode << 16;
    fp->operand = x->operand;
    fp->operand_selector = 0xffff0000u | home.ds;
    memcpy(fp->st, x->registers, sizeof x->registers);
    p += sizeof *x;
  } else {
    fp->control = 0xffff037fu;
    fp->status = 0xffff0000u;
    fp->tags = 0xffffffffu;
    fp->instruction = fp->instruction_selector = fp->operand = fp->operand_selector = 0;
    memset(fp->st, 0, sizeof fp->st);
  }
  /* x87 and SSE are there to be restored, even if they were in their initial state when the signal came. */
  if (fp->fx.xsave_magic == XSAVE_MAGIC) fp->fx.xsave_features |= 3;
  fp->fx.mxcsr = 0x1f80;
  if (c->content & HAS_XMM) {
    const struct xmm_state *x = (const struct xmm_state *)p;
    fp->fx.mxcsr = x->mxcsr;
    memcpy(fp->fx.xmm, x->registers, sizeof x->registers);
  }
}

static void finish(const struct signal_context *s, u32 vector) {
  struct result_header *r = (struct result_header *)out;
  r->content = current->content & (HAS_X87 | HAS_XMM);
  r->vector = (u8)vector;
  r->error = s->error;
  r->address = s->cr2;
  r->registers[0] = s->eax;
  r->registers[1] = s->ecx;
  r->registers[2] = s->edx;
  r->registers[3] = s->ebx;
  r->registers[4] = s->esp;
  r->registers[5] = s->ebp;
  r->registers[6] = s->esi;
  r->registers[7] = s->edi;
  r->eflags = s->eflags;
  r->eip = s->eip;
  r->es = s->es;
  r->cs = s->cs;
  r->ss = s->ss;
  r->ds = s->ds;
  r->fs = s->fs;
  r->gs = s->gs;
  out += sizeof *r;
  const struct fp_frame *fp = s->fpstate;
  if (r->content & HAS_X87) {
    struct x87_state *x = (struct x87_state *)out;
    x->control = fp->fx.control;
    x->status = fp->fx.status;
    x->valid = fp->fx.valid & 0xff;
    x->opcode = fp->fx.opcode;
    x->instruction = fp->fx.instruction;
    x->operand = fp->fx.operand;
    for (u32 i = 0; i < 8; i++) memcpy(x->registers[i], fp->fx.st[i], 10);
    out += sizeof *x;
  }
  if (r->content & HAS_XMM) {
    struct xmm_state *x = (struct xmm_state *)out;
    x->mxcsr = fp->fx.mxcsr;
    memcpy(x->registers, fp->fx.xmm, sizeof x->registers);
    out += sizeof *x;
  }
  r->differences = 0;
  for (u32 i = 0; i < region_count; i++) r->differences += write_differences(&regions[i]);
  undo_patches(current);
  u32 size = (u32)(out - (u8 *)r);
  if (size > 0xffff) die("a result is too long");
  r->size = (u16)size;
}

static void handle(u32 signal, struct signal_context *s) {
  if (!running) {
    if (signal == SIGALRM) return;
    home = *s;
    running = 1;
  } else if (signal == SIGALRM) {
    if (++ticks < 2) return;
    finish(s, VECTOR_TIMEOUT);
  } else {
    finish(s, s->trap);
  }
  if ((u32)(output + OUTPUT_SIZE - out) < 0x20000) die("too many results for one batch");
  if (next_case < end_of_cases) {
    start(s);
    return;
  }
  running = 0;
  struct fp_frame *fp = s->fpstate;
  void *keep = s->fpstate;
  *s = home;
  s->fpstate = keep;
  s->eip += 2; /* behind the UD2 of run_batch */
  fp->control = 0xffff037fu;
  fp->status = 0xffff0000u;
  fp->tags = 0xffffffffu;
  fp->fx.mxcsr = 0x1f80;
}

/* Every signal of a case comes here, on the alternate stack, with a clean EFLAGS (entry.S). */
__attribute__((used)) void on_signal(u32 signal, void *information, struct user_context *user) {
  (void)information;
  handle(signal, &user->context);
  flags_at_return = 2 | (user->context.eflags & CALLERS_FLAGS);
}

static void run_batch(void) {
  if (next_case == end_of_cases) return;
  set_timer(TICK_MICROSECONDS);
  __asm__ volatile("ud2" ::: "memory");
  set_timer(0);
}

/* ---- Set-up ---- */

static u32 read_word(void) {
  u32 word;
  if (!read_exactly(&word, sizeof word)) die("standard input ended too early");
  return word;
}

static void map_window(void) {
  region_count = read_word();
  if (region_count > MAX_REGIONS) die("too many regions");
  for (u32 i = 0; i < region_count; i++) {
    struct region *r = &regions[i];
    r->address = read_word();
    r->size = read_word();
    r->protection = read_word();
    int file = memory_file(r->size);
    r->window = map_file(0, r->size, PROT_READ | PROT_WRITE, file);
    map_file(r->address, r->size, r->protection, file);
    r->base = map_anonymous(r->size);
    r->initial = map_anonymous(r->size);
  }
  for (u32 i = 0; i < region_count; i++) {
    struct region *r = &regions[i];
    if (!read_exactly(r->base, r->size)) die("standard input ended too early");
    memcpy(r->window, r->base, r->size);
    memcpy(r->initial, r->base, r->size);
    for (u32 offset = 0; offset < r->size; offset += 4096) {
      volatile u8 *byte = (volatile u8 *)(r->address + offset);
      if (r->protection & PROT_WRITE) *byte = *byte;
      else if (r->protection & PROT_READ) (void)*byte;
    }
  }
}

static struct user_descriptor read_descriptor(void) {
  struct user_descriptor d;
  d.entry = read_word();
  d.base = read_word();
  d.limit = read_word();
  d.flags = read_word();
  return d;
}

static void set_segments(void) {
  u32 count = read_word();
  if (count > MAX_TLS) die("too many thread segments");
  for (u32 i = 0; i < count; i++) {
    struct user_descriptor d = read_descriptor();
    set_thread_area(&d);
  }
  count = read_word();
  for (u32 i = 0; i < count; i++) {
    struct user_descriptor d = read_descriptor();
    set_local_descriptor(&d);
  }
}

__attribute__((used)) void start_harness(void) {
  if (read_word() != PROTOCOL_MAGIC) die("this is not the oracle's protocol");
  map_window();
  set_segments();
  set_signal_stack(signal_stack, sizeof signal_stack);
  static const u32 signals[] = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGALRM};
  for (u32 i = 0; i < sizeof signals / sizeof *signals; i++) catch_signal(signals[i]);

  u32 length;
  while (read_exactly(&length, sizeof length)) {
    if (length > INPUT_SIZE) die("too many cases for one batch");
    if (!read_exactly(input, length)) die("standard input ended too early");
    next_case = input;
    end_of_cases = input + length;
    out = output;
    run_batch();
    u32 written = (u32)(out - output);
    write_exactly(&written, sizeof written);
    write_exactly(output, written);
  }
  leave(0);
}
