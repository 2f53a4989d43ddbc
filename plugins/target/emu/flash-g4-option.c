/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-g4-option.c - option bytes and the protections they give (RM0440 chapter 5) */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "flash-g4.h"
#include "flash-options.h"

#define RDP_LEVEL0	0xaau
#define RDP_LEVEL2	0xccu

const struct emu_rule g4_rule_rdp = {
	"g4-rdp", "manual", "RM0440 3.5.1",
	"readout protection: the flash is closed while a debugger is attached"
};
static const struct emu_rule rule_wrp = {
	"g4-wrp", "manual", "RM0440 3.5.3, 3.7.5 WRPERR",
	"the page is write protected: WRPERR, nothing is done"
};
static const struct emu_rule rule_protected_bus = {
	"g4-wrp-bus-error", "manual", "RM0490 4.5.3 table 15",
	"an access to a write-protected page: WRPERR and a bus error"
};
static const struct emu_rule rule_rdp2 = {
	"g4-rdp2-options", "manual", "RM0440 3.5.1",
	"at readout protection level 2 the option bytes cannot be changed: WRPERR"
};

/*
 * Where a register's word stands in option memory: RM0440 3.4.1, RM0444 3.4.1.
 * A chip has those that its facts have; those of bank 2 begin at G4_OPTIONS.
 */
static const struct {
	uint32_t offset;
	uint8_t place;
} option[] = {
	{ OPTR, 0 },
	{ 0x24, 1 },	/* PCROP1SR, PCROP1ASR */
	{ 0x28, 2 },	/* PCROP1ER, PCROP1AER */
	{ WRP1AR, 3 },
	{ WRP1BR, 4 },
	{ 0x34, 5 },	/* PCROP1BSR */
	{ 0x38, 6 },	/* PCROP1BER */
	{ 0x3c, 13 },	/* IPCCBR */
	{ 0x70, 5 },	/* SEC1R */
	{ 0x80, 14 },	/* SECR */
	{ 0x44, 17 },	/* PCROP2SR, PCROP2ASR */
	{ 0x48, 18 },	/* PCROP2ER, PCROP2AER */
	{ 0x4c, 19 },	/* WRP2AR */
	{ 0x50, 20 },	/* WRP2BR */
	{ 0x54, 21 },	/* PCROP2BSR */
	{ 0x58, 22 },	/* PCROP2BER */
	{ 0x74, 21 },	/* SEC2R */
};

#define N_OPTIONS	(sizeof(option) / sizeof(option[0]))

static const struct stk_register *option_register(const struct flash_g4 *f, size_t i)
{
	const struct stk_peripheral *p = f->dev->facts;
	size_t k;

	for (k = 0; k < p->n_registers; k++)
		if (p->registers[k].offset == option[i].offset)
			return &p->registers[k];
	return NULL;
}

static bool has_bank2(const struct flash_g4 *f)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (option[i].place >= G4_OPTIONS && option_register(f, i))
			return true;
	return false;
}

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
	struct g4_view *view = priv;
	struct flash_g4 *f = view->flash;
	uint32_t value = 0;

	g4_wait(f);
	memcpy(&value, f->options + view->start + offset, width);
	return value;
}

/* A virgin store has no valid complement. */
static int from_user(struct flash_g4 *f, size_t i, struct stk_error *err)
{
	const struct stk_register *reg = option_register(f, i);
	bool virgin = !valid(f, option[i].place), given;
	uint32_t value = virgin ? reg->reset : stored(f, option[i].place);
	int r = flash_option_choose(f->dev, reg, &value, &given, err);

	if (!r && (given || virgin))
		store(f, option[i].place, value);
	return r;
}

static int add_window(struct flash_g4 *f, unsigned int bank, uint64_t start,
		      struct stk_error *err)
{
	struct emu_window window = {
		.name = bank ? "option bytes 2" : "option bytes",
		.start = start,
		.size = 8 * G4_OPTIONS,
		.read = option_read,
		.priv = &f->option_view[bank],
	};

	f->option_view[bank].flash = f;
	f->option_view[bank].start = 8ull * G4_OPTIONS * bank;
	return start ? emu_add_window(f->emu, &window, err) : 0;
}

int g4_options_init(struct flash_g4 *f, struct stk_error *err)
{
	size_t i;
	int r = 0;

	f->options = emu_store(f->emu, "OPTIONS", 8 * G4_OPTIONS * (has_bank2(f) ? 2 : 1),
			       0xff, err);
	if (!f->options)
		return -EIO;
	for (i = 0; !r && i < N_OPTIONS; i++)
		if (option_register(f, i))
			r = from_user(f, i, err);
	if (!r)
		r = add_window(f, 0, emu_fact(f->dev, "option_start", 0x1fff7800), err);
	return r ? r : add_window(f, 1, emu_fact(f->dev, "option2_start", 0), err);
}

