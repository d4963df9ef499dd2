// SPDX-License-Identifier: MIT
/*
 * A function: its variables, its blocks, and its exits.
 *
 * clang lets all returns share one block, and all ways out of a scope one copy of its
 * cleanups with a switch behind it.  Such exit blocks, which hold nothing but that, are
 * written once for each jump into them from elsewhere, so that what holds on one way out
 * is not mixed with another, as if each had been written where the scope is left.
 * Requires IR that no pass has touched, with clang's names for blocks.
 */
#include "frontend/clang/lower.h"

/* ---- variables that are values --------------------------------------------------------- */

static bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static const char *intrinsic_name(LLVMValueRef i)
{
	size_t n;

	if (!LLVMIsACallInst(i) || !LLVMIsAFunction(LLVMGetCalledValue(i)))
		return "";
	return LLVMGetValueName2(LLVMGetCalledValue(i), &n);
}

static bool is_scalar(LLVMTypeRef type)
{
	switch (LLVMGetTypeKind(type)) {
	case LLVMIntegerTypeKind: case LLVMPointerTypeKind: case LLVMHalfTypeKind: case LLVMFloatTypeKind:
	case LLVMDoubleTypeKind: case LLVMX86_FP80TypeKind: case LLVMFP128TypeKind:
		return true;
	default:
		return false;
	}
}

/* A scalar that is only read and written as a whole. */
static bool is_value(LLVMValueRef alloca)
{
	LLVMTypeRef type = LLVMGetAllocatedType(alloca);

	if (!is_scalar(type))
		return false;
	for (LLVMUseRef u = LLVMGetFirstUse(alloca); u; u = LLVMGetNextUse(u)) {
		LLVMValueRef user = LLVMGetUser(u);
		if (LLVMIsALoadInst(user)) {
			if (LLVMTypeOf(user) != type || LLVMGetVolatile(user))
				return false;
		} else if (LLVMIsAStoreInst(user)) {
			if (LLVMGetOperand(user, 0) == alloca || LLVMGetVolatile(user) ||
			    LLVMTypeOf(LLVMGetOperand(user, 0)) != type)
				return false;
		} else if (!starts_with(intrinsic_name(user), "llvm.var.annotation")) {
			return false;
		}
	}
	return true;
}

/* A variable that is never assigned again: what is written may turn out to be a number. */
static void find_constants(struct lower *l, LLVMValueRef alloca)
{
	u32 n_stores = 0;

	for (LLVMUseRef u = LLVMGetFirstUse(alloca); u; u = LLVMGetNextUse(u))
		n_stores += LLVMIsAStoreInst(LLVMGetUser(u)) != NULL;
	if (n_stores == 1 && map_get(&l->locals, lower_key(alloca)))
		map_put(&l->constants, lower_key(alloca), NULL);
}

static void find_variables(struct lower *l)
{
	LLVMBasicBlockRef entry = LLVMGetEntryBasicBlock(l->fn);
	size_t n;

	for (LLVMBasicBlockRef b = entry; b; b = LLVMGetNextBasicBlock(b))
		for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
			if (LLVMIsAPHINode(i) || (LLVMIsAAllocaInst(i) && is_value(i)))
				*map_put(&l->vars, lower_key(i), NULL) = (u64)body_var(&l->b) + 1;
			if (starts_with(intrinsic_name(i), "llvm.var.annotation")) {
				u32 mark = symbol_mark(l->f, LLVMGetOperand(i, 1));
				if (mark)
					*map_put(&l->locals, lower_key(LLVMGetOperand(i, 0)), NULL) = mark;
			}
			if (!LLVMIsAAllocaInst(i))
				continue;
			if (!strcmp(LLVMGetValueName2(i, &n), "cleanup.dest.slot"))
				l->dest_slot = i;
			else if (!strcmp(LLVMGetValueName2(i, &n), "retval"))
				l->result_slot = i;
		}
	for (LLVMValueRef i = LLVMGetFirstInstruction(entry); i; i = LLVMGetNextInstruction(i))
		if (LLVMIsAAllocaInst(i) && map_get(&l->vars, lower_key(i)))
			find_constants(l, i);
}

/* ---- exit blocks ----------------------------------------------------------------------------- */

