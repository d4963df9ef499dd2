// SPDX-License-Identifier: MIT
/* base/buf.c: text, growth, and the bytes of variable-length integers. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

static void test_text(void **state)
{
	struct buf b = BUF_INIT;

	assert_string_equal(buf_text(&b), "");
	buf_adds(&b, "a");
	buf_addc(&b, 'b');
	buf_addf(&b, "%03d", 7);
	buf_add(&b, "\0x", 2);
	assert_int_equal(b.len, 7);
	assert_memory_equal(buf_text(&b), "ab007\0x", 8);
	buf_clear(&b);
	assert_string_equal(buf_text(&b), "");
	assert_int_equal(b.len, 0);
	buf_free(&b);
	assert_string_equal(buf_text(&b), "");
}

static void test_growth(void **state)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < 10000; i++) {
		buf_addf(&b, "%d,", i % 10);
		assert_int_equal(b.s[b.len], 0);
	}
	assert_int_equal(b.len, 20000);
	assert_memory_equal(b.s + 19990, "5,6,7,8,9,", 10);
	buf_addf(&b, "%5000s", "x");
	assert_int_equal(b.len, 25000);
	buf_free(&b);
}

static void check_uleb(u64 v, const char *bytes, size_t n)
{
	struct buf b = BUF_INIT;

	buf_add_uleb(&b, v);
	assert_int_equal(b.len, n);
	assert_memory_equal(b.s, bytes, n);
	buf_free(&b);
}

static void check_sleb(s64 v, const char *bytes, size_t n)
{
	struct buf b = BUF_INIT;

	buf_add_sleb(&b, v);
	assert_int_equal(b.len, n);
	assert_memory_equal(b.s, bytes, n);
	buf_free(&b);
}

static void test_variable_length(void **state)
{
	check_uleb(0, "\0", 1);
	check_uleb(127, "\x7f", 1);
	check_uleb(128, "\x80\x01", 2);
	check_uleb(300, "\xac\x02", 2);
	check_uleb(UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
	check_sleb(0, "\0", 1);
	check_sleb(-1, "\x01", 1);
	check_sleb(1, "\x02", 1);
	check_sleb(-64, "\x7f", 1);
	check_sleb(64, "\x80\x01", 2);
	check_sleb(INT64_MAX, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
	check_sleb(INT64_MIN, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_variable_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
