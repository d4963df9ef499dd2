// SPDX-License-Identifier: GPL-2.0-only
/// What runs in a shrinker's callback keeps whoever needs memory waiting:
/// synchronous runtime-PM requests, locks and waits that sleep, and allocations
/// that take from the reserve reclaim lives on.
///
/// Each message begins with the rule of reclint that has the same claim.
///
// Confidence: High
// Comments: helpers of the same file are followed for three calls, where no condition decides
// Comments: whether they are called; mended only in the callback itself, before it has done anything
// Options: --no-includes --include-headers
// Keywords: shrinker pm_runtime_get_sync mutex_lock flush_work dma_fence_wait GFP_KERNEL
// Root: shrinker
// Needs: scan_objects count_objects
// Define: two_args if include/linux/pm_runtime.h has "int pm_runtime_get_if_active(struct device *dev, bool"

virtual two_args

virtual patch
virtual context
virtual org
virtual report

// ---- what runs in memory reclaim: shrinkers' callbacks, and what they call in this file; in
// ---- what they call, only what depends on no condition: reclint knows which holds, a pattern does not

@initialize:python@
@@
import re

chains, kinds, bodies, branches, safes, lates, calls, lines = {}, {}, set(), set(), set(), set(), [], {}

def level(fn):
    return len(chains.get(fn, ()))

def reached(fn):
    return fn in chains

def outside(fn, pattern):
    return fn not in bodies and re.fullmatch(pattern, fn) is not None

def takes(fn):
    return re.fullmatch("[A-Z][A-Z0-9_]*|container_of|current_is_kswapd", fn) is None

def can_mend(fn):
    return re.fullmatch("mutex_lock|ww_mutex_lock|dma_resv_lock|down_read|down_write|down|inode_lock|wait_for_completion|dma_fence_wait|pm_runtime_get_sync|pm_runtime_resume_and_get", fn) is not None

def is_callback(fn, member):
    return kinds.get(fn) == member

def places(p):
    return {(at.line, at.column) for at in p}

def is_decided(fn, at):
    return level(fn) < 2 or (at.line, at.column) not in branches

def reach(fn, caller=None, p=()):
    if caller:
        bodies.add(caller)
    calls.extend((caller, fn, at) for at in p)
    chains.setdefault(fn, chains.get(caller, ()) + (fn,))

def settle():
    for fn in [fn for fn in chains if fn not in kinds]:
        del chains[fn]
    for n in 1, 2, 3:
        for caller, fn, at in calls:
            if level(caller) == n and is_decided(caller, at):
                chains.setdefault(fn, chains[caller] + (fn,))
                lines.setdefault(fn, at.line)

def tell(mode, rule, what, fn, p):
    text = "%s: %s in %s()" % (rule, what, fn)
    for caller, callee in zip(chains[fn][-2::-1], chains[fn][::-1]):
        text += " <- %s():%s" % (caller, lines[callee])
    for at in p:
        if not is_decided(fn, at):
            continue
        if mode == "org":
            coccilib.org.print_todo(at, text)
        else:
            coccilib.report.print_report(at, "WARNING: " + text)

@script:python@
@@
for state in chains, kinds, bodies, branches, safes, lates, calls, lines:
    state.clear()

@table@
identifier s, fn, m =~ "^(scan|count)_objects$";
@@
struct shrinker s = { .m = fn, };

@script:python@
fn << table.fn;
m << table.m;
@@
kinds[fn] = m
reach(fn)

@store@
iterator name scoped_guard, with_intel_runtime_pm, with_intel_display_rpm, with_intel_gt_pm, with_intel_display_power;
iterator name with_intel_runtime_pm_if_active, with_intel_runtime_pm_if_in_use, with_intel_gt_pm_if_awake;
iterator name with_intel_display_power_if_enabled;
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
reach(fn)

@call1@
identifier caller : script:python() { level(caller) == 1 };
identifier callee;
position p;
@@
caller(...) { <... callee@p(...) ...> }

@script:python@
caller << call1.caller;
callee << call1.callee;
p << call1.p;
@@
reach(callee, caller, p)

@call2@
identifier caller : script:python() { level(caller) == 2 };
identifier callee;
position p;
@@
caller(...) { <... callee@p(...) ...> }

