// SPDX-License-Identifier: MIT
/*
 * libsparse's types as facts name them: widths, tags, signatures.
 *
 * libsparse wraps a type in a NODE for every declaration and every expression;
 * all functions here look through it.  A typedef of an unnamed struct puts its
 * name on the struct, without the namespace that a tag has.
 */
#include "front.h"

#include "base/buf.h"

struct symbol *type_strip(struct symbol *type)
{
	while (type && (type->type == SYM_NODE || type->type == SYM_TYPEOF ||
			type->type == SYM_TYPEOF_UNQUAL)) {
		examine_symbol_type(type);
		if (type->ctype.base_type == type)
			return NULL;
		type = type->ctype.base_type;
	}
	if (type && !type->examined)
		examine_symbol_type(type);
	return type;
}

struct symbol *type_target(struct symbol *type)
{
	type = type_strip(type);
	if (!type || (type->type != SYM_PTR && type->type != SYM_ARRAY))
		return NULL;
	return type->ctype.base_type;
}

struct symbol *type_element(struct symbol *type)
{
	type = type_strip(type);
	while (type && type->type == SYM_ARRAY)
		type = type_strip(type->ctype.base_type);
	return type;
}

bool type_is_compound(struct symbol *type)
{
	type = type_strip(type);
	return type && (type->type == SYM_STRUCT || type->type == SYM_UNION);
}

bool type_is_aggregate(struct symbol *type)
{
	type = type_strip(type);
	return type && (type->type == SYM_STRUCT || type->type == SYM_UNION ||
			type->type == SYM_ARRAY);
}

bool type_is_float(struct symbol *type)
{
	type = type_strip(type);
	return type && type->type == SYM_BASETYPE && type->ctype.base_type == &fp_type;
}

/* The integer type in an enum, a bit-field or a bitwise type. */
static struct symbol *integer_in(struct symbol *type)
{
	type = type_strip(type);
	while (type && (type->type == SYM_ENUM || type->type == SYM_BITFIELD ||
			type->type == SYM_RESTRICT || type->type == SYM_FOULED))
		type = type_strip(type->ctype.base_type);
	return type;
}

bool type_is_bool(struct symbol *type)
{
	return integer_in(type) == &bool_ctype;
}

bool type_is_signed(struct symbol *type)
{
	struct symbol *base = integer_in(type);

	if (!base || base->type != SYM_BASETYPE || base == &bool_ctype)
		return false;
	return base->ctype.modifiers & MOD_SIGNED && !(base->ctype.modifiers & MOD_UNSIGNED);
}

u32 type_bits(struct symbol *type)
{
	if (!type)
		return 0;
	examine_symbol_type(type);
	if (type_strip(type) == &bool_ctype)
		return 1;
	if (type->type == SYM_NODE && type->bit_size <= 0)
		type = type_strip(type);
	return type && type->bit_size > 0 ? (u32)type->bit_size : 0;
}

u32 type_unit_bits(struct symbol *type)
{
	type = type_strip(type);
	if (!type || type->type != SYM_BITFIELD)
		return 0;
	type = type_strip(type->ctype.base_type);
	return type && type->bit_size > 0 ? (u32)type->bit_size : 0;
}

u8 type_fact_bits(struct symbol *type)
{
	u32 bits = type_bits(type);

	if (type_is_aggregate(type))
		return FACT_BITS_AGGREGATE;
	return bits < FACT_BITS_AGGREGATE ? (u8)bits : 0;
}

u32 type_bytes(struct symbol *type)
{
	return (type_bits(type) + 7) / 8;
}

bool type_has_name(const struct symbol *type)
{
	return type->ident != NULL;
}

struct str type_tag(struct front *f, struct symbol *type)
{
	struct strtab *strings = f->tu->strings;

	type = type_element(type);
	if (!type || (type->type != SYM_STRUCT && type->type != SYM_UNION))
		return (struct str){ 0 };
	u64 *known = map_put(&f->tags, (u64)(uintptr_t)type, NULL);
	if (*known)
		return (struct str){ (u32)*known };
	const char *kind = type->type == SYM_STRUCT ? "struct" : "union";
	struct str tag;
	if (type->ident && type->namespace == NS_STRUCT)
		tag = str_internf(strings, "%s %s", kind, show_ident(type->ident));
	else if (type->ident)
		tag = str_intern(strings, show_ident(type->ident));
	else
		tag = str_internf(strings, "%s %s:%u", kind,
				  str_text(strings, loc_file(f, type->pos)), type->pos.line);
	*known = tag.n;
	return tag;
}

struct symbol *type_function(struct symbol *type)
{
	type = type_strip(type);
	while (type && (type->type == SYM_PTR || type->type == SYM_ARRAY))
		type = type_strip(type->ctype.base_type);
	return type && type->type == SYM_FN ? type : NULL;
}

static void add_name(struct buf *b, char kind, const struct symbol *compound)
{
	buf_addc(b, kind);
	if (compound->ident)
		buf_add(b, compound->ident->name, compound->ident->len);
}

static void add_type(struct buf *b, struct symbol *type)
{
	type = type_strip(type);
	if (!type || type == &void_ctype) {
		buf_addc(b, 'v');
		return;
	}
	if (type->type == SYM_STRUCT || type->type == SYM_UNION) {
		add_name(b, '=', type);
		return;
	}
	if (type->type == SYM_PTR || type->type == SYM_ARRAY || type->type == SYM_FN) {
		struct symbol *to = type->type == SYM_FN ? NULL : type_strip(type->ctype.base_type);
		if (to && (to->type == SYM_STRUCT || to->type == SYM_UNION))
			add_name(b, '*', to);
		else
			buf_addc(b, '*');
		return;
	}
	type = integer_in(type);
	if (type_is_bool(type))
		buf_addc(b, 'b');
	else if (!type || type_is_float(type))
		buf_addc(b, 'f');
	else
		buf_addf(b, "%c%u", type_is_signed(type) ? 's' : 'u', type_bits(type));
}

struct str type_signature(struct front *f, struct symbol *type)
{
	struct symbol *fn = type_function(type), *arg;
	struct buf b = BUF_INIT;
	const char *separator = "";

	if (!fn)
		return (struct str){ 0 };
	u64 *known = map_put(&f->signatures, (u64)(uintptr_t)fn, NULL);
	if (*known)
		return (struct str){ (u32)*known };
	add_type(&b, fn->ctype.base_type);
	buf_addc(&b, '(');
	FOR_EACH_PTR(fn->arguments, arg) {
		buf_adds(&b, separator);
		add_type(&b, arg);
		separator = ",";
	} END_FOR_EACH_PTR(arg);
	if (fn->variadic)
		buf_addf(&b, "%s...", separator);
	buf_addc(&b, ')');
	struct str s = str_intern(f->tu->strings, buf_text(&b));
	buf_free(&b);
	/* add_type() may have looked at other types, but never at the map */
	*map_put(&f->signatures, (u64)(uintptr_t)fn, NULL) = s.n;
	return s;
}
