#include "base/num.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raise the last digit of "d.ddde±x" by one; false when all are nines. */
static bool raise_last(char *text)
{
	char *p = strchr(text, 'e');

	while (p-- > text) {
		if (*p == '.')
			continue;
		if (*p != '9') {
			++*p;
			return true;
		}
		*p = '0';
	}
	return false;
}

/* Does the text, or the one next above it, read back as x?  The doubles below
 * a power of two lie twice as close as those above it, so there the nearest
 * text of a length may miss where the next one up hits. */
static bool reads_back(char *text, double x)
{
	int exponent;

	if (strtod(text, NULL) == x)
		return true;
	return frexp(x, &exponent) == 0.5 && raise_last(text) &&
	       strtod(text, NULL) == x;
}

/* Digits and exponent of the shortest text that reads back as x > 0:
 * x = 0.d1d2…dk × 10^*point.  Fifteen digits always survive the way through
 * a normal double, so fewer show up as trailing zeros of fifteen. */
static size_t shortest(char digits[20], int *point, double x)
{
	char text[40];
	int prec = x < DBL_MIN ? 1 : 15;
	size_t n = 0;

	for (;; prec++) {
		(void)snprintf(text, sizeof(text), "%.*e", prec - 1, x);
		if (prec >= 17 || reads_back(text, x))
			break;
	}
	for (const char *p = text; *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	*point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
	return n;
}

void pl_double_text(char out[PL_NUM_TEXT], double x)
{
	char d[20];
	int k, point;
	char *o = out;

	if (isnan(x)) {
		memcpy(out, "NaN", 4);
		return;
	}
	if (x == 0) {
		memcpy(out, "0", 2);
		return;
	}
	if (x < 0) {
		*o++ = '-';
		x = -x;
	}
	if (isinf(x)) {
		memcpy(o, "Infinity", 9);
		return;
	}
	k = (int)shortest(d, &point, x);
	if (point > 0 && point <= 21) {
		if (k <= point)
			(void)snprintf(o, 24, "%.*s%.*s", k, d, point - k,
				       "000000000000000000000");
		else
			(void)snprintf(o, 24, "%.*s.%.*s", point, d, k - point,
				       d + point);
	} else if (point > -6 && point <= 0) {
		(void)snprintf(o, 28, "0.%.*s%.*s", -point, "00000", k, d);
	} else {
		(void)snprintf(o, 28, "%c%s%.*se%+d", d[0], k > 1 ? "." : "",
			       k - 1, d + 1, point - 1);
	}
}

/* The grammar is checked here; strtod, which knows more, does the rounding. */
static bool is_decimal(const char *s, size_t len)
{
	size_t i = 0, digits = 0;

	if (i < len && (s[i] == '-' || s[i] == '+'))
		i++;
	for (; i < len && s[i] >= '0' && s[i] <= '9'; i++)
		digits++;
	if (i < len && s[i] == '.')
		for (i++; i < len && s[i] >= '0' && s[i] <= '9'; i++)
			digits++;
	if (!digits)
		return false;
	if (i < len && (s[i] == 'e' || s[i] == 'E')) {
		i++;
		if (i < len && (s[i] == '-' || s[i] == '+'))
			i++;
		digits = 0;
		for (; i < len && s[i] >= '0' && s[i] <= '9'; i++)
			digits++;
		if (!digits)
			return false;
	}
	return i == len;
}

enum pl_rc pl_double_parse(double *out, const char *s, size_t len,
			   struct pl_err *e)
{
	char text[512];
	double v;

	if (len >= sizeof(text) || !is_decimal(s, len))
		return pl_fail(e, PL_EFORMAT, "'%.*s' is no number",
			       (int)(len > 40 ? 40 : len), s);
	memcpy(text, s, len);
	text[len] = '\0';
	v = strtod(text, NULL);
	if (!isfinite(v))
		return pl_fail(e, PL_EFORMAT, "'%.40s' is too large", text);
	*out = v;
	return PL_OK;
}
