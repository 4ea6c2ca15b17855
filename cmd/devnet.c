/* devnet: a development chain, in this program and as long as it runs. */
#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/time.h"
#include "cmd/devnet_fork.h"
#include "cmd/ready.h"
#include "crypto/addr.h"
#include "devnet/dev_db.h"
#include "devnet/play.h"
#include "net/server.h"
#include "wallet/phrase.h"

#define TICK_MS 50
#define CLIENTS 256
#define SOCKETS 64
#define MAX_BODY ((size_t)16 << 20) /* a transaction with all its blobs */

struct args {
	const char *listen, *cors, *host;
	uint64_t chain_id, accounts, block_time, gas_limit;
	int hardfork;
	const char *balance, *base_fee, *state, *state_db, *mnemonic, *path;
	const uint64_t *timestamp;
	bool no_mining, unlimited, consensus, orbit;
	const char *fork_url, *fork_block;
	int lie;
};

struct account_row {
	struct pl_addr address;
	struct pl_hash32 key;
};

struct row {
	const char *url, *hardfork, *phrase, *path;
	uint64_t chain_id, head;
	struct pl_hash32 head_hash;
	struct pl_list accounts;
	struct pl_amount balance;
	const struct pl_hash32 *checkpoint;
	const char *child;
	const uint64_t *child_id;
	const struct pl_addr *outbox;
};

/* Those whose blocks can be made; the index is that into `forks`. */
static const char *const fork_words[] = { "paris",  "shanghai", "cancun",
					  "prague", "osaka",    "bpo1",
					  "bpo2",   NULL };
static const enum pl_fork forks[] = { PL_FORK_PARIS,  PL_FORK_SHANGHAI,
				      PL_FORK_CANCUN, PL_FORK_PRAGUE,
				      PL_FORK_OSAKA,  PL_FORK_BPO1,
				      PL_FORK_BPO2 };

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "listen", .kind = PL_STR, .off = A(listen, const char *),
	  .arg = "ADDRESS:PORT", .def = "127.0.0.1:8545",
	  .about = "where to wait for requests; port 0 takes a free one" },
	{ .name = "cors", .kind = PL_STR, .off = A(cors, const char *),
	  .arg = "ORIGIN",
	  .about = "web pages that may ask: https://app.example, or * for "
		   "all" },
	{ .name = "host", .kind = PL_STR, .off = A(host, const char *),
	  .arg = "NAME",
	  .about = "a name this machine is called by, beside its addresses" },
	{ .name = "chain-id", .kind = PL_UINT, .off = A(chain_id, uint64_t),
	  .arg = "N", .min = 1, .max = INT64_MAX, .def = "31337",
	  .about = "EIP-155 chain id" },
	{ .name = "hardfork", .kind = PL_ENUM, .off = A(hardfork, int),
	  .arg = "NAME", .words = fork_words, .def = "osaka",
	  .about = "whose rules hold" },
	{ .name = "accounts", .kind = PL_UINT, .off = A(accounts, uint64_t),
	  .arg = "N", .min = 1, .max = PL_DEV_KEYS, .def = "10",
	  .about = "how many accounts are funded and signed for" },
	{ .name = "balance", .kind = PL_DECIMAL,
	  .off = A(balance, const char *), .arg = "ETHER", .def = "10000",
	  .about = "what each of them has" },
	{ .name = "mnemonic", .kind = PL_STR,
	  .off = A(mnemonic, const char *), .arg = "PHRASE",
	  .about = "phrase (BIP-39, English) that they come from, instead of "
		   "the one that development nodes share" },
	{ .name = "derivation-path", .kind = PL_STR,
	  .off = A(path, const char *), .arg = "PATH", .def = PL_DEV_PATH,
	  .about = "where below it: BIP-32's, without the account's number" },
	{ .name = "block-time", .kind = PL_UINT, .off = A(block_time, uint64_t),
	  .arg = "SECONDS", .min = 0, .max = 86400, .def = "0",
	  .about = "a block every so often; 0: one for each transaction" },
	{ .name = "no-mining", .kind = PL_FLAG, .off = A(no_mining, bool),
	  .about = "blocks only when asked for (evm_mine)" },
	{ .name = "gas-limit", .kind = PL_UINT, .off = A(gas_limit, uint64_t),
	  .arg = "GAS", .min = 5000, .max = INT64_MAX, .def = "30000000",
	  .about = "of a block" },
	{ .name = "base-fee", .kind = PL_DECIMAL,
	  .off = A(base_fee, const char *), .arg = "GWEI", .def = "1",
	  .about = "of the first block" },
	{ .name = "timestamp", .kind = PL_UINT,
	  .off = A(timestamp, const uint64_t *), .arg = "SECONDS",
	  .min = 0, .max = INT64_MAX, .flags = PL_GIVEN,
	  .about = "time of block 0 (Unix), from which the chain's clock runs; "
		   "now, when not given" },
	{ .name = "state", .kind = PL_FILE, .off = A(state, const char *),
	  .arg = "FILE",
	  .about = "go on from the chain in that file, where there is one, and "
		   "keep it there at the end" },
	{ .name = "state-db", .kind = PL_FILE,
	  .off = A(state_db, const char *), .arg = "FILE",
	  .about = "keep the chain in that SQLite file as it goes, and go on "
		   "from there: what was answered survives kill -9" },
	{ .name = "unlimited-code", .kind = PL_FLAG,
	  .off = A(unlimited, bool),
	  .about = "contracts may be longer than EIP-170 lets them" },
	{ .name = "fork-url", .kind = PL_STR, .off = A(fork_url, const char *),
	  .arg = "URL",
	  .about = "go on from a block of this node's chain; all that is "
		   "looked at of it is proven under that block's header" },
	{ .name = "fork-block", .kind = PL_STR,
	  .off = A(fork_block, const char *), .arg = "BLOCK", .def = "latest",
	  .about = "which one: latest, safe, finalized, a number or a hash" },
	{ .name = "consensus", .kind = PL_FLAG, .off = A(consensus, bool),
	  .about = "play Ethereum's consensus as well: a sync committee signs "
		   "the blocks, and GET /eth/… is a beacon API" },
	{ .name = "orbit", .kind = PL_FLAG, .off = A(orbit, bool),
	  .about = "run a chain that settles on this one, at /child: network "
		   "devnet-child" },
	{ .name = "lie", .kind = PL_ENUM, .off = A(lie, int),
	  .words = pl_dev_lie_words, .arg = "ABOUT", .def = "nothing",
	  .about = "answer falsely, for tests of those who ask" },
	{ 0 },
};

