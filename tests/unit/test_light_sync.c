/* The light client that lasts, over the made-up chain. */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "sync/light.h"
#include "world/world.h"

struct fixture {
	struct pl_arena *a;
	struct world *w;
	char dir[64];
	struct pl_transport *t[3];
	struct pl_beacon *b;
	struct pl_err e;
	size_t steps, words;
};

static void endpoints(struct fixture *f, size_t n, const enum world_lie *lie)
{
	static const char *const urls[] = { "http://one/beacon",
					    "http://two/beacon/",
					    "http://three/beacon" };
	struct pl_beacon_node *node = PL_NEW_N(f->a, struct pl_beacon_node, n);
	struct pl_beacon_conf conf = {
		.nodes = node, .n = n, .retries = 1, .backoff_ms = 1
	};

	conf.genesis_validators_root = f->w->config.genesis_validators_root;
	for (size_t i = 0; i < n; i++) {
		f->t[i] = world_transport(f->a, f->w, lie[i]);
		node[i].url = urls[i];
		node[i].transport = f->t[i];
	}
	f->b = pl_beacon_new(f->a, &conf);
}

static void one_endpoint(struct fixture *f, enum world_lie lie)
{
	endpoints(f, 1, &lie);
}

static int begin(void **state)
{
	struct world_conf conf = { .blocks = 300 };
	struct fixture *f = calloc(1, sizeof(*f));

	f->a = pl_arena_open(0);
	f->w = world_new(f->a, &conf);
	strcpy(f->dir, "/tmp/plume-light-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	one_endpoint(f, WORLD_HONEST);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;
	struct pl_err e;
	char **names;
	size_t n;

	assert_ok(pl_dir_list(f->a, &names, &n, f->dir, &e), &e);
	for (size_t i = 0; i < n; i++)
		(void)unlink(pl_printf(f->a, "%s/%s", f->dir, names[i]));
	(void)rmdir(f->dir);
	pl_arena_close(f->a);
	free(f);
	return 0;
}

static void on_step(void *ctx, const struct pl_light_step *s)
{
	(void)s;
	((struct fixture *)ctx)->steps++;
}

static void on_word(void *ctx, const char *text)
{
	(void)text;
	((struct fixture *)ctx)->words++;
}

static uint64_t head(const struct fixture *f)
{
	return WORLD_SLOT0 + f->w->l1->n - 1;
}

static struct pl_light *init(struct fixture *f)
{
	struct pl_light *l;

	assert_ok(pl_light_init(f->a, &l, f->dir, &f->w->config, &f->w->root,
				f->b, &f->e),
		  &f->e);
	return l;
}

static enum pl_rc go(struct fixture *f, struct pl_light *l, bool strict)
{
	struct pl_light_how how = { .beacon = f->b,
				    .now = head(f) + 2,
				    .strict = strict,
				    .on_step = on_step,
				    .on_word = on_word,
				    .ctx = f };

	f->steps = f->words = 0;
	return pl_light_sync(l, &how, &f->e);
}

static void at_the_head(const struct fixture *f, const struct pl_light *l)
{
	const struct pl_header *h = &f->w->l1->block[f->w->l1->n - 1].header;

	assert_int_equal(pl_light_optimistic(l)->beacon.slot, head(f));
	assert_memory_equal(pl_light_optimistic(l)->execution.block_hash.b,
			    h->hash.b, 32);
	assert_true(pl_light_finalized(l)->beacon.slot + 32 > head(f));
}

static void from_a_checkpoint_to_the_head(void **state)
{
	struct fixture *f = *state;
	static const enum world_lie ways[] = { WORLD_HONEST, WORLD_JSON };

	for (size_t i = 0; i < COUNT(ways); i++) {
		struct pl_light_about about;
		struct pl_light *l;

		one_endpoint(f, ways[i]);
		l = init(f);
		assert_int_equal(pl_light_root_slot(l), WORLD_SLOT0);
		assert_ok(go(f, l, false), &f->e);
		at_the_head(f, l);
		assert_true(f->steps >= 5); /* periods 0 to 3, and the head */
		pl_light_about(l, &about);
		assert_int_equal(about.first_period, 0);
		assert_true(about.last_period >= 4);
		assert_true(about.objects >= 5 && about.bytes > 1000);
	}
}

static void a_later_start_goes_on(void **state)
{
	struct fixture *f = *state;
	struct pl_light *l = init(f), *again;

	one_endpoint(f, WORLD_STALE_HEAD);
	assert_ok(go(f, l, false), &f->e);
	assert_int_equal(pl_light_optimistic(l)->beacon.slot, head(f) - 20);
	assert_ok(pl_light_open(f->a, &again, f->dir, &f->w->config, &f->e),
		  &f->e);
	assert_int_equal(pl_light_optimistic(again)->beacon.slot, head(f) - 20);
	assert_memory_equal(pl_light_root(again)->b, f->w->root.b, 32);
	one_endpoint(f, WORLD_HONEST);
	assert_ok(go(f, again, false), &f->e);
	at_the_head(f, again);
	assert_ok(go(f, again, false), &f->e);
	assert_int_equal(f->steps, 0); /* nothing is new */
}

static void evidence_leads_to_the_same_heads(void **state)
{
	struct fixture *f = *state;
	struct pl_light *l = init(f), *again;
	const struct pl_lc_object *o;
	struct pl_hash32 other = f->w->root;
	size_t n;

	assert_ok(go(f, l, false), &f->e);
	assert_ok(pl_light_evidence(l, f->a, &o, &n, &f->e), &f->e);
	assert_int_equal(o[0].kind, PL_LC_BOOTSTRAP);
	assert_ok(pl_light_from(f->a, &again, &f->w->config, &f->w->root, o, n,
				head(f) + 2, &f->e),
		  &f->e);
	at_the_head(f, again);
	assert_int_equal(pl_light_finalized(again)->beacon.slot,
			 pl_light_finalized(l)->beacon.slot);
	/* without the bootstrap, from another root, a period left out */
	assert_int_equal(pl_light_from(f->a, &again, &f->w->config, &f->w->root,
				       o + 1, n - 1, head(f) + 2, &f->e),
			 PL_EPROOF);
	other.b[3] ^= 1;
	assert_int_equal(pl_light_from(f->a, &again, &f->w->config, &other, o,
				       n, head(f) + 2, &f->e),
			 PL_EPROOF);
	for (size_t i = 1; i + 2 < n; i++) {
		struct pl_lc_object *cut =
			PL_NEW_N(f->a, struct pl_lc_object, n);

		memcpy(cut, o, i * sizeof(*o));
		memcpy(cut + i, o + i + 1, (n - 1 - i) * sizeof(*o));
		if (!pl_light_from(f->a, &again, &f->w->config, &f->w->root,
				   cut, n - 1, head(f) + 2, &f->e))
			at_the_head(f, again); /* it was not needed */
		else
			assert_int_equal(f->e.rc, PL_EPROOF);
	}
}

static void lies_are_refused_and_change_nothing(void **state)
{
	static const struct {
		enum world_lie lie;
		enum pl_rc rc;
	} cases[] = {
		{ WORLD_BAD_SIGNATURE, PL_EPROOF },
		{ WORLD_WRONG_COMMITTEE, PL_EPROOF },
		{ WORLD_FUTURE, PL_EPROOF },
		{ WORLD_NOT_FOUND, PL_ENOTFOUND },
		{ WORLD_TRUNCATED, PL_EPROOF },
		{ WORLD_HTML, PL_EPROOF },
		{ WORLD_500, PL_ENET },
		{ WORLD_HUGE, PL_ENET },
		{ WORLD_HANG, PL_ENET },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_light *l, *after;
		enum pl_rc rc;

		one_endpoint(f, WORLD_HONEST);
		l = init(f);
		one_endpoint(f, cases[i].lie);
		rc = go(f, l, false);
		if (rc != cases[i].rc)
			print_error("%s: %s\n", world_lie_words[cases[i].lie],
				    f->e.msg);
		assert_int_equal(rc, cases[i].rc);
		assert_ok(pl_light_open(f->a, &after, f->dir, &f->w->config,
					&f->e),
			  &f->e);
		/* the first whole objects of a body that is cut are good */
		if (cases[i].lie != WORLD_TRUNCATED)
			assert_int_equal(pl_light_finalized(after)->beacon.slot,
					 WORLD_SLOT0);
	}
}

static void another_endpoint_stands_in(void **state)
{
	static const enum world_lie first[] = { WORLD_HANG, WORLD_BAD_SIGNATURE,
						WORLD_NOT_FOUND,
						WORLD_TRUNCATED, WORLD_500 };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(first); i++) {
		enum world_lie two[] = { first[i], WORLD_HONEST };
		struct pl_light *l;

		endpoints(f, 2, two);
		l = init(f);
		assert_ok(go(f, l, false), &f->e);
		at_the_head(f, l);
		assert_true(f->words >= 1); /* who was passed over */
	}
}

