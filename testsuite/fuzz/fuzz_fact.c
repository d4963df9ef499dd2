// SPDX-License-Identifier: MIT
/*
 * libFuzzer on the reader of facts.  The first byte says what the rest is: a whole
 * file, a payload that gets a frame with a correct checksum (else nothing but the
 * checksum would ever be tested), or the body of a function alone.
 *
 * From the top of the source tree, with any clang that has libFuzzer:
 *
 *	clang -g -O1 -std=gnu11 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
 *		-Ichecker -Itestsuite/unit testsuite/fuzz/fuzz_fact.c \
 *		checker/fact/?*.c checker/base/?*.c -lxxhash -lzstd -o fuzz_fact
 *	mkdir -p corpus && ./fuzz_fact -write_seed=corpus && ./fuzz_fact corpus
 *
 * Without libFuzzer: -DFUZZ_MAIN gives a program that runs the files named on its
 * command line, so that a crash found elsewhere can be looked at.
 */
#include "../unit/fact_forge.h"
#include "../unit/fact_sample.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

enum { FUZZ_FILE, FUZZ_PAYLOAD, FUZZ_BODY, FUZZ_KINDS };

static void fuzz_payload(const u8 *data, size_t size)
{
	struct buf forged = BUF_INIT;

	forge_file(data, size, &forged);
	err_free(forge_use(forged.s, forged.len));
	buf_free(&forged);
}

static void fuzz_body(const u8 *data, size_t size)
{
	struct fact_limits limits = { .n_refs = 3, .n_members = 3, .n_strs = 4, .n_args = 2 };
	struct fact_fn fn = { .n_args = 2, .n_refs = 3, .n_members = 3, .n_strs = 4 };
	struct arena a = ARENA_INIT;
	struct fact_body body;
	struct err *err = fact_body_decode(data, (u32)size, &limits, &a, &body);

	if (!err)
		forge_check_body(&fn, &body);
	err_free(err);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (!size)
		return 0;
	switch (data[0] % FUZZ_KINDS) {
	case FUZZ_FILE:
		err_free(forge_use(data + 1, size - 1));
		break;
	case FUZZ_PAYLOAD:
		fuzz_payload(data + 1, size - 1);
		break;
	case FUZZ_BODY:
		fuzz_body(data + 1, size - 1);
		break;
	}
	return 0;
}

static struct err *write_seed(const char *dir, const char *name, u8 kind, const void *p, size_t n)
{
	struct buf path = BUF_INIT, seed = BUF_INIT;
	struct err *err;

	buf_addf(&path, "%s/%s", dir, name);
	buf_addc(&seed, (char)kind);
	buf_add(&seed, p, n);
	err = file_write(buf_text(&path), seed.s, seed.len);
	buf_free(&path);
	buf_free(&seed);
	return err;
}

/* The sample of the unit tests, in all three ways. */
static struct err *write_seeds(const char *dir)
{
	struct buf file = BUF_INIT;
	struct blob payload = { NULL, 0 };
	struct blob_ref body;
	struct fact_tu tu;
	struct err *err;

	sample_tu(&tu);
	err = fact_write_bytes(&tu, &file);
	if (!err)
		err = file_decompress(file.s + FACT_AT_PAYLOAD, file.len - FACT_AT_PAYLOAD,
				      1 << 20, &payload);
	if (!err)
		err = write_seed(dir, "file", FUZZ_FILE, file.s, file.len);
	if (!err)
		err = write_seed(dir, "payload", FUZZ_PAYLOAD, payload.p, payload.n);
	body = tu.fns.a[1].encoded;
	if (!err)
		err = write_seed(dir, "body", FUZZ_BODY, body.p, body.n);
	fact_tu_free(&tu);
	buf_free(&file);
	blob_free(&payload);
	return err;
}

/* Handles -write_seed=DIR, which ends the program. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const char option[] = "-write_seed=";

	for (int i = 1; i < *argc; i++) {
		struct err *err;

		if (strncmp((*argv)[i], option, sizeof(option) - 1) != 0)
			continue;
		err = write_seeds((*argv)[i] + sizeof(option) - 1);
		exit(err ? err_report(err) : 0);
	}
	return 0;
}

#ifdef FUZZ_MAIN
int main(int argc, char **argv)
{
	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++) {
		struct blob b;
		struct err *err = file_read(argv[i], &b);

		if (err)
			return err_report(err);
		LLVMFuzzerTestOneInput((const u8 *)b.p, b.n);
		blob_free(&b);
	}
	return 0;
}
#endif
