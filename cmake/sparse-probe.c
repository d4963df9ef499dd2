// SPDX-License-Identifier: MIT
/*
 * Exits with 0 if this libsparse knows what reclint-sparse needs: the version
 * it calls itself says little.  Usage: sparse-probe FILE.c
 */
#include <lib.h>
#include <allocate.h>
#include <token.h>
#include <symbol.h>

int main(int argc, char **argv)
{
	struct string_list *files = NULL;
	struct symbol probe = { 0 };
	char *file;

	if (probe.cleanup)
		return 1;
	sparse_initialize(argc, argv, &files);
	FOR_EACH_PTR(files, file) {
		sparse(file);
	} END_FOR_EACH_PTR(file);
	return die_if_error;
}