static void two_signed_heads_are_kept_as_evidence(void **state)
{
	static const enum world_lie two[] = { WORLD_HONEST, WORLD_CONFLICT };
	struct fixture *f = *state;
	const struct pl_light_conflict *x;
	struct pl_light *l = init(f);
	struct stat st;

	assert_ok(go(f, l, false), &f->e);
	assert_null(pl_light_conflict(l));
	l = init(f);
	endpoints(f, 2, two);
	assert_int_equal(go(f, l, false), PL_EPROOF);
	x = pl_light_conflict(l);
	assert_non_null(x);
	assert_int_equal(x->slot, head(f));
	assert_int_equal(x->both, 32);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(stat(x->file[i], &st), 0);
	assert_true(pl_light_optimistic(l)->beacon.slot < head(f));
	/* the same when the other one is asked alone, later */
	one_endpoint(f, WORLD_HONEST);
	assert_ok(go(f, l, false), &f->e);
	at_the_head(f, l);
	one_endpoint(f, WORLD_CONFLICT);
	assert_int_equal(go(f, l, false), PL_EPROOF);
	assert_non_null(pl_light_conflict(l));
}

static void an_old_start_is_told_and_strictly_refused(void **state)
{
	struct fixture *f = *state;
	struct pl_light *l = init(f);
	struct pl_light_how how = { .beacon = f->b,
				    .now = head(f) + 15 * 86400 / 6,
				    .strict = true,
				    .on_word = on_word,
				    .ctx = f };

	assert_int_equal(pl_light_sync(l, &how, &f->e), PL_ESTALE);
	how.strict = false;
	f->words = 0;
	assert_ok(pl_light_sync(l, &how, &f->e), &f->e);
	assert_true(f->words >= 1);
}

