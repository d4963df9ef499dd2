/* SPDX-License-Identifier: MIT */
/*
 * A report built by hand, printed by each printer and compared with the golden files
 * in testsuite/report/; RECLINT_BLESS=1 rewrites those.  Its source is in
 * testsuite/report/tree.  Runs in the project's folder.
 */
#include "report/diag.h"
#include "rule/rule.h"

#include "base/err.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <jansson.h>

#define TREE "testsuite/report/tree"
#define DEMO "drivers/gpu/drm/demo/"
#define SHRINKER DEMO "demo_shrinker.c"
#define OBJECT DEMO "demo_object.c"

/* ---- building ------------------------------------------------------------ */

/* The place of the first 'needle' in the file. */
static struct diag_place place(struct report *r, const char *function, const char *file,
			       const char *needle)
{
	struct diag_place at = { .function = function, .file = file, .module = "demo" };
	struct source_cache *sc = source_create(r->srctree, NULL);
	const char *text;

	for (u32 line = 1; (text = source_line(sc, file, line)); line++) {
		const char *found = strstr(text, needle);

		if (!found)
			continue;
		at.line = line;
		at.col = (u32)(found - text) + 1;
		break;
	}
	source_free(sc);
	if (!at.line)
		fail_msg("no %s in %s", needle, file);
	return at;
}

static struct diag_hop hop(struct diag_place at, const char *calls)
{
	return (struct diag_hop){ .at = at, .calls = calls, .via = "direct", .n_targets = 1 };
}

static void guard(struct report *r, struct diag_hop *h, const char *needle, bool value)
{
	struct diag_place at = place(r, NULL, h->at.file, needle);
	struct diag_guard g = { .file = at.file, .line = at.line, .col = at.col, .value = value };

	vec_push(&h->guards, g);
}

static struct diag_finding *finding(struct report *r, const char *id, const char *rule,
				    const char *severity)
{
	struct diag_finding *f = vec_add(&r->findings);

	f->id = id;
	f->fingerprint = arena_printf(&r->arena, "%s00112233445566778899", id);
	f->rule = rule;
	f->severity = severity;
	f->root_kind = "shrinker";
	f->root_member = "scan_objects";
	f->root = place(r, "demo_shrinker_scan", SHRINKER, "static unsigned long demo_shrinker_scan");
	f->confidence = "certain";
	return f;
}

static struct diag_hop to_shrink(struct report *r)
{
	return hop(place(r, "demo_shrinker_scan", SHRINKER, "demo_shrink(demo, sc->nr_to_scan, DEMO"),
		   "demo_shrink");
}

static void add_resume(struct report *r)
{
	struct diag_finding *f = finding(r, "3f6a90c2d41b", "reclaim-rpm-resume", "error");
	struct diag_hop h;

	f->message = "demo_shrinker_scan() resumes its device while memory is reclaimed: "
		     "pm_runtime_resume_and_get() waits for the driver's runtime_resume callback";
	vec_push(&f->contexts, "kswapd");
	f->sink = place(r, "pm_runtime_resume_and_get", DEMO "demo_pm.c", "pm_runtime_resume_and_get");
	h = hop(place(r, "demo_shrinker_scan", SHRINKER, "demo_pm_get(demo);"), "demo_pm_get");
	guard(r, &h, "< sc->nr_to_scan &&", true);
	guard(r, &h, "current_is_kswapd", true);
	vec_push(&f->chain, h);
	h = hop(place(r, "demo_pm_get", DEMO "demo_pm.c", "pm_runtime_resume_and_get"),
		"pm_runtime_resume_and_get");
	guard(r, &h, "demo->pm.always_on", false);
	vec_push(&f->chain, h);
}

