// SPDX-License-Identifier: MIT
/*
 * The TU as a whole: every function and variable that clang emitted, and what
 * the source says to reclint.  clang emits what is reachable from the TU's own
 * definitions, which the shim asked it for.
 */
#include "frontend/clang/front.h"


struct str module_path(struct front *f, const char *file)
{
	if (!file)
		return (struct str){ 0 };
	struct str raw = str_intern(f->tu->strings, file);
	u64 *known = map_put(&f->paths, raw.n, NULL);
	if (!*known)
		*known = str_intern(f->tu->strings, fact_path(f->arena, file, f->cwd, f->srctree)).n;
	return (struct str){ (u32)*known };
}

static void add_annotations(struct front *f)
{
	for (u32 i = 0; i < shim_n_annotations(f->shim); i++) {
		const struct shim_annotation *from = shim_get_annotation(f->shim, i);
		struct fact_annotation a = {
			.text = str_intern(f->tu->strings, from->text),
			.file = module_path(f, from->place.file), .line = from->place.line,
		};
		if (from->symbol) {
			a.sym = symbol_index(f, str_intern(f->tu->strings, from->symbol));
		} else if (from->field) {
			u32 member = member_of(f, &from->field, 1);	/* may move the table */
			struct fact_member m = f->tu->members.a[member];
			a.tag = m.tag;
			a.path = m.path;
		} else {
			a.tag = member_tag(f, from->record);
		}
		vec_push(&f->tu->annotations, a);
	}
}

static bool is_ours(LLVMValueRef global)
{
	size_t n;

	return strncmp(LLVMGetValueName2(global, &n), "llvm.", 5) != 0;
}

static void emit(void *ctx, struct shim *s, LLVMModuleRef module)
{
	struct front *f = ctx;

	f->shim = s;
	f->module = module;
	f->layout = LLVMGetModuleDataLayout(module);
	f->pointer_bits = LLVMPointerSize(f->layout) * 8;
	f->range_kind = LLVMGetMDKindIDInContext(LLVMGetModuleContext(module), "range", 5);
	symbol_collect_statics(f);
	for (LLVMValueRef g = LLVMGetFirstGlobal(module); g; g = LLVMGetNextGlobal(g))
		if (LLVMGetInitializer(g) && is_ours(g) && !symbol_is_anonymous(g))
			init_variable(f, g);
	for (LLVMValueRef fn = LLVMGetFirstFunction(module); fn; fn = LLVMGetNextFunction(fn))
		if (!LLVMIsDeclaration(fn))
			function_emit(f, fn);
	add_annotations(f);
}

static void problem(void *ctx, const struct shim_place *place, const char *function, const char *text)
{
	struct front *f = ctx;
	struct fact_problem *p = vec_add(&f->tu->problems);

	p->kind = function ? PROBLEM_LOST_FUNCTION : PROBLEM_PARSE;
	p->file = module_path(f, place->file);
	p->line = place->line;
	p->col = place->col;
	p->function = str_intern(f->tu->strings, function);
	p->text = str_intern(f->tu->strings, text);
}

static void input(void *ctx, const char *name)
{
	struct front *f = ctx;

	vec_push(&f->tu->inputs, str_intern(f->tu->strings, name));
}

const struct shim_ops module_ops = { .problem = problem, .input = input, .module = emit };
