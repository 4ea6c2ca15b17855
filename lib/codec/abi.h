/* Solidity's contract ABI: types and signatures, encoding and strict decoding.
 * Everything derives from one description: an artifact's JSON ABI, or a
 * signature as a person writes it.  Decoding takes only the encoding that
 * solc itself writes: tails in order without gaps, clean padding, nothing
 * after the end.  Allocates from the arena it is given; spans in decoded
 * values point into the caller's bytes. */
#ifndef PL_CODEC_ABI_H
#define PL_CODEC_ABI_H

#include "base/buf.h"
#include "base/types.h"
#include "codec/json_in.h"
#include "codec/json_out.h"

enum pl_abi_kind {
	PL_ABI_UINT,  /* num; with .places set a ufixed, num is its raw value */
	PL_ABI_INT,   /* num, two's complement over 256 bits; likewise fixed */
	PL_ABI_BOOL,  /* num, 0 or 1 */
	PL_ABI_ADDR,  /* addr */
	PL_ABI_FIXED, /* bytes, exactly .size of them: bytes1 … bytes32 */
	PL_ABI_FUNC,  /* bytes, 24 of them: address and selector */
	PL_ABI_BYTES, /* bytes */
	PL_ABI_STR,   /* bytes; not checked to be UTF-8: chains hold anything */
	PL_ABI_TUPLE, /* items, one per member */
	PL_ABI_ARRAY, /* items */
};

struct pl_abi_param;

struct pl_abi_type {
	enum pl_abi_kind kind;
	unsigned size;   /* bits of numbers, bytes of bytesN */
	unsigned places; /* of fixed and ufixed */
	bool dynamic;    /* encoded behind an offset */
	bool open;       /* T[]: an array of any length */
	size_t count;    /* T[k]: k; members of a tuple */
	size_t head;     /* bytes in the head: 32 when dynamic */
	size_t frame;    /* tuples, T[k]: bytes of all heads inside */
	unsigned height; /* 1 for a plain type, one more around it */
	const struct pl_abi_type *elem;     /* of arrays */
	const struct pl_abi_param *members; /* of tuples */
	const char *name; /* canonical: "(address,uint256)[2]" */
};

struct pl_abi_param {
	const char *name; /* "" when it has none */
	bool indexed;     /* of events */
	struct pl_abi_type type;
};

enum pl_abi_item_kind {
	PL_ABI_FUNCTION,
	PL_ABI_EVENT,
	PL_ABI_ERROR,
	PL_ABI_CONSTRUCTOR,
};

struct pl_abi_item {
	enum pl_abi_item_kind kind;
	const char *name;
	const char *sig; /* canonical: "transfer(address,uint256)" */
	/* Of the signature: an event's topic; its first four bytes are the
	 * selector of a function or error. */
	struct pl_hash32 hash;
	struct pl_abi_type in, out; /* tuples */
	bool anonymous;             /* an event without its topic */
};

struct pl_abi {
	const struct pl_abi_item *items;
	size_t n;
};

struct pl_abi_value {
	enum pl_abi_kind kind;          /* tells which of these holds it */
	const struct pl_abi_type *type; /* filled by decoding, NULL else */
	struct pl_u256 num;
	struct pl_addr addr;
	struct pl_span bytes;
	const struct pl_abi_value *items;
	size_t n;
};

/* "uint256[2][]", "(address,bytes)[]", "tuple(address to, uint8)".  Refuses
 * nesting over PL_MAX_ABI_DEPTH, empty tuples and T[0] (solc has neither). */
PL_CHECKED enum pl_rc pl_abi_type_parse(struct pl_arena *a,
					struct pl_abi_type *out,
					const char *text, struct pl_err *e);

/* One line: "transfer(address,uint256)(bool)", with or without the names of
 * parameters, "function balanceOf(address owner) view returns (uint256)",
 * "event Transfer(address indexed from, …)", "error E(uint256 have)". */
PL_CHECKED enum pl_rc pl_abi_sig_parse(struct pl_arena *a,
				       struct pl_abi_item *out,
				       const char *text, struct pl_err *e);

/* The JSON array that solc writes; fallback and receive are passed over. */
PL_CHECKED enum pl_rc pl_abi_read(struct pl_arena *a, struct pl_abi *out,
				  const struct pl_json *json, struct pl_err *e);

/* By name or by canonical signature; PL_ENOTFOUND when there is none, and a
 * name that stands for several is PL_EUSAGE. */
PL_CHECKED enum pl_rc pl_abi_find(const struct pl_abi_item **out,
				  const struct pl_abi *abi,
				  enum pl_abi_item_kind kind, const char *name,
				  struct pl_err *e);

