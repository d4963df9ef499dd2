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

/* May a value of one type arrive as the other, if the function's address was cast? */
static bool is_compatible(const char *a, size_t n, const char *b, size_t m)
{
	if (n == m && !memcmp(a, b, n))
		return true;
	if (is_integer(a) && is_integer(b))
		return true;
	return (*a == '*' || *b == '*') && is_word(a, n) && is_word(b, m);
}

/* a and b: behind the opening parenthesis. */
static bool are_compatible(const char *a, const char *b)
{
	while (*a && *b && *a != ')' && *b != ')') {
		size_t n = type_len(a), m = type_len(b);

		if (*a == '.' || *b == '.')
			return true;
		if (!is_compatible(a, n, b, m))
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

bool resolve_callable(const char *call, const char *fn)
{
	const char *a = strchr(call, '('), *b = strchr(fn, '(');

	if (!a || !b || !strcmp(call, fn))
		return true;
	/* One of them has no result: a common cast. */
	if (*call != 'v' && *fn != 'v' &&
	    !is_compatible(call, (size_t)(a - call), fn, (size_t)(b - fn)))
		return false;
	return are_compatible(a + 1, b + 1);
}

/* ---- target lists ---------------------------------------------------------------------- */

/* The functions of slots [first .. end), once each. */
static struct target_list list_targets(struct program *p, const struct pslot *slots, u32 first, u32 end,
				       struct str sig)
{
	struct target_list list = { 0, arena_array(&p->arena, struct target, end - first) };

	for (u32 i = first; i < end; i++) {
		const struct pfn *fn = &p->fns.a[slots[i].fn];

		if (list.n && list.a[list.n - 1].fn == slots[i].fn)
			continue;
		if (sig.n && fn->sig.n && sig.n != fn->sig.n &&
		    !resolve_callable(program_str(p, sig), program_str(p, fn->sig)))
			continue;
		list.a[list.n++] = (struct target){ slots[i].fn, i };
	}
	return list;
}

/* The cached list of a key; *is_new_ret: it is to be filled. */
static struct target_list *find_list(struct program_private *pp, u32 what, struct str sig,
				     bool *is_new_ret)
{
	u64 *id = map_put(&pp->target_lists, map_key2(what, sig.n), is_new_ret);

	if (*is_new_ret) {
		*id = pp->lists.n;
		return vec_add(&pp->lists);
	}
	return &pp->lists.a[*id];
}

u32 program_member_targets(struct program *p, u32 member, struct str sig, const struct target **ret)
{
	const struct pmember *m = &p->members.a[member];
	bool is_new;
	struct target_list *list = find_list(program_private(p), member, sig, &is_new);

	if (is_new)
		*list = list_targets(p, p->slots.a, m->first_slot,
				     m->first_slot + m->n_slots, sig);
	*ret = list->a;
	return list->n;
}

u32 program_var_targets(struct program *p, u32 var, struct str sig, const struct target **ret)
{
	struct program_private *pp = program_private(p);
	const u32 *first = &pp->var_slot_first.a[var];
	bool is_new;
	struct target_list *list = find_list(pp, var | 1u << 31, sig, &is_new);

	if (is_new)
		*list = list_targets(p, p->var_slots.a, first[0], first[1], sig);
	*ret = list->a;
	return list->n;
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
