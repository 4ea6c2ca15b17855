#include "cmd/light/checks.h"

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "eth/node_json.h"
#include "orbit/family.h"

const struct pl_family *const pl_light_families[] = { &pl_family_nitro,
						      &pl_family_clique, NULL };

const struct pl_field pl_finding_fields[] = {
	{ .name = "rule",
	  .kind = PL_STR,
	  .off = PL_AT(struct pl_finding, rule, const char *),
	  .about = "its name" },
	{ .name = "expected",
	  .kind = PL_STR,
	  .off = PL_AT(struct pl_finding, expected, const char *),
	  .about = "what the input says" },
	{ .name = "got",
	  .kind = PL_STR,
	  .off = PL_AT(struct pl_finding, got, const char *),
	  .about = "what its bytes give" },
	{ 0 },
};

void pl_checks_init(struct pl_checks *l, struct pl_ctx *c)
{
	*l = (struct pl_checks){ .c = c, .scratch = pl_arena_open(0) };
}

enum pl_rc pl_checks_end(struct pl_checks *l, enum pl_rc rc, struct pl_err *e)
{
	pl_arena_close(l->scratch);
	if (rc)
		return rc;
	if (l->rc)
		*e = l->first;
	return l->rc;
}

enum pl_rc pl_checks_file(struct pl_checks *l, struct pl_answers *out,
			  const char *path,
			  bool (*whole)(const struct pl_json *),
			  struct pl_err *e)
{
	const struct pl_json *doc;

	pl_arena_reset(l->scratch);
	PL_TRY(pl_json_read(l->scratch, &doc, path, e));
	if (pl_answers(l->scratch, out, doc, whole, e))
		return pl_note(e, "%s", path);
	return PL_OK;
}

static const char *keep(struct pl_arena *a, const char *s)
{
	return s ? pl_strdup(a, s) : NULL;
}

static void set_failed(struct pl_checks *l, struct pl_verdict *v,
		       const struct pl_finding *f)
{
	struct pl_arena *a = l->c->arena;
	struct pl_finding *copy = PL_NEW(a, struct pl_finding);

	*copy = (struct pl_finding){ keep(a, f->rule), keep(a, f->expected),
				     keep(a, f->got) };
	v->failed = copy;
	v->ok = false;
}

static void remember(struct pl_checks *l, enum pl_rc rc, const struct pl_err *e)
{
	if (l->rc)
		return;
	l->rc = rc;
	l->first = *e;
}

static struct pl_list rules_of(struct pl_arena *a, const struct pl_check *c)
{
	const char **v = PL_NEW_N(a, const char *, c->n_proved);

	memcpy(v, c->proved, c->n_proved * sizeof(*v));
	return (struct pl_list){ v, c->n_proved };
}

void pl_checks_verdict(struct pl_checks *l, struct pl_verdict *v,
		       const struct pl_check *check, const char *where,
		       enum pl_rc rc, struct pl_err *e)
{
	struct pl_finding f = check->failed;

	*v = (struct pl_verdict){ .ok = !rc,
				  .proved = rules_of(l->c->arena, check),
				  .trust = PL_LOCAL };
	if (!rc)
		return;
	/* the input could not be read as far as any rule */
	if (!f.rule)
		f = (struct pl_finding){ "input", NULL, e->msg };
	set_failed(l, v, &f);
	(void)pl_note(e, "%s", where);
	remember(l, rc, e);
}

void pl_checks_also(struct pl_checks *l, struct pl_verdict *v,
		    const struct pl_check *check, const char *where,
		    enum pl_rc rc, struct pl_err *e)
{
	struct pl_verdict more;
	const char **all;
	size_t n;

	pl_checks_verdict(l, &more, check, where, rc, e);
	n = v->proved.n + more.proved.n;
	all = PL_NEW_N(l->c->arena, const char *, n);
	if (v->proved.n)
		memcpy(all, v->proved.v, v->proved.n * sizeof(*all));
	if (more.proved.n)
		memcpy(all + v->proved.n, more.proved.v,
		       more.proved.n * sizeof(*all));
	more.proved = (struct pl_list){ all, n };
	*v = more;
}

void pl_checks_unread(struct pl_checks *l, struct pl_verdict *v, enum pl_rc rc,
		      const struct pl_err *e)
{
	struct pl_finding f = { "input", NULL, e->msg };

	*v = (struct pl_verdict){ .trust = PL_LOCAL };
	set_failed(l, v, &f);
	remember(l, rc, e);
}

