/* SPDX-License-Identifier: MIT */
/* loader.h - a loader as the other rooms of the core see it */
#ifndef LOADER_H
#define LOADER_H

#include "core.h"

/* The largest public ones have some 3 MB, nearly all of it debug information. */
#define LOADER_MAX_BYTES	(64u << 20)

/*
 * A piece of the image at its link address: @len bytes of @data, then zeros up
 * to @mem_len. @data is NULL where @len is 0.
 */
struct loader_chunk {
	uint64_t addr;
	const uint8_t *data;
	uint64_t len, mem_len;
};

/*
 * The image without the device table: ascending, disjoint, mem_len never 0. A
 * table that lies among code or constants stays where it is.
 */
const struct loader_chunk *loader_image(const struct stk_loader *loader, size_t *ret);

/* NULL: not recognised, which only STK_LOADER_DESCRIBE lets through. */
const struct stk_format_driver *loader_format(const struct stk_loader *loader);

/* The file as ELF; NULL: it is none. */
const struct stk_elf *loader_elf(const struct stk_loader *loader);

/*
 * stk_loader_from_memory() for format drivers given by the caller. Takes over
 * @bytes, which free() frees, whether it succeeds or not.
 */
int loader_parse(const struct stk_format_driver *const *drivers, size_t n_drivers,
		 const char *path, uint8_t *bytes, size_t len, unsigned int flags,
		 struct stk_loader **ret, struct stk_error *err) stk_must_check;
/*
 * stk_loader_from_memory() for a file called @name that is found under @path.
 * Takes over @bytes in the same way.
 */
int loader_parse_named(struct stk_ctx *ctx, const char *path, const char *name,
		       uint8_t *bytes, size_t len, unsigned int flags,
		       struct stk_loader **ret, struct stk_error *err) stk_must_check;

#endif