#define G(m, type) PL_AT(struct account_row, m, type)
static const struct pl_field account_fields[] = {
	{ .name = "address", .kind = PL_ADDR, .off = G(address, struct pl_addr),
	  .about = "the account" },
	{ .name = "key", .kind = PL_HASH32, .off = G(key, struct pl_hash32),
	  .about = "its private key: let it guard nothing" },
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "url", .kind = PL_STR, .off = F(url, const char *),
	  .about = "where requests are answered" },
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "hardfork", .kind = PL_STR, .off = F(hardfork, const char *),
	  .about = "whose rules hold" },
	{ .name = "head", .kind = PL_UINT, .off = F(head, uint64_t),
	  .about = "number of the newest block" },
	{ .name = "head_hash", .kind = PL_HASH32,
	  .off = F(head_hash, struct pl_hash32), .about = "its hash" },
	{ .name = "phrase", .kind = PL_STR, .off = F(phrase, const char *),
	  .about = "mnemonic that the accounts come from" },
	{ .name = "path", .kind = PL_STR, .off = F(path, const char *),
	  .about = "where below it, without the account's number" },
	{ .name = "balance", .kind = PL_AMOUNT,
	  .off = F(balance, struct pl_amount),
	  .about = "what each account began with" },
	{ .name = "accounts", .kind = PL_LIST,
	  .off = F(accounts, struct pl_list), .sub = account_fields,
	  .size = sizeof(struct account_row),
	  .about = "funded, and signed for by the node" },
	{ .name = "checkpoint", .kind = PL_HASH32,
	  .off = F(checkpoint, const struct pl_hash32 *),
	  .flags = PL_NULLABLE,
	  .about = "beacon block root that a light client can begin with; "
		   "null without --consensus" },
	{ .name = "child_url", .kind = PL_STR, .off = F(child, const char *),
	  .about = "where the child answers; null without --orbit" },
	{ .name = "child_chain_id", .kind = PL_UINT,
	  .off = F(child_id, const uint64_t *), .flags = PL_NULLABLE,
	  .about = "its chain id" },
	{ .name = "outbox", .kind = PL_ADDR,
	  .off = F(outbox, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "contract on this chain that keeps the child's newest "
		   "block" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "an address that is not this machine's: exit status 5",
	  .line = "plume devnet --listen 192.0.2.1:8545",
	  .status = 5 },
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	const struct args *args;
	struct pl_dev_key keys[PL_DEV_KEYS];
	const char *phrase;
	struct pl_amount balance;
	struct pl_dev *dev, *child;
	struct pl_statedb *db;
	struct pl_dev_play play;
	struct pl_server *server;
};

