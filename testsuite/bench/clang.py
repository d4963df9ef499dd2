#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""clang.py CLANG BUILD_DIR DATABASE N SEED REPEAT: see clang.sh."""

import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile

# What only gcc takes, what names outputs, and warnings, which cost clang time.
DROP = re.compile(
    r"-W.*|-w|-c|-fconserve-stack|-fno-allow-store-data-races|-mindirect-branch.*|-mfunction-return.*"
    r"|-mpreferred-stack-boundary.*|-mskip-rax-setup|-mno-fp-ret-in-387|-mrecord-mcount|-fno-ipa-.*"
    r"|-fno-code-hoisting|-fno-var-tracking.*|-fmin-function-alignment.*|-fzero-init.*|-fstrict-flex.*"
    r"|-mharden.*|-fdiagnostics-show-context.*|-fno-inline-functions-called-once|-falign-.*|--param=.*|-g.*"
)


def arguments(entry):
    args, out, skip = entry["arguments"][1:], [], False
    for arg in args:
        if skip:
            skip = False
        elif arg in ("-o", "--param"):
            skip = True
        elif not DROP.fullmatch(arg):
            out.append(arg)
    return out


def cpu_seconds(argv, cwd):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return seconds if done.returncode == 0 else None


def main():
    clang, build, database, n, seed, repeat = sys.argv[1:7]
    with open(database, encoding="utf-8") as f:
        entries = json.load(f)
    random.Random(seed).shuffle(entries)
    totals, measured = [0.0] * 4, 0
    with tempfile.TemporaryDirectory() as out:
        obj = os.path.join(out, "x.o")
        plugin = f"-fplugin={build}/lib/reclint/reclint-clang.so"
        for entry in entries:
            if measured == int(n):
                break
            args = arguments(entry)
            runs = [
                [clang, "-fsyntax-only", "-Wno-everything", *args],
                [f"{build}/bin/reclint-clang", "--facts", f"{out}/x.facts", "--", *entry["arguments"]],
                [clang, "-Wno-everything", *args, "-c", "-o", obj],
                [clang, "-Wno-everything", *args, plugin, "-c", "-o", obj],
            ]
            best = [None] * len(runs)
            for _ in range(int(repeat)):
                for i, argv in enumerate(runs):
                    seconds = cpu_seconds(argv, entry["directory"])
                    if seconds is not None and (best[i] is None or seconds < best[i]):
                        best[i] = seconds
            if None in best:  # a file that clang itself refuses compares nothing
                print(f"left out: {entry['file']}", file=sys.stderr)
                continue
            measured += 1
            totals = [a + b for a, b in zip(totals, best)]
    syntax, facts, plain, with_plugin = totals
    print(f"{measured} files, CPU seconds, best of {repeat}")
    print(f"clang -fsyntax-only   {syntax:8.2f}")
    print(f"reclint-clang         {facts:8.2f}   {facts / syntax:.3f}")
    print(f"clang -c              {plain:8.2f}")
    print(f"clang -c, plug-in     {with_plugin:8.2f}   {with_plugin / plain:.3f}")


main()
