#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum pl_rc pl_fail(struct pl_err *e, enum pl_rc rc, const char *fmt, ...)
{
	va_list ap;

	e->rc = rc;
	e->hint[0] = '\0';
	va_start(ap, fmt);
	(void)vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return rc;
}

enum pl_rc pl_note(struct pl_err *e, const char *fmt, ...)
{
	char was[sizeof(e->msg)];
	va_list ap;
	int n;

	memcpy(was, e->msg, sizeof(was));
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n + 3 < sizeof(e->msg))
		(void)snprintf(e->msg + n, sizeof(e->msg) - (size_t)n, ": %.*s",
			       (int)(sizeof(e->msg) - (size_t)n - 3), was);
	return e->rc;
}

enum pl_rc pl_hint(struct pl_err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
	return e->rc;
}

void pl_die(const struct pl_err *e)
{
	(void)fprintf(stderr, "plume: %s\n", e->msg);
	exit(70);
}

/* One row per kind: its exit status (documented in plume(1)) and JSON name. */
static const struct {
	int status;
	const char *name;
} kinds[] = {
	[-PL_OK] = { 0, "ok" },
	[-PL_EUSAGE] = { 2, "usage" },
	[-PL_EIO] = { 5, "io" },
	[-PL_ENET] = { 3, "network" },
	[-PL_EFORMAT] = { 4, "format" },
	[-PL_ELIMIT] = { 4, "limit" },
	[-PL_EPROOF] = { 1, "proof" },
	[-PL_ESTALE] = { 1, "stale" },
	[-PL_EREFUSED] = { 6, "refused" },
	[-PL_ENOTFOUND] = { 7, "notfound" },
	[-PL_ESTORE] = { 5, "store" },
	[-PL_EDECLINED] = { 8, "declined" },
	[-PL_EMATH] = { 4, "math" },
	[-PL_EBUG] = { 70, "bug" },
};

int pl_rc_exit(enum pl_rc rc)
{
	return kinds[-(int)rc].status;
}

const char *pl_rc_name(enum pl_rc rc)
{
	return kinds[-(int)rc].name;
}
