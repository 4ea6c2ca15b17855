#define TRACED 1
#define LOOP pl_loop_traced
#include "evm/loop_body.h"
