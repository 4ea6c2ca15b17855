/* The checks on blocks, proofs and receipts that were made for this test
 * (tests/fixtures/light): all of it holds, and nothing of it can be changed
 * without a rule or the reader saying so. */
#include "check.h"

#include "base/file.h"
#include "base/limits.h"
#include "codec/json_in.h"
#include "eth/check.h"
#include "orbit/family.h"

static const struct pl_family *const families[] = { &pl_family_nitro,
						    &pl_family_clique, NULL };

#if defined(__SANITIZE_ADDRESS__)
#define EVERY 29
#else
#define EVERY 7
#endif

enum form { BLOCK, PROOF, RECEIPTS };

static char *fixture(struct pl_arena *a, const char *name)
{
	return pl_printf(a, "%s/tests/fixtures/light/%s", PL_SRC, name);
}

static struct pl_span text_of(struct pl_arena *a, const char *name)
{
	struct pl_span text;
	struct pl_err e;

	assert_ok(pl_file_read(a, &text, fixture(a, name), PL_MAX_FILE, &e),
		  &e);
	return text;
}

/* The header that proofs and receipts hang on. */
static struct pl_header anchor_header(struct pl_arena *a)
{
	const struct pl_json *doc;
	struct pl_block_report r;
	struct pl_answers found;
	struct pl_check c;
	struct pl_err e;

	assert_ok(pl_json_read(a, &doc, fixture(a, "block.json"), &e), &e);
	assert_ok(pl_answers(a, &found, doc, NULL, &e), &e);
	pl_check_init(&c, a);
	assert_ok(pl_check_header(&c, &r, found.v[0], families, &e), &e);
	return r.header;
}

static enum pl_rc check_item(struct pl_check *c, enum form form,
			     const struct pl_json *item,
			     const struct pl_anchor *anchor, struct pl_err *e)
{
	struct pl_receipts_report receipts;
	struct pl_block_report block;
	struct pl_proof_report proof;

	if (form == BLOCK)
		return pl_check_block(c, &block, item, families, e);
	if (form == PROOF)
		return pl_check_proof(c, &proof, item, anchor, e);
	return pl_check_receipts(c, &receipts, item, anchor, e);
}

/* Everything in the text holds, or the first thing that does not. */
static enum pl_rc check_text(struct pl_finding *f, enum form form,
			     struct pl_span text,
			     const struct pl_header *header, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_anchor anchor = { .header = header, .families = families };
	const struct pl_json *doc;
	struct pl_answers found;
	enum pl_rc rc;

	*f = (struct pl_finding){ NULL, NULL, NULL };
	rc = pl_json_parse(a, &doc, text, e);
	if (!rc)
		rc = pl_answers(a, &found, doc,
				form == RECEIPTS ? pl_is_receipt_list : NULL,
				e);
	for (size_t i = 0; !rc && i < found.n; i++) {
		struct pl_check c;

		pl_check_init(&c, a);
		rc = check_item(&c, form, found.v[i], &anchor, e);
		f->rule = c.failed.rule; /* a literal: outlives the arena */
	}
	pl_arena_close(a);
	return rc;
}

static const struct {
	const char *name;
	enum form form;
} files[] = {
	{ "block.json", BLOCK },       { "block_rlp.json", BLOCK },
	{ "headers.json", BLOCK },     { "proofs.json", PROOF },
	{ "receipts.json", RECEIPTS }, { "nitro_block.json", BLOCK },
	{ "nitro_rlp.json", BLOCK },
};

static void all_of_it_holds(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header h = anchor_header(a);

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct pl_finding f;
		struct pl_err e;

		assert_ok(check_text(&f, files[i].form,
				     text_of(a, files[i].name), &h, &e),
			  &e);
		assert_null(f.rule);
	}
	pl_arena_close(a);
}

static bool is_one_of(const char *key, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(key, *names))
			return true;
	return false;
}

