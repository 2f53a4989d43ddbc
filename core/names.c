/* SPDX-License-Identifier: MIT */
/* Names of operations, levels, results under hosts, and machines. */
#include "loader-priv.h"

#include <elf.h>

static const char *const op_names[STK_OP_COUNT] = {
	[STK_OP_INIT] = "init",
	[STK_OP_UNINIT] = "uninit",
	[STK_OP_ERASE_SECTOR] = "erase-sector",
	[STK_OP_ERASE_CHIP] = "erase-chip",
	[STK_OP_PROGRAM] = "program",
	[STK_OP_VERIFY] = "verify",
	[STK_OP_READ] = "read",
	[STK_OP_BLANK_CHECK] = "blank-check",
	[STK_OP_CHECKSUM] = "checksum",
	[STK_OP_OTHER] = "other",
};

static const char *const level_names[] = {
	[STK_NOTE] = "note",
	[STK_WARNING] = "warning",
	[STK_ERROR] = "error",
};

static const char *const host_result_names[] = {
	[STK_HOST_WORKS] = "works",
	[STK_HOST_REFUSED] = "refused",
	[STK_HOST_FAILS] = "fails",
	[STK_HOST_HANGS] = "hangs",
	[STK_HOST_CORRUPTS] = "corrupts",
	[STK_HOST_FORMAT] = "not-taken",
};

/* e_machine values that have turned up as loaders, and their neighbours. */
static const struct {
	uint16_t machine;
	const char *name;
} machines[] = {
	{ EM_386, "x86" },
	{ EM_68K, "68000" },
	{ EM_MIPS, "MIPS" },
	{ EM_PPC, "PowerPC" },
	{ EM_ARM, "ARM" },
	{ EM_SH, "SuperH" },
	{ EM_TRICORE, "TriCore" },
	{ EM_X86_64, "x86-64" },
	{ EM_AVR, "AVR" },
	{ EM_ARC, "ARC" },
	{ EM_XTENSA, "Xtensa" },
	{ EM_MSP430, "MSP430" },
	{ EM_AARCH64, "AArch64" },
	{ EM_MICROBLAZE, "MicroBlaze" },
	{ EM_RISCV, "RISC-V" },
	{ EM_CSKY, "C-SKY" },
};

const char *stk_op_name(enum stk_op op)
{
	return (unsigned int)op < STK_OP_COUNT ? op_names[op] : "unknown";
}

const char *stk_level_name(enum stk_level level)
{
	return (unsigned int)level < ARRAY_SIZE(level_names) ? level_names[level]
							     : "unknown";
}

const char *stk_host_result_name(enum stk_host_result r)
{
	return (unsigned int)r < ARRAY_SIZE(host_result_names) ? host_result_names[r]
							       : "unknown";
}

const char *machine_name(uint16_t machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		if (machines[i].machine == machine)
			return machines[i].name;
	}
	return NULL;
}