static bool is_exit_insn(struct lower *l, LLVMValueRef i)
{
	if (LLVMIsALoadInst(i)) {
		LLVMValueRef from = LLVMGetOperand(i, 0);
		if (LLVMIsAGetElementPtrInst(from))
			from = LLVMGetOperand(from, 0);
		return from == l->dest_slot || from == l->result_slot;
	}
	if (LLVMIsAGetElementPtrInst(i))
		return LLVMGetOperand(i, 0) == l->result_slot;
	if (LLVMIsABranchInst(i))
		return !LLVMIsConditional(i);
	if (LLVMIsASwitchInst(i)) {
		LLVMValueRef on = LLVMGetOperand(i, 0);
		return LLVMIsALoadInst(on) && LLVMGetOperand(on, 0) == l->dest_slot;
	}
	return LLVMIsAReturnInst(i) || LLVMIsAUnreachableInst(i) || call_is_cleanup(l, i);
}

/* Made by clang for returns and cleanups, and not one of the source that happens to be as short? */
static bool is_shared(struct lower *l, LLVMBasicBlockRef b)
{
	const char *name = LLVMGetBasicBlockName(b);

	if (starts_with(name, "return") || starts_with(name, "cleanup"))
		return true;
	for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
		if (LLVMIsALoadInst(i) && LLVMGetOperand(i, 0) == l->result_slot)
			return true;
	return false;
}

static bool is_exit_block(struct lower *l, LLVMBasicBlockRef b)
{
	LLVMValueRef last = LLVMGetBasicBlockTerminator(b);

	if (b == LLVMGetEntryBasicBlock(l->fn) || !is_shared(l, b))
		return false;
	for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i))
		if (!is_exit_insn(l, i))
			return false;
	if (LLVMIsABranchInst(last))	/* an empty block in the middle is none */
		return LLVMGetFirstInstruction(b) != last &&
		       map_get(&l->exits, (u64)(uintptr_t)LLVMGetSuccessor(last, 0)) != NULL;
	return true;
}

/* Until nothing changes: a block may be an exit because it leads to one. */
static void find_exits(struct lower *l)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (LLVMBasicBlockRef b = LLVMGetLastBasicBlock(l->fn); b; b = LLVMGetPreviousBasicBlock(b)) {
			bool is_new = false;
			if (map_get(&l->exits, (u64)(uintptr_t)b) || !is_exit_block(l, b))
				continue;
			map_put(&l->exits, (u64)(uintptr_t)b, &is_new);
			changed = true;
		}
	}
}

static u32 block_of(struct lower *l, LLVMBasicBlockRef b)
{
	u64 *known = map_put(&l->blocks, (u64)(uintptr_t)b, NULL);

	if (!*known)
		*known = (u64)body_block(&l->b) + 1;
	return (u32)(*known - 1);
}

/* What the cleanup's switch will see when it is entered from the end of this block. */
static bool stored_dest(struct lower *l, LLVMValueRef terminator, s64 *ret)
{
	for (LLVMValueRef i = LLVMGetPreviousInstruction(terminator); i; i = LLVMGetPreviousInstruction(i))
		if (LLVMIsAStoreInst(i) && LLVMGetOperand(i, 1) == l->dest_slot)
			return lower_const(LLVMGetOperand(i, 0), ret);
	return false;
}

/* The block to jump to in order to arrive at 'to'. */
static u32 way_to(struct lower *l, LLVMBasicBlockRef to, LLVMValueRef terminator)
{
	if (!map_get(&l->exits, (u64)(uintptr_t)to))
		return block_of(l, to);
	struct exit_way way = { .block = to, .at = body_block(&l->b) };
	if (l->way) {	/* from one exit to the next */
		way.has_dest = l->way->has_dest;
		way.dest = l->way->dest;
		way.line = l->way->line;
		way.col = l->way->col;
	} else {
		way.has_dest = l->dest_slot && stored_dest(l, terminator, &way.dest);
		way.line = l->b.line;
		way.col = l->b.col;
	}
	vec_push(&l->ways, way);
	return way.at;
}

/* ---- what ends a block ------------------------------------------------------------------------- */

static void end_with_any_of(struct lower *l, LLVMValueRef terminator, u32 first)
{
	VEC(struct val) vals = VEC_INIT;
	u32 n = LLVMGetNumSuccessors(terminator);

	vec_push(&vals, BODY_UNKNOWN);
	for (u32 i = first; i < n; i++) {
		struct val to = val_make(VAL_BLOCK, way_to(l, LLVMGetSuccessor(terminator, i), terminator));
		struct val number = body_const(&l->b, i - first);
		if (i > first) {
			vec_push(&vals, number);
			vec_push(&vals, number);
		}
		vec_push(&vals, to);
	}
	if (n > first)
		body_end(&l->b, FACT_SWITCH, vals.n, vals.a);
	else
		body_end(&l->b, FACT_UNREACHABLE, 0, NULL);
	vec_free(&vals);
}

