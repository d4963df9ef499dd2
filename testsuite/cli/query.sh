#!/bin/sh
# SPDX-License-Identifier: MIT
# query.sh RECLINT SOURCE_DIR: callers, callees, path, roots and stats of three small files.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
[ -x "$(dirname "$reclint")/reclint-sparse" ] || exit 77

cat >ops.h <<'END'
struct shrink_control { unsigned gfp_mask; };
struct shrinker {
	unsigned long (*count_objects)(struct shrinker *, struct shrink_control *);
	unsigned long (*scan_objects)(struct shrinker *, struct shrink_control *);
};
unsigned long shrink(struct shrinker *s, struct shrink_control *sc);
void work(void);
END
cat >core.c <<'END'
#include "ops.h"
unsigned long shrink(struct shrinker *s, struct shrink_control *sc)
{
	return s->scan_objects(s, sc);
}
void lonely(void) { }
END
cat >driver.c <<'END'
#include "ops.h"
static unsigned long scan(struct shrinker *s, struct shrink_control *sc)
{
	work();
	return 0;
}
static struct shrinker table = { .scan_objects = scan };
unsigned long run(struct shrink_control *sc)
{
	return shrink(&table, sc);
}
END
printf 'int c = X;\n' >broken.c

for file in core driver; do
	printf '{"directory": "%s", "file": "%s.c", "command": "cc -c -o %s.o %s.c"},\n' \
		"$PWD" $file $file $file
done >entries
{ echo '['; cat entries; echo '{"directory": ".", "file": "x.cpp", "arguments": ["c++"]}]'; } \
	>compile_commands.json
run 0 "$reclint" scan

run 0 "$reclint" callers work
says 'driver.c:4: scan -> work'
run 0 "$reclint" callers scan -p .
says 'core.c:4: shrink -> scan [ops: struct shrinker.scan_objects, 1 target]'
run 1 "$reclint" callers run
says "nothing calls 'run'"
run 0 "$reclint" callees shrink --facts .reclint/facts
says 'core.c:4: shrink -> scan'
run 1 "$reclint" callees lonely
says "'lonely' calls nothing"
run 2 "$reclint" callees nothing
says "no function 'nothing' in these facts"
run 2 "$reclint" callees shrink -p nowhere
says "no file or folder 'nowhere'"

run 0 "$reclint" path run work
printf '%s\n' 'driver.c:10: run -> shrink' \
	'core.c:4: shrink -> scan [ops: struct shrinker.scan_objects, 1 target]' \
	'driver.c:4: scan -> work' >want
cmp -s want said || fail 'another path'
run 1 "$reclint" path work run
says "no path from 'work' to 'run'"
run 2 "$reclint" path work nothing

run 0 "$reclint" roots
says 'driver.c:2: scan [shrinker: struct shrinker.scan_objects, table table]'
run 0 "$reclint" roots 'sc*'
run 1 "$reclint" roots 'none*'

run 0 "$reclint" stats
says '1 indirect calls'
says 'mean 1.0, median 1, p90 1, max 1'
says '1 targets,    1 calls  struct shrinker.scan_objects'

# A file that gave no facts is said, and counted; so is one whose facts are damaged.
echo 'broken.c: no memory' >>.reclint/failed
echo garbage >.reclint/facts/damaged.facts
run 0 "$reclint" stats
says '2 files gave no facts'
says 'failed-tu            1'
says 'broken-facts         1'
