// SPDX-License-Identifier: MIT
/*
 * Constants: which address, or which number, stands at which place; and from
 * that the initialisers of variables.
 *
 * What is zero is not written, as C does not tell it from what is not named.
 * Bit-fields arrive as the bytes they are in.  Ignores strings and floating point.
 */
#include "frontend/clang/front.h"

#include <llvm-c/Target.h>

#define LEAVES_MAX 65536	/* of one variable */

static u64 size_of(struct front *f, LLVMTypeRef type)
{
	return LLVMABISizeOfType(f->layout, type);
}

/* An address in a constant, and what is added to it. */
static LLVMValueRef address_in(struct front *f, LLVMValueRef c, s64 *off)
{
	while (!LLVMIsAGlobalValue(c) && LLVMIsAConstantExpr(c)) {
		LLVMOpcode op = LLVMGetConstOpcode(c);
		if (op == LLVMGetElementPtr) {
			LLVMTypeRef type = LLVMGetGEPSourceElementType(c);
			for (unsigned i = 1; i < (unsigned)LLVMGetNumOperands(c); i++) {
				LLVMValueRef index = LLVMGetOperand(c, i);
				if (!LLVMIsAConstantInt(index))
					return NULL;
				s64 n = LLVMConstIntGetSExtValue(index);
				if (i == 1) {
					*off += n * (s64)size_of(f, type);
				} else if (LLVMGetTypeKind(type) == LLVMStructTypeKind) {
					*off += (s64)LLVMOffsetOfElement(f->layout, type, (unsigned)n);
					type = LLVMStructGetTypeAtIndex(type, (unsigned)n);
				} else {
					type = LLVMGetElementType(type);
					*off += n * (s64)size_of(f, type);
				}
			}
		} else if (op != LLVMBitCast && op != LLVMAddrSpaceCast && op != LLVMPtrToInt &&
			   op != LLVMIntToPtr) {
			return NULL;
		}
		c = LLVMGetOperand(c, 0);
	}
	return LLVMIsAGlobalValue(c) ? c : NULL;
}

/* A string; one cannot tell it from numbers that happen to be one. */
static bool is_text(LLVMValueRef c)
{
	size_t n = 0;

	if (!LLVMIsConstantString(c))
		return false;
	const char *s = LLVMGetAsString(c, &n);
	size_t len = 0;
	while (len < n && s[len] && (s[len] >= ' ' || s[len] == '\n' || s[len] == '\t' || s[len] == 1))
		len++;
	return len > 1 && len < n && !s[len];
}

static void add_leaves(struct front *f, LLVMValueRef c, u64 off, init_leaf_vec *ret)
{
	LLVMTypeRef type = LLVMTypeOf(c);
	LLVMTypeKind kind = LLVMGetTypeKind(type);
	s64 addend = 0;

	if (LLVMIsNull(c) || LLVMIsUndef(c) || ret->n >= LEAVES_MAX)
		return;
	if (kind == LLVMStructTypeKind) {
		for (unsigned i = 0; i < LLVMCountStructElementTypes(type); i++)
			add_leaves(f, LLVMGetAggregateElement(c, i),
				   off + LLVMOffsetOfElement(f->layout, type, i), ret);
		return;
	}
	if (kind == LLVMArrayTypeKind && is_text(c))
		return;
	if (kind == LLVMArrayTypeKind) {
		u64 size = size_of(f, LLVMGetElementType(type));
		u32 n = (u32)LLVMGetArrayLength(type);
		for (u32 i = 0; i < n; i++)
			add_leaves(f, LLVMGetAggregateElement(c, i), off + i * size, ret);
		return;
	}
	struct init_leaf leaf = { .off = off, .size = size_of(f, type) };
	if (LLVMIsAConstantInt(c)) {
		if (LLVMGetIntTypeWidth(type) > 64)
			return;
		leaf.kind = SHIM_INT;
		leaf.value = LLVMConstIntGetSExtValue(c);
		vec_push(ret, leaf);
		return;
	}
	leaf.kind = kind == LLVMPointerTypeKind ? SHIM_POINTER : SHIM_INT;
	leaf.symbol = address_in(f, c, &addend);
	leaf.value = addend;
	if (leaf.symbol && !(LLVMIsAGlobalVariable(leaf.symbol) && symbol_is_anonymous(leaf.symbol))) {
		vec_push(ret, leaf);
	} else if (LLVMIsAConstantExpr(c) && LLVMGetConstOpcode(c) == LLVMIntToPtr &&
		   LLVMIsAConstantInt(LLVMGetOperand(c, 0))) {
		leaf.symbol = NULL;
		leaf.value = LLVMConstIntGetSExtValue(LLVMGetOperand(c, 0));
		vec_push(ret, leaf);
	}
}

