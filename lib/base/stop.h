/* The wish to end, heard by all threads: who waits for somebody else's answer
 * looks here and gives up.  Set by a signal's handler, hence one for the whole
 * program. */
#ifndef PL_BASE_STOP_H
#define PL_BASE_STOP_H

#include <stdbool.h>

void pl_stop_ask(void); /* safe in a signal's handler */
bool pl_stop_asked(void);
void pl_stop_forget(void); /* all who were to end have ended */

/* Sleep; the wish to end cuts it short. */
void pl_stop_pause(unsigned ms);

#endif
