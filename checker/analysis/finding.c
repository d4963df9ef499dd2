// SPDX-License-Identifier: MIT
/*
 * Causes, one for each root, rule and call that is the cause; their contexts come
 * together here, the shortest path stands for all.  Then each becomes a
 * diag_finding: texts, hops with guards, confidence, fingerprint.
 */
#include "analysis/finding.h"

#include <stdlib.h>

#include "analysis/allow.h"
#include "analysis/inversion.h"
#include "analysis/reclaim.h"

void findings_init(struct findings *f, struct engine *e, const struct roots *roots)
{
	memset(f, 0, sizeof(*f));
	f->e = e;
	f->roots = roots;
}

void findings_free(struct findings *f)
{
	u32 i, k;

	for (i = 0; i < f->a.n; i++) {
		vec_free(&f->a.a[i].path.steps);
		for (k = 0; k < f->a.a[i].ways.n; k++) {
			vec_free(&f->a.a[i].ways.a[k].path.steps);
			bitset_free(&f->a.a[i].ways.a[k].contexts);
		}
		vec_free(&f->a.a[i].ways);
		bitset_free(&f->a.a[i].contexts);
	}
	vec_free(&f->a);
	map_free(&f->index);
	arena_free(&f->arena);
}

static u32 step_insn(const struct engine *e, struct path_step s)
{
	return e->nodes.a[s.node].edges.a[s.edge].insn;
}

static const struct node_event *path_event(const struct engine *e, const struct path *p)
{
	return &e->nodes.a[p->last].events.a[p->event];
}

static bool is_blocking(const struct engine *e, const struct node_event *ev)
{
	return e->rules->fns.a[ev->rule].kind == RULE_LOCK || e->rules->fns.a[ev->rule].kind == RULE_WAIT;
}

static u32 path_token(const struct engine *e, const struct path *p)
{
	const struct node_event *ev = path_event(e, p);

	return is_blocking(e, ev) ? ev->token : 0;
}

/* The call that is the cause. */
static u32 cause_insn(const struct engine *e, const struct path *p, u32 *fn_ret)
{
	u32 node = p->n_owned < p->steps.n ? p->steps.a[p->n_owned].node : p->last;

	*fn_ret = e->nodes.a[node].fn;
	return p->n_owned < p->steps.n ? step_insn(e, p->steps.a[p->n_owned]) : path_event(e, p)->insn;
}

/* Where the cause's own call goes if it is a call by pointer: each target is another
 * matter (the file systems below one evict_inode()). */
static u32 pointed_callee(const struct engine *e, const struct path *p)
{
	const struct node_edge *edge;

	if (p->n_owned >= p->steps.n)
		return 0;
	edge = &e->nodes.a[p->steps.a[p->n_owned].node].edges.a[p->steps.a[p->n_owned].edge];
	return edge->via == VIA_DIRECT ? 0 : e->nodes.a[edge->node].fn;
}

static void copy_path(struct path *to, const struct path *from)
{
	u32 i;

	vec_clear(&to->steps);
	for (i = 0; i < from->steps.n; i++)
		vec_push(&to->steps, from->steps.a[i]);
	to->last = from->last;
	to->event = from->event;
	to->n_owned = from->n_owned;
}

/* Functions and lines: the same way in another context has other nodes. */
static u64 path_hash(struct engine *e, const struct path *p)
{
	u64 h = 0, part[3];
	u32 i;

	for (i = 0; i <= p->steps.n; i++) {
		u32 node = i < p->steps.n ? p->steps.a[i].node : p->last;
		u32 insn = i < p->steps.n ? step_insn(e, p->steps.a[i]) : path_event(e, p)->insn;

		part[0] = h;
		part[1] = e->nodes.a[node].fn;
		part[2] = engine_info(e, e->nodes.a[node].fn)->body->insns[insn].line;
		h = hash64(part, sizeof(part));
	}
	return h;
}

