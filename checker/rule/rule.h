/* SPDX-License-Identifier: MIT */
/*
 * Rules: everything kernel-specific, as data (YAML under rules/).  Loading checks the
 * files; values that depend on the kernel's version (GFP_KERNEL, PF_KSWAPD) stay
 * names until the linked program says what they are (rule_eval()).
 */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include "base/arena.h"
#include "base/vec.h"

/* Where an entry stands, for messages: "rules/locks.yaml:12". */
struct rule_pos { const char *file; u32 line; };

/*
 * An integer expression over constants: 12, 0x400, GFP_KERNEL, A | B, A & ~B, (A), -1.
 * Parsed at load; names are resolved when evaluated.
 */
struct rule_expr;
/* lookup returns false for a name the program does not define. */
typedef bool rule_lookup_fn(void *ctx, const char *name, s64 *value_ret);
/* false if a name is unknown; then *unknown_ret (may be NULL) is that name. */
bool rule_eval(const struct rule_expr *e, rule_lookup_fn *lookup, void *ctx,
	       s64 *value_ret, const char **unknown_ret);
const char *rule_expr_text(const struct rule_expr *e);

/* A member: tag "struct shrink_control", path "gfp_mask"; index: of an array of pointers, where the key allows "[1]" */
struct rule_member { const char *tag, *path; u32 index; };

enum rule_place_kind { PLACE_NONE, PLACE_ARG /* arg0.. */, PLACE_RETURN, PLACE_OBJECT /* "current" */ };
struct rule_place { enum rule_place_kind kind; u32 arg; const char *object; };

/* A condition on an argument of a call: has all these bits, none of them, .. */
enum rule_cond_op { COND_HAS, COND_LACKS, COND_IS, COND_IS_NOT, COND_BELOW, COND_FROM };
struct rule_cond {
	u32 arg;
	enum rule_cond_op op;
	const struct rule_expr *value;
};
struct rule_conds { const struct rule_cond *a; u32 n; };	/* all must hold */

/* ---- contexts and roots ------------------------------------------------- */

/* Known bits of a member of an argument or of a named object, in one context. */
struct rule_known {
	struct rule_place place;	/* PLACE_ARG or PLACE_OBJECT */
	struct rule_member member;
	struct rule_member around;	/* what the pointer leads to is this member of what is meant; or tag NULL */
	const struct rule_member *inside;	u32 n_inside;	/* members, outermost first: 'member' is in the last */
	/* pointers on the way there, outermost first: all else is in what the last one points to */
	const struct rule_member *through;	u32 n_through;
	u32 bytes;			/* of the member; 0: 4, or 8 where bits above 31 are named */
	const struct rule_expr *value;	/* all bits known; or NULL and: */
	const struct rule_expr *set, *clear;	/* bits known to be 1, to be 0; each may be NULL */
	bool nonzero;			/* none of these: it is not zero */
	const char *variable;		/* none of these: it points to this variable, or function */
	const char *never;		/* none of these: of a table's member, it is not this function */
};

/* What is certain of the arguments of a call of fn that 'caller' makes, whatever they are. */
struct rule_assumption {
	const char *fn, *caller;
	const struct rule_known *known;	u32 n_known;
	const char *why;
	struct rule_pos pos;
};

/* What 'entry' of a table returns has, behind the pointers 'gives', that table. */
struct rule_maker {
	struct rule_member entry;
	const struct rule_member *gives;	u32 n_gives;	/* outermost first; the last points to the table */
	const char *why;
	struct rule_pos pos;
};

struct rule_context {
	const char *name;		/* "kswapd" */
	const char *title;		/* for people: "kswapd, the reclaim thread" */
	const struct rule_known *known;	u32 n_known;
	const struct rule_expr *needs;	/* bits of the mask without which an allocation does not enter
					 * it; NULL: no allocation enters it and waits for it */
	const struct rule_expr *excused;	/* ..and bits that say that it is no matter there */
	struct rule_pos pos;
};

