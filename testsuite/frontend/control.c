// SPDX-License-Identifier: MIT
/* Branches, loops, switches, gotos, conditions as values, asm. */
extern int f(int n);
extern void g(long n);
enum mode { OFF, ON, AUTO };
static int zero;

int conditions(int a, int b, int c)
{
	if (a && b)
		f(1);
	if (a || (b &&
		  c))
		f(2);
	if (!(a && !b))
		f(3);
	if (a > 3 &&
	    (unsigned)b >= 4u)
		f(4);
	return a ? f(5) : b ?: f(6);
}

int values(int a, int b)
{
	int x = a && f(a), y = !b, z = (a, b);
	_Bool t = b;

	g(({ int q = a; q += 2; q * 3; }));
	g(t ? -1 : 1u);
	return x | y | z;
}

int loops(int n)
{
	int i, sum = 0;

	for (i = 0; i < n; i++) {
		if (i == 3)
			continue;
		sum += f(i);
	}
	while (n--)
		if (f(n))
			break;
	do {
		sum--;
	} while (sum > 0);
	do
		f(7);
	while (0);
	return sum;
}

int switches(enum mode m, long n)
{
	switch (m) {
	case OFF:
		return 0;
	case ON:
		f(1);
		/* fall through */
	case AUTO:
		f(2);
	}
	switch (n) {
	case -5 ... -1:
		return 1;
	case 10:
	case 12 ... 20:
		return 2;
	default:
		break;
	}
	return 3;
}

int gotos(int n)
{
	static void *const targets[] = { &&one, &&two };

	if (n > 5)
		goto out;
	goto *targets[n & 1];
one:
	f(1);
two:
	f(2);
out:
	return n;
}

int assembly(int *p)
{
	int r;
	unsigned long flags;

	asm volatile("# %0 %1" : "=r" (r) : "r" (p), "m" (zero) : "memory");
	asm("" : "+m" (*p));
	asm volatile("" : "=r" (flags));
	asm goto("" : : "i" (1) : : failed);
	g((long)flags);
	return r;
failed:
	return -1;
}

static inline _Bool branch(int key)
{
	asm goto("" : : "i" (key) : : yes);
	return 0;
yes:
	return 1;
}
int uses(void)
{
	return branch(1) ? f(1) : f(2);
}

int address_taken(void)
{
	int local = 1, other = 2;

	f((int)(long)&local);
	local++;
	return local + other;
}

double floating(double d, int n)
{
	if (d > 1.5)
		f((int)d);
	return d * n;
}

long conversions(unsigned char c, short s, unsigned u, long l)
{
	g(c);
	g(s);
	g(u);
	g((int)l);
	g((unsigned short)l);
	g((char)-1);
	return -1;
}

int only_declared(int n)
{
	int undefined;

	if (n)
		undefined = 4;
	return undefined;
}

void void_arm(int n)
{
	n ? f(8) : (void)0;
	f(9);
}

int declaration_in_statement_expression(void)
{
	extern void done(int *p);
	int n = f(1);

	({ int held __attribute__((cleanup(done))) = n; });
	return f(2);
}

struct task;
struct task *poison(int n)
{
	return n ? (void *)-1UL : (struct task *)0;
}
struct task *retry(void)
{
	return (void *)-1UL;
}
