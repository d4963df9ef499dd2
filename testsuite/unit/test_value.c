// SPDX-License-Identifier: MIT
/* Abstract values: equal ones are one, however they came about. */
#include "analysis/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void test_few_words(void **state)
{
	struct values t;
	struct av zero_or_one, tagged, bits;

	(void)state;
	values_init(&t);
	zero_or_one = av_join(&t, av_const(&t, 1), av_const(&t, 0));
	assert_int_equal(av_bits(&t, ~1ull, 0, false).n, zero_or_one.n);
	assert_int_equal(av_unary(&t, FACT_ZEXT, 64, 1, AV_TOP).n, zero_or_one.n);
	assert_int_equal(av_binary(&t, FACT_AND, 64, AV_TOP, av_const(&t, 1)).n, zero_or_one.n);
	assert_int_equal(av_bits(&t, ~1ull, 0, true).n, av_const(&t, 1).n);
	assert_int_equal(av_bits(&t, ~0ull, 7, false).n, av_const(&t, 7).n);

	/* the top bit as well, where a constant is negative */
	tagged = av_join(&t, av_const(&t, 4), av_const(&t, INT64_MIN + 4));
	assert_int_equal(av_bits(&t, ~(1ull << 63), 4, false).n, tagged.n);

	/* as many as a set holds are one, more are not */
	assert_int_equal(av_get(&t, av_bits(&t, ~0x700ull, 0, false))->n_consts, AV_MAX_SET);
	bits = av_bits(&t, ~0xf00ull, 0, false);
	assert_int_equal(av_get(&t, bits)->kind, AV_BITS);
	values_free(&t);
}

static void test_origin(void **state)
{
	struct values t;
	struct av flag;

	(void)state;
	values_init(&t);
	/* a word that is open keeps where it came from, a constant does not */
	flag = av_with_origin(&t, av_bits(&t, ~15ull, 0, false), 3, false);
	assert_int_equal(av_get(&t, flag)->origin, 3 << 1);
	assert_int_equal(av_with_origin(&t, av_const(&t, 5), 3, false).n, av_const(&t, 5).n);
	values_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_words),
		cmocka_unit_test(test_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
