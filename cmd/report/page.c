/* The page: verdicts first, then each analysis with its charts, reasons and
 * figures, then what all of it stands on.  Everything that is not written
 * here passes through out/xml.h. */
#include <inttypes.h>

#include "cmd/report/report.h"
#include "out/svg.h"
#include "out/xml.h"
#include "record/evidence.h"

static void str(struct pl_buf *b, const char *html)
{
	pl_buf_str(b, html);
}

/* "analyze trend" → "Trend" */
static const char *heading(struct pl_arena *a, const char *command)
{
	const char *space = strchr(command, ' ');
	char *s = pl_strdup(a, space ? space + 1 : command);

	if (*s >= 'a' && *s <= 'z')
		*s = (char)(*s - 'a' + 'A');
	return s;
}

static const char *verdict(const struct pl_section *s)
{
	const char *v =
		s->refused ? NULL
			   : pl_json_str(pl_json_get(s->record.doc, "verdict"));

	return s->refused ? "not done" : v ? v : "no verdict";
}

static const char *trust(const struct pl_section *s)
{
	const char *t = pl_json_str(pl_json_get(s->record.doc, "trust"));

	return t ? t : "local";
}

/* -------------------------------------------------------------------- verdicts
 */

static void score(struct pl_buf *b, const struct pl_section *s)
{
	struct pl_err e;
	double x;

	if (s->refused ||
	    pl_json_num(&x, pl_json_get(s->record.doc, "score"), &e))
		return;
	str(b, "<p class=\"score\">score ");
	pl_xml_fmt(b, "%.2f", x);
	str(b, "</p>\n");
}

static void card(struct pl_buf *b, const struct pl_section *s, size_t i)
{
	pl_buf_fmt(b,
		   "<article class=\"card\" aria-labelledby=\"v%zu\"><h3 "
		   "id=\"v%zu\">",
		   i, i);
	pl_buf_fmt(b, "<a href=\"#s%zu\">", i);
	pl_xml_text(b, heading(b->a, s->command));
	str(b, "</a></h3>\n<p class=\"verdict\">");
	pl_xml_text(b, verdict(s));
	str(b, "</p>\n");
	score(b, s);
	if (s->refused || s->words) {
		str(b, "<p>");
		pl_xml_text(b, s->refused ? s->refused : s->words);
		str(b, "</p>\n");
	}
	if (!s->refused) {
		str(b, "<p class=\"soft\">trust: ");
		pl_xml_text(b, trust(s));
		str(b, "</p>\n");
	}
	str(b, "</article>\n");
}

/* --------------------------------------------------------------------- reasons
 */

static void reason_row(struct pl_buf *b, const struct pl_json *v)
{
	const char *about = pl_json_str(pl_json_get(v, "about"));
	double value, points;
	struct pl_err e;

	str(b, "<tr><th scope=\"row\">");
	pl_xml_text(b, about ? about : "?");
	str(b, "</th><td class=\"n\">");
	if (pl_json_num(&value, pl_json_get(v, "value"), &e))
		str(b, "–");
	else
		pl_xml_fmt(b, "%.6g", value);
	str(b, "</td><td class=\"n\">");
	if (pl_json_num(&points, pl_json_get(v, "contribution"), &e))
		str(b, "–");
	else
		pl_xml_fmt(b, "%+.2f", points);
	str(b, "</td></tr>\n");
}

static void reasons(struct pl_buf *b, const struct pl_section *s)
{
	const struct pl_json *list =
		pl_json_get(s->record.doc, "contributions");
	const struct pl_json *base =
		pl_json_get(pl_json_get(s->record.doc, "result"), "score_base");
	double x;
	struct pl_err e;

	if (!pl_json_len(list))
		return;
	str(b, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
	       "aria-label=\"why\"><table><caption>Why <span class=\"soft\">"
	       "the points add up to the score</span></caption><thead><tr>"
	       "<th scope=\"col\">feature</th><th scope=\"col\" class=\"n\">"
	       "value</th><th scope=\"col\" class=\"n\">points</th></tr>"
	       "</thead><tbody>\n");
	if (!pl_json_num(&x, base, &e) && x != 0) {
		str(b, "<tr><th scope=\"row\">to begin with</th><td></td><td "
		       "class=\"n\">");
		pl_xml_fmt(b, "%+.2f</td></tr>", x);
	}
	for (size_t i = 0; i < pl_json_len(list); i++)
		reason_row(b, pl_json_at(list, i));
	str(b, "</tbody></table></div>\n");
}

