/*
 * Where a signal handler installed without SA_RESTORER returns to.
 *
 * The unwinding rules below describe the frame the kernel built, so that a debugger or an exception walks from the
 * handler through the trampoline into the interrupted code:
 *   - CIE augmentation "zRS": a signal frame, so the caller's EIP is exact and not a return address;
 *   - each FDE begins one byte early, at a nop: unwinders look up the return address minus one;
 *   - every register lies in the sigcontext, at a fixed distance from ESP. The CFA, the interrupted ESP, is read
 *     from there too, since the handler may run on another stack.
 */

/* Offsets in struct sigcontext (arch/x86/include/uapi/asm/sigcontext.h, the i386 one). */
#define CONTEXT_EDI 16
#define CONTEXT_ESI 20
#define CONTEXT_EBP 24
#define CONTEXT_ESP 28
#define CONTEXT_EBX 32
#define CONTEXT_EDX 36
#define CONTEXT_ECX 40
#define CONTEXT_EAX 44
#define CONTEXT_EIP 56

#define NR_sigreturn 119
#define NR_rt_sigreturn 173

#define DW_CFA_def_cfa_expression 0x0f
#define DW_CFA_expression 0x10
#define DW_OP_deref 0x06
#define DW_OP_breg4 0x74        /* ESP + signed LEB128 offset */

/*
 * Register `number` (EAX 0, ECX 1, EDX 2, EBX 3, ESP 4, EBP 5, ESI 6, EDI 7, EIP 8) is saved at ESP + offset, which is
 * a signed LEB128: one byte up to 63, two beyond.
 */
.macro SAVED_AT number, offset
	.if \offset < 64
	.cfi_escape DW_CFA_expression, \number, 2, DW_OP_breg4, \offset
	.else
	.cfi_escape DW_CFA_expression, \number, 3, DW_OP_breg4, ((\offset) & 0x7f) | 0x80, (\offset) >> 7
	.endif
.endm

/* The interrupted registers, when the sigcontext begins at ESP + context. */
.macro SIGNAL_FRAME context
	.if \context + CONTEXT_ESP < 64
	.cfi_escape DW_CFA_def_cfa_expression, 3, DW_OP_breg4, \context + CONTEXT_ESP, DW_OP_deref
	.else
	.cfi_escape DW_CFA_def_cfa_expression, 4, DW_OP_breg4, ((\context + CONTEXT_ESP) & 0x7f) | 0x80, \
		(\context + CONTEXT_ESP) >> 7, DW_OP_deref
	.endif
	SAVED_AT 0, \context + CONTEXT_EAX
	SAVED_AT 1, \context + CONTEXT_ECX
	SAVED_AT 2, \context + CONTEXT_EDX
	SAVED_AT 3, \context + CONTEXT_EBX
	SAVED_AT 5, \context + CONTEXT_EBP
	SAVED_AT 6, \context + CONTEXT_ESI
	SAVED_AT 7, \context + CONTEXT_EDI
	SAVED_AT 8, \context + CONTEXT_EIP
.endm

	/* The linker script puts the first byte, a nop, 31 bytes behind the gate. */
	.section .text.sigreturn, "ax"

	/* struct sigframe: return address (popped by the handler's ret), signal number (popped here), sigcontext. */
	.cfi_startproc simple
	.cfi_signal_frame
	SIGNAL_FRAME 4
	nop
	.globl __kernel_sigreturn
	.type __kernel_sigreturn, @function
__kernel_sigreturn:
	pop %eax
	SIGNAL_FRAME 0
	mov $NR_sigreturn, %eax
	int $0x80
	nop
	.size __kernel_sigreturn, . - __kernel_sigreturn
	.cfi_endproc

	/* struct rt_sigframe: ... signal number, two pointers, siginfo (128 bytes), ucontext with the sigcontext at 20. */
	.org 32, 0x90
	.cfi_startproc simple
	.cfi_signal_frame
	SIGNAL_FRAME 160
	nop
	.globl __kernel_rt_sigreturn
	.type __kernel_rt_sigreturn, @function
__kernel_rt_sigreturn:
	mov $NR_rt_sigreturn, %eax
	int $0x80
	nop
	.size __kernel_rt_sigreturn, . - __kernel_rt_sigreturn
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
