/* Keccak-256 of short, header-sized and long messages: ours against OpenSSL's
 * SHA3-256 (the same permutation and rate) and nettle's.  The peers are loaded
 * where they are installed, so nothing depends on them. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "crypto/keccak.h"

#define ROUNDS 7 /* the best of so many is taken */

static const size_t sizes[] = { 32, 532, 1000000 };

typedef void (*hash_fn)(uint8_t out[32], struct pl_span in);

/* ------------------------------------------------------------ ours, peers */

static void ours(uint8_t out[32], struct pl_span in)
{
	struct pl_hash32 h = pl_keccak256(in);

	memcpy(out, h.b, 32);
}

static struct {
	void *md, *ctx;
	int (*init)(void *ctx, const void *md, void *engine);
	int (*update)(void *ctx, const void *p, size_t n);
	int (*final)(void *ctx, uint8_t *out, unsigned *n);
} ossl;

static void openssl(uint8_t out[32], struct pl_span in)
{
	unsigned n;

	(void)ossl.init(ossl.ctx, ossl.md, NULL);
	(void)ossl.update(ossl.ctx, in.p, in.n);
	(void)ossl.final(ossl.ctx, out, &n);
}

static struct {
	void (*init)(void *ctx);
	void (*update)(void *ctx, size_t n, const uint8_t *p);
	void (*digest)(void *ctx, size_t n, uint8_t *out);
} net;

static void nettle(uint8_t out[32], struct pl_span in)
{
	static union {
		uint64_t align;
		uint8_t room[1024];
	} ctx;

	net.init(&ctx);
	net.update(&ctx, in.n, in.p);
	net.digest(&ctx, 32, out);
}

/* A function out of a library, in the way POSIX says. */
static void *sym(void *lib, const char *name)
{
	return lib ? dlsym(lib, name) : NULL;
}

static hash_fn load_openssl(void)
{
	void *lib = dlopen("libcrypto.so.3", RTLD_NOW);
	void *(*fetch)(void *, const char *, const char *);
	void *(*make)(void);

	*(void **)&fetch = sym(lib, "EVP_MD_fetch");
	*(void **)&make = sym(lib, "EVP_MD_CTX_new");
	*(void **)&ossl.init = sym(lib, "EVP_DigestInit_ex");
	*(void **)&ossl.update = sym(lib, "EVP_DigestUpdate");
	*(void **)&ossl.final = sym(lib, "EVP_DigestFinal_ex");
	if (!fetch || !make || !ossl.init || !ossl.update || !ossl.final)
		return NULL;
	ossl.md = fetch(NULL, "SHA3-256", NULL);
	ossl.ctx = make();
	return ossl.md && ossl.ctx ? openssl : NULL;
}

static hash_fn load_nettle(void)
{
	void *lib = dlopen("libnettle.so.8", RTLD_NOW);

	*(void **)&net.init = sym(lib, "nettle_sha3_256_init");
	*(void **)&net.update = sym(lib, "nettle_sha3_256_update");
	*(void **)&net.digest = sym(lib, "nettle_sha3_256_digest");
	return net.init && net.update && net.digest ? nettle : NULL;
}

/* ------------------------------------------------------------- measuring */

static double ns_per_call(hash_fn f, struct pl_span in)
{
	size_t calls = in.n < 1000 ? 200000 : in.n < 10000 ? 50000 : 50;
	double best = 0;

	for (int r = 0; r < ROUNDS; r++) {
		uint8_t out[32] = { 0 };
		uint64_t from = pl_time_mono_ns();
		double t;

		for (size_t i = 0; i < calls; i++)
			f(out, in);
		t = (double)(pl_time_mono_ns() - from) / (double)calls;
		if (!r || t < best)
			best = t;
	}
	return best;
}

static void line(size_t n, double our, const char *peer, hash_fn f,
		 struct pl_span in)
{
	double t;

	if (!f) {
		printf("keccak256 %8zu B %12.0f ns  %-10s not installed\n", n,
		       our, peer);
		return;
	}
	t = ns_per_call(f, in);
	printf("keccak256 %8zu B %12.0f ns  %-10s %12.0f ns  ratio %.2f\n", n,
	       our, peer, t, our / t);
}

/* Many short messages together.  What bounds it is the permutation: 24 rounds
 * of 25 lanes, about 2300 vector instructions for eight messages, on two
 * 512-bit ports (one where the machine splits them).  The goal is 0.9 of what
 * XKCP's eight-fold permutation was seen to do on such a machine. */
#define XKCP_RECORDED 22.0 /* M/s at 32 bytes */
#define BATCH 1024

static void measure_many(size_t size, double goal)
{
	static const char *const names[] = { "one by one", "four (AVX2)",
					     "eight (AVX-512)" };
	static struct pl_hash32 out[BATCH];
	static struct pl_span in[BATCH];
	static uint8_t text[BATCH + 600];

	for (size_t i = 0; i < BATCH; i++)
		in[i] = (struct pl_span){ text + i, size };
	for (unsigned way = 0; way < PL_KECCAK_WAYS; way++) {
		double best = 0;

		for (int r = 0; r < 40 * ROUNDS; r++) {
			uint64_t from = pl_time_mono_ns();
			double t;

			if (!pl_keccak256_many_by(way, out, in, BATCH))
				break;
			t = (double)(pl_time_mono_ns() - from) / BATCH;
			if (!r || t < best)
				best = t;
		}
		if (best > 0)
			printf("keccak256 %5zu B by %-16s %8.2f M/s", size,
			       names[way], 1e3 / best);
		if (best > 0 && goal > 0 && way == 2)
			printf("  goal %.1f (XKCP x8, recorded: %.0f)", goal,
			       XKCP_RECORDED);
		(void)fputs(best > 0 ? "\n" : "", stdout);
	}
}

int main(void)
{
	hash_fn peer_openssl = load_openssl(), peer_nettle = load_nettle();
	uint8_t *text = malloc(sizes[2]);

	if (!text)
		return 70;
	for (size_t i = 0; i < sizes[2]; i++)
		text[i] = (uint8_t)(i * 131 >> 3);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct pl_span in = { text, sizes[i] };
		double our = ns_per_call(ours, in);

		line(sizes[i], our, "openssl", peer_openssl, in);
		line(sizes[i], our, "nettle", peer_nettle, in);
	}
	free(text);
	measure_many(32, 0.9 * XKCP_RECORDED);
	measure_many(532, 0);
	return 0;
}