@script:python@
caller << call2.caller;
callee << call2.callee;
p << call2.p;
@@
reach(callee, caller, p)

@call3@
identifier caller : script:python() { level(caller) == 3 };
identifier callee;
position p;
@@
caller(...) { <... callee@p(...) ...> }

@script:python@
caller << call3.caller;
callee << call3.callee;
p << call3.p;
@@
reach(callee, caller, p)

@call4@
identifier caller : script:python() { level(caller) == 4 };
identifier callee;
position p;
@@
caller(...) { <... callee@p(...) ...> }

@script:python@
caller << call4.caller;
callee << call4.callee;
p << call4.p;
@@
reach(callee, caller, p)

@then@
identifier fn : script:python() { level(fn) > 1 };
identifier call;
position p;
@@
fn(...) { <... if (...) { <+... call@p(...) ...+> } ...> }

@script:python@
p << then.p;
@@
branches.update(places(p))

@other@
identifier fn : script:python() { level(fn) > 1 };
identifier call;
position p;
statement S;
@@
fn(...) { <... if (...) S else { <+... call@p(...) ...+> } ...> }

@script:python@
p << other.p;
@@
branches.update(places(p))

@script:python@
@@
settle()

// ---- synchronous runtime-PM requests, but behind a predicate that says that they are safe

@safe@
identifier fn : script:python() { reached(fn) };
identifier check =~ "reclaim_safe", sync;
position p;
@@
fn(...) { <... if (<+... check(...) ...+>) { <+... sync@p(...) ...+> } ...> }

@script:python@
p << safe.p;
@@
safes.update(places(p))

@answer@
identifier check =~ "reclaim_safe", x;
@@
x = check(...)

@known@
identifier answer.x, sync;
position p;
@@
x && <+... sync@p(...) ...+>

@script:python@
p << known.p;
@@
safes.update(places(p))

@behind@
identifier fn : script:python() { reached(fn) };
identifier answer.x, sync;
position p;
@@
fn(...) { <... if (<+... x ...+>) { <+... sync@p(...) ...+> } ...> }

@script:python@
p << behind.p;
@@
safes.update(places(p))

@resume@
identifier fn : script:python() { reached(fn) };
identifier call : script:python() { outside(call, "pm_runtime_(get_sync|resume_and_get|resume|put_sync|put_sync_suspend|put_sync_autosuspend|suspend|autosuspend)|.*_(rpm|pm_runtime|runtime_pm)_get") };
position p : script:python() { not places(p) & safes };
@@
fn(...) { <+... call@p(...) ...+> }

@depends on context@
identifier resume.call;
position resume.p;
@@
* call@p(...)

@script:python depends on report@
fn << resume.fn;
call << resume.call;
p << resume.p;
@@
tell("report", "reclaim-rpm-resume", call + "()", fn, p)

@script:python depends on org@
fn << resume.fn;
call << resume.call;
p << resume.p;
@@
tell("org", "reclaim-rpm-resume", call + "()", fn, p)

@macro@
identifier fn : script:python() { reached(fn) };
statement S;
position p;
@@
fn(...) { <+...
(
with_intel_runtime_pm@p(...) S
|
with_intel_display_rpm@p(...) S
|
with_intel_gt_pm@p(...) S
|
with_intel_display_power@p(...) S
)
...+> }

@depends on context@
position macro.p;
statement S;
@@
(
* with_intel_runtime_pm@p(...)
  S
|
* with_intel_display_rpm@p(...)
  S
|
* with_intel_gt_pm@p(...)
  S
|
* with_intel_display_power@p(...)
  S
)

@script:python depends on report@
fn << macro.fn;
p << macro.p;
@@
tell("report", "reclaim-rpm-resume", "with_*()", fn, p)

@script:python depends on org@
fn << macro.fn;
p << macro.p;
@@
tell("org", "reclaim-rpm-resume", "with_*()", fn, p)

@active@
identifier fn : script:python() { reached(fn) };
identifier kind =~ "^(pm_runtime_active(_auto)?|xe_pm_runtime)$";
position p;
@@
fn(...) { <+... guard@p(kind)(...) ...+> }

@depends on context@
identifier active.kind;
position active.p;
@@
* guard@p(kind)(...)

@script:python depends on report@
fn << active.fn;
kind << active.kind;
p << active.p;
@@
tell("report", "reclaim-rpm-resume", "guard(%s)" % kind, fn, p)

