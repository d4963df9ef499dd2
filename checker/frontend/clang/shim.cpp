// SPDX-License-Identifier: MIT
/*
 * Parses a TU by clang's C++ API, marks what the code that is reachable names, and lets
 * clang lower it to LLVM IR; shim_tables.cpp hands out what was noted of it.
 *
 * The marks are annotations on fields and variables, which clang turns into
 * calls of llvm.ptr.annotation and llvm.var.annotation; they are taken off the
 * syntax tree again, so that another consumer of it (a plug-in's host) is not
 * disturbed.  No policy: what the tables mean is for shim.h, what becomes of them is
 * for the C files.  No exceptions and no C++ types cross the border.
 */
#include <clang/AST/ASTConsumer.h>
#include <clang/AST/Attr.h>
#include <clang/AST/RecordLayout.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Basic/Version.h>
#include <clang/CodeGen/ModuleBuilder.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Frontend/FrontendPluginRegistry.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/IR/Module.h>
#include <llvm/Option/ArgList.h>
#if CLANG_VERSION_MAJOR >= 22
#include <clang/Driver/CreateInvocationFromArgs.h>
#include <clang/Options/Options.h>
namespace driver_options = clang::options;
using clang::getDriverOptTable;
#else
#include <clang/Driver/Options.h>
namespace driver_options = clang::driver::options;
using clang::driver::getDriverOptTable;
#endif

#include <set>

#include "frontend/clang/shim_state.h"	/* behind the others: it bans functions that they declare */

/* ---- places and types ----------------------------------------------------------- */

/* What comes out of a macro stands where that is expanded, its arguments as well. */
shim_place shim::place(SourceLocation loc)
{
	if (loc.isInvalid())
		return {nullptr, 0, 0};
	const SourceManager &sm = ast->getSourceManager();
	PresumedLoc p = sm.getPresumedLoc(sm.getExpansionLoc(loc));
	if (p.isInvalid() || p.getFilename()[0] == '<')
		return {nullptr, 0, 0};
	const char *&file = files[p.getFilename()];
	if (!file)
		file = text(p.getFilename());
	return {file, p.getLine(), p.getColumn()};
}

static const char *record_name(shim *s, const RecordDecl *rd)
{
	if (rd->getIdentifier())
		return s->text((rd->isUnion() ? "union " : "struct ") + rd->getName().str());
	if (const TypedefNameDecl *t = rd->getTypedefNameForAnonDecl())
		return s->text(t->getName());
	return nullptr;
}

static const RecordDecl *record_of(QualType t)
{
	const RecordDecl *rd = nullptr;

	t = t.getCanonicalType();
	while (const ArrayType *a = dyn_cast<ArrayType>(t.getTypePtr()))
		t = a->getElementType().getCanonicalType();
	if (const RecordType *r = t->getAs<RecordType>())
		rd = r->getDecl();
	return rd ? rd->getDefinition() : nullptr;
}

static u8 kind_of(QualType t)
{
	if (t->isArrayType())
		return SHIM_ARRAY;
	if (t->isBooleanType())
		return SHIM_BOOL;
	if (t->isIntegralOrEnumerationType())
		return SHIM_INT;
	if (t->isPointerType())
		return SHIM_POINTER;
	if (t->isRecordType())
		return SHIM_RECORD;
	return t->isFloatingType() ? SHIM_FLOAT : SHIM_OTHER;
}

u64 size_of(shim *s, QualType t)
{
	if (t->isIncompleteType() || t->isFunctionType() || t->isVariableArrayType())
		return 0;
	return (u64)s->ast->getTypeSizeInChars(t).getQuantity();
}

shim_type shim::type(QualType t)
{
	QualType element = ast->getBaseElementType(t.getCanonicalType());
	const RecordDecl *rd = record_of(t);

	return {kind_of(t), kind_of(element), element->isSignedIntegerOrEnumerationType(),
		rd ? record(rd) : 0, size_of(this, t), size_of(this, element)};
}