/* ----------------------------------------------------------------- the chain
 */

/* The accounts, and with --orbit whoever confirms the child. */
static size_t rich(struct job *j, struct pl_addr *out)
{
	size_t n = (size_t)j->args->accounts;

	for (size_t i = 0; i < n; i++)
		out[i] = j->keys[i].addr;
	if (j->args->orbit)
		out[n++] = pl_dev_child_owner();
	return n;
}

static enum pl_rc make_keys(struct job *j, struct pl_err *e)
{
	const struct args *a = j->args;
	const size_t n = (size_t)a->accounts;

	j->phrase = pl_dev_phrase;
	if (a->mnemonic &&
	    pl_phrase_read(j->c->arena, &j->phrase, a->mnemonic, e)) {
		e->rc = PL_EUSAGE;
		return pl_note(e, "--mnemonic");
	}
	if (!a->mnemonic && !strcmp(a->path, PL_DEV_PATH))
		return pl_dev_keys(j->keys, n, e);
	if (pl_dev_keys_of(j->keys, n, j->phrase, a->path, e)) {
		if (e->rc == PL_EFORMAT || e->rc == PL_ELIMIT)
			e->rc = PL_EUSAGE;
		return pl_note(e, "--derivation-path");
	}
	return PL_OK;
}

static enum pl_rc open_chain(struct job *j, uint64_t now, struct pl_err *e)
{
	const struct args *a = j->args;
	struct pl_addr accounts[PL_DEV_KEYS + 1];
	struct pl_dev_conf conf = {
		.chain_id = a->chain_id,
		.fork = forks[a->hardfork],
		.gas_limit = a->gas_limit,
		.time = a->timestamp ? *a->timestamp : now,
		.accounts = accounts,
		.max_code_size = a->unlimited ? UINT64_MAX : 0,
	};
	struct pl_amount fee;

	PL_TRY(pl_amount_parse(&j->balance, a->balance, 18, e));
	PL_TRY(pl_amount_parse(&fee, a->base_fee, 9, e));
	conf.balance = j->balance.raw;
	conf.base_fee = fee.raw;
	PL_TRY(make_keys(j, e));
	conf.n_accounts = rich(j, accounts);
	if (j->play.consensus) {
		conf.beacon_root = pl_dev_consensus_root;
		conf.ctx = j->play.consensus;
	}
	if (a->fork_url)
		PL_TRY(pl_devnet_fork(j->c, &conf, a->fork_url, a->fork_block,
				      e));
	PL_TRY(pl_dev_open(&j->dev, &conf, e));
	if (a->timestamp)
		pl_dev_set_time(j->dev, *a->timestamp, now);
	return PL_OK;
}

/* What the file holds takes the place of the chain that would begin. */
static enum pl_rc load(struct job *j, struct pl_err *e)
{
	const char *path = j->args->state;
	struct pl_arena *a;
	struct pl_span bytes;
	enum pl_rc rc;

	if (!path || !pl_file_exists(path))
		return PL_OK;
	a = pl_arena_open(0);
	rc = pl_file_read(a, &bytes, path, PL_MAX_FILE, e);
	if (!rc)
		rc = pl_dev_load(j->dev, bytes, e);
	pl_arena_close(a);
	return rc ? pl_note(e, "%s", path) : PL_OK;
}

