// SPDX-License-Identifier: MIT
/* __attribute__((cleanup)): the function is called at every exit of the scope. */
typedef unsigned long size_t;
struct mutex { int owner; };
extern void mutex_lock(struct mutex *lock);
extern void mutex_unlock(struct mutex *lock);
extern void kfree(const void *p);
extern void *kmalloc(size_t size, unsigned int flags);
extern int work(int n);

typedef struct mutex *class_mutex_t;
static inline void class_mutex_destructor(class_mutex_t *p)
{
	struct mutex *_T = *p;

	if (_T)
		mutex_unlock(_T);
}
static inline class_mutex_t class_mutex_constructor(struct mutex *_T)
{
	mutex_lock(_T);
	return _T;
}
static inline void free_it(void *p)
{
	kfree(*(void **)p);
}

#define CLASS(name, var) class_##name##_t var __attribute__((__cleanup__(class_##name##_destructor))) = class_##name##_constructor
#define guard(name) CLASS(name, guard_var)
#define scoped_guard(name, arg) \
	for (class_##name##_t scope __attribute__((__cleanup__(class_##name##_destructor))) = \
	     class_##name##_constructor(arg), *done = (void *)0; !done; done = (void *)1)
#define __free(f) __attribute__((__cleanup__(f)))

struct dev { struct mutex a, b; int n; };

int at_return(struct dev *d)
{
	guard(mutex)(&d->a);
	if (d->n)
		return work(d->n);	/* the value, then the unlock */
	return 0;
}

void at_end(struct dev *d)
{
	work(1);
	{
		guard(mutex)(&d->a);
	}
	work(2);
	if (d->n) {
		guard(mutex)(&d->b);
	}
	work(3);
}

int in_reverse(struct dev *d)
{
	void *p __free(free_it) = kmalloc(8, 0);
	guard(mutex)(&d->a);

	if (!p)
		return -12;
	return 0;
}

void in_loop(struct dev *d)
{
	for (int i = 0; i < 10; i++) {
		guard(mutex)(&d->a);
		if (i == 3)
			continue;
		if (i == 5)
			break;
		work(i);
	}
}

int scoped(struct dev *d)
{
	scoped_guard(mutex, &d->a) {
		if (work(1))
			return 1;
		if (work(2))
			break;
	}
	return 2;
}

int by_goto(struct dev *d)
{
	if (d->n) {
		guard(mutex)(&d->a);
		if (work(1))
			goto out;
		{
			guard(mutex)(&d->b);
again:
			if (work(2))
				goto again;
			if (work(3))
				goto out;
		}
	}
	return 0;
out:
	return 1;
}

int in_statement_expression(struct dev *d)
{
	int n = ({
		guard(mutex)(&d->a);
		work(4);
	});

	return n + work(5);
}

void in_switch(struct dev *d)
{
	switch (d->n) {
	case 1: {
		guard(mutex)(&d->a);
		work(1);
		break;
	}
	default:
		work(2);
	}
	work(3);
}
