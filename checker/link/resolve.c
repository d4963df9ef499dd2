// SPDX-License-Identifier: MIT
/*
 * What an indirect call may reach, by type alone: the functions that were put into
 * the member or variable that the callee was loaded from.
 *
 * Requires: a finished program.  Provides: target lists, made when first asked for;
 * visibility between modules.
 * Ignored: which object the member is of.
 */
#include "link/internal.h"

#define UNTYPED_MIN 16u		/* slots; fewer say nothing of their holder's type */

const char *via_text(enum via v)
{
	static const char *const texts[] = {
		[VIA_DIRECT] = "direct", [VIA_OPS] = "ops", [VIA_ARGUMENT] = "argument",
		[VIA_STORE] = "store", [VIA_SIGNATURE] = "signature",
		[VIA_UNRESOLVED] = "unresolved",
	};

	return v < ARRAY_LEN(texts) ? texts[v] : "unresolved";
}

/* ---- signatures -------------------------------------------------------------------- */

static size_t type_len(const char *s)
{
	return strcspn(s, ",)");
}

static bool is_integer(const char *s)
{
	return *s == 's' || *s == 'u' || *s == 'b';
}

/* A pointer, or an integer that pointers are cast to and from. */
static bool is_word(const char *s, size_t n)
{
	return *s == '*' || (n == 3 && (!memcmp(s, "u64", 3) || !memcmp(s, "s64", 3))) ||
	       (n == 3 && (!memcmp(s, "u32", 3) || !memcmp(s, "s32", 3)));
}

/*
 * May a value of one type arrive as the other?  If the function's address was cast to
 * the member's type, words may be any words; is_strict: if it was not, structs are equal.
 */
static bool is_compatible(const char *a, size_t n, const char *b, size_t m, bool is_strict)
{
	if (n == m && !memcmp(a, b, n))
		return true;
	if (is_integer(a) && is_integer(b))
		return true;
	if (is_strict)
		return *a == '*' && *b == '*' && (n == 1 || m == 1);
	return (*a == '*' || *b == '*') && is_word(a, n) && is_word(b, m);
}

/* a and b: behind the opening parenthesis. */
static bool are_compatible(const char *a, const char *b, bool is_strict)
{
	while (*a && *b && *a != ')' && *b != ')') {
		size_t n = type_len(a), m = type_len(b);

		if (*a == '.' || *b == '.')
			return true;
		if (!is_compatible(a, n, b, m, is_strict))
			return false;
		a += n;
		b += m;
		if (*a != ',' || *b != ',')
			break;
		a++;
		b++;
	}
	return *a == *b || *a == '.' || *b == '.';
}

/* Could a call of one signature reach a function of the other? */
static bool is_callable(const char *call, const char *fn, bool is_strict)
{
	const char *a = strchr(call, '('), *b = strchr(fn, '(');

	if (!a || !b || !strcmp(call, fn))
		return true;
	/* One of them has no result: a common cast. */
	if (*call != 'v' && *fn != 'v' &&
	    !is_compatible(call, (size_t)(a - call), fn, (size_t)(b - fn), is_strict))
		return false;
	return are_compatible(a + 1, b + 1, is_strict);
}

/* ---- target lists ---------------------------------------------------------------------- */

/* Those of one holder: a[first .. end). */
struct slots { const struct pslot *a; u32 first, end; };

/*
 * Is the holder of the slots a "void *", which each call casts to the type it
 * needs?  Then no signature is that of most of its functions (found by Boyer and
 * Moore's vote).
 */
static bool is_untyped(const struct program *p, const struct slots *s)
{
	u32 most = 0, votes = 0, n = 0;

	for (u32 i = s->first; i < s->end; i++) {
		u32 sig = p->fns.a[s->a[i].fn].sig.n;

		if (!votes)
			most = sig;
		votes = sig == most ? votes + 1 : votes - 1;
	}
	for (u32 i = s->first; i < s->end; i++)
		n += p->fns.a[s->a[i].fn].sig.n == most;
	return s->end - s->first >= UNTYPED_MIN && n < (s->end - s->first) / 2;
}

