/** asm/ldt.h, asm/segment.h for i386 */
/** struct user_desc: entry number, base, limit (u32 each), then bits. */
export const USER_DESC = { size: 16, entry_number: 0, base_addr: 4, limit: 8, bits: 12 } as const;
/** Bits of the last word. */
export const USER_DESC_SEG_32BIT = 1;
export const USER_DESC_CONTENTS_SHIFT = 1;
export const USER_DESC_READ_EXEC_ONLY = 8;
export const USER_DESC_LIMIT_IN_PAGES = 0x10;
export const USER_DESC_SEG_NOT_PRESENT = 0x20;
export const USER_DESC_USEABLE = 0x40;

/** A selector's bit 2: it names an entry of the LDT. */
export const TABLE_INDICATOR = 4;
export const LDT_ENTRIES = 8192;
export const LDT_ENTRY_SIZE = 8;
/** What function 2 gives at most: five entries (read_default_ldt of a 32-bit kernel; a 64-bit one has 128 bytes). */
export const LDT_DEFAULT_SIZE = 5 * LDT_ENTRY_SIZE;
/** modify_ldt(2)'s functions. */
export const MODIFY_LDT = { read: 0, writeOld: 1, readDefault: 2, write: 0x11 } as const;

export const GDT_ENTRY_TLS_MIN = 6;
export const GDT_ENTRY_TLS_MAX = 8;
export const GDT_ENTRY_DEFAULT_USER_CS = 14;
export const GDT_ENTRY_DEFAULT_USER_DS = 15;
export const GDT_ENTRY_LDT = 17;
/** Its limit holds the processor's number in bits 0..11, the node's from bit 12: what LSL reads for getcpu. */
export const GDT_ENTRY_CPUNODE = 27;
export const USER_CS = 0x73;
export const USER_DS = 0x7b;
