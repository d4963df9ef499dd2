/* SPDX-License-Identifier: MIT */
/*
 * Finds the condition that a branch's place belongs to.  First outwards, from the
 * token at the place to what holds it (the header of an if, while, for or switch,
 * or a statement), then inwards again through ?:, || and && to the one operand
 * that is branched on.  Statements are found by their brackets and semicolons; code
 * that #if has cut in two may give too long a text, never a wrong line's.
 */
#include "report/diag.h"
#include "report/source.h"

#define SEARCH_LIMIT 4000	/* tokens from the place outwards */
#define TEXT_LIMIT 300		/* tokens of a condition; what is longer helps nobody */

enum region_kind { REGION_STATEMENT, REGION_HEADER, REGION_SWITCH, REGION_BRACKETS };

/* Tokens [a, b) that are one expression, or a list of them. */
struct region {
	enum region_kind kind;
	u32 a, b;
	u32 open;	/* the bracket before a, unless a statement */
};

enum pick_mode {
	PICK_AT,	/* the operand that holds token 'at' */
	PICK_LAST,	/* the last operand */
	PICK_WHOLE,	/* the place is not known: do not choose between operands */
};

struct pick {
	const struct tokens *t;
	struct region r;
	u32 at;
	enum pick_mode mode;
	bool is_clang;
};

static bool is_control(const struct tokens *t, u32 i)
{
	return token_is(t, i, "if") || token_is(t, i, "while") || token_is(t, i, "for") ||
	       token_is(t, i, "switch");
}

/* The next token of the same nesting. */
static u32 next_top(const struct tokens *t, u32 i, u32 b)
{
	u32 close;

	if (t->v.a[i].kind != TOKEN_OPEN)
		return i + 1;
	close = tokens_close(t, i, b);
	return close == NO_TOKEN ? b : close + 1;
}

static u32 find_top(const struct tokens *t, u32 a, u32 b, enum token_kind kind)
{
	for (; a < b; a = next_top(t, a, b))
		if (t->v.a[a].kind == kind)
			return a;
	return NO_TOKEN;
}

static bool has_logical(const struct tokens *t, u32 a, u32 b)
{
	return find_top(t, a, b, TOKEN_AND) != NO_TOKEN ||
	       find_top(t, a, b, TOKEN_OR) != NO_TOKEN ||
	       find_top(t, a, b, TOKEN_QUESTION) != NO_TOKEN;
}

/* ---- outwards ----------------------------------------------------------- */

/*
 * Going back from i: the bracket that is still open there, or NO_TOKEN; then
 * *start_ret is where the statement begins.
 */
static u32 find_opener(const struct tokens *t, u32 i, u32 *start_ret)
{
	u32 n = 0, semicolon = NO_TOKEN;

	while (i-- > 0 && n++ < SEARCH_LIMIT) {
		const struct token *tok = &t->v.a[i];

		*start_ret = semicolon == NO_TOKEN ? i + 1 : semicolon + 1;
		if (tok->kind == TOKEN_SEMICOLON && semicolon == NO_TOKEN)
			semicolon = i;
		if (tok->kind == TOKEN_OPEN) {
			bool is_for = i > 0 && token_is(t, i - 1, "for");

			return tok->first != '{' && (semicolon == NO_TOKEN || is_for) ? i : NO_TOKEN;
		}
		if (tok->kind != TOKEN_CLOSE)
			continue;
		/* a block's end, unless it is an initialiser inside an expression */
		if (tok->first == '}' && t->v.a[i + 1].kind != TOKEN_COMMA &&
		    t->v.a[i + 1].kind != TOKEN_CLOSE)
			return NO_TOKEN;
		i = tokens_open(t, i);
		if (i == NO_TOKEN)
			return NO_TOKEN;
	}
	*start_ret = semicolon == NO_TOKEN ? i + 1 : semicolon + 1;
	return NO_TOKEN;
}

/* Past what stands before the expression of a statement. */
static u32 skip_prefix(const struct tokens *t, u32 a, u32 at)
{
	while (a < at) {
		if (is_control(t, a) && t->v.a[a + 1].first == '(') {
			u32 close = tokens_close(t, a + 1, at);

			if (close == NO_TOKEN)
				return a;
			a = close + 1;
		} else if (token_is(t, a, "else") || token_is(t, a, "do") ||
			   token_is(t, a, "return")) {
			a++;
		} else if (t->v.a[a].kind == TOKEN_WORD && t->v.a[a + 1].kind == TOKEN_COLON &&
			   a + 1 < at) {
			a += 2;
		} else if (token_is(t, a, "case")) {
			a = find_top(t, a, at, TOKEN_COLON);
			if (a == NO_TOKEN)
				return at;
			a++;
		} else {
			return a;
		}
	}
	return a;
}

