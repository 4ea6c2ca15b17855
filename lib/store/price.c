/* Who tells the price of a token, and what one row of it says. */
#include "store/price.h"

#include <inttypes.h>
#include <math.h>

#include "base/hex.h"
#include "crypto/addr.h"

/* Of fewer raw units the rounding of a vault is over a thousandth. */
#define LEAST_UNITS 1000

const char *const pl_tell_words[] = { "price", "nav", NULL };
const char *const pl_quote_words[] = { "close", "vwap", "twap", NULL };

#define BIT(k) ((uint64_t)1 << PL_EV_##k)
static const uint64_t pools =
	BIT(SWAP_V2) | BIT(SYNC_V2) | BIT(SWAP_V3) | BIT(START_V3);
static const uint64_t vaults = BIT(DEPOSIT) | BIT(WITHDRAW);
static const uint64_t feeds = BIT(ANSWER) | BIT(NAV);

static uint64_t telling(enum pl_tell what)
{
	return feeds | (what == PL_TELL_PRICE ? pools : vaults);
}

/* Does the contract speak of the token, and which way round? */
static bool concerns(struct pl_price_source *s, const struct pl_addr *token)
{
	const struct pl_watch *w = &s->watch;

	s->inverted = false;
	if (pl_addr_equal(&s->contract.token.address, token))
		return true;
	if (!w->pair_known || !(s->kinds & (pools | vaults)))
		return false;
	if (pl_addr_equal(&w->addr0, token))
		return true;
	/* a vault's asset is not priced by its shares */
	s->inverted = true;
	return (s->kinds & pools) && pl_addr_equal(&w->addr1, token);
}

/* Read one; *found is false where it is not followed or tells nothing. */
static enum pl_rc look(struct pl_arena *a, struct pl_index *ix,
		       struct pl_price_source *s, bool *found,
		       const struct pl_index_token *t, enum pl_tell what,
		       struct pl_err *e)
{
	s->contract = *t;
	PL_TRY(pl_index_watch(a, ix, found, &s->watch, t->id, e));
	if (!*found)
		return PL_OK;
	s->kinds = s->watch.kinds & telling(what);
	*found = s->kinds != 0;
	return PL_OK;
}

enum pl_rc pl_price_sources(struct pl_arena *a, struct pl_index *ix,
			    struct pl_price_source **out, size_t *n,
			    const struct pl_token_id *token, enum pl_tell what,
			    struct pl_err *e)
{
	struct pl_price_source *v;
	struct pl_index_token *t;
	size_t tokens, k = 0;
	bool found;

	PL_TRY(pl_index_tokens(a, ix, &t, &tokens, e));
	v = PL_NEW_N(a, struct pl_price_source, tokens);
	for (size_t i = 0; i < tokens; i++) {
		if (t[i].token.chain != token->chain)
			continue;
		PL_TRY(look(a, ix, &v[k], &found, &t[i], what, e));
		if (found && concerns(&v[k], &token->address))
			k++;
	}
	*out = v;
	*n = k;
	return PL_OK;
}

static enum pl_rc none(const struct pl_token_id *token, enum pl_tell what,
		       struct pl_err *e)
{
	char text[PL_ADDR_TEXT];

	pl_addr_text(text, &token->address);
	(void)pl_fail(e, PL_ENOTFOUND,
		      "no followed contract tells the %s of %s",
		      pl_tell_words[what], text);
	if (what == PL_TELL_PRICE)
		return pl_hint(e, "`plume index add` follows a pool of it; a "
				  "feed that it follows is named with its "
				  "address");
	return pl_hint(e, "`plume index add` follows its vault; a feed that it "
			  "follows is named with its address");
}

static enum pl_rc several(struct pl_arena *a, const struct pl_price_source *v,
			  size_t n, enum pl_tell what, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < n && i < 4; i++) {
		char text[PL_ADDR_TEXT];

		pl_addr_text(text, &v[i].contract.token.address);
		pl_buf_fmt(&b, "%s%s", i ? ", " : "", text);
	}
	return pl_fail(e, PL_EUSAGE,
		       "%zu followed contracts tell the %s, one is to be "
		       "named: %s%s",
		       n, pl_tell_words[what], pl_buf_cstr(&b),
		       n > 4 ? ", …" : "");
}

static enum pl_rc has_units(const struct pl_price_source *s, struct pl_err *e)
{
	char text[PL_ADDR_TEXT];

	if (s->watch.units_known)
		return PL_OK;
	pl_addr_text(text, &s->contract.token.address);
	(void)pl_fail(e, PL_EMATH,
		      "the decimals that prices of %s need are not known",
		      text);
	return pl_hint(e, "`plume index add` asks the contract again");
}

