// SPDX-License-Identifier: MIT
/*
 * Sizes and alignments where the library's are not the compilers'.
 *
 * A packed enum is as small as its values let it be, one with "mode" as large as that
 * says; for the library both have an int's size.  "aligned" on a struct never makes its
 * alignment less; the library takes the attribute for the alignment.  "packed" behind
 * "aligned" counts as well.  All of these move the members that follow, so it is done as
 * soon as the closing brace has been read.
 * #pragma pack, which it drops, becomes a word that is read between declarations.
 * Ignores: "aligned" on a member of a packed struct, or for less than its type has.
 */
#include "front.h"

#include <stdlib.h>

#define PACK "__reclint_pack"

static struct symbol_op real_enum, real_struct, real_union, real_mode;	/* the library's */
static struct symbol *enum_mode;	/* of the enum that is being read; NULL: none was given */

/* ---- #pragma pack ------------------------------------------------------------------ */

static struct {
	unsigned long now;		/* what no member is aligned more than; 0: no limit */
	unsigned long pushed[16];
	u32 n;
} pack;
static int (*real_pragma)(struct stream *stream, struct token **line, struct token *token);

static bool is_special(const struct token *token, unsigned int special)
{
	return token_type(token) == TOKEN_SPECIAL && token->special == special;
}

/* "pack(n)", "pack()", "pack(push, n)", "pack(push)", "pack(pop)" */
static struct token *on_pack(struct token *token, struct symbol_list **list)
{
	unsigned long n = 0;
	bool is_push = false, is_pop = false, has_number = false;

	(void)list;
	token = token->next;
	if (!is_special(token, '('))
		return token;
	for (token = token->next; !eof_token(token) && !is_special(token, ')'); token = token->next) {
		if (token_type(token) == TOKEN_IDENT) {
			is_push |= token->ident == built_in_ident("push");
			is_pop |= token->ident == built_in_ident("pop");
		} else if (token_type(token) == TOKEN_NUMBER) {
			n = strtoul(token->number, NULL, 0);
			has_number = true;
		}
	}
	if (is_push && pack.n < ARRAY_LEN(pack.pushed))
		pack.pushed[pack.n++] = pack.now;
	if (is_pop)
		pack.now = pack.n ? pack.pushed[--pack.n] : 0;
	if (has_number || (!is_push && !is_pop))
		pack.now = n & (n - 1) ? pack.now : n;
	return eof_token(token) ? token : token->next;
}

/* "pack ( 1 )", the rest of the line, becomes PACK and "( 1 )" in front of the next line. */
static int on_pragma(struct stream *stream, struct token **line, struct token *token)
{
	struct token *first = token->next, *last = first;

	if (eof_token(first) || token_type(first) != TOKEN_IDENT ||
	    first->ident != built_in_ident("pack") || !is_special(first->next, '('))
		return real_pragma(stream, line, token);
	while (!eof_token(last->next))
		last = last->next;
	first->ident = built_in_ident(PACK);
	first->pos.newline = 1;
	last->next = *line;
	*line = first;
	return 0;
}

void layout_preprocess(void)
{
	struct symbol *sym = lookup_symbol(built_in_ident("pragma"), NS_PREPROCESSOR);

	if (sym && sym->handler && sym->handler != on_pragma) {
		real_pragma = sym->handler;
		sym->handler = on_pragma;
	}
}

/* ---- enums ------------------------------------------------------------------------- */

static bool fits(s64 low, s64 high, const struct symbol *type)
{
	u32 is_unsigned = type->ctype.modifiers & MOD_UNSIGNED ? 1 : 0;
	u32 value_bits = (u32)type->bit_size - !is_unsigned;
	s64 end = (s64)1 << value_bits;

	return high < end && low >= (is_unsigned ? 0 : -end);
}

static void set_base(struct symbol *type, struct symbol *base)
{
	type->ctype.base_type = base;
	type->ctype.modifiers &= ~(unsigned long)MOD_SIGNEDNESS;
	type->ctype.modifiers |= base->ctype.modifiers & MOD_SIGNEDNESS;
	type->ctype.alignment = base->ctype.alignment;
	type->bit_size = base->bit_size;
}

static void pack_enum(struct symbol *type)
{
	static struct symbol *const candidates[] = {
		&uchar_ctype, &schar_ctype, &ushort_ctype, &sshort_ctype,
	};
	s64 low = 0, high = 0;
	struct symbol *enumerator;

	FOR_EACH_PTR(type->symbol_list, enumerator) {
		s64 value = get_expression_value(enumerator->initializer);
		low = value < low ? value : low;
		high = value > high ? value : high;
	} END_FOR_EACH_PTR(enumerator);
	examine_symbol_type(type);
	for (size_t i = 0; i < ARRAY_LEN(candidates); i++) {
		if (fits(low, high, candidates[i])) {
			set_base(type, candidates[i]);
			return;
		}
	}
}

