/** uapi/asm-generic/poll.h, and the sets of select(2) that linux/fs/select.c makes of its bits. */

export const POLLIN = 0x0001;
export const POLLPRI = 0x0002;
export const POLLOUT = 0x0004;
export const POLLERR = 0x0008;
export const POLLHUP = 0x0010;
export const POLLNVAL = 0x0020;
export const POLLRDNORM = 0x0040;
export const POLLRDBAND = 0x0080;
export const POLLWRNORM = 0x0100;
export const POLLWRBAND = 0x0200;
export const POLLRDHUP = 0x2000;

/** What select(2) takes for 'readable', 'writable' and 'exceptional'. */
export const POLLIN_SET = POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR;
export const POLLOUT_SET = POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR;
export const POLLEX_SET = POLLPRI;

/** struct pollfd: int fd; short events; short revents. */
export const POLLFD_SIZE = 8;
export const POLLFD_EVENTS = 4;
export const POLLFD_REVENTS = 6;
