#include "base/time.h"
#include "cmd/index/watch.h"
#include "sync/recognise.h"

struct args {
	struct pl_addr token;
	uint64_t from;
	struct pl_strs kinds;
	const char *name, *event, *value, *time;
	const uint64_t *decimals;
};

struct row {
	uint64_t chain_id;
	struct pl_addr token;
	const char *name, *symbol;
	const uint64_t *decimals;
	struct pl_list standards, kinds;
	uint64_t from_block;
	const struct pl_addr *token0, *token1;
	const char *event;
	bool changed, dry_run;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "token", .kind = PL_ADDR, .off = A(token, struct pl_addr),
	  .arg = "TOKEN",
	  .about = "address, id of the asset, or name of the address book",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_TOKEN_REF },
	{ .name = "from-block", .kind = PL_UINT, .off = A(from, uint64_t),
	  .arg = "N", .max = INT64_MAX, .def = "0",
	  .about = "first block to look for its events in" },
	{ .name = "kind", .letter = 'k', .kind = PL_STR,
	  .off = A(kinds, struct pl_strs), .arg = "KIND", .flags = PL_MANY,
	  .about = "events, or standards whose events, to keep; repeat it or "
		   "put commas" },
	{ .name = "name", .kind = PL_STR, .off = A(name, const char *),
	  .arg = "NAME", .about = "your own word for it" },
	{ .name = "event", .kind = PL_STR, .off = A(event, const char *),
	  .arg = "SIGNATURE",
	  .about = "an event of its own that tells a price: "
		   "\"event Nav(uint256 nav, uint64 at)\"" },
	{ .name = "value", .kind = PL_STR, .off = A(value, const char *),
	  .arg = "PARAMETER", .about = "with --event, which one is the price" },
	{ .name = "time", .kind = PL_STR, .off = A(time, const char *),
	  .arg = "PARAMETER",
	  .about = "with --event, which one is its time in seconds" },
	{ .name = "decimals", .kind = PL_UINT,
	  .off = A(decimals, const uint64_t *), .arg = "N", .max = 255,
	  .about = "with --event, decimals of the price", .flags = PL_GIVEN },
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "token", .kind = PL_ADDR, .off = F(token, struct pl_addr),
	  .about = "address of the contract" },
	{ .name = "name", .kind = PL_STR, .off = F(name, const char *),
	  .about = "your own word for it" },
	{ .name = "symbol", .kind = PL_STR, .off = F(symbol, const char *),
	  .about = "as the contract says" },
	{ .name = "decimals", .kind = PL_UINT,
	  .off = F(decimals, const uint64_t *),
	  .about = "as the contract says", .flags = PL_NULLABLE },
	{ .name = "standards", .kind = PL_LIST,
	  .off = F(standards, struct pl_list), .of = PL_STR,
	  .about = "what it was recognised as" },
	{ .name = "kinds", .kind = PL_LIST, .off = F(kinds, struct pl_list),
	  .of = PL_STR, .about = "events that `index sync` will keep" },
	{ .name = "from_block", .kind = PL_UINT,
	  .off = F(from_block, uint64_t), .about = "first block" },
	{ .name = "token0", .kind = PL_ADDR,
	  .off = F(token0, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "of a pool, what is priced; of a vault, its shares" },
	{ .name = "token1", .kind = PL_ADDR,
	  .off = F(token1, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "of a pool, what it is priced in; of a vault, its asset" },
	{ .name = "event", .kind = PL_STR, .off = F(event, const char *),
	  .about = "event of its own that tells a price" },
	{ .name = "changed", .kind = PL_FLAG, .off = F(changed, bool),
	  .about = "false: it was followed in this way already" },
	{ .name = "dry_run", .kind = PL_FLAG, .off = F(dry_run, bool),
	  .about = "true: nothing was written", .flags = PL_WIDE },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "nobody there to ask what it is: exit status 3",
	  .line = "plume index add --network devnet --rpc http://127.0.0.1:1 "
		  PL_EXAMPLE_TOKEN,
	  .status = 3 },
	{ 0 },
};
/* clang-format on */

