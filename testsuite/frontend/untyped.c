// SPDX-License-Identifier: MIT
/* What libsparse does not type: its value is unknown, what it is stored to is overwritten. */
typedef int (*handler_t)(int n);
struct dev { handler_t fn; void *image; };

int stores(struct dev *d, int n)
{
	d->image = d->fn + n;
	n = 1;
	n = (d->fn + n)(2);
	return n;
}

extern int first(int n), second(int n);
long distance(void)
{
	return first - second;
}
