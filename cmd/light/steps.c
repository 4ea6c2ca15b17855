#include "cmd/light/steps.h"

#include <inttypes.h>

#include "base/file.h"
#include "base/limits.h"
#include "codec/yaml.h"

static const struct pl_field step_fields[] = {
	{ .name = "kind",
	  .kind = PL_STR,
	  .off = PL_AT(struct pl_sync_step, kind, const char *),
	  .about = "bootstrap, update, finality, optimistic or force_update" },
	{ .name = "period",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_step, period, const uint64_t *),
	  .about = "sync committee period of the attested header",
	  .flags = PL_NULLABLE },
	{ .name = "slot",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_step, slot, const uint64_t *),
	  .about = "slot of the attested header",
	  .flags = PL_NULLABLE },
	{ .name = "participants",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_step, participants, const uint64_t *),
	  .about = "members of the sync committee that signed",
	  .flags = PL_NULLABLE },
	{ .name = "finalized_slot",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_step, finalized_slot, uint64_t),
	  .about = "the store's finalized slot after the step" },
	{ .name = "ok",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct pl_sync_step, ok, bool),
	  .about = "every rule holds" },
	{ .name = "failed",
	  .kind = PL_STR,
	  .off = PL_AT(struct pl_sync_step, failed, const char *),
	  .about = "the first rule that does not hold, else null" },
	{ .name = "why",
	  .kind = PL_STR,
	  .off = PL_AT(struct pl_sync_step, why, const char *),
	  .about = "the same in words",
	  .flags = PL_WIDE },
	{ 0 },
};

const struct pl_field pl_sync_head_fields[] = {
	{ .name = "slot",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_head, slot, uint64_t),
	  .about = "of the beacon block" },
	{ .name = "beacon_root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct pl_sync_head, beacon_root, struct pl_hash32),
	  .about = "root of the beacon block's header" },
	{ .name = "block_number",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_head, block_number, const uint64_t *),
	  .about = "of the execution layer's block",
	  .flags = PL_NULLABLE },
	{ .name = "block_hash",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct pl_sync_head, block_hash,
		       const struct pl_hash32 *),
	  .about = "of the execution layer's block",
	  .flags = PL_NULLABLE },
	{ .name = "state_root",
	  .kind = PL_HASH32,
	  .off = PL_AT(struct pl_sync_head, state_root,
		       const struct pl_hash32 *),
	  .about = "the execution layer's",
	  .flags = PL_NULLABLE },
	{ 0 },
};

const struct pl_field pl_sync_fields[] = {
	{ .name = "chain",
	  .kind = PL_STR,
	  .off = PL_AT(struct pl_sync_row, chain, const char *),
	  .about = "whose forks and committee sizes hold" },
	{ .name = "steps",
	  .kind = PL_LIST,
	  .off = PL_AT(struct pl_sync_row, steps, struct pl_list),
	  .about = "what was processed, in order",
	  .sub = step_fields,
	  .size = sizeof(struct pl_sync_step) },
	{ .name = "accepted",
	  .kind = PL_UINT,
	  .off = PL_AT(struct pl_sync_row, accepted, uint64_t),
	  .about = "steps that hold" },
	{ .name = "finalized",
	  .kind = PL_OBJECT,
	  .off = PL_AT(struct pl_sync_row, finalized,
		       const struct pl_sync_head *),
	  .about = "the store's finalized header at the end",
	  .sub = pl_sync_head_fields },
	{ .name = "optimistic",
	  .kind = PL_OBJECT,
	  .off = PL_AT(struct pl_sync_row, optimistic,
		       const struct pl_sync_head *),
	  .about = "the newest header signed by most",
	  .sub = pl_sync_head_fields },
	{ .name = "next_sync_committee",
	  .kind = PL_FLAG,
	  .off = PL_AT(struct pl_sync_row, next_sync_committee, bool),
	  .about = "the committee of the next period is known",
	  .flags = PL_WIDE },
	{ .name = "trust",
	  .kind = PL_TRUST,
	  .off = PL_AT(struct pl_sync_row, trust, enum pl_trust),
	  .about = "proven from the trusted root; local without a store" },
	{ 0 },
};

