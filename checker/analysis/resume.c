// SPDX-License-Identifier: MIT
/*
 * The check of a mark (rule reclaim-unsafe-mark): from the callbacks that resume and
 * suspend a device of the marked module, no allocation may enter reclaim.
 *
 * The driver's own callbacks are those of tables that its module fills; the bus's are
 * those of the table that the rules name for the kind of driver.  The first is
 * walked in an engine that assumes what the mark assumes, the second without the driver's
 * code.  What the driver's callbacks ask of the bus's code is told apart from their own.
 * For a predicate both answers are judged: what it claims, and, for comparison,
 * what it does not.  The bus's part does not depend on the answer.
 *
 * Nor may they take a lock that somebody holds across such an allocation: reclaim waits for it as if it
 * took the lock itself.  That is asked where the claim silences something and no allocation
 * refutes it yet; else locks that may block are listed only.
 */
#include "analysis/resume.h"

#include <stdlib.h>

#include "analysis/alloc.h"
#include "analysis/assume.h"
#include "analysis/inversion.h"
#include "analysis/reclaim.h"
#include "base/buf.h"

struct judge {
	struct engine *e;
	struct report *r;
	const struct mark *mark;
	struct diag_mark *out;
	const char *when;		/* of the judgements being made */
	bool is_claimed;
	bool is_brief;			/* somebody waits for an answer about files that have changed */
	struct assumptions assumed;
	u32 true_predicate;
	VEC(const char *) bus_files;	/* that hold the bus's callbacks */
};

/* One part as it is judged.  'asked' is what the driver's callbacks call of the bus. */
struct part { struct diag_judgement own, asked; u64 best_own, best_asked; u32 n_possible, n_unsure; };

/* ---- what is resumed --------------------------------------------------------------- */

static void add_slots(struct program *p, const struct rule_root *rule, u32 module, u32 table, struct roots *ret)
{
	u32 i, k, m;

	for (k = 0; k < rule->n_entries; k++) {
		m = program_find_member(p, rule->tag, rule->entries[k].member);
		for (i = 0; m && i < p->members.a[m].n_slots; i++) {
			u32 slot = p->members.a[m].first_slot + i;
			const struct pslot *s = &p->slots.a[slot];
			struct root root = { rule, &rule->entries[k], s->fn, slot, module };

			if (p->fns.a[s->fn].defined &&
			    (table ? s->var == table : p->fns.a[s->fn].module == module))
				vec_push(&ret->a, root);
		}
	}
}

static void driver_roots(struct engine *e, u32 module, struct roots *ret)
{
	u32 i;

	for (i = 0; i < e->rules->resumes.n; i++)
		add_slots(e->p, &e->rules->resumes.a[i], module, 0, ret);
}

/* Has the module a table of that tag? */
static bool is_on_bus(const struct program *p, u32 module, const char *tag)
{
	u32 i;

	for (i = 1; i < p->vars.n; i++)
		if (p->vars.a[i].defined && p->vars.a[i].module == module &&
		    !strcmp(program_str(p, p->vars.a[i].tag), tag))
			return true;
	return false;
}

static void table_roots(struct engine *e, u32 module, const char *table, struct roots *ret)
{
	const struct program *p = e->p;
	u32 var, k;

	for (var = 1; var < p->vars.n; var++) {
		if (!p->vars.a[var].defined || strcmp(program_str(p, p->vars.a[var].name), table))
			continue;
		for (k = 0; k < e->rules->resumes.n; k++)
			add_slots(e->p, &e->rules->resumes.a[k], module, var, ret);
	}
}

static void bus_roots(struct engine *e, u32 module, struct roots *ret)
{
	u32 i;

	for (i = 0; i < e->rules->buses.n; i++)
		if (is_on_bus(e->p, module, e->rules->buses.a[i].driver))
			table_roots(e, module, e->rules->buses.a[i].table, ret);
}

/* ---- one part ------------------------------------------------------------------------ */

static void drop_evidence(struct diag_judgement *d)
{
	u32 i;

	for (i = 0; i < d->evidence.n; i++)
		vec_free(&d->evidence.a[i].guards);
	vec_clear(&d->evidence);
}

