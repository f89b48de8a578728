/*
 * The note by which a dynamic linker learns the kernel's release: owner "Linux", type 0, LINUX_VERSION_CODE.
 * The linker adds the second note, the build id that ties this image to its debug file.
 */
#define LINUX_VERSION(major, minor, patch) ((major) << 16 | (minor) << 8 | (patch))

	.section .note, "a", @note
	.balign 4
	.long 2f - 1f
	.long 4f - 3f
	.long 0
1:	.asciz "Linux"
2:	.balign 4
3:	.long LINUX_VERSION(6, 18, 0)
4:	.balign 4

	.section .note.GNU-stack, "", @progbits
