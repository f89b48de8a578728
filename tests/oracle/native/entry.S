/* Where the harness starts, and where the kernel starts its signal handler. */
    .text
    .globl _start
_start:
    xorl %ebp, %ebp
    andl $-16, %esp
    call start_harness

/* The case may have left AC, NT or ID set; the handler must not run with them. */
    .globl signal_entry
signal_entry:
    pushl $2
    popfl
    jmp on_signal

/*
 * Where the handler returns to: sigreturn for a handler with siginfo. NT and ID it takes from EFLAGS as they are here.
 * What the push overwrites is the frame's return address, which nobody needs any more.
 */
    .globl signal_restorer
signal_restorer:
    pushl flags_at_return
    popfl
    movl $173, %eax
    int $0x80

/* u32 system_call(number, a, b, c, d, e, f) */
    .globl system_call
system_call:
    pushl %ebp
    pushl %edi
    pushl %esi
    pushl %ebx
    movl 20(%esp), %eax
    movl 24(%esp), %ebx
    movl 28(%esp), %ecx
    movl 32(%esp), %edx
    movl 36(%esp), %esi
    movl 40(%esp), %edi
    movl 44(%esp), %ebp
    int $0x80
    popl %ebx
    popl %esi
    popl %edi
    popl %ebp
    ret

    .section .note.GNU-stack, "", @progbits
