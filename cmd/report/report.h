/* plume report, in its parts: analyses gathered, figures drawn, a page made of
 * them.  The same analyses give the same page to the byte: no clock, no name
 * of the machine. */
#ifndef PL_CMD_REPORT_REPORT_H
#define PL_CMD_REPORT_REPORT_H

#include "cmd/cmd.h"
#include "record/record.h"

/* One analysis of a report. */
struct pl_section {
	const char *command; /* "analyze trend" */
	const char *line;    /* as typed; NULL: made from a record */
	const char *refused; /* why there is no result; else NULL */
	struct pl_record record;
	const char *words;  /* its verdict in plain words; may be NULL */
	const char *replay; /* what doing it again gave; NULL: was not tried */
	bool kept;          /* the record is in the folder of records */
	const struct pl_pictures *pictures; /* NULL: none */
	struct pl_buf figures;              /* HTML */
};

struct pl_page {
	const char *title;
	const struct pl_section *v;
	size_t n;
	enum pl_trust trust;
};

/* The whole file. */
PL_CHECKED enum pl_rc pl_page_html(struct pl_buf *b, const struct pl_page *p,
				   struct pl_err *e);

/* The pictures of an analysis and the reasons of its score. */
void pl_report_figures(struct pl_ctx *c, struct pl_section *s, size_t no);

/* The tables of a result, with the meaning of each figure. */
void pl_report_tables(struct pl_buf *b, const struct pl_section *s);

extern const char pl_report_style[];

#endif
