/* SPDX-License-Identifier: MIT */
/* monitor-register.c - "monitor reg": registers by name, with their fields */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "server.h"

#define WORD	4
/* ARMv7-M ARM B3.2: what every Cortex-M has lies here. */
#define SCS_START	0xe000e000u
#define SCS_END		0xe000f000u

int monitor_show(struct server *s, const struct stk_peripheral *p,
		 const struct stk_register *r, struct stk_error *err)
{
	uint8_t bytes[WORD];
	char text[300];
	int code = memory_read(s, p->base + r->offset, bytes, sizeof(bytes), err);

	if (code)
		return code;
	untold(s, "%s_%s = %s\n", p->name, r->name,
	       stk_register_text(r, get32(bytes), text, sizeof(text)));
	return 0;
}

/* ---- finding one by its name ---- */

static bool is_called(const char *name, const struct stk_peripheral *p,
		      const struct stk_register *r)
{
	size_t n = strlen(p->name);

	return !strncasecmp(name, p->name, n) && name[n] == '_' &&
	       !strcasecmp(name + n + 1, r->name);
}

static bool find_in_chip(const struct stk_chip *chip, const char *name,
			 struct stk_register_place *ret)
{
	size_t i, k;

	for (i = 0; chip && i < chip->n_peripherals; i++) {
		const struct stk_peripheral *p = &chip->peripherals[i];

		for (k = 0; k < p->n_registers; k++) {
			if (!is_called(name, p, &p->registers[k]))
				continue;
			*ret = (struct stk_register_place){ p, &p->registers[k], 0 };
			return true;
		}
	}
	return false;
}

/* Facts of the core are asked for by address only. "SCB_CFSR", "NVIC_ISER0", "CFSR". */
static bool find_in_core(struct server *s, const char *name, struct stk_register_place *ret)
{
	const struct stk_chip *chip = stk_board_facts(s->board)->chip;
	const char *bare = strncasecmp(name, "SCB_", 4) ? name : name + 4;
	uint64_t at;

	for (at = SCS_START; at < SCS_END; at += WORD)
		if (stk_register_at(s->ctx, chip, at, ret) && ret->reg && !ret->offset &&
		    (is_called(name, ret->peripheral, ret->reg) ||
		     !strcasecmp(bare, ret->reg->name)))
			return true;
	return false;
}

static const struct stk_peripheral *find_block(const struct stk_chip *chip, const char *name)
{
	size_t i;

	for (i = 0; chip && i < chip->n_peripherals; i++)
		if (!strcasecmp(chip->peripherals[i].name, name))
			return &chip->peripherals[i];
	return NULL;
}

/* ---- the core's own ---- */

static int find_core(const char *name)
{
	int i;

	for (i = 0; i < STK_REG_COUNT; i++)
		if (!strcasecmp(register_names[i], name))
			return i;
	return -1;
}

/* All where @which is negative. */
static int show_core(struct server *s, int which, struct stk_error *err)
{
	struct stk_regs regs = { .valid = 0 };
	int i, r = target_result(s, s->ops->get_regs(s->target, &regs, err), err);

	for (i = 0; i < STK_REG_COUNT && !r; i++)
		if ((which < 0 || which == i) && regs.valid >> i & 1)
			untold(s, "%s = 0x%08x\n", register_names[i], regs.r[i]);
	return r;
}

static int set_core(struct server *s, int which, uint32_t value, struct stk_error *err)
{
	struct stk_regs regs = { .valid = 1u << which };

	regs.r[which] = value;
	return target_result(s, s->ops->set_regs(s->target, &regs, err), err);
}

/* ---- the command ---- */

static int unknown(struct server *s, const char *name, struct stk_error *err)
{
	const struct stk_chip *chip = stk_board_facts(s->board)->chip;

	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-register",
			"%s has no register or register block '%s'",
			chip ? chip->name : "the chip, which is not known,", name);
}

static int show(struct server *s, const char *name, struct stk_error *err)
{
	const struct stk_chip *chip = stk_board_facts(s->board)->chip;
	const struct stk_peripheral *block = find_block(chip, name);
	struct stk_register_place place;
	int which = find_core(name), r = 0;
	size_t i;

	if (!*name || which >= 0)
		return show_core(s, which, err);
	if (find_in_chip(chip, name, &place) || find_in_core(s, name, &place))
		return monitor_show(s, place.peripheral, place.reg, err);
	if (!block)
		return unknown(s, name, err);
	for (i = 0; i < block->n_registers && !r; i++)
		r = monitor_show(s, block, &block->registers[i], err);
	return r;
}

static int set(struct server *s, const char *name, uint32_t value, struct stk_error *err)
{
	const struct stk_chip *chip = stk_board_facts(s->board)->chip;
	uint8_t bytes[WORD];
	struct stk_register_place place;
	int which = find_core(name), r;

	if (which >= 0)
		return set_core(s, which, value, err);
	if (!find_in_chip(chip, name, &place) && !find_in_core(s, name, &place))
		return unknown(s, name, err);
	put32(bytes, value);
	r = memory_write(s, place.peripheral->base + place.reg->offset, bytes, WORD, err);
	return r ? r : monitor_show(s, place.peripheral, place.reg, err);
}

int monitor_register(struct server *s, const char *text, struct stk_error *err)
{
	char name[64];
	size_t n = strcspn(text, "= ");
	uint64_t value;

	if (stk_board_running(s->board))
		return stk_fail(err, STK_ORIGIN_USAGE, EBUSY, "core-running",
				"the core runs; \"monitor halt\" halts it");
	snprintf(name, sizeof(name), "%.*s", (int)(n < sizeof(name) ? n : 0), text);
	text += n + strspn(text + n, "= ");
	if (!*text)
		return show(s, name, err);
	if (stk_parse_u64(text, &value) || value > UINT32_MAX)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-argument",
				"usage: monitor reg [NAME[=VALUE]]");
	return set(s, name, (uint32_t)value, err);
}
