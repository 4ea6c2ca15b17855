/* Points along ramps, and the smallest step that changes the verdict. */
#include "record/score.h"

#include <math.h>

static int64_t points_of(const struct pl_feature *f, double value)
{
	double size = f->is_signed ? fabs(value) : value;
	double part;
	int64_t p;

	if (!isfinite(value) || size <= f->lo)
		return 0;
	part = (size - f->lo) / (f->hi - f->lo);
	p = part >= 1 ? f->max : (int64_t)floor(part * (double)f->max);
	return f->is_signed && value < 0 ? -p : p;
}

int64_t pl_score(struct pl_feature *f, size_t n)
{
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		f[i].points = points_of(&f[i], f[i].value);
		sum += f[i].points;
	}
	return sum;
}

size_t pl_score_verdict(const struct pl_verdict *v, size_t n, int64_t score)
{
	size_t i = 0;

	while (i + 1 < n && score >= v[i + 1].from)
		i++;
	return i;
}

/* The size |value| nearest to `from` at which the ramp gives `want` points.
 * The ends of the ramp's steps are not doubles: step to the side that counts.
 */
static double size_for(const struct pl_feature *f, double from, int64_t want)
{
	struct pl_feature ramp = *f;
	double width = f->hi - f->lo;
	double x;

	ramp.is_signed = false;
	if (points_of(&ramp, from) < want) {
		x = f->lo + width * (double)want / (double)f->max;
		while (points_of(&ramp, x) < want)
			x = nextafter(x, INFINITY);
		return x;
	}
	x = f->lo + width * (double)(want + 1) / (double)f->max;
	while (points_of(&ramp, x) > want)
		x = nextafter(x, -INFINITY);
	return x < from ? x : from;
}

/* The value nearest to f->value that gives `want` points. */
static double value_for(const struct pl_feature *f, int64_t want)
{
	double v = f->value;

	if (!f->is_signed)
		return size_for(f, v, want);
	if (want < 0)
		return -size_for(f, v < 0 ? -v : 0, -want);
	if (want > 0)
		return size_for(f, v > 0 ? v : 0, want);
	return v < 0 ? -size_for(f, -v, 0) : size_for(f, v, 0);
}

static void flip_one(struct pl_flip *best, double *least,
		     const struct pl_feature *f, int64_t score,
		     const struct pl_verdict *v, size_t n)
{
	size_t now = pl_score_verdict(v, n, score);

	for (int64_t p = f->is_signed ? -f->max : 0; p <= f->max; p++) {
		int64_t other = score - f->points + p;
		size_t then = pl_score_verdict(v, n, other);
		double to, step;

		if (then == now)
			continue;
		to = value_for(f, p);
		step = fabs(to - f->value) / (f->hi - f->lo);
		if (step >= *least)
			continue;
		*least = step;
		*best = (struct pl_flip){ f->name, f->value, to, other,
					  v[then].name };
	}
}

void pl_score_flip(struct pl_flip *out, const struct pl_feature *f, size_t n,
		   const struct pl_verdict *v, size_t n_verdicts)
{
	double least = INFINITY;
	int64_t score = 0;

	*out = (struct pl_flip){ 0 };
	for (size_t i = 0; i < n; i++)
		score += f[i].points;
	for (size_t i = 0; i < n; i++) {
		if (isfinite(f[i].value))
			flip_one(out, &least, &f[i], score, v, n_verdicts);
	}
}
