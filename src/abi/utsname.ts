/** linux/utsname.h: sysname, nodename, release, version, machine, domainname, each zero-terminated. */
/** struct new_utsname */
export const UTSNAME_FIELD = 65;
export const UTSNAME_SIZE = 6 * UTSNAME_FIELD;
/** struct old_utsname: the same without domainname. */
export const OLD_UTSNAME_SIZE = 5 * UTSNAME_FIELD;
/** struct oldold_utsname: five fields of 9 bytes. */
export const OLDOLD_UTSNAME_FIELD = 9;
