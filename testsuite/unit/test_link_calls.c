// SPDX-License-Identifier: MIT
/* link/: where function addresses go, what an indirect call may reach, and the call graph. */
#include "test_link.h"

#define SIG "s32(*work)"

/* ---- slots ------------------------------------------------------------------------ */

/* Functions put into a member, in text: "name" by an initialiser, "name@where" by a store. */
static const char *slots_of(struct linked *l, const char *tag, const char *path)
{
	const struct program *p = l->p;
	const struct pmember *m = &p->members.a[program_find_member(p, tag, path)];
	struct buf out = BUF_INIT;
	const char *ret;

	for (u32 i = m->first_slot; i < m->first_slot + m->n_slots; i++) {
		const struct pslot *s = &p->slots.a[i];

		buf_addf(&out, "%s%s%s%s", i > m->first_slot ? " " : "", pfn_name(p, s->fn),
			 s->in_fn ? "@" : "", s->in_fn ? pfn_name(p, s->in_fn) : "");
	}
	ret = arena_strdup(&l->arena, buf_text(&out));
	buf_free(&out);
	return ret;
}

static void slots_of_initialisers(void **state)
{
	struct linked l;
	struct unit u;
	u32 member, ops, f, g;
	const struct pslot *slot;

	linked_init(&l);
	unit_begin(&u, "a/a.c", "a/a");
	member = unit_member(&u, "struct ops", "run", 8);
	f = unit_fn(&u, "f", LINK_STATIC, "a/a.c", 5, SIG);
	g = unit_fn(&u, "g", LINK_STATIC, "a/a.c", 6, SIG);
	ops = unit_sym(&u, "my_ops", LINK_STATIC, false, "a/a.c", 20, "struct ops");
	unit_init(&u, ops, 40, member, g, 0);
	unit_init(&u, ops, 8, member, g, 0);
	unit_init(&u, ops, 8, member, f, 0);	/* the last one of a place counts */
	linked_add(&l, &u, "1");
	linked_link(&l, 0);
	assert_string_equal(slots_of(&l, "struct ops", "run"), "f g");
	slot = &l.p->slots.a[1];
	assert_int_equal(slot->off, 8);
	assert_string_equal(program_str(l.p, l.p->vars.a[slot->var].name), "my_ops");
	assert_true(l.p->fns.a[slot->fn].address_taken);
	assert_int_equal(l.p->vars.a[slot->var].n_inits, 2);
	linked_free(&l);
}

/* work->func = f; work->func = c ? f : g; */
static void slots_of_stores(void **state)
{
	struct linked l;
	struct unit u;
	u32 member, f, g, user;
	struct val choice;

	linked_init(&l);
	unit_begin(&u, "a/a.c", "a/a");
	member = unit_member(&u, "struct work", "func", 24);
	f = unit_fn(&u, "f", LINK_STATIC, "a/a.c", 5, SIG);
	g = unit_fn(&u, "g", LINK_STATIC, "a/a.c", 6, SIG);
	user = unit_sym(&u, "user", LINK_GLOBAL, true, "a/a.c", 10, "v(*work,s32)");
	fn_begin(&u, user, 2);
	choice = insn(&u, ((struct fact_insn){ .op = FACT_SEL }), arg(1), ref_to(&u, f),
		      ref_to(&u, g));
	choice = insn(&u, ((struct fact_insn){ .op = FACT_ZEXT, .extra = 64 }), choice);
	store(&u, arg(0), member, choice);
	fn_end(&u);
	linked_add(&l, &u, "1");
	linked_link(&l, 2);
	assert_string_equal(slots_of(&l, "struct work", "func"), "f@user g@user");
	assert_int_equal(l.p->slots.a[1].insn, 3);
	assert_int_equal(l.p->slots.a[1].line, 13);
	assert_int_equal(l.p->slots.a[1].var, 0);
	assert_true(l.p->fns.a[fn_named(l.p, "g", 0)].address_taken);
	linked_free(&l);
}

/* init_work(w, fn) stores fn; wrapN(w, fn) calls wrapN-1(w, fn), the last one init_work(). */
#define N_WRAPPERS 4
static void add_wrappers(struct unit *u, u32 member, u32 *wrappers)
{
	for (u32 i = 0; i <= N_WRAPPERS; i++) {
		const char *name = arena_printf(&u->tu.arena, "wrap%u", i);

		wrappers[i] = unit_sym(u, i ? name : "init_work", LINK_GLOBAL, true, "a/a.c",
				       100 + 10 * i, "v(*work,*)");
		fn_begin(u, wrappers[i], 2);
		if (i)
			call(u, wrappers[i - 1], arg(0), arg(1));
		else
			store(u, arg(0), member, arg(1));
		fn_end(u);
	}
}

