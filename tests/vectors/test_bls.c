/* ethereum/bls12-381-tests v0.1.1, all of it: 76 cases in seven folders. */
#include <dirent.h>

#include "check.h"

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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bls12_381_tests_pass_whole),
	};
	int rc;

	a = pl_arena_open(0);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	pl_arena_close(a);
	return rc;
}
