#include <inttypes.h>

#include "cmd/light/topics.h"
#include "cmd/light/tx_row.h"

/* What the logs of one answer may take in memory. */
#define MAX_BYTES ((size_t)512 << 20)

struct args {
	struct pl_light_args light;
	struct pl_strs addresses, topics;
	const char *from, *to;
	uint64_t max_blocks;
};

struct row {
	struct pl_list logs;
	uint64_t from, to;
	struct pl_view_logs_stats stats;
	bool complete;
	struct pl_read_head head;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "address", .kind = PL_ADDR,
	  .off = PL_AT(struct args, addresses, struct pl_strs),
	  .arg = "ADDRESS", .flags = PL_MANY,
	  .about = "logs of this contract; of any of several" },
	{ .name = "topic", .kind = PL_STR,
	  .off = PL_AT(struct args, topics, struct pl_strs), .arg = "TOPIC",
	  .flags = PL_MANY,
	  .about = "by its place: 32 bytes, an address, an event "
		   "('Transfer(address,address,uint256)'), several with "
		   "commas between, or `any`" },
	{ .name = "from", .kind = PL_STR,
	  .off = PL_AT(struct args, from, const char *), .arg = PL_BLOCK_REF,
	  .about = "first block; the last one's when left out" },
	{ .name = "to", .kind = PL_STR,
	  .off = PL_AT(struct args, to, const char *), .arg = PL_BLOCK_REF,
	  .def = "latest", .about = "last block" },
	{ .name = "max-blocks", .kind = PL_UINT,
	  .off = PL_AT(struct args, max_blocks, uint64_t), .arg = "N",
	  .min = 1, .max = 1000000, .def = "100000",
	  .about = "refuse a range of more blocks: all of their headers are "
		   "fetched" },
	PL_SAVE_OPT(struct args, light),
	PL_LIGHT_OPTS(struct args, light),
	PL_HISTORY_OPT(struct args, light),
	PL_ORBIT_OPTS(struct args, light),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "logs", .kind = PL_LIST, .off = R(logs, struct pl_list),
	  .sub = pl_log_row_fields, .size = sizeof(struct pl_log_row),
	  .about = "that match, in their order" },
	{ .name = "from", .kind = PL_UINT, .off = R(from, uint64_t),
	  .about = "first block of the range" },
	{ .name = "to", .kind = PL_UINT, .off = R(to, uint64_t),
	  .about = "last block of the range" },
	{ .name = "blocks", .kind = PL_UINT, .off = R(stats.blocks, uint64_t),
	  .about = "headers of the range, each proven to be the parent of the "
		   "next" },
	{ .name = "excluded", .kind = PL_UINT,
	  .off = R(stats.excluded, uint64_t),
	  .about = "blocks whose bloom proves that no log of theirs matches" },
	{ .name = "receipts_fetched", .kind = PL_UINT,
	  .off = R(stats.receipts_fetched, uint64_t),
	  .about = "all receipts of the other blocks, their roots rebuilt" },
	{ .name = "bytes", .kind = PL_UINT, .off = R(stats.bytes, uint64_t),
	  .about = "of those receipts" },
	{ .name = "complete", .kind = PL_FLAG, .off = R(complete, bool),
	  .about = "true: no log that matches is missing" },
	PL_READ_FIELDS(struct row, head),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "every transfer in a range of blocks",
	  .line = "plume light logs --from 100 --to 120 --topic "
		  "'Transfer(address,address,uint256)' --network world",
	  .setup = "world_example" },
	{ .about = "how many, and whether any can be missing",
	  .line = "plume light logs --from 0 --topic "
		  "'Transfer(address,address,uint256)' --network world --json "
		  "| jq -c '[(.logs | length), .complete]'",
	  .setup = "world_example" },
	{ 0 },
};

