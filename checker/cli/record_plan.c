// SPDX-License-Identifier: MIT
/*
 * Decides how a recording calls make: in which folder, with which compiler behind the
 * wrapper, and where the objects go.  A recording ends with no objects where it ran, so
 * it must not run where the user keeps a finished build: such an O= folder is left
 * alone and a sibling is used, with its .config; a source tree that was built in
 * is refused, as kbuild allows no O= for it.  Knows make's and kbuild's command line; the
 * makefiles themselves are not read.
 */
#include "cli/record.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/job.h"
#include "base/log.h"

struct make_line {
	const char *dir;	/* where make runs, absolute */
	bool has_jobs;
	char **words;
	u32 n_words;
};

static bool starts_with(const char *s, const char *start)
{
	return !strncmp(s, start, strlen(start));
}

static bool has_file(struct arena *a, const char *dir, const char *name)
{
	return file_exists(file_join(a, dir, name));
}

/* Options of make whose value is the next word. */
static bool takes_word(const char *word)
{
	static const char *const options[] = { "-f", "-I", "-o", "-W", "-C", "--directory", "--file" };

	for (u32 i = 0; i < ARRAY_LEN(options); i++)
		if (!strcmp(word, options[i]))
			return true;
	return false;
}

static struct make_line parse_make(struct arena *a, char **words, u32 n)
{
	struct make_line m = { .dir = file_cwd(a), .words = words, .n_words = n };

	for (u32 i = 1; i < n; i++) {
		const char *w = words[i];

		if ((!strcmp(w, "-C") || !strcmp(w, "--directory")) && i + 1 < n)
			m.dir = file_join(a, m.dir, words[++i]);
		else if (starts_with(w, "--directory="))
			m.dir = file_join(a, m.dir, strchr(w, '=') + 1);
		else if (starts_with(w, "-C"))
			m.dir = file_join(a, m.dir, w + 2);
		else if (starts_with(w, "-j") || starts_with(w, "--jobs"))
			m.has_jobs = true;
		else if (takes_word(w))
			i++;
	}
	return m;
}

/* The value in the word NAME=value, or NULL. */
static const char *assigned(const char *word, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(word, name, n) && word[n] == '=' ? word + n + 1 : NULL;
}

/* The last NAME=value of the command, else the environment's 'env'; NULL if unset or
 * empty. */
static const char *variable(const struct make_line *m, const char *name, const char *env)
{
	const char *value = NULL, *v;

	for (u32 i = 1; i < m->n_words; i++)
		if ((v = assigned(m->words[i], name)))
			value = v;
	if (!value && env)
		value = getenv(env);
	return value && value[0] ? value : NULL;
}

/* A compiler launcher hides the compiler from whoever reads the database. */
static const char *skip_launchers(const char *cc)
{
	static const char *const launchers[] = { "ccache ", "sccache ", "distcc ", "icecc " };

	for (u32 i = 0; i < ARRAY_LEN(launchers); i++)
		if (starts_with(cc, launchers[i]))
			return cc + strlen(launchers[i]);
	return cc;
}

/* What kbuild would take as CC. */
static const char *real_compiler(struct arena *a, const struct make_line *m)
{
	const char *cc = variable(m, "CC", NULL), *llvm = variable(m, "LLVM", "LLVM");
	const char *cross = variable(m, "CROSS_COMPILE", "CROSS_COMPILE");

	if (cc)
		return skip_launchers(cc);
	if (!llvm)
		return arena_printf(a, "%sgcc", cross ? cross : "");
	if (llvm[strlen(llvm) - 1] == '/')
		return arena_printf(a, "%sclang", llvm);
	return arena_printf(a, "clang%s", llvm[0] == '-' ? llvm : "");
}

static bool is_kernel_source(struct arena *a, const char *dir)
{
	return has_file(a, dir, "Kbuild") && has_file(a, dir, "Kconfig") &&
	       has_file(a, dir, "scripts/Makefile.build");
}

static bool is_output_folder(struct arena *a, const char *dir)
{
	return has_file(a, dir, "source/scripts/Makefile.build");
}

static bool holds_build(struct arena *a, const char *dir)
{
	return has_file(a, dir, "vmlinux") || has_file(a, dir, "vmlinux.o") ||
	       has_file(a, dir, "vmlinux.a") || has_file(a, dir, "built-in.a");
}

/* kbuild takes no O= then. */
static bool is_configured_source(struct arena *a, const char *dir)
{
	return has_file(a, dir, ".config") || has_file(a, dir, "include/config");
}

