/* What the models over transfers share around their figures: the head of the
 * row, the decision record, doing it again, and the last words.
 *
 * The record holds the options as they would be typed, defaults included, and
 * a replay has the command's own parser read them again: there is no second
 * list of parameters that could fall behind the first. */
#include <inttypes.h>

#include "base/file.h"
#include "base/num.h"
#include "base/time.h"
#include "cmd/analyze/again.h"
#include "cmd/analyze/moves.h"
#include "cmd/ctx.h"
#include "cmd/opt.h"
#include "crypto/addr.h"
#include "store/sums.h"

/* clang-format off */
#define B(m, type) PL_AT(struct pl_moves_about, m, type)
static const struct pl_field block_fields[] = {
	{ "number", PL_UINT,
	  PL_AT(struct pl_input_block, number, const uint64_t *),
	  "block number", PL_NULLABLE },
	{ "hash", PL_HASH32,
	  PL_AT(struct pl_input_block, hash, const struct pl_hash32 *),
	  "block hash", PL_NULLABLE },
	{ "time", PL_TIME, PL_AT(struct pl_input_block, time, const int64_t *),
	  "block time", PL_NULLABLE },
	{ "trust", PL_TRUST, PL_AT(struct pl_input_block, trust, enum pl_trust),
	  "label of the row it came with" },
	{ 0 },
};
static const struct pl_field file_fields[] = {
	{ "option", PL_STR, PL_AT(struct pl_moves_file, option, const char *),
	  "the option that named it" },
	{ "name", PL_STR, PL_AT(struct pl_moves_file, name, const char *),
	  "path as in the repository, or the name alone" },
	{ "sha256", PL_STR, PL_AT(struct pl_moves_file, sha256, const char *),
	  "of the file as it is on the disk" },
	{ 0 },
};
#define S(m, type) PL_AT(struct pl_moves_source, m, type)
static const struct pl_field source_fields[] = {
	{ "option", PL_STR, S(option, const char *),
	  "the option that named it" },
	{ "contract", PL_ADDR, S(contract, struct pl_addr), "which" },
	{ "name", PL_STR, S(name, const char *), "your own word for it" },
	{ "of", PL_ADDR, S(of, const struct pl_addr *),
	  "one of this is priced; null: the contract does not say",
	  PL_NULLABLE },
	{ "in", PL_ADDR, S(in, const struct pl_addr *),
	  "in this; null: the contract does not say", PL_NULLABLE },
	{ "inverted", PL_FLAG, S(inverted, bool),
	  "the token is the pool's second: prices were turned round" },
	{ "decimals0", PL_UINT, S(decimals0, uint64_t),
	  "of the pool's first token, the vault's shares, the answer" },
	{ "decimals1", PL_UINT, S(decimals1, uint64_t),
	  "of the pool's second token, the vault's asset" },
	{ "rows", PL_UINT, S(rows, uint64_t), "events read" },
	{ "unpriced", PL_UINT, S(unpriced, uint64_t),
	  "of which tell no price above 0, left out" },
	{ "last_block", PL_UINT, S(last_block, uint64_t),
	  "of the last of them" },
	{ "sha256", PL_STR, S(sha256, const char *),
	  "of the events in canonical form" },
	{ "trust", PL_TRUST, S(trust, enum pl_trust),
	  "weakest label among them" },
	{ 0 },
};
static const struct pl_field sources_fields[] = {
	{ "to_block", PL_UINT,
	  PL_AT(struct pl_moves_sources, to_block, uint64_t),
	  "of the last event that was read" },
	{ "contracts", PL_LIST, PL_AT(struct pl_moves_sources, v,
	  struct pl_list), "other contracts whose events were read", 0,
	  source_fields, sizeof(struct pl_moves_source) },
	{ 0 },
};
const struct pl_field pl_moves_about_fields[] = {
	{ "kind", PL_STR, B(kind, const char *), "csv or index" },
	{ "source", PL_STR, B(source, const char *),
	  "the file, or the token's symbol" },
	{ "sha256", PL_STR, B(sha256, const char *),
	  "of the file as it is on the disk; of transfers tree: and the "
	  "digest of plume-trust(7)" },
	{ "series_sha256", PL_STR, B(series_sha256, const char *),
	  "tree: and the digest of the transfers, of plume-trust(7)" },
	{ "chain_id", PL_UINT, B(chain, uint64_t), "chain id" },
	{ "token", PL_ADDR, B(token, const struct pl_addr *),
	  "the token; null: the file does not say", PL_NULLABLE },
	{ "symbol", PL_STR, B(symbol, const char *),
	  "as the source gave it" },
	{ "decimals", PL_UINT, B(decimals, const uint64_t *),
	  "of the token; null: not known, amounts are raw units",
	  PL_NULLABLE },
	{ "rows", PL_UINT, B(rows, uint64_t), "transfers read" },
	{ "used", PL_UINT, B(used, uint64_t),
	  "of which taken (--drop-equal leaves some out)" },
	{ "zero_rows", PL_UINT, B(zero_rows, uint64_t),
	  "transfers of value 0" },
	{ "self_rows", PL_UINT, B(self_rows, uint64_t),
	  "from an address to itself" },
	{ "duplicates", PL_UINT, B(duplicates, uint64_t),
	  "rows of the file with a log read before, left out" },
	{ "equal_rows", PL_UINT, B(equal_rows, uint64_t),
	  "equal to another row of the transaction, without log index" },
	{ "rejected", PL_UINT, B(rejected, uint64_t),
	  "wrong rows of the file, left out (--skip-bad)" },
	{ "untimed", PL_UINT, B(untimed, uint64_t), "rows without a time" },
	{ "addresses", PL_UINT, B(addresses, uint64_t),
	  "different senders and recipients" },
	{ "transactions", PL_UINT, B(transactions, uint64_t),
	  "different transactions" },
	{ "windowed", PL_FLAG, B(windowed, bool),
	  "a part of the history was asked for" },
	{ "first_time", PL_TIME, B(first_time, const int64_t *),
	  "earliest transfer", PL_NULLABLE },
	{ "last_time", PL_TIME, B(last_time, const int64_t *),
	  "latest transfer", PL_NULLABLE },
	{ "first_block", PL_OBJECT, B(first_block, struct pl_input_block),
	  "where the rows begin", PL_INLINE, block_fields },
	{ "last_block", PL_OBJECT, B(last_block, struct pl_input_block),
	  "where the rows end", PL_INLINE, block_fields },
	{ "files", PL_LIST, B(files, struct pl_list), "every file read", 0,
	  file_fields, sizeof(struct pl_moves_file) },
	{ "events", PL_OBJECT, B(sources, const struct pl_moves_sources *),
	  "events of other contracts, or later than the transfers; absent: "
	  "none were read", PL_SPARE, sources_fields },
	{ "trust", PL_TRUST, B(trust, enum pl_trust),
	  "weakest label among the rows" },
	{ 0 },
};
static const struct pl_field option_fields[] = {
	{ "name", PL_STR, PL_AT(struct pl_moves_option, name, const char *),
	  "the option" },
	{ "value", PL_STR, PL_AT(struct pl_moves_option, value, const char *),
	  "as it would be typed" },
	{ 0 },
};
const struct pl_field pl_moves_model_fields[] = {
	{ "name", PL_STR, PL_AT(struct pl_moves_model, name, const char *),
	  "the model" },
	{ "version", PL_UINT, PL_AT(struct pl_moves_model, version, uint64_t),
	  "raised when the same input gives other figures" },
	{ "seed", PL_STR, PL_AT(struct pl_moves_model, seed, const char *),
	  "null: nothing is random" },
	{ "options", PL_LIST,
	  PL_AT(struct pl_moves_model, options, struct pl_list),
	  "everything that was chosen", 0, option_fields,
	  sizeof(struct pl_moves_option) },
	{ 0 },
};
/* clang-format on */

