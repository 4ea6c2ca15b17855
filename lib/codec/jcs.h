/* RFC 8785: the one way to write a JSON value, so that a hash or signature
 * over it means the value.  Members sorted by UTF-16 code units, numbers as
 * ECMAScript prints doubles, no spaces. */
#ifndef PL_CODEC_JCS_H
#define PL_CODEC_JCS_H

#include "base/buf.h"
#include "codec/json_in.h"

/* Appends to *out.  PL_EFORMAT for an integer beyond 2^53 whose digits would
 * change on the way through a double (write such values as strings). */
PL_CHECKED enum pl_rc pl_jcs(struct pl_buf *out, const struct pl_json *v,
			     struct pl_err *e);

/* The same text with line breaks, two blanks per level, a blank after each
 * colon and a line break at the end: for files people read and git compares.
 * Still one text per value. */
PL_CHECKED enum pl_rc pl_jcs_pretty(struct pl_buf *out, const struct pl_json *v,
				    struct pl_err *e);

#endif
