#include "cmd/light/evidence.h"

#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "cmd/ctx.h"
#include "codec/jcs.h"
#include "codec/json_in.h"
#include "net/record.h"
#include "net/replay.h"

#define MAX_EVIDENCE PL_MAX_JSON_FILE

struct pl_evidence {
	/* recording */
	const char *save;
	const struct pl_line *line;
	struct pl_buf calls, consensus, *answer;
	size_t rows_from; /* in *answer */
	const char *beacon;
	struct pl_hash32 root;
	/* replaying */
	const struct pl_evidence_file *file;
};

static const char *save_path(const struct pl_line *line)
{
	for (const struct pl_opt *o = line->cmd->opts; o && o->name; o++)
		if (!strcmp(o->name, "save") && o->kind == PL_FILE)
			return *(const char *const *)((const char *)line->args +
						      o->off);
	return NULL;
}

enum pl_rc pl_evidence_begin(struct pl_ctx *c, const struct pl_line *line,
			     struct pl_buf **json, struct pl_err *e)
{
	const char *path = save_path(line);
	struct pl_evidence *x;

	if (!path || pl_evidence_replays(c))
		return PL_OK;
	if (pl_file_exists(path)) {
		(void)pl_fail(e, PL_EUSAGE, "%s is there already", path);
		return pl_hint(e, "evidence is never written over: name a new "
				  "file");
	}
	x = PL_NEW(c->arena, struct pl_evidence);
	x->save = path;
	x->line = line;
	pl_buf_init(&x->calls, c->arena);
	pl_buf_init(&x->consensus, c->arena);
	if (!*json) {
		*json = PL_NEW(c->arena, struct pl_buf);
		pl_buf_init(*json, c->arena);
	}
	x->answer = *json;
	x->rows_from = (*json)->n;
	c->evidence = x;
	return PL_OK;
}

void pl_evidence_watch(struct pl_ctx *c, struct pl_transport **t,
		       uint64_t chain)
{
	if (c->evidence && c->evidence->save)
		*t = pl_record_transport(c->arena, *t, &c->evidence->calls,
					 chain, MAX_EVIDENCE / 2);
}

static void put_object(struct pl_buf *b, const struct pl_lc_object *o)
{
	pl_buf_fmt(b,
		   "{\"object\":\"%s\",\"fork\":\"%s\",\"forced\":%" PRIu64
		   ",\"ssz\":\"0x",
		   pl_lc_kind_name(o->kind), pl_lc_fork_name(o->fork),
		   o->forced);
	pl_hex_put((char *)pl_buf_room(b, 2 * o->ssz.n + 1), o->ssz);
	b->n += 2 * o->ssz.n;
	pl_buf_str(b, "\"}\n");
}

enum pl_rc pl_evidence_consensus(struct pl_ctx *c, struct pl_light *l,
				 const struct pl_network *net, struct pl_err *e)
{
	struct pl_evidence *x = c->evidence;
	const struct pl_lc_object *o;
	size_t n;

	if (!x || !x->save)
		return PL_OK;
	PL_TRY(pl_light_evidence(l, c->arena, &o, &n, e));
	pl_buf_reset(&x->consensus);
	for (size_t i = 0; i < n; i++)
		put_object(&x->consensus, &o[i]);
	x->root = *pl_light_root(l);
	x->beacon = net->name;
	return PL_OK;
}

/* ------------------------------------------------------------- the question */

/* What says where to ask, or where to write, is no part of the question. */
static bool is_asking(const struct pl_opt *o)
{
	static const char *const others[] = { "save",    "beacon", "checkpoint",
					      "offline", "strict", "paranoid" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(o->name, others[i]))
			return false;
	return o->kind != PL_FILE && o->kind != PL_DIR;
}

static void put_word(struct pl_buf *b, const struct pl_opt *o,
		     const char *value)
{
	pl_buf_byte(b, ',');
	if (o->flags & PL_POSITIONAL)
		pl_out_json_str(b, value);
	else
		pl_out_json_str(b, pl_printf(b->a, "--%s=%s", o->name, value));
}

static const char *hash_text(struct pl_buf *b, const void *p)
{
	return pl_hex(b->a, pl_hash32_span(p));
}