static const struct pl_moves_cmd *const all[] = {
	&pl_moves_concentration,
	&pl_moves_wash,
	&pl_moves_flows,
	&pl_moves_anomaly,
};

/* ------------------------------------------------------------- options */

static const char *value_text(struct pl_arena *a, const struct pl_opt *o,
			      const void *v)
{
	char num[PL_NUM_TEXT], time[PL_TIME_TEXT], addr[PL_ADDR_TEXT];

	switch ((int)o->kind) {
	case PL_FLAG:
		return *(const bool *)v ? "true" : NULL;
	case PL_UINT:
		return pl_printf(a, "%" PRIu64, *(const uint64_t *)v);
	case PL_DOUBLE:
		pl_double_text(num, *(const double *)v);
		return pl_strdup(a, num);
	case PL_ENUM:
		return o->words[*(const int *)v];
	case PL_ADDR:
		pl_addr_text(addr, v);
		return pl_strdup(a, addr);
	case PL_TIME:
		pl_time_text(time, *(const int64_t *)v);
		return pl_strdup(a, time);
	default:
		return *(const char *const *)v;
	}
}

static void option_add(struct pl_arena *a, struct pl_list *l, const char *name,
		       const char *value)
{
	struct pl_moves_option *v =
		pl_grow(a, (void *)(uintptr_t)l->v, l->n, sizeof(*v));

	v[l->n] = (struct pl_moves_option){ name, value };
	*l = (struct pl_list){ v, l->n + 1 };
}

