#include "analytics/denoise.h"

#include <math.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_wavelet.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"

static double soft(double x, double t)
{
	return x > t ? x - t : x < -t ? x + t : 0;
}

static double variance(const double *x, size_t n)
{
	const double m = pl_mean(x, 1, n);
	double s = 0;

	for (size_t i = 0; i < n; i++)
		s += (x[i] - m) * (x[i] - m);
	return s / (double)n;
}

/* Place i of n mirrored over and over: 0 1 … n-1 n-1 … 1 0 0 1 … */
static size_t mirror(size_t i, size_t n)
{
	i %= 2 * n;
	return i < n ? i : 2 * n - 1 - i;
}

static enum pl_rc shrink(struct pl_arena *a, struct pl_denoised *o, double *z,
			 size_t m, gsl_wavelet *w, gsl_wavelet_workspace *s,
			 struct pl_err *e)
{
	double *fine = PL_NEW_N(a, double, m / 2);

	PL_TRY(pl_gsl_ok(gsl_wavelet_transform_forward(w, z, 1, m, s),
			 "wavelet", e));
	for (size_t i = 0; i < m / 2; i++)
		fine[i] = fabs(z[m / 2 + i]);
	PL_TRY(pl_quantile(&o->noise, pl_sorted(a, fine, 1, m / 2), m / 2, .5,
			   7, e));
	o->noise /= .6744897501960817;
	o->threshold = o->noise * sqrt(2 * pl_log((double)m));
	o->details = m - 1;
	for (size_t i = 1; i < m; i++) {
		z[i] = soft(z[i], o->threshold);
		o->kept += z[i] != 0;
	}
	return pl_gsl_ok(gsl_wavelet_transform_inverse(w, z, 1, m, s),
			 "wavelet", e);
}

enum pl_rc pl_denoise(struct pl_arena *a, struct pl_denoised *about,
		      double *out, const double *y, size_t n, struct pl_err *e)
{
	struct pl_denoised o = { 0 };
	gsl_wavelet_workspace *s;
	gsl_wavelet *w;
	double *z;
	size_t m = 16;
	enum pl_rc rc;

	PL_TRY(pl_sample_varies(y, 1, n, 16, "wavelet", e));
	while (m < n)
		m *= 2;
	z = PL_NEW_N(a, double, m);
	for (size_t i = 0; i < m; i++)
		z[i] = y[mirror(i, n)];
	w = gsl_wavelet_alloc(gsl_wavelet_daubechies_centered,
			      PL_DENOISE_ORDER);
	s = gsl_wavelet_workspace_alloc(m);
	rc = w && s ? shrink(a, &o, z, m, w, s, e)
		    : pl_gsl_ok(GSL_ENOMEM, "wavelet", e);
	gsl_wavelet_workspace_free(s);
	gsl_wavelet_free(w);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		out[i] = z[i];
	o.share = variance(out, n) / variance(y, n);
	*about = o;
	return PL_OK;
}
