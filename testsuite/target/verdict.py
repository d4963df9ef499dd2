#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What reclint says of each variant of the module, against what variants.txt says.

verdict.py --reclint PROGRAM --database FILE --work DIR [--frontend NAME] [--only NAME] [--print] [--mend KERNEL]

FILE is a compile database of the module and of what it needs of the kernel.  Each
variant is extracted with its define, as far as its sources mention it, linked with the
facts of the rest, and checked.  With --mend what "reclint fix" prints of the defects that are listed
as mended is applied, the changed file has to compile, and nothing may be found any more.  A variant has to give exactly its findings, each by rule
and by the function with the last call; the module without a variant none.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, "reclint.yaml")


def variants():
    """(kind, name, [finding], lockdep, why) of each line of variants.txt."""
    with open(os.path.join(HERE, "variants.txt"), encoding="utf-8") as f:
        for line in f:
            if line.startswith(("defect ", "lookalike ")):
                kind, name, findings, lockdep, why = (line.rstrip("\n").split(None, 4) + [""])[:5]
                yield kind, name, [] if findings == "-" else findings.split(","), lockdep, why


def mended():
    """The names on the lines "mended NAME..."."""
    with open(os.path.join(HERE, "variants.txt"), encoding="utf-8") as f:
        return [name for line in f if line.startswith("mended ") for name in line.split()[1:]]


def run(command, **options):
    return subprocess.run(command, **options, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


class Checker:
    def __init__(self, args):
        self.args = args
        with open(args.database, encoding="utf-8") as f:
            self.commands = json.load(f)
        self.clean = self.folder("clean", self.commands)
        self.scan(self.clean, ["--force"])

    def folder(self, name, commands):
        path = os.path.join(self.args.work, self.args.frontend, name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        with open(os.path.join(path, "compile_commands.json"), "w", encoding="utf-8") as f:
            json.dump(commands, f)
        return path

    def scan(self, path, options):
        done = run([self.args.reclint, "scan", "-p", path, "-o", path + "/state", "-r", RULES,
                    "--frontend", self.args.frontend] + options)
        if done.returncode:
            sys.exit(f"{path}: scan failed\n{done.stderr}")

    def linked(self, path, copy="", home=""):
        """The facts of a folder's sources, in place of the clean module's: a folder to check.
        copy: where these lie, if it is not where the clean module's do, at home."""
        shutil.copytree(self.clean + "/state/facts", path + "/clean/facts", copy_function=os.link)
        self.scan(path, ["-j1"])
        for folder, _, files in os.walk(path + "/state/facts"):
            for file in files:
                if file != "constants.facts":
                    at = os.path.join(folder, file)
                    name = os.path.relpath(at, path + "/state/facts")
                    os.replace(at, os.path.join(path + "/clean/facts", name.replace(copy, home) if copy else name))
        return path + "/clean"

    def report(self, path):
        done = run([self.args.reclint, "check", "-p", path, "-r", RULES, "--format", "json"])
        if done.returncode not in (0, 1):
            sys.exit(f"{path}: check failed\n{done.stderr}")
        return [f for f in json.loads(done.stdout)["findings"] if not f["marked"]]

    def findings(self, kind, name):
        """["rule@function"] of a variant; None: of the clean module."""
        path = self.clean + "/state"
        if name:
            path = self.linked(self.folder(name, self.variant_commands(kind, name)))
        return sorted({f"{f['rule']}@{f['chain'][-1]['function']}" for f in self.report(path)})

    def mend(self, name):
        """What is wrong with a defect that was mended; None: nothing."""
        commands = self.variant_commands("defect", name)
        path = self.folder(name + "-mended", commands)
        # the module's sources lie in one folder: mend a copy
        home = os.path.dirname(os.path.join(commands[0]["directory"], commands[0]["file"]))
        copy = path + "/module"
        shutil.copytree(home, copy)
        commands = json.loads(json.dumps(commands).replace(json.dumps(home)[1:-1], json.dumps(copy)[1:-1]))
        with open(path + "/compile_commands.json", "w", encoding="utf-8") as f:
            json.dump(commands, f)
        before = self.linked(path, copy, home)
        diffs = set()
        for finding in self.report(before):
            done = run([self.args.reclint, "fix", "-p", before, "-r", RULES, "--tree", self.args.mend, finding["id"]],
                       cwd=copy)
            if done.returncode or not done.stdout:
                return f"nothing mends {finding['id']}: {done.stderr.strip()}"
            diffs.add(done.stdout)
        for diff in diffs:
            done = run(["patch", "-p1", "-s"], cwd=copy, input=diff)
            if done.returncode:
                return "the diff does not apply: " + done.stdout
        for command in commands:
            done = run(command["arguments"] + ["-Werror"], cwd=command["directory"])
            if done.returncode:
                return "does not compile: " + done.stderr
        shutil.rmtree(before)
        shutil.rmtree(path + "/state")
        found = self.report(self.linked(path, copy, home))
        return "; ".join(f["message"] for f in found) if found or not diffs else None

    def variant_commands(self, kind, name):
        ret = []
        define = f"-DTARGET_{kind.upper()}_{name}"
        for command in self.commands:
            with open(os.path.join(command["directory"], command["file"]), encoding="utf-8") as f:
                if re.search(rf"\b{kind.upper()}\({name}\)", f.read()):
                    arguments = command["arguments"]
                    ret.append(dict(command, arguments=arguments[:1] + [define] + arguments[1:]))
        if not ret:
            sys.exit(f"{name}: no source mentions it")
        return ret


def main():
    parser = argparse.ArgumentParser()
    for name in "reclint", "database", "work":
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--frontend", default="sparse")
    parser.add_argument("--only")
    parser.add_argument("--mend", metavar="KERNEL", help="the kernel's source")
    parser.add_argument("--print", action="store_true", help="what is found, whatever is expected")
    args = parser.parse_args()
    args.work = os.path.abspath(args.work)

    checker = Checker(args)
    rows = [("clean", None, [], "silent", "")] + [v for v in variants() if args.only in (None, v[1])]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda v: checker.findings(v[0], v[1]), rows))
    wrong = 0
    for (kind, name, expected, _, _), found in zip(rows, results):
        agrees = found == sorted(expected)
        wrong += not agrees
        if args.print or not agrees:
            print(f"{kind:9} {name or '':24} {'' if agrees else 'WRONG '}{','.join(found) or '-'}"
                  + ("" if agrees else f" (expected {','.join(expected) or '-'})"))
    defects = sum(v[0] == "defect" for v in rows)
    print(f"{args.frontend}: {defects} defects, {len(rows) - 1 - defects} look-alikes and the clean module: "
          f"{len(rows) - wrong} of {len(rows)} as expected")
    if args.mend:
        names = mended()
        for name in names:
            problem = checker.mend(name)
            wrong += problem is not None
            print(f"mended    {name:24} {'WRONG ' + problem if problem else 'compiles, and nothing is found'}")
        wrong += not names
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
