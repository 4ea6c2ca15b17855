#include "cmd/settings.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/ctx.h"
#include "crypto/addr.h"

enum pl_rc pl_settings_load(struct pl_ctx *c, struct pl_err *e)
{
	(void)c;
	(void)e;
	return PL_OK;
}

const char *pl_ctx_setting(struct pl_ctx *c, const char *key)
{
	(void)c;
	(void)key;
	return NULL;
}

enum pl_rc pl_ctx_address(struct pl_ctx *c, const char *text,
			  struct pl_addr *out, struct pl_err *e)
{
	(void)c;
	return pl_addr_parse(out, text, e);
}
