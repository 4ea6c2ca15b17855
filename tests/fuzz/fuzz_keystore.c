/* Key files: parsing never crashes, and a parsed file of small cost unlocks
 * or is refused. */
#include "base/arena.h"
#include "wallet/keystore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_keystore ks;
	struct pl_addr addr;
	struct pl_err e;
	uint8_t key[32] = { 0 };
	bool cheap;

	if (!pl_keystore_parse(a, &ks, (struct pl_span){ data, size }, &e)) {
		cheap = ks.kdf == PL_KDF_PBKDF2
				? ks.rounds < 10
				: ks.scrypt.n * ks.scrypt.r * ks.scrypt.p < 64;
		if (ks.cipher_n < 1 || ks.cipher_n > 32)
			__builtin_trap();
		if (cheap && pl_keystore_unlock(key, &addr, &ks,
						pl_span_str("plume"), &e)) {
			for (int i = 0; i < 32; i++) {
				if (key[i]) /* nothing on failure */
					__builtin_trap();
			}
		}
	}
	pl_arena_close(a);
	return 0;
}
