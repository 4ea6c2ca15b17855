/* plume report: analyses done now, or done again from their records, on one
 * page. */
#include "cmd/report/report.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "cmd/analyze/again.h"
#include "cmd/analyze/keep.h"
#include "cmd/analyze/picture.h"
#include "cmd/ctx.h"
#include "cmd/run.h"
#include "crypto/addr.h"
#include "crypto/sha256.h"

#define MAX_SECTIONS 64
#define MAX_WORDS 48
#define MAX_TEXT ((size_t)1 << 20) /* of an analysis, for people */

struct args {
	const struct pl_addr *token;
	const char *csv, *time, *value, *missing, *measure, *bar, *from, *to;
	bool no_header, sort, record;
	struct pl_strs records, only;
	const char *title, *file;
};

struct row {
	const char *file, *sha256;
	uint64_t bytes, analyses, refused;
	enum pl_trust trust;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ "token", 0, PL_ADDR, A(token, const struct pl_addr *), "TOKEN",
	  "an indexed token", PL_POSITIONAL | PL_GIVEN | PL_TOKEN_REF },
	{ "csv", 0, PL_FILE, A(csv, const char *), "FILE",
	  "a CSV file instead (may be gzip)" },
	{ "records", 0, PL_STR, A(records, struct pl_strs), "ID",
	  "decision records instead, by their first digits; all: all that are "
	  "here", PL_MANY },
	{ "to", 0, PL_FILE, A(file, const char *), "FILE",
	  "where the page goes", PL_REQUIRED },
	{ "title", 0, PL_STR, A(title, const char *), "TEXT",
	  "its title (default: what it is about)" },
	{ "only", 0, PL_STR, A(only, struct pl_strs), "VERB",
	  "this analysis (trend, risk …); may be repeated", PL_MANY },
	{ "time", 0, PL_STR, A(time, const char *), "COL",
	  "of a file: column of the time" },
	{ "value", 0, PL_STR, A(value, const char *), "COL",
	  "of a file: column of the value" },
	{ "no-header", 0, PL_FLAG, A(no_header, bool), 0,
	  "of a file: the first line holds values" },
	{ "sort", 0, PL_FLAG, A(sort, bool), 0,
	  "of a file: bring the rows into the order of their times" },
	{ "missing", 0, PL_STR, A(missing, const char *), "HOW",
	  "of a file: what to do with missing values" },
	{ "measure", 0, PL_STR, A(measure, const char *), "WHAT",
	  "of a token: what of the transfers" },
	{ "bar", 0, PL_STR, A(bar, const char *), "WIDTH",
	  "of a token: day, hour, week, 15min …" },
	{ "from", 0, PL_STR, A(from, const char *), "TIME",
	  "of a token: transfers from this time on" },
	{ "until", 0, PL_STR, A(to, const char *), "TIME",
	  "of a token: transfers before this time" },
	{ "record", 0, PL_FLAG, A(record, bool), 0,
	  "keep the decision records of what is computed" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ "file", PL_STR, R(file, const char *), "the page" },
	{ "bytes", PL_UINT, R(bytes, uint64_t), "its size" },
	{ "sha256", PL_STR, R(sha256, const char *),
	  "its digest: the same data gives the same page" },
	{ "analyses", PL_UINT, R(analyses, uint64_t), "on it" },
	{ "refused", PL_UINT, R(refused, uint64_t),
	  "of them, with the reason instead of figures" },
	{ "trust", PL_TRUST, R(trust, enum pl_trust),
	  "weakest label among the inputs" },
	{ 0 },
};
#define MAKE_SERIES                                                            \
	"awk 'BEGIN { p = 100; print \"day,price\"; "                          \
	"for (i = 1; i <= 300; i++) { p *= 1 + 0.02 * sin(i * i); "            \
	"print i \",\" p } }' >prices.csv"
static const struct pl_example examples[] = {
	{ "a page about a column of a file",
	  "plume report --csv prices.csv --time day --value price --to "
	  "report.html", MAKE_SERIES, 0 },
	{ "of the records kept here, each done again",
	  "plume report --records all --to report.html --json",
	  MAKE_SERIES "; plume asset init; plume analyze trend --csv "
	  "prices.csv --value price --record", 0 },
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	const struct args *a;
	const char *dir; /* of records; NULL: not looked for */
	struct pl_section v[MAX_SECTIONS];
	size_t n;
	enum pl_trust trust;
};

