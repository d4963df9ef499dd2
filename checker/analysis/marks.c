// SPDX-License-Identifier: MIT
/*
 * Marks, collected: predicates that the program defines, calls of mark functions by
 * drivers, annotations of the source, entries of the rules.
 *
 * A call marks one device of the module that calls.  Which one is told as lockdep tells
 * locks apart: by the member that the argument came from, and by every member of which
 * the module's code says that it holds the same pointer (priv->dev = &pdev->dev).  An
 * argument of unknown origin stands for every device of the module.
 *
 * Ignored: devices told apart by anything else than the member that holds them.
 */
#include "analysis/marks.h"

#include <fnmatch.h>

#define PREFIX "reclint:reclaim-safe"
#define CHASE_MAX 16		/* operations between a value and its origin */
#define ALIAS_ROUNDS 4

const char *mark_source_text(enum mark_source s)
{
	static const char *const names[] = { "predicate", "call", "annotation", "rule" };

	return names[s];
}

static struct mark *add(struct marks *m, enum mark_source source, const char *name)
{
	struct mark mark = { .source = source, .name = name };

	vec_push(&m->a, mark);
	return vec_last(&m->a);
}

static u32 driver_module(const struct program *p, u32 module)
{
	return module && !p->modules.a[module].is_core ? module : 0;
}

static void set_place(struct mark *mark, const struct program *p, struct str file, u32 line)
{
	mark->file = program_str(p, file);
	mark->line = line;
}

/* ---- predicates ------------------------------------------------------------------- */

static void find_predicates(struct engine *e, struct marks *m, u32 rule)
{
	const struct rule_fn *r = &e->rules->fns.a[rule];
	u32 fn;

	for (fn = 1; fn < e->p->fns.n; fn++) {
		struct mark *mark;

		if (!e->p->fns.a[fn].defined || fnmatch(r->fn, pfn_name(e->p, fn), 0))
			continue;
		mark = add(m, MARK_PREDICATE, pfn_name(e->p, fn));
		mark->fn = fn;
		mark->predicate = rule;
		mark->why = r->why;
		mark->module = driver_module(e->p, e->p->fns.a[fn].module);
		set_place(mark, e->p, e->p->fns.a[fn].file, e->p->fns.a[fn].line);
	}
}

/* ---- calls ------------------------------------------------------------------------ */

/* engine_token() of a value, by the text of the function alone. */
static u32 value_token(const struct pfn *f, const struct fact_body *b, struct val v)
{
	u32 depth;

	for (depth = 0; depth < CHASE_MAX && val_kind(v) == VAL_INSN; depth++) {
		const struct fact_insn *i = &b->insns[val_index(v)];

		if ((i->op == FACT_LOAD || i->op == FACT_MEMBER) && i->extra)
			return f->members[i->extra] << 1;
		if (i->op != FACT_MEMBER && i->op != FACT_ZEXT && i->op != FACT_SEXT && i->op != FACT_TRUNC)
			return 0;
		v = insn_val(b, i, 0);
	}
	if (val_kind(v) == VAL_SYM && ref_is_var(f->refs[val_index(v)]))
		return ref_id(f->refs[val_index(v)]) << 1 | 1;
	return 0;
}

static bool has_token(const struct mark *mark, u32 token)
{
	u32 i;

	for (i = 0; i < mark->tokens.n; i++)
		if (mark->tokens.a[i] == token)
			return true;
	return false;
}

/* Members that the function fills with the marked device; true if there is a new one. */
static bool alias_stores(struct program *p, struct mark *mark, u32 fn)
{
	const struct pfn *f = &p->fns.a[fn];
	const struct fact_body *b = program_body(p, fn);
	bool any = false;
	u32 i;

	for (i = 1; b && i < b->n_insns; i++) {
		const struct fact_insn *s = &b->insns[i];
		u32 member = s->op == FACT_STORE && s->extra ? f->members[s->extra] : 0;

		if (!member || has_token(mark, member << 1) ||
		    !has_token(mark, value_token(f, b, insn_val(b, s, 1))))
			continue;
		vec_push(&mark->tokens, member << 1);
		any = true;
	}
	return any;
}

static void find_aliases(struct program *p, struct mark *mark)
{
	bool any = true;
	u32 round, fn;

	for (round = 0; any && round < ALIAS_ROUNDS; round++)
		for (any = false, fn = 1; fn < p->fns.n; fn++)
			if (p->fns.a[fn].defined && p->fns.a[fn].module == mark->module)
				any = alias_stores(p, mark, fn) || any;
}

static struct mark *find_call_mark(struct marks *m, const char *name, u32 module, u32 token)
{
	u32 i;

	for (i = 0; i < m->a.n; i++) {
		struct mark *mark = &m->a.a[i];

		if (mark->source == MARK_CALL && !strcmp(mark->name, name) && mark->module == module &&
		    (token ? has_token(mark, token) : !mark->tokens.n))
			return mark;
	}
	return NULL;
}