void g4_options_load(struct flash_g4 *f)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (option_register(f, i))
			f->active[option[i].place] = stored(f, option[i].place);
}

void g4_options_show(struct flash_g4 *f)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (option_register(f, i))
			f->regs[option[i].offset / 4] = f->active[option[i].place];
}

bool g4_is_option(const struct flash_g4 *f, uint32_t offset)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (option[i].offset == offset)
			return option_register(f, i) != NULL;
	return false;
}

void g4_option_start(struct flash_g4 *f)
{
	if ((f->active[0] & 0xff) == RDP_LEVEL2) {
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
	uint32_t old = stored(f, 0) & 0xff, new = f->regs[OPTR / 4] & 0xff;
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (option_register(f, i))
			store(f, option[i].place, f->regs[option[i].offset / 4]);
	if (old == RDP_LEVEL0 || old == RDP_LEVEL2 || new != RDP_LEVEL0)
		return;
	flash_array_erase(&f->whole, 0, f->whole.size);
}

static uint32_t active_value(const struct flash_g4 *f, uint32_t offset)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++)
		if (option[i].offset == offset)
			return f->active[option[i].place];
	return 0;
}

/* Mark the pages between two fields, both inclusive; START above END: none. */
static void protect_area(struct flash_g4 *f, struct g4_area *a,
			 const struct stk_register *start, const struct stk_register *end,
			 unsigned int end_field, uint64_t unit)
{
	uint64_t first, last, at;

	if (!start || !end || !start->n_fields || end->n_fields <= end_field)
		return;
	first = emu_bits(active_value(f, start->offset), start->fields[0].lsb,
			 start->fields[0].width) * unit;
	last = emu_bits(active_value(f, end->offset), end->fields[end_field].lsb,
			end->fields[end_field].width) * unit;
	for (at = first / a->page * a->page; first <= last && at <= last; at += a->page)
		if (at / a->page < G4_PAGES)
			a->protect[at / a->page] = true;
}

/* What the registers of bank @n, 1 or 2, protect. */
static void protect(struct flash_g4 *f, struct g4_area *a, char n)
{
	static const char *const names[][2] = {
		{ "PCROP?SR", "PCROP?ER" }, { "PCROP?ASR", "PCROP?AER" },
		{ "PCROP?BSR", "PCROP?BER" }, { "WRP?AR", NULL }, { "WRP?BR", NULL },
	};
	uint64_t pcrop = emu_fact(f->dev, "pcrop_bytes", 8) << f->single_mode;
	const struct stk_register *reg[2];
	char name[16];
	size_t i, k;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (k = 0; k < 2 && names[i][k]; k++) {
			snprintf(name, sizeof(name), "%s", names[i][k]);
			*strchr(name, '?') = n;
			reg[k] = stk_peripheral_register(f->dev->facts, name);
		}
		/* One register of WRP has both: the end is its second field. */
		if (k == 1)
			protect_area(f, a, reg[0], reg[0], 1, a->page);
		else
			protect_area(f, a, reg[0], reg[1], 0, pcrop);
	}
}

/* With one bank the areas of both sets count from its start (RM0440 3.5.3). */
void g4_protection_load(struct flash_g4 *f)
{
	memset(f->bank[0].protect, 0, sizeof(f->bank[0].protect));
	memset(f->bank[1].protect, 0, sizeof(f->bank[1].protect));
	protect(f, &f->bank[0], '1');
	if (f->n_banks > 1 || f->single_mode)
		protect(f, &f->bank[f->n_banks - 1], '2');
}

void g4_option_put(struct flash_g4 *f, uint32_t offset, uint32_t value)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++) {
		if (option[i].offset != offset || !option_register(f, i))
			continue;
		store(f, option[i].place, value);
		f->active[option[i].place] = value;
		f->regs[offset / 4] = value;
	}
	g4_protection_load(f);
}

void g4_refuse_protected(struct flash_g4 *f, uint32_t flags, uint64_t addr)
{
	if (!emu_fact(f->dev, "protected_bus_error", 0)) {
		g4_error(f, flags, &rule_wrp, addr);
		return;
	}
	g4_error(f, flags, &rule_protected_bus, addr);
	emu_bus_fault(f->emu, addr, true, rule_protected_bus.text);
}

bool g4_closed(const struct flash_g4 *f)
{
	return (f->active[0] & 0xff) != RDP_LEVEL0 && emu_debugger(f->emu);
}
