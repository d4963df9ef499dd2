// SPDX-License-Identifier: MIT
/*
 * Applies the gate's options to a finished report: baseline first, then what a change
 * touches, so that "fixed" is said of everything that was looked for.
 */
#include "cli/gate.h"

#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/git.h"
#include "report/baseline.h"

#include <stdlib.h>

const char *const fail_on_names[FAIL_ON_COUNT] = { "note", "warning", "error", "none" };

struct err *gate_check_options(const struct gate_options *o)
{
	if (o->update && !o->baseline)
		return err_new("--update-baseline needs --baseline FILE");
	if (o->update && o->since)
		return err_new("--update-baseline takes everything that is found: not with --since");
	return NULL;
}

/* ---- since ---------------------------------------------------------------- */

struct touch {
	const struct git_changes *changes;
	const char *srctree;	/* without symbolic links */
	struct arena arena;
	struct map known;	/* file: 1 changed, 2 not */
};

static bool is_touched(struct touch *t, const char *file)
{
	bool is_new;
	u64 *slot;

	if (!file || !*file)
		return false;
	slot = map_put_bytes(&t->known, file, strlen(file), &is_new);
	if (is_new)
		*slot = git_is_changed(t->changes, file_join(&t->arena, t->srctree, file)) ? 1 : 2;
	return *slot == 1;
}

static bool hops_touch(struct touch *t, const struct diag_hop *hops, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (is_touched(t, hops[i].at.file))
			return true;
	return false;
}

static bool places_touch(struct touch *t, const struct diag_place *a, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (is_touched(t, a[i].file))
			return true;
	return false;
}

/* Either half, and every way that the finding stands for. */
static bool finding_touches(struct touch *t, const struct diag_finding *f)
{
	if (places_touch(t, &f->root, 1) || places_touch(t, &f->sink, 1) ||
	    places_touch(t, f->also.a, f->also.n) || hops_touch(t, f->chain.a, f->chain.n) ||
	    hops_touch(t, f->witness.a, f->witness.n))
		return true;
	for (u32 i = 0; i < f->ways.n; i++)
		if (places_touch(t, f->ways.a[i].calls.a, f->ways.a[i].calls.n))
			return true;
	return false;
}

static const char *real_path(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL);
	const char *ret = arena_strdup(a, real ? real : path);

	free(real);
	return ret;
}

/* The repository is that of the sources; of a module that is built out of tree, that of this folder. */
static struct err *changes_of(const struct report *r, const char *rev, struct git_changes *ret)
{
	struct git_changes none = { .n = 0 };
	struct err *err, *second;

	if (!r->srctree)
		return git_changes(".", rev, ret);
	err = git_changes(r->srctree, rev, ret);
	if (!err)
		return NULL;
	second = git_changes(".", rev, &none);
	if (second) {
		err_free(second);
		git_changes_free(&none);
		return err;
	}
	git_changes_free(ret);
	err_free(err);
	*ret = none;
	return NULL;
}

static struct err *leave_elsewhere(const char *rev, struct report *r)
{
	struct git_changes changes = { .n = 0 };
	struct touch t = { .changes = &changes, .arena = ARENA_INIT };
	struct err *err = changes_of(r, rev, &changes);
	u32 n = 0;

	if (!err) {
		t.srctree = real_path(&t.arena, r->srctree ? r->srctree : ".");
		for (u32 i = 0; i < r->findings.n; i++) {
			if (finding_touches(&t, &r->findings.a[i]))
				r->findings.a[n++] = r->findings.a[i];
			else
				diag_finding_free(&r->findings.a[i]);
		}
		r->n_elsewhere = r->findings.n - n;
		r->findings.n = n;
		r->since = arena_strdup(&r->arena, rev);
		log_verbose("%u files changed since '%s'", changes.n, rev);
	}
	git_changes_free(&changes);
	map_free(&t.known);
	arena_free(&t.arena);
	return err;
}

/* ---- all of it -------------------------------------------------------------- */

static struct err *update(const struct gate_options *o, const struct report *r, const struct baseline *before)
{
	struct buf text = BUF_INIT;
	struct err *err;

	if (r->lost.n)
		return err_new("the baseline '%s' is not written: '%s' gave no facts; %s", o->baseline,
			       r->lost.a[0].file, r->lost.a[0].why);
	baseline_text(r, before, o->root_glob, &text);
	err = file_write(o->baseline, buf_text(&text), text.len);
	buf_free(&text);
	if (!err)
		log_note("%u findings are in the baseline '%s' now", r->findings.n + r->unchanged.n, o->baseline);
	return err;
}

struct err *gate_apply(const struct gate_options *o, const struct ruleset *rules, struct report *r)
{
	struct baseline *b = NULL;
	struct err *err = NULL;

	if (o->baseline && !(o->update && !file_exists(o->baseline)))
		err = baseline_read(o->baseline, &b);
	if (err)
		return err;
	if (b)
		baseline_compare(b, o->root_glob, r);
	lost_find(r->gone.a, r->gone.n, rules, r);
	if (o->update)
		err = update(o, r, b);
	else if (o->since)
		err = leave_elsewhere(o->since, r);
	baseline_free(b);
	return err;
}

static enum fail_on rank(const char *severity)
{
	for (u32 i = 0; i < FAIL_ON_NONE; i++)
		if (!strcmp(severity, fail_on_names[i]))
			return (enum fail_on)i;
	return FAIL_ON_ERROR;
}

int gate_status(const struct gate_options *o, const struct report *r)
{
	if (r->lost.n || (r->n_failed && !o->is_asked))
		return 2;
	for (u32 i = 0; i < r->findings.n && !o->update; i++)
		if (rank(r->findings.a[i].severity) >= o->fail_on)
			return 1;
	return 0;
}
