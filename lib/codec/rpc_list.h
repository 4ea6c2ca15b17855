/* The list in a JSON-RPC answer, found without reading it. */
#ifndef PL_CODEC_RPC_LIST_H
#define PL_CODEC_RPC_LIST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/* The text of the list in an answer that says "jsonrpc", "id" and "result",
 * each once, in any order, and no more; *id is the number there.  false:
 * another shape, to be read as JSON.  What stands in *list, from its bracket
 * to the last one of the text, is not looked at: who reads it has to see that
 * it is one list and nothing behind. */
PL_CHECKED bool pl_rpc_list_find(struct pl_span *list, uint64_t *id,
				 struct pl_span text);

#endif
