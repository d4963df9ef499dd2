// SPDX-License-Identifier: MIT
/*
 * What libsparse says, and what becomes of it when it gives up.
 *
 * Defines the library's reporting functions (the build makes the library's own
 * ones weak).  Errors become problems of the TU; its warnings are not ours and
 * are dropped unless asked for.  A fatal error, or a fault inside the library, while
 * one function is worked on costs that function only.
 */
#include "front.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define TEXT_MAX 256

static struct front *attached;	/* the library's callbacks carry no context */
static sigjmp_buf *guard;

void diag_attach(struct front *f)
{
	attached = f;
}

void diag_problem(struct front *f, enum fact_problem_kind kind, struct position pos,
		  const char *text)
{
	struct fact_tu *tu = f->tu;

	if (tu->problems.n > 1) {	/* "Expected x" is followed by "got y" at one place */
		struct fact_problem *last = vec_last(&tu->problems);
		if (last->line == pos.line && last->col == pos.pos && last->kind == kind)
			return;
	}
	struct fact_problem *p = vec_add(&tu->problems);
	p->kind = (u8)kind;
	p->file = loc_file(f, pos);
	p->line = pos.line;
	p->col = pos.pos;
	p->text = str_intern(tu->strings, text);
	if (f->function)
		p->function = str_intern(tu->strings, show_ident(f->function->ident));
}

static void print(struct position pos, const char *kind, const char *fmt, va_list args)
{
	fprintf(stderr, "%s:%u:%u: %s", stream_name(pos.stream), pos.line, pos.pos, kind);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

/* Errors that cost nothing of what facts hold. */
static bool is_harmless(const char *text)
{
	static const char *const texts[] = {
		"too long token expansion",	/* a string of a tracepoint */
		/* c ? f() : (void)0 where f() has a value: both arms are lowered all the same */
		"incompatible types in conditional expression (different base types)",
		/* a value that is not known */
		"arithmetics on pointers to functions", "subtraction of functions?",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (!strncmp(text, texts[i], strlen(texts[i])))
			return true;
	return false;
}

static void error(struct position pos, const char *fmt, va_list args)
{
	char text[TEXT_MAX];
	va_list copy;

	die_if_error = 1;
	has_error |= ERROR_CURR_PHASE;
	va_copy(copy, args);
	vsnprintf(text, sizeof(text), fmt, copy);
	va_end(copy);
	if (pos.type == TOKEN_BAD || is_harmless(text))
		return;
	if (!attached || attached->print_warnings) {
		va_copy(copy, args);
		print(pos, "error: ", fmt, copy);
		va_end(copy);
	}
	if (!attached)
		return;
	diag_problem(attached, PROBLEM_PARSE, pos, text);
}

void sparse_error(struct position pos, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	error(pos, fmt, args);
	va_end(args);
}

void expression_error(struct expression *expr, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	error(expr->pos, fmt, args);
	va_end(args);
	expr->ctype = &bad_ctype;
}

void warning(struct position pos, const char *fmt, ...)
{
	va_list args;

	if (!attached || !attached->print_warnings || pos.type == TOKEN_BAD ||
	    (has_error & ERROR_CURR_PHASE))
		return;
	va_start(args, fmt);
	print(pos, "warning: ", fmt, args);
	va_end(args);
}

void info(struct position pos, const char *fmt, ...)
{
	va_list args;

	if (!attached || !attached->print_warnings || pos.type == TOKEN_BAD ||
	    (has_error & ERROR_CURR_PHASE))
		return;
	va_start(args, fmt);
	print(pos, "", fmt, args);
	va_end(args);
}

NORETURN static void give_up(const char *text)
{
	if (guard)
		siglongjmp(*guard, 1);
	fprintf(stderr, "reclint-sparse: error: %s\n", text);
	_exit(2);
}

NORETURN void error_die(struct position pos, const char *fmt, ...)
{
	char text[TEXT_MAX], place[TEXT_MAX + 128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (attached)
		diag_problem(attached, PROBLEM_LOST_FUNCTION, pos, text);
	snprintf(place, sizeof(place), "%s:%u: %s", stream_name(pos.stream), pos.line, text);
	give_up(place);
}

NORETURN void die(const char *fmt, ...)
{
	char text[TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (attached && attached->function)
		diag_problem(attached, PROBLEM_LOST_FUNCTION, attached->function->pos, text);
	give_up(text);
}

bool diag_guard(struct front *f, void (*fn)(struct front *f, void *data), void *data)
{
	sigjmp_buf here, *outer = guard;

	if (sigsetjmp(here, 1)) {
		guard = outer;
		return false;
	}
	guard = &here;
	fn(f, data);
	guard = outer;
	return true;
}

static void on_fault(int signal_number)
{
	(void)signal_number;
	if (!guard)
		_exit(2);
	if (attached && attached->function)
		diag_problem(attached, PROBLEM_LOST_FUNCTION, attached->function->pos,
			     "libsparse crashed here");
	siglongjmp(*guard, 1);
}

void diag_catch_faults(void)
{
	static char stack[1 << 16];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = on_fault, .sa_flags = SA_ONSTACK | SA_NODEFER };

	sigaltstack(&alternative, NULL);
	sigaction(SIGSEGV, &action, NULL);
}
