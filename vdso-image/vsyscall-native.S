/*
 * The four-slot page of `vsyscall=native` and `vsyscall=emulate`. Transposed from x86-64 (Linux 3.1): no IA-32 kernel
 * ever had it. There a slot is `mov $number, %rax; syscall; ret`, since arguments come in registers; here they come on
 * the stack, as IA-32's C functions take them.
 *
 * In `emulate` mode nobody executes these bytes: they are there to be read. Everything else is INT3.
 */
#define NR_time 13
#define NR_gettimeofday 78
#define NR_getcpu 318

	.section .vsyscall.0, "ax"
	.globl vgettimeofday
vgettimeofday:
	push %ebx
	mov 8(%esp), %ebx
	mov 12(%esp), %ecx
	mov $NR_gettimeofday, %eax
	int $0x80
	pop %ebx
	ret

	.section .vsyscall.1, "ax"
	.globl vtime
vtime:
	push %ebx
	mov 8(%esp), %ebx
	mov $NR_time, %eax
	int $0x80
	pop %ebx
	ret

	/* The third argument, which the call has ignored since 2.6.24, is null. */
	.section .vsyscall.2, "ax"
	.globl vgetcpu
vgetcpu:
	push %ebx
	mov 8(%esp), %ebx
	mov 12(%esp), %ecx
	xor %edx, %edx
	mov $NR_getcpu, %eax
	int $0x80
	pop %ebx
	ret

	.section .note.GNU-stack, "", @progbits
