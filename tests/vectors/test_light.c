/* Real light client data of the main network from Capella to Fulu, and the
 * consensus layer's own test cases: everything is accepted from the right
 * start to the right end, and nothing that was changed is. */
#include "check.h"

#include "base/file.h"
#include "base/limits.h"
#include "cmd/light/steps.h"
#include "codec/ssz.h"
#include "crypto/sha256.h"

/* Sanitizers make everything ten times slower: fewer places are tried. */
#if defined(__SANITIZE_ADDRESS__)
#define EVERY 101
#else
#define EVERY 11
#endif

struct run {
	struct pl_arena *a;
	struct pl_ctx ctx;
	struct pl_sync s;
};

static struct run *run_open(void)
{
	struct pl_arena *a = pl_arena_open(0);
	struct run *r;

	if (!testdata(a, "")) {
		pl_arena_close(a);
		print_message("no data: set PLUME_TESTDATA\n");
		skip();
	}
	r = PL_NEW(a, struct run);
	r->a = a;
	r->ctx.arena = a;
	pl_sync_init(&r->s, &r->ctx);
	r->s.config = *pl_lc_config_named("ethereum");
	return r;
}

static void run_close(struct run *r)
{
	pl_arena_close(r->a);
}

static void feed(struct run *r, enum pl_lc_kind kind, const char *path,
		 const char *root)
{
	struct pl_hash32 trusted = { { 0 } };
	struct pl_sync_file f = { .kind = kind,
				  .path = testdata(r->a, path),
				  .root = &trusted,
				  .now = 20000000 };
	struct pl_err e;

	if (root)
		assert_ok(pl_hash32_parse(&trusted, root, &e), &e);
	assert_ok(pl_sync_file(&r->s, &f, &e), &e);
}

/* All of it was accepted: so many steps, up to this slot. */
static void ends(const struct run *r, size_t steps, uint64_t finalized,
		 uint64_t optimistic)
{
	if (r->s.rc)
		print_error("%s\n", r->s.first.msg);
	assert_int_equal(r->s.rc, PL_OK);
	assert_int_equal(r->s.n, steps);
	assert_int_equal(r->s.store->finalized_header.beacon.slot, finalized);
	assert_int_equal(r->s.store->optimistic_header.beacon.slot, optimistic);
	print_message("%zu objects, finalized slot %llu\n", steps,
		      (unsigned long long)finalized);
}

#define CAPELLA                                                                \
	"0x5afc212a7924789b2bc86acad3ab3a6ffb1f6e97253ea50bee7f4f51422c9275"
#define DENEB                                                                  \
	"0x2e522016a5ac7d8d57d758b633a25491a43d12750db8f417fd6cf264b7ec5650"

static void capella_json(void **state)
{
	struct run *r = run_open();

	(void)state;
	feed(r, PL_LC_BOOTSTRAP, "chain/lc/capella/bootstrap.json", CAPELLA);
	feed(r, PL_LC_UPDATE, "chain/lc/capella/updates.json", NULL);
	feed(r, PL_LC_FINALITY, "chain/lc/capella/finality.json", NULL);
	feed(r, PL_LC_OPTIMISTIC, "chain/lc/capella/optimistic.json", NULL);
	ends(r, 9, 7109344, 7109431);
	run_close(r);
}

static void deneb_octets(void **state)
{
	struct run *r = run_open();

	(void)state;
	feed(r, PL_LC_BOOTSTRAP, "chain/lc/deneb/bootstrap_slot11034656.ssz",
	     DENEB);
	feed(r, PL_LC_UPDATE, "chain/lc/deneb/updates_1347_1392.api.bin", NULL);
	ends(r, 47, 11403328, 11403423);
	run_close(r);
}

/* The root of each bootstrap, from the updates that finalize its block or a
 * later one of the same chain: here by the facts recorded with the data. */
