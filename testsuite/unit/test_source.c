/* SPDX-License-Identifier: MIT */
/*
 * source_condition() on many shapes of code.  In each case the mark ^ stands before
 * the token that the front-end points to; it is cut out before the file is written.
 */
#include "report/diag.h"

#include "base/err.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

struct shape { const char *code, *want; };

static char folder[] = "/tmp/reclint-source-XXXXXX";

static void put(const char *name, const char *text, size_t len)
{
	struct arena a = ARENA_INIT;
	struct err *err = file_write(file_join(&a, folder, name), text, len);

	assert_null(err);
	arena_free(&a);
}

/* The condition at the mark, or without a column at the mark's line. */
static void check_shape(const struct shape *shape, bool is_clang, bool with_col)
{
	const char *mark = strchr(shape->code, '^');
	struct source_cache *sc = source_create(folder, NULL);
	struct buf code = BUF_INIT;
	u32 line = 1, col = 1;
	const char *got;

	assert_non_null(mark);
	buf_add(&code, shape->code, (size_t)(mark - shape->code));
	buf_adds(&code, mark + 1);
	for (const char *p = shape->code; p < mark; p++) {
		col = *p == '\n' ? 1 : col + 1;
		line += *p == '\n';
	}
	put("case.c", code.s, code.len);
	source_set_clang(sc, is_clang);
	got = source_condition(sc, "case.c", line, with_col ? col : 0);
	if (!got != !shape->want || (got && strcmp(got, shape->want)))
		fail_msg("in:\n%s\ngot:  %s\nwant: %s", shape->code, got, shape->want);
	source_free(sc);
	buf_free(&code);
}

