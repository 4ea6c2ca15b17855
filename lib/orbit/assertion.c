#include "orbit/assertion.h"

#include "crypto/keccak.h"

static void add_hash(struct pl_keccak *k, const struct pl_hash32 *h)
{
	pl_keccak_add(k, pl_hash32_span(h));
}

static void add_text(struct pl_keccak *k, const char *s)
{
	pl_keccak_add(k, pl_span_str(s));
}

static void add_u64(struct pl_keccak *k, uint64_t v)
{
	uint8_t b[8];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (56 - 8 * i));
	pl_keccak_add(k, (struct pl_span){ b, sizeof(b) });
}

/* As an ABI word. */
static void add_word(struct pl_keccak *k, uint64_t v)
{
	static const uint8_t zeros[24];

	pl_keccak_add(k, (struct pl_span){ zeros, sizeof(zeros) });
	add_u64(k, v);
}

/* ----------------------------------------------------------------- BoLD */

/* SPEC nitro-contracts AssertionStateLib.hash: the six words of the state */
static struct pl_hash32 state_hash(const struct pl_assertion_state *s)
{
	struct pl_keccak k;

	pl_keccak_init(&k);
	add_hash(&k, &s->global.block_hash);
	add_hash(&k, &s->global.send_root);
	add_word(&k, s->global.batch);
	add_word(&k, s->global.pos);
	add_word(&k, s->status);
	add_hash(&k, &s->end_history_root);
	return pl_keccak_final(&k);
}

struct pl_hash32 pl_assertion_hash(const struct pl_hash32 *parent,
				   const struct pl_assertion_state *after,
				   const struct pl_hash32 *inbox_acc)
{
	struct pl_hash32 state = state_hash(after);
	struct pl_keccak k;

	pl_keccak_init(&k);
	add_hash(&k, parent);
	add_hash(&k, &state);
	add_hash(&k, inbox_acc);
	return pl_keccak_final(&k);
}

/* ---------------------------------------------------------- before BoLD */

struct pl_hash32 pl_confirm_data(const struct pl_hash32 *block_hash,
				 const struct pl_hash32 *send_root)
{
	return pl_keccak256_2(pl_hash32_span(block_hash),
			      pl_hash32_span(send_root));
}

/* SPEC nitro-contracts GlobalStateLib.hash, ChallengeLib.blockStateHash */
static struct pl_hash32 block_state_hash(const struct pl_assertion_state *s)
{
	struct pl_hash32 global;
	struct pl_keccak k;

	pl_keccak_init(&k);
	add_text(&k, "Global state:");
	add_hash(&k, &s->global.block_hash);
	add_hash(&k, &s->global.send_root);
	add_u64(&k, s->global.batch);
	add_u64(&k, s->global.pos);
	global = pl_keccak_final(&k);
	pl_keccak_init(&k);
	add_text(&k, s->status == PL_MACHINE_FINISHED
			     ? "Block state:"
			     : "Block state, errored:");
	add_hash(&k, &global);
	return pl_keccak_final(&k);
}

struct pl_hash32 pl_execution_hash(const struct pl_assertion_state *before,
				   const struct pl_assertion_state *after,
				   uint64_t n_blocks)
{
	struct pl_hash32 first = block_state_hash(before);
	struct pl_hash32 last = block_state_hash(after);
	struct pl_keccak k;

	pl_keccak_init(&k);
	add_word(&k, 0);
	add_word(&k, n_blocks);
	add_hash(&k, &first);
	add_hash(&k, &last);
	return pl_keccak_final(&k);
}

struct pl_hash32 pl_node_hash(bool has_sibling, const struct pl_hash32 *last,
			      const struct pl_hash32 *execution,
			      const struct pl_hash32 *inbox_acc,
			      const struct pl_hash32 *wasm_root)
{
	const uint8_t sibling = has_sibling;
	struct pl_keccak k;

	pl_keccak_init(&k);
	pl_keccak_add(&k, (struct pl_span){ &sibling, 1 });
	add_hash(&k, last);
	add_hash(&k, execution);
	add_hash(&k, inbox_acc);
	add_hash(&k, wasm_root);
	return pl_keccak_final(&k);
}

/* --------------------------------------------------------------- events */

