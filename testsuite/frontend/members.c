// SPDX-License-Identifier: MIT
/* Members: the innermost named struct, arrays, unions, unnamed structs, bit-fields, casts. */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define container_of(p, type, m) ((type *)((void *)(p) - __builtin_offsetof(type, m)))
struct list { struct list *next, *prev; };
typedef struct { int counter; } atomic_t;
struct lock { atomic_t val; };
struct base { struct list list; struct lock lock; atomic_t refs; };
struct pair { int a, b; };
struct obj {
	struct base base;
	struct { struct lock lock; struct list lists[3]; int *slots[4]; } mm;
	union { struct pair pair; long number; struct { int x, y; }; };
	struct pair pairs[4];
	unsigned low:3, mid:10;
	int sign:5;
	struct obj *parent;
	char name[16];
};
extern void take(void *p);
extern void lock(struct lock *l);
extern void lists(struct list *l);
extern void number(long n);

void addresses(struct obj *o)
{
	lock(&o->base.lock);
	lock(&o->mm.lock);
	lists(&o->base.list);
	take(&o->base);
	take(&o->parent->parent->mm.lists[1]);
	lists(o->mm.lists);
	take(&o->base.refs.counter);
	take(o->name);
	take(&o->name[3]);
}

void accesses(struct obj *o, int i)
{
	number(o->base.refs.counter);
	number(o->pairs[2].b);
	number(o->pairs[i].b);
	number(*o->mm.slots[i]);
	number(*o->mm.slots[1]);
	number(o->pair.b);
	number(o->number);
	number(o->y);
	number(o->name[i]);
	number(o->low + o->mid + o->sign);
	o->mid = i;
	o->sign = -1;
	o->parent->pairs[i] = o->pair;
}

void once(struct obj *o)
{
	number(READ_ONCE(o->base.refs.counter));
	number(READ_ONCE(o->mm.slots[2])[0]);
	WRITE_ONCE(o->parent, o);
	take(READ_ONCE(o->parent));
}

void outwards(struct list *l)
{
	struct base *b = container_of(l, struct base, list);
	struct obj *o = container_of(b, struct obj, base);
	struct obj *p = container_of(l, struct obj, mm.lists[0]);

	lock(&b->lock);
	lock(&o->mm.lock);
	take(p->parent);
}

struct pair global;
struct pair whole(struct obj *o, struct pair in)
{
	struct pair copy = o->pairs[0], init = { .b = in.a };
	int n[3] = { 1, 2 };
	struct obj zero = { };

	global = copy;
	global.a = init.b + n[o->low];
	take(&zero);
	return *(struct pair *)o->name;
}

void arithmetic(struct pair *p, int i)
{
	number(p[1].b);
	number((p + i)->b);
	number((p - 1)->b);
	p++;
	number(p->a);
}

void unnamed(void)
{
	struct { int x; struct lock l; } here = { 1 };

	lock(&here.l);
	number(here.x);
}

struct page { unsigned long flags; void *private; };
struct folio { union { struct { unsigned long flags; void *private; }; struct page page; }; };
void same_name(struct folio *f)
{
	take(f->private);
	take(f->page.private);
	take(&f->flags);
	take(&f->page.flags);
	take(&f->page);
}
