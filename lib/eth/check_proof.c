/* eth_getProof: an account and some of its slots under a state root. */
#include <inttypes.h>

#include "base/limits.h"
#include "eth/check.h"
#include "eth/node_json.h"

/* The nodes of a proof, decoded. */
struct nodes {
	struct pl_span v[PL_MAX_PROOF_NODES];
	size_t n;
};

static enum pl_rc read_nodes(struct pl_arena *a, struct nodes *out,
			     const struct pl_json *o, const char *key,
			     struct pl_err *e)
{
	const struct pl_json *list;

	PL_TRY(pl_get_list(&list, &out->n, o, key, PL_MAX_PROOF_NODES, e));
	for (size_t i = 0; i < out->n; i++)
		if (pl_json_data(a, &out->v[i], pl_json_at(list, i), e))
			return pl_note(e, "\"%s\"[%zu]", key, i);
	return PL_OK;
}

/* A slot: 32 bytes, or a quantity as some nodes echo what they were asked. */
static enum pl_rc read_key(struct pl_hash32 *out, const struct pl_json *o,
			   struct pl_err *e)
{
	const char *s = pl_json_str(pl_json_get(o, "key"));
	struct pl_u256 x;
	struct pl_err ignored;

	if (s && !pl_hash32_parse(out, s, &ignored))
		return PL_OK;
	PL_TRY(pl_get_u256(&x, o, "key", e));
	pl_u256_to_be(out->b, &x);
	return PL_OK;
}

/* A node's value may be a quantity or 32 bytes of data. */
static enum pl_rc read_value(struct pl_u256 *out, const struct pl_json *o,
			     struct pl_err *e)
{
	const char *s = pl_json_str(pl_json_get(o, "value"));
	struct pl_hash32 word;
	struct pl_err ignored;

	if (s && strlen(s) == 66 && !pl_hash32_parse(&word, s, &ignored)) {
		*out = pl_u256_from_be32(word.b);
		return PL_OK;
	}
	return pl_get_u256(out, o, "value", e);
}

/* A walk that fails is a finding of its own. */
static enum pl_rc walk_failed(struct pl_check *c, const char *rule,
			      struct pl_err *e)
{
	struct pl_err why = *e;

	if (e->rc != PL_EPROOF)
		return e->rc;
	return pl_check_false(c, rule, "the nodes from the root to the key",
			      pl_strdup(c->a, why.msg), e);
}

static enum pl_rc check_slot(struct pl_check *c, struct pl_slot_report *s,
			     const struct pl_hash32 *root,
			     const struct pl_json *o, struct pl_err *e)
{
	struct pl_u256 claimed, value;
	struct nodes nodes;

	PL_TRY(read_key(&s->key, o, e));
	PL_TRY(read_value(&claimed, o, e));
	PL_TRY(read_nodes(c->a, &nodes, o, "proof", e));
	if (pl_trie_slot(&value, root, &s->key, nodes.v, nodes.n, e))
		return walk_failed(c, "storage.proof", e);
	pl_check_proved(c, "storage.proof");
	PL_TRY(pl_check_u256(c, "storage.value", &claimed, &value, e));
	s->value = value;
	s->exists = !pl_u256_is_zero(&value);
	return PL_OK;
}

static enum pl_rc check_slots(struct pl_check *c, struct pl_proof_report *r,
			      const struct pl_json *o, struct pl_err *e)
{
	const struct pl_json *list;
	size_t n;

	PL_TRY(pl_get_list(&list, &n, o, "storageProof", PL_MAX_PROOF_SLOTS,
			   e));
	r->slots = PL_NEW_N(c->a, struct pl_slot_report, n);
	for (size_t i = 0; i < n; i++) {
		if (check_slot(c, &r->slots[i], &r->account.storage_root,
			       pl_json_at(list, i), e))
			return pl_note(e, "storageProof[%zu]", i);
		r->n_slots = i + 1;
	}
	return PL_OK;
}

/* The members beside the proof.  Of an account that is absent, nodes give the
 * hash of no code and the empty root, or zeros for both. */
static enum pl_rc check_account_claims(struct pl_check *c,
				       const struct pl_proof_report *r,
				       const struct pl_json *o,
				       struct pl_err *e)
{
	const struct pl_account *acc = &r->account;
	static const struct pl_hash32 zero;
	struct pl_hash32 code, storage;
	struct pl_u256 balance;
	uint64_t nonce;

	PL_TRY(pl_get_u64(&nonce, o, "nonce", e));
	PL_TRY(pl_get_u256(&balance, o, "balance", e));
	PL_TRY(pl_get_hash32(&code, o, "codeHash", e));
	PL_TRY(pl_get_hash32(&storage, o, "storageHash", e));
	PL_TRY(pl_check_u64(c, "account.nonce", nonce, acc->nonce, e));
	PL_TRY(pl_check_u256(c, "account.balance", &balance, &acc->balance, e));
	if (r->exists || !pl_hash32_equal(&code, &zero))
		PL_TRY(pl_check_hash(c, "account.code_hash", &code,
				     &acc->code_hash, e));
	if (r->exists || !pl_hash32_equal(&storage, &zero))
		PL_TRY(pl_check_hash(c, "account.storage_root", &storage,
				     &acc->storage_root, e));
	return PL_OK;
}

