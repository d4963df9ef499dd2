/* SPDX-License-Identifier: MIT */
/* Tokens of C source, as much as finding a condition takes; inside report/ only. */
#ifndef REPORT_SOURCE_H
#define REPORT_SOURCE_H

#include "base/buf.h"
#include "base/vec.h"

enum token_kind {
	TOKEN_OTHER,	/* an operator that nothing here asks about */
	TOKEN_WORD,	/* identifier, keyword or number */
	TOKEN_STRING,	/* or a character */
	TOKEN_OPEN, TOKEN_CLOSE,	/* ( [ { and ) ] } */
	TOKEN_AND, TOKEN_OR, TOKEN_NOT,
	TOKEN_EQ, TOKEN_NE,
	TOKEN_ASSIGN,	/* = += .. */
	TOKEN_QUESTION, TOKEN_COLON, TOKEN_COMMA, TOKEN_SEMICOLON,
	TOKEN_MEMBER,	/* . and -> */
};

struct token {
	u8 kind;
	char first;	/* its first byte */
	u32 at, len;	/* in the text */
	u32 line, col;	/* from 1; col in bytes */
};

struct tokens {
	const char *text;
	VEC(struct token) v;
};

/* Comments and preprocessor lines yield none. */
void tokens_read(struct tokens *t, const char *text, size_t len);
void tokens_free(struct tokens *t);
bool token_is(const struct tokens *t, u32 i, const char *word);
/* The partner of the bracket at i, or no_token: limit is exclusive. */
u32 tokens_close(const struct tokens *t, u32 i, u32 limit);
u32 tokens_open(const struct tokens *t, u32 i);
/* The text of [a, b) on one line. */
void tokens_fold(const struct tokens *t, u32 a, u32 b, struct buf *out);
#define NO_TOKEN UINT32_MAX

/* source_condition() on a file's tokens: adds to out; false if there is nothing at the place. */
struct condition_place { u32 line, col; bool is_clang; };
bool condition_at(const struct tokens *t, const struct condition_place *place, bool *is_macro_ret,
		  struct buf *out);

/*
 * source_condition(); *is_macro_ret: the text is a macro's invocation, which hides the
 * condition, so that nobody can say from it which arm was taken.
 */
struct source_cache;
struct diag_guard;
const char *source_guard(struct source_cache *sc, const struct diag_guard *g, bool *is_macro_ret);

#endif
