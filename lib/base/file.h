/* Whole files, read with a limit and written so that a reader sees the old
 * bytes or the new ones, never a part. */
#ifndef PL_BASE_FILE_H
#define PL_BASE_FILE_H

#include <stdbool.h>

#include "base/arena.h"

/* The bytes of the file, followed by a zero not counted.  "-" is standard
 * input.  PL_ENOTFOUND when there is none, PL_ELIMIT over `limit` bytes. */
PL_CHECKED enum pl_rc pl_file_read(struct pl_arena *a, struct pl_span *out,
				   const char *path, size_t limit,
				   struct pl_err *e);

/* Append all that is left to read from fd, which `path` names in errors. */
struct pl_buf;
PL_CHECKED enum pl_rc pl_fd_read(struct pl_buf *b, int fd, const char *path,
				 size_t limit, struct pl_err *e);

/* Write to a temporary file beside, fsync, rename over, fsync the folder.
 * mode as for open(2): 0600 for secrets, 0644 else. */
PL_CHECKED enum pl_rc pl_file_write(const char *path, struct pl_span bytes,
				    unsigned mode, struct pl_err *e);

/* As pl_file_write, but PL_EUSAGE when the file exists already. */
PL_CHECKED enum pl_rc pl_file_create(const char *path, struct pl_span bytes,
				     unsigned mode, struct pl_err *e);

bool pl_file_exists(const char *path);
bool pl_file_regular(const char *path); /* no folder, pipe or device */

/* mkdir -p */
PL_CHECKED enum pl_rc pl_dir_make(const char *path, unsigned mode,
				  struct pl_err *e);

/* Names in a folder, sorted by bytes, without "." and "..", NULL-ended. */
PL_CHECKED enum pl_rc pl_dir_list(struct pl_arena *a, char ***names, size_t *n,
				  const char *path, struct pl_err *e);

#endif