const char *shim::tag(QualType t)
{
	t = ast->getBaseElementType(t.getCanonicalType());
	const RecordType *r = t->getAs<RecordType>();
	if (!r)
		return nullptr;
	const RecordDecl *rd = r->getDecl()->getDefinition();
	rd = rd ? rd : r->getDecl();
	if (const char *name = record_name(this, rd))
		return name;
	return rd->isCompleteDefinition() ? "" : nullptr;	/* "": by its record */
}

u32 shim::record(const RecordDecl *rd)
{
	auto known = record_ids.find(rd);

	if (known != record_ids.end())
		return known->second;
	const char *name = record_name(this, rd);
	if (!name)	/* its path begins in the struct around it */
		if (const RecordDecl *outer = dyn_cast<RecordDecl>(rd->getLexicalDeclContext()))
			if (outer->isCompleteDefinition())
				record(outer);
	known = record_ids.find(rd);
	if (known != record_ids.end())
		return known->second;
	u32 id = (u32)records.size(), at = (u32)fields.size();
	record_ids[rd] = id;
	records.push_back({name, rd->isUnion() ? "union" : "struct", place(rd->getBraceRange().getBegin()),
			   rd->isUnion(), 0, 0, at, 0});
	if (rd->isInvalidDecl() || !rd->isCompleteDefinition())
		return id;
	const ASTRecordLayout &layout = ast->getASTRecordLayout(rd);
	records[id].size = (u64)layout.getSize().getQuantity();
	for (const FieldDecl *f : rd->fields()) {	/* all ids first: what they hold may ask for this record */
		records[id].n++;
		field_ids[f] = (u32)fields.size();
		fields.push_back({});
	}
	for (const FieldDecl *f : rd->fields()) {
		u32 width = 0, field = field_ids[f];
		if (f->isBitField())
#if CLANG_VERSION_MAJOR >= 20
			width = f->getBitWidthValue();
#else
			width = f->getBitWidthValue(*ast);
#endif
		shim_type t = type(f->getType());
		if (t.record && !records[t.record].tag && !records[t.record].owner)
			records[t.record].owner = field;
		fields[field] = {id, text(f->getName()), layout.getFieldOffset(f->getFieldIndex()), width,
				 f->isBitField(), t};
	}
	return id;
}

static void add_type(std::string &b, ASTContext &ast, QualType t)
{
	t = t.getCanonicalType();
	if (t->isVoidType())
		b += 'v';
	else if (t->isRecordType() || t->isAnyPointerType() || t->isArrayType() || t->isFunctionType()) {
		QualType to = t->isRecordType() ? t : t->isPointerType() ? t->getPointeeType() : QualType();
		b += t->isRecordType() ? '=' : '*';
		if (const RecordType *r = to.isNull() ? nullptr : to->getAs<RecordType>()) {
			if (const TypedefNameDecl *name = r->getDecl()->getTypedefNameForAnonDecl())
				b += name->getName();
			else if (r->getDecl()->getName() != "__va_list_tag")	/* the compiler's own */
				b += r->getDecl()->getName();
		}
	} else if (t->isBooleanType())
		b += 'b';
	else if (t->isIntegralOrEnumerationType() && !t->isIncompleteType())
		b += (t->isSignedIntegerOrEnumerationType() ? "s" : "u") + std::to_string(ast.getTypeSize(t));
	else
		b += 'f';
}

const char *shim::signature(const FunctionType *t)
{
	std::string b;

	add_type(b, *ast, t->getReturnType());
	b += '(';
	if (const FunctionProtoType *p = dyn_cast<FunctionProtoType>(t)) {
		const char *separator = "";
		for (QualType param : p->param_types()) {
			b += separator;
			add_type(b, *ast, param);
			separator = ",";
		}
		if (p->isVariadic())
			b += std::string(separator) + "...";
	}
	return text(b + ")");
}

u32 shim::fn_type(QualType t)
{
	t = t.getCanonicalType();
	while (t->isPointerType() || t->isArrayType())
		t = t->isPointerType() ? t->getPointeeType() : cast<ArrayType>(t.getTypePtr())->getElementType();
	const FunctionType *f = t->getAs<FunctionType>();
	if (!f)
		return 0;
	u32 &id = fn_type_ids[f];
	if (!id) {
		id = (u32)fn_sources.size();
		fn_sources.push_back(f);
		fn_types.push_back({});
	}
	return id;
}