static void add_inversion(struct report *r)
{
	struct diag_finding *f = finding(r, "81c7e55a0b9d", "reclaim-inversion", "error");
	struct diag_hop h = to_shrink(r);

	f->message = "struct demo_object.pages_lock is taken in reclaim and held across an "
		     "allocation that may enter reclaim";
	vec_push(&f->contexts, "kswapd");
	vec_push(&f->contexts, "direct");
	f->lock = (struct diag_lock){ "struct demo_object.pages_lock", "mutex", "exclusive" };
	f->sink = place(r, "mutex_lock", OBJECT, "mutex_lock");
	vec_push(&f->chain, h);
	h = hop(place(r, "demo_shrink", SHRINKER, "obj->ops->put_pages"), "demo_put_pages_shmem");
	h.via = "ops";
	h.via_detail = "struct demo_object_ops.put_pages, table demo_shmem_ops";
	h.n_targets = 2;
	guard(r, &h, "link) {", true);
	guard(r, &h, "demo_object_trylock(obj)", true);
	guard(r, &h, "&& !obj->pinned", true);
	guard(r, &h, "obj->pinned", false);
	vec_push(&f->chain, h);
	h = hop(place(r, "demo_put_pages_shmem", OBJECT, "mutex_lock"), "mutex_lock");
	guard(r, &h, "strcmp", true);
	vec_push(&f->chain, h);
	h = hop(place(r, "demo_object_pin", OBJECT, "mutex_lock"), "mutex_lock");
	h.at.line += 5;		/* the second of the file */
	vec_push(&f->witness, h);
	h = hop(place(r, "demo_object_pin", OBJECT, "demo_get_pages"), "demo_get_pages");
	guard(r, &h, "!obj->pages", false);
	vec_push(&f->witness, h);
	vec_push(&f->witness, hop(place(r, "demo_get_pages", OBJECT, "kvmalloc_array"),
				  "kvmalloc_array"));
}

/* pages_lock is held while another lock is waited for, and that one across an allocation. */
static void add_cycle(struct report *r)
{
	struct diag_finding *f = finding(r, "5d20c1b7e8a3", "reclaim-inversion", "error");
	struct diag_hop h;

	f->message = "struct demo_object.pages_lock is taken in memory reclaim by demo_shrinker_scan(), "
		     "demo_object_pin() holds it while it waits for struct demo_vm.lock, and demo_get_pages() holds "
		     "that across an allocation";
	f->confidence = "likely";
	vec_push(&f->contexts, "kswapd");
	f->lock = (struct diag_lock){ "struct demo_object.pages_lock", "mutex", "exclusive" };
	f->sink = place(r, "mutex_lock", OBJECT, "mutex_lock");
	h = to_shrink(r);
	vec_push(&f->chain, h);
	h = hop(place(r, "demo_object_pin", OBJECT, "mutex_lock"), "mutex_lock");
	h.at.line += 5;
	guard(r, &h, "!obj->pages", false);
	vec_push(&f->witness, h);
	h = hop(place(r, "demo_object_pin", OBJECT, "demo_get_pages"), "down_write");
	guard(r, &h, "!obj->pages", false);
	guard(r, &h, "obj->pages ? 0", true);
	vec_push(&f->witness, h);
	f->second = (struct diag_second){ "struct demo_vm.lock", false, 2 };
	vec_push(&f->witness, hop(place(r, "demo_get_pages", OBJECT, "kvmalloc_array"), "down_write"));
	vec_push(&f->witness, hop(place(r, "demo_get_pages", OBJECT, "kvmalloc_array"), "kvmalloc_array"));
}

/* What lockdep is told is taken in reclaim; and a work item is waited for under it. */
static void add_stated_cycle(struct report *r)
{
	struct diag_finding *f = finding(r, "e17730ab94c2", "reclaim-inversion", "error");

	f->message = "demo_list_mutex is stated to be taken in memory reclaim by demo_init(), demo_object_pin() holds it "
		     "while it waits for struct demo.work, and demo_get_pages() allocates before that is done";
	f->confidence = "likely";
	vec_push(&f->contexts, "kswapd");
	f->root = place(r, "demo_init", OBJECT, "mutex_lock");
	f->root_kind = "priming";
	f->root_member = NULL;
	f->is_stated = true;
	f->lock = (struct diag_lock){ "demo_list_mutex", "mutex", NULL };
	f->sink = place(r, "fs_reclaim_acquire", OBJECT, "mutex_lock");
	vec_push(&f->chain, hop(place(r, "demo_init", OBJECT, "mutex_lock"), "fs_reclaim_acquire"));
	vec_push(&f->witness, hop(place(r, "demo_object_pin", OBJECT, "mutex_lock"), "mutex_lock"));
	vec_push(&f->witness, hop(place(r, "demo_object_pin", OBJECT, "demo_get_pages"), "flush_work"));
	f->second = (struct diag_second){ "struct demo.work", true, 2 };
	vec_push(&f->witness, hop(place(r, "demo_work", OBJECT, "demo_get_pages"), "demo_get_pages"));
	vec_push(&f->witness, hop(place(r, "demo_get_pages", OBJECT, "kvmalloc_array"), "kvmalloc_array"));
}

