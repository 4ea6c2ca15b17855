/* What commands share: settings, networks, the address book, where things
 * lie.  Everything returned lives in c->arena.  A command says in .needs that
 * it reads settings (CONFIG, NET, STORE, NETWORK); main.c has loaded them. */
#ifndef PL_CMD_CTX_H
#define PL_CMD_CTX_H

#include "cmd/cmd.h"

struct pl_progress;
struct pl_orbit_contracts;

/* The value of a known key (settings.c lists them): environment, repository,
 * user, built in; NULL where none of them has one.  The value was checked. */
const char *pl_ctx_setting(struct pl_ctx *c, const char *key);

/* Of a setting that is a number; 0 where there is none. */
unsigned pl_ctx_number(struct pl_ctx *c, const char *key);

/* Whether servers of that network may be asked without encryption. */
bool pl_ctx_insecure(struct pl_ctx *c, const char *of);

struct pl_network {
	const char *name;
	uint64_t chain_id;
	const char *rpc;      /* URL, or NULL */
	const char *explorer; /* URL, or NULL */
	const char *currency; /* symbol of the gas token */
	const char *parent;   /* name of the chain it settles on, or NULL */
	bool builtin;
	/* Of a chain that settles on its parent by Orbit contracts; else NULL
	 */
	const struct pl_orbit_contracts *orbit;
	const char *feed; /* of its sequencer: URL or file; or NULL */
};

/* --network, else the setting network.default.  .rpc is what to dial: --rpc,
 * else PLUME_RPC, else the network's own.  PL_ENOTFOUND for an unknown name. */
PL_CHECKED enum pl_rc pl_ctx_network(struct pl_ctx *c, struct pl_network *out,
				     struct pl_err *e);
/* The same by name; .rpc is then the network's own. */
PL_CHECKED enum pl_rc pl_ctx_network_named(struct pl_ctx *c, const char *name,
					   struct pl_network *out,
					   struct pl_err *e);

/* The node of pl_ctx_network, opened, and asked whether it is of that chain:
 * PL_EUSAGE when it is not, or none is known.  Closed when the command ends.
 * "replay:FILE" stands for a recording (net/replay.h). */
struct pl_rpc;
PL_CHECKED enum pl_rc pl_ctx_rpc(struct pl_ctx *c, struct pl_rpc **out,
				 struct pl_err *e);

/* Another server than that node, closed when the command ends.  The settings
 * of network `of` say whether plain http will do.  PL_ELIMIT past 32. */
PL_CHECKED enum pl_rc pl_ctx_dial(struct pl_ctx *c, struct pl_transport **out,
				  const char *url, const char *of,
				  struct pl_err *e);

/* Close it when the command ends.  PL_ELIMIT as above. */
PL_CHECKED enum pl_rc pl_ctx_keep(struct pl_ctx *c, struct pl_transport *t,
				  struct pl_err *e);

/* Another node of the same chain, by the transport of pl_ctx_rpc, which was
 * called before. */
PL_CHECKED enum pl_rc pl_ctx_rpc_also(struct pl_ctx *c, struct pl_rpc **out,
				      const char *url, struct pl_err *e);

/* A node of network n (n->rpc) beside that of pl_ctx_rpc. */
PL_CHECKED enum pl_rc pl_ctx_rpc_of(struct pl_ctx *c, struct pl_rpc **out,
				    const struct pl_network *n,
				    struct pl_err *e);

/* Close the nodes and wipe the signer; main.c calls it after the command. */
void pl_ctx_close(struct pl_ctx *c);

/* "0x…" (EIP-55 checked), or a name of the address book.  Works in every
 * command; settings files are read only for a name. */
PL_CHECKED enum pl_rc pl_ctx_address(struct pl_ctx *c, const char *text,
				     struct pl_addr *out, struct pl_err *e);

/* The address book's name of an address, or NULL.  Only where settings were
 * loaded anyway. */
const char *pl_ctx_name_of(struct pl_ctx *c, const struct pl_addr *a);

/* The index: --store, PLUME_STORE, store.path, <repo>/.plume/index.db,
 * $XDG_DATA_HOME/plume/index.db. */
PL_CHECKED enum pl_rc pl_ctx_store_path(struct pl_ctx *c, const char **out,
					struct pl_err *e);

/* The asset repository's root: the folder with .plume found upwards from -C
 * (or here), or NULL.  _need: PL_ENOTFOUND with a hint instead of NULL. */
const char *pl_ctx_repo(struct pl_ctx *c);
PL_CHECKED enum pl_rc pl_ctx_repo_need(struct pl_ctx *c, const char **out,
				       struct pl_err *e);

/* Keys: PLUME_KEYSTORE, account.keystore, $XDG_DATA_HOME/plume/keystore. */
PL_CHECKED enum pl_rc pl_ctx_keystore_dir(struct pl_ctx *c, const char **out,
					  struct pl_err *e);

/* $XDG_DATA_HOME/plume/NAME, the user's own place for `what`. */
PL_CHECKED enum pl_rc pl_ctx_data(struct pl_ctx *c, const char **out,
				  const char *name, const char *what,
				  struct pl_err *e);

/* Decision records: records/ of the repository, $XDG_DATA_HOME/plume/records.
 * All of these: PL_ENOTFOUND when there is no repository and no home. */
PL_CHECKED enum pl_rc pl_ctx_records_dir(struct pl_ctx *c, const char **out,
					 struct pl_err *e);

/* A meter on a terminal's stderr; silent when piped and with --quiet.
 * total 0: not known.  See out/progress.h. */
struct pl_progress *pl_ctx_progress(struct pl_ctx *c, const char *what,
				    uint64_t total);

#endif
