#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""verdict.py KIND NAME EXPECTED LOG: what a booted kernel said of a variant, as one row.

EXPECTED is "splat", "silent" or "stall" (silent, or a task that hangs: that is a matter of time), with the
module's parameter after a colon.  A boot that did not come to its end, lost an object's content
or entered no shrinker says nothing: that is WRONG whatever was expected.
"""
import re
import sys

HANGS = "a task that hangs"
SPLATS = [
    (r"WARNING: possible circular locking dependency", "circular locking dependency"),
    (r"WARNING: possible recursive locking", "recursive locking"),
    (r"WARNING: possible irq lock inversion|inconsistent lock state", "inconsistent lock state"),
    (r"WARNING: suspicious RCU", "suspicious RCU usage"),
    (r"BUG: sleeping function called from invalid context", "sleeping in atomic context"),
    (r"\[ BUG: Invalid wait context \]", "invalid wait context"),
    (r"INFO: task .* blocked for more than", HANGS),
    (r"WARNING: .*(lock held|bad unlock balance)", "unbalanced lock"),
    (r"(WARNING|BUG|Oops|general protection)[: ]", "another warning"),
]


def main():
    kind, name, expected, path = sys.argv[1:]
    with open(path, encoding="utf-8", errors="replace") as f:
        log = f.read().replace("\r", "")
    told = log.split("@end")[0]
    said = next((text for pattern, text in SPLATS if re.search(pattern, told)), None)
    stats = dict(re.findall(r"^(\w+) (\d+)$", told, re.M))
    problems = []
    if "@end" not in log and said is None:
        problems.append("did not come to its end")
    if "@end" in log:
        verify = re.search(r"intact (\d+) purged (\d+) corrupted (\d+) failed (\d+)", told)
        if not verify or int(verify[1]) == 0 or verify[3] != "0" or verify[4] != "0":
            problems.append("content: " + (verify[0] if verify else "not verified"))
        if stats.get("bad_reads") != "0":
            problems.append("bad reads: " + stats.get("bad_reads", "?"))
        if kind == "clean" and not (int(stats["purged"]) and int(stats["backed_up"]) and int(stats["restored"])):
            problems.append("reclaim took nothing")
    if "@failed" in told:
        problems.append("module not loaded or not unloaded")
    wanted = expected.split(":")[0]
    hangs = said == HANGS
    is_wrong = (hangs and wanted != "stall") or (said is not None and not hangs) != (wanted == "splat") or \
        (problems and not hangs)
    detail = "; ".join(problems) or said or " ".join(f"{k} {stats[k]}" for k in ("purged", "backed_up", "restored"))
    print(f"{kind:9} {name:24} {'hangs' if hangs else 'splat' if said else 'silent':6} {'WRONG ' if is_wrong else ''}{detail}")


if __name__ == "__main__":
    main()