/* What no hash in these files covers, by the member's name. */
static bool beyond_proof(const char *key, size_t file)
{
	static const char *const any[] = { "id", "jsonrpc", NULL };
	static const char *const receipt[] = { "from",
					       "to",
					       "contractAddress",
					       "effectiveGasPrice",
					       "transactionHash",
					       NULL };
	static const char *const nitro[] = { "gasPrice", "effectiveGasPrice",
					     "gasUsedForL1", NULL };

	if (is_one_of(key, any))
		return true;
	/* that another slot of an empty account is empty is true as well */
	if (files[file].form == PROOF && !strcmp(key, "key"))
		return true;
	if (!strncmp(files[file].name, "nitro", 5))
		return is_one_of(key, nitro);
	return files[file].form == RECEIPTS && is_one_of(key, receipt);
}

/* The member whose value begins at text[at]: the last name before it. */
static void key_before(char out[64], struct pl_span text, size_t at)
{
	size_t end, from;

	while (at && !(text.p[at] == ':' && text.p[at - 1] == '"'))
		at--;
	end = at ? at - 1 : 0;
	for (from = end; from && text.p[from - 1] != '"'; from--)
		;
	(void)snprintf(out, 64, "%.*s", (int)(end - from),
		       (const char *)text.p + from);
}

/* Digits of every value. */
static void digits_cannot_be_changed(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header h = anchor_header(a);

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct pl_span text = pl_span_dup(a, text_of(a, files[i].name));
		uint8_t *p = (uint8_t *)(uintptr_t)text.p;
		size_t tried = 0, in = 0;

		for (size_t k = 3; k < text.n; k++) {
			struct pl_finding f;
			struct pl_err e;
			uint8_t was = p[k];
			char key[64];

			if (!memcmp(p + k - 3, "\"0x", 3))
				in = 1;
			if (was == '"')
				in = 0;
			if (!in || tried++ % EVERY)
				continue;
			key_before(key, text, k);
			if (beyond_proof(key, i))
				continue;
			p[k] = was == '5' ? '6' : '5';
			if (!check_text(&f, files[i].form, text, &h, &e))
				fail_msg("%s: \"%s\" changed at %zu",
					 files[i].name, key, k);
			assert_true(e.rc == PL_EPROOF || e.rc == PL_EFORMAT ||
				    e.rc == PL_ELIMIT);
			if (e.rc == PL_EPROOF)
				assert_non_null(f.rule);
			p[k] = was;
		}
		assert_true(tried > 1000);
	}
	pl_arena_close(a);
}

/* Cut anywhere: never accepted, never a crash. */
static void cut_files_are_refused(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header h = anchor_header(a);

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		struct pl_span text = text_of(a, files[i].name);

		for (size_t n = 0; n + 1 < text.n; n += 1 + EVERY * 3) {
			struct pl_finding f;
			struct pl_err e;

			assert_int_equal(
				check_text(&f, files[i].form,
					   (struct pl_span){ text.p, n }, &h,
					   &e),
				PL_EFORMAT);
		}
	}
	pl_arena_close(a);
}

/* The text with one piece replaced. */
static struct pl_span edited(struct pl_arena *a, struct pl_span text,
			     const char *from, const char *to)
{
	const char *at = strstr((const char *)text.p, from);
	struct pl_buf b;
	size_t head;

	if (!at)
		fail_msg("no %s in the fixture", from);
	head = (size_t)(at - (const char *)text.p);
	pl_buf_init(&b, a);
	pl_buf_put(&b, (struct pl_span){ text.p, head });
	pl_buf_str(&b, to);
	pl_buf_str(&b, at + strlen(from));
	return pl_buf_span(&b);
}

