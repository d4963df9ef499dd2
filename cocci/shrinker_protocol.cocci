// SPDX-License-Identifier: GPL-2.0-only
/// What shrinkers' callbacks return: scan_objects() that could do nothing has to
/// return SHRINK_STOP, since after 0 it is called again at once for the rest of the
/// batch; count_objects() returns how many objects there are, 0 if it does not know,
/// and no error code, which would be a very large number of objects.
///
// Confidence: High
// Comments: include/linux/shrinker.h; mm/shrinker.c: do_shrink_slab()
// Options: --no-includes --include-headers
// Keywords: shrinker SHRINK_STOP SHRINK_EMPTY trylock
// Root: shrinker
// Needs: scan_objects count_objects

virtual patch
virtual context
virtual org
virtual report

@initialize:python@
@@
kinds = {}

def is_in(p, member):
    return kinds.get(p[0].current_element) == member

def tell(mode, what, text, p):
    text = "%s in %s(): %s" % (what, p[0].current_element, text)
    if mode == "org":
        coccilib.org.print_todo(p[0], text)
    else:
        coccilib.report.print_report(p[0], "WARNING: " + text)

@script:python@
@@
kinds.clear()

@table@
identifier s, fn, m =~ "^(scan|count)_objects$";
@@
struct shrinker s = { .m = fn, };

@script:python@
fn << table.fn;
m << table.m;
@@
kinds[fn] = m

@store@
expression e;
identifier fn, m =~ "^(scan|count)_objects$";
@@
(
e->m = fn
|
e.m = fn
)

@script:python@
fn << store.fn;
m << store.m;
@@
kinds[fn] = m

// ---- 0 after a failed trylock

@stop@
identifier attempt =~ "_trylock(_irq|_irqsave|_bh|_shared)?$";
position p : script:python() { is_in(p, "scan_objects") };
@@
if (!attempt(...)) {
	<... return@p 0; ...>
}

@depends on context@
position stop.p;
@@
* return@p 0;

@script:python depends on report@
p << stop.p;
@@
tell("report", "shrinker-scan-stop: return 0", "after a failed trylock, where SHRINK_STOP is meant", p)

@script:python depends on org@
p << stop.p;
@@
tell("org", "shrinker-scan-stop: return 0", "after a failed trylock, where SHRINK_STOP is meant", p)

@depends on patch@
position stop.p;
@@
- return@p 0;
+ return SHRINK_STOP;

// ---- an error code, or SHRINK_STOP, as a number of objects

@wrong@
constant code;
position p : script:python() { is_in(p, "count_objects") };
@@
(
return@p -code;
|
return@p SHRINK_STOP;
|
return@p PTR_ERR(...);
)

@depends on context@
position wrong.p;
@@
* return@p ...;

@script:python depends on report@
p << wrong.p;
@@
tell("report", "shrinker-count-error: return", "an error code as a number of objects", p)

@script:python depends on org@
p << wrong.p;
@@
tell("org", "shrinker-count-error: return", "an error code as a number of objects", p)

@depends on patch@
position wrong.p;
@@
- return@p ...;
+ return 0;