static void take_evidence(const struct diag_finding *from, struct diag_judgement *to)
{
	u32 i, k;

	drop_evidence(to);
	for (i = 0; i < from->chain.n; i++) {
		struct diag_hop hop = from->chain.a[i];

		memset(&hop.guards, 0, sizeof(hop.guards));
		for (k = 0; k < from->chain.a[i].guards.n; k++)
			vec_push(&hop.guards, from->chain.a[i].guards.a[k]);
		vec_push(&to->evidence, hop);
	}
}

/*
 * What is shown first: a resume before a suspend, direct calls before calls by pointer,
 * what the driver can mend before what it calls does, the short before the long.  Less
 * is better.
 */
static u64 rank(const struct diag_finding *f, const struct rule_root *rule, const char *module)
{
	u32 entry, i, outside = 0, indirect = 0;

	for (entry = 0; entry + 1 < rule->n_entries && strcmp(rule->entries[entry].member, f->root_member); entry++)
		;
	for (i = 0; i < f->chain.n; i++) {
		outside += !f->chain.a[i].at.module || strcmp(f->chain.a[i].at.module, module);
		indirect += strcmp(f->chain.a[i].via, "direct") != 0;
	}
	return (u64)entry << 48 | (u64)indirect << 32 | (u64)outside << 16 | f->chain.n;
}

/* Does the path go through the code of the bus?  Its folder tells it. */
static bool is_asked_of_bus(const struct judge *j, const struct diag_finding *f, const char *module)
{
	u32 i, k;

	for (i = 0; i < f->chain.n; i++) {
		const struct diag_place *at = &f->chain.a[i].at;

		for (k = 0; k < j->bus_files.n; k++) {
			const char *slash = strrchr(j->bus_files.a[k], '/');
			size_t len = slash ? (size_t)(slash - j->bus_files.a[k]) + 1 : 0;

			if (len && !strncmp(at->file, j->bus_files.a[k], len) &&
			    (!at->module || strcmp(at->module, module)))
				return true;
		}
	}
	return false;
}

/* A finding that can be believed refutes, and stays if it is claimed that there is none. */
static bool take_finding(struct judge *j, struct diag_finding *f, const struct root *root, bool is_bus,
			 struct part *part)
{
	const char *module = program_str(j->e->p, j->e->p->modules.a[root->module].name);
	bool is_asked = !is_bus && is_asked_of_bus(j, f, module);
	struct diag_judgement *d = is_asked ? &part->asked : &part->own;
	u64 *best = is_asked ? &part->best_asked : &part->best_own;

	if (!strcmp(f->confidence, "possible")) {
		part->n_possible++;
		return false;
	}
	d->n_allocations++;
	if (rank(f, root->rule, module) < *best) {
		*best = rank(f, root->rule, module);
		take_evidence(f, d);
	}
	return j->is_claimed;
}

/* The findings from 'first' on. */
static void take_findings(struct judge *j, u32 first, const struct root *root, bool is_bus, struct part *part)
{
	u32 i, n = first;

	for (i = first; i < j->r->findings.n; i++) {
		struct diag_finding *f = &j->r->findings.a[i];

		if (take_finding(j, f, root, is_bus, part))
			j->r->findings.a[n++] = *f;
		else
			diag_finding_free(f);
	}
	j->r->findings.n = n;
}

static bool has_lock(const struct diag_judgement *d, const struct diag_lock *lock)
{
	u32 i;

	for (i = 0; i < d->locks.n; i++)
		if (!strcmp(d->locks.a[i].lock.class_name, lock->class_name) &&
		    !strcmp(d->locks.a[i].lock.kind, lock->kind))
			return true;
	return false;
}

static int by_class(const void *a, const void *b)
{
	const struct diag_lock_use *x = a, *y = b;
	int c = strcmp(x->lock.class_name, y->lock.class_name);

	return c ? c : strcmp(x->lock.kind, y->lock.kind);
}

static void note_event(struct judge *j, const struct engine *e, u32 node, const struct node_event *ev,
		       struct diag_judgement *d, u32 *n_unsure)
{
	const struct rule_fn *rule = &e->rules->fns.a[ev->rule];
	struct diag_lock_use use = { .lock = { NULL, rule->lock_kind, finding_lock_mode(rule) } };
	const struct pfn *f = &e->p->fns.a[e->nodes.a[node].fn];

