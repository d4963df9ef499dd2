// SPDX-License-Identifier: MIT
/*
 * Roots: which functions the rules' entries are, and their evaluation in each
 * context with what the context says of arguments and named objects.  An entry that
 * runs only after another one of its table ("scan after count") is skipped in the
 * contexts in which that one can only return a value that closes the gate.
 */
#include "analysis/roots.h"

#include <fnmatch.h>
#include <stdlib.h>

#include "analysis/handed.h"
#include "base/buf.h"
#include "base/log.h"

/* A root is evaluated in rounds, in each of them some calls deeper. */
#define ROUND_FIRST 10
#define ROUND_STEP 4
#define ROUND_LAST 20
#define EVALUATIONS_NEXT 44000	/* with more so far, in all contexts, none follows */

static const struct program *sort_program;

static int by_place(const void *a, const void *b)
{
	const struct root *x = a, *y = b;
	const struct pfn *f = &sort_program->fns.a[x->fn], *g = &sort_program->fns.a[y->fn];
	int c = strcmp(program_str(sort_program, f->file), program_str(sort_program, g->file));

	if (c)
		return c;
	if (f->line != g->line)
		return f->line < g->line ? -1 : 1;
	if (x->fn != y->fn)
		return x->fn < y->fn ? -1 : 1;
	return strcmp(x->entry->member, y->entry->member);
}

static bool has_root(const struct roots *r, u32 fn, const struct rule_entry *entry)
{
	u32 i;

	for (i = 0; i < r->a.n; i++)
		if (r->a.a[i].fn == fn && r->a.a[i].entry == entry)
			return true;
	return false;
}

/* ---- tables that count only when they are registered ---------------------- */

/* Where the object that an address points into starts: a variable, or a distance
 * from some pointer. */
struct object_place { u32 var; s64 off; bool known; };

static struct object_place place_of(const struct pfn *f, const struct fact_body *b, struct val v)
{
	struct object_place r = { 0, 0, true };
	u32 depth;

	for (depth = 0; val_kind(v) == VAL_INSN && depth < 16; depth++) {
		const struct fact_insn *i = &b->insns[val_index(v)];

		if (i->op != FACT_MEMBER)
			return r;
		r.off += i->off;
		v = insn_val(b, i, 0);
	}
	if (val_kind(v) == VAL_SYM && f->refs[val_index(v)].v && ref_is_var(f->refs[val_index(v)]))
		r.var = ref_id(f->refs[val_index(v)]);
	r.known = depth < 16;
	return r;
}

/* The object whose member the slot fills. */
static struct object_place slot_object(struct program *p, const struct pslot *slot)
{
	const struct fact_body *b;
	struct object_place r = { slot->var, 0, true };
	s64 member = p->members.a[slot->member].off;

	if (slot->var) {
		r.off = (s64)slot->off - member;
		return r;
	}
	b = program_body(p, slot->in_fn);
	if (!b || slot->insn >= b->n_insns || b->insns[slot->insn].op != FACT_STORE) {
		r.known = false;
		return r;
	}
	r = place_of(&p->fns.a[slot->in_fn], b, insn_val(b, &b->insns[slot->insn], 0));
	r.off += b->insns[slot->insn].off - member;
	return r;
}

static bool registers(struct program *p, u32 fn, const struct rule_root *r, struct object_place object)
{
	const struct pfn *f = &p->fns.a[fn];
	const struct fact_body *b = program_body(p, fn);
	u32 i;

	for (i = 1; b && i < b->n_insns; i++) {
		const struct fact_insn *c = &b->insns[i];
		struct object_place to;
		struct val callee;

		if (c->op != FACT_CALL || c->n < r->registered_arg + 2)
			continue;
		callee = insn_val(b, c, 0);
		if (val_kind(callee) != VAL_SYM || !f->refs[val_index(callee)].v ||
		    ref_is_var(f->refs[val_index(callee)]) ||
		    fnmatch(r->registered_by, pfn_name(p, ref_id(f->refs[val_index(callee)])), 0))
			continue;
		to = place_of(f, b, insn_val(b, c, r->registered_arg + 1));
		if (!to.known || !object.known || (to.var == object.var && to.off == object.off))
			return true;
	}
	return false;
}

/* The table is registered by code of the file that fills it. */
static bool is_registered(struct program *p, const struct rule_root *r, const struct pslot *slot)
{
	struct str file = slot->var ? p->vars.a[slot->var].file : p->fns.a[slot->in_fn].file;
	struct object_place object;
	u32 fn;

	if (!r->registered_by)
		return true;
	object = slot_object(p, slot);
	for (fn = 1; fn < p->fns.n; fn++)
		if (p->fns.a[fn].defined && str_eq(p->fns.a[fn].file, file) && registers(p, fn, r, object))
			return true;
	return false;
}

