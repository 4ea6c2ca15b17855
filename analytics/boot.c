#include "analytics/boot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/rng.h"
#include "base/par.h"

#define CHUNK 25 /* replications of a task */

struct job {
	const struct pl_boot_spec *spec;
	const double *x;
	size_t n, k;
	pl_boot_fn fn;
	const void *ctx;
	double *table; /* k rows of reps */
};

void pl_boot_draw(double *out, const double *x, size_t n, size_t block,
		  struct pl_rng *r)
{
	for (size_t i = 0; i < n;) {
		const size_t from = pl_rng_below(r, n);
		size_t take = n - i < block ? n - i : block;
		const size_t head = n - from < take ? n - from : take;

		memcpy(out + i, x + from, head * sizeof(*out));
		memcpy(out + i + head, x, (take - head) * sizeof(*out));
		i += take;
	}
}

static void chunk(void *opaque, size_t task)
{
	struct job *j = opaque;
	struct pl_arena *a = pl_arena_open(0);
	double *x = PL_NEW_N(a, double, j->n);
	double figures[PL_BOOT_FIGURES];
	const size_t reps = (size_t)j->spec->reps;

	for (size_t i = task * CHUNK; i < reps && i < (task + 1) * CHUNK; i++) {
		struct pl_rng r;

		pl_rng_stream(&r, j->spec->seed, i);
		pl_boot_draw(x, j->x, j->n, (size_t)j->spec->block, &r);
		j->fn(figures, x, j->n, j->ctx);
		for (size_t k = 0; k < j->k; k++)
			j->table[k * reps + i] = figures[k];
	}
	pl_arena_close(a);
}

enum pl_rc pl_boot_bounds(struct pl_arena *a, struct pl_boot *out, double *row,
			  size_t reps, double confidence, struct pl_err *e)
{
	const double half = (1 - confidence) / 2;
	double mean, s = 0, *sorted;
	size_t n = 0;

	for (size_t i = 0; i < reps; i++)
		if (isfinite(row[i]))
			row[n++] = row[i];
	*out = (struct pl_boot){ NAN, NAN, NAN, n };
	if (n < 20 || 2 * n < reps)
		return PL_OK;
	sorted = pl_sorted(a, row, 1, n);
	mean = pl_mean(row, 1, n);
	for (size_t i = 0; i < n; i++)
		s += (row[i] - mean) * (row[i] - mean);
	out->se = sqrt(s / (double)(n - 1));
	PL_TRY(pl_quantile(&out->lo, sorted, n, half, 7, e));
	return pl_quantile(&out->hi, sorted, n, 1 - half, 7, e);
}

void pl_boot_student(struct pl_boot *b, double figure, double se)
{
	const double lo = figure - b->hi * se;

	b->hi = figure - b->lo * se;
	b->lo = lo;
	b->se *= se;
}

enum pl_rc pl_boot_defaults(struct pl_boot_spec *s, const double *x, size_t n,
			    struct pl_err *e)
{
	if (s->reps > 100000)
		return pl_fail(e, PL_EMATH, "bootstrap: too many replications");
	if (!s->reps)
		s->reps = n > 100000  ? 200
			  : n < 20000 ? 1000
				      : (uint64_t)(2e7 / (double)n);
	if (!s->block)
		s->block = pl_boot_block(x, n);
	if (s->block > n)
		s->block = n;
	if (!(s->confidence > 0))
		s->confidence = .95;
	return PL_OK;
}

enum pl_rc pl_boot(struct pl_boot *out, struct pl_boot_spec *used,
		   const double *x, size_t n, size_t k,
		   const struct pl_boot_spec *spec, pl_boot_fn fn,
		   const void *ctx, struct pl_err *e)
{
	struct job j = { used, x, n, k, fn, ctx, NULL };
	struct pl_arena *own;
	enum pl_rc rc = PL_OK;

	*used = *spec;
	PL_TRY(pl_sample_check(x, 1, n, 2, "bootstrap", e));
	if (k > PL_BOOT_FIGURES)
		return pl_fail(e, PL_EMATH, "bootstrap: too many figures");
	PL_TRY(pl_boot_defaults(used, x, n, e));
	own = pl_arena_open(0);
	j.table = PL_NEW_N(own, double, k *(size_t)used->reps);
	pl_par(((size_t)used->reps + CHUNK - 1) / CHUNK, used->threads, chunk,
	       &j);
	for (size_t i = 0; !rc && i < k; i++)
		rc = pl_boot_bounds(own, &out[i], j.table + i * used->reps,
				    (size_t)used->reps, used->confidence, e);
	pl_arena_close(own);
	return rc;
}
