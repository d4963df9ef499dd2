// SPDX-License-Identifier: MIT
/* base/bitset.c: sets of unequal length behave as if zeros were behind their ends. */
#include "base/bitset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>

static void test_set_and_unset(void **state)
{
	struct bitset s = BITSET_INIT;

	assert_false(bitset_test(&s, 0));
	assert_true(bitset_set(&s, 0));
	assert_false(bitset_set(&s, 0));
	assert_true(bitset_set(&s, 63));
	assert_true(bitset_set(&s, 64));
	assert_true(bitset_set(&s, 100000));
	assert_int_equal(bitset_count(&s), 4);
	assert_true(bitset_test(&s, 63));
	assert_false(bitset_test(&s, 65));
	assert_false(bitset_test(&s, UINT32_MAX));
	bitset_unset(&s, 63);
	bitset_unset(&s, UINT32_MAX);
	assert_false(bitset_test(&s, 63));
	assert_int_equal(bitset_count(&s), 3);
	bitset_free(&s);
}

static void test_or(void **state)
{
	struct bitset a = BITSET_INIT, b = BITSET_INIT;

	assert_false(bitset_or(&a, &b));
	bitset_set(&a, 3);
	bitset_set(&b, 3);
	assert_false(bitset_or(&a, &b));
	bitset_set(&b, 500);
	assert_true(bitset_or(&a, &b));
	assert_false(bitset_or(&a, &b));
	assert_true(bitset_test(&a, 500));
	assert_int_equal(bitset_count(&a), 2);
	assert_false(bitset_or(&a, &a));
	bitset_clear(&b);
	assert_int_equal(bitset_count(&b), 0);
	assert_false(bitset_or(&a, &b));
	bitset_free(&a);
	bitset_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_and_unset),
		cmocka_unit_test(test_or),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
