/* plume quickstart: the whole thread in one command.  Each step runs the very
 * line it prints, so what is shown is what a user would type. */
#include <unistd.h>

#include "base/file.h"
#include "cmd/quickstart/story.h"
#include "sync/devnode.h"

struct args {
	const char *dir;
	uint64_t days;
	const char *account, *password_file;
};

/* A link of the line of evidence. */
struct link {
	const char *step, *what, *value;
	enum pl_trust trust;
};

struct row {
	const char *dir, *token, *trend, *risk;
	uint64_t block;
	struct pl_hash32 block_hash;
	struct pl_list steps;    /* struct pl_story_step */
	struct pl_list evidence; /* struct link */
	enum pl_trust trust;
};

/* clang-format off */
#define A(member, type) PL_AT(struct args, member, type)
static const struct pl_opt opts[] = {
	{ .name = "dir", .kind = PL_DIR, .off = A(dir, const char *),
	  .arg = "DIR",
	  .about = "a new folder; it becomes the asset repository",
	  .flags = PL_POSITIONAL | PL_REQUIRED },
	{ .name = "days", .kind = PL_UINT, .off = A(days, uint64_t),
	  .arg = "N", .about = "length of the made-up history of sales",
	  .def = "150", .min = 120, .max = 1000 },
	{ .name = "account", .kind = PL_STR, .off = A(account, const char *),
	  .arg = "NAME",
	  .about = "sign with this account instead of making one" },
	{ .name = "password-file", .kind = PL_FILE,
	  .off = A(password_file, const char *), .arg = "FILE",
	  .about = "its password is the first line of FILE" },
	{ 0 },
};

static const struct pl_field step_fields[] = {
	{ "what", PL_STR, PL_AT(struct pl_story_step, what, const char *),
	  "what happened" },
	{ "command", PL_STR, PL_AT(struct pl_story_step, command, const char *),
	  "the command that does it alone" },
	{ 0 },
};
static const struct pl_field link_fields[] = {
	{ "step", PL_STR, PL_AT(struct link, step, const char *),
	  "record, model, series, rows or block" },
	{ "what", PL_STR, PL_AT(struct link, what, const char *), "in words" },
	{ "value", PL_STR, PL_AT(struct link, value, const char *),
	  "id, digest, count or hash" },
	{ "trust", PL_TRUST, PL_AT(struct link, trust, enum pl_trust),
	  "label of this link" },
	{ 0 },
};
#define R(member, type) PL_AT(struct row, member, type)
static const struct pl_field fields[] = {
	{ "dir", PL_STR, R(dir, const char *), "the asset repository" },
	{ "token", PL_STR, R(token, const char *), "address of the token" },
	{ "trend", PL_STR, R(trend, const char *), "record of the trend" },
	{ "risk", PL_STR, R(risk, const char *), "record of the risk" },
	{ "block", PL_UINT, R(block, uint64_t),
	  "last block, recomputed from what the node said" },
	{ "block_hash", PL_HASH32, R(block_hash, struct pl_hash32),
	  "its hash" },
	{ "steps", PL_LIST, R(steps, struct pl_list), "in their order",
	  0, step_fields, sizeof(struct pl_story_step) },
	{ "evidence", PL_LIST, R(evidence, struct pl_list),
	  "from the risk record's id down to the block hash",
	  0, link_fields, sizeof(struct link) },
	{ "trust", PL_TRUST, R(trust, enum pl_trust),
	  "weakest label of the rows behind the figures" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "the whole thread, without questions",
	  .line = "plume quickstart demo --yes", .needs = NULL },
	{ .about = "nobody to ask and no --yes: exit status 8",
	  .line = "plume quickstart demo </dev/null", .status = 8 },
	{ 0 },
};
/* clang-format on */

/* A folder that is not there, or is empty. */
static enum pl_rc check_folder(struct pl_ctx *c, const char *dir,
			       struct pl_err *e)
{
	char **names;
	size_t n;

	if (c->g->repo)
		return pl_fail(e, PL_EUSAGE,
			       "the folder is DIR, -C means nothing here");
	if (!pl_file_exists(dir))
		return PL_OK;
	PL_TRY(pl_dir_list(c->arena, &names, &n, dir, e));
	if (!n)
		return PL_OK;
	(void)pl_fail(e, PL_EUSAGE, "%s is not empty", dir);
	return pl_hint(e, "name a new folder");
}

/* A path that still holds after the change into DIR. */
static const char *absolute(struct pl_ctx *c, const char *path)
{
	char here[4096];

	if (*path == '/' || !getcwd(here, sizeof(here)))
		return path;
	return pl_printf(c->arena, "%s/%s", here, path);
}

