/* SPDX-License-Identifier: GPL-2.0-only */
/* Every chip as shipped opens, runs code in each RAM for loaders, and survives a reset. */
#include "emu-rig.h"

extern const struct stk_chip_driver stm32_chips;

static bool has_model(const char *model)
{
	const struct emu_model *const *m;

	for (m = emu_models; *m; m++)
		if (!strcmp((*m)->name, model))
			return true;
	return false;
}

/* Memory behind a controller that nobody plays cannot be read. */
static bool flash_is_played(const struct stk_chip *chip)
{
	const struct stk_peripheral *p = stk_chip_peripheral(chip, "FLASH");

	return p && p->model && has_model(p->model);
}

static void run_in(struct emu *emu, const struct stk_memory *m)
{
	static const uint16_t code[] = { ADDS(0, 1), BKPT };
	struct stk_regs regs = { .valid = 0x1ffff };
	struct stk_error err;
	struct stk_stop stop;

	regs.r[0] = 41;
	regs.r[STK_REG_SP] = (uint32_t)(m->start + m->size);
	regs.r[STK_REG_PC] = (uint32_t)m->start | 1;
	regs.r[STK_REG_XPSR] = 1u << 24;
	ck_assert(!emu_target.write(emu, m->start, code, sizeof(code), &err));
	ck_assert(!emu_target.call(emu, &regs, &err));
	ck_assert_msg(!emu_target.wait(emu, 1000000, &stop, &err), "%s", m->name);
	ck_assert_msg(stop.reason == STK_STOP_BREAK, "%s: %s", m->name, stop.text);
	ck_assert_uint_eq(rig_reg(emu, 0), 42);
}

/* The EEPROM-like cells of L0 and L1 are 0 when erased (RM0377 3.3.1, RM0038 3.3.1). */
static uint32_t erased_word(const struct stk_chip *chip)
{
	return !strcmp(chip->family, "STM32L0") || !strcmp(chip->family, "STM32L1") ?
	       0 : UINT32_MAX;
}

START_TEST(chip_works)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];
	struct emu *emu = calloc(1, sizeof(*emu));
	struct stk_error err = { 0 };
	uint32_t word;
	size_t i;

	ck_assert(emu != NULL);
	ck_assert_msg(!emu_open_chip(emu, NULL, chip, NULL, &err), "%s: %s", chip->name,
		      err.msg);
	for (i = 0; i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		if (m->kind == STK_MEM_RAM && m->preference)
			run_in(emu, m);
		if (m->kind == STK_MEM_ROM ||
		    (m->kind == STK_MEM_FLASH && flash_is_played(chip)))
			ck_assert_msg(!emu_target.read(emu, m->start, &word, 4, &err),
				      "%s %s: %s", chip->name, m->name, err.msg);
		if (m->kind == STK_MEM_FLASH && flash_is_played(chip))
			ck_assert_uint_eq(word, erased_word(chip));
	}
	for (i = 0; i < chip->n_identity; i++)
		ck_assert_uint_eq(rig_get(emu, (uint32_t)chip->identity[i].address) &
				  chip->identity[i].mask, chip->identity[i].value);
	ck_assert(!emu_target.reset(emu, &err));
	emu_close(emu);
	free(emu);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("emu-chips");
	TCase *t = tcase_create("chips");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, chip_works, 0, (int)stm32_chips.n_chips);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	/* Each chip is a case: forks would take longer than they. */
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
