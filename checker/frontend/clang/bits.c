// SPDX-License-Identifier: MIT
/*
 * Bit-fields: what clang writes as shifts and masks of a unit of its own is
 * recognised, and written again in the unit that facts have.
 *
 * Requires clang's names for these values ("bf.load", ...).  Which bit-field it is
 * follows from its place among those that the function names; of several at
 * one place the first.  Little-endian only, as is the order of bits in the shim.
 */
#include "frontend/clang/lower.h"

struct bits_at {
	s64 byte;		/* of clang's unit, from base */
	u32 shift, width, unit;	/* bits */
};

static u64 ones(u32 bits)
{
	return bits < 64 ? ((u64)1 << bits) - 1 : ~(u64)0;
}

static bool is_named(LLVMValueRef v, const char *prefix)
{
	size_t n;

	return strncmp(LLVMGetValueName2(v, &n), prefix, strlen(prefix)) == 0;
}

static LLVMValueRef only_user(LLVMValueRef v)
{
	LLVMUseRef use = LLVMGetFirstUse(v);

	return use && !LLVMGetNextUse(use) ? LLVMGetUser(use) : NULL;
}

static bool is_op(LLVMValueRef v, LLVMOpcode op)
{
	return v && LLVMIsAInstruction(v) && LLVMGetInstructionOpcode(v) == op;
}

/* The bit-field that lies there; p is that of clang's unit. */
static u32 find_field(struct lower *l, const struct place *p, const struct bits_at *at, LLVMValueRef address)
{
	u64 bit = (u64)at->byte * 8 + at->shift;
	LLVMTypeRef type = LLVMIsAGetElementPtrInst(address) ? LLVMGetGEPSourceElementType(address) :
		LLVMIsAAllocaInst(address) ? LLVMGetAllocatedType(address) : NULL;
	const char *name = type && LLVMGetTypeKind(type) == LLVMStructTypeKind ? LLVMGetStructName(type) : NULL;
	u32 record = place_record(l, p), found = 0;

	for (u32 i = 0; i < l->sym->n_bits; i++) {
		u32 id = shim_get_bits(l->f->shim, l->sym->first_bits + i);
		const struct shim_field *field = shim_get_field(l->f->shim, id);
		const char *tag = shim_get_record(l->f->shim, field->record)->tag;
		if (field->bit != bit || field->width != at->width)
			continue;
		if (record && record == field->record)
			return id;
		const char *space = tag ? strchr(tag, ' ') : NULL;
		if (name && space && !strncmp(name, tag, (size_t)(space - tag)) && !p->n_fields &&
		    !strcmp(name + (space - tag) + 1, space + 1))
			return id;
		found = found ? found : id;
	}
	return p->n_fields && record ? 0 : found;
}

/* Where clang's unit lies in its record, and the place of the record. */
static struct place unit_place(struct lower *l, LLVMValueRef address, struct bits_at *at)
{
	struct place p = place_of(l, address), record = p;

	at->byte = 0;
	if (LLVMIsAGetElementPtrInst(address) && LLVMGetNumOperands(address) == 3) {
		record = place_of(l, LLVMGetOperand(address, 0));
		at->byte = p.off - record.off;
	} else if (LLVMIsAConstantExpr(address) && !p.n_fields) {	/* of a global variable */
		at->byte = p.off;
		record.off = 0;
	}
	return record;
}

/* Emits a LOAD, or a STORE of *v, of the unit that 'field' lies in; *bits: where in it. */
static struct val access_unit(struct lower *l, const struct place *record, u32 field,
			      const struct member_bits *bits, bool is_volatile, const struct val *v)
{
	struct place p = *record;
	u32 fields[MARKS_MAX + 1] = { field };

	p.off += (s64)(shim_get_field(l->f->shim, field)->bit / 8) + bits->delta;
	memcpy(fields + 1, p.fields, p.n_fields * sizeof(p.fields[0]));
	u32 n = p.n_fields + 1;
	p.n_fields = 0;
	p.alloca = NULL;
	struct val ret = place_access(l, &p, bits->unit, is_volatile, v);
	if (body_last(&l->b))
		body_last(&l->b)->extra = member_of_bits(l->f, fields, n, bits);
	return ret;
}