static const struct shape shapes[] = {
	/* if, while, switch, for: at the condition's start, inside, at an operator */
	{ "if (^a)\n\tb();", "a" },
	{ "if (!^ww) {", "!ww" },
	{ "if (^!ww) {", "!ww" },
	{ "if (!i915_gem_object_trylock^(obj, NULL))", "!i915_gem_object_trylock(obj, NULL)" },
	{ "if (x ^== 3)", "x == 3" },
	{ "if ((shrink ^& phase->bit) == 0)\n\tcontinue;", "(shrink & phase->bit) == 0" },
	{ "while (^count < target) {", "count < target" },
	{ "\twhile (count < target &&\n\t       (obj = list_first(phase->list,\n\t\t\t\t ^typeof(*obj),\n"
	  "\t\t\t\t mm.link))) {", "obj = list_first(phase->list, typeof(*obj), mm.link)" },
	{ "switch (^phase) {\ncase 1:", "switch (phase)" },
	{ "^switch (f(a) && b) {\ncase 1:", "switch (f(a) && b)" },
	{ "for (i = 0; i ^< n; i++)\n\tf(i);", "i < n" },
	{ "^for (i = 0; i < n && a[i]; i++)\n\tf(i);", "a[i]" },
	{ "for (phase = phases; phase->^list; phase++) {", "phase->list" },
	{ "for (i = 0, ^ok = true; i < n; i++)", "ok = true" },
	{ "for (^;;)", NULL },
	{ "do {\n\tg();\n^} while (f(ww) != 3);", "f(ww) != 3" },
	{ "} ^else if (!x && y) {", "y" },
	{ "\tif (^kswapd)\n\t\tg();\n\telse if (n)\n\t\th();", "kswapd" },
	{ "\tif (kswapd)\n\t\tg();\n\telse if (^n)\n\t\th();", "n" },

	/* && and || */
	{ "if (sc->nr_scanned < sc->nr_to_scan && ^current_is_kswapd()) {", "current_is_kswapd()" },
	{ "if (sc->nr_scanned < sc->nr_to_scan ^&& current_is_kswapd()) {",
	  "sc->nr_scanned < sc->nr_to_scan" },
	{ "if (sc->nr_scanned < sc->^nr_to_scan && current_is_kswapd()) {",
	  "sc->nr_scanned < sc->nr_to_scan" },
	{ "^if (sc->nr_scanned < sc->nr_to_scan && current_is_kswapd()) {", "current_is_kswapd()" },
	{ "if (a && (b || ^c) && d)", "c" },
	{ "if (a && (b ^|| c) && d)", "b" },
	{ "if (a && (b || c) ^&& d)", "c" },
	{ "if (a || b && ^c)", "c" },
	{ "if (!(a && ^b) || c)", "b" },
	{ "if (!(^a) || c)", "!(a)" },
	{ "if (((^a)))", "a" },
	{ "if (shrink & BIT &&\n\t    !is_vmalloc_addr(obj->^mapping))\n\t\tcontinue;",
	  "!is_vmalloc_addr(obj->mapping)" },
	{ "if (f(a && ^b))", "b" },
	{ "if (^f(a && b) && c)", "f(a && b)" },
	{ "if (^likely(a && b))", "likely(a && b)" },

	/* comments, strings, characters, preprocessor lines, continuation */
	{ "if (a /* && x */ && ^b /* ) */ ) // c", "b" },
	{ "if (strcmp(s, \"&& ) \\\" (\") && ^c == ')')", "c == ')'" },
	{ "if (a &&\n#ifdef CONFIG_X\n    c( &&\n#endif\n    ^b)", "b" },
	{ "#define M(x) \\\n\tif (^x)\nint y;", NULL },
	{ "/* if (a)\n ^if (b)\n*/\nint x;", NULL },
	{ "if (a &&\n    b(c,\n      ^d)\n    )", "b(c, d)" },
	{ "if (a\n\t== \n\t^b)", "a == b" },
	{ "if (f(\n\t^a\n\t))", "f(a)" },

	/* ?:, return, assignment, argument */
	{ "\tx = ^a ? b : c;", "a" },
	{ "\tx = a ^? b : c;", "a" },
	{ "\tx = a && ^b ? b : c;", "b" },
	{ "\treturn a ? b : ^c ? d : e;", "c" },
	{ "\treturn num_pages ^? num_pages : SHRINK_EMPTY;", "num_pages" },
	{ "\treturn f(ww) && !g(^ww);", "!g(ww)" },
	{ "\tbool force = (n > ^shrinker->pages && can_backup);", "n > shrinker->pages" },
	{ "\tbool trylock = !ww && needs_wa^(i915);", "needs_wa(i915)" },
	{ "\tf(a, b && ^c, d);", "c" },
	{ "\tf(a, x ? ^y : z, d);", "y" },
	{ "struct s s = {\n\t.a = 1,\n\t.b = !c && ^d,\n};", "d" },
	{ "\tg((struct x){ .a = 1 }, b ^|| c);", "b" },
	{ "out:\n\tx = ^a && b;", "a" },
	{ "case 3:\n\tx = b || ^a;", "a" },
	{ "\tif (p)\n\t\tx = b || ^a;", "a" },
	{ "\tif ((err = f(x)) ^< 0)", "(err = f(x)) < 0" },
	{ "\tif (({ int r = f(); r; }) && ^b)", "b" },

	/* macros that loop or branch */
	{ "\t^for_each_gt(gt, i915, i)\n\t\tretire(gt);", "for_each_gt(gt, i915, i)" },
	{ "\tfor_each_gt(gt, i915, ^i)\n\t\tretire(gt);", "for_each_gt(gt, i915, i)" },
	{ "\tfor_each_gt(gt, i915, i)\n\t\t^retire(gt);", "retire(gt)" },
	{ "\t^with_intel_runtime_pm(&i915->runtime_pm, wakeref) {\n\t\tx();\n\t}",
	  "with_intel_runtime_pm(&i915->runtime_pm, wakeref)" },
	{ "\tlist_for_each_entry(obj, &x->list,\n\t\t\t    ^link) {",
	  "list_for_each_entry(obj, &x->list, link)" },
	{ "\tg();\n\t^GEM_BUG_ON(!x || y);\n", "GEM_BUG_ON(!x || y)" },
	{ "\tn = ^min(a, b);\n", "min(a, b)" },
	{ "\tif (^WARN_ON(x && y))\n", "WARN_ON(x && y)" },

	/* nothing there, or not C at all */
	{ "\n^\n", NULL },
	{ "if (a\n^\n", NULL },
	{ "if (^a && ((\n", NULL },
	{ "^)", NULL },
	{ "^}", NULL },
	{ "^(", NULL },
	{ "fn f() -> u8 { '^a", NULL },
};

static void test_any(void **state UNUSED)
{
	for (u32 i = 0; i < ARRAY_LEN(shapes); i++)
		check_shape(&shapes[i], false, true);
}

static void test_first_token(void **state UNUSED)
{
	static const struct shape as_sparse[] = {
		{ "if (^ww && x)", "ww" },
		{ "\treturn ^ww && x ? 1 : 2;", "ww" },
		{ "if (^*p || x)", "*p" },
	};
	static const struct shape as_clang[] = {
		{ "if (^ww && x)", "x" },
		{ "if (^ww && (x || y))", "y" },
		{ "if (^(a || b) && !c)", "!c" },
		{ "\treturn ^ww && x ? 1 : 2;", "x" },
		{ "if (^ww)", "ww" },
		{ "if (ww && ^x)", "x" },
	};

	for (u32 i = 0; i < ARRAY_LEN(as_sparse); i++)
		check_shape(&as_sparse[i], false, true);
	for (u32 i = 0; i < ARRAY_LEN(as_clang); i++)
		check_shape(&as_clang[i], true, true);
}

