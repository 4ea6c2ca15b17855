#include "record/batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/sha256.h"

static int order(const void *x, const void *y)
{
	return memcmp(((const struct pl_hash32 *)x)->b,
		      ((const struct pl_hash32 *)y)->b, 32);
}

void pl_batch_sort(struct pl_hash32 *ids, size_t *n)
{
	size_t kept = 0;

	if (*n)
		qsort(ids, *n, sizeof(*ids), order);
	for (size_t i = 0; i < *n; i++) {
		if (!kept || !pl_hash32_equal(&ids[kept - 1], &ids[i]))
			ids[kept++] = ids[i];
	}
	*n = kept;
}

static enum pl_rc check(const struct pl_hash32 *ids, size_t n, struct pl_err *e)
{
	if (!n)
		return pl_fail(e, PL_EUSAGE, "no records make no root");
	if (n > PL_BATCH_MAX)
		return pl_fail(e, PL_ELIMIT,
			       "%zu records, at most %d under one root", n,
			       PL_BATCH_MAX);
	for (size_t i = 1; i < n; i++) {
		if (order(&ids[i - 1], &ids[i]) >= 0)
			return pl_fail(e, PL_EUSAGE,
				       "the ids of a root are in ascending "
				       "order, each once");
	}
	return PL_OK;
}

static struct pl_hash32 leaf(const struct pl_hash32 *id)
{
	uint8_t b[33] = { 0 };

	memcpy(b + 1, id->b, 32);
	return pl_sha256_here((struct pl_span){ b, sizeof(b) });
}

static struct pl_hash32 node(const struct pl_hash32 *l,
			     const struct pl_hash32 *r)
{
	uint8_t b[65] = { 1 };

	memcpy(b + 1, l->b, 32);
	memcpy(b + 33, r->b, 32);
	return pl_sha256_here((struct pl_span){ b, sizeof(b) });
}

/* The largest power of two below n (n > 1). */
static size_t split(size_t n)
{
	size_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

/* Full trees of 1, 2, 4 … leaves stand on a stack, as the bits of the number
 * of leaves so far; what is left at the end joins from the right. */
static struct pl_hash32 root_of(const struct pl_hash32 *ids, size_t n)
{
	struct pl_hash32 stack[PL_BATCH_DEPTH + 2];
	size_t top = 0;

	for (size_t i = 0; i < n; i++) {
		stack[top++] = leaf(&ids[i]);
		for (size_t bits = i + 1; !(bits & 1); bits >>= 1) {
			top--;
			stack[top - 1] = node(&stack[top - 1], &stack[top]);
		}
	}
	while (top > 1) {
		top--;
		stack[top - 1] = node(&stack[top - 1], &stack[top]);
	}
	return stack[0];
}

enum pl_rc pl_batch_root(struct pl_hash32 *out, const struct pl_hash32 *ids,
			 size_t n, struct pl_err *e)
{
	PL_TRY(check(ids, n, e));
	*out = root_of(ids, n);
	return PL_OK;
}

enum pl_rc pl_batch_path(struct pl_batch_path *out, const struct pl_hash32 *ids,
			 size_t n, size_t index, struct pl_err *e)
{
	struct pl_batch_path p = { .index = index, .size = n };
	struct pl_hash32 down[PL_BATCH_DEPTH];
	size_t first = 0, depth = 0;

	PL_TRY(check(ids, n, e));
	if (index >= n)
		return pl_fail(e, PL_EUSAGE, "place %zu of %zu records", index,
			       n);
	while (n > 1) {
		size_t k = split(n);

		if (index - first < k) {
			down[depth++] = root_of(ids + first + k, n - k);
			n = k;
		} else {
			down[depth++] = root_of(ids + first, k);
			first += k;
			n -= k;
		}
	}
	for (size_t i = 0; i < depth; i++)
		p.hash[i] = down[depth - 1 - i];
	p.n = depth;
	*out = p;
	return PL_OK;
}

enum pl_rc pl_batch_check(const struct pl_hash32 *root,
			  const struct pl_hash32 *id,
			  const struct pl_batch_path *path, struct pl_err *e)
{
	uint64_t at = path->index, last = path->size - 1;
	struct pl_hash32 h = leaf(id);

	if (path->index >= path->size || path->size > PL_BATCH_MAX ||
	    path->n > PL_BATCH_DEPTH)
		return pl_fail(e, PL_EPROOF,
			       "place %" PRIu64 " of %" PRIu64 " records",
			       path->index, path->size);
	for (size_t i = 0; i < path->n; i++) {
		if (!last)
			return pl_fail(e, PL_EPROOF, "the path is too long");
		if ((at & 1) || at == last) {
			h = node(&path->hash[i], &h);
			while (!(at & 1) && at) {
				at >>= 1;
				last >>= 1;
			}
		} else {
			h = node(&h, &path->hash[i]);
		}
		at >>= 1;
		last >>= 1;
	}
	if (last || !pl_hash32_equal(&h, root))
		return pl_fail(e, PL_EPROOF,
			       "the path does not lead to the root");
	return PL_OK;
}
