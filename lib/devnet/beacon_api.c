#include "devnet/beacon_api.h"

#include "base/hex.h"
#include "eth/light_out.h"

#define FORK PL_LC_FULU
/* SPEC altair/p2p-interface MAX_REQUEST_LIGHT_CLIENT_UPDATES */
#define MAX_UPDATES 128

struct ask {
	struct pl_arena *a;
	struct pl_dev_beacon *b;
	const struct pl_lc_config *c;
	const char *rest;  /* of the path */
	const char *query; /* key=value&… */
	bool ssz;
	struct pl_buf out;
	int status;
	bool versioned;
};

static void refuse(struct ask *q, int status, const char *message)
{
	struct pl_jout w;

	q->out.n = 0;
	q->status = status;
	q->ssz = false;
	q->versioned = false;
	pl_jout_init(&w, &q->out);
	pl_jout_open(&w, NULL, '{');
	pl_jout_int(&w, "code", status);
	pl_jout_str(&w, "message", message);
	pl_jout_close(&w, '}');
}

static struct pl_jout json(struct ask *q)
{
	struct pl_jout w;

	pl_jout_init(&w, &q->out);
	return w;
}

static void open_data(struct pl_jout *w)
{
	pl_jout_open(w, NULL, '{');
	pl_jout_open(w, "data", '{');
}

static void close_data(struct pl_jout *w)
{
	pl_jout_close(w, '}');
	pl_jout_close(w, '}');
}

/* --------------------------------------------------------- light clients */

static void bootstrap(struct ask *q)
{
	struct pl_lc_bootstrap *x = PL_NEW(q->a, struct pl_lc_bootstrap);
	struct pl_hash32 root;
	struct pl_jout w = json(q);
	struct pl_err e;

	if (pl_hash32_parse(&root, q->rest, &e)) {
		refuse(q, 400, "a block root is 0x and 64 digits");
	} else if (!pl_dev_beacon_bootstrap(x, q->b, &root)) {
		refuse(q, 404, "no bootstrap for that block root");
	} else if (q->ssz) {
		pl_lc_bootstrap_encode(&q->out, x, q->c->preset, FORK);
	} else {
		pl_lc_out_bootstrap(&w, x, q->c->preset, FORK);
	}
}

static bool parameter(uint64_t *out, const struct ask *q, const char *name)
{
	const char *s = q->query;
	size_t n = strlen(name);
	struct pl_u256 v;
	struct pl_err e;

	while (s && (strncmp(s, name, n) != 0 || s[n] != '=')) {
		s = strchr(s, '&');
		s = s ? s + 1 : NULL;
	}
	if (!s)
		return false;
	s += n + 1;
	return !pl_u256_parse(&v, s, strcspn(s, "&"), &e) &&
	       pl_u256_to_u64(out, &v);
}

/* Of an octet-stream of updates: length, fork digest, SSZ. */
static void framed(struct ask *q, const struct pl_lc_update *u)
{
	uint64_t epoch = pl_lc_epoch(q->c, u->attested_header.beacon.slot);
	struct pl_buf b;
	uint8_t digest[4];
	uint8_t length[8];
	struct pl_err e;

	pl_buf_init(&b, q->a);
	pl_lc_update_encode(&b, u, q->c->preset, FORK);
	(void)!pl_lc_fork_digest(digest, q->c, epoch, &e);
	for (size_t i = 0; i < 8; i++)
		length[i] = (uint8_t)((uint64_t)(b.n + 4) >> 8 * i);
	pl_buf_put(&q->out, (struct pl_span){ length, 8 });
	pl_buf_put(&q->out, (struct pl_span){ digest, 4 });
	pl_buf_put(&q->out, pl_buf_span(&b));
}

static void updates(struct ask *q)
{
	struct pl_lc_update *u = PL_NEW(q->a, struct pl_lc_update);
	struct pl_jout w = json(q);
	uint64_t period, count;

	if (!parameter(&period, q, "start_period") ||
	    !parameter(&count, q, "count")) {
		refuse(q, 400, "start_period and count are wanted");
		return;
	}
	if (count > MAX_UPDATES)
		count = MAX_UPDATES;
	if (!q->ssz)
		pl_jout_open(&w, NULL, '[');
	for (; count && pl_dev_beacon_update(u, q->b, period);
	     count--, period++)
		if (q->ssz)
			framed(q, u);
		else
			pl_lc_out_update(&w, u, q->c->preset, FORK);
	if (!q->ssz)
		pl_jout_close(&w, ']');
	q->versioned = false;
}

static void newest(struct ask *q, enum pl_lc_kind kind)
{
	struct pl_lc_update *u = PL_NEW(q->a, struct pl_lc_update);
	struct pl_jout w = json(q);

	if (!pl_dev_beacon_newest(u, q->b, kind))
		refuse(q, 404, "no update yet");
	else if (q->ssz)
		pl_lc_update_encode(&q->out, u, q->c->preset, FORK);
	else
		pl_lc_out_update(&w, u, q->c->preset, FORK);
}

static void finality(struct ask *q)
{
	newest(q, PL_LC_FINALITY);
}

static void optimistic(struct ask *q)
{
	newest(q, PL_LC_OPTIMISTIC);
}

/* ------------------------------------------------------ headers, parameters */

