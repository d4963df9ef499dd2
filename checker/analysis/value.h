/* SPDX-License-Identifier: MIT */
/*
 * Abstract values.  A value stands for every machine word that an expression can
 * have on the executions that reach it:
 *
 *   a set    one of up to AV_MAX_SET constants and addresses;
 *   bits     any word whose bits under 'mask' are those of 'val', and which is
 *            not zero if 'nonzero' is set; more than AV_MAX_SET of them;
 *   bottom   no execution reaches it.
 *
 * A word that is not known is no signal (an error number that is a word of one interface, by the rules),
 * unless one that is known to be it was joined to it.
 *
 * A pointer may carry its origin: "the address of member m of some
 * object" or "what was loaded from member m"; this never restricts the word.
 *
 * Words are 64 bits; an operation of n bits looks at the low n bits of its inputs
 * only and gives a zero-extended result, so the upper bits mean nothing to it.
 * Values are interned: equal values have equal ids.
 */
#ifndef ANALYSIS_VALUE_H
#define ANALYSIS_VALUE_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "fact/fact.h"

RECLINT_ID(av)			/* 0: anything at all */
#define AV_TOP ((struct av){ 0 })
#define AV_BOTTOM ((struct av){ 1 })
#define AV_ZERO ((struct av){ 2 })	/* the constant 0 */

#define AV_MAX_SET_BITS 3
#define AV_MAX_SET (1 << AV_MAX_SET_BITS)

/*
 * An object that an address points into:
 *   LOCAL  a variable of this function's frame, by number;
 *   IN     one of the caller's that this function was given, by number;
 *   FRESH  allocated by this execution of the function (or of what it called): nobody
 *          else has it until its address is given away;
 *   HEAP   one that others have as well, of which a few members are known: the table
 *          that a call by pointer went through;
 *   NAMED  one that rules name.
 */
enum obj_kind { OBJ_NONE, OBJ_FN, OBJ_VAR, OBJ_LOCAL, OBJ_IN, OBJ_NAMED, OBJ_FRESH, OBJ_HEAP };
struct obj { u32 v; };
static inline struct obj obj_make(enum obj_kind k, u32 i) { return (struct obj){ (u32)k << 29 | i }; }
static inline enum obj_kind obj_kind(struct obj o) { return (enum obj_kind)(o.v >> 29); }
static inline u32 obj_index(struct obj o) { return o.v & ((1u << 29) - 1); }
static inline bool obj_eq(struct obj a, struct obj b) { return a.v == b.v; }
/* Objects that are known to be other ones than all others. */
static inline bool obj_is_own(struct obj o) { return obj_kind(o) == OBJ_LOCAL || obj_kind(o) == OBJ_FRESH; }
/* The objects that a call hands on: the callee knows them by numbers of its own. */
static inline bool obj_is_passed(struct obj o)
{
	return obj_kind(o) == OBJ_LOCAL || obj_kind(o) == OBJ_IN || obj_kind(o) == OBJ_FRESH || obj_kind(o) == OBJ_HEAP;
}
/* OBJ_FRESH: the n-th object that the instruction gave, up to FRESH_MAX. */
#define FRESH_BITS 3
#define FRESH_MAX (1u << FRESH_BITS)
static inline struct obj obj_fresh(u32 insn, u32 n) { return obj_make(OBJ_FRESH, insn << FRESH_BITS | n); }
static inline u32 obj_fresh_insn(struct obj o) { return obj_index(o) >> FRESH_BITS; }

#define OFF_ANY INT32_MIN	/* somewhere in the object */
struct addr { struct obj obj; s32 off; };

enum av_kind { AV_BITS, AV_SET, AV_NOTHING };
struct avalue {
	u8 kind;
	u8 nonzero;
	u8 n_consts, n_addrs;
	u8 signals;		/* AV_BITS: which of the table's it may be */
	u32 origin;		/* member << 1 | 1: its address; member << 1: loaded from it; 0: none;
				 * not of constants */
	u64 mask, val;		/* AV_BITS; val has no bit outside mask */
	s64 consts[AV_MAX_SET];	/* AV_SET, ascending */
	struct addr addrs[AV_MAX_SET];	/* AV_SET, ascending by (obj, off) */
};

#define AV_SMALL 256
#define AV_MAX_SIGNALS 8	/* RULE_SIGNALS_MAX of them */
struct values {
	struct arena arena;
	struct av small[AV_SMALL];	/* constants 0.. that were made already; 0: not yet */
	VEC(const struct avalue *) a;
	struct value_slot { u32 hash, next; } *slots;	/* by hash; next: index in a, plus 1; 0: free */
	u32 n_slots;			/* a power of two */
	s32 signals[AV_MAX_SIGNALS];
	u32 n_signals;
};

void values_init(struct values *t);
void values_free(struct values *t);
/* From now on; before a word that is not known is compared.  At most AV_MAX_SIGNALS. */
void values_add_signal(struct values *t, s32 c);
const struct avalue *av_get(const struct values *t, struct av v);

struct av av_const(struct values *t, s64 c);
struct av av_bits(struct values *t, u64 mask, u64 val, bool nonzero);
struct av av_addr(struct values *t, struct obj obj, s32 off);
struct av av_origin(struct values *t, u32 member, bool is_address);
struct av av_make(struct values *t, const struct avalue *v);	/* normalises and interns */
/* a, known to be the address of (or loaded from) the member. */
struct av av_with_origin(struct values *t, struct av a, u32 member, bool is_address);
/* a with every object renamed; AV_TOP where map says that it can't be. */
struct av av_map_objects(struct values *t, struct av a, bool (*map)(void *ctx, struct obj *obj), void *ctx);
/* a without the constants from lo to hi (as signed words of 'bits' bits). */
struct av av_exclude(struct values *t, struct av a, u32 bits, s64 lo, s64 hi);

struct av av_join(struct values *t, struct av a, struct av b);
struct av av_binary(struct values *t, enum fact_op op, u32 bits, struct av a, struct av b);
struct av av_unary(struct values *t, enum fact_op op, u32 bits, u32 src_bits, struct av a);
/* The low 'bits' bits of a, zero-extended (addresses are kept when bits is 64). */
struct av av_truncate(struct values *t, struct av a, u32 bits);

/* Can it be non-zero, can it be zero (looking at 'bits' bits; 0: all)? */
struct truth { bool may_be_true, may_be_false; };
struct truth av_truth(const struct values *t, struct av a, u32 bits);
/* 0 or 1, wherever it was loaded from. */
bool av_is_open_bool(const struct values *t, struct av a);
bool av_is_const(const struct values *t, struct av a, s64 *ret);
/* The member an unknown pointer came from; 0: not known. */
static inline u32 avalue_member(const struct avalue *v) { return v->origin >> 1; }
static inline bool avalue_is_address(const struct avalue *v) { return v->origin & 1; }

/*
 * What a can be when "a op b" (op a comparison of 'bits' bits) came out as 'truth';
 * AV_BOTTOM when it can't.
 */
struct av av_refine(struct values *t, struct av a, enum fact_op op, u32 bits, struct av b, bool truth);
/* What a can be given that (a & mask) is zero / is not zero. */
struct av av_refine_mask(struct values *t, struct av a, u64 mask, bool nonzero);

/* Text for dumps: "{0, -16}", "bits ...", "&local2+8". */
struct buf;
void av_print(const struct values *t, struct av a, struct buf *out);

#endif
