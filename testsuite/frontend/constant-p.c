// SPDX-License-Identifier: MIT
/* __builtin_constant_p(): open in code, answered where C wants a constant. */
typedef _Bool bool;
extern int constant(long), variable(long);
static unsigned long level = 0;

bool in_conditional(unsigned long nr)
{
	return __builtin_constant_p(nr) ? constant(nr) : variable(nr);
}

int in_if(unsigned long nr)
{
	if (__builtin_constant_p(nr) && nr > 5)
		return constant(nr);
	return __builtin_constant_p(4) ? 1 : variable(4);
}

int in_choose_expr(int n)
{
	char size[__builtin_constant_p(3) ? 2 : 1];

	return __builtin_choose_expr(__builtin_constant_p(sizeof(size)), constant(1), variable(n));
}

/* Not a constant, though it is assigned only further down. */
int reads(void)
{
	if (level)
		return constant(level);
	return 0;
}

void assigns(unsigned long n)
{
	level = n;
}

/* The name's own line, and not that of the tag of the same name. */
struct device { int id; };
struct device *
device(struct device *d)
{
	return d;
}

/* As min() asks of the value that it has put aside. */
int in_local(long n)
{
	int few = 64;

	return __builtin_constant_p(few >= 0) && few >= 0 ? constant(n) : variable(n);
}
