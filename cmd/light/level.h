/* Words for how firmly a block of an Orbit chain stands: enum pl_level. */
#ifndef PL_CMD_LIGHT_LEVEL_H
#define PL_CMD_LIGHT_LEVEL_H

extern const char *const pl_level_words[]; /* NULL-ended */

#endif