static u32 statement_end(const struct tokens *t, u32 i)
{
	for (; i < t->v.n; i = next_top(t, i, t->v.n)) {
		u8 kind = t->v.a[i].kind;

		if (kind == TOKEN_SEMICOLON || kind == TOKEN_CLOSE || t->v.a[i].first == '{')
			return i;
	}
	return t->v.n;
}

/* The header at the bracket 'open'; of a for the part that holds 'at', else the second. */
static bool header_region(const struct tokens *t, u32 open, u32 at, struct region *ret)
{
	u32 close = tokens_close(t, open, t->v.n), first, second;

	if (close == NO_TOKEN)
		return false;
	ret->kind = token_is(t, open - 1, "switch") ? REGION_SWITCH : REGION_HEADER;
	ret->open = open;
	ret->a = open + 1;
	ret->b = close;
	if (!token_is(t, open - 1, "for"))
		return ret->a < ret->b;
	first = find_top(t, ret->a, ret->b, TOKEN_SEMICOLON);
	second = first == NO_TOKEN ? NO_TOKEN : find_top(t, first + 1, ret->b, TOKEN_SEMICOLON);
	if (second == NO_TOKEN)
		return ret->a < ret->b;
	if (at > open && at < first) {
		ret->b = first;
	} else if (at > second && at < close) {
		ret->a = second + 1;
	} else {
		ret->a = first + 1;
		ret->b = second;
	}
	return ret->a < ret->b;
}

static bool region_around(const struct tokens *t, u32 i, struct region *ret)
{
	u32 start = 0, open;

	if (t->v.a[i].kind == TOKEN_CLOSE) {
		i = tokens_open(t, i);
		if (i == NO_TOKEN)
			return false;
	}
	open = find_opener(t, i, &start);
	if (open == NO_TOKEN) {
		ret->kind = REGION_STATEMENT;
		ret->open = NO_TOKEN;
		ret->a = skip_prefix(t, start, i);
		ret->b = statement_end(t, i);
		return ret->a < ret->b;
	}
	if (open > 0 && is_control(t, open - 1))
		return header_region(t, open, i, ret);
	ret->kind = REGION_BRACKETS;
	ret->open = open;
	ret->a = open + 1;
	ret->b = tokens_close(t, open, t->v.n);
	return ret->b != NO_TOKEN;
}

/* ---- inwards ------------------------------------------------------------ */

static void strip_brackets(struct pick *p)
{
	while (p->r.a < p->r.b && p->t->v.a[p->r.a].first == '(' &&
	       tokens_close(p->t, p->r.a, p->r.b) == p->r.b - 1) {
		p->r.a++;
		p->r.b--;
	}
}

static bool narrow_to(struct pick *p, u32 a, u32 b)
{
	if (a >= b)
		return false;
	p->r.a = a;
	p->r.b = b;
	return true;
}

/* The element of a list, or what is assigned. */
static bool split_list(struct pick *p)
{
	const struct tokens *t = p->t;
	u32 comma = find_top(t, p->r.a, p->r.b, TOKEN_COMMA), assign;

	if (comma != NO_TOKEN) {
		bool is_before = p->mode == PICK_AT && p->at <= comma;

		return is_before ? narrow_to(p, p->r.a, comma) : narrow_to(p, comma + 1, p->r.b);
	}
	assign = find_top(t, p->r.a, p->r.b, TOKEN_ASSIGN);
	if (assign == NO_TOKEN || !has_logical(t, assign, p->r.b) ||
	    has_logical(t, p->r.a, assign))
		return false;
	return narrow_to(p, assign + 1, p->r.b);
}

static u32 ternary_colon(const struct tokens *t, u32 question, u32 b)
{
	u32 depth = 0;

	for (u32 i = question; i < b; i = next_top(t, i, b)) {
		if (t->v.a[i].kind == TOKEN_QUESTION)
			depth++;
		else if (t->v.a[i].kind == TOKEN_COLON && --depth == 0)
			return i;
	}
	return b;
}

static bool split_ternary(struct pick *p)
{
	u32 question = find_top(p->t, p->r.a, p->r.b, TOKEN_QUESTION), colon;

	if (question == NO_TOKEN)
		return false;
	if (p->mode != PICK_AT || p->at <= question) {
		if (p->mode == PICK_AT && p->at == question)
			p->mode = PICK_LAST;
		return narrow_to(p, p->r.a, question);
	}
	colon = ternary_colon(p->t, question, p->r.b);
	if (p->at < colon)
		return narrow_to(p, question + 1, colon);
	return narrow_to(p, colon + 1, p->r.b);
}

