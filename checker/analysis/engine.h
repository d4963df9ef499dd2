/* SPDX-License-Identifier: MIT */
/*
 * The engine: context-sensitive conditional constant propagation over the linked
 * program, by tabulation.  A node is one function evaluated once for one abstract
 * input (arguments, what is known of the memory it can reach, what is held, the
 * module it acts for).  Nodes and the call edges between them are the exploded
 * call graph: a path in it is a feasible path of the program as far as the
 * abstract values can tell.
 */
#ifndef ANALYSIS_ENGINE_H
#define ANALYSIS_ENGINE_H

#include "analysis/fninfo.h"
#include "analysis/value.h"
#include "rule/rule.h"

/*
 * A cell: the bytes [off, off + size) of an object hold v.  A value of constant 0
 * may cover any size; every other cell is one scalar.  What no cell covers can
 * be anything.  With a member it is one of an object that others have as well, and true
 * until somebody may have changed it: see recall.c.
 */
struct cell {
	struct obj obj;
	s32 off;
	u32 size;
	struct av v;
	u32 member;		/* or CELL_STATED: rules say so, and no call by name changes it */
};
#define CELL_STATED (1u << 31)
#define CELL_ONCE (CELL_STATED | 1)	/* of a fresh object: set before others had it, by the only code that sets it */
#define CELL_WAY (CELL_STATED | 2)	/* a pointer to what rules state: only a store to itself ends it */
static inline bool cell_may_change(const struct cell *c) { return c->member && !(c->member & CELL_STATED); }
struct cells { struct cell *a; u32 n; };	/* ascending by (obj, off), never overlapping */

/* What is held, interned; ascending by token. */
struct hold {
	u32 token;
	u32 rule;	/* ruleset->fns: the first that makes the same harmless as what took it */
	u32 count;	/* how often, up to HOLD_COUNT_MAX */
};
#define HOLD_COUNT_MAX 3
struct holds { const struct hold *a; u32 n; };

struct node_exit {
	u32 holds;		/* engine->holds */
	struct av ret;
	struct cells cells;
};

struct node_edge {
	u32 insn;
	u32 node;		/* the callee's */
	u8 via;			/* enum via */
	u32 slot;		/* why it is a target: program slot, 0 if none */
	u32 n_targets;		/* of the call site in this node */
};

/* A call that a rule speaks of. */
struct node_event {
	u32 insn;
	u32 callee;		/* fn */
	u32 rule;		/* ruleset->fns */
	u32 token;		/* identity of what it is done to: see engine_token(); of an
				 * allocation: enum alloc_effect, or when locks are tracked the bits that
				 * its mask has for certain */
};

/* What is held just before an instruction (a call), in one state that reaches it. */
struct node_at { u32 insn, holds; };
/* ..and which node it went to from there. */
struct node_under { u32 insn, node, holds; };

/* Bytes of an input object that the function, or what it calls, may write. */
struct written { struct obj obj; s32 off; u32 size; };	/* off OFF_ANY: all of it */
#define WRITTEN_MAX 48	/* then the object counts as written as a whole */

enum node_status { NODE_NEW, NODE_RUNNING, NODE_DONE };
struct node {
	u32 fn;
	u32 module;		/* acts for: program->modules; 0: core */
	u32 holds;		/* at entry */
	const struct av *args;	u32 n_args;
	struct cells cells;	/* of OBJ_IN and OBJ_NAMED objects */
	u8 status;
	u8 fuel;		/* calls that its evaluation could still nest */
	bool cut;		/* ..and that was not enough: some call below was not followed */
	bool queued;
	bool uses_holds, uses_objects;	/* its results depend on what was held, on named objects */
	VEC(struct node_exit) exits;
	VEC(struct node_edge) edges;
	VEC(struct node_event) events;
	VEC(struct node_at) at;	/* only when locks are tracked */
	VEC(struct node_under) under;	/* likewise */
	VEC(u32) takes;		/* calls that may return with a lock; only when locks are tracked */
	VEC(u32) dependents;
	VEC(struct written) written;	/* of OBJ_IN objects: what it may have changed */
	struct bitset reached;	/* blocks */
	u64 writes[16];		/* filter of the members that it may store to, callees included: recall.c */
};

