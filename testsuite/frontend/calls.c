// SPDX-License-Identifier: MIT
/* Calls: direct, wrapped, through pointers and tables, builtins, those that do not return. */
typedef unsigned long size_t;
typedef int (*handler_t)(int n);
struct ops {
	int (*open)(void *p);
	void (*close)(void *p, ...);
	handler_t table[4];
};
struct dev { const struct ops *ops; struct ops own; void *priv; };

extern int plain(int n);
extern void variadic(const char *fmt, ...);
extern void panic(const char *fmt, ...) __attribute__((noreturn));
extern void *memset(void *p, int c, size_t n);
extern void register_handler(handler_t fn, void *data);
extern int weak_one(void);

static int handler(int n)
{
	return n + 1;
}
static inline int wrapper(int n)
{
	return plain(n);
}
static inline int unused_inline(int n)
{
	return plain(n + 1);
}

int __attribute__((weak)) weak_one(void)
{
	return 0;
}

static int __attribute__((__section__(".init.text"))) at_boot(void)
{
	return 1;
}

int direct(int n)
{
	return wrapper(n) + plain(sizeof(struct dev)) + at_boot() + weak_one();
}

int indirect(struct dev *d, handler_t fn, int i)
{
	d->ops->open(d->priv);
	(*d->own.close)(d, 1, 2);
	fn(3);
	return d->own.table[i](4) + d->own.table[2](5);
}

void as_arguments(void *data)
{
	register_handler(handler, data);
	register_handler(&handler, data);
	register_handler(data ? handler : (handler_t)0, data);
	variadic("%d %s", 1, "two");
}

void builtins(char *p, size_t n)
{
	size_t sum;

	__builtin_memset(p, 0, n);
	if (__builtin_expect(!!(n > 3), 0))
		__builtin_memcpy(p, p + 1, n);
	if (__builtin_constant_p(n))
		plain(1);
	if (__builtin_add_overflow(n, 1, &sum))
		plain(2);
	plain((int)sum);
	plain(__builtin_choose_expr(1, 3, "no"));
	plain(__builtin_types_compatible_p(int, long));
	plain(__builtin_ffs((int)n));
}

int does_not_return(int n)
{
	if (n == 1)
		panic("one");
	if (n == 2) {
		plain(n);
		__builtin_unreachable();
	}
	return n;
}

void not_reached(void)
{
	if (0)
		unused_inline(1);
	if (sizeof(int) == 4 || plain(1))
		plain(2);
	return;
	plain(3);
}
