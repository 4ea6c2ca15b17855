/* A sync committee's signature: plume's check over 512 keys kept ready, next
 * to blst's own calls for the same; the keys' decompression; a batch of
 * signatures; SHA-256 of two hashes.  Keys and signatures are made here. */
#include <blst.h>
#include <blst_aux.h>

#include "bench.h"

#include "crypto/bls.h"
#include "crypto/sha256.h"

#define KEYS 512
#define ROUNDS 41
#define BATCH 46
#define HASHES 20000

static const char tag[] = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
static const uint8_t message[32] = "a signing root";
static const struct pl_span msg = { message, sizeof(message) };

static struct pl_bls_pk keys[KEYS], all;
static uint8_t packed[KEYS * PL_BLS_PK], sigs[KEYS * PL_BLS_SIG];
static uint8_t sig_all[PL_BLS_SIG], sig_most[PL_BLS_SIG];
static uint8_t most[KEYS / 8]; /* all but every tenth */
static struct pl_err e;

static void must(bool ok)
{
	if (ok)
		return;
	(void)fprintf(stderr, "bench_bls: %s\n", e.msg);
	exit(1);
}

static void make_committee(void)
{
	static uint8_t some[KEYS * PL_BLS_SIG];
	uint8_t sk[PL_BLS_SK] = { [3] = 0x55 };
	size_t n = 0;

	for (size_t i = 0; i < KEYS; i++) {
		sk[30] = (uint8_t)(i >> 8);
		sk[31] = (uint8_t)i;
		must(!pl_bls_sk_to_pk(keys + i, sk, &e));
		pl_bls_pk_encode(packed + i * PL_BLS_PK, keys + i);
		must(!pl_bls_sign(sigs + i * PL_BLS_SIG, sk, msg, &e));
		if (i % 10 == 9)
			continue;
		most[i / 8] |= (uint8_t)(1u << i % 8);
		memcpy(some + n++ * PL_BLS_SIG, sigs + i * PL_BLS_SIG,
		       PL_BLS_SIG);
	}
	must(!pl_bls_aggregate(sig_all, sigs, KEYS, &e));
	must(!pl_bls_aggregate(sig_most, some, n, &e));
	must(!pl_bls_pks_sum(&all, keys, KEYS, NULL, NULL, &e));
}

/* FastAggregateVerify out of blst's calls and nothing else. */
static void peer_verify(void)
{
	static const blst_p1_affine *p[KEYS];
	blst_p2_affine s;
	blst_p1_affine pk;
	blst_p1 sum;

	for (size_t i = 0; i < KEYS; i++)
		p[i] = (const blst_p1_affine *)(const void *)(keys + i);
	blst_p1s_add(&sum, p, KEYS);
	blst_p1_to_affine(&pk, &sum);
	must(!blst_p2_uncompress(&s, sig_all));
	must(!blst_core_verify_pk_in_g1(&pk, &s, true, msg.p, msg.n,
					(const uint8_t *)tag, sizeof(tag) - 1,
					NULL, 0));
}

static void our_verify(void)
{
	must(!pl_bls_fast_aggregate_verify(keys, KEYS, NULL, NULL, msg, sig_all,
					   &e));
}

static void our_verify_most(void)
{
	must(!pl_bls_fast_aggregate_verify(keys, KEYS, most, &all, msg,
					   sig_most, &e));
}

static void our_verify_new(void)
{
	struct pl_span in = { packed, PL_BLS_PK };
	struct pl_bls_pk sum, one;

	/* one more key to decode: aggregate_pubkey */
	must(!pl_bls_pk_decode(&one, in, PL_BLS_BOUND, &e));
	must(!pl_bls_packed_sum(&sum, packed, KEYS, most, &all, &e));
	must(!pl_bls_verify(&sum, msg, sig_most, &e));
}

static void peer_decode(void)
{
	static blst_p1_affine out[KEYS];

	for (size_t i = 0; i < KEYS; i++)
		must(!blst_p1_uncompress(out + i, packed + i * PL_BLS_PK));
}