/* ---- marks ----------------------------------------------------------------------- */

void shim::mark(Decl *d, u32 id)
{
	Attr *a = AnnotateAttr::CreateImplicit(*ast, text(std::string(1, SHIM_MARK) + std::to_string(id)),
					       nullptr, 0);
	d->addAttr(a);
	marks.push_back({d, a});
}

void shim::unmark()
{
	for (auto &[d, a] : marks) {
		AttrVec rest;
		for (Attr *other : d->attrs())
			if (other != a)
				rest.push_back(other);
		d->dropAttrs();
		for (Attr *other : rest)
			d->addAttr(other);
	}
	marks.clear();
}

static bool is_unnamed_bits(const FieldDecl *f)
{
	return f->isBitField() && !f->getDeclName();
}

namespace {

/* Visits what is reachable from the TU's definitions: the order is that of evaluation. */
class Marker : public RecursiveASTVisitor<Marker> {
	using Base = RecursiveASTVisitor<Marker>;

public:
	explicit Marker(shim *s) : s(s) {}
	bool shouldTraversePostOrder() const { return true; }

	/* Operands that are not evaluated. */
	template <class... A> bool TraverseTypeLoc(A...) { return true; }
	bool TraverseUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr *) { return true; }
	bool TraverseOffsetOfExpr(OffsetOfExpr *) { return true; }
	bool TraverseGenericSelectionExpr(GenericSelectionExpr *e)
	{
		return getDerived().TraverseStmt(e->getResultExpr());
	}
	bool TraverseChooseExpr(ChooseExpr *e)
	{
		return getDerived().TraverseStmt(e->getChosenSubExpr());
	}
	bool TraverseAttr(Attr *) { return true; }
	bool TraverseRecordDecl(RecordDecl *) { return true; }
	bool TraverseEnumDecl(EnumDecl *) { return true; }

	bool VisitMemberExpr(MemberExpr *e)
	{
		FieldDecl *f = dyn_cast<FieldDecl>(e->getMemberDecl());

		has_errors |= !f || f->getParent()->isInvalidDecl();	/* it has no layout */
		if (f)
			field(f, true);
		return true;
	}
	bool VisitInitListExpr(InitListExpr *e)
	{
		if (const RecordDecl *rd = record_of(e->getType()))
			for (FieldDecl *f : rd->fields())
				field(f, true);
		return true;
	}
	bool VisitDeclRefExpr(DeclRefExpr *e)
	{
		reach(e->getDecl());
		return true;
	}
	bool VisitVarDecl(VarDecl *v)
	{
		if (v->hasGlobalStorage() && !v->isStaticLocal())
			return true;
		const char *cleanup = nullptr;
		if (const CleanupAttr *a = v->getAttr<CleanupAttr>()) {
			cleanup = s->text(a->getFunctionDecl()->getName());
			reach(a->getFunctionDecl());
		}
		s->locals.push_back({s->text(v->getName()), s->tag(v->getType()), cleanup, s->type(v->getType()),
				     s->place(v->getLocation()), v->isStaticLocal(),
				     s->ast->getBaseElementType(v->getType()).isConstQualified(),
				     v->hasInit() && isa<InitListExpr>(v->getInit()->IgnoreParens()), v});
		s->mark(v, (u32)s->locals.size() - 1);
		if (v->isStaticLocal() && v->hasInit())
			arms(v->getInit(), 0, v);
		return true;
	}
	bool VisitCallExpr(CallExpr *e)
	{
		const FunctionDecl *fd = e->getDirectCallee();
		shim_call c = {s->place(e->getBeginLoc()), nullptr, 0, false, false};

		if (fd) {
			llvm::StringRef name = fd->getName();
			c.is_builtin = fd->getBuiltinID() != 0;
			name.consume_front("__builtin_");
			c.callee = s->text(name);
		}
		c.fn_type = s->fn_type(fd ? fd->getType() : e->getCallee()->IgnoreParens()->getType());
		s->calls.push_back(c);
		return true;
	}
	bool VisitIfStmt(IfStmt *i) { return condition(i->getCond()); }
	bool VisitWhileStmt(WhileStmt *i) { return condition(i->getCond()); }
	bool VisitDoStmt(DoStmt *i) { return condition(i->getCond()); }
	bool VisitForStmt(ForStmt *i) { return condition(i->getCond()); }
	bool VisitSwitchStmt(SwitchStmt *i) { return condition(i->getCond()); }
	bool VisitConditionalOperator(ConditionalOperator *e) { return condition(e->getCond()); }
	bool VisitBinaryConditionalOperator(BinaryConditionalOperator *e) { return condition(e->getCommon()); }
	bool VisitBinaryOperator(BinaryOperator *e)
	{
		return !e->isLogicalOp() || (condition(e->getLHS()) && condition(e->getRHS()));
	}
	bool VisitExpr(Expr *e)
	{
		QualType t = e->getType();
		if (t.isNull())		/* the text of a _Static_assert() */
			return true;
		if (t->isPointerType())
			t = t->getPointeeType();
		const RecordDecl *rd = record_of(t);
		has_errors |= e->containsErrors() || (rd && rd->isInvalidDecl());
		return true;
	}

