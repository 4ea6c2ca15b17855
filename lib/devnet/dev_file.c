/* A chain as bytes: blocks as they are, and states as what each changed of the
 * one before, so that reading them makes the same tries again, node by node
 * shared, and every root is computed and not believed.
 *
 *	[ "plume devnet", 1, chain id, fork, [code …], [block …],
 *	  [changes, offset, coinbase, gas limit, step], [pooled …] ]
 *	block:   [ header, [[transaction, receipt] …], changes, changes ]
 *	changes: [ [key, account, [[key, value] …]] … ]  (no value: taken away)
 *
 * The changes of a block are those made by hand before it, and its own. */
#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "devnet/dev_impl.h"

#define WHAT "plume devnet"
#define FORMAT 1

/* ------------------------------------------------------------------ writing */

struct writing {
	const struct pl_dev *d;
	struct pl_buf *b;
};

static bool put_slot(void *ctx, const struct pl_mpt_leaf *leaf, uint32_t was)
{
	struct pl_buf *b = ctx;
	const size_t list = pl_rlp_open(b);

	(void)was;
	pl_rlp_put(b, (struct pl_span){ leaf->key, leaf->key_n });
	pl_rlp_put(b, leaf->value);
	pl_rlp_close(b, list);
	return true;
}

static bool put_account(void *ctx, const struct pl_mpt_leaf *leaf, uint32_t was)
{
	struct writing *w = ctx;
	const size_t list = pl_rlp_open(w->b);
	size_t slots;

	pl_rlp_put(w->b, (struct pl_span){ leaf->key, leaf->key_n });
	pl_rlp_put(w->b, leaf->value);
	slots = pl_rlp_open(w->b);
	if (leaf->value.n)
		(void)pl_mpt_diff(w->d->t.trie, was, leaf->sub, put_slot, w->b);
	pl_rlp_close(w->b, slots);
	pl_rlp_close(w->b, list);
	return true;
}

static void put_changes(struct writing *w, uint32_t from, uint32_t to)
{
	const size_t list = pl_rlp_open(w->b);

	(void)pl_mpt_diff(w->d->t.trie, from, to, put_account, w);
	pl_rlp_close(w->b, list);
}

void dev_put_block(struct pl_buf *b, const struct pl_dev_block *block)
{
	size_t txs;

	pl_header_encode(b, &block->header);
	txs = pl_rlp_open(b);
	for (size_t i = 0; i < block->n_txs; i++) {
		const size_t tx = pl_rlp_open(b);

		pl_rlp_put(b, block->txs[i].raw);
		pl_rlp_put(b, block->txs[i].receipt);
		pl_rlp_close(b, tx);
	}
	pl_rlp_close(b, txs);
}

static void put_block(struct writing *w, const struct pl_dev_block *b,
		      uint32_t state)
{
	const size_t block = pl_rlp_open(w->b);

	dev_put_block(w->b, b);
	put_changes(w, state, b->before);
	put_changes(w, b->before, b->after);
	pl_rlp_close(w->b, block);
}

static void put_blocks(struct writing *w)
{
	const size_t list = pl_rlp_open(w->b);
	uint32_t state = 0;

	for (size_t i = 0; i < w->d->n_blocks; i++) {
		put_block(w, w->d->blocks[i], state);
		state = w->d->blocks[i]->after;
	}
	pl_rlp_close(w->b, list);
}

static void put_now(struct writing *w)
{
	const struct pl_dev *d = w->d;
	const size_t list = pl_rlp_open(w->b);

	put_changes(w, d->blocks[d->n_blocks - 1]->after, d->state);
	pl_rlp_put_u64(w->b, (uint64_t)d->offset);
	pl_rlp_put(w->b, pl_addr_span(&d->coinbase));
	pl_rlp_put_u64(w->b, d->gas_limit);
	pl_rlp_put_u64(w->b, d->step);
	pl_rlp_close(w->b, list);
}

enum pl_rc pl_dev_save(struct pl_dev *d, struct pl_buf *out, struct pl_err *e)
{
	struct writing w = { d, out };
	size_t all, list;

	if (d->t.more)
		return pl_fail(e, PL_EUSAGE,
			       "a chain whose state lies elsewhere is not kept "
			       "in a file");
	all = pl_rlp_open(out);
	pl_rlp_put(out, pl_span_str(WHAT));
	pl_rlp_put_u64(out, FORMAT);
	pl_rlp_put_u64(out, d->conf.chain_id);
	pl_rlp_put(out, pl_span_str(pl_fork_name(d->conf.fork)));
	list = pl_rlp_open(out);
	for (size_t i = 0; i < d->t.n_codes; i++)
		pl_rlp_put(out, d->t.codes[i]);
	pl_rlp_close(out, list);
	put_blocks(&w);
	put_now(&w);
	list = pl_rlp_open(out);
	for (size_t i = 0; i < d->n_pool; i++)
		pl_rlp_put(out, d->pool[i].raw);
	pl_rlp_close(out, list);
	pl_rlp_close(out, all);
	return PL_OK;
}