/* clang gives the branch on the left operand the place of the operator. */
static bool split_logical(struct pick *p)
{
	enum token_kind kind = TOKEN_OR;
	u32 a = p->r.a, op = find_top(p->t, a, p->r.b, kind);

	if (p->mode == PICK_WHOLE)
		return false;
	if (op == NO_TOKEN) {
		kind = TOKEN_AND;
		op = find_top(p->t, a, p->r.b, kind);
	}
	if (op == NO_TOKEN)
		return false;
	if (p->is_clang && p->mode == PICK_AT && p->at == a)
		p->mode = PICK_LAST;
	for (; op != NO_TOKEN; op = find_top(p->t, a, p->r.b, kind)) {
		if (p->mode == PICK_AT && p->at <= op) {
			if (p->at == op)
				p->mode = PICK_LAST;
			return narrow_to(p, a, op);
		}
		a = op + 1;
	}
	return narrow_to(p, a, p->r.b);
}

/* !(a && b) branches on a and on b; !(a) stays as it is. */
static bool enter_not(struct pick *p)
{
	const struct tokens *t = p->t;
	u32 open = p->r.a + 1;

	if (p->mode == PICK_WHOLE || t->v.a[p->r.a].kind != TOKEN_NOT || open >= p->r.b ||
	    t->v.a[open].first != '(' || tokens_close(t, open, p->r.b) != p->r.b - 1 ||
	    !has_logical(t, open + 1, p->r.b - 1))
		return false;
	return narrow_to(p, open + 1, p->r.b - 1);
}

static void narrow(struct pick *p)
{
	do
		strip_brackets(p);
	while (split_list(p) || split_ternary(p) || split_logical(p) || enter_not(p));
}

/* In a statement without a condition the branch is a macro's: its invocation. */
static void narrow_to_call(struct pick *p)
{
	const struct tokens *t = p->t;

	for (u32 i = p->r.a; i + 1 < p->r.b; i = next_top(t, i, p->r.b)) {
		u32 close;

		if (t->v.a[i].kind != TOKEN_WORD || t->v.a[i + 1].first != '(')
			continue;
		close = tokens_close(t, i + 1, p->r.b);
		if (close != NO_TOKEN && p->at >= i && p->at <= close) {
			narrow_to(p, i, close + 1);
			return;
		}
	}
	if (t->v.a[p->at].kind == TOKEN_WORD && p->at + 1 < p->r.b &&
	    t->v.a[p->at + 1].kind == TOKEN_WORD)
		narrow_to(p, p->at, p->at + 1);
}

/* ---- the place ---------------------------------------------------------- */

/* The token at line:col, or the one before it on that line; NO_TOKEN: no code there. */
static u32 token_at(const struct tokens *t, u32 line, u32 col)
{
	u32 lo = 0, hi = t->v.n;

	while (lo < hi) {
		u32 mid = lo + (hi - lo) / 2;

		if (t->v.a[mid].line < line)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo >= t->v.n || t->v.a[lo].line != line)
		return NO_TOKEN;
	while (lo + 1 < t->v.n && t->v.a[lo + 1].line == line && t->v.a[lo + 1].col <= col)
		lo++;
	return lo;
}

/* Without a column: the first if, while, for or switch of the line, else its first token. */
static u32 control_on_line(const struct tokens *t, u32 first)
{
	for (u32 i = first; i < t->v.n && t->v.a[i].line == t->v.a[first].line; i++)
		if (is_control(t, i))
			return i;
	return first;
}

/* Words that a front-end may point to instead of the condition they introduce. */
static u32 skip_to_condition(const struct tokens *t, u32 i)
{
	if (t->v.a[i].first == '}' && token_is(t, i + 1, "while"))
		return i + 1;
	while (i + 1 < t->v.n && (token_is(t, i, "else") || token_is(t, i, "return")))
		i++;
	return i;
}

static bool find_region(struct pick *p)
{
	const struct tokens *t = p->t;
	u32 i = p->at;

	if (t->v.a[i].first == '(' && i > 0 && is_control(t, i - 1))
		i--;
	if (is_control(t, i) && i + 1 < t->v.n && t->v.a[i + 1].first == '(') {
		if (p->mode == PICK_AT)
			p->mode = PICK_LAST;
		return header_region(t, i + 1, i, &p->r);
	}
	if (!region_around(t, i, &p->r))
		return false;
	while (p->r.kind == REGION_BRACKETS) {
		struct pick part = *p;

		while (find_top(t, part.r.a, part.r.b, TOKEN_COMMA) != NO_TOKEN && split_list(&part))
			;
		if (p->mode == PICK_AT && has_logical(t, part.r.a, part.r.b))
			return true;
		if (!region_around(t, p->r.open, &p->r))
			return false;
	}
	return true;
}

