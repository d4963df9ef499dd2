// SPDX-License-Identifier: MIT
/*
 * checker/rule/: patterns, expressions, the index, overlays, the probe's source,
 * the errors that rules-bad/ asks for, and the rules of the project themselves.
 * Runs in the source tree.
 */
#include "rule/internal.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <regex.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- helpers ------------------------------------------------------------ */

static const char MINI[] =
	"rules:\n"
	"  - {id: r1, severity: error, title: t, why: w, mend: m}\n"
	"lock_kinds:\n"
	"  - {kind: mutex, id: r1}\n"
	"  - {kind: spin}\n"
	"constants: [A, B]\n"
	"enum_constants: [E]\n"
	"includes: [linux/gfp.h]\n"
	"objects:\n"
	"  - {fn: get_current, object: current}\n"
	"locks:\n"
	"  - {fn: \"{_,__}lock{,_irq}\", kind: spin, place: arg0}\n"
	"  - {fn: mutex_lock, kind: mutex, place: arg0, class: all}\n"
	"  - {fn: mutex_trylock, kind: mutex, place: arg1, try: true, success: zero}\n"
	"sinks:\n"
	"  - {fn: resume, id: r1, place: arg0, when: {arg1: {lacks: A, has: B | 2}}}\n"
	"opaque:\n"
	"  - {fn: [\"mutex_*\", printk], why: because}\n";

static struct arena arena;