static void deneb_bootstraps(void **state)
{
	static const struct {
		const char *path, *root;
	} rows[] = {
		{ "chain/lc/deneb/bootstrap_slot11296800.ssz",
		  "0x71cef10fe5c40fb5abd3294e11a7b71992ace260dbb61948fe08f9a65"
		  "f76d84e" },
		{ "chain/lc/deneb/bootstrap_slot11403296.ssz",
		  "0x46d52dc3db74df14187554fb7afd5cc4af4558e3c8ca185e409955d6a"
		  "c148572" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run *r = run_open();

		feed(r, PL_LC_BOOTSTRAP, rows[i].path, rows[i].root);
		assert_int_equal(r->s.rc, PL_OK);
		/* those of periods before are refused, the rest follow */
		feed(r, PL_LC_UPDATE,
		     "chain/lc/deneb/updates_1347_1392.api.bin", NULL);
		assert_string_equal(r->s.steps[1].failed, "period");
		assert_true(r->s.steps[46].ok);
		assert_int_equal(r->s.store->finalized_header.beacon.slot,
				 11403328);
		run_close(r);
	}
}

static const char crossing[] =
	"chain/lc/electra/updates_1421_deneb_1422_electra.api.bin";

/* The root that a bootstrap of the data says of itself; the branches of the
 * updates after it tie the committee to the same chain. */
static char *own_root(struct run *r, const char *path)
{
	struct pl_lc_bootstrap *b = PL_NEW(r->a, struct pl_lc_bootstrap);
	struct pl_lc_file f;
	struct pl_span bytes;
	struct pl_hash32 root;
	struct pl_err e;

	assert_ok(pl_file_read(r->a, &bytes, testdata(r->a, path), PL_MAX_FILE,
			       &e),
		  &e);
	assert_ok(pl_lc_file_open(&f, r->a, bytes, PL_LC_BOOTSTRAP,
				  &r->s.config, &e),
		  &e);
	assert_ok(pl_lc_file_next(&f, b, NULL, &e), &e);
	pl_lc_beacon_root(&root, &b->header.beacon);
	return pl_hash32_text(r->a, &root);
}

static void electra_fork_is_crossed(void **state)
{
	static const char at[] = "chain/lc/electra/bootstrap_slot11640864_deneb"
				 ".ssz";
	static const char after[] = "chain/lc/electra/bootstrap_slot11649056"
				    ".ssz";
	struct run *r = run_open();

	(void)state;
	feed(r, PL_LC_BOOTSTRAP, at, own_root(r, at));
	feed(r, PL_LC_UPDATE, crossing, NULL);
	ends(r, 3, 11651008, 11651078);
	run_close(r);
	r = run_open();
	feed(r, PL_LC_BOOTSTRAP, after, own_root(r, after));
	feed(r, PL_LC_UPDATE, crossing, NULL);
	assert_string_equal(r->s.steps[1].failed, "period");
	assert_true(r->s.steps[0].ok && r->s.steps[2].ok);
	run_close(r);
}

/* What an update would leave behind, had it been accepted: its own committee
 * is not at hand, the next one is. */
static void begin_with(struct pl_lc_store *s, const struct pl_lc_config *c,
		       const struct pl_lc_update *u)
{
	memset(s, 0, sizeof(*s));
	s->config = c;
	s->finalized_header = u->attested_header;
	s->optimistic_header = u->attested_header;
	s->next_sync_committee = u->next_sync_committee;
	s->next_known = true;
}

/* Four updates early in their periods, whose finality still lies in the period
 * before: a store cannot go from one to the next by the rules, so each one is
 * held against the committee that the one before it brought. */
static void electra_updates(void **state)
{
	static const char path[] = "chain/lc/electra/updates_1571_1574.api.bin";
	struct run *r = run_open();
	struct pl_lc_store *s = r->s.store;
	struct pl_lc_update *u = r->s.update;
	struct pl_lc_file f;
	struct pl_span bytes;
	struct pl_err e;
	size_t n = 0;

	(void)state;
	assert_ok(pl_file_read(r->a, &bytes, testdata(r->a, path), PL_MAX_FILE,
			       &e),
		  &e);
	assert_ok(pl_lc_file_open(&f, r->a, bytes, PL_LC_UPDATE, &r->s.config,
				  &e),
		  &e);
	assert_ok(pl_lc_file_next(&f, NULL, u, &e), &e);
	for (; pl_lc_file_more(&f); n++) {
		const char *failed;

		begin_with(s, &r->s.config, u);
		assert_ok(pl_lc_file_next(&f, NULL, u, &e), &e);
		assert_ok(pl_lc_process(s, u, 20000000, &failed, &e), &e);
		assert_int_equal(s->optimistic_header.beacon.slot,
				 u->attested_header.beacon.slot);
		/* not by the committee of another period */
		s->next_sync_committee = u->next_sync_committee;
		s->next_keys.ready = false;
		s->current_sync_committee = u->next_sync_committee;
		s->current_keys.ready = false;
		s->finalized_header.beacon.slot -= 1;
		assert_int_equal(pl_lc_process(s, u, 20000000, &failed, &e),
				 PL_EPROOF);
	}
	assert_int_equal(n, 3);
	run_close(r);
}

static void fulu_json(void **state)
{
	struct run *r = run_open();
	static const char path[] = "chain/lc/fulu/bootstrap.json";

	(void)state;
	feed(r, PL_LC_BOOTSTRAP, path, own_root(r, path));
	feed(r, PL_LC_UPDATE, "chain/lc/fulu/updates.json", NULL);
	ends(r, 2, 14017856, 14017856);
	assert_true(r->s.store->next_known);
	run_close(r);
}

static void spec_cases(void **state)
{
	static const struct {
		const char *dir;
		size_t steps;
	} rows[] = {
		{ "deneb/advance_finality_without_sync_committee", 6 },
		{ "deneb/light_client_sync", 11 },
		{ "deneb/supply_sync_committee_from_past_update", 2 },
		{ "electra/light_client_sync", 11 },
	};
	size_t steps = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct run *r = run_open();
		struct pl_err e;
		char *dir = pl_printf(
			r->a, "%s/%s",
			testdata(r->a, "chain/spec/light_client_minimal"),
			rows[i].dir);

		assert_ok(pl_sync_case(&r->s, dir, &e), &e);
		assert_ok(r->s.rc, &r->s.first);
		assert_int_equal(r->s.n, rows[i].steps);
		steps += r->s.n;
		run_close(r);
	}
	print_message("4 cases of light_client/sync, %zu steps\n", steps);
	assert_int_equal(steps, 30);
}

