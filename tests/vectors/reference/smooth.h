/* What smooth.c has for papers.c too. */
#ifndef PL_TESTS_REFERENCE_SMOOTH_H
#define PL_TESTS_REFERENCE_SMOOTH_H

#include "analytics/ets.h"
#include "walk.h"

/* The model R's ets() ended with, out of an entry's figures. */
void ref_ets_of(struct pl_ets *m, const struct pl_json *v);
/* Holt-Winters at the entry's alpha, beta and gamma; and plume's own search
 * for them against these. */
struct pl_holt_winters ref_holt_winters_at(struct ref_item *it);
void ref_holt_winters_fit(struct ref_item *it);

#endif