/* ---- reading --------------------------------------------------------------------- */

/* The shifts and masks behind a load; the last one's value is the bit-field's. */
static LLVMValueRef decode_load(LLVMValueRef load, struct bits_at *at, bool *is_signed_ret)
{
	LLVMValueRef v = load, user = only_user(v);
	s64 n;

	at->unit = LLVMGetIntTypeWidth(LLVMTypeOf(load));
	at->shift = 0;
	at->width = at->unit;
	*is_signed_ret = false;
	if (is_op(user, LLVMShl) && is_named(user, "bf.shl") && lower_const(LLVMGetOperand(user, 1), &n)) {
		at->width -= (u32)n;
		v = user;
		user = only_user(v);
	}
	u32 high = at->unit - at->width;
	if (is_op(user, LLVMAShr) && is_named(user, "bf.ashr") && lower_const(LLVMGetOperand(user, 1), &n)) {
		at->shift = (u32)n - high;
		at->width = at->unit - (u32)n;
		*is_signed_ret = true;
		return user;
	}
	if (is_op(user, LLVMLShr) && is_named(user, "bf.lshr") && lower_const(LLVMGetOperand(user, 1), &n)) {
		at->shift = (u32)n;
		at->width -= (u32)n;
		v = user;
		user = only_user(v);
	}
	if (is_op(user, LLVMAnd) && is_named(user, "bf.clear") && lower_const(LLVMGetOperand(user, 1), &n)) {
		at->width = (u32)__builtin_popcountll((u64)n & ones(at->unit));
		v = user;
	}
	return v;
}

/* Is the load the first half of a store? */
static bool is_for_store(LLVMValueRef load)
{
	for (LLVMUseRef u = LLVMGetFirstUse(load); u; u = LLVMGetNextUse(u)) {
		LLVMValueRef clear = LLVMGetUser(u);
		if (!is_op(clear, LLVMAnd))
			continue;
		for (LLVMUseRef w = LLVMGetFirstUse(clear); w; w = LLVMGetNextUse(w)) {
			LLVMValueRef set = LLVMGetUser(w);
			if ((is_op(set, LLVMStore) && LLVMGetOperand(set, 1) == LLVMGetOperand(load, 0)) ||
			    (is_op(set, LLVMOr) && is_named(set, "bf.set")))
				return true;
		}
	}
	return false;
}

bool bits_load(struct lower *l, LLVMValueRef load)
{
	struct bits_at at;
	bool is_signed;

	if (!l->sym || !l->sym->n_bits || !is_named(load, "bf.load"))
		return false;
	if (is_for_store(load)) {
		lower_set(l, load, BODY_UNKNOWN);
		return true;
	}
	LLVMValueRef last = decode_load(load, &at, &is_signed), address = LLVMGetOperand(load, 0);
	struct place record = unit_place(l, address, &at);
	u32 field = find_field(l, &record, &at, address);
	struct member_bits bits;
	if (!field || !member_unit(l->f, field, &bits) || record.var)
		return false;
	struct val v = access_unit(l, &record, field, &bits, LLVMGetVolatile(load), NULL);
	if (bits.shift)
		v = body_op2(&l->b, FACT_LSR, bits.unit, v, body_const(&l->b, bits.shift));
	if (at.width != bits.unit) {
		v = body_op1(&l->b, FACT_TRUNC, (u8)at.width, v);
		if (body_last(&l->b))
			body_last(&l->b)->extra = bits.unit;
	}
	if (last != load)
		lower_set(l, load, BODY_UNKNOWN);
	if (at.width != at.unit) {
		v = body_op1(&l->b, is_signed ? FACT_SEXT : FACT_ZEXT, (u8)at.unit, v);
		if (body_last(&l->b))
			body_last(&l->b)->extra = at.width;
	}
	lower_set(l, last, v);
	return true;
}