/* Every byte of the store changed, and the store cut at every place: refused,
 * and a new beginning is possible. */
static void a_damaged_store_is_refused(void **state)
{
	struct fixture *f = *state;
	struct pl_light *l = init(f);
	char *path = pl_printf(f->a, "%s/store", f->dir);
	struct pl_span s;
	uint8_t *p;

	assert_ok(go(f, l, false), &f->e);
	assert_ok(pl_file_read(f->a, &s, path, 1 << 24, &f->e), &f->e);
	p = (uint8_t *)(uintptr_t)s.p;
	for (size_t i = 0; i < s.n; i += 97) {
		p[i] ^= 4;
		assert_ok(pl_file_write(path, s, 0644, &f->e), &f->e);
		assert_int_equal(
			pl_light_open(f->a, &l, f->dir, &f->w->config, &f->e),
			PL_ESTORE);
		p[i] ^= 4;
		assert_ok(pl_file_write(path, (struct pl_span){ p, i }, 0644,
					&f->e),
			  &f->e);
		assert_int_equal(
			pl_light_open(f->a, &l, f->dir, &f->w->config, &f->e),
			PL_ESTORE);
	}
	l = init(f);
	assert_ok(go(f, l, false), &f->e);
	at_the_head(f, l);
	assert_ok(pl_light_remove(f->dir, &f->e), &f->e);
	assert_int_equal(pl_light_open(f->a, &l, f->dir, &f->w->config, &f->e),
			 PL_ENOTFOUND);
}

