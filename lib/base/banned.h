/* Calls that truncate, overflow, race or hide errors.  Included by the build
 * into every file; using one is a compile error. */
#ifndef PL_BASE_BANNED_H
#define PL_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* glibc makes macros of these for clang. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok
#pragma GCC poison atoi atol atof gets scanf fscanf sscanf
#pragma GCC poison gmtime localtime asctime mktemp tmpnam system

/* Not poisoned, for libgit2's index has a member of that name. */
char *ctime(const time_t *) __attribute__((deprecated("use pl_time_text")));

#endif