/* From now on the chain is in that file: what is there already, or this one. */
static enum pl_rc keep(struct job *j, struct pl_err *e)
{
	const char *path = j->args->state_db;
	enum pl_rc rc;

	if (!path)
		return PL_OK;
	PL_TRY(pl_statedb_open(&j->db, path, e));
	rc = pl_dev_keep_in(j->dev, j->db, e);
	/* the file's own failures name it */
	return rc && rc != PL_ESTORE ? pl_note(e, "%s", path) : rc;
}

static enum pl_rc save(struct job *j, struct pl_err *e)
{
	struct pl_arena *a;
	struct pl_buf b;
	enum pl_rc rc;

	PL_TRY(pl_dev_sync(j->dev, e));
	if (!j->args->state)
		return PL_OK;
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	rc = pl_dev_save(j->dev, &b, e);
	if (!rc)
		rc = pl_file_write(j->args->state, pl_buf_span(&b), 0644, e);
	pl_arena_close(a);
	return rc;
}

static void push(void *ctx, uint64_t socket, struct pl_span text)
{
	pl_server_push(((struct job *)ctx)->server, socket, text);
}

static struct pl_dev_node *open_node(struct job *j, struct pl_dev *dev)
{
	const struct pl_dev_node_conf conf = {
		.dev = dev,
		.keys = j->keys,
		.n_keys = (size_t)j->args->accounts,
		.interval = j->args->block_time,
		.manual = j->args->no_mining,
		.push = push,
		.push_ctx = j,
	};

	return pl_dev_node_open(j->c->arena, &conf);
}

/* A Nitro chain knows no blobs and no beacon chain: the rules of Cancun. */
static enum pl_rc open_child(struct job *j, uint64_t now, struct pl_err *e)
{
	struct pl_dev_conf conf = *pl_dev_conf(j->dev);
	struct pl_addr accounts[PL_DEV_KEYS + 1];

	PL_TRY(pl_dev_child_new(j->c->arena, &j->play.link, j->dev, now, e));
	conf.chain_id = PL_DEV_CHILD_ID;
	if (conf.fork > PL_FORK_CANCUN)
		conf.fork = PL_FORK_CANCUN;
	conf.accounts = accounts;
	conf.n_accounts = rich(j, accounts);
	conf.beacon_root = NULL;
	conf.seal = pl_dev_child_seal;
	conf.ctx = j->play.link;
	PL_TRY(pl_dev_open(&j->child, &conf, e));
	j->play.child = open_node(j, j->child);
	return PL_OK;
}

static enum pl_rc open_all(struct job *j, struct pl_err *e)
{
	const uint64_t now = (uint64_t)pl_time_now();
	const struct args *a = j->args;

	if (a->consensus)
		j->play.consensus = pl_dev_consensus_new(j->c->arena);
	PL_TRY(open_chain(j, now, e));
	PL_TRY(load(j, e));
	PL_TRY(keep(j, e));
	j->play.node = open_node(j, j->dev);
	j->play.mines = !a->no_mining && !a->block_time;
	j->play.lie = (enum pl_dev_lie)a->lie;
	if (a->orbit)
		PL_TRY(open_child(j, now, e));
	if (a->consensus)
		PL_TRY(pl_dev_consensus_begin(
			j->play.consensus, j->dev, now,
			j->play.lie == PL_DEV_LIE_SIGNATURES, e));
	return PL_OK;
}

static void close_all(struct job *j)
{
	pl_server_close(j->server);
	pl_dev_node_close(j->play.child);
	pl_dev_node_close(j->play.node);
	pl_dev_consensus_close(j->play.consensus);
	pl_dev_close(j->child);
	pl_dev_close(j->dev);
	pl_statedb_close(j->db);
}