	void reach(const ValueDecl *d)
	{
		if (const FunctionDecl *fd = dyn_cast<FunctionDecl>(d)) {
			const FunctionDecl *definition = nullptr;
			if (fd->hasBody(definition) && seen.insert(definition).second)
				queue.push_back(const_cast<FunctionDecl *>(definition));
		} else if (const VarDecl *v = dyn_cast<VarDecl>(d)) {
			const VarDecl *with = nullptr;
			if (v->hasGlobalStorage() && !v->isStaticLocal() && v->getAnyInitializer(with) &&
			    seen.insert(with).second) {
				queue.push_back(const_cast<VarDecl *>(with));
				arms(with->getInit(), 0, with);
			}
		}
	}
	/* Returns false if the function cannot be lowered. */
	bool body(FunctionDecl *fd)
	{
		shim_symbol range = {};
		range.first_call = (u32)s->calls.size();
		range.first_condition = (u32)s->conditions.size();
		function_bits.clear();
		has_errors = fd->isInvalidDecl();
		for (ParmVarDecl *p : fd->parameters())
			VisitVarDecl(p);
		TraverseStmt(fd->getBody());
		range.n_calls = (u32)s->calls.size() - range.first_call;
		range.n_conditions = (u32)s->conditions.size() - range.first_condition;
		range.first_bits = (u32)s->bits.size();
		range.n_bits = (u32)function_bits.size();
		s->bits.insert(s->bits.end(), function_bits.begin(), function_bits.end());
		s->bodies[fd] = range;
		return !has_errors;
	}

	std::deque<Decl *> queue;

private:
	void field(FieldDecl *f, bool is_named)
	{
		const RecordDecl *rd = f->getParent();
		if (rd->isInvalidDecl() || !rd->isCompleteDefinition())
			return;
		s->record(rd);
		u32 id = s->field_ids.lookup(f);
		if (f->isBitField())
			function_bits.insert(id);
		else if (is_named && seen.insert(f).second)
			s->mark(f, id);
	}
	/* Which arms of unions an initialiser names. */
	void arms(const Expr *e, u64 off, const VarDecl *v)
	{
		const InitListExpr *list = dyn_cast<InitListExpr>(e->IgnoreParens());
		if (const CompoundLiteralExpr *c = dyn_cast<CompoundLiteralExpr>(e->IgnoreParenImpCasts()))
			list = dyn_cast<InitListExpr>(c->getInitializer());
		if (list && list->isSemanticForm() == false && list->getSemanticForm())
			list = list->getSemanticForm();
		if (!list || list->isStringLiteralInit())
			return;
		const RecordType *r = list->getType()->getAs<RecordType>();
		if (const ArrayType *a = s->ast->getAsArrayType(list->getType())) {
			u64 size = size_of(s, a->getElementType());
			for (unsigned i = 0; i < list->getNumInits(); i++)
				arms(list->getInit(i), off + i * size, v);
		} else if (r && r->getDecl()->getDefinition() && !r->getDecl()->isInvalidDecl()) {
			const RecordDecl *rd = r->getDecl()->getDefinition();
			u32 id = s->record(rd);
			unsigned i = 0;
			for (const FieldDecl *f : rd->fields()) {
				if (rd->isUnion() ? f != list->getInitializedFieldInUnion() : is_unnamed_bits(f))
					continue;
				if (i == list->getNumInits())
					break;
				u32 field = s->field_ids.lookup(f);
				if (rd->isUnion())
					s->arms[{v, off, id}] = field;
				if (!f->isBitField())
					arms(list->getInit(i), off + s->fields[field].bit / 8, v);
				i++;
			}
		}
	}
	bool condition(Expr *e)
	{
		if (!e)
			return true;
		SourceLocation begin = e->getBeginLoc();
		e = e->IgnoreParenImpCasts();
		while (UnaryOperator *u = dyn_cast<UnaryOperator>(e)) {
			if (u->getOpcode() != UO_LNot)
				break;
			e = u->getSubExpr()->IgnoreParenImpCasts();
		}
		BinaryOperator *b = dyn_cast<BinaryOperator>(e);
		if (b && b->isLogicalOp())
			return true;
		shim_place at = s->place(e->getExprLoc());
		s->conditions.push_back({at.line, at.col, s->place(begin)});
		return true;
	}

