#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""history.py BUGS --tree VERSION=SOURCE:BUILD...: real deadlocks, before and after their fix.

BUGS is a folder with cases.json, and for some cases ID/revert.patch:

  id, category           a resume in reclaim, b lock or wait in reclaim, c inversion,
                         d allocation under a lock that reclaim takes
  before_after           kind natural: the code of before_tree (or of any that 'trees' calls
                         buggy) has the bug, that of after_tree (or of any that it calls fixed)
                         does not; else the patch brings it back in 'tree'
  expected               function: names on the path, or "any"
  lock_or_resource       for "any": names of the lock

Each --tree is a kernel that was configured, recorded and scanned: its source, and the
folder with compile_commands.json and .reclint.  Neither is written to: a patched case is a
folder of links below --work, where only the files that the patch touches are extracted
again (for a header, the files of its folder).

A case is reported when a finding of its kind goes through one of its functions before, and that finding (its rule, root,
lock classes, and what the function calls on the way) is not there after.  Where a patch is all that differs, what it
changes are functions of the case, too, and the context and the call of the function, or by it, belong to the finding: one
stands for all ways of a root to a lock class.  Prints a table; exit status 0, or 2 for what cannot be used.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys

KINDS = {
    "a": {"reclaim-rpm-resume", "reclaim-inversion"},
    "b": {"reclaim-sleeping-lock", "reclaim-inversion"},
    "c": {"reclaim-inversion"},
    "d": {"reclaim-inversion"},
}
DEFINITION = re.compile(r"(?:[a-z_][\w \t*]*[ \t*])?([a-z_]\w*)\((?!.*;)")
NAME = re.compile(r"\b[a-z_][a-z0-9_]{3,}\b")


class BadInput(Exception):
    pass


class Tree:
    def __init__(self, text):
        try:
            self.version, rest = text.split("=", 1)
            self.source, self.build = rest.split(":", 1)
        except ValueError as err:
            raise BadInput("--tree takes VERSION=SOURCE:BUILD, not '%s'" % text) from err
        self.source = os.path.realpath(self.source)
        self.build = os.path.realpath(self.build)


def run(command, ok):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, text=True)
    if done.returncode not in ok:
        raise BadInput("%s: %s" % (" ".join(command), done.stderr.strip()[-400:]))
    return done


class Runner:
    def __init__(self, args):
        self.args = args
        self.reports = {}

    def check(self, build, name, root=None):
        """The findings on the facts of a build, from one root or all; each build is checked once."""
        out = os.path.join(self.args.work, name + ".json")
        if name not in self.reports:
            command = [self.args.reclint, "check", "-p", build, "--format", "json", "-o", out]
            if root:
                command += ["--root", root]
            if not self.is_kept(name):
                done = run(command + self.rules(), (0, 1, 2))
                if not os.path.exists(out):
                    raise BadInput("%s: %s" % (" ".join(command), done.stderr.strip()[-400:]))
            with open(out, encoding="utf-8") as stream:
                self.reports[name] = json.load(stream)
        return self.reports[name]["findings"]

    def rules(self):
        return ["--rules-dir", self.args.rules_dir] if self.args.rules_dir else []

    def is_kept(self, name):
        return self.args.keep and os.path.exists(os.path.join(self.args.work, name + ".json"))

    def root_of(self, case, name):
        """The case's root, where it is one of the report's."""
        word = NAME.search(case["expected"]["root"])
        roots = {root["function"] for root in self.reports[name]["roots"]}
        return word.group() if word and word.group() in roots else None

    def patched(self, tree, case, patch):
        """A build like the tree's, with the patch: only what it touches is extracted."""
        folder = os.path.join(self.args.work, case["id"])
        source, build = os.path.join(folder, "source"), os.path.join(folder, "build")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(build)
        run(["cp", "-as", tree.source, source], (0,))
        touched = re.findall(r"^\+\+\+ b/(\S+)", open(patch, encoding="utf-8").read(), re.M)
        for name in touched:
            path = os.path.join(source, name)
            real = os.path.realpath(path)
            os.remove(path)
            shutil.copy(real, path)
        run(["patch", "-p1", "-s", "-f", "--no-backup-if-mismatch", "-d", source, "-i", os.path.abspath(patch)], (0,))
        self.copy_build(tree, source, build, touched)
        command = [self.args.reclint, "scan", "-p", build]
        for name in touched:
            command += ["--file", name if name.endswith(".c") else os.path.dirname(name)]
        run(command + self.rules(), (0,))
        shutil.rmtree(source)
        return build

    @staticmethod
    def copy_build(tree, source, build, touched):
        # of the folder, where a link leads to it: facts of the patched files must not get into the tree's
        facts = os.path.realpath(os.path.join(tree.build, ".reclint"))
        run(["cp", "-al", facts, os.path.join(build, ".reclint")], (0,))
        lock = os.path.join(build, ".reclint", "lock")
        if os.path.exists(lock):
            os.remove(lock)
        folders = {os.path.dirname(name) for name in touched if not name.endswith(".c")}
        with open(os.path.join(tree.build, "compile_commands.json"), encoding="utf-8") as stream:
            commands = json.load(stream)
        for command in commands:
            name = os.path.relpath(os.path.join(command["directory"], command["file"]), tree.source)
            if name in touched or os.path.dirname(name) in folders:
                text = json.dumps(command).replace(tree.source, source)
                command.clear()
                command.update(json.loads(text))
        with open(os.path.join(build, "compile_commands.json"), "w", encoding="utf-8") as stream:
            json.dump(commands, stream)


