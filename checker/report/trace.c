// SPDX-License-Identifier: MIT
/* The traces of a finding, with what joins them: one, two of an inversion, three of a longer cycle. */
#include "report/print.h"

bool finding_is_inversion(const struct diag_finding *f)
{
	return f->witness.n > 0;
}

static struct trace reclaim_trace(const struct diag_finding *f)
{
	struct trace ret = { .title = "The path", .hops = f->chain.a, .n = f->chain.n };

	if (f->is_stated)
		ret.title = "The code states that it is taken in reclaim";
	else if (finding_is_inversion(f))
		ret.title = f->lock.mode ? "In reclaim the lock is taken" : "In reclaim it is waited for";
	return ret;
}

static struct trace waiting_trace(const struct diag_finding *f)
{
	return (struct trace){
		.title = f->second.is_work ? "Elsewhere it is held while work is waited for" :
			 "Elsewhere it is held while another lock is waited for",
		.hops = f->witness.a, .n = f->second.hop, .takes = true, .waits_for = f->second.name,
	};
}

static struct trace allocating_trace(const struct diag_finding *f)
{
	u32 from = f->second.name ? f->second.hop : 0;
	struct trace ret = { .title = "Elsewhere it is held while memory is allocated", .hops = f->witness.a + from,
			     .n = f->witness.n - from, .takes = true, .allocates = true };

	if (f->second.name)
		ret.title = f->second.is_work ? "That work allocates memory before it is done" :
			    "Elsewhere that one is held while memory is allocated";
	else if (f->is_ended)
		ret.title = "Elsewhere memory is allocated before that is done";
	if (f->is_ended || f->second.is_work)
		ret.takes = false;
	return ret;
}

u32 finding_traces(const struct diag_finding *f, struct trace ret[TRACES_MAX])
{
	u32 n = 0;

	if (f->chain.n)
		ret[n++] = reclaim_trace(f);
	if (finding_is_inversion(f) && f->second.name)
		ret[n++] = waiting_trace(f);
	if (finding_is_inversion(f))
		ret[n++] = allocating_trace(f);
	return n;
}

const char *finding_together(const struct diag_finding *f)
{
	if (f->second.name && f->second.is_work)
		return "Together: reclaim waits for the lock, its holder waits for the work, and that waits for memory "
		       "that reclaim is to free.";
	if (f->second.name)
		return "Together: reclaim waits for the lock, its holder waits for the other one, and whoever holds "
		       "that waits for memory that reclaim is to free.";
	if (f->is_ended)
		return "Together: reclaim waits there for what is done here, which waits for memory that reclaim is to "
		       "free.";
	return "Together: reclaim waits there for the lock, and whoever holds it waits for memory that reclaim is to "
	       "free; they may be one task.";
}
