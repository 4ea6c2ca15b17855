/* What all checks share: findings, claims, and finding the answers in a
 * document. */
#include "eth/check.h"

#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "crypto/addr.h"
#include "eth/node_json.h"

void pl_check_init(struct pl_check *c, struct pl_arena *a)
{
	*c = (struct pl_check){ .a = a };
	pl_buf_init(&c->scratch, a);
}

void pl_check_proved(struct pl_check *c, const char *rule)
{
	for (size_t i = 0; i < c->n_proved; i++)
		if (!strcmp(c->proved[i], rule))
			return;
	if (c->n_proved < PL_CHECK_RULES)
		c->proved[c->n_proved++] = rule;
}

enum pl_rc pl_check_false(struct pl_check *c, const char *rule,
			  const char *expected, const char *got,
			  struct pl_err *e)
{
	if (!c->failed.rule)
		c->failed = (struct pl_finding){ rule, expected, got };
	return pl_fail(e, PL_EPROOF, "%s does not hold: expected %s, got %s",
		       rule, expected ? expected : "nothing",
		       got ? got : "nothing");
}

enum pl_rc pl_check_hash(struct pl_check *c, const char *rule,
			 const struct pl_hash32 *expected,
			 const struct pl_hash32 *got, struct pl_err *e)
{
	if (!pl_hash32_equal(expected, got))
		return pl_check_false(c, rule, pl_hash32_text(c->a, expected),
				      pl_hash32_text(c->a, got), e);
	pl_check_proved(c, rule);
	return PL_OK;
}

static char *addr_text(struct pl_arena *a, const struct pl_addr *addr)
{
	char *text = pl_alloc(a, PL_ADDR_TEXT);

	pl_addr_text(text, addr);
	return text;
}

enum pl_rc pl_check_addr(struct pl_check *c, const char *rule,
			 const struct pl_addr *expected,
			 const struct pl_addr *got, struct pl_err *e)
{
	if (!pl_addr_equal(expected, got))
		return pl_check_false(c, rule, addr_text(c->a, expected),
				      addr_text(c->a, got), e);
	pl_check_proved(c, rule);
	return PL_OK;
}

enum pl_rc pl_check_u64(struct pl_check *c, const char *rule, uint64_t expected,
			uint64_t got, struct pl_err *e)
{
	if (expected != got)
		return pl_check_false(c, rule,
				      pl_printf(c->a, "%" PRIu64, expected),
				      pl_printf(c->a, "%" PRIu64, got), e);
	pl_check_proved(c, rule);
	return PL_OK;
}

enum pl_rc pl_check_u256(struct pl_check *c, const char *rule,
			 const struct pl_u256 *expected,
			 const struct pl_u256 *got, struct pl_err *e)
{
	if (pl_u256_cmp(expected, got)) {
		char *want = pl_alloc(c->a, PL_U256_DEC);
		char *have = pl_alloc(c->a, PL_U256_DEC);

		pl_u256_dec(want, expected);
		pl_u256_dec(have, got);
		return pl_check_false(c, rule, want, have, e);
	}
	pl_check_proved(c, rule);
	return PL_OK;
}

enum pl_rc pl_claim_hash(struct pl_check *c, const char *rule,
			 const struct pl_json *obj, const char *key,
			 const struct pl_hash32 *got, struct pl_err *e)
{
	struct pl_hash32 want;

	if (!pl_has(obj, key))
		return PL_OK;
	PL_TRY(pl_get_hash32(&want, obj, key, e));
	return pl_check_hash(c, rule, &want, got, e);
}

enum pl_rc pl_claim_addr(struct pl_check *c, const char *rule,
			 const struct pl_json *obj, const char *key,
			 const struct pl_addr *got, struct pl_err *e)
{
	struct pl_addr want;

	if (!pl_has(obj, key))
		return PL_OK;
	PL_TRY(pl_get_addr(&want, obj, key, e));
	return pl_check_addr(c, rule, &want, got, e);
}

enum pl_rc pl_claim_u64(struct pl_check *c, const char *rule,
			const struct pl_json *obj, const char *key,
			uint64_t got, struct pl_err *e)
{
	uint64_t want;

	if (!pl_has(obj, key))
		return PL_OK;
	PL_TRY(pl_get_u64(&want, obj, key, e));
	return pl_check_u64(c, rule, want, got, e);
}