static void add_wait(struct report *r)
{
	struct diag_finding *f = finding(r, "c04410fe7a26", "reclaim-sleeping-lock", "warning");
	struct diag_hop h = to_shrink(r);
	struct diag_way *w;

	f->message = "demo_shrinker_scan() waits for a completion while memory is reclaimed";
	f->confidence = "likely";
	vec_push(&f->contexts, "direct");
	vec_push(&f->contexts, "direct-nofs");
	f->lock = (struct diag_lock){ "struct demo_fence.done", "completion", NULL };
	f->sink = (struct diag_place){ "wait_for_completion", "drivers/gpu/drm/demo/demo_fence.c",
				       "demo", 88, 2 };
	vec_push(&f->chain, h);
	h = hop(place(r, "demo_shrink", SHRINKER, "demo_object_wait(obj)"), "demo_object_wait");
	guard(r, &h, "demo_object_is_idle", false);
	vec_push(&f->chain, h);
	h = hop(f->sink, "wait_for_completion");
	h.at.function = "demo_object_wait";
	vec_push(&h.guards, ((struct diag_guard){ .text = "timeout == MAX_SCHEDULE_TIMEOUT",
			.file = "include/linux/demo.h", .line = 12, .value = true }));
	vec_push(&h.guards, ((struct diag_guard){ .file = h.at.file, .line = 80, .value = true }));
	vec_push(&f->chain, h);
	f->n_paths = 6;
	for (u32 i = 0; i < 5; i++)
		vec_push(&f->also, ((struct diag_place){ "demo_object_wait_many", h.at.file, "demo",
							 140 - 3 * i, 0 }));
	w = vec_add(&f->ways);
	vec_push(&w->contexts, "direct-nofs");
	vec_push(&w->calls, f->chain.a[0].at);
	vec_push(&w->calls, f->also.a[0]);
}

static void add_marked(struct report *r)
{
	struct diag_finding *f;

	finding(r, "99b1d2cc3e40", "reclaim-rpm-resume", "error");
	f = vec_last(&r->findings);
	f->message = "demo_shrinker_scan() resumes its device while memory is reclaimed";
	f->marked = "predicate demo_rpm_reclaim_safe()";
	vec_push(&f->contexts, "kswapd");
	f->sink = place(r, "pm_runtime_get_sync", DEMO "demo_pm.c", "pm_runtime_resume_and_get");
	vec_push(&r->marked, vec_pop(&r->findings));
}

static void add_judgements(struct report *r, struct diag_mark *m)
{
	struct diag_judgement *j = vec_add(&m->judgements);
	struct diag_lock_use use = { { "demo_list_mutex", "mutex", "exclusive" },
				     { .function = "demo_get_pages", .file = OBJECT, .line = 9 } };

	*j = (struct diag_judgement){ .part = "driver", .when = "demo_rpm_reclaim_safe() is true",
				      .assumes = "struct demo.d3cold is 0", .is_claimed = true,
				      .verdict = "refuted", .why = "1 call can enter reclaim by allocating",
				      .n_allocations = 1 };
	vec_push(&j->evidence, hop(place(r, "demo_get_pages", OBJECT, "kvmalloc_array"), "kvmalloc_array"));
	j = vec_add(&m->judgements);
	*j = (struct diag_judgement){ .part = "bus", .is_claimed = true, .verdict = "undecided",
				      .why = "1 lock or wait to be checked, 2 gaps", .n_gaps = 2 };
	vec_push(&j->locks, use);
	j = vec_add(&m->judgements);
	*j = (struct diag_judgement){ .part = "driver", .when = "demo_rpm_reclaim_safe() is false",
				      .verdict = "holds" };
}