static int reset(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* A folder of its own with one rules file. */
static const char *rules_dir(const char *text)
{
	char *dir = arena_strdup(&arena, "/tmp/reclint-rule-XXXXXX");

	assert_non_null(mkdtemp(dir));
	assert_null(file_write(arena_printf(&arena, "%s/a.yaml", dir), text, strlen(text)));
	return dir;
}

static void drop_dir(const char *dir)
{
	unlink(arena_printf(&arena, "%s/a.yaml", dir));
	unlink(arena_printf(&arena, "%s/b.yaml", dir));
	unlink(arena_printf(&arena, "%s/over.txt", dir));
	rmdir(dir);
}

static struct err *load(const char *text, const char *overlay, struct ruleset **ret)
{
	const char *dir = rules_dir(text);
	const char *path = arena_printf(&arena, "%s/over.txt", dir);
	struct err *err;

	if (overlay)
		assert_null(file_write(path, overlay, strlen(overlay)));
	err = ruleset_load(dir, &path, overlay != NULL, ret);
	drop_dir(dir);
	return err;
}

static struct ruleset *load_ok(const char *text, const char *overlay)
{
	struct ruleset *rs = NULL;
	struct err *err = load(text, overlay, &rs);

	if (err)
		fail_msg("%s", err_text(err));
	return rs;
}

/* Loading fails, and the message holds 'what'. */
static void load_bad(const char *text, const char *overlay, const char *what)
{
	struct ruleset *rs = NULL;
	struct err *err = load(text, overlay, &rs);

	assert_non_null(err);
	assert_null(rs);
	if (!strstr(err_text(err), what))
		fail_msg("expected '%s' in: %s", what, err_text(err));
	err_free(err);
}

static const struct rule_fn *find(const struct ruleset *rs, const char *fn)
{
	for (u32 i = 0; i < rs->fns.n; i++)
		if (!strcmp(rs->fns.a[i].fn, fn))
			return &rs->fns.a[i];
	return NULL;
}

/* ---- patterns ----------------------------------------------------------- */

static void expand_ok(const char *glob, const char *expected)
{
	struct text_error error;
	struct buf all = BUF_INIT;
	const char **names;
	u32 n;

	assert_true(glob_expand(&arena, glob, &names, &n, &error));
	for (u32 i = 0; i < n; i++)
		buf_addf(&all, "%s%s", i ? " " : "", names[i]);
	assert_string_equal(buf_text(&all), expected);
	buf_free(&all);
}

static void expand_bad(const char *glob, u32 at)
{
	struct text_error error = { NULL, 0 };
	const char **names;
	u32 n;

	assert_false(glob_expand(&arena, glob, &names, &n, &error));
	assert_non_null(error.what);
	assert_int_equal(error.at, at);
}

static void test_expand(void **state)
{
	(void)state;
	expand_ok("spin_lock", "spin_lock");
	expand_ok("{_,__,raw_}spin_lock{,_nested}",
		  "_spin_lock _spin_lock_nested __spin_lock __spin_lock_nested "
		  "raw_spin_lock raw_spin_lock_nested");
	expand_ok("a{b{1,2},c}d", "ab1d ab2d acd");
	expand_ok("f.name*?", "f.name*?");
	expand_bad("a{b", 1);
	expand_bad("a}b", 1);
	expand_bad("a,b", 1);
	expand_bad("a-b", 1);
	expand_bad("*", 0);
	expand_bad("", 0);
	expand_bad("{,a}", 0);
	expand_bad("{{{{{a}}}}}", 4);
}

static void test_expand_is_bounded(void **state)
{
	struct buf glob = BUF_INIT;

	(void)state;
	buf_addc(&glob, 'x');
	for (u32 i = 0; i < 60; i++)
		buf_adds(&glob, "{a,b}");
	expand_bad(buf_text(&glob), 0);
	buf_clear(&glob);
	for (u32 i = 0; i < 100000; i++)
		buf_adds(&glob, "{a}");
	expand_bad(buf_text(&glob), 0);
	buf_clear(&glob);
	for (u32 i = 0; i < 100000; i++)
		buf_addc(&glob, 'a');
	expand_bad(buf_text(&glob), 0);
	buf_free(&glob);
}

static void test_match(void **state)
{
	(void)state;
	assert_true(glob_match("trace_*", "trace_"));
	assert_true(glob_match("trace_*", "trace_sched_switch"));
	assert_false(glob_match("trace_*", "trace"));
	assert_true(glob_match("*_lock", "mutex_lock_lock"));
	assert_true(glob_match("a*b*c", "aXbYbZc"));
	assert_false(glob_match("a*b*c", "aXbYbZ"));
	assert_true(glob_match("a?c", "abc"));
	assert_false(glob_match("a?c", "ac"));
	assert_true(glob_match("abc", "abc"));
	assert_false(glob_match("abc", "abcd"));
	assert_true(glob_match("a**", "a"));
	assert_true(glob_is_exact("abc"));
	assert_false(glob_is_exact("ab?"));
}

/* ---- expressions -------------------------------------------------------- */

static bool lookup(void *ctx, const char *name, s64 *value_ret)
{
	(void)ctx;
	if (strlen(name) != 1 || *name < 'A' || *name > 'F')
		return false;
	*value_ret = (s64)1 << (*name - 'A');
	return true;
}

static s64 value_of(const char *text)
{
	struct text_error error;
	struct rule_expr *e = expr_parse(&arena, text, &error);
	s64 value = 0;

	assert_non_null(e);
	assert_true(rule_eval(e, lookup, NULL, &value, NULL));
	return value;
}

static void expr_bad(const char *text, u32 at)
{
	struct text_error error = { NULL, 0 };

	assert_null(expr_parse(&arena, text, &error));
	assert_non_null(error.what);
	assert_int_equal(error.at, at);
}

static void test_expressions(void **state)
{
	(void)state;
	assert_int_equal(value_of("12"), 12);
	assert_int_equal(value_of(" 0x40 "), 64);
	assert_int_equal(value_of("0XfF"), 255);
	assert_int_equal(value_of("-1"), -1);
	assert_int_equal(value_of("~0"), -1);
	assert_int_equal(value_of("~0 & ~1"), -2);
	assert_int_equal(value_of("A|B|C"), 7);
	assert_int_equal(value_of("A | B & C"), 1);
	assert_int_equal(value_of("(A | B) & C"), 0);
	assert_int_equal(value_of("0xff & ~A"), 0xfe);
	assert_int_equal(value_of("-A & 0xf"), 0xf);
	assert_int_equal(value_of("- ~ 0"), 1);
	assert_true(value_of("0xffffffffffffffff") == -1);
	assert_true(value_of("18446744073709551614") == -2);
}

static void test_bad_expressions(void **state)
{
	(void)state;
	expr_bad("", 0);
	expr_bad("A |", 3);
	expr_bad("A B", 2);
	expr_bad("(A", 2);
	expr_bad("A)", 1);
	expr_bad("0x", 2);
	expr_bad("12z", 2);
	expr_bad("1 + 2", 2);
	expr_bad("0x10000000000000000", 0);
	expr_bad("99999999999999999999", 0);
	expr_bad("A | \"", 4);
}

static void test_expressions_are_bounded(void **state)
{
	static const char *const parts[] = { "(", "~", "-(", "A|", "A&~(" };
	struct text_error error;
	struct buf text = BUF_INIT;

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(parts); i++) {
		buf_clear(&text);
		for (u32 k = 0; k < 100000; k++)
			buf_adds(&text, parts[i]);
		assert_null(expr_parse(&arena, buf_text(&text), &error));
	}
	buf_free(&text);
}

