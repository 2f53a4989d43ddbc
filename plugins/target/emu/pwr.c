/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pwr.c - power control: the voltage range follows what was asked, in time
 *
 * G4 (RM0440 chapter 6), F2, F4 and F7 (RM0090 5, RM0385 4), H7 (RM0433 6, RM0399
 * 7). Facts: vos_us,
 * the time the regulator needs (DS12589: 20 us typical; not specified on F4 and
 * H7), on F2 0: there is one range; od_us, what switching over-drive on takes, 0: the
 * chip has none; on H7 supply_bits, the bits of CR3 that one write decides, and
 * supply_update, the bit of these that the write clears, if there is one.
 */
#include "models.h"

#define F4_CR		0x00
#define F4_CSR		0x04
#define F4_VOS		(3u << 14)
#define F4_VOSRDY	(1u << 14)
#define F4_ODEN		(1u << 16)
#define F4_ODSWEN	(1u << 17)
#define F4_ODRDY	(1u << 16)
#define F4_ODSWRDY	(1u << 17)
#define F4_CSR_READONLY 0x0003400fu

#define G4_CR1	0x00
#define G4_VOS	(3u << 9)
#define G4_SR1	0x10
#define G4_SR2	0x14
#define G4_VOSF (1u << 10)
#define G4_SCR	0x18

#define H7_CSR1	      0x04
#define H7_ACTVOSRDY  (1u << 13)
#define H7_CR3	      0x0c
#define H7_D3CR	      0x18
#define H7_VOSRDY     (1u << 13)
#define H7_VOS	      (3u << 14)

static const struct emu_rule rule_supply = {
	"h7-supply-once", "manual", "RM0433 6.8.4 SCUEN, RM0399 7.8.4",
	"the supply configuration was written a second time since power-on: ignored"
};

struct pwr;

struct pwr_family {
	/* The value of @word's register after a write; starts what takes time. */
	uint32_t (*write)(struct pwr *pwr, uint32_t word, uint32_t old, uint32_t value);
	void (*changing)(struct pwr *pwr); /* the voltage begins to change */
	void (*settled)(struct pwr *pwr);
	uint32_t us;
};

struct pwr {
	struct emu_dev *dev;
	uint32_t *regs;
	const struct pwr_family *family;
	struct emu_event settle;
	struct emu_event drive; /* F4: over-drive follows what was asked */
	/* H7: what a system reset does not reset. */
	bool decided;
	uint32_t supply;
};

static void change(struct pwr *pwr)
{
	struct emu *emu = pwr->dev->emu;

	pwr->family->changing(pwr);
	emu_schedule(emu, &pwr->settle,
		     emu_now(emu) + emu_fact(pwr->dev, "vos_us", pwr->family->us) * 1000);
}

/* ---- F4: CSR.VOSRDY, ODRDY, ODSWRDY --------------------------------------- */

static void drive_later(struct pwr *pwr)
{
	uint64_t us = emu_fact(pwr->dev, "od_us", 0);

	if (us)
		emu_schedule(pwr->dev->emu, &pwr->drive,
			     emu_now(pwr->dev->emu) + us * 1000);
}

/* The regulator first; only then can it be switched to (RM0090 5.1.4). */
static void f4_drive(void *data)
{
	struct pwr *pwr = data;
	uint32_t cr = pwr->regs[F4_CR / 4], *csr = &pwr->regs[F4_CSR / 4];
	bool was_ready = *csr & F4_ODRDY;

	*csr &= ~(F4_ODRDY | F4_ODSWRDY);
	if (cr & F4_ODEN)
		*csr |= F4_ODRDY;
	if (cr & F4_ODEN && cr & F4_ODSWEN && was_ready)
		*csr |= F4_ODSWRDY;
	else if (cr & F4_ODEN && cr & F4_ODSWEN)
		drive_later(pwr);
}

static uint32_t f4_write(struct pwr *pwr, uint32_t word, uint32_t old, uint32_t value)
{
	if (word == F4_CSR)
		return (value & ~F4_CSR_READONLY) | (old & F4_CSR_READONLY);
	if (word == F4_CR && (old ^ value) & F4_VOS)
		change(pwr);
	if (word == F4_CR && (old ^ value) & (F4_ODEN | F4_ODSWEN))
		drive_later(pwr);
	return value;
}

static void f4_changing(struct pwr *pwr)
{
	pwr->regs[F4_CSR / 4] &= ~F4_VOSRDY;
}

static void f4_settled(struct pwr *pwr)
{
	if (emu_fact(pwr->dev, "vos_us", 1))
		pwr->regs[F4_CSR / 4] |= F4_VOSRDY;
}

static const struct pwr_family f4 = { f4_write, f4_changing, f4_settled, 40 };

/* ---- G4: SR2.VOSF, set while it changes ---------------------------------- */

static uint32_t g4_write(struct pwr *pwr, uint32_t word, uint32_t old, uint32_t value)
{
	if (word == G4_SR1 || word == G4_SR2)
		return old;
	if (word == G4_SCR) {
		pwr->regs[G4_SR1 / 4] &= ~value;
		return 0;
	}
	if (word == G4_CR1 && (old ^ value) & G4_VOS)
		change(pwr);
	return value;
}

