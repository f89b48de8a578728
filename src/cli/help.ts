/** What `--help` says beyond the list of options. */

export const examples = `
Examples:
  linux-gate compare                 what each way into the kernel costs
  linux-gate run ./hello             a static i386 program, as if it were a
                                     command of this system
  linux-gate run --strace ./hello    and each system call that it makes
  linux-gate run --vdso=off --strace ./hello
                                     without the vDSO: int 0x80 for everything,
                                     the clocks too
  linux-gate run --mount .:/work --cwd /work ./busybox ls -l
                                     with a folder of this system
  echo 6*7 | linux-gate run ./busybox bc

linux-gate run --help explains the options of run.`;

export const statusHelp = `
PROGRAM is a file in a mounted folder, by the guest's path, or a file of this
system, which the guest then has at the same absolute path (or in its root, if a
mount hides that). The guest has a root in memory with /dev, /proc and /tmp, and
sees nothing else of this system.

Kernel parameters:
  --vdso=on       a page of kernel code in each process, at an address that
                  changes from start to start
  --vdso=fixed    the same page at 0xffffe000, as IA-32 Linux had it at first
  --vdso=off      no such page, and neither AT_SYSINFO nor AT_SYSINFO_EHDR:
                  programs use int 0x80
  --vsyscall=...  gettimeofday, time and getcpu at fixed addresses: x86-64's
                  page, moved to 32 bits; no IA-32 Linux had one
       classic    code in the page reads the clock
       native     a system call and a return in each slot
       emulate    a call faults, and the kernel does the work
       xonly      the same, and the page can't be read
       none       no page: a call is a SIGSEGV
  --gate=...      the processor that the guest sees: with SYSENTER, with AMD's
                  SYSCALL, or with neither
  --cpu=...       takes instructions and CPUID's bits away together: SSE2 came
                  with the pentium4, CMOVcc with the pentium2
  --clock=none    the vDSO's clocks make system calls, as on a machine whose
                  time-stamp counter can't be relied on

Exit status: the program's own; 128 + n if signal n killed it, and 130 after
Ctrl-C; 126 if PROGRAM can't be run, 127 if there is none; 2 if the command line
makes no sense; 70 if linux-gate itself fails.`;