static void test_unknown_name(void **state)
{
	struct text_error error;
	struct rule_expr *e = expr_parse(&arena, "A | nope & B", &error);
	const char *unknown = NULL;
	s64 value = 99;

	(void)state;
	assert_non_null(e);
	assert_string_equal(rule_expr_text(e), "A | nope & B");
	assert_false(rule_eval(e, lookup, NULL, &value, &unknown));
	assert_string_equal(unknown, "nope");
	assert_int_equal(value, 99);
	assert_false(rule_eval(e, NULL, NULL, &value, NULL));
}

/* ---- loading ------------------------------------------------------------ */

static void test_load(void **state)
{
	struct ruleset *rs = load_ok(MINI, NULL);
	const struct rule_fn *fn = find(rs, "__lock_irq");

	(void)state;
	assert_non_null(fn);
	assert_false(fn->may_block);
	assert_null(fn->id);
	fn = find(rs, "mutex_lock");
	assert_true(fn->may_block);
	assert_string_equal(fn->id, "r1");
	assert_string_equal(fn->lock_class, "all");
	assert_int_equal(fn->success, SUCCESS_ALWAYS);
	fn = find(rs, "mutex_trylock");
	assert_true(fn->is_try);
	assert_false(fn->may_block);
	assert_int_equal(fn->success, SUCCESS_ZERO);
	assert_int_equal(fn->place.kind, PLACE_ARG);
	assert_int_equal(fn->place.arg, 1);
	fn = find(rs, "resume");
	assert_int_equal(fn->kind, RULE_SINK);
	assert_int_equal(fn->when.n, 2);
	assert_int_equal(fn->when.a[0].op, COND_LACKS);
	assert_int_equal(fn->when.a[1].op, COND_HAS);
	assert_int_equal(fn->when.a[1].arg, 1);
	assert_string_equal(rule_expr_text(fn->when.a[1].value), "B | 2");
	assert_int_equal(fn->pos.line, 16);
	assert_non_null(strstr(fn->pos.file, "/a.yaml"));
	assert_string_equal(ruleset_desc(rs, "r1")->severity, "error");
	assert_null(ruleset_desc(rs, "r2"));
	assert_int_equal(rs->n_macros, 2);
	assert_int_equal(rs->constants.n, 3);
	ruleset_free(rs);
	ruleset_free(NULL);
}

static void test_files_in_order(void **state)
{
	const char *dir = rules_dir(MINI);
	const char *path = arena_printf(&arena, "%s/b.yaml", dir);
	static const char more[] = "objects:\n  - {fn: me, object: current}\nopaque: []\nmarks:\n";
	struct ruleset *rs;

	(void)state;
	assert_null(file_write(path, more, strlen(more)));
	assert_null(ruleset_load(dir, NULL, 0, &rs));
	assert_string_equal(rs->fns.a[0].fn, "get_current");
	assert_string_equal(rs->fns.a[rs->fns.n - 1].fn, "me");
	ruleset_free(rs);
	drop_dir(dir);
}

