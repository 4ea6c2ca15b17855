/* The one place that says what of reference.json and published.json plume is
 * held to, which figures no verb makes, and which differ.  A row that names
 * nothing fails, and so does an entry or a figure that nothing names. */
#include "checks.h"

static const struct ref_row reference_rows[] = {
	/* risk */
	{ "garch11_norm_", ref_garch_fgarch, "risk --garch normal" },
	{ "garch11_fcp_norm_", ref_garch_exact, "risk --garch normal" },
	{ "garch11_std_", ref_garch_t_fgarch, "risk --garch t" },
	{ "garch11_fcp_t_", ref_garch_t_exact, "risk --garch t" },
	{ "gjr_norm_", ref_gjr_fgarch, "risk --garch gjr" },
	{ "gpd_fExtremes_", ref_pot_fextremes, "risk: peaks over a threshold" },
	{ "gpd_", ref_pot_evd, "risk: peaks over a threshold" },
	{ "hill_", ref_hill, "risk: Hill" },
	{ "gev_", ref_block_maxima, "risk: block maxima" },
	{ "risk_", ref_risk, "risk" },
	{ "backtest_hist250_", ref_backtest_hist, "backtest: historical" },
	{ "backtest_ewma94_", ref_backtest_ewma, "backtest: EWMA" },
	{ "finance/", ref_performance, "risk" },
	{ "rwa/", ref_performance, "risk" },
	{ "ljungbox10_", ref_ljung_box, "risk: Ljung-Box" },
	{ "jarque_bera_", ref_jarque_bera, "risk: Jarque-Bera" },
	{ "acf10_", ref_acf, "risk, trend: autocorrelations" },
	/* trend */
	{ "cp_mean_", ref_change_points, "trend: PELT" },
	{ "cp_meanvar_", ref_change_points, "trend: PELT, mean and variance" },
	{ "breakpoints_", ref_breakpoints, "trend: PELT" },
	{ "ocus_", ref_cusum, "trend: CUSUM" },
	{ "supF_", ref_sup_f, "trend: largest F" },
	{ "structts_", ref_structts, "trend: local level" },
	{ "local_level_", ref_local_level, "trend: local level" },
	/* forecast */
	{ "airline_logAP_fc24", ref_arima_forecast, "forecast: ARIMA" },
	{ "auto_arima_", ref_auto_arima, "forecast: ARIMA" },
	{ "arma11_", ref_arima, "forecast: ARIMA" },
	{ "arima_", ref_arima, "forecast: ARIMA" },
	{ "airline_", ref_arima, "forecast: ARIMA" },
	{ "kpss_", ref_kpss, "forecast: differences of ARIMA" },
	{ "ets_AP_fc24", ref_ets_forecast, "forecast: ETS" },
	{ "ets_", ref_ets, "forecast: ETS" },
	{ "hw_", ref_holt_winters, "forecast: Holt-Winters" },
	{ "conformal_", ref_conformal, "forecast: split intervals" },
	/* anomaly, concentration, flows, wash */
	{ "robust_scale_", ref_robust_scale, "anomaly: MAD, Sn, Qn" },
	{ "chain_", ref_chain, "concentration, wash, flows" },
	{ "realt_", ref_realt, "concentration" },
	/* no verb */
	{ "garch_tseries_", NULL,
	  "another presample rule: its likelihood is not comparable" },
	{ "adf_", NULL, "Dickey-Fuller's test; the catalogue has KPSS" },
	{ "pp_", NULL, "Phillips and Perron's test; the catalogue has KPSS" },
	{ "gph_", NULL, "long memory is not of the catalogue" },
	{ "hurst_rs_", NULL, "long memory is not of the catalogue" },
	{ "tail_t_fit_", NULL,
	  "a t without GARCH; risk fits it to GARCH's residuals" },
	{ "bsm_", NULL,
	  "a seasonal structural model; forecast has seasonal ETS and ARIMA" },
	{ "stl_", NULL,
	  "a decomposition by loess; forecast has seasonal ETS and ARIMA" },
	{ "hp1600_", NULL,
	  "Hodrick and Prescott's filter; trend has the exact local level and "
	  "slope" },
	{ "rlm_", NULL,
	  "regression on several variables; trend's robust slope has time "
	  "alone" },
	{ NULL, NULL, NULL },
};

