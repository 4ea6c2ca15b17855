/* Transactions that wait for a block. */
#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "crypto/sha256.h"
#include "devnet/dev_impl.h"

/* -------------------------------------------------------------- blobs around
 */

#define BLOB ((size_t)131072)
#define COMMITMENT 48

/* SPEC EIP-4844 kzg_to_versioned_hash: 0x01 and what SHA-256 of the commitment
 * has behind its first byte */
static bool commits(struct pl_span commitment, const struct pl_hash32 *hash)
{
	struct pl_hash32 h = pl_sha256_here(commitment);

	h.b[0] = 1;
	return commitment.n == COMMITMENT && pl_hash32_equal(&h, hash);
}

/* The blobs' commitments are those whose hashes the transaction names.  The
 * proofs are for those who keep blobs. */
static enum pl_rc check_blobs(struct pl_span blobs, struct pl_span commitments,
			      struct pl_span hashes, struct pl_err *e)
{
	struct pl_span blob, commitment;
	struct pl_hash32 h;

	while (hashes.n) {
		PL_TRY(pl_rlp_fixed(h.b, 32, &hashes, e));
		PL_TRY(pl_rlp_bytes(&blob, &blobs, e));
		PL_TRY(pl_rlp_bytes(&commitment, &commitments, e));
		if (blob.n != BLOB)
			return pl_fail(e, PL_EREFUSED, "a blob of %zu bytes",
				       blob.n);
		if (!commits(commitment, &h))
			return pl_fail(e, PL_EREFUSED,
				       "a blob's commitment is not the one "
				       "that the transaction names");
	}
	if (blobs.n || commitments.n)
		return pl_fail(e, PL_EREFUSED, "more blobs than hashes");
	return PL_OK;
}

/* SPEC EIP-4844 networking / EIP-7594: type 3 as it goes over the wire is
 * [transaction, (version,) blobs, commitments, proofs].  What blocks hold is
 * the first of them alone. */
static enum pl_rc unwrap(struct pl_arena *a, struct pl_span *raw,
			 struct pl_err *e)
{
	struct pl_span in, tx, blobs, commitments, whole;
	struct pl_rlp first;
	struct pl_buf b;
	struct pl_tx t;

	if (!raw->n || *raw->p != PL_TX_BLOB)
		return PL_OK;
	PL_TRY(pl_rlp_whole_list(
		&in, (struct pl_span){ raw->p + 1, raw->n - 1 }, e));
	tx = in;
	PL_TRY(pl_rlp_next(&first, &in, e));
	if (!first.is_list)
		return PL_OK; /* the chain id: it comes without its blobs */
	whole = (struct pl_span){ tx.p, tx.n - in.n };
	if (in.n && *in.p < 0x80)
		(void)pl_span_take(&in, 1); /* the version of the proofs */
	PL_TRY(pl_rlp_list(&blobs, &in, e));
	PL_TRY(pl_rlp_list(&commitments, &in, e));
	pl_buf_init(&b, a);
	pl_buf_byte(&b, PL_TX_BLOB);
	pl_buf_put(&b, whole);
	*raw = pl_buf_span(&b);
	PL_TRY(pl_tx_decode(&t, *raw, e));
	return check_blobs(blobs, commitments, t.blob_hashes, e);
}

/* ------------------------------------------------------------------ judging */

static enum pl_rc refuse(struct pl_err *e, enum pl_refusal r)
{
	return pl_fail(e, PL_EREFUSED, "%s", pl_refusal_text(r));
}

static const struct pl_u256 *cap_of(const struct pl_tx *tx)
{
	return tx->type < PL_TX_FEE ? &tx->gas_price : &tx->max_fee;
}

/* What it may cost in all; false: more than there can be. */
static bool most(struct pl_u256 *out, const struct pl_tx *tx)
{
	const uint64_t blob_gas = tx->blob_hashes.n / 33 * PL_BLOB_GAS;
	struct pl_u256 fee, blob;

	return pl_u256_mul64(&fee, cap_of(tx), tx->gas) &&
	       pl_u256_mul64(&blob, &tx->max_blob_fee, blob_gas) &&
	       pl_u256_add(&fee, &fee, &blob) &&
	       pl_u256_add(out, &fee, &tx->value);
}

