/* The YAML that the consensus layer's configurations and test cases are
 * written in, turned into JSON: block and flow mappings and sequences, plain
 * and quoted scalars, comments.  Every scalar becomes a string.  Anything else
 * (tabs, anchors, tags, block scalars, several documents, escapes in double
 * quotes, duplicate keys) is refused. */
#ifndef PL_CODEC_YAML_H
#define PL_CODEC_YAML_H

#include "codec/json_in.h"

PL_CHECKED enum pl_rc pl_yaml_parse(struct pl_arena *a,
				    const struct pl_json **out,
				    struct pl_span text, struct pl_err *e);

#endif