static void add_way(struct findings *f, struct found *x, const struct path *path, u32 context)
{
	struct way_found *w = NULL, none = { 0 };
	u64 hash = path_hash(f->e, path);
	u32 i;

	for (i = 0; i < x->ways.n; i++)
		if (x->ways.a[i].hash == hash)
			w = &x->ways.a[i];
	if (!w) {
		vec_push(&x->ways, none);
		w = vec_last(&x->ways);
		w->hash = hash;
		copy_path(&w->path, path);
	}
	bitset_set(&w->contexts, context);
}

/* ---- the same way in other contexts ------------------------------------------------- */

#define FRONTIER_MAX 64

static void add_callees(const struct engine *e, u32 node, u32 insn, u32 callee, u32 *to, u32 *n)
{
	const struct node *from = &e->nodes.a[node];
	u32 i, k;

	for (i = 0; i < from->edges.n; i++) {
		u32 next = from->edges.a[i].node;

		if (from->edges.a[i].insn != insn || e->nodes.a[next].fn != callee)
			continue;
		for (k = 0; k < *n && to[k] != next; k++)
			;
		if (k == *n && *n < FRONTIER_MAX)
			to[(*n)++] = next;
	}
}

static bool has_event_like(const struct node *n, const struct node_event *like)
{
	u32 i;

	for (i = 0; i < n->events.n; i++)
		if (n->events.a[i].insn == like->insn && n->events.a[i].rule == like->rule)
			return true;
	return false;
}

/* Do the same calls lead from that node, the root's in another context, to the same event? */
static bool leads_there(const struct engine *e, const struct path *p, u32 node)
{
	u32 nodes[2][FRONTIER_MAX] = { { node } }, n = 1, next, i, k;

	for (i = 0; i < p->steps.n && n; i++, n = next) {
		u32 to = i + 1 < p->steps.n ? p->steps.a[i + 1].node : p->last;

		for (k = 0, next = 0; k < n; k++)
			add_callees(e, nodes[i & 1][k], step_insn(e, p->steps.a[i]), e->nodes.a[to].fn,
				    nodes[(i + 1) & 1], &next);
	}
	for (k = 0; k < n; k++)
		if (has_event_like(&e->nodes.a[nodes[i & 1][k]], path_event(e, p)))
			return true;
	return false;
}

void findings_complete_ways(struct findings *f)
{
	u32 i, k, r;

	for (i = 0; i < f->a.n; i++)
		for (r = 0; r < f->roots->runs.n; r++) {
			const struct root_run *run = &f->roots->runs.a[r];
			struct found *x = &f->a.a[i];

			for (k = 0; run->root == x->root && run->node && bitset_test(&x->contexts, run->context) &&
			     k < x->ways.n; k++)
				if (!bitset_test(&x->ways.a[k].contexts, run->context) &&
				    leads_there(f->e, &x->ways.a[k].path, run->node))
					bitset_set(&x->ways.a[k].contexts, run->context);
		}
}

/* ---- the same way of two causes ------------------------------------------------------ */

static u64 *cause_of_way(const struct found *x, const struct way_found *way, struct map *causes, bool *is_new_ret)
{
	u64 key[] = { x->root, (uintptr_t)x->rule, way->hash };

	return map_put(causes, hash64(key, sizeof(key)), is_new_ret);
}

static void add_contexts(struct found *x, u64 hash, const struct bitset *contexts)
{
	u32 i;

	for (i = 0; i < x->ways.n; i++)
		if (x->ways.a[i].hash == hash)
			bitset_or(&x->ways.a[i].contexts, contexts);
	bitset_or(&x->contexts, contexts);
}

/* Leaves the ways that are no other cause's; the last one stays, for a cause that is dropped. */
static void leave_ways(struct findings *f, u32 i, struct map *causes)
{
	struct found *x = &f->a.a[i];
	u32 k, n = 0;
	bool is_new;

	for (k = 0; k < x->ways.n; k++) {
		struct way_found way = x->ways.a[k];
		u64 *cause = cause_of_way(x, &way, causes, &is_new);

		if (is_new)
			*cause = i;
		if (*cause == i) {
			x->ways.a[k] = x->ways.a[n];
			x->ways.a[n++] = way;
		} else {
			add_contexts(&f->a.a[*cause], way.hash, &way.contexts);
		}
	}
	if (n == x->ways.n)
		return;
	bitset_clear(&x->contexts);
	for (k = 0; k < n; k++)
		bitset_or(&x->contexts, &x->ways.a[k].contexts);
	for (k = n ? n : 1; k < x->ways.n; k++) {
		vec_free(&x->ways.a[k].path.steps);
		bitset_free(&x->ways.a[k].contexts);
	}
	x->ways.n = n ? n : 1;
	x->is_dropped = !n;
}

