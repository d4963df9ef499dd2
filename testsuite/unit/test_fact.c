// SPDX-License-Identifier: MIT
/*
 * fact/: what is written is what is read, equal content is equal bytes and equal
 * hashes, malformed bodies are refused by the writer.  Damaged and forged files are
 * in test_fact_forged.c.
 */
#include "fact_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

static void check_error(struct err *err, const char *part)
{
	assert_non_null(err);
	if (!strstr(err_text(err), part))
		fail_msg("'%s' is not in '%s'", part, err_text(err));
	err_free(err);
}

static void check_ok(struct err *err)
{
	if (err)
		fail_msg("%s", err_text(err));
}

static void write_bytes(struct fact_tu *tu, struct buf *out)
{
	buf_clear(out);
	check_ok(fact_write_bytes(tu, out));
}

static void check_same(const struct buf *a, const struct buf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->s, b->s, a->len);
}

static u32 find_fn(const struct fact_tu *tu, const char *name)
{
	for (u32 i = 1; i < tu->fns.n; i++)
		if (!strcmp(str_text(tu->strings, tu->syms.a[tu->fns.a[i].sym].name), name))
			return i;
	fail_msg("no function %s", name);
	return 0;
}

/* ---- round trips ---------------------------------------------------------------- */

static void check_same_body(const struct fact_body *a, const struct fact_body *b)
{
	assert_int_equal(a->n_insns, b->n_insns);
	assert_int_equal(a->n_blocks, b->n_blocks);
	assert_int_equal(a->n_vals, b->n_vals);
	assert_int_equal(a->n_consts, b->n_consts);
	assert_int_equal(a->n_locals, b->n_locals);
	for (u32 i = 1; i < a->n_insns; i++) {
		const struct fact_insn *x = &a->insns[i], *y = &b->insns[i];

		assert_int_equal(x->op, y->op);
		assert_int_equal(x->bits, y->bits);
		assert_int_equal(x->flags, y->flags);
		assert_int_equal(x->line, y->line);
		assert_int_equal(x->col, y->col);
		assert_int_equal(x->n, y->n);
		assert_int_equal(x->off, y->off);
		assert_int_equal(x->extra, y->extra);
		for (u32 k = 0; k < x->n; k++)
			assert_int_equal(a->vals[x->first + k].v, b->vals[y->first + k].v);
	}
	assert_memory_equal(a->blocks, b->blocks, a->n_blocks * sizeof(*a->blocks));
	assert_memory_equal(a->consts, b->consts, a->n_consts * sizeof(*a->consts));
	for (u32 i = 1; i < a->n_locals; i++)
		assert_memory_equal(&a->locals[i], &b->locals[i], sizeof(*a->locals));
}

static void check_tables(const struct fact_tu *tu)
{
	assert_string_equal(str_text(tu->strings, tu->source), SAMPLE_C);
	assert_string_equal(str_text(tu->strings, tu->module), "i915");
	assert_string_equal(str_text(tu->strings, tu->frontend), "by hand");
	assert_true(tu->is_module);
	assert_int_equal(tu->fns.n - 1, 3);
	assert_int_equal(tu->syms.n - 1, 6);
	assert_int_equal(tu->members.n - 1, 2);
	assert_int_equal(tu->inits.n - 1, 3);
	assert_int_equal(tu->annotations.n - 1, 1);
	assert_int_equal(tu->problems.n - 1, 1);
	assert_int_equal(tu->inputs.n - 1, 2);
	assert_int_equal(tu->inits.a[1].off, 0);
	assert_int_equal(tu->inits.a[3].value, -5);
	assert_int_equal(tu->problems.a[1].kind, PROBLEM_LOST_FUNCTION);
	assert_int_equal(tu->problems.a[1].line, 99);
	assert_int_equal(str_find(tu->strings, "a string that nothing uses").n, 0);
	assert_int_not_equal(str_find(tu->strings, "never_used").n, 0);
}