/* ---------------------------------------------------------------- one line */

struct words {
	const char *v[MAX_WORDS];
	size_t n;
};

static void add(struct words *w, const char *word)
{
	if (w->n + 1 < MAX_WORDS)
		w->v[w->n++] = word;
}

static bool takes(const struct pl_cmd *cmd, const char *name)
{
	for (const struct pl_opt *o = cmd->opts; o && o->name; o++) {
		if (!strcmp(o->name, name))
			return true;
	}
	return false;
}

static void option(struct words *w, const struct pl_cmd *cmd, const char *name,
		   const char *value, struct pl_arena *a)
{
	if (!value || !takes(cmd, name))
		return;
	add(w, pl_printf(a, "--%s", name));
	add(w, value);
}

static void say_input(struct job *j, struct words *w, const struct pl_cmd *cmd)
{
	const struct args *x = j->a;
	struct pl_arena *a = j->c->arena;
	char text[PL_ADDR_TEXT];

	if (x->token) {
		pl_addr_text(text, x->token);
		option(w, cmd, "token", pl_strdup(a, text), a);
	}
	option(w, cmd, "csv", x->csv, a);
	option(w, cmd, "time", x->time, a);
	option(w, cmd, "value", x->value, a);
	option(w, cmd, "missing", x->missing, a);
	option(w, cmd, "measure", x->measure, a);
	option(w, cmd, "bar", x->bar, a);
	option(w, cmd, "from", x->from, a);
	option(w, cmd, "to", x->to, a);
	if (x->no_header && takes(cmd, "no-header"))
		add(w, "--no-header");
	if (x->sort && takes(cmd, "sort"))
		add(w, "--sort");
}

/* Where things lie on this machine is no part of what a reader is shown. */
static void say_place(struct job *j, struct words *w, const struct pl_cmd *cmd)
{
	const struct pl_globals *g = j->c->g;

	if (g->repo) {
		add(w, "-C");
		add(w, g->repo);
	}
	if (g->store && cmd->needs & PL_NEEDS_STORE) {
		add(w, "--store");
		add(w, g->store);
	}
}

static const char *shown_line(struct job *j, const struct words *w)
{
	struct pl_buf b;

	pl_buf_init(&b, j->c->arena);
	for (size_t i = 0; i < w->n; i++) {
		const char *s = w->v[i], *base = strrchr(s, '/');
		bool path = i && !strcmp(w->v[i - 1], "--csv");
		size_t plain;

		s = path && base && base[1] ? base + 1 : s;
		plain = strspn(s, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789-_./:+=");
		pl_buf_str(&b, i ? " " : "");
		if (*s && !s[plain]) {
			pl_buf_str(&b, s);
			continue;
		}
		pl_buf_byte(&b, '\'');
		for (; *s; s++) {
			if (*s == '\'')
				pl_buf_str(&b, "'\\''");
			else
				pl_buf_byte(&b, (uint8_t)*s);
		}
		pl_buf_byte(&b, '\'');
	}
	return pl_strdup(j->c->arena, pl_buf_cstr(&b));
}

/* The first paragraph of what an analysis says to people, on one line. */
static const char *first_words(struct pl_arena *a, struct pl_span text)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n' &&
		    (i + 1 == text.n || text.p[i + 1] == '\n'))
			break;
		pl_buf_byte(&b, text.p[i] == '\n' ? ' ' : text.p[i]);
	}
	return b.n ? pl_strdup(a, pl_buf_cstr(&b)) : NULL;
}

static enum pl_rc temporary(FILE **f, struct pl_err *e)
{
	*f = tmpfile();
	if (!*f)
		return pl_fail(e, PL_EIO, "cannot make a temporary file: %s",
			       strerror(errno));
	return PL_OK;
}

static enum pl_rc read_words(struct job *j, struct pl_section *s, FILE *f,
			     struct pl_err *e)
{
	struct pl_buf text;