void findings_merge_ways(struct findings *f)
{
	struct map causes = MAP_INIT;	/* of a root's ways: index */
	bool is_new;
	u32 i, k;

	for (i = 0; i < f->a.n; i++)
		for (k = 0; path_token(f->e, &f->a.a[i].ways.a[0].path) && k < f->a.a[i].ways.n; k++) {
			u64 *cause = cause_of_way(&f->a.a[i], &f->a.a[i].ways.a[k], &causes, &is_new);

			if (is_new)
				*cause = i;
		}
	for (i = 0; i < f->a.n; i++)
		if (!path_token(f->e, &f->a.a[i].ways.a[0].path))
			leave_ways(f, i, &causes);
	map_free(&causes);
}

/* The way that stands for the cause: it should be right in as many contexts as can be. */
static void choose_way(struct found *x)
{
	u32 i, n, best = 0, most = 0;

	for (i = 0; i < x->ways.n; i++) {
		n = bitset_count(&x->ways.a[i].contexts);
		if (n > most || (n == most && x->ways.a[i].path.steps.n < x->ways.a[best].path.steps.n)) {
			best = i;
			most = n;
		}
	}
	copy_path(&x->path, &x->ways.a[best].path);
	x->path_contexts = x->ways.a[best].contexts;
}

struct cause_key { u32 root_fn, fn, line, callee, token; const char *rule; };

static struct cause_key cause_key(const struct findings *f, u32 root_fn, const char *rule,
				  const struct path *path, u32 *insn_ret)
{
	struct cause_key key;

	memset(&key, 0, sizeof(key));
	*insn_ret = cause_insn(f->e, path, &key.fn);
	key.root_fn = root_fn;
	key.line = engine_info(f->e, key.fn)->body->insns[*insn_ret].line;
	key.callee = pointed_callee(f->e, path);
	key.rule = rule;
	key.token = path_token(f->e, path);
	if (key.token)		/* all ways to one class are one cause */
		key.fn = key.line = key.callee = 0;
	return key;
}

void findings_add(struct findings *f, const struct root *root, const struct root_run *run,
		  const char *rule, const struct path *path)
{
	u32 insn;
	struct cause_key key = cause_key(f, root->fn, rule, path, &insn);
	struct found *x, none = { 0 };
	bool is_new;
	u64 *slot;

	slot = map_get_bytes(&f->index, &key, sizeof(key));
	if (!slot) {
		slot = map_put_bytes(&f->index, arena_dup(&f->arena, &key, sizeof(key)), sizeof(key), &is_new);
		*slot = f->a.n;
		vec_push(&f->a, none);
	}
	x = &f->a.a[*slot];
	add_way(f, x, path, run->context);
	if (!x->rule) {
		x->root = run->root;
		x->rule = rule;
	}
	bitset_set(&x->contexts, run->context);
}

void findings_subtract(struct findings *f, const struct findings *other)
{
	u32 i, k, c, insn;

	for (i = 0; i < f->a.n; i++) {
		struct found *x = &f->a.a[i];
		struct cause_key key = cause_key(f, f->roots->a.a[x->root].fn, x->rule, &x->ways.a[0].path, &insn);
		u64 *slot = map_get_bytes(&other->index, &key, sizeof(key));

		for (c = 0; slot && c < f->e->rules->contexts.n; c++) {
			if (!bitset_test(&other->a.a[*slot].contexts, c))
				continue;
			bitset_unset(&x->contexts, c);
			for (k = 0; k < x->ways.n; k++)
				bitset_unset(&x->ways.a[k].contexts, c);
		}
		x->is_dropped = !bitset_count(&x->contexts);
	}
}