/* A member of the ops struct that is an entry of its own. */
struct rule_entry {
	const char *member;		/* "scan_objects" */
	const char *after;		/* runs only after this member of the same table returned.. */
	const struct rule_expr **unless; u32 n_unless;	/* ..none of these values; NULL, 0: no gate */
};

struct rule_root {
	const char *kind;		/* "shrinker" */
	const char *tag;		/* "struct shrinker" */
	const struct rule_entry *entries; u32 n_entries;
	const char *registered_by;	/* glob of functions that register the table, or NULL: every table is one */
	u32 registered_arg;
	const char **contexts;		u32 n_contexts;	/* names of rule_context */
	const char *id;			/* of a resume: the rule that an allocation below it is a finding of */
	const char *why;
	struct rule_pos pos;
};

/* ---- functions ---------------------------------------------------------- */

enum rule_fn_kind {
	RULE_SINK,	/* reaching it is a finding of 'id' */
	RULE_LOCK,	/* acquires 'place'; blocking, or a trylock */
	RULE_UNLOCK,	/* releases 'place' */
	RULE_WAIT,	/* sleeps until something else is done; a sink of 'id' */
	RULE_ALLOC,	/* allocates with the gfp mask in 'place' */
	RULE_OPAQUE,	/* the walk does not go in, for the reason in 'why' */
	RULE_DEFER,	/* hands 'place' (a function, or an object that holds one) to another context */
	RULE_PREDICATE,	/* says whether the device in 'place' is reclaim-safe when resumed */
	RULE_OBJECT,	/* returns the address of the one object named 'object' */
	RULE_HOLD,	/* if it returns true: a reference on 'place' that makes 'harmless' sinks no-ops */
	RULE_UNHOLD,	/* drops what RULE_HOLD took */
	RULE_OUTDATE,	/* what RULE_HOLD says of 'place' may be true no longer; the body is walked */
	RULE_REF_GET,	/* one reference more is counted at 'place', by who has one already */
	RULE_REF_PUT,	/* counts one less; returns whether it was the last */
	RULE_BIT_TEST,	/* returns bit 'bit' (an argument) of the words at the address in 'place' */
	RULE_BIT_CHANGE, /* changes bits there */
	RULE_COUNT,	/* adds 'by' (an argument from 1; 0: one) to the number at 'place', or subtracts it */
	RULE_SCOPE,	/* sets bits 'value' in 'member' of object 'object' until the matching end */
	RULE_UNSCOPE,	/* ends it */
	RULE_RETURNS,	/* returns 'value', its argument 'place', or the address of 'member' there, whatever its body */
	RULE_MARK,	/* marks the device in 'place' reclaim-safe (pm_runtime_irq_safe()) */
	RULE_FILL,	/* as memset(): arg0 destination, arg1 byte, arg2 size */
	RULE_COPY,	/* as memcpy(): arg0 destination, arg1 source, arg2 size */
	RULE_FRESH,	/* returns NULL or memory that nobody else has; the body is walked */
	RULE_PRIME, RULE_UNPRIME,	/* between them: locks taken are stated to be taken in reclaim */
	RULE_FN_KIND_COUNT
};

