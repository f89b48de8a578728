/*
 * calls: makes the system calls that standard input asks for, and prints what each gave. So a test of a call is a few
 * lines of text, which run natively and in linux-gate alike.
 *
 *     NUMBER ARGUMENT... [; SHOW...]    a call: prints its result and what SHOW says, on one line
 *     put ADDRESS SIZE VALUE            stores a number of SIZE (1, 2 or 4) bytes; prints nothing
 *     zero BUFFER                       clears a buffer; prints nothing
 *
 * ARGUMENT: a number (decimal, or hexadecimal behind 0x, perhaps negative); "a string", without blanks, with \\xHH for
 * any byte; &B+OFFSET, the address of a buffer; $K, what the K-th call gave; ^, the end of the data, from where on
 * nothing is mapped.
 * SHOW: uADDRESS, hADDRESS, bADDRESS: the unsigned number of 4, 2, 1 bytes there; xADDRESS:COUNT, bytes in hexadecimal;
 * sADDRESS, the string there.
 */
#include "system-call.h"

enum { NR_read = 3, NR_munmap = 91, NR_mmap2 = 192, ARGUMENTS = 6 };
enum { STRINGS_SIZE = 65536, BUFFERS = 8, BUFFER_SIZE = 8192, PAGE = 4096 };

static char input[1 << 18];
static int results[4096];
static int calls;
/*
 * What calls may write to: strings, behind them the buffers, behind those a page whose end is ^, and then nothing, so
 * that a call that writes too much does not change the program.
 */
static char *strings, *next_string, *buffers, *end_of_data;

static char output[8192];
static unsigned output_length;

static void put_char(char c)
{
	if (output_length < sizeof(output))
		output[output_length++] = c;
}

static void put_text(const char *text)
{
	while (*text)
		put_char(*text++);
}

static void put_unsigned(unsigned value)
{
	char digits[10];
	int count = 0;

	do {
		digits[count++] = '0' + value % 10;
		value /= 10;
	} while (value);
	while (count)
		put_char(digits[--count]);
}

static void put_byte(unsigned char value)
{
	put_char("0123456789abcdef"[value >> 4]);
	put_char("0123456789abcdef"[value & 15]);
}

static void flush(void)
{
	system_call(NR_write, 1, (unsigned)output, output_length);
	output_length = 0;
}

static int call(int number, const unsigned *arguments)
{
	int result;

	/* ESI and EDI come from the array by way of EAX; EBP last, for the compiler addresses by it. */
	__asm__ volatile("push %%ebp\n\t"
			 "push %%eax\n\t"
			 "mov 16(%%edi), %%eax\n\t"
			 "mov 12(%%edi), %%esi\n\t"
			 "mov 20(%%edi), %%ebp\n\t"
			 "mov %%eax, %%edi\n\t"
			 "pop %%eax\n\t"
			 "int $0x80\n\t"
			 "pop %%ebp"
			 : "=a"(result), "+D"(arguments)
			 : "0"(number), "b"(arguments[0]), "c"(arguments[1]), "d"(arguments[2])
			 : "esi", "memory");
	return result;
}

static unsigned hex_digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static unsigned parse_number(char **at)
{
	int negative = **at == '-';
	unsigned value = 0;

	if (negative)
		(*at)++;
	if ((*at)[0] == '0' && (*at)[1] == 'x') {
		*at += 2;
		while ((**at >= '0' && **at <= '9') || (**at >= 'a' && **at <= 'f'))
			value = value * 16 + hex_digit(*(*at)++);
	} else {
		while (**at >= '0' && **at <= '9')
			value = value * 10 + (unsigned)(*(*at)++ - '0');
	}
	return negative ? -value : value;
}

/* Copies the string, its escapes undone, to where a call may spoil it. */
static unsigned parse_string(char **at)
{
	char *start = next_string, *to = start;

	++*at;
	while (**at != '"') {
		if ((*at)[0] == '\\' && (*at)[1] == 'x') {
			*to++ = (char)(hex_digit((*at)[2]) << 4 | hex_digit((*at)[3]));
			*at += 4;
		} else {
			*to++ = *(*at)++;
		}
	}
	++*at;
	*to++ = 0;
	next_string = to;
	return (unsigned)start;
}