/* A feature's words; its name where there are none. */
static const char *words_for(const struct pl_section *s, const char *feature)
{
	const struct pl_json *list =
		pl_json_get(s->record.doc, "contributions");

	for (size_t i = 0; i < pl_json_len(list); i++) {
		const struct pl_json *v = pl_json_at(list, i);
		const char *name = pl_json_str(pl_json_get(v, "feature"));
		const char *about = pl_json_str(pl_json_get(v, "about"));

		if (name && about && !strcmp(name, feature))
			return about;
	}
	return feature;
}

static void flip(struct pl_buf *b, const struct pl_section *s)
{
	const struct pl_json *x = pl_json_get(s->record.doc, "counterfactual");
	const char *to = pl_json_str(pl_json_get(x, "verdict"));
	const char *what = pl_json_str(pl_json_get(x, "feature"));
	double from, now;
	struct pl_err e;

	if (!to || !what || pl_json_num(&from, pl_json_get(x, "from"), &e) ||
	    pl_json_num(&now, pl_json_get(x, "to"), &e))
		return;
	str(b, "<p>What would change it: the verdict would be <strong>");
	pl_xml_text(b, to);
	str(b, "</strong> if this were ");
	pl_xml_fmt(b, "%.6g instead of %.6g: ", now, from);
	pl_xml_text(b, words_for(s, what));
	str(b, ".</p>\n");
}

static void flags(struct pl_buf *b, const struct pl_section *s)
{
	const struct pl_json *list = pl_json_get(s->record.doc, "flags");
	size_t n = pl_json_len(list);

	if (!n)
		return;
	str(b, "<ul class=\"flags\" aria-label=\"what to know before "
	       "believing the figures\">\n");
	for (size_t i = 0; i < n; i++) {
		const char *about =
			pl_json_str(pl_json_get(pl_json_at(list, i), "about"));

		str(b, "<li>");
		pl_xml_text(b, about ? about : "?");
		str(b, "</li>\n");
	}
	str(b, "</ul>\n");
}

/* -------------------------------------------------------------------- sections
 */

static void analysis(struct pl_buf *b, const struct pl_section *s, size_t i)
{
	pl_buf_fmt(b, "<section aria-labelledby=\"s%zu\"><h2 id=\"s%zu\">", i,
		   i);
	pl_xml_text(b, heading(b->a, s->command));
	str(b, ": ");
	pl_xml_text(b, verdict(s));
	str(b, "</h2>\n");
	if (s->refused) {
		str(b, "<p>This analysis was refused: ");
		pl_xml_text(b, s->refused);
		str(b, "</p></section>\n");
		return;
	}
	if (s->words) {
		str(b, "<p>");
		pl_xml_text(b, s->words);
		str(b, "</p>\n");
	}
	flags(b, s);
	str(b, "<div class=\"figures\">\n");
	pl_buf_put(b, pl_buf_span(&s->figures));
	str(b, "</div>\n");
	reasons(b, s);
	flip(b, s);
	str(b, "<details open><summary>All figures and parameters</summary>\n");
	str(b, "<div class=\"tables\">\n");
	pl_report_tables(b, s);
	str(b, "</div></details></section>\n");
}

/* -------------------------------------------------------------------- evidence
 */

static void links(struct pl_buf *b, const struct pl_section *s)
{
	struct pl_evidence *v;
	struct pl_err e;
	size_t n;

	if (pl_evidence_of(b->a, &v, &n, &s->record, &e))
		return;
	str(b, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
	       "aria-label=\"line of evidence\"><table><caption>Line of "
	       "evidence <span class=\"soft\">from the record down to what it "
	       "stands on</span></caption><thead><tr><th scope=\"col\">link"
	       "</th><th scope=\"col\">trust</th><th scope=\"col\">what</th>"
	       "<th scope=\"col\">value</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++) {
		str(b, "<tr><th scope=\"row\">");
		pl_xml_text(b, v[i].step);
		str(b, "</th><td>");
		pl_xml_text(b, pl_trust_name(v[i].trust));
		str(b, "</td><td>");
		pl_xml_text(b, v[i].what);
		str(b, "</td><td><code>");
		pl_xml_text(b, v[i].value);
		str(b, "</code></td></tr>\n");
	}
	str(b, "</tbody></table></div>\n");
}

