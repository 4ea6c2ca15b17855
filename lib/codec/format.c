#include "codec/format.h"

#include <stdint.h>
#include <string.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool hex(char c)
{
	return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Exactly `n` digits as a number; false for anything else. */
static bool number(unsigned *out, const char *s, size_t n)
{
	unsigned v = 0;

	for (size_t i = 0; i < n; i++) {
		if (!digit(s[i]))
			return false;
		v = 10 * v + (unsigned)(s[i] - '0');
	}
	*out = v;
	return true;
}

static unsigned days_of(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30,
					      31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap ? 1u : 0u);
}

/* SPEC RFC 3339 §5.6 full-date */
static bool is_date(const char *s, size_t n)
{
	unsigned y, m, d;

	return n == 10 && s[4] == '-' && s[7] == '-' && number(&y, s, 4) &&
	       number(&m, s + 5, 2) && number(&d, s + 8, 2) && m >= 1 &&
	       m <= 12 && d >= 1 && d <= days_of(y, m);
}

/* "Z" or "+hh:mm": minutes east, for a leap second is one at 23:59:60 UTC */
static bool offset(int *east, const char *s, size_t n)
{
	unsigned h, m;

	*east = 0;
	if (n == 1)
		return *s == 'Z' || *s == 'z';
	if (n != 6 || (*s != '+' && *s != '-') || s[3] != ':' ||
	    !number(&h, s + 1, 2) || !number(&m, s + 4, 2) || h > 23 || m > 59)
		return false;
	*east = (int)(60 * h + m) * (*s == '-' ? -1 : 1);
	return true;
}

/* SPEC RFC 3339 §5.6 full-time */
static bool is_time(const char *s, size_t n)
{
	unsigned h, m, sec;
	size_t at = 8;
	int east;

	if (n < 9 || s[2] != ':' || s[5] != ':' || !number(&h, s, 2) ||
	    !number(&m, s + 3, 2) || !number(&sec, s + 6, 2) || h > 23 ||
	    m > 59 || sec > 60)
		return false;
	if (s[at] == '.') {
		size_t from = ++at;

		while (at < n && digit(s[at]))
			at++;
		if (at == from)
			return false;
	}
	if (at == n || !offset(&east, s + at, n - at))
		return false;
	return sec < 60 ||
	       ((int)(60 * h + m) - east + 2 * 1440) % 1440 == 23 * 60 + 59;
}

static bool is_date_time(const char *s, size_t n)
{
	return n > 11 && (s[10] == 'T' || s[10] == 't') && is_date(s, 10) &&
	       is_time(s + 11, n - 11);
}

static bool is_uuid(const char *s, size_t n)
{
	if (n != 36)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s[i] != '-' : !hex(s[i]))
			return false;
	}
	return true;
}

static bool is_ipv4(const char *s, size_t n)
{
	size_t at = 0;

	for (int part = 0; part < 4; part++) {
		size_t from = at;
		unsigned v;

		while (at < n && at - from < 3 && digit(s[at]))
			at++;
		if (at == from || !number(&v, s + from, at - from) || v > 255 ||
		    (at - from > 1 && s[from] == '0'))
			return false;
		if (part < 3 && (at == n || s[at++] != '.'))
			return false;
	}
	return at == n;
}

/* SPEC RFC 4291 §2.2 */
static bool is_ipv6(const char *s, size_t n)
{
	size_t at = 0, groups = 0, k;
	bool gap = false;

	if (n >= 2 && s[0] == ':' && s[1] == ':') {
		gap = true;
		at = 2;
	}
	while (at < n) {
		for (k = 0; at + k < n && k < 5 && hex(s[at + k]); k++)
			;
		if (at + k < n && s[at + k] == '.') {
			groups += 2;
			return is_ipv4(s + at, n - at) &&
			       (gap ? groups < 8 : groups == 8);
		}
		if (!k || k > 4)
			return false;
		groups++;
		at += k;
		if (at == n)
			break;
		if (s[at++] != ':' || at == n)
			return false;
		if (s[at] == ':') {
			if (gap)
				return false;
			gap = true;
			at++;
		}
	}
	return gap ? groups < 8 : groups == 8;
}

/* Labels of letters, digits and inner hyphens; "--" in third place only in
 * "xn--".  What such a label stands for is not looked into. */
static bool is_hostname(const char *s, size_t n)
{
	size_t label = 0;

	if (!n || n > 253)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.') {
			if (!label || s[i - 1] == '-')
				return false;
			label = 0;
			continue;
		}
		if (!alpha(s[i]) && !digit(s[i]) && (s[i] != '-' || !label))
			return false;
		if (++label > 63 ||
		    (label == 4 && s[i] == '-' && s[i - 1] == '-' &&
		     (i < 3 || (s[i - 3] | 0x20) != 'x' ||
		      (s[i - 2] | 0x20) != 'n')))
			return false;
	}
	return label && s[n - 1] != '-';
}

