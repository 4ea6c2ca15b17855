/* What methods share: parameters, and the blocks they name. */
#include <inttypes.h>

#include "devnet/node_impl.h"

#define SAFE_BEHIND 32 /* blocks: an epoch, and two */
#define FINAL_BEHIND 64

const struct pl_json *node_param(const struct node_call *c, size_t i)
{
	return pl_json_at(c->params, i);
}

enum pl_rc node_bad(struct node_call *c, struct pl_err *e)
{
	c->code = NODE_PARAMS;
	e->rc = PL_EUSAGE;
	return PL_EUSAGE;
}

static enum pl_rc wrong(struct node_call *c, size_t i, struct pl_err *e)
{
	(void)pl_note(e, "parameter %zu", i + 1);
	return node_bad(c, e);
}

enum pl_rc node_addr(struct node_call *c, struct pl_addr *out, size_t i,
		     struct pl_err *e)
{
	return pl_json_addr(out, node_param(c, i), e) ? wrong(c, i, e) : PL_OK;
}

enum pl_rc node_hash(struct node_call *c, struct pl_hash32 *out, size_t i,
		     struct pl_err *e)
{
	return pl_json_hash32(out, node_param(c, i), e) ? wrong(c, i, e)
							: PL_OK;
}

enum pl_rc node_u64(struct node_call *c, uint64_t *out, size_t i,
		    struct pl_err *e)
{
	return pl_json_u64(out, node_param(c, i), e) ? wrong(c, i, e) : PL_OK;
}

enum pl_rc node_u256(struct node_call *c, struct pl_u256 *out, size_t i,
		     struct pl_err *e)
{
	return node_slot(out, node_param(c, i), e) ? wrong(c, i, e) : PL_OK;
}

enum pl_rc node_data(struct node_call *c, struct pl_span *out, size_t i,
		     struct pl_err *e)
{
	return pl_json_data(c->a, out, node_param(c, i), e) ? wrong(c, i, e)
							    : PL_OK;
}

/* Leading zeros are welcome here: libraries send what they have. */
enum pl_rc node_slot(struct pl_u256 *out, const struct pl_json *v,
		     struct pl_err *e)
{
	const char *s = pl_json_str(v);

	if (!s || strncmp(s, "0x", 2) != 0)
		return pl_json_u256(out, v, e);
	if (!s[2]) {
		*out = pl_u256_of(0);
		return PL_OK;
	}
	return pl_u256_parse(out, s, pl_json_str_len(v), e);
}

/* ------------------------------------------------------------------ blocks */

static void at_block(const struct node_call *c, struct node_at *out,
		     const struct pl_dev_block *b)
{
	*out = (struct node_at){ .b = b };
	if (!b)
		return;
	/* what was changed by hand shows at once */
	out->state = b == pl_dev_head(c->d) ? pl_dev_now(c->d) : b->after;
}

static enum pl_rc at_pending(struct node_call *c, struct node_at *out,
			     struct pl_err *e)
{
	struct pl_dev_block *b = PL_NEW(c->a, struct pl_dev_block);

	PL_TRY(pl_dev_pending(c->d, c->a, b, c->now, e));
	*out = (struct node_at){ .b = b, .state = b->after, .pending = true };
	return PL_OK;
}

static uint64_t behind(const struct node_call *c, uint64_t n)
{
	const uint64_t head = pl_dev_head(c->d)->header.number;
	const uint64_t first = pl_dev_first(c->d);

	return head - first > n ? head - n : first;
}

static bool tag_number(const struct node_call *c, uint64_t *out, const char *s)
{
	if (!strcmp(s, "latest") || !*s)
		*out = pl_dev_head(c->d)->header.number;
	else if (!strcmp(s, "earliest"))
		*out = pl_dev_first(c->d);
	else if (!strcmp(s, "safe"))
		*out = behind(c, SAFE_BEHIND);
	else if (!strcmp(s, "finalized"))
		*out = behind(c, FINAL_BEHIND);
	else
		return false;
	return true;
}

