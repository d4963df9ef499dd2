// SPDX-License-Identifier: MIT
/* base/str.c: equal text, equal id; ids are dense; appended strings are found too. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static void test_intern(void **state)
{
	struct strtab *t = strtab_create();
	struct str a = str_intern(t, "kswapd"), b = str_intern(t, "direct");

	assert_int_equal(a.n, 1);
	assert_int_equal(b.n, 2);
	assert_true(str_eq(a, str_intern(t, "kswapd")));
	assert_true(str_eq(a, str_intern_n(t, "kswapd0", 6)));
	assert_true(str_eq(b, str_internf(t, "%s%c", "direc", 't')));
	assert_int_equal(strtab_count(t), 2);
	assert_string_equal(str_text(t, a), "kswapd");
	assert_int_equal(str_len(t, a), 6);
	strtab_destroy(t);
}

static void test_none_and_empty(void **state)
{
	struct strtab *t = strtab_create();
	struct str none = str_intern(t, NULL), empty = str_intern(t, "");

	assert_int_equal(none.n, 0);
	assert_int_equal(empty.n, 1);
	assert_string_equal(str_text(t, none), "");
	assert_string_equal(str_text(t, empty), "");
	assert_int_equal(str_len(t, none), 0);
	strtab_destroy(t);
	strtab_destroy(NULL);
}

static void test_find(void **state)
{
	struct strtab *t = strtab_create();

	assert_int_equal(str_find(t, "a").n, 0);
	str_intern(t, "a");
	assert_int_equal(str_find(t, "a").n, 1);
	assert_int_equal(str_find(t, "b").n, 0);
	assert_int_equal(strtab_count(t), 1);
	strtab_destroy(t);
}

static void test_many(void **state)
{
	struct strtab *t = strtab_create();
	const u32 n = 200000;
	char text[32];

	for (u32 i = 1; i <= n; i++)
		assert_int_equal(str_internf(t, "symbol_%u", i).n, i);
	assert_int_equal(strtab_count(t), n);
	for (u32 i = 1; i <= n; i += 7) {
		snprintf(text, sizeof(text), "symbol_%u", i);
		assert_int_equal(str_find(t, text).n, i);
		assert_string_equal(str_text(t, (struct str){ i }), text);
	}
	strtab_destroy(t);
}

/* As a reader fills a table: no look-up, no copy; an index only when one is asked for. */
static void test_append(void **state)
{
	static const char text[] = "one\0two\0three";
	struct strtab *t = strtab_create();

	assert_int_equal(strtab_append(t, text, 3).n, 1);
	assert_int_equal(strtab_append(t, text + 4, 3).n, 2);
	assert_ptr_equal(str_text(t, (struct str){ 2 }), text + 4);
	assert_int_equal(str_find(t, "two").n, 2);
	assert_int_equal(strtab_append(t, text + 8, 5).n, 3);
	assert_int_equal(str_intern(t, "three").n, 3);
	assert_int_equal(str_intern(t, "one").n, 1);
	assert_int_equal(str_intern(t, "four").n, 4);
	assert_int_equal(str_find(t, "four").n, 4);
	strtab_destroy(t);
}

static void test_append_many(void **state)
{
	struct strtab *t = strtab_create();
	static char text[5000][8];

	for (u32 i = 0; i < ARRAY_LEN(text); i++) {
		int len = snprintf(text[i], sizeof(text[i]), "s%u", i);

		strtab_append(t, text[i], (u32)len);
		if (i % 1000 == 999)
			assert_int_equal(str_internf(t, "s%u", i / 2).n, i / 2 + 1);
	}
	for (u32 i = 0; i < ARRAY_LEN(text); i++)
		assert_int_equal(str_find(t, text[i]).n, i + 1);
	assert_int_equal(strtab_count(t), ARRAY_LEN(text));
	strtab_destroy(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intern),
		cmocka_unit_test(test_none_and_empty),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_append_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
