/* SPDX-License-Identifier: MIT */
/* own-loader.h - the loaders that the build makes */
#ifndef OWN_LOADER_H
#define OWN_LOADER_H

#include <stoker/stoker.h>

/* Open tests/loaders/out/@file; close it with stk_loader_close(). */
struct stk_loader *own_loader(const char *file);

#endif