/* Behind an enum's closing brace, before on_enum() gets it back. */
static struct token *on_mode(struct token *token, struct symbol *keyword, struct decl_state *ctx)
{
	struct token *next = real_mode.attribute(token, keyword, ctx);
	struct symbol *type = ctx->ctype.base_type;

	if (type && type->type == SYM_ENUM && type->symbol_list && !type->endpos.line && ctx->mode &&
	    ctx->mode->to_mode)
		enum_mode = ctx->mode->to_mode(&int_ctype);	/* signed, as for clang */
	return next;
}

static struct token *on_enum(struct token *token, struct symbol *keyword, struct decl_state *ctx)
{
	struct token *next = real_enum.declarator(token, keyword, ctx);
	struct symbol *type = ctx->ctype.base_type, *mode = enum_mode;

	enum_mode = NULL;
	if (type->type == SYM_ENUM && mode && !type->examined) {
		examine_symbol_type(type);
		set_base(type, mode);
	} else if (type->type == SYM_ENUM && type->packed && type->symbol_list && !type->examined)
		pack_enum(type);
	return next;
}

/* ---- structs ----------------------------------------------------------------------- */

/* What "#pragma pack" makes of a struct. */
static void pack_struct(struct symbol *type)
{
	struct symbol *member;

	if (pack.now == 1) {
		type->packed = 1;
		if (!type->ctype.alignment)
			type->ctype.alignment = 1;
		return;
	}
	FOR_EACH_PTR(type->symbol_list, member) {
		examine_symbol_type(member);
		if (member->ctype.alignment > pack.now)
			member->ctype.alignment = pack.now;
	} END_FOR_EACH_PTR(member);
}

/* Lays the struct out as if there were no attribute, and then as with it, if that is more. */
static void align_struct(struct symbol *type)
{
	unsigned long wanted = type->ctype.alignment;

	type->ctype.alignment = 0;
	examine_symbol_type(type);
	if (wanted <= type->ctype.alignment)
		return;
	type->ctype.alignment = wanted;
	int mask = (int)wanted * 8 - 1;
	type->bit_size = (type->bit_size + mask) & ~mask;
}

static struct token *on_compound(const struct symbol_op *real, struct token *token,
				 struct symbol *keyword, struct decl_state *ctx)
{
	struct token *next = real->declarator(token, keyword, ctx);
	struct symbol *type = ctx->ctype.base_type;

	if ((type->type != SYM_STRUCT && type->type != SYM_UNION) || !type->symbol_list ||
	    type->examined)
		return next;
	if (pack.now)
		pack_struct(type);
	if (pack.now || (type->ctype.alignment && !type->packed))
		align_struct(type);
	return next;
}

static struct token *on_struct(struct token *token, struct symbol *keyword,
			       struct decl_state *ctx)
{
	return on_compound(&real_struct, token, keyword, ctx);
}

static struct token *on_union(struct token *token, struct symbol *keyword, struct decl_state *ctx)
{
	return on_compound(&real_union, token, keyword, ctx);
}

static struct token *on_packed(struct token *token, struct symbol *attr, struct decl_state *ctx)
{
	(void)attr;
	ctx->packed = 1;
	if (!ctx->ctype.alignment)
		ctx->ctype.alignment = 1;
	return token;
}

static void replace(const char *name, struct symbol_op *real,
		    struct token *(*declarator)(struct token *, struct symbol *,
						struct decl_state *),
		    struct symbol_op *ours)
{
	struct symbol *keyword = lookup_symbol(built_in_ident(name), NS_TYPEDEF);

	if (!keyword || !keyword->op)
		return;
	*real = *keyword->op;
	*ours = *keyword->op;
	ours->declarator = declarator;
	keyword->op = ours;
}

void layout_prepare(void)
{
	static struct symbol_op enum_op, struct_op, union_op;
	static struct symbol_op packed_op = { .attribute = on_packed };
	static struct symbol_op pack_op = { .toplevel = on_pack };
	static const char *const packed[] = { "packed", "__packed__" }, *const mode[] = { "mode", "__mode__" };
	static struct symbol_op mode_op;

	create_symbol(0, PACK, SYM_KEYWORD, NS_KEYWORD)->op = &pack_op;
	built_in_ident(PACK)->keyword = 1;
	replace("enum", &real_enum, on_enum, &enum_op);
	replace("struct", &real_struct, on_struct, &struct_op);
	replace("union", &real_union, on_union, &union_op);
	for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
		struct symbol *keyword = lookup_symbol(built_in_ident(packed[i]), NS_KEYWORD);
		if (keyword)
			keyword->op = &packed_op;
	}
	for (size_t i = 0; i < ARRAY_LEN(mode); i++) {
		struct symbol *keyword = lookup_symbol(built_in_ident(mode[i]), NS_KEYWORD);
		if (!keyword || !keyword->op)
			continue;
		if (!real_mode.attribute)
			real_mode = *keyword->op;
		mode_op = real_mode;
		mode_op.attribute = on_mode;
		keyword->op = &mode_op;
	}
}
