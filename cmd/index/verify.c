#include "sync/verify.h"

#include <inttypes.h>

#include "cmd/index/watch.h"
#include "cmd/light/checks.h"
#include "cmd/light/level.h"
#include "cmd/light/node.h"
#include "cmd/light/view.h"
#include "out/progress.h"
#include "sync/pull_events.h"
#include "sync/view.h"

#define MAX_FAULTS 100 /* told one by one; all are counted */

struct args {
	const struct pl_addr *token;
	const uint64_t *from, *to;
	bool proven, logs, file;
	const int *level;
};

struct fault {
	const char *what, *event;
	uint64_t block, log_index, part;
	struct pl_hash32 tx;
};

struct token {
	uint64_t chain_id;
	struct pl_addr address;
	const char *symbol;
	const uint64_t *from_block, *to_block;
	uint64_t same, missing, extra, different, unchecked, malformed;
	struct pl_list faults;
	enum pl_trust trust;
};

struct row {
	const char *store;
	bool whole;
	uint64_t file_faults;
	struct pl_list file_words;
	struct pl_list tokens;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "token", .letter = 't', .kind = PL_ADDR,
	  .off = A(token, const struct pl_addr *), .arg = "TOKEN",
	  .about = "address, id of the asset, or name of the address book; "
		   "else all of the chain",
	  .flags = PL_GIVEN | PL_TOKEN_REF },
	{ .name = "from-block", .kind = PL_UINT,
	  .off = A(from, const uint64_t *), .arg = "N", .max = INT64_MAX,
	  .about = "first block to check; else all that were read",
	  .flags = PL_GIVEN },
	{ .name = "to-block", .kind = PL_UINT, .off = A(to, const uint64_t *),
	  .arg = "N", .max = INT64_MAX, .about = "last block to check",
	  .flags = PL_GIVEN },
	{ .name = "logs", .kind = PL_FLAG, .off = A(logs, bool),
	  .about = "believe the node's lists of logs: fast, but what it leaves "
		   "out nobody sees" },
	{ .name = "proven", .kind = PL_FLAG, .off = A(proven, bool),
	  .about = "believe no node: check against what the light client "
		   "proves" },
	{ .name = "level", .kind = PL_ENUM, .off = A(level, const int *),
	  .arg = "LEVEL", .words = pl_level_words, .flags = PL_GIVEN,
	  .about = "with --proven, of an Orbit chain's blocks: how firm they "
		   "must stand at least; confirmed without it" },
	{ .name = "file-only", .kind = PL_FLAG, .off = A(file, bool),
	  .about = "look the file over and ask nobody" },
	{ 0 },
};

#define X(m, type) PL_AT(struct fault, m, type)
static const struct pl_field fault_fields[] = {
	{ .name = "what", .kind = PL_STR, .off = X(what, const char *),
	  .about = "missing: on the chain only; extra: in the index only; "
		   "different: in both, not the same" },
	{ .name = "event", .kind = PL_STR, .off = X(event, const char *),
	  .about = "kind of event" },
	{ .name = "block", .kind = PL_UINT, .off = X(block, uint64_t),
	  .about = "as the index has it; of what is missing, the chain" },
	{ .name = "log_index", .kind = PL_UINT, .off = X(log_index, uint64_t),
	  .about = "number of the log within its block" },
	{ .name = "part", .kind = PL_UINT, .off = X(part, uint64_t),
	  .about = "number within a batch, from 0" },
	{ .name = "transaction", .kind = PL_HASH32,
	  .off = X(tx, struct pl_hash32), .about = "transaction" },
	{ 0 },
};

