/* SPDX-License-Identifier: MIT */
/*
 * CMSIS-SVD: the register blocks of any chip, out of a file.
 *
 * The file is somebody's: what the XML may hold is bounded in svd-xml.c, what
 * the device may hold in svd.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svd.h"

#define MAX_PERIPHERALS 4096

/* A chip and the memory that it is made of. */
struct svd_chip {
	struct stk_chip chip;
	struct svd_pool made;
};

/* ---- peripherals ------------------------------------------------------ */

/* From the lowest byte of the address blocks to the highest. */
static int block_length(struct svd *s, const struct svd_chain *chain, uint64_t *ret)
{
	const struct svd_node *block = NULL;
	uint64_t offset, size;
	int r = 0;

	*ret = 0;
	for (size_t i = 0; !r && i < chain->count && !*ret; i++) {
		block = NULL;
		while (!r && (block = svd_child(s, chain->node[i], "addressBlock", block))) {
			const struct svd_chain one = { .node = { block }, .count = 1 };

			r = svd_number(s, &one, "offset", 0, &offset);
			if (!r)
				r = svd_number(s, &one, "size", 0, &size);
			if (!r && (offset > UINT32_MAX || size > UINT32_MAX))
				r = svd_fail(s, block, ERANGE, "svd-block",
					     "<addressBlock> is larger than 4 GiB");
			if (!r && offset + size > *ret)
				*ret = offset + size;
		}
	}
	return r;
}

struct peripherals {
	struct stk_peripheral *item;
	size_t count, room;
};

static int add_peripheral(struct svd *s, const struct svd_node *node,
			  struct peripherals *all, const struct stk_peripheral *p)
{
	if (all->count == MAX_PERIPHERALS)
		return svd_fail(s, node, E2BIG, "svd-peripherals",
				"more than %d peripherals", MAX_PERIPHERALS);
	if (all->count == all->room) {
		size_t room = all->room ? 2 * all->room : 64;
		void *grown = reallocarray(all->item, room, sizeof(*p));

		if (!grown)
			return stk_fail_nomem(s->err);
		all->item = grown;
		all->room = room;
	}
	all->item[all->count++] = *p;
	return 0;
}

static int add_peripherals(struct svd *s, const struct svd_node *node,
			   const struct stk_peripheral *p, const struct svd_dim *dim,
			   struct peripherals *all)
{
	struct stk_peripheral copy = *p;
	char one[SVD_NAME + 1];
	int r = 0;

	for (uint64_t i = 0; !r && i < dim->count; i++) {
		copy.base = p->base + i * dim->increment;
		if (copy.base > UINT32_MAX || p->length > UINT32_MAX - copy.base + 1)
			return svd_fail(s, node, ERANGE, "svd-base",
					"<peripheral> '%s' runs past 4 GiB", p->name);
		svd_dim_name(dim, p->name, i, one);
		copy.name = svd_strdup(&s->made, one);
		r = copy.name ? add_peripheral(s, node, all, &copy)
			      : stk_fail_nomem(s->err);
	}
	return r;
}

static int read_peripheral(struct svd *s, const struct svd_node *node,
			   struct svd_props props, struct peripherals *all)
{
	struct stk_peripheral p = { .source = s->file };
	char name[SVD_NAME + 1];
	struct svd_chain chain;
	struct svd_dim dim;
	uint64_t length = 0, end = 0;
	int r = svd_derive(s, node, &chain);

	if (!r)
		r = svd_name(s, &chain, name);
	p.name = name;
	if (!r && !svd_get(s, &chain, "baseAddress"))
		r = svd_fail(s, node, EINVAL, "svd-base",
			     "<peripheral> '%s' has no <baseAddress>", name);
	if (!r)
		r = svd_number(s, &chain, "baseAddress", 0, &p.base);
	if (!r)
		r = svd_dim(s, &chain, &dim);
	if (!r)
		r = svd_props(s, &chain, &props);
	if (!r)
		r = block_length(s, &chain, &length);
	if (!r)
		r = svd_registers(s, &chain, &props, &p, &end);
	if (r)
		return r;
	if (end > length)
		length = end;
	if (length > UINT32_MAX)
		return svd_fail(s, node, ERANGE, "svd-base",
				"<peripheral> '%s' is larger than 4 GiB", name);
	p.length = (uint32_t)length;
	return length ? add_peripherals(s, node, &p, &dim, all) : 0;
}

static int by_base(const void *a, const void *b)
{
	const struct stk_peripheral *x = a, *y = b;

	if (x->base != y->base)
		return x->base < y->base ? -1 : 1;
	return (x->length > y->length) - (x->length < y->length);
}