static void add_marks(struct report *r)
{
	struct diag_mark *m = vec_add(&r->marks);
	struct diag_hop h;

	*m = (struct diag_mark){ .source = "predicate", .name = "demo_rpm_reclaim_safe",
				 .device = "demo", .verdict = "refuted",
				 .why = "demo_runtime_resume() allocates with GFP_KERNEL" };
	h = hop(place(r, "demo_get_pages", OBJECT, "kvmalloc_array"), "kvmalloc_array");
	vec_push(&m->evidence, h);
	m->claim = "two registers";
	m->at = (struct diag_place){ .file = DEMO "demo_pm.c", .line = 12 };
	m->n_silenced = 1;
	add_judgements(r, m);
	m = vec_add(&r->marks);
	*m = (struct diag_mark){ .source = "call", .name = "pm_runtime_irq_safe",
				 .device = "demo_spi", .verdict = "holds" };
	m = vec_add(&r->marks);
	*m = (struct diag_mark){ .source = "rule", .name = "struct demo_i2c.dev",
				 .at = { .file = "my-rules.yaml", .line = 3 }, .verdict = "undecided",
				 .warning = "it silences nothing" };
}

static void add_rest(struct report *r)
{
	static const char *const classes[] = { "struct demo_object.pages_lock", "struct demo_vm.lock",
					       "demo_list_mutex" };
	struct diag_root root = { place(r, "demo_shrinker_scan", SHRINKER,
					"static unsigned long demo_shrinker_scan"),
				  "shrinker", "scan_objects" };

	vec_push(&r->roots, root);
	for (u32 i = 0; i < ARRAY_LEN(classes); i++) {
		struct diag_lock_summary *l = vec_add(&r->locks);

		l->lock = (struct diag_lock){ classes[i], "mutex", "exclusive" };
		l->leaf = i > 0;
		vec_push(&l->taken_in_reclaim, place(r, "demo_put_pages_shmem", OBJECT, "mutex_lock"));
	}
	vec_push(&r->gaps, ((struct diag_gap){ "unresolved-call", "demo_shrink", SHRINKER,
					       "obj->ops->release: no table has this member", 20 }));
	vec_push(&r->gaps, ((struct diag_gap){ "failed-tu", NULL, "drivers/gpu/drm/demo/demo_asm.c",
					       "the front-end died:\nalloc too big", 0 }));
	vec_push(&r->gaps, ((struct diag_gap){ "unresolved-call", "demo_put", SHRINKER, NULL, 7 }));
}

static struct report *build(void)
{
	struct report *r = report_create();

	r->srctree = TREE;
	r->version = "0.0.0";
	r->n_tus = 4863;
	r->n_failed = 1;
	r->n_functions = 214096;
	r->n_indirect_sites = 18230;
	vec_push(&r->frontends, "sparse 0.6.5");
	add_wait(r);
	add_inversion(r);
	add_cycle(r);
	add_stated_cycle(r);
	add_resume(r);
	add_marked(r);
	add_marks(r);
	add_rest(r);
	report_sort(r);
	return r;
}

static void build_rules(struct ruleset *rs)
{
	static const char *names[] = { "kswapd", "direct", "direct-nofs" };
	static const char *const titles[] = {
		"the kernel thread that reclaims in the background, for everybody",
		"a task that allocates with GFP_KERNEL and reclaims for itself, whatever locks it holds",
		"the same with GFP_NOFS: file systems may not be entered" };

	memset(rs, 0, sizeof(*rs));
	for (u32 i = 0; i < 3; i++)
		vec_push(&rs->contexts, ((struct rule_context){ .name = names[i], .title = titles[i] }));
	vec_push(&rs->roots, ((struct rule_root){ .kind = "shrinker", .contexts = names,
						  .n_contexts = 3 }));
	vec_push(&rs->descs, ((struct rule_desc){ .id = "reclaim-rpm-resume",
		.severity = "error", .title = "a device is resumed synchronously in memory reclaim",
		.why = "The resume callback runs inside reclaim. If it allocates memory, or takes a lock that "
		       "somebody holds while allocating,\nthe machine deadlocks.",
		.mend = "Take a reference only if the device is active (pm_runtime_get_if_active()), or "
			"leave the work to a workqueue." }));
	vec_push(&rs->descs, ((struct rule_desc){ .id = "reclaim-inversion",
		.severity = "error", .title = "a lock of reclaim is held across an allocation",
		.why = "Both halves together are a deadlock under memory pressure.",
		.mend = "Use mutex_trylock() in the shrinker, or allocate before the lock is taken." }));
}

