/* Notes: "chain" is [format, chain id, fork], "now" [state root, offset,
 * coinbase, gas limit, step], "pool" [raw …].  A block's body is
 * [header, [[transaction, receipt] …], state root it began from]. */
#include "devnet/dev_db.h"

#include "codec/rlp.h"
#include "devnet/dev_impl.h"

#define FORMAT 1

/* ----------------------------------------------------------------- writing */

static void put_chain(struct pl_buf *b, const struct pl_dev *d)
{
	const size_t list = pl_rlp_open(b);

	pl_rlp_put_u64(b, FORMAT);
	pl_rlp_put_u64(b, d->conf.chain_id);
	pl_rlp_put(b, pl_span_str(pl_fork_name(d->conf.fork)));
	pl_rlp_close(b, list);
}

static void put_root(struct pl_buf *b, const struct pl_dev *d, uint32_t state)
{
	const struct pl_hash32 root = pl_mpt_root(d->t.trie, state);

	pl_rlp_put(b, pl_hash32_span(&root));
}

static void put_now(struct pl_buf *b, const struct pl_dev *d)
{
	const size_t list = pl_rlp_open(b);

	put_root(b, d, d->state);
	pl_rlp_put_u64(b, (uint64_t)d->offset);
	pl_rlp_put(b, pl_addr_span(&d->coinbase));
	pl_rlp_put_u64(b, d->gas_limit);
	pl_rlp_put_u64(b, d->step);
	pl_rlp_close(b, list);
}

static enum pl_rc write_block(struct pl_dev *d, const struct pl_dev_block *b,
			      struct pl_err *e)
{
	struct pl_buf body;
	size_t list;

	PL_TRY(pl_db_write(d->db.more.db, &d->t, b->before, e));
	PL_TRY(pl_db_write(d->db.more.db, &d->t, b->after, e));
	pl_buf_init(&body, d->db.a);
	list = pl_rlp_open(&body);
	dev_put_block(&body, b);
	put_root(&body, d, b->before);
	pl_rlp_close(&body, list);
	return pl_statedb_block_put(d->db.more.db, b->header.number,
				    &b->header.hash, pl_buf_span(&body), e);
}

static enum pl_rc write_pool(struct pl_dev *d, struct pl_err *e)
{
	struct pl_buf b;
	size_t list;

	pl_buf_init(&b, d->db.a);
	list = pl_rlp_open(&b);
	for (size_t i = 0; i < d->n_pool; i++)
		pl_rlp_put(&b, d->pool[i].raw);
	pl_rlp_close(&b, list);
	return pl_statedb_note_put(d->db.more.db, "pool", pl_buf_span(&b), e);
}

static bool pool_changed(const struct pl_dev *d)
{
	return d->n_pool != d->db.pooled ||
	       (d->n_pool && d->arrivals != d->db.arrivals);
}

static enum pl_rc write_all(struct pl_dev *d, struct pl_span now,
			    struct pl_err *e)
{
	struct pl_statedb *db = d->db.more.db;

	PL_TRY(pl_statedb_begin(db, e));
	if (d->db.rows > d->db.kept)
		PL_TRY(pl_statedb_block_drop(db, d->first + d->db.kept, e));
	for (size_t i = d->db.kept; i < d->n_blocks; i++)
		PL_TRY(write_block(d, d->blocks[i], e));
	PL_TRY(pl_db_write_code(db, &d->t, d->db.codes, e));
	PL_TRY(pl_db_write(db, &d->t, d->state, e));
	PL_TRY(pl_statedb_note_put(db, "now", now, e));
	if (pool_changed(d))
		PL_TRY(write_pool(d, e));
	return pl_statedb_commit(db, e);
}

enum pl_rc pl_dev_sync(struct pl_dev *d, struct pl_err *e)
{
	struct pl_buf now;
	enum pl_rc rc;

	if (!d->db.more.db)
		return PL_OK;
	pl_arena_reset(d->db.a);
	pl_buf_init(&now, d->db.a);
	put_now(&now, d);
	if (d->db.kept == d->n_blocks && d->db.rows == d->n_blocks &&
	    !pool_changed(d) &&
	    pl_span_equal(pl_buf_span(&now),
			  (struct pl_span){ d->db.now, d->db.now_n }))
		return PL_OK;
	rc = write_all(d, pl_buf_span(&now), e);
	if (rc) {
		pl_statedb_rollback(d->db.more.db);
		return rc;
	}
	for (size_t i = d->db.kept; i < d->n_blocks; i++) {
		pl_mpt_mark(d->t.trie, d->blocks[i]->before);
		pl_mpt_mark(d->t.trie, d->blocks[i]->after);
	}
	pl_mpt_mark(d->t.trie, d->state);
	d->db.kept = d->db.rows = d->n_blocks;
	d->db.codes = d->t.n_codes;
	d->db.pooled = d->n_pool;
	d->db.arrivals = d->arrivals;
	d->db.now_n = now.n;
	memcpy(d->db.now, now.p, now.n);
	return PL_OK;
}

/* ----------------------------------------------------------------- reading */

static uint32_t state_of(struct pl_dev *d, const struct pl_hash32 *root)
{
	return pl_hash32_equal(root, &pl_empty_root)
		       ? 0
		       : pl_mpt_stub(d->t.trie, root);
}

static enum pl_rc read_block(void *ctx, uint64_t number, struct pl_span body,
			     struct pl_err *e)
{
	struct pl_dev *d = ctx;
	struct pl_dev_block b = { .n_txs = 0 };
	struct pl_hash32 root;
	struct pl_span in;

