/** linux/personality.h */
export const READ_IMPLIES_EXEC = 0x0040_0000;
export const ADDR_NO_RANDOMIZE = 0x0004_0000;
/** personality(2) with this only asks. */
export const PERSONALITY_QUERY = 0xffff_ffff;