/* What holders allowed others is much and says little: only when asked for. */
static uint64_t usual(unsigned stds)
{
	return pl_event_kinds_of(stds) & ~(pl_event_bit(PL_EV_APPROVAL) |
					   pl_event_bit(PL_EV_APPROVAL_NFT) |
					   pl_event_bit(PL_EV_APPROVAL_ALL));
}

static enum pl_rc own_event(struct pl_ctx *c, struct pl_watch *w,
			    const struct args *a, struct pl_err *e)
{
	const struct pl_event_book *book;

	if (!a->event && (a->value || a->time || a->decimals))
		return pl_fail(e, PL_EUSAGE,
			       "--value, --time and --decimals are for "
			       "--event");
	if (!a->event)
		return PL_OK;
	if (!a->value || !a->decimals)
		return pl_fail(e, PL_EUSAGE,
			       "--event needs --value, the parameter that is "
			       "the price, and --decimals, how many of its "
			       "digits stand behind the point");
	PL_TRY(pl_event_book(c->arena, &book, a->event, a->value, a->time, e));
	w->sig = a->event;
	w->member = a->value;
	w->stamp = a->time;
	w->stds |= PL_STD_CUSTOM;
	w->kinds |= pl_event_bit(PL_EV_NAV);
	return PL_OK;
}

/* The prices of two sources in one contract would need two scales. */
static enum pl_rc one_scale(const struct pl_watch *w, const struct args *a,
			    struct pl_err *e)
{
	const unsigned others =
		PL_STD_UNIV2 | PL_STD_UNIV3 | PL_STD_ERC4626 | PL_STD_FEED;

	if (!a->event || !(w->kinds & pl_event_kinds_of(w->stds & others)))
		return PL_OK;
	(void)pl_fail(e, PL_EUSAGE,
		      "this contract tells prices by events of its standard "
		      "already");
	return pl_hint(e, "keep those of --event alone with --kind nav");
}

static enum pl_rc describe(struct pl_ctx *c, struct pl_watch *w,
			   const struct pl_recognised *x, const struct args *a,
			   struct pl_err *e)
{
	w->name = a->name;
	w->stds = x->stds;
	w->from = a->from;
	w->pair_known = x->pair_known && x->units_known;
	w->units_known = x->units_known || a->event;
	w->addr0 = x->addr0;
	w->addr1 = x->addr1;
	w->units = x->units;
	w->since = pl_time_now();
	if (a->kinds.n)
		PL_TRY(pl_kinds_of(&w->kinds, &a->kinds, e));
	else
		w->kinds = usual(x->stds);
	PL_TRY(own_event(c, w, a, e));
	PL_TRY(one_scale(w, a, e));
	if (a->event)
		w->units = (struct pl_event_units){ (uint8_t)*a->decimals, 0 };
	if ((w->kinds & pl_event_bit(PL_EV_NAV)) && !w->sig)
		return pl_fail(e, PL_EUSAGE, "--kind nav needs --event");
	if (w->kinds)
		return PL_OK;
	(void)pl_fail(e, PL_EREFUSED,
		      "this contract is of no standard that is known here");
	return pl_hint(e, "say which events to keep with --kind, or describe "
			  "one with --event");
}

static bool same(const char *x, const char *y)
{
	return x && y ? !strcmp(x, y) : x == y;
}

static bool unchanged(const struct pl_watch *x, const struct pl_watch *y)
{
	return x->kinds == y->kinds && x->from == y->from &&
	       x->stds == y->stds && same(x->name, y->name) &&
	       same(x->sig, y->sig) && same(x->member, y->member) &&
	       same(x->stamp, y->stamp) && x->pair_known == y->pair_known &&
	       x->units.dec0 == y->units.dec0 && x->units.dec1 == y->units.dec1;
}

