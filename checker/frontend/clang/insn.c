// SPDX-License-Identifier: MIT
/*
 * Instructions of LLVM IR but calls: values, loads and stores, and what ends a
 * block inside a function.
 *
 * Truth values are 0 and 1 in every width, so clang's going to and from i8 is left
 * out; a comparison with zero that only makes a truth value of a number is left out
 * of conditions. What clang leaves of conditions on constants (a phi of equal ones, a
 * variable that is never assigned) is folded.  Floating point and parts of aggregates are not followed.
 */
#include "frontend/clang/lower.h"

/* ---- positions ------------------------------------------------------------------- */

void lower_at(struct lower *l, LLVMValueRef i)
{
	if (l->way) {	/* a cleanup that exits share stands where this one is left */
		l->b.line = l->way->line;
		l->b.col = l->way->col;
		return;
	}
	u32 line = LLVMGetDebugLocLine(i);
	if (!line)
		return;
	u32 col = LLVMGetDebugLocColumn(i);
	l->b.line = line;
	l->b.col = (u16)(col <= UINT16_MAX ? col : 0);
}

/* A condition stands where its leftmost token does. */
void lower_at_condition(struct lower *l, LLVMValueRef condition, LLVMValueRef branch)
{
	LLVMValueRef i = LLVMIsAInstruction(condition) ? condition : branch;

	lower_at(l, i);
	if (l->way || map_get(&l->calls, lower_key(i)))
		return;
	u64 *known = map_get(&l->conditions, map_key2(LLVMGetDebugLocLine(i), LLVMGetDebugLocColumn(i)));
	const struct shim_place *start = known ?
		&shim_get_condition(l->f->shim, (u32)(*known - 1))->start : NULL;
	if (start && start->file && str_eq(module_path(l->f, start->file), l->file)) {
		l->b.line = start->line;
		l->b.col = (u16)(start->col <= UINT16_MAX ? start->col : 0);
	}
}

/* ---- values -------------------------------------------------------------------------- */

bool lower_const(LLVMValueRef v, s64 *ret)
{
	if (!LLVMIsAConstantInt(v) || LLVMGetIntTypeWidth(LLVMTypeOf(v)) > 64)
		return false;
	*ret = LLVMGetIntTypeWidth(LLVMTypeOf(v)) == 1 ? (s64)LLVMConstIntGetZExtValue(v)
						      : LLVMConstIntGetSExtValue(v);
	return true;
}

u8 lower_bits(struct lower *l, LLVMTypeRef type)
{
	switch (LLVMGetTypeKind(type)) {
	case LLVMVoidTypeKind:
		return 0;
	case LLVMIntegerTypeKind: {
		u32 bits = LLVMGetIntTypeWidth(type);
		return bits <= 128 ? (u8)bits : FACT_BITS_AGGREGATE;
	}
	case LLVMPointerTypeKind:
		return (u8)l->f->pointer_bits;
	case LLVMHalfTypeKind:
	case LLVMFloatTypeKind:
	case LLVMDoubleTypeKind:
	case LLVMX86_FP80TypeKind:
	case LLVMFP128TypeKind:
		return (u8)(LLVMABISizeOfType(l->f->layout, type) * 8);
	default:
		return FACT_BITS_AGGREGATE;
	}
}

struct val lower_unknown(struct lower *l, LLVMTypeRef type)
{
	u8 bits = lower_bits(l, type);

	return bits ? body_emit(&l->b, FACT_UNKNOWN, bits, 0, NULL) : BODY_UNKNOWN;
}

void lower_set(struct lower *l, LLVMValueRef i, struct val v)
{
	*map_put(&l->vals, lower_key(i), NULL) = (u64)v.v + 1;
}

bool lower_is_annotation(struct lower *l, LLVMValueRef v, LLVMValueRef *of_ret, u32 *mark_ret)
{
	static const char name[] = "llvm.ptr.annotation";
	size_t n;

	if (!LLVMIsACallInst(v))
		return false;
	LLVMValueRef callee = LLVMGetCalledValue(v);
	if (!LLVMIsAFunction(callee) || strncmp(LLVMGetValueName2(callee, &n), name, sizeof(name) - 1))
		return false;
	*of_ret = LLVMGetOperand(v, 0);
	*mark_ret = symbol_mark(l->f, LLVMGetOperand(v, 1));
	return true;
}