#define T(m, type) PL_AT(struct token, m, type)
static const struct pl_field token_fields[] = {
	{ .name = "chain_id", .kind = PL_UINT, .off = T(chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "token", .kind = PL_ADDR, .off = T(address, struct pl_addr),
	  .about = "address of the token" },
	{ .name = "symbol", .kind = PL_STR, .off = T(symbol, const char *),
	  .about = "as its source gave it" },
	{ .name = "from_block", .kind = PL_UINT,
	  .off = T(from_block, const uint64_t *),
	  .about = "first block that was checked", .flags = PL_NULLABLE },
	{ .name = "to_block", .kind = PL_UINT,
	  .off = T(to_block, const uint64_t *),
	  .about = "last block that was checked", .flags = PL_NULLABLE },
	{ .name = "same", .kind = PL_UINT, .off = T(same, uint64_t),
	  .about = "rows that the chain has as they are" },
	{ .name = "missing", .kind = PL_UINT, .off = T(missing, uint64_t),
	  .about = "rows the index should have and has not" },
	{ .name = "extra", .kind = PL_UINT, .off = T(extra, uint64_t),
	  .about = "rows of which the chain knows nothing" },
	{ .name = "different", .kind = PL_UINT, .off = T(different, uint64_t),
	  .about = "rows that the chain has otherwise" },
	{ .name = "unchecked", .kind = PL_UINT, .off = T(unchecked, uint64_t),
	  .about = "rows without a block, or of blocks not checked" },
	{ .name = "malformed", .kind = PL_UINT, .off = T(malformed, uint64_t),
	  .about = "logs that are not what their standard writes: rightly "
		   "without a row" },
	{ .name = "trust", .kind = PL_TRUST, .off = T(trust, enum pl_trust),
	  .about = "how far what was checked against can be believed" },
	{ .name = "faults", .kind = PL_LIST, .off = T(faults, struct pl_list),
	  .sub = fault_fields, .size = sizeof(struct fault),
	  .about = "the first hundred of them" },
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "store", .kind = PL_STR, .off = F(store, const char *),
	  .about = "the file" },
	{ .name = "whole", .kind = PL_FLAG, .off = F(whole, bool),
	  .about = "true: nothing is wrong with what was checked" },
	{ .name = "file_faults", .kind = PL_UINT,
	  .off = F(file_faults, uint64_t),
	  .about = "places where the file itself is damaged" },
	{ .name = "file_words", .kind = PL_LIST,
	  .off = F(file_words, struct pl_list), .of = PL_STR,
	  .about = "what is wrong with the file: the first hundred" },
	{ .name = "tokens", .kind = PL_LIST, .off = F(tokens, struct pl_list),
	  .sub = token_fields, .size = sizeof(struct token),
	  .about = "rows beside the chain" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "is the file itself whole?",
	  .line = "plume index verify --file-only",
	  .setup = PL_EXAMPLE_IMPORT },
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	const struct args *a;
	struct pl_index *ix;
	struct pl_rpc *rpc;
	struct pl_light_node *node; /* NULL: the node's word */
	const char *source;
	uint64_t head;
	struct pl_progress *meter;
	struct fault *faults; /* of the token in hand */
	size_t n_faults;
};

/* ------------------------------------------------------- who is asked, and how
 */

/* The node's own head; below it nothing is believed but what hashes to it. */
static enum pl_rc rebuilt(struct pl_ctx *c, struct pl_light_node **out,
			  struct pl_err *e)
{
	struct pl_view_conf conf = { .families = pl_light_families };
	struct pl_network net;

	PL_TRY(pl_ctx_network(c, &net, e));
	PL_TRY(pl_ctx_rpc(c, &conf.rpc, e));
	conf.anchors = pl_claimed_anchors(c->arena, conf.rpc);
	conf.chain_id = net.chain_id;
	return pl_light_node_of(c, out, pl_view_new(c->arena, &conf), &net, e);
}

static enum pl_rc open_chain(struct job *j, struct pl_err *e)
{
	const struct args *a = j->a;
	const struct pl_light_args light = { .orbit = { .level = a->level } };

	if (a->proven) {
		PL_TRY(pl_light_node(j->c, &j->node, &light, e));
		PL_TRY(pl_require(j->c, j->node->trust, e));
	} else if (a->logs) {
		PL_TRY(pl_require(j->c, PL_CLAIMED, e));
		PL_TRY(pl_ctx_rpc(j->c, &j->rpc, e));
	} else {
		PL_TRY(pl_require(j->c, PL_CLAIMED, e));
		PL_TRY(rebuilt(j->c, &j->node, e));
	}
	if (j->node)
		j->rpc = j->node->rpc;
	j->source = a->proven ? "light client" : pl_rpc_host(j->rpc);
	return pl_rpc_block_number(j->rpc, &j->head, e);
}

