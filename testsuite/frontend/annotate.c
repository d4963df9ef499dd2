// SPDX-License-Identifier: MIT
/* __attribute__((annotate("..."))): the source's own word. */
#define NOTE(text) __attribute__((annotate(text)))
struct device { int power NOTE("member"); struct { int deep NOTE("nested"); } in; } NOTE("struct");
union NOTE("union") u { int a; };
extern int declared(struct device *d) NOTE("declaration");
static int NOTE("definition") NOTE("twice") defined(struct device *d) { return d->power; }
static struct device inherits;
int variable NOTE("variable");
int uses(void)
{
	return defined(&inherits) + (int)sizeof(inherits);
}
