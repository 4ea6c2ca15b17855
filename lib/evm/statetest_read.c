/* The documents of state tests.  Their numbers are hexadecimal with leading
 * zeros; what does not fit says "0x:bigint". */
#include "base/hex.h"
#include "codec/rlp.h"
#include "crypto/secp.h"
#include "evm/statetest_impl.h"

/* ----------------------------------------------------------------- values */

static enum pl_rc read_text(const char **out, const struct pl_json *v,
			    const char *key, struct pl_err *e)
{
	*out = pl_json_str(v);
	if (!*out)
		return pl_fail(e, PL_EFORMAT, "%s: %s instead of a string", key,
			       pl_json_type_name(v));
	return PL_OK;
}

static enum pl_rc read_u256(struct pl_u256 *out, const struct pl_json *v,
			    const char *key, struct pl_err *e)
{
	const char *s;

	PL_TRY(read_text(&s, v, key, e));
	if (pl_u256_parse(out, s, strlen(s), e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

static enum pl_rc read_u64(uint64_t *out, const struct pl_json *v,
			   const char *key, struct pl_err *e)
{
	struct pl_u256 x;

	PL_TRY(read_u256(&x, v, key, e));
	if (!pl_u256_to_u64(out, &x))
		return pl_fail(e, PL_EFORMAT, "%s: more than 64 bits", key);
	return PL_OK;
}

/* 0 where it is absent. */
static enum pl_rc maybe_u64(uint64_t *out, const struct pl_json *obj,
			    const char *key, struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(obj, key);

	*out = 0;
	return pl_json_is_null(v) ? PL_OK : read_u64(out, v, key, e);
}

static enum pl_rc maybe_u256(struct pl_u256 *out, const struct pl_json *obj,
			     const char *key, struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(obj, key);

	*out = pl_u256_of(0);
	return pl_json_is_null(v) ? PL_OK : read_u256(out, v, key, e);
}

static enum pl_rc read_addr(struct pl_addr *out, const struct pl_json *v,
			    const char *key, struct pl_err *e)
{
	const char *s;

	PL_TRY(read_text(&s, v, key, e));
	if (pl_hex_fixed(out->b, sizeof(out->b), s, strlen(s), e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

static enum pl_rc read_data(struct pl_arena *a, struct pl_span *out,
			    const struct pl_json *v, const char *key,
			    struct pl_err *e)
{
	if (pl_json_data(a, out, v, e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

/* -------------------------------------------------------------------- block */

enum pl_rc pl_statetest_env(struct pl_statetest_env *out,
			    const struct pl_json *test, struct pl_err *e)
{
	struct pl_evm_block b = { .chain_id = 1 };
	const struct pl_json *env, *v;
	struct pl_u256 random;
	uint64_t excess;

	PL_TRY(pl_json_need(&env, test, "env", PL_J_OBJECT, e));
	PL_TRY(read_addr(&b.coinbase, pl_json_get(env, "currentCoinbase"),
			 "currentCoinbase", e));
	PL_TRY(read_u64(&b.number, pl_json_get(env, "currentNumber"),
			"currentNumber", e));
	PL_TRY(read_u64(&b.time, pl_json_get(env, "currentTimestamp"),
			"currentTimestamp", e));
	PL_TRY(read_u64(&b.gas_limit, pl_json_get(env, "currentGasLimit"),
			"currentGasLimit", e));
	PL_TRY(maybe_u256(&b.difficulty, env, "currentDifficulty", e));
	PL_TRY(maybe_u256(&random, env, "currentRandom", e));
	pl_u256_to_be(b.prev_randao.b, &random);
	/* what tests without it were made with */
	b.base_fee = pl_u256_of(10);
	v = pl_json_get(env, "currentBaseFee");
	if (!pl_json_is_null(v))
		PL_TRY(read_u256(&b.base_fee, v, "currentBaseFee", e));
	PL_TRY(maybe_u64(&excess, env, "currentExcessBlobGas", e));
	v = pl_json_get(pl_json_get(test, "config"), "chainid");
	if (!pl_json_is_null(v))
		PL_TRY(read_u64(&b.chain_id, v, "chainid", e));
	*out = (struct pl_statetest_env){ b, excess };
	return PL_OK;
}

/* ------------------------------------------------------------ state before it
 */

static enum pl_rc put_slots(struct pl_memstate *m, const struct pl_addr *addr,
			    const struct pl_json *storage, struct pl_err *e)
{
	for (void *it = pl_json_iter(storage); it;
	     it = pl_json_next(storage, it)) {
		const char *k = pl_json_iter_key(it);
		struct pl_u256 key, value;

		PL_TRY(pl_u256_parse(&key, k, strlen(k), e));
		PL_TRY(read_u256(&value, pl_json_iter_value(it), "storage", e));
		pl_memstate_put_slot(m, addr, &key, &value);
	}
	return PL_OK;
}

static enum pl_rc put_account(struct pl_memstate *m, struct pl_arena *a,
			      const char *text, const struct pl_json *v,
			      struct pl_err *e)
{
	struct pl_u256 balance;
	struct pl_addr addr;
	struct pl_span code;
	uint64_t nonce;

	PL_TRY(pl_hex_fixed(addr.b, sizeof(addr.b), text, strlen(text), e));
	PL_TRY(read_u256(&balance, pl_json_get(v, "balance"), "balance", e));
	PL_TRY(read_u64(&nonce, pl_json_get(v, "nonce"), "nonce", e));
	PL_TRY(read_data(a, &code, pl_json_get(v, "code"), "code", e));
	pl_memstate_put(m, &addr, nonce, &balance, code);
	return put_slots(m, &addr, pl_json_get(v, "storage"), e);
}

enum pl_rc pl_statetest_pre(struct pl_memstate **out, struct pl_arena *a,
			    const struct pl_json *test, struct pl_err *e)
{
	struct pl_memstate *m = pl_memstate_new(a);
	const struct pl_json *pre;

	PL_TRY(pl_json_need(&pre, test, "pre", PL_J_OBJECT, e));
	for (void *it = pl_json_iter(pre); it; it = pl_json_next(pre, it))
		if (put_account(m, a, pl_json_iter_key(it),
				pl_json_iter_value(it), e))
			return pl_note(e, "pre: %.64s", pl_json_iter_key(it));
	*out = m;
	return PL_OK;
}

/* -------------------------------------------------------------- transaction */

enum pl_rc pl_statetest_index(struct pl_statetest_index *out,
			      const struct pl_json *post, struct pl_err *e)
{
	static const char *const names[] = { "data", "gas", "value" };
	const struct pl_json *v = pl_json_get(post, "indexes");
	int64_t i[3];

	for (size_t k = 0; k < 3; k++)
		if (pl_json_int(&i[k], pl_json_get(v, names[k]), e) || i[k] < 0)
			return pl_fail(e, PL_EFORMAT,
				       "indexes: no \"%s\" from 0 on",
				       names[k]);
	*out = (struct pl_statetest_index){ (uint64_t)i[0], (uint64_t)i[1],
					    (uint64_t)i[2] };
	return PL_OK;
}

static enum pl_rc pick(const struct pl_json **out, const struct pl_json *tx,
		       const char *key, uint64_t i, struct pl_err *e)
{
	const struct pl_json *list;

	PL_TRY(pl_json_need(&list, tx, key, PL_J_ARRAY, e));
	*out = i < pl_json_len(list) ? pl_json_at(list, i) : NULL;
	if (!*out)
		return pl_fail(e, PL_EFORMAT, "%s: it has %zu items", key,
			       pl_json_len(list));
	return PL_OK;
}

static enum pl_rc put_hash(struct pl_buf *b, const struct pl_json *v,
			   const char *key, struct pl_err *e)
{
	struct pl_hash32 h;
	struct pl_u256 x;

	PL_TRY(read_u256(&x, v, key, e));
	pl_u256_to_be(h.b, &x);
	pl_rlp_put(b, pl_hash32_span(&h));
	return PL_OK;
}

static enum pl_rc put_access(struct pl_buf *b, const struct pl_json *entry,
			     struct pl_err *e)
{
	const struct pl_json *keys = pl_json_get(entry, "storageKeys");
	size_t item = pl_rlp_open(b), list;
	struct pl_addr addr;

	PL_TRY(read_addr(&addr, pl_json_get(entry, "address"), "address", e));
	pl_rlp_put(b, pl_addr_span(&addr));
	list = pl_rlp_open(b);
	for (size_t i = 0; i < pl_json_len(keys); i++)
		PL_TRY(put_hash(b, pl_json_at(keys, i), "storageKeys", e));
	pl_rlp_close(b, list);
	pl_rlp_close(b, item);
	return PL_OK;
}

static enum pl_rc read_access(struct pl_span *out, struct pl_arena *a,
			      const struct pl_json *list, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < pl_json_len(list); i++)
		PL_TRY(put_access(&b, pl_json_at(list, i), e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

static enum pl_rc read_blobs(struct pl_span *out, struct pl_arena *a,
			     const struct pl_json *list, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < pl_json_len(list); i++)
		PL_TRY(put_hash(&b, pl_json_at(list, i), "blobVersionedHashes",
				e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

static enum pl_rc put_auth(struct pl_buf *b, const struct pl_json *v,
			   struct pl_err *e)
{
	static const char *const numbers[] = { "nonce", "v", "r", "s" };
	size_t item = pl_rlp_open(b);
	struct pl_addr addr;
	struct pl_u256 x;

	PL_TRY(read_u256(&x, pl_json_get(v, "chainId"), "chainId", e));
	pl_rlp_put_u256(b, &x);
	PL_TRY(read_addr(&addr, pl_json_get(v, "address"), "address", e));
	pl_rlp_put(b, pl_addr_span(&addr));
	for (size_t i = 0; i < 4; i++) {
		const struct pl_json *n = pl_json_get(v, numbers[i]);

		if (i == 1 && pl_json_is_null(n))
			n = pl_json_get(v, "yParity");
		PL_TRY(read_u256(&x, n, numbers[i], e));
		pl_rlp_put_u256(b, &x);
	}
	pl_rlp_close(b, item);
	return PL_OK;
}

static enum pl_rc read_auths(struct pl_span *out, struct pl_arena *a,
			     const struct pl_json *list, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < pl_json_len(list); i++)
		PL_TRY(put_auth(&b, pl_json_at(list, i), e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

/* The type follows from what is there. */
static enum pl_rc read_kind(struct pl_tx *tx, struct pl_arena *a,
			    const struct pl_json *j, uint64_t data,
			    struct pl_err *e)
{
	const struct pl_json *auths = pl_json_get(j, "authorizationList");
	const struct pl_json *blobs = pl_json_get(j, "blobVersionedHashes");
	const struct pl_json *access = pl_json_get(j, "accessLists");
	bool capped = !pl_json_is_null(pl_json_get(j, "maxFeePerGas"));

	access = data < pl_json_len(access) ? pl_json_at(access, data) : NULL;
	PL_TRY(maybe_u256(&tx->max_blob_fee, j, "maxFeePerBlobGas", e));
	PL_TRY(read_access(&tx->access_list, a, access, e));
	PL_TRY(read_blobs(&tx->blob_hashes, a, blobs, e));
	PL_TRY(read_auths(&tx->auth_list, a, auths, e));
	tx->type = !pl_json_is_null(auths)    ? PL_TX_SETCODE
		   : !pl_json_is_null(blobs)  ? PL_TX_BLOB
		   : capped                   ? PL_TX_FEE
		   : !pl_json_is_null(access) ? PL_TX_ACCESS
					      : PL_TX_LEGACY;
	if (!capped)
		return read_u256(&tx->gas_price, pl_json_get(j, "gasPrice"),
				 "gasPrice", e);
	PL_TRY(read_u256(&tx->max_fee, pl_json_get(j, "maxFeePerGas"),
			 "maxFeePerGas", e));
	return maybe_u256(&tx->max_priority_fee, j, "maxPriorityFeePerGas", e);
}

static enum pl_rc read_sender(struct pl_addr *out, const struct pl_json *j,
			      struct pl_err *e)
{
	const struct pl_json *v = pl_json_get(j, "sender");
	struct pl_hash32 key;
	struct pl_u256 x;

	if (!pl_json_is_null(v))
		return read_addr(out, v, "sender", e);
	PL_TRY(read_u256(&x, pl_json_get(j, "secretKey"), "secretKey", e));
	pl_u256_to_be(key.b, &x);
	return pl_secp_address(out, key.b, e);
}

static enum pl_rc read_to(struct pl_tx *tx, const struct pl_json *j,
			  struct pl_err *e)
{
	const char *to;

	PL_TRY(read_text(&to, pl_json_get(j, "to"), "to", e));
	tx->has_to = *to;
	return *to ? read_addr(&tx->to, pl_json_get(j, "to"), "to", e) : PL_OK;
}

enum pl_rc pl_statetest_tx(struct pl_transact *out, struct pl_tx *tx,
			   struct pl_arena *a, const struct pl_json *test,
			   const struct pl_statetest_index *i, struct pl_err *e)
{
	struct pl_transact how = { .tx = tx };
	const struct pl_json *j, *v;

	*tx = (struct pl_tx){ .chain_id = 1 };
	PL_TRY(pl_json_need(&j, test, "transaction", PL_J_OBJECT, e));
	PL_TRY(read_kind(tx, a, j, i->data, e));
	PL_TRY(read_to(tx, j, e));
	PL_TRY(read_u64(&tx->nonce, pl_json_get(j, "nonce"), "nonce", e));
	PL_TRY(pick(&v, j, "data", i->data, e));
	PL_TRY(read_data(a, &tx->data, v, "data", e));
	PL_TRY(pick(&v, j, "gasLimit", i->gas, e));
	PL_TRY(read_u64(&tx->gas, v, "gasLimit", e));
	PL_TRY(pick(&v, j, "value", i->value, e));
	PL_TRY(read_u256(&tx->value, v, "value", e));
	PL_TRY(read_sender(&how.sender, j, e));
	*out = how;
	return PL_OK;
}

/* -------------------------------------------------------------------- forks */

bool pl_statetest_fork(enum pl_fork *out, const char *name)
{
	static const struct {
		const char *name;
		enum pl_fork fork;
	} forks[] = {
		{ "Frontier", PL_FORK_FRONTIER },
		{ "Homestead", PL_FORK_HOMESTEAD },
		{ "EIP150", PL_FORK_TANGERINE },
		{ "EIP158", PL_FORK_SPURIOUS },
		{ "Byzantium", PL_FORK_BYZANTIUM },
		{ "Constantinople", PL_FORK_CONSTANTINOPLE },
		{ "ConstantinopleFix", PL_FORK_PETERSBURG },
		{ "Istanbul", PL_FORK_ISTANBUL },
		{ "Berlin", PL_FORK_BERLIN },
		{ "London", PL_FORK_LONDON },
		{ "Paris", PL_FORK_PARIS },
		{ "Merge", PL_FORK_PARIS },
		{ "Shanghai", PL_FORK_SHANGHAI },
		{ "Cancun", PL_FORK_CANCUN },
		{ "Prague", PL_FORK_PRAGUE },
		{ "Osaka", PL_FORK_OSAKA },
		{ "BPO1", PL_FORK_BPO1 },
		{ "BPO2", PL_FORK_BPO2 },
	};

	for (size_t i = 0; i < sizeof(forks) / sizeof(forks[0]); i++) {
		if (strcmp(forks[i].name, name))
			continue;
		*out = forks[i].fork;
		return true;
	}
	return false;
}
