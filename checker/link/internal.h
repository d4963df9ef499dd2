/* SPDX-License-Identifier: MIT */
/*
 * Private to link/: the state between reading facts and the finished program.
 *
 * The passes, in order: load.c reads files ahead in threads (and merkle.c says there
 * which functions are equal), merge.c puts each TU into "raw" tables, symtab.c gives
 * final ids and resolves names, modules.c says who owns what, scan.c reads every body
 * once (part.c says what it stores functions into), flow.c follows function addresses
 * through arguments, slots.c sorts.
 */
#ifndef LINK_INTERNAL_H
#define LINK_INTERNAL_H

#include <pthread.h>

#include "base/buf.h"
#include "base/err.h"
#include "link/program.h"

/* ---- load.c, merkle.c ---------------------------------------------------- */

/* A facts file as a reader leaves it. */
struct loaded {
	const char *path;
	struct fact_tu tu;
	struct hash128 *keys;	/* of tu.fns, in tu.arena: equal keys, equal functions; see merkle.c */
	u32 *fn_of_sym;		/* tu.syms -> tu.fns; 0: not defined here */
	struct err *err;	/* set: the file could not be read, and tu is empty */
};

struct loader;
/* Reads the files of paths in opt->n_threads threads, a few ahead of the caller. */
struct loader *loader_start(const char *const *paths, u32 n, const struct link_options *opt);
/* The next file in the order of paths, NULL at the end; valid until the next call. */
struct loaded *loader_next(struct loader *l);
void loader_stop(struct loader *l);

/* Fills l->keys and l->fn_of_sym. */
void merkle_keys(struct loaded *l);

/* ---- raw tables: merge.c ------------------------------------------------- */

/*
 * References before ids are final, in a struct ref: bit 31 says variable, bit 30
 * that the rest is a global name (linker->symbols), else it is a raw id.
 */
#define RAW_BY_NAME (1u << 30)
#define RAW_ID(v) ((v) & (RAW_BY_NAME - 1))

struct raw_fn {
	struct pfn fn;		/* fn.tu: in order of merging; fn.refs: raw */
	struct hash128 key;
	u32 index;		/* in its TU */
	u32 next_def;		/* the next definition of the same global name */
	u32 id;			/* final */
};

struct raw_var {
	struct pvar var;	/* first_init: linker->inits */
	u32 index, next_def, id;
};

/* A global name; functions and variables are apart. */
struct symbol {
	struct str name;
	bool is_fn;
	struct str file, type;	/* of the first declaration or definition */
	u32 line;
	u32 first_def, last_def;	/* raw ids */
	u32 undefined;		/* final id of what has no definition; 0: not needed so far */
};

struct linker {
	struct program *p;
	struct arena scratch;
	const struct link_options *opt;
	VEC(struct raw_fn) fns;
	VEC(struct raw_var) vars;
	VEC(struct symbol) symbols;
	VEC(struct pinit) inits;	/* var, target: raw */
	struct map fn_by_key;		/* hash128.lo -> raw function */
	struct map static_vars;		/* hash of (name, file, line) -> raw variable */
	struct map lost_statics;	/* likewise -> raw function without a body */
	struct map symbol_by_name;
	struct map module_by_file;	/* modfile -> program->modules */
	struct map gaps_seen, annotations_seen;
	VEC(u32) header_module;		/* by program string: who has that header; see modules.c */
};

void merge_tu(struct linker *lk, const struct loaded *l);
u32 link_member(struct program *p, struct str tag, struct str path, u32 off);
void link_gap(struct program *p, struct pgap gap);

/* ---- symtab.c ------------------------------------------------------------ */

/* The symbol of a global name, made if new. */
u32 symtab_symbol(struct linker *lk, struct str name, bool is_fn);
void symtab_define(struct linker *lk, u32 symbol, u32 raw);
/* Gives every function and variable its final id and makes all references final. */
void symtab_finish(struct linker *lk);

/* ---- modules.c ----------------------------------------------------------- */

