#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/time.h"
#include "cmd/ctx.h"
#include "cmd/light/client.h"
#include "cmd/light/evidence.h"
#include "cmd/run.h"
#include "codec/gzip.h"
#include "codec/jcs.h"
#include "codec/json_in.h"

struct args {
	struct pl_strs files;
	struct pl_strs root;
};

struct row {
	const char *file;
	bool ok;
	const char *failed;
	const char *question, *network, *level;
	const uint64_t *block;
	const struct pl_hash32 *block_hash, *root;
	const int64_t *time;
	const char *trusted_as;
	struct pl_span answer;
	enum pl_trust trust;
};

/* clang-format off */
#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_opt opts[] = {
	{ .name = "file", .kind = PL_FILE,
	  .off = PL_AT(struct args, files, struct pl_strs), .arg = "FILE",
	  .about = "evidence that a read kept with --save; gzip will do",
	  .flags = PL_POSITIONAL | PL_MANY | PL_REQUIRED },
	{ .name = "root", .kind = PL_HASH32,
	  .off = PL_AT(struct args, root, struct pl_strs), .arg = "ROOT",
	  .about = "beacon block root that you trust; several may be named",
	  .flags = PL_MANY },
	{ 0 },
};

static const struct pl_field fields[] = {
	{ .name = "file", .kind = PL_STR, .off = F(file, const char *),
	  .about = "as it was named" },
	{ .name = "ok", .kind = PL_FLAG, .off = F(ok, bool),
	  .about = "the answer follows from the trusted root" },
	{ .name = "failed", .kind = PL_STR, .off = F(failed, const char *),
	  .about = "why not, else null" },
	{ .name = "question", .kind = PL_STR, .off = F(question, const char *),
	  .about = "the command that was answered" },
	{ .name = "network", .kind = PL_STR, .off = F(network, const char *),
	  .about = "of the answer" },
	{ .name = "block", .kind = PL_UINT, .off = F(block, const uint64_t *),
	  .about = "number of the block it stands on", .flags = PL_NULLABLE },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = F(block_hash, const struct pl_hash32 *),
	  .about = "of that block", .flags = PL_NULLABLE },
	{ .name = "time", .kind = PL_TIME, .off = F(time, const int64_t *),
	  .about = "of that block", .flags = PL_NULLABLE },
	{ .name = "level", .kind = PL_STR, .off = F(level, const char *),
	  .about = "how firmly it stood when the evidence was kept" },
	{ .name = "root", .kind = PL_HASH32,
	  .off = F(root, const struct pl_hash32 *),
	  .about = "beacon block root that everything follows from",
	  .flags = PL_NULLABLE },
	{ .name = "trusted_as", .kind = PL_STR,
	  .off = F(trusted_as, const char *),
	  .about = "why that root is trusted: given, built in, or the light "
		   "client's own" },
	{ .name = "answer", .kind = PL_JSON, .off = F(answer, struct pl_span),
	  .about = "what was proven, as the command prints it: a list of "
		   "rows", .flags = PL_WIDE },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust),
	  .about = "that of the answer; local where it does not hold" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "a file that is no evidence",
	  .line = "plume light verify x.evidence",
	  .setup = "echo '{}' >x.evidence",
	  .status = 4 },
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	const struct args *a;
	struct pl_evidence_file f;
	struct row row;
};

/* ------------------------------------------------------------------ the root
 */

static const char *trusted(struct job *j)
{
	const struct pl_checkpoint *known =
		pl_checkpoint_newest(j->f.consensus);
	struct pl_network net = { .name = j->f.consensus };
	struct pl_globals g = *j->c->g;
	struct pl_ctx sub = *j->c;
	struct pl_lc_config config;
	struct pl_network of;
	struct pl_light *l;
	const char *dir;
	struct pl_err e;

	g.network = j->f.consensus;
	sub.g = &g;
	for (size_t i = 0; i < j->a->root.n; i++) {
		const char *text = j->a->root.v[i];
		const char *is = pl_hash32_text(j->c->arena, &j->f.root);

		if (!strcasecmp(text, is))
			return "given";
	}
	if (j->a->root.n)
		return NULL;
	if (known && pl_hash32_equal(&known->root, &j->f.root))
		return "built in";
	if (!pl_ctx_light_dir(j->c, &dir, &net, &e) &&
	    !pl_ctx_beacon_chain(&sub, &config, &of, &e) &&
	    !strcmp(of.name, net.name) &&
	    !pl_light_open(j->c->arena, &l, dir, &config, &e) &&
	    pl_hash32_equal(pl_light_root(l), &j->f.root))
		return "the light client's own";
	return NULL;
}

