/* A case of consensus-spec-tests' light_client/sync: meta.yaml says where to
 * begin, steps.yaml what to process and what the store must hold after it. */
#include <inttypes.h>

#include "base/file.h"
#include "base/hex.h"
#include "cmd/light/steps.h"

struct test_case {
	struct pl_sync *s;
	const char *dir;
};

static char *path_in(const struct test_case *t, const char *name,
		     const char *ext)
{
	return pl_printf(t->s->c->arena, "%s/%s%s", t->dir, name, ext);
}

static enum pl_rc digest_at(uint8_t out[4], const struct pl_json *v,
			    const char *key, struct pl_err *e)
{
	const char *text;

	PL_TRY(pl_json_need_str(&text, v, key, e));
	if (pl_hex_fixed(out, 4, text, strlen(text), e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

static enum pl_rc hash_at(struct pl_hash32 *out, const struct pl_json *v,
			  const char *key, struct pl_err *e)
{
	if (pl_json_hash32(out, pl_json_get(v, key), e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

/* The store's header against the words of a check; the first that differs
 * makes the step false. */
static enum pl_rc check_head(struct test_case *t, struct pl_sync_step *step,
			     const struct pl_json *want, const char *name,
			     const struct pl_lc_header *h, struct pl_err *e)
{
	struct pl_hash32 root, got;
	struct pl_err why;
	uint64_t slot;

	if (!want || !step->ok)
		return PL_OK;
	PL_TRY(pl_json_u64(&slot, pl_json_get(want, "slot"), e));
	if (slot != h->beacon.slot) {
		(void)pl_fail(&why, PL_EPROOF,
			      "%s slot is %" PRIu64 " instead of %" PRIu64,
			      name, h->beacon.slot, slot);
		pl_sync_false(t->s, step, "check.slot", t->dir, &why);
		return PL_OK;
	}
	PL_TRY(hash_at(&root, want, "beacon_root", e));
	pl_lc_beacon_root(&got, &h->beacon);
	if (!pl_hash32_equal(&root, &got)) {
		(void)pl_fail(&why, PL_EPROOF, "%s has another beacon root",
			      name);
		pl_sync_false(t->s, step, "check.beacon_root", t->dir, &why);
		return PL_OK;
	}
	if (!pl_json_get(want, "execution_root"))
		return PL_OK;
	PL_TRY(hash_at(&root, want, "execution_root", e));
	pl_lc_header_execution_root(&got, h, &t->s->config);
	if (pl_hash32_equal(&root, &got))
		return PL_OK;
	(void)pl_fail(&why, PL_EPROOF, "%s has another execution root", name);
	pl_sync_false(t->s, step, "check.execution_root", t->dir, &why);
	return PL_OK;
}

static enum pl_rc check(struct test_case *t, const struct pl_json *body,
			struct pl_err *e)
{
	const struct pl_json *checks;
	const struct pl_lc_store *store = t->s->store;
	struct pl_sync_step *step = &t->s->steps[t->s->n - 1];

	PL_TRY(pl_json_need(&checks, body, "checks", PL_J_OBJECT, e));
	PL_TRY(check_head(t, step, pl_json_get(checks, "finalized_header"),
			  "finalized_header", &store->finalized_header, e));
	return check_head(t, step, pl_json_get(checks, "optimistic_header"),
			  "optimistic_header", &store->optimistic_header, e);
}

static enum pl_rc process_update(struct test_case *t,
				 const struct pl_json *body, uint64_t now,
				 struct pl_err *e)
{
	struct pl_sync_file f = { .kind = PL_LC_UPDATE, .now = now };
	const char *name;
	uint8_t digest[4];

	PL_TRY(pl_json_need_str(&name, body, "update", e));
	if (strchr(name, '/'))
		return pl_fail(e, PL_EFORMAT, "update '%s' is not in the case",
			       name);
	PL_TRY(digest_at(digest, body, "update_fork_digest", e));
	f.path = path_in(t, name, ".ssz_snappy");
	f.digest = digest;
	return pl_sync_file(t->s, &f, e);
}

static void force_update(struct test_case *t, uint64_t now)
{
	struct pl_sync_step *step = pl_sync_add(t->s, "force_update");
	const char *failed = NULL;
	struct pl_err e;
	bool forced;

	if (pl_lc_force(t->s->store, &forced, now, &failed, &e))
		pl_sync_false(t->s, step, failed, t->dir, &e);
	step->finalized_slot = t->s->store->finalized_header.beacon.slot;
}

/* A store is of no fork here (eth/light.h): the digest is checked, and the
 * headers must still say the same. */
static enum pl_rc upgrade_store(struct test_case *t, const struct pl_json *body,
				struct pl_err *e)
{
	struct pl_sync_step *step = pl_sync_add(t->s, "upgrade_store");
	enum pl_lc_fork fork;
	uint8_t digest[4];

	PL_TRY(digest_at(digest, body, "store_fork_digest", e));
	PL_TRY(pl_lc_fork_of_digest(&fork, &t->s->config, digest, e));
	step->finalized_slot = t->s->store->finalized_header.beacon.slot;
	return PL_OK;
}

static enum pl_rc step(struct test_case *t, const struct pl_json *item,
		       struct pl_err *e)
{
	const struct pl_json *body;
	uint64_t now;

	if ((body = pl_json_get(item, "upgrade_store"))) {
		PL_TRY(upgrade_store(t, body, e));
		return check(t, body, e);
	}
	body = pl_json_get(item, "process_update");
	if (!body)
		body = pl_json_get(item, "force_update");
	if (!body)
		return pl_fail(e, PL_EFORMAT, "a step of no known kind");
	if (pl_json_u64(&now, pl_json_get(body, "current_slot"), e))
		return pl_note(e, "current_slot");
	if (pl_json_get(item, "process_update"))
		PL_TRY(process_update(t, body, now, e));
	else
		force_update(t, now);
	return check(t, body, e);
}

static enum pl_rc begin(struct test_case *t, struct pl_err *e)
{
	struct pl_sync_file f = { .kind = PL_LC_BOOTSTRAP };
	const struct pl_json *meta, *config;
	struct pl_sync *s = t->s;
	struct pl_hash32 root;
	uint8_t digest[4];

	PL_TRY(pl_sync_yaml(s->c, &config, path_in(t, "config", ".yaml"), e));
	if (pl_lc_config_read(&s->config, config, e))
		return pl_note(e, "config.yaml");
	PL_TRY(pl_sync_yaml(s->c, &meta, path_in(t, "meta", ".yaml"), e));
	PL_TRY(hash_at(&s->config.genesis_validators_root, meta,
		       "genesis_validators_root", e));
	PL_TRY(hash_at(&root, meta, "trusted_block_root", e));
	PL_TRY(digest_at(digest, meta, "bootstrap_fork_digest", e));
	f.root = &root;
	f.digest = digest;
	f.path = path_in(t, "bootstrap", ".ssz_snappy");
	return pl_sync_file(s, &f, e);
}

enum pl_rc pl_sync_case(struct pl_sync *s, const char *dir, struct pl_err *e)
{
	struct test_case t = { s, dir };
	const struct pl_json *list;

	if (begin(&t, e))
		return pl_note(e, "%s", dir);
	PL_TRY(pl_sync_yaml(s->c, &list, path_in(&t, "steps", ".yaml"), e));
	for (size_t i = 0; s->begun && i < pl_json_len(list); i++)
		if (step(&t, pl_json_at(list, i), e))
			return pl_note(e, "%s/steps.yaml: step %zu", dir,
				       i + 1);
	return PL_OK;
}