/* Files are named by their digests elsewhere in the record, and whether a
 * record is kept changes no figure. */
static struct pl_list options_of(struct pl_arena *a, const struct pl_cmd *cmd,
				 const void *args)
{
	struct pl_list l = { 0 };

	for (const struct pl_opt *o = cmd->opts; o->name; o++) {
		const void *at = (const char *)args + o->off;
		const struct pl_strs *many = at;
		const char *text;

		if (o->kind == PL_FILE || !strcmp(o->name, "record") ||
		    !strcmp(o->name, "commit"))
			continue;
		for (size_t i = 0; (o->flags & PL_MANY) && i < many->n; i++)
			option_add(a, &l, o->name, many->v[i]);
		if (o->flags & PL_MANY)
			continue;
		if (o->flags & PL_GIVEN)
			at = *(const void *const *)at;
		text = at ? value_text(a, o, at) : NULL;
		if (text)
			option_add(a, &l, o->name, text);
	}
	return l;
}

/* ------------------------------------------------------------ other events */

void pl_moves_source_to(struct pl_arena *a, struct pl_moves_about *about,
			uint64_t block)
{
	struct pl_moves_sources *own = PL_NEW(a, struct pl_moves_sources);

	if (about->sources)
		*own = *about->sources;
	if (block > own->to_block)
		own->to_block = block;
	about->sources = own;
}

void pl_moves_source_add(struct pl_arena *a, struct pl_moves_about *about,
			 const struct pl_moves_source *s)
{
	struct pl_moves_sources *own = PL_NEW(a, struct pl_moves_sources);
	struct pl_moves_source *v;

	pl_moves_source_to(a, about, s->last_block);
	*own = *about->sources;
	v = pl_grow(a, (void *)(uintptr_t)own->v.v, own->v.n, sizeof(*v));
	v[own->v.n] = *s;
	own->v = (struct pl_list){ v, own->v.n + 1 };
	about->sources = own;
}

/* ---------------------------------------------------------------- the head */

enum pl_rc pl_moves_score(struct pl_arena *a, struct pl_moves_head *h,
			  const struct pl_score_model *model,
			  const double *values, struct pl_err *e)
{
	struct pl_explained *x = PL_NEW(a, struct pl_explained);

	PL_TRY(pl_explain(x, model, values, e));
	h->verdict = x->verdict;
	h->score = x->score;
	h->score_base = x->base_score;
	h->contributions = (struct pl_list){ x->feature, x->n };
	h->counterfactual = x->flip.possible ? &x->flip : NULL;
	return PL_OK;
}

void pl_moves_finish(struct pl_arena *a, struct pl_moves_head *h,
		     struct pl_moves_in *in)
{
	struct pl_flag *f = PL_NEW_N(a, struct pl_flag, in->flags.n);
	struct pl_moves_file *files =
		PL_NEW_N(a, struct pl_moves_file, in->n_files);

	memcpy(f, in->flags.v, in->flags.n * sizeof(*f));
	memcpy(files, in->file, in->n_files * sizeof(*files));
	h->flags = (struct pl_list){ f, in->flags.n };
	h->input = in->about;
	h->input.files = (struct pl_list){ files, in->n_files };
	h->trust = in->n_files ? PL_LOCAL : in->about.trust;
}

static enum pl_rc computed(struct pl_ctx *c, struct pl_moves_head **out,
			   const struct pl_moves_cmd *m, const void *args,
			   struct pl_err *e)
{
	struct pl_moves_head *h = pl_alloc(c->arena, m->row_size);

	h->model.name = m->name;
	h->model.version = m->version;
	h->model.options = options_of(c->arena, m->cmd, args);
	PL_TRY(m->compute(c, h, args, e));
	*out = h;
	return PL_OK;
}

/* ------------------------------------------------------------------ runs */

static const char *const file_options[] = { "csv",   "labels", "prices", "nav",
					    "queue", "events", "bars",   NULL };

static const struct pl_opt *opt_of(const struct pl_cmd *cmd, const char *name)
{
	for (const struct pl_opt *o = cmd->opts; o->name; o++) {
		if (!strcmp(o->name, name))
			return o;
	}
	return NULL;
}

/* Each file's place is remembered for this user, under the record's id and
 * the option's name; that of --csv under the id alone, as ever. */