static void test_round_trip(void **state)
{
	struct arena a = ARENA_INIT;
	struct buf bytes = BUF_INIT;
	struct fact_tu tu, back;
	struct fact_body body;
	const struct fact_fn *fn;

	sample_tu(&tu);
	write_bytes(&tu, &bytes);
	check_ok(fact_read_bytes(bytes.s, bytes.len, "sample", &back));
	check_tables(&back);
	fn = &back.fns.a[find_fn(&back, "i915_gem_shrinker_scan")];
	check_ok(fact_fn_body(&back, fn, "sample", &a, &body));
	check_same_body(tu.fns.a[1].body, &body);
	assert_int_equal(fn->n_args, 2);
	assert_string_equal(str_text(back.strings, fn->arg_names[1]), "sc");
	assert_string_equal(str_text(back.strings, back.syms.a[fn->refs[2]].name), "mutex_unlock");
	assert_string_equal(str_text(back.strings, back.members.a[fn->members[2]].path),
			    "private_data");
	assert_int_equal(back.members.a[fn->members[2]].off, 24);
	assert_string_equal(str_text(back.strings, fn->strs[1]), "v(*mutex)");
	assert_true(hash128_eq(fn->hash, tu.fns.a[1].hash));
	fact_tu_free(&back);
	fact_tu_free(&tu);
	buf_free(&bytes);
	arena_free(&a);
}

static void test_read_and_write(void **state)
{
	struct buf first = BUF_INIT, second = BUF_INIT, third = BUF_INIT;
	struct fact_tu tu, back;

	sample_tu(&tu);
	write_bytes(&tu, &first);
	write_bytes(&tu, &second);
	check_same(&first, &second);
	check_ok(fact_read_bytes(first.s, first.len, "sample", &back));
	write_bytes(&back, &third);
	check_same(&first, &third);
	fact_tu_free(&back);
	fact_tu_free(&tu);
	buf_free(&first);
	buf_free(&second);
	buf_free(&third);
}

static void test_empty_tu(void **state)
{
	struct buf bytes = BUF_INIT, text = BUF_INIT;
	struct fact_tu tu;

	fact_tu_init(&tu);
	write_bytes(&tu, &bytes);
	fact_tu_free(&tu);
	check_ok(fact_read_bytes(bytes.s, bytes.len, "empty", &tu));
	assert_int_equal(tu.fns.n, 1);
	check_ok(fact_dump(&tu, NULL, &text));
	fact_tu_free(&tu);
	buf_free(&bytes);
	buf_free(&text);
}

static void test_files(void **state)
{
	char name[] = P_tmpdir "/reclint-fact-XXXXXX";
	int fd = mkstemp(name);
	struct fact_tu tu, back;

	assert_true(fd >= 0);
	close(fd);
	sample_tu(&tu);
	check_ok(fact_write(&tu, name));
	check_ok(fact_read(name, &back));
	check_tables(&back);
	fact_tu_free(&back);
	fact_tu_free(&tu);
	unlink(name);
	check_error(fact_read(name, &back), "cannot open '");
}

static void test_dump(void **state)
{
	struct buf made = BUF_INIT, read = BUF_INIT, bytes = BUF_INIT;
	struct fact_tu tu, back;

	sample_tu(&tu);
	check_ok(fact_dump(&tu, NULL, &made));
	write_bytes(&tu, &bytes);
	check_ok(fact_read_bytes(bytes.s, bytes.len, "sample", &back));
	check_ok(fact_dump(&back, NULL, &read));
	assert_string_equal(buf_text(&made), buf_text(&read));
	assert_non_null(strstr(buf_text(&read),
		"%1 = load 32 %arg1[sc] +16 struct shrink_control.gfp_mask volatile ; 315:12\n"));
	buf_clear(&read);
	check_ok(fact_dump(&back, "mutex_helper", &read));
	assert_string_equal(buf_text(&read),
		"fn s32 mutex_helper(*mutex shrinker, s32) static inline "
		"include/linux/mutex.h:77-117\n"
		"  bb0:\n"
		"    ret 64 0                                                    ; 80\n");
	check_error(fact_dump(&back, "nope", &read), "no function 'nope'");
	fact_tu_free(&back);
	fact_tu_free(&tu);
	buf_free(&made);
	buf_free(&read);
	buf_free(&bytes);
}