void pl_sync_init(struct pl_sync *s, struct pl_ctx *c)
{
	memset(s, 0, sizeof(*s));
	s->c = c;
	s->store = PL_NEW(c->arena, struct pl_lc_store);
	s->bootstrap = PL_NEW(c->arena, struct pl_lc_bootstrap);
	s->update = PL_NEW(c->arena, struct pl_lc_update);
}

struct pl_sync_step *pl_sync_add(struct pl_sync *s, const char *kind)
{
	size_t size = sizeof(*s->steps);
	struct pl_sync_step *step;

	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 64;

		s->steps = pl_realloc(s->c->arena, s->steps, s->n * size,
				      room * size);
		s->room = room;
	}
	step = &s->steps[s->n++];
	*step = (struct pl_sync_step){ .kind = kind, .ok = true };
	return step;
}

void pl_sync_false(struct pl_sync *s, struct pl_sync_step *step,
		   const char *rule, const char *where, struct pl_err *e)
{
	step->ok = false;
	step->failed = rule;
	step->why = pl_strdup(s->c->arena, e->msg);
	if (s->rc)
		return;
	/* whatever is wrong with evidence makes it no evidence */
	e->rc = PL_EPROOF;
	(void)pl_note(e, "%s", where);
	s->rc = PL_EPROOF;
	s->first = *e;
}

static const uint64_t *keep(struct pl_sync *s, uint64_t v)
{
	uint64_t *p = PL_NEW(s->c->arena, uint64_t);

	*p = v;
	return p;
}

static enum pl_rc one(struct pl_sync *s, const struct pl_sync_file *f,
		      struct pl_sync_step *step, const char **failed,
		      struct pl_err *e)
{
	bool first = f->kind == PL_LC_BOOTSTRAP;
	const struct pl_lc_header *h =
		first ? &s->bootstrap->header : &s->update->attested_header;

	step->slot = keep(s, h->beacon.slot);
	step->period = keep(s, pl_lc_period(&s->config, h->beacon.slot));
	if (!first) {
		step->participants = keep(s, pl_lc_participants(s->update));
		if (s->begun)
			return pl_lc_process(s->store, s->update, f->now,
					     failed, e);
		*failed = "bootstrap";
		return pl_fail(e, PL_EPROOF, "there is no store to update");
	}
	PL_TRY(pl_lc_store_init(s->store, &s->config, f->root, s->bootstrap,
				failed, e));
	if (f->paranoid)
		s->store->key_check = PL_BLS_KEY;
	s->begun = true;
	return PL_OK;
}

static void steps(struct pl_sync *s, const struct pl_sync_file *f,
		  struct pl_lc_file *in)
{
	while (pl_lc_file_more(in)) {
		struct pl_sync_step *step =
			pl_sync_add(s, pl_lc_kind_name(f->kind));
		const char *failed = NULL;
		struct pl_err e;

		if (pl_lc_file_next(in, s->bootstrap, s->update, &e))
			pl_sync_false(s, step, in->failed, f->path, &e);
		else if (one(s, f, step, &failed, &e))
			pl_sync_false(s, step, failed, f->path, &e);
		if (s->begun)
			step->finalized_slot =
				s->store->finalized_header.beacon.slot;
	}
}

enum pl_rc pl_sync_file(struct pl_sync *s, const struct pl_sync_file *f,
			struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_lc_file in;
	struct pl_span bytes;
	enum pl_rc rc = pl_file_read(a, &bytes, f->path, PL_MAX_FILE, e);

	if (!rc) {
		struct pl_err why;
		enum pl_lc_fork fork = PL_LC_ALTAIR;
		const char *failed = "decode";
		bool bad = pl_lc_file_open(&in, a, bytes, f->kind, &s->config,
					   &why);

		if (!bad && f->digest) {
			failed = "fork_digest";
			bad = pl_lc_fork_of_digest(&fork, &s->config, f->digest,
						   &why);
			in.has_fork = true;
			in.fork = fork;
		}
		if (bad)
			pl_sync_false(s,
				      pl_sync_add(s, pl_lc_kind_name(f->kind)),
				      failed, f->path, &why);
		else
			steps(s, f, &in);
	}
	pl_arena_close(a);
	return rc;
}