/* Several commands sign, so the password must be readable more than once. */
static enum pl_rc their_account(struct pl_story *s, const struct args *a,
				struct pl_err *e)
{
	if (!a->account != !a->password_file)
		return pl_fail(e, PL_EUSAGE,
			       "--account and --password-file go together");
	if (!a->account)
		return PL_OK;
	s->account = a->account;
	s->password_file = absolute(s->c, a->password_file);
	return PL_OK;
}

static enum pl_rc tell(struct pl_story *s, struct pl_err *e)
{
	PL_TRY(pl_story_papers(s, e));
	PL_TRY(pl_story_account(s, e));
	PL_TRY(pl_story_token(s, e));
	PL_TRY(pl_story_trades(s, e));
	PL_TRY(pl_story_models(s, e));
	return pl_story_proofs(s, e);
}

/* The record's links, and the block they end in, recomputed. */
static enum pl_rc evidence(struct pl_story *s, struct row *row,
			   struct pl_err *e)
{
	size_t n = pl_json_len(s->evidence);
	struct link *l = PL_NEW_N(s->c->arena, struct link, n + 2);

	PL_TRY(pl_trust_parse(&row->trust, s->trust, e));
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *v = pl_json_at(s->evidence, i);

		l[i].step = pl_story_text(s, v, "step");
		l[i].what = pl_story_text(s, v, "what");
		l[i].value = pl_story_text(s, v, "value");
		PL_TRY(pl_trust_parse(&l[i].trust, pl_story_text(s, v, "trust"),
				      e));
	}
	l[n] = (struct link){
		.step = "header",
		.what = s->root ? "the last block's header, signed by the sync "
				  "committee"
				: "the last block's header, computed from "
				  "evidence/",
		.value = pl_hash32_text(s->c->arena, &s->last_hash),
		.trust = s->header_trust,
	};
	if (s->root) {
		l[++n] = (struct link){
			.step = "root",
			.what = "the beacon block that the committee follows "
				"from, trusted",
			.value = s->root,
			.trust = PL_LOCAL,
		};
	}
	row->evidence = (struct pl_list){ l, n + 1 };
	return PL_OK;
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	const struct link *l = r->evidence.v;
	FILE *f = pl_out_file(o);

	(void)e;
	(void)fprintf(f, "\nThe line of evidence\n");
	for (size_t i = 0; i < r->evidence.n; i++)
		(void)fprintf(f, "  %-8s %-8s %s\n  %17s %s\n", l[i].step,
			      pl_trust_name(l[i].trust), l[i].what, "",
			      l[i].value);
	return PL_OK;
}

static enum pl_rc finish(struct pl_story *s, struct pl_err *e)
{
	struct row row = {
		.dir = s->dir,
		.token = s->token,
		.trend = s->trend,
		.risk = s->risk,
		.block = s->last_block,
		.block_hash = s->last_hash,
		.steps = { s->step, s->n },
	};

	PL_TRY(evidence(s, &row, e));
	return pl_out_row(s->c->out, &row, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_story *s = PL_NEW(c->arena, struct pl_story);
	enum pl_rc rc;

	PL_TRY(check_folder(c, a->dir, e));
	s->c = c;
	s->dir = a->dir;
	s->days = a->days;
	s->shows = pl_out_spec_of(c->out)->format == PL_TEXT;
	PL_TRY(their_account(s, a, e));
	rc = tell(s, e);
	if (!rc)
		rc = finish(s, e);
	pl_devnode_close(s->node);
	return rc;
}

const struct pl_cmd cmd_quickstart = {
	.path = "quickstart",
	.summary = "the whole thread, from a paper in git to a risk figure",
	.about =
		"Makes an asset repository in DIR, an encrypted key, a token "
		"that is bound to the asset's papers, and a history of sales; "
		"indexes the token, computes trend and risk of the daily "
		"turnover, keeps both as decision records, recomputes one, and "
		"checks the block they stand on.  It ends with the line of "
		"evidence: from the record's id down to the block hash and the "
		"root that its sync committee follows from, with the trust "
		"label of each link.\n\n"
		"Every step prints the command that does it alone.  On a "
		"terminal it explains each part and asks before going on; "
		"scripts give --yes.\n\n"
		"Without --rpc or --network it starts a test chain of its own "
		"(`plume devnet --consensus`) on a free port of this machine, "
		"believes of it what a light client proves, and stops it at "
		"the end.  The sizes of the sales are made up; all else, "
		"from signatures to figures, is real.  Keys made here lie in "
		"DIR/.plume/keys, their password beside them: they are for "
		"play.",
	.needs = PL_NEEDS_NET | PL_ASKS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
