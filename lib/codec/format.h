/* The formats of JSON Schema 2020-12 that plume checks. */
#ifndef PL_CODEC_FORMAT_H
#define PL_CODEC_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/* Does the text obey the format?  A format plume does not know obeys. */
bool pl_format_ok(const char *format, const char *s, size_t n);

/* How a format is described to people ("a date like 2026-01-31"), or NULL
 * for one plume does not know. */
const char *pl_format_about(const char *format);

#endif
