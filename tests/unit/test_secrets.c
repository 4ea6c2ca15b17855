/* What is left of a key and a password in the memory of the process: nothing.
 * After unlocking, signing and closing, every page that can be read is
 * searched for them; the test itself keeps them masked. */
#include "check.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/secret.h"
#include "crypto/rand.h"
#include "wallet/keystore.h"
#include "wallet/signer.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PL_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PL_SANITIZED
#endif
#endif

#define MASK 0xa5
#define N 32

static struct pl_arena *a;
static struct pl_err e;
static const struct pl_scrypt cheap = { 2, 1, 1 };
static uint8_t key_masked[N], word_masked[N];

static void masked(uint8_t *out, const uint8_t *in)
{
	for (size_t i = 0; i < N; i++)
		out[i] = in[i] ^ MASK;
}

/* Where the unmasked bytes stand in a piece of memory. */
static size_t count_in(const uint8_t *p, size_t n, const uint8_t *mask)
{
	uint8_t first = mask[0] ^ MASK;
	size_t hits = 0;

	for (size_t i = 0; i + N <= n; i++) {
		size_t k = 0;

		if (p[i] != first)
			continue;
		while (k < N && p[i + k] == (mask[k] ^ MASK))
			k++;
		hits += k == N;
	}
	return hits;
}

/* Through /proc, so that pages nobody may touch are skipped.  Pieces overlap
 * by N; the one the buffer itself lies in is left out. */
static size_t count_everywhere(const uint8_t *mask)
{
	static uint8_t buf[65536 + N];
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY);
	unsigned long from, to;
	char line[512], perm[5];
	size_t hits = 0;

	assert_non_null(maps);
	assert_true(mem >= 0);
	while (fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %4s", &from, &to, perm) != 3 ||
		    perm[0] != 'r' || perm[1] != 'w')
			continue;
		for (unsigned long at = from; at < to; at += 65536) {
			size_t want =
				to - at < sizeof(buf) ? to - at : sizeof(buf);
			ssize_t got;

			if ((uintptr_t)buf + sizeof(buf) > at &&
			    (uintptr_t)buf < at + want)
				continue;
			got = pread(mem, buf, want, (off_t)at);
			if (got > 0)
				hits += count_in(buf, (size_t)got, mask);
			pl_wipe(buf, sizeof(buf));
		}
	}
	(void)fclose(maps);
	(void)close(mem);
	return hits;
}

/* Is the page of p left out of core dumps? */
static bool is_not_dumped(const void *p)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long from, to;
	char line[512];
	bool inside = false, found = false;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = (uintptr_t)p >= from && (uintptr_t)p < to;
		if (inside && !strncmp(line, "VmFlags:", 8))
			found = strstr(line, " dd");
	}
	(void)fclose(f);
	return found;
}

/* Draw both, keep them masked, lock the key. */
static struct pl_span make_file(void)
{
	uint8_t *s = pl_secret_open(2 * N);
	struct pl_span text = { 0 };

	assert_ok(pl_random(s, 2 * N, &e), &e);
	s[0] = 1; /* certainly a key */
	for (size_t i = 0; i < N; i++)
		s[N + i] = 'a' + s[N + i] % 26;
	masked(key_masked, s);
	masked(word_masked, s + N);
	assert_ok(pl_keystore_lock(a, &text, s, (struct pl_span){ s + N, N },
				   &cheap, &e),
		  &e);
	pl_secret_close(s, 2 * N);
	return text;
}

static void use_file(struct pl_span text, bool wrong)
{
	uint8_t *s = pl_secret_open(2 * N);
	struct pl_hash32 digest = { { 1 } };
	struct pl_signer *signer;
	struct pl_keystore ks;
	struct pl_addr addr;
	struct pl_sig sig;

	assert_true(is_not_dumped(s));
	for (size_t i = 0; i < N; i++)
		s[N + i] = word_masked[i] ^ MASK;
	assert_ok(pl_keystore_parse(a, &ks, text, &e), &e);
	ks.mac.b[0] ^= wrong;
	assert_int_equal(pl_keystore_unlock(s, &addr, &ks,
					    (struct pl_span){ s + N, N }, &e),
			 wrong ? PL_EPROOF : PL_OK);
	if (!wrong) {
		/* the search does find what is there */
		assert_int_equal(count_everywhere(key_masked), 1);
		assert_ok(pl_signer_of_key(a, &signer, s, "x", &e), &e);
		assert_int_equal(count_everywhere(key_masked), 2);
		assert_ok(pl_signer_sign(signer, &sig, &digest, &e), &e);
		pl_signer_close(signer);
	}
	pl_secret_close(s, 2 * N);
}

static void nothing_is_left(void **state)
{
	struct pl_span text;

	(void)state;
#ifdef PL_SANITIZED
	skip(); /* its shadow memory is terabytes to search */
#endif
	text = make_file();
	assert_int_equal(count_everywhere(key_masked), 0);
	assert_int_equal(count_everywhere(word_masked), 0);
	for (int wrong = 0; wrong < 2; wrong++) {
		use_file(text, wrong);
		assert_int_equal(count_everywhere(key_masked), 0);
		assert_int_equal(count_everywhere(word_masked), 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left),
	};
	int failed;

	a = pl_arena_open(0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pl_arena_close(a);
	return failed;
}