static void g4_changing(struct pwr *pwr)
{
	pwr->regs[G4_SR2 / 4] |= G4_VOSF;
}

static void g4_settled(struct pwr *pwr)
{
	pwr->regs[G4_SR2 / 4] &= ~G4_VOSF;
}

static const struct pwr_family g4 = { g4_write, g4_changing, g4_settled, 20 };

/* ---- H7: D3CR.VOSRDY, CSR1.ACTVOSRDY and ACTVOS -------------------------- */

/* The first write that changes the supply decides; it also clears SCUEN. */
static uint32_t h7_write_cr3(struct pwr *pwr, uint32_t old, uint32_t value)
{
	uint32_t bits = (uint32_t)emu_fact(pwr->dev, "supply_bits", 0);
	uint32_t update = (uint32_t)emu_fact(pwr->dev, "supply_update", 0);
	bool changes = (old ^ value) & bits & ~update;

	if (update ? !(old & update) : pwr->decided) {
		if (changes)
			emu_rule_fired(pwr->dev->emu, &rule_supply,
				       pwr->dev->facts->base + H7_CR3);
		return (value & ~bits) | (old & bits);
	}
	if (!update && !changes)
		return value;
	pwr->decided = true;
	pwr->supply = value & bits & ~update;
	change(pwr);
	return value & ~update;
}

static uint32_t h7_write(struct pwr *pwr, uint32_t word, uint32_t old, uint32_t value)
{
	switch (word) {
	case H7_CSR1:
		return old;
	case H7_CR3:
		return h7_write_cr3(pwr, old, value);
	case H7_D3CR:
		if ((old ^ value) & H7_VOS) {
			change(pwr);
			return value & ~H7_VOSRDY;
		}
		return (value & ~H7_VOSRDY) | (old & H7_VOSRDY);
	default:
		return value;
	}
}

static void h7_keep_supply(struct pwr *pwr)
{
	uint32_t bits = (uint32_t)emu_fact(pwr->dev, "supply_bits", 0);

	pwr->regs[H7_CR3 / 4] = (pwr->regs[H7_CR3 / 4] & ~bits) | pwr->supply;
}

static void h7_changing(struct pwr *pwr)
{
	pwr->regs[H7_D3CR / 4] &= ~H7_VOSRDY;
	pwr->regs[H7_CSR1 / 4] &= ~H7_ACTVOSRDY;
}

static void h7_settled(struct pwr *pwr)
{
	uint32_t vos = pwr->regs[H7_D3CR / 4] & H7_VOS;

	pwr->regs[H7_D3CR / 4] |= H7_VOSRDY;
	pwr->regs[H7_CSR1 / 4] = (pwr->regs[H7_CSR1 / 4] & ~H7_VOS) | vos | H7_ACTVOSRDY;
}

static const struct pwr_family h7 = { h7_write, h7_changing, h7_settled, 50 };

/* ---- the model ---------------------------------------------------------- */

static void settle(void *data)
{
	struct pwr *pwr = data;

	pwr->family->settled(pwr);
}

static int init(struct emu_dev *dev, const struct pwr_family *family)
{
	struct pwr *pwr = dev->priv;

	pwr->dev = dev;
	pwr->regs = dev->regs;
	pwr->family = family;
	pwr->settle.fire = settle;
	pwr->settle.data = pwr;
	pwr->drive.fire = f4_drive;
	pwr->drive.data = pwr;
	return 0;
}

static void pwr_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
		      uint32_t value, bool debug)
{
	struct pwr *pwr = dev->priv;
	uint32_t word = offset & ~3u, old = pwr->regs[word / 4];

	pwr->regs[word / 4] = pwr->family->write(pwr, word, old,
						 emu_merge(old, offset, width, value));
	if (pwr->regs[word / 4] == old)
		emu_unchanged(dev->emu);
}

static void pwr_reset(struct emu_dev *dev, bool power)
{
	struct pwr *pwr = dev->priv;

	emu_cancel(dev->emu, &pwr->settle);
	emu_cancel(dev->emu, &pwr->drive);
	pwr->family->settled(pwr);
	if (power)
		pwr->decided = false;
	if (pwr->decided)
		h7_keep_supply(pwr);
}

static int init_g4(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &g4);
}

static int init_f4(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &f4);
}

static int init_h7(struct emu_dev *dev, struct stk_error *err)
{
	return init(dev, &h7);
}

#define PWR_MODEL(id, text, init_)               \
	const struct emu_model id = {            \
		.name = text,                    \
		.priv_size = sizeof(struct pwr), \
		.init = init_,                   \
		.reset = pwr_reset,              \
		.write = pwr_write,              \
	}

PWR_MODEL(emu_model_pwr_g4, "pwr-g4", init_g4);
PWR_MODEL(emu_model_pwr_f4, "pwr-f4", init_f4);
PWR_MODEL(emu_model_pwr_h7, "pwr-h7", init_h7);