static void add_call(struct program *p, struct marks *m, u32 fn, const struct fact_insn *call, u32 token,
		     const char *name, const char *why)
{
	u32 module = driver_module(p, p->fns.a[fn].module);
	struct mark *mark;

	if (!module || find_call_mark(m, name, module, token))
		return;
	mark = add(m, MARK_CALL, name);
	mark->module = module;
	mark->why = why;
	set_place(mark, p, p->fns.a[fn].file, call->line);
	if (!token)
		return;
	vec_push(&mark->tokens, token);
	find_aliases(p, mark);
}

static void find_calls_in(struct program *p, struct marks *m, u32 fn, u32 callee, const struct rule_fn *r)
{
	const struct pfn *f = &p->fns.a[fn];
	const struct fact_body *b = program_body(p, fn);
	u32 i;

	for (i = 1; b && i < b->n_insns; i++) {
		const struct fact_insn *c = &b->insns[i];
		struct val to;

		if (c->op != FACT_CALL)
			continue;
		to = insn_val(b, c, 0);
		if (val_kind(to) != VAL_SYM || f->refs[val_index(to)].v != ref_fn(callee).v)
			continue;
		add_call(p, m, fn, c, r->place.arg + 1 < c->n ?
			 value_token(f, b, insn_val(b, c, r->place.arg + 1)) : 0, pfn_name(p, callee), r->why);
	}
}

static bool refers_to(const struct pfn *f, u32 callee)
{
	u32 i;

	for (i = 1; i < f->n_refs; i++)
		if (f->refs[i].v == ref_fn(callee).v)
			return true;
	return false;
}

static void find_calls(struct engine *e, struct marks *m, u32 rule)
{
	const struct rule_fn *r = &e->rules->fns.a[rule];
	struct program *p = e->p;
	u32 callee, fn;

	for (callee = 1; callee < p->fns.n; callee++) {
		if (fnmatch(r->fn, pfn_name(p, callee), 0))
			continue;
		for (fn = 1; fn < p->fns.n; fn++)
			if (p->fns.a[fn].defined && driver_module(p, p->fns.a[fn].module) &&
			    refers_to(&p->fns.a[fn], callee))
				find_calls_in(p, m, fn, callee, r);
	}
}

/* ---- annotations ------------------------------------------------------------------- */

/* A table by which a driver is registered, or the callbacks of its devices. */
static bool is_driver_table(const struct engine *e, const struct pvar *var)
{
	const char *tag = program_str(e->p, var->tag);
	u32 i;

	for (i = 0; i < e->rules->buses.n; i++)
		if (!strcmp(e->rules->buses.a[i].driver, tag))
			return true;
	for (i = 0; i < e->rules->resumes.n; i++)
		if (!strcmp(e->rules->resumes.a[i].tag, tag))
			return true;
	return false;
}

/* A function that a table names as one that runs when a device is resumed. */
static bool is_callback(const struct engine *e, u32 fn)
{
	u32 i, k;

	for (i = 0; i < e->p->slots.n; i++) {
		const struct pmember *member = &e->p->members.a[e->p->slots.a[i].member];

		if (e->p->slots.a[i].fn != fn)
			continue;
		for (k = 0; k < e->rules->resumes.n; k++)
			if (!strcmp(e->rules->resumes.a[k].tag, program_str(e->p, member->tag)))
				return true;
	}
	return false;
}

static void annotate_symbol(const struct engine *e, struct mark *mark, struct ref sym)
{
	const struct program *p = e->p;

	if (!ref_is_var(sym)) {
		const struct pfn *f = &p->fns.a[ref_id(sym)];

		mark->name = program_str(p, f->name);
		if (is_callback(e, ref_id(sym)))
			mark->module = driver_module(p, f->module);
		mark->fn = mark->module ? 0 : ref_id(sym);
		return;
	}
	mark->name = program_str(p, p->vars.a[ref_id(sym)].name);
	if (is_driver_table(e, &p->vars.a[ref_id(sym)])) {
		mark->module = driver_module(p, p->vars.a[ref_id(sym)].module);
		mark->is_absent = !mark->module;
		return;
	}
	vec_push(&mark->tokens, ref_id(sym) << 1 | 1);
	mark->covers_locks = true;
}

/* A declaration and the definition may both say it. */
static bool is_said_before(const struct program *p, u32 at)
{
	const struct pannotation *a = &p->annotations.a[at];
	u32 i;

	for (i = 0; i < at; i++) {
		const struct pannotation *b = &p->annotations.a[i];

		if (a->sym.v == b->sym.v && a->member == b->member && str_eq(a->tag, b->tag) &&
		    (a->sym.v || str_eq(a->text, b->text)))
			return true;
	}
	return false;
}