/* ---- near a change ----------------------------------------------------------- */

struct change { const char *const *files; u32 n; struct bitset modules; };

static size_t folder_of(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? (size_t)(slash - file) : 0;
}

static bool same_folder(const char *a, const char *b)
{
	return folder_of(a) == folder_of(b) && !strncmp(a, b, folder_of(a));
}

/* A header that is not for all the kernel is for the files beside it. */
static bool is_changed(const struct change *c, const char *file)
{
	u32 i;

	for (i = 0; i < c->n; i++) {
		size_t n = strlen(c->files[i]);

		if (!strcmp(c->files[i], file) ||
		    (n > 2 && !strcmp(c->files[i] + n - 2, ".h") && same_folder(c->files[i], file)))
			return true;
	}
	return false;
}

static bool is_near(const struct program *p, const struct change *c, const struct root *root)
{
	u32 module = root->module ? root->module : p->fns.a[root->fn].module, i;

	if (module && !p->modules.a[module].is_core)
		return bitset_test(&c->modules, module);
	for (i = 0; i < c->n; i++)
		if (same_folder(c->files[i], program_str(p, p->fns.a[root->fn].file)))
			return true;
	return false;
}

/* ---- all of them --------------------------------------------------------- */

/* What is looked for: names that a glob matches (NULL: all), near a change (NULL: anywhere). */
struct asked { const char *glob; const struct change *near; };

static void find_entry(struct program *p, const struct rule_root *r, const struct rule_entry *entry,
		       const struct asked *asked, struct roots *ret)
{
	u32 m = program_find_member(p, r->tag, entry->member), i;

	if (!m)
		return;
	for (i = p->members.a[m].first_slot; i < p->members.a[m].first_slot + p->members.a[m].n_slots; i++) {
		struct root root = { r, entry, p->slots.a[i].fn, i, 0 };

		if (!p->fns.a[root.fn].defined || has_root(ret, root.fn, entry))
			continue;
		if (asked->glob && fnmatch(asked->glob, pfn_name(p, root.fn), FNM_EXTMATCH))
			continue;
		if (asked->near && !is_near(p, asked->near, &root))
			continue;
		if (is_registered(p, r, &p->slots.a[i]))
			vec_push(&ret->a, root);
	}
}

static void find(struct program *p, struct ruleset *rules, const struct asked *asked, struct roots *ret)
{
	u32 i, k;

	memset(ret, 0, sizeof(*ret));
	ret->glob = asked->glob;
	for (i = 0; i < rules->roots.n; i++)
		for (k = 0; k < rules->roots.a[i].n_entries; k++)
			find_entry(p, &rules->roots.a[i], &rules->roots.a[i].entries[k], asked, ret);
	sort_program = p;
	vec_sort(&ret->a, by_place);
}

void roots_find(struct program *p, struct ruleset *rules, const char *glob, struct roots *ret)
{
	find(p, rules, &(struct asked){ .glob = glob }, ret);
}

bool roots_asked(const struct roots *roots, const char *fn)
{
	return !roots->glob || !fnmatch(roots->glob, fn, FNM_EXTMATCH);
}

void roots_find_near(struct program *p, struct ruleset *rules, const char *const *files, u32 n_files,
		     struct roots *ret)
{
	struct change c = { .files = files, .n = n_files };
	struct buf names = BUF_INIT;
	u32 i;

	for (i = 1; i < p->fns.n; i++)
		if (p->fns.a[i].defined && p->fns.a[i].module && is_changed(&c, program_str(p, p->fns.a[i].file)))
			bitset_set(&c.modules, p->fns.a[i].module);
	find(p, rules, &(struct asked){ .near = &c }, ret);
	buf_adds(&names, "@(");
	for (i = 0; i < ret->a.n; i++)
		buf_addf(&names, "%s%s", i ? "|" : "", pfn_name(p, ret->a.a[i].fn));
	buf_addc(&names, ')');
	ret->glob = arena_strdup(&p->arena, buf_text(&names));
	ret->is_near = true;
	buf_free(&names);
	bitset_free(&c.modules);
}

void roots_free(struct roots *roots)
{
	vec_free(&roots->a);
	vec_free(&roots->runs);
}

/* ---- contexts --------------------------------------------------------------- */

static struct obj known_object(struct engine *e, const struct rule_known *k, struct engine_input *in,
			       u32 *n_in)
{
	struct obj o = { 0 };
	const struct avalue *x;

	if (k->place.kind == PLACE_OBJECT)
		return engine_object(e, k->place.object);
	if (k->place.kind != PLACE_ARG || k->place.arg >= in->n_args)
		return o;
	x = av_get(&e->values, in->args[k->place.arg]);
	if (x->kind == AV_SET)
		return x->addrs[0].obj;
	o = obj_make(OBJ_IN, (*n_in)++);
	in->args[k->place.arg] = av_addr(&e->values, o, 0);
	return o;
}

