#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check.py RECLINT SOURCE_DIR: the semantic patches on their cases, with the real spatch.

A line with "cocci: RULE.." has to be reported by these rules, and no other line.  The modes
report, org and context have to speak of the same places.  With patch mode applied, what is
not marked "stays" is gone and all else is left; the result compiles, and reclint, which
looks at the whole program, finds nothing but what goes through a line that stays.
Status 77 (skipped) where there is no spatch, but a failure under CI.
"""
import collections
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

RECLINT, SOURCE = map(os.path.abspath, sys.argv[1:])
HERE = os.path.join(SOURCE, "testsuite/cocci")
RULES = sorted(glob.glob(os.path.join(SOURCE, "cocci/*.cocci")))
INCLUDE = os.path.join(SOURCE, "testsuite/include")
failures = 0


def fail(case, text):
    global failures
    failures += 1
    print(f"FAILED {os.path.basename(case)}: {text}")


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **options)


def modes(rule):
    with open(rule, encoding="utf-8") as f:
        return re.findall(r"^virtual (patch|context|org|report)$", f.read(), re.M)


def spatch(rule, mode, path, *options):
    done = run(["spatch", "--very-quiet", "-D", mode, "--cocci-file", rule, *options, path])
    if done.returncode or re.search(r"^(EXN|Fatal error|.*parse error)", done.stdout + done.stderr, re.M):
        fail(path, f"{os.path.basename(rule)}, {mode}: {done.stdout}{done.stderr}")
    return done.stdout


def wanted(path):
    """Counters of (line, rule), and of those that stay."""
    all_, stays = collections.Counter(), collections.Counter()
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            found = re.search(r"/\* cocci: ([\w ,-]+?)( stays)? \*/", line)
            for rule in found[1].split(", ") if found else []:
                all_[number, rule] += 1
                if found[2]:
                    stays[number, rule] += 1
    return all_, stays


def reported(path):
    ret = collections.Counter()
    for rule in RULES:
        for line in spatch(rule, "report", path, "--no-show-diff").splitlines():
            found = re.match(r"[^:]+:(\d+):\d+-\d+: WARNING: ([\w-]+): .* in \w+\(\)", line)
            if not found:
                fail(path, "a line of another form: " + line)
                continue
            ret[int(found[1]), found[2]] += 1
    return ret


def check_modes(path, want):
    lines = {line for line, _ in want}
    org, context = set(), set()
    for rule in RULES:
        org |= {int(n) for n in re.findall(r"::linb=(\d+)::", spatch(rule, "org", path, "--no-show-diff"))}
        at = 0
        for line in spatch(rule, "context", path).splitlines():
            hunk = re.match(r"@@ -(\d+)", line)
            if hunk:
                at = int(hunk[1])
            elif not line.startswith(("---", "+++")):
                if line.startswith("-"):
                    context.add(at)
                at += not line.startswith("+")
    if org != lines:
        fail(path, f"org mode: lines {sorted(org ^ lines)}")
    # a function is starred with its body
    if not lines <= context:
        fail(path, f"context mode lacks lines {sorted(lines - context)}")


def check_mended(path, folder):
    copy = os.path.join(folder, os.path.basename(path))
    shutil.copy(path, copy)
    for rule in RULES:
        if "patch" in modes(rule):
            spatch(rule, "patch", copy, "--in-place")
    want, stays = wanted(copy)
    found = reported(copy)
    if found != stays:
        fail(path, f"after patch mode: {sorted((found - stays) + (stays - found))}")
    compile_ = ["cc", "-std=gnu11", "-fsyntax-only", "-Wall", "-Werror", "-Wno-unused-but-set-variable", "-I" + INCLUDE, copy]
    done = run(compile_)
    if done.returncode:
        fail(path, "does not compile after patch mode:\n" + done.stderr)
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as f:
        json.dump([{"directory": folder, "file": copy, "arguments": ["cc", "-I" + INCLUDE, "-c", copy]}], f)
    run([RECLINT, "scan", "-p", folder, "--force"])
    done = run([RECLINT, "check", "-p", folder, "--format", "json"])
    if done.returncode not in (0, 1):
        fail(path, "reclint: " + done.stderr)
        return
    lines = {line for line, _ in stays}
    for finding in json.loads(done.stdout)["findings"]:
        if not lines & {hop["line"] for hop in finding["chain"]} and finding["severity"] != "note":
            fail(path, f"reclint still finds: {finding['message']} ({finding['sink']['line']})")


def main():
    if not shutil.which("spatch"):
        print("cocci: there is no spatch: install Coccinelle", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 77
    cases = sorted(glob.glob(os.path.join(HERE, "*.c")))
    told = collections.Counter()
    for path in cases:
        want, _ = wanted(path)
        found = reported(path)
        for place in sorted((want - found) + (found - want)):
            fail(path, f"line {place[0]}: {place[1]} is {'not ' if place in want else ''}reported")
        told += collections.Counter(rule for _, rule in want)
        check_modes(path, want)
        with tempfile.TemporaryDirectory() as folder:
            check_mended(path, folder)
    print(f"{len(cases)} cases, {len(RULES)} semantic patches: "
          + ", ".join(f"{n} {rule}" for rule, n in sorted(told.items())))
    return failures != 0 or not told


if __name__ == "__main__":
    sys.exit(main())
