/* SPDX-License-Identifier: GPL-2.0-only */
/* rcc.c - the engine behind the families' tables; see rcc.h */
#include "rcc.h"

#define PWR_DBP (1u << 8) /* in the first register of PWR on all families here */
#define BDRST	(1u << 16)

static uint32_t *reg(const struct rcc *rcc, uint32_t offset)
{
	return &rcc->regs[offset / 4];
}

unsigned int rcc_prescaler(uint32_t code)
{
	return code < 8 ? 1 : code < 12 ? 2u << (code - 8) : 64u << (code - 12);
}

/* ---- sources ------------------------------------------------------------ */

static bool is_on(const struct rcc *rcc, int i)
{
	const struct rcc_source *s = &rcc->family->sources[i];

	if (s->needs && !emu_field(rcc->dev, "CR", s->needs))
		return false;
	return *reg(rcc, s->offset) >> s->on & 1;
}

static bool is_ready(const struct rcc *rcc, int i)
{
	const struct rcc_source *s = &rcc->family->sources[i];

	return *reg(rcc, s->offset) >> s->ready & 1;
}

static void set_ready(struct rcc *rcc, int i, bool ready)
{
	const struct rcc_source *s = &rcc->family->sources[i];

	*reg(rcc, s->offset) &= ~(1u << s->ready);
	*reg(rcc, s->offset) |= (uint32_t)ready << s->ready;
}

/* Has it what it needs to start: a crystal, an input clock? */
static bool can_run(const struct rcc *rcc, int i)
{
	const struct rcc_source *s = &rcc->family->sources[i];
	int input;

	if (!s->pll)
		return !s->hz || emu_fact(rcc->dev, s->hz, 1);
	input = rcc->family->input(rcc, i);
	return input != RCC_NONE && is_ready(rcc, input);
}

static uint64_t source_hz(const struct rcc *rcc, int i)
{
	const struct rcc_source *s = &rcc->family->sources[i];
	int input;

	if (!s->pll)
		return s->hz ? emu_fact(rcc->dev, s->hz, 0) / rcc->family->divider(rcc, i)
			     : 0;
	input = rcc->family->input(rcc, i);
	return input == RCC_NONE ? 0 : rcc->family->pll_hz(rcc, source_hz(rcc, input));
}

/* ---- system clock ------------------------------------------------------- */

static int chosen(const struct rcc *rcc)
{
	const struct rcc_family *fam = rcc->family;

	return fam->sw[emu_bits(*reg(rcc, fam->cfgr), 0, fam->sw_width)];
}

/* The core clock: the system clock through the prescaler that divider(-1) gives. */
static void update_clock(struct rcc *rcc)
{
	const struct rcc_family *fam = rcc->family;
	uint64_t hz = source_hz(rcc, rcc->system) / fam->divider(rcc, RCC_NONE);

	if (hz && hz <= UINT32_MAX)
		emu_set_clock(rcc->emu, (uint32_t)hz);
}

static void follow_switch(struct rcc *rcc)
{
	const struct rcc_family *fam = rcc->family;
	uint32_t *cfgr = reg(rcc, fam->cfgr);
	uint32_t mask = ((1u << fam->sw_width) - 1) << fam->sws_lsb;
	int want = chosen(rcc);

	if (want != RCC_NONE && is_ready(rcc, want)) {
		rcc->system = want;
		*cfgr = (*cfgr & ~mask) | emu_bits(*cfgr, 0, fam->sw_width) << fam->sws_lsb;
	}
	update_clock(rcc);
}

/* Bring ready bits and the system clock in line with the enable bits. */
static void evaluate(struct rcc *rcc)
{
	const struct rcc_family *fam = rcc->family;
	int i;

	for (i = 0; i < (int)fam->n_sources; i++) {
		const struct rcc_source *s = &fam->sources[i];
		struct rcc_pending *p = &rcc->pending[i];

		if (!is_on(rcc, i) || !can_run(rcc, i)) {
			emu_cancel(rcc->emu, &p->event);
			set_ready(rcc, i, false);
		} else if (!is_ready(rcc, i) && !p->event.when) {
			emu_schedule(rcc->emu, &p->event,
				     emu_now(rcc->emu) +
					     emu_fact(rcc->dev, s->time, s->us) * 1000);
		}
	}
	*reg(rcc, 0) |= fam->cr_ones;
	rcc->backup = *reg(rcc, fam->bdcr);
	follow_switch(rcc);
}