static const struct ref_note reference_unmade[] = {
	{ "garch11_fcp_", "max_abs_grad",
	  "of the reference's search; plume's is below 1e-8 standard errors" },
	{ "kpss_", "cval.", "urca's table; plume compares at 5 % alone" },
	{ "breakpoints_", "RSS.",
	  "trend reports the number of breaks it chose, not every other" },
	{ "breakpoints_", "BIC.", "of every other number as well" },
	{ "supF_", "p",
	  "R prints the rounding of 1; trend takes the place and leaves the "
	  "test to CUSUM" },
	{ "structts_", "loglik",
	  "of a start with variance 1e6, not of the exactly diffuse one" },
	{ "structts_", "fitted_first5",
	  "trend gives the level from all points, and the last" },
	{ "risk_", "calmar_252",
	  "ratios of return to risk: risk says what can be lost" },
	{ "risk_", "sharpe_252", "as before" },
	{ "risk_", "sortino_252", "as before" },
	{ "risk_", "ulcer", "as before" },
	{ "risk_", "omega0", "as before" },
	{ "finance/", "",
	  "ratios of return to risk; ES \"modified\" (Boudt), cut off at VaR" },
	{ "rwa/", "", "as before" },
	{ "conformal_", "k", "a place in a sorted list" },
	{ "airline_logAP_fc24", "",
	  "bounds of a normal law; plume's are conformal" },
	{ "ets_AP_fc24", "", "bounds of a normal law; plume's are conformal" },
	{ "chain_", "wcc_count", "wash wants circles, not islands" },
	{ NULL, NULL, NULL },
};

static const struct ref_note reference_differ[] = {
	{ "airline_", "loglik",
	  "R starts with variance 1e6 where plume's start is exactly diffuse" },
	{ "airline_", "aic", "as before" },
	{ "airline_", "sigma2", "as before" },
	{ "airline_", "se.", "as before" },
	{ "auto_arima_", "loglik", "as before" },
	{ "auto_arima_", "aic", "as before" },
	{ "auto_arima_", "sigma2", "as before" },
	{ "auto_arima_", "se.", "as before" },
	{ "chain_cro", "net_receivers",
	  "sums of doubles leave dust on 45 emptied addresses, which count as "
	  "receivers" },
	{ "chain_cro", "gini_net_receivers", "as before" },
	{ "chain_posbridge_usdc", "benford_",
	  "a double makes 1000000 of an amount that begins with 9" },
	{ "local_level_nile", "loglik",
	  "statsmodels 0.13 starts with variance 1e6: 15108 and 1463.5 for "
	  "15099 and 1469.1 (Durbin & Koopman)" },
	{ "local_level_nile", "filtered_last", "as before" },
	{ "local_level_nile", "smoothed5", "as before" },
	{ NULL, NULL, NULL },
};

static const struct ref_note reference_worse[] = {
	{ "arma11_dem2gbp", "",
	  "R's search ends on the other side of no autocorrelation" },
	{ "arma11_paxg", "", "as before" },
	{ "arma11_dax", "",
	  "R's search ends on the ridge of no autocorrelation" },
	{ "arma11_gold", "", "as before" },
	{ "ets_AP", "",
	  "R's search stops after 2000 steps of Nelder and Mead's" },
	{ "ets_MAM_AP", "", "as before" },
	{ NULL, NULL, NULL },
};

const struct ref_table ref_reference = { reference_rows, reference_unmade,
					 reference_differ, reference_worse };

static const struct ref_row published_rows[] = {
	{ "fcp_garch11", ref_paper_garch, "risk --garch normal" },
	{ "nile_local_level", ref_paper_nile_level, "trend: local level" },
	{ "nile_break", ref_paper_nile_break, "trend: PELT, largest F" },
	{ "danish_gpd", ref_paper_danish, "risk: peaks over a threshold" },
	{ "airline_", ref_paper_airline, "forecast: ARIMA" },
	{ "lakehuron_ar2", ref_paper_huron, "forecast: ARIMA" },
	{ "co2_holtwinters", ref_paper_holt_winters, "forecast: Holt-Winters" },
	{ "AP_holtwinters_mult", ref_paper_holt_winters,
	  "forecast: Holt-Winters" },
	{ "AP_ets", ref_paper_ets, "forecast: ETS" },
	{ "portpirie_gev", ref_paper_gev, "risk: block maxima" },
	{ "kupiec_95_nonrejection", ref_paper_kupiec, "backtest: Kupiec" },
	{ "basel_traffic_light", ref_paper_basel, "backtest: traffic light" },
	{ "nist_strd", ref_paper_nist,
	  "moments, autocorrelations, regressions" },
	{ "victor_weintraud_2021", ref_paper_wash, "wash" },
	{ NULL, NULL, NULL },
};
static const struct ref_note none[] = { { NULL, NULL, NULL } };
static const struct ref_note published_worse[] = {
	{ "AP_ets", "", "R's search stops earlier" },
	{ NULL, NULL, NULL },
};

const struct ref_table ref_published = { published_rows, none, none,
					 published_worse };