/* ------------------------------------------------------------- what was read
 */

struct span {
	uint64_t lo, hi;
};

static int by_lo(const void *x, const void *y)
{
	const struct span *a = x, *b = y;

	return (a->lo > b->lo) - (a->lo < b->lo);
}

/* Spans that touch become one. */
static size_t merged(struct span *v, size_t n)
{
	size_t k = 0;

	qsort(v, n, sizeof(*v), by_lo);
	for (size_t i = 0; i < n; i++) {
		if (k && v[i].lo <= v[k - 1].hi + 1) {
			if (v[i].hi > v[k - 1].hi)
				v[k - 1].hi = v[i].hi;
			continue;
		}
		v[k++] = v[i];
	}
	return k;
}

/* Cut to what was asked for and to what the chain has. */
static size_t cut(const struct job *j, struct span *v, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		struct span s = v[i];

		if (j->a->from && *j->a->from > s.lo)
			s.lo = *j->a->from;
		if (j->a->to && *j->a->to < s.hi)
			s.hi = *j->a->to;
		if (j->head < s.hi)
			s.hi = j->head;
		if (s.lo <= s.hi)
			v[k++] = s;
	}
	return k;
}

/* Blocks whose events, or transfers, the index says it has: what nodes gave,
 * and of rows from files all from the first to the last. */
static enum pl_rc spans(struct job *j, struct span **out, size_t *n,
			const struct pl_index_status *st, bool events,
			struct pl_err *e)
{
	struct pl_source *src;
	struct span *v;
	size_t count, k = 0;

	PL_TRY(pl_index_sources(j->c->arena, j->ix, &src, &count, st->token.id,
				e));
	v = PL_NEW_N(j->c->arena, struct span, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct pl_event_cursor ev = { .kinds = 0 };

		if (events)
			PL_TRY(pl_index_event_cursor(j->ix, &ev, st->token.id,
						     src[i].id, e));
		else
			PL_TRY(pl_index_cursor(j->ix, &ev.at, st->token.id,
					       src[i].id, e));
		if (ev.at.found && ev.at.next_block > ev.at.first_block)
			v[k++] = (struct span){ ev.at.first_block,
						ev.at.next_block - 1 };
	}
	if (!events && st->blocks_known)
		v[k++] = (struct span){ st->first_block, st->last_block };
	*out = v;
	*n = cut(j, v, merged(v, k));
	return PL_OK;
}

/* -------------------------------------------------------------- one contract
 */

static enum pl_rc on_fault(void *ctx, enum pl_row_fault v,
			   const struct pl_event_row *r, struct pl_err *e)
{
	static const char *const words[] = { "missing", "extra", "different" };
	struct job *j = ctx;

	(void)e;
	if (j->n_faults == MAX_FAULTS)
		return PL_OK;
	j->faults[j->n_faults++] =
		(struct fault){ .what = words[v],
				.event = pl_event_kind_name(r->ev.kind),
				.block = r->block,
				.log_index = r->log_index,
				.part = r->ev.part,
				.tx = r->tx };
	return PL_OK;
}

static void on_blocks(void *ctx, uint64_t done, uint64_t total)
{
	struct job *j = ctx;

	pl_progress_total(j->meter, total);
	pl_progress_at(j->meter, done);
}

static void seen(struct job *j, struct token *t, const struct span *s)
{
	uint64_t *ends = PL_NEW_N(j->c->arena, uint64_t, 2);

	ends[0] = t->from_block && *t->from_block < s->lo ? *t->from_block
							  : s->lo;
	ends[1] = t->to_block && *t->to_block > s->hi ? *t->to_block : s->hi;
	t->from_block = &ends[0];
	t->to_block = &ends[1];
}