static bool has_cause(const struct findings *f, const struct findings *like, const struct found *x)
{
	u32 insn;
	struct cause_key key = cause_key(like, like->roots->a.a[x->root].fn, x->rule, &x->ways.a[0].path, &insn);

	return map_get_bytes(&f->index, &key, sizeof(key));
}

/* ---- into the report ------------------------------------------------------------- */

struct diag_place finding_place(const struct engine *e, u32 fn, u32 line, u32 col)
{
	const struct program *p = e->p;
	const struct pfn *f = &p->fns.a[fn];
	struct diag_place d = { program_str(p, f->name), program_str(p, f->file), NULL, line, col };

	if (f->module)
		d.module = program_str(p, p->modules.a[f->module].name);
	return d;
}

static const char *via_detail(const struct engine *e, const struct node_edge *edge, struct arena *a)
{
	const struct program *p = e->p;
	const struct pslot *s;
	const struct pmember *m;

	if (!edge->slot)
		return NULL;
	s = &p->slots.a[edge->slot];
	if (edge->via == VIA_STORE || !s->member)
		return NULL;
	m = &p->members.a[s->member];
	if (s->var)
		return arena_printf(a, "%s.%s, table %s", program_str(p, m->tag), program_str(p, m->path),
				    program_str(p, p->vars.a[s->var].name));
	return arena_printf(a, "%s.%s, assigned in %s()", program_str(p, m->tag), program_str(p, m->path),
			    pfn_name(p, s->in_fn));
}

struct diag_hop finding_hop(struct engine *e, u32 node, u32 insn, const char *calls)
{
	const struct fact_insn *i = &engine_info(e, e->nodes.a[node].fn)->body->insns[insn];
	struct diag_hop hop = { .calls = calls, .via = via_text(VIA_DIRECT), .n_targets = 1 };

	hop.at = finding_place(e, e->nodes.a[node].fn, i->line, i->col);
	guards_find(e, node, insn, &hop);
	return hop;
}

/* Of the targets of the edge's call, those in the module that it leads into. */
static u32 targets_in_module(const struct engine *e, struct path_step step)
{
	const struct node *n = &e->nodes.a[step.node];
	const struct node_edge *edge = &n->edges.a[step.edge];
	u32 module = e->p->fns.a[e->nodes.a[edge->node].fn].module, r = 0, i, k;

	for (i = 0; i < n->edges.n; i++) {
		u32 fn = e->nodes.a[n->edges.a[i].node].fn;

		if (n->edges.a[i].insn != edge->insn || e->p->fns.a[fn].module != module)
			continue;
		for (k = 0; k < i; k++)		/* by another input */
			if (n->edges.a[k].insn == edge->insn && e->nodes.a[n->edges.a[k].node].fn == fn)
				break;
		r += k == i;
	}
	return r;
}

struct diag_hop finding_edge_hop(struct engine *e, struct path_step step, struct arena *a)
{
	const struct node_edge *edge = &e->nodes.a[step.node].edges.a[step.edge];
	struct diag_hop hop = finding_hop(e, step.node, edge->insn, pfn_name(e->p, e->nodes.a[edge->node].fn));

	edge = &e->nodes.a[step.node].edges.a[step.edge];
	hop.via = via_text(edge->via);
	hop.n_targets = edge->n_targets;
	hop.n_own = targets_in_module(e, step);
	hop.via_detail = via_detail(e, edge, a);
	return hop;
}

/* How much an indirect hop is to be believed. */
const char *finding_confidence(const struct diag_hop *hops, u32 n)
{
	const char *r = "certain";
	u32 i;

	for (i = 0; i < n; i++) {
		const struct diag_hop *h = &hops[i];

		if (!strcmp(h->via, "direct") || !strcmp(h->via, "argument") || h->n_targets == 1)
			continue;
		if (h->n_targets > 4)
			return "possible";
		r = "likely";
	}
	return r;
}

static const char *describe_lock(const struct rule_fn *r, const char *class_name, struct arena *a)
{
	if (class_name)
		return arena_printf(a, "%s (%s)", class_name, r->lock_kind ? r->lock_kind : "lock");
	return r->lock_kind ? arena_printf(a, "a %s", r->lock_kind) : "something";
}

