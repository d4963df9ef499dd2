// SPDX-License-Identifier: GPL-2.0-only
/// pm_runtime_get_sync() counts the reference even when it fails; a caller that
/// then returns without putting it keeps the device awake, or so it will seem, for
/// ever. pm_runtime_resume_and_get() drops it.
///
// Confidence: High
// Comments: Documentation/power/runtime_pm.rst. Functions without a result are left alone:
// Comments: their counterpart puts the reference whether or not they failed.
// Options: --no-includes --include-headers
// Keywords: pm_runtime_get_sync pm_runtime_resume_and_get pm_runtime_put_noidle
// Needs: pm_runtime_get_sync

virtual patch
virtual context
virtual org
virtual report

@leak exists@
expression ret, dev, e, code;
position p;
@@
ret = pm_runtime_get_sync@p(dev);
... when != ret = e
    when != ret
if (ret < 0) {
... when != \(pm_runtime_put\|pm_runtime_put_noidle\|pm_runtime_put_sync\)(...)
    when != \(pm_runtime_put_autosuspend\|pm_runtime_put_sync_autosuspend\|pm_runtime_put_sync_suspend\)(...)
    when != \(pm_runtime_disable\|pm_runtime_force_suspend\|pm_runtime_put_noidle\)(...)
return code;
}

@depends on context@
position leak.p;
@@
* pm_runtime_get_sync@p(...)

@script:python depends on report@
p << leak.p;
@@
coccilib.report.print_report(p[0], "WARNING: pm-runtime-get-leak: pm_runtime_get_sync() in " + p[0].current_element + "(): it counts the reference also when it fails")

@script:python depends on org@
p << leak.p;
@@
coccilib.org.print_todo(p[0], "pm-runtime-get-leak: pm_runtime_get_sync() in " + p[0].current_element + "(): it counts the reference also when it fails")

@depends on patch@
position leak.p;
@@
- pm_runtime_get_sync@p
+ pm_runtime_resume_and_get
  (...)
