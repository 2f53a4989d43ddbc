/* SPDX-License-Identifier: MIT */
/*
 * Facts of a chip as ABI 1 knew them, built against the headers beside it for
 * ever: a core, RAM, and one register block.
 */
#include <stoker/module.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const struct stk_field sr_fields[] = {
	{ .name = "READY", .lsb = 0, .width = 1 },
	{ .name = "STATE", .lsb = 4, .width = 3 },
};
static const struct stk_register registers[] = {
	{ .name = "CR", .offset = 0 },
	{ .name = "SR", .offset = 4, .reset = 1, .fields = sr_fields,
	  .n_fields = COUNT(sr_fields) },
};
static const struct stk_fact facts[] = {
	{ .key = "start_us", .value = 12, .source = "ACME 1.2" },
};
static const struct stk_peripheral peripherals[] = {
	{ .name = "ROCKET", .base = 0x40000000, .length = 0x400, .registers = registers,
	  .n_registers = COUNT(registers), .facts = facts, .n_facts = COUNT(facts),
	  .source = "ACME 1.1" },
};
static const struct stk_memory memories[] = {
	{ .name = "SRAM1", .kind = STK_MEM_RAM, .start = 0x20000000, .size = 0x20000,
	  .preference = 1, .source = "ACME 2.1" },
};
static const struct stk_identity identity[] = {
	{ .address = 0xe0042000, .mask = 0xfff, .value = 0x7ac, .source = "ACME 3" },
};
static const struct stk_chip chip = {
	.size = sizeof(chip), .name = "ACME100", .family = "ACME1", .core = "cortex-m4",
	.clock_hz = 16000000,
	.identity = identity, .n_identity = COUNT(identity),
	.memories = memories, .n_memories = COUNT(memories),
	.peripherals = peripherals, .n_peripherals = COUNT(peripherals),
	.source = "ACME",
};
static const struct stk_chip *const chips[] = { &chip };

static const struct stk_part parts[] = {
	{ .name = "AC25Q64", .size = 0x800000, .page_size = 256, .source = "ACME 9",
	  .dies = 1 },
};

static const struct stk_chip_driver acme_chips = {
	.size = sizeof(acme_chips),
	.name = "acme",
	.chips = chips,
	.n_chips = COUNT(chips),
	.parts = parts,
	.n_parts = COUNT(parts),
};

STK_MODULE(chip, acme, "1.0", "MIT",
	.description = "a chip of nobody's",
	.chip = &acme_chips);
