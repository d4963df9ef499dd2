#!/bin/sh
# SPDX-License-Identifier: MIT
# kbuild.sh RECLINT SOURCE_DIR: reclint called as kbuild calls its checker.
set -eu
reclint=$1
. "$2/testsuite/lib.sh"
sparse=$(dirname "$reclint")/reclint-sparse
[ -x "$sparse" ] || exit 77

# A tree that looks enough like a kernel's, and a folder to build it in.
tree=$tmp/tree
mkdir -p "$tree/include/linux" "$tree/mm" "$tree/arch/x86/boot" "$tmp/build/mm" "$tmp/rules"
echo '#define GFP_KERNEL 0xcc0u' >"$tree/include/linux/gfp.h"
echo '#define CONFIG_X 1' >"$tree/include/linux/kconfig.h"
cat >"$tmp/rules/constants.yaml" <<'END'
includes: [linux/gfp.h]
constants: [GFP_KERNEL]
END
RECLINT_RULES_DIR=$tmp/rules
export RECLINT_RULES_DIR
cd "$tmp/build"

check()	# STATUS FOLDER NAME: as `make C=2` does for FOLDER/NAME.c
{
	run "$1" "$reclint" -D__linux__ -Dlinux -Wbitwise -nostdinc -Wp,-MMD,"$2/.$3.o.d" \
		-I"$tree/include" -include "$tree/include/linux/kconfig.h" -std=gnu11 -O2 \
		-DKBUILD_MODFILE="\"$2/$3\"" -DKBUILD_MODNAME="\"$3\"" "$tree/$2/$3.c"
}

# Facts beside the object; the probe not from boot code's flags, but from mm/'s.
echo 'int boot;' >"$tree/arch/x86/boot/b.c"
echo 'int fine(void) { return CONFIG_X; }' >"$tree/mm/fine.c"
check 0 arch/x86/boot b
there arch/x86/boot/b.facts
gone .reclint-constants.facts
check 0 mm fine
there mm/fine.facts .reclint-constants.facts
[ ! -s "$tmp/said" ] || fail 'a clean file says something'
run 0 "$reclint" dump mm/fine.facts
says 'mm/fine.c'
says 'mm/fine'
run 0 "$reclint" dump .reclint-constants.facts
says reclint_constant_GFP_KERNEL
says '= 0xcc0'
grep -qxF "srctree $tree" .reclint-trees || fail 'where the sources are'

# The probe stays until the configuration or the rules are newer.
touch -d '1 hour ago' "$tmp/rules/constants.yaml"
touch -d '1 minute ago' .reclint-constants.facts
check 0 mm fine
[ -n "$(find . -name .reclint-constants.facts -mmin +0.5)" ] || fail 'the probe was made again'
mkdir -p include/generated
echo >include/generated/autoconf.h
check 0 mm fine
[ -z "$(find . -name .reclint-constants.facts -mmin +0.5)" ] || fail 'the probe is old'

# Errors are told as sparse tells them, and are no failure.
printf 'int ok(void) { return 0; }\nint bad(void) { return undeclared; }\n' >"$tree/mm/bad.c"
check 0 mm bad
says 'mm/bad.c:2:'
says 'error: '
there mm/bad.facts
gone mm/bad.nofacts

# A file that gives no facts is noted for the check of the whole, until it does.
echo 'int there;' >"$tree/mm/gone.c"
check 0 mm gone
rm "$tree/mm/gone.c"
check 0 mm gone
gone mm/gone.facts
there mm/gone.nofacts
says 'no facts: '
echo 'int there;' >"$tree/mm/gone.c"
check 0 mm gone
there mm/gone.facts
gone mm/gone.nofacts

# Without the dependency file's name: beside the source.
run 0 "$reclint" -nostdinc "$tree/mm/fine.c"
there "$tree/mm/fine.facts"

# Many at once.
i=0
while [ $i -lt 8 ]; do
	check 0 mm fine &
	i=$((i + 1))
done
wait
run 0 "$reclint" dump mm/fine.facts
[ -z "$(find . -name '*.tmp')" ] || fail 'temporary files are left'

# Not a call of kbuild's.
run 2 "$reclint" -Wall
says 'no C file among the arguments'
run 2 "$reclint" nosuch
says "no command 'nosuch'"

# Without a front-end nothing can be done.
mkdir "$tmp/bin"
cp "$reclint" "$tmp/bin/reclint"
PATH=/usr/bin:/bin run 2 "$tmp/bin/reclint" -nostdinc "$tree/mm/fine.c"
says "no front-end 'reclint-sparse'"
