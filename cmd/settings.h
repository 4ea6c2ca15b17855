/* Settings: one table of keys, four places a value can come from. */
#ifndef PL_CMD_SETTINGS_H
#define PL_CMD_SETTINGS_H

#include "cmd/cmd.h"

/* Read the settings files, once; called by main for commands that need them.
 * PL_EFORMAT names the file and line that is wrong. */
PL_CHECKED enum pl_rc pl_settings_load(struct pl_ctx *c, struct pl_err *e);

#endif
