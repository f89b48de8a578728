/** uapi/asm-generic/termbits.h and termbits-common.h: the settings of a terminal. */

/**
 * struct termios, 36 bytes: four words, c_line, and 19 control characters.
 *
 *     0 c_iflag | 4 c_oflag | 8 c_cflag | 12 c_lflag | 16 c_line u8 | 17 c_cc[19]
 *
 * struct termios2 goes on with 36 c_ispeed and 40 c_ospeed; the older struct termio has 16-bit flags and 8 characters.
 */
export const TERMIOS_SIZE = 36;
export const TERMIOS2_SIZE = 44;
export const TERMIO_SIZE = 17;
export const NCCS = 19;
/** Control characters of struct termio. */
export const NCC = 8;

/** Indexes of c_cc. */
export const VINTR = 0;
export const VQUIT = 1;
export const VERASE = 2;
export const VKILL = 3;
export const VEOF = 4;
export const VTIME = 5;
export const VMIN = 6;
export const VSTART = 8;
export const VSTOP = 9;
export const VSUSP = 10;
export const VEOL = 11;
export const VREPRINT = 12;
export const VWERASE = 14;
export const VLNEXT = 15;
export const VEOL2 = 16;

/** Bits of c_iflag. */
export const IGNBRK = 0x1;
export const BRKINT = 0x2;
export const ISTRIP = 0x20;
export const INLCR = 0x40;
export const IGNCR = 0x80;
export const ICRNL = 0x100;
export const IXON = 0x400;
export const IXANY = 0x800;
export const IMAXBEL = 0x2000;
export const IUTF8 = 0x4000;

/** Bits of c_oflag. */
export const OPOST = 0x1;
export const ONLCR = 0x4;
export const OCRNL = 0x8;

/** Bits of c_cflag. */
export const CBAUD = 0x100f;
export const B38400 = 0xf;
export const CS8 = 0x30;
export const CREAD = 0x80;
export const HUPCL = 0x400;

/** Bits of c_lflag. */
export const ISIG = 0x1;
export const ICANON = 0x2;
export const ECHO = 0x8;
export const ECHOE = 0x10;
export const ECHOK = 0x20;
export const ECHONL = 0x40;
export const NOFLSH = 0x80;
export const ECHOCTL = 0x200;
export const ECHOKE = 0x800;
export const IEXTEN = 0x8000;

/** Queues of TCFLSH. */
export const TCIFLUSH = 0;
export const TCOFLUSH = 1;
export const TCIOFLUSH = 2;

/** struct winsize: ws_row, ws_col, ws_xpixel, ws_ypixel, 16-bit each. */
export const WINSIZE_SIZE = 8;