static void test_no_rules(void **state)
{
	struct ruleset *rs = NULL;
	struct err *err = ruleset_load("/nonexistent/rules", NULL, 0, &rs);

	(void)state;
	assert_non_null(err);
	err_free(err);
	const char *dir = rules_dir("");

	assert_null(ruleset_load(dir, NULL, 0, &rs));
	assert_int_equal(rs->fns.n, 0);
	ruleset_free(rs);
	unlink(arena_printf(&arena, "%s/a.yaml", dir));
	err = ruleset_load(dir, NULL, 0, &rs);
	assert_non_null(err);
	assert_non_null(strstr(err_text(err), "no rules in"));
	err_free(err);
	drop_dir(dir);
}

static void test_message(void **state)
{
	struct ruleset *rs = NULL;
	struct err *err = load("locks:\n  - {fn: f, relese: arg0}\n", NULL, &rs);

	(void)state;
	assert_non_null(err);
	assert_non_null(strstr(err_text(err), "/a.yaml:2:13: unknown key 'relese'; known here: fn,"));
	assert_non_null(strstr(err_text(err), "\n    2 |   - {fn: f, relese: arg0}\n"
			       "      |             ^"));
	err_free(err);
}

/* ---- overlays ----------------------------------------------------------- */

static void test_overlay_adds(void **state)
{
	struct ruleset *rs = load_ok(MINI, "opaque:\n  - {fn: mine, why: because}\n"
				     "constants: [C]\n"
				     "sinks:\n  - {fn: s, id: r1, when: {arg0: {is: C}}}\n");

	(void)state;
	assert_non_null(find(rs, "mine"));
	assert_string_equal(rs->fns.a[rs->fns.n - 1].fn, "s");
	ruleset_free(rs);
}

static void test_overlay_removes(void **state)
{
	struct ruleset *rs = load_ok(MINI, "remove:\n  locks: [\"_lock{,_irq}\"]\n"
				     "  sinks: [resume]\n  opaque: [\"mutex_*\"]\n");

	(void)state;
	assert_null(find(rs, "_lock"));
	assert_null(find(rs, "_lock_irq"));
	assert_null(find(rs, "resume"));
	assert_null(find(rs, "mutex_*"));
	assert_non_null(find(rs, "__lock"));
	assert_non_null(find(rs, "printk"));
	ruleset_free(rs);
}

static void test_overlay_replaces(void **state)
{
	struct ruleset *rs = load_ok(MINI, "sinks:\n  - {fn: resume, id: r1, place: arg3}\n"
				     "remove: {sinks: [resume], rules: [r1]}\n"
				     "rules: [{id: r1, severity: note, title: t, why: w, mend: m}]\n");

	(void)state;
	assert_int_equal(find(rs, "resume")->place.arg, 3);
	assert_int_equal(rs->descs.n, 1);
	assert_string_equal(ruleset_desc(rs, "r1")->severity, "note");
	ruleset_free(rs);
}

static void test_overlay_bad(void **state)
{
	(void)state;
	load_bad(MINI, "remove:\n  locks: [nothing]\n",
		 "over.txt:2:11: nothing to remove: 'locks:' has no entry 'nothing'");
	load_bad(MINI, "remove:\n  lokcs: [x]\n", "over.txt:2:3: unknown section 'lokcs'");
	load_bad(MINI, "remove:\n  sinks: [resume, resume]\n", "over.txt:2:19: nothing to remove");
	load_bad(MINI, "remove:\n  rules: [r1]\n", "unknown rule 'r1'");
	load_bad(MINI, "sinks:\n  - {fn: resume, id: r1, place: arg0, when: {arg1: {lacks: A, has: B | 2}}}\n",
		 "over.txt:2:5: duplicate entry 'resume' of 'sinks:', first at ");
	load_bad(MINI, "remove: [x]\n", "expected a mapping");
}

/* ---- the index ---------------------------------------------------------- */

