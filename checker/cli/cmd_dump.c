// SPDX-License-Identifier: MIT
/*
 * reclint dump: a facts file as text.  What the text means is fact/dump.c's.
 */
#include "cli/cli.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "fact/fact.h"

#include <argp.h>
#include <stdio.h>

struct dump_options {
	VEC(const char *) files;
	const char *function;
};

static const struct argp_option options[] = {
	{ "function", 'f', "NAME", 0, "only this function", 0 },
	{ 0 },
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct dump_options *o = state->input;

	switch (key) {
	case 'f':
		o->function = arg;
		break;
	case ARGP_KEY_ARG:
		vec_push(&o->files, arg);
		break;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no facts file");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp parser = {
	.options = options,
	.parser = parse_option,
	.args_doc = "FILE.facts...",
	.doc = "Print facts files as text that does not change from run to run.",
};

static struct err *dump(const char *path, const char *function, struct buf *out)
{
	struct fact_tu tu;
	struct err *err = fact_read(path, &tu);

	if (err)
		return err;
	err = fact_dump(&tu, function, out);
	fact_tu_free(&tu);
	return err;
}

int cmd_dump(int argc, char **argv)
{
	struct dump_options o = { 0 };
	struct err *err = NULL;

	cli_parse(&parser, argc, argv, 0, &o);
	for (u32 i = 0; i < o.files.n && !err; i++) {
		struct buf out = BUF_INIT;

		err = dump(o.files.a[i], o.function, &out);
		fwrite(buf_text(&out), 1, out.len, stdout);
		buf_free(&out);
	}
	vec_free(&o.files);
	return err ? err_report(err) : 0;
}
