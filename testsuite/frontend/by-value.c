// SPDX-License-Identifier: MIT
/* Structs as arguments and results: one value each, in whatever registers they travel. */
struct one { unsigned long v; };
struct two { long a, b; };
struct big { long v[4]; int n; };
struct mixed { int n; char c; };
extern struct one next(struct one o);
extern void take(struct two t, int n, struct big b);
extern struct big make(struct mixed m, int n);
extern void number(long n);

struct one one(struct one o, int n)
{
	o.v += n;
	return next(o);
}

void two(int n, struct two t, struct big b, int m)
{
	number(n);
	number(t.b);
	number(b.v[2]);
	number(m);
	take(t, m, b);
}

struct big big(struct big *from, int n)
{
	struct big copy = *from;
	struct mixed m = { .n = 3 };

	if (n)
		return make(m, n);
	copy.n = n;
	return copy;
}

int through_pointer(struct big (*fn)(struct two, int), struct two t)
{
	return fn(t, 7).n;
}

struct big registers(void)
{
	return (struct big){ .n = 7 };
}

void program(struct big *to)
{
	*to = registers();
}