static void slots_of_arguments(void **state)
{
	struct linked l;
	struct unit u;
	u32 member, wrappers[N_WRAPPERS + 1];

	linked_init(&l);
	unit_begin(&u, "a/a.c", "a/a");
	member = unit_member(&u, "struct work", "func", 24);
	add_wrappers(&u, member, wrappers);
	for (u32 i = 0; i <= N_WRAPPERS; i++) {
		char name[2] = { (char)('a' + i), 0 }, user[2] = { (char)('p' + i), 0 };
		u32 f = unit_fn(&u, name, LINK_STATIC, "a/a.c", 5 + i, SIG);

		fn_begin(&u, unit_sym(&u, user, LINK_GLOBAL, true, "a/a.c", 20 + i, "v(*work)"), 1);
		call(&u, wrappers[i], arg(0), ref_to(&u, f));
		fn_end(&u);
	}
	linked_add(&l, &u, "1");
	linked_link(&l, 0);
	/* Through three wrappers, not through four. */
	assert_string_equal(slots_of(&l, "struct work", "func"), "a@p b@q c@r d@s");
	assert_true(l.p->fns.a[fn_named(l.p, "e", 0)].address_taken);
	linked_free(&l);
}

/* a->handler = ops->handler; set(a, ops->other), where set() stores its argument. */
static void slots_of_copies(void **state)
{
	struct linked l;
	struct unit u;
	u32 handler, other, mine, ops, set;

	linked_init(&l);
	unit_begin(&u, "a/a.c", "a/a");
	handler = unit_member(&u, "struct ops", "handler", 8);
	other = unit_member(&u, "struct ops", "other", 16);
	mine = unit_member(&u, "struct a", "handler", 0);
	ops = unit_sym(&u, "ops", LINK_STATIC, false, "a/a.c", 4, "struct ops");
	unit_init(&u, ops, 8, handler, unit_fn(&u, "f", LINK_STATIC, "a/a.c", 5, SIG), 0);
	unit_init(&u, ops, 16, other, unit_fn(&u, "g", LINK_STATIC, "a/a.c", 6, SIG), 0);
	set = unit_sym(&u, "set", LINK_STATIC, true, "a/a.c", 10, "v(*a,*)");
	fn_begin(&u, set, 2);
	store(&u, arg(0), mine, arg(1));
	fn_end(&u);
	fn_begin(&u, unit_sym(&u, "copy", LINK_GLOBAL, true, "a/a.c", 20, "v(*a,*ops)"), 2);
	store(&u, arg(0), mine, load(&u, arg(1), handler));
	call(&u, set, arg(0), load(&u, arg(1), other));
	fn_end(&u);
	linked_add(&l, &u, "1");
	linked_link(&l, 0);
	assert_string_equal(slots_of(&l, "struct a", "handler"), "f@copy g@copy");
	assert_string_equal(slots_of(&l, "struct ops", "handler"), "f");
	linked_free(&l);
}

/* What only an unreferred plain pointer names is not "taken": nobody can call through it. */
static void unreferred_pointer(void **state)
{
	struct linked l;
	struct unit u;
	u32 f, g, lonely, used;

	linked_init(&l);
	unit_begin(&u, "a/a.c", "a/a");
	f = unit_fn(&u, "f", LINK_STATIC, "a/a.c", 5, SIG);
	g = unit_fn(&u, "g", LINK_STATIC, "a/a.c", 6, SIG);
	lonely = unit_sym(&u, "lonely", LINK_STATIC, false, "a/a.c", 7, NULL);
	used = unit_sym(&u, "used", LINK_STATIC, false, "a/a.c", 8, NULL);
	unit_init(&u, lonely, 0, 0, f, 0);
	unit_init(&u, used, 0, 0, g, 0);
	fn_begin(&u, unit_sym(&u, "user", LINK_GLOBAL, true, "a/a.c", 20, "v()"), 0);
	call_by(&u, load(&u, ref_to(&u, used), 0), SIG, ref_to(&u, used));
	fn_end(&u);
	linked_add(&l, &u, "1");
	linked_link(&l, 0);
	assert_false(l.p->fns.a[fn_named(l.p, "f", 0)].address_taken);
	assert_true(l.p->fns.a[fn_named(l.p, "g", 0)].address_taken);
	assert_int_equal(l.p->var_slots.n - 1, 2);
	assert_int_equal(l.p->n_indirect_sites, 1);
	linked_free(&l);
}

