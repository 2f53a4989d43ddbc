/* SPDX-License-Identifier: GPL-2.0-only */
/* emu-rig.c - see emu-rig.h */
#include "emu-rig.h"

static const struct stk_memory memories[] = {
	{ .name = "SRAM1", .kind = STK_MEM_RAM, .start = RAM, .size = RAM_SIZE },
	{ .name = "CCM", .kind = STK_MEM_RAM, .start = 0x20005800, .size = 10 * 1024 },
	{ .name = "CCM-I", .kind = STK_MEM_RAM, .start = 0x10000000, .size = 10 * 1024,
	  .alias = "CCM" },
	{ .name = "FLASH", .kind = STK_MEM_FLASH, .start = FLASH, .size = FLASH_SIZE },
	{ .name = "SYSTEM", .kind = STK_MEM_ROM, .start = 0x1fff0000, .size = 0x7000 },
};
static const struct stk_region pages = { FLASH, 64, 2048 };
static const struct stk_bank bank = {
	.name = "bank 1", .state = "", .regions = &pages, .n_regions = 1
};
static const struct stk_field sr_fields[] = {
	{ "EOP", 0, 1 },    { "OPERR", 1, 1 },	{ "PROGERR", 3, 1 }, { "WRPERR", 4, 1 },
	{ "PGAERR", 5, 1 }, { "SIZERR", 6, 1 }, { "PGSERR", 7, 1 },  { "MISERR", 8, 1 },
	{ "FASTERR", 9, 1 }, { "BSY", 16, 1 },
};
static const struct stk_field cr_fields[] = { { "PNB", 3, 6 } };
static const struct stk_field wrp_fields[] = { { "STRT", 0, 7 }, { "END", 16, 7 } };
static const struct stk_register flash_regs[] = {
	{ .name = "ACR", .offset = 0x00, .reset = 0x00040601 },
	{ .name = "SR", .offset = 0x10, .fields = sr_fields,
	  .n_fields = ARRAY_SIZE(sr_fields) },
	{ .name = "CR", .offset = 0x14, .reset = 0xc0000000, .fields = cr_fields,
	  .n_fields = ARRAY_SIZE(cr_fields) },
	{ .name = "OPTR", .offset = 0x20, .reset = 0xffeff8aa },
	{ .name = "WRP1AR", .offset = 0x2c, .reset = 0xff00ffff, .fields = wrp_fields,
	  .n_fields = ARRAY_SIZE(wrp_fields) },
	{ .name = "WRP1BR", .offset = 0x30, .reset = 0xff00ffff, .fields = wrp_fields,
	  .n_fields = ARRAY_SIZE(wrp_fields) },
};
static const struct stk_register id_regs[] = {
	{ .name = "IDCODE", .offset = 0, .reset = 0x20016468 },
};
static const struct stk_register gpio_regs[] = {
	{ .name = "MODER", .offset = 0x00, .reset = 0xffffffff },
	{ .name = "BRR", .offset = 0x28 },
};
static const struct stk_register usart_regs[] = { { .name = "ISR", .offset = 0x1c } };
static const struct stk_fact gated[] = {
	{ .key = "clock_reg", .value = 0x60 }, { .key = "clock_bit", .value = 3 },
};
static const struct stk_peripheral peripherals[] = {
	{ .name = "FLASH", .model = "flash-g4", .base = REGS, .length = 0x400,
	  .registers = flash_regs, .n_registers = ARRAY_SIZE(flash_regs) },
	{ .name = "DBGMCU", .model = "words", .base = 0xe0042000, .length = 0x400,
	  .registers = id_regs, .n_registers = ARRAY_SIZE(id_regs) },
	{ .name = "IWDG", .model = "iwdg", .base = 0x40003000, .length = 0x400 },
	{ .name = "RCC", .base = RCC, .length = 0x400 },
	{ .name = "GATED", .base = GATED, .length = 0x400, .facts = gated,
	  .n_facts = ARRAY_SIZE(gated) },
	{ .name = "PLAIN", .base = PLAIN, .length = 0x400 },
	{ .name = "GPIOA", .model = "gpio", .base = GPIO, .length = 0x400,
	  .registers = gpio_regs, .n_registers = ARRAY_SIZE(gpio_regs) },
	{ .name = "USART1", .model = "usart", .base = USART, .length = 0x400,
	  .registers = usart_regs, .n_registers = ARRAY_SIZE(usart_regs) },
};