struct rule_fn {
	enum rule_fn_kind kind;
	const char *fn;			/* one name or a glob of '*' and '?': the loader expands braces */
	const char *id;			/* SINK, WAIT, LOCK: "reclaim-rpm-resume", ... */
	struct rule_place place;	/* which argument is the lock, device, mask, function */
	u32 bit, by, queue;		/* BIT_TEST: the argument that numbers the bit; COUNT; DEFER: as 'by' */
	bool is_sub;	enum { RESULT_NOTHING, RESULT_NEW, RESULT_OLD, RESULT_IS_ZERO } result;	/* COUNT */
	struct rule_conds when;		/* only for calls that may satisfy all of these */
	const char *lock_kind;		/* LOCK, UNLOCK, WAIT: "mutex", "rwsem", "completion", ... */
	const char *lock_class;		/* ..: the class ("folio lock": one for all); NULL: 'place' tells it */
	const char *mode;		/* LOCK: "exclusive" or "shared"; may be NULL */
	bool is_try;			/* LOCK: does not block */
	bool enters;			/* LOCK, UNLOCK: the body is walked as well, and then it is held or released */
	struct rule_member runs;	/* WAIT: for the function in this member, of 'place' or what is queued there */
	const char *under;		/* WAIT: what ends it holds this class ("place": that of 'place'); or NULL */
	/* WAIT: functions in these members, of the driver that it is for, have to run before it ends */
	const struct rule_member *ended_by;	u32 n_ended_by;
	bool unpaired;			/* LOCK: what one class holds says nothing of what it is taken for */
	bool may_block;			/* LOCK, WAIT: false for spinning locks, which are tracked but no finding */
	/* LOCK, HOLD with a result: the call has taken it when its result is.. */
	enum { SUCCESS_ALWAYS, SUCCESS_NONZERO, SUCCESS_ZERO, SUCCESS_NOT_ERR, SUCCESS_POSITIVE } success;
	const char **harmless; u32 n_harmless;	/* HOLD: rule ids */
	enum { GIVES_NOTHING, GIVES_MEMORY, GIVES_ZEROED } gives;	/* ALLOC: what it returns, if not NULL */
	const struct rule_expr *zero;	/* ALLOC: bits of the mask that ask for zeroed memory; may be NULL */
	const char *object;		/* OBJECT, SCOPE */
	struct rule_member member;	/* SCOPE, RETURNS */
	const struct rule_expr *value;	/* SCOPE, RETURNS */
	const struct rule_expr *forbids;	/* SCOPE: bits of an allocation's mask that count for nothing in it */
	const struct rule_expr *allocates;	/* SINK: allocates with this mask, in code that is not walked */
	const char *snippet;		/* PRIME: what to write to state it of LOCK */
	const char *why, *from;		/* judgement; kernel source of the fact */
	struct rule_pos pos;
};

/* Indirect calls: members whose call is not followed, or goes to named functions only. */
struct rule_indirect {
	struct rule_member member;	/* path may be "*" */
	bool is_opaque;
	const char *why;
	struct rule_pos pos;
};

/* Locks of one member that are a class of their own, or that no class can be made of. */
struct rule_lock_class {
	struct rule_member lock;
	const char *variable;		/* the lock in this variable; or NULL, and: */
	const char **holders;		u32 n_holders;	/* locks held by code of files that begin so; or: */
	const struct rule_member *idle_in;	u32 n_idle_in;	/* a work item that is never queued in these parts */
	bool novalidate, stays_free;	/* as lockdep_set_novalidate_class(); no wait after a trylock that got it */
	const char *name;		/* of the class */
	const char *why;
	struct rule_pos pos;
};

/* A lock class that the kernel's developers say is taken in reclaim. */
struct rule_primed {
	const char *name;		/* "struct dm_bufio_client.lock", or a global lock's name */
	const char *function;		/* that says so */
	const char *from;		/* begins with its file */
	const char *why;
	struct rule_pos pos;
};

/* Functions with patched code: PREFIX + X calls what 'member' of variable PREFIX + X has held. */
struct rule_trampoline {
	const char *function, *variable;	/* prefixes: "__SCT__" */
	struct rule_member member;
	const char *why;
	struct rule_pos pos;
};

/*
 * Which allocations enter reclaim: those whose mask has all bits of 'mask', in a task
 * whose 'member' of 'object' has no bit of 'unless'.  Each is an event of rule 'id'.
 */
