/* The floating-point state in signal frames: what a handler sees of it, may change in it, and can't spoil. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* struct _fpstate: the image of FSAVE, status and magic, the image of FXSAVE. */
struct state {
  uint32_t cw, sw, tag, ipoff, cssel, dataoff, datasel;
  uint8_t st[8][10];
  uint16_t status, magic;
  uint16_t fx_cw, fx_sw, fx_tag, fx_op;
  uint32_t fx_pointers[4], mxcsr, mxcsr_mask;
  uint8_t fx_st[8][16];
  uint8_t xmm[8][16];
};
static uint32_t inside_mxcsr;
static uint8_t values[8][16], later[8][16], changed[16];

static void hex(const char *name, const void *bytes, int size) {
  printf("%s ", name);
  for (int i = size - 1; i >= 0; i--) printf("%02x", ((const uint8_t *)bytes)[i]);
  printf("\n");
}

static void show(ucontext_t *context) {
  struct state *s = (struct state *)context->uc_mcontext.fpregs;
  printf("magic %x, image aligned %d\n", s->magic, ((uintptr_t)&s->fx_cw & 15) == 0);
  printf("cw %x %x sw %x %x %x tag %x %x\n", s->cw & 0xffff, s->fx_cw, s->sw & 0xffff, s->fx_sw, s->status,
         s->tag & 0xffff, s->fx_tag & 0xff);
  printf("mxcsr %x\n", s->mxcsr);
  for (int i = 0; i < 3; i++) hex("st", s->st[i], 10), hex("fx st", s->fx_st[i], 10);
  for (int i = 0; i < 8; i++) hex("xmm", s->xmm[i], 16);
}

#define CLOBBER                                                                                              \
  __asm__ volatile("fninit; fldz; fld1; fldl2e; fldlg2; pcmpeqd %%xmm0, %%xmm0; movaps %%xmm0, %%xmm1;"      \
                   "movaps %%xmm0, %%xmm2; movaps %%xmm0, %%xmm3; movaps %%xmm0, %%xmm4;"                     \
                   "movaps %%xmm0, %%xmm5; movaps %%xmm0, %%xmm6; movaps %%xmm0, %%xmm7" ::                   \
                       : "memory")

static void look(int signal, siginfo_t *info, void *context) {
  uint8_t fresh[16];
  __asm__ volatile("stmxcsr %0; movups %%xmm3, %1" : "=m"(inside_mxcsr), "=m"(fresh));
  printf("handler: mxcsr %x\n", inside_mxcsr);
  hex("handler: xmm3", fresh, 16);
  show(context);
  CLOBBER;
  uint32_t other = 0x7f80;
  __asm__ volatile("ldmxcsr %0" ::"m"(other));
}

static void change(int signal, siginfo_t *info, void *context) {
  struct state *s = (struct state *)((ucontext_t *)context)->uc_mcontext.fpregs;
  memset(s->xmm[5], 0x5a, 16);
  s->mxcsr = 0x3f80;
  memcpy(s->st[0], s->st[1], 10); /* the image of FSAVE counts */
  memset(s->fx_st[1], 0x77, 10);  /* and not this one */
}

static void reserve(int signal, siginfo_t *info, void *context) {
  ((struct state *)((ucontext_t *)context)->uc_mcontext.fpregs)->mxcsr = 0xffffffc0;
}

static void plain(int signal) { CLOBBER; }

static void divide(int signal, siginfo_t *info, void *context) {
  ucontext_t *c = context;
  struct state *s = (struct state *)c->uc_mcontext.fpregs;
  printf("signal %d code %d trap %d mxcsr %x at it %d\n", signal, info->si_code, (int)c->uc_mcontext.gregs[REG_TRAPNO],
         s->mxcsr, info->si_addr == (void *)c->uc_mcontext.gregs[REG_EIP]);
  s->mxcsr |= 0x1f80;
}

static void install(int signal, void *handler, int flags) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_flags = flags;
  action.sa_sigaction = handler;
  sigaction(signal, &action, 0);
}

static void interrupted(int signal) {
  uint32_t mxcsr = 0x5fa1, after;
  uint16_t cw = 0x27f, cw_after, sw;
  uint8_t top[10], next[10];
  int tid = getpid();
  for (int i = 0; i < 128; i++) values[i / 16][i % 16] = i * 37 + 11;
  __asm__ volatile(
      "fninit; fldcw %[cw]; fldpi; fldln2; ldmxcsr %[mxcsr];"
      "movups 0(%[v]), %%xmm0; movups 16(%[v]), %%xmm1; movups 32(%[v]), %%xmm2; movups 48(%[v]), %%xmm3;"
      "movups 64(%[v]), %%xmm4; movups 80(%[v]), %%xmm5; movups 96(%[v]), %%xmm6; movups 112(%[v]), %%xmm7;"
      "int $0x80;"
      "movups %%xmm0, 0(%[l]); movups %%xmm1, 16(%[l]); movups %%xmm2, 32(%[l]); movups %%xmm3, 48(%[l]);"
      "movups %%xmm4, 64(%[l]); movups %%xmm5, 80(%[l]); movups %%xmm6, 96(%[l]); movups %%xmm7, 112(%[l]);"
      "stmxcsr %[after]; fnstcw %[cwa]; fnstsw %[sw]; fstpt %[top]; fstpt %[next]; fninit"
      : [after] "=m"(after), [cwa] "=m"(cw_after), [sw] "=m"(sw), [top] "=m"(top), [next] "=m"(next)
      : [cw] "m"(cw), [mxcsr] "m"(mxcsr), [v] "S"(values), [l] "D"(later), "a"(SYS_tkill), "b"(tid), "c"(signal)
      : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
  mxcsr = 0x1f80;
  __asm__ volatile("ldmxcsr %0" ::"m"(mxcsr));
  printf("after: mxcsr %x cw %x sw %x\n", after, cw_after, sw);
  hex("st0", top, 10);
  hex("st1", next, 10);
  for (int i = 0; i < 8; i++)
    if (memcmp(values[i], later[i], 16)) printf("%d ", i), hex("changed", later[i], 16);
}

static void unmasked(const char *name, uint32_t mxcsr, double a, double b) {
  uint32_t normal = 0x1f80;
  printf("%s: ", name);
  fflush(stdout);
  __asm__ volatile("ldmxcsr %0; movsd %1, %%xmm0; divsd %2, %%xmm0; ldmxcsr %3" ::"m"(mxcsr), "m"(a), "m"(b), "m"(normal)
                   : "xmm0");
}

int main(int argc, char **argv) {
  if (argc > 1) { /* bits of MXCSR that do not exist: a 32-bit kernel drops them, a 64-bit one refuses the frame */
    install(SIGUSR1, reserve, SA_SIGINFO);
    interrupted(SIGUSR1);
    return 0;
  }
  install(SIGUSR1, look, SA_SIGINFO);
  interrupted(SIGUSR1);
  install(SIGUSR1, plain, 0);
  interrupted(SIGUSR1);
  install(SIGUSR1, change, SA_SIGINFO);
  interrupted(SIGUSR1);
  install(SIGFPE, divide, SA_SIGINFO);
  unmasked("invalid", 0x1f00, 0, 0);
  unmasked("zero divide", 0x1d80, 1, 0);
  unmasked("overflow", 0x1b80, 1e300, 1e-300);
  unmasked("underflow", 0x1780, 1e-300, 1e300);
  unmasked("precision", 0x0f80, 1, 3);
  unmasked("denormal", 0x1e80, 5e-324, 1);
  unmasked("two", 0x0000, 0, 0);
  return 0;
}
