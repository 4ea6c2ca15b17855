/* Text from anywhere inside XML and HTML: markup characters become entities,
 * control characters and bad UTF-8 U+FFFD, so that no name can become markup,
 * in an element or between quotes.  The marks that turn the direction of text
 * around (U+202A…U+202E, U+2066…U+2069) become U+FFFD too. */
#ifndef PL_OUT_XML_H
#define PL_OUT_XML_H

#include "base/buf.h"

/* Line breaks and tabs stay. */
void pl_xml_text(struct pl_buf *b, const char *s);

/* printf, then as above. */
void pl_xml_fmt(struct pl_buf *b, const char *fmt, ...) PL_PRINTF(2, 3);

#endif
