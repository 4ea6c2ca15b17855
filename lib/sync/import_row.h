/* Between the readers of files (import_json.c, import_csv.c) and the driver
 * that puts rows into the index (import.c). */
#ifndef PL_SYNC_IMPORT_ROW_H
#define PL_SYNC_IMPORT_ROW_H

#include "sync/import.h"

struct pl_importer; /* import.c's */

/* A row as read.  What it points to lives until the call returns. */
struct pl_import_row {
	bool token_known;
	struct pl_addr token;
	const char *symbol; /* or NULL */
	bool decimals_known;
	uint8_t decimals;
	bool chain_known;
	uint64_t chain;
	struct pl_transfer t;
	/* The value when the file holds decimal units: converted once the
	 * token's decimals are known. */
	struct pl_span decimal;
	bool is_decimal;
};

/* How the file was asked to be read, its token included. */
const struct pl_import *pl_importer_how(const struct pl_importer *im);

/* One row into the index, or counted as another token's. */
PL_CHECKED enum pl_rc pl_importer_row(struct pl_importer *im,
				      struct pl_import_row *row,
				      struct pl_err *e);

/* A row that has no part in this: another event, another token. */
void pl_importer_ignore(struct pl_importer *im);

/* What to do with a failure of one row: PL_OK to go on without it (counted,
 * told), else *e with what to do. */
PL_CHECKED enum pl_rc pl_importer_failed(struct pl_importer *im,
					 struct pl_err *e);

/* Is the text a list of logs, each of them written so plainly that no tree
 * need be made of it? */
bool pl_import_json_plain(struct pl_span text);

/* The readers.  *format is what the file turned out to be; `plain` is what
 * pl_import_json_plain() said. */
PL_CHECKED enum pl_rc pl_import_json(struct pl_importer *im,
				     enum pl_import_format *format,
				     struct pl_arena *a, struct pl_span text,
				     bool plain, struct pl_err *e);
PL_CHECKED enum pl_rc pl_import_csv(struct pl_importer *im,
				    enum pl_import_format *format,
				    struct pl_arena *a, struct pl_span text,
				    struct pl_err *e);

#endif
