#include "repo/merkle.h"

#include <stdio.h>

#include "crypto/sha256.h"

/* Roots of complete subtrees, the largest first; with the count of leaves in
 * binary there is one for each bit that is set. */
struct stack {
	struct pl_hash32 v[64];
	size_t n;
};

static enum pl_rc hash_leaf(struct pl_hash32 *out,
			    const struct pl_merkle_file *f, struct pl_err *e)
{
	struct pl_sha256 h;
	char mode[16];
	enum pl_rc rc;

	PL_TRY(pl_sha256_open(&h, e));
	(void)snprintf(mode, sizeof(mode), "%c%06o ", 0, f->mode);
	rc = pl_sha256_put(&h, (struct pl_span){ (uint8_t *)mode, 8 }, e);
	if (!rc) /* with its end, the zero byte */
		rc = pl_sha256_put(&h,
				   (struct pl_span){ (const uint8_t *)f->path,
						     strlen(f->path) + 1 },
				   e);
	if (!rc)
		rc = pl_sha256_put(&h, pl_hash32_span(&f->sha256), e);
	if (rc) {
		(void)!pl_sha256_close(&h, NULL, e);
		return rc;
	}
	return pl_sha256_close(&h, out, e);
}

/* The two last subtrees become one. */
static enum pl_rc join(struct stack *s, struct pl_err *e)
{
	uint8_t node[1 + 2 * sizeof(struct pl_hash32)] = { 1 };

	memcpy(node + 1, &s->v[s->n - 2], 2 * sizeof(struct pl_hash32));
	s->n--;
	return pl_sha256(&s->v[s->n - 1],
			 (struct pl_span){ node, sizeof(node) }, e);
}

enum pl_rc pl_merkle_root(struct pl_hash32 *out,
			  const struct pl_merkle_file *files, size_t n,
			  struct pl_err *e)
{
	struct stack s = { .n = 0 };

	if (!n)
		return pl_sha256(out, (struct pl_span){ NULL, 0 }, e);
	for (size_t i = 0; i < n; i++) {
		if (i && strcmp(files[i - 1].path, files[i].path) >= 0)
			return pl_fail(e, PL_EUSAGE,
				       "files of a Merkle tree out of order");
		PL_TRY(hash_leaf(&s.v[s.n], &files[i], e));
		s.n++;
		for (size_t done = i + 1; !(done & 1); done >>= 1)
			PL_TRY(join(&s, e));
	}
	while (s.n > 1)
		PL_TRY(join(&s, e));
	*out = s.v[0];
	return PL_OK;
}