@script:python depends on org@
fn << active.fn;
kind << active.kind;
p << active.p;
@@
tell("org", "reclaim-rpm-resume", "guard(%s)" % kind, fn, p)

// ---- locks that sleep; a semaphore that was tried and given back is nobody's any more

@tried@
expression e;
position p;
@@
down_trylock(e)
...
up(e);
...
down@p(e)

@script:python@
p << tried.p;
@@
safes.update(places(p))

@lock@
identifier fn : script:python() { reached(fn) };
identifier call : script:python() { outside(call, "mutex_lock(_nested|_interruptible|_killable|_io)?|ww_mutex_lock(_interruptible|_slow)?|dma_resv_lock(_interruptible|_slow)?|down|down_(read|write)(_nested|_killable|_interruptible)?|down_(interruptible|killable)|percpu_down_(read|write)|rt_mutex_lock|inode_lock(_shared|_nested)?|i_mmap_lock_(read|write)|mmap_(read|write)_lock(_killable)?|folio_lock|lock_page|lock_sock|drm_gem_lock_reservations|drm_modeset_lock(_all)?") };
position p : script:python() { not places(p) & safes };
@@
fn(...) { <+... call@p(...) ...+> }

@depends on context@
identifier lock.call;
position lock.p;
@@
* call@p(...)

@script:python depends on report@
fn << lock.fn;
call << lock.call;
p << lock.p;
@@
tell("report", "reclaim-sleeping-lock", call + "()", fn, p)

@script:python depends on org@
fn << lock.fn;
call << lock.call;
p << lock.p;
@@
tell("org", "reclaim-sleeping-lock", call + "()", fn, p)

@held@
identifier fn : script:python() { reached(fn) };
identifier kind =~ "^(mutex|rwsem_(read|write)|super_(lock|excl|shared)|percpu_(read|write))(_intr|_kill)?$";
position p;
@@
fn(...) { <+... guard@p(kind)(...) ...+> }

@depends on context@
identifier held.kind;
position held.p;
@@
* guard@p(kind)(...)

@script:python depends on report@
fn << held.fn;
kind << held.kind;
p << held.p;
@@
tell("report", "reclaim-sleeping-lock", "guard(%s)" % kind, fn, p)

@script:python depends on org@
fn << held.fn;
kind << held.kind;
p << held.p;
@@
tell("org", "reclaim-sleeping-lock", "guard(%s)" % kind, fn, p)

@scope@
identifier fn : script:python() { reached(fn) };
identifier kind =~ "^(mutex|rwsem_(read|write)|percpu_(read|write))$";
statement S;
position p;
@@
fn(...) { <+... scoped_guard@p(kind, ...) S ...+> }

@depends on context@
identifier scope.kind;
position scope.p;
statement S;
@@
* scoped_guard@p(kind, ...)
  S

@script:python depends on report@
fn << scope.fn;
kind << scope.kind;
p << scope.p;
@@
tell("report", "reclaim-sleeping-lock", "scoped_guard(%s)" % kind, fn, p)

@script:python depends on org@
fn << scope.fn;
kind << scope.kind;
p << scope.p;
@@
tell("org", "reclaim-sleeping-lock", "scoped_guard(%s)" % kind, fn, p)

// ---- waits; a timeout of 0 only asks

@wait@
identifier fn : script:python() { reached(fn) };
identifier call : script:python() { outside(call, "wait_for_(completion|random_bytes)(_io)?(_interruptible|_killable|_state)?(_timeout)?|flush_(work|delayed_work|rcu_work|workqueue|scheduled_work)|(drain|destroy)_workqueue|(cancel|disable)_(work|delayed_work)_sync|kthread_(flush_work|flush_worker|cancel_work_sync|stop|park)|dma_fence_(wait|default_wait)|synchronize_(rcu|srcu|sched|irq|net)(_expedited|_tasks|_mult)?|s?rcu_barrier|msleep(_interruptible)?|(u?sleep_range|ssleep|fsleep)|wait_event(_interruptible|_killable|_timeout|_interruptible_timeout|_cmd)?|wait_on_(bit|buffer|page_writeback|inode)|folio_wait_(writeback|locked)|schedule(_timeout(_interruptible|_killable|_uninterruptible|_idle)?)?|io_schedule") };
position p;
@@
fn(...) { <+... call@p(...) ...+> }