/* The functions of the slots, once each. */
static struct target_list list_targets(struct program *p, const struct slots *s, struct str sig)
{
	bool is_strict = sig.n && is_untyped(p, s);
	VEC(struct target) found = VEC_INIT;
	struct target_list list;
	u32 last_sig = sig.n;	/* most functions of a holder are of one type */
	bool last_fits = true;

	for (u32 i = s->first; i < s->end; i++) {
		const struct pfn *fn = &p->fns.a[s->a[i].fn];
		struct target target = { s->a[i].fn, i };

		if (found.n && vec_last(&found)->fn == target.fn)
			continue;
		if (sig.n && fn->sig.n && fn->sig.n != last_sig) {
			last_sig = fn->sig.n;
			last_fits = sig.n == last_sig ||
				    is_callable(program_str(p, sig), program_str(p, fn->sig), is_strict);
		}
		if (!sig.n || !fn->sig.n || last_fits)
			vec_push(&found, target);
	}
	list = (struct target_list){ found.n, arena_dup(&p->arena, found.a,
							found.n * sizeof(*found.a)) };
	vec_free(&found);
	return list;
}

/* The list of a key, made when it is first asked for. */
static u32 targets(struct program *p, u32 what, struct str sig, const struct slots *slots, const struct target **ret)
{
	struct program_private *pp = program_private(p);
	struct target_list list;
	bool is_new;
	u64 *id;

	program_lock(p);
	id = map_put(&pp->target_lists, map_key2(what, sig.n), &is_new);
	if (is_new) {
		*id = pp->lists.n;
		vec_push(&pp->lists, list_targets(p, slots, sig));
	}
	list = pp->lists.a[*id];
	program_unlock(p);
	*ret = list.a;
	return list.n;
}

u32 program_member_targets(struct program *p, u32 member, struct str sig, const struct target **ret)
{
	const struct pmember *m = &p->members.a[member];

	return targets(p, member, sig, &(struct slots){ p->slots.a, m->first_slot, m->first_slot + m->n_slots }, ret);
}

u32 program_var_targets(struct program *p, u32 var, struct str sig, const struct target **ret)
{
	const u32 *first = &program_private(p)->var_slot_first.a[var];

	return targets(p, var | 1u << 31, sig, &(struct slots){ p->var_slots.a, first[0], first[1] }, ret);
}

bool program_visible(const struct program *p, u32 from, u32 to)
{
	const struct pmodule *a = &p->modules.a[from], *b = &p->modules.a[to];

	if (!from || !to || from == to || a->is_core || b->is_core)
		return true;
	return bitset_test(&a->uses, to) || bitset_test(&b->uses, from);
}

/* ---- where a callee comes from ------------------------------------------------------------ */

void resolve_leaf(const struct pfn *fn, const struct fact_body *b, struct val leaf,
		  u32 *member_ret, u32 *var_ret)
{
	const struct fact_insn *insn;
	u32 local;

	*member_ret = *var_ret = 0;
	if (val_kind(leaf) != VAL_INSN)
		return;
	insn = &b->insns[val_index(leaf)];
	if (insn->op != FACT_LOAD)
		return;
	local = value_member(b, insn);
	if (local)
		*member_ret = fn->members[local];
	else
		*var_ret = value_var(fn, b, insn);
}

void program_callee_origin(const struct program *p, u32 fn, const struct fact_body *b,
			   struct val callee, u32 *member_ret, u32 *var_ret)
{
	const struct pfn *f = &p->fns.a[fn];
	struct leaves leaves;

	*member_ret = *var_ret = 0;
	value_leaves(b, callee, &leaves);
	for (u32 i = 0; i < leaves.n; i++) {
		u32 member, var;

		resolve_leaf(f, b, leaves.a[i], &member, &var);
		if (i && (member != *member_ret || var != *var_ret)) {
			*member_ret = *var_ret = 0;
			return;
		}
		*member_ret = member;
		*var_ret = var;
	}
	if (!leaves.is_complete)
		*member_ret = *var_ret = 0;
}
