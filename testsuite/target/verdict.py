#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What reclint says of each variant of the module, against what variants.txt says.

verdict.py --reclint PROGRAM --database FILE --work DIR [--frontend NAME] [--only NAME] [--print]

FILE is a compile database of the module and of what it needs of the kernel.  Each
variant is extracted with its define, as far as its sources mention it, linked with the
facts of the rest, and checked.  A variant has to give exactly its findings, each by rule
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
            if line.strip() and not line.startswith("#"):
                kind, name, findings, lockdep, why = (line.rstrip("\n").split(None, 4) + [""])[:5]
                yield kind, name, [] if findings == "-" else findings.split(","), lockdep, why


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


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

    def findings(self, kind, name):
        """["rule@function"] of a variant; None: of the clean module."""
        path = self.clean
        if name:
            path = self.folder(name, self.variant_commands(kind, name))
            shutil.copytree(self.clean + "/state/facts", path + "/clean/facts", copy_function=os.link)
            self.scan(path, ["-j1"])
            self.replace(path + "/state/facts", path + "/clean/facts")
            path += "/clean"
        else:
            path += "/state"
        done = run([self.args.reclint, "check", "-p", path, "-r", RULES, "--format", "json"])
        if done.returncode not in (0, 1):
            sys.exit(f"{path}: check failed\n{done.stderr}")
        report = json.loads(done.stdout)
        return sorted({f"{f['rule']}@{f['chain'][-1]['function']}" for f in report["findings"] if not f["marked"]})

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

    @staticmethod
    def replace(source, to):
        for folder, _, files in os.walk(source):
            for file in files:
                if file != "constants.facts":
                    path = os.path.join(folder, file)
                    os.replace(path, os.path.join(to, os.path.relpath(path, source)))


def main():
    parser = argparse.ArgumentParser()
    for name in "reclint", "database", "work":
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--frontend", default="sparse")
    parser.add_argument("--only")
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
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