static const char *message(const struct rule_fn *r, const struct diag_finding *d, const char *claim,
			   struct arena *a)
{
	const char *sink = d->sink.function, *root = d->root.function;

	switch (r->kind) {
	case RULE_LOCK:
		return arena_printf(a, "%s() may sleep on %s in %s(), called by memory reclaim", root,
				    describe_lock(r, d->lock.class_name, a), sink);
	case RULE_WAIT:
		return arena_printf(a, "%s() may wait for %s in %s(), called by memory reclaim", root,
				    describe_lock(r, d->lock.class_name, a), sink);
	case RULE_ALLOC:
		if (claim)
			return arena_printf(a, "%s() may enter reclaim in %s(), but resuming is marked safe (%s)",
					    root, sink, claim);
		return arena_printf(a, "%s() may allocate in %s(), which can enter reclaim again", root, sink);
	default:
		return arena_printf(a, "%s() may reach %s(), called by memory reclaim", root, sink);
	}
}

/* Survives shifted lines, renamed locals and moved files: names of functions only. */
void finding_fingerprint(struct diag_finding *d, struct arena *a)
{
	struct buf b = BUF_INIT;
	char hex[33];
	u32 i;

	buf_addf(&b, "%s\n%s\n%s\n%s\n", d->rule, d->root.function, d->sink.function,
		 d->lock.class_name ? d->lock.class_name : "");
	for (i = 0; i < d->chain.n; i++)
		buf_addf(&b, "%s>%s\n", d->chain.a[i].at.function, d->chain.a[i].calls);
	for (i = 0; i < d->witness.n; i++)
		buf_addf(&b, "%s>%s\n", d->witness.a[i].at.function, d->witness.a[i].calls);
	hash128_hex(hash128(buf_text(&b), b.len), hex);
	d->fingerprint = arena_strdup(a, hex);
	buf_free(&b);
}

static void set_contexts(struct findings *f, const struct found *x, struct diag_finding *d)
{
	u32 i;

	for (i = 0; i < f->e->rules->contexts.n; i++) {
		if (bitset_test(&x->contexts, i))
			vec_push(&d->contexts, f->e->rules->contexts.a[i].name);
		if (bitset_test(&x->path_contexts, i))
			vec_push(&d->path_contexts, f->e->rules->contexts.a[i].name);
	}
}

/*
 * An allocation that enters reclaim is worth a note only where somebody asked for it by
 * hand (drop_caches), and where the way to it is one of many.
 */
static bool is_note(const struct findings *f, const struct diag_finding *d)
{
	const struct rule_reclaiming *r = &f->e->rules->reclaimings.a[0];
	u32 i, k;

	if (!strcmp(d->confidence, "possible"))
		return true;
	for (i = 0; i < d->contexts.n; i++) {
		for (k = 0; k < r->n_note_in && strcmp(r->note_in[k], d->contexts.a[i]); k++)
			;
		if (k == r->n_note_in)
			return false;
	}
	return true;
}

/* The mark that silences it, from 1; 0: none does. */
static u32 silencing_mark(const struct findings *f, const struct found *x, const struct finding_options *opt)
{
	const struct node_event *ev = path_event(f->e, &x->path);
	u32 i, mark;

	if (!opt->marks)
		return 0;
	mark = marks_cover_event(opt->marks, f->e, x->path.last, ev);
	if (!mark && marks_is_resume(f->e, ev)) {
		for (i = 0; !mark && i < x->path.steps.n; i++)
			mark = marks_cover_function(opt->marks, f->e->nodes.a[x->path.steps.a[i].node].fn);
		if (!mark)
			mark = marks_cover_function(opt->marks, f->e->nodes.a[x->path.last].fn);
		if (!mark)
			mark = opt->predicate;
	}
	return mark;
}

static const char *mark_text(const struct mark *m, struct arena *a)
{
	return arena_printf(a, "%s %s%s", mark_source_text(m->source), m->name,
			    m->source == MARK_PREDICATE || m->source == MARK_CALL ? "()" : "");
}

