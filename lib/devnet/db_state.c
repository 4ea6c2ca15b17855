#include "devnet/db_state.h"

#include "crypto/keccak.h"

/* ----------------------------------------------------- what is not in memory
 */

struct fetch {
	struct pl_statedb *db;
	struct pl_arena *a;
};

static enum pl_rc get_node(void *ctx, struct pl_span *rlp,
			   const struct pl_hash32 *hash, struct pl_err *e)
{
	struct fetch *f = ctx;

	pl_arena_reset(f->a);
	return pl_statedb_get(f->db, f->a, PL_STATEDB_NODE, rlp, hash, e);
}

static enum pl_rc db_way(struct pl_tries_more *x, struct pl_mpt *trie,
			 uint32_t version, const struct pl_tries_way *way,
			 struct pl_err *e)
{
	struct fetch f = { ((struct pl_db_more *)x)->db, pl_arena_open(0) };
	enum pl_rc rc = pl_mpt_fill(trie, version, pl_hash32_span(&way->key),
				    way->taking, get_node, &f, e);

	pl_arena_close(f.a);
	return rc;
}

static enum pl_rc db_code(struct pl_tries_more *x, struct pl_arena *a,
			  struct pl_span *out, const struct pl_addr *addr,
			  const struct pl_hash32 *hash, struct pl_err *e)
{
	(void)addr;
	return pl_statedb_get(((struct pl_db_more *)x)->db, a, PL_STATEDB_CODE,
			      out, hash, e);
}

void pl_db_more_init(struct pl_db_more *m, struct pl_statedb *db)
{
	*m = (struct pl_db_more){ { db_way, db_code }, db };
}

/* ----------------------------------------------------------------- writing */

struct writing {
	struct pl_statedb *db;
	struct pl_err *e;
	enum pl_rc rc;
};

/* Who is there already has all that lies below there too. */
static bool put_node(void *ctx, const struct pl_hash32 *hash,
		     struct pl_span rlp)
{
	struct writing *w = ctx;
	bool added = false;

	if (!w->rc)
		w->rc = pl_statedb_put(w->db, PL_STATEDB_NODE, &added, hash,
				       rlp, w->e);
	return !w->rc && added;
}

enum pl_rc pl_db_write(struct pl_statedb *db, const struct pl_tries *t,
		       uint32_t version, struct pl_err *e)
{
	struct writing w = { db, e, PL_OK };

	pl_mpt_unmarked(t->trie, version, put_node, &w);
	return w.rc;
}

enum pl_rc pl_db_write_code(struct pl_statedb *db, const struct pl_tries *t,
			    size_t from, struct pl_err *e)
{
	for (size_t i = from; i < t->n_codes; i++) {
		const struct pl_hash32 h = pl_keccak256(t->codes[i]);

		PL_TRY(pl_statedb_put(db, PL_STATEDB_CODE, NULL, &h,
				      t->codes[i], e));
	}
	return PL_OK;
}

/* ---------------------------------------------------------------- as a source
 */

struct pl_db_state {
	struct pl_state_source base; /* first: see evm/state.h */
	struct pl_db_more more;
	struct pl_tries t;
	struct pl_arena *scratch;
	uint32_t version;
	size_t written; /* codes in the file */
};

static enum pl_rc give_account(struct pl_state_source *x,
			       struct pl_state_account *out,
			       const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_db_state *s = (struct pl_db_state *)x;
	struct pl_held h;

	PL_TRY(pl_tries_find(&s->t, s->version, &h, addr, e));
	*out = (struct pl_state_account){ h.found, h.account.nonce,
					  h.account.balance,
					  h.account.code_hash };
	return PL_OK;
}

static enum pl_rc give_slot(struct pl_state_source *x, struct pl_u256 *out,
			    const struct pl_addr *addr,
			    const struct pl_u256 *key, struct pl_err *e)
{
	struct pl_db_state *s = (struct pl_db_state *)x;
	struct pl_held h;

	PL_TRY(pl_tries_find(&s->t, s->version, &h, addr, e));
	return pl_tries_slot(&s->t, h.storage, out, addr, key, e);
}

static enum pl_rc give_code(struct pl_state_source *x, struct pl_arena *a,
			    struct pl_span *out, const struct pl_addr *addr,
			    const struct pl_hash32 *hash, struct pl_err *e)
{
	(void)a;
	return pl_tries_code(&((struct pl_db_state *)x)->t, out, addr, hash, e);
}

static enum pl_rc give_block_hash(struct pl_state_source *x,
				  struct pl_hash32 *out, uint64_t number,
				  struct pl_err *e)
{
	return pl_statedb_block_hash(((struct pl_db_state *)x)->more.db, out,
				     number, e);
}

static enum pl_rc give_has_storage(struct pl_state_source *x, bool *out,
				   const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_db_state *s = (struct pl_db_state *)x;
	struct pl_held h;

	PL_TRY(pl_tries_find(&s->t, s->version, &h, addr, e));
	*out = h.storage != 0;
	return PL_OK;
}

struct pl_db_state *pl_db_state_open(struct pl_arena *a, struct pl_statedb *db,
				     const struct pl_hash32 *root)
{
	struct pl_db_state *s = PL_NEW(a, struct pl_db_state);

	s->base = (struct pl_state_source){ give_account, give_slot, give_code,
					    give_block_hash, give_has_storage };
	pl_db_more_init(&s->more, db);
	pl_tries_init(&s->t, a);
	s->t.more = &s->more.base;
	s->scratch = pl_arena_open(0);
	if (!pl_hash32_equal(root, &pl_empty_root))
		s->version = pl_mpt_stub(s->t.trie, root);
	return s;
}

void pl_db_state_close(struct pl_db_state *s)
{
	if (!s)
		return;
	pl_mpt_close(s->t.trie);
	pl_arena_close(s->scratch);
}

struct pl_state_source *pl_db_state_source(struct pl_db_state *s)
{
	return &s->base;
}

static enum pl_rc write_all(struct pl_db_state *s, uint32_t version,
			    struct pl_err *e)
{
	PL_TRY(pl_statedb_begin(s->more.db, e));
	PL_TRY(pl_db_write_code(s->more.db, &s->t, s->written, e));
	PL_TRY(pl_db_write(s->more.db, &s->t, version, e));
	return pl_statedb_commit(s->more.db, e);
}

enum pl_rc pl_db_state_apply(struct pl_db_state *s, struct pl_hash32 *root,
			     const struct pl_state_change *changes, size_t n,
			     struct pl_err *e)
{
	uint32_t version = s->version;
	enum pl_rc rc;

	pl_arena_reset(s->scratch);
	PL_TRY(pl_tries_apply(&s->t, s->scratch, &version, changes, n, e));
	rc = write_all(s, version, e);
	if (rc) {
		pl_statedb_rollback(s->more.db);
		return rc;
	}
	pl_mpt_mark(s->t.trie, version);
	s->version = version;
	s->written = s->t.n_codes;
	*root = pl_mpt_root(s->t.trie, version);
	return PL_OK;
}