static void free_rules(struct ruleset *rs)
{
	vec_free(&rs->contexts);
	vec_free(&rs->roots);
	vec_free(&rs->descs);
}

/* ---- golden files -------------------------------------------------------- */

static void check_golden(const char *name, const struct buf *got)
{
	char path[128];
	struct blob want = { NULL, 0 };
	struct err *err;

	snprintf(path, sizeof(path), "testsuite/report/%s", name);
	if (getenv("RECLINT_BLESS")) {
		err = file_write(path, got->s, got->len);
		assert_null(err);
		return;
	}
	err = file_read(path, &want);
	if (err)
		fail_msg("%s", err_text(err));
	if (want.n != got->len || memcmp(want.p, got->s, want.n))
		fail_msg("%s differs (RECLINT_BLESS=1 rewrites it); now:\n%s", path, got->s);
	blob_free(&want);
}

static void check_text(const char *name, const struct report_text_options *opt, bool with_rules)
{
	struct report *r = build();
	struct buf out = BUF_INIT;
	struct ruleset rs;

	build_rules(&rs);
	report_text(r, with_rules ? &rs : NULL, opt, &out);
	check_golden(name, &out);
	buf_free(&out);
	free_rules(&rs);
	report_free(r);
}

static void test_text(void **state)
{
	check_text("text.txt", &(struct report_text_options){ 0 }, true);
}

static void test_text_all(void **state)
{
	check_text("text-all.txt", &(struct report_text_options){ .verbose = true, .show_gaps = true,
			.show_marked = true, .show_paths = true }, false);
}

static void test_text_color(void **state)
{
	check_text("text-color.txt", &(struct report_text_options){ .color = true }, true);
}

static void test_lines(void **state)
{
	struct report *r = build();
	struct buf out = BUF_INIT;

	report_lines(r, &out);
	check_golden("lines.txt", &out);
	buf_free(&out);
	report_free(r);
}

static void test_explain(void **state)
{
	struct report *r = build();
	struct buf out = BUF_INIT;
	struct ruleset rs;

	build_rules(&rs);
	for (u32 i = 0; i < r->findings.n; i++) {
		report_explain(r, &r->findings.a[i], &rs, 1, false, &out);
		buf_adds(&out, "========\n");
	}
	check_golden("explain.txt", &out);
	buf_free(&out);
	free_rules(&rs);
	report_free(r);
}