/* ------------------------------------------------------------------ reading */

enum pl_rc dev_check_chain(const struct pl_dev *d, uint64_t chain,
			   struct pl_span fork, struct pl_err *e)
{
	if (chain != d->conf.chain_id)
		return pl_fail(e, PL_EUSAGE,
			       "the state is of chain %ju, not %ju",
			       (uintmax_t)chain, (uintmax_t)d->conf.chain_id);
	if (!pl_span_is(fork, pl_fork_name(d->conf.fork)))
		return pl_fail(e, PL_EUSAGE, "the state is of hardfork %.*s",
			       (int)(fork.n < 32 ? fork.n : 32), fork.p);
	return PL_OK;
}

static enum pl_rc read_head(const struct pl_dev *d, struct pl_span *in,
			    struct pl_err *e)
{
	struct pl_span what, fork;
	uint64_t format, chain;

	PL_TRY(pl_rlp_bytes(&what, in, e));
	if (!pl_span_is(what, WHAT))
		return pl_fail(e, PL_EFORMAT, "no development chain's state");
	PL_TRY(pl_rlp_u64(&format, in, e));
	if (format != FORMAT)
		return pl_fail(e, PL_EFORMAT, "a state of format %ju",
			       (uintmax_t)format);
	PL_TRY(pl_rlp_u64(&chain, in, e));
	PL_TRY(pl_rlp_bytes(&fork, in, e));
	return dev_check_chain(d, chain, fork, e);
}
/* As it was before its first block. */
void dev_empty(struct pl_dev *d)
{
	while (d->n_segments)
		pl_arena_close(d->segments[--d->n_segments].a);
	pl_mpt_close(d->t.trie);
	pl_tries_init(&d->t, d->a);
	d->txs = d->hashes = (struct pl_map){ .a = d->a };
	d->blocks = NULL;
	d->n_blocks = d->n_snapshots = d->lost = 0;
	d->state = 0;
	pl_dev_drop_all(d);
}

static enum pl_rc read_codes(struct pl_dev *d, struct pl_span *in,
			     struct pl_err *e)
{
	struct pl_span list, code;

	PL_TRY(pl_rlp_list(&list, in, e));
	while (list.n) {
		struct pl_hash32 hash;

		PL_TRY(pl_rlp_bytes(&code, &list, e));
		hash = pl_keccak256(code);
		pl_tries_code_put(&d->t, &hash, code);
	}
	return PL_OK;
}

static enum pl_rc read_key(struct pl_span *key, struct pl_span *value,
			   struct pl_span *in, struct pl_err *e)
{
	PL_TRY(pl_rlp_bytes(key, in, e));
	PL_TRY(pl_rlp_bytes(value, in, e));
	if (key->n != 32 || value->n > PL_MPT_VALUE)
		return pl_fail(e, PL_EFORMAT, "a key or value of that length");
	return PL_OK;
}

static enum pl_rc read_slots(struct pl_dev *d, uint32_t *storage,
			     struct pl_span *in, struct pl_err *e)
{
	struct pl_span list, slot, key, value;

	PL_TRY(pl_rlp_list(&list, in, e));
	while (list.n) {
		PL_TRY(pl_rlp_list(&slot, &list, e));
		PL_TRY(read_key(&key, &value, &slot, e));
		*storage = pl_mpt_put(d->t.trie, *storage, key, value, 0);
	}
	return PL_OK;
}

/* What the account says of its storage and code is there. */
static enum pl_rc check_account(struct pl_dev *d, struct pl_span value,
				uint32_t storage, struct pl_err *e)
{
	struct pl_hash32 root = pl_mpt_root(d->t.trie, storage);
	struct pl_account x;
	uint64_t i;

	PL_TRY(pl_account_parse(&x, value, e));
	if (!pl_hash32_equal(&root, &x.storage_root))
		return pl_fail(e, PL_EPROOF,
			       "slots that do not hash to the account's "
			       "storage root");
	if (!pl_hash32_equal(&x.code_hash, &pl_keccak_empty) &&
	    !pl_map_get(&d->t.code, &i, &x.code_hash))
		return pl_fail(e, PL_EPROOF, "an account without its code");
	return PL_OK;
}

