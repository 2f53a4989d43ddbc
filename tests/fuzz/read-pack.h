/* SPDX-License-Identifier: MIT */
/* read-pack.h - what the fuzz targets of packs do with one */
#ifndef READ_PACK_H
#define READ_PACK_H

#include "plugins/container/source.h"

/*
 * Open a pack by @driver, and read everything that comes out, so that a
 * sanitizer sees what points nowhere: files, devices, findings, and the choice
 * for some of the devices.
 */
void read_pack(const struct stk_container_driver *driver);

#endif
