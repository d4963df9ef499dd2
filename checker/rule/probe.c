// SPDX-License-Identifier: MIT
/*
 * The probe: C source whose initialisers tell the values of constants in one
 * configured kernel.  A macro that the kernel lacks is left out by #ifdef.  An enum
 * constant cannot be asked for: where it is missing, the front-end complains and
 * loses that initialiser only.
 */
#include "rule/internal.h"

static void add_constant(struct buf *out, const char *name)
{
	buf_addf(out, "const long long " RULE_PROBE_PREFIX "%s = (__force long long)(%s);\n",
		 name, name);
}

void rule_probe_source(const struct ruleset *rs, struct buf *out)
{
	buf_adds(out, "/* Written by reclint: the values of the constants that rules use. */\n");
	/* sparse has no __has_include: it complains of a header that is not there, and goes on. */
	buf_adds(out, "#ifndef __has_include\n#define __has_include(header) 1\n#endif\n");
	for (u32 i = 0; i < rs->includes.n; i++) {
		const char *header = rs->includes.a[i];

		buf_addf(out, "#if __has_include(<%s>)\n#include <%s>\n#endif\n", header, header);
	}
	buf_adds(out, "#ifndef __force\n#define __force\n#endif\n");
	for (u32 i = 0; i < rs->constants.n; i++) {
		bool is_macro = i < rs->n_macros;

		if (is_macro)
			buf_addf(out, "#ifdef %s\n", rs->constants.a[i]);
		add_constant(out, rs->constants.a[i]);
		if (is_macro)
			buf_adds(out, "#endif\n");
	}
}
