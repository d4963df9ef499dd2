// SPDX-License-Identifier: MIT
/* Who else sees a definition: inline without static, weak in every position, typeof() of a function. */
#define gnu_inline inline __attribute__((__gnu_inline__)) __attribute__((__unused__))
struct thing { int n; };

extern int declared(int n);
inline int c11_alone(int n)			/* another TU must define it */
{
	return n;
}
inline int declared(int n)
{
	return n + 1;
}
extern inline int c11_extern(int n)
{
	return n + 2;
}

extern int gnu_declared(int n);
gnu_inline int gnu_declared(int n)
{
	return n + 3;
}
gnu_inline struct thing *gnu_pointer(struct thing *t)
{
	return t;
}
extern gnu_inline int gnu_extern(int n)		/* for inlining only */
{
	return n + 4;
}
static gnu_inline int gnu_static(int n)
{
	return n + 5;
}
static int static_before(int n);
int static_before(int n)
{
	return gnu_static(n) + gnu_extern(n);
}

__attribute__((weak)) struct thing *weak_before(void)
{
	return 0;
}
const char * __attribute__((weak)) weak_behind_star(void)
{
	return 0;
}
void *weak_behind(void) __attribute__((weak));
void *weak_behind(void)
{
	return 0;
}
int **__attribute__((__weak__)) weak_pointer = 0;
__attribute__((weak)) struct thing *weak_table[2] = { 0 };
struct thing *strong(struct thing *t)
{
	return t;
}

extern typeof(strong) same_type;		/* has the type, and no body */
struct thing *calls(struct thing *t)
{
	return same_type(t) + static_before(same_type(t)->n);
}

int one_declaration(int n);
__attribute__((__const__)) int one_declaration(int n)	/* attributes may differ */
{
	return n;
}
