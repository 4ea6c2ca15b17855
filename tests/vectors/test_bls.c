/* ethereum/bls12-381-tests v0.1.1, all of it: 76 cases in seven folders; and
 * that aggregate_pubkey is the sum of the keys in mainnet's sync committees,
 * on which pl_bls_packed_sum relies. */
#include <dirent.h>

#include "check.h"

#include "base/file.h"
#include "codec/json_in.h"
#include "crypto/bls.h"

static struct pl_arena *a;
static struct pl_err e;

/* One case: whether plume does what the vector says. */
typedef bool judge(const char *name, const struct pl_json *in,
		   const struct pl_json *out);

/* Hexadecimal text with or without 0x. */
static struct pl_span bytes(const struct pl_json *v)
{
	assert_non_null(pl_json_str(v));
	return unhex(a, pl_json_str(v));
}

static struct pl_span member(const struct pl_json *in, const char *key)
{
	return bytes(pl_json_get(in, key));
}

static const uint8_t *signature(const struct pl_json *v)
{
	struct pl_span s = bytes(v);

	assert_int_equal(s.n, PL_BLS_SIG);
	return s.p;
}

/* The keys of an array; NULL where one is no valid key. */
static struct pl_bls_pk *keys(const struct pl_json *v)
{
	size_t n = pl_json_len(v);
	struct pl_bls_pk *k = pl_alloc(a, (n + 1) * sizeof(*k));

	for (size_t i = 0; i < n; i++)
		if (pl_bls_pk_decode(k + i, bytes(pl_json_at(v, i)), PL_BLS_KEY,
				     &e))
			return NULL;
	return k;
}

static bool judge_aggregate(const char *name, const struct pl_json *in,
			    const struct pl_json *out)
{
	size_t n = pl_json_len(in);
	uint8_t *sigs = pl_alloc(a, (n + 1) * PL_BLS_SIG), sum[PL_BLS_SIG];

	(void)name;
	for (size_t i = 0; i < n; i++)
		memcpy(sigs + i * PL_BLS_SIG, signature(pl_json_at(in, i)),
		       PL_BLS_SIG);
	if (pl_bls_aggregate(sum, sigs, n, &e))
		return pl_json_is_null(out);
	return !pl_json_is_null(out) &&
	       !memcmp(sum, signature(out), PL_BLS_SIG);
}

static bool judge_batch(const char *name, const struct pl_json *in,
			const struct pl_json *out)
{
	static const uint8_t seed[32] = "any number nobody has seen";
	const struct pl_json *pks = pl_json_get(in, "pubkeys");
	size_t n = pl_json_len(pks);
	struct pl_bls_set *sets = pl_alloc(a, n * sizeof(*sets));
	const struct pl_bls_pk *k = keys(pks);

	(void)name;
	assert_non_null(k);
	for (size_t i = 0; i < n; i++)
		sets[i] = (struct pl_bls_set){
			k[i],
			bytes(pl_json_at(pl_json_get(in, "messages"), i)),
			signature(pl_json_at(pl_json_get(in, "signatures"), i)),
		};
	return !pl_bls_batch_verify(sets, n, seed, &e) == pl_json_bool(out);
}

/* These cases are about points, where infinity is one; a key is not. */
static bool judge_deserialization(const char *name, const struct pl_json *in,
				  const struct pl_json *out)
{
	struct pl_bls_pk pk;
	uint8_t back[PL_BLS_PK];
	struct pl_span key = member(in, "pubkey");

	if (strstr(name, "succeeds_infinity"))
		return pl_json_bool(out) &&
		       pl_bls_pk_decode(&pk, key, PL_BLS_BOUND, &e) ==
			       PL_EFORMAT &&
		       strstr(e.msg, "the point at infinity");
	if (pl_bls_pk_decode(&pk, key, PL_BLS_KEY, &e))
		return !pl_json_bool(out) && e.rc == PL_EFORMAT;
	pl_bls_pk_encode(back, &pk);
	return pl_json_bool(out) && !memcmp(back, key.p, PL_BLS_PK);
}

static bool judge_fast(const char *name, const struct pl_json *in,
		       const struct pl_json *out)
{
	const struct pl_json *pks = pl_json_get(in, "pubkeys");
	const struct pl_bls_pk *k = keys(pks);

	(void)name;
	return (k &&
		!pl_bls_fast_aggregate_verify(
			k, pl_json_len(pks), NULL, NULL, member(in, "message"),
			signature(pl_json_get(in, "signature")), &e)) ==
	       pl_json_bool(out);
}