	shim *s;
	bool has_errors = false;
	llvm::DenseSet<const void *> seen;
	std::set<u32> function_bits;
};

/* ---- from the syntax tree to IR --------------------------------------------------- */

class Consumer : public ASTConsumer {
public:
	Consumer(CompilerInstance &ci, const shim_ops *ops, void *ctx) : ci(ci)
	{
		s.ops = ops;
		s.ctx = ctx;
	}
	bool HandleTopLevelDecl(DeclGroupRef group) override
	{
		groups.push_back(group);
		return true;
	}
	void CompleteTentativeDefinition(VarDecl *v) override { tentative.push_back(v); }
	void HandleTranslationUnit(ASTContext &ast) override
	{
		const SourceManager &sm = ast.getSourceManager();

		s.ast = &ast;
		for (auto i = sm.fileinfo_begin(); i != sm.fileinfo_end(); ++i)
			s.ops->input(s.ctx, i->first.getName().str().c_str());
		mark();
		lower(ast);
		s.unmark();
	}

protected:
	bool is_root(FunctionDecl *fd, const SourceManager &sm)
	{
		return fd->doesThisDeclarationHaveABody() &&
		       (!fd->isInlineSpecified() || sm.isInMainFile(sm.getFileLoc(fd->getLocation())) ||
			(fd->isExternallyVisible() && fd->isInlineDefinitionExternallyVisible()));
	}
	bool is_spelled(llvm::StringRef word)
	{
		return s.ast->Idents.find(word) != s.ast->Idents.end();
	}
	void mark()
	{
		const SourceManager &sm = s.ast->getSourceManager();
		bool has_annotations = is_spelled("annotate") || is_spelled("__annotate__");
		Marker marker(&s);

		for (DeclGroupRef group : groups)
			for (Decl *d : group) {
				if (has_annotations)
					take_annotations(d);
				FunctionDecl *fd = dyn_cast<FunctionDecl>(d);
				VarDecl *v = dyn_cast<VarDecl>(d);
				if (!(fd && is_root(fd, sm)) && !(v && v->hasInit()))
					continue;
				marker.reach(cast<ValueDecl>(d));
				if (d->hasAttr<UsedAttr>())
					continue;
				Attr *used = UsedAttr::CreateImplicit(*s.ast);
				d->addAttr(used);
				s.marks.push_back({d, used});
			}
		while (!marker.queue.empty()) {
			Decl *d = marker.queue.front();
			marker.queue.pop_front();
			FunctionDecl *fd = dyn_cast<FunctionDecl>(d);
			if (!fd) {
				marker.TraverseStmt(cast<VarDecl>(d)->getInit());
			} else if (!marker.body(fd)) {
				shim_place at = s.place(fd->getLocation());
				s.ops->problem(s.ctx, &at, s.text(fd->getName()), "this function has errors");
				fd->setBody(nullptr);
			}
		}
	}
	/* clang would put the thousands of inline functions of headers aside, each under its name. */
	bool is_needed(Decl *d)
	{
		if (FunctionDecl *fd = dyn_cast<FunctionDecl>(d))
			return fd->doesThisDeclarationHaveABody() ? s.bodies.count(fd) != 0 : fd->hasAttrs();
		return !isa<TypeDecl>(d);
	}
	void take_annotations(Decl *d)
	{
		auto add = [this](const Decl *of, u32 record, u32 field, const char *symbol) {
			for (const AnnotateAttr *a : of->specific_attrs<AnnotateAttr>())
				if (!a->isInherited())
					s.annotations.push_back({s.text(a->getAnnotation()), record, field, symbol,
								 s.place(of->getLocation())});
		};
		if (RecordDecl *rd = dyn_cast<RecordDecl>(d)) {
			bool any = rd->hasAttr<AnnotateAttr>();
			for (const FieldDecl *f : rd->fields()) {
				any |= f->hasAttr<AnnotateAttr>();
				if (const RecordType *r = f->getType()->getAs<RecordType>())
					if (!record_name(&s, r->getDecl()) && r->getDecl() != rd)
						take_annotations(r->getDecl());
			}
			if (!any || !rd->isThisDeclarationADefinition() || rd->isInvalidDecl())
				return;
			u32 id = s.record(rd);
			add(rd, id, 0, nullptr);
			for (const FieldDecl *f : rd->fields())
				add(f, id, s.field_ids.lookup(f), nullptr);
		} else if (ValueDecl *v = dyn_cast<ValueDecl>(d)) {
			if (v->hasAttr<AnnotateAttr>())
				add(v, 0, 0, s.text(v->getName()));
		}
	}
	void lower(ASTContext &ast)
	{
		CodeGenOptions options = ci.getCodeGenOpts();
		LangOptions &language = ci.getLangOpts();
		const LangOptions as_given = language;
		std::vector<std::string> no_features;
		llvm::LLVMContext context;

		/* what instruments code is no part of what it does */
		language.Sanitize.clear();
		language.setTrivialAutoVarInit(LangOptions::TrivialAutoVarInitKind::Uninitialized);

		/* each function would have its own copy, in text */
		std::swap(ci.getTarget().getTargetOpts().Features, no_features);

		options.OptimizationLevel = 2;
		options.DisableLifetimeMarkers = true;
		options.DiscardValueNames = false;
		options.setDebugInfo(llvm::codegenoptions::DebugLineTablesOnly);
		options.DebugColumnInfo = true;
		options.RelaxedAliasing = true;
		std::unique_ptr<CodeGenerator> gen(CreateLLVMCodeGen(
			ci.getDiagnostics(), "tu",
#if CLANG_VERSION_MAJOR >= 20
			ci.getVirtualFileSystemPtr(),
#else
			&ci.getVirtualFileSystem(),
#endif
			ci.getHeaderSearchOpts(), ci.getPreprocessorOpts(), options, context));
		s.gen = gen.get();
		gen->Initialize(ast);
		for (DeclGroupRef group : groups)
			if (llvm::any_of(group, [this](Decl *d) { return is_needed(d); }))
				gen->HandleTopLevelDecl(group);
		for (VarDecl *v : tentative)
			gen->CompleteTentativeDefinition(v);
		gen->HandleTranslationUnit(ast);
		if (llvm::Module *m = gen->GetModule())
			s.ops->module(s.ctx, &s, llvm::wrap(m));
		language = as_given;
		std::swap(ci.getTarget().getTargetOpts().Features, no_features);
	}