static enum pl_rc read_changes(struct pl_dev *d, uint32_t *state,
			       struct pl_span *in, struct pl_err *e)
{
	struct pl_span list, one, key, value;
	uint32_t now = *state;

	PL_TRY(pl_rlp_list(&list, in, e));
	while (list.n) {
		uint32_t storage = 0;

		PL_TRY(pl_rlp_list(&one, &list, e));
		PL_TRY(read_key(&key, &value, &one, e));
		(void)pl_mpt_get(d->t.trie, now, key, NULL, &storage);
		PL_TRY(read_slots(d, &storage, &one, e));
		pl_mpt_seal(d->t.trie, &storage, 1);
		if (value.n)
			PL_TRY(check_account(d, value, storage, e));
		now = pl_mpt_put(d->t.trie, now, key, value, storage);
	}
	pl_mpt_seal(d->t.trie, &now, 1);
	*state = now;
	return PL_OK;
}

static enum pl_rc sender_of(struct pl_dev *d, struct pl_addr *out,
			    const struct pl_tx *tx, struct pl_err *e)
{
	struct pl_buf scratch;

	if (pl_dev_played_by(out, tx))
		return PL_OK;
	pl_buf_init(&scratch, d->scratch);
	return pl_tx_sender(out, tx, &scratch, false, e);
}

static enum pl_rc read_tx(struct pl_dev *d, struct pl_dev_tx *x, uint64_t *gas,
			  uint64_t *logs, struct pl_span *list,
			  struct pl_err *e)
{
	struct pl_span in, raw, receipt;
	struct pl_receipt r;
	struct pl_tx tx;
	size_t n;

	PL_TRY(pl_rlp_list(&in, list, e));
	PL_TRY(pl_rlp_bytes(&raw, &in, e));
	PL_TRY(pl_rlp_bytes(&receipt, &in, e));
	PL_TRY(pl_tx_decode(&tx, raw, e));
	PL_TRY(pl_receipt_decode(&r, receipt, e));
	PL_TRY(pl_rlp_count(&n, r.logs, e));
	PL_TRY(sender_of(d, &x->sender, &tx, e));
	if (r.cumulative_gas < *gas)
		return pl_fail(e, PL_EFORMAT, "gas that falls");
	x->raw = pl_span_dup(dev_block_arena(d), raw);
	x->receipt = pl_span_dup(dev_block_arena(d), receipt);
	x->hash = pl_keccak256(raw);
	x->gas_used = r.cumulative_gas - *gas;
	x->first_log = *logs;
	*gas = r.cumulative_gas;
	*logs += n;
	return PL_OK;
}

static enum pl_rc read_txs(struct pl_dev *d, struct pl_dev_block *b,
			   struct pl_span *in, struct pl_err *e)
{
	uint64_t gas = 0, logs = 0;
	struct pl_span list;
	size_t n;

	PL_TRY(pl_rlp_list(&list, in, e));
	PL_TRY(pl_rlp_count(&n, list, e));
	if (n > PL_MAX_BLOCK_TXS)
		return pl_fail(e, PL_ELIMIT, "%zu transactions", n);
	b->txs = PL_NEW_N(dev_block_arena(d), struct pl_dev_tx, n);
	for (b->n_txs = 0; b->n_txs < n; b->n_txs++)
		PL_TRY(read_tx(d, &b->txs[b->n_txs], &gas, &logs, &list, e));
	return PL_OK;
}

/* Its transactions, receipts and state are those that the header commits to,
 * and it follows on the block before. */
enum pl_rc dev_check_block(struct pl_dev *d, const struct pl_dev_block *b,
			   struct pl_err *e)
{
	const struct pl_header *h = &b->header;
	struct pl_hash32 txs, receipts, root = pl_mpt_root(d->t.trie, b->after);

	PL_TRY(dev_list_roots(d, &txs, &receipts, b->txs, b->n_txs, e));
	if (!pl_hash32_equal(&txs, &h->tx_root) ||
	    !pl_hash32_equal(&receipts, &h->receipts_root) ||
	    !pl_hash32_equal(&root, &h->state_root))
		return pl_fail(e, PL_EPROOF,
			       "what it holds is not what its header commits "
			       "to");
	if (h->n_fields != pl_fork_header_fields(d->conf.fork))
		return pl_fail(e, PL_EFORMAT, "a header of another hardfork");
	if (!d->n_blocks)
		return PL_OK;
	if (!pl_hash32_equal(&h->parent_hash, &pl_dev_head(d)->header.hash) ||
	    h->number != pl_dev_head(d)->header.number + 1)
		return pl_fail(e, PL_EPROOF,
			       "it does not follow on the block "
			       "before");
	return PL_OK;
}