static int read_all_peripherals(struct svd *s, const struct svd_node *device,
				struct peripherals *all)
{
	const struct svd_chain top = { .node = { device }, .count = 1 };
	struct svd_props props = { .size = 32 };
	int r = svd_props(s, &top, &props);

	for (const struct svd_node *n = svd_child(s, s->peripherals, "peripheral", NULL);
	     !r && n; n = svd_child(s, s->peripherals, "peripheral", n))
		r = read_peripheral(s, n, props, all);
	if (!r && s->n_steps >= SVD_MAX_STEPS)
		r = svd_fail(s, device, E2BIG, "svd-registers", "too much to look through");
	if (!r && !all->count)
		r = svd_fail(
			s, device, EINVAL, "svd-empty",
			"<device> has no peripheral with registers or an address block");
	return r;
}

static int read_peripherals(struct svd *s, const struct svd_node *device,
			    struct stk_chip *chip)
{
	struct peripherals all = { .item = NULL };
	int r = read_all_peripherals(s, device, &all);

	if (r) {
		free(all.item);
		return r;
	}
	chip->peripherals = svd_sorted(&s->made, all.item, all.count, sizeof(*all.item),
				       by_base);
	if (!chip->peripherals)
		return stk_fail_nomem(s->err);
	chip->n_peripherals = all.count;
	return 0;
}

/* ---- the device ------------------------------------------------------- */

/* "CM4" is "cortex-m4", "CM0PLUS" and "CM0+" are "cortex-m0+"; else NULL. */
static char *core_name(struct svd *s, const struct svd_node *device)
{
	const char *text =
		svd_text(svd_child(s, svd_child(s, device, "cpu", NULL), "name", NULL));
	char core[48];
	bool plus;

	if (strncmp(text, "CM", 2))
		return NULL;
	plus = !strcmp(text, "CM0PLUS") || !strcmp(text, "CM0+");
	snprintf(core, sizeof(core), "cortex-m%.30s%s", plus ? "0" : text + 2,
		 plus ? "+" : "");
	return svd_strdup(&s->made, core);
}

static int read_device(struct svd *s, const struct svd_node *device, struct stk_chip *chip)
{
	const struct svd_chain top = { .node = { device }, .count = 1 };
	char name[SVD_NAME + 1], source[SVD_NAME + 100];
	const char *version;
	int r = svd_name(s, &top, name);

	if (r)
		return r;
	s->peripherals = svd_child(s, device, "peripherals", NULL);
	if (!s->peripherals)
		return svd_fail(s, device, EINVAL, "svd-empty",
				"<device> has no <peripherals>");
	version = svd_text(svd_get(s, &top, "version"));
	snprintf(source, sizeof(source), "SVD of %s%s%.40s", name,
		 version[0] ? " version " : "", version);
	s->file = svd_strdup(&s->made, s->file);
	chip->name = svd_strdup(&s->made, name);
	chip->family = chip->name;
	chip->core = core_name(s, device);
	chip->source = svd_strdup(&s->made, source);
	if (!s->file || !chip->name || !chip->source)
		return stk_fail_nomem(s->err);
	return read_peripherals(s, device, chip);
}

static void svd_release(const struct stk_chip *chip)
{
	struct svd_chip *c = (struct svd_chip *)chip; /* its first member */

	svd_free(&c->made);
	free(c);
}

static int svd_read(const char *name, const uint8_t *bytes, size_t len,
		    const struct stk_chip **ret, struct stk_error *err)
{
	struct svd s = { .file = name, .err = err };
	const struct svd_node *device = NULL;
	struct svd_chip *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return stk_fail_nomem(err);
	r = svd_parse_xml(&s, bytes, len, &device);
	if (!r && !svd_is(device, "device"))
		r = svd_fail(&s, device, ENOEXEC, "svd-root",
			     "the outermost element is not <device>: no SVD file");
	if (!r)
		r = read_device(&s, device, &c->chip);
	svd_free(&s.tree);
	c->made = s.made;
	c->chip.size = sizeof(c->chip);
	if (r)
		svd_release(&c->chip);
	else
		*ret = &c->chip;
	return r;
}

/* XML whose beginning speaks of a device. */
static int svd_probe(const uint8_t *bytes, size_t len)
{
	size_t start = len >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3) ? 3 : 0;

	while (start < len && strchr(" \t\r\n", bytes[start]) && bytes[start])
		start++;
	if (start == len || bytes[start] != '<')
		return 0;
	return memmem(bytes, len < 4096 ? len : 4096, "<device", 7) ? 90 : 10;
}

const struct stk_chip_driver svd_chips = {
	.size = sizeof(svd_chips),
	.name = "svd",
	.probe = svd_probe,
	.read = svd_read,
	.release = svd_release,
};