/* Kinds of the watch (or transfers) over the blocks they were read in. */
static enum pl_rc part(struct job *j, struct token *t,
		       struct pl_verify_result *sum, const struct pl_watched *x,
		       const struct pl_index_status *st, uint64_t kinds,
		       struct pl_err *e)
{
	struct pl_verify how = {
		.ask = { .rpc = j->rpc,
			 .source = j->source,
			 .address = x->token.token.address,
			 .kinds = kinds },
		.token = x->token.id,
		.fault = on_fault,
		.on_blocks = on_blocks,
		.ctx = j,
	};
	struct span *v;
	size_t n;

	if (!kinds)
		return PL_OK;
	PL_TRY(pl_event_book(j->c->arena, &how.ask.book,
			     x->followed ? x->w.sig : NULL,
			     x->followed ? x->w.member : NULL,
			     x->followed ? x->w.stamp : NULL, e));
	PL_TRY(spans(j, &v, &n, st, kinds != pl_event_bit(PL_EV_TRANSFER), e));
	for (size_t i = 0; i < n; i++) {
		how.from = v[i].lo;
		how.to = v[i].hi;
		PL_TRY(pl_verify(j->ix, sum, &how, e));
		seen(j, t, &v[i]);
	}
	return PL_OK;
}

static enum pl_rc rows_of(struct job *j, uint64_t *out,
			  const struct pl_index_status *st, struct pl_err *e)
{
	struct pl_event_count *v;
	size_t n;

	*out = st->rows;
	PL_TRY(pl_index_event_counts(j->c->arena, j->ix, &v, &n, st->token.id,
				     e));
	for (size_t i = 0; i < n; i++)
		*out += v[i].rows;
	return PL_OK;
}

static enum pl_rc one(struct job *j, struct token *t,
		      const struct pl_watched *x, struct pl_err *e)
{
	const uint64_t transfer = pl_event_bit(PL_EV_TRANSFER);
	struct pl_verify_result r = { .same = 0 };
	struct pl_index_status st;
	uint64_t rows = 0, seen_rows;

	*t = (struct token){ .chain_id = x->token.token.chain,
			     .address = x->token.token.address,
			     .symbol = x->token.symbol };
	j->faults = PL_NEW_N(j->c->arena, struct fault, MAX_FAULTS);
	j->n_faults = 0;
	PL_TRY(pl_index_status(j->c->arena, j->ix, &st, x->token.id, e));
	PL_TRY(rows_of(j, &rows, &st, e));
	if (!x->followed || (x->w.kinds & transfer) || st.rows)
		PL_TRY(part(j, t, &r, x, &st, transfer, e));
	if (x->followed)
		PL_TRY(part(j, t, &r, x, &st, pl_watch_events(&x->w), e));
	seen_rows = r.same + r.extra + r.different;
	t->same = r.same;
	t->missing = r.missing;
	t->extra = r.extra;
	t->different = r.different;
	t->malformed = r.malformed;
	t->unchecked = rows > seen_rows ? rows - seen_rows : 0;
	t->faults = (struct pl_list){ j->faults, j->n_faults };
	t->trust = j->node ? j->node->trust : PL_CLAIMED;
	return PL_OK;
}

static enum pl_rc which(struct job *j, struct pl_watched **out, size_t *n,
			struct pl_err *e)
{
	struct pl_index_token *t;
	struct pl_watched *v;
	struct pl_network net;
	size_t count, k = 0;

	if (j->a->token) {
		*out = PL_NEW(j->c->arena, struct pl_watched);
		*n = 1;
		return pl_watched_one(j->c, j->ix, *out, j->a->token, e);
	}
	PL_TRY(pl_ctx_network(j->c, &net, e));
	PL_TRY(pl_index_tokens(j->c->arena, j->ix, &t, &count, e));
	v = PL_NEW_N(j->c->arena, struct pl_watched, count);
	for (size_t i = 0; i < count; i++) {
		if (t[i].token.chain != net.chain_id)
			continue;
		v[k].token = t[i];
		PL_TRY(pl_index_watch(j->c->arena, j->ix, &v[k].followed,
				      &v[k].w, t[i].id, e));
		k++;
	}
	*out = v;
	*n = k;
	return PL_OK;
}

