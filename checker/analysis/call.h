/* SPDX-License-Identifier: MIT */
/* One call while it is evaluated: shared by call.c and callrules.c. */
#ifndef ANALYSIS_CALL_H
#define ANALYSIS_CALL_H

#include "analysis/handed.h"

#define OBJECTS_MAX 48	/* of one input; what is beyond is not tracked into the callee */

struct passage {
	struct obj caller[OBJECTS_MAX];	/* by OBJ_IN index */
	u32 n;
	bool with_holds, with_named;	/* else the callee has nothing to do with them */
	struct fresh_names fresh;	/* what the callee allocated */
	u32 insn;			/* the call */
};

struct call {
	struct eval *ev;
	u32 insn_index;
	const struct fact_insn *insn;
	struct forks *forks;
	struct handed_table table;	/* that the callee was found in */
	u32 holder;			/* the member that has the called table; 0: not known */
	u32 outer;			/* the member that the object with 'holder' is; 0: not known */
	u32 part;			/* the member that the object is which the callee was loaded from; 0: not known */
	enum via via;			/* how it was found */
};

static inline struct av call_arg(const struct call *c, u32 arg)
{
	if (arg + 1 >= c->insn->n)
		return AV_TOP;
	return eval_val(c->ev, insn_val(c->ev->body, c->insn, arg + 1));
}

/* The call may come back with this, and memory as it is now. */
void call_outcome(struct call *c, u32 holds, struct av ret);
/* What rules say of the callee: false if they leave it to its body. */
bool call_apply_rules(struct call *c, u32 callee, const struct fn_rules *rules);
/* The rule says all there is to say of the functions it is about: their bodies are not walked. */
bool call_rule_is_whole(const struct rule_fn *r);

/* Locks that rules take or release after the callee's body: forks from 'first' on are its ways out. */
void call_leave_entered(struct call *c, const struct fn_rules *rules, u32 first);

/* The instruction takes a lock whose state is tracked. */
void call_note_take(const struct call *c);

#endif