static void became_ready(void *data)
{
	struct rcc_pending *p = data;

	set_ready(p->rcc, p->source, true);
	evaluate(p->rcc);
}

/* ---- writes ------------------------------------------------------------- */

static bool in_use(const struct rcc *rcc, int i)
{
	int at = rcc->system;

	while (at != RCC_NONE && at != i)
		at = rcc->family->sources[at].pll ? rcc->family->input(rcc, at) : RCC_NONE;
	return at == i;
}

/* Ready bits are the hardware's; what clocks the core cannot be switched off. */
static uint32_t keep_source_bits(struct rcc *rcc, uint32_t offset, uint32_t value)
{
	const struct rcc_family *fam = rcc->family;
	uint32_t old = *reg(rcc, offset);
	int i;

	for (i = 0; i < (int)fam->n_sources; i++) {
		const struct rcc_source *s = &fam->sources[i];
		uint32_t on = 1u << s->on, ready = 1u << s->ready;

		if (s->offset != offset)
			continue;
		value = (value & ~ready) | (old & ready);
		if (!(old & ~value & on) || !in_use(rcc, i))
			continue;
		emu_rule_fired(rcc->emu, fam->rule_in_use, rcc->dev->facts->base + offset);
		value |= on;
	}
	return value;
}

static uint32_t keep_frozen_bits(struct rcc *rcc, uint32_t offset, uint32_t value)
{
	const struct rcc_family *fam = rcc->family;
	uint32_t old = *reg(rcc, offset);
	unsigned int i;

	for (i = 0; i < fam->n_frozen; i++) {
		const struct rcc_frozen *z = &fam->frozen[i];

		if (z->offset != offset || !((old ^ value) & z->mask) ||
		    !is_on(rcc, z->source))
			continue;
		emu_rule_fired(rcc->emu, z->rule, rcc->dev->facts->base + offset);
		value = (value & ~z->mask) | (old & z->mask);
	}
	return value;
}

static uint32_t keep_switch_status(struct rcc *rcc, uint32_t value)
{
	const struct rcc_family *fam = rcc->family;
	uint32_t mask = ((1u << fam->sw_width) - 1) << fam->sws_lsb;
	int want = fam->sw[emu_bits(value, 0, fam->sw_width)];

	if (want == RCC_NONE || !is_ready(rcc, want))
		emu_rule_fired(rcc->emu, fam->rule_not_ready,
			       rcc->dev->facts->base + fam->cfgr);
	return (value & ~mask) | (*reg(rcc, fam->cfgr) & mask);
}

static bool backup_locked(struct rcc *rcc)
{
	const struct emu_dev *pwr = emu_find_dev(rcc->emu, "PWR");

	if (!pwr || !rcc->family->rule_backup || pwr->regs[0] & PWR_DBP)
		return false;
	emu_rule_fired(rcc->emu, rcc->family->rule_backup,
		       rcc->dev->facts->base + rcc->family->bdcr);
	return true;
}

/* Peripherals whose bit in a reset register rises begin anew. */
static void reset_peripherals(struct rcc *rcc, uint32_t enr, uint32_t bits)
{
	const struct stk_chip *chip = emu_chip(rcc->emu);
	size_t i;

	for (i = 0; bits && i < chip->n_peripherals; i++) {
		const struct stk_peripheral *p = &chip->peripherals[i];
		struct emu_dev *dev = emu_find_dev(rcc->emu, p->name);
		uint64_t bit = stk_peripheral_fact(p, "clock_bit", UINT64_MAX);

		if (dev && bit < 32 && bits >> bit & 1 &&
		    stk_peripheral_fact(p, "clock_reg", UINT64_MAX) == enr)
			emu_reset_dev(dev);
	}
}

