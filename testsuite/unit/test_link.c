// SPDX-License-Identifier: MIT
/* link/: names, equal functions, slots, modules, broken input, and the order of everything. */
#include "test_link.h"

/* ---- names ------------------------------------------------------------------------ */

/* caller() in its own TU calls name(). */
static void add_caller(struct linked *l, const char *source, const char *modfile, const char *file,
		       const char *caller, const char *name)
{
	struct unit u;
	u32 callee;

	unit_begin(&u, source, modfile);
	callee = unit_extern(&u, name);
	fn_begin(&u, unit_sym(&u, caller, LINK_GLOBAL, true, source, 10, "v()"), 0);
	call(&u, callee);
	fn_end(&u);
	linked_add(l, &u, file);
}

static void add_global(struct linked *l, const char *source, const char *modfile, const char *file,
		       const char *name, enum fact_linkage linkage)
{
	struct unit u;

	unit_begin(&u, source, modfile);
	unit_fn(&u, name, linkage, source, 20, "v()");
	linked_add(l, &u, file);
}

static const char *callee_file(const struct program *p, const char *caller)
{
	struct ref ref = p->fns.a[fn_named(p, caller, 0)].refs[1];

	assert_false(ref_is_var(ref));
	return program_str(p, p->fns.a[ref_id(ref)].file);
}

static void strong_beats_weak(void **state)
{
	struct linked l;

	linked_init(&l);
	add_global(&l, "a/weak.c", "a/weak", "1", "arch_setup", LINK_WEAK);
	add_caller(&l, "a/user.c", "a/user", "2", "user", "arch_setup");
	add_caller(&l, "a/lonely.c", "a/lonely", "3", "lonely", "only_weak");
	add_global(&l, "z/strong.c", "z/strong", "4", "arch_setup", LINK_GLOBAL);
	add_global(&l, "z/weak.c", "z/weak", "5", "only_weak", LINK_WEAK);
	linked_link(&l, 0);
	assert_string_equal(callee_file(l.p, "user"), "z/strong.c");
	assert_string_equal(callee_file(l.p, "lonely"), "z/weak.c");
	assert_int_equal(count_named(l.p, "arch_setup"), 2);
	linked_free(&l);
}

/* Whatever folders the files lie in, they are merged in the order of their names: texts are numbered by it. */
static void order_of_names(void **state)
{
	static const char *const names[] = { "b", "a" };
	struct linked l;

	linked_init(&l);
	add_global(&l, "x/one.c", "x/one", "1", "one", LINK_GLOBAL);
	add_global(&l, "y/two.c", "y/two", "2", "two", LINK_GLOBAL);
	linked_link(&l, 0);
	assert_true(str_find(l.p->strings, "one").n < str_find(l.p->strings, "two").n);
	l.names = names;
	linked_link(&l, 0);
	assert_true(str_find(l.p->strings, "two").n < str_find(l.p->strings, "one").n);
	linked_free(&l);
}

/* A weak definition does not win in its own TU either. */
static void strong_beats_own_weak(void **state)
{
	struct linked l;
	struct unit u;
	u32 weak;

	linked_init(&l);
	unit_begin(&u, "a/weak.c", "a/weak");
	weak = unit_fn(&u, "arch_setup", LINK_WEAK, "a/weak.c", 5, "v()");
	fn_begin(&u, unit_sym(&u, "user", LINK_GLOBAL, true, "a/weak.c", 10, "v()"), 0);
	call(&u, weak);
	fn_end(&u);
	linked_add(&l, &u, "1");
	add_global(&l, "z/strong.c", "z/strong", "2", "arch_setup", LINK_GLOBAL);
	linked_link(&l, 0);
	assert_string_equal(callee_file(l.p, "user"), "z/strong.c");
	linked_free(&l);
}