struct rule_reclaiming {
	const char *id;
	const struct rule_expr *mask, *unless;
	const char *object;
	struct rule_member member;
	const char **note_in; u32 n_note_in;	/* contexts: a finding in no other is a note */
	const struct rule_known *idle; u32 n_idle;	/* of a task that holds nothing; of named objects */
	/* Who is given a pointer to this struct has 'value' in 'member'. */
	struct rule_within { const char *argument; const struct rule_expr *value; } *within; u32 n_within;
	const char *why;
	struct rule_pos pos;
};

/* Devices of drivers that fill a struct 'driver' are resumed through the callbacks in the variable 'table' first. */
struct rule_bus { const char *driver /* "struct pci_driver" */, *table /* a variable */; struct rule_pos pos; };

/* An error number that those who give it say as a constant: what is not known is not it. */
#define RULE_SIGNALS_MAX 8
struct rule_signal { const struct rule_expr *value; const char *why; struct rule_pos pos; };

/* A reclaim-safe device by decree. */
struct rule_mark {
	const char *module;		/* KBUILD_MODNAME, or NULL */
	struct rule_member device;	/* the device member, or tag NULL: every device of the module */
	const char *why;
	struct rule_pos pos;
};

/* A kind of finding. */
struct rule_desc {
	const char *id;			/* "reclaim-rpm-resume" */
	const char *severity;		/* "error", "warning", "note" */
	const char *title;		/* one line */
	const char *why;		/* why it matters: a paragraph */
	const char *mend;		/* how to mend it: a paragraph */
	struct rule_pos pos;
};

struct ruleset {
	VEC(struct rule_desc) descs;
	VEC(struct rule_context) contexts;
	VEC(struct rule_root) roots;
	VEC(struct rule_fn) fns;
	VEC(struct rule_indirect) indirects;
	VEC(struct rule_trampoline) trampolines;
	VEC(struct rule_lock_class) lock_classes;
	VEC(struct rule_primed) primed;
	VEC(struct rule_mark) marks;
	VEC(struct rule_reclaiming) reclaimings;	/* at most one */
	VEC(struct rule_root) resumes;	/* what runs when a device is resumed: as roots, never registered */
	VEC(struct rule_bus) buses;
	VEC(struct rule_signal) signals;
	VEC(struct rule_assumption) assumptions;
	VEC(struct rule_maker) makers;
	VEC(const char *) constants;	/* names that expressions may use: */
	u32 n_macros;			/* ..the first are macros, the others enum constants */
	VEC(const char *) includes;	/* headers that define them */
	VEC(const char *) core_paths;	/* path prefixes of code that is never "a driver" ("mm/", "kernel/") */
	VEC(const char *) owners;	/* tags: a module with a table of such a struct makes objects of its own */
	struct arena arena;
};

/*
 * Loads every *.yaml of dir (sorted by name), then the overlay files in order: an
 * overlay adds entries, and with "remove:" takes some away (see rules/README.md).
 * The error names file, line and column, quotes the line and shows a caret.
 */
MUST_CHECK struct err *ruleset_load(const char *dir, const char *const *overlays, u32 n_overlays,
				    struct ruleset **ret);
void ruleset_free(struct ruleset *rs);
const struct rule_desc *ruleset_desc(const struct ruleset *rs, const char *id);	/* NULL: none */

/* Function-name lookup: exact names by hash, globs one by one. Calls f for each
 * entry that matches, in file order. */
struct rule_index;
struct rule_index *rule_index_create(struct ruleset *rs);
void rule_index_free(struct rule_index *ri);
/* Up to max matching entries into out; returns how many there are. */
u32 rule_index_match(const struct rule_index *ri, const char *fn, struct rule_fn **out, u32 max);

/*
 * C source of the probe: a TU that includes rs->includes and defines, for each
 * constant NAME,  "const long long reclint_constant_NAME = (NAME);"  (guarded so
 * that what a kernel lacks loses only itself).
 */
void rule_probe_source(const struct ruleset *rs, struct buf *out);
#define RULE_PROBE_PREFIX "reclint_constant_"

#endif