static void put_value(struct pl_buf *b, const struct pl_opt *o, const void *p)
{
	if (o->flags & PL_GIVEN) {
		p = *(const void *const *)p;
		if (!p)
			return;
	}
	if (o->kind == PL_UINT)
		put_word(b, o,
			 pl_printf(b->a, "%" PRIu64, *(const uint64_t *)p));
	else if (o->kind == PL_HASH32)
		put_word(b, o, hash_text(b, p));
	else if (o->kind == PL_ADDR)
		put_word(b, o, pl_hex(b->a, pl_addr_span(p)));
	else if (o->kind == PL_ENUM)
		put_word(b, o, o->words[*(const int *)p]);
	else if (o->kind == PL_FLAG && *(const bool *)p)
		pl_buf_fmt(b, ",\"--%s\"", o->name);
	else if ((o->kind == PL_STR || o->kind == PL_DECIMAL) &&
		 *(const char *const *)p)
		put_word(b, o, *(const char *const *)p);
}

static void put_opt(struct pl_buf *b, const struct pl_opt *o, const void *p)
{
	const struct pl_strs *s = p;

	if (!(o->flags & PL_MANY)) {
		put_value(b, o, p);
		return;
	}
	for (size_t i = 0; i < s->n; i++)
		put_word(b, o, s->v[i]);
}

/* Whether a word by place begins as options do. */
static bool any_dash(const struct pl_line *line)
{
	for (const struct pl_opt *o = line->cmd->opts; o && o->name; o++) {
		const void *at = (const char *)line->args + o->off;
		const struct pl_strs *s = at;

		if (!(o->flags & PL_POSITIONAL) || !(o->flags & PL_MANY))
			continue;
		for (size_t i = 0; i < s->n; i++)
			if (s->v[i][0] == '-')
				return true;
	}
	return false;
}

/* The command's words, from its arguments as they were understood. */
static void put_question(struct pl_buf *b, const struct pl_line *line)
{
	const char *args = line->args, *path = line->cmd->path;
	const size_t group = strcspn(path, " ");

	pl_buf_fmt(b, "[\"%.*s\"", (int)group, path);
	if (path[group])
		pl_buf_fmt(b, ",\"%s\"", path + group + 1);
	for (int places = 0; places < 2; places++) {
		if (places && any_dash(line))
			pl_buf_str(b, ",\"--\"");
		for (const struct pl_opt *o = line->cmd->opts; o && o->name;
		     o++)
			if (is_asking(o) &&
			    !(o->flags & PL_POSITIONAL) == !places)
				put_opt(b, o, args + o->off);
	}
	pl_buf_byte(b, ']');
}

