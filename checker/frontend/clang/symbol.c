// SPDX-License-Identifier: MIT
/*
 * Functions and variables: from names in the module to the TU's symbols.
 *
 * Provides what the source says of each.  A static of a function has a mark in
 * llvm.global.annotations; clang's own unnamed globals (strings, what initialises an
 * aggregate on the stack) are no symbols.
 */
#include "frontend/clang/front.h"

#include <stdlib.h>

bool symbol_is_anonymous(LLVMValueRef global)
{
	return LLVMGetLinkage(global) == LLVMPrivateLinkage;
}

bool symbol_is_literal(const char *name)
{
	return strncmp(name, ".compoundliteral", 16) == 0;
}

void *symbol_handle(struct front *f, const char *name)
{
	return (void *)(uintptr_t)str_intern(f->tu->strings, name).n;
}

const struct shim_symbol *symbol_info(struct front *f, LLVMValueRef global)
{
	bool is_new;
	u64 *known = map_put(&f->infos, (u64)(uintptr_t)global, &is_new);
	size_t n;

	if (is_new)
		*known = (u64)(uintptr_t)shim_get_symbol(f->shim, LLVMGetValueName2(global, &n));
	return (const struct shim_symbol *)(uintptr_t)*known;
}

u32 symbol_mark(struct front *f, LLVMValueRef text)
{
	u64 *known = map_put(&f->marks, (u64)(uintptr_t)text, NULL);
	size_t n;

	if (*known)
		return (u32)(*known - 1);
	*known = 1;
	LLVMValueRef init = LLVMIsAGlobalVariable(text) ? LLVMGetInitializer(text) : NULL;
	if (init && LLVMIsConstantString(init)) {
		const char *s = LLVMGetAsString(init, &n);
		if (n && s[0] == SHIM_MARK)
			*known = strtoul(s + 1, NULL, 10) + 1;
	}
	return (u32)(*known - 1);
}

void symbol_collect_statics(struct front *f)
{
	LLVMValueRef all = LLVMGetNamedGlobal(f->module, "llvm.global.annotations");
	LLVMValueRef init = all ? LLVMGetInitializer(all) : NULL;
	unsigned n = init ? LLVMGetArrayLength(LLVMTypeOf(init)) : 0;

	for (unsigned i = 0; i < n; i++) {
		LLVMValueRef entry = LLVMGetAggregateElement(init, i);
		LLVMValueRef global = LLVMGetAggregateElement(entry, 0);
		u32 mark = symbol_mark(f, LLVMGetAggregateElement(entry, 1));
		if (mark)
			*map_put(&f->statics, (u64)(uintptr_t)global, NULL) = mark;
	}
}

/* ---- the table -------------------------------------------------------------------- */

static u8 linkage_of(LLVMValueRef global)
{
	switch (LLVMGetLinkage(global)) {
	case LLVMInternalLinkage:
	case LLVMPrivateLinkage:
	case LLVMAvailableExternallyLinkage:	/* an inline one that another TU defines as well */
		return LINK_STATIC;
	case LLVMWeakAnyLinkage:
	case LLVMWeakODRLinkage:
	case LLVMLinkOnceAnyLinkage:
	case LLVMLinkOnceODRLinkage:
		return LINK_WEAK;
	default:
		return LINK_GLOBAL;
	}
}

static LLVMValueRef global_of(struct front *f, const char *name)
{
	LLVMValueRef v = LLVMGetNamedFunction(f->module, name);

	return v ? v : LLVMGetNamedGlobal(f->module, name);
}

/* "function.name" of a static; a second one of that name has a number. */
static struct str static_name(struct front *f, const char *in_module, const struct shim_local *local)
{
	struct strtab *strings = f->tu->strings;
	int n = (int)strcspn(in_module, ".");
	struct str s = str_internf(strings, "%.*s.%s", n, in_module, local->name);
	u64 *count = map_put(&f->static_names, s.n, NULL);

	if (!(*count)++)
		return s;
	return str_internf(strings, "%s.%u", str_text(strings, s), (u32)*count);
}

static struct str tag_of(struct front *f, const char *tag, const struct shim_type *type)
{
	if (!tag)
		return (struct str){ 0 };
	return *tag ? str_intern(f->tu->strings, tag) : member_tag(f, type->record);
}

static void describe_static(struct front *f, const char *name, u32 id, struct fact_sym *s)
{
	const struct shim_local *local = shim_get_local(f->shim, id);

	s->name = static_name(f, name, local);
	s->file = module_path(f, local->place.file);
	s->line = local->place.line;
	s->linkage = LINK_LOCAL_STATIC;
	s->is_const = local->is_const;
	s->type = tag_of(f, local->tag, &local->type);
}

static void describe(struct front *f, const char *name, LLVMValueRef global, struct fact_sym *s)
{
	const struct shim_symbol *info = shim_get_symbol(f->shim, name);

	s->is_fn = global ? LLVMIsAFunction(global) != NULL : true;
	s->linkage = LINK_EXTERN;
	if (global && !LLVMIsDeclaration(global))
		s->linkage = linkage_of(global);
	if (!info)
		return;
	s->is_fn = info->is_fn;
	s->file = module_path(f, info->place.file);
	s->line = str_eq(s->file, (struct str){ 0 }) ? 0 : info->place.line;
	s->is_const = info->is_const;
	s->type = info->is_fn ?
		str_intern(f->tu->strings, shim_get_fn_type(f->shim, info->fn_type)->signature) :
		tag_of(f, info->tag, &info->type);
}

static void describe_literal(struct front *f, LLVMValueRef global, struct fact_sym *s)
{
	s->name = str_internf(f->tu->strings, "%s.literal%u", str_text(f->tu->strings, f->variable),
			      ++f->n_literals);
	s->linkage = LINK_STATIC;
	s->is_const = LLVMIsGlobalConstant(global);
	LLVMTypeRef type = LLVMGlobalGetValueType(global);
	const char *tag = LLVMGetTypeKind(type) == LLVMStructTypeKind ? LLVMGetStructName(type) : NULL;
	if (tag && strchr(tag, '.'))
		s->type = str_internf(f->tu->strings, "%.*s %s", (int)strcspn(tag, "."), tag, strchr(tag, '.') + 1);
}

u32 symbol_index(struct front *f, struct str name)
{
	const char *text = str_text(f->tu->strings, name);
	bool is_new;
	u64 *id = map_put(&f->syms, name.n, &is_new);

	if (!is_new)
		return (u32)*id;
	u32 n = f->tu->syms.n;
	*id = n;
	vec_push(&f->tu->syms, (struct fact_sym){ .name = name });
	struct fact_sym s = { .name = name };
	LLVMValueRef global = global_of(f, text);
	u64 *mark = global ? map_get(&f->statics, (u64)(uintptr_t)global) : NULL;
	if (mark)
		describe_static(f, text, (u32)*mark, &s);
	else if (global && symbol_is_literal(text))
		describe_literal(f, global, &s);
	else
		describe(f, text, global, &s);
	f->tu->syms.a[n] = s;
	return n;
}

u32 symbol_of(void *front, void *handle)
{
	return symbol_index(front, (struct str){ (u32)(uintptr_t)handle });
}