struct fn_rules { struct rule_fn **a; u32 n; };

/* The rules of every function: found once, and only read by the engines of all threads. */
struct rule_table { struct arena arena; struct fn_rules *of_fn; };
struct rule_table *rule_table_create(const struct program *p, struct ruleset *rules);
void rule_table_free(struct rule_table *t);

struct relevance;
struct mods;

struct engine_gap { const char *kind; u32 fn, insn; const char *detail; };

struct variants { u32 run, n; };
struct watch { struct obj obj; s32 off; };

/* "reclaiming:" of the rules in numbers; mask 0: there is none. */
struct alloc_test { u64 mask, unless; struct obj object; s32 off; };
struct lock_classes;
struct lock_track;
struct made;

struct engine_limits { u32 variants, depth, states, targets, evaluations; };

struct engine {
	struct program *p;
	struct ruleset *rules;
	const struct rule_table *fn_rules;
	struct engine_limits limits;
	struct alloc_test alloc;
	struct arena arena;		/* lives as long as the engine */
	struct arena scratch;		/* marks and releases nest with evaluation */
	struct values values;
	struct fninfo **info;		/* by function */
	u8 *needs;			/* by function: 0 not known, else flags | NEEDS_KNOWN */
	VEC(struct watch) watches;
	struct relevance ***relevance;	/* by function, by depth; see relevance.c */
	struct mods ***mods;		/* the same; see mods.c */
	struct bitset assumed_fns;	/* that rules->assumptions speak of */
	VEC(struct made) made;		/* once made_found: objects of which it is known who made them; see maker.h */
	bool made_found;
	struct bitset idle_members;	/* work items that are never queued in some parts: see lock_is_idle_in() */
	struct map token_types;		/* structs whose pointers have an identity: see relevance_init() */
	struct variants *variants;	/* by function */
	u32 run;			/* number of the root and context being evaluated */
	VEC(struct node) nodes;		/* [0] unused; address changes when it grows */
	struct map node_index;
	VEC(struct holds) holds;	/* [0]: nothing held */
	struct map holds_index;
	VEC(u32) queue;			/* nodes to evaluate again */
	u32 qhead, depth;
	u64 last_evaluation;		/* of this run */
	VEC(const char *) objects;	/* named objects; [0] unused */
	VEC(struct engine_gap) gaps;
	struct map gap_index;
	struct map vars_by_name;	/* those that rules name -> variable; 0: there is none */
	struct map assumed;		/* member -> av: what a loaded member is taken to be */
	u32 closed_module;		/* functions of this module are not entered; 0: all are */
	u32 true_predicate;		/* ruleset->fns, plus 1: the RULE_PREDICATE that is true; all others,
					 * and with 0 all, are false */
	struct lock_classes *classes;	/* of locks, by name; see lockset.h */
	struct lock_classes *own_classes;	/* ..unless they are another engine's */
	struct ahead *ahead;	/* what is found beside; NULL: nothing */
	struct lock_track *locks;	/* NULL: locks are not tracked */
	u64 n_evaluations;
};

/* t: of p and rules. */
void engine_init(struct engine *e, struct program *p, struct ruleset *rules, const struct rule_table *t);
/* For the same program and rules, with the same tokens: what both find can be compared. 'like' outlives it. */
void engine_init_like(struct engine *e, struct engine *like);
void engine_free(struct engine *e);

/* ---- inputs ------------------------------------------------------------- */

struct engine_input {
	u32 fn, module, holds;
	struct av *args;	u32 n_args;
	struct cells cells;
};
/*
 * The node for an input, made if new (not yet evaluated).  A node that was evaluated
 * with other holds or other named objects, and turned out not to look at them, serves
 * as well.
 */
