/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-g4-option.c - option bytes and the protections they give (RM0440 chapter 5) */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "flash-g4.h"

#define RDP_LEVEL0	0xaau
#define RDP_LEVEL2	0xccu

const struct emu_rule g4_rule_rdp = {
	"g4-rdp", "manual", "RM0440 3.5.1",
	"readout protection: the flash is closed while a debugger is attached"
};
const struct emu_rule g4_rule_wrp = {
	"g4-wrp", "manual", "RM0440 3.5.3, 3.7.5 WRPERR",
	"the page is write protected: WRPERR, nothing is done"
};
static const struct emu_rule rule_rdp2 = {
	"g4-rdp2-options", "manual", "RM0440 3.5.1",
	"at readout protection level 2 the option bytes cannot be changed: WRPERR"
};

/* Index in the store, register, and where the word stands in option memory. */
static const struct {
	uint32_t offset;
	const char *name;
	uint32_t factory;	/* where the facts have no such register */
} option[] = {
	{ OPTR, "OPTR", 0xffeff8aa },
	{ PCROP1SR, "PCROP1SR", 0xffffffff },
	{ PCROP1ER, "PCROP1ER", 0x00ff0000 },
	{ WRP1AR, "WRP1AR", 0xff00ffff },
	{ WRP1BR, "WRP1BR", 0xff00ffff },
	{ SEC1R, "SEC1R", 0xff00ff00 },
};

#define N_OPTIONS	(sizeof(option) / sizeof(option[0]))
enum { I_OPTR, I_PCROP1SR, I_PCROP1ER, I_WRP1AR, I_WRP1BR, I_SEC1R };

static uint32_t stored(const struct flash_g4 *f, size_t i)
{
	uint32_t value;

	memcpy(&value, f->options + 8 * i, 4);
	return value;
}

/* As option memory has it: the value and its complement. */
static void store(struct flash_g4 *f, size_t i, uint32_t value)
{
	uint32_t complement = ~value;

	memcpy(f->options + 8 * i, &value, 4);
	memcpy(f->options + 8 * i + 4, &complement, 4);
}

static bool valid(const struct flash_g4 *f, size_t i)
{
	uint32_t complement;

	memcpy(&complement, f->options + 8 * i + 4, 4);
	return stored(f, i) == ~complement;
}

static uint32_t option_read(void *priv, uint64_t offset, unsigned int width, bool debug)
{
	struct flash_g4 *f = priv;
	uint32_t value = 0;

	g4_wait(f);
	memcpy(&value, f->options + offset, width);
	return value;
}

/* "opt.WRP1AR=0x003f0000" in the target address. */
static int from_user(struct flash_g4 *f, size_t i, struct stk_error *err)
{
	const struct stk_register *reg = stk_peripheral_register(f->dev->facts,
								 option[i].name);
	uint64_t value = reg ? reg->reset : option[i].factory;
	char key[32];
	const char *text;

	snprintf(key, sizeof(key), "opt.%s", option[i].name);
	text = emu_option(f->emu, key);
	if (text && (stk_parse_u64(text, &value) || value > UINT32_MAX))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"%s=%s: a 32-bit number is expected", key, text);
	/* A virgin store has no valid complement. */
	if (text || !valid(f, i))
		store(f, i, (uint32_t)value);
	return 0;
}

int g4_options_init(struct flash_g4 *f, struct stk_error *err)
{
	struct emu_window window = {
		.name = "option bytes",
		.start = emu_fact(f->dev, "option_start", 0x1fff7800),
		.size = 8 * G4_OPTIONS,
		.read = option_read,
		.priv = f,
	};
	size_t i;
	int r;

	f->options = emu_store(f->emu, "OPTIONS", 8 * G4_OPTIONS, 0xff, err);
	if (!f->options)
		return -EIO;
	for (i = 0; i < N_OPTIONS; i++) {
		r = from_user(f, i, err);
		if (r)
			return r;
	}
	return emu_add_window(f->emu, &window, err);
}

void g4_options_load(struct flash_g4 *f)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		f->active[i] = stored(f, i);
}

void g4_options_show(struct flash_g4 *f)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		f->regs[option[i].offset / 4] = f->active[i];
}

bool g4_is_option(uint32_t offset)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (option[i].offset == offset)
			return true;
	return false;
}

void g4_option_write(struct flash_g4 *f, uint32_t offset, unsigned int width, uint32_t value)
{
	emu_reg_write(f->dev, offset, width, value);
}

void g4_option_start(struct flash_g4 *f)
{
	if ((f->active[I_OPTR] & 0xff) == RDP_LEVEL2) {
		g4_error(f, SR_WRPERR, &rule_rdp2, f->dev->facts->base + CR);
		return;
	}
	f->regs[CR / 4] |= CR_OPTSTRT;
	f->programs_options = true;
	g4_begin_other(f, emu_fact(f->dev, "option_us", 22020) * 1000);
}

/* Level 1 to 0 erases the main flash (RM0440 3.5.1). */
void g4_option_done(struct flash_g4 *f)
{
	uint32_t old = stored(f, I_OPTR) & 0xff, new = f->regs[OPTR / 4] & 0xff;
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		store(f, i, f->regs[option[i].offset / 4]);
	if (old == RDP_LEVEL0 || old == RDP_LEVEL2 || new != RDP_LEVEL0)
		return;
	flash_array_erase(&f->main.array, 0, f->main.array.size);
}

static bool in_wrp(uint32_t reg, uint32_t page)
{
	uint32_t start = emu_bits(reg, 0, 7), end = emu_bits(reg, 16, 7);

	/* STRT above END: the area is empty. */
	return page >= start && page <= end;
}

/* PCROP areas are in double words on a single-bank part (RM0440 3.7.10). */
static bool in_pcrop(const struct flash_g4 *f, uint32_t page)
{
	uint64_t start = emu_bits(f->active[I_PCROP1SR], 0, 15) * 8ull;
	uint64_t end = emu_bits(f->active[I_PCROP1ER], 0, 15) * 8ull + 8;
	uint64_t at = (uint64_t)page * f->page;

	return start <= end - 8 && at < end && at + f->page > start;
}

bool g4_page_protected(const struct flash_g4 *f, uint32_t page)
{
	return in_wrp(f->active[I_WRP1AR], page) || in_wrp(f->active[I_WRP1BR], page) ||
	       in_pcrop(f, page);
}

bool g4_closed(const struct flash_g4 *f)
{
	return (f->active[I_OPTR] & 0xff) != RDP_LEVEL0 && emu_debugger(f->emu);
}