static struct stk_chip chip_template(const char *core)
{
	return (struct stk_chip){
		.size = sizeof(struct stk_chip),
		.name = "STM32G431CB",
		.family = "STM32G4",
		.core = core ? core : "cortex-m4",
		.clock_hz = 16000000,
		.flash_kib = 128,
		.memories = memories,
		.n_memories = ARRAY_SIZE(memories),
		.banks = &bank,
		.n_banks = 1,
		.peripherals = peripherals,
		.n_peripherals = ARRAY_SIZE(peripherals),
	};
}

struct emu *rig_open(const char *core, const char *const *options)
{
	struct stk_chip *chip = malloc(sizeof(*chip));
	struct emu *emu = calloc(1, sizeof(*emu));
	struct stk_error err = { 0 };

	ck_assert(chip && emu);
	*chip = chip_template(core);
	ck_assert_msg(!emu_open_chip(emu, NULL, chip, options, &err), "%s", err.msg);
	ck_assert(!emu_target.break_set(emu, TRAP, &err));
	return emu;
}

void rig_refuse(const char *const *options, struct stk_error *err)
{
	struct stk_chip chip = chip_template(NULL);
	struct emu *emu = calloc(1, sizeof(*emu));

	ck_assert(emu != NULL);
	memset(err, 0, sizeof(*err));
	ck_assert_int_eq(emu_open_chip(emu, NULL, &chip, options, err), -err->code);
	ck_assert(err->code && err->msg[0]);
	free(emu);
}

void rig_close(struct emu *emu)
{
	void *chip = (void *)(uintptr_t)emu->chip;

	emu_close(emu);
	free(emu);
	free(chip);
}

uint32_t rig_get(struct emu *emu, uint32_t addr)
{
	struct stk_error err;
	uint32_t value;

	ck_assert_msg(!emu_target.read(emu, addr, &value, 4, &err), "%s", err.msg);
	return value;
}

void rig_put(struct emu *emu, uint32_t addr, uint32_t value)
{
	struct stk_error err;

	ck_assert_msg(!emu_target.write(emu, addr, &value, 4, &err), "%s", err.msg);
}

void rig_load(struct emu *emu, uint32_t addr, const uint16_t *words, size_t count)
{
	struct stk_error err;

	ck_assert(!emu_target.write(emu, addr, words, count * 2, &err));
}

void rig_start(struct emu *emu, uint32_t addr, uint32_t r0, uint32_t r1, uint32_t r2)
{
	struct stk_regs regs = { .valid = 0x1ffff };
	struct stk_error err;

	regs.r[0] = r0;
	regs.r[1] = r1;
	regs.r[2] = r2;
	regs.r[STK_REG_SP] = STACK;
	regs.r[STK_REG_LR] = TRAP | 1;
	regs.r[STK_REG_PC] = addr | 1;
	regs.r[STK_REG_XPSR] = 1u << 24;
	ck_assert(!emu_target.call(emu, &regs, &err));
}

int rig_wait(struct emu *emu, uint64_t ns, struct stk_stop *stop)
{
	struct stk_error err;

	return emu_target.wait(emu, ns, stop, &err);
}

void rig_run(struct emu *emu, const uint16_t *words, size_t count, uint32_t r0,
	     uint32_t r1, struct stk_stop *stop)
{
	rig_load(emu, CODE, words, count);
	rig_start(emu, CODE, r0, r1, 0);
	ck_assert_int_eq(rig_wait(emu, 1000000000, stop), 0);
}

uint32_t rig_reg(struct emu *emu, unsigned int reg)
{
	struct stk_regs regs;
	struct stk_error err;

	ck_assert(!emu_target.get_regs(emu, &regs, &err));
	return regs.r[reg];
}

void rig_pass(struct emu *emu, uint64_t ns)
{
	emu_stall_until(emu, emu_now(emu) + ns);
}