static void our_decode_bound(void)
{
	static struct pl_bls_pk out[KEYS];

	must(!pl_bls_pks_decode(out, packed, KEYS, PL_BLS_BOUND, &e));
}

static void our_decode_key(void)
{
	static struct pl_bls_pk out[KEYS];

	must(!pl_bls_pks_decode(out, packed, KEYS, PL_BLS_KEY, &e));
}

static void our_batch(void)
{
	static const uint8_t seed[32] = "drawn for measuring";
	struct pl_bls_set set[BATCH];

	for (size_t i = 0; i < BATCH; i++)
		set[i] = (struct pl_bls_set){ keys[i], msg,
					      sigs + i * PL_BLS_SIG };
	must(!pl_bls_batch_verify(set, BATCH, seed, &e));
}

static void our_singles(void)
{
	for (size_t i = 0; i < BATCH; i++)
		must(!pl_bls_verify(keys + i, msg, sigs + i * PL_BLS_SIG, &e));
}

static void pair_hashes(void)
{
	struct pl_hash32 h[2] = { { { 1 } }, { { 2 } } };

	for (size_t i = 0; i < HASHES; i++)
		h[i % 2] = pl_sha256_pair(h, h + 1);
}

static void libcrypto_hashes(void)
{
	struct pl_hash32 h[2] = { { { 1 } }, { { 2 } } };

	for (size_t i = 0; i < HASHES; i++)
		must(!pl_sha256(h + i % 2,
				(struct pl_span){ h[0].b, sizeof(h) }, &e));
}

/* Of the processor, not of the clock on the wall: other programs may run. */
static double cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

struct line {
	const char *name;
	void (*run)(void);
	double per; /* the figure is milliseconds × this */
	const char *unit, *goal;
};

/* In turns, so that what disturbs one disturbs all. */
static void measure(const struct line *l, size_t n)
{
	static double ms[4][ROUNDS];
	double first = 0;

	for (size_t r = 0; r < ROUNDS; r++)
		for (size_t i = 0; i < n; i++) {
			double from = cpu_ms();

			l[i].run();
			ms[i][r] = cpu_ms() - from;
		}
	for (size_t i = 0; i < n; i++) {
		double t = bench_median(ms[i], ROUNDS);

		if (!i)
			first = t;
		printf("%-40s %8.3f %s  %5.2f x  (best %.3f)%s%s\n", l[i].name,
		       t * l[i].per, l[i].unit, t / first, ms[i][0] * l[i].per,
		       l[i].goal ? "  goal " : "", l[i].goal ? l[i].goal : "");
	}
}

int main(void)
{
	static const struct line verify[] = {
		{ "blst bare, 512 of 512 keys", peer_verify, 1, "ms", NULL },
		{ "plume, 512 of 512", our_verify, 1, "ms", "1.25 x" },
		{ "plume, 461 of 512, sum known", our_verify_most, 1, "ms",
		  "1.25 x" },
	};
	static const struct line decode[] = {
		{ "blst_p1_uncompress, 512 keys", peer_decode, 1, "ms", NULL },
		{ "plume, keys a Merkle branch binds", our_decode_bound, 1,
		  "ms", NULL },
		{ "plume, a new committee's signature, 461", our_verify_new, 1,
		  "ms", NULL },
		{ "plume, with subgroup checks", our_decode_key, 1, "ms",
		  NULL },
	};
	static const struct line batch[] = {
		{ "46 signatures, one by one", our_singles, 1, "ms", NULL },
		{ "46 signatures, as a batch", our_batch, 1, "ms", NULL },
	};
	static const struct line hash[] = {
		{ "SHA-256 of 64 bytes, libcrypto", libcrypto_hashes,
		  1e6 / HASHES, "ns", NULL },
		{ "SHA-256 of 64 bytes, pl_sha256_pair", pair_hashes,
		  1e6 / HASHES, "ns", NULL },
	};

	make_committee();
	printf("== BLS: FastAggregateVerify, keys ready\n");
	measure(verify, 3);
	measure(decode, 4);
	measure(batch, 2);
	measure(hash, 2);
	return 0;
}
