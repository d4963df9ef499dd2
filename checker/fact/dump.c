// SPDX-License-Identifier: MIT
/*
 * A TU as text for people and for golden files.  Names stand in place of ids and
 * everything is sorted by text, so that what two front-ends say of one TU can be
 * put side by side.
 *
 * Ignored: the names of the inputs (their number is given).
 */
#include "fact/codec.h"

#include "base/buf.h"
#include "base/err.h"

#include <stdlib.h>

#define COMMENT_COLUMN 64

struct dumper {
	struct fact_tu *tu;
	const struct fact_fn *fn;	/* being dumped */
	struct fact_body body;
	u32 *ordinal;			/* of locals among those of one name, from 1 */
	struct arena scratch;
	struct buf *out;
};

static const char *text(const struct dumper *d, struct str s)
{
	return str_text(d->tu->strings, s);
}

static const char *fn_text(const struct dumper *d, u32 index)
{
	return index && index < d->fn->n_strs ? text(d, d->fn->strs[index]) : "";
}

/* ---- sorting ------------------------------------------------------------------ */

static int compare_u32(u32 a, u32 b)
{
	return a < b ? -1 : a > b;
}

static int compare_str(const struct fact_tu *tu, struct str a, struct str b)
{
	return strcmp(str_text(tu->strings, a), str_text(tu->strings, b));
}

static int compare_syms(const struct fact_tu *tu, u32 ia, u32 ib)
{
	const struct fact_sym *a = &tu->syms.a[ia], *b = &tu->syms.a[ib];
	int c = compare_str(tu, a->name, b->name);

	c = c ? c : compare_str(tu, a->file, b->file);
	return c ? c : compare_u32(a->line, b->line);
}

static int by_sym(const void *pa, const void *pb, void *tu)
{
	u32 a = *(const u32 *)pa, b = *(const u32 *)pb;
	int c = compare_syms(tu, a, b);

	return c ? c : compare_u32(a, b);
}

static int by_init(const void *pa, const void *pb, void *arg)
{
	const struct fact_tu *tu = arg;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_init *a = &tu->inits.a[ia], *b = &tu->inits.a[ib];
	int c = a->var == b->var ? 0 : compare_syms(tu, a->var, b->var);

	c = c ? c : compare_u32(a->off, b->off);
	return c ? c : compare_u32(ia, ib);
}

static int by_fn(const void *pa, const void *pb, void *arg)
{
	const struct fact_tu *tu = arg;
	u32 ia = *(const u32 *)pa, ib = *(const u32 *)pb;
	const struct fact_fn *a = &tu->fns.a[ia], *b = &tu->fns.a[ib];
	int c = compare_str(tu, a->file, b->file);

	c = c ? c : compare_u32(a->line, b->line);
	c = c ? c : compare_syms(tu, a->sym, b->sym);
	return c ? c : compare_u32(ia, ib);
}

/* The indexes [1 .. n) of a table, in order; element 0 is not used. */
static u32 *sorted(struct dumper *d, u32 n, int (*compare)(const void *, const void *, void *))
{
	u32 *order = arena_array(&d->scratch, u32, (size_t)n + 1);

	for (u32 i = 0; i < n; i++)
		order[i] = i;
	if (n > 2)
		qsort_r(order + 1, n - 1, sizeof(*order), compare, d->tu);
	return order;
}

/* ---- pieces --------------------------------------------------------------------- */

/* Small numbers as people write them, masks and addresses in hex. */
static void add_number(struct buf *out, s64 v)
{
	if (v > -4096 && v < 1024)
		buf_addf(out, "%lld", (long long)v);
	else
		buf_addf(out, "0x%llx", (unsigned long long)v);
}

static void add_place(struct dumper *d, struct str file, u32 line, u32 col)
{
	if (!file.n)
		return;
	buf_addf(d->out, " %s:%u", text(d, file), line);
	if (col)
		buf_addf(d->out, ":%u", col);
}

static const char *linkage_text(u8 linkage)
{
	static const char *const texts[] = {
		[LINK_STATIC] = "static",
		[LINK_GLOBAL] = "global",
		[LINK_WEAK] = "weak",
		[LINK_EXTERN] = "extern",
		[LINK_LOCAL_STATIC] = "local-static",
	};

	return linkage < ARRAY_LEN(texts) ? texts[linkage] : "?";
}

static void add_member(struct dumper *d, u32 member)
{
	const struct fact_member *m = &d->tu->members.a[member];

	buf_addf(d->out, " %s.%s", text(d, m->tag), text(d, m->path));
}

