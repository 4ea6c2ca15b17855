/* plume analyze risk: what the values of a series are, gains or losses, in
 * which unit, and the returns they make. */
#include <math.h>
#include <strings.h>

#include "base/num.h"
#include "cmd/analyze/calendar.h"
#include "cmd/analyze/risk_work.h"

const char *const pl_unit_words[] = { "fraction", "percent", "amount", NULL };
const char *const pl_compound_words[] = { "simple", "log", NULL };

static enum pl_rc check_prices(const struct pl_risk_work *w, struct pl_err *e)
{
	char text[PL_NUM_TEXT];

	for (size_t i = 0; i < w->s.n; i++) {
		if (isnan(w->s.y[i]) || w->s.y[i] > 0)
			continue;
		pl_double_text(text, w->s.y[i]);
		(void)pl_fail(
			e, PL_EMATH,
			"%s: %s is no price: returns need values greater "
			"than 0",
			pl_out_safe(w->c->arena,
				    pl_input_place(w->c->arena, &w->s, i)),
			text);
		return pl_hint(e, "--returns given reads the values as "
				  "returns");
	}
	return PL_OK;
}

/* The column's name holds one of the words, in capitals or not. */
static bool called(const struct pl_risk_work *w, const char *const *words)
{
	const char *name = w->s.about.csv ? w->s.about.csv->value_column : "";

	if (w->args->in.no_header)
		return false;
	for (; *name; name++) {
		for (size_t i = 0; words[i]; i++) {
			if (!strncasecmp(name, words[i], strlen(words[i])))
				return true;
		}
	}
	return false;
}

/* The bounds of the values read, missing ones left out. */
static void bounds(const struct pl_risk_work *w, double *least, double *most)
{
	*least = INFINITY;
	*most = -INFINITY;
	for (size_t i = 0; i < w->s.n; i++) {
		*least = fmin(*least, w->s.y[i]);
		*most = fmax(*most, w->s.y[i]);
	}
}

/* Claims and losses are written down as positive numbers.  A column that says
 * so in its name and never goes below 0 cannot well mean gains. */
static void sign_of(struct pl_risk_work *w, double least)
{
	static const char *const words[] = { "loss", "claim", "damage", NULL };

	w->losses = w->args->losses;
	w->losses_rule = "given";
	if (w->args->losses || w->args->gains)
		return;
	w->losses = w->args->returns == PL_RET_GIVEN && least >= 0 &&
		    called(w, words);
	w->losses_rule = w->losses ? "judged by the column's name" : NULL;
	if (w->losses)
		pl_risk_flag(w, "losses_by_name",
			     "the column is called losses and holds no value "
			     "below 0, "
			     "so its values are taken for losses (--gains says "
			     "otherwise)");
}

/* Nothing loses more than all of itself: a return of -1 or less cannot be a
 * fraction, one of -100 or less cannot be per cent. */
static enum pl_unit judge_unit(struct pl_risk_work *w, double least)
{
	static const char *const words[] = { "percent", "pct", "%", NULL };

	if (least > -100 && called(w, words)) {
		w->unit_rule = "judged by the column's name";
		return PL_UNIT_PERCENT;
	}
	w->unit_rule = "judged by the least value";
	if (least > -1)
		return PL_UNIT_FRACTION;
	if (least > -100) {
		pl_risk_flag(
			w, "unit_percent",
			"a return of -1 or less cannot be a fraction, so the "
			"values are taken for per cent (--unit says "
			"otherwise)");
		return PL_UNIT_PERCENT;
	}
	pl_risk_flag(w, "unit_amount",
		     "a return of -100 or less cannot be per cent, so the "
		     "values are "
		     "taken for amounts (--unit says otherwise)");
	return PL_UNIT_AMOUNT;
}

static void what_values_are(struct pl_risk_work *w)
{
	double least, most;

	bounds(w, &least, &most);
	sign_of(w, least);
	if (w->args->returns != PL_RET_GIVEN) {
		w->unit = PL_UNIT_FRACTION;
		w->unit_rule = "returns of prices";
	} else if (w->args->unit) {
		w->unit = (enum pl_unit) * w->args->unit;
		w->unit_rule = "given";
	} else {
		w->unit = judge_unit(w, w->losses ? -most : least);
	}
}

/* No asset moves by a tenth in each period; per cent read as fractions do. */
static void doubt_fractions(struct pl_risk_work *w)
{
	double sum = 0;

	if (w->unit != PL_UNIT_FRACTION || w->args->unit ||
	    w->args->returns != PL_RET_GIVEN)
		return;
	for (size_t i = 0; i < w->n; i++)
		sum += fabs(w->x[i]) / w->scale;
	if (sum > .1 * (double)w->n)
		pl_risk_flag(
			w, "unit_doubtful",
			"the values are taken for fractions, of which 0.1 is "
			"10 %: if they are per cent say --unit percent, if "
			"money "
			"--unit amount");
}

enum pl_rc pl_risk_returns(struct pl_risk_work *w, struct pl_err *e)
{
	const struct pl_risk_args *a = w->args;
	struct pl_returns_spec spec = { (enum pl_returns)a->returns,
					pl_input_gap(&a->in), a->percent };
	struct pl_returns_count count;

	if (a->returns != PL_RET_GIVEN)
		PL_TRY(check_prices(w, e));
	what_values_are(w);
	if (a->compound && w->unit == PL_UNIT_AMOUNT)
		return pl_fail(e, PL_EUSAGE,
			       "--compound: amounts add up, they "
			       "do not compound");
	w->scale =
		(w->unit == PL_UNIT_PERCENT ? 100 : 1) * (a->percent ? 100 : 1);
	w->x = PL_NEW_N(w->c->arena, double, w->s.n);
	w->at = PL_NEW_N(w->c->arena, size_t, w->s.n);
	PL_TRY(pl_series_returns(w->x, w->at, &count, w->s.y, 1, w->s.n, &spec,
				 e));
	w->n = count.n;
	for (size_t i = 0; w->losses && i < w->n; i++)
		w->x[i] = -w->x[i];
	pl_calendar_flag(w->c->arena, &w->flags, &w->s, NULL, w->s.n);
	if (count.missing)
		pl_risk_flag(w, "missing_values",
			     "values were missing and left out");
	doubt_fractions(w);
	return PL_OK;
}
