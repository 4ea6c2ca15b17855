/* Words for people about an analysis. */
#include "cmd/analyze/say.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

#include "crypto/addr.h"
#include "store/price.h"

void pl_say_init(struct pl_say *s, struct pl_arena *a, struct pl_out *o)
{
	const struct pl_out_spec *spec = pl_out_spec_of(o);
	unsigned width = spec->width ? spec->width : PL_CHART_WIDTH;

	pl_buf_init(&s->b, a);
	s->width = width < 40 ? 40 : width;
	s->chart = (struct pl_chart){
		spec->width,
		0,
		spec->utf8,
		spec->color,
	};
}

/* Bytes of the next word, or of what of it fits into `most` columns, and blanks
 * before it. */
static size_t next_word(const char *s, size_t *blanks, size_t most)
{
	size_t n = 0, cols = 0;

	*blanks = strspn(s, " ");
	s += *blanks;
	while (s[n] && s[n] != ' ') {
		char one[8] = { s[n] };
		size_t k = 1;

		for (; k < 4 && ((unsigned char)s[n + k] & 0xc0) == 0x80; k++)
			one[k] = s[n + k];
		cols += pl_out_width(one);
		if (n && cols > most)
			break;
		n += k;
	}
	return n;
}

static const char *print(struct pl_arena *a, const char *fmt, va_list ap)
	PL_PRINTF(2, 0);

static const char *print(struct pl_arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	text = pl_alloc(a, (size_t)n + 1);
	(void)vsnprintf(text, (size_t)n + 1, fmt, ap);
	return text;
}

void pl_say_text(struct pl_say *s, size_t indent, const char *fmt, ...)
{
	size_t col = 0, blanks, n;
	const char *p, *line;
	va_list ap;

	va_start(ap, fmt);
	line = print(s->b.a, fmt, ap);
	va_end(ap);
	for (p = line; (n = next_word(p, &blanks, s->width - indent));
	     p += blanks + n) {
		char *word = pl_strndup(s->b.a, p + blanks, n);
		size_t wide = pl_out_width(word);

		if (col && col + blanks + wide > s->width) {
			pl_buf_fmt(&s->b, "\n%*s", (int)indent, "");
			col = indent;
			blanks = strspn(p, " ");
		} else {
			pl_buf_fmt(&s->b, "%*s", (int)blanks, "");
			col += blanks;
		}
		pl_buf_str(&s->b, word);
		col += wide;
	}
	pl_buf_byte(&s->b, '\n');
}

const char *pl_say_time(struct pl_arena *a, const char *time)
{
	size_t n = strlen(time);

	if (n == 20 && !strcmp(time + 10, "T00:00:00Z"))
		return pl_strndup(a, time, 10);
	return time;
}

static const char *words_for(const struct pl_list *features, const char *name)
{
	const struct pl_feature *f = features->v;

	for (size_t i = 0; i < features->n; i++) {
		if (!strcmp(f[i].name, name))
			return f[i].about;
	}
	return name;
}

void pl_say_reasons(struct pl_say *s, double score, double base,
		    const struct pl_list *features, const struct pl_flip *flip)
{
	const struct pl_feature *f = features->v;

	if (!features->n)
		return;
	pl_buf_fmt(&s->b, "\n%-52s %12s %10s\n", "Why", "value", "points");
	if (base != 0)
		pl_buf_fmt(&s->b, "  %-50s %12s %+10.2f\n", "to begin with", "",
			   base);
	for (size_t i = 0; i < features->n; i++)
		pl_buf_fmt(&s->b, "  %-50s %12.4g %+10.2f\n", f[i].about,
			   f[i].value, f[i].contribution);
	pl_buf_fmt(&s->b, "  %-50s %12s %+10.2f\n", "score", "", score);
	if (flip)
		pl_say_text(s, 2,
			    "It would be \"%s\" if this were %.6g instead of "
			    "%.6g: %s.",
			    flip->verdict, flip->to, flip->from,
			    words_for(features, flip->feature));
}

void pl_say_flags(struct pl_say *s, const struct pl_list *flags)
{
	const struct pl_flag *f = flags->v;

	if (flags->n)
		pl_buf_byte(&s->b, '\n');
	for (size_t i = 0; i < flags->n; i++)
		pl_say_text(s, 6, "Note: %s.", pl_out_safe(s->b.a, f[i].about));
}

/* What became of values that were not there. */
static const char *missing(struct pl_arena *a, const struct pl_input *in,
			   const char *what)
{
	static const char *const became[] = {
		"refused", "left out", "left out, with the steps across them",
		"the value before carried on"
	};

	if (!in->missing)
		return "";
	return pl_printf(a, "; %" PRIu64 " %s: %s", in->missing, what,
			 became[in->missing_rule]);
}

