// SPDX-License-Identifier: MIT
/*
 * What was found about lock classes, as findings and summaries of the report.  Requires:
 * causes and results.  An inversion is reported beside the finding of the lock alone: the
 * cause is the same, the claim another.
 */
#include "analysis/inversion.h"

#include <stdlib.h>

#include "base/err.h"

#define WAYS_TRIED 64	/* of one cause */
#define GUESSES_MAX 3	/* ways of one half: with more an inversion is not reported */

/* ---- inversions -------------------------------------------------------------------- */

static bool is_by_pointer(const struct diag_hop *hop)
{
	return strcmp(hop->via, "direct") && strcmp(hop->via, "argument") && hop->n_targets > 1;
}

static bool same_module(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/*
 * In how many ways the calls by pointer of a path could go.  One that leads into the module that takes
 * the lock says which file system or driver the object at hand is of; there are such objects where there
 * are such locks.  What that module hands to others later is its own: a call of it that can lead back to one
 * place alone does.
 */
static u32 guesses(const struct diag_hop *hops, u32 n, const char *home)
{
	bool is_known = false;
	u32 r = 1, i;

	for (i = 0; i < n && r <= GUESSES_MAX; i++) {
		bool leads_home = i + 1 < n && same_module(hops[i + 1].at.module, home) &&
				  !same_module(hops[i].at.module, home);

		if (is_by_pointer(&hops[i]))
			r *= leads_home && (!is_known || hops[i].n_own == 1) ? 1 : hops[i].n_targets;
		is_known = is_known || leads_home || same_module(hops[i].at.module, home);
	}
	return r;
}

/*
 * The module in which reclaim takes the lock; NULL when the kernel proper holds it, whose lock then
 * is for more than the objects of one driver or file system.
 */
static const char *home_of(const struct diag_hop *chain, u32 n, const struct lock_result *res)
{
	return n && !!res->driver ? chain[n - 1].at.module : NULL;
}

static void only_contexts(struct findings *f, const struct found *x, u32 mask, struct diag_finding *d)
{
	struct engine *e = f->e;
	u32 i;

	if (f->roots->a.a[x->root].rule->id)
		return;		/* a resume's */
	vec_clear(&d->contexts);
	vec_clear(&d->path_contexts);
	for (i = 0; i < e->rules->contexts.n; i++) {
		const struct rule_context *c = &e->rules->contexts.a[i];
		u32 needs = context_needs(e, i);

		if (!c->needs || (mask & needs) != needs)
			continue;
		if (bitset_test(&x->contexts, i))
			vec_push(&d->contexts, c->name);
		if (bitset_test(&x->path_contexts, i))
			vec_push(&d->path_contexts, c->name);
	}
}

static const char *claim(struct findings *f, const struct lock_result *res, const struct diag_finding *d,
			 const char *by, struct arena *a)
{
	const char *readers = !res->only_readers ? "" : res->next ?
			      ", both of the first as readers: they wait for each other once a writer waits" :
			      ", both as readers: they wait for each other once a writer waits";

	if (res->is_work)
		return arena_printf(a, "%s %s %s(), and %s() allocates before that is done", d->lock.class_name, by,
				    d->root.function, res->holder);
	if (!res->next)
		return arena_printf(a, "%s %s %s(), and %s() holds it across an allocation%s", d->lock.class_name,
				    by, d->root.function, res->holder, readers);
	return arena_printf(a, "%s %s %s(), %s() holds it while it waits for %s, and %s() %s%s",
			    d->lock.class_name, by, d->root.function, res->holder,
			    engine_token_text(f->e, res->next, a), res->next_holder,
			    res->next_is_work ? "allocates before that is done" : "holds that across an allocation",
			    readers);
}

/* Not silently: the gap names the class. */
static void note_guess(struct engine *e, const struct diag_finding *d)
{
	u32 fn = program_find_fn(e->p, d->root.function);

	engine_gap(e, "capped", fn, 0, arena_printf(&e->arena, "an inversion of %s that rests on too many calls by "
						    "pointer is not reported", d->lock.class_name));
}

/* With too many of them it is not said; the finding of the lock alone says what is certain. */
static bool is_guess(const struct diag_finding *d, const struct lock_result *res)
{
	const char *home = home_of(d->chain.a, d->chain.n, res);

	return guesses(d->chain.a, d->chain.n, home) > GUESSES_MAX ||
	       guesses(res->witness.a, res->witness.n, home) > GUESSES_MAX;
}

/* Adds the allocation half and what follows from it. */
static void add_witness(struct findings *f, const struct lock_result *res, struct diag_finding *d, struct report *r)
{
	u32 i;

	for (i = 0; i < res->witness.n; i++)
		vec_push(&d->witness, copy_hop(&res->witness.a[i]));
	d->is_ended = res->is_work;
	if (res->next)
		d->second = (struct diag_second){ engine_token_text(f->e, res->next, &r->arena), res->next_is_work,
						  res->next_hop };
	if (!strcmp(d->confidence, "certain") &&
	    (res->next || res->by_driver || strcmp(finding_confidence(d->witness.a, d->witness.n), "certain")))
		d->confidence = "likely";
	if (res->only_readers || !strcmp(d->confidence, "possible"))
		d->severity = "warning";
	d->message = claim(f, res, d, res->is_waited ? "is waited for in memory reclaim by" :
			   "is taken in memory reclaim by", &r->arena);
	finding_fingerprint(d, &r->arena);
}

/* The way of the cause that is in the most contexts, or another one of it. */
static struct found by_way(const struct found *x, u32 n)
{
	struct found r = *x;

	if (n) {
		r.path = x->ways.a[n - 1].path;
		r.path_contexts = x->ways.a[n - 1].contexts;
	}
	return r;
}

static struct diag_finding make_inversion(struct findings *f, const struct found *x, const struct lock_result *res,
					  const struct rule_desc *desc, struct report *r)
{
	struct diag_finding d = finding_make(f, x, &(struct finding_options){ 0 }, r);

	d.rule = desc->id;
	d.severity = desc->severity;
	d.lock.class_name = engine_token_text(f->e, res->token, &r->arena);
	only_contexts(f, x, res->mask, &d);
	return d;
}

/* What is asked of the results: a class, with what the contexts of a cause need. */
struct wanted { const struct inversions *inv; u32 token, needs; bool reads, is_lock; };

/* The result for the driver that a way acts for; 'more': that one, if it is. */
static const struct lock_result *result_for(struct findings *f, const struct wanted *q, const struct found *way,
					    const struct lock_result *more)
{
	u32 acting = q->is_lock ? found_acting(f->e, &way->path, q->token) : 0;

	if (more)
		return more->acting == acting ? more : NULL;
	return inversions_get(q->inv, q->token, q->needs, q->reads, acting);
}

/*
 * A class may be of several drivers or file systems: one way in reclaim leads to this one's lock, another to
 * that one's.  The first is taken that is not too much of a guess given who holds it; false: none is.
 */
static bool report_result(struct findings *f, const struct found *x, const struct wanted *q,
			  const struct lock_result *more, struct report *r)
{
	const struct rule_desc *desc = ruleset_desc(f->e->rules, "reclaim-inversion");
	struct diag_finding d, guess = { 0 };
	u32 i;

	for (i = 0; desc && i <= x->ways.n && i <= WAYS_TRIED; i++) {
		struct found way = by_way(x, i);
		const struct lock_result *res = result_for(f, q, &way, more);

		if (!res || !res->witness.n)
			continue;
		d = make_inversion(f, &way, res, desc, r);
		if (!is_guess(&d, res)) {
			add_witness(f, res, &d, r);
			vec_push(&r->findings, d);
			diag_finding_free(&guess);
			return true;
		}
		if (guess.rule)
			diag_finding_free(&d);
		else
			guess = d;
	}
	if (guess.rule)
		note_guess(f->e, &guess);
	diag_finding_free(&guess);
	return false;
}

/* Work items that holders wait for: each once, whichever driver it is said of. */
static void report_more(struct findings *f, const struct found *x, const struct wanted *q, struct report *r)
{
	const struct inversions *inv = q->inv;
	struct map said = MAP_INIT;
	u32 i;

	for (i = 0; i < inv->more.n; i++) {
		const struct lock_result *more = &inv->more.a[i];

		if (more->token == q->token && more->needs == q->needs && more->reads == q->reads &&
		    !map_get(&said, more->next) && report_result(f, x, q, more, r))
			*map_put(&said, more->next, NULL) = 1;
	}
	map_free(&said);
}

/* Of the places at which a root waits for one thing, the first in the most contexts stands for all. */
static bool stands_for_all(struct findings *f, const struct found *x, u32 token)
{
	u32 i, n = x->ways.a[0].path.steps.n, count = bitset_count(&x->contexts);
	enum waits waits;

	for (i = 0; i < f->a.n * FOUND_CLASSES; i++) {
		const struct found *y = &f->a.a[i / FOUND_CLASSES];
		u32 other = bitset_count(&y->contexts), steps = y->ways.a[0].path.steps.n;

		if (y == x || y->root != x->root || y->is_dropped ||
		    found_class(f->e, y, i % FOUND_CLASSES, &waits) != token)
			continue;
		if (other > count || (other == count && (steps < n || (steps == n && y < x))))
			return false;
	}
	return true;
}

static void report_class(struct findings *f, const struct found *x, u32 n, const struct inversions *inv, struct report *r)
{
	struct wanted q = { .inv = inv, .reads = found_is_reader(f->e, x) };
	enum waits waits;

	q.token = found_class(f->e, x, n, &waits);
	q.is_lock = waits == WAITS_LOCK;
	if (!q.token || !found_needs(f, x, &q.needs) || (!q.is_lock && !stands_for_all(f, x, q.token)))
		return;
	report_result(f, x, &q, NULL, r);
	report_more(f, x, &q, r);
}

void inversion_report(struct findings *f, const struct found *x, const struct inversions *inv, struct report *r)
{
	u32 n;

	for (n = 0; n < FOUND_CLASSES; n++)
		report_class(f, x, n, inv, r);
}

static struct diag_place primed_place(const struct engine *e, const struct primed_class *p)
{
	return finding_place(e, p->fn, p->line ? p->line : e->p->fns.a[p->fn].line, 0);
}

/* The reclaim half is the statement. */
static void report_primed(struct findings *f, const struct primed_class *p, const struct lock_result *res,
			  struct report *r)
{
	const struct rule_desc *desc = ruleset_desc(f->e->rules, "reclaim-inversion");
	struct diag_finding d = { .rule = desc->id, .severity = desc->severity, .confidence = "certain" };
	struct diag_hop hop = { .at = primed_place(f->e, p), .via = "direct", .n_targets = 1 };
	u32 i;

	d.root = finding_place(f->e, p->fn, f->e->p->fns.a[p->fn].line, 0);
	d.root_kind = "priming";
	d.is_stated = true;
	for (i = 0; i < f->e->rules->contexts.n; i++)
		if (f->e->rules->contexts.a[i].needs &&
		    (res->mask & context_needs(f->e, i)) == context_needs(f->e, i))
			vec_push(&d.contexts, f->e->rules->contexts.a[i].name);
	d.lock.class_name = engine_token_text(f->e, p->token, &r->arena);
	d.lock.kind = res->kind ? res->kind : "lock";
	hop.calls = "a lock, as taken in reclaim";
	for (i = 0; i < f->e->rules->fns.n; i++)
		if (f->e->rules->fns.a[i].kind == RULE_PRIME)
			hop.calls = f->e->rules->fns.a[i].fn;
	d.sink = hop.at;
	d.sink.function = hop.calls;
	vec_push(&d.chain, hop);
	if (is_guess(&d, res)) {
		note_guess(f->e, &d);
		diag_finding_free(&d);
		return;
	}
	add_witness(f, res, &d, r);
	d.message = claim(f, res, &d, "is stated to be taken in memory reclaim by", &r->arena);
	vec_push(&r->findings, d);
}

/* ---- classes ------------------------------------------------------------------------ */

static struct diag_lock_summary *summary_of(struct report *r, struct map *index, u32 token)
{
	u64 *slot = map_put(index, token, NULL);
	struct diag_lock_summary none = { { NULL, NULL, NULL }, .leaf = false };

	if (!*slot) {
		vec_push(&r->locks, none);
		*slot = r->locks.n;
	}
	return &r->locks.a[*slot - 1];
}

static void add_place(struct engine *e, struct diag_lock_summary *s, const struct path *p)
{
	u32 fn = e->nodes.a[p->last].fn, i;
	const struct fact_insn *at = &engine_info(e, fn)->body->insns[e->nodes.a[p->last].events.a[p->event].insn];
	struct diag_place d = finding_place(e, fn, at->line, at->col);

	for (i = 0; i < s->taken_in_reclaim.n; i++)
		if (s->taken_in_reclaim.a[i].line == d.line && !strcmp(s->taken_in_reclaim.a[i].file, d.file))
			return;
	vec_push(&s->taken_in_reclaim, d);
}

/* LOCK in the text is the member or variable. */
static const char *snippet_for(struct findings *f, const char *class_name, struct arena *a)
{
	const char *text = NULL, *at, *name = class_name;
	u32 i;

	for (i = 0; i < f->e->rules->fns.n; i++)
		if (f->e->rules->fns.a[i].kind == RULE_PRIME)
			text = f->e->rules->fns.a[i].snippet;
	if (!text || !(at = strstr(text, "LOCK")))
		return NULL;
	if (!strncmp(name, "struct ", 7) && strchr(name, '.'))
		name = arena_printf(a, "x->%s", strchr(name, '.') + 1);
	return arena_printf(a, "%.*s%s%s", (int)(at - text), text, name, at + 4);
}

/* The weakest result with a witness. */
static const struct lock_result *any_witness(const struct inversions *inv, u32 token)
{
	u32 i;

	for (i = 0; i < inv->a.n; i++)
		if (inv->a.a[i].token == token && inv->a.a[i].witness.n)
			return &inv->a.a[i];
	return NULL;
}

static void finish_summary(struct findings *f, const struct inversions *inv, u32 token,
			   struct diag_lock_summary *s, struct report *r)
{
	const struct lock_result *res = any_witness(inv, token);
	u32 i;

	if (s->lock.class_name)
		return;
	s->lock.class_name = engine_token_text(f->e, token, &r->arena);
	s->leaf = !res && inversions_is_leaf(inv, token);
	for (i = 0; res && i < res->witness.n; i++)
		vec_push(&s->held_across, copy_hop(&res->witness.a[i]));
	for (i = 0; i < inv->priming.a.n; i++)
		if (inv->priming.a.a[i].token == token)
			vec_push(&s->primed, primed_place(f->e, &inv->priming.a.a[i]));
	if (!s->primed.n)
		s->snippet = snippet_for(f, s->lock.class_name, &r->arena);
}

void inversions_report(struct findings *f, const struct inversions *inv, struct report *r)
{
	struct map index = MAP_INIT;
	struct engine *e = f->e;
	u32 i, k;

	for (i = 0; i < f->a.n; i++) {
		const struct path *p = &f->a.a[i].ways.a[0].path;
		const struct rule_fn *rule = &e->rules->fns.a[e->nodes.a[p->last].events.a[p->event].rule];
		u32 token = found_token(e, &f->a.a[i]);
		struct diag_lock_summary *s;

		if (!token || rule->kind != RULE_LOCK)
			continue;
		s = summary_of(r, &index, token);
		finish_summary(f, inv, token, s, r);
		s->lock.kind = rule->lock_kind;
		for (k = 0; k < f->a.a[i].ways.n; k++)
			add_place(e, s, &f->a.a[i].ways.a[k].path);
	}
	for (i = 0; i < inv->priming.a.n; i++) {
		const struct primed_class *p = &inv->priming.a.a[i];
		const struct lock_result *res = any_witness(inv, p->token);

		finish_summary(f, inv, p->token, summary_of(r, &index, p->token), r);
		if (inversions_is_walked(f, p->token) || (i && p[-1].token == p->token) ||
		    !roots_asked(f->roots, pfn_name(e->p, p->fn)) ||
		    !ruleset_desc(e->rules, "reclaim-inversion"))
			continue;
		if (res)
			report_primed(f, p, res, r);
		for (k = 0; k < inv->more.n; k++)
			if (inv->more.a[k].token == p->token)
				report_primed(f, p, &inv->more.a[k], r);
	}
	map_free(&index);
}