static void say_range(struct pl_out *o, const struct row *r)
{
	const struct pl_view_logs_stats *s = &r->stats;
	FILE *f = pl_out_file(o);

	(void)fprintf(f,
		      "%" PRIu64 " log%s in blocks %" PRIu64 " to %" PRIu64
		      ": complete\n",
		      s->logs, s->logs == 1 ? "" : "s", r->from, r->to);
	(void)fprintf(f,
		      "  %" PRIu64 " headers linked; %" PRIu64
		      " blocks ruled out by their blooms, %" PRIu64
		      " rebuilt of all %" PRIu64 " receipts (%" PRIu64
		      " bytes)\n  ",
		      s->blocks, s->excluded, s->blocks - s->excluded,
		      s->receipts_fetched, s->bytes);
	pl_read_say(o, &r->head);
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	const struct pl_log_row *v = r->logs.v;

	(void)e;
	for (size_t i = 0; i < r->logs.n; i++) {
		(void)fprintf(pl_out_file(o), "block %" PRIu64 ", tx %s\n",
			      v[i].block,
			      pl_hash32_text(pl_out_arena(o), &v[i].tx));
		pl_log_row_say(o, &v[i]);
	}
	say_range(o, r);
	return PL_OK;
}

struct gather {
	struct pl_arena *a;
	struct pl_log_row *v;
	size_t n, bytes;
};

static enum pl_rc gather(void *ctx, const struct pl_node_place *at,
			 const struct pl_log *log, struct pl_err *e)
{
	struct gather *g = ctx;

	g->bytes += sizeof(*g->v) + log->data.n + sizeof(log->topics);
	if (g->bytes > MAX_BYTES) {
		(void)pl_fail(e, PL_ELIMIT,
			      "the logs up to block %" PRIu64
			      " take more than %zu bytes",
			      at->header->number, MAX_BYTES);
		return pl_hint(e, "ask for fewer blocks at once");
	}
	g->v = pl_grow(g->a, g->v, g->n, sizeof(*g->v));
	g->v[g->n++] = pl_log_row(g->a, at, log);
	return PL_OK;
}

static enum pl_rc addresses(struct pl_arena *a, struct pl_log_filter *f,
			    const struct pl_strs *words, struct pl_ctx *c,
			    struct pl_err *e)
{
	struct pl_addr *v = PL_NEW_N(a, struct pl_addr, words->n);

	for (size_t i = 0; i < words->n; i++)
		PL_TRY(pl_ctx_address(c, words->v[i], &v[i], e));
	f->addresses = v;
	f->n_addresses = words->n;
	return PL_OK;
}

/* The first block's number; --to's own when --from was not given. */
static enum pl_rc first_block(struct pl_read *r, uint64_t *out,
			      const char *from, const struct pl_viewed *to,
			      struct pl_err *e)
{
	struct pl_viewed at;

	*out = to->header.number;
	if (!from)
		return PL_OK;
	PL_TRY(pl_read_at(r, &at, from, e));
	*out = at.header.number;
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct gather g = { .a = c->arena };
	struct pl_view_logs how = { .max_blocks = a->max_blocks,
				    .each = gather,
				    .ctx = &g };
	struct row row = { .complete = true };
	struct pl_viewed to;
	struct pl_read r;

	PL_TRY(addresses(c->arena, &how.filter, &a->addresses, c, e));
	PL_TRY(pl_topics_parse(c->arena, &how.filter, &a->topics, e));
	PL_TRY(pl_read_open(c, &r, &a->light, e));
	PL_TRY(pl_read_at(&r, &to, a->to, e));
	PL_TRY(first_block(&r, &how.from, a->from, &to, e));
	PL_TRY(pl_view_logs(r.view, &row.stats, &to, &how, e));
	row.logs = (struct pl_list){ g.v, g.n };
	row.from = how.from;
	row.to = to.header.number;
	row.head = pl_read_head(&r, &to);
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_logs = {
	.path = "light logs",
	.summary = "prove every log of a range of blocks that matches",
	.about = "None is missing: every header of the range is fetched and "
		 "linked to the next, up to a proven one.  A block whose "
		 "bloom rules the filter out is proven empty; of every other "
		 "block all receipts are fetched and their root rebuilt.  Not "
		 "even an honest eth_getLogs can show that.\n\n"
		 "The filter is eth_getLogs': logs of any of the --address, "
		 "that have at least as many topics as --topic is given, each "
		 "equal to it (or to one of several with commas between); "
		 "`any` stands for whatever is there.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
