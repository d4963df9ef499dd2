// SPDX-License-Identifier: MIT
/*
 * Addresses: variables, members, elements; loads from and stores to them.
 *
 * A chain of constant steps is kept together as base and offset, so that a->b.c
 * is one access; the marks in it say which members it goes through.  What is under a
 * step of plain bytes (container_of) is an address of its own.  Ignores alignment
 * and aliasing.
 */
#include "frontend/clang/lower.h"

static u64 size_of(struct lower *l, LLVMTypeRef type)
{
	return LLVMABISizeOfType(l->f->layout, type);
}

static bool is_gep(LLVMValueRef v)
{
	return LLVMIsAGetElementPtrInst(v) ||
	       (LLVMIsAConstantExpr(v) && LLVMGetConstOpcode(v) == LLVMGetElementPtr);
}

static bool is_cast(LLVMValueRef v)
{
	if (LLVMIsABitCastInst(v) || LLVMIsAAddrSpaceCastInst(v))
		return true;
	return LLVMIsAConstantExpr(v) && (LLVMGetConstOpcode(v) == LLVMBitCast ||
					  LLVMGetConstOpcode(v) == LLVMAddrSpaceCast);
}

/* The bytes that a GEP adds, if that is a constant. */
static bool gep_offset(struct lower *l, LLVMValueRef gep, s64 *ret)
{
	LLVMTypeRef type = LLVMGetGEPSourceElementType(gep);
	s64 off = 0, n;

	for (unsigned i = 1; i < (unsigned)LLVMGetNumOperands(gep); i++) {
		if (!lower_const(LLVMGetOperand(gep, i), &n))
			return false;
		if (i == 1) {
			off += n * (s64)size_of(l, type);
		} else if (LLVMGetTypeKind(type) == LLVMStructTypeKind) {
			off += (s64)LLVMOffsetOfElement(l->f->layout, type, (unsigned)n);
			type = LLVMStructGetTypeAtIndex(type, (unsigned)n);
		} else {
			type = LLVMGetElementType(type);
			off += n * (s64)size_of(l, type);
		}
	}
	*ret = off;
	return true;
}

/* p + n in bytes, or of single bytes: no step inside the struct at hand. */
static bool steps_bytes(LLVMValueRef gep)
{
	LLVMTypeRef type = LLVMGetGEPSourceElementType(gep);

	return LLVMIsAGetElementPtrInst(gep) && LLVMGetNumOperands(gep) == 2 &&
	       LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) == 8;
}

struct str place_tag(struct lower *l, const struct shim_local *local)
{
	if (!local->tag)
		return (struct str){ 0 };
	return *local->tag ? str_intern(l->f->tu->strings, local->tag) : member_tag(l->f, local->type.record);
}

struct val place_home(struct lower *l, LLVMValueRef alloca)
{
	u64 *known = map_put(&l->homes, lower_key(alloca), NULL);
	struct strtab *strings = l->f->tu->strings;
	struct str name = { 0 }, tag = { 0 };

	if (*known)
		return (struct val){ (u32)(*known - 1) };
	LLVMTypeRef type = LLVMGetAllocatedType(alloca);
	u64 *id = map_get(&l->locals, lower_key(alloca));
	if (id) {
		const struct shim_local *local = shim_get_local(l->f->shim, (u32)*id);
		name = *local->name ? str_intern(strings, local->name) : name;
		tag = place_tag(l, local);
	} else if (LLVMGetTypeKind(type) == LLVMStructTypeKind && LLVMGetStructName(type)) {
		/* a temporary: "struct.foo" */
		const char *text = LLVMGetStructName(type), *dot = strchr(text, '.');
		if (dot && strncmp(dot, ".anon", 5))
			tag = str_internf(strings, "%.*s %.*s", (int)(dot - text), text,
					  (int)strcspn(dot + 1, "."), dot + 1);
	}
	struct val v = body_local(&l->b, name, tag, (u32)size_of(l, type));
	*map_put(&l->homes, lower_key(alloca), NULL) = (u64)v.v + 1;
	return v;
}

static bool is_array_field(struct lower *l, u32 field)
{
	return shim_get_field(l->f->shim, field)->type.kind == SHIM_ARRAY;
}

/* The start of a place: nothing more is looked through. */
static void set_base(struct lower *l, struct place *p, LLVMValueRef v)
{
	if (LLVMIsAAllocaInst(v)) {
		u64 *var = map_get(&l->vars, lower_key(v));
		p->alloca = v;
		p->var = var ? (u32)*var : 0;
		if (!var)
			p->base = l->result_slot == v && l->result_home.v ? l->result_home : place_home(l, v);
		return;
	}
	p->base = lower_value(l, v);
}

