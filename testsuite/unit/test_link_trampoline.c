// SPDX-License-Identifier: MIT
/* link/: what a patched function calls. */
#include "test_link.h"

#include "rule/rule.h"

static const struct rule_trampoline rule = {
	.function = "tramp_", .variable = "key_", .member = { "struct key", "func" },
};

struct names {		/* of one TU */
	u32 func, pointer, update;
};

/* update(key, func) { key->func = func; } */
static void add_update(struct unit *u, struct names *n)
{
	n->func = unit_member(u, "struct key", "func", 0);
	n->pointer = unit_member(u, "struct point", "key", 8);
	n->update = unit_sym(u, "update", LINK_GLOBAL, true, "a/a.c", 100, "v(*key,*)");
	fn_begin(u, n->update, 2);
	store(u, arg(0), n->func, arg(1));
	fn_end(u);
}

static u32 add_key(struct unit *u, const char *name)
{
	return unit_sym(u, name, LINK_GLOBAL, false, "a/a.c", 200, "struct key");
}

static u32 add_target(struct unit *u, const char *name)
{
	return unit_fn(u, name, LINK_STATIC, "a/a.c", 300 + u->tu.syms.n, "s32(s32)");
}

static void add_users(struct unit *u, const struct names *n, u32 key, u32 f, u32 g)
{
	const char *const called[] = { "tramp_one", "tramp_none", "tramp_point", "tramp_lost", "plain" };

	/* update(&key_one, f); update(point->key, g); */
	fn_begin(u, unit_sym(u, "user", LINK_GLOBAL, true, "a/a.c", 400, "v(*point)"), 1);
	call(u, n->update, ref_to(u, key), ref_to(u, f));
	call(u, n->update, load(u, arg(0), n->pointer), ref_to(u, g));
	fn_end(u);
	fn_begin(u, unit_sym(u, "caller", LINK_GLOBAL, true, "a/a.c", 500, "v()"), 0);
	for (u32 i = 0; i < ARRAY_LEN(called); i++)
		call(u, unit_extern(u, called[i]));
	fn_end(u);
}

/* The names of the targets; "unknown" when that is what they are. */
static const char *targets_of(struct linked *l, const char *name)
{
	const struct target *t;
	struct buf out = BUF_INIT;
	const char *ret;
	u32 n;

	if (!program_trampoline_targets(l->p, fn_named(l->p, name, 0), &rule, &t, &n)) {
		assert_int_equal(n, 0);
		return "unknown";
	}
	for (u32 i = 0; i < n; i++)
		buf_addf(&out, "%s%s", i ? " " : "", pfn_name(l->p, t[i].fn));
	ret = arena_strdup(&l->arena, buf_text(&out));
	buf_free(&out);
	return ret;
}

static void link_users(struct linked *l)
{
	struct unit u;
	struct names n;

	linked_init(l);
	unit_begin(&u, "a/a.c", "a/a");
	add_update(&u, &n);
	u32 one = add_key(&u, "key_one"), point = add_key(&u, "key_point");
	u32 points = unit_sym(&u, "points", LINK_GLOBAL, false, "a/a.c", 210, "struct point");
	u32 first = add_target(&u, "first"), later = add_target(&u, "later");
	u32 probe = add_target(&u, "probe");
	add_key(&u, "key_none");
	unit_init(&u, one, 0, n.func, first, 0);
	unit_init(&u, points, 8, n.pointer, point, 0);
	add_users(&u, &n, one, later, probe);
	linked_add(l, &u, "1");
	linked_link(l, 0);
}

static void trampolines(void **state)
{
	struct linked l;

	(void)state;
	link_users(&l);
	assert_string_equal(targets_of(&l, "tramp_one"), "first later");
	assert_string_equal(targets_of(&l, "tramp_point"), "probe");
	assert_string_equal(targets_of(&l, "tramp_none"), "");
	assert_string_equal(targets_of(&l, "tramp_lost"), "unknown");
	assert_string_equal(targets_of(&l, "plain"), "unknown");
	assert_string_equal(targets_of(&l, "tramp_one"), "first later");	/* as remembered */
	linked_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(trampolines) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