u32 engine_node(struct engine *e, const struct engine_input *in);
/*
 * Evaluates it and whatever depends on it, to the fixed point: first all that is a
 * few calls away, then further and further, until all is seen or the limit of
 * evaluations is passed.  What is left out then is what is far, and a gap.
 */
void engine_run(struct engine *e, u32 node);
/* Nodes of before serve nobody any more; they stay. */
void engine_share_none(struct engine *e);
/* Forgets all nodes, but not what is known of functions and values. */
void engine_forget(struct engine *e);
/* Evaluates it (again) that many calls deep, and whatever depends on it. */
void engine_run_to(struct engine *e, u32 node, u32 fuel);
/* Value of a rule's expression; false (and a gap) when a constant is unknown. */
bool engine_eval(struct engine *e, const struct rule_expr *x, s64 *ret);
/* A mask: a constant that this kernel does not have has no bits (and is a gap). */
s64 engine_eval_mask(struct engine *e, const struct rule_expr *x);
struct obj engine_object(struct engine *e, const char *name);
void engine_gap(struct engine *e, const char *kind, u32 fn, u32 insn, const char *detail);
const struct fn_rules *engine_fn_rules(struct engine *e, u32 fn);
const struct fninfo *engine_info(struct engine *e, u32 fn);

/* ---- tokens: what a lock or device is ----------------------------------- */

/*
 * The class of an object as lockdep would say it: a member (of any object of its
 * struct), or a global variable.  0: not known.  Even: member << 1; odd: var << 1 | 1.
 * (lock_token() adds classes that rules name.)
 */
u32 engine_token(struct engine *e, struct av v);
/* "struct dm_bufio_client.lock", "shrinker_rwsem"; NULL for 0.  Memory from a. */
const char *engine_token_text(const struct engine *e, u32 token, struct arena *a);

/* ---- internal, between the engine's files ------------------------------- */

/* What of a function's arguments its behaviour can depend on. */
#define REL_VALUE	1	/* the word itself */
#define REL_ORIGIN	2	/* which member a pointer came from */
#define REL_OBJECT	4	/* which object it points into, if one that can be told apart */
#define REL_STORED	8	/* the word, if the function can write to an object of its caller's */
#define REL_WRITES	16	/* members of what it points to are stored to */
#define REL_COUNTED	32	/* a counter of references or a set of bits there is read or changed */
struct relevance { u8 arg[1]; };	/* n_args of them */
void relevance_init(struct engine *e);
const u8 *relevance_of(struct engine *e, u32 fn);

/* What a function, with all that it calls, can depend on besides its arguments. */
#define NEEDS_HOLDS	1	/* what is held */
#define NEEDS_OBJECTS	2	/* members of named objects */
u8 needs_of(struct engine *e, u32 fn);
/* Rules speak of these bytes of a named object: only they are tracked. */
/* This member of a named object is tracked from now on. */
void engine_watch(struct engine *e, const char *object, struct rule_member member);
bool engine_is_watched(const struct engine *e, struct obj obj, s32 off, u32 size);

u32 holds_intern(struct engine *e, const struct hold *a, u32 n);
u32 holds_add(struct engine *e, u32 set, struct hold h);
u32 holds_remove(struct engine *e, u32 set, u32 token);	/* once */
/*
 * A callee is entered with every count at 1: how often its callers hold a thing
 * changes nothing in it.  holds_enter() gives that set, holds_leave() puts what the
 * callee added or dropped back on the caller's counts.
 */
u32 holds_enter(struct engine *e, u32 set);
/* set, with what the other one holds of 'before' as well: a reference that a callee
 * drops on some ways only was another one. */
u32 holds_keep(struct engine *e, u32 set, u32 before, u32 other);
/* set with the counts of 'other' where those are lower: exits of a callee that hold
 * the same things more or less often are told apart by what they hold only. */
u32 holds_lower(struct engine *e, u32 set, u32 other);
bool holds_has(const struct engine *e, u32 set, u32 token);
u32 holds_leave(struct engine *e, u32 before, u32 exit);
u32 holds_intersect(struct engine *e, u32 a, u32 b);

#endif