/* SPEC RFC 5321 §4.1.2 Mailbox, quoted local parts among them */
static bool is_email(const char *s, size_t n)
{
	static const char more[] = "!#$%&'*+-/=?^_`{|}~";
	const char *at = NULL, *host;
	size_t local, rest;

	for (size_t i = 0; i < n; i++)
		if (s[i] == '@')
			at = s + i;
	if (!at || at == s || at - s > 64)
		return false;
	local = (size_t)(at - s);
	host = at + 1;
	rest = n - local - 1;
	if (local > 2 && s[0] == '"' && s[local - 1] == '"') {
		for (size_t i = 1; i + 1 < local; i++) {
			if (s[i] == '\\' && i + 2 < local)
				i++;
			else if (s[i] == '"' || s[i] == '\\' || s[i] < ' ')
				return false;
		}
	} else {
		for (size_t i = 0; i < local; i++) {
			bool dot = s[i] == '.' && i && i + 1 < local &&
				   s[i - 1] != '.';

			if (!dot && !alpha(s[i]) && !digit(s[i]) &&
			    (!s[i] || !strchr(more, s[i])))
				return false;
		}
	}
	if (rest > 2 && host[0] == '[' && host[rest - 1] == ']')
		return is_ipv4(host + 1, rest - 2) ||
		       (rest > 7 && !memcmp(host, "[IPv6:", 6) &&
			is_ipv6(host + 6, rest - 7));
	return is_hostname(host, rest);
}

/* ------------------------------------------------------------------- URIs */

/* Characters of a part, percent escapes checked. */
static bool uri_chars(const char *s, size_t n, const char *more)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%') {
			if (i + 2 >= n || !hex(s[i + 1]) || !hex(s[i + 2]))
				return false;
			i += 2;
			continue;
		}
		if (!alpha(s[i]) && !digit(s[i]) &&
		    (!s[i] || !strchr("-._~!$&'()*+,;=", s[i])) &&
		    (!s[i] || !strchr(more, s[i])))
			return false;
	}
	return true;
}

/* SPEC RFC 3986 §3.2 authority */
static bool is_authority(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n), *end;
	size_t host;

	if (at) {
		if (!uri_chars(s, (size_t)(at - s), ":"))
			return false;
		n -= (size_t)(at + 1 - s);
		s = at + 1;
	}
	if (n && *s == '[') {
		end = memchr(s, ']', n);
		if (!end || !is_ipv6(s + 1, (size_t)(end - s) - 1))
			return false;
		host = (size_t)(end + 1 - s);
	} else {
		for (host = 0; host < n && s[host] != ':'; host++)
			;
		if (!uri_chars(s, host, ""))
			return false;
	}
	if (host == n)
		return true;
	if (s[host] != ':')
		return false;
	while (++host < n)
		if (!digit(s[host]))
			return false;
	return true;
}

/* What follows a scheme: SPEC RFC 3986 §3.3 to §3.5 */
static bool is_hier_part(const char *s, size_t n)
{
	const char *mark = memchr(s, '#', n);
	size_t end;

	if (mark) {
		if (!uri_chars(mark + 1, n - (size_t)(mark + 1 - s), ":@/?"))
			return false;
		n = (size_t)(mark - s);
	}
	mark = memchr(s, '?', n);
	if (mark) {
		if (!uri_chars(mark + 1, n - (size_t)(mark + 1 - s), ":@/?"))
			return false;
		n = (size_t)(mark - s);
	}
	if (n >= 2 && s[0] == '/' && s[1] == '/') {
		for (end = 2; end < n && s[end] != '/'; end++)
			;
		if (!is_authority(s + 2, end - 2))
			return false;
		s += end;
		n -= end;
	}
	return uri_chars(s, n, ":@/");
}

static size_t scheme(const char *s, size_t n)
{
	size_t i;

	if (!n || !alpha(*s))
		return 0;
	for (i = 1; i < n && (alpha(s[i]) || digit(s[i]) || s[i] == '+' ||
			      s[i] == '-' || s[i] == '.');
	     i++)
		;
	return i < n && s[i] == ':' ? i + 1 : 0;
}

static bool is_uri(const char *s, size_t n)
{
	size_t k = scheme(s, n);

	return k && is_hier_part(s + k, n - k);
}

static bool is_uri_reference(const char *s, size_t n)
{
	size_t colon = 0;

	if (scheme(s, n))
		return is_uri(s, n);
	/* a relative path's first part holds no colon */
	while (colon < n && !memchr(":/?#", s[colon], 4))
		colon++;
	return (colon == n || s[colon] != ':') && is_hier_part(s, n);
}

static bool is_json_pointer(const char *s, size_t n)
{
	if (n && *s != '/')
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] == '~' &&
		    (i + 1 == n || (s[i + 1] != '0' && s[i + 1] != '1')))
			return false;
	return true;
}

static const struct {
	const char *name, *about;
	bool (*ok)(const char *s, size_t n);
} formats[] = {
	{ "date", "a date like 2026-01-31", is_date },
	{ "time", "a time like 23:59:59Z", is_time },
	{ "date-time", "a time like 2026-01-31T23:59:59Z", is_date_time },
	{ "email", "an e-mail address", is_email },
	{ "hostname", "a host name", is_hostname },
	{ "ipv4", "an IPv4 address", is_ipv4 },
	{ "ipv6", "an IPv6 address", is_ipv6 },
	{ "json-pointer", "a JSON Pointer", is_json_pointer },
	{ "uri", "a URI with its scheme, like https://example.org", is_uri },
	{ "uri-reference", "a URI or a relative reference", is_uri_reference },
	{ "uuid", "a UUID", is_uuid },
};

static size_t find(const char *format)
{
	size_t i = 0;

	while (i < sizeof(formats) / sizeof(formats[0]) &&
	       strcmp(formats[i].name, format))
		i++;
	return i;
}

bool pl_format_ok(const char *format, const char *s, size_t n)
{
	size_t i = find(format);

	return i == sizeof(formats) / sizeof(formats[0]) || formats[i].ok(s, n);
}

const char *pl_format_about(const char *format)
{
	size_t i = find(format);

	return i == sizeof(formats) / sizeof(formats[0]) ? NULL
							 : formats[i].about;
}
