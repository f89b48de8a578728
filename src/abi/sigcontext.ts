/** What a signal handler finds on its stack (asm/sigcontext.h, asm/ucontext.h, asm/sigframe.h for i386). */

/** struct sigcontext: the segment selectors are 16-bit in 32-bit slots. */
export const SIGCONTEXT = {
  size: 88,
  gs: 0,
  fs: 4,
  es: 8,
  ds: 12,
  di: 16,
  si: 20,
  bp: 24,
  sp: 28,
  bx: 32,
  dx: 36,
  cx: 40,
  ax: 44,
  trapno: 48,
  err: 52,
  ip: 56,
  cs: 60,
  flags: 64,
  sp_at_signal: 68,
  ss: 72,
  fpstate: 76,
  oldmask: 80,
  cr2: 84,
} as const;

/** struct ucontext: flags, link, stack_t, sigcontext, 64-bit signal mask */
export const UCONTEXT = { size: 116, uc_flags: 0, uc_link: 4, uc_stack: 8, uc_mcontext: 20, uc_sigmask: 108 } as const;

/** struct sigframe (handlers without SA_SIGINFO). The 624 bytes between are where fpstate once was. */
export const SIGFRAME = { size: 732, pretcode: 0, sig: 4, sc: 8, extramask: 720, retcode: 724 } as const;

/** struct rt_sigframe (handlers with SA_SIGINFO) */
export const RT_SIGFRAME = {
  size: 268,
  pretcode: 0,
  sig: 4,
  pinfo: 8,
  puc: 12,
  info: 16,
  uc: 144,
  retcode: 260,
} as const;

/**
 * struct _fpstate of a processor without FXSR: the image of FSAVE (28 bytes of environment, eight registers of ten
 * bytes), then the status word once more and a magic number.
 */
export const FPSTATE = {
  size: 112,
  cw: 0,
  sw: 4,
  tag: 8,
  ipoff: 12,
  cssel: 16,
  dataoff: 20,
  datasel: 24,
  st: 28,
  status: 108,
  magic: 110,
} as const;
/** FPSTATE.magic: no FXSAVE image follows. */
export const FPSTATE_MAGIC_X87 = 0xffff;
/** FPSTATE.magic: one does. */
export const X86_FXSR_MAGIC = 0;

/** struct _fpstate of a processor with FXSR: the same, then the image of FXSAVE. All offsets are from the start. */
export const FPSTATE_FXSR = {
  size: 624,
  fxsave: 112,
  fop: 118,
  fip: 120,
  fcs: 124,
  foo: 128,
  fos: 132,
  mxcsr: 136,
  xmm: 272,
  /** Bytes that FXSAVE leaves alone: FP_XSTATE_MAGIC1 and more on a kernel that uses XSAVE, here 0. */
  sw_reserved: 576,
} as const;