static bool is_pending(const struct pl_json *v)
{
	const char *s = pl_json_str(v);

	return s && !strcmp(s, "pending");
}

static enum pl_rc by_hash(struct node_call *c, struct node_at *out,
			  const struct pl_json *v, struct pl_err *e)
{
	struct pl_hash32 h;

	PL_TRY(pl_json_hash32(&h, v, e));
	at_block(c, out, pl_dev_block_of(c->d, &h));
	return PL_OK;
}

/* SPEC EIP-1898 blockHash: an object names a block by number or by hash */
static enum pl_rc find(struct node_call *c, struct node_at *out,
		       const struct pl_json *v, struct pl_err *e)
{
	const struct pl_json *hash = pl_json_get(v, "blockHash");
	const char *s;
	uint64_t n;

	if (hash)
		return by_hash(c, out, hash, e);
	if (pl_json_type(v) == PL_J_OBJECT) {
		v = pl_json_get(v, "blockNumber");
		if (!v)
			return pl_fail(e, PL_EUSAGE,
				       "a block is named by blockNumber or "
				       "blockHash");
	}
	s = pl_json_str(v);
	if (is_pending(v))
		return at_pending(c, out, e);
	if (s && pl_json_str_len(v) == 66)
		return by_hash(c, out, v, e);
	if (pl_json_is_null(v))
		n = pl_dev_head(c->d)->header.number;
	else if (!s || !tag_number(c, &n, s))
		PL_TRY(pl_json_u64(&n, v, e));
	at_block(c, out, pl_dev_block(c->d, n));
	return PL_OK;
}

enum pl_rc node_find(struct node_call *c, struct node_at *out, bool *found,
		     const struct pl_json *v, struct pl_err *e)
{
	enum pl_rc rc = find(c, out, v, e);

	if (rc == PL_EFORMAT || rc == PL_EUSAGE) {
		(void)pl_note(e, "block");
		return node_bad(c, e);
	}
	*found = !rc && out->b;
	return rc;
}

enum pl_rc node_at(struct node_call *c, struct node_at *out, size_t i,
		   struct pl_err *e)
{
	bool found;

	PL_TRY(node_find(c, out, &found, node_param(c, i), e));
	if (found)
		return PL_OK;
	c->code = NODE_FAILED;
	return pl_fail(e, PL_ENOTFOUND,
		       "BlockOutOfRangeError: block height is %" PRIu64
		       ", and there is no such block",
		       pl_dev_head(c->d)->header.number);
}

enum pl_rc node_number(struct node_call *c, uint64_t *out,
		       const struct pl_json *v, struct pl_err *e)
{
	const char *s = pl_json_str(v);

	*out = pl_dev_head(c->d)->header.number;
	if (pl_json_is_null(v) || is_pending(v) || (s && tag_number(c, out, s)))
		return PL_OK;
	if (!pl_json_u64(out, v, e))
		return PL_OK;
	(void)pl_note(e, "block");
	return node_bad(c, e);
}

void node_block(struct node_call *c, struct pl_node_block *out,
		const struct pl_dev_block *b)
{
	struct pl_span *txs = PL_NEW_N(c->a, struct pl_span, b->n_txs);
	struct pl_span *receipts = PL_NEW_N(c->a, struct pl_span, b->n_txs);
	struct pl_addr *senders = PL_NEW_N(c->a, struct pl_addr, b->n_txs);

	for (size_t i = 0; i < b->n_txs; i++) {
		txs[i] = b->txs[i].raw;
		receipts[i] = b->txs[i].receipt;
		senders[i] = b->txs[i].sender;
	}
	*out = (struct pl_node_block){
		.header = &b->header,
		.chain_id = pl_dev_conf(c->d)->chain_id,
		.txs = txs,
		.n_txs = b->n_txs,
		.receipts = receipts,
		.senders = senders,
		.blob_price = &b->blob_price,
	};
}