static enum pl_rc beside_chain(struct job *j, struct row *row, uint64_t *wrong,
			       struct pl_err *e)
{
	struct pl_watched *x;
	struct token *list;
	size_t n;
	enum pl_rc rc = PL_OK;

	PL_TRY(which(j, &x, &n, e));
	PL_TRY(open_chain(j, e));
	list = PL_NEW_N(j->c->arena, struct token, n);
	j->meter = pl_ctx_progress(j->c, "blocks", 0);
	for (size_t i = 0; !rc && i < n; i++)
		rc = one(j, &list[i], &x[i], e);
	pl_progress_end(j->meter);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		*wrong += list[i].missing + list[i].extra + list[i].different;
	row->tokens = (struct pl_list){ list, n };
	return PL_OK;
}

/* ------------------------------------------------------------------ the file
 */

struct words {
	struct pl_arena *a;
	const char *v[MAX_FAULTS];
	size_t n;
};

static void on_words(void *ctx, const char *words)
{
	struct words *w = ctx;

	if (w->n < MAX_FAULTS)
		w->v[w->n++] = pl_strdup(w->a, words);
}

static enum pl_rc verify(struct job *j, struct pl_err *e)
{
	struct words *w = PL_NEW(j->c->arena, struct words);
	struct row row = { .whole = false };
	uint64_t wrong = 0;

	w->a = j->c->arena;
	PL_TRY(pl_ctx_store_path(j->c, &row.store, e));
	PL_TRY(pl_index_integrity(j->ix, &row.file_faults, on_words, w, e));
	row.file_words = (struct pl_list){ w->v, w->n };
	/* a damaged file has no rows worth comparing */
	if (!row.file_faults && !j->a->file)
		PL_TRY(beside_chain(j, &row, &wrong, e));
	row.whole = !row.file_faults && !wrong;
	PL_TRY(pl_out_row(j->c->out, &row, e));
	if (row.file_faults)
		(void)pl_fail(e, PL_EPROOF,
			      "the index is damaged in %" PRIu64 " places",
			      row.file_faults);
	else if (wrong)
		(void)pl_fail(e, PL_EPROOF,
			      "%" PRIu64 " rows are not as the chain has them",
			      wrong);
	if (row.whole)
		return PL_OK;
	return pl_hint(e, "nothing was changed: `plume index remove` and then "
			  "add and sync, or import, read it anew");
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job j = { .c = c, .a = opaque };
	enum pl_rc rc;

	if (j.a->level && !j.a->proven)
		return pl_fail(e, PL_EUSAGE, "--level is for --proven");
	if (j.a->proven + j.a->logs + j.a->file > 1)
		return pl_fail(e, PL_EUSAGE,
			       "--proven, --logs and --file-only: one at most");
	if (j.a->file && (j.a->token || j.a->from || j.a->to))
		return pl_fail(e, PL_EUSAGE,
			       "--file-only looks at the whole file");
	PL_TRY(pl_open_index(c, &j.ix, PL_INDEX_READONLY, e));
	rc = verify(&j, e);
	pl_index_close(j.ix);
	return rc;
}

const struct pl_cmd cmd_index_verify = {
	.path = "index verify",
	.summary = "check the index against the chain, and its file",
	.about =
		"First the file: its pages, indexes and references, and that "
		"each row is one plume could have written.  Then the rows: the "
		"logs of all blocks that were read are read again, and every "
		"row must be among them as it is, and every log among the "
		"rows.  Nothing is changed, mended or labelled anew.\n\n"
		"By default the node is believed its newest block and nothing "
		"else: headers must hash down from it, and the receipts of "
		"every block whose bloom does not rule the contract out must "
		"rebuild their root, so that no log can be left out.  --logs "
		"asks for lists of logs instead.  --proven takes the newest "
		"block from the light client.\n\n"
		"Rows without a block, and of blocks beyond the head or "
		"outside --from-block and --to-block, are counted as "
		"unchecked.  Of rows that files gave, all blocks from the "
		"first to the last are held to be complete.\n\n"
		"Exit status 1 when anything is wrong.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