/* "0x<c0>,0x<c1>" is a coordinate. */
static bool judge_hash(const char *name, const struct pl_json *in,
		       const struct pl_json *out)
{
	static const char tag[] =
		"QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_";
	static const char *const xy[] = { "x", "y" };
	uint8_t got[192];

	(void)name;
	if (pl_bls_hash_to_g2(got,
			      pl_span_str(pl_json_str(pl_json_get(in, "msg"))),
			      pl_span_str(tag), &e))
		return false;
	for (size_t i = 0; i < 2; i++) {
		char *c0 = pl_strdup(a, pl_json_str(pl_json_get(out, xy[i])));
		char *c1 = strchr(c0, ',');

		assert_non_null(c1);
		*c1++ = '\0';
		if (memcmp(got + 96 * i, unhex(a, c1).p, 48) ||
		    memcmp(got + 96 * i + 48, unhex(a, c0).p, 48))
			return false;
	}
	return true;
}

static bool judge_sign(const char *name, const struct pl_json *in,
		       const struct pl_json *out)
{
	struct pl_span sk = member(in, "privkey");
	uint8_t sig[PL_BLS_SIG];

	(void)name;
	assert_int_equal(sk.n, PL_BLS_SK);
	if (pl_bls_sign(sig, sk.p, member(in, "message"), &e))
		return pl_json_is_null(out);
	return !pl_json_is_null(out) &&
	       !memcmp(sig, signature(out), PL_BLS_SIG);
}

static bool judge_verify(const char *name, const struct pl_json *in,
			 const struct pl_json *out)
{
	struct pl_bls_pk pk;

	(void)name;
	return (!pl_bls_pk_decode(&pk, member(in, "pubkey"), PL_BLS_KEY, &e) &&
		!pl_bls_verify(&pk, member(in, "message"),
			       signature(pl_json_get(in, "signature")), &e)) ==
	       pl_json_bool(out);
}

static const struct {
	const char *folder;
	judge *judge;
	size_t n;
} suites[] = {
	{ "aggregate", judge_aggregate, 6 },
	{ "batch_verify", judge_batch, 2 },
	{ "deserialization_G1", judge_deserialization, 13 },
	{ "fast_aggregate_verify", judge_fast, 12 },
	{ "hash_to_G2", judge_hash, 4 },
	{ "sign", judge_sign, 10 },
	{ "verify", judge_verify, 29 },
};

static size_t run(const char *folder, judge *j)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	if (!d)
		fail_msg("cannot open %s", folder);
	for (struct dirent *f; (f = readdir(d)); n++) {
		const struct pl_json *v, *in;

		if (f->d_name[0] == '.') {
			n--;
			continue;
		}
		assert_ok(pl_json_read(a, &v,
				       pl_printf(a, "%s/%s", folder, f->d_name),
				       &e),
			  &e);
		in = pl_json_get(v, "input");
		assert_non_null(in);
		if (!j(f->d_name, in, pl_json_get(v, "output")))
			fail_msg("%s/%s: not as it should be", folder,
				 f->d_name);
	}
	(void)closedir(d);
	return n;
}

static void bls12_381_tests_pass_whole(void **state)
{
	char *root = testdata(a, "chain/spec/bls");
	size_t all = 0;

	(void)state;
	if (!root) {
		print_message("skipped: PLUME_TESTDATA is absent\n");
		skip();
	}
	for (size_t i = 0; i < COUNT(suites); i++) {
		size_t n = run(pl_printf(a, "%s/%s", root, suites[i].folder),
			       suites[i].judge);

		print_message("bls %s: %zu cases\n", suites[i].folder, n);
		assert_int_equal(n, suites[i].n);
		all += n;
	}
	print_message("bls: %zu cases\n", all);
	assert_int_equal(all, 76);
}

#define COMMITTEE 512

/* Keys and their aggregate, one after the other, as in SSZ. */
static void check_committee(const uint8_t *packed, enum pl_bls_check check)
{
	static struct pl_bls_pk k[COMMITTEE];
	struct pl_bls_pk sum, aggregate, got;
	uint8_t bits[COMMITTEE / 8];

	assert_ok(pl_bls_pks_decode(k, packed, COMMITTEE, check, &e), &e);
	assert_ok(pl_bls_pk_decode(
			  &aggregate,
			  (struct pl_span){ packed + COMMITTEE * PL_BLS_PK,
					    PL_BLS_PK },
			  check, &e),
		  &e);
	assert_ok(pl_bls_pks_sum(&sum, k, COMMITTEE, NULL, NULL, &e), &e);
	assert_memory_equal(&sum, &aggregate, sizeof(sum));

	memset(bits, 0xf7, sizeof(bits));
	assert_ok(pl_bls_pks_sum(&sum, k, COMMITTEE, bits, NULL, &e), &e);
	assert_ok(pl_bls_packed_sum(&got, packed, COMMITTEE, bits, &aggregate,
				    &e),
		  &e);
	assert_memory_equal(&got, &sum, sizeof(got));
}