static enum pl_rc keep(struct pl_ctx *c, struct pl_index *ix,
		       struct pl_index_token *t, struct pl_watch *w,
		       bool *changed, struct pl_err *e)
{
	struct pl_watch old;
	bool found;

	PL_TRY(pl_index_begin(ix, e));
	PL_TRY(pl_index_token_put(ix, t, e));
	w->token = t->id;
	PL_TRY(pl_index_watch(c->arena, ix, &found, &old, t->id, e));
	*changed = !found || !unchanged(&old, w);
	if (*changed)
		PL_TRY(pl_index_watch_put(ix, w, e));
	if (c->g->dry_run) {
		pl_index_rollback(ix);
		return PL_OK;
	}
	return pl_index_commit(ix, e);
}

static enum pl_rc add(struct pl_ctx *c, struct pl_index *ix,
		      const struct args *a, struct pl_err *e)
{
	struct pl_watch w = { .token = 0 };
	struct pl_recognised x;
	struct pl_index_token t = { .token.address = a->token };
	struct pl_network net;
	struct pl_rpc *rpc;
	uint64_t decimals;
	struct row row = { .token = a->token, .dry_run = c->g->dry_run };

	PL_TRY(pl_ctx_network(c, &net, e));
	PL_TRY(pl_ctx_rpc(c, &rpc, e));
	PL_TRY(pl_recognise(c->arena, &x, rpc, &a->token, e));
	PL_TRY(describe(c, &w, &x, a, e));
	t.token.chain = net.chain_id;
	t.symbol = x.symbol;
	t.decimals_known = x.decimals_known;
	t.decimals = x.decimals;
	PL_TRY(keep(c, ix, &t, &w, &row.changed, e));
	if (x.aggregator_known)
		pl_say(c,
		       "this feed hands on the answers of %s: its updates are "
		       "written there, add that one",
		       pl_hex(c->arena, pl_addr_span(&x.aggregator)));
	decimals = x.decimals;
	row.chain_id = net.chain_id;
	row.name = w.name;
	row.symbol = x.symbol;
	row.decimals = x.decimals_known ? &decimals : NULL;
	row.standards = pl_std_list(c->arena, w.stds);
	row.kinds = pl_kind_list(c->arena, w.kinds);
	row.from_block = w.from;
	row.token0 = w.pair_known ? &w.addr0 : NULL;
	row.token1 = w.pair_known ? &w.addr1 : NULL;
	row.event = w.sig;
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct pl_index *ix;
	const char *path;
	bool was_there;
	enum pl_rc rc;

	PL_TRY(pl_ctx_store_path(c, &path, e));
	was_there = pl_file_exists(path);
	PL_TRY(pl_open_index(c, &ix, PL_INDEX_CREATE, e));
	rc = add(c, ix, opaque, e);
	pl_close_index(c, ix, was_there);
	return rc;
}

const struct pl_cmd cmd_index_add = {
	.path = "index add",
	.summary = "follow a contract: a token, a vault, a pool, a price feed",
	.about =
		"Asks the contract what it is (ERC-165, and the functions that "
		"standards want) and notes which of its events `plume index "
		"sync` is to keep.  Nothing is fetched yet.\n\n"
		"Known are: erc20 (transfer, approval, paused, "
		"unpaused), erc721 (transfer-nft, approval-nft, "
		"approval-all), erc1155 (transfer-single, "
		"transfer-batch, approval-all), erc3643 "
		"(address-frozen, tokens-frozen, tokens-unfrozen, "
		"recovery, paused, unpaused, compliance-added, "
		"registry-added, agent-added, agent-removed), registry "
		"(identity-registered, identity-removed, "
		"identity-updated, country-updated, agent-added, "
		"agent-removed), erc4626 (deposit, withdraw), erc7540 "
		"(deposit-request, redeem-request, operator-set), "
		"erc7943 (frozen, forced-transfer), univ2 (swap-v2, "
		"sync-v2), univ3 (swap-v3, start-v3), feed (answer).  "
		"Without --kind all events of the standards recognised "
		"are kept, but for approvals.\n\n"
		"--event takes any other event by its signature, as "
		"Solidity writes it, and reads a price from one of its "
		"parameters.\n\n"
		"Added again with other options, it is followed in the new "
		"way: the next `index sync` drops what is no longer wanted and "
		"reads what is missing.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NET | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