enum pl_rc dev_read_block(struct pl_dev *d, struct pl_dev_block *b,
			  struct pl_span *in, struct pl_err *e)
{
	struct pl_span header;

	PL_TRY(pl_rlp_raw(&header, in, e));
	PL_TRY(pl_header_decode(&b->header, header, e));
	b->header.extra = pl_span_dup(dev_block_arena(d), b->header.extra);
	b->blob_price =
		pl_blob_base_fee(b->header.excess_blob_gas, d->conf.fork);
	return read_txs(d, b, in, e);
}

static enum pl_rc read_block(struct pl_dev *d, struct pl_span *list,
			     struct pl_err *e)
{
	struct pl_dev_block b = { .n_txs = 0 };
	struct pl_span in;

	pl_arena_reset(d->scratch);
	PL_TRY(pl_rlp_list(&in, list, e));
	PL_TRY(dev_read_block(d, &b, &in, e));
	PL_TRY(read_changes(d, &d->state, &in, e));
	b.before = d->state;
	PL_TRY(read_changes(d, &d->state, &in, e));
	b.after = d->state;
	PL_TRY(dev_check_block(d, &b, e));
	dev_keep(d, &b);
	return pl_rlp_end(in, "the block", e);
}

static enum pl_rc read_now(struct pl_dev *d, struct pl_span *in,
			   struct pl_err *e)
{
	struct pl_span list;
	uint64_t offset;

	PL_TRY(pl_rlp_list(&list, in, e));
	PL_TRY(read_changes(d, &d->state, &list, e));
	PL_TRY(pl_rlp_u64(&offset, &list, e));
	d->offset = (int64_t)offset;
	PL_TRY(pl_rlp_fixed(d->coinbase.b, sizeof(d->coinbase.b), &list, e));
	PL_TRY(pl_rlp_u64(&d->gas_limit, &list, e));
	PL_TRY(pl_rlp_u64(&d->step, &list, e));
	return pl_rlp_end(list, "what is now", e);
}

enum pl_rc dev_read_pool(struct pl_dev *d, struct pl_span *in, struct pl_err *e)
{
	struct pl_span list, raw;

	PL_TRY(pl_rlp_list(&list, in, e));
	while (list.n) {
		struct pl_hash32 hash;
		struct pl_addr who;
		struct pl_tx tx;
		bool played;

		PL_TRY(pl_rlp_bytes(&raw, &list, e));
		PL_TRY(pl_tx_decode(&tx, raw, e));
		played = pl_dev_played_by(&who, &tx);
		PL_TRY(pl_dev_send(d, &hash, raw, played ? &who : NULL, e));
	}
	return PL_OK;
}

enum pl_rc pl_dev_load(struct pl_dev *d, struct pl_span bytes, struct pl_err *e)
{
	struct pl_span in, list;

	if (d->conf.parent)
		return pl_fail(e, PL_EUSAGE,
			       "a chain that stands on another's state is not "
			       "kept in a file");
	PL_TRY(pl_rlp_whole_list(&in, bytes, e));
	PL_TRY(read_head(d, &in, e));
	dev_empty(d);
	PL_TRY(read_codes(d, &in, e));
	PL_TRY(pl_rlp_list(&list, &in, e));
	while (list.n)
		if (read_block(d, &list, e))
			return pl_note(e, "block %zu", d->n_blocks);
	if (!d->n_blocks)
		return pl_fail(e, PL_EFORMAT, "a state without a block");
	d->first = d->blocks[0]->header.number;
	d->begun = d->blocks[0]->after;
	PL_TRY(read_now(d, &in, e));
	PL_TRY(dev_read_pool(d, &in, e));
	return pl_rlp_end(in, "the state", e);
}

enum pl_rc pl_dev_load_check(const struct pl_dev *d, struct pl_span bytes,
			     struct pl_err *e)
{
	struct pl_dev_conf conf = d->conf;
	struct pl_dev *other;
	enum pl_rc rc;

	/* others live by the chain's blocks: they cannot be taken away */
	if (conf.mined || conf.seal || conf.beacon_root)
		return pl_fail(e, PL_EUSAGE,
			       "a chain that others follow takes no other "
			       "state");
	if (d->t.more)
		return pl_fail(e, PL_EUSAGE,
			       "a chain whose state lies elsewhere takes no "
			       "other");
	conf.accounts = NULL; /* whoever is rich in it */
	conf.n_accounts = 0;
	PL_TRY(pl_dev_open(&other, &conf, e));
	rc = pl_dev_load(other, bytes, e);
	pl_dev_close(other);
	return rc;
}