static enum pl_rc check_fees(struct pl_dev *d, const struct pl_tx *tx,
			     struct pl_err *e)
{
	struct pl_header next;

	if (tx->type >= PL_TX_FEE &&
	    pl_u256_cmp(&tx->max_priority_fee, &tx->max_fee) > 0)
		return refuse(e, PL_REFUSED_TIP);
	dev_next_header(d, &next, 0);
	if (pl_u256_cmp(cap_of(tx), &next.base_fee) < 0)
		return refuse(e, PL_REFUSED_FEE);
	return PL_OK;
}

static enum pl_rc check_gas(struct pl_dev *d, const struct pl_tx *tx,
			    struct pl_err *e)
{
	uint64_t gas, floor;

	if (tx->gas > d->gas_limit)
		return refuse(e, PL_REFUSED_BLOCK_GAS);
	PL_TRY(pl_transact_intrinsic(&gas, &floor, tx, d->conf.fork, e));
	if (tx->gas < gas)
		return refuse(e, PL_REFUSED_INTRINSIC);
	if (tx->gas < floor)
		return refuse(e, PL_REFUSED_FLOOR);
	return PL_OK;
}

static enum pl_rc judge(struct pl_dev *d, const struct pl_dev_pooled *p,
			struct pl_err *e)
{
	struct pl_state_account from;
	struct pl_u256 cost;

	if ((unsigned)p->tx.type > pl_fork_max_tx_type(d->conf.fork))
		return refuse(e, PL_REFUSED_TYPE);
	if (p->tx.has_chain_id && p->tx.chain_id != d->conf.chain_id)
		return refuse(e, PL_REFUSED_CHAIN_ID);
	PL_TRY(pl_dev_account(d, d->state, &from, &p->sender, e));
	if (p->tx.nonce < from.nonce)
		return refuse(e, PL_REFUSED_NONCE_LOW);
	PL_TRY(check_gas(d, &p->tx, e));
	PL_TRY(check_fees(d, &p->tx, e));
	if (!most(&cost, &p->tx) || pl_u256_cmp(&cost, &from.balance) > 0)
		return refuse(e, PL_REFUSED_FUNDS);
	return PL_OK;
}

/* ------------------------------------------------------------------- the pool
 */

static size_t index_of(const struct pl_dev *d, const struct pl_hash32 *hash)
{
	size_t i = 0;

	while (i < d->n_pool && !pl_hash32_equal(&d->pool[i].hash, hash))
		i++;
	return i;
}

/* Its bytes go with the arena, when the pool is empty or much of it is lost. */
static void point_into(struct pl_dev_pooled *p, struct pl_arena *a)
{
	struct pl_err e;

	p->raw = pl_span_dup(a, p->raw);
	if (pl_tx_decode(&p->tx, p->raw, &e))
		pl_die(&e); /* it was decoded before */
}

#define POOL_SLACK ((size_t)1 << 20)

static void tidy_pool(struct pl_dev *d)
{
	struct pl_arena *was = d->pool_arena;
	size_t live = 0;

	if (!d->n_pool) {
		pl_arena_reset(was);
		return;
	}
	if (pl_arena_used(was) < POOL_SLACK)
		return;
	for (size_t i = 0; i < d->n_pool; i++)
		live += d->pool[i].raw.n;
	if (pl_arena_used(was) < 4 * live)
		return;
	d->pool_arena = pl_arena_open(0);
	for (size_t i = 0; i < d->n_pool; i++)
		point_into(&d->pool[i], d->pool_arena);
	pl_arena_close(was);
}

static void take_out(struct pl_dev *d, size_t i)
{
	memmove(&d->pool[i], &d->pool[i + 1],
		(d->n_pool - i - 1) * sizeof(*d->pool));
	d->n_pool--;
}

