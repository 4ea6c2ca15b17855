#include "crypto/addr.h"

#include "base/hex.h"
#include "crypto/keccak.h"

/* EIP-55: a letter is a capital where the nibble at its place in the hash of
 * the lower-case text is 8 or more. */
void pl_addr_text(char out[PL_ADDR_TEXT], const struct pl_addr *a)
{
	struct pl_hash32 h;

	out[0] = '0';
	out[1] = 'x';
	pl_hex_put(out + 2, pl_addr_span(a));
	h = pl_keccak256((struct pl_span){ (const uint8_t *)out + 2, 40 });
	for (int i = 0; i < 40; i++) {
		uint8_t nibble = h.b[i / 2] >> (i % 2 ? 0 : 4) & 15;

		if (out[2 + i] >= 'a' && nibble >= 8)
			out[2 + i] = (char)(out[2 + i] - 'a' + 'A');
	}
}

static bool has_any_of(const char *s, char first, char last)
{
	for (; *s; s++)
		if (*s >= first && *s <= last)
			return true;
	return false;
}

enum pl_rc pl_addr_parse(struct pl_addr *out, const char *s, struct pl_err *e)
{
	char want[PL_ADDR_TEXT];
	struct pl_addr a;

	if (strncmp(s, "0x", 2) != 0 || strlen(s) != 42)
		return pl_fail(e, PL_EFORMAT,
			       "'%.60s' is no address: 0x and 40 hex digits",
			       s);
	if (pl_hex_fixed(a.b, sizeof(a.b), s + 2, 40, e))
		return pl_note(e, "address %s", s);
	if (has_any_of(s + 2, 'a', 'f') && has_any_of(s + 2, 'A', 'F')) {
		pl_addr_text(want, &a);
		if (strcmp(want, s) != 0) {
			(void)pl_fail(e, PL_EFORMAT,
				      "address %s fails its EIP-55 checksum",
				      s);
			return pl_hint(e, "a digit or a letter was mistyped; "
					  "compare it with its source");
		}
	}
	*out = a;
	return PL_OK;
}