struct place place_of(struct lower *l, LLVMValueRef v)
{
	struct place p = { 0 };
	LLVMValueRef of;
	u32 mark;
	s64 off;

	for (;;) {
		if (lower_is_annotation(l, v, &of, &mark)) {
			if (mark && p.n_fields < MARKS_MAX)
				p.fields[p.n_fields++] = mark;
			v = of;
		} else if (is_gep(v) && gep_offset(l, v, &off)) {
			if (steps_bytes(v) && p.n_fields)
				break;	/* what is selected is of a struct around the one below */
			if (steps_bytes(v) && lower_is_annotation(l, LLVMGetOperand(v, 0), &of, &mark) && mark &&
			    shim_get_field(l->f->shim, mark)->type.element_size != 1) {
				p.off += off;
				v = LLVMGetOperand(v, 0);
				p.base = lower_value(l, v);
				return p;
			}
			p.off += off;
			v = LLVMGetOperand(v, 0);
		} else if (is_cast(v)) {
			v = LLVMGetOperand(v, 0);
		} else {
			break;
		}
	}
	u64 *carried = p.n_fields ? NULL : map_get(&l->carried, lower_key(v));
	if (carried)
		p.fields[p.n_fields++] = (u32)(*carried - 1);
	set_base(l, &p, v);
	return p;
}

struct val place_address(struct lower *l, const struct place *p)
{
	u32 member = member_of(l->f, p->fields, p->n_fields);

	if (p->var)
		return BODY_UNKNOWN;
	if (!member && !p->off)
		return p->base;
	if (!member || p->off != (s32)p->off)
		return body_op2(&l->b, p->off < 0 ? FACT_SUB : FACT_ADD, (u8)l->f->pointer_bits, p->base,
				body_const(&l->b, p->off < 0 ? -p->off : p->off));
	struct val v = body_op1(&l->b, FACT_MEMBER, (u8)l->f->pointer_bits, p->base);
	struct ins *i = body_last(&l->b);
	if (i) {
		i->off = (s32)p->off;
		i->extra = member;
	}
	return v;
}

u32 place_record(struct lower *l, const struct place *p)
{
	if (p->n_fields) {
		const struct shim_field *field = shim_get_field(l->f->shim, p->fields[0]);
		return field->type.element_kind == SHIM_RECORD ? field->type.record : 0;
	}
	u64 *id = p->alloca ? map_get(&l->locals, lower_key(p->alloca)) : NULL;
	return id ? shim_get_local(l->f->shim, (u32)*id)->type.record : 0;
}

struct val place_access(struct lower *l, const struct place *p, u8 bits, bool is_volatile,
			const struct val *v)
{
	struct val vals[2] = { p->base, v ? *v : BODY_UNKNOWN };
	s64 off = p->off;

	if (p->var && !v)
		return body_read(&l->b, p->var - 1, bits);
	if (p->var) {
		body_write(&l->b, p->var - 1, *v);
		return BODY_UNKNOWN;
	}
	if (off != (s32)off) {
		vals[0] = body_op2(&l->b, FACT_ADD, (u8)l->f->pointer_bits, p->base, body_const(&l->b, off));
		off = 0;
	}
	u32 member = member_of(l->f, p->fields, p->n_fields), field = 0;
	if (!member && p->alloca && bits != FACT_BITS_AGGREGATE && place_record(l, p))
		member = member_at(l->f, &(struct member_query){
			.record = place_record(l, p), .is_array = true, .off = (u64)off, .size = bits / 8,
			.kind = bits == l->f->pointer_bits ? SHIM_POINTER : SHIM_INT }, &field);
	if (field && bits == 8 && shim_get_field(l->f->shim, field)->type.element_kind == SHIM_BOOL)
		bits = 1;
	struct val ret = body_emit(&l->b, v ? FACT_STORE : FACT_LOAD, bits, v ? 2 : 1, vals);
	struct ins *i = body_last(&l->b);
	if (i) {
		i->off = (s32)off;
		i->extra = member;
		i->flags = is_volatile ? FACT_VOLATILE : 0;
	}
	return ret;
}

static LLVMValueRef root_of(LLVMValueRef v)
{
	while (is_gep(v) || is_cast(v))
		v = LLVMGetOperand(v, 0);
	return v;
}

