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

static void methods(struct pl_buf *b, struct pl_serve *s)
{
	about(b, "requests_total", "counter", "calls by method and result");
	for (size_t i = 0; serve_methods[i].name; i++) {
		const uint64_t good = atomic_load(&s->stats[i].ok);
		const uint64_t failed = atomic_load(&s->stats[i].failed);
		const char *name = serve_methods[i].name;

		if (good)
			pl_buf_fmt(b,
				   "plume_requests_total{method=\"%s\","
				   "result=\"ok\"} %" PRIu64 "\n",
				   name, good);
		if (failed)
			pl_buf_fmt(b,
				   "plume_requests_total{method=\"%s\","
				   "result=\"error\"} %" PRIu64 "\n",
				   name, failed);
	}
}

static void heads(struct pl_buf *b, struct pl_serve *s)
{
	const struct serve_head *tag = s->heads.tag;
	static const char *const names[] = { "latest", "safe", "finalized" };
	const int64_t now = pl_time_now();

	(void)pthread_mutex_lock(&s->lock);
	about(b, "head_number", "gauge", "newest proven block");
	for (size_t i = 0; i < 3; i++)
		if (tag[i].known)
			pl_buf_fmt(b,
				   "plume_head_number{tag=\"%s\"} %" PRIu64
				   "\n",
				   names[i], tag[i].h.header.number);
	about(b, "head_age_seconds", "gauge", "time since that block");
	for (size_t i = 0; i < 3; i++)
		if (tag[i].known)
			pl_buf_fmt(b,
				   "plume_head_age_seconds{tag=\"%s\"} %" PRId64
				   "\n",
				   names[i],
				   now - (int64_t)tag[i].h.header.time);
	(void)pthread_mutex_unlock(&s->lock);
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
	struct pl_buf b;

	pl_buf_init(&b, a);
	methods(&b, s);
	heads(&b, s);
	figure(&b, "cache_hits_total", "counter", "answers out of the cache",
	       cache.hits);
	figure(&b, "cache_misses_total", "counter", "and not", cache.misses);
	figure(&b, "cache_bytes", "gauge", "kept in the cache", cache.bytes);
	figure(&b, "upstream_requests_total", "counter", "questions to nodes",
	       serve_nodes_requests(s->conf.nodes));
	figure(&b, "upstream_bytes_total", "counter", "bytes of their answers",
	       serve_nodes_bytes(s->conf.nodes));
	figure(&b, "verification_failures_total", "counter",
	       "answers of nodes that were false", atomic_load(&s->bad_proofs));
	figure(&b, "refresh_failures", "gauge",
	       "refreshes of the head failed in a row",
	       atomic_load(&s->failures));
	figure(&b, "resident_bytes", "gauge", "memory of the process",
	       resident());
	return pl_buf_span(&b);
}
