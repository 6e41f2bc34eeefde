/* The golden samples of a folder on a core behind any line. */
#ifndef RUN_FOLDER_H
#define RUN_FOLDER_H

#include "ssr_core.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs up to `samples` samples of `folder`, an rtl/, and compares readouts, best items and
 * counters. Prints PASS, or the first difference. Returns an exit code: 0, 4 for a difference, 5
 * for a line or a core that does not answer. */
int run_folder(struct ssr_line line, const char *folder, unsigned samples);

#ifdef __cplusplus
}
#endif
#endif
