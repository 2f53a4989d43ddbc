/* SPDX-License-Identifier: MIT */
/* libFuzzer target: an SVD file of any bytes; all that comes out is read. */
#include <stdlib.h>
#include <string.h>

#include "plugins/chip/svd/svd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where results go, so that no reading is optimised away. */
static volatile uint64_t sink;

static void read_peripheral(const struct stk_peripheral *p)
{
	char text[200];

	if (!p->name[0] || !p->length || p->base + p->length > UINT64_C(1) << 32)
		abort();
	for (size_t i = 0; i < p->n_registers; i++) {
		const struct stk_register *r = &p->registers[i];

		if (!r->name[0] || r->offset >= p->length ||
		    (i && r->offset < p->registers[i - 1].offset))
			abort();
		for (size_t k = 0; k < r->n_fields; k++)
			if (!r->fields[k].width ||
			    r->fields[k].lsb + r->fields[k].width > 32)
				abort();
		sink += strlen(stk_register_text(r, UINT32_MAX, text, sizeof(text)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct stk_chip *chip;
	struct stk_error err;

	sink += (uint64_t)svd_chips.probe(data, size);
	if (svd_chips.read("fuzz.svd", data, size, &chip, &err)) {
		if (!err.code || !err.msg[0])
			abort();
		return 0;
	}
	sink += strlen(chip->name) + (chip->core ? strlen(chip->core) : 0);
	for (size_t i = 0; i < chip->n_peripherals; i++)
		read_peripheral(&chip->peripherals[i]);
	svd_chips.release(chip);
	return 0;
}