/* Each rule by a change only it can see, and each kind of bad input. */
static const struct {
	const char *file;
	enum form form;
	const char *from, *to;
	enum pl_rc rc;
	const char *says; /* the rule, or words of the error */
} edits[] = {
	{ "block.json", BLOCK, "\"hash\":\"0xb817", "\"hash\":\"0x1817",
	  PL_EPROOF, "header.hash" },
	{ "block.json", BLOCK, "\"gasUsed\":\"0x", "\"gasUsed\":\"0x1",
	  PL_EPROOF, "header.hash" },
	{ "block.json", BLOCK, "\"blockNumber\":\"0x15752a1\"",
	  "\"blockNumber\":\"0x15752a2\"", PL_EPROOF, "tx.block_number" },
	{ "block.json", BLOCK, "\"transactionIndex\":\"0x1\"",
	  "\"transactionIndex\":\"0x0\"", PL_EPROOF, "tx.index" },
	{ "block.json", BLOCK, "\"from\":\"0x9d", "\"from\":\"0x9e", PL_EPROOF,
	  "tx.sender" },
	{ "block.json", BLOCK, "\"chainId\":\"0x1\"", "\"chainId\":\"0x2\"",
	  PL_EPROOF, "tx.chain_id" },
	{ "block.json", BLOCK, "\"gasPrice\":\"0xa\"", "\"gasPrice\":\"0xb\"",
	  PL_EPROOF, "tx.gas_price" },
	{ "block.json", BLOCK, "\"value\":\"0x5\"", "\"value\":\"0x6\"",
	  PL_EPROOF, "tx.hash" },
	{ "block.json", BLOCK, "\"validatorIndex\":\"0x1b59\"",
	  "\"validatorIndex\":\"0x1b5a\"", PL_EPROOF, "withdrawals.root" },
	{ "block.json", BLOCK, "\"uncles\":[]",
	  "\"uncles\":[\"0x7ec7fe2b76e7ff20b207c791f4abacf96f0a9915c81092062ed"
	  "a054bd2233467\"]",
	  PL_EPROOF, "uncles.hash" },
	{ "block.json", BLOCK, "\"uncles\":[]",
	  "\"uncles\":[],\"totalDifficulty\":\"0x5\"", PL_EPROOF,
	  "block.total_difficulty" },
	{ "block.json", BLOCK, "\"uncles\":[]",
	  "\"uncles\":[],\"size\":\"0x5\"", PL_EPROOF, "block.size" },
	{ "block.json", BLOCK, "\"stateRoot\"", "\"stateRood\"", PL_EFORMAT,
	  "\"stateRoot\" is missing" },
	{ "block.json", BLOCK, "\"from\"", "\"form\"", PL_EFORMAT,
	  "transactions[0]: \"from\" is missing" },
	{ "block.json", BLOCK, "\"type\":\"0x2\"", "\"type\":\"0x6a\"",
	  PL_EFORMAT, "transactions[2]: transaction type 0x6a" },
	{ "block.json", BLOCK, "\"nonce\":\"0x0000000000000000\"",
	  "\"nonce\":null", PL_EFORMAT, "pending" },
	{ "block.json", BLOCK, "\"gasLimit\":\"0x", "\"gasLimit\":\"0x0",
	  PL_EFORMAT, "leading zeros" },
	{ "block.json", BLOCK, "\"gasLimit\":\"0x2255100\"",
	  "\"gasLimit\":true", PL_EFORMAT, "\"gasLimit\"" },
	{ "block.json", BLOCK, "\"uncles\":[]", "\"uncles\":[],\"uncles\":[]",
	  PL_EFORMAT, "duplicate" },
	{ "block.json", BLOCK, "\"result\":{", "\"result\":null,\"x\":{",
	  PL_ENOTFOUND, "null" },
	{ "block.json", BLOCK, "\"id\":1,", "\"error\":{\"message\":\"busy\"},",
	  PL_EFORMAT, "busy" },
	{ "block_rlp.json", BLOCK, "\"number\":22500001", "\"number\":22500002",
	  PL_EPROOF, "block.number" },
	{ "block_rlp.json", BLOCK, "\"uncles\":\"0xc0\"",
	  "\"uncles\":\"0xc180\"", PL_EPROOF, "uncles.hash" },
	{ "block_rlp.json", BLOCK, "\"receiptsRoot\":\"0x5e",
	  "\"receiptsRoot\":\"0x5f", PL_EPROOF, "block.receipts_root" },
	{ "headers.json", BLOCK, "\"l1BlockNumber\":\"0x4d\"",
	  "\"l1BlockNumber\":\"0x4e\"", PL_EPROOF, "nitro.l1_block" },
	{ "headers.json", BLOCK, "\"sendCount\":\"0x9\"",
	  "\"sendCount\":\"0x8\"", PL_EPROOF, "nitro.send_count" },
	{ "headers.json", BLOCK, "\"sendRoot\":\"0x5a", "\"sendRoot\":\"0x5b",
	  PL_EPROOF, "nitro.send_root" },
	{ "headers.json", BLOCK, "\"rlp\":\"0xf9", "\"rlp\":\"0xf8", PL_EFORMAT,
	  "rlp:" },
	{ "proofs.json", PROOF, "\"balance\":\"0xde", "\"balance\":\"0xdf",
	  PL_EPROOF, "account.balance" },
	{ "proofs.json", PROOF, "\"nonce\":\"0x3\"", "\"nonce\":\"0x4\"",
	  PL_EPROOF, "account.nonce" },
	{ "proofs.json", PROOF, "\"codeHash\":\"0xc5", "\"codeHash\":\"0xc6",
	  PL_EPROOF, "account.code_hash" },
	{ "proofs.json", PROOF, "\"value\":\"0x3e8\"", "\"value\":\"0x3e9\"",
	  PL_EPROOF, "storage.value" },
	{ "proofs.json", PROOF, "\"value\":\"0x0\"", "\"value\":\"0x1\"",
	  PL_EPROOF, "storage.value" },
	{ "proofs.json", PROOF, "\"address\":\"0x43", "\"address\":\"0x44",
	  PL_EPROOF, "account.proof" },
	{ "proofs.json", PROOF, "05\",\"value\"", "06\",\"value\"", PL_EPROOF,
	  "storage.proof" },
	{ "proofs.json", PROOF, "\"accountProof\"", "\"accountPoof\"",
	  PL_EFORMAT, "\"accountProof\" is missing" },
	{ "receipts.json", RECEIPTS, "\"status\":\"0x1\"", "\"status\":\"0x0\"",
	  PL_EPROOF, "receipts.root" },
	{ "receipts.json", RECEIPTS, "\"status\":\"0x1\"", "\"status\":\"0x2\"",
	  PL_EFORMAT, "\"status\"" },
	{ "receipts.json", RECEIPTS, "\"gasUsed\":\"0xc351\"",
	  "\"gasUsed\":\"0xc352\"", PL_EPROOF, "receipt.gas_used" },
	{ "receipts.json", RECEIPTS, "\"logsBloom\":\"0x0",
	  "\"logsBloom\":\"0x1", PL_EPROOF, "receipt.bloom" },
	{ "receipts.json", RECEIPTS, "\"logIndex\":\"0x2\"",
	  "\"logIndex\":\"0x3\"", PL_EPROOF, "log.index" },
	{ "receipts.json", RECEIPTS, "\"removed\":false", "\"removed\":true",
	  PL_EPROOF, "log.removed" },
	/* the kinds of transactions only Nitro has */
	{ "nitro_block.json", BLOCK, "\"type\":\"0x6a\"", "\"type\":\"0x78\"",
	  PL_EFORMAT, "transactions[0]: transaction type 0x78" },
	{ "nitro_block.json", BLOCK, "\"type\":\"0x6a\"", "\"type\":\"0x67\"",
	  PL_EFORMAT, "transactions[0]: transaction type 0x67" },
	{ "nitro_block.json", BLOCK, "\"type\":\"0x65\"", "\"type\":\"0x66\"",
	  PL_EFORMAT, "transactions[4]: \"requestId\" is missing" },
	{ "nitro_block.json", BLOCK, "\"requestId\":\"0x00",
	  "\"requestId\":\"0x01", PL_EPROOF, "tx.hash" },
	{ "nitro_block.json", BLOCK, "\"retryTo\"", "\"retryTwo\"", PL_EPROOF,
	  "nitro.tx_form" },
	{ "nitro_block.json", BLOCK, "\"maxRefund\"", "\"minRefund\"",
	  PL_EFORMAT, "transactions[3]: \"maxRefund\" is missing" },
	{ "nitro_block.json", BLOCK, "\"input\":\"0xc9f95d32",
	  "\"input\":\"0xc9f95d33", PL_EPROOF, "nitro.tx_form" },
	{ "nitro_block.json", BLOCK, "\"from\":\"0x00000000000000000000000000",
	  "\"from\":\"0x10000000000000000000000000", PL_EPROOF,
	  "nitro.tx_form" },
	{ "nitro_block.json", BLOCK, "\"value\":\"0x0\"", "\"value\":\"0x1\"",
	  PL_EPROOF, "nitro.tx_form" },
	{ "nitro_block.json", BLOCK, "\"s\":\"0x0\"", "\"s\":\"0x1\"",
	  PL_EPROOF, "nitro.tx_form" },
	{ "nitro_block.json", BLOCK, "\"transactionIndex\":\"0x0\"",
	  "\"transactionIndex\":\"0x1\"", PL_EPROOF, "tx.index" },
	{ "nitro_rlp.json", BLOCK, "\"0x6a", "\"0x78", PL_EFORMAT,
	  "transactions[0]: transaction type 0x78" },
	{ "nitro_rlp.json", BLOCK, "\"0x6a", "\"0x64", PL_EFORMAT,
	  "transactions[0]: requestId" },
	{ "receipts.json", RECEIPTS, "\"contractAddress\":null",
	  "\"contractAddress\":\"0x4343434343434343434343434343434343434343\"",
	  PL_EPROOF, "receipt.contract" },
};