/* keccak256 of the events' signatures. */
static const struct pl_hash32 confirmed_topic = {
	{ 0xfc, 0x42, 0x82, 0x9b, 0x29, 0xc2, 0x59, 0xa7, 0x37, 0x0a, 0xb5,
	  0x6c, 0x8f, 0x69, 0xfc, 0xe2, 0x3b, 0x5f, 0x35, 0x1a, 0x9c, 0xe1,
	  0x51, 0xda, 0x45, 0x32, 0x81, 0x99, 0x3e, 0xc0, 0x09, 0x0c }
};
const struct pl_hash32 pl_send_root_topic = {
	{ 0xb4, 0xdf, 0x38, 0x47, 0x30, 0x0f, 0x07, 0x6a, 0x36, 0x9c, 0xd7,
	  0x6d, 0x23, 0x14, 0xb4, 0x70, 0xa1, 0x19, 0x4d, 0x9e, 0x8a, 0x6b,
	  0xb9, 0x7f, 0x18, 0x60, 0xae, 0xe8, 0x8a, 0x5f, 0x67, 0x48 }
};
const struct pl_hash32 pl_node_created_topic = {
	{ 0x4f, 0x4c, 0xaa, 0x9e, 0x67, 0xfb, 0x99, 0x4e, 0x34, 0x9d, 0xd3,
	  0x5d, 0x1a, 0xd0, 0xce, 0x23, 0x05, 0x3d, 0x43, 0x23, 0xf8, 0x3c,
	  0xe1, 0x1d, 0xc8, 0x17, 0xb5, 0x43, 0x50, 0x31, 0xd0, 0x96 }
};

const struct pl_hash32 pl_asserted_topic = {
	{ 0x90, 0x1c, 0x3a, 0xee, 0x23, 0xcf, 0x44, 0x78, 0x82, 0x54, 0x62,
	  0xca, 0xaa, 0xb3, 0x75, 0xc6, 0x06, 0xab, 0x83, 0x51, 0x60, 0x60,
	  0x38, 0x83, 0x44, 0xf0, 0x65, 0x03, 0x40, 0x75, 0x36, 0x30 }
};

static enum pl_rc need_event(const struct pl_log *log,
			     const struct pl_hash32 *topic, unsigned topics,
			     size_t words, const char *name, struct pl_err *e)
{
	if (log->n_topics != topics ||
	    !pl_hash32_equal(&log->topics[0], topic) ||
	    log->data.n != words * 32)
		return pl_fail(e, PL_EFORMAT, "the log is no %s", name);
	return PL_OK;
}

static struct pl_hash32 word(const struct pl_log *log, size_t i)
{
	struct pl_hash32 h;

	memcpy(h.b, log->data.p + 32 * i, sizeof(h.b));
	return h;
}

static enum pl_rc small_word(uint64_t *out, const struct pl_hash32 *h,
			     const char *what, struct pl_err *e)
{
	struct pl_u256 v = pl_u256_from_be32(h->b);

	if (!pl_u256_to_u64(out, &v))
		return pl_fail(e, PL_EFORMAT, "%s over 64 bits", what);
	return PL_OK;
}

static enum pl_rc small_at(uint64_t *out, const struct pl_log *log, size_t i,
			   const char *what, struct pl_err *e)
{
	struct pl_hash32 h = word(log, i);

	return small_word(out, &h, what, e);
}

enum pl_rc pl_confirmed_read(struct pl_confirmed *out, const struct pl_log *log,
			     struct pl_err *e)
{
	PL_TRY(need_event(log, &confirmed_topic, 2, 2, "AssertionConfirmed",
			  e));
	*out = (struct pl_confirmed){ log->topics[1], word(log, 0),
				      word(log, 1) };
	return PL_OK;
}

enum pl_rc pl_send_root_read(struct pl_send_root *out, const struct pl_log *log,
			     struct pl_err *e)
{
	PL_TRY(need_event(log, &pl_send_root_topic, 3, 0, "SendRootUpdated",
			  e));
	*out = (struct pl_send_root){ log->topics[1], log->topics[2] };
	return PL_OK;
}

#define STATE_WORDS 5

#define BOLD_AFTER 13 /* 7 words of the parent's parent, the state before */

/* SPEC nitro-contracts RollupCore.createNewAssertion: the hash follows from
 * the parent, the state after and the inbox's accumulator */