@depends on context@
identifier wait.call;
position wait.p;
@@
* call@p(...)

@script:python depends on report@
fn << wait.fn;
call << wait.call;
p << wait.p;
@@
tell("report", "reclaim-sleeping-lock", call + "()", fn, p)

@script:python depends on org@
fn << wait.fn;
call << wait.call;
p << wait.p;
@@
tell("org", "reclaim-sleeping-lock", call + "()", fn, p)

@timed@
identifier fn : script:python() { reached(fn) };
identifier call =~ "^(dma_fence|dma_resv)_wait(_any)?_timeout$";
expression t != 0;
position p;
@@
fn(...) { <+... call@p(..., t) ...+> }

@depends on context@
identifier timed.call;
position timed.p;
@@
* call@p(...)

@script:python depends on report@
fn << timed.fn;
call << timed.call;
p << timed.p;
@@
tell("report", "reclaim-sleeping-lock", call + "()", fn, p)

@script:python depends on org@
fn << timed.fn;
call << timed.call;
p << timed.p;
@@
tell("org", "reclaim-sleeping-lock", call + "()", fn, p)

// ---- allocations with a mask that may sleep

@alloc@
identifier fn : script:python() { reached(fn) };
identifier call : script:python() { outside(call, "(?!might_alloc).*") };
position p;
@@
fn(...) { <+... call@p(..., \(GFP_KERNEL\|GFP_KERNEL_ACCOUNT\|GFP_NOFS\|GFP_USER\), ...) ...+> }

@depends on context@
identifier alloc.call;
position alloc.p;
@@
* call@p(...)

@script:python depends on report@
fn << alloc.fn;
call << alloc.call;
p << alloc.p;
@@
tell("report", "reclaim-alloc", call + "()", fn, p)

@script:python depends on org@
fn << alloc.fn;
call << alloc.call;
p << alloc.p;
@@
tell("org", "reclaim-alloc", call + "()", fn, p)

// ---- mended: only where nothing has been taken or done before that a bail-out would have to
// ---- undo; macros, and conversions of the callback's argument, do nothing

@getter depends on patch@
identifier fn : script:python() { level(fn) == 1 };
identifier s, convert;
type T;
position p;
@@
fn(T s, ...) { <+... convert@p(s) ...+> }

@script:python@
p << getter.p;
@@
safes.update(places(p))

@sink depends on patch@
identifier fn : script:python() { level(fn) == 1 };
identifier mend : script:python() { can_mend(mend) };
@@
fn(...) { <+... mend(...) ...+> }

@late depends on patch exists@
identifier sink.fn;
identifier call : script:python() { takes(call) };
identifier mend : script:python() { can_mend(mend) };
position q : script:python() { not places(q) & safes };
position p;
@@
fn(...) {
... when any
call@q(...)
... when any
mend@p(...)
... when any
}

@script:python@
p << late.p;
@@
lates.update(places(p))

@depends on patch@
identifier fn : script:python() { is_callback(fn, "scan_objects") };
expression l;
position p : script:python() { not places(p) & (lates | safes) };
@@
fn(...) {
<...
(
- mutex_lock@p(l);
+ if (!mutex_trylock(l))
+ 	return SHRINK_STOP;
|
- ww_mutex_lock@p(l, NULL);
+ if (!ww_mutex_trylock(l, NULL))
+ 	return SHRINK_STOP;
|
- dma_resv_lock@p(l, NULL);
+ if (!dma_resv_trylock(l))
+ 	return SHRINK_STOP;
|
- down_read@p(l);
+ if (!down_read_trylock(l))
+ 	return SHRINK_STOP;
|
- down_write@p(l);
+ if (!down_write_trylock(l))
+ 	return SHRINK_STOP;
|
- down@p(l);
+ if (down_trylock(l))
+ 	return SHRINK_STOP;
|
- inode_lock@p(l);
+ if (!inode_trylock(l))
+ 	return SHRINK_STOP;
)
...>
}