	*n_unsure += rule->kind == RULE_ALLOC && ev->token == ALLOC_UNSURE;
	if (rule->kind != RULE_LOCK && rule->kind != RULE_WAIT)
		return;
	use.lock.class_name = ev->token ? engine_token_text(e, ev->token, &j->r->arena) :
			      rule->lock_class ? rule->lock_class : pfn_name(e->p, ev->callee);
	if (has_lock(d, &use.lock))
		return;
	use.at.function = program_str(e->p, f->name);
	use.at.file = program_str(e->p, f->file);
	use.at.line = e->info[e->nodes.a[node].fn]->body->insns[ev->insn].line;
	vec_push(&d->locks, use);
}

/* Locks and unknown masks on every way from the roots. */
static u32 look_at_events(struct judge *j, const struct engine *e, const struct roots *roots,
			  struct diag_judgement *d)
{
	struct bitset seen = { 0 };
	VEC(u32) todo = VEC_INIT;
	u32 i, k, n_unsure = 0;

	for (i = 0; i < roots->runs.n; i++)
		if (roots->runs.a[i].node && bitset_set(&seen, roots->runs.a[i].node))
			vec_push(&todo, roots->runs.a[i].node);
	for (i = 0; i < todo.n; i++) {
		const struct node *n = &e->nodes.a[todo.a[i]];

		for (k = 0; k < n->events.n; k++)
			note_event(j, e, todo.a[i], &n->events.a[k], d, &n_unsure);
		for (k = 0; k < n->edges.n; k++) {
			if (bitset_set(&seen, n->edges.a[k].node))
				vec_push(&todo, n->edges.a[k].node);
		}
	}
	vec_sort(&d->locks, by_class);
	vec_free(&todo);
	bitset_free(&seen);
	return n_unsure;
}

/* What keeps a part that nothing refutes from being proved. */
static const char *open_points(const struct diag_judgement *d, u32 n_possible, u32 n_unsure, struct arena *a)
{
	struct buf b = BUF_INIT;
	const char *ret = NULL;

	if (d->locks.n)
		buf_addf(&b, d->locks.n == 1 ? ", %u lock or wait to be checked" : ", %u locks or waits to be checked",
			 d->locks.n);
	if (d->n_gaps)
		buf_addf(&b, ", %u gap%s", d->n_gaps, d->n_gaps == 1 ? "" : "s");
	if (n_unsure)
		buf_addf(&b, ", %u allocation%s with a mask that is not known", n_unsure, n_unsure == 1 ? "" : "s");
	if (n_possible)
		buf_addf(&b, ", %u way%s through calls of many targets", n_possible, n_possible == 1 ? "" : "s");
	if (b.len)
		ret = arena_strdup(a, buf_text(&b) + 2);
	buf_free(&b);
	return ret;
}

static const char *refutation(const struct diag_judgement *d, struct arena *a)
{
	if (d->n_held)
		return arena_printf(a, "%u lock%s it takes %s held elsewhere across an allocation that enters reclaim",
				    d->n_held, d->n_held == 1 ? " that" : "s that", d->n_held == 1 ? "is" : "are");
	return arena_printf(a, "%u call%s can enter reclaim by allocating", d->n_allocations,
			    d->n_allocations == 1 ? "" : "s");
}

static void decide(struct judge *j, struct diag_judgement *d, const char *open)
{
	d->when = j->when;
	d->is_claimed = j->is_claimed;
	d->assumes = assumptions_text(&j->assumed, j->e->p, &j->r->arena);
	d->why = d->n_allocations || d->n_held ? refutation(d, &j->r->arena) : open;
	d->verdict = d->n_allocations || d->n_held ? "refuted" : d->why ? "undecided" : "holds";
	vec_push(&j->out->judgements, *d);
}

/* What the callbacks wait for, and somebody holds while he waits for reclaim: reported as inversions of theirs. */
static void pair_locks(struct judge *j, struct engine *e, const struct roots *roots, struct diag_judgement *d)
{
	u32 first = j->r->findings.n;
	struct reclaim_options opt = { .alloc_id = NULL };
	struct inversions inversions;
	struct findings found;

	if (!j->is_claimed || !j->mark->n_silenced || d->n_allocations || !d->locks.n)
		return;
	findings_init(&found, e, roots);
	reclaim_collect(e, roots, &opt, &found);
	inversions_find(&found, false, &inversions);
	findings_report(&found, &(struct finding_options){ .inversions = &inversions, .only_inversions = true,
							   .claim = j->out->name }, j->r);
	inversions_free(&inversions);
	findings_free(&found);
	d->n_held = j->r->findings.n - first;
	if (d->n_held)
		take_evidence(&j->r->findings.a[first], d);
}

