/* RFC 8785: the one way to write a JSON value, so that a hash or signature
 * over it means the value.  Members sorted by UTF-16 code units, numbers as
 * ECMAScript prints doubles, no spaces. */
#ifndef PL_CODEC_JCS_H
#define PL_CODEC_JCS_H

#include "base/buf.h"
#include "codec/json_in.h"

/* Appends to *out.  PL_EFORMAT for an integer that a double cannot hold
 * exactly (write such values as strings). */
PL_CHECKED enum pl_rc pl_jcs(struct pl_buf *out, const struct pl_json *v,
			     struct pl_err *e);

#endif