static void nearest_of_several_globals(void **state)
{
	struct linked l;
	struct unit u;
	u32 own;

	linked_init(&l);
	add_global(&l, "arch/x86/boot/string.c", "arch/x86/boot/string", "1", "copy", LINK_GLOBAL);
	add_global(&l, "lib/string.c", "lib/string", "2", "copy", LINK_GLOBAL);
	add_global(&l, "drivers/a/one.c", "drivers/a/a", "3", "copy", LINK_GLOBAL);
	add_caller(&l, "drivers/a/sub/two.c", "drivers/a/a", "4", "in_module", "copy");
	add_caller(&l, "arch/x86/boot/main.c", "arch/x86/boot/main", "5", "in_folder", "copy");
	add_caller(&l, "fs/open.c", "fs/open", "6", "far_away", "copy");
	add_caller(&l, "arch/x86/mm/init.c", "arch/x86/mm/init", "8", "below_arch", "copy");
	unit_begin(&u, "drivers/a/three.c", "drivers/a/a");
	own = unit_fn(&u, "copy", LINK_GLOBAL, "drivers/a/three.c", 5, "v()");
	fn_begin(&u, unit_sym(&u, "in_tu", LINK_GLOBAL, true, "drivers/a/three.c", 10, "v()"), 0);
	call(&u, own);
	fn_end(&u);
	linked_add(&l, &u, "7");
	linked_link(&l, 1);
	assert_int_equal(count_named(l.p, "copy"), 4);
	assert_string_equal(callee_file(l.p, "in_module"), "drivers/a/one.c");
	assert_string_equal(callee_file(l.p, "in_folder"), "arch/x86/boot/string.c");
	assert_string_equal(callee_file(l.p, "far_away"), "lib/string.c");
	assert_string_equal(callee_file(l.p, "below_arch"), "lib/string.c");
	assert_string_equal(callee_file(l.p, "in_tu"), "drivers/a/three.c");
	linked_free(&l);
}

static void undefined_once(void **state)
{
	struct linked l;
	const struct pfn *fn;

	linked_init(&l);
	add_caller(&l, "a/a.c", "a/a", "1", "a", "nowhere");
	add_caller(&l, "b/b.c", "b/b", "2", "b", "nowhere");
	linked_link(&l, 0);
	assert_int_equal(count_named(l.p, "nowhere"), 1);
	fn = &l.p->fns.a[fn_named(l.p, "nowhere", 0)];
	assert_false(fn->defined);
	assert_int_equal(fn->encoded_n, 0);
	assert_null(program_body(l.p, fn_named(l.p, "nowhere", 0)));
	assert_string_equal(program_str(l.p, fn->file), "include/linux/all.h");
	assert_int_equal(program_find_fn(l.p, "no such name"), 0);
	linked_free(&l);
}

/* ---- equal functions --------------------------------------------------------------- */

/* A TU in which user calls the static function helper, which has a line of its own. */
static void add_static(struct linked *l, const char *source, const char *file, u32 line)
{
	struct unit u;
	u32 helper;

	unit_begin(&u, source, NULL);
	helper = unit_fn(&u, "helper", LINK_STATIC, source, line, "v()");
	fn_begin(&u, unit_sym(&u, file, LINK_GLOBAL, true, source, 90, "v()"), 0);
	call(&u, helper);
	fn_end(&u);
	linked_add(l, &u, file);
}

static void statics_of_equal_names(void **state)
{
	struct linked l;

	linked_init(&l);
	add_static(&l, "a/a.c", "a", 10);
	add_static(&l, "b/b.c", "b", 10);
	linked_link(&l, 0);
	assert_int_equal(count_named(l.p, "helper"), 2);
	assert_string_equal(callee_file(l.p, "a"), "a/a.c");
	assert_string_equal(callee_file(l.p, "b"), "b/b.c");
	linked_free(&l);
}

/* A header's outer() calls its inner(), whose line says which variant it is; with
 * is_circle inner() calls outer(). */
static void add_inline(struct linked *l, const char *source, const char *file, u32 line,
		       bool is_circle)
{
	struct unit u;
	u32 inner, outer;

	unit_begin(&u, source, "drivers/x/x");
	inner = unit_sym(&u, "inner", LINK_STATIC, true, "include/a.h", 5, "v()");
	outer = unit_sym(&u, "outer", LINK_STATIC, true, "include/a.h", 30, "v()");
	fn_begin(&u, inner, 0);
	u.line = line;
	if (is_circle)
		call(&u, outer);
	else
		call(&u, unit_extern(&u, "somewhere"));
	fn_end(&u);
	fn_begin(&u, outer, 0);
	call(&u, inner);
	fn_end(&u);
	fn_begin(&u, unit_sym(&u, file, LINK_GLOBAL, true, source, 90, "v()"), 0);
	call(&u, outer);
	fn_end(&u);
	linked_add(l, &u, file);
}

