/* Where a program without a C library begins: the stack holds argc, argv, envp and the auxiliary vector. */
	.text
	.globl _start
_start:
	xor %ebp, %ebp
	mov %esp, %eax
	and $-16, %esp
	sub $12, %esp
	push %eax
	call start
	hlt

	.section .note.GNU-stack, "", @progbits