static const char *place_of(struct pl_arena *a, const char *id,
			    const char *option)
{
	return strcmp(option, "csv") != 0 ? pl_printf(a, "%s.%s", id, option)
					  : id;
}

static void remember(struct pl_ctx *c, const struct pl_cmd *cmd,
		     const void *args, const char *id)
{
	for (size_t i = 0; id && file_options[i]; i++) {
		const struct pl_opt *o = opt_of(cmd, file_options[i]);

		if (o)
			pl_keep_path(c, place_of(c->arena, id, o->name),
				     *(const char *const *)((const char *)args +
							    o->off));
	}
}

enum pl_rc pl_moves_run(struct pl_ctx *c, const struct pl_moves_cmd *m,
			const void *args, struct pl_err *e)
{
	const struct pl_moves_args *in = args;
	struct pl_moves_head *h;

	PL_TRY(computed(c, &h, m, args, e));
	PL_TRY(pl_require(c, h->trust, e));
	PL_TRY(pl_keep(c, &h->record, &in->keep, m->cmd->fields, h, e));
	remember(c, m->cmd, args, h->record);
	PL_TRY(pl_picture_write(c, in->svg, h->pictures, h->input.source, e));
	return pl_out_row(c->out, h, e);
}

/* -------------------------------------------------------------- once more */

static const char *find_file(struct pl_ctx *c, const struct pl_record *was,
			     const char *option, const char *name)
{
	const char *path = pl_analyze_file(
		c, name, strcmp(option, "csv") ? option : NULL, was);

	return path ? path : name;
}

#define MAX_FILES 8 /* of a record */

struct line {
	char *v[128];
	int n;
	struct pl_moves_file file[MAX_FILES]; /* as the record calls them */
	size_t n_files;
};

static enum pl_rc word_add(struct line *l, char *word, struct pl_err *e)
{
	if (l->n == (int)(sizeof(l->v) / sizeof(l->v[0])))
		return pl_fail(e, PL_EFORMAT, "a record of too many options");
	l->v[l->n++] = word;
	return PL_OK;
}

static enum pl_rc call(struct pl_ctx *c, struct line *l, const char *option,
		       const char *name, struct pl_err *e)
{
	if (l->n_files == MAX_FILES)
		return pl_fail(e, PL_EFORMAT, "a record of too many files");
	l->file[l->n_files++] =
		(struct pl_moves_file){ pl_strdup(c->arena, option),
					pl_strdup(c->arena, name), NULL };
	return PL_OK;
}

static enum pl_rc words_of(struct pl_ctx *c, struct line *l,
			   const struct pl_cmd *cmd,
			   const struct pl_record *was, const char *csv,
			   struct pl_err *e)
{
	const struct pl_json *options =
		pl_json_get(pl_json_get(was->doc, "model"), "options");
	const struct pl_json *files =
		pl_json_get(pl_json_get(was->doc, "input"), "files");
	const char *name, *value;

	for (size_t i = 0; i < pl_json_len(options); i++) {
		const struct pl_opt *o;

		PL_TRY(pl_json_need_str(&name, pl_json_at(options, i), "name",
					e));
		PL_TRY(pl_json_need_str(&value, pl_json_at(options, i), "value",
					e));
		o = opt_of(cmd, name);
		if (!o || o->kind == PL_FILE)
			return pl_fail(e, PL_EFORMAT, "no option \"%s\"",
				       pl_out_safe(c->arena, name));
		PL_TRY(word_add(
			l,
			o->kind == PL_FLAG
				? pl_printf(c->arena, "--%s", name)
				: pl_printf(c->arena, "--%s=%s", name, value),
			e));
	}
	for (size_t i = 0; i < pl_json_len(files); i++) {
		PL_TRY(pl_json_need_str(&name, pl_json_at(files, i), "option",
					e));
		PL_TRY(pl_json_need_str(&value, pl_json_at(files, i), "name",
					e));
		PL_TRY(call(c, l, name, value, e));
		if (csv && !strcmp(name, "csv"))
			value = csv;
		else if (!strcmp(value, "-"))
			return pl_fail(e, PL_ENOTFOUND,
				       "the record was made from standard "
				       "input: give the file with --csv");
		else
			value = find_file(c, was, name, value);
		PL_TRY(word_add(l, pl_printf(c->arena, "--%s=%s", name, value),
				e));
	}
	return PL_OK;
}