static void check_inlines(bool is_circle)
{
	struct linked l;
	u32 outer[3];

	linked_init(&l);
	add_inline(&l, "a/a.c", "a", 6, is_circle);
	add_inline(&l, "b/b.c", "b", 6, is_circle);
	add_inline(&l, "c/c.c", "c", 7, is_circle);
	linked_link(&l, 2);
	assert_int_equal(count_named(l.p, "inner"), 2);
	assert_int_equal(count_named(l.p, "outer"), 2);
	for (u32 i = 0; i < 3; i++)
		outer[i] = ref_id(l.p->fns.a[fn_named(l.p, (const char *[]){ "a", "b", "c" }[i],
						       0)].refs[1]);
	assert_int_equal(outer[0], outer[1]);
	assert_int_not_equal(outer[0], outer[2]);
	assert_int_equal(ref_id(l.p->fns.a[outer[0]].refs[1]), fn_named(l.p, "inner", 0));
	assert_int_equal(ref_id(l.p->fns.a[outer[2]].refs[1]), fn_named(l.p, "inner", 1));
	if (is_circle)
		assert_int_equal(ref_id(l.p->fns.a[fn_named(l.p, "inner", 1)].refs[1]), outer[2]);
	assert_int_equal(l.p->fns.a[outer[0]].module, 0);
	assert_int_equal(l.p->fns.a[outer[0]].tu, 1);
	linked_free(&l);
}

static void equal_inlines_once(void **state)
{
	check_inlines(false);
	check_inlines(true);
}

static void lost_static(void **state)
{
	struct linked l;
	struct unit u;
	u32 lost;

	linked_init(&l);
	add_global(&l, "b/b.c", "b/b", "2", "lost", LINK_GLOBAL);
	unit_begin(&u, "a/a.c", "a/a");
	lost = unit_sym(&u, "lost", LINK_STATIC, true, "a/a.c", 5, "v()");
	fn_begin(&u, unit_sym(&u, "user", LINK_GLOBAL, true, "a/a.c", 90, "v()"), 0);
	call(&u, lost);
	fn_end(&u);
	linked_add(&l, &u, "1");
	linked_link(&l, 0);
	assert_string_equal(callee_file(l.p, "user"), "a/a.c");
	assert_false(l.p->fns.a[ref_id(l.p->fns.a[fn_named(l.p, "user", 0)].refs[1])].defined);
	linked_free(&l);
}

/* ---- modules -------------------------------------------------------------------------- */

static u32 module_of(const struct program *p, const char *fn)
{
	return p->fns.a[fn_named(p, fn, 0)].module;
}

static void module_dependencies(void **state)
{
	struct linked l;

	linked_init(&l);
	add_caller(&l, "drivers/drv/a.c", "drivers/drv/drv", "1", "drv", "subsystem");
	add_caller(&l, "drivers/sub/a.c", "drivers/sub/sub", "2", "subsystem", "bus");
	add_caller(&l, "drivers/bus/a.c", "drivers/bus/bus", "3", "bus", "alloc");
	add_caller(&l, "drivers/other/a.c", "drivers/other/other", "4", "other", "bus");
	add_global(&l, "mm/a.c", "mm/a", "5", "alloc", LINK_GLOBAL);
	linked_link(&l, 0);
	assert_true(program_visible(l.p, module_of(l.p, "drv"), module_of(l.p, "bus")));
	assert_true(program_visible(l.p, module_of(l.p, "bus"), module_of(l.p, "drv")));
	assert_false(program_visible(l.p, module_of(l.p, "drv"), module_of(l.p, "other")));
	assert_true(program_visible(l.p, module_of(l.p, "drv"), module_of(l.p, "alloc")));
	assert_true(program_visible(l.p, module_of(l.p, "drv"), 0));
	assert_true(l.p->modules.a[module_of(l.p, "alloc")].is_core);
	assert_false(bitset_test(&l.p->modules.a[module_of(l.p, "bus")].uses, module_of(l.p, "alloc")));
	linked_free(&l);
}

