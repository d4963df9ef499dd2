// SPDX-License-Identifier: MIT
/*
 * YAML text -> struct yaml_node, and messages that quote it.
 * The only file that knows libfyaml.  It uses the event interface: nothing
 * recurses over the input, and depth, size and number of nodes are bounded.
 */
#include "rule/yaml.h"

#include "base/buf.h"

#include <libfyaml.h>

#define MAX_SIZE	(1u << 20)	/* bytes of one file */
#define MAX_DEPTH	16
#define QUOTE_WIDTH	160		/* characters of a source line that a message shows */

struct builder {
	const struct yaml_file *file;
	struct arena *arena;
	struct yaml_node *open[MAX_DEPTH];	/* collections being filled */
	struct yaml_node *last[MAX_DEPTH];	/* the newest child of each */
	u32 depth;
	struct yaml_node *root;
	u32 n_documents;
};

const char *yaml_kind_text(enum yaml_kind kind)
{
	switch (kind) {
	case YAML_SCALAR:
		return "text";
	case YAML_SEQ:
		return "list";
	case YAML_MAP:
		break;
	}
	return "mapping";
}

/* ---- messages ----------------------------------------------------------- */

static const char *line_start(const struct yaml_file *file, u32 line)
{
	const char *p = file->text, *end = file->text + file->n;

	for (u32 i = 1; i < line && p; i++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p)
			p++;
	}
	return p;
}

/* The line, and a line with a caret below its column.  Control characters become spaces. */
static void quote_line(struct buf *out, const struct yaml_file *file, u32 line, u32 col)
{
	const char *p = line_start(file, line);

	if (!p)
		return;
	size_t n = (size_t)(file->text + file->n - p);
	const char *nl = memchr(p, '\n', n);

	if (nl)
		n = (size_t)(nl - p);
	size_t from = col > QUOTE_WIDTH ? col - QUOTE_WIDTH / 2 : 0;

	if (from > n)
		from = n;
	buf_addf(out, "\n%5u | ", line);
	for (size_t i = from; i < n && i < from + QUOTE_WIDTH; i++) {
		unsigned char c = (unsigned char)p[i];

		buf_addc(out, c < ' ' || c == 127 ? ' ' : (char)c);
	}
	buf_adds(out, "\n      | ");
	for (size_t i = from + 1; i < col; i++)
		buf_addc(out, ' ');
	buf_addc(out, '^');
}

static struct err *error_at(const struct yaml_file *file, u32 line, u32 col, const char *text)
{
	struct buf quote = BUF_INIT;
	struct err *err;

	quote_line(&quote, file, line, col);
	err = err_new("%s:%u:%u: %s%s", file->path, line, col, text, buf_text(&quote));
	buf_free(&quote);
	return err;
}

static struct err *error_v(const struct yaml_node *at, u32 skip, const char *fmt, va_list ap)
{
	struct buf text = BUF_INIT;
	struct err *err;

	buf_addv(&text, fmt, ap);
	if (skip && at->is_quoted)
		skip++;
	err = error_at(at->file, at->line, at->col + skip, buf_text(&text));
	buf_free(&text);
	return err;
}

struct err *yaml_error(const struct yaml_node *at, const char *fmt, ...)
{
	struct err *err;
	va_list ap;

	va_start(ap, fmt);
	err = error_v(at, 0, fmt, ap);
	va_end(ap);
	return err;
}

struct err *yaml_error_in(const struct yaml_node *at, u32 skip, const char *fmt, ...)
{
	struct err *err;
	va_list ap;

	va_start(ap, fmt);
	err = error_v(at, skip, fmt, ap);
	va_end(ap);
	return err;
}

/* ---- building ----------------------------------------------------------- */

static struct yaml_node *add_node(struct builder *b, enum yaml_kind kind,
				  const struct fy_mark *mark)
{
	struct yaml_node *node = arena_new(b->arena, struct yaml_node);

	node->kind = kind;
	node->file = b->file;
	node->line = mark ? (u32)mark->line + 1 : 1;
	node->col = mark ? (u32)mark->column + 1 : 1;
	if (!b->depth) {
		b->root = node;
		return node;
	}
	struct yaml_node *parent = b->open[b->depth - 1];

	if (b->last[b->depth - 1])
		b->last[b->depth - 1]->next = node;
	else
		parent->first = node;
	b->last[b->depth - 1] = node;
	parent->n++;
	return node;
}

/* Is the node that comes next a key of the open mapping? */
static bool at_key(const struct builder *b)
{
	return b->depth && b->open[b->depth - 1]->kind == YAML_MAP &&
	       !(b->open[b->depth - 1]->n & 1);
}

static struct err *add_scalar(struct builder *b, struct fy_event *event)
{
	struct yaml_node *node = add_node(b, YAML_SCALAR, fy_event_start_mark(event));
	struct fy_token *token = event->scalar.value;
	size_t n = 0;
	const char *text = token ? fy_token_get_text(token, &n) : NULL;

	if (event->scalar.anchor || event->scalar.tag)
		return yaml_error(node, "anchors and tags are not used in rules");
	if (text && memchr(text, 0, n))
		return yaml_error(node, "text holds a NUL character");
	node->text = text ? arena_printf(b->arena, "%.*s", (int)n, text) : "";
	node->is_quoted = token && fy_token_scalar_style(token) != FYSS_PLAIN;
	return NULL;
}

