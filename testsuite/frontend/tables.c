// SPDX-License-Identifier: MIT
/* Initialisers of ops tables and other objects. */
struct ops { int (*open)(void *); void (*close)(void *); unsigned flags; const char *name; };
struct nested { struct { struct ops in; } deep; const struct ops *ptr; union { struct ops arm; long raw; }; };
struct driver { int id; struct ops ops[2]; struct driver *next; int numbers[3]; void (*tail)(void *); };
typedef struct { int (*fn)(void *); } untagged_t;

static int open_one(void *p) { return p != 0; }
static int open_two(void *p) { return p == 0; }
static void close_one(void *p) { (void)p; }
extern void close_far(void *p);

static const struct ops plain = { .open = open_one, .close = close_far, .flags = 5, .name = "plain" };
struct ops positional = { open_two, close_one };
const struct nested nested = {
	.deep.in.open = open_one,
	.deep = { .in = { .close = close_one, .flags = 1 } },
	.ptr = &plain,
	.arm = { .open = open_two, .flags = 2 },
};
struct driver last = { .id = 9 };
struct driver array[] = {
	{ .id = 1, .ops = { { .open = open_one }, [1] = { .close = close_one } }, .next = &array[1] },
	[2] = { .ops[1].open = open_two, .next = &last, .tail = close_far },
};
untagged_t untagged = { &open_one };
int (*pointer)(void *) = open_one;
int (*const pointers[])(void *) = { open_one, open_two, [4 ... 5] = open_one };
const int numbers[] = { 1, 0, -3 };
const struct driver constant = { .id = 7, .numbers = { 1, 2, 3 } };
struct ops *by_literal = &(struct ops){ .open = open_two, .close = close_one };
int *into = &array[1].numbers[2];
unsigned long sum = (unsigned long)&last + 8;

int local_static(void *p)
{
	static const struct ops ops = { .open = open_one, .flags = 3 };
	static int counter = 4;

	return ops.open(p) + counter++ + ops.flags;
}

void assigned(struct driver *d)
{
	d->ops[1].close = close_one;
	d->ops[0] = plain;
	d->next = &(struct driver){ .tail = close_far };
}

struct bits { unsigned a:3, b:5; int c:4; unsigned far; };
const struct bits bits[] = { { .a = 5, .b = 1, .c = -1, .far = 9 }, { .b = 2 } };

int two_statics(int n)
{
	if (n) {
		static int counter = 1;
		return counter++;
	} else {
		static int counter;
		return counter--;
	}
}

/* As good as const, as far as this file can tell; and too large to be looked at. */
struct placement { unsigned n; const struct bits *bits; };
struct large { unsigned n[100]; };
int placed(void)
{
	static struct placement kept = { .n = 1, .bits = bits };
	static struct large large = { .n = { 1, 2, 3 } };
	static int number = 4;

	return kept.n + large.n[1] + number;
}