	pl_buf_init(&text, j->c->arena);
	if (fflush(f) || lseek(fileno(f), 0, SEEK_SET) < 0)
		return pl_fail(e, PL_EIO, "cannot read a temporary file");
	PL_TRY(pl_fd_read(&text, fileno(f), "the analysis", MAX_TEXT, e));
	s->words = first_words(j->c->arena, pl_buf_span(&text));
	return PL_OK;
}

static enum pl_rc run_line(struct job *j, struct pl_section *s,
			   const struct words *w, struct pl_buf *json,
			   struct pl_err *e)
{
	struct pl_globals g = *j->c->g;
	struct pl_ctx sub = *j->c;
	struct pl_shown shown = { NULL, NULL };
	FILE *f;
	enum pl_rc rc;

	PL_TRY(temporary(&f, e));
	g.no_color = true;
	sub.g = &g;
	sub.width = 0;
	sub.utf8 = true;
	sub.shown = &shown;
	rc = pl_run_words(&sub, w->v, f, json, e);
	if (!rc)
		rc = read_words(j, s, f, e);
	(void)fclose(f);
	s->pictures = shown.pictures;
	return rc;
}

/* --------------------------------------------------------------- sections */

/* The next one; NULL when the page is full. */
static struct pl_section *room(struct job *j)
{
	struct pl_section *s;

	if (j->n == MAX_SECTIONS)
		return NULL;
	s = &j->v[j->n++];
	pl_buf_init(&s->figures, j->c->arena);
	return s;
}

static enum pl_rc full(struct pl_err *e)
{
	return pl_fail(e, PL_ELIMIT, "at most %d analyses on a page",
		       MAX_SECTIONS);
}

static enum pl_rc weigh(struct job *j, const struct pl_record *r,
			struct pl_err *e)
{
	const char *label;
	enum pl_trust t;

	PL_TRY(pl_json_need_str(&label, r->doc, "trust", e));
	PL_TRY(pl_trust_parse(&t, label, e));
	j->trust = j->trust ? pl_trust_weaker(j->trust, t) : t;
	return pl_require(j->c, t, e);
}

static enum pl_rc make_record(struct job *j, struct pl_section *s,
			      const struct pl_buf *json, struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;

	PL_TRY(pl_record_make(a, &s->record, NULL, s->command,
			      pl_buf_span(json), e));
	if (!j->a->record || j->c->g->dry_run)
		return PL_OK;
	PL_TRY(pl_record_save(a, j->dir, &s->record, e));
	pl_keep_path(j->c, pl_record_name(a, &s->record.id), j->a->csv);
	s->kept = true;
	return PL_OK;
}

/* A model's refusal is an answer; what hinders the first analysis, hinders
 * all, and what is false is false. */
static bool is_refusal(const struct job *j, enum pl_rc rc)
{
	if (rc == PL_EMATH || rc == PL_EUSAGE || rc == PL_EREFUSED)
		return true;
	return j->n > 1 && rc != PL_EPROOF && rc != PL_EIO;
}

static enum pl_rc analyze(struct job *j, const struct pl_cmd *cmd,
			  struct pl_err *e)
{
	struct words shown = { { NULL }, 0 }, w;
	struct pl_section *s = room(j);
	struct pl_buf json;
	struct pl_err why;

	if (!s)
		return full(e);
	s->command = cmd->path;
	add(&shown, "analyze");
	add(&shown, strchr(cmd->path, ' ') + 1);
	say_input(j, &shown, cmd);
	if (j->c->g->network) {
		add(&shown, "--network");
		add(&shown, j->c->g->network);
	}
	w = shown;
	say_place(j, &w, cmd);
	s->line = shown_line(j, &shown);
	pl_buf_init(&json, j->c->arena);
	if (run_line(j, s, &w, &json, &why)) {
		if (!is_refusal(j, why.rc)) {
			*e = why;
			return e->rc;
		}
		s->refused = pl_strdup(j->c->arena, why.msg);
		return PL_OK;
	}
	PL_TRY(make_record(j, s, &json, e));
	PL_TRY(weigh(j, &s->record, e));
	pl_report_figures(j->c, s, j->n);
	return PL_OK;
}

