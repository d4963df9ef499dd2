// SPDX-License-Identifier: MIT
/*
 * A function as bytes and a hash.  Instructions are written block by block and numbered from 1
 * in that order, operands in the order of their instructions: bodies that differ
 * only in how their arrays are laid out become equal bytes.  An instruction in no
 * block is dropped; 'off' and 'extra' are dropped where the op has no use for them.
 *
 * The hash is of those bytes and of the texts of all that they refer to, never of
 * ids: equal in every TU where the function says the same.
 *
 * Ignored: whether the body makes sense.  What was encoded is decoded again, and
 * the decoder checks everything.
 */
#include "fact/codec.h"

#include "base/buf.h"
#include "base/err.h"

struct encoder {
	const struct fact_body *body;
	struct buf *out;
	u32 *number;		/* by old index; NULL: numbers stay */
	u32 at;			/* the number of the instruction being written */
	u32 line, col;		/* of the one before */
};

/* Blocks one behind the other from instruction 1 on, with nothing between or behind? */
static bool is_in_order(const struct fact_body *body)
{
	u32 next = 1;

	for (u32 i = 0; i < body->n_blocks; i++) {
		if (body->blocks[i].first != next)
			return false;
		next += body->blocks[i].n;
	}
	return true;
}

static struct err *check_arrays(const struct fact_body *body)
{
	u64 n_insns = 0, n_vals = 0;

	for (u32 i = 0; i < body->n_blocks; i++) {
		const struct fact_block *b = &body->blocks[i];

		if ((u64)b->first + b->n > body->n_insns || !b->first)
			return err_new("block %u lies outside the instructions", i);
		n_insns += b->n;
		for (u32 k = b->first; k < b->first + b->n; k++) {
			const struct fact_insn *insn = &body->insns[k];

			if ((u64)insn->first + insn->n > body->n_vals)
				return err_new("operands of instruction %u are missing", k);
			n_vals += insn->n;
		}
	}
	if (n_insns >= VAL_INDEX_MAX || n_vals > VAL_INDEX_MAX)
		return err_new("too large: %llu instructions, %llu operands",
			       (unsigned long long)n_insns, (unsigned long long)n_vals);
	return NULL;
}

static u32 *renumber(const struct fact_body *body, struct arena *a)
{
	u32 *number = arena_array(a, u32, body->n_insns), next = 1;

	for (u32 i = 0; i < body->n_blocks; i++)
		for (u32 k = 0; k < body->blocks[i].n; k++)
			number[body->blocks[i].first + k] = next++;
	return number;
}

/* Kind in the low 3 bits; instructions by their distance, which is small. */
static void add_val(struct encoder *e, struct val v)
{
	enum val_kind kind = val_kind(v);
	u32 index = val_index(v);

	if (kind == VAL_NONE || kind == VAL_UNDEF) {
		buf_add_uleb(e->out, kind);
	} else if (kind == VAL_INSN) {
		u32 target = index < e->body->n_insns && e->number ? e->number[index] : index;
		s64 back = (s64)e->at - (s64)target;
		u64 zigzag = (u64)back << 1 ^ (back < 0 ? ~(u64)0 : 0);

		buf_add_uleb(e->out, zigzag << 3 | VAL_INSN);
	} else {
		buf_add_uleb(e->out, (u64)index << 3 | kind);
	}
}

static struct err *add_insn(struct encoder *e, const struct fact_insn *insn)
{
	bool moved = insn->line != e->line || insn->col != e->col;
	const struct fact_shape *shape;

	if (insn->op == FACT_OP_NONE || insn->op >= FACT_OP_COUNT)
		return err_new("unknown op %u", insn->op);
	shape = &fact_shapes[insn->op];
	if (shape->n != FACT_N_VARIES && shape->n != insn->n)
		return err_new("'%s' with %u operands", fact_op_text(insn->op), insn->n);
	buf_addc(e->out, (char)(insn->op | (moved ? FACT_INSN_HAS_POS : 0) |
				(insn->flags ? FACT_INSN_HAS_FLAGS : 0)));
	buf_addc(e->out, (char)insn->bits);
	if (insn->flags)
		buf_addc(e->out, (char)insn->flags);
	if (moved) {
		buf_add_sleb(e->out, (s64)insn->line - (s64)e->line);
		buf_add_uleb(e->out, insn->col);
	}
	if (shape->n == FACT_N_VARIES)
		buf_add_uleb(e->out, insn->n);
	for (u32 i = 0; i < insn->n; i++)
		add_val(e, e->body->vals[insn->first + i]);
	if (shape->has_off)
		buf_add_sleb(e->out, insn->off);
	if (shape->extra != EXTRA_NONE)
		buf_add_uleb(e->out, insn->extra);
	e->line = insn->line;
	e->col = insn->col;
	return NULL;
}

/* Element 0, which is not used, is not written and may be missing. */
static u32 without_first(u32 n)
{
	return n ? n - 1 : 0;
}

