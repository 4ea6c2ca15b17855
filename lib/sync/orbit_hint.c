/* Where to look: logs of the parent chain, as any node lists them.  Nothing
 * here is believed; a node that hides or invents logs hides what is newest or
 * costs time, and no more. */
#include <inttypes.h>

#include "base/hex.h"
#include "eth/node_json.h"
#include "sync/orbit_impl.h"

#define RANGE 50000 /* blocks of the parent asked about at first */
#define MOST 3200000
#define LEAST 500 /* …and at the least, where a node says it is too many */
#define ASKS 40   /* questions, then there is no hint to be had */
#define LOGS 2000 /* of one answer */

struct walk {
	struct orbit_find *f;
	const struct pl_addr *contract;
	const struct pl_hash32 *topic0, *topic1;
};

static const char *params(const struct walk *w, uint64_t from, uint64_t to)
{
	struct pl_arena *a = w->f->a;
	const char *second =
		w->topic1 ? pl_printf(a, ",\"%s\"",
				      pl_hex(a, pl_hash32_span(w->topic1)))
			  : "";

	return pl_printf(a,
			 "[{\"fromBlock\":\"0x%" PRIx64
			 "\",\"toBlock\":\"0x%" PRIx64
			 "\",\"address\":\"%s\",\"topics\":[\"%s\"%s]}]",
			 from, to, pl_hex(a, pl_addr_span(w->contract)),
			 pl_hex(a, pl_hash32_span(w->topic0)), second);
}

/* What does not read as a log is no hint. */
static enum pl_rc newest_first(const struct walk *w, const struct pl_json *list,
			       orbit_log_fn each, void *ctx, bool *done,
			       struct pl_err *e)
{
	size_t n = pl_json_len(list);

	if (n > LOGS)
		return pl_fail(e, PL_ELIMIT, "over %d logs in an answer", LOGS);
	while (n-- && !*done) {
		struct pl_log log;
		struct pl_err ignored;

		if (pl_log_from_json(w->f->a, &log, pl_json_at(list, n),
				     &ignored))
			continue;
		PL_TRY(each(w->f, ctx, &log, done, e));
	}
	return PL_OK;
}

enum pl_rc orbit_logs(struct orbit_find *f, const struct pl_addr *contract,
		      const struct pl_hash32 *topic0,
		      const struct pl_hash32 *topic1, orbit_log_fn each,
		      void *ctx, struct pl_err *e)
{
	const struct walk w = { f, contract, topic0, topic1 };
	struct pl_rpc *rpc = pl_view_rpc(f->o->conf.parent);
	uint64_t to = f->at->header.number, range = RANGE;
	bool done = false, limited = false;

	for (unsigned i = 0; i < ASKS && !done; i++) {
		uint64_t from = to >= range ? to - range + 1 : 0;
		const struct pl_json *list;

		if (pl_rpc_call(rpc, f->a, &list, "eth_getLogs",
				params(&w, from, to), e)) {
			/* nodes put limits on the range, each its own */
			if (e->rc != PL_EREFUSED || range / 4 < LEAST) {
				e->rc = PL_ENET;
				return e->rc;
			}
			range /= 4;
			limited = true;
			continue;
		}
		PL_TRY(newest_first(&w, list, each, ctx, &done, e));
		if (!from)
			break;
		to = from - 1;
		/* chains of quick blocks have millions in a few days */
		range *= limited || range >= MOST ? 1 : 2;
	}
	return PL_OK;
}