/* ---- equal content is equal bytes -------------------------------------------------- */

/* Turns a table round; element 0 stays. */
#define REVERSE(v) do {								\
	for (u32 i_ = 1, k_ = (v)->n - 1; i_ < k_; i_++, k_--) {			\
		__typeof__((v)->a[0]) swap_ = (v)->a[i_];				\
		(v)->a[i_] = (v)->a[k_];						\
		(v)->a[k_] = swap_;						\
	}									\
} while (0)

static u32 turned(u32 id, u32 n)
{
	return id ? n - id : 0;
}

/* The same TU with its tables the other way round. */
static void turn_round(struct fact_tu *tu)
{
	u32 n_syms = tu->syms.n, n_members = tu->members.n;

	for (u32 i = 1; i < tu->fns.n; i++) {
		struct fact_fn *fn = &tu->fns.a[i];

		fn->sym = turned(fn->sym, n_syms);
		for (u32 k = 1; k < fn->n_refs; k++)
			fn->refs[k] = turned(fn->refs[k], n_syms);
		for (u32 k = 1; k < fn->n_members; k++)
			fn->members[k] = turned(fn->members[k], n_members);
	}
	for (u32 i = 1; i < tu->inits.n; i++) {
		tu->inits.a[i].var = turned(tu->inits.a[i].var, n_syms);
		tu->inits.a[i].sym = turned(tu->inits.a[i].sym, n_syms);
		tu->inits.a[i].member = turned(tu->inits.a[i].member, n_members);
	}
	tu->annotations.a[1].sym = turned(tu->annotations.a[1].sym, n_syms);
	REVERSE(&tu->syms);
	REVERSE(&tu->members);
	REVERSE(&tu->fns);
	REVERSE(&tu->inits);
	REVERSE(&tu->inputs);
}

static void test_order_does_not_matter(void **state)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct fact_tu tu;

	sample_tu(&tu);
	write_bytes(&tu, &first);
	turn_round(&tu);
	write_bytes(&tu, &second);
	check_same(&first, &second);
	fact_tu_free(&tu);
	buf_free(&first);
	buf_free(&second);
}

/* The entry block last in memory, with a hole before it, and operands backwards. */
static struct fact_body *laid_out_otherwise(struct fact_tu *tu, const struct fact_body *b)
{
	struct fact_body *o = arena_dup(&tu->arena, b, sizeof(*b));
	u32 shift = b->n_insns - b->blocks[1].first, n_entry = b->blocks[0].n;

	o->n_insns = b->n_insns + 3;
	o->insns = arena_array(&tu->arena, struct fact_insn, o->n_insns);
	memcpy(o->insns + 1, b->insns + b->blocks[1].first, shift * sizeof(*o->insns));
	memcpy(o->insns + shift + 4, b->insns + 1, n_entry * sizeof(*o->insns));
	o->blocks = arena_dup(&tu->arena, b->blocks, b->n_blocks * sizeof(*b->blocks));
	o->blocks[0].first = shift + 4;
	for (u32 i = 1; i < o->n_blocks; i++)
		o->blocks[i].first -= n_entry;
	o->vals = arena_array(&tu->arena, struct val, b->n_vals);
	for (u32 i = 1, at = b->n_vals; i < o->n_insns; i++) {
		struct fact_insn *insn = &o->insns[i];

		at -= insn->n;
		memcpy(o->vals + at, b->vals + insn->first, insn->n * sizeof(*o->vals));
		insn->first = at;
	}
	for (u32 i = 0; i < o->n_vals; i++) {
		u32 index = val_index(o->vals[i]);

		if (val_kind(o->vals[i]) == VAL_INSN)
			o->vals[i] = val_make(VAL_INSN, index > n_entry ? index - n_entry :
					      index + shift + 3);
	}
	return o;
}