static void add_annotation(struct engine *e, struct marks *m, const struct pannotation *a)
{
	const char *text = program_str(e->p, a->text), *why = text + strlen(PREFIX);
	struct mark *mark;

	if (strncmp(text, PREFIX, strlen(PREFIX)) || (*why && *why != ':'))
		return;
	mark = add(m, MARK_ANNOTATION, NULL);
	for (why += *why == ':'; *why == ' '; why++)
		;
	mark->why = *why ? why : NULL;
	mark->is_for_us = true;
	set_place(mark, e->p, a->file, a->line);
	if (a->sym.v) {
		annotate_symbol(e, mark, a->sym);
	} else if (a->member) {
		mark->name = engine_token_text(e, a->member << 1, &e->arena);
		vec_push(&mark->tokens, a->member << 1);
		mark->covers_locks = true;
	} else {
		mark->name = program_str(e->p, a->tag);
		mark->tag = a->tag;
	}
}

/* ---- rules ---------------------------------------------------------------------------- */

static void add_rule(struct engine *e, struct marks *m, const struct rule_mark *r)
{
	struct mark *mark = add(m, MARK_RULE, NULL);
	u32 member = r->device.tag ? program_find_member(e->p, r->device.tag, r->device.path) : 0, i;

	mark->why = r->why;
	mark->file = r->pos.file;
	mark->line = r->pos.line;
	mark->is_for_us = true;
	for (i = 1; r->module && i < e->p->modules.n; i++)
		if (!strcmp(program_str(e->p, e->p->modules.a[i].name), r->module))
			mark->module = i;
	if (member)
		vec_push(&mark->tokens, member << 1);
	mark->is_absent = (r->module && !mark->module) || (r->device.tag && !member);
	mark->name = r->device.tag ? arena_printf(&e->arena, "%s.%s", r->device.tag, r->device.path) :
		     r->module;
}

void marks_find(struct engine *e, struct marks *ret)
{
	u32 i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < e->rules->fns.n; i++)
		if (e->rules->fns.a[i].kind == RULE_PREDICATE)
			find_predicates(e, ret, i);
	for (i = 0; i < e->rules->fns.n; i++)
		if (e->rules->fns.a[i].kind == RULE_MARK)
			find_calls(e, ret, i);
	for (i = 0; i < e->p->annotations.n; i++)
		if (!is_said_before(e->p, i))
			add_annotation(e, ret, &e->p->annotations.a[i]);
	for (i = 0; i < e->rules->marks.n; i++)
		add_rule(e, ret, &e->rules->marks.a[i]);
}

void marks_free(struct marks *m)
{
	u32 i;

	for (i = 0; i < m->a.n; i++) {
		vec_free(&m->a.a[i].tokens);
		bitset_free(&m->a.a[i].modules);
	}
	vec_free(&m->a);
}

/* ---- what they cover ---------------------------------------------------------------------- */

bool marks_is_resume(const struct engine *e, const struct node_event *ev)
{
	return e->rules->fns.a[ev->rule].kind == RULE_SINK;
}

static bool covers_token(const struct mark *mark, const struct engine *e, u32 token)
{
	if (mark->tag.n)
		return token && !(token & 1) && str_eq(e->p->members.a[token >> 1].tag, mark->tag);
	return !mark->tokens.n || has_token(mark, token);
}

u32 marks_cover_event(const struct marks *m, const struct engine *e, u32 node, const struct node_event *ev)
{
	enum rule_fn_kind kind = e->rules->fns.a[ev->rule].kind;
	u32 i;

	if (kind != RULE_SINK && kind != RULE_LOCK && kind != RULE_WAIT)
		return 0;
	for (i = 0; i < m->a.n; i++) {
		const struct mark *mark = &m->a.a[i];

		if (mark->source == MARK_PREDICATE || mark->fn || mark->is_absent)
			continue;
		if (mark->module && e->nodes.a[node].module != mark->module)
			continue;
		if ((kind == RULE_SINK || mark->covers_locks) && covers_token(mark, e, ev->token))
			return i + 1;
	}
	return 0;
}

u32 marks_cover_function(const struct marks *m, u32 fn)
{
	u32 i;

	for (i = 0; i < m->a.n; i++)
		if (m->a.a[i].source == MARK_ANNOTATION && m->a.a[i].fn == fn)
			return i + 1;
	return 0;
}

bool marks_cover_any(const struct marks *m, const struct engine *e)
{
	u32 i, k;

	for (i = 1; m->a.n && i < e->nodes.n; i++) {
		if (marks_cover_function(m, e->nodes.a[i].fn))
			return true;
		for (k = 0; k < e->nodes.a[i].events.n; k++)
			if (marks_cover_event(m, e, i, &e->nodes.a[i].events.a[k]))
				return true;
	}
	return false;
}