static void modules_in_a_circle(void **state)
{
	struct linked l;
	u32 one, two;

	linked_init(&l);
	add_caller(&l, "drivers/one/a.c", "drivers/one/one", "1", "one", "two");
	add_caller(&l, "drivers/two/a.c", "drivers/two/two", "2", "two", "one");
	linked_link(&l, 0);
	one = module_of(l.p, "one");
	two = module_of(l.p, "two");
	assert_true(bitset_test(&l.p->modules.a[one].uses, two));
	assert_true(bitset_test(&l.p->modules.a[two].uses, one));
	assert_false(bitset_test(&l.p->modules.a[one].uses, one));
	linked_free(&l);
}

/* A module that calls another one through a shared header's inline function uses it. */
static void module_uses_through_inline(void **state)
{
	struct linked l;
	struct unit u;
	u32 inline_fn;

	linked_init(&l);
	unit_begin(&u, "drivers/drv/a.c", "drivers/drv/drv");
	inline_fn = unit_sym(&u, "wrap", LINK_STATIC, true, "include/linux/wrap.h", 5, "v()");
	fn_begin(&u, inline_fn, 0);
	call(&u, unit_extern(&u, "bus"));
	fn_end(&u);
	fn_begin(&u, unit_sym(&u, "drv", LINK_GLOBAL, true, "drivers/drv/a.c", 90, "v()"), 0);
	call(&u, inline_fn);
	fn_end(&u);
	linked_add(&l, &u, "1");
	add_global(&l, "drivers/bus/a.c", "drivers/bus/bus", "2", "bus", LINK_GLOBAL);
	linked_link(&l, 0);
	assert_true(bitset_test(&l.p->modules.a[module_of(l.p, "drv")].uses, module_of(l.p, "bus")));
	linked_free(&l);
}

static void headers_have_owners(void **state)
{
	struct linked l;
	struct unit u;

	linked_init(&l);
	for (u32 i = 0; i < 3; i++) {
		unit_begin(&u, (const char *[]){ "d/x/a.c", "d/x/b.c", "d/y/c.c" }[i],
			   i < 2 ? "d/x/x" : "d/y/y");
		if (i < 2)
			unit_fn(&u, "own", LINK_STATIC, "d/x/x.h", 5, "v()");
		unit_fn(&u, "shared", LINK_STATIC, "d/shared.h", 6, "v()");
		unit_fn(&u, "global", LINK_STATIC, "include/linux/a.h", 7, "v()");
		linked_add(&l, &u, (const char *[]){ "a", "b", "c" }[i]);
	}
	linked_link(&l, 0);
	assert_string_equal(program_str(l.p, l.p->modules.a[module_of(l.p, "own")].name), "x");
	assert_int_equal(module_of(l.p, "shared"), 0);
	assert_int_equal(module_of(l.p, "global"), 0);
	linked_free(&l);
}

/* ---- the rest of a TU -------------------------------------------------------------------- */

static void constants(void **state)
{
	struct linked l;
	struct unit u;
	s64 value = 0;
	u32 var;

	linked_init(&l);
	unit_begin(&u, "probe.c", NULL);
	var = unit_sym(&u, "reclint_constant_GFP_KERNEL", LINK_GLOBAL, false, "probe.c", 3, NULL);
	unit_init(&u, var, 0, 0, 0, 0xcc0);
	unit_sym(&u, "reclint_constant_LOST", LINK_GLOBAL, false, "probe.c", 4, NULL);
	linked_add(&l, &u, "probe");
	linked_link(&l, 0);
	assert_true(program_constant(l.p, "GFP_KERNEL", &value));
	assert_int_equal(value, 0xcc0);
	assert_false(program_constant(l.p, "LOST", &value));
	assert_false(program_constant(l.p, "OTHER", &value));
	linked_free(&l);
}

static void add_problem(struct unit *u, enum fact_problem_kind kind, const char *file)
{
	struct fact_problem *p = vec_add(&u->tu.problems);

	p->kind = (u8)kind;
	p->file = str_intern(u->tu.strings, file);
	p->text = str_intern(u->tu.strings, "what is this");
	p->line = 7;
}

