// SPDX-License-Identifier: MIT
/*
 * One line on the terminal, redrawn in place.  Ignored: more than one progress
 * at a time, and terminals that do not know "clear to the end of the line".
 */
#include "base/progress.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define DELAY_MS 1000
#define INTERVAL_MS 100

struct progress {
	const char *title;
	u64 total;
	u64 started_ms, drawn_ms;
	bool is_on;		/* stderr is a terminal */
};

static bool line_is_shown;

static u64 now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000 + (u64)t.tv_nsec / 1000000;
}

static bool stderr_can_redraw(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
}

struct progress *progress_start(const char *title, u64 total)
{
	struct progress *p = mem_realloc(NULL, 1, sizeof(*p));

	*p = (struct progress){ .title = title, .total = total, .started_ms = now_ms(),
				.is_on = stderr_can_redraw() };
	return p;
}

static int width(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 1)
		return w.ws_col - 1;
	return 79;
}

static void draw(const struct progress *p, u64 done, const char *what)
{
	char line[512];
	int n = width();

	if (n >= (int)sizeof(line))
		n = (int)sizeof(line) - 1;
	if (p->total)
		snprintf(line, (size_t)n + 1, "%s: %3d%% (%llu/%llu)%s%s", p->title,
			 (int)(100.0 * (double)done / (double)p->total),
			 (unsigned long long)done, (unsigned long long)p->total,
			 what ? " " : "", what ? what : "");
	else
		snprintf(line, (size_t)n + 1, "%s: %llu%s%s", p->title, (unsigned long long)done,
			 what ? " " : "", what ? what : "");
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	line_is_shown = true;
}

void progress_set(struct progress *p, u64 done, const char *what)
{
	u64 now;

	if (!p || !p->is_on)
		return;
	now = now_ms();
	if (now - p->started_ms < DELAY_MS || now - p->drawn_ms < INTERVAL_MS)
		return;
	p->drawn_ms = now;
	draw(p, done, what);
}

void progress_hide(void)
{
	if (!line_is_shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	line_is_shown = false;
}

void progress_stop(struct progress *p)
{
	progress_hide();
	free(p);
}