void init_leaves(struct front *f, LLVMValueRef constant, init_leaf_vec *ret)
{
	vec_clear(ret);
	add_leaves(f, constant, 0, ret);
}

/* ---- variables ------------------------------------------------------------------------ */

struct variable {
	struct front *f;
	u32 var;
	bool has_numbers, is_array;
	bool is_signed;		/* what it is or holds, if that is a number */
	u32 record;
	const void *key;	/* for shim_arm(), or NULL */
	u32 unit;	/* index in tu->inits of the last bit-field's unit, 0 none */
	VEC(LLVMValueRef) literals;	/* unnamed objects that it points to */
};

static u64 ones(u32 bits)
{
	return bits < 64 ? ((u64)1 << bits) - 1 : ~(u64)0;
}

/* The first bit-field of the unit at a byte of the record that is not zero there. */
static u32 first_named(struct front *f, u32 record, s64 unit_byte, u64 value, struct member_bits *ret)
{
	const struct shim_record *r = shim_get_record(f->shim, record);
	u32 found = 0;

	for (u32 i = 0; i < r->n; i++) {
		const struct shim_field *field = shim_get_field(f->shim, r->first + i);
		struct member_bits bits;
		if (!field->is_bits || !field->width || !member_unit(f, r->first + i, &bits) ||
		    (s64)(field->bit / 8) + bits.delta != unit_byte)
			continue;
		found = r->first + i;
		*ret = bits;
		if (value >> bits.shift & ones(field->width))
			break;
	}
	return found;
}

/* A byte or more of bit-fields: they are put together to the unit that facts have. */
static bool add_bits(struct variable *v, const struct init_leaf *leaf, u32 field)
{
	struct front *f = v->f;
	struct member_bits bits;
	const struct shim_field *of = shim_get_field(f->shim, field);

	if (!of->is_bits || !member_unit(f, field, &bits))
		return false;
	u64 in_record = of->bit / 8;
	u64 record_size = shim_get_record(f->shim, of->record)->size;
	u64 record_off = leaf->off - (v->record == of->record && record_size ? leaf->off % record_size : in_record);
	u64 unit_off = record_off + (u64)((s64)in_record + bits.delta);
	u64 shift = (leaf->off - unit_off) * 8;
	if (unit_off > leaf->off || shift >= bits.unit)
		return false;
	u64 value = ((u64)leaf->value & ones((u32)leaf->size * 8)) << shift;
	struct fact_init *last = v->unit ? &f->tu->inits.a[v->unit] : NULL;
	if (last && last->off == unit_off) {
		last->value |= (s64)value;
		return true;
	}
	v->unit = f->tu->inits.n;
	field = first_named(f, of->record, (s64)in_record + bits.delta, value, &bits);
	struct fact_init init = {
		.var = v->var, .off = (u32)unit_off, .value = (s64)value,
		.member = member_of_bits(f, &field, 1, &bits),
	};
	vec_push(&f->tu->inits, init);
	return true;
}

static s64 number_of(const struct init_leaf *leaf, bool is_signed)
{
	if (is_signed || leaf->size >= 8)
		return leaf->value;
	return (s64)((u64)leaf->value & ones((u32)leaf->size * 8));
}

