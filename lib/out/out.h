/* Results: a command hands rows to pl_out_row and the writer makes a table,
 * JSON, JSON lines or CSV of them.  One table of fields describes a row to
 * all four, to the man page and to the JSON schema. */
#ifndef PL_OUT_OUT_H
#define PL_OUT_OUT_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/types.h"

/* Kinds of values: options (cmd.h) and fields share them.  The member's type
 * stands behind each. */
enum pl_kind {
	PL_END = 0,
	PL_FLAG,    /* bool */
	PL_UINT,    /* uint64_t */
	PL_INT,     /* int64_t */
	PL_DOUBLE,  /* double; NaN and infinities print as null */
	PL_STR,     /* const char *; NULL prints as null */
	PL_ENUM,    /* int, an index into .words */
	PL_HASH32,  /* struct pl_hash32 */
	PL_ADDR,    /* struct pl_addr; as an option also an alias */
	PL_U256,    /* struct pl_u256, decimal */
	PL_AMOUNT,  /* struct pl_amount; JSON: "name" and "name_decimals" */
	PL_BYTES,   /* struct pl_span, 0x… */
	PL_TIME,    /* int64_t, RFC 3339 */
	PL_TRUST,   /* enum pl_trust */
	PL_FILE,    /* const char *, path of a file (options) */
	PL_DIR,     /* const char *, path of a folder (options) */
	PL_DECIMAL, /* const char *, decimal digits with a point (options) */
	PL_NETWORK, /* const char *, name of a network (options) */
	PL_OBJECT,  /* const struct *, .sub describes it; NULL prints null */
	PL_LIST,    /* struct pl_list of structs described by .sub, or, with
		     * .of set, of plain values of that kind */
	PL_JSON,    /* struct pl_span, a JSON text written as it is */
};

/* The offset of a member, checked against the type it should have. */
#define PL_AT(type, member, should_be)                                         \
	_Generic(((type *)0)->member, should_be : offsetof(type, member))

struct pl_list {
	const void *v;
	size_t n;
};

#define PL_NULLABLE 1u /* the member is a pointer to the value; NULL: null */
#define PL_WIDE 2u     /* left out of text tables, present everywhere else */
#define PL_INLINE 4u   /* PL_OBJECT: the struct itself, not a pointer to it */
#define PL_SPARE                                                               \
	8u /* NULL: no member at all in JSON, so that documents made           \
	    * before there was such a member stay as they are */

struct pl_field {
	const char *name;
	enum pl_kind kind;
	size_t off;
	const char *about; /* meaning and unit */
	unsigned flags;
	const struct pl_field *sub; /* PL_OBJECT, PL_LIST of structs */
	size_t size;                /* PL_LIST: bytes of one element */
	enum pl_kind of;            /* PL_LIST of plain values */
	const char *const *words;   /* PL_ENUM, NULL-ended */
};

enum pl_format { PL_TEXT, PL_FMT_JSON, PL_JSONL, PL_CSV };
extern const char *const pl_format_words[]; /* "text", "json" …, NULL */

struct pl_buf;
struct pl_out;

/* How a row looks to a person; instead of the plain table or list. */
typedef enum pl_rc (*pl_out_text_fn)(struct pl_out *o, const void *row,
				     struct pl_err *e);

/* What a person calls an address, or NULL. */
typedef const char *(*pl_out_name_fn)(void *names, const struct pl_addr *a);

struct pl_out_spec {
	FILE *to;
	enum pl_format format;
	const struct pl_field *fields;
	bool many;           /* the result is a list */
	pl_out_text_fn text; /* may be NULL */
	unsigned width;      /* columns of the terminal; 0: not a terminal */
	bool color, utf8;
	pl_out_name_fn name_of; /* for text of one object; may be NULL */
	void *names;
	enum pl_trust require; /* 0, or: a row with a weaker label fails */
	struct pl_buf *copy;   /* NULL, or: each row also goes here, as a line
				* of JSON */
};

/* Lives in the arena.  After the first row pl_out_end must be called. */
struct pl_out *pl_out_new(struct pl_arena *a, const struct pl_out_spec *spec);

/* One row: a struct the fields describe.  Copied or written before return.
 * PL_EPROOF, and nothing written, when a label in it is under .require. */
PL_CHECKED enum pl_rc pl_out_row(struct pl_out *o, const void *row,
				 struct pl_err *e);

/* Write what is still held back and flush.  A list without rows prints as an
 * empty list when `done`, and nothing otherwise.  PL_EIO on a full disk. */
PL_CHECKED enum pl_rc pl_out_end(struct pl_out *o, bool done, struct pl_err *e);

/* A row as the plain text view shows it (text functions may end with it). */
void pl_out_block(struct pl_out *o, const void *row);

/* For text functions and charts; the arena lasts for this row. */
FILE *pl_out_file(struct pl_out *o);

/* Instead of rows: these bytes are the whole result, whatever the format. */
PL_CHECKED enum pl_rc pl_out_raw(struct pl_out *o, struct pl_span s,
				 struct pl_err *e);
struct pl_arena *pl_out_arena(struct pl_out *o);
const struct pl_out_spec *pl_out_spec_of(const struct pl_out *o);

/* Text from outside, made safe for a terminal: control bytes and bad UTF-8
 * become \xNN escapes. */
char *pl_out_safe(struct pl_arena *a, const char *s);

/* Columns that UTF-8 text takes on a terminal. */
size_t pl_out_width(const char *s);

/* A row as one JSON object on one line, appended: what -o jsonl prints. */
void pl_out_json(struct pl_buf *b, const struct pl_field *fields,
		 const void *row);

/* A JSON string with its quotes, appended; bad UTF-8 becomes U+FFFD. */
void pl_out_json_str(struct pl_buf *b, const char *s);

/* PL_EFORMAT, and which field it is, when the writers could not follow this
 * table: a list whose elements have no size or too small a one, an object
 * without members, a word without words, a name that stands there twice, a
 * field nobody explained. */
PL_CHECKED enum pl_rc pl_out_check(const struct pl_field *fields,
				   struct pl_err *e);

/* The JSON Schema (2020-12) of what `fields` print in JSON. */
char *pl_out_schema(struct pl_arena *a, const char *title,
		    const struct pl_field *fields, bool many);

#endif
