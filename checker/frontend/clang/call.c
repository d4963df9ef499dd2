// SPDX-License-Identifier: MIT
/*
 * Calls: with the type and the place that the source gives them, and their
 * arguments as C has them, not as the machine's calling convention does.
 *
 * Intrinsics are what the source wrote (memcpy), or how clang copies and clears
 * aggregates, or nothing.  asm as facts have it.
 */
#include "frontend/clang/lower.h"

#define ARGS_MAX 255

/* ---- which call of the source ------------------------------------------------------ */

static const char *callee_name(LLVMValueRef call)
{
	LLVMValueRef callee = LLVMGetCalledValue(call);
	size_t n;

	return LLVMIsAFunction(callee) ? LLVMGetValueName2(callee, &n) : NULL;
}

static bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* What the source may have called where IR has this intrinsic; NULL: nothing we ask for. */
static bool is_memory_intrinsic(const char *name)
{
	return starts_with(name, "llvm.memcpy.") || starts_with(name, "llvm.memmove.") ||
	       starts_with(name, "llvm.memset.");
}

static bool is_memory_function(const char *name)
{
	static const char *const names[] = { "memcpy", "memmove", "memset", "bcopy", "bzero", "mempcpy" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool is_same(const struct shim_call *c, const char *name)
{
	if (!name || !c->callee)
		return !name && !c->callee;
	if (is_memory_intrinsic(name))
		return c->is_builtin && is_memory_function(c->callee);
	return strcmp(c->callee, name) == 0;
}

static void match_one(struct lower *l, LLVMValueRef call)
{
	const char *name = callee_name(call);
	u32 line = LLVMGetDebugLocLine(call), col = LLVMGetDebugLocColumn(call);

	if (name && starts_with(name, "llvm.") && !is_memory_intrinsic(name))
		return;
	if (LLVMIsAInlineAsm(LLVMGetCalledValue(call)))
		return;
	for (u32 i = 0; i < l->sym->n_calls; i++) {
		struct shim_call *c = shim_get_call(l->f->shim, l->sym->first_call + i);
		if (c->start.line != line || c->start.col != col || c->is_used || !is_same(c, name))
			continue;
		c->is_used = true;
		*map_put(&l->calls, lower_key(call), NULL) = (u64)l->sym->first_call + i + 1;
		return;
	}
}

void call_match(struct lower *l)
{
	if (!l->sym || !l->sym->n_calls)
		return;
	for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(l->fn); b; b = LLVMGetNextBasicBlock(b))
		for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
			if (LLVMIsACallInst(i))
				match_one(l, i);
}

static const struct shim_call *source_call(struct lower *l, LLVMValueRef call)
{
	u64 *known = map_get(&l->calls, lower_key(call));

	return known ? shim_get_call(l->f->shim, (u32)(*known - 1)) : NULL;
}

/* ---- intrinsics ------------------------------------------------------------------------ */

static u64 constant_length(LLVMValueRef call)
{
	s64 n;

	return lower_const(LLVMGetOperand(call, 2), &n) ? (u64)n : 0;
}

/* Clears the aggregate and writes what is not zero. */
static void write_constant(struct lower *l, const struct place *to, LLVMValueRef constant)
{
	struct val zero = body_const(&l->b, 0);
	init_leaf_vec leaves = VEC_INIT;
	u32 record = place_record(l, to);

	place_access(l, to, FACT_BITS_AGGREGATE, false, &zero);
	init_leaves(l->f, constant, &leaves);
	for (u32 i = 0; i < leaves.n; i++) {
		const struct init_leaf *leaf = &leaves.a[i];
		struct place p = *to;
		size_t n;
		p.off += (s64)leaf->off;
		p.n_fields = 0;
		struct val v = leaf->symbol ?
			body_symbol(&l->b, symbol_handle(l->f, LLVMGetValueName2(leaf->symbol, &n))) :
			body_const(&l->b, leaf->value);
		if (leaf->symbol && leaf->value)
			v = body_op2(&l->b, FACT_ADD, 64, v, body_const(&l->b, leaf->value));
		u32 field = 0, member = member_at(l->f, &(struct member_query){
			.record = record, .is_array = true, .off = leaf->off, .size = leaf->size,
			.kind = leaf->kind }, &field);
		bool is_bool = field && shim_get_field(l->f->shim, field)->type.element_kind == SHIM_BOOL;
		place_access(l, &p, is_bool ? 1 : (u8)(leaf->size * 8), false, &v);
		if (body_last(&l->b))
			body_last(&l->b)->extra = member;
	}
	vec_free(&leaves);
}

/* How clang copies and clears aggregates. */
static void aggregate(struct lower *l, LLVMValueRef call, bool is_set)
{
	struct place to = place_of(l, LLVMGetOperand(call, 0));
	LLVMValueRef from = LLVMGetOperand(call, 1);
	struct val v;
	s64 n;

	if (to.var || !constant_length(call))
		return;
	if (is_set) {
		v = lower_const(from, &n) && !n ? body_const(&l->b, 0) : BODY_UNKNOWN;
	} else if (LLVMIsAGlobalVariable(from) && symbol_is_anonymous(from) && LLVMGetInitializer(from)) {
		write_constant(l, &to, LLVMGetInitializer(from));
		return;
	} else {
		struct place source = place_of(l, from);
		v = place_access(l, &source, FACT_BITS_AGGREGATE, false, NULL);
	}
	place_access(l, &to, FACT_BITS_AGGREGATE, false, &v);
}

static void memory_intrinsic(struct lower *l, LLVMValueRef call, bool is_set)
{
	const struct shim_call *c = source_call(l, call);

	if (!c) {
		aggregate(l, call, is_set);
		return;
	}
	const struct shim_symbol *info = shim_get_symbol(l->f->shim, c->callee);
	struct val vals[4];
	s64 n;
	vals[0] = body_symbol(&l->b, symbol_handle(l->f, c->callee));
	for (u32 i = 0; i < 3; i++)
		vals[i + 1] = lower_value(l, LLVMGetOperand(call, i));
	if (is_set && lower_const(LLVMGetOperand(call, 1), &n))	/* an int in C, a byte in IR */
		vals[2] = body_const(&l->b, n & 0xff);
	const struct shim_fn_type *type = shim_get_fn_type(l->f->shim, info ? info->fn_type : c->fn_type);
	body_emit(&l->b, FACT_CALL, (u8)l->f->pointer_bits, 4, vals);
	if (body_last(&l->b) && type)
		body_last(&l->b)->extra = str_intern(l->f->tu->strings, type->signature).n;
}

static bool is_constant(struct val v)
{
	return val_kind(v) == VAL_CONST;
}

static bool intrinsic(struct lower *l, LLVMValueRef call, const char *name)
{
	if (!starts_with(name, "llvm."))
		return false;
	name += 5;
	if (starts_with(name, "ptr.annotation") || starts_with(name, "var.annotation"))
		return true;
	if (starts_with(name, "memcpy.") || starts_with(name, "memmove.")) {
		memory_intrinsic(l, call, false);
	} else if (starts_with(name, "memset.")) {
		memory_intrinsic(l, call, true);
	} else if (starts_with(name, "expect.") || starts_with(name, "expect.with") ||
		   starts_with(name, "launder") || starts_with(name, "threadlocal.address")) {
		lower_set(l, call, lower_value(l, LLVMGetOperand(call, 0)));
	} else if (starts_with(name, "is.constant.") && is_constant(lower_value(l, LLVMGetOperand(call, 0)))) {
		lower_set(l, call, body_const(&l->b, 1));	/* what is none may be one where it is inlined */
	} else if (starts_with(name, "objectsize.")) {
		lower_set(l, call, body_const(&l->b, -1));	/* "not known" */
	} else if (starts_with(name, "trap") || starts_with(name, "ubsantrap")) {
		body_end(&l->b, FACT_UNREACHABLE, 0, NULL);
	} else {
		lower_set(l, call, lower_unknown(l, LLVMTypeOf(call)));
	}
	return true;
}

/* ---- calls ---------------------------------------------------------------------------------- */

static u32 cleanup_of(struct lower *l, LLVMValueRef call)
{
	const char *name = callee_name(call);

	if (!name || LLVMGetNumArgOperands(call) != 1 || source_call(l, call) ||
	    !LLVMIsAAllocaInst(LLVMGetOperand(call, 0)))
		return 0;
	u64 *id = map_get(&l->locals, lower_key(LLVMGetOperand(call, 0)));
	if (!id)
		return 0;
	const char *cleanup = shim_get_local(l->f->shim, (u32)*id)->cleanup;
	return cleanup && !strcmp(cleanup, name) ? (u32)*id : 0;
}

bool call_is_cleanup(struct lower *l, LLVMValueRef call)
{
	return LLVMIsACallInst(call) && cleanup_of(l, call) != 0;
}

static bool has_attribute(LLVMValueRef call, const char *name)
{
	u32 kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
	LLVMValueRef callee = LLVMGetCalledValue(call);

	if (LLVMGetCallSiteEnumAttribute(call, LLVMAttributeFunctionIndex, kind))
		return true;
	return LLVMIsAFunction(callee) &&
	       LLVMGetEnumAttributeAtIndex(callee, LLVMAttributeFunctionIndex, kind);
}

static const struct shim_fn_type *type_of(struct lower *l, LLVMValueRef call, const struct shim_symbol **callee_ret)
{
	LLVMValueRef callee = LLVMGetCalledValue(call);
	const struct shim_call *c = source_call(l, call);
	const struct shim_symbol *info = LLVMIsAFunction(callee) ? symbol_info(l->f, callee) : NULL;

	*callee_ret = info;
	return shim_get_fn_type(l->f->shim, info && info->fn_type ? info->fn_type : c ? c->fn_type : 0);
}

bool call_is_aggregate(struct lower *l, LLVMValueRef v)
{
	const struct shim_symbol *info;

	if (!LLVMIsACallInst(v) || LLVMIsAInlineAsm(LLVMGetCalledValue(v)) ||
	    LLVMGetTypeKind(LLVMTypeOf(v)) == LLVMVoidTypeKind)
		return false;
	const struct shim_fn_type *type = type_of(l, v, &info);
	return type && type->is_aggregate;
}

bool call_takes_argument(struct lower *l, LLVMValueRef store)
{
	LLVMValueRef v = LLVMGetOperand(store, 0);
	u32 i = 0;

	if (!LLVMIsAArgument(v) || !l->type)
		return false;
	while (i < LLVMCountParams(l->fn) && LLVMGetParam(l->fn, i) != v)
		i++;
	for (u32 k = 0; k < l->type->n_params; k++) {
		const struct shim_param *p = &l->type->params[k];
		if (i < p->first || i >= p->first + p->n || !p->is_aggregate)
			continue;
		struct place to = place_of(l, LLVMGetOperand(store, 1));
		struct val arg = val_make(VAL_ARG, k);
		if (to.var)
			return false;
		if (i == p->first)
			place_access(l, &to, FACT_BITS_AGGREGATE, false, &arg);
		return true;
	}
	return false;
}

/* An argument of C out of those of IR. */
static struct val argument(struct lower *l, LLVMValueRef call, const struct shim_param *p, u32 n_args)
{
	if (!p->n || p->first + p->n > n_args)
		return BODY_UNKNOWN;
	LLVMValueRef v = LLVMGetOperand(call, p->first);
	if (p->is_aggregate && (p->is_indirect || LLVMIsALoadInst(v))) {
		struct place from = place_of(l, p->is_indirect ? v : LLVMGetOperand(v, 0));
		if (!from.var)
			return place_access(l, &from, FACT_BITS_AGGREGATE, false, NULL);
	}
	return p->n == 1 ? lower_value(l, v) : BODY_UNKNOWN;
}

static u32 arguments(struct lower *l, LLVMValueRef call, const struct shim_fn_type *type, struct val *vals)
{
	u32 n_args = LLVMGetNumArgOperands(call), n = 0, at = 0;

	for (u32 i = 0; type && i < type->n_params && n < ARGS_MAX; i++) {
		vals[n++] = argument(l, call, &type->params[i], n_args);
		at = type->params[i].first + type->params[i].n;
	}
	if (type && !type->n_params)
		at = type->has_result_address;
	for (; at < n_args && n < ARGS_MAX; at++)
		vals[n++] = lower_value(l, LLVMGetOperand(call, at));
	return n;
}

void call_emit(struct lower *l, LLVMValueRef call)
{
	LLVMValueRef callee = LLVMGetCalledValue(call);
	const char *name = callee_name(call);
	const struct shim_symbol *info;
	struct val vals[ARGS_MAX + 1];

	if (LLVMIsAInlineAsm(callee)) {
		call_asm(l, call);
		return;
	}
	if (name && intrinsic(l, call, name))
		return;
	const struct shim_fn_type *type = type_of(l, call, &info);
	u32 n_args = LLVMGetNumArgOperands(call);
	bool to_memory = type && type->has_result_address && n_args > 0;
	vals[0] = lower_value(l, callee);
	u32 n = arguments(l, call, type, vals + 1);
	lower_at(l, call);
	u8 bits = to_memory || call_is_aggregate(l, call) ? FACT_BITS_AGGREGATE : lower_bits(l, LLVMTypeOf(call));
	struct val v = body_emit(&l->b, FACT_CALL, bits, n + 1, vals);
	struct ins *i = body_last(&l->b);
	if (!i)
		return;
	if (type) {
		i->extra = str_intern(l->f->tu->strings, type->signature).n;
		i->flags |= type->is_variadic ? FACT_VARIADIC : 0;
	}
	if (cleanup_of(l, call))
		i->flags |= FACT_CLEANUP;
	lower_set(l, call, bits ? v : BODY_UNKNOWN);
	if ((info && info->is_noreturn) || has_attribute(call, "noreturn")) {
		i->flags |= FACT_NORETURN;
		body_end(&l->b, FACT_UNREACHABLE, 0, NULL);
	} else if (to_memory) {
		struct place p = place_of(l, LLVMGetOperand(call, 0));
		if (!p.var)
			place_access(l, &p, FACT_BITS_AGGREGATE, false, &v);
	}
}

/* ---- asm -------------------------------------------------------------------------------------- */

static LLVMTypeRef element_type(LLVMValueRef call, u32 arg)
{
	u32 kind = LLVMGetEnumAttributeKindForName("elementtype", 11);
	LLVMAttributeRef a = LLVMGetCallSiteEnumAttribute(call, arg + 1, kind);

	return a ? LLVMGetTypeAttributeValue(a) : NULL;
}

void call_asm(struct lower *l, LLVMValueRef call)
{
	const char *text = shim_asm_constraints(LLVMGetCalledValue(call));
	struct val inputs[ARGS_MAX];
	u32 outputs[ARGS_MAX], n_outputs = 0, n_inputs = 0, arg = 0, n_args = LLVMGetNumArgOperands(call);
	bool clobbers = strstr(text, "~{memory}") != NULL;

	for (const char *c = text; *c && arg < n_args && n_inputs < ARGS_MAX; c += strcspn(c, ",")) {
		c += *c == ',';
		if (*c == '~' || *c == '!')
			continue;
		if (*c == '=' && c[1] == '&')
			c++;
		if (*c == '=' && c[1] != '*')
			continue;	/* a result */
		if (*c == '=')
			outputs[n_outputs++] = arg++;
		else
			inputs[n_inputs++] = lower_value(l, LLVMGetOperand(call, arg++));
	}
	body_emit(&l->b, FACT_ASM, 0, n_inputs, inputs);
	if (body_last(&l->b) && clobbers)
		body_last(&l->b)->flags |= FACT_CLOBBER;
	for (u32 i = 0; i < n_outputs; i++) {
		struct place p = place_of(l, LLVMGetOperand(call, outputs[i]));
		LLVMTypeRef type = element_type(call, outputs[i]);
		if (!type)
			continue;
		struct val v = lower_unknown(l, type);
		place_access(l, &p, lower_bits(l, type), false, &v);
	}
	if (LLVMGetTypeKind(LLVMTypeOf(call)) != LLVMVoidTypeKind)
		lower_set(l, call, lower_unknown(l, LLVMTypeOf(call)));
}