@depends on patch@
identifier fn : script:python() { is_callback(fn, "count_objects") };
expression l;
position p : script:python() { not places(p) & (lates | safes) };
@@
fn(...) {
<...
(
- mutex_lock@p(l);
+ if (!mutex_trylock(l))
+ 	return 0;
|
- ww_mutex_lock@p(l, NULL);
+ if (!ww_mutex_trylock(l, NULL))
+ 	return 0;
|
- dma_resv_lock@p(l, NULL);
+ if (!dma_resv_trylock(l))
+ 	return 0;
|
- down_read@p(l);
+ if (!down_read_trylock(l))
+ 	return 0;
|
- down_write@p(l);
+ if (!down_write_trylock(l))
+ 	return 0;
|
- down@p(l);
+ if (down_trylock(l))
+ 	return 0;
|
- inode_lock@p(l);
+ if (!inode_trylock(l))
+ 	return 0;
)
...>
}

@depends on patch@
identifier fn : script:python() { is_callback(fn, "scan_objects") };
expression what, intr;
position p : script:python() { not places(p) & (lates | safes) };
@@
fn(...) {
<...
(
- wait_for_completion@p(what);
+ if (!try_wait_for_completion(what))
+ 	return SHRINK_STOP;
|
- dma_fence_wait@p(what, intr);
+ if (!dma_fence_is_signaled(what))
+ 	return SHRINK_STOP;
)
...>
}

@depends on patch && !two_args@
identifier fn : script:python() { is_callback(fn, "scan_objects") };
expression dev, ret;
position p : script:python() { not places(p) & (lates | safes) };
@@
fn(...) {
<...
(
- \(pm_runtime_get_sync@p(dev)\|pm_runtime_resume_and_get@p(dev)\);
+ if (pm_runtime_get_if_active(dev) <= 0)
+ 	return SHRINK_STOP;
|
- ret = \(pm_runtime_get_sync@p(dev)\|pm_runtime_resume_and_get@p(dev)\);
+ ret = pm_runtime_get_if_active(dev);
- if (\(ret < 0\|ret\))
- 	return ...;
+ if (ret <= 0)
+ 	return SHRINK_STOP;
)
...>
}

@depends on patch && !two_args@
identifier fn : script:python() { reached(fn) };
expression dev;
position p : script:python() { not places(p) & safes };
@@
fn(...) {
<...
(
- !pm_runtime_resume_and_get@p(dev)
+ pm_runtime_get_if_active(dev) > 0
|
- pm_runtime_resume_and_get@p(dev) >= 0
+ pm_runtime_get_if_active(dev) > 0
)
...>
}

@depends on patch && two_args@
identifier fn : script:python() { is_callback(fn, "scan_objects") };
expression dev, ret;
position p : script:python() { not places(p) & (lates | safes) };
@@
fn(...) {
<...
(
- \(pm_runtime_get_sync@p(dev)\|pm_runtime_resume_and_get@p(dev)\);
+ if (pm_runtime_get_if_active(dev, true) <= 0)
+ 	return SHRINK_STOP;
|
- ret = \(pm_runtime_get_sync@p(dev)\|pm_runtime_resume_and_get@p(dev)\);
+ ret = pm_runtime_get_if_active(dev, true);
- if (\(ret < 0\|ret\))
- 	return ...;
+ if (ret <= 0)
+ 	return SHRINK_STOP;
)
...>
}

@depends on patch && two_args@
identifier fn : script:python() { reached(fn) };
expression dev;
position p : script:python() { not places(p) & safes };
@@
fn(...) {
<...
(
- !pm_runtime_resume_and_get@p(dev)
+ pm_runtime_get_if_active(dev, true) > 0
|
- pm_runtime_resume_and_get@p(dev) >= 0
+ pm_runtime_get_if_active(dev, true) > 0
)
...>
}

@depends on patch@
identifier fn : script:python() { reached(fn) };
statement S;
@@
fn(...) {
<...
(
- with_intel_runtime_pm
+ with_intel_runtime_pm_if_in_use
  (...) S
|
- with_intel_gt_pm
+ with_intel_gt_pm_if_awake
  (...) S
)
...>
}

@depends on patch@
identifier fn : script:python() { reached(fn) };
identifier call : script:python() { outside(call, "(?!might_alloc).*") };
@@
fn(...) {
<...
call(...,
(
- GFP_KERNEL
+ GFP_NOWAIT | __GFP_NOWARN
|
- GFP_NOFS
+ GFP_NOWAIT | __GFP_NOWARN
)
 ,...)
...>
}
