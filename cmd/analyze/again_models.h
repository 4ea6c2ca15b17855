/* Replays of the analyses that read series and fit models to them. */
#ifndef PL_CMD_ANALYZE_AGAIN_MODELS_H
#define PL_CMD_ANALYZE_AGAIN_MODELS_H

#include "cmd/analyze/again.h"

bool pl_models_know(const char *command);

/* As pl_analyze_again, for a command they know. */
PL_CHECKED enum pl_rc pl_models_again(struct pl_ctx *c, struct pl_record *out,
				      const struct pl_record *was,
				      const struct pl_again *how,
				      struct pl_err *e);

#endif
