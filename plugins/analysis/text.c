/* SPDX-License-Identifier: MIT */
/*
 * The only file that knows Capstone. Its M-profile mode with Armv8 knows the
 * special registers by their M-profile names and the acquire and release
 * accesses.
 */
#include <stdio.h>
#include <stdlib.h>

#include <capstone.h>

#include "text.h"

struct text {
	csh handle;
};

struct text *text_new(void)
{
	struct text *text = calloc(1, sizeof(*text));

	if (text && cs_open(CS_ARCH_ARM, CS_MODE_THUMB | CS_MODE_MCLASS | CS_MODE_V8,
			    &text->handle) != CS_ERR_OK) {
		free(text);
		return NULL;
	}
	/* "r9" and "r12", as AAPCS has them, not "sb" and "ip" */
	if (text)
		cs_option(text->handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_NOREGNAME);
	return text;
}

void text_free(struct text *text)
{
	if (text)
		cs_close(&text->handle);
	free(text);
}

bool text_insn(struct text *text, const uint8_t *code, size_t len, uint32_t addr,
	       unsigned int nth, char *ret, size_t size)
{
	cs_insn *insns;
	/* cs_disasm() forgets the IT block before; cs_disasm_iter() would not */
	size_t n = cs_disasm(text->handle, code, len, addr, nth + 1, &insns);
	bool ok = n == nth + 1;

	if (ok)
		snprintf(ret, size, "%s%s%s", insns[nth].mnemonic,
			 *insns[nth].op_str ? " " : "", insns[nth].op_str);
	if (n)
		cs_free(insns, n);
	return ok;
}