static void every_rule_by_an_edit(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header h = anchor_header(a);

	(void)state;
	for (size_t i = 0; i < COUNT(edits); i++) {
		struct pl_span text = edited(a, text_of(a, edits[i].file),
					     edits[i].from, edits[i].to);
		struct pl_finding f;
		struct pl_err e = { 0 };
		enum pl_rc rc = check_text(&f, edits[i].form, text, &h, &e);
		bool said = f.rule ? !strcmp(f.rule, edits[i].says)
				   : strstr(e.msg, edits[i].says) != NULL;

		if (rc != edits[i].rc || !said)
			fail_msg("%s for %s: %d, %s, %s", edits[i].file,
				 edits[i].to, (int)rc, f.rule ? f.rule : "-",
				 e.msg);
	}
	pl_arena_close(a);
}

/* In a block, sender and receiver of a receipt are the transaction's, also of
 * a transaction nobody signed. */
static void receipts_of_own_kinds(void **state)
{
	static const struct {
		const char *from, *to, *rule;
	} changes[] = {
		{ "\"from\":\"0x2121", "\"from\":\"0x2021", "receipt.from" },
		{ "\"to\":\"0x2222", "\"to\":\"0x2022", "receipt.to" },
		{ "\"type\":\"0x64\",\"status\"",
		  "\"type\":\"0x65\",\"status\"", "receipt.type" },
		{ "\"cumulativeGasUsed\":\"0x0\"",
		  "\"cumulativeGasUsed\":\"0x1\"", "receipt.gas_used" },
		{ "\"status\":\"0x1\"", "\"status\":\"0x0\"", "receipts.root" },
	};
	struct pl_arena *a = pl_arena_open(0);
	struct pl_span text = text_of(a, "nitro_block.json");
	const char *receipts = strstr((const char *)text.p, "\"receipts\":");
	size_t head;

	(void)state;
	assert_non_null(receipts);
	head = (size_t)(receipts - (const char *)text.p);
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct pl_span rest = edited(
			a, (struct pl_span){ text.p + head, text.n - head },
			changes[i].from, changes[i].to);
		struct pl_finding f;
		struct pl_buf b;
		struct pl_err e;

		pl_buf_init(&b, a);
		pl_buf_put(&b, (struct pl_span){ text.p, head });
		pl_buf_put(&b, rest);
		assert_int_equal(
			check_text(&f, BLOCK, pl_buf_span(&b), NULL, &e),
			PL_EPROOF);
		assert_string_equal(f.rule, changes[i].rule);
	}
	pl_arena_close(a);
}