static void test_index(void **state)
{
	struct ruleset *rs = load_ok(MINI, "opaque:\n  - {fn: \"mutex_l*\", why: because}\n"
				     "defers:\n  - {fn: mutex_lock, place: arg0}\n");
	struct rule_index *ri = rule_index_create(rs);
	struct rule_fn *out[4] = { NULL };

	(void)state;
	assert_int_equal(rule_index_match(ri, "mutex_lock", out, 4), 4);
	assert_int_equal(out[0]->kind, RULE_LOCK);
	assert_string_equal(out[1]->fn, "mutex_*");
	assert_string_equal(out[2]->fn, "mutex_l*");
	assert_int_equal(out[3]->kind, RULE_DEFER);
	for (u32 i = 1; i < 4; i++)
		assert_true(out[i - 1] < out[i]);
	out[1] = NULL;
	assert_int_equal(rule_index_match(ri, "mutex_lock", out, 1), 4);
	assert_null(out[1]);
	assert_int_equal(rule_index_match(ri, "mutex_unlock", out, 4), 1);
	assert_int_equal(rule_index_match(ri, "nothing", out, 4), 0);
	assert_int_equal(rule_index_match(ri, "", out, 4), 0);
	rule_index_free(ri);
	rule_index_free(NULL);
	ruleset_free(rs);
}

static void test_index_of_nothing(void **state)
{
	struct ruleset *rs = load_ok("constants: []\n", NULL);
	struct rule_index *ri = rule_index_create(rs);

	(void)state;
	assert_int_equal(rule_index_match(ri, "x", NULL, 0), 0);
	rule_index_free(ri);
	ruleset_free(rs);
}

/* ---- the probe ---------------------------------------------------------- */

static void test_probe(void **state)
{
	struct ruleset *rs = load_ok(MINI, NULL);
	struct buf out = BUF_INIT;

	(void)state;
	rule_probe_source(rs, &out);
	assert_non_null(strstr(buf_text(&out), "#if __has_include(<linux/gfp.h>)\n#include <linux/gfp.h>\n#endif\n"));
	assert_non_null(strstr(buf_text(&out), "#ifdef A\nconst long long " RULE_PROBE_PREFIX
			       "A = (__force long long)(A);\n#endif\n"));
	assert_non_null(strstr(buf_text(&out), "\nconst long long " RULE_PROBE_PREFIX "E = "));
	assert_null(strstr(buf_text(&out), "#ifdef E"));
	buf_free(&out);
	ruleset_free(rs);
}

/* ---- files of the project ----------------------------------------------- */

static void test_own_rules(void **state)
{
	struct ruleset *rs = NULL;
	struct err *err = ruleset_load("rules", NULL, 0, &rs);

	(void)state;
	if (err)
		fail_msg("%s", err_text(err));
	assert_true(rs->fns.n > 500);
	assert_non_null(ruleset_desc(rs, "reclaim-rpm-resume"));
	for (u32 i = 0; i < rs->fns.n; i++) {
		const struct rule_fn *fn = &rs->fns.a[i];

		/* A judgement has its reason, a fact its source. */
		if (!fn->why && !fn->from)
			fail_msg("%s:%u: neither 'why' nor 'from'", fn->pos.file, fn->pos.line);
		if ((fn->kind == RULE_LOCK || fn->kind == RULE_WAIT) && fn->may_block)
			assert_non_null(fn->id);
	}
	ruleset_free(rs);
}

/* A hash comment says which error a file of rules-bad/ must give. */
static bool is_bad_as_said(const char *path)
{
	static const char tag[] = "# expect-error: ";
	struct blob blob;
	struct ruleset *rs = NULL;
	regex_t regex;

	assert_null(file_read(path, &blob));
	const char *start = strstr(blob.p, tag);

	assert_non_null(start);
	start += strlen(tag);
	char *pattern = arena_printf(&arena, "%.*s", (int)strcspn(start, "\n"), start);

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	struct err *err = ruleset_load("testsuite/rules-bad/base", &path, 1, &rs);

	bool is_ok = err && !regexec(&regex, err_text(err), 0, NULL, 0);

	if (!is_ok)
		print_error("%s: expected '%s' in: %s\n", path, pattern, err ? err_text(err) : "nothing");
	regfree(&regex);
	err_free(err);
	ruleset_free(rs);
	blob_free(&blob);
	return is_ok;
}