/* What came into the index since does not count. */
static enum pl_rc pin(struct pl_arena *a, struct pl_moves_args *in,
		      const struct pl_json *input, struct pl_err *e)
{
	uint64_t *v = PL_NEW_N(a, uint64_t, 4);
	const struct pl_json *events =
		pl_json_get(pl_json_get(input, "events"), "to_block");
	const struct pl_json *first =
		pl_json_get(pl_json_get(input, "first_block"), "number");
	const struct pl_json *last =
		pl_json_get(pl_json_get(input, "last_block"), "number");

	PL_TRY(pl_json_u64(&v[0], pl_json_get(input, "chain_id"), e));
	in->chain = &v[0];
	if (events) {
		PL_TRY(pl_json_u64(&v[3], events, e));
		in->pin_events = &v[3];
	}
	in->chained = pl_rows_digest_chained(
		pl_json_str(pl_json_get(input, "series_sha256")));
	if (in->csv || pl_json_is_null(first) || pl_json_is_null(last))
		return PL_OK;
	PL_TRY(pl_json_u64(&v[1], first, e));
	PL_TRY(pl_json_u64(&v[2], last, e));
	in->pin_first = &v[1];
	in->pin_last = &v[2];
	return PL_OK;
}

enum pl_rc pl_moves_again(struct pl_ctx *c, struct pl_record *out,
			  const struct pl_record *was, const char *csv,
			  const char *plume, struct pl_err *e)
{
	const char *command = pl_json_str(pl_json_get(was->doc, "command"));
	const struct pl_moves_cmd *m = NULL;
	struct pl_globals g = { 0 };
	struct pl_moves_head *h;
	struct line *l = PL_NEW(c->arena, struct line);
	struct pl_moves_args *args; /* every such command's begin with it */

	for (size_t i = 0; command && i < sizeof(all) / sizeof(all[0]); i++) {
		if (!strcmp(all[i]->cmd->path, command))
			m = all[i];
	}
	if (!m)
		return pl_fail(e, PL_EFORMAT, "no replay for \"%s\"",
			       pl_out_safe(c->arena, command ? command : ""));
	PL_TRY(words_of(c, l, m->cmd, was, csv, e));
	args = pl_alloc(c->arena, m->cmd->args_size);
	if (pl_opt_parse(c, m->cmd, args, &g, l->n, l->v, e))
		return pl_note(e, "the record's options");
	args->names = (struct pl_list){ l->file, l->n_files };
	PL_TRY(pin(c->arena, args, pl_json_get(was->doc, "input"), e));
	PL_TRY(computed(c, &h, m, args, e));
	return pl_keep_make(c, out, plume, command, m->cmd->fields, h, e);
}

/* ------------------------------------------------------------ last words */

static void say_sources(struct pl_say *s, const struct pl_moves_about *b)
{
	const struct pl_moves_source *v = b->sources ? b->sources->v.v : NULL;
	char at[PL_ADDR_TEXT];

	for (size_t i = 0; v && i < b->sources->v.n; i++) {
		pl_addr_text(at, &v[i].contract);
		pl_say_text(s, 8,
			    "        %s %s%s%s%s: %" PRIu64
			    " events up to block %" PRIu64,
			    v[i].option, at, v[i].name ? " " : "",
			    v[i].name ? pl_out_safe(s->b.a, v[i].name) : "",
			    v[i].inverted ? ", turned round" : "", v[i].rows,
			    v[i].last_block);
	}
}

void pl_moves_say(struct pl_say *s, const struct pl_moves_head *h)
{
	const struct pl_moves_about *b = &h->input;
	char t0[PL_TIME_TEXT] = "", t1[PL_TIME_TEXT] = "";

	pl_say_pictures(s, h->pictures);
	pl_say_reasons(s, h->score, h->score_base, &h->contributions,
		       h->counterfactual);
	pl_say_flags(s, &h->flags);
	if (b->first_time) {
		pl_time_text(t0, *b->first_time);
		pl_time_text(t1, *b->last_time);
	}
	pl_buf_byte(&s->b, '\n');
	pl_say_text(s, 8,
		    "Input   %s: %" PRIu64 " transfers, %" PRIu64
		    " addresses, %" PRIu64 " transactions%s%s%s%s",
		    pl_out_safe(s->b.a, b->source), b->used, b->addresses,
		    b->transactions, *t0 ? ", " : "", t0, *t0 ? " to " : "",
		    t1);
	pl_say_digest(s, b->sha256);
	say_sources(s, b);
	pl_buf_fmt(&s->b, "Trust   %s\n", pl_trust_name(h->trust));
	if (h->record)
		pl_buf_fmt(&s->b, "Record  %s\n", h->record);
}
