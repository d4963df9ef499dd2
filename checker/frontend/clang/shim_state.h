/* SPDX-License-Identifier: MIT */
/*
 * What the C++ files of the front-end share: one TU's syntax tree, its lowering, and the
 * tables that shim.h hands out.
 */
#ifndef FRONTEND_CLANG_SHIM_STATE_H
#define FRONTEND_CLANG_SHIM_STATE_H

#include <clang/AST/ASTContext.h>
#include <clang/AST/Attr.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <llvm/ADT/StringSet.h>

#include <deque>
#include <map>
#include <memory>
#include <tuple>

#include "frontend/clang/shim.h"	/* behind the others: it bans functions that they declare */

using namespace clang;

struct shim {
	ASTContext *ast = nullptr;
	CodeGenerator *gen = nullptr;
	const shim_ops *ops = nullptr;
	void *ctx = nullptr;

	llvm::StringSet<> texts;
	llvm::DenseMap<const char *, const char *> files;	/* clang's own text of a name -> ours */
	std::deque<shim_record> records{1};
	std::deque<shim_field> fields{1};
	std::deque<shim_local> locals{1};
	std::deque<shim_fn_type> fn_types{1};
	std::vector<const FunctionType *> fn_sources{nullptr};
	std::vector<shim_call> calls;
	std::vector<shim_condition> conditions;
	std::vector<u32> bits;
	std::vector<shim_annotation> annotations;
	llvm::DenseMap<const RecordDecl *, u32> record_ids;
	llvm::DenseMap<const FieldDecl *, u32> field_ids;
	llvm::DenseMap<const Type *, u32> fn_type_ids;
	std::map<std::tuple<const void *, u64, u32>, u32> arms;	/* variable, offset, union -> field */
	llvm::DenseMap<const FunctionDecl *, shim_symbol> bodies;	/* the ranges in the tables */
	llvm::DenseMap<const Decl *, std::unique_ptr<shim_symbol>> symbols;
	std::vector<std::pair<Decl *, Attr *>> marks;
	std::deque<std::unique_ptr<const char *[]>> lists;
	std::deque<std::unique_ptr<shim_param[]>> params;

	const char *text(llvm::StringRef s) { return texts.insert(s).first->getKeyData(); }
	shim_place place(SourceLocation loc);
	u32 record(const RecordDecl *rd);
	shim_type type(QualType t);
	const char *tag(QualType t);
	u32 fn_type(QualType t);
	const char *signature(const FunctionType *t);
	void mark(Decl *d, u32 id);
	void unmark();
};

u64 size_of(shim *s, QualType t);	/* in bytes; 0 for what has none */

#endif
