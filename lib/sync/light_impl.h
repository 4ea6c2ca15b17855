/* Within sync/light*.c. */
#ifndef PL_SYNC_LIGHT_IMPL_H
#define PL_SYNC_LIGHT_IMPL_H

#include "eth/light_file.h"
#include "sync/light.h"

#define LIGHT_MAX_NAME 64 /* of an object's file, its end included */

/* An object of the client: what stands in the store about its file. */
struct light_object {
	enum pl_lc_kind kind;
	enum pl_lc_fork fork;
	uint64_t period, slot; /* of its header, the attested one */
	uint64_t forced;
	char file[LIGHT_MAX_NAME]; /* within the folder */
	struct pl_hash32 digest;
	uint64_t bytes;
};

struct pl_light {
	struct pl_arena *a;
	const char *dir; /* NULL: out of evidence, in memory */
	struct pl_lc_config config;
	struct pl_hash32 root;
	uint64_t root_slot;
	int64_t begun, synced;
	bool forced;
	struct pl_lc_store *store;
	struct light_object *object;
	size_t n, room;
	struct pl_hash32 seen; /* the hash of the store file last read or
				* written */
	bool whole; /* what is in memory is what stands in that file */
	bool in_conflict;
	struct pl_light_conflict conflict;
};

#define LIGHT_MAX_OBJECTS 65536
#define LIGHT_MAX_STORE ((size_t)32 << 20) /* bytes of the file `store` */

/* Write an object's file and remember it, in place of one of its kind (and
 * period, for updates).  The store is not written yet. */
PL_CHECKED enum pl_rc light_keep(struct pl_light *l, struct light_object o,
				 struct pl_span ssz, struct pl_err *e);

/* The octet-stream form of an object. */
PL_CHECKED enum pl_rc light_frame(struct pl_buf *out,
				  const struct pl_lc_config *c, uint64_t slot,
				  struct pl_span ssz, struct pl_err *e);

/* The bytes of an object's file, out of their frame. */
PL_CHECKED enum pl_rc light_read(const struct pl_light *l, struct pl_arena *a,
				 struct pl_span *ssz,
				 const struct light_object *o,
				 struct pl_err *e);

/* The file `store`, and what no longer stands in it removed. */
PL_CHECKED enum pl_rc light_save(struct pl_light *l, struct pl_err *e);
/* Reads nothing where the file is the one last seen. */
PL_CHECKED enum pl_rc light_load(struct pl_light *l, struct pl_err *e);

/* Others wait.  *fd is closed to let go. */
PL_CHECKED enum pl_rc light_lock(const char *dir, int *fd, struct pl_err *e);

struct pl_light *light_new(struct pl_arena *a, const char *dir,
			   const struct pl_lc_config *config);

#endif
