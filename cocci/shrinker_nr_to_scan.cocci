// SPDX-License-Identifier: GPL-2.0-only
/// A scan_objects() callback that does not look at sc->nr_to_scan frees as much as
/// it likes, and shrink_slab() cannot balance it against the other shrinkers. One
/// that is told to scan more than it can has to say so in sc->nr_scanned.
///
// Confidence: Moderate
// Comments: where all or nothing is meant, and cheap, that is a design
// Options: --no-includes --include-headers
// Keywords: shrinker nr_to_scan nr_scanned
// Root: shrinker
// Needs: scan_objects

virtual context
virtual org
virtual report

@initialize:python@
@@
scans, looks = set(), set()

def is_scan(fn):
    return fn in scans

def has_looked(fn):
    return fn in looks

@script:python@
@@
scans.clear()
looks.clear()

@table@
identifier s, fn;
@@
struct shrinker s = { .scan_objects = fn, };

@store@
expression e;
identifier fn;
@@
(
e->scan_objects = fn
|
e.scan_objects = fn
)

@script:python@
fn << table.fn;
@@
scans.add(fn)

@script:python@
fn << store.fn;
@@
scans.add(fn)

// sc is handed on, or looked into
@reads@
identifier fn : script:python() { is_scan(fn) };
identifier s, sc, call;
expression list es1, es2;
type T;
@@
fn(T s, struct shrink_control *sc) { <+...
(
sc->nr_to_scan
|
call(es1, sc, es2)
)
...+> }

@script:python@
fn << reads.fn;
@@
looks.add(fn)

@ignores@
identifier fn : script:python() { is_scan(fn) and not has_looked(fn) };
position p;
@@
fn@p(...) { ... }

@depends on context@
identifier ignores.fn;
position ignores.p;
@@
* fn@p(...) { ... }

@script:python depends on report@
fn << ignores.fn;
p << ignores.p;
@@
coccilib.report.print_report(p[0], "WARNING: shrinker-nr-to-scan: " + "nr_to_scan in " + fn + "(): it is not looked at")

@script:python depends on org@
fn << ignores.fn;
p << ignores.p;
@@
coccilib.org.print_todo(p[0], "shrinker-nr-to-scan: " + "nr_to_scan in " + fn + "(): it is not looked at")
