#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""findings.py A.json B.json: what one report of reclint says and the other does not.

Lines with - are of A only, lines with + of B only, lines with ! are said by both, but otherwise.
Exit status 1 if there is a - or a +: the findings are others.
"""

import collections
import json
import sys


def one_line(finding):
    root, sink, lock = finding["root"], finding["sink"], finding["lock"]
    cause = finding["chain"][0]
    for hop in finding["chain"]:
        if hop["module"] == root["module"]:
            cause = hop
    return "%s %s: %s:%d %s() calls %s() -> %s()%s [%s] %s" % (
        finding["rule"],
        root["function"],
        cause["file"],
        cause["line"],
        cause["function"],
        cause["calls"],
        sink["function"],
        " %s" % lock["class"] if lock else "",
        ",".join(finding["contexts"]),
        finding["id"],
    )


def hops(chain):
    return [(h["function"], h["line"], h["calls"], h["via"], h["targets"]) for h in chain]


def guards(chain):
    return [[(g["text"], g["line"], g["value"]) for g in h["guards"]] for h in chain]


# What both say of a finding of one fingerprint: the name of the part, and how to get it.
PARTS = (
    ("contexts", lambda f: f["contexts"]),
    ("sink", lambda f: f["sink"]["function"]),
    ("lock", lambda f: f["lock"]),
    ("confidence", lambda f: f["confidence"]),
    ("marked", lambda f: f["marked"]),
    ("path", lambda f: hops(f["chain"])),
    ("witness", lambda f: hops(f["witness"])),
    ("conditions", lambda f: guards(f["chain"]) + guards(f["witness"])),
)


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def main():
    a, b = load(sys.argv[1]), load(sys.argv[2])
    of_a = {f["fingerprint"]: f for f in a["findings"]}
    of_b = {f["fingerprint"]: f for f in b["findings"]}
    both = sorted(of_a.keys() & of_b.keys())
    only_a = sorted(one_line(f) for key, f in of_a.items() if key not in of_b)
    only_b = sorted(one_line(f) for key, f in of_b.items() if key not in of_a)
    for line in only_a:
        print("-", line)
    for line in only_b:
        print("+", line)
    other = collections.Counter()
    for key in both:
        differ = [name for name, get in PARTS if get(of_a[key]) != get(of_b[key])]
        other.update(differ)
        if differ:
            print("!", ", ".join(differ) + ":", one_line(of_b[key]))
    print("%d findings and %d: %d in both, %d only in the first, %d only in the second"
          % (len(of_a), len(of_b), len(both), len(only_a), len(only_b)))
    for name, _ in PARTS:
        if other[name]:
            print("of those in both, %d have another %s" % (other[name], name))
    for what in ("roots", "locks", "gaps", "marks"):
        print("%s: %d and %d" % (what, len(a[what]), len(b[what])))
    return 1 if only_a or only_b else 0


sys.exit(main())
