#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""score.py REPORT LABELS... --tree TREE: how right a run is, by labels made by hand.

REPORT is what `reclint check --format json` wrote about a tree, LABELS are lists of
rows, each the verdict of a person who read one path of that tree:

  tree, root, root_file   the kernel, and the callback that the path starts from
  rule                    R1 runtime-PM resume, R2 sleeping lock or wait, R3 inversion,
                          ENTRY a place where a report should stop; anything else (COUNT,
                          SCAN, R1/R2/R3) speaks of the callback as a whole
  sink_site               FILE:LINE of the last call that the root's own code makes
  leaf_site, sink_call    FILE:LINE of the call of the sink itself
  chain                   the hops, each with the FILE:LINE of its call
  contexts                where the path is feasible: a list of words, or free text
  verdict                 true, infeasible (looks like a path, is none), doubtful, clean
  reclaim_safe_guarded    whether a mark covers the path: true or "yes"
  id, notes, ...          for people

A row has up to two sites.  A leaf that stands below several sink sites, some of them
feasible and some not, says nothing by itself (every resume of a driver ends in one
wrapper): it counts only together with its own sink site.  A site of a feasible row that
no finding of the root has matches one line above or below, since the line of a call that
spans several is a matter of taste.

true        is *reported* when a finding of the rule and root that nothing marks has a
            site of the row in its chain, its sink or among the places it stands for, and
            *exact* when it has all of them: a finding stands for one call of the root's
            own code, whatever can be reached behind it.
infeasible  is a false alarm when it is reported.  But where rows that are true or
            doubtful share one of its sites, only a finding that goes the row's own way
            counts (by its chain or one of its other ways): the hops of its chain, in order;
            those in headers (macros, inlines) and those without a line can be missing.  A
            way that leaves the function of a hop by another line, and comes to the hop
            when it is called again below, is another one.  And not even that one counts if
            a true row goes the same way in all the contexts that the finding has it in.
guarded     (reclaim_safe_guarded) a feasible row whose path a reclaim-safe mark covers: it
            is reported when a finding that is marked has its sites.  One that is not marked
            and has all of them, in one of the row's contexts, is a false alarm.
clean       is a false alarm when its callback has any finding of R1, R2 or R3.

Contexts are compared for true rows that were reported: those of the ways (a finding
stands for several) that go the row's own way, as above, with its contexts, as far as the
labels speak of them.  When no way does, those of the ways through the row's sites, of
findings that have all of them if there are such.  The row may agree alone, or together with
the true rows (or those and the doubtful ones) that have the same sites.

Prints counts by file and in total; --list adds each disagreement.  Exit status: 0, or 2
for input that cannot be used.
"""

import argparse
import json
import os
import re
import sys

RULES = {
    "R1": "reclaim-rpm-resume",
    "R2": "reclaim-sleeping-lock",
    "R3": "reclaim-inversion",
}
SITE = re.compile(r"([\w./+-]+\.[chS]):(\d+)((?:\s*(?:/|or|,)\s*\d+)*)")
NAME = re.compile(r"\w*")
ANY_DIRECT = {"direct", "direct-nofs", "direct-noio"}


class BadInput(Exception):
    pass


# ---- contexts ----------------------------------------------------------------


def contexts_of_words(words):
    """drm's lists: what they do not speak of is not compared."""
    known = {
        "kswapd": {"kswapd"},
        "direct-any": ANY_DIRECT,
        "direct-fs": {"direct"},
        "direct": {"direct"},
        "direct-nofs": {"direct-nofs"},
        "direct-noio": {"direct-noio"},
        "memcg": {"memcg"},
        "drop-caches": {"drop-caches"},
        "oom-notifier": {"oom-notifier"},
        "vmap-purge": {"vmap-purge"},
    }
    said, scope = set(), {"kswapd"} | ANY_DIRECT
    for word in words:
        if word not in known:
            return None
        said |= known[word]
    return said, scope | said


def contexts_of_text(text):
    """Free text, by the words that such texts turned out to be made of.

    Returns what it says and what it speaks of, or None when that is not clear.
    """
    low = text.lower()
    if low.startswith("oom notifier"):
        return {"oom-notifier"}, {"oom-notifier"}
    if low.startswith("vmap purge"):
        return {"vmap-purge"}, {"vmap-purge"}
    scope = {"kswapd"} | ANY_DIRECT
    if "drop_caches" in low or "drop_slab" in low:
        scope.add("drop-caches")
    if "memcg" in low:
        scope.add("memcg")
    if re.fullmatch(r"!__gfp_io|gfp_noio", low):
        return {"direct-noio"}, scope
    if low.startswith("needs both __gfp_io and __gfp_fs"):
        return scope - {"direct-nofs", "direct-noio"}, scope
    if low.startswith("needs __gfp_io"):
        return scope - {"direct-noio"}, scope
    if low.startswith(("any reclaim", "always")) or "any direct reclaim" in low:
        return set(scope), scope
    if re.match(r"kswapd\b.*\band direct reclaim with __gfp_fs", low):
        return scope - {"direct-nofs", "direct-noio"}, scope
    if low == "kswapd":
        return {"kswapd"}, scope
    return None


