/* SPDX-License-Identifier: MIT */
/* attributes.h - build attributes of the Arm EABI */
#ifndef ATTRIBUTES_H
#define ATTRIBUTES_H

#include "core.h"

/* Of the whole file; what is absent is NULL, "" or -1. */
struct attributes {
	const char *cpu_name;	/* as it stands in the file: "Cortex-M4", "7E-M" */
	int cpu_arch;		/* Tag_CPU_arch */
	int fp_arch;		/* Tag_FP_arch */
};

/*
 * Read the section .ARM.attributes. Unknown tags are skipped by the rule the
 * ABI gives for them; damaged bytes end the reading. Strings point into @p.
 */
void attributes_read(const uint8_t *p, size_t len, bool big_endian,
		     struct attributes *ret);

/* "v7E-M", "VFPv4-D16", "none"; NULL: not said or not known. */
const char *attributes_arch_name(const struct attributes *a);
const char *attributes_fp_name(const struct attributes *a);

#endif
