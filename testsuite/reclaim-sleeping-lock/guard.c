// SPDX-License-Identifier: MIT
/*
 * check-name: guard(), scoped_guard() and their conditional forms
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/shrinker.h>

struct table { struct mutex guard_lock, scope_lock, try_lock; struct rw_semaphore sem; unsigned long n; };
static struct table table;
struct gate { long n; struct mutex lock, other; };
struct port { struct gate *gate; };
static struct port *port;

/* As DEFINE_LOCK_GUARD_1() makes it: a guard that keeps the address of its lock. */
typedef struct { struct mutex *lock; } class_gate_t;

static inline class_gate_t class_gate_constructor(struct mutex *l)
{
	class_gate_t _t = { .lock = l }, *_T = &_t;

	mutex_lock(_T->lock);
	return _t;
}

static inline void class_gate_destructor(class_gate_t *_T)
{
	if (_T->lock)
		mutex_unlock(_T->lock);
}

static unsigned long table_count_ok(struct shrinker *s, struct shrink_control *sc)
{
	return table.n;
}

static unsigned long guard_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	guard(mutex)(&table.guard_lock);	/* expect: reclaim-sleeping-lock "table.guard_lock" contexts=all */
	table.n--;
	return 1;
}

static unsigned long scope_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	scoped_guard(mutex, &table.scope_lock)	/* expect: reclaim-sleeping-lock "table.scope_lock" contexts=all */
		table.n--;
	scoped_guard(rwsem_read, &table.sem) {	/* expect: reclaim-sleeping-lock "table.sem" contexts=all */
		if (!table.n)
			return SHRINK_STOP;
	}
	return 1;
}

static unsigned long try_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	scoped_cond_guard(mutex_try, return SHRINK_STOP, &table.try_lock)
		table.n--;
	return 1;
}

/* The class without guard(): its pointer says whether it has the lock. */
static unsigned long class_scan_ok(struct shrinker *s, struct shrink_control *sc)
{
	CLASS(mutex_try, held)(&table.try_lock);

	if (!held)
		return SHRINK_STOP;
	table.n--;
	return 1;
}

static void port_flush(struct port *p)
{
	guard(gate)(&p->gate->lock);
	p->gate->n++;
}

static unsigned long gate_scan_bad(struct shrinker *s, struct shrink_control *sc)
{
	guard(gate)(&port->gate->other);	/* expect: reclaim-sleeping-lock "gate.other" contexts=all */
	port_flush(port);			/* expect: reclaim-sleeping-lock "gate.lock" contexts=all */
	return 1;
}

static struct shrinker gated = { .count_objects = table_count_ok, .scan_objects = gate_scan_bad };
static struct shrinker guarded = { .count_objects = table_count_ok, .scan_objects = guard_scan_bad };
static struct shrinker scoped = { .count_objects = table_count_ok, .scan_objects = scope_scan_bad };
static struct shrinker tried = { .count_objects = table_count_ok, .scan_objects = try_scan_ok };
static struct shrinker classed = { .count_objects = table_count_ok, .scan_objects = class_scan_ok };

int table_init(void)
{
	register_shrinker(&guarded, "guarded");
	register_shrinker(&scoped, "scoped");
	register_shrinker(&tried, "tried");
	register_shrinker(&gated, "gated");
	return register_shrinker(&classed, "classed");
}
