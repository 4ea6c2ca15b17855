#include "sync/remote.h"

#include <inttypes.h>

#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "eth/history.h"
#include "orbit/nitro.h"

#define BUCKETS 4096
#define WINDOW 256 /* blocks whose hash BLOCKHASH tells */
#define NEAR 8     /* of them that are walked to */
/* In one exchange, and no more than an answer may hold. */
#define AHEAD_ACCOUNTS 128
#define AHEAD_SLOTS 1024

/* Of Nitro: code that is a program for another machine (Stylus), and where
 * ArbOS has precompiles of its own. */
#define STYLUS 3 /* bytes of its mark, 0xeff000 */
#define ARB_FIRST 0x64
#define ARB_LAST 0x74
#define ARB_NODE 0xc8 /* NodeInterface, and its debugging twin */
#define ARB_DEBUG 0xff
#define P256_AT 0x100
#define P256_ARBOS 30 /* the version that brought it, before Osaka did */

struct account {
	struct account *next;
	struct pl_addr addr;
	struct pl_state_account v;
	bool storage; /* it has some */
	bool has_code;
	struct pl_span code;
};

struct slot {
	struct slot *next;
	struct pl_addr addr;
	struct pl_hash32 key;
	struct pl_u256 v;
};

struct pl_remote {
	struct pl_state_source base;
	struct pl_view *view;
	struct pl_viewed at;
	struct pl_arena *kept, *scratch;
	struct account **accounts;
	struct slot **slots;
	bool nitro;
	uint64_t arbos;
	struct pl_remote_stats stats;
	struct pl_hash32 *ancestor; /* by distance; NULL before the first */
	uint64_t n_ancestors;
	bool hold, beyond;
	uint64_t held;
};

static size_t bucket(const struct pl_addr *addr, const struct pl_hash32 *key)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < sizeof(addr->b); i++)
		h = (h ^ addr->b[i]) * 0x100000001b3u;
	for (size_t i = 0; key && i < sizeof(key->b); i++)
		h = (h ^ key->b[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 32) % BUCKETS;
}

static struct account *find_account(const struct pl_remote *r,
				    const struct pl_addr *addr)
{
	struct account *x = r->accounts[bucket(addr, NULL)];

	while (x && !pl_addr_equal(&x->addr, addr))
		x = x->next;
	return x;
}

static const struct slot *find_slot(const struct pl_remote *r,
				    const struct pl_addr *addr,
				    const struct pl_hash32 *key)
{
	const struct slot *x = r->slots[bucket(addr, key)];

	while (x && !(pl_addr_equal(&x->addr, addr) &&
		      pl_hash32_equal(&x->key, key)))
		x = x->next;
	return x;
}

/* ------------------------------------------------------------ what is kept */

static enum pl_rc keep_code(struct pl_remote *r, struct account *x,
			    struct pl_span code, struct pl_err *e)
{
	if (x->has_code)
		return PL_OK;
	if (code.n > PL_MAX_CALL_CODE - r->stats.code_bytes)
		return pl_fail(e, PL_ELIMIT,
			       "the call needs more than %zu MB of code",
			       PL_MAX_CALL_CODE >> 20);
	x->code = pl_span_dup(r->kept, code);
	x->has_code = true;
	r->stats.codes += code.n > 0;
	r->stats.code_bytes += code.n;
	return PL_OK;
}

static enum pl_rc keep_account(struct pl_remote *r, struct account **out,
			       const struct pl_view_want *w, struct pl_err *e)
{
	const struct pl_account *is = &w->proof.account;
	struct account *x = find_account(r, &w->address), **at;

	if (!x) {
		if (r->stats.accounts == PL_MAX_CALL_ACCOUNTS)
			return pl_fail(e, PL_ELIMIT,
				       "the call looks at more than %d "
				       "accounts",
				       PL_MAX_CALL_ACCOUNTS);
		x = PL_NEW(r->kept, struct account);
		x->addr = w->address;
		x->v = (struct pl_state_account){ w->exists, is->nonce,
						  is->balance, is->code_hash };
		x->storage =
			!pl_hash32_equal(&is->storage_root, &pl_empty_root);
		at = &r->accounts[bucket(&w->address, NULL)];
		x->next = *at;
		*at = x;
		r->stats.accounts++;
	}
	if (w->has_code)
		PL_TRY(keep_code(r, x, w->bytes, e));
	*out = x;
	return PL_OK;
}