static void clear(struct lower *l, LLVMValueRef v)
{
	/* a variable that is returned may be what the result's address points to */
	struct val home = LLVMIsAAllocaInst(v) ? place_home(l, v) : lower_value(l, v);
	struct val vals[] = { home, body_const(&l->b, 0) };

	body_emit(&l->b, FACT_STORE, FACT_BITS_AGGREGATE, 2, vals);
}

void place_clear(struct lower *l, LLVMValueRef i)
{
	static const char mark[] = "llvm.var.annotation", literal[] = ".compoundliteral";
	LLVMValueRef to = NULL;
	size_t n;
	bool is_new;

	if (LLVMIsACallInst(i) && LLVMIsAFunction(LLVMGetCalledValue(i)) &&
	    !strncmp(LLVMGetValueName2(LLVMGetCalledValue(i), &n), mark, sizeof(mark) - 1)) {
		u64 *id = map_get(&l->locals, lower_key(LLVMGetOperand(i, 0)));
		if (id && shim_get_local(l->f->shim, (u32)*id)->is_listed &&
		    !map_get(&l->vars, lower_key(LLVMGetOperand(i, 0))))
			clear(l, LLVMGetOperand(i, 0));
		return;
	}
	if (LLVMIsAStoreInst(i))
		to = root_of(LLVMGetOperand(i, 1));
	else if (LLVMIsALoadInst(i) || LLVMIsAGetElementPtrInst(i) || LLVMIsACallInst(i))
		to = LLVMGetNumOperands(i) > 1 || !LLVMIsACallInst(i) ? root_of(LLVMGetOperand(i, 0)) : NULL;
	if (!to || !LLVMIsAAllocaInst(to) || map_get(&l->vars, lower_key(to)) ||
	    strncmp(LLVMGetValueName2(to, &n), literal, sizeof(literal) - 1))
		return;
	map_put(&l->literals, lower_key(to), &is_new);
	if (is_new)
		clear(l, to);
}

/* One index of a GEP: scaled and added. */
static struct val add_index(struct lower *l, struct val base, LLVMValueRef index, u64 size)
{
	u8 bits = (u8)l->f->pointer_bits;
	struct val v = lower_value(l, index);
	s64 n;

	if (lower_const(index, &n))
		return body_op2(&l->b, FACT_ADD, bits, base, body_const(&l->b, n * (s64)size));
	if (size != 1)
		v = body_op2(&l->b, FACT_MUL, bits, v, body_const(&l->b, (s64)size));
	return body_op2(&l->b, FACT_ADD, bits, base, v);
}

void place_index(struct lower *l, LLVMValueRef gep)
{
	LLVMTypeRef type = LLVMGetGEPSourceElementType(gep);
	s64 off;

	if (gep_offset(l, gep, &off))
		return;		/* taken along by whoever uses it */
	struct place p = place_of(l, LLVMGetOperand(gep, 0));
	if (p.n_fields && is_array_field(l, p.fields[0]) &&
	    shim_get_field(l->f->shim, p.fields[0])->type.element_kind != SHIM_RECORD)
		*map_put(&l->carried, lower_key(gep), NULL) = (u64)p.fields[0] + 1;
	else if (p.n_fields == 0) {
		u64 *outer = map_get(&l->carried, lower_key(LLVMGetOperand(gep, 0)));
		if (outer) {
			u64 field = *outer;
			*map_put(&l->carried, lower_key(gep), NULL) = field;
		}
	}
	struct val v = place_address(l, &p);
	for (unsigned i = 1; i < (unsigned)LLVMGetNumOperands(gep); i++) {
		LLVMValueRef index = LLVMGetOperand(gep, i);
		s64 n;
		if (i == 1) {
			v = add_index(l, v, index, size_of(l, type));
		} else if (LLVMGetTypeKind(type) == LLVMStructTypeKind) {
			n = lower_const(index, &n) ? LLVMConstIntGetSExtValue(index) : 0;
			v = body_op2(&l->b, FACT_ADD, (u8)l->f->pointer_bits, v, body_const(&l->b,
				     (s64)LLVMOffsetOfElement(l->f->layout, type, (unsigned)n)));
			type = LLVMStructGetTypeAtIndex(type, (unsigned)n);
		} else {
			type = LLVMGetElementType(type);
			v = add_index(l, v, index, size_of(l, type));
		}
	}
	lower_set(l, gep, v);
}
