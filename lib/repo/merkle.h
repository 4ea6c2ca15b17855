/* SHA-256 Merkle root of a folder: what a signature or an anchor on chain
 * stands for, because git names its objects by SHA-1.
 *
 * The tree is RFC 6962's: SHA-256(00 ‖ leaf), SHA-256(01 ‖ left ‖ right), split
 * at the largest power of two below n, SHA-256("") for no file.  A leaf is
 *	mode in six octal digits ‖ 20 ‖ path ‖ 00 ‖ SHA-256(content)
 * and leaves are ordered by the bytes of their paths. */
#ifndef PL_REPO_MERKLE_H
#define PL_REPO_MERKLE_H

#include "base/types.h"

struct pl_merkle_file {
	const char *path; /* below the folder, '/' between parts */
	unsigned mode;    /* 0100644 or 0100755 */
	struct pl_hash32 sha256;
};

/* PL_EUSAGE when the files are not in order or one comes twice. */
PL_CHECKED enum pl_rc pl_merkle_root(struct pl_hash32 *out,
				     const struct pl_merkle_file *files,
				     size_t n, struct pl_err *e);

#endif