def contexts_of(label):
    """(what the row says, what it speaks of) as sets of reclint's names, or None."""
    value = label.get("contexts")
    if isinstance(value, list):
        return contexts_of_words(value)
    return contexts_of_text(value) if isinstance(value, str) else None


# ---- labels --------------------------------------------------------------------


def sites_in(text):
    """{(file, line)}: "a.c:12 or 15" is two sites."""
    found = set()
    for name, line, more in SITE.findall(text or ""):
        found |= {(name, int(n)) for n in [line] + re.findall(r"\d+", more)}
    return found


class Label:
    def __init__(self, row, file, number):
        for key in ("tree", "root", "rule", "verdict"):
            if not isinstance(row.get(key), str):
                raise BadInput("%s: row %d has no '%s'" % (file, number, key))
        self.row = row
        self.file = file
        stem = os.path.splitext(os.path.basename(file))[0]
        self.id = row.get("id") or "%s-%s-%d" % (stem, row["tree"], number)
        self.root = row["root"]
        self.root_file = row.get("root_file")
        self.rule = row["rule"]
        self.verdict = row["verdict"]
        if self.rule != "ENTRY" and self.rule not in RULES:
            self.verdict = "clean"
        self.outer = sites_in(row.get("sink_site"))
        self.leaf = sites_in(row.get("leaf_site")) | sites_in(row.get("sink_call"))
        self.leaf = self.leaf or self.outer
        self.outer = self.outer or self.leaf
        self.hops = []  # (function, sites)
        for hop in row.get("chain") or []:
            sites = {s for s in sites_in(hop) if s[0].endswith(".c")}
            if sites:
                self.hops.append((NAME.match(hop).group(), sites))
        self.leaf_is_shared = False
        self.contexts = contexts_of(row)
        self.is_guarded = row.get("reclaim_safe_guarded") in (True, "yes") and self.is_feasible()

    def is_feasible(self):
        return self.verdict in ("true", "doubtful")

    def peers(self, labels):
        return [
            x
            for x in labels
            if x is not self and (x.root, x.root_file, x.rule) == (self.root, self.root_file, self.rule)
        ]

    def same_sites(self, other):
        return bool(self.outer & other.outer and self.leaf & other.leaf)


def near(a, b):
    return any(x[0] == y[0] and abs(x[1] - y[1]) <= 1 for x in a for y in b)


def read_labels(files, tree):
    labels = []
    for file in files:
        rows = read_json(file)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadInput("%s: not a list of rows" % file)
        labels += [Label(row, file, i) for i, row in enumerate(rows)]
    labels = [x for x in labels if x.row["tree"] == tree]
    for x in labels:
        x.leaf_is_shared = any(
            x.leaf & y.leaf and not x.outer & y.outer and x.is_feasible() != y.is_feasible()
            for y in x.peers(labels)
        )
    return labels


# ---- findings ------------------------------------------------------------------


class Way:
    """One path to what a finding is about, and where it is one."""

    def __init__(self, contexts, calls, finding):
        self.contexts = set(contexts)
        self.calls = calls  # (function, file, line)
        self.steps = [(file, line) for _, file, line in calls]
        self.finding = finding

    def goes(self, hops):
        """Whether it goes through these sites in this order."""
        at = 0
        for function, sites in hops:
            while at < len(self.steps) and not near(sites, {self.steps[at]}):
                if self.calls[at][0] == function:
                    return False
                at += 1
            if at == len(self.steps):
                return False
        return bool(hops)

    def text(self):
        hops = ["%s:%d" % (function, line) for function, _, line in self.calls]
        sink = self.finding.sink["function"] if self is self.finding.ways[0] else "..."
        return "%s [%s] %s" % (self.finding.id, ",".join(sorted(self.contexts)), " > ".join(hops + [sink]))


def call_in(text):
    place, function = text.split(" ", 1)
    file, line = place.rsplit(":", 1)
    return function, file, int(line)


