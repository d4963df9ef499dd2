// SPDX-License-Identifier: MIT
/*
 * fact/reader.c and fact/decode.c on files that are cut, flipped or forged: an
 * error that says so, or a TU that can be used in every way; never a crash.
 * Most telling when built with the sanitizers.
 */
#include "fact_forge.h"
#include "fact_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct buf file = BUF_INIT;	/* the sample */
static struct blob payload;		/* what is packed in it */

static int make_sample(void **state)
{
	struct fact_tu tu;
	struct err *err;

	sample_tu(&tu);
	err = fact_write_bytes(&tu, &file);
	fact_tu_free(&tu);
	if (!err)
		err = file_decompress(file.s + FACT_AT_PAYLOAD, file.len - FACT_AT_PAYLOAD, 1 << 20,
				      &payload);
	err_free(err);
	return err ? -1 : 0;
}

static int free_sample(void **state)
{
	buf_free(&file);
	blob_free(&payload);
	return 0;
}

static void check_error(struct err *err, const char *text)
{
	assert_non_null(err);
	assert_string_equal(err_text(err), text);
	err_free(err);
}

/* A heap copy of exactly n bytes, so that a read behind them is seen. */
static char *copy_of(const void *p, size_t n)
{
	char *copy = mem_realloc(NULL, n, 1);

	if (n)
		memcpy(copy, p, n);
	return copy;
}

/* A payload that was tampered with, in a good frame; true if it is still accepted. */
static bool accepts_payload(const void *p, size_t n)
{
	struct buf forged = BUF_INIT;
	struct err *err;
	bool ok;

	forge_file(p, n, &forged);
	err = forge_use(forged.s, forged.len);
	ok = !err;
	if (err && !strstr(err_text(err), "'forged' is damaged: "))
		fail_msg("%s", err_text(err));
	err_free(err);
	buf_free(&forged);
	return ok;
}

/* ---- the frame -------------------------------------------------------------------- */

static void test_unharmed(void **state)
{
	assert_null(forge_use(file.s, file.len));
	assert_true(accepts_payload(payload.p, payload.n));
}

static void set_u64(char *p, u64 v)
{
	for (u32 i = 0; i < 8; i++)
		p[i] = (char)(v >> (i * 8));
}

static void test_messages(void **state)
{
	struct buf b = BUF_INIT;

	check_error(forge_use("", 0), "'forged' is empty, not a facts file");
	check_error(forge_use("ELF", 3), "'forged' is not a facts file");
	check_error(forge_use("RECL", 4), "'forged' is truncated: it ends after 4 bytes");
	buf_add(&b, file.s, file.len);
	b.s[FACT_AT_VERSION]++;
	check_error(forge_use(b.s, b.len),
		    "'forged' was written by another version of reclint: extract it again");
	b.s[FACT_AT_VERSION]--;
	b.s[FACT_AT_SCHEMA]++;
	check_error(forge_use(b.s, b.len),
		    "'forged' was written by another version of reclint: extract it again");
	b.s[FACT_AT_SCHEMA]--;
	b.s[FACT_AT_PAYLOAD + 20]++;
	check_error(forge_use(b.s, b.len), "'forged' is damaged: its checksum does not match");
	b.s[FACT_AT_PAYLOAD + 20]--;
	set_u64(b.s + FACT_AT_RAW, FACT_RAW_MAX + 1);
	check_error(forge_use(b.s, b.len),
		    "'forged' is damaged: it says that it unpacks to 67108865 bytes");
	set_u64(b.s + FACT_AT_RAW, payload.n + 1);
	check_error(forge_use(b.s, b.len), "'forged' is damaged: it unpacks to less than it says");
	set_u64(b.s + FACT_AT_RAW, payload.n);
	buf_addc(&b, 0);
	check_error(forge_use(b.s, b.len), "'forged' is damaged: bytes behind its end");
	buf_free(&b);
}

static void test_output_is_untouched(void **state)
{
	struct fact_tu tu, before;

	memset(&tu, 0x5a, sizeof(tu));
	before = tu;
	err_free(fact_read_bytes(file.s, file.len - 1, "cut", &tu));
	err_free(fact_read_bytes("x", 1, "x", &tu));
	assert_memory_equal(&tu, &before, sizeof(tu));
}

