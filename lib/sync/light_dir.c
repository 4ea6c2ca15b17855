/* The client's folder: `store`, JSON with a hash behind it, and the files of
 * the objects it names. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/stop.h"
#include "codec/json_out.h"
#include "crypto/keccak.h"
#include "sync/light_impl.h"

#define GUARD 67 /* "\n", 64 digits and "\n" after the JSON, and one spare */

static const char *path(struct pl_arena *a, const char *dir, const char *name)
{
	return pl_printf(a, "%s/%s", dir, name);
}

static enum pl_rc damaged(const char *dir, const char *what, struct pl_err *e)
{
	(void)pl_fail(e, PL_ESTORE,
		      "the light client's store in %s is "
		      "damaged: %s",
		      dir, what);
	return pl_hint(e, "begin again with `plume light init`; nothing else "
			  "is lost");
}

enum pl_rc light_lock(const char *dir, int *fd, struct pl_err *e)
{
	char name[PL_MAX_PATH];
	int f;

	PL_TRY(pl_dir_make(dir, 0755, e));
	if ((size_t)snprintf(name, sizeof(name), "%s/lock", dir) >=
	    sizeof(name))
		return pl_fail(e, PL_ELIMIT, "%s: the path is too long", dir);
	f = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (f < 0)
		return pl_fail(e, PL_ESTORE, "%s: %s", name, strerror(errno));
	while (flock(f, LOCK_EX | LOCK_NB)) {
		if (errno != EINTR &&
		    (errno != EWOULDBLOCK || pl_stop_asked())) {
			(void)pl_fail(e, PL_ESTORE, "%s: %s", name,
				      strerror(errno));
			(void)close(f);
			return e->rc;
		}
		pl_stop_pause(50); /* another process's sync */
	}
	*fd = f;
	return PL_OK;
}

/* ---------------------------------------------------------------- objects */

enum pl_rc light_frame(struct pl_buf *out, const struct pl_lc_config *c,
		       uint64_t slot, struct pl_span ssz, struct pl_err *e)
{
	uint64_t n = ssz.n + 4;
	uint8_t digest[4];

	PL_TRY(pl_lc_fork_digest(digest, c, pl_lc_epoch(c, slot), e));
	for (unsigned i = 0; i < 8; i++)
		pl_buf_byte(out, (uint8_t)(n >> 8 * i));
	pl_buf_put(out, (struct pl_span){ digest, sizeof(digest) });
	pl_buf_put(out, ssz);
	return PL_OK;
}

static void set_name(struct light_object *o)
{
	const char *kind = pl_lc_kind_name(o->kind);

	if (o->kind == PL_LC_UPDATE)
		(void)snprintf(o->file, sizeof(o->file),
			       "%s-%" PRIu64 "-%" PRIu64 ".bin", kind,
			       o->period, o->slot);
	else
		(void)snprintf(o->file, sizeof(o->file), "%s-%" PRIu64 ".bin",
			       kind, o->slot);
}

/* A client may run for months: what was reserved once is used again. */
static void make_room(struct pl_light *l, size_t n)
{
	size_t room = l->room ? l->room : 16;

	if (n <= l->room)
		return;
	while (room < n)
		room *= 2;
	l->object = pl_realloc(l->a, l->object, l->n * sizeof(*l->object),
			       room * sizeof(*l->object));
	l->room = room;
}

static struct light_object *place_for(struct pl_light *l,
				      const struct light_object *o)
{
	for (size_t i = 0; i < l->n; i++) {
		struct light_object *x = &l->object[i];

		if (x->kind == o->kind &&
		    (o->kind != PL_LC_UPDATE || x->period == o->period))
			return x;
	}
	make_room(l, l->n + 1);
	return &l->object[l->n++];
}

enum pl_rc light_keep(struct pl_light *l, struct light_object o,
		      struct pl_span ssz, struct pl_err *e)
{
	struct pl_arena *a;
	struct pl_buf b;
	enum pl_rc rc;

	if (!l->dir)
		return PL_OK;
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	rc = light_frame(&b, &l->config, o.slot, ssz, e);
	if (!rc) {
		set_name(&o);
		o.digest = pl_keccak256(pl_buf_span(&b));
		o.bytes = b.n;
		rc = pl_file_write(path(a, l->dir, o.file), pl_buf_span(&b),
				   0644, e);
	}
	if (!rc)
		*place_for(l, &o) = o;
	pl_arena_close(a);
	return rc;
}

enum pl_rc light_read(const struct pl_light *l, struct pl_arena *a,
		      struct pl_span *ssz, const struct light_object *o,
		      struct pl_err *e)
{
	struct pl_hash32 is;
	struct pl_span s;

