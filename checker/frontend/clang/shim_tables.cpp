// SPDX-License-Identifier: MIT
/*
 * What was noted of a TU, for the C files: records, fields, calls, conditions, and what a
 * symbol of the IR was in the source.  No policy, no exceptions, no C++ types in what is returned.
 */
#include <clang/AST/Decl.h>
#include <clang/Basic/Version.h>
#include <clang/CodeGen/CGFunctionInfo.h>
#include <clang/CodeGen/CodeGenABITypes.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Module.h>

#include "frontend/clang/shim_state.h"	/* behind the others: it bans functions that they declare */

/* ---- the tables ------------------------------------------------------------------------ */

extern "C" const char *shim_version(void) { return CLANG_VERSION_STRING; }
extern "C" const struct shim_record *shim_get_record(const struct shim *s, u32 id) { return &s->records[id]; }
extern "C" u32 shim_find_record(const struct shim *s, const char *tag)
{
	for (size_t i = 1; i < s->records.size(); i++)
		if (s->records[i].tag && !strcmp(s->records[i].tag, tag))
			return (u32)i;
	return 0;
}
extern "C" const struct shim_field *shim_get_field(const struct shim *s, u32 id) { return &s->fields[id]; }
extern "C" const struct shim_local *shim_get_local(const struct shim *s, u32 id) { return &s->locals[id]; }
extern "C" struct shim_call *shim_get_call(struct shim *s, u32 index) { return &s->calls[index]; }
extern "C" const struct shim_condition *shim_get_condition(const struct shim *s, u32 index) { return &s->conditions[index]; }
extern "C" u32 shim_get_bits(const struct shim *s, u32 index) { return s->bits[index]; }
extern "C" u32 shim_arm(const struct shim *s, const void *variable, u64 off, u32 record)
{
	auto found = s->arms.find({variable, off, record});

	return found == s->arms.end() ? 0 : found->second;
}
extern "C" u32 shim_n_annotations(const struct shim *s) { return (u32)s->annotations.size(); }
extern "C" const struct shim_annotation *shim_get_annotation(const struct shim *s, u32 index) { return &s->annotations[index]; }

static u32 ir_arguments(const CodeGen::ABIArgInfo &info)
{
	if (info.isIgnore() || info.isInAlloca())
		return 0;
	if (info.isDirect() && info.getCanBeFlattened())
		if (llvm::StructType *t = llvm::dyn_cast_or_null<llvm::StructType>(info.getCoerceToType()))
			return t->getNumElements();
	return 1;
}

extern "C" const struct shim_fn_type *shim_get_fn_type(struct shim *s, u32 id)
{
	if (!id)
		return nullptr;
	shim_fn_type *t = &s->fn_types[id];
	const FunctionType *f = s->fn_sources[id];
	if (t->signature)
		return t;
	t->signature = s->signature(f);
	QualType result = f->getReturnType();
	t->result_size = result->isVoidType() || result->isIncompleteType() ? 0 : size_of(s, result);
	const FunctionProtoType *p = dyn_cast<FunctionProtoType>(f);
	if (!p)
		return t;
	t->is_variadic = p->isVariadic();
	t->is_aggregate = result->isRecordType();
	for (QualType param : p->param_types())
		if (param->isIncompleteType())	/* declared with a struct that is never defined: not called */
			return t;
	if (result->isIncompleteType() && !result->isVoidType())
		return t;
	QualType canonical = s->ast->getCanonicalType(QualType(p, 0));
	const CodeGen::CGFunctionInfo &info = CodeGen::arrangeFreeFunctionType(s->gen->CGM(),
		CanQual<FunctionProtoType>::CreateUnsafe(canonical));
	t->has_result_address = info.getReturnInfo().isIndirect();
	t->n_params = p->getNumParams();
	s->params.emplace_back(new shim_param[t->n_params + 1]());
	shim_param *params = s->params.back().get();
	u32 at = t->has_result_address, i = 0;
	for (const CodeGen::CGFunctionInfoArgInfo &arg : info.arguments()) {
		if (i == t->n_params)
			break;
		u32 n = ir_arguments(arg.info);
		params[i++] = {at, n, arg.info.isIndirect(), QualType(arg.type)->isRecordType()};
		at += n;
	}
	t->params = params;
	return t;
}

static const ValueDecl *declaration(struct shim *s, llvm::StringRef name)
{
	const ValueDecl *v = dyn_cast_or_null<ValueDecl>(s->gen->GetDeclForMangledName(name));

	if (v || name.starts_with("llvm."))
		return v;
	for (std::string spelling : {name.str(), "__builtin_" + name.str()})
		for (NamedDecl *d : s->ast->getTranslationUnitDecl()->lookup(&s->ast->Idents.get(spelling)))
			if (isa<FunctionDecl, VarDecl>(d))
				return cast<ValueDecl>(d);
	return nullptr;
}

static void fill_function(struct shim *s, const FunctionDecl *fd, shim_symbol *sym)
{
	const FunctionDecl *definition = nullptr;

	fd = fd->hasBody(definition) ? definition : fd->getMostRecentDecl();
	if (s->bodies.count(fd))
		*sym = s->bodies[fd];
	sym->is_fn = true;
	sym->is_inline = fd->isInlineSpecified();
	sym->is_variadic = fd->isVariadic();
	for (const FunctionDecl *d : fd->redecls()) {
		sym->is_noreturn |= d->isNoReturn();
		if (const SectionAttr *a = d->getAttr<SectionAttr>())
			sym->is_init |= a->getName() == ".init.text";
	}
	sym->place = s->place(fd->getLocation());
	sym->end_line = s->place(fd->getEndLoc()).line;
	sym->fn_type = s->fn_type(fd->getType());
	sym->n_params = fd->getNumParams();
	s->lists.emplace_back(new const char *[sym->n_params + 1]());
	for (u32 i = 0; i < sym->n_params; i++)
		s->lists.back()[i] = s->text(fd->getParamDecl(i)->getName());
	sym->params = s->lists.back().get();
}

static void fill_variable(struct shim *s, const VarDecl *v, shim_symbol *sym)
{
	const VarDecl *definition = v->getDefinition(*s->ast);

	if (!definition)
		definition = const_cast<VarDecl *>(v)->getActingDefinition();
	v = definition ? definition : v->getMostRecentDecl();
	sym->is_const = s->ast->getBaseElementType(v->getType()).isConstQualified();
	sym->place = s->place(v->getLocation());
	sym->type = s->type(v->getType());
	sym->tag = s->tag(v->getType());
	sym->key = v;
}

extern "C" const struct shim_symbol *shim_get_symbol(struct shim *s, const char *name)
{
	const ValueDecl *d = declaration(s, name);

	if (!d)
		return nullptr;
	std::unique_ptr<struct shim_symbol> &known = s->symbols[d->getCanonicalDecl()];
	if (known)
		return known.get();
	known.reset(new shim_symbol());
	if (const FunctionDecl *fd = dyn_cast<FunctionDecl>(d))
		fill_function(s, fd, known.get());
	else if (const VarDecl *v = dyn_cast<VarDecl>(d))
		fill_variable(s, v, known.get());
	return known.get();
}

/* ---- what LLVM's C API lacks ------------------------------------------------------------- */

extern "C" const char *shim_asm_constraints(LLVMValueRef v)
{
	const llvm::InlineAsm *a = llvm::dyn_cast<llvm::InlineAsm>(llvm::unwrap(v));

	return a ? a->getConstraintString().data() : "";
}