static size_t count_lines(struct pl_span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static void put_answers(struct pl_buf *b, struct pl_span rows)
{
	while (rows.n) {
		const uint8_t *end = memchr(rows.p, '\n', rows.n);
		size_t n = end ? (size_t)(end - rows.p) : rows.n;

		pl_buf_str(b, "{\"answer\":");
		pl_buf_put(b, pl_span_take(&rows, n));
		pl_buf_str(b, "}\n");
		if (end)
			(void)pl_span_take(&rows, 1);
	}
}

enum pl_rc pl_evidence_save(struct pl_ctx *c, struct pl_err *e)
{
	struct pl_evidence *x = c->evidence;
	struct pl_network n;
	struct pl_buf b;

	if (!x || !x->save)
		return PL_OK;
	PL_TRY(pl_ctx_network(c, &n, e));
	pl_buf_init(&b, c->arena);
	pl_buf_str(&b, "{\"plume\":\"evidence\",\"version\":1,\"command\":");
	put_question(&b, x->line);
	pl_buf_fmt(&b,
		   ",\"network\":\"%s\",\"chain_id\":%" PRIu64
		   ",\"consensus\":{\"network\":\"%s\",\"root\":\"%s\"}}\n",
		   n.name, n.chain_id, x->beacon,
		   pl_hex(c->arena, pl_hash32_span(&x->root)));
	pl_buf_put(&b, pl_buf_span(&x->consensus));
	pl_buf_put(&b, pl_buf_span(&x->calls));
	put_answers(&b, (struct pl_span){ x->answer->p + x->rows_from,
					  x->answer->n - x->rows_from });
	pl_buf_fmt(&b, "{\"lines\":%zu}\n", count_lines(pl_buf_span(&b)) + 1);
	PL_TRY(pl_file_create(x->save, pl_buf_span(&b), 0644, e));
	pl_tell(c, "evidence: %s, %zu bytes", x->save, b.n);
	return PL_OK;
}

/* ---------------------------------------------------------------- replaying */

void pl_evidence_replay(struct pl_ctx *c, const struct pl_evidence_file *f)
{
	c->evidence = PL_NEW(c->arena, struct pl_evidence);
	c->evidence->file = f;
}

bool pl_evidence_replays(const struct pl_ctx *c)
{
	return c->evidence && c->evidence->file;
}

enum pl_rc pl_evidence_light(struct pl_ctx *c, struct pl_light **out,
			     const struct pl_lc_config *config,
			     const struct pl_network *net, struct pl_err *e)
{
	const struct pl_evidence_file *f = c->evidence->file;

	if (strcmp(f->consensus, net->name) != 0)
		return pl_fail(e, PL_EPROOF,
			       "its consensus is that of network %s, but "
			       "blocks of %s hang on %s",
			       f->consensus, f->network, net->name);
	return pl_light_from(c->arena, out, config, &f->root, f->objects,
			     f->n_objects, pl_light_clock(config), e);
}

enum pl_rc pl_evidence_node(struct pl_ctx *c, struct pl_transport **out,
			    uint64_t chain, struct pl_err *e)
{
	return pl_replay_lines(c->arena, out, c->evidence->file->calls, chain,
			       e);
}

/* It stands among the calls, as if a node had been asked for it. */
static const char *kept_as(struct pl_arena *a, const char *what)
{
	return pl_printf(a,
			 "{\"chain\":0,\"method\":\"%s\",\"params\":[],"
			 "\"result\":",
			 what);
}

/* What came in lines is kept as a list. */
static enum pl_rc keep_text(struct pl_evidence *x, const char *what,
			    struct pl_span text, struct pl_err *e)
{
	const struct pl_json *doc;
	struct pl_err ignored;
	bool first = true;

	pl_buf_str(&x->calls, kept_as(x->calls.a, what));
	if (!pl_json_parse(x->calls.a, &doc, text, &ignored)) {
		PL_TRY(pl_jcs(&x->calls, doc, e));
		pl_buf_str(&x->calls, "}\n");
		return PL_OK;
	}
	pl_buf_byte(&x->calls, '[');
	while (text.n) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;
		struct pl_span line = pl_span_take(&text, n);

		if (end)
			(void)pl_span_take(&text, 1);
		if (!line.n || (line.n == 1 && *line.p == '\r'))
			continue;
		PL_TRY(pl_json_parse(x->calls.a, &doc, line, e));
		if (!first)
			pl_buf_byte(&x->calls, ',');
		first = false;
		PL_TRY(pl_jcs(&x->calls, doc, e));
	}
	pl_buf_str(&x->calls, "]}\n");
	return PL_OK;
}

static enum pl_rc kept_text(struct pl_ctx *c, const char *what,
			    struct pl_span *text, struct pl_err *e)
{
	struct pl_span calls = c->evidence->file->calls;
	const char *head = kept_as(c->arena, what);
	size_t n = strlen(head);

	while (calls.n) {
		const uint8_t *end = memchr(calls.p, '\n', calls.n);
		size_t len = end ? (size_t)(end - calls.p) : calls.n;
		struct pl_span line = pl_span_take(&calls, len);

		if (end)
			(void)pl_span_take(&calls, 1);
		if (line.n > n && !memcmp(line.p, head, n)) {
			*text = (struct pl_span){ line.p + n, line.n - n - 1 };
			return PL_OK;
		}
	}
	return pl_fail(e, PL_ENOTFOUND, "it holds no %s", what);
}

enum pl_rc pl_evidence_text(struct pl_ctx *c, const char *what,
			    struct pl_span *text, struct pl_err *e)
{
	if (pl_evidence_replays(c))
		return kept_text(c, what, text, e);
	if (c->evidence && c->evidence->save)
		return keep_text(c->evidence, what, *text, e);
	return PL_OK;
}