static void test_no_column(void **state UNUSED)
{
	static const struct shape whole[] = {
		{ "\tif (a && ^b)\n\t\tx();", "a && b" },
		{ "\tif (a &&\n\t    ^b)\n\t\tx();", "a && b" },
		{ "\t} else if (!^b) {", "!b" },
		{ "\tfor (i = 0; i < ^n; i++)", "i < n" },
		{ "\tx = a || b ? c : ^d;", "a || b" },
		{ "\treturn ^a && b;", "a && b" },
		{ "\tfreed += ^shrink(a,\n\t\tb);", "freed += shrink(a, b)" },
		{ "\tlist_for_each(a, ^b)\n\t\tf();", "list_for_each(a, b)" },
		{ "\tswitch (a)^ {", "switch (a)" },
	};

	for (u32 i = 0; i < ARRAY_LEN(whole); i++)
		check_shape(&whole[i], false, false);
}

static void test_zero(void **state UNUSED)
{
	static const struct { const char *text; bool want; } cases[] = {
		{ "x", false }, { "!x", true }, { "!!x", false }, { "!x->y(a, b)[1].z", true },
		{ "x == 0", true }, { "x == NULL", true }, { "NULL == x", true }, { "x != 0", false },
		{ "!(x == 0)", false }, { "!(x != 0)", true }, { "x == 1", false }, { "!(x < y)", true },
		{ "(x & 4) == 0", true }, { "unlikely(!x)", true }, { "likely(x)", false },
		{ "!x < y", false }, { "!x == y", false }, { "x < 0", false }, { "!f(a == 0)", true },
		{ "", false }, { "!", false }, { "x == false", true },
	};

	for (u32 i = 0; i < ARRAY_LEN(cases); i++)
		if (source_tests_zero(cases[i].text) != cases[i].want)
			fail_msg("%s: want %d", cases[i].text, cases[i].want);
	assert_true(source_is_compound("a && b"));
	assert_true(source_is_compound("likely(a || b)"));
	assert_false(source_is_compound("f(a || b)"));
	assert_false(source_is_compound("a"));
}

static void test_lines(void **state UNUSED)
{
	struct source_cache *sc = source_create("/nonexistent", folder);

	put("a/lines.c", "one\r\n\ntwo \xe9\nlast", 16);
	put("empty.c", "", 0);
	assert_string_equal(source_line(sc, "a/lines.c", 1), "one");
	assert_string_equal(source_line(sc, "a/lines.c", 2), "");
	assert_string_equal(source_line(sc, "a/lines.c", 3), "two \xe9");
	assert_string_equal(source_line(sc, "a/lines.c", 4), "last");
	assert_null(source_line(sc, "a/lines.c", 5));
	assert_null(source_line(sc, "a/lines.c", 0));
	assert_null(source_line(sc, "empty.c", 1));
	assert_null(source_line(sc, "missing.c", 1));
	assert_null(source_line(sc, "a", 1));
	assert_null(source_line(sc, NULL, 1));
	assert_null(source_condition(sc, "missing.c", 1, 1));
	assert_null(source_condition(sc, "a/lines.c", 99, 1));
	source_free(sc);
	source_free(NULL);
}

/* Cut a function off anywhere, point anywhere: no crash, no endless loop. */
static void test_torn(void **state UNUSED)
{
	static const char code[] =
		"int f(void)\n{\n\tfor (i = 0; i < n && !(a || b[\"x)\"]); i++) {\n"
		"\t\tif (x ? y : z, (struct s){ .a = 1 }.a) { do g(); while (h); }\n"
		"\t\telse if ((a)) return b && c; case 3: l: x = a ? b : c;\n\t}\n}\n";

	for (size_t from = 0; from < 20; from++) {
		for (size_t len = 1; len < sizeof(code) - from; len += 3) {
			struct source_cache *sc = source_create(folder, NULL);

			put("torn.c", code + from, len);
			for (u32 line = 1; line < 7; line++)
				for (u32 col = 0; col < 70; col += 2)
					(void)source_condition(sc, "torn.c", line, col);
			source_free(sc);
		}
	}
}

static int setup(void **state UNUSED)
{
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state UNUSED)
{
	static const char *const names[] = { "case.c", "torn.c", "empty.c", "a/lines.c", "a", "" };
	struct arena a = ARENA_INIT;

	for (u32 i = 0; i < ARRAY_LEN(names); i++)
		(void)!remove(file_join(&a, folder, names[i]));
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_first_token),
		cmocka_unit_test(test_no_column),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_torn),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