static void headers(struct ask *q)
{
	struct pl_hash32 root = pl_dev_beacon_finalized(q->b);
	const struct pl_lc_header *h = NULL;
	struct pl_jout w = json(q);
	bool head = !strcmp(q->rest, "head");
	struct pl_err e;

	if (head)
		h = pl_dev_beacon_head(q->b);
	else if (!strcmp(q->rest, "finalized") ||
		 !pl_hash32_parse(&root, q->rest, &e))
		h = pl_dev_beacon_header(q->b, &root);
	if (!h) {
		refuse(q, 404, "no such header: head, finalized, or a root");
		return;
	}
	pl_lc_beacon_root(&root, &h->beacon);
	pl_jout_open(&w, NULL, '{');
	pl_jout_bool(&w, "execution_optimistic", false);
	pl_jout_bool(&w, "finalized", !head);
	pl_jout_open(&w, "data", '{');
	pl_jout_hash(&w, "root", &root);
	pl_jout_bool(&w, "canonical", true);
	pl_jout_open(&w, "header", '{');
	pl_lc_out_beacon(&w, "message", &h->beacon);
	pl_jout_close(&w, '}');
	close_data(&w);
	q->ssz = q->versioned = false;
}

static void genesis(struct ask *q)
{
	struct pl_jout w = json(q);

	open_data(&w);
	pl_lc_out_number(&w, "genesis_time", q->c->genesis_time);
	pl_jout_hash(&w, "genesis_validators_root",
		     &q->c->genesis_validators_root);
	pl_jout_data(&w, "genesis_fork_version",
		     (struct pl_span){ q->c->fork[0].version, 4 });
	close_data(&w);
	q->ssz = q->versioned = false;
}

static void spec(struct ask *q)
{
	static const char *const upper[PL_LC_FORKS] = { "GENESIS",   "ALTAIR",
							"BELLATRIX", "CAPELLA",
							"DENEB",     "ELECTRA",
							"FULU",      "GLOAS" };
	const struct pl_lc_preset *p = q->c->preset;
	struct pl_jout w = json(q);

	open_data(&w);
	pl_jout_str(&w, "CONFIG_NAME", q->c->name);
	pl_jout_str(&w, "PRESET_BASE", p->name);
	pl_lc_out_number(&w, "SECONDS_PER_SLOT", q->c->seconds_per_slot);
	pl_lc_out_number(&w, "SLOTS_PER_EPOCH", p->slots_per_epoch);
	pl_lc_out_number(&w, "EPOCHS_PER_SYNC_COMMITTEE_PERIOD",
			 p->epochs_per_sync_committee_period);
	pl_lc_out_number(&w, "SYNC_COMMITTEE_SIZE", p->sync_committee_size);
	pl_lc_out_number(&w, "MAX_BLOBS_PER_BLOCK_ELECTRA",
			 q->c->max_blobs_per_block_electra);
	for (unsigned f = 0; f < PL_LC_FORKS; f++) {
		if (q->c->fork[f].epoch == PL_LC_NEVER)
			continue;
		pl_jout_data(&w, pl_printf(q->a, "%s_FORK_VERSION", upper[f]),
			     (struct pl_span){ q->c->fork[f].version, 4 });
		if (f)
			pl_lc_out_number(
				&w, pl_printf(q->a, "%s_FORK_EPOCH", upper[f]),
				q->c->fork[f].epoch);
	}
	close_data(&w);
	q->ssz = q->versioned = false;
}

static void version(struct ask *q)
{
	struct pl_jout w = json(q);

	open_data(&w);
	pl_jout_str(&w, "version", "plume/devnet");
	close_data(&w);
	q->ssz = q->versioned = false;
}

static const struct {
	const char *path; /* one that ends with '/' has more behind it */
	void (*answer)(struct ask *q);
} routes[] = {
	{ "/eth/v1/beacon/light_client/bootstrap/", bootstrap },
	{ "/eth/v1/beacon/light_client/updates", updates },
	{ "/eth/v1/beacon/light_client/finality_update", finality },
	{ "/eth/v1/beacon/light_client/optimistic_update", optimistic },
	{ "/eth/v1/beacon/headers/", headers },
	{ "/eth/v1/beacon/genesis", genesis },
	{ "/eth/v1/config/spec", spec },
	{ "/eth/v1/node/version", version },
};

static void route(struct ask *q, const char *path)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		size_t n = strlen(routes[i].path);

		if (strncmp(path, routes[i].path, n) != 0)
			continue;
		if (path[n] && routes[i].path[n - 1] != '/')
			continue;
		q->rest = path + n;
		routes[i].answer(q);
		return;
	}
	refuse(q, 404, "no such route");
}

void pl_dev_beacon_get(struct pl_dev_answer *out, struct pl_arena *a,
		       struct pl_dev_beacon *b, const char *path,
		       const char *query, bool ssz)
{
	struct ask q = { .a = a,
			 .b = b,
			 .c = pl_dev_beacon_config(b),
			 .query = query,
			 .ssz = ssz,
			 .status = 200,
			 .versioned = true };

	pl_buf_init(&q.out, a);
	route(&q, path);
	*out = (struct pl_dev_answer){
		.status = q.status,
		.type = q.ssz ? "application/octet-stream" : "application/json",
		.fork = q.versioned ? pl_lc_fork_name(FORK) : NULL,
		.body = pl_buf_span(&q.out),
	};
}