static void test_json(void **state)
{
	struct report *r = build();
	struct buf out = BUF_INIT;
	json_error_t error;
	json_t *root;

	report_json(r, &out);
	check_golden("report.json", &out);
	root = json_loadb(out.s, out.len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		fail_msg("line %d: %s", error.line, error.text);
	assert_int_equal(json_array_size(json_object_get(root, "findings")), 6);
	json_decref(root);
	buf_free(&out);
	report_free(r);
}

/* With a file that gave no facts, and as a baseline leaves it: one new, one known, one mended. */
static struct report *build_gated(void)
{
	struct report *r = build();
	struct diag_known mended = { .fingerprint = "0123456789abcdef0123456789abcdef", .rule = "reclaim-rpm-resume",
				     .severity = "error", .root = "demo_scan", .sink = "pm_runtime_get_sync" };
	struct diag_lost lost = { DEMO "lost 100%.c", "its text names 'scan_objects', so a root may be in it" };

	vec_push(&r->unchanged, r->findings.a[r->findings.n - 1]);
	r->findings.n--;
	vec_last(&r->unchanged)->baseline = "unchanged";
	for (u32 i = 0; i < r->findings.n; i++)
		r->findings.a[i].baseline = i ? "new" : "worse";
	vec_push(&r->fixed, mended);
	vec_push(&r->lost, lost);
	r->baseline = "known.json";
	return r;
}

static void test_sarif(void **state)
{
	struct report *r = build_gated();
	struct buf out = BUF_INIT;
	struct ruleset rs;

	build_rules(&rs);
	report_sarif(r, &rs, &out);
	check_golden("report.sarif", &out);
	buf_free(&out);
	free_rules(&rs);
	report_free(r);
}

static void test_ci(void **state)
{
	struct report *r = build_gated();
	struct buf out = BUF_INIT;
	json_error_t error;
	json_t *root;

	report_github(r, &out);
	check_golden("github.txt", &out);
	buf_clear(&out);
	report_gitlab(r, &out);
	root = json_loadb(out.s, out.len, JSON_REJECT_DUPLICATES, &error);
	assert_int_equal(json_array_size(root), r->findings.n);
	json_decref(root);
	check_golden("gitlab.json", &out);
	buf_clear(&out);
	report_junit(r, &out);
	check_golden("junit.xml", &out);
	buf_free(&out);
	report_free(r);
}

/* What is written piece by piece is what is written at once. */
static void test_stream(void **state)
{
	struct report *r = build();
	struct buf whole = BUF_INIT, out = BUF_INIT;
	char *text;
	size_t n;

	for (u32 i = 0; i < 2000; i++)
		vec_push(&r->gaps, r->gaps.a[0]);
	report_json(r, &whole);
	assert_true(whole.len > 200000);
	out.to = open_memstream(&text, &n);
	report_json(r, &out);
	assert_true(out.cap < whole.len);
	buf_flush(&out);
	fclose(out.to);
	assert_int_equal(n, whole.len);
	assert_memory_equal(text, whole.s, n);
	free(text);
	buf_free(&whole);
	buf_free(&out);
	report_free(r);
}

/* ---- edges --------------------------------------------------------------- */

/* Nothing found, and findings with as little as the engine may know. */
static void test_empty(void **state)
{
	struct report *r = report_create();
	struct report_text_options opt = { 0 };
	struct diag_finding *f;
	struct buf out = BUF_INIT, json = BUF_INIT;

	report_sort(r);
	report_text(r, NULL, &opt, &out);
	assert_non_null(strstr(out.s, "no findings"));
	report_json(r, &json);
	check_golden("empty.json", &json);
	f = vec_add(&r->findings);
	f->id = f->fingerprint = f->rule = f->severity = f->message = f->root.function = "x";
	f->sink.function = "y";
	report_text(r, NULL, &opt, &out);
	report_lines(r, &out);
	report_json(r, &out);
	report_explain(r, f, NULL, 3, true, &out);
	report_sarif(r, NULL, &out);
	report_github(r, &out);
	report_gitlab(r, &out);
	report_junit(r, &out);
	buf_free(&out);
	buf_free(&json);
	report_free(r);
	report_free(NULL);
}

static void test_sort(void **state)
{
	static const char *const want[] = { "reclaim-inversion", "reclaim-inversion", "reclaim-inversion",
					    "reclaim-rpm-resume", "reclaim-sleeping-lock" };
	struct report *r = build();

	for (u32 i = 0; i < ARRAY_LEN(want); i++)
		assert_string_equal(r->findings.a[i].rule, want[i]);
	assert_string_equal(r->gaps.a[0].kind, "failed-tu");
	assert_int_equal(r->gaps.a[1].line, 7);
	assert_string_equal(r->marks.a[0].source, "call");
	assert_int_equal(r->findings.a[4].also.a[0].line, 128);
	report_free(r);
}

static struct diag_finding *with_id(struct report *r, const char *id)
{
	u32 i = 0;

	while (strcmp(r->findings.a[i].id, id))
		i++;
	return &r->findings.a[i];
}

/* A lock that an inline helper of a header takes is shown where the helper is used, a call in
 * a .c file where it is, and the header only when there is nothing else. */
static void test_headline(void **state)
{
	struct report *r = build();
	struct diag_finding *f = with_id(r, "81c7e55a0b9d");
	const struct diag_place in_header = { "mutex_lock", "include/linux/mutex.h", NULL, 228, 1 };
	const u32 line = f->chain.a[1].at.line;

	assert_ptr_equal(diag_headline(f), &f->sink);
	f->sink = in_header;
	vec_last(&f->chain)->at = in_header;
	assert_int_equal(f->chain.n, 3);
	assert_int_equal(diag_headline(f)->line, line);
	assert_string_equal(diag_headline(f)->file, SHRINKER);
	for (u32 i = 0; i < f->chain.n; i++)
		f->chain.a[i].at = in_header;
	assert_ptr_equal(diag_headline(f), &f->sink);
	f->sink.file = NULL;
	f->chain.n = 0;
	assert_ptr_equal(diag_headline(f), &f->root);
	report_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_all),
		cmocka_unit_test(test_text_color),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_sarif),
		cmocka_unit_test(test_ci),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_headline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
