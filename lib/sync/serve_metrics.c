/* GET /metrics: Prometheus' text format. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "sync/serve_impl.h"

static void about(struct pl_buf *b, const char *name, const char *type,
		  const char *words)
{
	pl_buf_fmt(b, "# HELP plume_%s %s\n# TYPE plume_%s %s\n", name, words,
		   name, type);
}

static void figure(struct pl_buf *b, const char *name, const char *type,
		   const char *words, uint64_t v)
{
	about(b, name, type, words);
	pl_buf_fmt(b, "plume_%s %" PRIu64 "\n", name, v);
}

static void methods(struct pl_buf *b, const struct pl_serve *s)
{
	about(b, "requests_total", "counter", "calls by method and result");
	for (size_t i = 0; serve_methods[i].name; i++) {
		const struct serve_method_stats *m = &s->stats[i];
		const char *name = serve_methods[i].name;

		if (m->ok)
			pl_buf_fmt(b,
				   "plume_requests_total{method=\"%s\","
				   "result=\"ok\"} %" PRIu64 "\n",
				   name, m->ok);
		if (m->failed)
			pl_buf_fmt(b,
				   "plume_requests_total{method=\"%s\","
				   "result=\"error\"} %" PRIu64 "\n",
				   name, m->failed);
	}
}

static void heads(struct pl_buf *b, const struct pl_serve *s)
{
	static const char *const names[] = { "latest", "safe", "finalized" };
	const int64_t now = pl_time_now();

	about(b, "head_number", "gauge", "newest proven block");
	for (size_t i = 0; i < 3; i++)
		if (s->heads[i].known)
			pl_buf_fmt(b,
				   "plume_head_number{tag=\"%s\"} %" PRIu64
				   "\n",
				   names[i], s->heads[i].h.header.number);
	about(b, "head_age_seconds", "gauge", "time since that block");
	for (size_t i = 0; i < 3; i++)
		if (s->heads[i].known)
			pl_buf_fmt(b,
				   "plume_head_age_seconds{tag=\"%s\"} %" PRId64
				   "\n",
				   names[i],
				   now - (int64_t)s->heads[i].h.header.time);
}

/* Pages the system counts for this process; 0 where it does not tell. */
static uint64_t resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	char line[128] = "", *end;
	uint64_t pages = 0;

	if (!f)
		return 0;
	if (fgets(line, sizeof(line), f)) {
		(void)strtoull(line, &end, 10);
		pages = strtoull(end, NULL, 10);
	}
	(void)fclose(f);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

struct pl_span serve_metrics(struct pl_serve *s, struct pl_arena *a)
{
	const struct pl_cache_stats cache = pl_cache_stats(s->cache);
	struct pl_serve_traffic t = { 0, 0 };
	struct pl_buf b;

	if (s->conf.traffic)
		t = *s->conf.traffic;
	pl_buf_init(&b, a);
	methods(&b, s);
	heads(&b, s);
	figure(&b, "cache_hits_total", "counter", "answers out of the cache",
	       cache.hits);
	figure(&b, "cache_misses_total", "counter", "and not", cache.misses);
	figure(&b, "cache_bytes", "gauge", "kept in the cache", cache.bytes);
	figure(&b, "upstream_requests_total", "counter", "questions to nodes",
	       t.requests);
	figure(&b, "upstream_bytes_total", "counter", "bytes of their answers",
	       t.bytes);
	figure(&b, "verification_failures_total", "counter",
	       "answers of nodes that were false", s->bad_proofs);
	figure(&b, "refresh_failures", "gauge",
	       "refreshes of the head failed in a row", s->failures);
	figure(&b, "resident_bytes", "gauge", "memory of the process",
	       resident());
	return pl_buf_span(&b);
}
