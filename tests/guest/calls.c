/*
 * calls: makes the system calls that standard input asks for, and prints what each gave. So a test of a call is a few
 * lines of text, which run natively and in linux-gate alike.
 *
 *     NUMBER ARGUMENT... [; SHOW...]    a call: prints its result and what SHOW says, on one line
 *     put ADDRESS SIZE VALUE            stores a number of SIZE (1, 2 or 4) bytes; prints nothing
 *     zero BUFFER                       clears a buffer; prints nothing
 *
 * ARGUMENT: a number (decimal, or hexadecimal behind 0x, perhaps negative); "a string", without blanks, with \\xHH for
 * any byte; &B+OFFSET, the address of a buffer; $K, what the K-th call gave; ^, the end of the address space of this
 * program's data, from where on nothing is mapped.
 * SHOW: uADDRESS, hADDRESS, bADDRESS: the unsigned number of 4, 2, 1 bytes there; xADDRESS:COUNT, bytes in hexadecimal;
 * sADDRESS, the string there.
 */
#include "system-call.h"

enum { NR_read = 3, NR_mmap2 = 192, BUFFERS = 8, BUFFER_SIZE = 8192, ARGUMENTS = 6 };

static char input[1 << 18];
static char buffers[BUFFERS][BUFFER_SIZE] __attribute__((aligned(4096)));
static int results[4096];
static int calls;
static char *end_of_data;

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

/* Undoes the escapes where the string stands, and ends it with a zero. */
static unsigned parse_string(char **at)
{
	char *start = ++*at, *to = start;

	while (**at != '"') {
		if ((*at)[0] == '\\' && (*at)[1] == 'x') {
			*to++ = (char)(hex_digit((*at)[2]) << 4 | hex_digit((*at)[3]));
			*at += 4;
		} else {
			*to++ = *(*at)++;
		}
	}
	++*at;
	*to = 0;
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
		value = (unsigned)buffers[parse_number(at)];
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

/* Two pages, and the second taken away again: what is behind ^ is not mapped. */
static void find_end(void)
{
	const unsigned map[ARGUMENTS] = {0, 8192, 3, 0x22, (unsigned)-1, 0};
	const unsigned unmap[ARGUMENTS] = {0, 4096};
	unsigned arguments[ARGUMENTS];
	int i;

	for (i = 0; i < ARGUMENTS; i++)
		arguments[i] = map[i];
	end_of_data = (char *)call(NR_mmap2, arguments) + 4096;
	for (i = 0; i < ARGUMENTS; i++)
		arguments[i] = unmap[i];
	arguments[0] = (unsigned)end_of_data;
	call(91, arguments);
}

void start(struct arguments *arguments)
{
	char *at = input;
	int count, length = 0;

	(void)arguments;
	while ((count = system_call(NR_read, 0, (unsigned)input + (unsigned)length, sizeof(input) - 1 - (unsigned)length)) > 0)
		length += count;
	find_end();
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