/* By the first four bytes of call or revert data; NULL when unknown. */
const struct pl_abi_item *pl_abi_by_selector(const struct pl_abi *abi,
					     enum pl_abi_item_kind kind,
					     struct pl_span data);

/* The event of topic 0; NULL when unknown. */
const struct pl_abi_item *pl_abi_by_topic(const struct pl_abi *abi,
					  const struct pl_hash32 *topic);

/* Values to encode.  The bytes stay the caller's. */
struct pl_abi_value pl_abi_u256(const struct pl_u256 *v);
struct pl_abi_value pl_abi_u64(uint64_t v);
struct pl_abi_value pl_abi_bool(bool v);
struct pl_abi_value pl_abi_addr(const struct pl_addr *v);
struct pl_abi_value pl_abi_hash32(const struct pl_hash32 *v);
struct pl_abi_value pl_abi_bytes(struct pl_span v);
struct pl_abi_value pl_abi_str(const char *v);
struct pl_abi_value pl_abi_items(const struct pl_abi_value *v, size_t n);

/* A value of the type from JSON: integers as numbers, decimal or 0x strings,
 * bytes as 0x strings, tuples as arrays or as objects by member name. */
PL_CHECKED enum pl_rc pl_abi_value_json(struct pl_arena *a,
					struct pl_abi_value *out,
					const struct pl_abi_type *t,
					const struct pl_json *v,
					struct pl_err *e);

/* A value of the type from a word as people type it: 17, 0x1f, -5, true, an
 * address, bytes as 0x…, any text for a string; tuples and arrays as JSON. */
PL_CHECKED enum pl_rc pl_abi_value_word(struct pl_arena *a,
					struct pl_abi_value *out,
					const struct pl_abi_type *t,
					const char *word, struct pl_err *e);

/* A value as JSON: numbers as decimal strings, addresses with their capitals,
 * bytes as 0x…, arrays as arrays; a tuple as an object where each of its
 * members has a name of its own, else as an array. */
void pl_abi_value_out(struct pl_jout *w, const char *key,
		      const struct pl_abi_value *v);

/* How a value reads to a person: "0xAb…", "17", "[1, 2]", "\"text\"" (bytes
 * that are no printable text are escaped). */
char *pl_abi_value_text(struct pl_arena *a, const struct pl_abi_value *v);

/* Append the encoding of a tuple (function arguments are one).  PL_EFORMAT
 * names the member that does not fit its type; *out is then as it was. */
PL_CHECKED enum pl_rc pl_abi_encode(struct pl_buf *out,
				    const struct pl_abi_type *tuple,
				    const struct pl_abi_value *v, size_t n,
				    struct pl_err *e);

/* Selector and arguments of a function (or error). */
PL_CHECKED enum pl_rc pl_abi_encode_call(struct pl_arena *a,
					 struct pl_span *out,
					 const struct pl_abi_item *f,
					 const struct pl_abi_value *v, size_t n,
					 struct pl_err *e);

/* The tuple that the bytes hold, all of them.  PL_EFORMAT names the member and
 * the byte; PL_ELIMIT over PL_MAX_ABI_DATA. */
PL_CHECKED enum pl_rc pl_abi_decode(struct pl_arena *a,
				    struct pl_abi_value *out,
				    const struct pl_abi_type *tuple,
				    struct pl_span data, struct pl_err *e);

/* One value per parameter of the event, in its order.  An indexed parameter of
 * a type that does not fit a topic comes as PL_ABI_FIXED of 32 bytes: its
 * hash is all there is. */
PL_CHECKED enum pl_rc pl_abi_decode_event(struct pl_arena *a,
					  struct pl_abi_value *out,
					  const struct pl_abi_item *event,
					  const struct pl_hash32 *topics,
					  size_t n_topics, struct pl_span data,
					  struct pl_err *e);

/* What a revert's bytes say: the words of Error(string), the meaning of a
 * Panic's code, a custom error of the ABI with its members' names, or the
 * bytes themselves.  abi may be NULL.  Never fails: anything has a text. */
char *pl_abi_revert_text(struct pl_arena *a, const struct pl_abi *abi,
			 struct pl_span data);

/* The revert's custom error and its decoded members; false when the ABI does
 * not know it or the bytes are not what it says. */
PL_CHECKED bool pl_abi_revert_decode(struct pl_arena *a,
				     const struct pl_abi_item **item,
				     struct pl_abi_value *out,
				     const struct pl_abi *abi,
				     struct pl_span data);

#endif