static void context_input(struct engine *e, const struct rule_context *c, struct engine_input *in)
{
	struct cell *cells = arena_array(&e->arena, struct cell, c->n_known);
	u32 i, k, n_in = 0;

	in->cells.a = cells;
	for (i = 0; i < c->n_known; i++) {
		struct obj o = known_object(e, &c->known[i], in, &n_in);
		struct cell cell;

		if (obj_kind(o) == OBJ_NONE || !handed_known(e, &c->known[i], o, &cell))
			continue;
		for (k = in->cells.n++; k > 0 && (cells[k - 1].obj.v > cell.obj.v ||
		     (cells[k - 1].obj.v == cell.obj.v && cells[k - 1].off > cell.off)); k--)
			cells[k] = cells[k - 1];
		cells[k] = cell;
	}
}

static bool lets_through(struct engine *e, const struct rule_entry *entry, const struct node_exit *x);

/*
 * Both are given the same object: what is so in every run of the gate that lets the entry
 * run is so for the entry.
 */
static void learn_from_gate(struct engine *e, const struct rule_entry *entry, u32 gate_node, struct engine_input *in)
{
	struct cell *cells = arena_array(&e->arena, struct cell, in->cells.n);
	u32 i, k, m;

	for (i = 0; i < in->cells.n; i++) {
		struct av learnt = AV_BOTTOM;

		cells[i] = in->cells.a[i];
		for (k = 0; k < e->nodes.a[gate_node].exits.n; k++) {
			const struct node_exit *x = &e->nodes.a[gate_node].exits.a[k];
			struct av v = cells[i].v;

			if (!lets_through(e, entry, x))
				continue;
			for (m = 0; m < x->cells.n; m++)
				if (obj_eq(x->cells.a[m].obj, cells[i].obj) && x->cells.a[m].off == cells[i].off &&
				    x->cells.a[m].size == cells[i].size)
					v = x->cells.a[m].v;
			learnt = av_join(&e->values, learnt, v);
		}
		if (obj_kind(cells[i].obj) == OBJ_IN && learnt.n != AV_BOTTOM.n)
			cells[i].v = learnt;
	}
	in->cells.a = cells;
}

/* gate_node 0: it has no gate. */
static struct engine_input input_in(struct engine *e, const struct root *root, const struct rule_context *c, u32 gate_node)
{
	struct engine_input in = { .fn = root->fn };
	u32 module = root->module ? root->module : e->p->fns.a[root->fn].module;

	in.module = module && !e->p->modules.a[module].is_core ? module : 0;
	in.n_args = e->p->fns.a[root->fn].n_args;
	in.args = arena_array(&e->arena, struct av, in.n_args);
	context_input(e, c, &in);
	if (gate_node)
		learn_from_gate(e, root->entry, gate_node, &in);
	return in;
}

/* Some calls deep; fuel 0: as far as it is worth. */
static u32 run_input(struct engine *e, const struct engine_input *in, u32 fuel)
{
	u32 node, again;

	e->run++;
	again = engine_node(e, in);
	do {
		node = again;
		if (fuel)
			engine_run_to(e, node, fuel);
		else
			engine_run(e, node);
		again = engine_node(e, in);	/* another, if this one was shared and should not be */
	} while (again != node);
	return node;
}

static bool same_table(const struct pslot *a, const struct pslot *b)
{
	return a->var ? b->var == a->var : b->in_fn == a->in_fn && b->in_fn;
}

bool roots_same_table(const struct program *p, const struct root *a, const struct root *b)
{
	return a->rule == b->rule && same_table(&p->slots.a[a->slot], &p->slots.a[b->slot]);
}

/* Adds what the slot's table has as member m to *gate; false: nothing, or another one than that. */
static bool add_gate(const struct program *p, u32 m, u32 slot, struct root *gate)
{
	const struct pmember *x = &p->members.a[m];
	bool any = false;
	u32 i;

	for (i = x->first_slot; i < x->first_slot + x->n_slots; i++) {
		u32 fn = p->slots.a[i].fn;

		if (!same_table(&p->slots.a[slot], &p->slots.a[i]))
			continue;
		if (!p->fns.a[fn].defined || (gate->fn && gate->fn != fn))
			return false;
		gate->fn = fn;
		gate->slot = i;
		any = true;
	}
	return any;
}

/*
 * The function that has to run before, whether it is among the roots or not; false: there is
 * none, or not the same one in every table that has the root.
 */