static bool is_address(struct lower *l, LLVMValueRef v)
{
	LLVMValueRef of;
	u32 mark;

	if (LLVMIsAAllocaInst(v) || LLVMIsAGetElementPtrInst(v) || LLVMIsAAddrSpaceCastInst(v) ||
	    LLVMIsABitCastInst(v))
		return LLVMGetTypeKind(LLVMTypeOf(v)) == LLVMPointerTypeKind;
	return lower_is_annotation(l, v, &of, &mark);
}

static struct val constant_value(struct lower *l, LLVMValueRef v)
{
	s64 n;
	size_t len;

	if (lower_const(v, &n))
		return body_const(&l->b, n);
	if (LLVMIsAConstantPointerNull(v))
		return body_const(&l->b, 0);
	if (LLVMIsAGlobalValue(v)) {
		if (LLVMIsAGlobalVariable(v) && symbol_is_anonymous(v))
			return BODY_UNKNOWN;
		return body_symbol(&l->b, symbol_handle(l->f, LLVMGetValueName2(v, &len)));
	}
	if (LLVMIsUndef(v))
		return val_make(VAL_UNDEF, 0);
	if (!LLVMIsAConstantExpr(v))
		return BODY_UNKNOWN;
	switch (LLVMGetConstOpcode(v)) {
	case LLVMGetElementPtr: {
		struct place p = place_of(l, v);
		if (body_is_const(&l->b, p.base, &n))	/* a poisoned pointer */
			return body_const(&l->b, n + p.off);
		return place_address(l, &p);
	}
	case LLVMPtrToInt:
	case LLVMIntToPtr:
	case LLVMBitCast:
	case LLVMAddrSpaceCast:
		return lower_value(l, LLVMGetOperand(v, 0));
	default:
		return BODY_UNKNOWN;
	}
}

struct val lower_value(struct lower *l, LLVMValueRef v)
{
	u64 *known = map_get(&l->vals, lower_key(v));

	if (known && *known)
		return (struct val){ (u32)(*known - 1) };
	if (LLVMIsAConstant(v))
		return constant_value(l, v);
	if (is_address(l, v)) {
		struct place p = place_of(l, v);
		return place_address(l, &p);
	}
	return BODY_UNKNOWN;
}

/* ---- arithmetic ------------------------------------------------------------------------- */

static u8 binary_op(LLVMOpcode op)
{
	switch (op) {
	case LLVMAdd: return FACT_ADD;
	case LLVMSub: return FACT_SUB;
	case LLVMMul: return FACT_MUL;
	case LLVMUDiv: return FACT_DIVU;
	case LLVMSDiv: return FACT_DIVS;
	case LLVMURem: return FACT_MODU;
	case LLVMSRem: return FACT_MODS;
	case LLVMShl: return FACT_SHL;
	case LLVMLShr: return FACT_LSR;
	case LLVMAShr: return FACT_ASR;
	case LLVMAnd: return FACT_AND;
	case LLVMOr: return FACT_OR;
	case LLVMXor: return FACT_XOR;
	default: return FACT_OP_NONE;
	}
}

static bool is_truth(LLVMTypeRef type)
{
	return LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) == 1;
}

/* As constants are kept: sign-extended, truth values 0 and 1. */
static s64 convert_number(s64 n, LLVMOpcode op, u8 from_bits, u8 to_bits)
{
	u8 bits = op == LLVMTrunc ? to_bits : from_bits;

	if (!bits || bits >= 64)
		return n;
	u64 low = (u64)n & (((u64)1 << bits) - 1);
	if (op == LLVMZExt || bits == 1 || !(low >> (bits - 1)))
		return (s64)low;
	return (s64)(low | ~(((u64)1 << bits) - 1));
}

static bool fold(u8 op, s64 x, s64 y, u8 bits, s64 *ret)
{
	u64 a = (u64)x, b = (u64)y, n;

	switch (op) {
	case FACT_ADD: n = a + b; break;
	case FACT_SUB: n = a - b; break;
	case FACT_MUL: n = a * b; break;
	case FACT_AND: n = a & b; break;
	case FACT_OR: n = a | b; break;
	case FACT_XOR: n = a ^ b; break;
	default: return false;
	}
	*ret = convert_number((s64)n, LLVMTrunc, bits, bits);
	return true;
}