/* ---- calls --------------------------------------------------------------------------- */

/*
 * One TU: root() calls work->func(), run(f), *handler and, knowing nothing, what a call
 * returned; f and g are in struct work.func, h is in handler, i is handed to run().
 */
static void add_calls(struct linked *l)
{
	struct unit u;
	u32 func, handler, f, g, h, i, run, unknown;
	struct val v;

	unit_begin(&u, "a/a.c", "a/a");
	func = unit_member(&u, "struct work", "func", 24);
	f = unit_fn(&u, "f", LINK_STATIC, "a/a.c", 1, SIG);
	g = unit_fn(&u, "g", LINK_STATIC, "a/a.c", 2, "s32(*work,u64)");
	h = unit_fn(&u, "h", LINK_STATIC, "a/a.c", 3, SIG);
	i = unit_fn(&u, "i", LINK_STATIC, "a/a.c", 4, SIG);
	unknown = unit_extern(&u, "unknown");
	handler = unit_sym(&u, "handler", LINK_GLOBAL, false, "a/a.c", 5, NULL);
	unit_init(&u, handler, 0, 0, h, 0);
	run = unit_sym(&u, "run", LINK_STATIC, true, "a/a.c", 10, "v(*,*work)");
	fn_begin(&u, run, 2);
	call_by(&u, arg(0), SIG, arg(1));
	fn_end(&u);
	fn_begin(&u, unit_sym(&u, "root", LINK_GLOBAL, true, "a/a.c", 20, "v(*work)"), 1);
	store(&u, arg(0), func, ref_to(&u, f));
	store(&u, arg(0), func, ref_to(&u, g));
	v = load(&u, arg(0), func);
	call_by(&u, v, SIG, arg(0));
	call(&u, run, ref_to(&u, i), arg(0));
	v = load(&u, ref_to(&u, handler), 0);
	call_by(&u, v, SIG, arg(0));
	v = call(&u, unknown);
	call_by(&u, v, "v(*,*)", arg(0));
	fn_end(&u);
	linked_add(l, &u, "1");
}

static void check_edges(struct linked *l, const char *caller, const char *const *want, u32 n)
{
	struct callgraph *g = callgraph_build(l->p);
	const struct call_edge *e;

	assert_int_equal(callgraph_callees(g, fn_named(l->p, caller, 0), &e), n);
	for (u32 i = 0; i < n; i++)
		assert_string_equal(arena_printf(&l->arena, "%s %s %u", e[i].callee ?
						 pfn_name(l->p, e[i].callee) : "?",
						 via_text(e[i].via), e[i].n_targets), want[i]);
	callgraph_free(g);
}

static void edges(void **state)
{
	static const char *const of_root[] = { "f store 1", "run direct 1", "h ops 1",
					       "unknown direct 1", "? unresolved 0" };
	static const char *const of_run[] = { "i argument 1" };
	struct linked l;

	linked_init(&l);
	add_calls(&l);
	linked_link(&l, 0);
	assert_int_equal(l.p->n_indirect_sites, 4);
	check_edges(&l, "root", of_root, ARRAY_LEN(of_root));
	check_edges(&l, "run", of_run, ARRAY_LEN(of_run));
	linked_free(&l);
}

static void targets(void **state)
{
	const struct target *t;
	struct linked l;
	struct str sig;
	u32 member;

	linked_init(&l);
	add_calls(&l);
	linked_link(&l, 0);
	member = program_find_member(l.p, "struct work", "func");
	sig = str_find(l.p->strings, SIG);
	assert_int_equal(program_member_targets(l.p, member, (struct str){ 0 }, &t), 2);
	assert_int_equal(t[1].fn, fn_named(l.p, "g", 0));
	assert_int_equal(l.p->slots.a[t[1].slot].fn, t[1].fn);
	assert_int_equal(program_member_targets(l.p, member, sig, &t), 1);
	assert_int_equal(program_member_targets(l.p, member, sig, &t), 1);
	assert_int_equal(t[0].fn, fn_named(l.p, "f", 0));
	assert_int_equal(program_var_targets(l.p, l.p->var_slots.a[1].var, sig, &t), 1);
	assert_int_equal(t[0].fn, fn_named(l.p, "h", 0));
	linked_free(&l);
}

