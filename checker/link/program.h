/* SPDX-License-Identifier: MIT */
/*
 * The linked program: every function, variable and member of the kernel once,
 * with program-wide ids.  Built by program_link(), then never changed; bodies are
 * decoded when first asked for.
 *
 * All ids are dense from 1; 0 is "none".  Order of ids: TUs sorted by source
 * path, then order within the TU; so ids may decide an order of output.
 *
 * Once linked it may be asked by several threads: what is made when first asked for has a lock.
 */
#ifndef LINK_PROGRAM_H
#define LINK_PROGRAM_H

#include "base/bitset.h"
#include "base/map.h"
#include "fact/fact.h"

/* What a body's VAL_SYM refers to: a function or a variable. */
struct ref { u32 v; };		/* 0: nothing; bit 31: a variable */
static inline struct ref ref_fn(u32 fn) { return (struct ref){ fn }; }
static inline struct ref ref_var(u32 var) { return (struct ref){ var | 1u << 31 }; }
static inline bool ref_is_var(struct ref r) { return r.v >> 31; }
static inline u32 ref_id(struct ref r) { return r.v & 0x7fffffff; }

/* A function, defined or only referred to (then encoded.n is 0 and module 0). */
struct pfn {
	struct str name;
	struct str file;	/* of the definition, else of a declaration */
	u32 line, end_line;
	u32 module;		/* program->modules */
	u32 tu;			/* program->tus; for a header's function the first TU that has it */
	struct str sig;
	struct str *arg_names;	/* n_args */
	u32 n_args;
	u8 linkage, flags;	/* fact.h */
	bool defined;
	bool address_taken;	/* referred to other than as a callee, by code or an initialiser */
	/* index as in fact_fn; element 0 unused */
	struct ref *refs;	u32 n_refs;
	u32 *members;		u32 n_members;	/* -> program->members */
	struct str *strs;	u32 n_strs;
	const u8 *encoded;	u32 encoded_n;
	struct fact_body *body;	/* NULL until program_body() */
};

struct pvar {
	struct str name, file;
	u32 line;
	u32 module, tu;
	struct str tag;		/* "struct foo" when it is one or an array of them */
	u8 linkage;
	bool is_const, defined;
	u32 first_init, n_inits;	/* program->inits, sorted by offset */
};

struct pmember {
	struct str tag, path;
	u32 off;
	u32 hash;	/* of the struct's name and off: of equal bytes equal, in every program */
	u32 first_slot, n_slots;	/* program->slots of this member */
	u32 writer;	/* the only function that stores to it; 0: none does; MEMBER_SHARED: not one alone */
};
#define MEMBER_SHARED UINT32_MAX

/* What an initialiser puts at var + off. */
struct pinit {
	u32 var, off, member;
	struct ref target;	/* v == 0: 'value' is a constant */
	s64 value;
};

/* A function whose address is put into a member: by an initialiser (var set) or by
 * a store in a body (in_fn set).  Sorted by member, then function. */
struct pslot {
	u32 member;
	u32 fn;			/* the function put there */
	u32 var, off;		/* the table, and the member's offset in it */
	u32 in_fn, insn;	/* the store */
	u32 part;		/* the store is into an object that is this member of another one; 0: not known */
	u32 line;		/* of the store */
};

/* A kernel module, or one object of the kernel proper (KBUILD_MODFILE says which). */
struct pmodule {
	struct str name;	/* KBUILD_MODNAME */
	struct str modfile;
	bool is_core;		/* below one of the core paths: never "a driver" */
	struct bitset uses;	/* modules it depends on through symbols, transitively; never core ones */
};

struct ptu { struct str path /* facts file */, source; u32 module; u32 n_problems; };

struct pgap {
	const char *kind;	/* "failed-tu", "parse-error", "broken-facts", ... */
	const char *function, *file, *detail;
	u32 line;
};

/* An annotation of the source, with program-wide ids. */
struct pannotation { struct str text; u32 member; struct str tag; struct ref sym; struct str file; u32 line; };

struct program {
	struct arena arena;
	struct strtab *strings;
	VEC(struct pfn) fns;
	VEC(struct pvar) vars;
	VEC(struct pmember) members;
	VEC(struct pinit) inits;
	VEC(struct pslot) slots;	/* of struct members */
	VEC(struct pslot) var_slots;	/* as slots, for plain variables: sorted by var (member is 0) */
	VEC(struct pmodule) modules;
	VEC(struct ptu) tus;
	VEC(struct pgap) gaps;
	VEC(struct pannotation) annotations;
	VEC(const char *) frontends;	/* distinct, sorted */
	u32 n_failed;			/* TUs that gave no facts */
	u32 n_indirect_sites;
	struct map fn_by_name;		/* str -> first pfn id of that name; next_same_name goes on */
	u32 *next_same_name;		/* by pfn id; 0 ends */
	struct map member_by_name;	/* map_key2(tag, path) -> member id */
	struct map constants;		/* str of NAME -> value, from variables RULE_PROBE_PREFIX<NAME> */
};