static void test_layout_does_not_matter(void **state)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct fact_tu tu;

	sample_tu(&tu);
	write_bytes(&tu, &first);
	tu.fns.a[1].body = laid_out_otherwise(&tu, tu.fns.a[1].body);
	write_bytes(&tu, &second);
	check_same(&first, &second);
	fact_tu_free(&tu);
	buf_free(&first);
	buf_free(&second);
}

static struct hash128 hash_of(struct fact_tu *tu, u32 fn)
{
	struct buf bytes = BUF_INIT;

	write_bytes(tu, &bytes);
	buf_free(&bytes);
	return tu->fns.a[fn].hash;
}

static void test_hash_is_of_content(void **state)
{
	struct fact_tu tu, other;
	struct hash128 h;
	u32 unlock;

	sample_tu(&tu);
	h = hash_of(&tu, 1);
	fact_tu_init(&other);
	for (u32 i = 0; i < 50; i++)
		str_internf(other.strings, "other%u", i);
	fact_tu_free(&other);
	sample_tu(&other);
	other.source = str_intern(other.strings, "another.c");
	unlock = other.fns.a[1].refs[2];
	other.syms.a[unlock].linkage = LINK_GLOBAL;	/* defined here: still the same function */
	other.syms.a[unlock].file = other.source;
	turn_round(&other);
	assert_true(hash128_eq(h, hash_of(&other, 3)));
	fact_tu_free(&other);
	fact_tu_free(&tu);
}

/* One thing changed at a time gives another hash. */
static void test_hash_sees_changes(void **state)
{
	for (int change = 0; change < 12; change++) {
		struct fact_tu tu;
		struct fact_fn *fn;
		struct hash128 h;

		sample_tu(&tu);
		h = hash_of(&tu, 1);
		fn = &tu.fns.a[1];
		switch (change) {
		case 0: fn->line++; break;
		case 1: fn->end_line++; break;
		case 2: fn->flags ^= FACT_FN_NORETURN; break;
		case 3: fn->arg_names[0] = str_intern(tu.strings, "shrink"); break;
		case 4: fn->body->consts[0]++; break;
		case 5: fn->body->insns[1].line++; break;
		case 6: tu.members.a[fn->members[1]].off++; break;
		case 7: tu.members.a[fn->members[1]].path = str_intern(tu.strings, "x"); break;
		case 8: tu.syms.a[fn->refs[2]].name = str_intern(tu.strings, "mutex_lock"); break;
		case 9: tu.syms.a[fn->refs[1]].file = str_intern(tu.strings, "x.c"); break;
		case 10: fn->strs[1] = str_intern(tu.strings, "v(*rwsem)"); break;
		case 11: tu.syms.a[fn->sym].type = str_intern(tu.strings, "v()"); break;
		}
		if (hash128_eq(h, hash_of(&tu, 1)))
			fail_msg("change %d does not show", change);
		fact_tu_free(&tu);
	}
}

/* ---- malformed bodies ----------------------------------------------------------------- */

/* The sample with one instruction, or more, of the long function changed. */
struct breakage {
	const char *name;
	const char *message;
	void (*apply)(struct fact_body *b);
};

static struct fact_insn *insn_of(struct fact_body *b, u8 op)
{
	for (u32 i = 1; i < b->n_insns; i++)
		if (b->insns[i].op == op)
			return &b->insns[i];
	fail_msg("no %s", fact_op_text(op));
	return NULL;
}

static void set_operand(struct fact_body *b, u8 op, u32 i, enum val_kind kind, u32 index)
{
	b->vals[insn_of(b, op)->first + i] = val_make(kind, index);
}

#define BREAKAGE(name, statement) \
	static void name(struct fact_body *b) { statement; }
