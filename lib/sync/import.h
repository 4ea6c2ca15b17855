/* Files of transfers into the index: eth_getLogs answers, ethereum-etl's
 * exports (JSON, JSON lines, CSV), block explorers' CSV, and any other CSV
 * with its columns named.  One file is one transaction: all of its rows are
 * in the index afterwards, or none. */
#ifndef PL_SYNC_IMPORT_H
#define PL_SYNC_IMPORT_H

#include "store/index.h"

enum pl_import_format {
	PL_IMPORT_AUTO,
	PL_IMPORT_ETL,       /* ethereum-etl: raw units */
	PL_IMPORT_ETHERSCAN, /* block explorers: decimal units, no log index */
	PL_IMPORT_LOGS,      /* eth_getLogs */
	PL_IMPORT_CSV,       /* raw units unless said otherwise */
};
extern const char *const pl_import_format_words[];

enum pl_units { PL_UNITS_AUTO, PL_UNITS_RAW, PL_UNITS_DECIMAL };
enum pl_dates { PL_DATES_ISO, PL_DATES_MDY, PL_DATES_DMY };

struct pl_import {
	uint64_t chain;
	bool token_set; /* only this token's rows; a file without a column of
			 * tokens holds nothing else */
	struct pl_addr token;
	enum pl_import_format format;
	const char *map;   /* "from=COL,to=COL,…"; NULL: names as known */
	const char *where; /* "COL=VALUE": only such rows; NULL: all */
	bool decimals_set;
	uint8_t decimals;
	enum pl_units units;
	enum pl_dates dates; /* which way round 1/2/2016 is meant */
	bool skip_bad;       /* leave out rows that are wrong, and count */
	bool dry_run;        /* all the work, no commit */
	int64_t now;

	/* For people; may be NULL. */
	void (*on_bad)(void *ctx, const char *words);
	void (*on_rows)(void *ctx, uint64_t rows);
	void *ctx;
};

struct pl_import_result {
	enum pl_import_format format;
	struct pl_hash32 digest; /* of the file as it is on the disk */
	size_t tokens;           /* different ones among its rows */
	struct pl_addr token;    /* when that is 1 */
	uint64_t rows;           /* transfers read */
	uint64_t added, enriched, duplicates, rejected;
	uint64_t ignored;      /* other events, other tokens, not --where */
	uint64_t zero_value;   /* of rows */
	uint64_t no_log_index; /* of rows */
	bool blocks_known;
	uint64_t first_block, last_block;
};

/* PL_EFORMAT names file, line, column and value of the first wrong row;
 * PL_EPROOF a row that contradicts the index; nothing is written then. */
PL_CHECKED enum pl_rc pl_import_file(struct pl_index *ix,
				     struct pl_import_result *out,
				     const struct pl_import *how,
				     const char *path, struct pl_err *e);

#endif
