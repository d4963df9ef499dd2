#!/bin/sh
# SPDX-License-Identifier: MIT
# kernel.sh SOURCE OUT: build the kernel that judges, SOURCE with small.config, in OUT.
# Prints the image's path.  Does nothing when OUT was built from the same configuration.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
image=$out/arch/x86/boot/bzImage

stamp=$(cat "$here/small.config" "$source/Makefile" | cksum)
if [ -f "$image" ] && [ "$(cat "$out/.reclint-stamp" 2>/dev/null)" = "$stamp" ]; then
	echo "$image"
	exit 0
fi
rm -f "$out/.reclint-stamp"
make -s -C "$source" O="$out" tinyconfig >&2
(cd "$source" && scripts/kconfig/merge_config.sh -m -O "$out" "$out/.config" "$here/small.config") >"$out/merge.log"
make -s -C "$source" O="$out" olddefconfig >&2
grep '^CONFIG' "$here/small.config" | while read -r option; do
	grep -qxF "$option" "$out/.config" || echo "kernel.sh: not enabled: $option" >&2
done
make -s -C "$source" O="$out" -j"$(nproc)" bzImage modules modules_prepare >&2
echo "$stamp" >"$out/.reclint-stamp"
echo "$image"