u32 modules_get(struct linker *lk, const char *modfile, const char *modname);
/* Not a .c file. */
bool modules_is_header(const char *file);
/* A TU of 'module' has something defined in 'file'. */
void modules_saw_file(struct linker *lk, struct str file, u32 module);
/* The module of what is defined in 'file' and seen in a TU of tu_module. */
u32 modules_owner(const struct linker *lk, struct str file, u32 tu_module);
/* Requires final references. */
void modules_uses(struct program *p);

/* ---- values in bodies: value.c ------------------------------------------- */

#define VALUE_MAX_LEAVES 64
struct leaves {
	struct val a[VALUE_MAX_LEAVES];
	u32 n;
	bool is_complete;	/* false: there were more */
};
/* What a value is once phi, sel and casts are looked through. */
void value_leaves(const struct fact_body *b, struct val v, struct leaves *ret);
/* The member that a LOAD or a STORE accesses; 0: none. */
u32 value_member(const struct fact_body *b, const struct fact_insn *insn);
/* The variable that a LOAD or a STORE without a member accesses; 0: none. */
u32 value_var(const struct pfn *fn, const struct fact_body *b, const struct fact_insn *insn);
/* The function that a value is the address of; 0: none. */
u32 value_fn(const struct pfn *fn, struct val v);
/* The member that v is the address of: what stands there is a part of another object; 0: not known. */
u32 value_outer(const struct pfn *fn, const struct fact_body *b, struct val v);

/* ---- scan.c -------------------------------------------------------------- */

/* Where functions are put: a member, or a variable; v 0: nowhere. */
struct holder { u32 v; };
static inline struct holder holder_member(u32 member) { return (struct holder){ member }; }
static inline struct holder holder_var(u32 var) { return (struct holder){ var ? var | 1u << 31 : 0 }; }
static inline u32 holder_id(struct holder h) { return h.v & 0x7fffffff; }
static inline bool holder_is_var(struct holder h) { return h.v >> 31; }

/* What is handed to a function: another function, what a holder has, or the caller's own argument. */
struct pass {
	u32 callee, arg;	/* sorted by these */
	u32 fn;			/* a function's address; else 0 and: */
	struct holder from;	/* loaded from there; else nowhere and: */
	u32 own_arg;
	u32 caller, insn, line;
};

/* Function fn stores its argument arg into a holder; part: of an object of which that is said (part.c). */
struct sink { u32 fn, arg; struct holder to; u32 part; };

/* What one holder has is stored into another one. */
struct copy { struct holder from, to; u32 in_fn, insn, line; };

/* Function fn stores its argument 'value' into a member of its argument 'object'. */
struct outer_init { u32 fn, object, value, member; };

/*
 * A member is given a variable's address, or PUT_COPY, what the same member of another object has,
 * or something else: var 0.  'outer': the object is this member of another one; 0: not known.
 */
struct put { u32 member, var, outer; };
#define PUT_COPY (~0u)

struct put_vec { struct put *a; u32 n, cap; };
struct slot_vec { struct pslot *a; u32 n, cap; };
struct pass_vec { struct pass *a; u32 n, cap; };
struct sink_vec { struct sink *a; u32 n, cap; };
struct copy_vec { struct copy *a; u32 n, cap; };

/* Which member of a struct begins where; see part.c. */
struct parts { const struct program *p; struct map at; /* (tag, offset) -> member */ };

struct scan {
	struct slot_vec slots;	/* of members and of variables */
	struct pass_vec passes;
	struct sink_vec sinks;
	struct copy_vec copies;
	VEC(struct outer_init) outer_inits;	/* in the order of functions */
	VEC(u32) outer_others;		/* members that something else is stored into */
	struct put_vec puts;	/* see held.c */
	struct parts parts;	/* of the whole program; until slots_finish() */
};
/* Decodes every body once.  Broken ones become gaps, their functions undefined. */
void scan_bodies(struct program *p, u32 n_threads, struct scan *ret);
/* Of a function that is defined after that. */
void link_decode(const struct program *p, u32 fn, struct arena *a, struct fact_body *ret);

struct fact_limits link_limits(const struct pfn *fn);

/* ---- part.c -------------------------------------------------------------- */

void parts_init(struct parts *x, const struct program *p);
void parts_free(struct parts *x);
/*
 * What the object is that the store writes 'member' of: a member of another one; 0: not known.  With
 * PART_OF_ARG, an argument of fn, of which parts_of_callers() may know more.
 */