static bool wanted(const struct args *a, const char *verb)
{
	for (size_t i = 0; i < a->only.n; i++) {
		if (!strcmp(a->only.v[i], verb))
			return true;
	}
	return !a->only.n;
}

/* A file with a column of values named is a series, and no transfers. */
static bool suits(const struct args *a, const struct pl_cmd *cmd)
{
	return a->token || takes(cmd, "value") || !(a->value || a->time);
}

/* What may stand on a page without being asked for more than the data. */
static enum pl_rc fresh(struct job *j, struct pl_err *e)
{
	static const char *const series[] = { "trend",    "risk",     "regime",
					      "backtest", "forecast", NULL };
	static const char *const token[] = {
		"trend", "risk",          "regime", "backtest", "forecast",
		"flows", "concentration", "wash",   "anomaly",  NULL
	};
	const char *const *verbs = j->a->token ? token : series;
	const char *source = j->a->token ? "token" : "csv";
	size_t refused = 0;

	for (size_t i = 0; verbs[i]; i++) {
		const struct pl_cmd *cmd = pl_cmd_find(
			pl_printf(j->c->arena, "analyze %s", verbs[i]));

		if (cmd && takes(cmd, source) && suits(j->a, cmd) &&
		    wanted(j->a, verbs[i]))
			PL_TRY(analyze(j, cmd, e));
	}
	for (size_t i = 0; i < j->n; i++)
		refused += j->v[i].refused != NULL;
	if (!j->n)
		return pl_fail(e, PL_EUSAGE,
			       "no analysis of that name takes this input");
	if (refused == j->n)
		return pl_fail(e, PL_EMATH, "every analysis was refused: %s",
			       j->v[0].refused);
	return PL_OK;
}

/* What a row says to people, first of all. */
static enum pl_rc say_row(struct job *j, struct pl_section *s, const void *row,
			  struct pl_err *e)
{
	const struct pl_cmd *cmd = pl_cmd_find(s->command);
	struct pl_out_spec spec = { .format = PL_TEXT, .utf8 = true };
	struct pl_out *o;
	enum pl_rc rc;

	if (!cmd || !cmd->text)
		return PL_OK;
	PL_TRY(temporary(&spec.to, e));
	spec.fields = cmd->fields;
	spec.text = cmd->text;
	o = pl_out_new(j->c->arena, &spec);
	rc = pl_out_row(o, row, e);
	if (!rc)
		rc = pl_out_end(o, true, e);
	if (!rc)
		rc = read_words(j, s, spec.to, e);
	(void)fclose(spec.to);
	return rc;
}

/* The same came out: its words and its pictures are the record's. */
static void again(struct job *j, struct pl_section *s,
		  const struct pl_shown *shown)
{
	struct pl_err e;

	s->replay = "done again here, byte for byte the same";
	s->pictures = shown->pictures;
	if (shown->row && say_row(j, s, shown->row, &e))
		pl_tell(j->c, "no words of %s: %s", s->command, e.msg);
}

/* A record counts as what it is; that it comes out again is said beside. */
static void replay(struct job *j, struct pl_section *s)
{
	struct pl_shown shown = { NULL, NULL };
	struct pl_record now;
	struct pl_ctx sub = *j->c;
	struct pl_err e;

	sub.shown = &shown;
	if (pl_analyze_again(&sub, &now, &s->record, NULL, &e))
		s->replay = pl_printf(j->c->arena, "not done again here (%s)",
				      e.msg);
	else if (pl_hash32_equal(&now.id, &s->record.id))
		again(j, s, &shown);
	else
		s->replay = "does NOT come out again: the data or the "
			    "program changed since";
}

static enum pl_rc from_record(struct job *j, const struct pl_hash32 *id,
			      struct pl_err *e)
{
	struct pl_section *s = room(j);

	if (!s)
		return full(e);
	PL_TRY(pl_record_load(j->c->arena, &s->record, j->dir, id, e));
	s->command = pl_json_str(pl_json_get(s->record.doc, "command"));
	s->kept = true;
	PL_TRY(weigh(j, &s->record, e));
	replay(j, s);
	pl_report_figures(j->c, s, j->n);
	return PL_OK;
}