static void test_cut_anywhere(void **state)
{
	for (size_t n = 0; n < file.len; n++) {
		char *p = copy_of(file.s, n);
		struct err *err = forge_use(p, n);

		assert_non_null(err);
		assert_non_null(strstr(err_text(err), n ? "is truncated" : "is empty"));
		err_free(err);
		free(p);
	}
}

static void test_every_bit_flipped(void **state)
{
	char *p = copy_of(file.s, file.len);

	for (size_t i = 0; i < file.len * 8; i++) {
		struct err *err;

		p[i / 8] ^= (char)(1 << (i % 8));
		err = forge_use(p, file.len);
		if (!err)
			fail_msg("bit %zu does not matter", i);
		err_free(err);
		p[i / 8] ^= (char)(1 << (i % 8));
	}
	free(p);
}

/* zstd data that were tampered with, under a checksum that fits. */
static void test_packed_bits_flipped(void **state)
{
	char *p = copy_of(file.s, file.len);

	for (size_t i = FACT_AT_PAYLOAD; i < file.len; i++) {
		for (u32 bit = 0; bit < 8; bit += 3) {
			p[i] ^= (char)(1u << bit);
			set_u64(p + FACT_AT_HASH,
				hash64(p + FACT_AT_PAYLOAD, file.len - FACT_AT_PAYLOAD));
			err_free(forge_use(p, file.len));
			p[i] ^= (char)(1u << bit);
		}
	}
	free(p);
}

/* ---- the payload ---------------------------------------------------------------------- */

static void test_payload_cut_anywhere(void **state)
{
	for (size_t n = 0; n < payload.n; n++)
		assert_false(accepts_payload(payload.p, n));
}

static void test_payload_with_more(void **state)
{
	struct buf b = BUF_INIT;

	buf_add(&b, payload.p, payload.n);
	buf_addc(&b, 0);
	assert_false(accepts_payload(b.s, b.len));
	buf_free(&b);
}

static void test_payload_bits_flipped(void **state)
{
	char *p = copy_of(payload.p, payload.n);
	u32 n_accepted = 0;

	for (size_t i = 0; i < payload.n * 8; i++) {
		p[i / 8] ^= (char)(1 << (i % 8));
		n_accepted += accepts_payload(p, payload.n);
		p[i / 8] ^= (char)(1 << (i % 8));
	}
	/* Many only change a text, a line or a hash. */
	assert_true(n_accepted > payload.n);
	free(p);
}

static void test_payload_bytes_replaced(void **state)
{
	static const u8 values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	char *p = copy_of(payload.p, payload.n);

	for (size_t i = 0; i < payload.n; i++) {
		char old = p[i];

		for (size_t k = 0; k < ARRAY_LEN(values); k++) {
			p[i] = (char)values[k];
			accepts_payload(p, payload.n);
		}
		p[i] = old;
	}
	free(p);
}

/* Each number made as large as can be, where it stands. */
static void test_payload_numbers_enlarged(void **state)
{
	static const u64 values[] = { 200, UINT16_MAX, INT32_MAX, UINT32_MAX, (u64)1 << 33,
				      INT64_MAX, UINT64_MAX };
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < payload.n; i++) {
		for (size_t k = 0; k < ARRAY_LEN(values); k++) {
			buf_clear(&b);
			buf_add(&b, payload.p, i);
			buf_add_uleb(&b, values[k]);
			buf_add(&b, payload.p + i + 1, payload.n - i - 1);
			accepts_payload(b.s, b.len);
		}
	}
	buf_free(&b);
}

static u64 random_state = 88172645463325252ull;

static u32 random_below(size_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (u32)(random_state % n);
}

