/* SPDX-License-Identifier: MIT */
/*
 * Every chip as shipped: nothing overlaps, banks add up, names are unique,
 * fields fit, every row has a source. The generator checks most of this too;
 * here it is what a module holds in the end.
 */
#include <string.h>

#include "chip.h"
#include "unit.h"

extern const struct stk_chip_driver stm32_chips;

static bool given(const char *s)
{
	return s && *s;
}

static void check_registers(const struct stk_chip *chip, const struct stk_peripheral *p)
{
	for (size_t i = 0; i < p->n_registers; i++) {
		const struct stk_register *r = &p->registers[i];
		uint64_t used = 0;

		ck_assert_msg(r->offset % 4 == 0 && r->offset + 4 <= p->length,
			      "%s %s.%s", chip->name, p->name, r->name);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(p->registers[k].name, r->name) &&
					      p->registers[k].offset != r->offset,
				      "%s %s.%s twice", chip->name, p->name, r->name);
		for (size_t k = 0; k < r->n_fields; k++) {
			const struct stk_field *f = &r->fields[k];
			uint64_t mask = ((1ull << f->width) - 1) << f->lsb;

			ck_assert_msg(f->width && f->lsb + f->width <= 32 && !(used & mask),
				      "%s %s.%s.%s", chip->name, p->name, r->name, f->name);
			used |= mask;
		}
	}
}

static void check_facts(const struct stk_chip *chip, const struct stk_peripheral *p)
{
	for (size_t i = 0; i < p->n_facts; i++) {
		ck_assert_msg(given(p->facts[i].source), "%s %s: %s", chip->name, p->name,
			      p->facts[i].key);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(p->facts[k].key, p->facts[i].key),
				      "%s %s: %s twice", chip->name, p->name,
				      p->facts[i].key);
	}
}

START_TEST(peripherals)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];
	const struct stk_peripheral *rcc = stk_chip_peripheral(chip, "RCC");

	ck_assert_ptr_nonnull(rcc);
	for (size_t i = 0; i < chip->n_peripherals; i++) {
		const struct stk_peripheral *p = &chip->peripherals[i];
		uint64_t reg = stk_peripheral_fact(p, "clock_reg", 0);
		uint64_t bit = stk_peripheral_fact(p, "clock_bit", 0);

		ck_assert_msg(given(p->name) && given(p->source) && p->length, "%s: %s",
			      chip->name, p->name);
		ck_assert_msg(reg < rcc->length && bit < 32, "%s: %s", chip->name, p->name);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(chip->peripherals[k].name, p->name),
				      "%s: %s twice", chip->name, p->name);
		check_registers(chip, p);
		check_facts(chip, p);
	}
}
END_TEST

/* Memories and peripherals together: nothing is in two places. */
START_TEST(addresses)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];
	struct stk_range range[256];
	const char *name[256];
	size_t n = 0;

	ck_assert_uint_le(chip->n_memories + chip->n_peripherals, ARRAY_SIZE(range));
	for (size_t i = 0; i < chip->n_memories; i++, n++) {
		range[n] = (struct stk_range){ chip->memories[i].start,
					       chip->memories[i].size };
		name[n] = chip->memories[i].name;
	}
	for (size_t i = 0; i < chip->n_peripherals; i++, n++) {
		range[n] = (struct stk_range){ chip->peripherals[i].base,
					       chip->peripherals[i].length };
		name[n] = chip->peripherals[i].name;
	}
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(stk_range_valid(range[i]) &&
				      range[i].addr + range[i].len <= 1ull << 32,
			      "%s: %s", chip->name, name[i]);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(!stk_range_overlaps(range[i], range[k]),
				      "%s: %s and %s", chip->name, name[i], name[k]);
	}
}
END_TEST

START_TEST(memories)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];
	uint64_t flash = 0, ram = 0;

	for (size_t i = 0; i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		ck_assert_msg(given(m->name) && given(m->source), "%s: %s", chip->name,
			      m->name);
		ck_assert_msg(m->kind == STK_MEM_RAM || !m->preference, "%s: %s",
			      chip->name, m->name);
		if (m->kind == STK_MEM_FLASH && !m->alias)
			flash += m->size;
		if (m->kind == STK_MEM_RAM && m->preference)
			ram += m->size;
		if (m->alias) {
			size_t k = 0;

			ck_assert_msg(!m->preference, "%s: %s", chip->name, m->name);
			while (k < chip->n_memories &&
			       strcmp(chip->memories[k].name, m->alias))
				k++;
			ck_assert_msg(k < chip->n_memories, "%s: %s", chip->name, m->alias);
			ck_assert_msg(!chip->memories[k].alias, "%s: %s", chip->name,
				      m->alias);
		}
	}
	ck_assert_uint_ge(flash, chip->flash_kib * 1024ull);
	ck_assert_uint_ge(ram, 2 * 1024);
}
END_TEST

