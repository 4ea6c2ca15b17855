#include "net/url.h"

#include <string.h>
#include <strings.h>

static bool host_byte(uint8_t c, bool v6)
{
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
	    (c >= 'A' && c <= 'F') || c == '.')
		return true;
	if (v6)
		return c == ':';
	return (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '-' ||
	       c == '_';
}

static size_t find(struct pl_span s, const char *any)
{
	size_t n = 0;

	while (n < s.n && !memchr(any, s.p[n], strlen(any)))
		n++;
	return n;
}

static bool read_port(unsigned *out, struct pl_span s)
{
	unsigned v = 0;

	if (!s.n)
		return true; /* nothing after the host */
	if (s.p[0] != ':' || s.n < 2 || s.n > 6)
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + s.p[i] - '0';
	}
	*out = v;
	return v && v < 65536;
}

/* host[:port] or [v6][:port] */
static bool split_place(struct pl_url *u)
{
	struct pl_span s = u->place;
	bool v6 = s.n && s.p[0] == '[';

	if (v6) {
		(void)pl_span_take(&s, 1);
		u->host = pl_span_take(&s, find(s, "]"));
		if (!s.n)
			return false;
		(void)pl_span_take(&s, 1);
	} else {
		u->host = pl_span_take(&s, find(s, ":"));
	}
	if (!u->host.n || u->host.n > PL_MAX_HOST)
		return false;
	for (size_t i = 0; i < u->host.n; i++) {
		if (!host_byte(u->host.p[i], v6))
			return false;
	}
	return read_port(&u->port, s);
}

static const struct {
	const char *name;
	bool tls, ws;
	unsigned port;
} schemes[] = {
	{ "https://", true, false, 443 },
	{ "http://", false, false, 80 },
	{ "wss://", true, true, 443 },
	{ "ws://", false, true, 80 },
};

static bool split_scheme(struct pl_url *u, struct pl_span *s, const char *text)
{
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t n = strlen(schemes[i].name);

		if (strncasecmp(text, schemes[i].name, n) != 0)
			continue;
		u->tls = schemes[i].tls;
		u->ws = schemes[i].ws;
		u->port = schemes[i].port;
		(void)pl_span_take(s, n);
		return true;
	}
	return false;
}

bool pl_url_split(struct pl_url *out, const char *text)
{
	struct pl_span s = pl_span_str(text), rest;
	size_t at;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '\\')
			return false;
	}
	if (s.n > PL_MAX_URL || !split_scheme(out, &s, text))
		return false;
	rest = pl_span_take(&s, find(s, "/?#"));
	out->path = pl_span_take(&s, find(s, "#")); /* that says: locally */
	at = find(rest, "@");
	out->user = at < rest.n;
	if (out->user) /* a name and a password */
		(void)pl_span_take(&rest, at + 1);
	out->place = rest;
	return split_place(out);
}

bool pl_url_is_loopback(const struct pl_url *u)
{
	char text[PL_MAX_HOST + 1];
	unsigned dots = 0;

	memcpy(text, u->host.p, u->host.n);
	text[u->host.n] = '\0';
	if (!strcasecmp(text, "localhost") || !strcmp(text, "::1"))
		return true;
	if (strncmp(text, "127.", 4) != 0)
		return false;
	/* digits and three dots: a name like 127.example.org is none */
	for (const char *s = text; *s; s++) {
		if (*s != '.' && (*s < '0' || *s > '9'))
			return false;
		dots += *s == '.';
	}
	return dots == 3;
}