static void gaps(void **state)
{
	static const char *const kinds[] = { "broken-facts", "failed-tu", "lost-function",
					     "parse-error" };
	struct linked l;
	struct unit u;

	linked_init(&l);
	for (u32 i = 0; i < 2; i++) {
		unit_begin(&u, i ? "a.c" : "b.c", NULL);
		add_problem(&u, PROBLEM_PARSE, "include/a.h");
		add_problem(&u, PROBLEM_LOST_FUNCTION, "include/a.h");
		linked_add(&l, &u, i ? "a" : "b");
	}
	l.facts[l.n_facts] = arena_printf(&l.arena, "%s/c.facts", l.dir);
	assert_null(file_write(l.facts[l.n_facts++], "garbage", 7));
	linked_link(&l, 2);
	assert_int_equal(l.p->n_failed, 2);
	assert_int_equal(l.p->tus.n - 1, 2);
	assert_int_equal(l.p->tus.a[1].n_problems, 2);
	assert_int_equal(l.p->gaps.n, ARRAY_LEN(kinds));
	for (u32 i = 0; i < l.p->gaps.n; i++)
		assert_string_equal(l.p->gaps.a[i].kind, kinds[i]);
	assert_string_equal(l.p->gaps.a[1].file, "mm/bad.c");
	assert_string_equal(l.p->gaps.a[1].detail, "no such file");
	assert_int_equal(l.p->frontends.n, 1);
	linked_free(&l);
}

/* A body that does not decode loses its function, and nothing else. */
static void broken_body(void **state)
{
	struct linked l;
	struct unit u;
	struct fact_fn *fn;
	u32 broken;

	linked_init(&l);
	unit_begin(&u, "a/a.c", "a/a");
	broken = unit_fn(&u, "broken", LINK_GLOBAL, "a/a.c", 5, "v()");
	fn = vec_last(&u.tu.fns);
	fn->body = NULL;
	fn->encoded = (struct blob_ref){ (const u8 *)"\xff\xff\xff", 3 };
	fn_begin(&u, unit_sym(&u, "user", LINK_GLOBAL, true, "a/a.c", 90, "v()"), 0);
	call(&u, broken);
	fn_end(&u);
	linked_add(&l, &u, "1");
	linked_link(&l, 2);
	assert_int_equal(l.p->gaps.n, 2);
	assert_string_equal(l.p->gaps.a[0].kind, "broken-facts");
	assert_string_equal(l.p->gaps.a[0].function, "broken");
	assert_string_equal(l.p->gaps.a[0].file, "a/a.c");
	assert_false(l.p->fns.a[fn_named(l.p, "broken", 0)].defined);
	assert_true(l.p->fns.a[fn_named(l.p, "user", 0)].defined);
	assert_int_equal(l.p->n_failed, 1);
	linked_free(&l);
}

/* A forged file that gives a variable a body. */
static void variable_with_body(void **state)
{
	struct linked l;
	struct unit u;

	linked_init(&l);
	unit_begin(&u, "a/a.c", "a/a");
	u.tu.syms.a[unit_fn(&u, "f", LINK_GLOBAL, "a/a.c", 5, "v()")].is_fn = false;
	linked_add(&l, &u, "1");
	linked_link(&l, 1);
	assert_int_equal(l.p->n_failed, 2);
	assert_int_equal(l.p->fns.n, 1);
	assert_non_null(strstr(l.p->gaps.a[0].detail, "a variable has a body"));
	linked_free(&l);
}

static void annotations(void **state)
{
	struct linked l;
	struct unit u;
	struct fact_annotation *a;

	linked_init(&l);
	for (u32 i = 0; i < 2; i++) {
		unit_begin(&u, i ? "a.c" : "b.c", NULL);
		a = vec_add(&u.tu.annotations);
		a->text = str_intern(u.tu.strings, "reclaim-safe");
		a->tag = str_intern(u.tu.strings, "struct xe_device");
		a->path = str_intern(u.tu.strings, "drm");
		a->file = str_intern(u.tu.strings, "xe.h");
		a->line = 4;
		linked_add(&l, &u, i ? "a" : "b");
	}
	linked_link(&l, 0);
	assert_int_equal(l.p->annotations.n, 1);
	assert_int_equal(l.p->annotations.a[0].member,
			 program_find_member(l.p, "struct xe_device", "drm"));
	linked_free(&l);
}

/* ---- order ----------------------------------------------------------------------------------- */