def is_configured(tree, case):
    """The first file of the case is compiled in this build, if it is no header."""
    files = case["before_after"]["files"]
    with open(os.path.join(tree.build, "compile_commands.json"), encoding="utf-8") as stream:
        text = stream.read()
    return not files[0].endswith(".c") or '/%s"' % files[0] in text


def ways(finding):
    """Of each way to it: the contexts, and the functions that call each other in turn."""
    witness = [hop["function"] for hop in finding["witness"]] + [hop["calls"] for hop in finding["witness"][-1:]]
    sink = finding["sink"]["function"]
    yield finding["contexts"], [hop["function"] for hop in finding["chain"]] + [sink], witness
    for way in finding["ways"]:
        yield way["contexts"], [call.split()[-1] for call in way["calls"]] + [sink], witness


def keys(finding, wanted, is_patched):
    """What the finding says, and what a wanted function calls on the way; where a patch is all that differs, of each
    context, and of each call of a wanted function or by one."""
    lock = finding["lock"] or {}
    second = re.search(r" while it waits for ([^,]+),", finding["message"])
    what = (finding["rule"], finding["root"]["function"], lock.get("class"), finding["sink"]["function"],
            second and second.group(1))
    for contexts, chain, witness in ways(finding):
        steps = {step for names in (chain, witness) for step in zip(names, names[1:]) if wanted & set(step)}
        if not is_patched and (steps or not wanted):
            # what a wanted function calls is the same in both trees, who calls it need not be
            yield from [what + step for step in sorted(steps) if step[0] in wanted] or [what]
        for context in contexts if is_patched else []:
            for step in steps if wanted else [()]:
                yield what + (context,) + step


def enclosing(lines, number):
    """The function that a line of a C file is in, by what begins at the left margin; None: it is in none."""
    for line in reversed(lines[:number]):
        found = DEFINITION.match(line)
        if found or line.startswith(("}", "#", "static const struct")):
            return found.group(1) if found else None
    return None


def changed_functions(patch, source):
    """Those of the tree 'source' in which the patch changes lines."""
    names, lines, number = set(), [], 0
    with open(patch, encoding="utf-8") as stream:
        for line in stream:
            hunk = re.match(r"@@ -(\d+)", line)
            if line.startswith("--- a/"):
                with open(os.path.join(source, line[6:].split()[0]), encoding="utf-8", errors="replace") as file:
                    lines = file.read().split("\n")
            elif hunk:
                number = int(hunk.group(1)) - 1
            elif not line.startswith("+++"):
                if line[0] in "+-":
                    names.add(enclosing(lines, number))
                number += line[0] != "+"
    return names - {None}