/* The comment on the way: its number, from 1; 0: none. */
static u32 allowed_by(const struct findings *f, const struct found *x, const struct allows *allows)
{
	struct engine *e = f->e;
	u32 i, n = 0;

	for (i = 0; !n && i <= x->path.steps.n; i++) {
		u32 fn = e->nodes.a[i < x->path.steps.n ? x->path.steps.a[i].node : x->path.last].fn;
		u32 insn = i < x->path.steps.n ? step_insn(e, x->path.steps.a[i]) : path_event(e, &x->path)->insn;

		n = allows_cover(allows, e->p, x->rule, fn, engine_info(e, fn)->body->insns[insn].line);
	}
	return n;
}

static void silence(struct findings *f, const struct found *x, const struct finding_options *opt,
		    struct diag_finding *d, struct report *r)
{
	u32 n = silencing_mark(f, x, opt);
	struct mark *mark = n ? &opt->marks->a.a[n - 1] : NULL;

	if (opt->allows && allowed_by(f, x, opt->allows)) {
		struct allow *a = &opt->allows->a.a[allowed_by(f, x, opt->allows) - 1];

		a->n_silenced++;
		d->marked = allow_text(a, &r->arena);
		d->is_allowed = true;
		vec_push(&r->marked, *d);
		return;
	}
	if (!mark) {
		vec_push(&r->findings, *d);
		return;
	}
	mark->n_silenced++;
	if (marks_is_resume(f->e, path_event(f->e, &x->path)))
		bitset_set(&mark->modules, f->e->nodes.a[x->path.last].module);
	d->marked = mark_text(mark, &r->arena);
	vec_push(&r->marked, *d);
}

u32 found_token(const struct engine *e, const struct found *x)
{
	return path_token(e, &x->ways.a[0].path);
}

static void add_place(struct diag_finding *d, struct diag_place at)
{
	u32 i;

	if (at.line == d->sink.line && !strcmp(at.file, d->sink.file))
		return;
	for (i = 0; i < d->chain.n; i++)
		if (d->chain.a[i].at.line == at.line && !strcmp(d->chain.a[i].at.file, at.file))
			return;
	for (i = 0; i < d->also.n; i++)
		if (d->also.a[i].line == at.line && !strcmp(d->also.a[i].file, at.file))
			return;
	vec_push(&d->also, at);
}

static struct diag_way way_make(const struct findings *f, const struct way_found *x)
{
	struct engine *e = f->e;
	struct diag_way w = { .contexts = VEC_INIT };
	u32 i;

	for (i = 0; i < e->rules->contexts.n; i++)
		if (bitset_test(&x->contexts, i))
			vec_push(&w.contexts, e->rules->contexts.a[i].name);
	for (i = 0; i <= x->path.steps.n; i++) {
		u32 fn = e->nodes.a[i < x->path.steps.n ? x->path.steps.a[i].node : x->path.last].fn;
		u32 insn = i < x->path.steps.n ? step_insn(e, x->path.steps.a[i]) : path_event(e, &x->path)->insn;
		const struct fact_insn *at = &engine_info(e, fn)->body->insns[insn];

		vec_push(&w.calls, finding_place(e, fn, at->line, at->col));
	}
	return w;
}

/* All ways but the one that is shown as the chain; one that a mark covers has no contexts left. */
static void add_ways(struct findings *f, const struct found *x, struct diag_finding *d)
{
	u64 shown = path_hash(f->e, &x->path);
	u32 i;

	for (i = 0; i < x->ways.n; i++)
		if (x->ways.a[i].hash != shown && bitset_count(&x->ways.a[i].contexts))
			vec_push(&d->ways, way_make(f, &x->ways.a[i]));
}

/* The other ways to the class, or to what is waited for behind one call: the root's own call and the
 * lock's, where they are not on the path. */
static void add_places(struct findings *f, const struct found *x, struct diag_finding *d)
{
	struct engine *e = f->e;
	u32 i;

	if (!is_blocking(e, path_event(e, &x->path)))
		return;
	for (i = 0; i < x->ways.n; i++) {
		const struct path *p = &x->ways.a[i].path;
		const struct node_event *ev = path_event(e, p);
		const struct fact_insn *at;
		u32 fn, insn = cause_insn(e, p, &fn);

		at = &engine_info(e, fn)->body->insns[insn];
		add_place(d, finding_place(e, fn, at->line, at->col));
		fn = e->nodes.a[p->last].fn;
		at = &engine_info(e, fn)->body->insns[ev->insn];
		add_place(d, finding_place(e, fn, at->line, at->col));
	}
	d->n_paths = x->ways.n - 1;
}

