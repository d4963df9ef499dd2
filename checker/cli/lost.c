// SPDX-License-Identifier: MIT
/*
 * Sources that gave no facts and may hold a root.  Nobody can tell from facts, as there
 * are none: so the source's text is looked at for the words that a root cannot do without
 * (its struct's tag, its member, what registers it), and what a baseline says of the file.
 * Errs to "it may": a word in a comment counts, and so does what cannot be read.
 *
 * Ignored: tables that only a macro of a header spells out.
 */
#include "cli/gate.h"

#include "base/err.h"
#include "base/file.h"

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool has_word(const struct blob *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = text->p; (s = memmem(s, (size_t)(text->p + text->n - s), word, len)); s += len)
		if ((s == text->p || !is_word(s[-1])) && !is_word(s[len]))
			return true;
	return false;
}

/* The word in the text that makes it suspect; NULL: none.  A table that has to be registered is
 * none of ours without that, but may be registered elsewhere: its struct and member together count. */
static const char *suspect(const struct ruleset *rules, const struct blob *text)
{
	for (u32 i = 0; i < rules->roots.n; i++) {
		const struct rule_root *root = &rules->roots.a[i];
		const char *space = strrchr(root->tag, ' '), *tag = space ? space + 1 : root->tag;

		if (root->registered_by && has_word(text, root->registered_by))
			return root->registered_by;
		if (!root->registered_by && has_word(text, tag))
			return tag;
		for (u32 k = 0; k < root->n_entries; k++)
			if (has_word(text, root->entries[k].member))
				return root->entries[k].member;
	}
	return NULL;
}

static bool read_source(const struct report *r, const char *file, struct blob *ret)
{
	const char *const dirs[] = { r->srctree, r->objtree, "." };
	struct arena a = ARENA_INIT;
	bool is_read = false;

	for (u32 i = 0; i < ARRAY_LEN(dirs) && !is_read; i++) {
		struct err *err = dirs[i] ? file_read(file_join(&a, dirs[i], file), ret) : err_new("no folder");

		is_read = !err;
		err_free(err);
	}
	arena_free(&a);
	return is_read;
}

static const char *why_lost(const struct diag_known_root *gone, u32 n_gone, const struct ruleset *rules,
			    struct report *r, const char *file)
{
	struct blob text;
	const char *word;

	for (u32 i = 0; i < n_gone; i++)
		if (!strcmp(gone[i].file, file))
			return arena_printf(&r->arena, "%s() was a root in it", gone[i].function);
	if (!read_source(r, file, &text))
		return "it cannot be read, so a root may be in it";
	word = suspect(rules, &text);
	blob_free(&text);
	return word ? arena_printf(&r->arena, "its text names '%s', so a root may be in it", word) : NULL;
}

static bool is_read_now(const struct report *r, const char *file)
{
	for (u32 i = 0; i < r->sources.n; i++)
		if (!strcmp(r->sources.a[i], file))
			return true;
	return false;
}

void lost_find(const struct diag_known_root *gone, u32 n_gone, const struct ruleset *rules, struct report *r)
{
	struct blob text;

	for (u32 i = 0; i < r->gaps.n; i++) {
		const struct diag_gap *g = &r->gaps.a[i];
		struct diag_lost lost = { g->file, NULL };

		if (strcmp(g->kind, "failed-tu") && strcmp(g->kind, "broken-facts"))
			continue;
		/* of broken facts only their own name is known */
		lost.why = strcmp(g->kind, "failed-tu") ? "its facts are broken, so a root may be in it" :
							  why_lost(gone, n_gone, rules, r, g->file);
		if (lost.why)
			vec_push(&r->lost, lost);
	}
	/* a part of the build was scanned, and not the part with this root */
	for (u32 i = 0; r->n_missing && i < n_gone; i++) {
		struct diag_lost lost = { gone[i].file, NULL };

		if (is_read_now(r, gone[i].file) || !read_source(r, gone[i].file, &text))
			continue;
		blob_free(&text);
		lost.why = arena_printf(&r->arena, "%s() was a root in it, and it was not scanned", gone[i].function);
		vec_push(&r->lost, lost);
	}
}