static enum pl_rc keep_slot(struct pl_remote *r, const struct pl_addr *addr,
			    const struct pl_node_slot *is, struct pl_err *e)
{
	struct slot *x, **at;

	if (find_slot(r, addr, &is->key))
		return PL_OK;
	if (r->stats.slots == PL_MAX_CALL_SLOTS)
		return pl_fail(e, PL_ELIMIT,
			       "the call looks at more than %d slots",
			       PL_MAX_CALL_SLOTS);
	x = PL_NEW(r->kept, struct slot);
	x->addr = *addr;
	x->key = is->key;
	x->v = is->value;
	at = &r->slots[bucket(addr, &is->key)];
	x->next = *at;
	*at = x;
	r->stats.slots++;
	return PL_OK;
}

static enum pl_rc keep(struct pl_remote *r, const struct pl_view_want *w,
		       struct pl_err *e)
{
	struct account *x;

	if (!w->proven)
		return PL_OK;
	PL_TRY(keep_account(r, &x, w, e));
	for (size_t i = 0; i < w->proof.n_slots; i++)
		PL_TRY(keep_slot(r, &w->address, &w->proof.slots[i], e));
	return PL_OK;
}

/* ---------------------------------------------------------------- fetching */

static enum pl_rc count_trip(struct pl_remote *r, struct pl_err *e)
{
	if (r->hold) {
		r->held++;
		return pl_fail(e, PL_ENET, "not fetched yet");
	}
	if (r->stats.trips == PL_MAX_CALL_TRIPS)
		return pl_fail(e, PL_ELIMIT,
			       "the call asked the node %d times, and is not "
			       "done",
			       PL_MAX_CALL_TRIPS);
	r->stats.trips++;
	return PL_OK;
}

/* One account that is missed, or a slot of it. */
static enum pl_rc fetch(struct pl_remote *r, const struct pl_addr *addr,
			const struct pl_hash32 *key, struct pl_err *e)
{
	struct account *x = find_account(r, addr);
	struct pl_view_want w = { .address = *addr,
				  .slots = key,
				  .n_slots = key ? 1 : 0,
				  .code = !x || !x->has_code };

	PL_TRY(count_trip(r, e));
	r->stats.missed++;
	pl_arena_reset(r->scratch);
	PL_TRY(pl_view_accounts(r->view, r->scratch, &w, 1, &r->at.header, e));
	if (!w.proven)
		/* asked alone, the node says why */
		PL_TRY(pl_view_account(r->view, r->scratch, &w.proof, &w.exists,
				       &r->at.header, addr, w.slots, w.n_slots,
				       e));
	w.proven = true;
	return keep(r, &w, e);
}

static bool ahead(struct pl_remote *r, struct pl_view_want *w,
		  const struct pl_remote_want *want, size_t room)
{
	struct account *x = find_account(r, &want->addr);
	struct pl_hash32 *keys =
		PL_NEW_N(r->scratch, struct pl_hash32, want->n_keys);
	size_t n = 0;

	for (size_t i = 0; i < want->n_keys && n < room; i++)
		if (!find_slot(r, &want->addr, &want->keys[i]))
			keys[n++] = want->keys[i];
	*w = (struct pl_view_want){ .address = want->addr,
				    .slots = keys,
				    .n_slots = n,
				    .code = !x || !x->has_code };
	return n || w->code;
}

enum pl_rc pl_remote_prefetch(struct pl_remote *r,
			      const struct pl_remote_want *want, size_t n,
			      struct pl_err *e)
{
	struct pl_view_want *w;
	size_t k = 0, slots = 0;

	pl_arena_reset(r->scratch);
	w = PL_NEW_N(r->scratch, struct pl_view_want, AHEAD_ACCOUNTS);
	for (size_t i = 0; i < n && k < AHEAD_ACCOUNTS; i++) {
		if (!ahead(r, &w[k], &want[i], AHEAD_SLOTS - slots))
			continue;
		slots += w[k++].n_slots;
	}
	if (!k || r->stats.accounts + k > PL_MAX_CALL_ACCOUNTS ||
	    r->stats.slots + slots > PL_MAX_CALL_SLOTS)
		return PL_OK;
	PL_TRY(count_trip(r, e));
	PL_TRY(pl_view_accounts(r->view, r->scratch, w, k, &r->at.header, e));
	for (size_t i = 0; i < k; i++)
		PL_TRY(keep(r, &w[i], e));
	return PL_OK;
}

/* --------------------------------------------------------- what Nitro forbids
 */

