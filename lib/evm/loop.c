#define TRACED 0
#define LOOP pl_loop
#include "evm/loop_body.h"