#define PART_OF_ARG (1u << 31)
u32 part_of_store(const struct parts *x, const struct pfn *fn, const struct fact_body *b,
		  const struct fact_insn *store, u32 member);

/* 'part' as the caller of the pass has it, where it is of an argument of the callee. */
u32 part_handed(const struct parts *x, u32 part, const struct pass *pass, u32 member);
/* Puts what is known, if anything, in place of each argument. */
void parts_of_callers(const struct parts *x, struct slot_vec *slots);
/* Forgets the parts of slots that are of another type than the member of the slot. */
void parts_confirm(const struct program *p, struct slot_vec *slots);

/* ---- flow.c -------------------------------------------------------------- */

/* Sorts the passes; adds a slot or a copy for everything that reaches a sink. */
void flow_sinks(struct scan *s);
/* Adds a slot for everything that is copied. */
void flow_copies(struct scan *s);
/* The functions that may arrive as argument arg of fn, sorted; at most max. */
u32 flow_argument(const struct program *p, u32 fn, u32 arg, u32 *ret, u32 max);

/* ---- slots.c ------------------------------------------------------------- */

static inline struct holder slot_holder(const struct pslot *s)
{
	return s->member ? holder_member(s->member) : holder_var(s->var);
}
/* Adds the slots of initialisers. */
void slots_of_inits(struct program *p, struct scan *s);
/* Puts all slots into the program, sorted and indexed. */
void slots_finish(struct program *p, struct scan *s);

/* ---- resolve.c ------------------------------------------------------------ */

/* Where a leaf was loaded from: a member, else a variable, else neither. */
void resolve_leaf(const struct pfn *fn, const struct fact_body *b, struct val leaf,
		  u32 *member_ret, u32 *var_ret);

/* ---- trampoline.c --------------------------------------------------------- */

struct program_private;
void trampolines_free(struct program_private *pp);

/* ---- the rest of a struct program: program.c ----------------------------- */

/* ---- outer.c -------------------------------------------------------------- */

void outers_find(struct program *p, struct scan *s);
void outers_free(struct program_private *pp);

/* ---- held.c --------------------------------------------------------------- */

struct body_facts { const struct pfn *fn; const struct fact_body *b; };
/* A store into a member, of what the leaves are. */
void held_scan_store(struct body_facts f, const struct fact_insn *insn, u32 member, const struct leaves *leaves,
		     struct put_vec *ret);
/* Members whose address an instruction makes more of than an access. */
/* The member whose address operand k is, where that is for more than to read or write it; local to the function;
 * 0: it is none. */
u32 value_taken(const struct fact_body *b, const struct fact_insn *insn, u32 k);
void held_scan_taken(struct body_facts f, const struct fact_insn *insn, struct put_vec *ret);
void helds_find(struct program *p, struct scan *s);
void helds_free(struct program_private *pp);

/* ---- constvar.c ------------------------------------------------------------ */

void constvars_free(struct program_private *pp);

struct target_list { u32 n; struct target *a; };

struct program_private {
	struct program p;		/* first */
	pthread_mutex_t lock;		/* of what is made when first asked for; recursive */
	struct pass_vec passes;		/* see flow_argument() */
	struct map last_member;		/* tag of a struct -> the highest offset of a member that is known */
	struct map target_lists;	/* (member or variable, signature) -> target_lists */
	VEC(struct target_list) lists;
	VEC(struct trampolines *) trampolines;	/* by rule, made when first asked for */
	struct bitset telling;		/* members: see program_parts_tell() */
	struct outers *outers;
	struct helds *helds;
	struct constvars *constvars;	/* made when first asked for */
	VEC(u32) var_slot_first;	/* by variable: its first of program->var_slots; n_vars + 1 */
};
static inline struct program_private *program_private(const struct program *p)
{
	return (struct program_private *)p;
}
static inline void program_lock(const struct program *p)
{
	pthread_mutex_lock(&program_private(p)->lock);
}
static inline void program_unlock(const struct program *p)
{
	pthread_mutex_unlock(&program_private(p)->lock);
}

#endif