	if (pl_file_read(a, &s, path(a, l->dir, o->file), PL_MAX_LC_OBJECT + 12,
			 e))
		return damaged(l->dir, pl_strdup(a, e->msg), e);
	is = pl_keccak256(s);
	if (!pl_hash32_equal(&is, &o->digest) || s.n < 12)
		return damaged(l->dir, pl_printf(a, "%s was changed", o->file),
			       e);
	(void)pl_span_take(&s, 12);
	*ssz = s;
	return PL_OK;
}

/* ------------------------------------------------------------------ writing */

static void put_part(struct pl_jout *w, struct pl_arena *a, const char *key,
		     enum pl_lc_fork fork, const struct pl_buf *ssz)
{
	(void)a;
	pl_jout_open(w, key, '{');
	pl_jout_str(w, "fork", pl_lc_fork_name(fork));
	pl_jout_data(w, "ssz", pl_buf_span(ssz));
	pl_jout_close(w, '}');
}

/* Headers and committees in the containers that hold them. */
static void put_state(struct pl_jout *w, struct pl_light *l, struct pl_arena *a)
{
	const struct pl_lc_preset *p = l->config.preset;
	const struct pl_lc_store *s = l->store;
	struct pl_lc_bootstrap *b = PL_NEW(a, struct pl_lc_bootstrap);
	struct pl_lc_update *u = PL_NEW(a, struct pl_lc_update);
	struct pl_buf buf;

	b->header = s->finalized_header;
	b->current_sync_committee = s->current_sync_committee;
	pl_buf_init(&buf, a);
	pl_lc_bootstrap_encode(&buf, b, p, b->header.fork);
	put_part(w, a, "finalized", b->header.fork, &buf);
	u->kind = PL_LC_UPDATE;
	u->attested_header = s->optimistic_header;
	u->finalized_header.fork = s->optimistic_header.fork;
	u->next_sync_committee = s->next_sync_committee;
	pl_buf_init(&buf, a);
	pl_lc_update_encode(&buf, u, p, u->attested_header.fork);
	put_part(w, a, "optimistic", u->attested_header.fork, &buf);
	if (!s->has_best)
		return;
	*u = s->best_valid_update;
	u->kind = PL_LC_UPDATE;
	pl_buf_init(&buf, a);
	pl_lc_update_encode(&buf, u, p, u->attested_header.fork);
	put_part(w, a, "best", u->attested_header.fork, &buf);
}

static void put_objects(struct pl_jout *w, const struct pl_light *l)
{
	pl_jout_open(w, "objects", '[');
	for (size_t i = 0; i < l->n; i++) {
		const struct light_object *o = &l->object[i];

		pl_jout_open(w, NULL, '{');
		pl_jout_str(w, "kind", pl_lc_kind_name(o->kind));
		pl_jout_str(w, "fork", pl_lc_fork_name(o->fork));
		pl_jout_str(w, "file", o->file);
		pl_jout_hash(w, "keccak256", &o->digest);
		pl_jout_u64(w, "period", o->period);
		pl_jout_u64(w, "slot", o->slot);
		pl_jout_u64(w, "bytes", o->bytes);
		pl_jout_u64(w, "forced", o->forced);
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, ']');
}

static void put_store(struct pl_buf *out, struct pl_light *l,
		      struct pl_arena *a)
{
	const struct pl_lc_store *s = l->store;
	struct pl_jout w;

	pl_jout_init(&w, out);
	pl_jout_open(&w, NULL, '{');
	pl_jout_u64(&w, "version", 1);
	pl_jout_hash(&w, "genesis_validators_root",
		     &l->config.genesis_validators_root);
	pl_jout_hash(&w, "root", &l->root);
	pl_jout_u64(&w, "root_slot", l->root_slot);
	pl_jout_u64(&w, "begun", (uint64_t)l->begun);
	pl_jout_u64(&w, "synced", (uint64_t)l->synced);
	pl_jout_bool(&w, "forced", l->forced);
	pl_jout_bool(&w, "next_known", s->next_known);
	pl_jout_u64(&w, "previous_max", s->previous_max_active_participants);
	pl_jout_u64(&w, "current_max", s->current_max_active_participants);
	put_state(&w, l, a);
	put_objects(&w, l);
	pl_jout_close(&w, '}');
}

static bool named(const struct pl_light *l, const char *file)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->object[i].file, file))
			return true;
	return false;
}

static bool is_object(const char *name)
{
	static const enum pl_lc_kind kinds[] = { PL_LC_BOOTSTRAP, PL_LC_UPDATE,
						 PL_LC_FINALITY,
						 PL_LC_OPTIMISTIC };
	size_t n = strlen(name);

	if (n < 4 || strcmp(name + n - 4, ".bin") != 0)
		return false;
	for (size_t i = 0; i < 4; i++) {
		const char *k = pl_lc_kind_name(kinds[i]);

		if (!strncmp(name, k, strlen(k)) && name[strlen(k)] == '-')
			return true;
	}
	return false;
}