static void again(struct pl_buf *b, const struct pl_section *s)
{
	const char *id = pl_record_name(b->a, &s->record.id);

	str(b, "<p>Record <code>");
	pl_xml_text(b, id);
	str(b, "</code>");
	if (s->replay) {
		str(b, ": ");
		pl_xml_text(b, s->replay);
	}
	str(b, "</p>\n<pre tabindex=\"0\" aria-label=\"how to do it again\">"
	       "<code>");
	if (s->line) {
		str(b, "plume ");
		pl_xml_text(b, s->line);
		str(b, " --record --json   # .record is that id\n");
	}
	if (s->kept || !s->line) {
		pl_xml_fmt(b, "plume record replay %s\n", id);
		pl_xml_fmt(b, "plume record audit %s\n", id);
	}
	str(b, "</code></pre>\n");
}

static void evidence(struct pl_buf *b, const struct pl_page *p)
{
	str(b, "<section aria-labelledby=\"evidence\"><h2 id=\"evidence\">What "
	       "this stands on</h2>\n<p>Weakest trust label among the inputs: "
	       "<strong>");
	pl_xml_text(b, pl_trust_name(p->trust));
	str(b, "</strong>. Labels: proven (follows by proof from a header the "
	       "light client accepted), signed, claimed (a server said so), "
	       "local (the user&#39;s own file).</p>\n");
	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i].refused)
			continue;
		str(b, "<h3>");
		pl_xml_text(b, heading(b->a, p->v[i].command));
		str(b, "</h3>\n");
		links(b, &p->v[i]);
		again(b, &p->v[i]);
	}
	str(b, "</section>\n");
}

/* ------------------------------------------------------------------------ page
 */

static void head(struct pl_buf *b, const struct pl_page *p)
{
	str(b, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8"
	       "\">\n<meta name=\"viewport\" content=\"width=device-width, "
	       "initial-scale=1\">\n<meta name=\"color-scheme\" content=\""
	       "light dark\">\n<meta http-equiv=\"Content-Security-Policy\" "
	       "content=\"default-src 'none'; style-src 'unsafe-inline'; "
	       "base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer"
	       "\" content=\"no-referrer\">\n<meta name=\"generator\" "
	       "content=\"plume " PL_VERSION "\">\n<title>");
	pl_xml_text(b, p->title);
	str(b, "</title>\n<style>");
	str(b, pl_svg_style);
	str(b, pl_report_style);
	str(b, "</style></head>\n<body>\n<a class=\"skip\" href=\"#verdicts\">"
	       "To the verdicts</a>\n<header><p class=\"soft\">plume report"
	       "</p>\n<h1>");
	pl_xml_text(b, p->title);
	str(b, "</h1>\n<nav aria-label=\"parts\"><ul>");
	for (size_t i = 0; i < p->n; i++) {
		pl_buf_fmt(b, "<li><a href=\"#s%zu\">", i);
		pl_xml_text(b, heading(b->a, p->v[i].command));
		str(b, "</a></li>");
	}
	str(b, "<li><a href=\"#evidence\">Evidence</a></li></ul></nav>"
	       "</header>\n");
}

enum pl_rc pl_page_html(struct pl_buf *b, const struct pl_page *p,
			struct pl_err *e)
{
	if (!p->n)
		return pl_fail(e, PL_EUSAGE, "a report of nothing");
	head(b, p);
	str(b, "<main>\n<section aria-labelledby=\"verdicts\"><h2 "
	       "id=\"verdicts\">Verdicts</h2>\n<div class=\"cards\">\n");
	for (size_t i = 0; i < p->n; i++)
		card(b, &p->v[i], i);
	str(b, "</div></section>\n");
	for (size_t i = 0; i < p->n; i++)
		analysis(b, &p->v[i], i);
	evidence(b, p);
	str(b, "</main>\n<footer><p class=\"soft\">Made by plume " PL_VERSION
	       ". This file asks nobody: no script, no network. The same "
	       "data gives the same bytes.</p></footer>\n</body></html>\n");
	return PL_OK;
}