static bool has_word(const struct pick *p)
{
	for (u32 i = p->r.a; i < p->r.b; i++)
		if (p->t->v.a[i].kind == TOKEN_WORD)
			return true;
	return false;
}

static void add_text(const struct pick *p, struct buf *out)
{
	bool is_long = p->r.b - p->r.a > TEXT_LIMIT;

	if (p->r.kind == REGION_SWITCH)
		buf_adds(out, "switch (");
	tokens_fold(p->t, p->r.a, is_long ? p->r.a + TEXT_LIMIT : p->r.b, out);
	if (is_long)
		buf_adds(out, " ..");
	if (p->r.kind == REGION_SWITCH)
		buf_addc(out, ')');
}

bool condition_at(const struct tokens *t, const struct condition_place *place, bool *is_macro_ret,
		  struct buf *out)
{
	struct pick p = { .t = t, .is_clang = place->is_clang,
			  .mode = place->col ? PICK_AT : PICK_WHOLE };

	p.at = token_at(t, place->line, place->col);
	if (p.at == NO_TOKEN)
		return false;
	if (!place->col)
		p.at = control_on_line(t, p.at);
	p.at = skip_to_condition(t, p.at);
	if (!find_region(&p))
		return false;
	*is_macro_ret = p.r.kind == REGION_STATEMENT && !has_logical(t, p.r.a, p.r.b);
	if (*is_macro_ret)
		narrow_to_call(&p);
	else if (p.r.kind != REGION_SWITCH)
		narrow(&p);
	if (!has_word(&p))
		return false;
	add_text(&p, out);
	return true;
}

/* ---- what a text asks --------------------------------------------------- */

/* Without brackets around it, and without the hint in likely(x). */
static void strip_hint(struct pick *p)
{
	for (;;) {
		strip_brackets(p);
		if (!token_is(p->t, p->r.a, "likely") && !token_is(p->t, p->r.a, "unlikely"))
			return;
		if (p->r.a + 1 >= p->r.b ||
		    tokens_close(p->t, p->r.a + 1, p->r.b) != p->r.b - 1)
			return;
		p->r.a++;
	}
}

static bool is_zero(const struct tokens *t, u32 i)
{
	return token_is(t, i, "0") || token_is(t, i, "NULL") || token_is(t, i, "false");
}

/* Is [a, b) one operand: names, members, calls, brackets? */
static bool is_primary(const struct tokens *t, u32 a, u32 b)
{
	for (; a < b; a = next_top(t, a, b)) {
		u8 kind = t->v.a[a].kind;

		if (kind != TOKEN_WORD && kind != TOKEN_MEMBER && kind != TOKEN_OPEN &&
		    kind != TOKEN_NOT)
			return false;
	}
	return true;
}

static bool tests_zero(struct pick *p)
{
	bool negated = false;
	u32 op;

	for (;;) {
		strip_hint(p);
		if (p->r.b - p->r.a < 2)
			return negated;
		if (p->t->v.a[p->r.a].kind == TOKEN_NOT && is_primary(p->t, p->r.a + 1, p->r.b)) {
			negated = !negated;
			p->r.a++;
			continue;
		}
		op = find_top(p->t, p->r.a, p->r.b, TOKEN_EQ);
		if (op != NO_TOKEN && !has_logical(p->t, p->r.a, p->r.b) &&
		    ((op + 2 == p->r.b && is_zero(p->t, op + 1)) ||
		     (op == p->r.a + 1 && is_zero(p->t, p->r.a))))
			return !negated;
		return negated;
	}
}

static void pick_text(struct pick *p, struct tokens *t, const char *text)
{
	tokens_read(t, text, strlen(text));
	*p = (struct pick){ .t = t, .r = { .a = 0, .b = t->v.n } };
}

bool source_tests_zero(const char *text)
{
	struct tokens t = { 0 };
	struct pick p;
	bool ret;

	pick_text(&p, &t, text);
	ret = tests_zero(&p);
	tokens_free(&t);
	return ret;
}

bool source_is_compound(const char *text)
{
	struct tokens t = { 0 };
	struct pick p;
	bool ret;

	pick_text(&p, &t, text);
	strip_hint(&p);
	ret = find_top(&t, p.r.a, p.r.b, TOKEN_AND) != NO_TOKEN ||
	      find_top(&t, p.r.a, p.r.b, TOKEN_OR) != NO_TOKEN;
	tokens_free(&t);
	return ret;
}