struct link_options {
	const char *const *facts; u32 n_facts;
	const char *const *names;	/* of the same files: the order of merging; NULL: their paths */
	const char *const *failed; u32 n_failed;	/* "file: reason" */
	const char *const *core_paths; u32 n_core_paths;
	const char *constant_prefix;
	u32 n_threads;			/* readers; the result does not depend on it */
	void (*wait)(void *ctx, const char *path);	/* returns when a facts file may be read; NULL: at once */
	void *wait_ctx;			/* ..called by every reader */
};

/* Merges all facts.  A broken facts file becomes a gap (kind "broken-facts") and
 * counts as failed; every other one is linked. */
MUST_CHECK struct err *program_link(const struct link_options *opt, struct program **ret);
void program_free(struct program *p);

/* The decoded body, kept in p->arena; NULL for a function without one. */
const struct fact_body *program_body(struct program *p, u32 fn);

static inline const char *program_str(const struct program *p, struct str s)
{
	return str_text(p->strings, s);
}
static inline const char *pfn_name(const struct program *p, u32 fn)
{
	return str_text(p->strings, p->fns.a[fn].name);
}
/* All functions of a name: 0 ends.  for (fn = program_find_fn(p, "x"); fn; fn = p->next_same_name[fn]) */
u32 program_find_fn(const struct program *p, const char *name);
u32 program_find_member(const struct program *p, const char *tag, const char *path);	/* 0: none */
bool program_constant(const struct program *p, const char *name, s64 *value_ret);

/* ---- resolution of indirect calls, by type alone (link/resolve.c) -------- */

enum via { VIA_DIRECT, VIA_OPS, VIA_ARGUMENT, VIA_STORE, VIA_SIGNATURE, VIA_UNRESOLVED };
const char *via_text(enum via v);

struct target { u32 fn; u32 slot; /* program->slots or var_slots; 0: none */ };
/* What a call through 'member' may reach: every function put there, once each,
 * sorted by function; those whose signature can't be called as 'sig' are left out
 * (sig {0}: not checked).  Returns the number; *ret points into p->arena or the index. */
u32 program_member_targets(struct program *p, u32 member, struct str sig, const struct target **ret);
/* The same for a function-pointer variable. */
u32 program_var_targets(struct program *p, u32 var, struct str sig, const struct target **ret);
/*
 * What a call of fn reaches, if fn is a trampoline by that rule (link/trampoline.c): every
 * function that was put into its variable, once each, sorted.  False: fn is none, or
 * nothing is known of its variable.  True with none: a call does nothing.
 */
struct rule_trampoline;
bool program_trampoline_targets(struct program *p, u32 fn, const struct rule_trampoline *rule,
				const struct target **ret, u32 *n_ret);
/* Is it known which variables or functions the member points to, by what the object is
 * part of (link/outer.c)?  Those for one that is the member 'outer' of something; 0: not known. */
bool program_outer_knows(const struct program *p, u32 member);
u32 program_outer_refs(const struct program *p, u32 member, u32 outer, struct ref *ret, u32 max);
/* Does the program leave it open that the member points to the variable (link/held.c), in an object that is
 * the member 'outer' of another one; 0: not known? */
bool program_may_hold(const struct program *p, u32 member, u32 outer, u32 var);
/* Is there something to choose between what was stored into the member, by what its objects are part of? */
bool program_parts_tell(const struct program *p, u32 member);
/* Can the target of a call by the pointer that it was put into be one of an object that is the member 'part' of
 * another one; 0: not known? */
bool program_part_has(const struct program *p, struct target t, u32 part);
/* Bytes that the struct an argument points to has for certain, by what is known of its members; 0: not known. */
u32 program_arg_bytes(const struct program *p, u32 fn, u32 arg);
/* Is the variable const, or static and never written (link/constvar.c)?  What it holds is
 * what its initialiser says. */
bool program_var_is_constant(struct program *p, u32 var);
/* May code that acts for module 'from' reach a function of module 'to' through a
 * pointer?  Core code on either side: yes; else one must depend on the other. */
bool program_visible(const struct program *p, u32 from, u32 to);
/* The member (0: none) or variable that a called value was loaded from, looking
 * through phi, sel and casts when they all agree; for a LOAD with no member from a
 * global variable: *var_ret. */
void program_callee_origin(const struct program *p, u32 fn, const struct fact_body *b,
			   struct val callee, u32 *member_ret, u32 *var_ret);

/* ---- the call graph by type alone, for queries (link/callgraph.c) -------- */

struct call_edge {
	u32 caller, insn, line;
	u32 callee;
	enum via via;
	u32 member;	/* for VIA_OPS */
	u32 n_targets;	/* of the site */
};
struct callgraph;
struct callgraph *callgraph_build(struct program *p);
void callgraph_free(struct callgraph *g);
u32 callgraph_callees(const struct callgraph *g, u32 fn, const struct call_edge **ret);
u32 callgraph_callers(const struct callgraph *g, u32 fn, const struct call_edge **ret);
/* A shortest path of edges from 'from' to 'to' (both sets of function ids); returns its
 * length, 0 if there is none; edges in a. */
u32 callgraph_path(const struct callgraph *g, const u32 *from, u32 n_from, const u32 *to, u32 n_to,
		   struct arena *a, const struct call_edge **ret);

#endif
