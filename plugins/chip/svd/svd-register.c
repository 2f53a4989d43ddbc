/* SPDX-License-Identifier: MIT */
/* The registers of a peripheral: clusters and arrays become single registers. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svd.h"

/* Registers found so far; more room is taken as they come. */
struct registers {
	struct stk_register *item;
	size_t count, room;
	uint64_t end;
};

/* Where in the peripheral we are. */
struct place {
	const char *path; /* "CH1." or "" */
	uint64_t offset;
	unsigned int depth;
	struct svd_props props;
};

int svd_props(struct svd *s, const struct svd_chain *chain, struct svd_props *props)
{
	int r = svd_number(s, chain, "size", props->size, &props->size);

	return r ? r : svd_number(s, chain, "resetValue", props->reset, &props->reset);
}

static bool is_known(struct svd *s, const struct registers *all, const char *name)
{
	for (size_t i = 0; i < all->count; i++) {
		s->n_steps++;
		if (!strcmp(all->item[i].name, name))
			return true;
	}
	return false;
}

static int add(struct svd *s, const struct svd_node *at, struct registers *all,
	       const struct stk_register *r, uint64_t bytes)
{
	if (++s->n_registers > SVD_MAX_REGISTERS || s->n_steps >= SVD_MAX_STEPS)
		return svd_fail(s, at, E2BIG, "svd-registers",
				"more than %u registers, or too much to look through",
				SVD_MAX_REGISTERS);
	if (all->count == all->room) {
		size_t room = all->room ? 2 * all->room : 64;
		void *grown = reallocarray(all->item, room, sizeof(*all->item));

		if (!grown)
			return stk_fail_nomem(s->err);
		all->item = grown;
		all->room = room;
	}
	all->item[all->count++] = *r;
	if (r->offset + bytes > all->end)
		all->end = r->offset + bytes;
	return 0;
}

static int add_array(struct svd *s, const struct svd_node *at, const struct place *p,
		     const struct svd_dim *dim, const char *name, uint64_t offset,
		     const struct stk_register *r, uint64_t bytes, struct registers *all)
{
	char one[SVD_NAME + 1], full[2 * SVD_NAME + 1];
	struct stk_register copy = *r;
	int failed = 0;

	for (uint64_t i = 0; !failed && i < dim->count; i++) {
		uint64_t where = offset + i * dim->increment;

		if (where > UINT32_MAX - bytes)
			return svd_fail(s, at, ERANGE, "svd-offset",
					"<register> '%s' is beyond 4 GiB", name);
		svd_dim_name(dim, name, i, one);
		snprintf(full, sizeof(full), "%s%s", p->path, one);
		/* What derives comes before what it derives from. */
		if (is_known(s, all, full))
			continue;
		copy.offset = (uint32_t)where;
		copy.name = svd_strdup(&s->made, full);
		failed = copy.name ? add(s, at, all, &copy, bytes) : stk_fail_nomem(s->err);
	}
	return failed;
}

static int read_register(struct svd *s, const struct svd_node *node,
			 const struct place *p, struct registers *all)
{
	struct svd_props props = p->props;
	struct stk_register reg = { .fields = NULL };
	char name[SVD_NAME + 1];
	struct svd_chain chain;
	struct svd_dim dim;
	uint64_t offset = 0;
	int r = svd_derive(s, node, &chain);

	if (!r)
		r = svd_name(s, &chain, name);
	if (!r && !svd_get(s, &chain, "addressOffset"))
		r = svd_fail(s, node, EINVAL, "svd-offset",
			     "<register> '%s' has no <addressOffset>", name);
	if (!r)
		r = svd_number(s, &chain, "addressOffset", 0, &offset);
	if (!r && offset > UINT32_MAX)
		r = svd_fail(s, node, ERANGE, "svd-offset",
			     "<register> '%s' is beyond 4 GiB", name);
	if (!r)
		r = svd_props(s, &chain, &props);
	if (!r && (!props.size || props.size > 64))
		r = svd_fail(s, node, EINVAL, "svd-size",
			     "<register> '%s' has %llu bits; 1 to 64 are read", name,
			     (unsigned long long)props.size);
	if (!r)
		r = svd_dim(s, &chain, &dim);
	if (!r)
		r = svd_fields(s, &chain, &reg);
	if (r)
		return r;
	reg.reset = (uint32_t)props.reset;
	return add_array(s, node, p, &dim, name, p->offset + offset, &reg,
			 (props.size + 7) / 8, all);
}

