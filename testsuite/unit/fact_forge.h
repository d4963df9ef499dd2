/* SPDX-License-Identifier: MIT */
/*
 * Facts files as an attacker would write them: any payload in a correct frame, and
 * everything that a user of facts does with what the reader lets through.
 */
#ifndef UNIT_FACT_FORGE_H
#define UNIT_FACT_FORGE_H

#include "fact/codec.h"

#include "base/buf.h"
#include "base/err.h"

#include <stdlib.h>

static inline void forge_u64(struct buf *out, u64 v)
{
	for (u32 i = 0; i < 8; i++)
		buf_addc(out, (char)(v >> (i * 8)));
}

/* A file with this payload, right in all but the payload. */
static inline void forge_file(const void *payload, size_t n, struct buf *out)
{
	struct buf packed = BUF_INIT;

	file_compress(&packed, payload, n);
	buf_clear(out);
	buf_add(out, FACT_MAGIC, 8);
	forge_u64(out, FACT_VERSION);
	forge_u64(out, fact_schema_hash());
	forge_u64(out, hash64(packed.s, packed.len));
	forge_u64(out, packed.len);
	forge_u64(out, n);
	buf_add(out, packed.s, packed.len);
	buf_free(&packed);
}

#define FORGE_CHECK(cond) do { if (!(cond)) BUG("the decoder let through: !(%s)", #cond); } while (0)

static inline void forge_check_val(const struct fact_fn *fn, const struct fact_body *b,
				   struct val v)
{
	u32 i = val_index(v);

	switch (val_kind(v)) {
	case VAL_NONE: FORGE_CHECK(i == 0); break;
	case VAL_UNDEF: FORGE_CHECK(i == 0); break;
	case VAL_INSN: FORGE_CHECK(i && i < b->n_insns); break;
	case VAL_ARG: FORGE_CHECK(i < fn->n_args); break;
	case VAL_CONST: FORGE_CHECK(i < b->n_consts); break;
	case VAL_SYM: FORGE_CHECK(i && i < fn->n_refs); break;
	case VAL_LOCAL: FORGE_CHECK(i && i < b->n_locals); break;
	case VAL_BLOCK: FORGE_CHECK(i < b->n_blocks); break;
	}
}

/* What the engine relies on, said once more without the decoder's own code. */
static inline void forge_check_body(const struct fact_fn *fn, const struct fact_body *b)
{
	u32 next = 1;

	FORGE_CHECK(b->n_blocks >= 1);
	for (u32 i = 0; i < b->n_blocks; i++) {
		FORGE_CHECK(b->blocks[i].first == next && b->blocks[i].n >= 1);
		next += b->blocks[i].n;
		for (u32 k = b->blocks[i].first; k < next; k++) {
			const struct fact_insn *insn = &b->insns[k];

			FORGE_CHECK(insn->op > FACT_OP_NONE && insn->op < FACT_OP_COUNT);
			FORGE_CHECK(fact_is_terminator((enum fact_op)insn->op) == (k == next - 1));
			FORGE_CHECK((u64)insn->first + insn->n <= b->n_vals);
			if (insn->op == FACT_LOAD || insn->op == FACT_STORE || insn->op == FACT_MEMBER)
				FORGE_CHECK(insn->extra < fn->n_members);
			if (insn->op == FACT_CALL)
				FORGE_CHECK(insn->n >= 1 && insn->extra < fn->n_strs);
			for (u32 v = 0; v < insn->n; v++)
				forge_check_val(fn, b, b->vals[insn->first + v]);
		}
	}
	FORGE_CHECK(next == b->n_insns);
	for (u32 i = 1; i < b->n_locals; i++)
		FORGE_CHECK(b->locals[i].name < fn->n_strs && b->locals[i].tag < fn->n_strs);
}

/* True if every body decodes. */
static inline bool forge_use_bodies(struct fact_tu *tu)
{
	struct arena a = ARENA_INIT;
	bool all = true;

	for (u32 i = 1; i < tu->fns.n; i++) {
		struct fact_body body;
		struct err *err = fact_fn_body(tu, &tu->fns.a[i], "forged", &a, &body);

		if (err)
			all = false;
		else
			forge_check_body(&tu->fns.a[i], &body);
		err_free(err);
	}
	arena_free(&a);
	return all;
}

/* Reads, decodes, dumps and writes; the error, if any, of reading. */
static inline struct err *forge_use(const void *p, size_t n)
{
	struct buf out = BUF_INIT;
	struct fact_tu tu;
	struct err *err = fact_read_bytes(p, n, "forged", &tu), *dump_err, *write_err;
	bool all;

	if (err)
		return err;
	all = forge_use_bodies(&tu);
	dump_err = fact_dump(&tu, NULL, &out);
	if (all != !dump_err)
		BUG("the dump and the decoder do not agree");
	err_free(dump_err);
	buf_clear(&out);
	write_err = fact_write_bytes(&tu, &out);
	if (write_err)
		BUG("what was read cannot be written: %s", err_text(write_err));
	buf_free(&out);
	fact_tu_free(&tu);
	return NULL;
}

#endif