def matching(case, findings):
    """Key to finding, of those of the case's kind that go through one of its functions."""
    kinds = set()
    for letter in re.findall(r"[a-d]", case["category"].split("(")[0]):
        kinds |= KINDS[letter]
    wanted = set(NAME.findall(case["expected"]["function"])) - {"any"}
    if wanted:
        wanted |= case.get("changed", set())
    if not wanted:
        # whatever is called while it is held: by the name of the lock
        locks = set(NAME.findall(case["lock_or_resource"]))
        findings = [f for f in findings if f["lock"] and f["lock"]["class"].split(".")[-1] in locks]
    is_patched = case["before_after"]["kind"] != "natural"
    return {key: f for f in findings if f["rule"] in kinds for key in keys(f, wanted, is_patched)}


def sides(case, trees, runner):
    """The findings before and after, or why there are none."""
    how = case["before_after"]
    if how["kind"] == "natural":
        buggy = [how["before_tree"]] + [v for v, text in case["trees"].items() if text.startswith("buggy")]
        before = next((trees[v] for v in buggy if v in trees), None)
        fixed = [how["after_tree"]] + [v for v, text in case["trees"].items() if text.startswith("fixed")]
        after = next((trees[v] for v in fixed if v in trees), None)
        if not before or not after:
            return None, None, "needs %s and %s" % (how["before_tree"], how["after_tree"])
        if not is_configured(before, case):
            return None, None, "not in the configuration of %s" % before.version
        return (runner.check(before.build, before.version), runner.check(after.build, after.version),
                "%s, %s" % (before.version, after.version))
    patch = os.path.join(runner.args.bugs, case["id"], "revert.patch")
    for version in [how["tree"]] + sorted(trees):
        tree = trees.get(version)
        if not tree or not os.path.exists(patch):
            continue
        dry = ["patch", "-p1", "-s", "-f", "--dry-run", "-d", tree.source, "-i", os.path.abspath(patch)]
        if subprocess.run(dry, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
            continue
        if not is_configured(tree, case):
            return None, None, "not in the configuration of %s" % version
        case["changed"] = changed_functions(patch, tree.source)
        after = runner.check(tree.build, tree.version)
        build = None if runner.is_kept(case["id"] + "-before") else runner.patched(tree, case, patch)
        root = runner.root_of(case, tree.version)
        return runner.check(build, case["id"] + "-before", root), after, "%s, patched" % version
    return None, None, "needs %s" % how["tree"]


def judge(case, before, after):
    was, now = matching(case, before), matching(case, after)
    gone = [f for key, f in was.items() if key not in now]
    return gone, list(was.values()), [f for f in now.values() if f["rule"] == "reclaim-inversion"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("bugs", metavar="BUGS")
    parser.add_argument("--tree", action="append", default=[], metavar="VERSION=SOURCE:BUILD")
    parser.add_argument("--work", default="history", help="folder for what is made (default: history)")
    parser.add_argument("--reclint", default="reclint")
    parser.add_argument("--rules-dir")
    parser.add_argument("--case", action="append", help="only this one; repeatable")
    parser.add_argument("--keep", action="store_true", help="reuse reports that an earlier run left in --work")
    args = parser.parse_args()
    try:
        trees = {t.version: t for t in map(Tree, args.tree)}
        os.makedirs(args.work, exist_ok=True)
        args.work = os.path.realpath(args.work)
        with open(os.path.join(args.bugs, "cases.json"), encoding="utf-8") as stream:
            cases = json.load(stream)
        runner = Runner(args)
        n_run = n_reported = n_silent = 0
        for case in cases:
            if args.case and case["id"] not in args.case:
                continue
            before, after, where = sides(case, trees, runner)
            if before is None:
                print("%-38s %-4s not run: %s" % (case["id"], case["category"].split(" ")[0], where))
                continue
            gone, was, left = judge(case, before, after)
            n_run += 1
            n_reported += bool(gone)
            n_silent += bool(gone) or not left
            said = ", ".join(sorted({f["rule"].replace("reclaim-", "") for f in gone})) or (
                "reported, but after as well" if was else "missed")
            print("%-38s %-4s %-14s before: %-28s after: %s" % (
                case["id"], case["category"].split(" ")[0], where, said, "silent" if gone or not left else "reported"))
            sys.stdout.flush()
        print("%d cases run: %d reported before, %d silent after" % (n_run, n_reported, n_silent))
    except (BadInput, OSError, KeyError, ValueError) as err:
        print("history.py: %s" % err, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