/* Of case k, from 0; its block is successor k + 1. */
static LLVMValueRef case_value(LLVMValueRef t, u32 k)
{
#if LLVM_VERSION_MAJOR >= 22
	return LLVMGetSwitchCaseValue(t, k + 1);
#else
	return LLVMGetOperand(t, 2 * k + 2);
#endif
}

static void end_with_switch(struct lower *l, LLVMValueRef t)
{
	u32 n_cases = LLVMGetNumSuccessors(t) - 1;
	VEC(struct val) vals = VEC_INIT;
	s64 n;

	if (l->way && l->way->has_dest) {
		LLVMBasicBlockRef to = LLVMGetSwitchDefaultDest(t);
		for (u32 k = 0; k < n_cases; k++)
			if (lower_const(case_value(t, k), &n) && n == l->way->dest)
				to = LLVMGetSuccessor(t, k + 1);
		body_goto(&l->b, way_to(l, to, t));
		return;
	}
	vec_push(&vals, lower_value(l, LLVMGetOperand(t, 0)));
	vec_push(&vals, val_make(VAL_BLOCK, way_to(l, LLVMGetSwitchDefaultDest(t), t)));
	for (u32 k = 0; k < n_cases; k++) {
		struct val c = lower_const(case_value(t, k), &n) ? body_const(&l->b, n) : BODY_UNKNOWN;
		vec_push(&vals, c);
		vec_push(&vals, c);
		vec_push(&vals, val_make(VAL_BLOCK, way_to(l, LLVMGetSuccessor(t, k + 1), t)));
	}
	lower_at_condition(l, LLVMGetOperand(t, 0), t);
	body_switch(&l->b, vals.n, vals.a);
	vec_free(&vals);
}

static void end_with_branch(struct lower *l, LLVMValueRef t)
{
	if (!LLVMIsConditional(t)) {
		lower_at(l, t);
		body_goto(&l->b, way_to(l, LLVMGetSuccessor(t, 0), t));
		return;
	}
	LLVMValueRef condition = LLVMGetCondition(t);
	struct val v = lower_condition(l, condition);
	s64 n;
	lower_at_condition(l, condition, t);
	if (body_is_const(&l->b, v, &n)) {
		body_goto(&l->b, way_to(l, LLVMGetSuccessor(t, n ? 0 : 1), t));
		return;
	}
	u32 yes = way_to(l, LLVMGetSuccessor(t, 0), t);
	u32 no = way_to(l, LLVMGetSuccessor(t, 1), t);
	body_branch(&l->b, v, yes, no);
}

static void end_with_return(struct lower *l, LLVMValueRef t)
{
	struct val v = BODY_UNKNOWN;
	bool has_value = LLVMGetNumOperands(t) > 0;

	lower_at(l, t);
	if (l->result_home.v) {
		v = body_emit(&l->b, FACT_LOAD, FACT_BITS_AGGREGATE, 1, &l->result_home);
		has_value = true;
	} else if (has_value && l->type && l->type->is_aggregate && LLVMIsALoadInst(LLVMGetOperand(t, 0))) {
		struct place p = place_of(l, LLVMGetOperand(LLVMGetOperand(t, 0), 0));
		v = place_access(l, &p, FACT_BITS_AGGREGATE, false, NULL);
	} else if (has_value) {
		v = lower_value(l, LLVMGetOperand(t, 0));
	}
	body_end(&l->b, FACT_RET, has_value, &v);
}

/* The values of phis in the blocks that follow. */
static void write_phis(struct lower *l, LLVMBasicBlockRef from, LLVMValueRef t)
{
	for (u32 s = 0; s < LLVMGetNumSuccessors(t); s++) {
		LLVMBasicBlockRef to = LLVMGetSuccessor(t, s);
		for (LLVMValueRef i = LLVMGetFirstInstruction(to); i && LLVMIsAPHINode(i); i = LLVMGetNextInstruction(i)) {
			u64 *var = map_get(&l->vars, lower_key(i));
			for (u32 k = 0; var && k < LLVMCountIncoming(i); k++) {
				if (LLVMGetIncomingBlock(i, k) != from)
					continue;
				u32 number = (u32)(*var - 1);
				body_write(&l->b, number, lower_value(l, LLVMGetIncomingValue(i, k)));
				break;
			}
		}
	}
}