/* What the points are taken for, and what would become of missing ones. */
static void rules(struct pl_say *s, const struct pl_input *in)
{
	static const char *const would[] = { "are refused", "are left out",
					     "and steps across are left out",
					     "take the value before" };
	const struct pl_calendar *k = in->calendar;
	const char *lost = "";

	if (!k)
		return;
	if (!in->index || in->index->prices)
		lost = pl_printf(s->b.a, "; missing values %s",
				 would[in->missing_rule]);
	if (!strcmp(k->rule, "none"))
		pl_say_text(s, 8,
			    "        no times: one period after the other%s",
			    lost);
	else
		pl_say_text(
			s, 8, "        calendar %s%s%s, %" PRIu64 " gap%s%s",
			k->rule,
			k->unit ? ", a point a " : ", mostly steps of ",
			k->unit ? k->unit : pl_printf(s->b.a, "%.6g", k->step),
			k->gaps, k->gaps == 1 ? "" : "s", lost);
}

void pl_say_digest(struct pl_say *s, const char *digest)
{
	/* tree:… names itself, and fills a line */
	pl_buf_fmt(&s->b, "        %s%s\n",
		   strchr(digest, ':') ? "" : "SHA-256 ", digest);
}

static void say_file(struct pl_say *s, const struct pl_input *in)
{
	pl_say_text(s, 8, "Input   %s, column %s, %" PRIu64 " rows%s%s%s%s%s",
		    pl_out_safe(s->b.a, in->source),
		    pl_out_safe(s->b.a, in->csv->value_column), in->rows,
		    in->first ? ", " : "",
		    in->first ? pl_say_time(s->b.a, in->first) : "",
		    in->first ? " to " : "",
		    in->first ? pl_say_time(s->b.a, in->last) : "",
		    missing(s->b.a, in, "without a value"));
	pl_say_digest(s, in->sha256);
}

static void say_prices(struct pl_say *s, const struct pl_input *in)
{
	static const char *const rules[] = { "the last of each",
					     "weighed by volume",
					     "weighed by time" };
	const struct pl_input_index *ix = in->index;
	const struct pl_input_prices *p = ix->prices;
	const char *const *kinds = p->events.v;
	struct pl_arena *a = s->b.a;
	char at[PL_ADDR_TEXT];
	struct pl_buf b;
	size_t how = 0;

	while (pl_quote_words[how] && strcmp(pl_quote_words[how], p->quote))
		how++;
	pl_addr_text(at, &p->contract);
	pl_buf_init(&b, a);
	for (size_t i = 0; i < p->events.n; i++)
		pl_buf_fmt(&b, "%s%s", i ? ", " : "", kinds[i]);
	pl_say_text(s, 8,
		    "Input   %s of %s by %s, %s: %" PRIu64 " events, %" PRIu64
		    " bars, %s to %s%s",
		    ix->measure, pl_out_safe(a, in->source), ix->bar,
		    rules[how], in->rows, in->n, pl_say_time(a, in->first),
		    pl_say_time(a, in->last),
		    missing(a, in, "without a price"));
	pl_say_text(s, 8, "        told by %s%s%s%s (%s)%s", at,
		    p->name ? " " : "", p->name ? pl_out_safe(a, p->name) : "",
		    p->inverted ? ", turned round" : "", pl_buf_cstr(&b),
		    p->unpriced ? pl_printf(a,
					    "; %" PRIu64 " events that tell "
					    "no price above 0 left out",
					    p->unpriced)
				: "");
}

static void say_token(struct pl_say *s, const struct pl_input *in)
{
	const struct pl_input_index *ix = in->index;

	if (ix->prices)
		say_prices(s, in);
	else
		pl_say_text(s, 8,
			    "Input   %s of %s by %s: %" PRIu64
			    " transfers, %" PRIu64
			    " bars, those without one 0, %s to %s",
			    ix->measure, pl_out_safe(s->b.a, in->source),
			    ix->bar, in->rows, in->n,
			    pl_say_time(s->b.a, in->first),
			    pl_say_time(s->b.a, in->last));
	pl_say_digest(s, in->sha256);
	if (ix->last_block.number)
		pl_buf_fmt(&s->b, "        up to block %" PRIu64 "\n",
			   *ix->last_block.number);
}

void pl_say_source(struct pl_say *s, const struct pl_input *in)
{
	if (in->csv)
		say_file(s, in);
	else
		say_token(s, in);
	rules(s, in);
}

void pl_say_input(struct pl_say *s, const struct pl_input *in,
		  const char *record)
{
	pl_buf_byte(&s->b, '\n');
	pl_say_source(s, in);
	pl_buf_fmt(&s->b, "Trust   %s\n", pl_trust_name(in->trust));
	if (record)
		pl_buf_fmt(&s->b, "Record  %s\n", record);
}

enum pl_rc pl_say_end(struct pl_say *s, struct pl_out *o, struct pl_err *e)
{
	FILE *f = pl_out_file(o);

	if (fwrite(s->b.p, 1, s->b.n, f) != s->b.n)
		return pl_fail(e, PL_EIO, "cannot write the result");
	return PL_OK;
}
