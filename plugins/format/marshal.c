/* SPDX-License-Identifier: MIT */
/* From a request to registers and back, by the format's table of functions. */
#include "format.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static const struct stk_function *find_function(const struct stk_loader_info *loader,
						enum stk_op op)
{
	for (size_t i = 0; i < loader->n_functions; i++) {
		if (loader->functions[i].op == op)
			return &loader->functions[i];
	}
	return NULL;
}

static uint32_t argument(const struct stk_loader_info *loader,
			 const struct stk_request *req, enum format_arg arg)
{
	switch (arg) {
	case ARG_ADDR:
		return (uint32_t)req->addr;
	case ARG_LEN:
		return (uint32_t)req->len;
	case ARG_WORDS:
		return (uint32_t)(req->len / 4);
	case ARG_LAST:
		return (uint32_t)req->last;
	case ARG_BUFFER:
		return (uint32_t)req->buffer;
	case ARG_PHASE:
		return (uint32_t)req->phase;
	case ARG_CLOCK:
		return req->clock_hz;
	case ARG_INIT_R0:
		return req->init_r0;
	case ARG_PARALLELISM:
		return req->parallelism;
	case ARG_START:
		return (uint32_t)loader->device->start;
	case ARG_ERASED:
		return loader->device->erased;
	default:
		return 0;
	}
}

static int fill_registers(const struct format_function *f,
			  const struct stk_loader_info *loader,
			  const struct stk_request *req, struct stk_abi_call *c,
			  struct stk_error *err)
{
	for (; c->n_args < COUNT_OF(f->arg) && f->arg[c->n_args]; c->n_args++) {
		if (f->arg[c->n_args] == ARG_WORDS && req->len % 4)
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "length-not-words",
					"'%s': %s counts in whole words, which %" PRIu64
					" bytes are not",
					loader->name, f->name, req->len);
		c->r[c->n_args] = argument(loader, req, f->arg[c->n_args]);
	}
	return 0;
}

int format_marshal(const struct format_function *f, size_t count,
		   const struct stk_loader_info *loader, const struct stk_request *req,
		   struct stk_abi_call *ret, struct stk_error *err)
{
	const uint64_t all = req->addr | req->len | req->last | req->buffer;
	struct stk_abi_call c = { .function = find_function(loader, req->op) };
	int r = 0;

	if (!c.function)
		return stk_fail(err, STK_ORIGIN_LOADER, ENOSYS, "function-missing",
				"'%s' has no function for %s", loader->name,
				stk_op_name(req->op));
	if (all > UINT32_MAX)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "address-too-large",
				"'%s': %s at 0x%" PRIx64 " does not fit into 32 bits",
				loader->name, c.function->name, req->addr);
	for (size_t i = 0; i < count && !r; i++) {
		if (!strcmp(f[i].name, c.function->name))
			r = fill_registers(&f[i], loader, req, &c, err);
	}
	if (!r)
		*ret = c;
	return r;
}

static void take_argument(struct stk_request *req, enum format_arg arg, uint32_t value)
{
	switch (arg) {
	case ARG_ADDR:
		req->addr = value;
		break;
	case ARG_LEN:
		req->len = value;
		break;
	case ARG_WORDS:
		req->len = UINT64_C(4) * value;
		break;
	case ARG_LAST:
		req->last = value;
		break;
	case ARG_BUFFER:
		req->buffer = value;
		break;
	default:	/* nothing that a result is judged by */
		break;
	}
}

void format_unmarshal(const struct format_function *f, size_t count,
		      const struct stk_abi_call *call, struct stk_request *ret)
{
	*ret = (struct stk_request){ .op = call->function->op };
	for (size_t i = 0; i < count; i++) {
		if (strcmp(f[i].name, call->function->name) != 0)
			continue;
		for (unsigned int k = 0; k < call->n_args && k < COUNT_OF(f->arg); k++)
			take_argument(ret, f[i].arg[k], call->r[k]);
	}
}