static int read_all(struct svd *s, const struct svd_chain *chain, const char *holder,
		    const struct place *p, struct registers *all);

static int read_cluster(struct svd *s, const struct svd_node *node, const struct place *p,
			struct registers *all)
{
	char name[SVD_NAME + 1], one[SVD_NAME + 1], path[SVD_NAME + 1];
	struct place inner = { .path = path, .depth = p->depth + 1, .props = p->props };
	struct svd_chain chain;
	struct svd_dim dim;
	uint64_t offset = 0;
	int r = svd_derive(s, node, &chain);

	if (!r && inner.depth > SVD_MAX_CLUSTERS)
		r = svd_fail(s, node, E2BIG, "svd-clusters",
			     "more than %d clusters within one another", SVD_MAX_CLUSTERS);
	if (!r)
		r = svd_name(s, &chain, name);
	if (!r)
		r = svd_number(s, &chain, "addressOffset", 0, &offset);
	if (!r)
		r = svd_props(s, &chain, &inner.props);
	if (!r)
		r = svd_dim(s, &chain, &dim);
	for (uint64_t i = 0; !r && i < dim.count; i++) {
		svd_dim_name(&dim, name, i, one);
		if (snprintf(path, sizeof(path), "%s%s.", p->path, one) >= (int)sizeof(path))
			return svd_fail(
				s, node, E2BIG, "svd-name",
				"the path of cluster '%s' has more than %d characters",
				name, SVD_NAME);
		inner.offset = p->offset + offset + i * dim.increment;
		if (offset > UINT32_MAX || inner.offset > UINT32_MAX)
			return svd_fail(s, node, ERANGE, "svd-offset",
					"<cluster> '%s' is beyond 4 GiB", name);
		r = read_all(s, &chain, NULL, &inner, all);
	}
	return r;
}

/* @holder: the element that holds them; NULL: the chain's own. */
static int read_all(struct svd *s, const struct svd_chain *chain, const char *holder,
		    const struct place *p, struct registers *all)
{
	int r = 0;

	for (size_t i = 0; !r && i < chain->count; i++) {
		const struct svd_node *in = holder ? svd_child(s, chain->node[i], holder,
							       NULL)
						   : chain->node[i];

		for (const struct svd_node *n = in ? in->children : NULL; !r && n;
		     n = n->next) {
			if (svd_is(n, "register"))
				r = read_register(s, n, p, all);
			else if (svd_is(n, "cluster"))
				r = read_cluster(s, n, p, all);
			if (!r && ++s->n_steps >= SVD_MAX_STEPS)
				r = svd_fail(s, n, E2BIG, "svd-registers",
					     "too much to look through");
		}
	}
	return r;
}

static int by_offset(const void *a, const void *b)
{
	const struct stk_register *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return strcmp(x->name, y->name);
}

int svd_registers(struct svd *s, const struct svd_chain *chain,
		  const struct svd_props *props, struct stk_peripheral *ret,
		  uint64_t *ret_end)
{
	const struct place top = { .path = "", .props = *props };
	struct registers all = { .item = NULL };
	int r = read_all(s, chain, "registers", &top, &all);

	*ret_end = all.end;
	if (r || !all.count) {
		free(all.item);
		return r;
	}
	ret->registers = svd_sorted(&s->made, all.item, all.count, sizeof(*all.item),
				    by_offset);
	if (!ret->registers)
		return stk_fail_nomem(s->err);
	ret->n_registers = all.count;
	return 0;
}
