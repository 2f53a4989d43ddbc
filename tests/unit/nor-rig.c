/* SPDX-License-Identifier: GPL-2.0-only */
/* nor-rig.c - a SPI-NOR part on its wires, without a controller */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nor-rig.h"

struct emu emu;
struct nor *nor;
uint8_t *array;

void rig_open(const char *name, const char *const *options)
{
	static const struct stk_chip chip = { .size = sizeof(chip), .clock_hz = 64000000 };
	static const struct nor_place place = { "NOR", RIG_BASE, 0x8 };

	fake_open_with(&emu, &chip, NULL, options);
	ck_assert_int_eq(nor_open(&emu, name, &place, &nor, NULL), 0);
	nor_power(nor);
	array = emu.store[0].bytes;
}

void rig_close(void)
{
	nor_close(nor);
	fake_close(&emu);
}

void rig_change(const char *name, const char *option)
{
	const char *const options[] = { option, NULL };

	rig_close();
	rig_open(name, options);
}

/* ---- frames ----------------------------------------------------------- */

void put(unsigned int lines, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		nor_put(nor, lines, ((const uint8_t *)bytes)[i]);
}

void put_address(unsigned int lines, uint32_t addr)
{
	const uint8_t bytes[] = { (uint8_t)(addr >> 16), (uint8_t)(addr >> 8),
				  (uint8_t)addr };

	put(lines, bytes, sizeof(bytes));
}

void command(uint8_t opcode)
{
	nor_select(nor);
	nor_put(nor, 1, opcode);
	nor_deselect(nor);
}

void command_at(uint8_t opcode, uint32_t addr)
{
	nor_select(nor);
	nor_put(nor, 1, opcode);
	put_address(1, addr);
	nor_deselect(nor);
}

void write_bytes(uint8_t opcode, const void *bytes, size_t n)
{
	nor_select(nor);
	nor_put(nor, 1, opcode);
	put(1, bytes, n);
	nor_deselect(nor);
}

void program(uint32_t addr, const void *bytes, size_t n)
{
	nor_select(nor);
	nor_put(nor, 1, 0x02);
	put_address(1, addr);
	put(1, bytes, n);
	nor_deselect(nor);
}

uint8_t status(uint8_t opcode)
{
	uint8_t value;

	nor_select(nor);
	nor_put(nor, 1, opcode);
	value = nor_get(nor, 1);
	nor_deselect(nor);
	return value;
}

uint32_t read_word(uint8_t opcode, uint32_t addr, unsigned int address_lines,
			  int mode, unsigned int dummy, unsigned int data_lines)
{
	uint32_t value = 0;

	nor_select(nor);
	nor_put(nor, 1, opcode);
	put_address(address_lines, addr);
	if (mode >= 0)
		nor_put(nor, address_lines, (uint8_t)mode);
	nor_idle(nor, dummy);
	for (int i = 0; i < 4; i++)
		value = value << 8 | nor_get(nor, data_lines);
	nor_deselect(nor);
	return value;
}

const uint8_t pattern[4] = { 0x12, 0x34, 0x56, 0x78 };

void fill(uint32_t addr)
{
	memcpy(array + addr, pattern, sizeof(pattern));
}

bool can_program(uint32_t addr)
{
	const uint8_t head[5] = { (uint8_t)(addr >> 24), (uint8_t)(addr >> 16),
				  (uint8_t)(addr >> 8), (uint8_t)addr, 0 };
	bool big = nor_size(nor) > 0x1000000;

	command(0x06);
	write_bytes(big ? 0x12 : 0x02, big ? head : head + 1, big ? 5 : 4);
	fake_pass(&emu, 10 * MS);
	return array[addr] == 0;
}

/* ---- frames in words -------------------------------------------------- */

struct frame {
	unsigned int opcode, lines, address_lines, data_lines, address_bits, dummy, alternate;
	bool has_alternate, both_edges, all_edges;
};

/* Lines of address and data: a part on both edges has them so. */
static unsigned int on(const struct frame *f, unsigned int lines)
{
	return lines | (f->both_edges ? NOR_DTR : 0);
}

static void parse_word(const char *word, struct frame *f)
{
	unsigned int value;

	if (sscanf(word, "%1u-%1u-%1u", &f->lines, &f->address_lines, &f->data_lines) == 3) {
		f->both_edges = f->all_edges = word[5] == 'D';
		return;
	}
	if (sscanf(word, "alt%x", &value) == 1) {
		f->has_alternate = true;
		f->alternate = value;
	} else if (sscanf(word, "a%u", &value) == 1) {
		f->address_bits = value;
	} else if (!strcmp(word, "DDR")) {
		f->both_edges = true;
	} else {
		ck_abort_msg("what is '%s'?", word);
	}
}

static struct frame parse(const char *how)
{
	struct frame f = { .lines = 1, .address_lines = 1, .data_lines = 1 };
	char text[80], *word, *state;

	ck_assert_uint_lt(strlen(how), sizeof(text));
	strcpy(text, how);
	word = strtok_r(text, "/ ", &state);
	f.opcode = (unsigned int)strtoul(word, NULL, 16);
	while ((word = strtok_r(NULL, "/ ", &state))) {
		if (!strcmp(word, "dummy"))
			f.dummy = (unsigned int)strtoul(strtok_r(NULL, "/ ", &state), NULL, 10);
		else
			parse_word(word, &f);
	}
	return f;
}

static void begin(const struct frame *f, uint32_t addr)
{
	unsigned int lines = f->lines | (f->all_edges ? NOR_DTR : 0);

	nor_select(nor);
	if (f->lines == 8)
		nor_put(nor, lines, (uint8_t)(f->opcode >> 8));
	nor_put(nor, lines, (uint8_t)f->opcode);
	for (unsigned int bits = f->address_bits; bits; bits -= 8)
		nor_put(nor, on(f, f->address_lines), (uint8_t)(addr >> (bits - 8)));
	if (f->has_alternate)
		nor_put(nor, on(f, f->address_lines), (uint8_t)f->alternate);
	nor_idle(nor, f->dummy);
}

void rig_send(const char *how, uint32_t addr, const void *bytes, size_t n)
{
	struct frame f = parse(how);

	begin(&f, addr);
	for (size_t i = 0; i < n; i++)
		nor_put(nor, on(&f, f.data_lines), ((const uint8_t *)bytes)[i]);
	nor_deselect(nor);
}

void rig_receive(const char *how, uint32_t addr, void *bytes, size_t n)
{
	struct frame f = parse(how);

	begin(&f, addr);
	for (size_t i = 0; i < n; i++)
		((uint8_t *)bytes)[i] = nor_get(nor, on(&f, f.data_lines));
	nor_deselect(nor);
}

void rig_commands(const char *opcodes, unsigned int lines)
{
	char *end;

	for (; *opcodes; opcodes = end + strspn(end, " ")) {
		uint8_t opcode = (uint8_t)strtoul(opcodes, &end, 16);

		nor_select(nor);
		nor_put(nor, lines, opcode);
		nor_deselect(nor);
	}
}