static void check_json(const struct pl_json *data, const char *member_name,
		       enum pl_bls_check check)
{
	const struct pl_json *c = pl_json_get(data, member_name);
	const struct pl_json *pks = pl_json_get(c, "pubkeys");
	uint8_t *packed = pl_alloc(a, (COMMITTEE + 1) * PL_BLS_PK);

	assert_int_equal(pl_json_len(pks), COMMITTEE);
	for (size_t i = 0; i <= COMMITTEE; i++) {
		struct pl_span s = i < COMMITTEE
					   ? bytes(pl_json_at(pks, i))
					   : member(c, "aggregate_pubkey");

		assert_int_equal(s.n, PL_BLS_PK);
		memcpy(packed + i * PL_BLS_PK, s.p, PL_BLS_PK);
	}
	check_committee(packed, check);
}

/* In bootstraps and updates of Capella and later the committee follows the
 * first header's offset. */
static void check_ssz(struct pl_span ssz)
{
	assert_true(ssz.n > 4 + (COMMITTEE + 1) * PL_BLS_PK);
	check_committee(ssz.p + 4, PL_BLS_BOUND);
}

static const struct {
	const char *file;
	enum { BOOTSTRAP, UPDATES, SSZ, API } kind;
	size_t n;
} committees[] = {
	{ "capella/bootstrap.json", BOOTSTRAP, 1 },
	{ "capella/updates.json", UPDATES, 6 },
	{ "fulu/bootstrap.json", BOOTSTRAP, 1 },
	{ "fulu/updates.json", UPDATES, 1 },
	{ "deneb/bootstrap_slot11034656.ssz", SSZ, 1 },
	{ "deneb/bootstrap_slot11296800.ssz", SSZ, 1 },
	{ "deneb/bootstrap_slot11403296.ssz", SSZ, 1 },
	{ "deneb/updates_1347_1392.api.bin", API, 46 },
	{ "electra/bootstrap_slot11640864_deneb.ssz", SSZ, 1 },
	{ "electra/bootstrap_slot11649056.ssz", SSZ, 1 },
	{ "electra/updates_1421_deneb_1422_electra.api.bin", API, 2 },
	{ "electra/updates_1571_1574.api.bin", API, 4 },
};

/* repeat { u64 length, 4 bytes, SSZ }; the length counts the 4 bytes */
static size_t check_api(struct pl_span s)
{
	size_t n = 0;

	for (; s.n; n++) {
		uint64_t len = 0;

		assert_true(s.n > 12);
		for (size_t i = 0; i < 8; i++)
			len |= (uint64_t)s.p[i] << (8 * i);
		(void)pl_span_take(&s, 8);
		assert_true(len > 4 && len <= s.n);
		(void)pl_span_take(&s, 4);
		check_ssz(pl_span_take(&s, (size_t)len - 4));
	}
	return n;
}

static size_t check_file(size_t i, const char *path)
{
	const struct pl_json *v;
	struct pl_span s;
	size_t n = 1;

	if (committees[i].kind == SSZ || committees[i].kind == API) {
		assert_ok(pl_file_read(a, &s, path, (size_t)1 << 24, &e), &e);
		if (committees[i].kind == API)
			return check_api(s);
		check_ssz(s);
		return 1;
	}
	assert_ok(pl_json_read(a, &v, path, &e), &e);
	if (committees[i].kind == BOOTSTRAP) {
		check_json(pl_json_get(v, "data"), "current_sync_committee",
			   PL_BLS_KEY);
		return 1;
	}
	for (n = 0; n < pl_json_len(v); n++)
		check_json(pl_json_get(pl_json_at(v, n), "data"),
			   "next_sync_committee", PL_BLS_BOUND);
	return n;
}

static void aggregates_of_mainnet_committees(void **state)
{
	size_t all = 0;

	(void)state;
	if (!testdata(a, "chain")) {
		print_message("skipped: PLUME_TESTDATA is absent\n");
		skip();
	}
	for (size_t i = 0; i < COUNT(committees); i++) {
		size_t n = check_file(
			i, testdata(a, pl_printf(a, "chain/lc/%s",
						 committees[i].file)));

		assert_int_equal(n, committees[i].n);
		all += n;
	}
	print_message("bls: %zu committees of mainnet\n", all);
	assert_int_equal(all, 66);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bls12_381_tests_pass_whole),
		cmocka_unit_test(aggregates_of_mainnet_committees),
	};
	int rc;

	a = pl_arena_open(0);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	pl_arena_close(a);
	return rc;
}