/* "u64(*shrinker,u32)" and names give "u64 NAME(*shrinker s, u32 n)". */
static void add_prototype(struct dumper *d, const struct fact_sym *sym, const struct fact_fn *fn)
{
	const char *type = text(d, sym->type), *p = strchr(type, '(');
	u32 n_args = fn ? fn->n_args : 0;

	if (!p) {
		buf_addf(d->out, "? %s(?)", text(d, sym->name));
		return;
	}
	buf_addf(d->out, "%.*s %s(", (int)(p - type), type, text(d, sym->name));
	p++;
	for (u32 i = 0; *p && *p != ')'; i++) {
		size_t len = strcspn(p, ",)");

		buf_addf(d->out, "%s%.*s", i ? ", " : "", (int)len, p);
		if (i < n_args && fn->arg_names[i].n)
			buf_addf(d->out, " %s", text(d, fn->arg_names[i]));
		p += len;
		p += *p == ',';
	}
	buf_addc(d->out, ')');
}

/* ---- operands -------------------------------------------------------------------- */

static void add_local(struct dumper *d, u32 index)
{
	const char *name = fn_text(d, d->body.locals[index].name);

	if (!*name)
		name = "unnamed";
	buf_addf(d->out, "&%s", name);
	if (d->ordinal[index] > 1)
		buf_addf(d->out, "~%u", d->ordinal[index]);
}

static void add_val(struct dumper *d, struct val v)
{
	u32 i = val_index(v);

	switch (val_kind(v)) {
	case VAL_NONE:
		buf_addc(d->out, '?');
		break;
	case VAL_INSN:
		buf_addf(d->out, "%%%u", i);
		break;
	case VAL_ARG:
		buf_addf(d->out, "%%arg%u", i);
		if (d->fn->arg_names && d->fn->arg_names[i].n)
			buf_addf(d->out, "[%s]", text(d, d->fn->arg_names[i]));
		break;
	case VAL_CONST:
		add_number(d->out, d->body.consts[i]);
		break;
	case VAL_SYM:
		buf_addf(d->out, "@%s", text(d, d->tu->syms.a[d->fn->refs[i]].name));
		break;
	case VAL_LOCAL:
		add_local(d, i);
		break;
	case VAL_BLOCK:
		buf_addf(d->out, "bb%u", i);
		break;
	case VAL_UNDEF:
		buf_adds(d->out, "undef");
		break;
	}
}

static void add_operand(struct dumper *d, const struct fact_insn *insn, u32 i)
{
	add_val(d, d->body.vals[insn->first + i]);
}

static void add_operands(struct dumper *d, const struct fact_insn *insn)
{
	for (u32 i = 0; i < insn->n; i++) {
		buf_addc(d->out, ' ');
		add_operand(d, insn, i);
	}
}

static void add_call(struct dumper *d, const struct fact_insn *insn)
{
	buf_addc(d->out, ' ');
	add_operand(d, insn, 0);
	buf_addc(d->out, '(');
	for (u32 i = 1; i < insn->n; i++) {
		buf_adds(d->out, i > 1 ? ", " : "");
		add_operand(d, insn, i);
	}
	buf_addc(d->out, ')');
	if (insn->extra)
		buf_addf(d->out, " %s", fn_text(d, insn->extra));
}

static void add_access(struct dumper *d, const struct fact_insn *insn)
{
	buf_addc(d->out, ' ');
	add_operand(d, insn, 0);
	buf_addf(d->out, " %+d", insn->off);
	if (insn->extra && d->fn->members[insn->extra])
		add_member(d, d->fn->members[insn->extra]);
	if (insn->op == FACT_STORE) {
		buf_adds(d->out, " = ");
		add_operand(d, insn, 1);
	}
}

static void add_phi(struct dumper *d, const struct fact_insn *insn)
{
	for (u32 i = 0; i + 1 < insn->n; i += 2) {
		buf_adds(d->out, " [");
		add_operand(d, insn, i);
		buf_addc(d->out, ' ');
		add_operand(d, insn, i + 1);
		buf_addc(d->out, ']');
	}
}

static void add_switch(struct dumper *d, const struct fact_insn *insn)
{
	buf_addc(d->out, ' ');
	add_operand(d, insn, 0);
	buf_addc(d->out, ' ');
	add_operand(d, insn, 1);
	for (u32 i = 2; i + 2 < insn->n; i += 3) {
		buf_adds(d->out, " [");
		add_operand(d, insn, i);
		if (d->body.vals[insn->first + i].v != d->body.vals[insn->first + i + 1].v) {
			buf_adds(d->out, "..");
			add_operand(d, insn, i + 1);
		}
		buf_addc(d->out, ' ');
		add_operand(d, insn, i + 2);
		buf_addc(d->out, ']');
	}
}

/* ---- instructions ------------------------------------------------------------------ */

