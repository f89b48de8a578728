/*
 * The ways into the kernel that `linux-gate compare` measures, each a function without arguments. What it takes to
 * make the call, arguments included, stands between its label and its `ret`; `path_nothing` is what is left of a path
 * when the call is taken out.
 *
 * `target` is the address to call, `buffer` 16 bytes for the answer, `buffer + 8` the second half of them.
 */
#define NR_getppid 64
#define NR_clock_gettime64 403
#define CLOCK_MONOTONIC 1
#define VSYSCALL_PAGE 0xff600000

.macro PATH name
	.globl path_\name
	.type path_\name, @function
	.balign 16
path_\name:
.endm

	.text
PATH nothing
	ret

PATH getppid_int80
	mov $NR_getppid, %eax
	int $0x80
	ret

PATH getppid_gate
	mov $NR_getppid, %eax
	call *target
	ret

PATH clock_gettime_int80
	push %ebx
	mov $CLOCK_MONOTONIC, %ebx
	mov $buffer, %ecx
	mov $NR_clock_gettime64, %eax
	int $0x80
	pop %ebx
	ret

PATH clock_gettime_gate
	push %ebx
	mov $CLOCK_MONOTONIC, %ebx
	mov $buffer, %ecx
	mov $NR_clock_gettime64, %eax
	call *target
	pop %ebx
	ret

	/* C functions: arguments on the stack. */
PATH clock_gettime
	push $buffer
	push $CLOCK_MONOTONIC
	call *target
	add $8, %esp
	ret

PATH gettimeofday
	push $0
	push $buffer
	call *target
	add $8, %esp
	ret

PATH time
	push $buffer
	call *target
	add $4, %esp
	ret

PATH getcpu
	push $0
	push $buffer + 8
	push $buffer
	call *target
	add $12, %esp
	ret

PATH read
	mov VSYSCALL_PAGE, %eax
	ret

	.section .note.GNU-stack, "", @progbits
