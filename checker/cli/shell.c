// SPDX-License-Identifier: MIT
/*
 * Words of a shell command line, for the "command" form of a compile database.
 * Ignores everything a shell does beyond quoting: no expansion, no operators, no
 * comments.
 */
#include "cli/compdb.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* Reads '...' behind its opening quote; NULL when it is not closed. */
static const char *single_quoted(const char *s, struct buf *word)
{
	const char *end = strchr(s, '\'');

	if (!end)
		return NULL;
	buf_add(word, s, (size_t)(end - s));
	return end + 1;
}

/* As above for "...": a backslash quotes only $ ` " \ and newline there. */
static const char *double_quoted(const char *s, struct buf *word)
{
	for (; *s && *s != '"'; s++) {
		if (*s == '\\' && s[1] == '\n') {
			s++;
			continue;
		}
		if (*s == '\\' && s[1] && strchr("$`\"\\", s[1]))
			s++;
		buf_addc(word, *s);
	}
	return *s ? s + 1 : NULL;
}

static const char *backslash(const char *s, struct buf *word)
{
	if (!*s)
		return NULL;
	if (*s != '\n')
		buf_addc(word, *s);
	return s + 1;
}

/* One word from its first character on; NULL when a quote is left open. */
static const char *read_word(const char *s, struct buf *word)
{
	while (s && *s && !strchr(" \t\r\n", *s)) {
		if (*s == '\'')
			s = single_quoted(s + 1, word);
		else if (*s == '"')
			s = double_quoted(s + 1, word);
		else if (*s == '\\')
			s = backslash(s + 1, word);
		else
			buf_addc(word, *s++);
	}
	return s;
}

struct err *shell_split(struct arena *a, const char *line, char ***argv_ret, u32 *argc_ret)
{
	VEC(char *) words = VEC_INIT;
	struct buf word = BUF_INIT;
	const char *s = line;

	for (;;) {
		s += strspn(s, " \t\r\n");
		if (!*s)
			break;
		buf_clear(&word);
		s = read_word(s, &word);
		if (!s)
			break;
		vec_push(&words, arena_strdup(a, buf_text(&word)));
	}
	if (s) {
		*argc_ret = words.n;
		vec_push(&words, NULL);
		*argv_ret = arena_dup(a, words.a, words.n * sizeof(*words.a));
	}
	buf_free(&word);
	vec_free(&words);
	return s ? NULL : err_new("a quote is not closed");
}
