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

/* ---------------------------------------------------- many short messages */

#define BATCH 1024
#define SHORT 32

static uint8_t text[BATCH + 600];
static struct pl_hash32 out[BATCH];

/* XKCP's eight-fold permutation, where its library is installed. */
static struct {
	void (*init)(void *states);
	void (*add)(void *states, const uint8_t *p, unsigned words,
		    unsigned stride);
	void (*permute)(void *states);
	void (*extract)(const void *states, uint8_t *p, unsigned words,
			unsigned stride);
} xkcp;

static bool load_xkcp(void)
{
	void *lib = dlopen("libXKCP.so", RTLD_NOW);

	*(void **)&xkcp.init = sym(lib, "KeccakP1600times8_InitializeAll");
	*(void **)&xkcp.add = sym(lib, "KeccakP1600times8_AddLanesAll");
	*(void **)&xkcp.permute =
		sym(lib, "KeccakP1600times8_PermuteAll_24rounds");
	*(void **)&xkcp.extract = sym(lib, "KeccakP1600times8_ExtractLanesAll");
	return xkcp.init && xkcp.add && xkcp.permute && xkcp.extract;
}

/* The whole batch of short messages, by the fastest calls it has for them. */
static void xkcp_batch(void)
{
	static _Alignas(64) uint8_t states[8 * 200], block[8][136];

	for (unsigned l = 0; l < 8; l++) {
		block[l][SHORT] = 1;
		block[l][135] = 0x80;
	}
	for (size_t i = 0; i < BATCH; i += 8) {
		for (unsigned l = 0; l < 8; l++)
			memcpy(block[l], text + i + l, SHORT);
		xkcp.init(states);
		xkcp.add(states, block[0], 17, 17);
		xkcp.permute(states);
		xkcp.extract(states, out[i].b, 4, 4);
	}
}

/* The way, or XKCP where way is PL_KECCAK_WAYS; 0 when it cannot be had. */
static double mega_per_s(unsigned way, size_t size)
{
	static struct pl_span in[BATCH];
	double best = 0;

	for (size_t i = 0; i < BATCH; i++)
		in[i] = (struct pl_span){ text + i, size };
	for (int r = 0; r < 200 * ROUNDS; r++) {
		uint64_t from = pl_time_mono_ns();
		double t;

		if (way == PL_KECCAK_WAYS)
			xkcp_batch();
		else if (!pl_keccak256_many_by(way, out, in, BATCH))
			return 0;
		t = (double)(pl_time_mono_ns() - from) / BATCH;
		if (!r || t < best)
			best = t;
	}
	return 1e3 / best;
}

/* What bounds it is the permutation: 24 rounds of 25 lanes, about 2300 vector
 * instructions for eight messages, on two 512-bit ports (one where the machine
 * splits them).  So the goal is what XKCP does in the same run; what both did
 * on one machine is said where it is not installed. */
static void against_xkcp(double ours)
{
	double theirs = load_xkcp() ? mega_per_s(PL_KECCAK_WAYS, SHORT) : 0;

	if (theirs > 0)
		printf("  XKCP x8 %.2f M/s  ratio %.2f  goal 0.9", theirs,
		       ours / theirs);
	else
		printf("  goal 0.9 of XKCP x8, not installed (EPYC Genoa: "
		       "17.7 and 16.9)");
}

static void measure_many(size_t size)
{
	static const char *const names[] = { "one by one", "four (AVX2)",
					     "eight (AVX-512)" };

	for (unsigned way = 0; way < PL_KECCAK_WAYS; way++) {
		double speed = mega_per_s(way, size);

		if (speed <= 0)
			continue;
		printf("keccak256 %5zu B by %-16s %8.2f M/s", size, names[way],
		       speed);
		if (size == SHORT && way == 2)
			against_xkcp(speed);
		printf("\n");
	}
}

int main(void)
{
	hash_fn peer_openssl = load_openssl(), peer_nettle = load_nettle();
	uint8_t *longest = malloc(sizes[2]);

	if (!longest)
		return 70;
	for (size_t i = 0; i < sizes[2]; i++)
		longest[i] = (uint8_t)(i * 131 >> 3);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct pl_span in = { longest, sizes[i] };
		double our = ns_per_call(ours, in);

		line(sizes[i], our, "openssl", peer_openssl, in);
		line(sizes[i], our, "nettle", peer_nettle, in);
	}
	free(longest);
	measure_many(SHORT);
	measure_many(532);
	return 0;
}