static void add_leaf(struct variable *v, const struct init_leaf *leaf)
{
	struct front *f = v->f;
	struct member_query query = {
		.record = v->record, .is_array = v->is_array, .off = leaf->off, .size = leaf->size,
		.kind = leaf->kind, .variable = v->key,
	};
	u32 field = 0, member = member_at(f, &query, &field);

	if (!leaf->symbol && !v->has_numbers)
		return;
	if (!leaf->symbol && field && add_bits(v, leaf, field))
		return;
	u32 sym = 0;
	if (leaf->symbol) {
		size_t n;
		const char *name = LLVMGetValueName2(leaf->symbol, &n);
		struct str s = str_intern(f->tu->strings, name);
		bool is_new = !map_get(&f->syms, s.n);
		sym = symbol_index(f, s);
		if (is_new && symbol_is_literal(name))
			vec_push(&v->literals, leaf->symbol);
	}
	bool is_signed = field ? shim_get_field(f->shim, field)->type.is_signed : v->is_signed;
	struct fact_init init = {
		.var = v->var, .off = (u32)leaf->off, .member = member, .sym = sym,
		.value = sym ? leaf->value : number_of(leaf, is_signed),
	};
	vec_push(&f->tu->inits, init);
}

/* The record in "%struct.foo". */
static u32 record_of_type(struct front *f, LLVMTypeRef type)
{
	while (LLVMGetTypeKind(type) == LLVMArrayTypeKind)
		type = LLVMGetElementType(type);
	const char *name = LLVMGetTypeKind(type) == LLVMStructTypeKind ? LLVMGetStructName(type) : NULL;
	char *tag = name ? arena_strdup(f->arena, name) : NULL, *dot = tag ? strchr(tag, '.') : NULL;
	if (!dot)
		return 0;
	*dot = ' ';
	return shim_find_record(f->shim, tag);
}

/* One that may be as good as const: see FACT_SMALL_STATIC. */
static bool is_small_static(const struct front *f, u32 var, LLVMValueRef global)
{
	u8 linkage = f->tu->syms.a[var].linkage;
	LLVMTargetDataRef layout = LLVMGetModuleDataLayout(LLVMGetGlobalParent(global));

	return (linkage == LINK_STATIC || linkage == LINK_LOCAL_STATIC) &&
	       LLVMABISizeOfType(layout, LLVMGlobalGetValueType(global)) <= FACT_SMALL_STATIC;
}

static void add_variable(struct front *f, LLVMValueRef global, const struct shim_type *type, u32 record,
			 const void *key)
{
	size_t n;
	struct str name = str_intern(f->tu->strings, LLVMGetValueName2(global, &n));
	struct variable v = { .f = f, .var = symbol_index(f, name), .record = record, .key = key };
	init_leaf_vec leaves = VEC_INIT;

	v.is_signed = type && type->is_signed;
	/* in IR an array whose elements have different arms of a union is a struct */
	v.is_array = type ? type->kind == SHIM_ARRAY :
		LLVMGetTypeKind(LLVMGlobalGetValueType(global)) == LLVMArrayTypeKind;
	v.has_numbers = f->tu->syms.a[v.var].is_const || (record && !v.is_array && is_small_static(f, v.var, global));
	init_leaves(f, LLVMGetInitializer(global), &leaves);
	for (u32 i = 0; i < leaves.n; i++)
		add_leaf(&v, &leaves.a[i]);
	for (u32 i = 0; i < v.literals.n; i++)
		add_variable(f, v.literals.a[i], NULL, record_of_type(f, LLVMGlobalGetValueType(v.literals.a[i])), NULL);
	vec_free(&v.literals);
	vec_free(&leaves);
}

void init_variable(struct front *f, LLVMValueRef global)
{
	size_t n;
	const char *name = LLVMGetValueName2(global, &n);
	u64 *mark = map_get(&f->statics, (u64)(uintptr_t)global);
	const struct shim_symbol *info = mark ? NULL : symbol_info(f, global);
	const struct shim_type *type = NULL;
	const void *key = NULL;

	if (symbol_is_literal(name))
		return;		/* with what points to it */
	u32 sym = symbol_index(f, str_intern(f->tu->strings, name));	/* may move the table */
	f->variable = f->tu->syms.a[sym].name;
	if (mark) {
		type = &shim_get_local(f->shim, (u32)*mark)->type;
		key = shim_get_local(f->shim, (u32)*mark)->key;
	} else if (info) {
		type = &info->type;
		key = info->key;
	}
	add_variable(f, global, type, type ? type->record : 0, key);
}