static void dump_fns(const struct program *p, struct buf *out)
{
	for (u32 i = 1; i < p->fns.n; i++) {
		const struct pfn *fn = &p->fns.a[i];

		buf_addf(out, "%u %s %s:%u tu %u module %u taken %d:", i, pfn_name(p, i),
			 program_str(p, fn->file), fn->line, fn->tu, fn->module, fn->address_taken);
		for (u32 k = 1; k < fn->n_refs; k++)
			buf_addf(out, " %x", fn->refs[k].v);
		buf_addc(out, '\n');
	}
}

static char *dump(const struct program *p, struct arena *a)
{
	struct buf out = BUF_INIT;
	char *ret;

	dump_fns(p, &out);
	for (u32 i = 1; i < p->vars.n; i++)
		buf_addf(&out, "%u %s tu %u inits %u+%u\n", i, program_str(p, p->vars.a[i].name),
			 p->vars.a[i].tu, p->vars.a[i].first_init, p->vars.a[i].n_inits);
	for (u32 i = 1; i < p->tus.n; i++)
		buf_addf(&out, "%u %s\n", i, program_str(p, p->tus.a[i].source));
	for (u32 i = 1; i < p->modules.n; i++)
		buf_addf(&out, "%u %s\n", i, program_str(p, p->modules.a[i].modfile));
	for (u32 i = 0; i < p->slots.n; i++)
		buf_addf(&out, "slot %u %u %u %u\n", p->slots.a[i].member, p->slots.a[i].fn,
			 p->slots.a[i].var, p->slots.a[i].in_fn);
	ret = arena_strdup(a, buf_text(&out));
	buf_free(&out);
	return ret;
}

/* Facts files whose names are in another order than their sources. */
static void order_does_not_matter(void **state)
{
	struct linked l;
	char *first;

	linked_init(&l);
	add_caller(&l, "z/z.c", "z/z", "1", "z", "copy");
	add_inline(&l, "y/y.c", "y", 6, true);
	add_static(&l, "m/m.c", "m", 10);
	add_global(&l, "c/c.c", "c/c", "4", "copy", LINK_GLOBAL);
	add_inline(&l, "b/b.c", "b", 6, true);
	add_caller(&l, "a/a.c", "a/a", "0", "a", "nowhere");
	linked_link(&l, 0);
	first = dump(l.p, &l.arena);
	assert_string_equal(program_str(l.p, l.p->tus.a[1].source), "a/a.c");
	assert_string_equal(pfn_name(l.p, 1), "a");
	assert_string_equal(pfn_name(l.p, l.p->fns.n - 1), "nowhere");
	assert_int_equal(l.p->fns.a[fn_named(l.p, "outer", 0)].tu, 2);
	for (u32 n_threads = 0; n_threads < 4; n_threads++) {
		const char *path = l.facts[0];

		memmove(l.facts, l.facts + 1, (l.n_facts - 1) * sizeof(*l.facts));
		l.facts[l.n_facts - 1] = path;
		l.facts[l.n_facts] = path;	/* given twice: linked once */
		l.n_facts++;
		linked_link(&l, n_threads);
		assert_string_equal(dump(l.p, &l.arena), first);
		l.n_facts--;
	}
	linked_free(&l);
}

static void nothing_to_link(void **state)
{
	struct linked l;

	linked_init(&l);
	linked_link(&l, 2);
	assert_int_equal(l.p->fns.n, 1);
	assert_int_equal(program_find_fn(l.p, "x"), 0);
	callgraph_free(callgraph_build(l.p));
	linked_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strong_beats_weak),
		cmocka_unit_test(order_of_names),
		cmocka_unit_test(strong_beats_own_weak),
		cmocka_unit_test(nearest_of_several_globals),
		cmocka_unit_test(undefined_once),
		cmocka_unit_test(statics_of_equal_names),
		cmocka_unit_test(equal_inlines_once),
		cmocka_unit_test(lost_static),
		cmocka_unit_test(module_dependencies),
		cmocka_unit_test(modules_in_a_circle),
		cmocka_unit_test(module_uses_through_inline),
		cmocka_unit_test(headers_have_owners),
		cmocka_unit_test(constants),
		cmocka_unit_test(gaps),
		cmocka_unit_test(broken_body),
		cmocka_unit_test(variable_with_body),
		cmocka_unit_test(annotations),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(nothing_to_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
