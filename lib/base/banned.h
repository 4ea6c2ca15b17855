/* Calls that truncate, overflow, race or hide errors.  Included by the build
 * into every file; using one is a compile error. */
#ifndef PL_BASE_BANNED_H
#define PL_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok
#pragma GCC poison atoi atol atof gets scanf fscanf sscanf
#pragma GCC poison gmtime localtime ctime asctime mktemp tmpnam system

#endif