/* What does not go together. */
static enum pl_rc check(const struct args *a, struct pl_err *e)
{
	if (a->orbit && a->timestamp)
		return pl_fail(e, PL_EUSAGE,
			       "--timestamp: the child of --orbit follows the "
			       "clock");
	if (a->consensus && forks[a->hardfork] < PL_FORK_CANCUN)
		return pl_fail(e, PL_EUSAGE,
			       "--consensus wants --hardfork cancun or later");
	if (a->fork_url &&
	    (a->consensus || a->orbit || a->state || a->state_db))
		return pl_fail(e, PL_EUSAGE,
			       "--fork-url goes with none of --consensus, "
			       "--orbit, --state and --state-db: its state is "
			       "not whole");
	if (a->state && a->state_db)
		return pl_fail(e, PL_EUSAGE,
			       "--state or --state-db: the chain is kept in "
			       "one file");
	if (a->orbit && a->chain_id == PL_DEV_CHILD_ID)
		return pl_fail(e, PL_EUSAGE,
			       "--chain-id %d is that of the child",
			       PL_DEV_CHILD_ID);
	if (a->orbit && (a->state || a->state_db))
		return pl_fail(e, PL_EUSAGE,
			       "%s keeps one chain, and --orbit makes two",
			       a->state ? "--state" : "--state-db");
	if (a->lie == PL_DEV_LIE_SIGNATURES && !a->consensus)
		return pl_fail(e, PL_EUSAGE,
			       "--lie signatures wants --consensus: nobody "
			       "else signs");
	return PL_OK;
}

/* ------------------------------------------------------------------ telling */

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	const struct account_row *v = r->accounts.v;
	struct pl_arena *a = pl_out_arena(o);

	(void)e;
	(void)fprintf(pl_out_file(o),
		      "chain %" PRIu64 " (%s) at %s, head %" PRIu64 "\n",
		      r->chain_id, r->hardfork, r->url, r->head);
	(void)fprintf(pl_out_file(o),
		      "accounts with %s ETH each, whose keys everybody "
		      "knows:\n",
		      pl_amount_text(a, &r->balance));
	for (size_t i = 0; i < r->accounts.n; i++) {
		char address[PL_ADDR_TEXT];

		pl_addr_text(address, &v[i].address);
		(void)fprintf(pl_out_file(o), "%s  %s\n", address,
			      pl_hash32_text(a, &v[i].key));
	}
	if (r->checkpoint)
		(void)fprintf(pl_out_file(o),
			      "a light client can begin:\n  plume light init "
			      "--network devnet --checkpoint %s\n",
			      pl_hash32_text(a, r->checkpoint));
	if (r->child)
		(void)fprintf(pl_out_file(o),
			      "child: chain %" PRIu64
			      " (network devnet-child) at %s\n",
			      *r->child_id, r->child);
	return PL_OK;
}

static enum pl_rc tell_ready(struct job *j, struct pl_err *e)
{
	const struct pl_dev_block *head = pl_dev_head(j->dev);
	const size_t n = (size_t)j->args->accounts;
	struct account_row *v = PL_NEW_N(j->c->arena, struct account_row, n);
	const uint64_t child_id = PL_DEV_CHILD_ID;
	const struct pl_addr outbox = pl_dev_child_outbox();
	struct pl_hash32 first;
	struct row row = {
		.url = pl_ready_url(j->c, j->server),
		.chain_id = j->args->chain_id,
		.hardfork = fork_words[j->args->hardfork],
		.head = head->header.number,
		.head_hash = head->header.hash,
		.phrase = j->phrase,
		.path = j->args->path,
		.accounts = { v, n },
		.balance = j->balance,
	};

	for (size_t i = 0; i < n; i++) {
		v[i].address = j->keys[i].addr;
		memcpy(v[i].key.b, j->keys[i].secret, sizeof(v[i].key.b));
	}
	if (j->play.consensus) {
		first = pl_dev_consensus_first(j->play.consensus);
		row.checkpoint = &first;
	}
	if (j->play.child) {
		row.child = pl_printf(j->c->arena, "%s/child", row.url);
		row.child_id = &child_id;
		row.outbox = &outbox;
	}
	return pl_ready(j->c, j->server, &row,
			"do with this chain what they like", e);
}

