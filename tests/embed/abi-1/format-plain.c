/* SPDX-License-Identifier: MIT */
/*
 * A loader format as ABI 1 knew them, built against the headers beside it for
 * ever: a flash algorithm whose table is called PlainDevice.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <stoker/module.h>

#define TABLE	"PlainDevice"
#define HEAD	160	/* then entries of size and offset, ended by all ones */

static const struct {
	const char *symbol;
	enum stk_op op;
} functions[] = {
	{ "Init", STK_OP_INIT },
	{ "UnInit", STK_OP_UNINIT },
	{ "EraseSector", STK_OP_ERASE_SECTOR },
	{ "ProgramPage", STK_OP_PROGRAM },
};

static uint32_t word(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static int plain_probe(const struct stk_elf *elf)
{
	return stk_elf_symbol(elf, TABLE, 0) ? 100 : 0;
}

/* Equal sectors are all that this format has. */
static int plain_parse(const struct stk_elf *elf, struct stk_loader_builder *b,
		       struct stk_error *err)
{
	const struct stk_elf_symbol *s = stk_elf_symbol(elf, TABLE, 0);
	struct stk_device d = { .type = 1, .type_name = "ONCHIP" };
	struct stk_region region;
	const uint8_t *p;
	char name[129];
	size_t len;
	int r;

	p = stk_elf_bytes(elf, s, s->value, HEAD + 16, &len);
	if (!p || len < HEAD + 16)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "device-table-damaged",
				TABLE " is cut off");
	snprintf(name, sizeof(name), "%.128s", (const char *)p + 2);
	d.name = name;
	d.start = word(p + 132);
	d.size = word(p + 136);
	d.page_size = word(p + 140);
	d.erased = p[148];
	d.program_ms = word(p + 152);
	d.erase_ms = word(p + 156);
	region = (struct stk_region){ d.start, d.size / word(p + HEAD), word(p + HEAD) };
	d.regions = &region;
	d.n_regions = 1;
	r = stk_build_device(b, &d, err);
	for (size_t i = 0; !r && i < sizeof(functions) / sizeof(functions[0]); i++)
		r = stk_build_function(b, functions[i].symbol, functions[i].op, err);
	stk_build_table(b, (struct stk_range){ s->value, s->size }, p, HEAD + 16);
	s = stk_elf_symbol(elf, "Init", 0);
	stk_build_position_independent(b, s && s->value < 0x10000000);
	return r;
}

static int plain_marshal(const struct stk_loader_info *loader,
			 const struct stk_request *req, struct stk_abi_call *ret,
			 struct stk_error *err)
{
	struct stk_abi_call c = { .n_args = 0 };

	for (size_t i = 0; i < loader->n_functions; i++) {
		if (loader->functions[i].op == req->op)
			c.function = &loader->functions[i];
	}
	if (!c.function)
		return stk_fail(err, STK_ORIGIN_LOADER, ENOSYS, "function-missing",
				"'%s' has no function for %s", loader->name,
				stk_op_name(req->op));
	if (req->op == STK_OP_INIT || req->op == STK_OP_PROGRAM)
		c.n_args = 3;
	else
		c.n_args = 1;
	c.r[0] = req->op == STK_OP_UNINIT ? req->phase :
		 req->op == STK_OP_INIT ? (uint32_t)loader->device->start : (uint32_t)req->addr;
	c.r[1] = req->op == STK_OP_INIT ? req->clock_hz : (uint32_t)req->len;
	c.r[2] = req->op == STK_OP_INIT ? req->phase : (uint32_t)req->buffer;
	*ret = c;
	return 0;
}

static enum stk_meaning plain_judge(const struct stk_loader_info *loader,
				    const struct stk_request *req,
				    const struct stk_abi_result *res, char *text,
				    size_t text_len)
{
	snprintf(text, text_len, "%s plainly", res->r0 ? "failed" : "worked");
	return res->r0 ? STK_MEANS_FAILED : STK_MEANS_OK;
}

static int plain_lint(const struct stk_loader_info *loader, struct stk_loader_builder *b,
		      struct stk_error *err)
{
	static const struct stk_rule rule = {
		.id = "PLAIN-N001", .level = STK_NOTE, .title = "a plain loader",
	};

	return stk_build_finding(b, &rule, err, "%zu functions", loader->n_functions);
}

static const struct stk_format_driver plain_format = {
	.size = sizeof(plain_format),
	.name = "plain",
	.suffix = "plain",
	.phased = true,
	.page_limited = true,
	.erase_one = true,
	.probe = plain_probe,
	.parse = plain_parse,
	.marshal = plain_marshal,
	.judge = plain_judge,
	.lint = plain_lint,
};

STK_MODULE(format, plain, "1.0", "MIT",
	.description = "flash algorithms with a plain table",
	.format = &plain_format);