const char pl_report_style[] =
	":root{--bg:#fff;--ink:#1b1f24;--soft:#59636e;--line:#d5dbe1;"
	"--card:#f5f7f9;--link:#0b5fad;--note:#fff6e0;--note-line:#9a4d00}"
	"@media (prefers-color-scheme:dark){:root{--bg:#14181d;--ink:#e7ebf0;"
	"--soft:#a7b1bc;--line:#39424d;--card:#1c222a;--link:#6cb6ff;"
	"--note:#2c2415;--note-line:#f0a35c}}"
	"*{box-sizing:border-box}"
	"html{-webkit-text-size-adjust:100%}"
	"body{margin:0 auto;max-width:1180px;padding:0 16px 48px;"
	"background:var(--bg);color:var(--ink);"
	"font:16px/1.55 system-ui,sans-serif;overflow-wrap:anywhere}"
	"h1{font-size:1.7rem;line-height:1.25;margin:.1em 0 .4em}"
	"h2{font-size:1.3rem;margin:2em 0 .5em;padding-top:.6em;"
	"border-top:1px solid var(--line)}"
	"h3{font-size:1.02rem;margin:.2em 0}"
	"p{margin:.5em 0;max-width:75ch}a{color:var(--link)}"
	"header{padding-top:20px}header .soft{margin:0}"
	"nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;"
	"margin:0;padding:0}nav a{display:inline-block;padding:6px 0}"
	".skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;"
	"background:var(--bg);padding:8px}"
	":focus-visible{outline:3px solid var(--link);outline-offset:2px}"
	".soft{color:var(--soft)}.cards{display:grid;gap:14px;"
	"grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr))}"
	".card{background:var(--card);border:1px solid var(--line);"
	"border-radius:8px;padding:14px 16px;break-inside:avoid}"
	".verdict{font-size:1.5rem;font-weight:650;margin:.1em 0;"
	"line-height:1.25}.score{margin:0;color:var(--soft)}"
	".figures{display:grid;gap:18px;grid-template-columns:"
	"repeat(auto-fit,minmax(min(100%,460px),1fr));align-items:start;"
	"margin:14px 0}figure{margin:0;break-inside:avoid}"
	"figure svg{display:block;width:100%;height:auto;max-width:640px}"
	"figcaption{color:var(--soft);font-size:.9rem;max-width:640px}"
	".scroll{overflow-x:auto;margin:14px 0;max-width:100%}"
	".tables{display:flex;flex-wrap:wrap;gap:0 40px;"
	"align-items:flex-start}.tables p{flex-basis:100%}"
	"table{border-collapse:collapse;font-size:.92rem;"
	"font-variant-numeric:tabular-nums;overflow-wrap:normal}"
	"caption{text-align:left;font-weight:600;padding:4px 0}"
	"caption .soft{font-weight:400}"
	"th,td{text-align:left;vertical-align:top;padding:4px 14px 4px 0;"
	"border-bottom:1px solid var(--line)}tbody th{font-weight:500}"
	"th.n,td.n{text-align:right}.n,.w{white-space:nowrap}"
	"td code{overflow-wrap:anywhere}"
	".flags{background:var(--note);border-left:4px solid var(--note-line);"
	"margin:12px 0;padding:10px 14px 10px 32px;max-width:80ch}"
	"details{margin:14px 0}summary{cursor:pointer;padding:6px 0;"
	"font-weight:600}"
	"pre{background:var(--card);border:1px solid var(--line);"
	"border-radius:6px;padding:10px 12px;overflow-x:auto;"
	"font-size:.88rem}code{font-family:ui-monospace,monospace}"
	"figcaption strong{display:block;color:var(--ink)}"
	"@media (max-width:600px){.pl-svg{font-size:13px}}"
	"@media print{:root{--bg:#fff;--ink:#000;--soft:#3d444d;--line:#c9d1d9;"
	"--card:#fff;--link:#0b5fad;--note:#fff;--note-line:#9a4d00}"
	"body{max-width:none;font-size:11pt}.skip,nav{display:"
	"none}a{color:inherit;text-decoration:none}.scroll,pre{overflow:"
	"visible}pre{white-space:pre-wrap}h2{break-after:avoid}"
	"tr{break-inside:avoid}.figures{grid-template-columns:1fr 1fr}"
	"figure svg{max-width:340px}}";