	CompilerInstance &ci;
	shim s;
	std::vector<DeclGroupRef> groups;
	std::vector<VarDecl *> tentative;
};

/* After errors as well: what is whole is lowered all the same. */
class WholeConsumer : public Consumer {
public:
	using Consumer::Consumer;
	void HandleTranslationUnit(ASTContext &ast) override
	{
		ci.getDiagnostics().Reset(true);
		Consumer::HandleTranslationUnit(ast);
	}
};

class Action : public ASTFrontendAction {
public:
	Action(const shim_ops *ops, void *ctx) : ops(ops), ctx(ctx) {}
	std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &ci, StringRef) override
	{
		return std::make_unique<WholeConsumer>(ci, ops, ctx);
	}
private:
	const shim_ops *ops;
	void *ctx;
};

/* Errors become problems; warnings are not ours. */
class Sink : public DiagnosticConsumer {
public:
	Sink(const shim_ops *ops, void *ctx) : ops(ops), ctx(ctx) {}
	void HandleDiagnostic(DiagnosticsEngine::Level level, const Diagnostic &info) override
	{
		if (level < DiagnosticsEngine::Error)
			return;
		llvm::SmallString<256> text;
		info.FormatDiagnostic(text);
		shim_place at = {nullptr, 0, 0};
		PresumedLoc p;
		if (info.hasSourceManager() && info.getLocation().isValid()) {
			const SourceManager &sm = info.getSourceManager();
			p = sm.getPresumedLoc(sm.getFileLoc(info.getLocation()));
			if (p.isValid())
				at = {p.getFilename(), p.getLine(), p.getColumn()};
		}
		ops->problem(ctx, &at, nullptr, text.c_str());
	}

private:
	const shim_ops *ops;
	void *ctx;
};

