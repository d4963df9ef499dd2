#!/bin/sh
# SPDX-License-Identifier: MIT
# expect.sh REPORT: what must be, and what must not be, in the JSON report on the slice of
# Linux 6.1 that extract.sh makes.  Status 77 without python3.
set -eu

report=${1:?usage: expect.sh REPORT}
command -v python3 >/dev/null || { echo "skipped: needs python3"; exit 77; }
exec python3 - "$report" <<'EOF'
import json
import sys

RESUME = "reclaim-rpm-resume"
SLEEP = "reclaim-sleeping-lock"
DIRECT = {"direct", "direct-nofs", "direct-noio"}

with open(sys.argv[1], encoding="utf-8") as stream:
    report = json.load(stream)
findings = [f for f in report["findings"] if f["marked"] is None]
n_checked = n_failed = 0

def check(what, holds):
    global n_checked, n_failed
    n_checked += 1
    n_failed += not holds
    if not holds:
        print("FAILED: %s" % what)

def of(root, rule):
    return [f for f in findings if f["root"]["function"] == root and f["rule"] == rule]

def calls(finding):
    """What the chain calls, hop by hop: the root is not in it, the sink is its last."""
    return [hop["calls"] for hop in finding["chain"]]

def going(root, rule, *way):
    """Findings whose chain calls these functions, in this order, with others between."""

    def goes(finding):
        hops = iter(calls(finding))
        return all(any(hop == name for hop in hops) for name in way)

    return [f for f in of(root, rule) if goes(f)]

def guards(finding):
    return {(g["text"], g["value"]) for hop in finding["chain"] for g in hop["guards"]}

def contexts(some):
    return set().union(*(f["contexts"] for f in some))

# ---- what was analysed ---------------------------------------------------------

check("most files gave facts", report["program"]["tus"] >= 500 and report["program"]["failed"] <= 5)
roots = {(r["function"], r["context"]) for r in report["roots"]}
for name, kind in (
    ("i915_gem_shrinker_scan", "shrinker"),
    ("i915_gem_shrinker_count", "shrinker"),
    ("i915_gem_shrinker_oom", "oom-notifier"),
    ("i915_gem_shrinker_vmap", "vmap-purge"),
    ("dm_bufio_shrink_scan", "shrinker"),
    ("super_cache_scan", "shrinker"),
    ("mb_cache_scan", "shrinker"),
    ("deferred_split_scan", "shrinker"),
    ("scan_shadow_nodes", "shrinker"),
):
    check("%s is a root (%s)" % (name, kind), (name, kind) in roots)
check("a root is walked once", len(roots) == len(report["roots"]))

# ---- i915: runtime PM ------------------------------------------------------------

scan = "i915_gem_shrinker_scan"

# The resume before the second pass: kswapd only, and the report says why.
second = [f for f in of(scan, RESUME) if calls(f)[0] == "intel_runtime_pm_get"]
check("the scan's own intel_runtime_pm_get() is reported once", len(second) == 1)
for f in second:
    check("it ends in pm_runtime_get_sync()", f["sink"]["function"] == "pm_runtime_get_sync")
    check("it is feasible in kswapd only", f["contexts"] == ["kswapd"])
    check("its guard is current_is_kswapd()", ("current_is_kswapd()", True) in guards(f))
    check("no hop of it is indirect", all(hop["via"] == "direct" for hop in f["chain"]))
    check("it stands in the driver", f["chain"][0]["file"].endswith("/gem/i915_gem_shrinker.c"))

# The one that few know of: taken before I915_GEM_OBJECT_UNBIND_TEST is looked at.
unbind = [
    f
    for f in going(scan, RESUME, "drop_pages", "i915_gem_object_unbind", "intel_runtime_pm_get")
    if calls(f)[:3] == ["i915_gem_shrink", "drop_pages", "i915_gem_object_unbind"]
    and calls(f)[3] == "intel_runtime_pm_get"
]
check("i915_gem_object_unbind() resumes the device", len(unbind) == 1)
check("in every direct reclaim", DIRECT <= contexts(unbind))
check("and in kswapd", "kswapd" in contexts(unbind))
for root, context in (("i915_gem_shrinker_oom", "oom-notifier"), ("i915_gem_shrinker_vmap", "vmap-purge")):
    own = going(root, RESUME, "intel_runtime_pm_get")
    check("%s() resumes" % root, contexts(own) == {context})
    # it holds that reference while it shrinks
    again = going(root, RESUME, "i915_gem_object_unbind", "intel_runtime_pm_get")
    check("and not a second time in %s()" % root, not again)

# Asking whether it is in use resumes nothing.
check(
    "intel_runtime_pm_get_if_in_use() is no resume",
    not any("intel_runtime_pm_get_if_in_use" in calls(f) for f in of(scan, RESUME)),
)

# ---- i915: locks and waits ---------------------------------------------------------

mutex = [f for f in of(scan, SLEEP) if f["lock"] and f["lock"]["class"] == "struct i915_address_space.mutex"]
check("i915_vma_unbind() takes the address space's mutex", any("i915_vma_unbind" in calls(f) for f in mutex))
check("that mutex is one, taken exclusively", all(f["lock"]["kind"] == "mutex" for f in mutex))
rwsem = [f for f in of(scan, SLEEP) if f["lock"] and f["lock"]["class"] == "struct address_space.i_mmap_rwsem"]
check("unmapping takes i_mmap_rwsem", any("unmap_mapping_range" in calls(f) for f in rwsem))
check("for reading", bool(rwsem) and all(f["lock"]["mode"] == "shared" for f in rwsem))

# Objects are trylocked when there is no ww context, as there is none here.
check(
    "the scan does not wait for an object's reservation lock",
    not any("i915_gem_object_lock" in calls(f) for f in of(scan, SLEEP)),
)
# flush_submission() does nothing with a timeout of 0.
check("a timeout of 0 flushes nothing", not any("flush_submission" in calls(f) for f in of(scan, SLEEP)))

# ---- callbacks that only look --------------------------------------------------------

for name in (
    "i915_gem_shrinker_count",
    "dm_bufio_shrink_count",
    "super_cache_count",
    "mb_cache_count",
    "mb_cache_scan",
    "count_shadow_nodes",
    "shrink_huge_zero_page_count",
):
    check("%s() is clean" % name, not any(f["root"]["function"] == name for f in findings))
check("dm_bufio_shrink_scan() hands its work over", not of("dm_bufio_shrink_scan", RESUME))

# ---- every finding ----------------------------------------------------------------------

check("ids are unique", len({f["id"] for f in report["findings"]}) == len(report["findings"]))
for f in findings:
    first, last = f["chain"][0], f["chain"][-1]
    check("%s starts at its root" % f["id"], first["function"] == f["root"]["function"])
    check("%s ends at its sink" % f["id"], last["calls"] == f["sink"]["function"])
    names = [hop["function"] for hop in f["chain"]]
    check("%s: each hop is in what the last called" % f["id"], calls(f)[:-1] == names[1:])
    check("%s has contexts" % f["id"], bool(f["contexts"]))

print("%d checks, %d failed" % (n_checked, n_failed))
sys.exit(n_failed > 0)
EOF
