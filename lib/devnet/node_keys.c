/* The accounts that development nodes share.  Their keys are in everybody's
 * hands: never send anything of worth to them. */
#include "base/hex.h"
#include "base/secret.h"
#include "crypto/secp.h"
#include "devnet/node.h"
#include "wallet/phrase.h"

const char *const pl_dev_phrase =
	"test test test test test test test test test test test junk";

/* BIP-39 and BIP-32 of that phrase, m/44'/60'/0'/0/i. */
static const char *const secrets[PL_DEV_KEYS] = {
	"ac0974bec39a17e36ba4a6b4d238ff94"
	"4bacb478cbed5efcae784d7bf4f2ff80",
	"59c6995e998f97a5a0044966f0945389"
	"dc9e86dae88c7a8412f4603b6b78690d",
	"5de4111afa1a4b94908f83103eb1f170"
	"6367c2e68ca870fc3fb9a804cdab365a",
	"7c852118294e51e653712a81e05800f4"
	"19141751be58f605c371e15141b007a6",
	"47e179ec197488593b187f80a00eb0da"
	"91f1b9d0b13f8733639f19c30a34926a",
	"8b3a350cf5c34c9194ca85829a2df0ec"
	"3153be0318b5e2d3348e872092edffba",
	"92db14e403b83dfe3df233f83dfa3a0d"
	"7096f21ca9b0d6d6b8d88b2b4ec1564e",
	"4bbbf85ce3377467afe5d46f804f2218"
	"13b2bb87f24d81f60f1fcdbf7cbf4356",
	"dbda1821b80551c9d65939329250298a"
	"a3472ba22feea921c0cf5d620ea67b97",
	"2a871d0798f97d79848a013d4936a73b"
	"f4cc922c825d33c1cf7073dff6d409c6",
	"f214f2b2cd398c806f84e317254e0f0b"
	"801d0643303237d97a22a48e01628897",
	"701b615bbdfb9de65240bc28bd21bbc0"
	"d996645a3dd57e7b12bc2bdf6f192c82",
	"a267530f49f8280200edf313ee7af6b8"
	"27f2a8bce2897751d06a843f644967b1",
	"47c99abed3324a2707c28affff1267e4"
	"5918ec8c3f20b8aa892e8b065d2942dd",
	"c526ee95bf44d8fc405a158bb884d9d1"
	"238d99f0612e9f33d006bb0789009aaa",
	"8166f546bab6da521a8369cab06c5d2b"
	"9e46670292d85c875ee9ec20e84ffb61",
	"ea6c44ac03bff858b476bba40716402b"
	"03e41b8e97e276d1baec7c37d42484a0",
	"689af8efa8c651a91ad287602527f3af"
	"2fe9f6501a7ac4b061667b5a93e037fd",
	"de9be858da4a475276426320d5e9262e"
	"cfc3ba460bfac56360bfa6c4c28b4ee0",
	"df57089febbacf7ba0bc227dafbffa9f"
	"c08a93fdc68e1e42411a14efcf23656e",
};

enum pl_rc pl_dev_keys(struct pl_dev_key *out, size_t n, struct pl_err *e)
{
	if (n > PL_DEV_KEYS)
		return pl_fail(e, PL_ELIMIT, "more than %d accounts",
			       PL_DEV_KEYS);
	for (size_t i = 0; i < n; i++) {
		PL_TRY(pl_hex_fixed(out[i].secret, 32, secrets[i], 64, e));
		PL_TRY(pl_secp_address(&out[i].addr, out[i].secret, e));
	}
	return PL_OK;
}

enum pl_rc pl_dev_keys_of(struct pl_dev_key *out, size_t n, const char *phrase,
			  const char *path, struct pl_err *e)
{
	struct pl_hd_path at;
	uint8_t seed[64];
	enum pl_rc rc;

	PL_TRY(pl_hd_path_read(&at, path, e));
	if (at.n == PL_HD_DEPTH)
		return pl_fail(e, PL_ELIMIT, "a path of %zu steps", at.n);
	rc = pl_phrase_seed(seed, phrase, "", e);
	for (size_t i = 0; !rc && i < n; i++) {
		struct pl_hd_path of = at;

		of.step[of.n++] = (uint32_t)i;
		rc = pl_hd_key(out[i].secret,
			       (struct pl_span){ seed, sizeof(seed) }, &of, e);
		if (!rc)
			rc = pl_secp_address(&out[i].addr, out[i].secret, e);
	}
	pl_wipe(seed, sizeof(seed));
	return rc;
}