/* ---- the plug-in --------------------------------------------------------------------- */

class PluginConsumer : public Consumer {
public:
	using Consumer::Consumer;
	void HandleTranslationUnit(ASTContext &ast) override
	{
		DiagnosticsEngine &diags = ci.getDiagnostics();
		void *ctx = s.ctx;

		if (diags.hasErrorOccurred())
			return;
		bool were_suppressed = diags.getSuppressAllDiagnostics();
		diags.setSuppressAllDiagnostics(true);	/* clang will say it itself */
		Consumer::HandleTranslationUnit(ast);
		diags.setSuppressAllDiagnostics(were_suppressed);
		shim_plugin.end(ctx);
	}
};

class Plugin : public PluginASTAction {
public:
	std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &ci, StringRef file) override
	{
		std::vector<std::string> texts = {"clang", "-c"};
		for (const auto &[macro, is_undefined] : ci.getPreprocessorOpts().Macros)
			texts.push_back((is_undefined ? "-U" : "-D") + macro);
		for (const std::string &include : ci.getPreprocessorOpts().Includes) {
			texts.push_back("-include");
			texts.push_back(include);
		}
		texts.push_back("-o");
		texts.push_back(ci.getFrontendOpts().OutputFile);
		texts.push_back(file.str());
		std::vector<char *> argv;
		for (std::string &t : texts)
			argv.push_back(&t[0]);
		argv.push_back(nullptr);
		frontend::ActionKind action = ci.getFrontendOpts().ProgramAction;
		void *ctx = action == frontend::EmitObj || action == frontend::EmitBC /* LTO */ ?
			shim_plugin.begin((int)texts.size(), argv.data()) : nullptr;
		if (!ctx)
			return std::make_unique<ASTConsumer>();
		return std::make_unique<PluginConsumer>(ci, shim_plugin.ops, ctx);
	}
	bool ParseArgs(const CompilerInstance &, const std::vector<std::string> &) override { return true; }
	ActionType getActionType() override
	{
		/* in reclint-clang there is nothing to be called */
		return &shim_plugin ? AddBeforeMainAction : CmdlineAfterMainAction;
	}
};

} // namespace

static FrontendPluginRegistry::Add<Plugin> registration("reclint", "writes reclint's facts beside the object");

/* ---- the command line ---------------------------------------------------------------- */