class Finding:
    def __init__(self, row):
        self.id = row["id"]
        self.is_marked = row["marked"] is not None
        self.rule = row["rule"]
        self.root = row["root"]["function"]
        self.root_file = row["root"]["file"]
        self.contexts = set(row["contexts"])
        self.sink = row["sink"]
        calls = [(hop["function"], hop["file"], hop["line"]) for hop in row["chain"]]
        self.ways = [Way(row.get("path_contexts") or row["contexts"], calls, self)]
        for way in row.get("ways") or []:
            self.ways.append(Way(way["contexts"], [call_in(text) for text in way["calls"]], self))
        self.sites = set(self.ways[0].steps) | {(row["sink"]["file"], row["sink"]["line"])}
        for place in row.get("also") or []:
            self.sites |= {(place["file"], place["line"])} if isinstance(place, dict) else sites_in(place)

    def text(self):
        return self.ways[0].text()


def having_site(findings, sites, or_near):
    exact = [f for f in findings if sites & f.sites]
    return exact or [f for f in findings if or_near and near(sites, f.sites)]


def read_findings(file):
    report = read_json(file)
    try:
        return [Finding(x) for x in report["findings"] if x["rule"] in RULES.values()]
    except (KeyError, TypeError, AttributeError, ValueError) as err:
        raise BadInput("%s: not a report of reclint: %r" % (file, err)) from err


def read_json(file):
    try:
        with open(file, encoding="utf-8") as stream:
            return json.load(stream)
    except (OSError, ValueError) as err:
        raise BadInput("%s: %s" % (file, err)) from err


# ---- scoring -------------------------------------------------------------------


class Score:
    """One label, and the findings that speak of it."""

    def __init__(self, label, labels, findings):
        self.label = label
        of_root = [
            f
            for f in findings
            if f.root == label.root and label.root_file in (None, f.root_file) and f.is_marked == label.is_guarded
        ]
        self.ways = []  # those that make it a false alarm
        self.unsilenced = [f for f in findings if label.is_guarded and is_unsilenced(label, f)]
        if label.verdict == "clean":
            self.found = of_root
            return
        of_rule = [f for f in of_root if label.rule == "ENTRY" or f.rule == RULES[label.rule]]
        outer = having_site(of_rule, label.outer, label.is_feasible())
        leaf = having_site(of_rule, label.leaf, label.is_feasible())
        self.exact = [f for f in outer if f in leaf]
        self.found = outer if label.leaf_is_shared else outer + leaf
        self.found = list({f.id: f for f in self.found}.values())
        if label.verdict == "infeasible":
            self.found = self.false_alarms(label.peers(labels))

    def false_alarms(self, peers):
        label = self.label
        rivals = [
            x
            for x in peers
            if x.is_feasible() and (x.outer & label.outer or x.leaf & label.leaf)
        ]
        if not rivals:
            return self.found
        mine = [w for f in self.found for w in f.ways if w.goes(label.hops)]
        self.ways = [w for w in mine if not any(explains(x, w) for x in rivals)]
        return list({w.finding.id: w.finding for w in self.ways}.values())


def is_unsilenced(label, finding):
    """A mark should cover this finding, and none does."""
    return (
        not finding.is_marked
        and finding.root == label.root
        and finding.rule == RULES.get(label.rule)
        and bool(label.outer & finding.sites and label.leaf & finding.sites)
        and (label.contexts is None or bool(finding.contexts & label.contexts[0]))
    )


def explains(rival, way):
    """A row that is true goes the same way, in all the contexts that it is one in."""
    if rival.verdict != "true" or not way.goes(rival.hops) or not rival.contexts:
        return False
    said, scope = rival.contexts
    return way.contexts & scope <= said


def contexts_at(finding, label):
    """Where the ways through the row's sites are feasible: all its hops, or both sites, if there are such."""
    own = [w for w in finding.ways if w.goes(label.hops)]
    if own:
        return set().union(*(w.contexts for w in own))
    exact = lambda sites, way: sites & set(way.steps)
    close = lambda sites, way: near(sites, way.steps)
    for sites in (label.outer, label.leaf), (label.outer, label.outer), (label.leaf, label.leaf):
        ways = [w for w in finding.ways if all(exact(x, w) for x in sites)]
        ways = ways or [w for w in finding.ways if all(close(x, w) for x in sites)]
        if ways:
            return set().union(*(w.contexts for w in ways))
    return finding.contexts


def contexts_agree(score, labels):
    """True, False, or None when the rows do not say enough."""
    label = score.label
    rows = [x for x in [label] + label.peers(labels) if x is label or (label.same_sites(x) and x.is_guarded == label.is_guarded)]
    sure = [x for x in rows if x.verdict == "true"]
    maybe = [x for x in rows if x.is_feasible()]
    if any(x.contexts is None for x in maybe):
        return None
    found = [f for f in score.found if any(w.goes(label.hops) for w in f.ways)] or score.exact or score.found
    got = set().union(*(contexts_at(f, label) for f in found))
    for some in ([label], sure, maybe):
        said = set().union(*(x.contexts[0] for x in some))
        scope = set().union(*(x.contexts[1] for x in some))
        if got & scope == said:
            return True
    return False