static unsigned parse_argument(char **at)
{
	unsigned value;

	switch (**at) {
	case '"':
		return parse_string(at);
	case '&':
		++*at;
		value = (unsigned)buffers + BUFFER_SIZE * parse_number(at);
		break;
	case '^':
		++*at;
		value = (unsigned)end_of_data;
		break;
	case '$':
		++*at;
		return (unsigned)results[parse_number(at)];
	default:
		return parse_number(at);
	}
	if (**at == '+' || **at == '-')
		*at += **at == '+', value += parse_number(at);
	return value;
}

static void skip_blanks(char **at)
{
	while (**at == ' ')
		++*at;
}

static void show(char **at)
{
	char kind = *(*at)++;
	const char *address = (const char *)parse_argument(at);
	unsigned count;

	put_char(' ');
	switch (kind) {
	case 'u':
		put_unsigned(*(const unsigned *)address);
		break;
	case 'h':
		put_unsigned(*(const unsigned short *)address);
		break;
	case 'b':
		put_unsigned(*(const unsigned char *)address);
		break;
	case 's':
		put_text(address);
		break;
	case 'x':
		++*at;
		for (count = parse_number(at); count; count--)
			put_byte((unsigned char)*address++);
		break;
	}
}

static void run_call(char **at)
{
	unsigned arguments[ARGUMENTS] = {0};
	int number = (int)parse_number(at), count = 0, result;

	for (skip_blanks(at); **at != '\n' && **at != ';'; skip_blanks(at))
		arguments[count++] = parse_argument(at);
	result = call(number, arguments);
	next_string = strings;
	results[calls++] = result;
	if (result < 0)
		put_char('-');
	put_unsigned(result < 0 ? -(unsigned)result : (unsigned)result);
	if (**at == ';')
		for (++*at, skip_blanks(at); **at != '\n'; skip_blanks(at))
			show(at);
	put_char('\n');
	flush();
}

static void run_put(char **at)
{
	char *address;
	unsigned size, value;

	*at += 4;
	address = (char *)parse_argument(at);
	skip_blanks(at);
	size = parse_number(at);
	skip_blanks(at);
	for (value = parse_argument(at); size; size--, value >>= 8)
		*address++ = (char)value;
}

static void run_zero(char **at)
{
	char *buffer;
	unsigned i;

	*at += 5;
	buffer = (char *)parse_argument(at);
	for (i = 0; i < BUFFER_SIZE; i++)
		buffer[i] = 0;
}

/* Maps it all, and a page more, which is taken away again: what is behind ^ is not mapped. */
static void map_data(void)
{
	const unsigned size = STRINGS_SIZE + BUFFERS * BUFFER_SIZE + PAGE;
	unsigned arguments[ARGUMENTS];

	arguments[0] = 0;
	arguments[1] = size + PAGE;
	arguments[2] = 3; /* PROT_READ | PROT_WRITE */
	arguments[3] = 0x22; /* MAP_PRIVATE | MAP_ANONYMOUS */
	arguments[4] = (unsigned)-1;
	arguments[5] = 0;
	strings = (char *)call(NR_mmap2, arguments);
	next_string = strings;
	buffers = strings + STRINGS_SIZE;
	end_of_data = strings + size;
	system_call(NR_munmap, (unsigned)end_of_data, PAGE, 0);
}

void start(struct arguments *arguments)
{
	char *at = input;
	int count, length = 0;

	(void)arguments;
	while ((count = system_call(NR_read, 0, (unsigned)input + (unsigned)length, sizeof(input) - 1 - (unsigned)length)) > 0)
		length += count;
	map_data();
	while (*at) {
		if (*at == 'p')
			run_put(&at);
		else if (*at == 'z')
			run_zero(&at);
		else
			run_call(&at);
		while (*at == '\n')
			at++;
	}
	leave(0);
}