void pl_checks_say(struct pl_out *o, const struct pl_verdict *v)
{
	FILE *f = pl_out_file(o);
	const char *const *rules = v->proved.v;
	unsigned at = 7;

	if (v->failed)
		(void)fprintf(
			f,
			"       %s\n         expected %s\n"
			"         got      %s\n",
			v->failed->rule,
			v->failed->expected ? pl_out_safe(pl_out_arena(o),
							  v->failed->expected)
					    : "-",
			v->failed->got
				? pl_out_safe(pl_out_arena(o), v->failed->got)
				: "-");
	if (!v->proved.n)
		return;
	(void)fputs("      ", f);
	for (size_t i = 0; i < v->proved.n; i++) {
		if (at + strlen(rules[i]) > 76) {
			(void)fputs("\n      ", f);
			at = 7;
		}
		at += (unsigned)strlen(rules[i]) + 1;
		(void)fprintf(f, " %s", rules[i]);
	}
	(void)fputc('\n', f);
}

/* Whether the header is the one an answer about a block speaks of. */
static bool speaks_of(const struct pl_json *item, const struct pl_header *h)
{
	const struct pl_json *first = pl_json_at(item, 0);
	const struct pl_json *o = first ? first : item;
	struct pl_hash32 hash;
	uint64_t number;
	struct pl_err e;

	if (pl_has(o, "blockHash") && !pl_get_hash32(&hash, o, "blockHash", &e))
		return pl_hash32_equal(&hash, &h->hash);
	return pl_has(o, "blockNumber") &&
	       !pl_get_u64(&number, o, "blockNumber", &e) &&
	       number == h->number;
}

static enum pl_rc header_item(struct pl_ctx *c, struct pl_header *out,
			      const struct pl_json **txs,
			      const struct pl_json *v, struct pl_err *e)
{
	struct pl_block_report r;
	struct pl_check check;

	pl_check_init(&check, c->arena);
	PL_TRY(pl_check_block(&check, &r, v, pl_light_families, e));
	*out = r.header;
	*txs = r.txs;
	return PL_OK;
}

static enum pl_rc header_from_file(struct pl_ctx *c, struct pl_header *out,
				   const struct pl_json **txs, const char *path,
				   const struct pl_json *item, struct pl_err *e)
{
	const struct pl_json *doc;
	struct pl_answers found;
	struct pl_header h;

	PL_TRY(pl_json_read(c->arena, &doc, path, e));
	if (pl_answers(c->arena, &found, doc, NULL, e))
		return pl_note(e, "%s", path);
	for (size_t i = 0; i < found.n; i++) {
		if (header_item(c, &h, txs, found.v[i], e))
			return pl_note(e, "%s", path);
		if (found.n > 1 && !speaks_of(item, &h))
			continue;
		*out = h;
		return PL_OK;
	}
	return pl_fail(e, PL_ENOTFOUND,
		       "%s: none of its %zu headers is the one spoken of", path,
		       found.n);
}

/* A file that holds the bare RLP in hexadecimal, not quoted. */
static enum pl_rc header_from_text(struct pl_ctx *c, struct pl_header *out,
				   const char *text, size_t n, struct pl_err *e)
{
	struct pl_span rlp;

	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	PL_TRY(pl_hex_bytes(c->arena, &rlp, text, n, e));
	return pl_header_decode(out, rlp, e);
}

enum pl_rc pl_checks_header(struct pl_ctx *c, struct pl_header *out,
			    const struct pl_json **txs, const char *where,
			    const struct pl_json *item, struct pl_err *e)
{
	struct pl_span text;

	*txs = NULL;
	if (!strncmp(where, "0x", 2) && !pl_file_exists(where)) {
		if (header_from_text(c, out, where, strlen(where), e))
			return pl_note(e, "--header");
		return PL_OK;
	}
	PL_TRY(pl_file_read(c->arena, &text, where, PL_MAX_JSON_FILE, e));
	if (text.n > 2 && text.p[0] == '0' && text.p[1] == 'x') {
		if (header_from_text(c, out, (const char *)text.p, text.n, e))
			return pl_note(e, "%s", where);
		return PL_OK;
	}
	return header_from_file(c, out, txs, where, item, e);
}

enum pl_rc pl_checks_anchor(struct pl_ctx *c, struct pl_anchor *anchor,
			    struct pl_header *h, const char *where,
			    const struct pl_json *item, struct pl_err *e)
{
	if (!where)
		return PL_OK;
	PL_TRY(pl_checks_header(c, h, &anchor->txs, where, item, e));
	anchor->header = h;
	return PL_OK;
}

static enum pl_rc run_file(struct pl_checks *l, const struct pl_checks_job *job,
			   const void *args, const char *file, struct pl_err *e)
{
	struct pl_answers found;
	enum pl_rc rc = pl_checks_file(l, &found, file, job->whole, e);

	if (rc)
		return job->unread(l, file, rc, e);
	for (size_t i = 0; i < found.n; i++)
		PL_TRY(job->item(l, args, file, found.v[i], e));
	return PL_OK;
}

enum pl_rc pl_checks_run(struct pl_ctx *c, const struct pl_checks_job *job,
			 const void *args, const struct pl_strs *files,
			 struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	struct pl_checks l;

	pl_checks_init(&l, c);
	for (size_t i = 0; i < files->n && !rc; i++)
		rc = run_file(&l, job, args, files->v[i], e);
	return pl_checks_end(&l, rc, e);
}
