/* The line of evidence: from a record's id down to the file or the blocks its
 * figures stand on, with the trust label of each link.  plume-trust(7). */
#ifndef PL_RECORD_EVIDENCE_H
#define PL_RECORD_EVIDENCE_H

#include "record/record.h"

struct pl_evidence {
	const char *step;  /* "record", "model", "series", "rows", … */
	const char *what;  /* in words */
	const char *value; /* id, digest, count or hash */
	enum pl_trust trust;
};

/* The links in order, the record first.  PL_EFORMAT when the record lacks
 * what a link needs. */
PL_CHECKED enum pl_rc pl_evidence_of(struct pl_arena *a,
				     struct pl_evidence **out, size_t *n,
				     const struct pl_record *r,
				     struct pl_err *e);

#endif