static bool find_gate(const struct engine *e, const struct root *r, struct root *ret)
{
	const struct program *p = e->p;
	u32 m = r->entry->after ? program_find_member(p, r->rule->tag, r->entry->after) : 0, i;
	const struct pmember *own = &p->members.a[p->slots.a[r->slot].member];

	*ret = *r;
	ret->fn = 0;
	for (i = own->first_slot; m && i < own->first_slot + own->n_slots; i++)
		if (p->slots.a[i].fn == r->fn && !add_gate(p, m, i, ret))
			return false;
	return ret->fn;
}

static bool is_closing(struct engine *e, const struct rule_entry *entry, s64 v)
{
	s64 closing;
	u32 i;

	for (i = 0; i < entry->n_unless; i++)
		if (engine_eval(e, entry->unless[i], &closing) && closing == v)
			return true;
	return false;
}

/* Can the gate return there with a value that lets the entry run? */
static bool lets_through(struct engine *e, const struct rule_entry *entry, const struct node_exit *x)
{
	const struct avalue *v = av_get(&e->values, x->ret);
	u32 k;

	if (v->kind == AV_BITS || v->n_addrs)
		return true;
	for (k = 0; k < v->n_consts; k++)
		if (!is_closing(e, entry, v->consts[k]))
			return true;
	return false;
}

static bool gate_opens(struct engine *e, const struct rule_entry *entry, u32 gate_node)
{
	const struct node *n = &e->nodes.a[gate_node];
	u32 i;

	for (i = 0; i < n->exits.n; i++)
		if (lets_through(e, entry, &n->exits.a[i]))
			return true;
	return !n->exits.n;	/* nothing is known of it */
}

static u32 find_context(const struct ruleset *rules, const char *name)
{
	u32 i;

	for (i = 0; i < rules->contexts.n; i++)
		if (!strcmp(rules->contexts.a[i].name, name))
			return i;
	return UINT32_MAX;
}

struct started { struct root_run run; struct engine_input in; };

/* The contexts in which the gate lets the root run; in the others it is not evaluated. */
static void start_root(struct engine *e, struct roots *roots, u32 root, struct started *ret, u32 *n_ret)
{
	const struct root *r = &roots->a.a[root];
	struct root gate;
	bool is_gated = find_gate(e, r, &gate);
	u32 k;

	*n_ret = 0;
	for (k = 0; k < r->rule->n_contexts; k++) {
		u32 c = find_context(e->rules, r->rule->contexts[k]), gate_node = 0;
		struct root_run run = { root, c, 0 };

		if (c == UINT32_MAX)
			continue;
		if (is_gated) {
			struct engine_input in = input_in(e, &gate, &e->rules->contexts.a[c], 0);

			gate_node = run_input(e, &in, 0);
		}
		if (!is_gated || gate_opens(e, r->entry, gate_node))
			ret[(*n_ret)++] = (struct started){ run, input_in(e, r, &e->rules->contexts.a[c], gate_node) };
		else
			vec_push(&roots->runs, run);
	}
}

/*
 * In all contexts equally deep, and as deep as a whole round gets: what is reported of a root, and in which
 * contexts, hangs on no other root, and on the order of calls in the facts only where a function has more
 * different inputs than are told apart.
 */
static void run_root(struct engine *e, struct roots *roots, u32 root)
{
	const struct root *r = &roots->a.a[root];
	struct started *x = mem_realloc(NULL, r->rule->n_contexts + 1, sizeof(*x));
	u64 first;
	u32 fuel, n, k;
	bool is_cut = true;

	engine_share_none(e);
	start_root(e, roots, root, x, &n);
	first = e->n_evaluations;
	for (fuel = ROUND_FIRST; is_cut && fuel <= ROUND_LAST && e->n_evaluations - first <= EVALUATIONS_NEXT;
	     fuel += ROUND_STEP) {
		is_cut = false;
		for (k = 0; k < n; k++) {
			x[k].run.node = run_input(e, &x[k].in, fuel);
			is_cut = is_cut || e->nodes.a[x[k].run.node].cut;
		}
		log_verbose("%s(), %u calls deep: %u nodes, %llu evaluations", pfn_name(e->p, r->fn), fuel,
			    e->nodes.n - 1, (unsigned long long)(e->n_evaluations - first));
		if (roots->only_first_round)
			is_cut = false;
	}
	if (is_cut && n)
		engine_gap(e, "capped", r->fn, 0, "paths of many calls were not followed to their end");
	for (k = 0; k < n; k++)
		vec_push(&roots->runs, x[k].run);
	free(x);
}

void roots_run(struct engine *e, struct roots *roots)
{
	u32 i;

	for (i = 0; i < roots->a.n; i++)
		run_root(e, roots, i);
}
