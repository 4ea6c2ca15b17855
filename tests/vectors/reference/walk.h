/* Figures others obtained, reference.json and published.json, held against
 * plume's: what every entry's check uses to ask for a figure and to say what
 * plume makes of it.  The rules:
 *
 *   exact   within 1e-6 of the figure (and 1e-15 absolute, which is what
 *           1 - F leaves of a small probability)
 *   fit     where both sides search a maximum: the same likelihood at the
 *           reference's parameters, one at least as high at plume's, and each
 *           coefficient within 1e-4, or no further off than the likelihood
 *           the reference left on the table explains: from g below the
 *           maximum of a quadratic no coordinate is further than
 *           sqrt(2 g) standard errors
 *   error   a standard error of a fit: see ref_error
 *
 * Every figure of an entry is asked for, or is named in table.c with the
 * reason why plume makes none; one that is neither fails. */
#ifndef PL_TESTS_REFERENCE_WALK_H
#define PL_TESTS_REFERENCE_WALK_H

#include "../columns.h"

struct ref_leaf {
	const char *path; /* coef.mu, se_hessian[2] */
	const struct pl_json *v;
	bool seen;
};

struct ref_item {
	struct pl_arena *a;
	const char *id;
	const struct pl_json *v;   /* its figures */
	const struct pl_json *all; /* the list it stands in */
	bool words; /* strings are no figures: they need not be asked for */
	struct ref_leaf *leaf;
	size_t leaves;
	size_t figures, errors; /* by rule, compared */
	/* coefficients: within 1e-4, explained by the gap, at a worse place */
	size_t coefs, explained, elsewhere;
	bool fit;
	size_t close;  /* of errors: within 1e-6 */
	size_t differ; /* listed as such, with the reason */
	size_t unmade;
	double gap;          /* plume's likelihood above the reference's */
	double ours, theirs; /* the two likelihoods */
	bool worse;          /* the reference stopped at a worse optimum */
};

/* Entries: the first row whose prefix an id begins with. */
struct ref_row {
	const char *prefix;
	void (*check)(struct ref_item *it); /* NULL: no verb makes this */
	const char *what;                   /* of which verb; or why not */
};
/* Figures of entries that are checked: `path` is a prefix. */
struct ref_note {
	const char *prefix, *path, *why;
};
struct ref_table {
	const struct ref_row *row;
	const struct ref_note *unmade; /* figures no verb makes */
	const struct ref_note *differ; /* figures that differ, and why */
	const struct ref_note *worse;  /* worse optima of the reference */
};
extern const struct ref_table ref_reference, ref_published;

/* The figure at a path (printf), which counts as asked for. */
double ref_want(struct ref_item *it, const char *path, ...)
	__attribute__((format(printf, 2, 3)));
bool ref_has(const struct ref_item *it, const char *path);

void ref_exact(struct ref_item *it, double got, const char *path, ...)
	__attribute__((format(printf, 3, 4)));
void ref_text(struct ref_item *it, const char *got, const char *path);
/* As many digits as are printed: one unit of the last of `significant`. */
void ref_printed(struct ref_item *it, double got, const char *path,
		 int significant);

/* Plume's maximum, and its likelihood at the reference's parameters. */
void ref_maximum(struct ref_item *it, double ours, double theirs);
/* After ref_maximum: a coefficient, and its standard error (NaN: none, the
 * 1e-4 alone holds). */
void ref_coef(struct ref_item *it, double got, double se, const char *path, ...)
	__attribute__((format(printf, 4, 5)));
/* A standard error.  Those of the reference are of Hessians by differences:
 * `got` is plume's likelihood differenced likewise and held to 1e-6, or the
 * analytic one where how is not known, and held to `rel`. */
void ref_error(struct ref_item *it, double got, double rel, const char *path,
	       ...) __attribute__((format(printf, 4, 5)));

typedef double (*ref_fn)(const double *par, void *ctx);
/* Covariances, or standard errors, from the Hessian of the log-likelihood f at
 * par as R's optimHess takes it: by steps of 1e-3 in each parameter, times its
 * scale (NULL: 1).  k <= 8; an error is NaN where R's is. */
bool ref_optim_cov(double *cov, const double *par, const double *scale,
		   size_t k, ref_fn f, void *ctx);
bool ref_optim_hess(double *se, const double *par, const double *scale,
		    size_t k, ref_fn f, void *ctx);

/* The series an id ends in: returns in per cent, or levels. */
struct column ref_series(struct pl_arena *a, const char *id);
struct column ref_file(struct pl_arena *a, const char *path, const char *name);
/* The figures of another entry of the list. */
const struct pl_json *ref_entry(const struct ref_item *it, const char *id);
double ref_num(const struct pl_json *v);
bool ref_starts(const char *s, const char *prefix);

struct ref_tally {
	size_t entries, covered, within, fits, worse;
	size_t figures, coefs, explained, elsewhere;
	size_t errors, close, differ, unmade;
};
/* Walks the entries of a list (NULL: an object, by key) and adds them up;
 * `value`: the member that holds the figures, NULL: the entry itself. */
void ref_walk(struct ref_tally *t, const struct ref_table *table,
	      const struct pl_json *list, const char *value);
/* Fails where a row of the table named nothing. */
void ref_all_used(const struct ref_table *table);

#endif