static bool is_reset_register(const struct rcc_family *fam, uint32_t offset)
{
	return offset >= fam->rstr_first && offset <= fam->rstr_last;
}

static uint32_t unalias(const struct rcc *rcc, uint32_t offset)
{
	if (offset < rcc->family->alias_first || offset >= rcc->family->alias_end)
		return offset;
	return offset - rcc->alias_offset;
}

static void rcc_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
		      uint32_t value, bool debug)
{
	struct rcc *rcc = dev->priv;
	const struct rcc_family *fam = rcc->family;
	uint32_t word, old;

	offset = unalias(rcc, offset);
	word = offset & ~3u;
	old = *reg(rcc, word);
	value = emu_merge(old, offset, width, value);
	if (word == fam->bdcr && value != old && backup_locked(rcc))
		value = old;
	if (word == fam->bdcr && value & BDRST)
		value = BDRST;
	value = keep_source_bits(rcc, word, value);
	value = keep_frozen_bits(rcc, word, value);
	if (word == fam->cfgr)
		value = keep_switch_status(rcc, value);
	*reg(rcc, word) = value;
	if (is_reset_register(fam, word))
		reset_peripherals(rcc, word + rcc->enr_delta, value & ~old);
	if (value == old)
		emu_unchanged(rcc->emu);
	else
		evaluate(rcc);
}

static uint32_t rcc_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			 bool debug)
{
	struct rcc *rcc = dev->priv;

	return emu_reg_read(dev, unalias(rcc, offset), width);
}

/* ---- set-up ------------------------------------------------------------- */

static int init(struct emu_dev *dev, const struct rcc_family *family)
{
	struct rcc *rcc = dev->priv;
	int i;

	rcc->dev = dev;
	rcc->emu = dev->emu;
	rcc->regs = dev->regs;
	rcc->family = family;
	rcc->alias_offset = (uint32_t)emu_fact(dev, "alias_offset", 0);
	rcc->enr_delta = (uint32_t)emu_fact(dev, "enr_offset", family->enr_delta);
	for (i = 0; i < (int)family->n_sources; i++) {
		rcc->pending[i].rcc = rcc;
		rcc->pending[i].source = i;
		rcc->pending[i].event.fire = became_ready;
		rcc->pending[i].event.data = &rcc->pending[i];
	}
	return 0;
}

/* The reset values have the internal oscillator running and chosen. */
static void rcc_reset(struct emu_dev *dev, bool power)
{
	struct rcc *rcc = dev->priv;
	int i;

	for (i = 0; i < (int)rcc->family->n_sources; i++)
		emu_cancel(rcc->emu, &rcc->pending[i].event);
	if (!power)
		*reg(rcc, rcc->family->bdcr) = rcc->backup;
	rcc->system = chosen(rcc);
	set_ready(rcc, rcc->system, true);
	evaluate(rcc);
}

static int init_g4(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &rcc_family_g4);
}

static int init_l4(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &rcc_family_l4);
}

static int init_g0(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &rcc_family_g0);
}

static int init_u0(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &rcc_family_u0);
}

static int init_c0(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &rcc_family_c0);
}

static int init_f4(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &rcc_family_f4);
}

static int init_h7(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &rcc_family_h7);
}

#define RCC_MODEL(id, text, init_)               \
	const struct emu_model id = {            \
		.name = text,                    \
		.priv_size = sizeof(struct rcc), \
		.init = init_,                   \
		.reset = rcc_reset,              \
		.read = rcc_read,                \
		.write = rcc_write,              \
	}

RCC_MODEL(emu_model_rcc_g4, "rcc-g4", init_g4);
RCC_MODEL(emu_model_rcc_l4, "rcc-l4", init_l4);
RCC_MODEL(emu_model_rcc_g0, "rcc-g0", init_g0);
RCC_MODEL(emu_model_rcc_u0, "rcc-u0", init_u0);
RCC_MODEL(emu_model_rcc_c0, "rcc-c0", init_c0);
RCC_MODEL(emu_model_rcc_f4, "rcc-f4", init_f4);
RCC_MODEL(emu_model_rcc_h7, "rcc-h7", init_h7);