static enum pl_rc put_in(struct pl_dev *d, const struct pl_dev_pooled *p,
			 struct pl_err *e)
{
	if (d->n_pool == DEV_MAX_POOL)
		return pl_fail(e, PL_ELIMIT, "%d transactions wait already",
			       DEV_MAX_POOL);
	if (d->n_pool == d->cap_pool) {
		const size_t cap = d->cap_pool ? 2 * d->cap_pool : 16;

		d->pool =
			pl_realloc(d->a, d->pool, d->n_pool * sizeof(*d->pool),
				   cap * sizeof(*d->pool));
		d->cap_pool = cap;
	}
	d->pool[d->n_pool] = *p;
	point_into(&d->pool[d->n_pool], d->pool_arena);
	d->pool[d->n_pool++].order = d->arrivals++;
	return PL_OK;
}

/* Another of that sender and nonce gives way to one that pays more. */
static enum pl_rc replace(struct pl_dev *d, const struct pl_dev_pooled *p,
			  struct pl_err *e)
{
	for (size_t i = 0; i < d->n_pool; i++) {
		const struct pl_dev_pooled *x = &d->pool[i];

		if (x->tx.nonce != p->tx.nonce ||
		    !pl_addr_equal(&x->sender, &p->sender))
			continue;
		if (pl_u256_cmp(cap_of(&p->tx), cap_of(&x->tx)) <= 0)
			return pl_fail(e, PL_EREFUSED,
				       "replacement transaction underpriced");
		take_out(d, i);
		break;
	}
	return PL_OK;
}

void pl_dev_play(struct pl_tx *tx, const struct pl_addr *who)
{
	tx->sig = (struct pl_sig){ .y_parity = 0 };
	tx->sig.r[0] = 1; /* even of the address 0 */
	memcpy(tx->sig.r + 12, who->b, sizeof(who->b));
	tx->sig.s[31] = 1;
}

bool pl_dev_played_by(struct pl_addr *who, const struct pl_tx *tx)
{
	struct pl_addr sender;
	struct pl_tx as;

	memcpy(sender.b, tx->sig.r + 12, sizeof(sender.b));
	pl_dev_play(&as, &sender);
	if (memcmp(&as.sig, &tx->sig, sizeof(as.sig)) != 0)
		return false;
	*who = sender;
	return true;
}

enum pl_rc pl_dev_send(struct pl_dev *d, struct pl_hash32 *hash,
		       struct pl_span raw, const struct pl_addr *sender,
		       struct pl_err *e)
{
	struct pl_dev_pooled p = { .unsigned_ = sender != NULL };
	struct pl_buf scratch;
	size_t i;

	pl_arena_reset(d->scratch);
	pl_buf_init(&scratch, d->scratch);
	PL_TRY(unwrap(d->scratch, &raw, e));
	PL_TRY(pl_tx_decode(&p.tx, raw, e));
	if (sender)
		p.sender = *sender;
	else
		PL_TRY(pl_tx_sender(&p.sender, &p.tx, &scratch, false, e));
	p.raw = raw;
	p.hash = pl_keccak256(raw);
	if (index_of(d, &p.hash) < d->n_pool || pl_dev_find(d, &i, &p.hash))
		return pl_fail(e, PL_EREFUSED, "transaction already imported");
	PL_TRY(judge(d, &p, e));
	PL_TRY(replace(d, &p, e));
	PL_TRY(put_in(d, &p, e));
	*hash = p.hash;
	return PL_OK;
}

/* ---------------------------------------------------------------- choosing */

static bool fits(const struct dev_making *m, const struct pl_tx *tx)
{
	const uint64_t blobs = tx->blob_hashes.n / 33;

	if (pl_u256_cmp(cap_of(tx), &m->h.base_fee) < 0)
		return false;
	if (tx->gas > m->h.gas_limit - m->gas)
		return false;
	return !blobs ||
	       (pl_u256_cmp(&tx->max_blob_fee, &m->env.blob_base_fee) >= 0 &&
		m->blob_gas + blobs * PL_BLOB_GAS <=
			(uint64_t)pl_blob_schedule(m->env.fork).max *
				PL_BLOB_GAS);
}

