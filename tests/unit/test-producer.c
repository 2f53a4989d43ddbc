/* SPDX-License-Identifier: MIT */
/* Core, floating point unit and compiler, as files of each compiler tell them. */
#include "core.h"

#include <string.h>

#include "loader.h"
#include "make-elf.h"
#include "unit.h"

static const struct {
	const char *what;
	const char *comment;	/* NULL: no such section */
	size_t len;
	const char *section;	/* a further section; NULL: none */
	const char *attributes;
	size_t attributes_len;
	const char *cpu, *fp, *compiler;
} cases[] = {
#define BYTES(s)	s, sizeof(s) - 1
#define M4_ATTRIBUTES	BYTES("A\x19\0\0\0" "aeabi\0\x01\x0f\0\0\0\x05" "7E-M\0\x06\x0d\x0a\x06")
#define M_ATTRIBUTES	BYTES("A\x13\0\0\0" "aeabi\0\x01\x09\0\0\0\x06\x0d\x0a\x06")
	{ "armcc with an FPU",
	  BYTES("Component: ARM Compiler 5.06 update 4 (build 422) Tool: ArmCC [4d3604]\n"
		"ArmCC -c --cpu=Cortex-M4.fp.sp --apcs=interwork//ropi/rwpi"),
	  NULL, NULL, 0, "Cortex-M4", "single precision",
	  "ARM Compiler 5.06 update 4 (build 422)" },
	{ "armcc with a double FPU", BYTES("ArmCC --cpu=Cortex-M7.fp.dp -O2"), NULL, NULL,
	  0, "Cortex-M7", "double precision", NULL },
	{ "armcc without", BYTES("ArmCC --cpu Cortex-M0+ -O2"), NULL, NULL, 0,
	  "Cortex-M0+", NULL, NULL },
	{ "a suffix that is no FPU", BYTES("--cpu=Cortex-M33.no_dsp"), NULL, NULL, 0,
	  "Cortex-M33", NULL, NULL },
	{ "armcc before 5.04", BYTES("ARM C/C++ Compiler, 4.1 [Build 894]\0x"), NULL,
	  NULL, 0, NULL, NULL, "ARM C/C++ Compiler, 4.1 [Build 894]" },
	{ "GCC", BYTES("GCC: (GNU Tools for STM32) 7.3.1\0"), NULL, M4_ATTRIBUTES, "7E-M",
	  "VFPv4-D16", "GCC: (GNU Tools for STM32) 7.3.1" },
	{ "clang", BYTES("\0Debian clang version 14.0.6\0"), NULL, NULL, 0, NULL, NULL,
	  "clang version 14.0.6" },
	{ "IAR names the core on its command line", BYTES("-f x --cpu=Cortex-M4 -e"),
	  ".iar.rtmodel", M_ATTRIBUTES, "Cortex-M4", "VFPv4-D16", "IAR" },
	{ "architecture alone", BYTES("x"), NULL, M_ATTRIBUTES, "v7E-M", "VFPv4-D16", NULL },
	{ "nothing", NULL, 0, NULL, NULL, 0, NULL, NULL, NULL },
	{ "cut short", BYTES("--cpu="), NULL, NULL, 0, NULL, NULL, NULL },
	{ "control characters end a name", BYTES("GCC: \x1b[31mred"), NULL, NULL, 0, NULL,
	  NULL, "GCC: " },
};

static void same(const char *what, const char *is, const char *want)
{
	ck_assert_msg(is == want || (is && want && !strcmp(is, want)), "%s: %s, not %s",
		      what, is ? is : "NULL", want ? want : "NULL");
}

START_TEST(producer)
{
	const __typeof__(*cases) *c = &cases[_i];
	const struct make_section sections[] = {
		{ ".text", 1, 6, 0x20000000, "code", 4 },
		{ c->comment ? ".comment" : "none", 1, 0, 0, c->comment, c->len },
		{ c->attributes ? ".ARM.attributes" : "none", 0x70000003, 0, 0, c->attributes,
		  c->attributes_len },
		{ c->section ? c->section : "none", 1, 0, 0, "x", 1 },
		{ 0 },
	};
	const struct make_elf m = { .sections = sections };
	const struct stk_loader_info *i;
	struct stk_loader *l = NULL;
	size_t len;
	uint8_t *p = make_elf(&m, &len);

	ck_assert(!loader_parse(NULL, 0, "x", p, len, STK_LOADER_DESCRIBE, &l, NULL));
	i = stk_loader_info(l);
	same(c->what, i->cpu, c->cpu);
	same(c->what, i->fp, c->fp);
	same(c->what, i->compiler, c->compiler);
	stk_loader_close(l);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("producer");
	TCase *t = tcase_create("producer");

	tcase_add_loop_test(t, producer, 0, ARRAY_SIZE(cases));
	suite_add_tcase(s, t);
	return unit_run(s);
}