static uint64_t small_address(const struct pl_addr *addr)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 18; i++)
		if (addr->b[i])
			return UINT64_MAX;
	v = (uint64_t)addr->b[18] << 8 | addr->b[19];
	return v;
}

static enum pl_rc not_here(struct pl_remote *r, const struct pl_addr *addr,
			   const char *what, struct pl_err *e)
{
	char text[PL_ADDR_TEXT];

	r->beyond = true;
	pl_addr_text(text, addr);
	(void)pl_fail(e, PL_EREFUSED,
		      "%s %s, which only the chain's own nodes "
		      "can run",
		      text, what);
	return pl_hint(e, "ask the node, and believe it: its eth_call");
}

static enum pl_rc may_run(struct pl_remote *r, const struct pl_addr *addr,
			  struct pl_err *e)
{
	const uint64_t at = r->nitro ? small_address(addr) : UINT64_MAX;

	if ((at >= ARB_FIRST && at <= ARB_LAST) || at == ARB_NODE ||
	    at == ARB_NODE + 1 || at == ARB_DEBUG)
		return not_here(r, addr, "is a precompile of ArbOS", e);
	if (at == P256_AT && r->arbos >= P256_ARBOS &&
	    pl_view_fork(r->view, &r->at.header) < PL_FORK_OSAKA)
		return not_here(r, addr,
				"is a precompile that this version of "
				"ArbOS prices in its own way",
				e);
	return PL_OK;
}

/* ------------------------------------------------------------- the source */

static enum pl_rc get(struct pl_remote *r, struct account **out,
		      const struct pl_addr *addr, struct pl_err *e)
{
	*out = find_account(r, addr);
	if (*out)
		return PL_OK;
	PL_TRY(fetch(r, addr, NULL, e));
	*out = find_account(r, addr);
	return PL_OK;
}

static enum pl_rc account(struct pl_state_source *s,
			  struct pl_state_account *out,
			  const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_remote *r = (struct pl_remote *)s;
	struct account *x;

	PL_TRY(may_run(r, addr, e));
	PL_TRY(get(r, &x, addr, e));
	*out = x->v;
	return PL_OK;
}

static enum pl_rc has_storage(struct pl_state_source *s, bool *out,
			      const struct pl_addr *addr, struct pl_err *e)
{
	struct account *x;

	PL_TRY(get((struct pl_remote *)s, &x, addr, e));
	*out = x->storage;
	return PL_OK;
}

static enum pl_rc slot(struct pl_state_source *s, struct pl_u256 *out,
		       const struct pl_addr *addr, const struct pl_u256 *key,
		       struct pl_err *e)
{
	struct pl_remote *r = (struct pl_remote *)s;
	const struct slot *x;
	struct pl_hash32 k;

	pl_u256_to_be(k.b, key);
	x = find_slot(r, addr, &k);
	if (!x) {
		PL_TRY(fetch(r, addr, &k, e));
		x = find_slot(r, addr, &k);
	}
	*out = x->v;
	return PL_OK;
}

/* Its bytes alone, where they did not come with the account. */
static enum pl_rc fetch_code(struct pl_remote *r, struct account *x,
			     struct pl_err *e)
{
	struct pl_span bytes;

	PL_TRY(count_trip(r, e));
	r->stats.missed++;
	pl_arena_reset(r->scratch);
	PL_TRY(pl_view_code(r->view, r->scratch, &bytes, &r->at.header,
			    &x->addr, &x->v.code_hash, e));
	return keep_code(r, x, bytes, e);
}

static enum pl_rc code(struct pl_state_source *s, struct pl_arena *a,
		       struct pl_span *out, const struct pl_addr *addr,
		       const struct pl_hash32 *hash, struct pl_err *e)
{
	static const uint8_t stylus[STYLUS] = { 0xef, 0xf0, 0x00 };
	struct pl_remote *r = (struct pl_remote *)s;
	struct account *x;

	(void)a;
	PL_TRY(get(r, &x, addr, e));
	if (!pl_hash32_equal(&x->v.code_hash, hash))
		return pl_fail(e, PL_EBUG, "code that is not the account's");
	if (!x->has_code)
		PL_TRY(fetch_code(r, x, e));
	if (r->nitro && x->code.n >= STYLUS &&
	    !memcmp(x->code.p, stylus, STYLUS))
		return not_here(r, addr, "is a Stylus program", e);
	*out = x->code;
	return PL_OK;
}

