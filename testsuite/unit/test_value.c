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

static bool may_be(struct values *t, struct av a, s64 c)
{
	return av_truth(t, av_binary(t, FACT_EQ, 32, a, av_const(t, c)), 1).may_be_true;
}

/* Of a struct, say: a width that no word has is that of the widest. */
static void test_wide(void **state)
{
	struct values t;
	struct av odd;

	(void)state;
	values_init(&t);
	odd = av_bits(&t, 1, 1, true);
	assert_false(av_truth(&t, av_binary(&t, FACT_EQ, 255, odd, av_const(&t, 2)), 1).may_be_true);
	assert_true(av_truth(&t, av_binary(&t, FACT_EQ, 255, odd, av_const(&t, 3)), 1).may_be_true);
	assert_false(av_truth(&t, av_binary(&t, FACT_LT, 255, av_const(&t, 3), av_const(&t, -1)), 1).may_be_true);
	values_free(&t);
}

static void test_signals(void **state)
{
	struct values t;
	struct av word, either, wide;

	(void)state;
	values_init(&t);
	values_add_signal(&t, -72);
	word = av_bits(&t, ~0xffffffffull, 0, true);
	assert_false(may_be(&t, word, -72));
	assert_true(may_be(&t, word, -5));
	assert_true(av_truth(&t, av_binary(&t, FACT_NE, 64, AV_TOP, av_const(&t, -72)), 1).may_be_true);
	assert_false(av_truth(&t, av_binary(&t, FACT_NE, 64, AV_TOP, av_const(&t, -72)), 1).may_be_false);

	/* it stays when words are joined, and when they get wider */
	either = av_join(&t, word, av_const(&t, 0xffffffb8));
	assert_int_not_equal(either.n, word.n);
	assert_true(may_be(&t, either, -72));
	wide = av_unary(&t, FACT_SEXT, 64, 32, either);
	assert_true(may_be(&t, wide, -72));

	/* what a branch tells */
	assert_int_equal(av_refine(&t, either, FACT_EQ, 32, av_const(&t, -72), false).n, word.n);
	assert_int_equal(av_refine(&t, word, FACT_EQ, 32, av_const(&t, -72), true).n, AV_BOTTOM.n);
	assert_int_not_equal(av_refine(&t, either, FACT_EQ, 32, av_const(&t, -72), true).n, AV_BOTTOM.n);
	/* bits that it has not */
	assert_int_equal(av_refine_mask(&t, either, 0x80000000, false).n, av_bits(&t, ~0x7fffffffull, 0, true).n);
	values_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_words),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
