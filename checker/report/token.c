/* SPDX-License-Identifier: MIT */
/*
 * Splits C source into tokens with their place, skipping comments and whole
 * preprocessor lines.  Needs no preprocessing and never fails: what is not C
 * (a Rust or assembler file) gives tokens that nobody will ask for.
 */
#include "report/source.h"

struct scanner {
	const char *s;
	size_t at, len, line_start;
	u32 line;
	bool at_line_start;	/* only white space since the newline */
};

static char peek(const struct scanner *sc, size_t ahead)
{
	return sc->at + ahead < sc->len ? sc->s[sc->at + ahead] : '\0';
}

static void advance(struct scanner *sc)
{
	if (sc->s[sc->at] == '\n') {
		sc->line++;
		sc->line_start = sc->at + 1;
		sc->at_line_start = true;
	}
	sc->at++;
}

static void skip_block_comment(struct scanner *sc)
{
	sc->at += 2;
	while (sc->at < sc->len && !(peek(sc, 0) == '*' && peek(sc, 1) == '/'))
		advance(sc);
	sc->at = sc->at + 2 < sc->len ? sc->at + 2 : sc->len;
}

/* To the newline that ends the logical line, which stays. */
static void skip_logical_line(struct scanner *sc)
{
	while (sc->at < sc->len && peek(sc, 0) != '\n') {
		if (peek(sc, 0) == '/' && peek(sc, 1) == '*') {
			skip_block_comment(sc);
			continue;
		}
		if (peek(sc, 0) == '\\' && peek(sc, 1) == '\n')
			advance(sc);
		advance(sc);
	}
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

/* Skips what is no token; true if a token follows. */
static bool skip_blank(struct scanner *sc)
{
	while (sc->at < sc->len) {
		char c = peek(sc, 0);

		if (is_space(c))
			advance(sc);
		else if (c == '/' && peek(sc, 1) == '*')
			skip_block_comment(sc);
		else if ((c == '/' && peek(sc, 1) == '/') || (c == '#' && sc->at_line_start))
			skip_logical_line(sc);
		else if (c == '\\' && is_space(peek(sc, 1)))
			sc->at++;
		else
			return true;
	}
	return false;
}

/* A string or character constant ends at its quote, at the latest with its line. */
static void scan_quoted(struct scanner *sc)
{
	char quote = peek(sc, 0);

	sc->at++;
	while (sc->at < sc->len && peek(sc, 0) != quote && peek(sc, 0) != '\n') {
		if (peek(sc, 0) == '\\' && sc->at + 1 < sc->len)
			advance(sc);
		advance(sc);
	}
	if (peek(sc, 0) == quote)
		sc->at++;
}

static const struct { char text[4]; u8 kind; } operators[] = {
	/* longest first */
	{ "<<=", TOKEN_ASSIGN }, { ">>=", TOKEN_ASSIGN }, { "...", TOKEN_OTHER },
	{ "&&", TOKEN_AND }, { "||", TOKEN_OR }, { "==", TOKEN_EQ }, { "!=", TOKEN_NE },
	{ "<=", TOKEN_OTHER }, { ">=", TOKEN_OTHER }, { "<<", TOKEN_OTHER }, { ">>", TOKEN_OTHER },
	{ "->", TOKEN_MEMBER }, { "++", TOKEN_OTHER }, { "--", TOKEN_OTHER },
	{ "+=", TOKEN_ASSIGN }, { "-=", TOKEN_ASSIGN }, { "*=", TOKEN_ASSIGN },
	{ "/=", TOKEN_ASSIGN }, { "%=", TOKEN_ASSIGN }, { "&=", TOKEN_ASSIGN },
	{ "|=", TOKEN_ASSIGN }, { "^=", TOKEN_ASSIGN },
	{ "=", TOKEN_ASSIGN }, { "!", TOKEN_NOT }, { "?", TOKEN_QUESTION }, { ":", TOKEN_COLON },
	{ ",", TOKEN_COMMA }, { ";", TOKEN_SEMICOLON }, { ".", TOKEN_MEMBER },
	{ "(", TOKEN_OPEN }, { "[", TOKEN_OPEN }, { "{", TOKEN_OPEN },
	{ ")", TOKEN_CLOSE }, { "]", TOKEN_CLOSE }, { "}", TOKEN_CLOSE },
};

static u8 scan_operator(struct scanner *sc)
{
	for (u32 i = 0; i < ARRAY_LEN(operators); i++) {
		size_t n = strlen(operators[i].text);

		if (sc->len - sc->at >= n && !memcmp(sc->s + sc->at, operators[i].text, n)) {
			sc->at += n;
			return operators[i].kind;
		}
	}
	sc->at++;
	return TOKEN_OTHER;
}

void tokens_read(struct tokens *t, const char *text, size_t len)
{
	struct scanner sc = { .s = text, .len = len < UINT32_MAX ? len : UINT32_MAX, .line = 1,
			      .at_line_start = true };

	t->text = text;
	while (skip_blank(&sc)) {
		struct token tok = { .first = peek(&sc, 0), .at = (u32)sc.at, .line = sc.line,
				     .col = (u32)(sc.at - sc.line_start) + 1 };

		sc.at_line_start = false;
		if (is_word(tok.first)) {
			tok.kind = TOKEN_WORD;
			while (is_word(peek(&sc, 0)))
				sc.at++;
		} else if (tok.first == '"' || tok.first == '\'') {
			tok.kind = TOKEN_STRING;
			scan_quoted(&sc);
		} else {
			tok.kind = scan_operator(&sc);
		}
		tok.len = (u32)sc.at - tok.at;
		vec_push(&t->v, tok);
	}
}

void tokens_free(struct tokens *t)
{
	vec_free(&t->v);
}

bool token_is(const struct tokens *t, u32 i, const char *word)
{
	return i < t->v.n && t->v.a[i].len == strlen(word) &&
	       !memcmp(t->text + t->v.a[i].at, word, t->v.a[i].len);
}

u32 tokens_close(const struct tokens *t, u32 i, u32 limit)
{
	u32 depth = 0;

	for (; i < limit && i < t->v.n; i++) {
		if (t->v.a[i].kind == TOKEN_OPEN)
			depth++;
		else if (t->v.a[i].kind == TOKEN_CLOSE && --depth == 0)
			return i;
	}
	return NO_TOKEN;
}

u32 tokens_open(const struct tokens *t, u32 i)
{
	u32 depth = 0;

	for (;; i--) {
		if (t->v.a[i].kind == TOKEN_CLOSE)
			depth++;
		else if (t->v.a[i].kind == TOKEN_OPEN && --depth == 0)
			return i;
		if (i == 0)
			return NO_TOKEN;
	}
}

/* A line break inside brackets leaves no blank next to them. */
static bool wants_space(const struct token *a, const struct token *b)
{
	if (b->at == a->at + a->len || a->first == '(' || a->first == '[')
		return false;
	return b->first != ')' && b->first != ']' && b->kind != TOKEN_COMMA &&
	       b->kind != TOKEN_SEMICOLON;
}

void tokens_fold(const struct tokens *t, u32 a, u32 b, struct buf *out)
{
	for (u32 i = a; i < b; i++) {
		if (i > a && wants_space(&t->v.a[i - 1], &t->v.a[i]))
			buf_addc(out, ' ');
		buf_add(out, t->text + t->v.a[i].at, t->v.a[i].len);
	}
}
