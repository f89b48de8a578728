/*
 * __kernel_vsyscall: the gate by which a program enters the kernel, whatever its processor's fastest way in is.
 *
 *     51 52 55        push ecx; push edx; push ebp
 *     .. .. .. ..     sysenter, syscall, or nothing: four bytes, chosen when the image is mapped
 *     cd 80           int 0x80
 *     5d 5a 59 c3     pop ebp; pop edx; pop ecx; ret
 *
 * In: EAX the call's number, EBX ECX EDX ESI EDI EBP its arguments. Out: EAX the value or -errno; every other
 * register as before. Not for clone or vfork onto another stack: the child would pop what its stack does not hold.
 *
 * SYSENTER saves no address and no stack: the kernel returns to int80_landing_pad whoever executed it, takes the
 * stack from EBP and the sixth argument from the word it points to, which is the EBP pushed here. SYSCALL overwrites
 * ECX with its return address, so the second argument travels in EBP; the kernel finds the sixth at (ESP).
 * A restarted call goes on at the `int $0x80`, two bytes before the landing pad.
 *
 * The alternatives are recorded as Linux records them, in .altinstructions: site, replacement, feature, lengths.
 */

#define FEATURE_SEP 11          /* CPUID.1:EDX, bit 11: word 0 of Linux's feature list */
#define FEATURE_SYSCALL32 110   /* word 3, bit 14: SYSCALL from 32-bit code */

.macro ALTERNATIVE_AT site, replacement, end, feature
	.pushsection .altinstructions, "a"
	.long \site - .
	.long \replacement - .
	.word \feature
	.byte .Lsite_end - .Lsite
	.byte \end - \replacement
	.popsection
.endm

	.section .text.entry, "ax"
	.globl __kernel_vsyscall
	.type __kernel_vsyscall, @function
	.balign 32
__kernel_vsyscall:
	.cfi_startproc
	push %ecx
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset ecx, 0
	push %edx
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset edx, 0
	push %ebp
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset ebp, 0
.Lsite:
	nop
	nop
	nop
	nop
.Lsite_end:
	int $0x80
	.globl int80_landing_pad
	.hidden int80_landing_pad
int80_landing_pad:
	pop %ebp
	.cfi_restore ebp
	.cfi_adjust_cfa_offset -4
	pop %edx
	.cfi_restore edx
	.cfi_adjust_cfa_offset -4
	pop %ecx
	.cfi_restore ecx
	.cfi_adjust_cfa_offset -4
	ret
	.cfi_endproc
	.size __kernel_vsyscall, . - __kernel_vsyscall

	.section .text.instruction_pointer, "ax"
	/* Gives the address it returns to in EAX: how code that may lie anywhere finds its data. */
	.globl instruction_pointer
	.hidden instruction_pointer
	.type instruction_pointer, @function
instruction_pointer:
	.cfi_startproc
	mov (%esp), %eax
	ret
	.cfi_endproc
	.size instruction_pointer, . - instruction_pointer

	.section .altinstr_replacement, "ax"
.Lsysenter:
	mov %esp, %ebp
	sysenter
.Lsysenter_end:
.Lsyscall:
	mov %ecx, %ebp
	syscall
.Lsyscall_end:

	ALTERNATIVE_AT .Lsite, .Lsysenter, .Lsysenter_end, FEATURE_SEP
	ALTERNATIVE_AT .Lsite, .Lsyscall, .Lsyscall_end, FEATURE_SYSCALL32

	.section .note.GNU-stack, "", @progbits