static enum pl_rc serve(struct job *j, struct pl_err *e)
{
	const struct pl_server_conf conf = {
		.listen = j->args->listen,
		.cors = j->args->cors,
		.host = j->args->host,
		.max_body = MAX_BODY,
		.max_clients = CLIENTS,
		.max_sockets = SOCKETS,
		.tick_ms = TICK_MS,
		.handle = pl_dev_play_handle,
		.tick = pl_dev_play_tick,
		.gone = pl_dev_play_gone,
		.ctx = &j->play,
	};

	PL_TRY(pl_server_open(j->c->arena, &j->server, &conf, e));
	PL_TRY(tell_ready(j, e));
	return pl_server_run(j->server, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job *j = PL_NEW(c->arena, struct job);
	enum pl_rc rc;

	j->c = c;
	j->args = opaque;
	PL_TRY(check(j->args, e));
	rc = open_all(j, e);
	if (!rc)
		rc = serve(j, e);
	if (!rc)
		rc = save(j, e);
	close_all(j);
	return rc;
}

const struct pl_cmd cmd_devnet = {
	.path = "devnet",
	.summary = "run a development chain that others can talk to",
	.about =
		"A chain of Ethereum's rules, in memory, that begins with "
		"this command and ends with it.  Wallets, libraries and test "
		"suites speak to it as to any node: eth_, net_, web3_, "
		"txpool_, and the helpers that development nodes have (anvil_, "
		"evm_, hardhat_: blocks on demand, snapshots, time, balances, "
		"code and storage set by hand, accounts impersonated).\n\n"
		"The accounts are those of the phrase that such nodes share, "
		"or of --mnemonic; the node signs for them.  Transactions are "
		"in a block as soon "
		"as they come, or with --block-time every so many seconds, or "
		"with --no-mining when evm_mine says so.\n\n"
		"Blocks are real: header, roots of transactions, receipts and "
		"state are what Ethereum's rules make of them, the contracts "
		"of "
		"EIP-4788, 2935, 7002 and 7251 stand where they stand "
		"everywhere, and eth_getProof proves accounts and slots under "
		"the state root of every block since the first.  At the same "
		"address it speaks WebSocket: eth_subscribe tells newHeads, "
		"logs and newPendingTransactions.  Logs of blocks that "
		"evm_revert drops are told once more, as removed.  Ends with "
		"status 0 on SIGINT and SIGTERM.\n\n"
		"With --state the chain is kept in a file when it ends, with "
		"every block and every block's state, and goes on from there "
		"the next time; accounts, balances and fees are then the "
		"file's.  anvil_dumpState and anvil_loadState hand over the "
		"same bytes, in hex: no other program's.  What is read is "
		"checked: blocks follow on one "
		"another, and transactions, receipts and state are those that "
		"their headers commit to.\n\n"
		"With --state-db it is kept as it goes, in a SQLite file: "
		"what was answered (a block, a balance set by hand, a waiting "
		"transaction) is there after kill -9.  A block and the nodes "
		"of the tries that it made are one commit; a power cut may "
		"take the newest blocks with it.  States stay in the file and "
		"are read when they are asked for, each node held against its "
		"hash, so that a long chain begins as fast as a short one but "
		"for its transactions; snapshots are not kept.  One program "
		"at a time has the file.\n\n"
		"--consensus plays Ethereum's other half too: slots of a "
		"second, a sync committee with real keys (which anybody can "
		"derive) that signs the newest block, and the beacon API that "
		"light clients ask, at the same address.  A block can be "
		"proven two seconds after it was made, with `plume light` and "
		"--network devnet; slots follow the machine's clock, whatever "
		"times --timestamp and evm_increaseTime give to blocks.  "
		"--orbit runs a second chain at /child, "
		"whose headers have the form of Nitro's and whose blocks are "
		"confirmed on the first by a contract with an Outbox's "
		"storage: --network devnet-child.\n\n"
		"--fork-url goes on from a block of another chain: its header "
		"is that node's word; every account, slot, code and older "
		"block hash is asked for when it is first looked at, and "
		"comes with its proof under that header or fails.\n\n"
		"--lie makes it a malicious node: headers with other state "
		"roots, state that was changed on its way, logs left out, "
		"proofs cut short, signatures by nobody.",
	.needs = PL_NEEDS_CONFIG,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