/* ---- writing ----------------------------------------------------------------------- */

/* What is stored into the field, as a value of the unit clang uses. */
static struct val stored_value(struct lower *l, LLVMValueRef part, const struct bits_at *at)
{
	s64 n;

	if (!part)
		return body_const(&l->b, 0);
	if (lower_const(part, &n))
		return body_const(&l->b, (s64)(((u64)n & ones(at->unit)) >> at->shift));
	if (at->shift && is_op(part, LLVMShl))
		part = LLVMGetOperand(part, 0);
	if (is_op(part, LLVMAnd) && is_named(part, "bf.value"))
		part = LLVMGetOperand(part, 0);
	struct val v = lower_value(l, part);
	s64 value;
	if (body_is_const(&l->b, v, &value))
		return body_const(&l->b, (s64)((u64)value & ones(at->width)));
	v = body_op1(&l->b, FACT_TRUNC, (u8)at->width, v);
	if (body_last(&l->b))
		body_last(&l->b)->extra = at->unit;
	return v;
}

static void store_field(struct lower *l, const struct place *record, u32 field, u32 width,
			struct val v, bool is_volatile)
{
	struct member_bits bits;
	s64 value;

	if (!member_unit(l->f, field, &bits))
		return;
	if (bits.unit == width) {
		access_unit(l, record, field, &bits, is_volatile, &v);
		return;
	}
	struct val old = access_unit(l, record, field, &bits, is_volatile, NULL);
	old = body_op2(&l->b, FACT_AND, bits.unit, old,
		       body_const(&l->b, (s64)(~(ones(width) << bits.shift) & ones(bits.unit))));
	if (body_is_const(&l->b, v, &value)) {
		v = body_const(&l->b, (s64)(((u64)value & ones(width)) << bits.shift));
	} else {
		v = body_op1(&l->b, FACT_ZEXT, bits.unit, v);
		if (body_last(&l->b))
			body_last(&l->b)->extra = width;
		if (bits.shift)
			v = body_op2(&l->b, FACT_SHL, bits.unit, v, body_const(&l->b, bits.shift));
	}
	v = body_op2(&l->b, FACT_OR, bits.unit, old, v);
	access_unit(l, record, field, &bits, is_volatile, &v);
}

bool bits_store(struct lower *l, LLVMValueRef store)
{
	LLVMValueRef v = LLVMGetOperand(store, 0), address = LLVMGetOperand(store, 1), part = NULL;
	struct bits_at at = { 0 };
	s64 mask = 0;

	if (!l->sym || !l->sym->n_bits || LLVMGetTypeKind(LLVMTypeOf(v)) != LLVMIntegerTypeKind ||
	    LLVMGetIntTypeWidth(LLVMTypeOf(v)) > 64)
		return false;
	at.unit = LLVMGetIntTypeWidth(LLVMTypeOf(v));
	at.width = at.unit;
	if (is_op(v, LLVMOr) && is_named(v, "bf.set")) {
		part = LLVMGetOperand(v, 1);
		v = LLVMGetOperand(v, 0);
	}
	if (is_op(v, LLVMAnd) && is_named(v, "bf.clear") && lower_const(LLVMGetOperand(v, 1), &mask)) {
		u64 field = ~(u64)mask & ones(at.unit);
		if (!field)
			return false;
		at.shift = (u32)__builtin_ctzll(field);
		at.width = (u32)__builtin_popcountll(field);
	} else if (LLVMIsAAllocaInst(address)) {
		return false;
	} else {
		part = v;
	}
	struct place record = unit_place(l, address, &at);
	if (record.var)
		return false;
	/* one that fills clang's unit has no mask; any other member has a mark of its own */
	LLVMValueRef of;
	u32 mark;
	if (at.width == at.unit && lower_is_annotation(l, address, &of, &mark))
		return false;
	u32 field = find_field(l, &record, &at, address);
	if (!field)
		return false;
	store_field(l, &record, field, at.width, stored_value(l, part, &at), LLVMGetVolatile(store));
	return true;
}