static void another_chain_is_refused(void **state)
{
	struct fixture *f = *state;
	struct pl_lc_config other = f->w->config;
	struct pl_light *l = init(f);

	other.genesis_validators_root.b[0] ^= 1;
	assert_int_equal(pl_light_open(f->a, &l, f->dir, &other, &f->e),
			 PL_EUSAGE);
	f->w->config.genesis_validators_root.b[0] ^= 1; /* as it says */
	assert_int_equal(pl_light_init(f->a, &l, f->dir, &other, &f->w->root,
				       f->b, &f->e),
			 PL_OK); /* one root says nothing of signatures */
	f->w->config.genesis_validators_root.b[0] ^= 1;
}

/* A transport whose list of updates is empty, as a node has none of a period
 * that has just begun. */
struct lacking {
	struct pl_transport base, *under;
};

static enum pl_rc lacking_exchange(struct pl_transport *t, struct pl_arena *a,
				   struct pl_answer *out,
				   const struct pl_request *ask,
				   struct pl_err *e)
{
	if (!strstr(ask->url, "/updates?"))
		return pl_transport_exchange(((struct lacking *)t)->under, a,
					     out, ask, e);
	*out = (struct pl_answer){ .status = 200,
				   .type = "application/json",
				   .fork = "",
				   .body = pl_span_str("{\"data\":[]}") };
	return PL_OK;
}

static const struct pl_transport_ops lacking_ops = { lacking_exchange, NULL };

/* f->b: an endpoint without updates, then as many honest ones. */
static void lacking_first(struct fixture *f, struct lacking *t, size_t honest)
{
	struct pl_beacon_node *node =
		PL_NEW_N(f->a, struct pl_beacon_node, 1 + honest);
	struct pl_beacon_conf conf = { .nodes = node, .n = 1 + honest };

	*t = (struct lacking){ { &lacking_ops },
			       world_transport(f->a, f->w, WORLD_HONEST) };
	node[0] = (struct pl_beacon_node){ "http://one/beacon", &t->base };
	for (size_t i = 1; i <= honest; i++)
		node[i] = (struct pl_beacon_node){ "http://two/beacon",
						   t->under };
	conf.genesis_validators_root = f->w->config.genesis_validators_root;
	f->b = pl_beacon_new(f->a, &conf);
}

/* An empty list in JSON is an answer, not a false one. */
static void an_endpoint_without_updates_is_no_liar(void **state)
{
	struct fixture *f = *state;
	struct pl_light *l = init(f);
	struct lacking t;

	lacking_first(f, &t, 1);
	assert_ok(go(f, l, false), &f->e);
	at_the_head(f, l);
	assert_true(f->words >= 1); /* the first one was passed over */
	one_endpoint(f, WORLD_HONEST);
	l = init(f);
	lacking_first(f, &t, 0);
	/* period 0 is all that its committee can tell of */
	assert_int_equal(go(f, l, false), PL_EPROOF);
	assert_non_null(strstr(f->e.msg, "period"));
}

static void a_client_kept_for_months_takes_no_more_memory(void **state)
{
	struct fixture *f = *state;
	struct pl_arena *own = pl_arena_open(0);
	struct pl_light *l, *other;
	size_t used;

	assert_ok(pl_light_init(own, &l, f->dir, &f->w->config, &f->w->root,
				f->b, &f->e),
		  &f->e);
	assert_ok(go(f, l, false), &f->e);
	used = pl_arena_used(own);
	for (int i = 0; i < 50; i++) {
		/* each second one finds the store changed by somebody else */
		if (i % 2) {
			assert_ok(pl_light_open(f->a, &other, f->dir,
						&f->w->config, &f->e),
				  &f->e);
			assert_ok(go(f, other, false), &f->e);
		}
		assert_ok(go(f, l, false), &f->e);
		at_the_head(f, l);
	}
	assert_int_equal(pl_arena_used(own), used);
	pl_arena_close(own);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(from_a_checkpoint_to_the_head),
		TEST(a_later_start_goes_on),
		TEST(evidence_leads_to_the_same_heads),
		TEST(lies_are_refused_and_change_nothing),
		TEST(another_endpoint_stands_in),
		TEST(two_signed_heads_are_kept_as_evidence),
		TEST(an_old_start_is_told_and_strictly_refused),
		TEST(a_damaged_store_is_refused),
		TEST(another_chain_is_refused),
		TEST(an_endpoint_without_updates_is_no_liar),
		TEST(a_client_kept_for_months_takes_no_more_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