/* The parameters of what a member may hold: casts of the address, and unions, but not more. */
static void signatures(void **state)
{
	static const struct { const char *call, *fn; u32 n; } cases[] = {
		{ "v(*work)", "s32(*work)", 1 },
		{ "v(*)", "v(*work)", 1 },
		{ "v(*work)", "v(*other)", 1 },
		{ "v(u64)", "v(*timer)", 1 },
		{ "v(s32,b)", "v(u32,u8)", 1 },
		{ "v(*work,...)", "v(*work,s32,s32)", 1 },
		{ "v()", "v()", 1 },
		{ "v(*work)", "v(*work,s32)", 0 },
		{ "v(*work,s32)", "v(*work)", 0 },
		{ "v()", "v(s32)", 0 },
		{ "v(=work)", "v(*work)", 0 },
		{ "v(*work)", "v(f)", 0 },
		{ "=pte()", "s32()", 0 },
		{ "v((", "v((", 1 },
		{ "v((,", "v((", 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct linked l;
		struct unit u;
		u32 member, ops;
		const struct target *t;

		linked_init(&l);
		unit_begin(&u, "a/a.c", NULL);
		member = unit_member(&u, "struct ops", "run", 8);
		ops = unit_sym(&u, "ops", LINK_STATIC, false, "a/a.c", 20, "struct ops");
		unit_init(&u, ops, 8, member,
			  unit_fn(&u, "f", LINK_STATIC, "a/a.c", 5, cases[i].fn), 0);
		linked_add(&l, &u, "1");
		linked_link(&l, 0);
		assert_int_equal(program_member_targets(l.p, program_find_member(l.p, "struct ops",
				 "run"), str_intern(l.p->strings, cases[i].call), &t), cases[i].n);
		linked_free(&l);
	}
}

/* In a "void *" member any function may be: only what fits is a target. */
static void untyped_member(void **state)
{
	struct linked l;
	struct unit u;
	u32 member, ops;
	const struct target *t;

	linked_init(&l);
	unit_begin(&u, "a/a.c", NULL);
	member = unit_member(&u, "struct any", "func", 0);
	ops = unit_sym(&u, "ops", LINK_STATIC, false, "a/a.c", 4, "struct any");
	for (u32 i = 0; i < 20; i++) {
		const char *name = arena_printf(&l.arena, "f%u", i);
		const char *sig = arena_printf(&l.arena, "v(*,*tag%u)", i);

		unit_init(&u, ops, i * 8, member,
			  unit_fn(&u, name, LINK_STATIC, "a/a.c", 10 + i, sig), 0);
	}
	linked_add(&l, &u, "1");
	linked_link(&l, 0);
	member = program_find_member(l.p, "struct any", "func");
	assert_int_equal(program_member_targets(l.p, member, (struct str){ 0 }, &t), 20);
	assert_int_equal(program_member_targets(l.p, member, str_intern(l.p->strings, "v(*,*tag7)"),
						&t), 1);
	assert_string_equal(pfn_name(l.p, t[0].fn), "f7");
	assert_int_equal(program_member_targets(l.p, member, str_intern(l.p->strings, "v(*,*)"),
						&t), 20);
	linked_free(&l);
}

/* run(ops->handler), where run() calls its argument. */
static void edges_of_loaded_arguments(void **state)
{
	static const char *const of_run[] = { "f argument 1" };
	struct linked l;
	struct unit u;
	u32 handler, ops, run;

	linked_init(&l);
	unit_begin(&u, "a/a.c", "a/a");
	handler = unit_member(&u, "struct ops", "handler", 8);
	ops = unit_sym(&u, "ops", LINK_STATIC, false, "a/a.c", 4, "struct ops");
	unit_init(&u, ops, 8, handler, unit_fn(&u, "f", LINK_STATIC, "a/a.c", 5, SIG), 0);
	run = unit_sym(&u, "run", LINK_STATIC, true, "a/a.c", 10, "v(*,*work)");
	fn_begin(&u, run, 2);
	call_by(&u, arg(0), SIG, arg(1));
	fn_end(&u);
	fn_begin(&u, unit_sym(&u, "root", LINK_GLOBAL, true, "a/a.c", 20, "v(*ops)"), 1);
	call(&u, run, load(&u, arg(0), handler), arg(0));
	fn_end(&u);
	linked_add(&l, &u, "1");
	linked_link(&l, 0);
	check_edges(&l, "run", of_run, ARRAY_LEN(of_run));
	linked_free(&l);
}

static void origins(void **state)
{
	const struct fact_body *b;
	u32 root, member, var, n = 0;
	struct linked l;

	linked_init(&l);
	add_calls(&l);
	linked_link(&l, 0);
	root = fn_named(l.p, "root", 0);
	b = program_body(l.p, root);
	assert_ptr_equal(b, program_body(l.p, root));
	for (u32 i = 1; i < b->n_insns; i++) {
		if (b->insns[i].op != FACT_CALL || !b->insns[i].extra)
			continue;
		program_callee_origin(l.p, root, b, b->vals[b->insns[i].first], &member, &var);
		assert_int_equal(member, n == 0 ? program_find_member(l.p, "struct work", "func") : 0);
		assert_int_equal(!!var, n == 1);
		n++;
	}
	assert_int_equal(n, 3);
	linked_free(&l);
}

static void paths(void **state)
{
	const struct call_edge *e;
	struct callgraph *g;
	struct linked l;
	u32 root, i, unknown;

	linked_init(&l);
	add_calls(&l);
	linked_link(&l, 0);
	g = callgraph_build(l.p);
	root = fn_named(l.p, "root", 0);
	i = fn_named(l.p, "i", 0);
	unknown = fn_named(l.p, "unknown", 0);
	assert_int_equal(callgraph_path(g, &root, 1, &i, 1, &l.arena, &e), 2);
	assert_int_equal(e[0].callee, fn_named(l.p, "run", 0));
	assert_int_equal(e[1].callee, i);
	assert_int_equal(callgraph_path(g, &i, 1, &root, 1, &l.arena, &e), 0);
	assert_int_equal(callgraph_path(g, &root, 1, &root, 1, &l.arena, &e), 0);
	assert_int_equal(callgraph_callers(g, unknown, &e), 1);
	assert_int_equal(e[0].caller, root);
	callgraph_free(g);
	linked_free(&l);
}

/* A path that starts in one driver does not go on in an unrelated one. */
static void paths_and_modules(void **state)
{
	static const char *const drivers[] = { "one", "two" };
	const struct call_edge *e;
	struct callgraph *g;
	struct linked l;
	struct unit u;
	u32 from, to;

	linked_init(&l);
	unit_begin(&u, "drivers/sub/sub.c", "drivers/sub/sub");
	fn_begin(&u, unit_sym(&u, "sub", LINK_GLOBAL, true, "drivers/sub/sub.c", 5, "v(*ops)"), 1);
	call_by(&u, load(&u, arg(0), unit_member(&u, "struct ops", "run", 8)), SIG, arg(0));
	fn_end(&u);
	linked_add(&l, &u, "sub");
	for (u32 i = 0; i < 2; i++) {
		const char *source = arena_printf(&l.arena, "drivers/%s/a.c", drivers[i]);
		u32 f, ops;

		unit_begin(&u, source, arena_printf(&l.arena, "drivers/%s/a", drivers[i]));
		f = unit_fn(&u, arena_printf(&l.arena, "run_%s", drivers[i]), LINK_STATIC, source, 5,
			    SIG);
		ops = unit_sym(&u, "ops", LINK_STATIC, false, source, 6, "struct ops");
		unit_init(&u, ops, 8, unit_member(&u, "struct ops", "run", 8), f, 0);
		fn_begin(&u, unit_sym(&u, drivers[i], LINK_GLOBAL, true, source, 20, "v()"), 0);
		call(&u, unit_extern(&u, "sub"), ref_to(&u, ops));
		fn_end(&u);
		linked_add(&l, &u, drivers[i]);
	}
	linked_link(&l, 0);
	g = callgraph_build(l.p);
	from = fn_named(l.p, "one", 0);
	to = fn_named(l.p, "run_one", 0);
	assert_int_equal(callgraph_path(g, &from, 1, &to, 1, &l.arena, &e), 2);
	assert_int_equal(e[1].via, VIA_OPS);
	assert_int_equal(e[1].n_targets, 2);
	to = fn_named(l.p, "run_two", 0);
	assert_int_equal(callgraph_path(g, &from, 1, &to, 1, &l.arena, &e), 0);
	callgraph_free(g);
	linked_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_of_initialisers),
		cmocka_unit_test(slots_of_stores),
		cmocka_unit_test(slots_of_arguments),
		cmocka_unit_test(slots_of_copies),
		cmocka_unit_test(unreferred_pointer),
		cmocka_unit_test(edges),
		cmocka_unit_test(targets),
		cmocka_unit_test(signatures),
		cmocka_unit_test(untyped_member),
		cmocka_unit_test(edges_of_loaded_arguments),
		cmocka_unit_test(origins),
		cmocka_unit_test(paths),
		cmocka_unit_test(paths_and_modules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