BREAKAGE(unknown_op, b->insns[1].op = FACT_OP_COUNT)
BREAKAGE(no_op, b->insns[1].op = FACT_OP_NONE)
BREAKAGE(odd_width, b->insns[1].bits = 200)
BREAKAGE(few_operands, insn_of(b, FACT_ADD)->n = 1)
BREAKAGE(many_operands, insn_of(b, FACT_RET)->n = 60000)
BREAKAGE(no_terminator, insn_of(b, FACT_UNREACHABLE)->op = FACT_UNKNOWN)
BREAKAGE(early_terminator, insn_of(b, FACT_UNKNOWN)->op = FACT_UNREACHABLE)
BREAKAGE(empty_block, b->blocks[4].n = 0)
BREAKAGE(no_block, b->n_blocks = 0)
BREAKAGE(far_block, b->blocks[4].n = 5)
BREAKAGE(block_at_0, b->blocks[0].first = 0)
BREAKAGE(far_insn, set_operand(b, FACT_ADD, 0, VAL_INSN, 1000))
BREAKAGE(insn_0, set_operand(b, FACT_ADD, 0, VAL_INSN, 0))
BREAKAGE(far_arg, set_operand(b, FACT_ADD, 0, VAL_ARG, 2))
BREAKAGE(far_const, set_operand(b, FACT_ADD, 0, VAL_CONST, 2))
BREAKAGE(far_sym, set_operand(b, FACT_ADD, 0, VAL_SYM, 3))
BREAKAGE(sym_0, set_operand(b, FACT_ADD, 0, VAL_SYM, 0))
BREAKAGE(far_local, set_operand(b, FACT_ADD, 0, VAL_LOCAL, 2))
BREAKAGE(local_0, set_operand(b, FACT_ADD, 0, VAL_LOCAL, 0))
BREAKAGE(far_target, set_operand(b, FACT_BR, 0, VAL_BLOCK, 5))
BREAKAGE(block_as_value, set_operand(b, FACT_ADD, 0, VAL_BLOCK, 0))
BREAKAGE(store_as_value, set_operand(b, FACT_ADD, 0, VAL_INSN,
				     (u32)(insn_of(b, FACT_STORE) - b->insns)))
BREAKAGE(br_to_value, set_operand(b, FACT_BR, 0, VAL_CONST, 0))
BREAKAGE(cbr_on_block, set_operand(b, FACT_CBR, 0, VAL_BLOCK, 0))
BREAKAGE(cbr_to_value, set_operand(b, FACT_CBR, 2, VAL_UNDEF, 0))
BREAKAGE(switch_even, insn_of(b, FACT_SWITCH)->n = 4)
BREAKAGE(switch_alone, insn_of(b, FACT_SWITCH)->n = 1)
BREAKAGE(switch_default, set_operand(b, FACT_SWITCH, 1, VAL_NONE, 0))
BREAKAGE(switch_case, set_operand(b, FACT_SWITCH, 3, VAL_ARG, 0))
BREAKAGE(switch_target, set_operand(b, FACT_SWITCH, 4, VAL_CONST, 0))
BREAKAGE(phi_odd, insn_of(b, FACT_PHI)->n = 3)
BREAKAGE(phi_value_first, set_operand(b, FACT_PHI, 0, VAL_CONST, 0))
BREAKAGE(phi_of_block, set_operand(b, FACT_PHI, 1, VAL_BLOCK, 0))
BREAKAGE(phi_stranger, set_operand(b, FACT_PHI, 0, VAL_BLOCK, 3))
BREAKAGE(ret_two, insn_of(b, FACT_RET)->n = 2; insn_of(b, FACT_RET)->first = 0)
BREAKAGE(call_none, insn_of(b, FACT_CALL)->n = 0)
BREAKAGE(far_member, insn_of(b, FACT_LOAD)->extra = 3)
BREAKAGE(far_signature, insn_of(b, FACT_CALL)->extra = 4)
BREAKAGE(wide_extra, insn_of(b, FACT_ZEXT)->extra = 129)
BREAKAGE(far_local_name, b->locals[1].name = 4)
BREAKAGE(far_local_tag, b->locals[1].tag = 4)

