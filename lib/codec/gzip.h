/* gzip (façade over zlib, loaded when first used). */
#ifndef PL_CODEC_GZIP_H
#define PL_CODEC_GZIP_H

#include "base/arena.h"

/* Begins with gzip's two magic bytes. */
bool pl_is_gzip(struct pl_span in);

/* All members of a gzip file, unpacked into the arena.  PL_ELIMIT over
 * `limit` bytes; PL_EFORMAT when cut short, false by its checksum, or
 * followed by anything else. */
PL_CHECKED enum pl_rc pl_gunzip(struct pl_arena *a, struct pl_span *out,
				struct pl_span in, size_t limit,
				struct pl_err *e);

/* pl_file_read, and pl_gunzip where the content is gzip's, whatever the
 * file's name.  *raw (may be NULL) gets the bytes as they are on the disk. */
PL_CHECKED enum pl_rc pl_data_read(struct pl_arena *a, struct pl_span *out,
				   struct pl_span *raw, const char *path,
				   size_t limit, struct pl_err *e);

#endif