/* Whether a goes before b: it pays more, or came first. */
static bool before(const struct dev_making *m, const struct pl_dev_pooled *a,
		   const struct pl_dev_pooled *b)
{
	const struct pl_u256 x = pl_tx_price(&a->tx, &m->h.base_fee);
	const struct pl_u256 y = pl_tx_price(&b->tx, &m->h.base_fee);
	const int c = pl_u256_cmp(&x, &y);

	return c ? c > 0 : a->order < b->order;
}

size_t dev_pool_best(struct pl_dev *d, struct pl_state *s, const bool *used,
		     const struct dev_making *m)
{
	size_t best = d->n_pool;

	for (size_t i = 0; i < d->n_pool; i++) {
		const struct pl_dev_pooled *p = &d->pool[i];

		if (used[i] || !fits(m, &p->tx))
			continue;
		if (best < d->n_pool && !before(m, p, &d->pool[best]))
			continue;
		if (pl_acct_nonce(pl_state_get(s, &p->sender)) == p->tx.nonce)
			best = i;
	}
	return best;
}

enum pl_rc pl_dev_is_ready(struct pl_dev *d, bool *ready, struct pl_err *e)
{
	struct dev_making m = { .d = d };

	*ready = false;
	if (!d->n_pool)
		return PL_OK;
	dev_next_header(d, &m.h, 0);
	m.env.fork = d->conf.fork;
	m.env.blob_base_fee =
		pl_blob_base_fee(m.h.excess_blob_gas, d->conf.fork);
	for (size_t i = 0; i < d->n_pool && !*ready; i++) {
		struct pl_state_account x;

		if (!fits(&m, &d->pool[i].tx))
			continue;
		PL_TRY(pl_dev_account(d, d->state, &x, &d->pool[i].sender, e));
		*ready = x.nonce == d->pool[i].tx.nonce;
	}
	return PL_OK;
}

enum pl_rc dev_pool_clean(struct pl_dev *d, const bool *used, struct pl_err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->n_pool; i++) {
		struct pl_state_account x;

		if (used[i])
			continue;
		PL_TRY(pl_dev_account(d, d->state, &x, &d->pool[i].sender, e));
		if (d->pool[i].tx.nonce >= x.nonce)
			d->pool[kept++] = d->pool[i];
	}
	d->n_pool = kept;
	tidy_pool(d);
	return PL_OK;
}

/* ----------------------------------------------------------------- looking */

const struct pl_dev_pooled *pl_dev_pooled(const struct pl_dev *d, size_t i)
{
	return &d->pool[i];
}

size_t pl_dev_n_pooled(const struct pl_dev *d)
{
	return d->n_pool;
}

bool pl_dev_drop(struct pl_dev *d, const struct pl_hash32 *hash)
{
	size_t i = index_of(d, hash);

	if (i == d->n_pool)
		return false;
	take_out(d, i);
	tidy_pool(d);
	return true;
}

void pl_dev_drop_all(struct pl_dev *d)
{
	d->n_pool = 0;
	tidy_pool(d);
}

static bool waits(const struct pl_dev *d, const struct pl_addr *who,
		  uint64_t nonce)
{
	for (size_t i = 0; i < d->n_pool; i++)
		if (d->pool[i].tx.nonce == nonce &&
		    pl_addr_equal(&d->pool[i].sender, who))
			return true;
	return false;
}

enum pl_rc pl_dev_next_nonce(struct pl_dev *d, uint64_t *out,
			     const struct pl_addr *who, struct pl_err *e)
{
	struct pl_state_account x;
	uint64_t nonce;

	PL_TRY(pl_dev_account(d, d->state, &x, who, e));
	nonce = x.nonce;
	while (waits(d, who, nonce))
		nonce++;
	*out = nonce;
	return PL_OK;
}
