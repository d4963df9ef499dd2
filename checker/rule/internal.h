/* SPDX-License-Identifier: MIT */
/* What the files of rule/ share with each other and nobody else includes. */
#ifndef RULE_INTERNAL_H
#define RULE_INTERNAL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "rule/rule.h"
#include "rule/yaml.h"

/* ---- expr.c ------------------------------------------------------------- */

/* What is wrong with an expression or a glob, and where in its text. */
struct text_error { const char *what; u32 at; };

/* NULL on failure; then *error_ret says why. */
struct rule_expr *expr_parse(struct arena *a, const char *text, struct text_error *error_ret);
/* Calls f for each name in e, until it returns false; 'at' is the offset in the text. */
bool expr_each_name(const struct rule_expr *e, bool (*f)(void *ctx, const char *name, u32 at),
		    void *ctx);

/* ---- glob.c ------------------------------------------------------------- */

#define GLOB_MAX_NAMES	1024	/* that one pattern may expand to */

/* Expands braces: "{a,b}c{,d}" -> ac acd bc bcd; checks the characters. */
bool glob_expand(struct arena *a, const char *text, const char ***names_ret, u32 *n_ret,
		 struct text_error *error_ret);
bool glob_is_exact(const char *glob);	/* no '*' and no '?' */
bool glob_match(const char *glob, const char *name);

/* ---- load.c, schema.c, decode.c ----------------------------------------- */

enum section_kind {
	SECTION_FN,		/* struct rule_fn */
	SECTION_CONTEXT,
	SECTION_ROOT,
	SECTION_DESC,
	SECTION_LOCK_KIND,
	SECTION_INDIRECT,
	SECTION_TRAMPOLINE,
	SECTION_LOCK_CLASS,
	SECTION_PRIMED,
	SECTION_MARK,
	SECTION_RECLAIMING,
	SECTION_RESUME,
	SECTION_BUS,
	SECTION_SIGNAL,
	SECTION_ASSUMPTION,
	SECTION_MAKER,
	SECTION_MACRO,		/* words, not mappings, from here on */
	SECTION_ENUM,
	SECTION_INCLUDE,
	SECTION_CORE_PATH, SECTION_OWNER,
};

struct field;

/* A top-level key of a rules file. */
struct section {
	const char *key;		/* "locks" */
	enum section_kind kind;
	enum rule_fn_kind fn_kind;	/* SECTION_FN */
	const char *name;		/* the field that names an entry ("fn"); NULL: words */
	const struct field *fields;	/* ends with a NULL key */
};

extern const struct section rule_sections[];
extern const u32 rule_n_sections;
const struct section *section_find(const char *key);

/* One entry of one section under one name: what "remove:" takes away. */
struct entry {
	const struct section *section;
	const struct yaml_node *node;
	const char *name;
	bool is_removed;
};

/* A "lock_kinds:" entry: what locks of a kind have in common. */
struct lock_kind {
	const char *kind, *id, *why, *under;
	bool blocks, unpaired;
	struct rule_member runs;
	const struct rule_member *ended_by;	u32 n_ended_by;
	struct rule_pos pos;
};

struct loader {
	struct arena arena;		/* nodes and texts of files, gone after loading */
	struct ruleset *rs;
	VEC(struct entry) entries;	/* in order of files and lines */
	VEC(struct lock_kind) lock_kinds;
	VEC(const char *) objects;	/* that RULE_OBJECT names */
	struct map names;		/* what has been declared, by "section\001name" */
};

/* Turns l->entries that were not removed into l->rs; checks every name they use. */
MUST_CHECK struct err *loader_decode(struct loader *l);
/* lint.c: two entries that say the same. */
MUST_CHECK struct err *loader_find_duplicates(struct loader *l);
/* The value of a key of a mapping, or NULL. */
const struct yaml_node *map_value(const struct yaml_node *map, const char *key);

bool loader_is_declared(struct loader *l, enum section_kind kind, const char *name);
void loader_declare(struct loader *l, enum section_kind kind, const char *name);

/* Reads the value of one key into *out. */
typedef struct err *decode_fn(struct loader *l, const struct yaml_node *value, void *out);
struct field {
	const char *key;
	decode_fn *decode;
	size_t at;			/* offset in what is decoded */
	bool is_required;
};
/* Checks the keys of a mapping against fields and decodes each into obj. */
MUST_CHECK struct err *decode_map(struct loader *l, const struct field *fields,
				  const struct yaml_node *map, void *obj);

decode_fn decode_text, decode_word, decode_bool, decode_expr, decode_place, decode_member,
	  decode_conds, decode_success, decode_result, decode_op,
	  decode_by, decode_gives, decode_mode, decode_severity, decode_lock_kind,
	  decode_desc_id, decode_object, decode_glob, decode_prefix, decode_name, decode_arg;
/* Lists decode into a struct list_out. */
struct list_out { void *a; u32 n; };
MUST_CHECK struct err *decode_list(struct loader *l, const struct yaml_node *value,
				   decode_fn *decode, size_t size, struct list_out *ret);
struct rule_pos node_pos(struct loader *l, const struct yaml_node *node);

#endif