enum pl_rc pl_asserted_read(struct pl_asserted *out, const struct pl_log *log,
			    struct pl_err *e)
{
	struct pl_asserted x;
	struct pl_global_state *g = &x.after.global;
	struct pl_hash32 h;
	uint64_t status;

	PL_TRY(need_event(log, &pl_asserted_topic, 3, 25, "AssertionCreated",
			  e));
	x.hash = log->topics[1];
	x.parent = log->topics[2];
	g->block_hash = word(log, BOLD_AFTER);
	g->send_root = word(log, BOLD_AFTER + 1);
	PL_TRY(small_at(&g->batch, log, BOLD_AFTER + 2, "the batch", e));
	PL_TRY(small_at(&g->pos, log, BOLD_AFTER + 3, "the position", e));
	PL_TRY(small_at(&status, log, BOLD_AFTER + 4, "the status", e));
	if (status > PL_MACHINE_ERRORED)
		return pl_fail(e, PL_EFORMAT, "no such machine status");
	x.after.status = (enum pl_machine_status)status;
	x.after.end_history_root = word(log, BOLD_AFTER + 5);
	x.inbox_acc = word(log, BOLD_AFTER + 6);
	h = pl_assertion_hash(&x.parent, &x.after, &x.inbox_acc);
	if (!pl_hash32_equal(&h, &x.hash))
		return pl_fail(e, PL_EPROOF,
			       "the assertion's hash is not that of its "
			       "fields");
	*out = x;
	return PL_OK;
}

static enum pl_rc read_state(struct pl_assertion_state *out,
			     const struct pl_log *log, size_t at,
			     struct pl_err *e)
{
	struct pl_assertion_state s = { .global = { word(log, at),
						    word(log, at + 1), 0, 0 } };
	uint64_t status;

	PL_TRY(small_at(&s.global.batch, log, at + 2, "the batch", e));
	PL_TRY(small_at(&s.global.pos, log, at + 3, "the position", e));
	PL_TRY(small_at(&status, log, at + 4, "the status", e));
	/* only a machine that stopped can be asserted */
	if (status != PL_MACHINE_FINISHED && status != PL_MACHINE_ERRORED)
		return pl_fail(
			e, PL_EFORMAT,
			"machine status is neither finished nor errored");
	s.status = (enum pl_machine_status)status;
	*out = s;
	return PL_OK;
}

/* Both hashes of the event, made of what it says. */
static enum pl_rc check_node(struct pl_node_created *n, struct pl_err *e)
{
	struct pl_hash32 h =
		pl_execution_hash(&n->before, &n->after, n->n_blocks);

	if (!pl_hash32_equal(&h, &n->execution))
		return pl_fail(e, PL_EPROOF,
			       "the node's execution hash is not that of its "
			       "states");
	for (int sibling = 0; sibling < 2; sibling++) {
		h = pl_node_hash(sibling, &n->parent, &n->execution,
				 &n->inbox_acc, &n->wasm_root);
		n->has_sibling = sibling;
		if (pl_hash32_equal(&h, &n->hash))
			return PL_OK;
	}
	return pl_fail(e, PL_EPROOF,
		       "the node's hash is not that of its fields");
}

/* The execution hash, two states and a number of blocks, the inbox's
 * accumulator, the module root, and the inbox's length, which counts for
 * nothing here. */
enum pl_rc pl_node_created_read(struct pl_node_created *out,
				const struct pl_log *log, struct pl_err *e)
{
	const size_t after = 1 + STATE_WORDS, rest = after + STATE_WORDS;
	struct pl_node_created n;

	PL_TRY(need_event(log, &pl_node_created_topic, 4, rest + 4,
			  "NodeCreated", e));
	PL_TRY(small_word(&n.number, &log->topics[1], "the node's number", e));
	n.parent = log->topics[2];
	n.hash = log->topics[3];
	n.execution = word(log, 0);
	PL_TRY(read_state(&n.before, log, 1, e));
	PL_TRY(read_state(&n.after, log, after, e));
	PL_TRY(small_at(&n.n_blocks, log, rest, "the number of blocks", e));
	n.inbox_acc = word(log, rest + 1);
	n.wasm_root = word(log, rest + 2);
	PL_TRY(check_node(&n, e));
	*out = n;
	return PL_OK;
}