/* Files that the store has stopped naming.  Failures do no harm. */
static void tidy(const struct pl_light *l, struct pl_arena *a)
{
	struct pl_err e;
	char **names;
	size_t n;

	if (pl_dir_list(a, &names, &n, l->dir, &e))
		return;
	for (size_t i = 0; i < n; i++)
		if (is_object(names[i]) && (!l->n || !named(l, names[i])))
			(void)unlink(path(a, l->dir, names[i]));
}

enum pl_rc light_save(struct pl_light *l, struct pl_err *e)
{
	struct pl_arena *a;
	struct pl_hash32 h;
	struct pl_buf b;
	enum pl_rc rc;

	if (!l->dir)
		return PL_OK;
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	put_store(&b, l, a);
	h = pl_keccak256(pl_buf_span(&b));
	pl_buf_fmt(&b, "\n%s\n", pl_hex(a, pl_hash32_span(&h)) + 2);
	rc = pl_file_write(path(a, l->dir, "store"), pl_buf_span(&b), 0644, e);
	if (!rc)
		tidy(l, a);
	l->seen = h;
	l->whole = !rc;
	pl_arena_close(a);
	return rc;
}

enum pl_rc pl_light_remove(const char *dir, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_light none = { .dir = dir };
	const char *store = path(a, dir, "store");
	enum pl_rc rc = PL_OK;

	if (unlink(store) && errno != ENOENT)
		rc = pl_fail(e, PL_ESTORE, "%s: %s", store, strerror(errno));
	if (!rc)
		tidy(&none, a);
	pl_arena_close(a);
	return rc;
}

/* ------------------------------------------------------------------ reading */

struct reader {
	struct pl_light *l;
	struct pl_arena *a;
	const struct pl_json *doc;
	struct pl_err *e;
};

static enum pl_rc number(uint64_t *out, const struct pl_json *o,
			 const char *key, struct pl_err *e)
{
	if (pl_json_u64(out, pl_json_get(o, key), e))
		return pl_note(e, "\"%s\"", key);
	return PL_OK;
}

static enum pl_rc hash(struct pl_hash32 *out, const struct pl_json *o,
		       const char *key, struct pl_err *e)
{
	if (pl_json_hash32(out, pl_json_get(o, key), e))
		return pl_note(e, "\"%s\"", key);
	return PL_OK;
}

static enum pl_rc part(struct reader *r, const char *key, enum pl_lc_fork *fork,
		       struct pl_span *ssz)
{
	const struct pl_json *o = pl_json_get(r->doc, key);
	const char *name;

	PL_TRY(pl_json_need_str(&name, o, "fork", r->e));
	PL_TRY(pl_lc_fork_parse(fork, name, r->e));
	return pl_json_data(r->a, ssz, pl_json_get(o, "ssz"), r->e);
}

static enum pl_rc read_state(struct reader *r, struct pl_lc_store *s)
{
	const struct pl_lc_preset *p = r->l->config.preset;
	struct pl_lc_bootstrap *b = PL_NEW(r->a, struct pl_lc_bootstrap);
	struct pl_lc_update *u = PL_NEW(r->a, struct pl_lc_update);
	enum pl_lc_fork fork;
	struct pl_span ssz;

	PL_TRY(part(r, "finalized", &fork, &ssz));
	PL_TRY(pl_lc_bootstrap_decode(b, ssz, p, fork, r->e));
	s->finalized_header = b->header;
	s->current_sync_committee = b->current_sync_committee;
	PL_TRY(part(r, "optimistic", &fork, &ssz));
	PL_TRY(pl_lc_update_decode(u, PL_LC_UPDATE, ssz, p, fork, r->e));
	s->optimistic_header = u->attested_header;
	s->next_sync_committee = u->next_sync_committee;
	s->has_best = pl_json_get(r->doc, "best");
	if (!s->has_best)
		return PL_OK;
	PL_TRY(part(r, "best", &fork, &ssz));
	return pl_lc_update_decode(&s->best_valid_update, PL_LC_UPDATE, ssz, p,
				   fork, r->e);
}

static enum pl_rc read_object(struct reader *r, struct light_object *out,
			      const struct pl_json *o)
{
	const char *kind, *fork, *file;
	struct light_object x = { 0 };

	PL_TRY(pl_json_need_str(&kind, o, "kind", r->e));
	PL_TRY(pl_json_need_str(&fork, o, "fork", r->e));
	PL_TRY(pl_json_need_str(&file, o, "file", r->e));
	while (strcmp(pl_lc_kind_name(x.kind), kind) != 0)
		if (x.kind++ == PL_LC_OPTIMISTIC)
			return pl_fail(r->e, PL_EFORMAT, "kind '%s'", kind);
	if (!is_object(file) || strchr(file, '/') ||
	    strlen(file) >= sizeof(x.file))
		return pl_fail(r->e, PL_EFORMAT, "file '%s'", file);
	PL_TRY(pl_lc_fork_parse(&x.fork, fork, r->e));
	PL_TRY(hash(&x.digest, o, "keccak256", r->e));
	PL_TRY(number(&x.period, o, "period", r->e));
	PL_TRY(number(&x.slot, o, "slot", r->e));
	PL_TRY(number(&x.bytes, o, "bytes", r->e));
	PL_TRY(number(&x.forced, o, "forced", r->e));
	(void)snprintf(x.file, sizeof(x.file), "%s", file);
	*out = x;
	return PL_OK;
}