/* What names outputs, instruments the code or is for another compiler. */
static bool is_dropped(const llvm::opt::Option &o)
{
	using namespace driver_options;
	static const unsigned dropped[] = {
		OPT_UNKNOWN, OPT_o, OPT_c, OPT_S, OPT_E, OPT_M_Group, OPT_W_Group, OPT_Wp_COMMA, OPT_Wa_COMMA, OPT_pedantic,
		OPT_g_Group, OPT_g_flags_Group, OPT_fsanitize_EQ, OPT_fno_sanitize_EQ,
		OPT_fsanitize_recover_EQ, OPT_fsanitize_trap_EQ, OPT_fsanitize_coverage, OPT_ftrivial_auto_var_init,
		OPT_fplugin_EQ, OPT_fpass_plugin_EQ, OPT_flto, OPT_flto_EQ, OPT_save_temps_EQ, OPT_save_temps,
		OPT_ftest_coverage, OPT_fprofile_arcs, OPT_coverage, OPT_fprofile_instr_generate, OPT_mllvm,
		OPT_w, OPT_pedantic_errors, OPT_finstrument_functions, OPT_pg, OPT_mfentry, OPT_mrecord_mcount,
		OPT_mnop_mcount,
	};

	for (unsigned id : dropped)
		if (o.matches(id))
			return true;
	return false;
}

static std::vector<std::string> translate(int argc, const char *const *argv, const char *resource_dir)
{
	unsigned missing, missing_count;
	llvm::ArrayRef<const char *> args(argv + 1, argv + argc);
	const llvm::opt::OptTable &table = getDriverOptTable();
#if CLANG_VERSION_MAJOR >= 18
	llvm::opt::InputArgList list = table.ParseArgs(args, missing, missing_count,
		llvm::opt::Visibility(driver_options::ClangOption));
#else
	llvm::opt::InputArgList list = table.ParseArgs(args, missing, missing_count);
#endif
	std::vector<std::string> out = {"clang", "-fsyntax-only", "-Wno-everything", "-ferror-limit=0"};
	llvm::StringRef compiler = argv[0];
	size_t slash = compiler.rfind('/');
	if (slash != llvm::StringRef::npos)
		compiler = compiler.substr(slash + 1);
	size_t gcc = compiler.find("-gcc");	/* a cross compiler's name says the target */
	if (gcc != llvm::StringRef::npos && gcc > 0)
		out.push_back("--target=" + compiler.substr(0, gcc).str());
	if (resource_dir && *resource_dir)
		out.push_back(std::string("-resource-dir=") + resource_dir);
	for (const llvm::opt::Arg *a : list) {
		if (is_dropped(a->getOption()))
			continue;
		llvm::opt::ArgStringList rendered;
		a->render(list, rendered);
		out.insert(out.end(), rendered.begin(), rendered.end());
	}
	return out;
}

extern "C" bool shim_run(int argc, const char *const *argv, const char *resource_dir,
			 const struct shim_ops *ops, void *ctx)
{
	std::vector<std::string> texts = translate(argc, argv, resource_dir);
	std::vector<const char *> args;
	for (const std::string &t : texts)
		args.push_back(t.c_str());
	Sink sink(ops, ctx);
	CreateInvocationOptions how;
#if CLANG_VERSION_MAJOR >= 21
	DiagnosticOptions options;
	how.Diags = CompilerInstance::createDiagnostics(*llvm::vfs::getRealFileSystem(), options, &sink, false);
#elif CLANG_VERSION_MAJOR >= 20
	how.Diags = CompilerInstance::createDiagnostics(*llvm::vfs::getRealFileSystem(), new DiagnosticOptions, &sink, false);
#else
	how.Diags = CompilerInstance::createDiagnostics(new DiagnosticOptions, &sink, false);
#endif
	std::shared_ptr<CompilerInvocation> invocation = createInvocation(args, how);
	if (!invocation)
		return false;
	invocation->getFrontendOpts().DisableFree = true;
#if CLANG_VERSION_MAJOR >= 21
	CompilerInstance ci(invocation);
#else
	CompilerInstance ci;
	ci.setInvocation(invocation);
#endif
#if CLANG_VERSION_MAJOR >= 22
	ci.createVirtualFileSystem();
	ci.createDiagnostics(&sink, false);
#elif CLANG_VERSION_MAJOR >= 20
	ci.createDiagnostics(*llvm::vfs::getRealFileSystem(), &sink, false);
#else
	ci.createDiagnostics(&sink, false);
#endif
	Action action(ops, ctx);
	return ci.ExecuteAction(action);
}
