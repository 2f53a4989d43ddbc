/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-g4-memory.c - the windows in which the core sees the cells; see flash-g4.h */
#include <errno.h>

#include "flash-g4.h"

static const struct emu_rule rule_gap = {
	"g4-gap", "assumed",
	"RM0440 3.3.1, 3.7.8: nothing is mapped between the banks; not what an access does",
	"no cells are there in this option state: bus error"
};

/* A bank is free while the other one is busy; options concern all. */
static void wait_for(struct flash_g4 *f, struct g4_area *a)
{
	flash_op_wait(&a->op);
	if (f->other.when)
		emu_stall_until(f->emu, f->other.when);
}

struct g4_area *g4_access(struct flash_g4 *f, uint64_t addr, bool write, uint32_t *ret)
{
	struct g4_area *a = g4_area_at(f, addr, ret);
	const struct emu_rule *rule = !a ? &rule_gap : g4_closed(f) ? &g4_rule_rdp : NULL;

	if (!rule)
		return a;
	emu_rule_fired(f->emu, rule, addr);
	if (a || f->gap.now == G4_GAP_FAULT)
		emu_bus_fault(f->emu, addr, write, rule->text);
	return NULL;
}

static uint32_t view_read(void *priv, uint64_t offset, unsigned int width, bool debug)
{
	struct g4_view *view = priv;
	struct flash_g4 *f = view->flash;
	struct g4_area *a;
	uint32_t at;

	a = g4_access(f, view->start + offset, false, &at);
	if (!a)
		return UINT32_MAX;
	wait_for(f, a);
	return flash_array_load(&a->array, at, width);
}

static uint8_t *view_cells(void *priv, bool write, uint64_t offset, size_t *len)
{
	struct g4_view *view = priv;
	struct g4_area *a;
	uint32_t at;

	a = g4_area_at(view->flash, view->start + offset, &at);
	return a ? flash_array_cells(&a->array, write, at, len) : NULL;
}

static int add_view(struct flash_g4 *f, struct g4_view *view, const char *name,
		    uint64_t start, uint64_t size, struct stk_error *err)
{
	struct emu_window window = {
		.name = name,
		.start = start,
		.size = size,
		.read = view_read,
		.write = g4_store,
		.priv = view,
		.cells = view_cells,
	};

	view->flash = f;
	view->start = start;
	return emu_add_window(f->emu, &window, err);
}

static int add_views(struct flash_g4 *f, struct stk_error *err)
{
	const struct stk_chip *chip = emu_chip(f->emu);
	const struct flash_array *otp = &f->otp.array;
	size_t i, n = 0;
	int r = 0;

	for (i = 0; !r && i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		if (m->kind != STK_MEM_FLASH || m->alias)
			continue;
		if (n + 1 == sizeof(f->view) / sizeof(f->view[0]))
			return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
					"%s has more flash memories than are supported",
					chip->name);
		r = add_view(f, &f->view[n++], m->name, m->start, m->size, err);
	}
	return r ? r : add_view(f, &f->view[n], "OTP", otp->base, otp->size, err);
}

static int add_otp(struct flash_g4 *f, struct stk_error *err)
{
	f->otp.otp = true;
	f->otp.busy_flag = SR_BSY;
	return flash_array_init(&f->otp.array, f->emu, "OTP",
				emu_fact(f->dev, "otp_start", 0x1fff7000),
				emu_fact(f->dev, "otp_bytes", 1024), 0xff, err);
}

int g4_memory_init(struct flash_g4 *f, struct stk_error *err)
{
	static const char *const gap[] = { [G4_GAP_FAULT] = "fault", "ignored", NULL };
	int r = add_otp(f, err);

	f->gap = (struct emu_choice){ &rule_gap, gap, G4_GAP_FAULT };
	if (!r)
		r = add_views(f, err);
	return r || !f->two_modes ? r : emu_add_choice(f->emu, &f->gap, err);
}