static const struct breakage breakages[] = {
#define B(name, message) { #name, message, name }
	B(unknown_op, "unknown op"), B(no_op, "unknown op"), B(odd_width, "unknown op or width"),
	B(few_operands, "'add' with 1 operands"), B(many_operands, "operands of instruction"),
	B(no_terminator, "has no terminator at its end"),
	B(early_terminator, "ends before its end"),
	B(empty_block, "empty block"), B(no_block, "no block"),
	B(far_block, "outside"), B(block_at_0, "outside"),
	B(far_insn, "out of range"), B(insn_0, "out of range"), B(far_arg, "out of range"),
	B(far_const, "out of range"), B(far_sym, "out of range"), B(sym_0, "out of range"),
	B(far_local, "out of range"), B(local_0, "out of range"), B(far_target, "out of range"),
	B(block_as_value, "'add' cannot have"), B(store_as_value, "'add' cannot have"),
	B(br_to_value, "'br' cannot have"), B(cbr_on_block, "'cbr' cannot have"),
	B(cbr_to_value, "'cbr' cannot have"), B(switch_even, "'switch' cannot have"),
	B(switch_alone, "'switch' cannot have"), B(switch_default, "'switch' cannot have"),
	B(switch_case, "'switch' cannot have"), B(switch_target, "'switch' cannot have"),
	B(phi_odd, "'phi' cannot have"), B(phi_value_first, "'phi' cannot have"),
	B(phi_of_block, "'phi' cannot have"), B(phi_stranger, "does not lead to it"),
	B(ret_two, "'ret' cannot have"), B(call_none, "'call' cannot have"),
	B(far_member, "member is out of range"), B(far_signature, "signature is out of range"),
	B(wide_extra, "width is out of range"), B(far_local_name, "local's name"),
	B(far_local_tag, "local's tag"),
#undef B
};

static void test_malformed_bodies(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(breakages); i++) {
		struct buf out = BUF_INIT;
		struct fact_tu tu;
		struct err *err;

		sample_tu(&tu);
		breakages[i].apply(tu.fns.a[1].body);
		err = fact_write_bytes(&tu, &out);
		if (!err)
			fail_msg("%s is written", breakages[i].name);
		if (!strstr(err_text(err), breakages[i].message))
			fail_msg("%s: '%s'", breakages[i].name, err_text(err));
		check_error(err, "cannot write function 'i915_gem_shrinker_scan': ");
		assert_int_equal(out.len, 0);
		err = fact_dump(&tu, "i915_gem_shrinker_scan", &out);
		check_error(err, "is malformed: ");
		fact_tu_free(&tu);
		buf_free(&out);
	}
}

static void test_missing_body(void **state)
{
	struct buf out = BUF_INIT;
	struct fact_tu tu;

	sample_tu(&tu);
	tu.fns.a[2].body = NULL;
	check_error(fact_write(&tu, "/nowhere"), "cannot write '/nowhere': cannot write function "
		    "'mutex_helper': no body");
	fact_tu_free(&tu);
	buf_free(&out);
}

/* ---- the table of ops ------------------------------------------------------------------- */

static void test_ops(void **state)
{
	assert_string_equal(fact_op_text(FACT_UNREACHABLE), "unreachable");
	assert_string_equal(fact_op_text(FACT_OP_NONE), "none");
	assert_string_equal(fact_op_text(FACT_OP_COUNT), "none");
	for (u32 i = 1; i < FACT_OP_COUNT; i++)
		assert_string_not_equal(fact_op_text(i), "none");
	assert_int_equal(fact_schema_hash(), fact_schema_hash());
	assert_true(fact_is_terminator(FACT_SWITCH));
	assert_false(fact_is_terminator(FACT_ASM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_read_and_write),
		cmocka_unit_test(test_empty_tu),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_layout_does_not_matter),
		cmocka_unit_test(test_hash_is_of_content),
		cmocka_unit_test(test_hash_sees_changes),
		cmocka_unit_test(test_malformed_bodies),
		cmocka_unit_test(test_missing_body),
		cmocka_unit_test(test_ops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
