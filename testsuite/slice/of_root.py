#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""of_root.py REPORT: the two roots with the most findings.
of_root.py REPORT ROOT: its findings, with their contexts, in order."""

import collections
import json
import sys

with open(sys.argv[1], encoding="utf-8") as stream:
    findings = json.load(stream)["findings"]
if len(sys.argv) == 2:
    count = collections.Counter(f["root"]["function"] for f in findings)
    print("\n".join(sorted(root for root, _ in count.most_common(2))))
else:
    for f in findings:
        if f["root"]["function"] == sys.argv[2]:
            print(f["fingerprint"], f["rule"], ",".join(f["contexts"]), f["message"])