/* A few changes at once: bytes replaced, removed, doubled, moved. */
static void mutate(struct buf *b)
{
	u32 n_changes = 1 + random_below(6);

	while (n_changes-- && b->len > 16) {
		size_t at = random_below(b->len - 8), n = 1 + random_below(8);

		switch (random_below(4)) {
		case 0:
			b->s[at] = (char)random_below(256);
			break;
		case 1:
			memmove(b->s + at, b->s + at + n, b->len - at - n);
			b->len -= n;
			break;
		case 2:
			memmove(b->s + at, b->s + random_below(b->len - 8), n);
			break;
		case 3:
			b->s[at] = (char)(random_below(256) | 0x80);
			break;
		}
	}
}

static void test_payload_mutated(void **state)
{
	struct buf b = BUF_INIT;

	for (u32 i = 0; i < 20000; i++) {
		buf_clear(&b);
		buf_add(&b, payload.p, payload.n);
		mutate(&b);
		accepts_payload(b.s, b.len);
	}
	buf_free(&b);
}

/* ---- a body alone ------------------------------------------------------------------------ */

static void decode(const void *p, size_t n, const struct fact_limits *limits)
{
	struct fact_fn fn = { .n_args = limits->n_args, .n_refs = limits->n_refs,
			      .n_members = limits->n_members, .n_strs = limits->n_strs };
	struct arena a = ARENA_INIT;
	struct fact_body body;
	struct err *err = fact_body_decode(p, (u32)n, limits, &a, &body);

	if (!err)
		forge_check_body(&fn, &body);
	err_free(err);
	arena_free(&a);
}

static void test_body_mutated(void **state)
{
	struct fact_limits limits = { .n_refs = 3, .n_members = 3, .n_strs = 4, .n_args = 2 };
	struct buf original = BUF_INIT, b = BUF_INIT;
	struct fact_tu tu;

	sample_tu(&tu);
	assert_null(fact_body_encode(tu.fns.a[1].body, &original));
	fact_tu_free(&tu);
	for (size_t n = 0; n <= original.len; n++) {
		char *p = copy_of(original.s, n);

		decode(p, n, &limits);
		free(p);
	}
	for (u32 i = 0; i < 100000; i++) {
		buf_clear(&b);
		buf_add(&b, original.s, original.len);
		mutate(&b);
		decode(b.s, b.len, &limits);
	}
	buf_free(&original);
	buf_free(&b);
}

static void test_body_of_nothing(void **state)
{
	struct fact_limits none = { 0 };
	struct arena a = ARENA_INIT;
	struct fact_body body;

	check_error(fact_body_decode(NULL, 0, &none, &a, &body), "ends too early");
	arena_free(&a);
}

/* Counts that ask for more memory than there is. */
static void test_body_of_huge_counts(void **state)
{
	static const u64 counts[] = { 1000, UINT32_MAX, (u64)UINT32_MAX + 1, UINT64_MAX };
	struct fact_limits limits = { .n_refs = 3, .n_members = 3, .n_strs = 4, .n_args = 2 };

	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		for (u32 place = 0; place < 5; place++) {
			struct arena a = ARENA_INIT;
			struct buf b = BUF_INIT;
			struct fact_body body;
			struct err *err;

			/* operands, constants, locals, blocks, instructions of block 0 */
			for (u32 k = 0; k < 5; k++)
				buf_add_uleb(&b, k == place ? counts[i] : k == 3);
			err = fact_body_decode((u8 *)b.s, (u32)b.len, &limits, &a, &body);
			assert_non_null(err);
			assert_true(a.total < 4096);
			err_free(err);
			arena_free(&a);
			buf_free(&b);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unharmed),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_output_is_untouched),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_every_bit_flipped),
		cmocka_unit_test(test_packed_bits_flipped),
		cmocka_unit_test(test_payload_cut_anywhere),
		cmocka_unit_test(test_payload_with_more),
		cmocka_unit_test(test_payload_bits_flipped),
		cmocka_unit_test(test_payload_bytes_replaced),
		cmocka_unit_test(test_payload_numbers_enlarged),
		cmocka_unit_test(test_payload_mutated),
		cmocka_unit_test(test_body_mutated),
		cmocka_unit_test(test_body_of_nothing),
		cmocka_unit_test(test_body_of_huge_counts),
	};

	return cmocka_run_group_tests(tests, make_sample, free_sample);
}