static void end_block(struct lower *l, LLVMBasicBlockRef b, LLVMValueRef t)
{
	write_phis(l, b, t);
	switch (LLVMGetInstructionOpcode(t)) {
	case LLVMBr:
		end_with_branch(l, t);
		break;
	case LLVMSwitch:
		end_with_switch(l, t);
		break;
	case LLVMRet:
		end_with_return(l, t);
		break;
	case LLVMIndirectBr:
		lower_at(l, t);
		end_with_any_of(l, t, 0);
		break;
	case LLVMCallBr:	/* asm goto */
		lower_insn(l, t);
		end_with_any_of(l, t, 0);
		break;
	default:
		lower_at(l, t);
		body_end(&l->b, FACT_UNREACHABLE, 0, NULL);
	}
}

/* ---- blocks --------------------------------------------------------------------------------------- */

static void write_block(struct lower *l, LLVMBasicBlockRef b)
{
	LLVMValueRef last = LLVMGetBasicBlockTerminator(b);

	for (LLVMValueRef i = LLVMGetFirstInstruction(b); i && i != last; i = LLVMGetNextInstruction(i)) {
		if (l->way)	/* a copy has values of its own */
			*map_put(&l->vals, lower_key(i), NULL) = 0;
		lower_insn(l, i);
	}
	end_block(l, b, last);
}

/* Reverse post-order, so that what a block uses was written before it. */
static void order_blocks(LLVMValueRef fn, struct map *seen, u32 *n_ret, LLVMBasicBlockRef *order)
{
	struct frame { LLVMBasicBlockRef b; u32 next; };
	VEC(struct frame) stack = VEC_INIT;
	u32 n = 0;

	vec_push(&stack, ((struct frame){ LLVMGetEntryBasicBlock(fn), 0 }));
	map_put(seen, (u64)(uintptr_t)LLVMGetEntryBasicBlock(fn), NULL);
	while (stack.n) {
		struct frame *top = vec_last(&stack);
		LLVMValueRef t = LLVMGetBasicBlockTerminator(top->b);
		bool is_new;
		if (top->next == LLVMGetNumSuccessors(t)) {
			order[n++] = top->b;
			stack.n--;
			continue;
		}
		LLVMBasicBlockRef to = LLVMGetSuccessor(t, top->next++);
		map_put(seen, (u64)(uintptr_t)to, &is_new);
		if (is_new)
			vec_push(&stack, ((struct frame){ to, 0 }));
	}
	vec_free(&stack);
	*n_ret = n;
}

static void write_ways(struct lower *l, u32 *next)
{
	while (*next < l->ways.n) {
		struct exit_way way = l->ways.a[(*next)++];
		l->way = &way;
		l->b.at = way.at;
		write_block(l, way.block);
	}
	l->way = NULL;
}

static void write_blocks(struct lower *l)
{
	u32 next_way = 0;
	u32 n = LLVMCountBasicBlocks(l->fn);
	struct arena scratch = ARENA_INIT;
	struct map seen = MAP_INIT;
	LLVMBasicBlockRef *order = arena_array(&scratch, LLVMBasicBlockRef, n);

	order_blocks(l->fn, &seen, &n, order);
	while (n-- > 0) {
		if (map_get(&l->exits, (u64)(uintptr_t)order[n]))
			continue;
		if (order[n] != LLVMGetEntryBasicBlock(l->fn)) {
			if (!map_get(&l->blocks, (u64)(uintptr_t)order[n])) {
				map_put(&l->dead, (u64)(uintptr_t)order[n], NULL);
				continue;
			}
			l->b.at = block_of(l, order[n]);
		}
		write_block(l, order[n]);
		write_ways(l, &next_way);	/* at once: they may be all that leads to a later block */
	}
	map_free(&seen);
	arena_free(&scratch);
}

/* ---- the head --------------------------------------------------------------------------------------- */

