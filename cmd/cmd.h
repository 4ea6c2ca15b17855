/* The vocabulary of a command: const data from which the parser, --help, the
 * man page, the completions, the JSON schema and the example tests come. */
#ifndef PL_CMD_CMD_H
#define PL_CMD_CMD_H

#include "base/arena.h"
#include "base/err.h"
#include "out/out.h"

struct pl_shown;
struct pl_settings;
struct pl_evidence;
struct pl_signer;
struct pl_transport;
struct pl_ctx;

/* Option flags. */
#define PL_POSITIONAL 1u /* by place; the name is its placeholder's */
#define PL_REQUIRED 2u
#define PL_MANY 4u   /* may be repeated; the member is a struct pl_strs */
#define PL_SECRET 8u /* never echoed, never in an example */
#define PL_GIVEN                                                               \
	16u /* the member is a const pointer to the value: NULL when           \
	     * the option was not given (not for texts and flags) */

#define PL_TOKEN_REF                                                           \
	32u /* PL_ADDR: the id of an asset stands for its token, where the     \
	     * command takes --network */

/* One option or positional argument.  The member's type follows from the kind
 * (out.h); with PL_MANY it is struct pl_strs whatever the kind: each text was
 * checked, and names of addresses are replaced by the addresses. */
struct pl_opt {
	const char *name; /* long name, without dashes */
	char letter;      /* or 0 */
	enum pl_kind kind;
	size_t off;
	const char *arg;   /* placeholder: "N", "FILE"; NULL for flags */
	const char *about; /* one line, no full stop */
	unsigned flags;
	const char *const *words; /* PL_ENUM: what may stand there */
	const char *def;          /* default, as the user would type it */
	uint64_t min, max;        /* PL_UINT: bounds, where max is not 0 */
	const char *complete; /* what `plume __complete` offers: "key" … */
};

struct pl_strs {
	const char **v;
	size_t n;
};

/* A line that runs, and what to expect.  Tests run every example in a fresh
 * folder in which `setup` (shell, may be NULL) was run first. */
struct pl_example {
	const char *about;
	const char *line;  /* "plume token show 0x…" */
	const char *setup; /* NULL: needs nothing */
	int status;        /* exit status; 0 mostly */
	const char *needs; /* NULL, or a program ("anvil") or "terminal":
			    * skipped where it is absent */
};

#define PL_NEEDS_CONFIG 1u /* settings files are read; takes -C */
#define PL_NEEDS_NET 2u    /* may dial; takes --network and --rpc, and -C */
#define PL_NEEDS_STORE 4u  /* opens the index; takes --store, and -C */
#define PL_CAN_DRY_RUN 8u  /* writes without asking: takes --dry-run */
#define PL_HIDDEN 16u      /* not listed (completion's hook) */
#define PL_ASKS 32u        /* calls pl_confirm: takes --yes */
#define PL_HAS_DRY_RUN (PL_CAN_DRY_RUN | PL_ASKS) /* takes both */
#define PL_NEEDS_NETWORK                                                       \
	64u /* must know the chain, dials nobody: --network                    \
	     */

/* What of the global options a command takes follows from `needs`, from
 * .fields (-o, --json) and from a PL_TRUST field in the result (--require);
 * the others are refused, never ignored. */

struct pl_cmd {
	const char *path;    /* "light check-block" */
	const char *summary; /* one line, no full stop, lower case */
	const char *about;   /* paragraphs for the man page and --help */
	unsigned needs;
	size_t args_size;
	const struct pl_opt *opts;         /* ends with { 0 }; NULL: none */
	const struct pl_field *fields;     /* of the result; NULL: no result */
	const struct pl_example *examples; /* ends with { 0 } */
	bool many;                         /* the result is a list */
	pl_out_text_fn text;               /* how one row looks to a person */
	enum pl_rc (*run)(struct pl_ctx *c, const void *args, struct pl_err *e);
};

/* The global options, filled by main before a command runs. */
struct pl_globals {
	int format; /* enum pl_format */
	bool json;  /* --json */
	bool quiet, verbose, no_color, yes, dry_run, help, insecure_http;
	const char *network; /* --network, or NULL: from the settings */
	const char *rpc;     /* --rpc URL, or NULL */
	const char *repo;    /* -C DIR: the asset repository, or NULL */
	const char *store;   /* --store FILE, or NULL */
	int require;         /* 0, or enum pl_trust */
};

struct pl_ctx {
	struct pl_arena *arena; /* lives as long as the command */
	struct pl_out *out;
	const struct pl_cmd *cmd;
	const struct pl_globals *g;
	struct pl_settings *settings; /* ctx.h */
	bool tty_in, tty_err;         /* a person is there */
	bool color_err, utf8;
	unsigned width; /* of the terminal that stdout is, or 0 */
	struct pl_transport *transport; /* to the node; pl_ctx_rpc */
	struct pl_transport *more[32];  /* to others; pl_ctx_dial */
	size_t n_more;
	struct pl_evidence *evidence; /* cmd/light/evidence.h; mostly NULL */
	struct pl_signer *signer;     /* cmd/signer.h */
	struct pl_shown *shown;       /* cmd/analyze/picture.h; mostly NULL */
};

/* Every command, in the order of the help: table.c. */
extern const struct pl_cmd *const pl_cmds[];

/* What the groups are for, one line each: table.c. */
struct pl_group {
	const char *name, *about;
};
extern const struct pl_group pl_groups[];
extern const struct pl_opt pl_global_opts[]; /* of struct pl_globals */

/* Words for people, on stderr; silent with --quiet. */
void pl_say(struct pl_ctx *c, const char *fmt, ...) PL_PRINTF(2, 3);

/* Words for people who gave --verbose. */
void pl_tell(struct pl_ctx *c, const char *fmt, ...) PL_PRINTF(2, 3);

/* Fail with PL_EPROOF when t is weaker than --require asks for.  The writer
 * does so for every row with a trust label; call this before work that such
 * an end would waste. */
PL_CHECKED enum pl_rc pl_require(struct pl_ctx *c, enum pl_trust t,
				 struct pl_err *e);

/* Ask a yes/no question on the terminal.  --yes answers yes; without a
 * terminal, and on no, PL_EDECLINED.  Needs PL_ASKS. */
PL_CHECKED enum pl_rc pl_confirm(struct pl_ctx *c, const char *question,
				 struct pl_err *e);

/* A pause in something harmless, where Enter means yes; else as above. */
PL_CHECKED enum pl_rc pl_go_on(struct pl_ctx *c, struct pl_err *e);

#endif