/* A JSON-RPC answer's result; any other value is its own answer. */
static enum pl_rc unwrap(const struct pl_json **v, struct pl_err *e)
{
	const struct pl_json *err = pl_json_get(*v, "error");
	const char *why;

	if (pl_json_get(*v, "jsonrpc") && !pl_json_is_null(err)) {
		why = pl_json_str(pl_json_get(err, "message"));
		return pl_fail(e, PL_EFORMAT, "the node answered an error: %s",
			       why ? why : "without a message");
	}
	if (pl_json_get(*v, "jsonrpc") || pl_json_get(*v, "result")) {
		*v = pl_json_get(*v, "result");
		if (!*v)
			return pl_fail(e, PL_EFORMAT, "\"result\" is missing");
	}
	if (pl_json_is_null(*v))
		return pl_fail(e, PL_ENOTFOUND,
			       "the answer is null: the node had no such "
			       "thing");
	return PL_OK;
}

static bool is_list(const struct pl_json *v)
{
	return pl_json_type(v) == PL_J_ARRAY;
}

enum pl_rc pl_answers(struct pl_arena *a, struct pl_answers *out,
		      const struct pl_json *doc,
		      bool (*whole)(const struct pl_json *), struct pl_err *e)
{
	struct pl_answers r;

	PL_TRY(unwrap(&doc, e));
	if (!is_list(doc) || (whole && whole(doc))) {
		r.n = 1;
		r.v = PL_NEW_N(a, const struct pl_json *, 1);
		r.v[0] = doc;
		*out = r;
		return PL_OK;
	}
	r.n = pl_json_len(doc);
	if (!r.n)
		return pl_fail(e, PL_EFORMAT, "an empty list");
	r.v = PL_NEW_N(a, const struct pl_json *, r.n);
	for (size_t i = 0; i < r.n; i++) {
		r.v[i] = pl_json_at(doc, i);
		if (unwrap(&r.v[i], e))
			return pl_note(e, "[%zu]", i);
		if (is_list(r.v[i]) && !(whole && whole(r.v[i])))
			return pl_fail(e, PL_EFORMAT,
				       "[%zu] is a list within a list", i);
	}
	*out = r;
	return PL_OK;
}

const struct pl_family *pl_family_of(const struct pl_family *const *families,
				     const struct pl_header *h)
{
	for (; families && *families; families++)
		if ((*families)->fits(h))
			return *families;
	return NULL;
}

static enum pl_rc read_raw(struct pl_check *c, struct pl_any_tx *t,
			   const struct pl_family *family, struct pl_err *e)
{
	t->is_own = family && family->owns && t->raw.n && *t->raw.p < 0xc0 &&
		    family->owns(*t->raw.p);
	if (t->is_own)
		return family->tx(c, &t->own, &t->raw, NULL, e);
	return pl_tx_decode(&t->tx, t->raw, e);
}

enum pl_rc pl_any_tx_read(struct pl_check *c, struct pl_any_tx *out,
			  const struct pl_family *family,
			  const struct pl_json *v, struct pl_err *e)
{
	struct pl_any_tx t = { .is_own = false };
	uint64_t type = 0;
	struct pl_buf b;

	if (pl_json_type(v) == PL_J_STR) {
		PL_TRY(pl_json_data(c->a, &t.raw, v, e));
		PL_TRY(read_raw(c, &t, family, e));
		*out = t;
		return PL_OK;
	}
	if (pl_has(v, "type"))
		PL_TRY(pl_get_u64(&type, v, "type", e));
	t.is_own = family && family->owns && family->owns(type);
	if (t.is_own) {
		PL_TRY(family->tx(c, &t.own, &t.raw, v, e));
	} else {
		PL_TRY(pl_tx_from_json(c->a, &t.tx, v, e));
		pl_buf_init(&b, c->a);
		pl_tx_encode(&b, &t.tx);
		t.raw = pl_buf_span(&b);
	}
	*out = t;
	return PL_OK;
}
