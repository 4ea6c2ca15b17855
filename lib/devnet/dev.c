/* What a chain holds: blocks by number and hash, snapshots, its clock. */
#include "devnet/dev_impl.h"

#define SEGMENT 256 /* blocks in an arena */

/* ----------------------------------------------------------------- opening */

static struct pl_dev *dev_new(const struct pl_dev_conf *conf)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_dev *d = PL_NEW(a, struct pl_dev);
	struct pl_addr *accounts;

	d->a = a;
	d->conf = *conf;
	accounts = PL_NEW_N(a, struct pl_addr, conf->n_accounts);
	for (size_t i = 0; i < conf->n_accounts; i++)
		accounts[i] = conf->accounts[i];
	d->conf.accounts = accounts;
	d->gas_limit = conf->gas_limit;
	d->coinbase = conf->coinbase;
	d->txs.a = d->hashes.a = a;
	pl_tries_init(&d->t, a);
	d->scratch = pl_arena_open(0);
	d->pool_arena = pl_arena_open(0);
	d->machine = pl_evm_pool_open();
	dev_source_init(d, &d->block_source);
	dev_source_init(d, &d->call_source);
	pl_override_source(&d->call_over, &d->call_source.base);
	d->block_state = pl_state_open(&d->block_source.base);
	d->call_state = pl_state_open(&d->call_over.base);
	return d;
}

enum pl_rc pl_dev_open(struct pl_dev **out, const struct pl_dev_conf *conf,
		       struct pl_err *e)
{
	struct pl_dev *d;
	enum pl_rc rc;

	if (conf->fork < PL_FORK_PARIS)
		return pl_fail(e, PL_EUSAGE,
			       "blocks from before the merge are not made "
			       "here: %s",
			       pl_fork_name(conf->fork));
	d = dev_new(conf);
	rc = dev_genesis(d, e);
	if (rc) {
		pl_dev_close(d);
		return rc;
	}
	d->begun = d->state;
	*out = d;
	return PL_OK;
}

void pl_dev_close(struct pl_dev *d)
{
	if (!d)
		return;
	pl_state_close(d->block_state);
	pl_state_close(d->call_state);
	pl_evm_pool_close(d->machine);
	for (size_t i = 0; i < d->n_segments; i++)
		pl_arena_close(d->segments[i].a);
	pl_arena_close(d->pool_arena);
	pl_arena_close(d->scratch);
	pl_arena_close(d->db.a);
	pl_mpt_close(d->t.trie);
	pl_arena_close(d->a);
}

const struct pl_dev_conf *pl_dev_conf(const struct pl_dev *d)
{
	return &d->conf;
}

/* ------------------------------------------------------------------ blocks */

struct pl_arena *dev_block_arena(struct pl_dev *d)
{
	struct dev_segment *s = d->segments;

	if (!d->n_segments ||
	    d->n_blocks - s[d->n_segments - 1].first >= SEGMENT) {
		d->segments = s = pl_grow(d->a, s, d->n_segments, sizeof(*s));
		s[d->n_segments++] =
			(struct dev_segment){ pl_arena_open(0), d->n_blocks };
	}
	return s[d->n_segments - 1].a;
}

/* What the block points to lives in dev_block_arena already. */
void dev_keep(struct pl_dev *d, const struct pl_dev_block *b)
{
	struct pl_dev_block *own =
		PL_NEW(dev_block_arena(d), struct pl_dev_block);

	*own = *b;
	d->blocks = pl_grow(d->a, d->blocks, d->n_blocks,
			    sizeof(struct pl_dev_block *));
	d->blocks[d->n_blocks] = own;
	pl_map_put(&d->hashes, &own->header.hash, d->n_blocks);
	for (size_t i = 0; i < own->n_txs; i++)
		pl_map_put(&d->txs, &own->txs[i].hash,
			   (uint64_t)d->n_blocks << 32 | i);
	d->n_blocks++;
}

void dev_forget_last(struct pl_dev *d)
{
	const struct pl_dev_block *b = d->blocks[--d->n_blocks];

	if (d->db.kept > d->n_blocks)
		d->db.kept = d->n_blocks;
	pl_map_take(&d->hashes, &b->header.hash);
	for (size_t i = 0; i < b->n_txs; i++)
		pl_map_take(&d->txs, &b->txs[i].hash);
	if (d->segments[d->n_segments - 1].first == d->n_blocks)
		pl_arena_close(d->segments[--d->n_segments].a);
}

const struct pl_dev_block *pl_dev_head(const struct pl_dev *d)
{
	return d->blocks[d->n_blocks - 1];
}

uint64_t pl_dev_first(const struct pl_dev *d)
{
	return d->first;
}

const struct pl_dev_block *pl_dev_block(const struct pl_dev *d, uint64_t number)
{
	if (number < d->first || number - d->first >= d->n_blocks)
		return NULL;
	return d->blocks[number - d->first];
}

