#include "devnet/consensus.h"

#include <string.h>

#include "devnet/beacon_api.h"

struct pl_dev_consensus {
	struct pl_dev_beacon *beacon; /* NULL before it begins */
	struct pl_arena *scratch;
};

struct pl_dev_consensus *pl_dev_consensus_new(struct pl_arena *a)
{
	struct pl_dev_consensus *c = PL_NEW(a, struct pl_dev_consensus);

	c->scratch = pl_arena_open(0);
	return c;
}

void pl_dev_consensus_close(struct pl_dev_consensus *c)
{
	if (!c)
		return;
	pl_dev_beacon_close(c->beacon);
	pl_arena_close(c->scratch);
}

/* Valid until the next. */
static struct pl_dev_payload payload(struct pl_dev_consensus *c,
				     const struct pl_dev *d)
{
	const struct pl_dev_block *b = pl_dev_head(d);
	struct pl_span *txs;

	pl_arena_reset(c->scratch);
	txs = PL_NEW_N(c->scratch, struct pl_span, b->n_txs);
	for (size_t i = 0; i < b->n_txs; i++)
		txs[i] = b->txs[i].raw;
	return (struct pl_dev_payload){ .header = &b->header,
					.txs = txs,
					.n_txs = b->n_txs };
}

void pl_dev_consensus_root(void *consensus, struct pl_hash32 *out,
			   uint64_t time)
{
	struct pl_dev_consensus *c = consensus;

	(void)time;
	if (c->beacon)
		pl_lc_beacon_root(out, &pl_dev_beacon_head(c->beacon)->beacon);
}

enum pl_rc pl_dev_consensus_begin(struct pl_dev_consensus *c,
				  const struct pl_dev *d, uint64_t now,
				  bool lie, struct pl_err *e)
{
	const struct pl_dev_payload p = payload(c, d);

	PL_TRY(pl_dev_beacon_open(&c->beacon, now, &p, e));
	pl_dev_beacon_lie(c->beacon, lie);
	return PL_OK;
}

void pl_dev_consensus_tick(struct pl_dev_consensus *c, const struct pl_dev *d,
			   uint64_t now)
{
	const struct pl_dev_payload p = payload(c, d);

	pl_dev_beacon_tick(c->beacon, now, &p);
}

struct pl_hash32 pl_dev_consensus_first(const struct pl_dev_consensus *c)
{
	return pl_dev_beacon_first(c->beacon);
}

bool pl_dev_consensus_get(struct pl_dev_consensus *c, const struct pl_dev *d,
			  uint64_t now, struct pl_arena *a,
			  struct pl_reply *out, const struct pl_ask *ask)
{
	struct pl_dev_answer got;

	if (strncmp(ask->path, "/eth/", 5))
		return false;
	pl_dev_consensus_tick(c, d, now);
	pl_dev_beacon_get(&got, a, c->beacon, ask->path, ask->query,
			  strstr(ask->accept, "octet-stream") != NULL);
	*out = (struct pl_reply){ .status = got.status,
				  .type = got.type,
				  .fork = got.fork,
				  .body = got.body };
	return true;
}
