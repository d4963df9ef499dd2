# SPDX-License-Identifier: MIT
# For scripts on a real kernel.  Sourced, not run, with $what (who speaks), $source (the project)
# and $kernel (where kernels are unpacked) set.

# Status 77 is ctest's "skipped"; in CI nothing may be.
skip()
{
	echo "$what: $*" >&2
	[ "${CI:-}" = true ] && exit 1
	exit 77
}

fail()
{
	echo "FAILED: $*" >&2
	exit 1
}

# VERSION: the unpacked sources, in $tree.
get_kernel()
{
	tree=$(sh "$source/testsuite/kernel/get-kernel.sh" "$1" "$kernel") ||
		skip "no kernel source: is the package linux-source-$1 to be had here?"
}

# OUT [MAKE ARGUMENT...]: the reference configuration of $tree, unless it is there.
configure()
{
	[ -f "$1/.config" ] && return
	for tool in flex bison bc; do
		command -v $tool >/dev/null || skip "a kernel's configuration needs flex, bison and bc"
	done
	sh "$source/testsuite/kernel/configure.sh" "$tree" "$@"
}