/* What running the callbacks comes to, with what is kept of it in part. */
static void look_at_part(struct judge *j, struct engine *e, struct roots *roots, u32 closed, struct part *part)
{
	const char *id = roots->a.a[0].rule->id;
	struct reclaim_options opt = { .alloc_id = id, .only = id };
	struct finding_options report = { .claim = j->out->name };
	u32 first = j->r->findings.n;
	struct findings found;

	*part = (struct part){ .own = { .part = closed ? "bus" : "driver" }, .asked = { .part = "driver-bus" },
			       .best_own = UINT64_MAX, .best_asked = UINT64_MAX };
	roots_run(e, roots);
	findings_init(&found, e, roots);
	reclaim_collect(e, roots, &opt, &found);
	findings_report(&found, &report, j->r);
	take_findings(j, first, &roots->a.a[0], closed, part);
	findings_free(&found);
}

/* Forgets what was kept, from the finding 'first' on. */
static void forget_part(struct judge *j, struct roots *roots, u32 first, struct part *part)
{
	u32 i;

	for (i = first; i < j->r->findings.n; i++)
		diag_finding_free(&j->r->findings.a[i]);
	j->r->findings.n = first;
	vec_free(&part->own.evidence);
	drop_evidence(&part->asked);
	vec_free(&part->asked.evidence);
	vec_clear(&roots->runs);
}

/*
 * closed: the module whose code is left out, for the bus's part; 0: the driver's part.  For who waits for an answer a
 * refutation a few calls deep is enough.
 */
static void judge_part(struct judge *j, struct roots *roots, u32 closed)
{
	u32 first = j->r->findings.n, i;
	struct part part;
	struct engine e;

	engine_init_like(&e, j->e);
	assumptions_apply(&j->assumed, &e);
	e.true_predicate = j->true_predicate;
	e.closed_module = closed;
	roots->only_first_round = j->is_brief;
	look_at_part(j, &e, roots, closed, &part);
	if (roots->only_first_round && !part.own.n_allocations) {
		forget_part(j, roots, first, &part);
		roots->only_first_round = false;
		look_at_part(j, &e, roots, closed, &part);
	}
	part.n_unsure = look_at_events(j, &e, roots, &part.own);
	pair_locks(j, &e, roots, &part.own);
	part.own.n_gaps = e.gaps.n;
	decide(j, &part.own, open_points(&part.own, part.n_possible, part.n_unsure, &j->r->arena));
	if (part.asked.n_allocations)
		decide(j, &part.asked, NULL);
	for (i = 0; i < e.gaps.n; i++)
		engine_gap(j->e, e.gaps.a[i].kind, e.gaps.a[i].fn, e.gaps.a[i].insn, e.gaps.a[i].detail);
	engine_free(&e);
}

static void judge_driver(struct judge *j, u32 module)
{
	struct roots driver = { 0 }, bus = { 0 };
	u32 i;

	driver_roots(j->e, module, &driver);
	bus_roots(j->e, module, &bus);
	vec_clear(&j->bus_files);
	for (i = 0; i < bus.a.n; i++)
		vec_push(&j->bus_files, program_str(j->e->p, j->e->p->fns.a[bus.a.a[i].fn].file));
	if (driver.a.n)
		judge_part(j, &driver, 0);
	roots_free(&driver);
	roots_free(&bus);
}

/* Without the driver's code, so whatever is assumed of it. */
static void judge_bus(struct judge *j, u32 module)
{
	struct roots bus = { 0 };

	bus_roots(j->e, module, &bus);
	if (bus.a.n)
		judge_part(j, &bus, module);
	roots_free(&bus);
}

/* ---- one mark ---------------------------------------------------------------------------- */

/* The modules whose devices it speaks of: its own, or those of what it silenced. */
static void judge_modules(struct judge *j, void (*judge)(struct judge *j, u32 module))
{
	u32 m;

	if (j->mark->module) {
		judge(j, j->mark->module);
		return;
	}
	for (m = 1; m < j->e->p->modules.n; m++)
		if (bitset_test(&j->mark->modules, m))
			judge(j, m);
}