struct diag_finding finding_make(struct findings *f, const struct found *x, const struct finding_options *opt,
				 struct report *r)
{
	struct engine *e = f->e;
	const struct root *root = &f->roots->a.a[x->root];
	const struct node_event *ev = path_event(e, &x->path);
	const struct rule_fn *rule = &e->rules->fns.a[ev->rule];
	const struct rule_desc *desc = ruleset_desc(e->rules, x->rule);
	const struct fact_insn *at = &engine_info(e, e->nodes.a[x->path.last].fn)->body->insns[ev->insn];
	struct diag_finding d = { .rule = x->rule, .severity = desc ? desc->severity : "warning" };
	u32 i;

	d.root = finding_place(e, root->fn, e->p->fns.a[root->fn].line, 0);
	d.root_kind = root->rule->kind;
	d.root_member = root->entry->member;
	set_contexts(f, x, &d);
	d.sink = finding_place(e, e->nodes.a[x->path.last].fn, at->line, at->col);
	d.sink.function = pfn_name(e->p, ev->callee);
	if (rule->kind != RULE_SINK && rule->kind != RULE_ALLOC) {
		d.lock.class_name = ev->token ? engine_token_text(e, ev->token, &r->arena) : rule->lock_class;
		d.lock.kind = rule->lock_kind;
		d.lock.mode = finding_lock_mode(rule);
	}
	for (i = 0; i < x->path.steps.n; i++)
		vec_push(&d.chain, finding_edge_hop(e, x->path.steps.a[i], &r->arena));
	vec_push(&d.chain, finding_hop(e, x->path.last, ev->insn, pfn_name(e->p, ev->callee)));
	add_ways(f, x, &d);
	add_places(f, x, &d);
	d.confidence = finding_confidence(d.chain.a, d.chain.n);
	if (rule->kind == RULE_ALLOC && !opt->claim && is_note(f, &d))
		d.severity = "note";
	d.message = message(rule, &d, opt->claim, &r->arena);
	finding_fingerprint(&d, &r->arena);
	return d;
}

/* Two causes with one fingerprint (the same chain from two lines): numbered in order. */
static void number_twins(struct report *r, struct map *seen, struct diag_finding *d)
{
	u64 *n = map_put_bytes(seen, d->fingerprint, strlen(d->fingerprint), NULL);
	char hex[33];

	if ((*n)++) {
		const char *twin = arena_printf(&r->arena, "%s#%u", d->fingerprint, (u32)*n);

		hash128_hex(hash128(twin, strlen(twin)), hex);
		d->fingerprint = arena_strdup(&r->arena, hex);
	}
	d->id = arena_printf(&r->arena, "%.12s", d->fingerprint);
}

void findings_report(struct findings *f, const struct finding_options *opt, struct report *r)
{
	struct diag_finding d;
	u32 i;

	for (i = 0; i < f->a.n; i++) {
		if (f->a.a[i].is_dropped || (opt->except && has_cause(opt->except, f, &f->a.a[i])))
			continue;
		choose_way(&f->a.a[i]);
		if (!opt->only_inversions) {
			d = finding_make(f, &f->a.a[i], opt, r);
			silence(f, &f->a.a[i], opt, &d, r);
		}
		if (opt->inversions)
			inversion_report(f, &f->a.a[i], opt->inversions, r);
	}
	if (opt->inversions && !opt->claim)
		inversions_report(f, opt->inversions, r);
}

void findings_finish(struct report *r)
{
	struct map seen = MAP_INIT;
	u32 i;

	report_sort(r);
	for (i = 0; i < r->findings.n; i++)
		number_twins(r, &seen, &r->findings.a[i]);
	for (i = 0; i < r->marked.n; i++)
		number_twins(r, &seen, &r->marked.a[i]);
	map_free(&seen);
}
