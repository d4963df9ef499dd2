// SPDX-License-Identifier: MIT
/* Macros with __VA_OPT__, which libsparse does not know. */
#define FIRST(a, ...) a
#define IF_ARGS(then, otherwise, ...) FIRST(__VA_OPT__(then,) otherwise)
#define CALL(fn, args...) fn(1 __VA_OPT__(, (2, args)) )
#define COUNT(...) (0 __VA_OPT__(+ sum(__VA_ARGS__, IF_ARGS(3, 4))))
#define COMMON(x) x

int sum(int n, ...);

int used(int a)
{
	IF_ARGS(sum(10), sum(20), a);
	IF_ARGS(sum(11), sum(21));
	CALL(sum);
	CALL(sum, a, a + 1);
	return COUNT() + COUNT(a) + COMMON(CALL(sum, 5));
}

#define EMPTY
#define REST(x, rest...) IF_ARGS(FIRST(rest), x, FIRST(rest))

int expands_to_nothing(int a)
{
	sum(IF_ARGS(30, 31, EMPTY));
	sum(REST(40));
	return sum(REST(41, 42)) + sum(IF_ARGS(50, 51, (a), 2));
}
