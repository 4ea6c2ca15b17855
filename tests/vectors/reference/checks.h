/* What computes plume's figures of an entry; table.c says which of which. */
#ifndef PL_TESTS_REFERENCE_CHECKS_H
#define PL_TESTS_REFERENCE_CHECKS_H

#include "walk.h"

#define REF_CHECKS(X)                                                          \
	X(garch_fgarch)                                                        \
	X(garch_exact)                                                         \
	X(garch_t_fgarch)                                                      \
	X(garch_t_exact)                                                       \
	X(gjr_fgarch)                                                          \
	X(pot_evd)                                                             \
	X(pot_fextremes)                                                       \
	X(hill)                                                                \
	X(ljung_box)                                                           \
	X(jarque_bera)                                                         \
	X(kpss)                                                                \
	X(robust_scale)                                                        \
	X(acf)                                                                 \
	X(risk)                                                                \
	X(backtest_hist)                                                       \
	X(backtest_ewma)                                                       \
	X(performance)                                                         \
	X(change_points)                                                       \
	X(breakpoints)                                                         \
	X(cusum)                                                               \
	X(sup_f)                                                               \
	X(structts)                                                            \
	X(local_level)                                                         \
	X(arima)                                                               \
	X(auto_arima)                                                          \
	X(arima_forecast)                                                      \
	X(ets)                                                                 \
	X(ets_forecast)                                                        \
	X(holt_winters)                                                        \
	X(conformal)                                                           \
	X(chain)                                                               \
	X(realt)                                                               \
	X(paper_garch)                                                         \
	X(paper_nile_level)                                                    \
	X(paper_nile_break)                                                    \
	X(paper_danish)                                                        \
	X(paper_airline)                                                       \
	X(paper_huron)                                                         \
	X(paper_holt_winters)                                                  \
	X(paper_ets)                                                           \
	X(block_maxima)                                                        \
	X(paper_gev)                                                           \
	X(paper_nist)                                                          \
	X(paper_kupiec)                                                        \
	X(paper_basel)                                                         \
	X(paper_wash)
#define REF_DECLARE(name) void ref_##name(struct ref_item *it);
REF_CHECKS(REF_DECLARE)
#undef REF_DECLARE

#endif