static void test_rules_bad(void **state)
{
	struct err *err;
	char **paths;
	u32 n, n_good = 0, n_bad = 0;

	(void)state;
	err = file_find(&arena, "testsuite/rules-bad", ".yaml", &paths, &n);
	assert_null(err);
	for (u32 i = 0; i < n; i++) {
		if (strstr(paths[i], "/base/"))
			continue;
		if (is_bad_as_said(paths[i]))
			n_good++;
		else
			n_bad++;
	}
	assert_int_equal(n_bad, 0);
	assert_true(n_good > 50);
}

/* ---- hostile input ------------------------------------------------------ */

static void test_hostile(void **state)
{
	static const char *const parts[] = {
		"[", "{", "{a: ", "- ", "? ", "[[", "\"", "a: &a ", "*a ", "!!str ", "%YAML 1.2\n", "---\n",
		"|\n ", "\xff\xfe", "\xc3", "locks: ", "locks: [", "\t", ": ", "- - - {", "a:\n ", ", ",
		"%\xc3x ", "%\n", "a: %\xc3\xa9\n",
	};
	struct buf text = BUF_INIT;

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(parts); i++) {
		struct ruleset *rs = NULL;

		buf_clear(&text);
		for (u32 k = 0; k < 2000; k++)
			buf_adds(&text, parts[i]);
		struct err *err = load(buf_text(&text), NULL, &rs);

		assert_true(err || rs);
		err_free(err);
		ruleset_free(rs);
	}
	buf_free(&text);
}

static void test_too_large(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (u32 i = 0; i < 200000; i++)
		buf_adds(&text, "# text\n");
	load_bad(buf_text(&text), NULL, "is larger than");
	buf_free(&text);
}

static void test_nul(void **state)
{
	static const char text[] = "opaque: [\0]\n";
	const char *dir = rules_dir("");
	struct ruleset *rs = NULL;
	struct err *err;

	(void)state;
	assert_null(file_write(arena_printf(&arena, "%s/a.yaml", dir), text, sizeof(text) - 1));
	err = ruleset_load(dir, NULL, 0, &rs);
	assert_non_null(err);
	assert_non_null(strstr(err_text(err), "a.yaml:1:10: not a character of UTF-8 text"));
	err_free(err);
	drop_dir(dir);
}

/* Every prefix of a good file loads or fails; none crashes. */
static void test_truncated(void **state)
{
	(void)state;
	for (size_t n = 0; n < strlen(MINI); n++) {
		struct ruleset *rs = NULL;
		struct err *err = load(arena_printf(&arena, "%.*s", (int)n, MINI), NULL, &rs);

		assert_true(err || rs);
		err_free(err);
		ruleset_free(rs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_expand, reset),
		cmocka_unit_test_teardown(test_expand_is_bounded, reset),
		cmocka_unit_test(test_match),
		cmocka_unit_test_teardown(test_expressions, reset),
		cmocka_unit_test_teardown(test_bad_expressions, reset),
		cmocka_unit_test_teardown(test_expressions_are_bounded, reset),
		cmocka_unit_test_teardown(test_unknown_name, reset),
		cmocka_unit_test_teardown(test_load, reset),
		cmocka_unit_test_teardown(test_files_in_order, reset),
		cmocka_unit_test_teardown(test_no_rules, reset),
		cmocka_unit_test_teardown(test_message, reset),
		cmocka_unit_test_teardown(test_overlay_adds, reset),
		cmocka_unit_test_teardown(test_overlay_removes, reset),
		cmocka_unit_test_teardown(test_overlay_replaces, reset),
		cmocka_unit_test_teardown(test_overlay_bad, reset),
		cmocka_unit_test_teardown(test_index, reset),
		cmocka_unit_test_teardown(test_index_of_nothing, reset),
		cmocka_unit_test_teardown(test_probe, reset),
		cmocka_unit_test_teardown(test_own_rules, reset),
		cmocka_unit_test_teardown(test_rules_bad, reset),
		cmocka_unit_test_teardown(test_hostile, reset),
		cmocka_unit_test_teardown(test_too_large, reset),
		cmocka_unit_test_teardown(test_nul, reset),
		cmocka_unit_test_teardown(test_truncated, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