static enum pl_rc check_account(struct pl_check *c, struct pl_proof_report *r,
				const struct pl_json *o, struct pl_err *e)
{
	struct pl_account acc;
	struct nodes nodes;
	bool found;

	PL_TRY(read_nodes(c->a, &nodes, o, "accountProof", e));
	if (pl_trie_account(&acc, &found, &r->state_root, &r->address, nodes.v,
			    nodes.n, e))
		return walk_failed(c, "account.proof", e);
	pl_check_proved(c, "account.proof");
	r->account = acc;
	r->exists = found;
	return check_account_claims(c, r, o, e);
}

/* What an archive wrote beside the answer about its outcome. */
static enum pl_rc check_words(struct pl_check *c,
			      const struct pl_proof_report *r,
			      const struct pl_json *item, struct pl_err *e)
{
	const char *word = pl_json_str(pl_json_get(item, "account"));
	const char *is = r->exists ? "exists" : "absent";

	if (word && (!strcmp(word, "exists") || !strcmp(word, "absent")) &&
	    strcmp(word, is) != 0)
		return pl_check_false(c, "account.exists", word, is, e);
	return PL_OK;
}

/* The file's own header, held against the one that was given. */
static enum pl_rc own_header(struct pl_check *c, struct pl_hash32 *root,
			     struct pl_proof_report *r,
			     const struct pl_json *item, struct pl_err *e)
{
	struct pl_block_report b;

	if (!pl_has(item, "header"))
		return PL_OK;
	if (pl_check_header(c, &b, item, NULL, e))
		return pl_note(e, "its own header");
	*root = b.header.state_root;
	r->has_number = true;
	r->number = b.header.number;
	r->has_hash = true;
	r->hash = b.header.hash;
	return PL_OK;
}

static enum pl_rc against_header(struct pl_check *c, struct pl_proof_report *r,
				 const struct pl_json *item,
				 const struct pl_header *h, struct pl_err *e)
{
	r->anchor = "header";
	r->state_root = h->state_root;
	r->has_number = true;
	r->number = h->number;
	r->has_hash = true;
	r->hash = h->hash;
	PL_TRY(pl_claim_hash(c, "anchor.block_hash", item, "blockHash",
			     &h->hash, e));
	return pl_claim_u64(c, "anchor.number", item, "blockNumber", h->number,
			    e);
}

/* The state root to prove from: the anchor's, else the file's own. */
static enum pl_rc find_root(struct pl_check *c, struct pl_proof_report *r,
			    const struct pl_json *item,
			    const struct pl_anchor *anchor, struct pl_err *e)
{
	struct pl_hash32 own;
	bool has_own = pl_has(item, "stateRoot") || pl_has(item, "header");

	if (pl_has(item, "stateRoot"))
		PL_TRY(pl_get_hash32(&own, item, "stateRoot", e));
	PL_TRY(own_header(c, &own, r, item, e));
	if (anchor->header) {
		PL_TRY(against_header(c, r, item, anchor->header, e));
	} else if (anchor->root) {
		r->anchor = "state-root";
		r->state_root = *anchor->root;
	} else if (has_own) {
		r->anchor = "file";
		r->state_root = own;
	} else {
		(void)pl_fail(e, PL_EUSAGE,
			      "the proof names no state root to be proven "
			      "from");
		return pl_hint(e, "give --header or --state-root");
	}
	r->known = true;
	if (has_own && strcmp(r->anchor, "file") != 0)
		PL_TRY(pl_check_hash(c, "anchor.state_root", &own,
				     &r->state_root, e));
	return PL_OK;
}

enum pl_rc pl_check_proof(struct pl_check *c, struct pl_proof_report *r,
			  const struct pl_json *item,
			  const struct pl_anchor *anchor, struct pl_err *e)
{
	const struct pl_json *o = item;
	struct pl_proof_report empty = { .anchor = NULL };

	*r = empty;
	if (pl_json_type(item) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "%s where a proof belongs",
			       pl_json_type_name(item));
	if (pl_has(item, "proof"))
		PL_TRY(pl_json_need(&o, item, "proof", PL_J_OBJECT, e));
	if (!pl_has(o, "accountProof"))
		return pl_fail(e, PL_EFORMAT, "\"accountProof\" is missing");
	PL_TRY(pl_get_addr(&r->address, o, "address", e));
	PL_TRY(find_root(c, r, item, anchor, e));
	PL_TRY(check_account(c, r, o, e));
	PL_TRY(check_words(c, r, item, e));
	return check_slots(c, r, o, e);
}