static void add_tables(struct buf *out, const struct fact_body *body)
{
	u64 n_vals = 0;

	for (u32 i = 0; i < body->n_blocks; i++)
		for (u32 k = 0; k < body->blocks[i].n; k++)
			n_vals += body->insns[body->blocks[i].first + k].n;
	buf_add_uleb(out, n_vals);
	buf_add_uleb(out, body->n_consts);
	for (u32 i = 0; i < body->n_consts; i++)
		buf_add_sleb(out, body->consts[i]);
	buf_add_uleb(out, without_first(body->n_locals));
	for (u32 i = 1; i < body->n_locals; i++) {
		buf_add_uleb(out, body->locals[i].name);
		buf_add_uleb(out, body->locals[i].tag);
		buf_add_uleb(out, body->locals[i].size);
	}
	buf_add_uleb(out, body->n_blocks);
	for (u32 i = 0; i < body->n_blocks; i++)
		buf_add_uleb(out, body->blocks[i].n);
}

struct err *fact_body_encode(const struct fact_body *body, struct buf *out)
{
	struct encoder e = { .body = body, .out = out };
	struct arena scratch = ARENA_INIT;
	struct err *err = check_arrays(body);

	if (err)
		return err;
	if (!is_in_order(body))
		e.number = renumber(body, &scratch);
	add_tables(out, body);
	for (u32 i = 0; i < body->n_blocks && !err; i++) {
		const struct fact_block *b = &body->blocks[i];

		for (u32 k = b->first; k < b->first + b->n && !err; k++) {
			e.at++;
			err = add_insn(&e, &body->insns[k]);
		}
	}
	arena_free(&scratch);
	return err;
}

/* ---- functions' content ------------------------------------------------------- */

static const char *text(const struct fact_tu *tu, struct str s)
{
	return str_text(tu->strings, s);
}

/* With the NUL, so that "ab" "c" is not "a" "bc". */
static void add_text(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s) + 1);
}

/* A symbol that others can link to is its name; another TU's file-local one is another. */
static void add_sym_identity(struct buf *b, const struct fact_tu *tu, u32 sym)
{
	const struct fact_sym *s = &tu->syms.a[sym];
	bool is_local = s->linkage == LINK_STATIC || s->linkage == LINK_LOCAL_STATIC;

	add_text(b, text(tu, s->name));
	buf_addc(b, (char)is_local);
	if (is_local) {
		add_text(b, text(tu, s->file));
		buf_add_uleb(b, s->line);
	}
}

/* b is for scratch. */
static struct hash128 content_hash(const struct fact_tu *tu, const struct fact_fn *fn,
				   struct buf *b)
{
	buf_clear(b);
	buf_add_uleb(b, fn->encoded.n);
	buf_add(b, fn->encoded.p, fn->encoded.n);
	add_sym_identity(b, tu, fn->sym);
	add_text(b, text(tu, tu->syms.a[fn->sym].type));
	add_text(b, text(tu, fn->file));
	buf_add_uleb(b, fn->line);
	buf_add_uleb(b, fn->end_line);
	buf_add_uleb(b, fn->flags);
	buf_add_uleb(b, fn->n_args);
	for (u32 i = 0; i < fn->n_args; i++)
		add_text(b, text(tu, fn->arg_names[i]));
	buf_add_uleb(b, without_first(fn->n_refs));
	for (u32 i = 1; i < fn->n_refs; i++)
		add_sym_identity(b, tu, fn->refs[i]);
	buf_add_uleb(b, without_first(fn->n_members));
	for (u32 i = 1; i < fn->n_members; i++) {
		const struct fact_member *m = &tu->members.a[fn->members[i]];

		add_text(b, text(tu, m->tag));
		add_text(b, text(tu, m->path));
		buf_add_uleb(b, m->off);
	}
	for (u32 i = 1; i < fn->n_strs; i++)
		add_text(b, text(tu, fn->strs[i]));
	return hash128(b->s, b->len);
}

/* Encodes, and reads it back to be sure that a reader will. */
static struct err *encode_checked(struct fact_tu *tu, struct fact_fn *fn, struct buf *b)
{
	struct fact_limits limits = { fn->n_refs, fn->n_members, fn->n_strs, fn->n_args };
	struct arena scratch = ARENA_INIT;
	struct fact_body decoded;
	struct err *err = fact_body_encode(fn->body, b);

	if (!err && b->len > FACT_RAW_MAX)
		err = err_new("too large: %zu bytes", b->len);
	if (!err)
		err = fact_body_decode((const u8 *)b->s, (u32)b->len, &limits, &scratch, &decoded);
	arena_free(&scratch);
	if (!err)
		fn->encoded = (struct blob_ref){ arena_dup(&tu->arena, b->s, b->len), (u32)b->len };
	return err;
}

struct err *fact_fn_encode(struct fact_tu *tu, struct fact_fn *fn)
{
	struct buf b = BUF_INIT;
	struct err *err = NULL;

	if (fn->body)
		err = encode_checked(tu, fn, &b);
	else if (!fn->encoded.p)
		err = err_new("no body");
	if (!err)
		fn->hash = content_hash(tu, fn, &b);
	buf_free(&b);
	return err;
}