static enum pl_rc check_root(struct job *j, struct pl_err *e)
{
	j->row.root = &j->f.root;
	j->row.trusted_as = trusted(j);
	if (j->row.trusted_as)
		return PL_OK;
	(void)pl_fail(e, PL_EPROOF,
		      "everything in it hangs on beacon block root %s, which "
		      "%s",
		      pl_hash32_text(j->c->arena, &j->f.root),
		      j->a->root.n ? "is none of those given"
				   : "nothing here trusts");
	return pl_hint(e, "find out whether that root is the chain's, from "
			  "sources you trust, and name it with --root");
}

/* --------------------------------------------------------------- the question
 */

static const struct pl_opt *option(const struct pl_cmd *cmd, const char *word)
{
	size_t n = strcspn(word, "=");

	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		if (strlen(o->name) == n && !strncmp(o->name, word, n) &&
		    !(o->flags & PL_POSITIONAL))
			return o;
	return NULL;
}

static size_t path_words(const struct pl_cmd *cmd)
{
	return strchr(cmd->path, ' ') ? 2 : 1;
}

/* The words come from a file that anybody may have written: only a read of
 * proven data, with its own options, none of which names a file or asks. */
static bool is_read(const struct pl_cmd *cmd, const char *const *words)
{
	bool saves = false;

	for (const struct pl_opt *o = cmd->opts; o && o->name; o++)
		saves |= !strcmp(o->name, "save");
	for (size_t i = path_words(cmd); saves && words[i]; i++) {
		const struct pl_opt *o;

		if (!strcmp(words[i], "--"))
			break;
		if (words[i][0] != '-')
			continue;
		o = words[i][1] == '-' ? option(cmd, words[i] + 2) : NULL;
		if (!o || o->kind == PL_FILE || o->kind == PL_DIR ||
		    !strcmp(o->name, "beacon") ||
		    !strcmp(o->name, "parent-rpc") ||
		    !strcmp(o->name, "checkpoint"))
			return false;
	}
	return saves;
}

static enum pl_rc question(struct job *j, const char *const **out,
			   struct pl_err *e)
{
	const char *const *w = j->f.words;
	const struct pl_cmd *cmd =
		pl_cmd_find(pl_printf(j->c->arena, "%s %s", w[0], w[1]));
	const char **words;
	struct pl_buf b;
	size_t n = 0, k = 0;

	if (!cmd)
		cmd = pl_cmd_find(w[0]);
	if (!cmd || !is_read(cmd, w))
		return pl_fail(e, PL_EPROOF,
			       "its command is no read of proven data");
	pl_buf_init(&b, j->c->arena);
	while (w[n])
		n++;
	words = PL_NEW_N(j->c->arena, const char *, n + 4);
	for (size_t i = 0; i < n; i++) {
		if (i == path_words(cmd)) {
			words[k++] = "--network";
			words[k++] = j->f.network;
		}
		words[k++] = w[i];
		pl_buf_fmt(&b, "%s%s", i ? " " : "", w[i]);
	}
	if (n == path_words(cmd)) {
		words[k++] = "--network";
		words[k++] = j->f.network;
	}
	j->row.question = pl_strdup(j->c->arena, pl_buf_cstr(&b));
	*out = words;
	return PL_OK;
}

/* ----------------------------------------------------------------- the answer
 */

static enum pl_rc differs(struct job *j, size_t i, const struct pl_json *is,
			  struct pl_err *e)
{
	const struct pl_json *was = j->f.answer[i];