const struct pl_sync_head *pl_sync_head(struct pl_arena *a,
					const struct pl_lc_header *h)
{
	struct pl_sync_head *out = PL_NEW(a, struct pl_sync_head);

	out->slot = h->beacon.slot;
	pl_lc_beacon_root(&out->beacon_root, &h->beacon);
	if (h->fork < PL_LC_CAPELLA)
		return out;
	out->block_hash = pl_lc_block_hash(h);
	if (h->fork >= PL_LC_GLOAS)
		return out;
	out->block_number = &h->execution.block_number;
	out->state_root = &h->execution.state_root;
	return out;
}

enum pl_rc pl_sync_end(struct pl_sync *s, struct pl_err *e)
{
	struct pl_sync_row row = { .chain = s->config.name,
				   .steps = { s->steps, s->n },
				   .trust = PL_LOCAL };

	for (size_t i = 0; i < s->n; i++)
		row.accepted += s->steps[i].ok;
	if (s->begun) {
		row.finalized =
			pl_sync_head(s->c->arena, &s->store->finalized_header);
		row.optimistic =
			pl_sync_head(s->c->arena, &s->store->optimistic_header);
		row.next_sync_committee = s->store->next_known;
		row.trust = PL_PROVEN;
	}
	PL_TRY(pl_out_row(s->c->out, &row, e));
	if (s->rc)
		*e = s->first;
	return s->rc;
}

void pl_sync_head_text(struct pl_out *o, const char *name,
		       const struct pl_sync_head *h)
{
	struct pl_arena *a = pl_out_arena(o);
	FILE *f = pl_out_file(o);

	if (!h)
		return;
	(void)fprintf(f, "%-11s slot %" PRIu64 "  beacon root %s\n", name,
		      h->slot, pl_hash32_text(a, &h->beacon_root));
	if (h->block_number)
		(void)fprintf(f, "%-11s block %" PRIu64 "\n", "",
			      *h->block_number);
	if (h->block_hash)
		(void)fprintf(f, "%-11s block hash %s\n", "",
			      pl_hash32_text(a, h->block_hash));
	if (h->state_root)
		(void)fprintf(f, "%-11s state root %s\n", "",
			      pl_hash32_text(a, h->state_root));
}

static void text_step(FILE *f, struct pl_arena *a, const struct pl_sync_step *t)
{
	(void)fprintf(f, "%s  %-12s", t->ok ? "ok   " : "FALSE", t->kind);
	if (t->period)
		(void)fprintf(f, " period %" PRIu64, *t->period);
	if (t->slot)
		(void)fprintf(f, "  slot %" PRIu64, *t->slot);
	if (t->participants)
		(void)fprintf(f, "  %" PRIu64 " signed", *t->participants);
	if (t->finalized_slot)
		(void)fprintf(f, "  finalized %" PRIu64, t->finalized_slot);
	(void)fputc('\n', f);
	if (!t->ok)
		(void)fprintf(f, "       %s\n         %s\n", t->failed,
			      pl_out_safe(a, t->why));
}

enum pl_rc pl_sync_text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct pl_sync_row *r = opaque;
	const struct pl_sync_step *t = r->steps.v;

	(void)e;
	for (size_t i = 0; i < r->steps.n; i++)
		text_step(pl_out_file(o), pl_out_arena(o), &t[i]);
	pl_sync_head_text(o, "finalized", r->finalized);
	pl_sync_head_text(o, "optimistic", r->optimistic);
	(void)fprintf(pl_out_file(o), "%-11s %s\n", "trust",
		      pl_trust_name(r->trust));
	return PL_OK;
}

enum pl_rc pl_sync_yaml(struct pl_ctx *c, const struct pl_json **out,
			const char *path, struct pl_err *e)
{
	struct pl_span text;

	PL_TRY(pl_file_read(c->arena, &text, path, PL_MAX_CONFIG, e));
	if (pl_yaml_parse(c->arena, out, text, e))
		return pl_note(e, "%s", path);
	return PL_OK;
}
