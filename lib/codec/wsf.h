/* WebSocket as a server speaks it (RFC 6455, version 13, no extensions): the
 * handshake's answer, and the heads of frames.  Refused is what a client must
 * not send: frames that are not masked, reserved bits and kinds, lengths not
 * minimal, control frames that are long or in pieces. */
#ifndef PL_CODEC_WSF_H
#define PL_CODEC_WSF_H

#include "base/err.h"
#include "base/span.h"

#define PL_WSF_ACCEPT 29 /* bytes of Sec-WebSocket-Accept, and a zero */
#define PL_WSF_HEAD 10   /* bytes at most of the head of a frame from here */

enum pl_wsf_kind {
	PL_WSF_MORE = 0, /* of the message begun before */
	PL_WSF_TEXT = 1,
	PL_WSF_BINARY = 2,
	PL_WSF_CLOSE = 8,
	PL_WSF_PING = 9,
	PL_WSF_PONG = 10
};

/* Why a connection ends: RFC 6455, 7.4.1. */
enum {
	PL_WSF_NORMAL = 1000,
	PL_WSF_LEAVING = 1001,
	PL_WSF_PROTOCOL = 1002,
	PL_WSF_NO_BINARY = 1003,
	PL_WSF_NOT_UTF8 = 1007,
	PL_WSF_POLICY = 1008,
	PL_WSF_TOO_LARGE = 1009
};

struct pl_wsf {
	enum pl_wsf_kind kind;
	bool last; /* piece of its message */
	uint8_t mask[4];
	size_t head;   /* bytes of the head; 0: it is not all there yet */
	uint64_t body; /* bytes that follow it */
};

/* The answer to a Sec-WebSocket-Key.  PL_EFORMAT: no base64 of 16 bytes. */
PL_CHECKED enum pl_rc pl_wsf_accept(char out[PL_WSF_ACCEPT], const char *key,
				    struct pl_err *e);

/* The head of a client's frame. */
PL_CHECKED enum pl_rc pl_wsf_read(struct pl_wsf *out, struct pl_span in,
				  struct pl_err *e);

/* A body as it was meant, or back. */
void pl_wsf_mask(uint8_t *body, size_t n, const uint8_t mask[4]);

/* The head of a whole message, or control frame, from here; its length. */
size_t pl_wsf_head(uint8_t out[PL_WSF_HEAD], enum pl_wsf_kind kind, size_t n);

/* The code in a close frame's body to be sent back; PL_WSF_NORMAL for an empty
 * one, PL_WSF_PROTOCOL for what may not stand there. */
unsigned pl_wsf_close_code(struct pl_span body);

bool pl_wsf_is_text(struct pl_span message); /* UTF-8 throughout */

#endif