static enum pl_rc read_objects(struct reader *r)
{
	const struct pl_json *list = pl_json_get(r->doc, "objects");
	size_t n = pl_json_len(list);
	struct pl_light *l = r->l;

	if (n > LIGHT_MAX_OBJECTS)
		return pl_fail(r->e, PL_ELIMIT, "%zu objects", n);
	l->n = 0;
	make_room(l, n);
	for (size_t i = 0; i < n; i++)
		PL_TRY(read_object(r, &l->object[i], pl_json_at(list, i)));
	l->n = n;
	return PL_OK;
}

static enum pl_rc same_chain(struct reader *r)
{
	struct pl_hash32 genesis;

	PL_TRY(hash(&genesis, r->doc, "genesis_validators_root", r->e));
	if (pl_hash32_equal(&genesis, &r->l->config.genesis_validators_root))
		return PL_OK;
	(void)pl_fail(r->e, PL_EUSAGE,
		      "the light client in %s follows another chain",
		      r->l->dir);
	return pl_hint(r->e, "begin anew with `plume light init`");
}

static enum pl_rc read_doc(struct reader *r)
{
	struct pl_light *l = r->l;
	struct pl_lc_store *s = l->store;
	uint64_t version, begun, synced;

	PL_TRY(number(&version, r->doc, "version", r->e));
	if (version != 1)
		return pl_fail(r->e, PL_EFORMAT, "version %" PRIu64, version);
	PL_TRY(same_chain(r));
	PL_TRY(hash(&l->root, r->doc, "root", r->e));
	PL_TRY(number(&l->root_slot, r->doc, "root_slot", r->e));
	PL_TRY(number(&begun, r->doc, "begun", r->e));
	PL_TRY(number(&synced, r->doc, "synced", r->e));
	l->begun = (int64_t)begun;
	l->synced = (int64_t)synced;
	PL_TRY(pl_json_flag(&l->forced, r->doc, "forced", r->e));
	memset(s, 0, sizeof(*s));
	s->config = &l->config;
	s->key_check = PL_BLS_BOUND;
	PL_TRY(pl_json_flag(&s->next_known, r->doc, "next_known", r->e));
	PL_TRY(number(&s->previous_max_active_participants, r->doc,
		      "previous_max", r->e));
	PL_TRY(number(&s->current_max_active_participants, r->doc,
		      "current_max", r->e));
	PL_TRY(read_state(r, s));
	return read_objects(r);
}

/* The JSON before the hash, which must be its own. */
static bool guarded(struct pl_span *s, struct pl_hash32 *is)
{
	struct pl_hash32 want;
	struct pl_err ignored;
	struct pl_span body;

	if (s->n < GUARD || s->p[s->n - 1] != '\n' || s->p[s->n - 66] != '\n')
		return false;
	body = (struct pl_span){ s->p, s->n - 66 };
	if (pl_hex_fixed(want.b, 32, (const char *)s->p + s->n - 65, 64,
			 &ignored))
		return false;
	*is = pl_keccak256(body);
	*s = body;
	return pl_hash32_equal(&want, is);
}

static enum pl_rc load(struct pl_light *l, struct pl_arena *a, struct pl_err *e)
{
	struct reader r = { .l = l, .a = a, .e = e };
	struct pl_hash32 is;
	struct pl_span s;

	PL_TRY(pl_file_read(a, &s, path(a, l->dir, "store"), LIGHT_MAX_STORE,
			    e));
	if (!guarded(&s, &is))
		return damaged(l->dir, "the file `store` was changed or cut",
			       e);
	if (l->whole && pl_hash32_equal(&is, &l->seen))
		return PL_OK; /* the keys stay decompressed, too */
	l->whole = false;
	if (pl_json_parse(a, &r.doc, s, e) || read_doc(&r))
		return e->rc == PL_EUSAGE
			       ? e->rc
			       : damaged(l->dir, pl_strdup(a, e->msg), e);
	l->seen = is;
	l->whole = true;
	return PL_OK;
}

enum pl_rc light_load(struct pl_light *l, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	enum pl_rc rc = load(l, a, e);

	pl_arena_close(a);
	return rc;
}