static enum pl_rc named(struct pl_arena *a, struct pl_index *ix,
			struct pl_price_source *out,
			const struct pl_token_id *token, enum pl_tell what,
			const struct pl_addr *given, struct pl_err *e)
{
	const struct pl_token_id id = { token->chain, *given };
	struct pl_index_token t;
	char text[PL_ADDR_TEXT];
	bool found;

	pl_addr_text(text, given);
	PL_TRY(pl_index_token_get(a, ix, &t, &id, e));
	PL_TRY(look(a, ix, out, &found, &t, what, e));
	if (!found) {
		(void)pl_fail(e, PL_EUSAGE,
			      "%s is followed for nothing that tells a %s",
			      text, pl_tell_words[what]);
		return pl_hint(e, "a price: pools, feeds; nav: vaults, feeds; "
				  "either: an event described with `index add "
				  "--event`");
	}
	PL_TRY(has_units(out, e)); /* nor are its tokens, then */
	if (concerns(out, &token->address))
		return PL_OK;
	if (!(out->kinds & ~feeds)) {
		out->inverted = false;
		return PL_OK;
	}
	return pl_fail(e, PL_EUSAGE, "%s is no pool or vault of this token",
		       text);
}

enum pl_rc pl_price_source(struct pl_arena *a, struct pl_index *ix,
			   struct pl_price_source *out,
			   const struct pl_token_id *token, enum pl_tell what,
			   const struct pl_addr *given, struct pl_err *e)
{
	struct pl_price_source s, *v;
	size_t n;

	if (given) {
		PL_TRY(named(a, ix, &s, token, what, given, e));
	} else {
		PL_TRY(pl_price_sources(a, ix, &v, &n, token, what, e));
		if (!n)
			return none(token, what, e);
		if (n > 1)
			return several(a, v, n, what, e);
		s = v[0];
	}
	PL_TRY(has_units(&s, e));
	*out = s;
	return PL_OK;
}

enum pl_rc pl_price_kinds(uint64_t *out, const struct pl_price_source *s,
			  enum pl_quote how, struct pl_err *e)
{
	const uint64_t traded = BIT(SWAP_V2) | BIT(SWAP_V3) | vaults;
	uint64_t kinds = s->kinds;

	if (how == PL_QUOTE_VWAP)
		kinds &= traded;
	else if (kinds & BIT(SYNC_V2))
		kinds &= ~BIT(SWAP_V2);
	if (!kinds)
		return pl_fail(e, PL_EUSAGE,
			       "vwap needs what was exchanged; this contract "
			       "is followed for no such event");
	*out = kinds;
	return PL_OK;
}

static bool few(const struct pl_u256 *v)
{
	const struct pl_u256 least = pl_u256_of(LEAST_UNITS);

	return v && pl_u256_cmp(v, &least) < 0;
}

bool pl_price_of(double *out, const struct pl_price_source *s,
		 const struct pl_event_row *r)
{
	double x;

	if (vaults >> r->ev.kind & 1 &&
	    (few(pl_event_num(&r->ev, PL_EC_VALUE)) ||
	     few(pl_event_num(&r->ev, PL_EC_SHARES))))
		return false;
	if (!pl_event_price(&x, &r->ev, &s->watch.units) || !isnormal(x))
		return false;
	if (s->inverted)
		x = 1 / x;
	if (!isnormal(x))
		return false;
	*out = x;
	return true;
}

/* ---------------------------------------------------------- canonical rows */

static char *put_hex(char *w, struct pl_span s)
{
	*w++ = '0';
	*w++ = 'x';
	pl_hex_put(w, s);
	return w + 2 * s.n;
}

static char *put_column(char *w, const struct pl_event *ev, enum pl_event_col c)
{
	const struct pl_addr *who;
	uint8_t be[32];

	*w++ = ',';
	if (!pl_event_has(ev, c))
		return w;
	if (c < PL_EC_ADDRS) {
		who = pl_event_addr(ev, c);
		return put_hex(w, pl_addr_span(who));
	}
	pl_u256_to_be(be, pl_event_num(ev, c));
	return put_hex(w, (struct pl_span){ be, sizeof(be) });
}

/* At most 7 numbers of 21 bytes, 2 · 67, 43, 32 of a kind's name, 3 · 43 and
 * 13 · 67. */
size_t pl_canonical_event(char out[PL_CANONICAL_EVENT],
			  const struct pl_token_id *contract,
			  const struct pl_event_row *r)
{
	char *w = out;

	w += snprintf(w, 24, "%" PRIu64 ",", contract->chain);
	w = put_hex(w, pl_addr_span(&contract->address));
	w += snprintf(w, 72, ",%" PRIu64 ",%" PRIu64 ",%u,", r->block,
		      r->log_index, r->ev.part);
	w = put_hex(w, pl_hash32_span(&r->block_hash));
	w += snprintf(w, 24, ",%" PRId64 ",", r->time);
	w = put_hex(w, pl_hash32_span(&r->tx));
	w += snprintf(w, 33, ",%s", pl_event_kind_name(r->ev.kind));
	for (int c = 0; c < PL_EC_COUNT; c++)
		w = put_column(w, &r->ev, (enum pl_event_col)c);
	*w++ = '\n';
	*w = '\0';
	return (size_t)(w - out);
}