const struct pl_dev_block *pl_dev_block_of(const struct pl_dev *d,
					   const struct pl_hash32 *hash)
{
	uint64_t i;

	return pl_map_get(&d->hashes, &i, hash) ? d->blocks[i] : NULL;
}

const struct pl_dev_block *pl_dev_find(const struct pl_dev *d, size_t *i,
				       const struct pl_hash32 *tx)
{
	uint64_t at;

	if (!pl_map_get(&d->txs, &at, tx))
		return NULL;
	*i = (size_t)(at & UINT32_MAX);
	return d->blocks[at >> 32];
}

uint32_t pl_dev_now(const struct pl_dev *d)
{
	return d->state;
}

size_t pl_dev_size(const struct pl_dev *d)
{
	size_t n = pl_mpt_size(d->t.trie) + pl_arena_used(d->a);

	for (size_t i = 0; i < d->n_segments; i++)
		n += pl_arena_used(d->segments[i].a);
	return n;
}

/* --------------------------------------------------------------- snapshots */

uint64_t pl_dev_snapshot(struct pl_dev *d)
{
	d->snapshots = pl_grow(d->a, d->snapshots, d->n_snapshots,
			       sizeof(*d->snapshots));
	d->snapshots[d->n_snapshots++] = (struct dev_snapshot){
		.id = d->next_snapshot,
		.n_blocks = d->n_blocks,
		.state = d->state,
		.offset = d->offset,
		.coinbase = d->coinbase,
		.gas_limit = d->gas_limit,
		.step = d->step,
		.size = pl_mpt_size(d->t.trie),
	};
	return d->next_snapshot++;
}

/* Its place, counted from 1; 0 where there is none. */
static size_t find_snapshot(const struct pl_dev *d, uint64_t id)
{
	size_t i = d->n_snapshots;

	while (i && d->snapshots[i - 1].id != id)
		i--;
	return i;
}

bool pl_dev_snapshot_head(const struct pl_dev *d, uint64_t *out, uint64_t id)
{
	const size_t i = find_snapshot(d, id);

	if (!i)
		return false;
	*out = d->first + d->snapshots[i - 1].n_blocks - 1;
	return true;
}

bool pl_dev_revert(struct pl_dev *d, uint64_t id)
{
	size_t i = find_snapshot(d, id);

	if (!i--)
		return false;
	while (d->n_blocks > d->snapshots[i].n_blocks)
		dev_forget_last(d);
	d->state = d->snapshots[i].state;
	d->offset = d->snapshots[i].offset;
	d->coinbase = d->snapshots[i].coinbase;
	d->gas_limit = d->snapshots[i].gas_limit;
	d->step = d->snapshots[i].step;
	d->n_snapshots = i;
	pl_dev_drop_all(d);
	if (pl_mpt_size(d->t.trie) > d->snapshots[i].size)
		d->lost += pl_mpt_size(d->t.trie) - d->snapshots[i].size;
	return true;
}

void pl_dev_reset(struct pl_dev *d)
{
	while (d->n_blocks > 1)
		dev_forget_last(d);
	d->state = d->begun;
	d->offset = 0;
	d->coinbase = d->conf.coinbase;
	d->gas_limit = d->conf.gas_limit;
	d->step = 0;
	d->n_snapshots = 0;
	d->has_next_time = d->has_next_fee = d->has_next_randao = false;
	pl_dev_drop_all(d);
	d->lost = pl_mpt_size(d->t.trie);
}

/* -------------------------------------------------------------------- time */

void pl_dev_add_time(struct pl_dev *d, int64_t seconds)
{
	d->offset += seconds;
}

int64_t pl_dev_time_offset(const struct pl_dev *d)
{
	return d->offset;
}

void pl_dev_set_time(struct pl_dev *d, uint64_t time, uint64_t now)
{
	d->offset = (int64_t)(time - now);
}

enum pl_rc pl_dev_next_time(struct pl_dev *d, uint64_t time, struct pl_err *e)
{
	const uint64_t last = pl_dev_head(d)->header.time;

	if (time <= last)
		return pl_fail(e, PL_EUSAGE,
			       "Timestamp error: %llu is lower than or equal "
			       "to previous block's timestamp %llu",
			       (unsigned long long)time,
			       (unsigned long long)last);
	d->has_next_time = true;
	d->next_time = time;
	return PL_OK;
}

void pl_dev_time_step(struct pl_dev *d, uint64_t seconds)
{
	d->step = seconds;
}

void pl_dev_next_base_fee(struct pl_dev *d, const struct pl_u256 *fee)
{
	d->has_next_fee = true;
	d->next_fee = *fee;
}

void pl_dev_next_randao(struct pl_dev *d, const struct pl_hash32 *v)
{
	d->has_next_randao = true;
	d->next_randao = *v;
}

void pl_dev_coinbase(struct pl_dev *d, const struct pl_addr *who)
{
	d->coinbase = *who;
}

void pl_dev_gas_limit(struct pl_dev *d, uint64_t gas)
{
	d->gas_limit = gas;
}
