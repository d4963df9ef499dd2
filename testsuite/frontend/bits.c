// SPDX-License-Identifier: MIT
/* Bit-fields: beside bools, in runs, in unions, in initialisers; one run is one memory location. */
typedef unsigned char u8;
typedef _Bool bool;

struct one { bool t; unsigned int n : 1; };			/* n: bit 8 */
struct two { bool t, u; unsigned int n : 1, m : 3; u8 raw; };	/* n: bit 16 */
struct flags { unsigned long a : 1, b : 7; bool c : 1; u8 last; };
struct split { int a : 3; int : 0; int b : 5; u8 tail; };
union word { unsigned int raw; struct { unsigned int low : 24, high : 8; }; };
struct wide { unsigned long x : 40, y : 24; unsigned int z : 32; };

const struct two two = { .t = 1, .u = 1, .n = 1, .m = 5, .raw = 7 };
const struct flags table[] = { { .a = 1, .c = 1 }, { .b = 3, .last = 2 } };

int sizes(void)
{
	return sizeof(struct one) << 24 | sizeof(struct two) << 16 | sizeof(struct flags) << 8 |
	       sizeof(struct split);
}

int read(const struct one *one, const struct two *two, const struct split *s)
{
	return one->n + two->n + two->m + s->a + s->b;
}

void write(struct one *one, struct two *two, struct flags *f, int n)
{
	one->n = n;
	two->m = n;
	two->u = n;
	f->b++;
	f->c = n;
}

unsigned int union_arm(union word *w, struct wide *wide)
{
	w->high = 3;
	wide->z = w->low;
	return wide->y;
}

int converted(u8 n)
{
	bool constant = (bool)(u8)2, value = n;

	return constant + value + (n & 4 ? (bool)n : !n);
}