static struct val binary(struct lower *l, LLVMValueRef i, u8 op)
{
	LLVMValueRef a = LLVMGetOperand(i, 0), b = LLVMGetOperand(i, 1);
	u8 bits = lower_bits(l, LLVMTypeOf(i));
	s64 n;

	s64 value;
	if (op == FACT_XOR && is_truth(LLVMTypeOf(i)) && lower_const(b, &n) && n) {
		struct val v = lower_value(l, a);
		if (body_is_const(&l->b, v, &value))
			return body_const(&l->b, !value);
		return body_op2(&l->b, FACT_EQ, 1, v, body_const(&l->b, 0));
	}
	if (op == FACT_XOR && lower_const(b, &n) && n == -1)
		return body_op1(&l->b, FACT_NOT, bits, lower_value(l, a));
	if (op == FACT_SUB && lower_const(a, &n) && n == 0)
		return body_op1(&l->b, FACT_NEG, bits, lower_value(l, b));
	struct val x = lower_value(l, a), y = lower_value(l, b);
	s64 m;
	if (body_is_const(&l->b, x, &n) && body_is_const(&l->b, y, &m) && fold(op, n, m, bits, &value))
		return body_const(&l->b, value);
	return body_op2(&l->b, op, bits, x, y);
}

static bool compare_numbers(LLVMIntPredicate predicate, s64 a, s64 b, u8 bits)
{
	u64 mask = bits < 64 ? ((u64)1 << bits) - 1 : ~(u64)0, x = (u64)a & mask, y = (u64)b & mask;

	switch (predicate) {
	case LLVMIntEQ: return x == y;
	case LLVMIntNE: return x != y;
	case LLVMIntUGT: return x > y;
	case LLVMIntUGE: return x >= y;
	case LLVMIntULT: return x < y;
	case LLVMIntULE: return x <= y;
	case LLVMIntSGT: return a > b;
	case LLVMIntSGE: return a >= b;
	case LLVMIntSLT: return a < b;
	default: return a <= b;
	}
}

static struct val compare(struct lower *l, LLVMValueRef i)
{
	struct val x = lower_value(l, LLVMGetOperand(i, 0)), y = lower_value(l, LLVMGetOperand(i, 1));
	u8 bits = lower_bits(l, LLVMTypeOf(LLVMGetOperand(i, 0)));
	s64 a, b;

	if (body_is_const(&l->b, x, &a) && body_is_const(&l->b, y, &b))
		return body_const(&l->b, compare_numbers(LLVMGetICmpPredicate(i), a, b, bits));
	switch (LLVMGetICmpPredicate(i)) {
	case LLVMIntEQ: return body_op2(&l->b, FACT_EQ, bits, x, y);
	case LLVMIntNE: return body_op2(&l->b, FACT_NE, bits, x, y);
	case LLVMIntUGT: return body_op2(&l->b, FACT_ULT, bits, y, x);
	case LLVMIntUGE: return body_op2(&l->b, FACT_ULE, bits, y, x);
	case LLVMIntULT: return body_op2(&l->b, FACT_ULT, bits, x, y);
	case LLVMIntULE: return body_op2(&l->b, FACT_ULE, bits, x, y);
	case LLVMIntSGT: return body_op2(&l->b, FACT_LT, bits, y, x);
	case LLVMIntSGE: return body_op2(&l->b, FACT_LE, bits, y, x);
	case LLVMIntSLT: return body_op2(&l->b, FACT_LT, bits, x, y);
	case LLVMIntSLE: return body_op2(&l->b, FACT_LE, bits, x, y);
	}
	return lower_unknown(l, LLVMTypeOf(i));
}

static struct val convert(struct lower *l, LLVMValueRef i, LLVMOpcode op)
{
	LLVMValueRef from = LLVMGetOperand(i, 0);
	struct val v = lower_value(l, from);
	u8 to_bits = lower_bits(l, LLVMTypeOf(i)), from_bits = lower_bits(l, LLVMTypeOf(from));
	s64 n;