/* An argument that arrives as the address of a copy: the copy is a variable here. */
static void copy_argument(struct lower *l, u32 number, LLVMValueRef arg)
{
	struct strtab *strings = l->f->tu->strings;
	u64 *id = map_get(&l->locals, lower_key(arg));
	const struct shim_local *local = id ? shim_get_local(l->f->shim, (u32)*id) : NULL;
	struct val home = local ?
		body_local(&l->b, str_intern(strings, local->name), place_tag(l, local), (u32)local->type.size) :
		body_local(&l->b, (struct str){ 0 }, (struct str){ 0 }, 0);
	struct val vals[] = { home, val_make(VAL_ARG, number) };
	body_emit(&l->b, FACT_STORE, FACT_BITS_AGGREGATE, 2, vals);
	lower_set(l, arg, home);
}

static void enter_arguments(struct lower *l)
{
	u32 n_args = LLVMCountParams(l->fn), first = l->type && l->type->has_result_address && n_args;

	if (first) {
		l->result_home = body_local(&l->b, (struct str){ 0 }, (struct str){ 0 }, (u32)l->type->result_size);
		lower_set(l, LLVMGetParam(l->fn, 0), l->result_home);
	}
	if (!l->type || !l->type->n_params) {
		for (u32 i = first; i < n_args; i++)
			lower_set(l, LLVMGetParam(l->fn, i), val_make(VAL_ARG, i - first));
		return;
	}
	for (u32 i = 0; i < l->type->n_params; i++) {
		const struct shim_param *p = &l->type->params[i];
		if (!p->n || p->first + p->n > n_args)
			continue;
		LLVMValueRef arg = LLVMGetParam(l->fn, p->first);
		if (p->is_indirect && p->is_aggregate)
			copy_argument(l, i, arg);
		else if (!p->is_aggregate && p->n == 1)
			lower_set(l, arg, val_make(VAL_ARG, i));
	}
}

static void fill_head(struct front *f, const struct shim_symbol *sym, struct fact_fn *fn)
{
	if (!sym)
		return;
	fn->end_line = sym->end_line;
	fn->n_args = sym->n_params;
	fn->arg_names = arena_array(f->arena, struct str, fn->n_args + 1);
	for (u32 i = 0; i < fn->n_args; i++)
		if (*sym->params[i])
			fn->arg_names[i] = str_intern(f->tu->strings, sym->params[i]);
	fn->flags |= sym->is_inline ? FACT_FN_INLINE : 0;
	fn->flags |= sym->is_variadic ? FACT_FN_VARIADIC : 0;
	fn->flags |= sym->is_noreturn ? FACT_FN_NORETURN : 0;
	fn->flags |= sym->is_init ? FACT_FN_INIT : 0;
}

static void free_lower(struct lower *l)
{
	struct map *const maps[] = { &l->vals, &l->vars, &l->locals, &l->homes, &l->blocks, &l->dead, &l->exits,
				     &l->calls, &l->conditions, &l->literals, &l->constants,
				     &l->carried };

	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		map_free(maps[i]);
	vec_free(&l->ways);
	body_free(&l->b);
}

static void find_conditions(struct lower *l)
{
	for (u32 i = 0; l->sym && i < l->sym->n_conditions; i++) {
		u32 index = l->sym->first_condition + i;
		const struct shim_condition *c = shim_get_condition(l->f->shim, index);
		u64 *known = map_put(&l->conditions, map_key2(c->line, c->col), NULL);
		if (!*known)
			*known = (u64)index + 1;
	}
}

void function_emit(struct front *f, LLVMValueRef function)
{
	size_t n;
	struct lower l = { .f = f, .fn = function, .sym = symbol_info(f, function) };
	struct body_host host = { .arena = f->arena, .symbol = symbol_of, .ctx = f };
	struct fact_fn fn = { .sym = symbol_index(f, str_intern(f->tu->strings, LLVMGetValueName2(function, &n))) };

	if (l.sym && !l.sym->is_fn)
		l.sym = NULL;
	l.type = l.sym ? shim_get_fn_type(f->shim, l.sym->fn_type) : NULL;
	l.file = f->tu->syms.a[fn.sym].file;
	fn.file = l.file;
	fn.line = f->tu->syms.a[fn.sym].line;
	fill_head(f, l.sym, &fn);
	body_init(&l.b, &host);
	l.b.line = fn.line;
	find_variables(&l);
	call_match(&l);
	find_conditions(&l);
	find_exits(&l);
	enter_arguments(&l);
	write_blocks(&l);
	body_finish(&l.b, &fn);
	free_lower(&l);
	vec_push(&f->tu->fns, fn);
}