	pl_arena_reset(d->scratch);
	PL_TRY(pl_rlp_whole_list(&in, body, e));
	PL_TRY(dev_read_block(d, &b, &in, e));
	PL_TRY(pl_rlp_fixed(root.b, sizeof(root.b), &in, e));
	PL_TRY(pl_rlp_end(in, "the block", e));
	if (b.header.number != number)
		return pl_fail(e, PL_EPROOF, "it is block %ju",
			       (uintmax_t)b.header.number);
	b.before = state_of(d, &root);
	b.after = state_of(d, &b.header.state_root);
	PL_TRY(dev_check_block(d, &b, e));
	dev_keep(d, &b);
	return PL_OK;
}

static enum pl_rc on_block(void *ctx, uint64_t number, struct pl_span body,
			   struct pl_err *e)
{
	enum pl_rc rc = read_block(ctx, number, body, e);

	return rc ? pl_note(e, "block %ju", (uintmax_t)number) : PL_OK;
}

/* Whose chain it is. */
static enum pl_rc check_chain(const struct pl_dev *d, struct pl_span chain,
			      struct pl_err *e)
{
	struct pl_span in, fork;
	uint64_t format, id;

	PL_TRY(pl_rlp_whole_list(&in, chain, e));
	PL_TRY(pl_rlp_u64(&format, &in, e));
	PL_TRY(pl_rlp_u64(&id, &in, e));
	PL_TRY(pl_rlp_bytes(&fork, &in, e));
	if (format != FORMAT)
		return pl_fail(e, PL_EFORMAT, "a state of format %ju",
			       (uintmax_t)format);
	return dev_check_chain(d, id, fork, e);
}

static enum pl_rc need_note(struct pl_dev *d, struct pl_span *out,
			    const char *name, struct pl_err *e)
{
	bool found;

	PL_TRY(pl_statedb_note_get(d->db.more.db, d->db.a, &found, out, name,
				   e));
	return found ? PL_OK
		     : pl_fail(e, PL_EFORMAT, "a state without \"%s\"", name);
}

static enum pl_rc read_now(struct pl_dev *d, struct pl_err *e)
{
	struct pl_span note, in;
	struct pl_hash32 root, last;
	uint64_t offset;

	PL_TRY(need_note(d, &note, "now", e));
	PL_TRY(pl_rlp_whole_list(&in, note, e));
	PL_TRY(pl_rlp_fixed(root.b, sizeof(root.b), &in, e));
	PL_TRY(pl_rlp_u64(&offset, &in, e));
	PL_TRY(pl_rlp_fixed(d->coinbase.b, sizeof(d->coinbase.b), &in, e));
	PL_TRY(pl_rlp_u64(&d->gas_limit, &in, e));
	PL_TRY(pl_rlp_u64(&d->step, &in, e));
	PL_TRY(pl_rlp_end(in, "what is now", e));
	d->offset = (int64_t)offset;
	last = pl_dev_head(d)->header.state_root;
	d->state = pl_hash32_equal(&root, &last) ? pl_dev_head(d)->after
						 : state_of(d, &root);
	if (note.n > sizeof(d->db.now))
		return pl_fail(e, PL_EFORMAT, "what is now is too long");
	d->db.now_n = note.n;
	memcpy(d->db.now, note.p, note.n);
	return PL_OK;
}

static enum pl_rc read_pool(struct pl_dev *d, struct pl_err *e)
{
	struct pl_span note;

	PL_TRY(need_note(d, &note, "pool", e));
	PL_TRY(dev_read_pool(d, &note, e));
	d->db.pooled = d->n_pool;
	d->db.arrivals = d->arrivals;
	return pl_rlp_end(note, "the pool", e);
}

static enum pl_rc read_all(struct pl_dev *d, struct pl_err *e)
{
	dev_empty(d);
	d->t.more = &d->db.more.base;
	PL_TRY(pl_statedb_blocks(d->db.more.db, on_block, d, e));
	if (!d->n_blocks)
		return pl_fail(e, PL_EFORMAT, "a state without a block");
	d->first = d->blocks[0]->header.number;
	d->begun = d->blocks[0]->after;
	d->db.kept = d->db.rows = d->n_blocks;
	PL_TRY(read_now(d, e));
	return read_pool(d, e);
}

/* The file's first transaction says whose it is, and holds block 0. */
static enum pl_rc write_first(struct pl_dev *d, struct pl_err *e)
{
	struct pl_statedb *db = d->db.more.db;
	struct pl_buf chain;

	d->t.more = &d->db.more.base;
	d->db.pooled = SIZE_MAX; /* the note of the pool is to be there */
	PL_TRY(pl_dev_sync(d, e));
	pl_buf_init(&chain, d->db.a);
	put_chain(&chain, d);
	return pl_statedb_note_put(db, "chain", pl_buf_span(&chain), e);
}

enum pl_rc pl_dev_keep_in(struct pl_dev *d, struct pl_statedb *db,
			  struct pl_err *e)
{
	struct pl_span chain;
	bool found;

	if (d->conf.parent)
		return pl_fail(e, PL_EUSAGE,
			       "a chain that stands on another's state is not "
			       "kept in a file");
	pl_db_more_init(&d->db.more, db);
	d->db.a = pl_arena_open(0);
	PL_TRY(pl_statedb_note_get(db, d->db.a, &found, &chain, "chain", e));
	if (!found) {
		/* what a killed beginning left counts for nothing */
		PL_TRY(pl_statedb_block_drop(db, 0, e));
		return write_first(d, e);
	}
	PL_TRY(check_chain(d, chain, e));
	return read_all(d, e);
}
