#include "out/xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "out/value.h"

static bool turns(int32_t cp)
{
	return (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

static bool is_text(int32_t cp)
{
	if (cp == '\n' || cp == '\t')
		return true;
	return cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0) && !turns(cp) &&
	       cp != 0xfffe && cp != 0xffff;
}

static const char *entity(int32_t cp)
{
	switch (cp) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '`':
		return "&#96;";
	}
	return NULL;
}

void pl_xml_text(struct pl_buf *b, const char *s)
{
	int32_t cp;
	size_t n;

	while ((n = pl_out_utf8_next(s, &cp))) {
		const char *e = entity(cp);

		if (e)
			pl_buf_str(b, e);
		else if (is_text(cp))
			pl_buf_put(b,
				   (struct pl_span){ (const uint8_t *)s, n });
		else
			pl_buf_str(b, "\xef\xbf\xbd");
		s += n;
	}
}

void pl_xml_fmt(struct pl_buf *b, const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		text = pl_alloc(b->a, (size_t)n + 1);
		(void)vsnprintf(text, (size_t)n + 1, fmt, again);
		pl_xml_text(b, text);
	}
	va_end(again);
}