static struct err *open_collection(struct builder *b, enum yaml_kind kind, struct fy_event *event)
{
	bool is_key = at_key(b);
	struct yaml_node *node = add_node(b, kind, fy_event_start_mark(event));
	bool has_extra = kind == YAML_MAP ?
		event->mapping_start.anchor || event->mapping_start.tag :
		event->sequence_start.anchor || event->sequence_start.tag;

	if (has_extra)
		return yaml_error(node, "anchors and tags are not used in rules");
	if (is_key)
		return yaml_error(node, "a key is a word, not a %s", yaml_kind_text(kind));
	if (b->depth == MAX_DEPTH)
		return yaml_error(node, "nested deeper than %u levels", MAX_DEPTH);
	b->open[b->depth] = node;
	b->last[b->depth] = NULL;
	b->depth++;
	return NULL;
}

static struct err *add_event(struct builder *b, struct fy_event *event)
{
	switch (event->type) {
	case FYET_DOCUMENT_START:
		if (b->n_documents++)
			return yaml_error(add_node(b, YAML_SCALAR, fy_event_start_mark(event)),
					  "more than one document in a file");
		return NULL;
	case FYET_SCALAR:
		return add_scalar(b, event);
	case FYET_MAPPING_START:
		return open_collection(b, YAML_MAP, event);
	case FYET_SEQUENCE_START:
		return open_collection(b, YAML_SEQ, event);
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		b->depth--;
		return NULL;
	case FYET_ALIAS:
		return yaml_error(add_node(b, YAML_SCALAR, fy_event_start_mark(event)),
				  "aliases are not used in rules");
	default:
		return NULL;
	}
}

/* ---- what libfyaml does not get to see ---------------------------------- */

/* Bytes of the UTF-8 character at p, of which n are left; 0: none. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
	size_t len = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;

	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (p[i] >> 6 != 2)
			return 0;
	}
	return len;
}

/*
 * Text without control characters and directives.  libfyaml 0.7.12 never comes
 * back from a directive with a bad character ("%\303x").
 */
static struct err *check_text(const struct yaml_file *file)
{
	const unsigned char *p = (const unsigned char *)file->text;
	u32 line = 1, col = 1;

	for (size_t i = 0, len; i < file->n; i += len) {
		len = utf8_length(p + i, file->n - i);
		if (!len || (p[i] < ' ' && !memchr("\t\n\r", p[i], 3)) || p[i] == 127)
			return error_at(file, line, col, "not a character of UTF-8 text");
		if (p[i] == '%' && col == 1)
			return error_at(file, line, col, "YAML directives are not used in rules");
		col++;
		if (p[i] == '\n') {
			line++;
			col = 1;
		}
	}
	return NULL;
}

/* ---- libfyaml ----------------------------------------------------------- */

static void drop_output(struct fy_diag *diag, void *user, const char *text, size_t n)
{
	(void)diag, (void)user, (void)text, (void)n;
}

static struct err *syntax_error(const struct yaml_file *file, struct fy_diag *diag)
{
	void *iter = NULL;
	const struct fy_diag_error *e = fy_diag_errors_iterate(diag, &iter);

	if (!e || !e->msg)
		return error_at(file, 1, 1, "not YAML");
	return error_at(file, e->line > 0 ? (u32)e->line : 1,
			e->column > 0 ? (u32)e->column : 1, e->msg);
}

static struct err *read_events(struct builder *b, struct fy_parser *parser, struct fy_diag *diag)
{
	struct err *err = NULL;

	while (!err) {
		struct fy_event *event = fy_parser_parse(parser);

		if (!event)
			break;
		err = add_event(b, event);
		fy_parser_event_free(parser, event);
	}
	if (!err && fy_parser_get_stream_error(parser))
		err = syntax_error(b->file, diag);
	return err;
}

static struct err *parse_text(struct builder *b)
{
	struct fy_diag_cfg diag_cfg = {
		.output_fn = drop_output, .level = FYET_ERROR, .module_mask = ~0u,
	};
	struct fy_diag *diag = fy_diag_create(&diag_cfg);

	if (!diag)
		return err_new("cannot set up the YAML parser");
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_JSON_NONE, .diag = diag };
	struct fy_parser *parser = fy_parser_create(&cfg);
	struct err *err;

	if (parser && !fy_parser_set_string(parser, b->file->text, b->file->n))
		err = read_events(b, parser, diag);
	else
		err = err_new("cannot set up the YAML parser for '%s'", b->file->path);
	if (parser)
		fy_parser_destroy(parser);
	fy_diag_destroy(diag);
	return err;
}

struct err *yaml_parse(const struct yaml_file *file, struct arena *a, struct yaml_node **ret)
{
	struct builder b = { .file = file, .arena = a };
	struct err *err;

	if (file->n > MAX_SIZE)
		return err_new("'%s' is larger than %u bytes", file->path, MAX_SIZE);
	err = check_text(file);
	if (!err && file->n)
		err = parse_text(&b);
	if (!err)
		*ret = b.root;
	return err;
}
