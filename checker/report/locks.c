// SPDX-License-Identifier: MIT
/*
 * Lock classes as text: where each is taken in reclaim and what it is held across, and how
 * that compares with what the kernel's developers state.
 */
#include "report/print.h"

#include <fnmatch.h>

#define PLACES_SHOWN 5

static void print_places(struct buf *out, const char *title, const struct diag_place *a, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		if (i == PLACES_SHOWN) {
			buf_addf(out, "  %-18s and %u more\n", "", n - i);
			return;
		}
		buf_addf(out, "  %-18s %s:%u %s()\n", i ? "" : title, a[i].file, a[i].line, a[i].function);
	}
}

static void print_held(struct buf *out, const struct diag_lock_summary *l)
{
	for (u32 i = 0; i < l->held_across.n; i++) {
		const struct diag_hop *h = &l->held_across.a[i];

		buf_addf(out, "  %-18s %s:%u %s() calls %s()\n", i ? "" : "held across:", h->at.file, h->at.line,
			 h->at.function, h->calls);
	}
	if (!l->held_across.n)
		buf_addf(out, "  %-18s %s\n", "held across:", l->leaf ? "no allocation: a leaf" :
			 "no allocation that was found");
}

static bool is_asked(const struct diag_lock_summary *l, const char *glob)
{
	return !glob || !fnmatch(glob, l->lock.class_name, 0);
}

u32 report_locks(const struct report *r, const char *glob, struct buf *out)
{
	u32 n = 0;

	for (u32 i = 0; i < r->locks.n; i++) {
		const struct diag_lock_summary *l = &r->locks.a[i];

		if (!is_asked(l, glob))
			continue;
		buf_addf(out, "%s%s (%s)\n", n++ ? "\n" : "", l->lock.class_name, l->lock.kind ? l->lock.kind : "lock");
		print_places(out, "taken in reclaim:", l->taken_in_reclaim.a, l->taken_in_reclaim.n);
		print_places(out, "stated by:", l->primed.a, l->primed.n);
		print_held(out, l);
	}
	return n;
}

/* The text of several lines, each behind a tab. */
static void print_snippet(struct buf *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		buf_addf(out, "\t%.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

u32 report_priming(const struct report *r, const char *glob, struct buf *out)
{
	u32 n_both = 0, n_primed = 0, n = 0;

	buf_adds(out, "Stated to be taken in reclaim:\n");
	for (u32 i = 0; i < r->locks.n; i++) {
		const struct diag_lock_summary *l = &r->locks.a[i];

		if (!l->primed.n || !is_asked(l, glob))
			continue;
		n++;
		n_primed++;
		n_both += l->taken_in_reclaim.n > 0;
		buf_addf(out, "%s: %s\n", l->lock.class_name,
			 l->taken_in_reclaim.n ? "the walk finds it as well" : "the walk does not find it");
		print_places(out, "stated by:", l->primed.a, l->primed.n);
		print_places(out, "taken in reclaim:", l->taken_in_reclaim.a, l->taken_in_reclaim.n);
	}
	buf_addf(out, "%u of %u confirmed by the walk\n\nTaken in reclaim, and nobody states it:\n", n_both, n_primed);
	for (u32 i = 0; i < r->locks.n; i++) {
		const struct diag_lock_summary *l = &r->locks.a[i];

		if (l->primed.n || !is_asked(l, glob))
			continue;
		n++;
		buf_addf(out, "%s\n", l->lock.class_name);
		print_places(out, "taken in reclaim:", l->taken_in_reclaim.a, l->taken_in_reclaim.n);
		if (l->snippet)
			print_snippet(out, l->snippet);
	}
	return n;
}