	if (is_truth(LLVMTypeOf(from)) && op == LLVMZExt)
		return v;
	if (is_truth(LLVMTypeOf(i)) && LLVMIsALoadInst(from) && from_bits == 8)
		return v;
	if (to_bits == from_bits)
		return v;
	if (body_is_const(&l->b, v, &n))
		return body_const(&l->b, convert_number(n, op, from_bits, to_bits));
	u8 code = to_bits < from_bits ? FACT_TRUNC : op == LLVMSExt ? FACT_SEXT : FACT_ZEXT;
	v = body_op1(&l->b, code, to_bits, v);
	if (body_last(&l->b))
		body_last(&l->b)->extra = from_bits;
	return v;
}

/* ---- memory -------------------------------------------------------------------------------- */

static bool is_bool_access(struct lower *l, LLVMValueRef i, const struct place *p)
{
	if (LLVMIsALoadInst(i))
		return LLVMGetMetadata(i, l->f->range_kind) != NULL;
	return p->n_fields && shim_get_field(l->f->shim, p->fields[0])->type.element_kind == SHIM_BOOL;
}

static void load(struct lower *l, LLVMValueRef i)
{
	if (bits_load(l, i))
		return;
	u64 *only = map_get(&l->constants, lower_key(LLVMGetOperand(i, 0)));
	if (only && *only) {
		lower_set(l, i, (struct val){ (u32)(*only - 1) });
		return;
	}
	struct place p = place_of(l, LLVMGetOperand(i, 0));
	u8 bits = lower_bits(l, LLVMTypeOf(i));
	if (bits == 8 && !p.var && is_bool_access(l, i, &p))
		bits = 1;
	lower_set(l, i, place_access(l, &p, bits, LLVMGetVolatile(i), NULL));
}

/* The truth value that clang widened in order to store it. */
static bool widened_truth(LLVMValueRef v, LLVMValueRef *ret)
{
	if (!LLVMIsAZExtInst(v) || !is_truth(LLVMTypeOf(LLVMGetOperand(v, 0))))
		return false;
	*ret = LLVMGetOperand(v, 0);
	return true;
}

/* The loop that clears the rest of an array: that was cleared as a whole (place_clear()). */
static bool is_zero_filler(LLVMValueRef i)
{
	size_t n;

	return LLVMIsNull(LLVMGetOperand(i, 0)) &&
	       !strncmp(LLVMGetValueName2(LLVMGetOperand(i, 1), &n), "arrayinit.cur", 13);
}

static void store(struct lower *l, LLVMValueRef i)
{
	LLVMValueRef from = LLVMGetOperand(i, 0), truth;

	if (call_takes_argument(l, i) || is_zero_filler(i) || bits_store(l, i))
		return;
	struct place p = place_of(l, LLVMGetOperand(i, 1));
	u8 bits = lower_bits(l, LLVMTypeOf(from));
	struct val v = lower_value(l, from);
	u64 *only = map_get(&l->constants, lower_key(LLVMGetOperand(i, 1)));
	if (only && val_kind(v) == VAL_CONST)
		*only = (u64)v.v + 1;
	if (bits == 8 && !p.var && (widened_truth(from, &truth) || is_bool_access(l, i, &p)))
		bits = 1;
	if (call_is_aggregate(l, from))
		bits = FACT_BITS_AGGREGATE;
	place_access(l, &p, bits, LLVMGetVolatile(i), &v);
}

static void atomic(struct lower *l, LLVMValueRef i)
{
	struct place p = place_of(l, LLVMGetOperand(i, 0));
	LLVMTypeRef type = LLVMTypeOf(LLVMGetOperand(i, 1));
	struct val v = lower_unknown(l, type);

	place_access(l, &p, lower_bits(l, type), true, &v);
	lower_set(l, i, lower_unknown(l, LLVMTypeOf(i)));
}

/* ---- control --------------------------------------------------------------------------------- */

struct val lower_condition(struct lower *l, LLVMValueRef c)
{
	s64 n;

	while (LLVMIsAICmpInst(c) && LLVMGetICmpPredicate(c) == LLVMIntNE) {
		LLVMValueRef inner = LLVMGetOperand(c, 0), zero = LLVMGetOperand(c, 1);
		if (!LLVMIsAConstantPointerNull(zero) && !(lower_const(zero, &n) && n == 0))
			break;
		if (!LLVMIsAZExtInst(inner) || !is_truth(LLVMTypeOf(LLVMGetOperand(inner, 0))))
			return lower_value(l, inner);
		c = LLVMGetOperand(inner, 0);
	}
	return lower_value(l, c);
}

