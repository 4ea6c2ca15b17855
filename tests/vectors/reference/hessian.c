/* Standard errors as R has them: of a Hessian by differences. */
#include "walk.h"

/* f at par moved by a step up or down in i and in j */
static double moved(const double *par, size_t k, size_t i, double hi, size_t j,
		    double hj, ref_fn f, void *ctx)
{
	double to[8];

	memcpy(to, par, k * sizeof(double));
	to[i] += hi;
	to[j] += hj;
	return f(to, ctx);
}

/* inv of the k x k matrix m, definite or not, which is destroyed. */
static bool inverse(double *inv, double *m, size_t k)
{
	for (size_t i = 0; i < k * k; i++)
		inv[i] = i % (k + 1) == 0;
	for (size_t c = 0; c < k; c++) {
		size_t top = c;

		for (size_t i = c; i < k; i++)
			if (fabs(m[i * k + c]) > fabs(m[top * k + c]))
				top = i;
		if (!(fabs(m[top * k + c]) > 0))
			return false;
		for (size_t j = 0; j < k; j++) {
			const double u = m[c * k + j], v = inv[c * k + j];

			m[c * k + j] = m[top * k + j];
			inv[c * k + j] = inv[top * k + j];
			m[top * k + j] = u;
			inv[top * k + j] = v;
		}
		{
			const double d = m[c * k + c];

			for (size_t j = 0; j < k; j++) {
				m[c * k + j] /= d;
				inv[c * k + j] /= d;
			}
		}
		for (size_t i = 0; i < k; i++) {
			const double u = m[i * k + c];

			for (size_t j = 0; j < k && i != c; j++) {
				m[i * k + j] -= u * m[c * k + j];
				inv[i * k + j] -= u * inv[c * k + j];
			}
		}
	}
	return true;
}

bool ref_optim_cov(double *cov, const double *par, const double *scale,
		   size_t k, ref_fn f, void *ctx)
{
	double m[64] = { 0 };

	assert_true(k > 0 && k <= 8);
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j <= i; j++) {
			const double u = 1e-3 * (scale ? scale[i] : 1);
			const double v = 1e-3 * (scale ? scale[j] : 1);

			m[i * k + j] = m[j * k + i] =
				-(moved(par, k, i, u, j, v, f, ctx) -
				  moved(par, k, i, u, j, -v, f, ctx) -
				  moved(par, k, i, -u, j, v, f, ctx) +
				  moved(par, k, i, -u, j, -v, f, ctx)) /
				(4 * u * v);
		}
	return inverse(cov, m, k);
}

bool ref_optim_hess(double *se, const double *par, const double *scale,
		    size_t k, ref_fn f, void *ctx)
{
	double cov[64];

	if (!ref_optim_cov(cov, par, scale, k, f, ctx))
		return false;
	for (size_t i = 0; i < k; i++)
		se[i] = sqrt(cov[i * k + i]);
	return true;
}
