/** asm/signal.h for i386, asm-generic/siginfo.h, asm-generic/signal-defs.h */
export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGSTKFLT = 16;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGURG = 23;
export const SIGXCPU = 24;
export const SIGXFSZ = 25;
export const SIGVTALRM = 26;
export const SIGPROF = 27;
export const SIGWINCH = 28;
export const SIGIO = 29;
export const SIGPWR = 30;
export const SIGSYS = 31;
export const SIGRTMIN = 32;
export const NSIG = 64;

/** Names by number, from 0. */
export const SIGNAL_NAMES: readonly string[] = (
  "0 SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM " +
  "SIGTERM SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF " +
  "SIGWINCH SIGIO SIGPWR SIGSYS"
).split(" ");

/** What strsignal(3) says of those that end a program. */
export const SIGNAL_DESCRIPTIONS: Readonly<Record<number, string>> = {
  [SIGILL]: "Illegal instruction",
  [SIGTRAP]: "Trace/breakpoint trap",
  [SIGBUS]: "Bus error",
  [SIGFPE]: "Floating point exception",
  [SIGSEGV]: "Segmentation fault",
};

export const SIG_DFL = 0;
export const SIG_IGN = 1;

export const SA_NOCLDSTOP = 0x1;
export const SA_NOCLDWAIT = 0x2;
export const SA_SIGINFO = 0x4;
export const SA_RESTORER = 0x0400_0000;
export const SA_ONSTACK = 0x0800_0000;
export const SA_RESTART = 0x1000_0000;
export const SA_NODEFER = 0x4000_0000;
export const SA_RESETHAND = 0x8000_0000;

export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;

export const SS_ONSTACK = 1;
export const SS_DISABLE = 2;
export const SS_AUTODISARM = 0x8000_0000;
/** The smallest alternate stack. */
export const MINSIGSTKSZ = 2048;

/** si_code */
export const SI_USER = 0;
export const SI_KERNEL = 0x80;
export const SI_QUEUE = -1;
export const SI_TIMER = -2;
export const SI_TKILL = -6;
export const ILL_ILLOPN = 2;
export const FPE_INTDIV = 1;
export const FPE_INTOVF = 2;
export const FPE_FLTDIV = 3;
export const FPE_FLTOVF = 4;
export const FPE_FLTUND = 5;
export const FPE_FLTRES = 6;
export const FPE_FLTINV = 7;
export const SEGV_MAPERR = 1;
export const SEGV_ACCERR = 2;
export const BUS_ADRALN = 1;
export const BUS_ADRERR = 2;
export const TRAP_BRKPT = 1;
export const TRAP_TRACE = 2;

/** struct sigaction of rt_sigaction: handler, flags, restorer (u32 each), mask (u64). */
export const RT_SIGACTION = { size: 20, handler: 0, flags: 4, restorer: 8, mask: 12 } as const;
/** struct old_sigaction: handler, mask, flags, restorer (u32 each). */
export const OLD_SIGACTION = { size: 16, handler: 0, mask: 4, flags: 8, restorer: 12 } as const;
/** stack_t */
export const STACK_T = { size: 12, ss_sp: 0, ss_flags: 4, ss_size: 8 } as const;
/** siginfo_t */
export const SIGINFO = {
  size: 128,
  si_signo: 0,
  si_errno: 4,
  si_code: 8,
  si_addr: 12,
  si_pid: 12,
  si_uid: 16,
  si_value: 20,
} as const;