/* Where clang found both arms cheap there is no branch in IR, but there is one in the source. */
static void choose(struct lower *l, LLVMValueRef i)
{
	LLVMTypeRef type = LLVMTypeOf(i);
	u32 var = body_var(&l->b), yes = body_block(&l->b), no = body_block(&l->b), end = body_block(&l->b);
	u8 bits = lower_bits(l, type);
	struct val c = lower_condition(l, LLVMGetOperand(i, 0));
	struct val a = lower_value(l, LLVMGetOperand(i, 1)), b = lower_value(l, LLVMGetOperand(i, 2));

	lower_at_condition(l, LLVMGetOperand(i, 0), i);
	body_branch(&l->b, c, yes, no);
	body_enter(&l->b, yes);
	body_write(&l->b, var, a);
	body_goto(&l->b, end);
	body_enter(&l->b, no);
	body_write(&l->b, var, b);
	body_goto(&l->b, end);
	body_enter(&l->b, end);
	lower_set(l, i, body_read(&l->b, var, bits));
}

static void phi(struct lower *l, LLVMValueRef i)
{
	u64 *var = map_get(&l->vars, lower_key(i));
	struct val first = BODY_UNKNOWN;
	s64 n;
	bool is_one = true, is_first = true;

	for (u32 k = 0; k < LLVMCountIncoming(i) && is_one; k++) {
		if (map_get(&l->dead, (u64)(uintptr_t)LLVMGetIncomingBlock(i, k)))
			continue;
		struct val v = lower_value(l, LLVMGetIncomingValue(i, k));
		first = is_first ? v : first;
		is_one = v.v == first.v && body_is_const(&l->b, v, &n);
		is_first = false;
	}
	if (is_one && !is_first)
		lower_set(l, i, first);
	else if (var)
		lower_set(l, i, body_read(&l->b, (u32)(*var - 1), lower_bits(l, LLVMTypeOf(i))));
}

/* Not one whose size is known at run time only. */
static bool is_fixed(LLVMValueRef alloca)
{
	s64 n;

	return lower_const(LLVMGetOperand(alloca, 0), &n);
}

void lower_insn(struct lower *l, LLVMValueRef i)
{
	LLVMOpcode op = LLVMGetInstructionOpcode(i);
	u8 code = binary_op(op);

	u64 *known = map_get(&l->vals, lower_key(i));

	if ((op == LLVMAlloca && is_fixed(i)) || (known && *known))
		return;
	lower_at(l, i);
	place_clear(l, i);
	if (code) {
		lower_set(l, i, binary(l, i, code));
		return;
	}
	switch (op) {
	case LLVMLoad:
		load(l, i);
		break;
	case LLVMStore:
		store(l, i);
		break;
	case LLVMGetElementPtr:
		place_index(l, i);
		break;
	case LLVMICmp:
		lower_set(l, i, compare(l, i));
		break;
	case LLVMTrunc: case LLVMZExt: case LLVMSExt: case LLVMPtrToInt: case LLVMIntToPtr:
		lower_set(l, i, convert(l, i, op));
		break;
	case LLVMBitCast:
		if (LLVMGetTypeKind(LLVMTypeOf(i)) != LLVMPointerTypeKind)
			lower_set(l, i, lower_unknown(l, LLVMTypeOf(i)));
		break;
	case LLVMAddrSpaceCast:
		break;
	case LLVMFreeze:
		lower_set(l, i, lower_value(l, LLVMGetOperand(i, 0)));
		break;
	case LLVMSelect:
		choose(l, i);
		break;
	case LLVMPHI:
		phi(l, i);
		break;
	case LLVMCall:
	case LLVMCallBr:
		call_emit(l, i);
		break;
	case LLVMAtomicRMW: case LLVMAtomicCmpXchg:
		atomic(l, i);
		break;
	case LLVMFence:
		break;
	default:
		lower_set(l, i, lower_unknown(l, LLVMTypeOf(i)));
	}
}
