/* A file of evidence, line by line.  Strict about form; what it says is for
 * the replay to judge. */
#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "cmd/light/evidence.h"
#include "codec/json_in.h"

#define MAX_WORDS 256
#define MAX_OBJECTS 65536

struct reader {
	struct pl_arena *a;
	struct pl_evidence_file *f;
	struct pl_lc_object *objects;
	const struct pl_json **answers;
	const uint8_t *calls, *calls_end;
	size_t lines;
	uint64_t stated;
	bool ended;
};

static enum pl_rc words(struct reader *r, const struct pl_json *list,
			struct pl_err *e)
{
	size_t n = pl_json_len(list);
	const char **w = PL_NEW_N(r->a, const char *, MAX_WORDS + 1);

	if (pl_json_type(list) != PL_J_ARRAY || n < 2 || n > MAX_WORDS)
		return pl_fail(e, PL_EFORMAT,
			       "\"command\" is no list of 2 to %d words",
			       MAX_WORDS);
	for (size_t i = 0; i < n; i++) {
		w[i] = pl_json_str(pl_json_at(list, i));
		if (!w[i] ||
		    strlen(w[i]) != pl_json_str_len(pl_json_at(list, i)))
			return pl_fail(e, PL_EFORMAT, "command: word %zu",
				       i + 1);
	}
	r->f->words = w;
	return PL_OK;
}

static enum pl_rc first_line(struct reader *r, const struct pl_json *v,
			     struct pl_err *e)
{
	const struct pl_json *consensus;
	const char *what;
	uint64_t version;

	PL_TRY(pl_json_need_str(&what, v, "plume", e));
	if (strcmp(what, "evidence") != 0)
		return pl_fail(e, PL_EFORMAT, "\"plume\" is '%.40s'", what);
	PL_TRY(pl_json_u64(&version, pl_json_get(v, "version"), e));
	if (version != 1)
		return pl_fail(e, PL_EFORMAT,
			       "version %" PRIu64 " of evidence is not known "
			       "to this plume",
			       version);
	PL_TRY(words(r, pl_json_get(v, "command"), e));
	PL_TRY(pl_json_need_str(&r->f->network, v, "network", e));
	PL_TRY(pl_json_u64(&r->f->chain_id, pl_json_get(v, "chain_id"), e));
	PL_TRY(pl_json_need(&consensus, v, "consensus", PL_J_OBJECT, e));
	PL_TRY(pl_json_need_str(&r->f->consensus, consensus, "network", e));
	return pl_json_hash32(&r->f->root, pl_json_get(consensus, "root"), e);
}

static enum pl_rc object_line(struct reader *r, const struct pl_json *v,
			      struct pl_err *e)
{
	struct pl_lc_object o = { .kind = PL_LC_BOOTSTRAP };
	const char *kind, *fork;

	if (r->f->n_objects == MAX_OBJECTS)
		return pl_fail(e, PL_ELIMIT, "over %d objects", MAX_OBJECTS);
	PL_TRY(pl_json_need_str(&kind, v, "object", e));
	PL_TRY(pl_json_need_str(&fork, v, "fork", e));
	while (strcmp(pl_lc_kind_name(o.kind), kind) != 0)
		if (o.kind++ == PL_LC_OPTIMISTIC)
			return pl_fail(e, PL_EFORMAT, "\"object\" is '%.40s'",
				       kind);
	PL_TRY(pl_lc_fork_parse(&o.fork, fork, e));
	PL_TRY(pl_json_u64(&o.forced, pl_json_get(v, "forced"), e));
	PL_TRY(pl_json_data(r->a, &o.ssz, pl_json_get(v, "ssz"), e));
	r->objects = pl_grow(r->a, r->objects, r->f->n_objects, sizeof(o));
	r->objects[r->f->n_objects++] = o;
	return PL_OK;
}

static enum pl_rc answer_line(struct reader *r, const struct pl_json *v)
{
	r->answers = pl_grow(r->a, r->answers, r->f->n_answers,
			     sizeof(const struct pl_json *));
	r->answers[r->f->n_answers++] = pl_json_get(v, "answer");
	return PL_OK;
}

/* Calls stand in one piece. */
static enum pl_rc call_line(struct reader *r, struct pl_span line,
			    struct pl_err *e)
{
	if (!r->calls)
		r->calls = line.p;
	else if (line.p != r->calls_end)
		return pl_fail(e, PL_EFORMAT, "a call that stands apart");
	r->calls_end = line.p + line.n + 1;
	return PL_OK;
}

static enum pl_rc one_line(struct reader *r, struct pl_span line,
			   struct pl_err *e)
{
	const struct pl_json *v;

	if (r->ended)
		return pl_fail(e, PL_EFORMAT, "something behind the end");
	PL_TRY(pl_json_parse(r->a, &v, line, e));
	if (r->lines == 1)
		return first_line(r, v, e);
	if (pl_json_get(v, "object"))
		return object_line(r, v, e);
	if (pl_json_get(v, "method"))
		return call_line(r, line, e);
	if (pl_json_get(v, "answer"))
		return answer_line(r, v);
	PL_TRY(pl_json_u64(&r->stated, pl_json_get(v, "lines"), e));
	r->ended = true;
	return PL_OK;
}

static enum pl_rc whole(struct reader *r, struct pl_err *e)
{
	if (!r->ended || r->stated != r->lines)
		return pl_fail(e, PL_EFORMAT,
			       "cut short: its last line is missing, or lines "
			       "between");
	r->f->objects = r->objects;
	r->f->answer = r->answers;
	if (r->calls)
		r->f->calls =
			(struct pl_span){ r->calls,
					  (size_t)(r->calls_end - r->calls) };
	return PL_OK;
}

enum pl_rc pl_evidence_read(struct pl_arena *a, struct pl_evidence_file *out,
			    struct pl_span text, struct pl_err *e)
{
	struct pl_evidence_file f = { 0 };
	struct reader r = { .a = a, .f = &f };

	while (text.n) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		struct pl_span line;

		if (!end)
			return pl_fail(e, PL_EFORMAT, "line %zu is cut short",
				       r.lines + 1);
		line = pl_span_take(&text, (size_t)(end - text.p));
		(void)pl_span_take(&text, 1);
		r.lines++;
		if (one_line(&r, line, e)) {
			if (e->rc == PL_ENOTFOUND)
				e->rc = PL_EFORMAT;
			return pl_note(e, "line %zu", r.lines);
		}
	}
	PL_TRY(whole(&r, e));
	*out = f;
	return PL_OK;
}
