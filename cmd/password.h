/* Secrets from people and scripts: a terminal without echo, a file, or a file
 * descriptor; never the command line or the environment.  What was read lies
 * in locked memory until it is closed. */
#ifndef PL_CMD_PASSWORD_H
#define PL_CMD_PASSWORD_H

#include "cmd/cmd.h"

struct pl_password_args {
	const char *file;   /* --password-file, or NULL */
	const uint64_t *fd; /* --password-fd, or NULL */
};

/* In a command's table of options; `member` is a struct pl_password_args. */
#define PL_PASSWORD_OPTS(type, member)                                         \
	{ .name = "password-file",                                             \
	  .kind = PL_FILE,                                                     \
	  .off = PL_AT(type, member.file, const char *),                       \
	  .arg = "FILE",                                                       \
	  .about = "read the password from the first line of FILE" },          \
	{                                                                      \
		.name = "password-fd", .kind = PL_UINT,                        \
		.off = PL_AT(type, member.fd, const uint64_t *), .arg = "N",   \
		.about = "read the password from file descriptor N",           \
		.flags = PL_GIVEN, .max = 1024                                 \
	}

struct pl_secret_text {
	char *p; /* zero-ended, locked; NULL once closed */
	size_t n;
};

/* One line.  From the file or descriptor when one is given, else from the
 * terminal behind the prompt, there twice when `twice`.  PL_EDECLINED where
 * nobody can be asked, PL_ELIMIT over PL_MAX_PASSWORD bytes, PL_EUSAGE when
 * the two do not agree or a file holds more than a line. */
PL_CHECKED enum pl_rc pl_password_read(struct pl_ctx *c,
				       struct pl_secret_text *out,
				       const struct pl_password_args *args,
				       const char *prompt, bool twice,
				       struct pl_err *e);

/* Wipes; may be called on a zeroed struct. */
void pl_secret_text_close(struct pl_secret_text *s);

static inline struct pl_span pl_secret_span(const struct pl_secret_text *s)
{
	return (struct pl_span){ (const uint8_t *)s->p, s->n };
}

#endif