/* A header on its own, as its RLP in a JSON string. */
static enum pl_rc check_bare(struct pl_arena *a, struct pl_check *c,
			     const struct pl_header *h, struct pl_err *e)
{
	struct pl_block_report r;
	const struct pl_json *doc;
	struct pl_buf b;
	char *text;

	pl_buf_init(&b, a);
	pl_header_encode(&b, h);
	text = pl_printf(a, "\"%s\"", pl_hex(a, pl_buf_span(&b)));
	assert_ok(pl_json_parse(a, &doc, pl_span_str(text), e), e);
	pl_check_init(c, a);
	return pl_check_block(c, &r, doc, families, e);
}

static void merged_headers_keep_constants(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_header good = anchor_header(a), h = good;
	struct pl_check c;
	struct pl_err e;

	(void)state;
	assert_ok(check_bare(a, &c, &h, &e), &e);
	h.nonce[3] = 1;
	assert_int_equal(check_bare(a, &c, &h, &e), PL_EPROOF);
	assert_string_equal(c.failed.rule, "header.nonce");
	h = good;
	h.uncles_hash.b[0] ^= 1;
	assert_int_equal(check_bare(a, &c, &h, &e), PL_EPROOF);
	assert_string_equal(c.failed.rule, "header.no_uncles");
	h = good;
	h.gas_used = h.gas_limit + 1;
	assert_int_equal(check_bare(a, &c, &h, &e), PL_EPROOF);
	assert_string_equal(c.failed.rule, "header.gas");
	pl_arena_close(a);
}

