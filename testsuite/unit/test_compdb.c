// SPDX-License-Identifier: MIT
/* cli/compdb.c and cli/shell.c: what is read, and where an error is said to be. */
#include "cli/compdb.h"

#include "base/err.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

/* The words of line, each in brackets, or the error. */
static char *split(struct arena *a, const char *line)
{
	char *out = arena_strdup(a, "");
	char **argv;
	u32 argc;
	struct err *err = shell_split(a, line, &argv, &argc);

	if (err) {
		out = arena_printf(a, "error: %s", err_text(err));
		err_free(err);
		return out;
	}
	for (u32 i = 0; i < argc; i++)
		out = arena_printf(a, "%s[%s]", out, argv[i]);
	assert_null(argv[argc]);
	return out;
}

static void words_of_a_shell(void **state UNUSED)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "  \t\n ", "" },
		{ "gcc -c  a.c\n", "[gcc][-c][a.c]" },
		{ "a'b c'd", "[ab cd]" },
		{ "'' \"\"", "[][]" },
		{ "-DX='\"a b\"'", "[-DX=\"a b\"]" },
		{ "-DX=\\\"a\\\"", "[-DX=\"a\"]" },
		{ "\"a\\\"b\\\\c\\n\"", "[a\"b\\c\\n]" },
		{ "'a\\'", "[a\\]" },
		{ "a\\ b\\\nc", "[a bc]" },
		{ "\"a\\\nb\"", "[ab]" },
		{ "$x `y` a;b # c", "[$x][`y`][a;b][#][c]" },
		{ "a 'b", "error: a quote is not closed" },
		{ "a \"b\\\"", "error: a quote is not closed" },
		{ "a\\", "error: a quote is not closed" },
	};
	struct arena a = ARENA_INIT;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(split(&a, cases[i][0]), cases[i][1]);
	arena_free(&a);
}

/* Reads text as a database in the folder /tmp/...; the error's text without its path. */
static char *read_text(struct arena *a, const char *text, struct compdb *db)
{
	const char *path = arena_printf(a, "%s/reclint-compdb-%d.json", P_tmpdir, getpid());
	char *out = NULL;
	struct err *err = file_write(path, text, strlen(text));

	assert_null(err);
	err = compdb_read(a, path, db);
	unlink(path);
	if (err) {
		assert_memory_equal(err_text(err), path, strlen(path));
		out = arena_strdup(a, err_text(err) + strlen(path));
	}
	err_free(err);
	return out;
}

static void both_forms(void **state UNUSED)
{
	struct arena a = ARENA_INIT;
	struct compdb db = { 0 };

	assert_null(read_text(&a,
			      "[{\"directory\": \"/b/./o\", \"file\": \"../s/x.c\","
			      " \"arguments\": [\"cc\", \"-DA=b c\", \"../s/x.c\"], \"output\": \"x.o\"},\n"
			      " {\"directory\": \"rel\", \"file\": \"/s/y.c\", \"extra\": [1],"
			      " \"command\": \"cc '-DA=b c' /s/y.c\"}]", &db));
	assert_int_equal(db.n_commands, 2);
	assert_string_equal(db.commands[0].dir, "/b/o");
	assert_string_equal(db.commands[0].file, "/b/s/x.c");
	assert_string_equal(db.commands[0].output, "x.o");
	assert_int_equal(db.commands[0].argc, 3);
	assert_string_equal(db.commands[0].argv[1], "-DA=b c");
	assert_null(db.commands[0].argv[3]);
	assert_string_equal(db.commands[1].dir, P_tmpdir "/rel");
	assert_null(db.commands[1].output);
	assert_int_equal(db.commands[1].argc, 3);
	assert_string_equal(db.commands[1].argv[1], "-DA=b c");
	assert_null(read_text(&a, "[]", &db));
	assert_int_equal(db.n_commands, 0);
	arena_free(&a);
}

static void errors_say_where(void **state UNUSED)
{
	static const char good[] =
		"[\n {\"directory\": \"/[,\\\"{\", \"file\": \"a.c\", \"arguments\": [\"cc\"]},\n";
	static const char *const cases[][2] = {
		{ "{}", ":1:1: not a compile database: not an array" },
		{ "3", ":1:1: not a compile database: not an array" },
		{ "[\n3]", ":2:1: an entry is not an object" },
		{ "[\n  {\"file\": \"a.c\"}]", ":2:3: no \"directory\"" },
		{ "[{\"directory\": \"/\"}]", ":1:2: no \"file\"" },
		{ "[{\"directory\": 1}]", ":1:2: \"directory\" is not a string" },
	};
	static const char *const second[][2] = {
		{ "   {\"directory\": \"/\", \"file\": \"a.c\"}]",
		  ":3:4: neither \"arguments\" nor \"command\"" },
		{ "{\"directory\": \"/\", \"file\": \"a.c\", \"command\": \"\"}]",
		  ":3:1: the command is empty" },
		{ "{\"directory\": \"/\", \"file\": \"a.c\", \"arguments\": []}]",
		  ":3:1: the command is empty" },
		{ "{\"directory\": \"/\", \"file\": \"a.c\", \"arguments\": [1]}]",
		  ":3:1: \"arguments\" is not an array of strings" },
		{ "{\"directory\": \"/\", \"file\": \"a.c\", \"command\": \"cc 'a\"}]",
		  ":3:1: \"command\": a quote is not closed" },
	};
	struct arena a = ARENA_INIT;
	struct compdb db;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(read_text(&a, cases[i][0], &db), cases[i][1]);
	for (size_t i = 0; i < ARRAY_LEN(second); i++)
		assert_string_equal(read_text(&a, arena_printf(&a, "%s%s", good, second[i][0]), &db),
				    second[i][1]);
	assert_memory_equal(read_text(&a, "[\n{\"a\": }]", &db), ":2:", 3);
	arena_free(&a);
}

static void a_missing_file(void **state UNUSED)
{
	struct arena a = ARENA_INIT;
	struct compdb db;
	struct err *err = compdb_read(&a, "/nonexistent/compile_commands.json", &db);

	assert_non_null(err);
	assert_non_null(strstr(err_text(err), "/nonexistent/compile_commands.json"));
	err_free(err);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_of_a_shell),
		cmocka_unit_test(both_forms),
		cmocka_unit_test(errors_say_where),
		cmocka_unit_test(a_missing_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
