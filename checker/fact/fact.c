// SPDX-License-Identifier: MIT
/* A TU in memory: its life, and what the table of instructions says. */
#include "fact/fact.h"

void fact_tu_init(struct fact_tu *tu)
{
	*tu = (struct fact_tu){ .arena = ARENA_INIT };
	tu->strings = strtab_create();
	(void)vec_add(&tu->syms);
	(void)vec_add(&tu->members);
	(void)vec_add(&tu->fns);
	(void)vec_add(&tu->inits);
	(void)vec_add(&tu->annotations);
	(void)vec_add(&tu->problems);
	(void)vec_add(&tu->inputs);
}

void fact_tu_free(struct fact_tu *tu)
{
	strtab_destroy(tu->strings);
	vec_free(&tu->syms);
	vec_free(&tu->members);
	vec_free(&tu->fns);
	vec_free(&tu->inits);
	vec_free(&tu->annotations);
	vec_free(&tu->problems);
	vec_free(&tu->inputs);
	arena_free(&tu->arena);
	blob_free(&tu->payload);
	*tu = (struct fact_tu){ .arena = ARENA_INIT };
}

const char *fact_op_text(enum fact_op op)
{
	static const char *const texts[FACT_OP_COUNT] = {
		[FACT_OP_NONE] = "none",
#define FACT_OP(name, text, operands) [FACT_##name] = text,
#include "fact/fact.def"
#undef FACT_OP
	};

	return op < FACT_OP_COUNT ? texts[op] : "none";
}

u64 fact_schema_hash(void)
{
	/* Raise the number whenever a byte of the encoding changes its meaning. */
	static const char schema[] = "encoding 1\n"
#define FACT_OP(name, text, operands) #name " " text " " operands "\n"
#include "fact/fact.def"
#undef FACT_OP
		;

	return hash64(schema, sizeof(schema) - 1);
}