/* Bytes of a real update, each flipped in turn (every so many): none is
 * accepted.  Only a flip in what is signed reaches the pairing. */
static void flips_of_a_real_update(void **state)
{
	struct run *r = run_open();
	struct pl_lc_store *s = r->s.store;
	struct pl_lc_file f;
	struct pl_span bytes;
	struct pl_err e;
	uint8_t *raw;
	size_t fixed, tried = 0, n;

	(void)state;
	feed(r, PL_LC_BOOTSTRAP, "chain/lc/deneb/bootstrap_slot11034656.ssz",
	     DENEB);
	assert_ok(pl_file_read(
			  r->a, &bytes,
			  testdata(r->a,
				   "chain/lc/deneb/updates_1347_1392.api.bin"),
			  PL_MAX_FILE, &e),
		  &e);
	assert_ok(pl_lc_file_open(&f, r->a, bytes, PL_LC_UPDATE, &r->s.config,
				  &e),
		  &e);
	assert_ok(pl_lc_file_next(&f, NULL, r->s.update, &e), &e);
	n = f.raw.n;
	raw = pl_alloc(r->a, n);
	memcpy(raw, f.raw.p, n);
	fixed = (size_t)raw[0] | (size_t)raw[1] << 8;
	for (size_t i = 0; i < n; i += i < 24000 ? EVERY : EVERY / 10) {
		const char *failed = "decode";

		/* signature_slot is not signed (sync-protocol: "untrusted") */
		if (i >= fixed - 8 && i < fixed - 6)
			continue;
		raw[i] ^= (uint8_t)(1u << i % 8);
		if (!pl_lc_update_decode(r->s.update, PL_LC_UPDATE,
					 (struct pl_span){ raw, n },
					 r->s.config.preset, PL_LC_DENEB, &e))
			assert_int_equal(pl_lc_process(s, r->s.update, 20000000,
						       &failed, &e),
					 PL_EPROOF);
		raw[i] ^= (uint8_t)(1u << i % 8);
		tried++;
	}
	print_message("%zu flips of %zu bytes refused\n", tried, n);
	assert_int_equal(s->finalized_header.beacon.slot, 11034656);
	run_close(r);
}

/* SSZ read and written again is the same bytes. */
static void encoding_is_the_inverse(void **state)
{
	struct run *r = run_open();
	struct pl_lc_file f;
	struct pl_span bytes;
	struct pl_err e;
	struct pl_buf b;
	size_t n = 0;

	(void)state;
	pl_buf_init(&b, r->a);
	assert_ok(pl_file_read(r->a, &bytes, testdata(r->a, crossing),
			       PL_MAX_FILE, &e),
		  &e);
	assert_ok(pl_lc_file_open(&f, r->a, bytes, PL_LC_UPDATE, &r->s.config,
				  &e),
		  &e);
	for (; pl_lc_file_more(&f); n++) {
		assert_ok(pl_lc_file_next(&f, NULL, r->s.update, &e), &e);
		pl_buf_reset(&b);
		pl_lc_update_encode(&b, r->s.update, r->s.config.preset,
				    f.fork);
		assert_true(pl_span_equal(pl_buf_span(&b), f.raw));
	}
	assert_int_equal(n, 2);
	run_close(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(capella_json),
		cmocka_unit_test(deneb_octets),
		cmocka_unit_test(deneb_bootstraps),
		cmocka_unit_test(electra_fork_is_crossed),
		cmocka_unit_test(electra_updates),
		cmocka_unit_test(fulu_json),
		cmocka_unit_test(spec_cases),
		cmocka_unit_test(flips_of_a_real_update),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