static char *sibling(struct arena *a, const char *dir)
{
	return arena_printf(a, "%s-reclint", dir);
}

/* The folder that the command itself would build a kernel in; NULL if it builds none. */
static const char *named_folder(struct arena *a, const struct make_line *m)
{
	const char *out = variable(m, "O", "KBUILD_OUTPUT");

	if (out)
		return file_join(a, m->dir, out);
	if (is_kernel_source(a, m->dir) || is_output_folder(a, m->dir))
		return m->dir;
	return NULL;
}

static struct err *move_build(struct arena *a, const char *from, const char *to,
			      struct record_plan *p)
{
	p->build = to;
	p->is_moved = true;
	if (has_file(a, from, ".config"))
		p->config = file_join(a, from, ".config");
	else if (!has_file(a, to, ".config"))
		return err_new("cannot record in '%s': no .config there, and none in '%s'", to, from);
	log_note("recording in '%s'", to);
	return NULL;
}

static struct err *place_kernel(struct arena *a, const struct record_options *o, const char *named,
				struct record_plan *p)
{
	bool is_source = is_kernel_source(a, named);

	if (is_source && is_configured_source(a, named)) {
		if (o->output)
			return err_new("cannot record '%s' in another folder: kbuild takes no O= "
				       "while the source tree holds a .config", named);
		if (holds_build(a, named) && !o->in_place)
			return err_new("'%s' holds a build whose objects a recording replaces: give "
				       "--in-place if the next make may build them anew", named);
		return NULL;
	}
	if (o->output)
		return move_build(a, named, file_join(a, file_cwd(a), o->output), p);
	if (is_source)
		return move_build(a, named, sibling(a, named), p);
	if (holds_build(a, named) && !o->in_place)
		return move_build(a, named, sibling(a, named), p);
	return NULL;
}

static struct err *place(struct arena *a, const struct record_options *o,
			 const struct make_line *m, struct record_plan *p)
{
	const char *module = variable(m, "M", "KBUILD_EXTMOD");
	const char *module_output = variable(m, "MO", "KBUILD_EXTMOD_OUTPUT");
	const char *named = named_folder(a, m);

	if (module || !named) {
		if (o->output)
			return err_new("-O is for the build of a kernel");
		if (module_output)
			module = module_output;
		p->build = module ? file_join(a, m->dir, module) : m->dir;
		return NULL;
	}
	p->build = named;
	return place_kernel(a, o, named, p);
}

/* Adds the user's words but for what is replaced, then ours: the last CC= counts. */
static void build_words(struct arena *a, const struct make_line *m, struct record_plan *p)
{
	u32 n = 0;
	const char **w = arena_array(a, const char *, m->n_words + 9);

	for (u32 i = 0; i < m->n_words; i++)
		if (!(p->is_moved && assigned(m->words[i], "O")) && !assigned(m->words[i], "CC"))
			w[n++] = m->words[i];
	if (p->is_moved)
		w[n++] = arena_printf(a, "O=%s", p->build);
	if (!m->has_jobs)
		w[n++] = arena_printf(a, "-j%u", job_cpus());
	w[n++] = "-k";	/* the links fail */
	w[n++] = "-s";
	w[n++] = "objtool=true";	/* it and the next: nothing to see in a stub */
	w[n++] = "cmd_check_local_export=";	/* a shell and three programs, 5.19 to 6.3 */
	w[n++] = arena_printf(a, "CC=%s/" RECORD_SELF " record-cc %s %s --", p->state, p->state,
			      real_compiler(a, m));
	p->make = w;
}

/* make and the shell read it unquoted, thousands of times. */
static bool is_plain_path(const char *path)
{
	for (; *path; path++)
		if (!isalnum((unsigned char)*path) && !strchr("/._-+,@", *path))
			return false;
	return true;
}

struct err *record_plan_make(struct arena *a, const struct record_options *options,
			     const char *state, struct record_plan *ret)
{
	struct err *err;
	struct make_line m;
	struct record_plan p = { .state = state };
	const char *slash = strrchr(options->make[0], '/');

	if (!strstr(slash ? slash : options->make[0], "make"))
		return err_new("'%s' is no make command", options->make[0]);
	if (!is_plain_path(state))
		return err_new("cannot record with '%s' as the temporary folder: set TMPDIR to a path "
			       "of letters, digits and /._-+,@", state);
	m = parse_make(a, options->make, options->n_make);
	p.dir = m.dir;
	if ((err = place(a, options, &m, &p)))
		return err;
	build_words(a, &m, &p);
	*ret = p;
	return NULL;
}
