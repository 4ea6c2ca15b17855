/* Keys out of a phrase that a person can write down: BIP-39 (English words),
 * BIP-32. */
#ifndef PL_WALLET_PHRASE_H
#define PL_WALLET_PHRASE_H

#include "base/arena.h"

#define PL_PHRASE_WORDS 2048
extern const char pl_phrase_words[PL_PHRASE_WORDS][9]; /* sorted */

/* The words with one space between each.  PL_EFORMAT unless they are 12, 15,
 * 18, 21 or 24 of the list with a good checksum. */
PL_CHECKED enum pl_rc pl_phrase_read(struct pl_arena *a, const char **out,
				     const char *phrase, struct pl_err *e);

/* SPEC BIP-39 "From mnemonic to seed"; the passphrase may be "".  Both are
 * taken byte for byte: beyond ASCII the caller normalises. */
PL_CHECKED enum pl_rc pl_phrase_seed(uint8_t out[64], const char *phrase,
				     const char *passphrase, struct pl_err *e);

/* A way down a tree of keys. */
#define PL_HD_DEPTH 16
struct pl_hd_path {
	uint32_t step[PL_HD_DEPTH]; /* with 1 << 31: hardened */
	size_t n;
};
/* "m/44'/60'/0'/0", with or without a slash behind it; h or H is as good as
 * the apostrophe. */
PL_CHECKED enum pl_rc pl_hd_path_read(struct pl_hd_path *out, const char *text,
				      struct pl_err *e);

/* The private key there, below a seed of 16 to 64 bytes. */
PL_CHECKED enum pl_rc pl_hd_key(uint8_t out[32], struct pl_span seed,
				const struct pl_hd_path *path,
				struct pl_err *e);

#endif