def rate(n, of):
    return "%3d of %3d%s" % (n, of, " (%3d %%)" % round(100 * n / of) if of else "")


def summarize(title, scores, labels, out):
    def having(verdict, rule=None):
        return [s for s in scores if s.label.verdict == verdict and rule in (None, s.label.rule)]

    out.append("%s: %d rows" % (title, len(scores)))
    for rule in list(RULES) + ["ENTRY"]:
        rows, wrong = having("true", rule), having("infeasible", rule)
        if not rows and not wrong and not having("doubtful", rule):
            continue
        out.append(
            "  %-5s true reported %s, exact %3d; infeasible reported %s; doubtful reported %s"
            % (
                rule,
                rate(sum(bool(s.found) for s in rows), len(rows)),
                sum(bool(s.exact) for s in rows),
                rate(sum(bool(s.found) for s in wrong), len(wrong)),
                "%d of %d" % (sum(bool(s.found) for s in having("doubtful", rule)), len(having("doubtful", rule))),
            )
        )
    guarded = [s for s in scores if s.label.is_guarded]
    if guarded:
        out.append("  guarded rows reported without a mark %s" % rate(sum(bool(s.unsilenced) for s in guarded), len(guarded)))
    clean = having("clean")
    out.append("  clean callbacks with findings %s" % rate(sum(bool(s.found) for s in clean), len(clean)))
    verdicts = [contexts_agree(s, labels) for s in having("true") if s.found]
    out.append(
        "  contexts agree %s, not comparable %d"
        % (rate(verdicts.count(True), len(verdicts) - verdicts.count(None)), verdicts.count(None))
    )


def describe(score, labels, out):
    label = score.label
    what = None
    if label.verdict == "true" and not score.found:
        what = "missed"
    elif label.verdict == "true" and contexts_agree(score, labels) is False:
        what = "contexts"
    elif label.verdict in ("infeasible", "clean") and score.found:
        what = "false alarm"
    if score.unsilenced:
        what = "not marked"
    if not what:
        return
    row = label.row
    out.append("%s: %s %s %s" % (what, label.id, label.root, label.rule))
    out.append("  label: %s at %s, contexts %s" % (row.get("sink"), row.get("sink_site"), row.get("contexts")))
    for hop in row.get("chain") or []:
        out.append("    %s" % hop)
    for text in row.get("conditions") or []:
        out.append("    if %s" % text)
    if row.get("notes"):
        out.append("  notes: %s" % row["notes"])
    for finding in score.ways or score.found + score.unsilenced:
        out.append("  finding: %s" % finding.text())
        for way in finding.ways[1:] if isinstance(finding, Finding) else []:
            if near(label.outer, way.steps) or near(label.leaf, way.steps):
                out.append("      way: %s" % way.text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("report", metavar="REPORT")
    parser.add_argument("labels", metavar="LABELS", nargs="+")
    parser.add_argument("--tree", required=True, help="score the rows of this tree only")
    parser.add_argument("--list", action="store_true", help="list every disagreement")
    parser.add_argument("--unlabelled", action="store_true", help="list findings that no row speaks of")
    args = parser.parse_args()

    try:
        labels = read_labels(args.labels, args.tree)
        findings = read_findings(args.report)
    except BadInput as err:
        print("score.py: %s" % err, file=sys.stderr)
        return 2
    scores = [Score(label, labels, findings) for label in labels]
    out = []
    for file in args.labels:
        summarize(os.path.basename(file), [s for s in scores if s.label.file == file], labels, out)
    if len(args.labels) > 1:
        summarize("total", scores, labels, out)
    roots = {(x.root, x.root_file) for x in labels}
    spoken_of = {f.id for s in scores for f in s.found}
    spoken_of |= {f.id for s in scores if s.label.verdict == "infeasible" for f in findings if speaks(s.label, f)}
    silent = [f for f in findings if not f.is_marked and f.id not in spoken_of and (f.root, f.root_file) in roots]
    out.append("findings on labelled callbacks that no row speaks of: %d" % len(silent))
    if args.list:
        for score in scores:
            describe(score, labels, out)
    if args.unlabelled:
        out += ["unlabelled: %s %s" % (f.rule, f.text()) for f in silent]
    print("\n".join(out))
    return 0


def speaks(label, finding):
    return finding.root == label.root and finding.rule == RULES.get(label.rule) and near(label.outer, finding.sites)


if __name__ == "__main__":
    sys.exit(main())
