#include "base/time.h"

#include <stdio.h>
#include <time.h>

/* Days from a civil date and back: the calendar repeats every 400 years
 * (146097 days); years are counted from March, so that the leap day is last. */
int64_t pl_time_days(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	unsigned yoe = (unsigned)(y - era * 400);
	unsigned doy =
		(153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + (int64_t)doe - 719468;
}

static void civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = (int64_t)yoe + era * 400 + (*month <= 2);
}

void pl_time_text(char out[PL_TIME_TEXT], int64_t t)
{
	int64_t days = t / 86400, year;
	unsigned sec, month, day;

	if (t % 86400 < 0)
		days--;
	sec = (unsigned)(t - days * 86400);
	civil(days, &year, &month, &day);
	(void)snprintf(out, PL_TIME_TEXT, "%04lld-%02u-%02uT%02u:%02u:%02uZ",
		       (long long)year, month, day, sec / 3600, sec / 60 % 60,
		       sec % 60);
}

struct cursor {
	const char *p, *end;
};

static bool number(struct cursor *c, unsigned digits, unsigned *out)
{
	unsigned v = 0;

	if ((size_t)(c->end - c->p) < digits)
		return false;
	for (unsigned i = 0; i < digits; i++) {
		char ch = c->p[i];

		if (ch < '0' || ch > '9')
			return false;
		v = v * 10 + (unsigned)(ch - '0');
	}
	c->p += digits;
	*out = v;
	return true;
}

static bool lit(struct cursor *c, char ch)
{
	if (c->p == c->end || *c->p != ch)
		return false;
	c->p++;
	return true;
}

static unsigned month_days(unsigned y, unsigned m)
{
	static const unsigned n[] = { 31, 28, 31, 30, 31, 30,
				      31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return n[m - 1] + (m == 2 && leap);
}

static bool parse_date(struct cursor *c, int64_t *t)
{
	unsigned y, m, d;
	char sep;

	if (!number(c, 4, &y) || c->p == c->end)
		return false;
	sep = *c->p;
	if (sep != '-' && sep != '/')
		return false;
	if (!lit(c, sep) || !number(c, 2, &m) || !lit(c, sep) ||
	    !number(c, 2, &d))
		return false;
	if (m < 1 || m > 12 || d < 1 || d > month_days(y, m))
		return false;
	*t = pl_time_days(y, m, d) * 86400;
	return true;
}

static bool parse_zone(struct cursor *c, int64_t *t)
{
	bool minus;
	unsigned h, m = 0;

	(void)lit(c, ' ');
	if (c->p == c->end || lit(c, 'Z') || lit(c, 'z'))
		return true;
	if (c->end - c->p == 3 && c->p[0] == 'U' && c->p[1] == 'T' &&
	    c->p[2] == 'C') {
		c->p += 3;
		return true;
	}
	minus = *c->p == '-';
	if (!lit(c, '-') && !lit(c, '+'))
		return false;
	if (!number(c, 2, &h))
		return false;
	(void)lit(c, ':');
	if (c->p != c->end && !number(c, 2, &m))
		return false;
	if (h > 23 || m > 59)
		return false;
	*t += (minus ? 1 : -1) * (int64_t)(h * 3600 + m * 60);
	return true;
}

static bool parse_clock(struct cursor *c, int64_t *t)
{
	unsigned h, m, s = 0, f;

	if (!number(c, 2, &h) || !lit(c, ':') || !number(c, 2, &m))
		return false;
	if (lit(c, ':') && !number(c, 2, &s))
		return false;
	if (h > 23 || m > 59 || s > 60)
		return false;
	if (lit(c, '.')) {
		if (!number(c, 1, &f))
			return false;
		while (number(c, 1, &f))
			;
	}
	*t += (int64_t)h * 3600 + (int64_t)m * 60 + (s > 59 ? 59 : s);
	return parse_zone(c, t);
}

static bool parse_epoch(const char *s, size_t len, int64_t *out)
{
	int64_t v = 0;

	if (!len || len > 15)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*out = len >= 12 ? v / 1000 : v;
	return true;
}

enum pl_rc pl_time_parse(int64_t *out, const char *s, size_t len,
			 struct pl_err *e)
{
	struct cursor c = { s, s + len };
	int64_t t;

	if (parse_epoch(s, len, out))
		return PL_OK;
	if (!parse_date(&c, &t))
		goto bad;
	if (c.p != c.end) {
		if (!lit(&c, 'T') && !lit(&c, 't') && !lit(&c, ' '))
			goto bad;
		if (!parse_clock(&c, &t))
			goto bad;
	}
	if (c.p != c.end)
		goto bad;
	*out = t;
	return PL_OK;
bad:
	return pl_fail(e, PL_EFORMAT, "'%.*s' is no time this tool reads",
		       (int)(len > 40 ? 40 : len), s);
}

int64_t pl_time_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

uint64_t pl_time_mono_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}