	for (void *it = pl_json_iter(is); it; it = pl_json_next(is, it)) {
		const char *key = pl_json_iter_key(it);
		struct pl_buf a, b;

		pl_buf_init(&a, j->c->arena);
		pl_buf_init(&b, j->c->arena);
		PL_TRY(pl_jcs(&a, pl_json_iter_value(it), e));
		if (pl_json_get(was, key))
			PL_TRY(pl_jcs(&b, pl_json_get(was, key), e));
		if (strcmp(pl_buf_cstr(&a), pl_buf_cstr(&b)) != 0)
			return pl_fail(e, PL_EPROOF,
				       "its answer says \"%s\": %.80s, but "
				       "%.80s is what follows",
				       key, pl_buf_cstr(&b), pl_buf_cstr(&a));
	}
	return pl_fail(e, PL_EPROOF, "row %zu of its answer is another", i + 1);
}

static enum pl_rc same_row(struct job *j, size_t i, struct pl_span line,
			   const struct pl_json **is, struct pl_err *e)
{
	struct pl_buf a, b;

	PL_TRY(pl_json_parse(j->c->arena, is, line, e));
	if (i >= j->f.n_answers)
		return pl_fail(e, PL_EPROOF,
			       "its answer has %zu rows; more follow",
			       j->f.n_answers);
	pl_buf_init(&a, j->c->arena);
	pl_buf_init(&b, j->c->arena);
	PL_TRY(pl_jcs(&a, *is, e));
	PL_TRY(pl_jcs(&b, j->f.answer[i], e));
	if (a.n == b.n && !memcmp(a.p, b.p, a.n))
		return PL_OK;
	return differs(j, i, *is, e);
}

/* What the last row says of where it stands. */
static void note(struct job *j, const struct pl_json *row)
{
	struct pl_arena *a = j->c->arena;
	struct pl_hash32 *hash = PL_NEW(a, struct pl_hash32);
	uint64_t *block = PL_NEW(a, uint64_t);
	int64_t *time = PL_NEW(a, int64_t);
	const char *when = pl_json_str(pl_json_get(row, "time"));
	const char *trust = pl_json_str(pl_json_get(row, "trust"));
	struct pl_err e;

	if (!pl_json_u64(block, pl_json_get(row, "block"), &e))
		j->row.block = block;
	if (!pl_json_hash32(hash, pl_json_get(row, "block_hash"), &e))
		j->row.block_hash = hash;
	if (when && !pl_time_parse(time, when, strlen(when), &e))
		j->row.time = time;
	j->row.level = pl_json_str(pl_json_get(row, "level"));
	if (!trust || pl_trust_parse(&j->row.trust, trust, &e))
		j->row.trust = PL_LOCAL;
}

static enum pl_rc compare(struct job *j, struct pl_span rows, struct pl_err *e)
{
	const struct pl_json *row = NULL;
	struct pl_buf list;
	size_t n = 0;

	pl_buf_init(&list, j->c->arena);
	while (rows.n) {
		const uint8_t *end = memchr(rows.p, '\n', rows.n);
		size_t len = end ? (size_t)(end - rows.p) : rows.n;
		struct pl_span line = pl_span_take(&rows, len);

		if (end)
			(void)pl_span_take(&rows, 1);
		PL_TRY(same_row(j, n, line, &row, e));
		pl_buf_byte(&list, n++ ? ',' : '[');
		pl_buf_put(&list, line);
	}
	if (n != j->f.n_answers)
		return pl_fail(e, PL_EPROOF,
			       "its answer has %zu rows, but %zu follow",
			       j->f.n_answers, n);
	pl_buf_str(&list, n ? "]" : "[]");
	if (row)
		note(j, row);
	else
		j->row.trust = PL_PROVEN;
	j->row.answer = pl_buf_span(&list);
	return PL_OK;
}

/* The clock has no say in what the answer is, and nobody is asked. */
static enum pl_rc ask_again(struct job *j, struct pl_buf *rows,
			    struct pl_err *e)
{
	const char *const *words = NULL;
	struct pl_ctx sub = *j->c;