/* Links, and what is compared between neighbours. */
static void links_hold_or_not(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_block_report r[2];
	const struct pl_json *doc;
	struct pl_answers found;
	struct pl_check c;
	struct pl_err e;

	(void)state;
	assert_ok(pl_json_read(a, &doc, fixture(a, "headers.json"), &e), &e);
	assert_ok(pl_answers(a, &found, doc, NULL, &e), &e);
	pl_check_init(&c, a);
	for (size_t i = 0; i < 2; i++)
		assert_ok(pl_check_header(&c, &r[i], found.v[i], families, &e),
			  &e);
	assert_ok(pl_check_link(&c, &r[1], &r[0], &e), &e);
	r[0].header.hash.b[31] ^= 1;
	assert_int_equal(pl_check_link(&c, &r[1], &r[0], &e), PL_EPROOF);
	assert_string_equal(c.failed.rule, "parent.link");
	r[0].header.hash.b[31] ^= 1;
	r[0].header.time = r[1].header.time + 1;
	pl_check_init(&c, a);
	assert_int_equal(pl_check_link(&c, &r[1], &r[0], &e), PL_EPROOF);
	assert_string_equal(c.failed.rule, "parent.time");
	pl_arena_close(a);
}

/* A proof is held against what it is given, not against what it says. */
static void anchors_decide(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 root = { { 1 } };
	struct pl_anchor none = { .families = families },
			 other = { .root = &root };
	const struct pl_json *doc;
	struct pl_proof_report r;
	struct pl_answers found;
	struct pl_check c;
	struct pl_err e;

	(void)state;
	assert_ok(pl_json_read(a, &doc, fixture(a, "proofs.json"), &e), &e);
	assert_ok(pl_answers(a, &found, doc, NULL, &e), &e);
	pl_check_init(&c, a);
	assert_int_equal(pl_check_proof(&c, &r, found.v[0], &none, &e),
			 PL_EUSAGE);
	assert_int_equal(pl_check_proof(&c, &r, found.v[0], &other, &e),
			 PL_EPROOF);
	assert_string_equal(c.failed.rule, "account.proof");
	root = anchor_header(a).state_root;
	pl_check_init(&c, a);
	assert_ok(pl_check_proof(&c, &r, found.v[0], &other, &e), &e);
	assert_true(r.exists);
	assert_int_equal(r.n_slots, 3);
	assert_true(r.slots[0].exists);
	assert_false(r.slots[2].exists);
	assert_ok(pl_check_proof(&c, &r, found.v[1], &other, &e), &e);
	assert_false(r.exists);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_holds),
		cmocka_unit_test(digits_cannot_be_changed),
		cmocka_unit_test(cut_files_are_refused),
		cmocka_unit_test(every_rule_by_an_edit),
		cmocka_unit_test(receipts_of_own_kinds),
		cmocka_unit_test(merged_headers_keep_constants),
		cmocka_unit_test(links_hold_or_not),
		cmocka_unit_test(anchors_decide),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