static enum pl_rc from_records(struct job *j, struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct pl_hash32 *ids, id;
	size_t n;

	for (size_t i = 0; i < j->a->records.n; i++) {
		if (strcmp(j->a->records.v[i], "all") != 0) {
			PL_TRY(pl_record_find(a, &id, j->dir,
					      j->a->records.v[i], e));
			PL_TRY(from_record(j, &id, e));
			continue;
		}
		PL_TRY(pl_record_list(a, &ids, &n, j->dir, e));
		if (!n)
			return pl_fail(e, PL_ENOTFOUND, "no records in %s",
				       j->dir);
		for (size_t k = 0; k < n; k++)
			PL_TRY(from_record(j, &ids[k], e));
	}
	return PL_OK;
}

/* ----------------------------------------------------------------- the page */

static const char *title(struct job *j)
{
	const char *source = NULL;

	if (j->a->title)
		return j->a->title;
	for (size_t i = 0; i < j->n; i++) {
		const char *own = pl_json_str(pl_json_get(
			pl_json_get(j->v[i].record.doc, "input"), "source"));

		if (source && own && strcmp(own, source) != 0)
			return pl_printf(j->c->arena, "Report on %zu analyses",
					 j->n);
		source = own ? own : source;
	}
	return source ? pl_printf(j->c->arena, "Report on %s", source)
		      : "Report";
}

static enum pl_rc write_page(struct job *j, struct pl_err *e)
{
	struct pl_page p = { title(j), j->v, j->n, j->trust };
	struct row row = { .file = j->a->file,
			   .analyses = j->n,
			   .trust = j->trust };
	struct pl_hash32 h;
	struct pl_buf b;

	pl_buf_init(&b, j->c->arena);
	PL_TRY(pl_page_html(&b, &p, e));
	PL_TRY(pl_sha256(&h, pl_buf_span(&b), e));
	if (!j->c->g->dry_run)
		PL_TRY(pl_file_write(j->a->file, pl_buf_span(&b), 0644, e));
	for (size_t i = 0; i < j->n; i++)
		row.refused += j->v[i].refused != NULL;
	row.bytes = b.n;
	row.sha256 = pl_record_name(j->c->arena, &h);
	return pl_out_row(j->c->out, &row, e);
}

static enum pl_rc check(const struct args *a, struct pl_err *e)
{
	int sources = !!a->token + !!a->csv + !!a->records.n;

	if (sources != 1) {
		(void)pl_fail(e, PL_EUSAGE,
			      sources ? "TOKEN, --csv and --records: one of "
					"them"
				      : "nothing to report on");
		return pl_hint(e, "give a TOKEN, --csv FILE or --records ID");
	}
	if (a->csv && !strcmp(a->csv, "-"))
		return pl_fail(e, PL_EUSAGE,
			       "a report reads its file several times: it "
			       "cannot be standard input");
	if (a->records.n && (a->only.n || a->record))
		return pl_fail(e, PL_EUSAGE, "%s does not go with --records",
			       a->record ? "--record" : "--only");
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job *j = PL_NEW(c->arena, struct job);

	j->c = c;
	j->a = opaque;
	PL_TRY(check(j->a, e));
	if (j->a->record || j->a->records.n)
		PL_TRY(pl_ctx_records_dir(c, &j->dir, e));
	PL_TRY(j->a->records.n ? from_records(j, e) : fresh(j, e));
	return write_page(j, e);
}

const struct pl_cmd cmd_report = {
	.path = "report",
	.summary = "put analyses on one page that needs no network",
	.about = "Runs the analyses that fit the input (or takes decision "
		 "records and does each again) and writes one HTML file: "
		 "verdicts first, then charts, reasons, what would change the "
		 "verdict, all figures with their meaning, and the line of "
		 "evidence with the ids of the records and the commands that "
		 "give them again.\n\n"
		 "The file holds no script and asks nobody, follows its "
		 "reader's light or dark, prints, and can be read by a screen "
		 "reader. The same data gives the same bytes. An analysis that "
		 "refuses the data stands there with the reason.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