	PL_TRY(question(j, &words, e));
	pl_evidence_replay(&sub, &j->f);
	if (pl_run_words(&sub, words, NULL, rows, e)) {
		/* what is missing in evidence makes it none */
		if (e->rc != PL_ELIMIT && e->rc != PL_EUSAGE)
			e->rc = PL_EPROOF;
		return e->rc;
	}
	return PL_OK;
}

static enum pl_rc verify(struct job *j, struct pl_span text, struct pl_err *e)
{
	struct pl_buf rows;

	if (pl_evidence_read(j->c->arena, &j->f, text, e))
		return e->rc;
	j->row.network = j->f.network;
	PL_TRY(check_root(j, e));
	pl_buf_init(&rows, j->c->arena);
	PL_TRY(ask_again(j, &rows, e));
	return compare(j, pl_buf_span(&rows), e);
}

static enum pl_rc one(struct pl_ctx *c, const struct args *a, const char *file,
		      struct pl_err *first, struct pl_err *e)
{
	struct job j = { .c = c,
			 .a = a,
			 .row = { .file = file,
				  .trust = PL_LOCAL,
				  .answer = pl_span_str("null") } };
	struct pl_span text;
	struct pl_err why;

	PL_TRY(pl_data_read(c->arena, &text, NULL, file, PL_MAX_JSON_FILE, e));
	j.row.ok = !verify(&j, text, &why);
	if (!j.row.ok) {
		j.row.failed = pl_strdup(c->arena, why.msg);
		j.row.trust = PL_LOCAL;
		if (!first->rc) {
			*first = why;
			(void)pl_note(first, "%s", file);
		}
	}
	return pl_out_row(c->out, &j.row, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_err first = { .rc = PL_OK };

	for (size_t i = 0; i < a->files.n; i++)
		PL_TRY(one(c, a, a->files.v[i], &first, e));
	if (first.rc)
		*e = first;
	return first.rc;
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	struct pl_arena *a = pl_out_arena(o);
	FILE *f = pl_out_file(o);
	char when[PL_TIME_TEXT];

	(void)e;
	(void)fprintf(f, "%s  %s\n", r->ok ? "ok   " : "FALSE",
		      pl_out_safe(a, r->file));
	if (r->question)
		(void)fprintf(f, "       plume %s  (%s)\n",
			      pl_out_safe(a, r->question),
			      pl_out_safe(a, r->network));
	if (r->failed)
		(void)fprintf(f, "       %s\n", pl_out_safe(a, r->failed));
	if (r->ok && r->answer.n)
		(void)fprintf(f, "       %.*s\n", (int)r->answer.n,
			      (const char *)r->answer.p);
	if (r->ok && r->block && r->time) {
		pl_time_text(when, *r->time);
		(void)fprintf(f, "       on block %" PRIu64 " of %s, %s\n",
			      *r->block, when, r->level ? r->level : "");
	}
	if (r->ok)
		(void)fprintf(f,
			      "       from beacon block root %s (%s)\n"
			      "       %s\n",
			      pl_hash32_text(a, r->root), r->trusted_as,
			      pl_trust_name(r->trust));
	return PL_OK;
}

const struct pl_cmd cmd_light_verify = {
	.path = "light verify",
	.summary = "check saved evidence, with no network",
	.about = "Reads of proven data keep their evidence with --save FILE: "
		 "the question, what led the light client to its head, what "
		 "nodes answered, and the answer.  This asks the question "
		 "again with what was kept in the place of nodes, from a "
		 "beacon block root that you trust, and compares the answers. "
		 "It needs no network and works on another machine, years "
		 "later.\n\n"
		 "The file says which root it hangs on, and is not believed: "
		 "the root has to be one of --root, the built-in checkpoint, "
		 "or the one your own light client began with.  A network "
		 "that is not built in has to be in your settings, with the "
		 "contracts it settles through.\n\n"
		 "Evidence proves that the answer held at its block, and that "
		 "a sync committee signed that block; that no newer block "
		 "changed it is for a newer question.",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.text = text,
	.run = run,
};
