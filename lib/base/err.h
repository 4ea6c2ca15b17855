/* Failures: a small set of kinds for callers to act on, and words for people.
 * A function that can fail returns enum pl_rc and fills *e where it failed;
 * nothing is kept in thread-local or global state. */
#ifndef PL_BASE_ERR_H
#define PL_BASE_ERR_H

#define PL_CHECKED __attribute__((warn_unused_result))
#define PL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

enum pl_rc {
	PL_OK = 0,
	PL_EUSAGE = -1,     /* the call's words are wrong */
	PL_EIO = -2,        /* a file cannot be read or written */
	PL_ENET = -3,       /* a node did not answer; worth retrying */
	PL_EFORMAT = -4,    /* bytes that are not what they should be */
	PL_ELIMIT = -5,     /* input larger than a limit of limits.h */
	PL_EPROOF = -6,     /* a proof, signature or check is false */
	PL_ESTALE = -7,     /* true once, too old now */
	PL_EREFUSED = -8,   /* the chain refused: reverted, or would */
	PL_ENOTFOUND = -9,  /* no such thing */
	PL_ESTORE = -10,    /* the index or the git repository failed */
	PL_EDECLINED = -11, /* the user said no, or nobody was asked */
	PL_EMATH = -12,     /* the data cannot carry the model */
	PL_EBUG = -13,      /* a bug in plume */
};

struct pl_err {
	enum pl_rc rc;
	char msg[768];  /* what was wrong, where and with which value */
	char hint[256]; /* what to do about it; may be empty */
};

/* Set kind and words of *e and return rc.  The hint is cleared. */
enum pl_rc pl_fail(struct pl_err *e, enum pl_rc rc, const char *fmt, ...)
	PL_PRINTF(3, 4);

/* Put context before the words on the way up: "block 7: …".  The kind stays.
 * Returns the kind, so that `return pl_note(e, …)` reads well. */
enum pl_rc pl_note(struct pl_err *e, const char *fmt, ...) PL_PRINTF(2, 3);

/* Say what the user can do.  Returns the kind. */
enum pl_rc pl_hint(struct pl_err *e, const char *fmt, ...) PL_PRINTF(2, 3);

/* Say why and end the program with status 70: only where going on would give
 * a wrong result without anybody seeing it. */
__attribute__((noreturn)) void pl_die(const struct pl_err *e);

/* The documented exit status of a kind (0 for PL_OK). */
int pl_rc_exit(enum pl_rc rc);

/* The kind's name in JSON errors: "usage", "network", "proof" … */
const char *pl_rc_name(enum pl_rc rc);

/* Return from the calling function when expr fails.  The only macro that
 * returns; not for functions that own a handle (those have one `out:`). */
#define PL_TRY(expr)                                                           \
	do {                                                                   \
		enum pl_rc pl_try_rc_ = (expr);                                \
		if (pl_try_rc_ != PL_OK)                                       \
			return pl_try_rc_;                                     \
	} while (0)

#endif