static void add_flags(struct dumper *d, u8 flags)
{
	static const struct { u8 flag; const char *text; } all[] = {
		{ FACT_CLEANUP, "cleanup" }, { FACT_CLOBBER, "clobber" },
		{ FACT_VOLATILE, "volatile" }, { FACT_NORETURN, "noreturn" },
		{ FACT_VARIADIC, "variadic" },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (flags & all[i].flag)
			buf_addf(d->out, " %s", all[i].text);
}

static void add_position(struct dumper *d, const struct fact_insn *insn, size_t line_start)
{
	size_t used = d->out->len - line_start;

	if (!insn->line)
		return;
	buf_addf(d->out, "%*s; %u", used < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - used) : 1, "",
		 insn->line);
	if (insn->col)
		buf_addf(d->out, ":%u", insn->col);
}

static void add_insn(struct dumper *d, u32 index)
{
	const struct fact_insn *insn = &d->body.insns[index];
	bool is_void = insn->op == FACT_CALL && !insn->bits;
	size_t start = d->out->len;

	buf_adds(d->out, "    ");
	if (fact_shapes[insn->op].has_result && !is_void)
		buf_addf(d->out, "%%%u = ", index);
	buf_adds(d->out, fact_op_text((enum fact_op)insn->op));
	if (insn->bits == FACT_BITS_AGGREGATE)
		buf_adds(d->out, " aggregate");
	else if (insn->bits)
		buf_addf(d->out, " %u", insn->bits);
	if (insn->op == FACT_CALL)
		add_call(d, insn);
	else if (fact_shapes[insn->op].has_off)
		add_access(d, insn);
	else if (insn->op == FACT_PHI)
		add_phi(d, insn);
	else if (insn->op == FACT_SWITCH)
		add_switch(d, insn);
	else
		add_operands(d, insn);
	if (fact_shapes[insn->op].extra == EXTRA_BITS)
		buf_addf(d->out, " from %u", insn->extra);
	add_flags(d, insn->flags);
	add_position(d, insn, start);
	buf_addc(d->out, '\n');
}

static void count_locals(struct dumper *d)
{
	u32 *count = arena_array(&d->scratch, u32, (size_t)d->fn->n_strs + 1);

	d->ordinal = arena_array(&d->scratch, u32, (size_t)d->body.n_locals + 1);
	for (u32 i = 1; i < d->body.n_locals; i++)
		d->ordinal[i] = ++count[d->body.locals[i].name];
}

static void add_locals(struct dumper *d)
{
	for (u32 i = 1; i < d->body.n_locals; i++) {
		buf_adds(d->out, "  local ");
		add_local(d, i);
		if (d->body.locals[i].tag)
			buf_addf(d->out, " %s", fn_text(d, d->body.locals[i].tag));
		buf_addf(d->out, ", %u bytes\n", d->body.locals[i].size);
	}
}

static void add_fn_head(struct dumper *d)
{
	const struct fact_fn *fn = d->fn;
	const struct fact_sym *sym = &d->tu->syms.a[fn->sym];

	buf_adds(d->out, "fn ");
	add_prototype(d, sym, fn);
	buf_addf(d->out, " %s", linkage_text(sym->linkage));
	if (fn->flags & FACT_FN_INLINE)
		buf_adds(d->out, " inline");
	if (fn->flags & FACT_FN_NORETURN)
		buf_adds(d->out, " noreturn");
	if (fn->flags & FACT_FN_INIT)
		buf_adds(d->out, " init");
	add_place(d, fn->file, fn->line, 0);
	buf_addf(d->out, "-%u\n", fn->end_line);
}

/* What a front-end made goes through its bytes: checked, and numbered as in a file. */
static struct err *get_body(struct dumper *d, struct fact_fn *fn)
{
	const char *source = text(d, d->tu->source);
	struct fact_fn encoded;
	struct err *err = fn->body ? fact_fn_encode(d->tu, fn) : NULL;

	if (err)
		return err_wrap(err, "%s: function '%s' is malformed", source,
				text(d, d->tu->syms.a[fn->sym].name));
	encoded = *fn;
	encoded.body = NULL;
	return fact_fn_body(d->tu, &encoded, source, &d->scratch, &d->body);
}

static struct err *add_fn(struct dumper *d, struct fact_fn *fn)
{
	struct arena_mark mark = arena_mark(&d->scratch);
	struct err *err = get_body(d, fn);

	if (err)
		return err;
	d->fn = fn;
	count_locals(d);
	add_fn_head(d);
	add_locals(d);
	for (u32 i = 0; i < d->body.n_blocks; i++) {
		const struct fact_block *b = &d->body.blocks[i];

		buf_addf(d->out, "  bb%u:\n", i);
		for (u32 k = b->first; k < b->first + b->n; k++)
			add_insn(d, k);
	}
	arena_release(&d->scratch, mark);
	return NULL;
}