static bool in_a_bank(const struct stk_chip *chip, uint64_t addr)
{
	for (size_t i = 0; i < chip->n_banks; i++)
		for (size_t k = 0; k < chip->banks[i].n_regions; k++) {
			const struct stk_region *r = &chip->banks[i].regions[k];

			if (addr >= r->start && addr < r->start + r->count * r->size)
				return true;
		}
	return false;
}

/* A flash memory is what banks cover; where it is larger, no state has all of it. */
START_TEST(flash_is_banks)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];
	uint64_t flash = 0;

	for (size_t i = 0; i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		if (m->kind != STK_MEM_FLASH || m->alias)
			continue;
		flash += m->size;
		for (uint64_t at = 0; at < m->size; at += 1024)
			ck_assert_msg(in_a_bank(chip, m->start + at), "%s: 0x%llx",
				      chip->name, (unsigned long long)(m->start + at));
	}
	ck_assert_msg(flash == chip->flash_kib * 1024ull || chip->banks[0].state[0],
		      "%s", chip->name);
}
END_TEST

/* Per option state: the sectors make up the flash, each inside a flash memory. */
START_TEST(banks)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];

	ck_assert_uint_gt(chip->n_banks, 0);
	for (size_t i = 0; i < chip->n_banks; i++) {
		const struct stk_bank *bank = &chip->banks[i];
		uint64_t total = 0, next = bank->regions[0].start;

		ck_assert_msg(given(bank->source), "%s: %s", chip->name, bank->name);
		for (size_t k = 0; k < bank->n_regions; k++) {
			const struct stk_region *r = &bank->regions[k];
			const struct stk_memory *m = stk_chip_memory_at(chip, r->start);

			ck_assert_uint_eq(r->start, next);
			next += r->count * r->size;
			ck_assert_ptr_nonnull(m);
			ck_assert_int_eq(m->kind, STK_MEM_FLASH);
			ck_assert_uint_le(next, m->start + m->size);
		}
		for (size_t k = 0; k < chip->n_banks; k++) {
			const struct stk_bank *b = &chip->banks[k];

			for (size_t j = 0;
			     !strcmp(b->state, bank->state) && j < b->n_regions; j++)
				total += b->regions[j].count * b->regions[j].size;
		}
		ck_assert_msg(total == chip->flash_kib * 1024ull, "%s: state '%s'",
			      chip->name, bank->state);
	}
}
END_TEST

/* What a virtual chip and a real one show to whoever asks who they are. */
START_TEST(identity)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];
	const struct stk_peripheral *info = stk_chip_peripheral(chip, "INFO");
	const struct stk_register *size;

	ck_assert_uint_gt(chip->n_identity, 0);
	for (size_t i = 0; i < chip->n_identity; i++) {
		const struct stk_identity *id = &chip->identity[i];
		const struct stk_peripheral *p = stk_chip_peripheral_at(chip, id->address);
		const struct stk_register *r;

		ck_assert_msg(p && given(id->source), "%s", chip->name);
		r = stk_peripheral_register(p, "IDCODE");
		ck_assert_msg(r && p->base + r->offset == id->address &&
				      (r->reset & id->mask) == id->value,
			      "%s: %s", chip->name, p->name);
	}
	ck_assert_ptr_nonnull(info);
	size = stk_peripheral_register(info, "FLASHSIZE");
	ck_assert_ptr_nonnull(size);
	ck_assert_str_eq(size->fields[0].name, "F_SIZE");
	ck_assert_uint_eq(size->reset >> size->fields[0].lsb & 0xFFFF, chip->flash_kib);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("chip facts");
	TCase *tc = tcase_create("every chip");
	int n = (int)stm32_chips.n_chips;

	tcase_add_loop_test(tc, peripherals, 0, n);
	tcase_add_loop_test(tc, addresses, 0, n);
	tcase_add_loop_test(tc, memories, 0, n);
	tcase_add_loop_test(tc, flash_is_banks, 0, n);
	tcase_add_loop_test(tc, banks, 0, n);
	tcase_add_loop_test(tc, identity, 0, n);
	suite_add_tcase(suite, tc);
	/* Each chip is a case: forks would take longer than they. */
	setenv("CK_FORK", "no", 0);
	return unit_run(suite);
}