/* ------------------------------------------------------------ block hashes */

struct walk {
	struct pl_remote *r;
	uint64_t head;
};

static enum pl_rc passed(void *ctx, const struct pl_header *h, struct pl_err *e)
{
	struct walk *w = ctx;
	uint64_t back = w->head - h->number;

	(void)e;
	if (back && back <= WINDOW)
		w->r->ancestor[back - 1] = h->hash;
	return PL_OK;
}

/* By the parents' hashes, as far as needed. */
static enum pl_rc by_parents(struct pl_remote *r, struct pl_hash32 *out,
			     uint64_t number, struct pl_err *e)
{
	const struct pl_header *h = &r->at.header;
	struct walk w = { r, h->number };
	uint64_t back = h->number - number;

	if (!r->ancestor)
		r->ancestor = PL_NEW_N(r->kept, struct pl_hash32, WINDOW);
	if (r->n_ancestors < back) {
		PL_TRY(count_trip(r, e));
		PL_TRY(pl_view_ancestors(r->view, h, number, passed, &w, e));
		r->n_ancestors = back;
	}
	*out = r->ancestor[back - 1];
	return PL_OK;
}

/* Out of the history contract in the state itself (EIP-2935). */
static enum pl_rc by_history(struct pl_remote *r, struct pl_hash32 *out,
			     uint64_t number, struct pl_err *e)
{
	struct pl_hash32 at = pl_history_slot(number, PL_HISTORY_WINDOW);
	struct pl_u256 key = pl_u256_from_be32(at.b), value;

	PL_TRY(slot(&r->base, &value, &pl_history_address, &key, e));
	return pl_history_hash(out, &value, e);
}

static enum pl_rc block_hash(struct pl_state_source *s, struct pl_hash32 *out,
			     uint64_t number, struct pl_err *e)
{
	struct pl_remote *r = (struct pl_remote *)s;
	const struct pl_header *h = &r->at.header;

	/* blocks are the parent chain's there, and their hashes ArbOS's own */
	if (r->nitro) {
		r->beyond = true;
		(void)pl_fail(e, PL_EREFUSED,
			      "the call wants the hash of block %" PRIu64
			      " of the parent chain as ArbOS keeps it",
			      number);
		return pl_hint(e, "only the chain's own nodes can answer it");
	}
	if (number >= h->number || h->number - number > WINDOW)
		return pl_fail(e, PL_EBUG, "no block hash of %" PRIu64, number);
	if (number + 1 == h->number) {
		*out = h->parent_hash;
		return PL_OK;
	}
	if (h->number - number > NEAR && r->n_ancestors < h->number - number &&
	    h->n_fields >= 21 && !by_history(r, out, number, e))
		return PL_OK;
	return by_parents(r, out, number, e);
}

/* --------------------------------------------------------------- lifetime */

struct pl_remote *pl_remote_open(struct pl_view *v, const struct pl_viewed *at)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_remote *r = PL_NEW(a, struct pl_remote);

	r->base = (struct pl_state_source){ .account = account,
					    .slot = slot,
					    .code = code,
					    .block_hash = block_hash,
					    .has_storage = has_storage };
	r->view = v;
	r->at = *at;
	r->at.header.extra = pl_span_dup(a, at->header.extra);
	r->kept = a;
	r->scratch = pl_arena_open(0);
	r->accounts = PL_NEW_N(a, struct account *, BUCKETS);
	r->slots = PL_NEW_N(a, struct slot *, BUCKETS);
	r->nitro = pl_view_is_nitro(v, &r->at.header);
	if (r->nitro)
		r->arbos = pl_nitro_read(&r->at.header).arbos;
	return r;
}

void pl_remote_close(struct pl_remote *r)
{
	if (!r)
		return;
	pl_arena_close(r->scratch);
	pl_arena_close(r->kept);
}

void pl_remote_hold(struct pl_remote *r, bool hold)
{
	r->beyond = false;
	r->hold = hold;
}

bool pl_remote_beyond(const struct pl_remote *r)
{
	return r->beyond;
}

uint64_t pl_remote_held(const struct pl_remote *r)
{
	return r->held;
}

struct pl_state_source *pl_remote_source(struct pl_remote *r)
{
	return &r->base;
}

const struct pl_viewed *pl_remote_at(const struct pl_remote *r)
{
	return &r->at;
}

struct pl_remote_stats pl_remote_stats(const struct pl_remote *r)
{
	return r->stats;
}