/* ---- tables ------------------------------------------------------------------------- */

static void add_unit(struct dumper *d)
{
	const struct fact_tu *tu = d->tu;

	buf_addf(d->out, "unit %s\n", text(d, tu->source));
	if (tu->module.n)
		buf_addf(d->out, "  module %s\n", text(d, tu->module));
	if (tu->modfile.n)
		buf_addf(d->out, "  modfile %s\n", text(d, tu->modfile));
	buf_addf(d->out, "  %s\n", tu->is_module ? "a module" : "built in");
	buf_addf(d->out, "  front-end %s\n", text(d, tu->frontend));
	buf_addf(d->out, "  %u inputs\n", tu->inputs.n - 1);
}

static void add_problems(struct dumper *d)
{
	static const char *const kinds[PROBLEM_COUNT] = {
		[PROBLEM_PARSE] = "parse",
		[PROBLEM_LOST_FUNCTION] = "lost-function",
		[PROBLEM_UNSUPPORTED] = "unsupported",
	};

	for (u32 i = 1; i < d->tu->problems.n; i++) {
		const struct fact_problem *p = &d->tu->problems.a[i];

		buf_addf(d->out, "problem %s", kinds[p->kind]);
		add_place(d, p->file, p->line, p->col);
		if (p->function.n)
			buf_addf(d->out, " in %s", text(d, p->function));
		buf_addf(d->out, ": %s\n", text(d, p->text));
	}
}

static void add_annotations(struct dumper *d)
{
	for (u32 i = 1; i < d->tu->annotations.n; i++) {
		const struct fact_annotation *a = &d->tu->annotations.a[i];

		buf_addf(d->out, "annotation %s", text(d, a->text));
		if (a->sym)
			buf_addf(d->out, " @%s", text(d, d->tu->syms.a[a->sym].name));
		if (a->tag.n)
			buf_addf(d->out, " %s", text(d, a->tag));
		if (a->path.n)
			buf_addf(d->out, ".%s", text(d, a->path));
		add_place(d, a->file, a->line, 0);
		buf_addc(d->out, '\n');
	}
}

static void add_syms(struct dumper *d)
{
	u32 *order = sorted(d, d->tu->syms.n, by_sym);

	for (u32 i = 1; i < d->tu->syms.n; i++) {
		const struct fact_sym *s = &d->tu->syms.a[order[i]];

		buf_addf(d->out, "%s %s ", s->is_fn ? "function" : "variable",
			 linkage_text(s->linkage));
		if (s->is_fn) {
			add_prototype(d, s, NULL);
		} else {
			buf_addf(d->out, "%s%s%s%s", s->is_const ? "const " : "",
				 text(d, s->type), s->type.n ? " " : "", text(d, s->name));
		}
		add_place(d, s->file, s->line, 0);
		buf_addc(d->out, '\n');
	}
}

static void add_inits(struct dumper *d)
{
	u32 *order = sorted(d, d->tu->inits.n, by_init);

	for (u32 i = 1; i < d->tu->inits.n; i++) {
		const struct fact_init *init = &d->tu->inits.a[order[i]];

		buf_addf(d->out, "init @%s +%u", text(d, d->tu->syms.a[init->var].name),
			 init->off);
		if (init->member)
			add_member(d, init->member);
		buf_adds(d->out, " = ");
		if (init->sym)
			buf_addf(d->out, "@%s", text(d, d->tu->syms.a[init->sym].name));
		if (init->sym && init->value)
			buf_addf(d->out, " %+lld", (long long)init->value);
		else if (!init->sym)
			add_number(d->out, init->value);
		buf_addc(d->out, '\n');
	}
}

static struct err *add_fns(struct dumper *d, const char *function)
{
	u32 *order = sorted(d, d->tu->fns.n, by_fn), n_found = 0;
	struct err *err = NULL;

	for (u32 i = 1; i < d->tu->fns.n && !err; i++) {
		struct fact_fn *fn = &d->tu->fns.a[order[i]];

		if (function && strcmp(text(d, d->tu->syms.a[fn->sym].name), function) != 0)
			continue;
		err = add_fn(d, fn);
		n_found++;
	}
	if (!err && function && !n_found)
		err = err_new("no function '%s' in '%s'", function, text(d, d->tu->source));
	return err;
}

struct err *fact_dump(struct fact_tu *tu, const char *function, struct buf *out)
{
	struct dumper d = { .tu = tu, .out = out };
	struct err *err;

	if (!function) {
		add_unit(&d);
		add_problems(&d);
		add_annotations(&d);
		add_syms(&d);
		add_inits(&d);
	}
	err = add_fns(&d, function);
	arena_free(&d.scratch);
	return err;
}