static void judge_answer(struct judge *j, bool answer)
{
	const char *name = pfn_name(j->e->p, j->mark->fn);

	j->is_claimed = answer;
	j->when = arena_printf(&j->r->arena, "%s() is %s", name, answer ? "true" : "false");
	j->true_predicate = answer ? j->mark->predicate + 1 : 0;
	assume_answer(j->e, j->mark->fn, answer, &j->assumed);
	judge_modules(j, judge_driver);
	assumptions_free(&j->assumed);
	j->true_predicate = 0;
	j->when = NULL;
	j->is_claimed = true;
}

static void sum_up(struct diag_mark *d)
{
	u32 i, k, n_open = 0, n_claimed = 0;

	for (i = 0; i < d->judgements.n; i++) {
		const struct diag_judgement *g = &d->judgements.a[i];

		n_claimed += g->is_claimed;
		if (!g->is_claimed || !strcmp(g->verdict, "holds"))
			continue;
		n_open++;
		if (!d->why)
			d->why = g->why;
		if (strcmp(g->verdict, "refuted"))
			continue;
		if (!d->verdict)
			d->why = g->why;
		d->verdict = "refuted";
		for (k = 0; !d->evidence.n && k < g->evidence.n; k++)
			vec_push(&d->evidence, g->evidence.a[k]);
	}
	/* guards belong to the judgement's hops */
	for (k = 0; k < d->evidence.n; k++) {
		struct diag_hop *hop = &d->evidence.a[k], old = *hop;

		memset(&hop->guards, 0, sizeof(hop->guards));
		for (i = 0; i < old.guards.n; i++)
			vec_push(&hop->guards, old.guards.a[i]);
	}
	if (!d->verdict)
		d->verdict = n_open || !n_claimed ? "undecided" : "holds";
}

static const char *find_warning(const struct mark *mark)
{
	if (!mark->is_for_us || mark->n_silenced)
		return NULL;
	return mark->is_absent ? "this kernel has no such module or device" : "it silences nothing";
}

static bool is_of_lock(const struct mark *mark)
{
	return mark->covers_locks && mark->n_silenced && !bitset_count(&mark->modules);
}

static void judge_mark(struct judge *j)
{
	const struct mark *mark = j->mark;

	if (mark->source == MARK_PREDICATE) {
		judge_answer(j, true);
		judge_answer(j, false);
	} else {
		judge_modules(j, judge_driver);
	}
	judge_modules(j, judge_bus);
	sum_up(j->out);
	if (j->out->judgements.n)
		return;
	j->out->why = is_of_lock(mark) ? "a lock: reclaim-inversion says whether somebody allocates under it" :
		      "no callback is known that resumes such a device";
}

/* Has it to do with the roots that were walked from: does it silence what they reach, or
 * does one of them act for its driver? */
static bool is_of_roots(const struct engine *e, const struct mark *mark, const struct roots *roots)
{
	if (mark->n_silenced)
		return true;
	for (u32 i = 0; i < roots->a.n && mark->module; i++) {
		const struct root *root = &roots->a.a[i];

		if ((root->module ? root->module : e->p->fns.a[root->fn].module) == mark->module)
			return true;
	}
	return false;
}

void marks_judge(struct engine *e, const struct marks *marks, const struct roots *only, struct report *r)
{
	u32 i;

	for (i = 0; i < marks->a.n; i++) {
		const struct mark *mark = &marks->a.a[i];
		struct diag_mark d = { .source = mark_source_text(mark->source), .claim = mark->why };
		struct judge j = { .e = e, .r = r, .mark = mark, .out = &d,
				   .is_claimed = true, .is_brief = only && only->is_near };

		if (only && !is_of_roots(e, mark, only))
			continue;
		d.name = mark->name;
		if (mark->module)
			d.at.module = program_str(e->p, e->p->modules.a[mark->module].name);
		d.device = mark->tokens.n ? engine_token_text(e, mark->tokens.a[0], &r->arena) : d.at.module;
		d.at.file = mark->file;
		d.at.line = mark->line;
		d.n_silenced = mark->n_silenced;
		d.warning = find_warning(mark);
		judge_mark(&j);
		vec_free(&j.bus_files);
		vec_push(&r->marks, d);
	}
}
