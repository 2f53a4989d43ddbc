/* SPDX-License-Identifier: GPL-2.0-only */
/* nor-common.c - what the instructions of all vendors' parts do alike */
#include <errno.h>
#include <string.h>

#include "nor-core.h"

static const struct emu_rule rule_reset_alone = {
	"nor-reset-alone", "manual", "Winbond W25Q257FV data sheet 8.2.53 Enable Reset, Reset",
	"The flash ignored Reset (99h) because Enable Reset (66h) did not come right before it.",
};

/* ---- write enable, addresses ------------------------------------------ */

void nor_set_wel(struct nor *nor)
{
	nor->wel = nor->op->opcode == 0x06;
}

void nor_set_four_byte(struct nor *nor)
{
	nor->four_byte = nor->op->opcode == 0xb7;
	if (nor->op->flags & NOR_OP_WEL)
		nor->wel = false;
}

void nor_set_extended_address(struct nor *nor)
{
	nor->extended_address = nor->frame[0];
	nor->wel = false;
}

uint8_t nor_read_extended_address(struct nor *nor)
{
	return nor->extended_address;
}

/* ---- power-down and reset --------------------------------------------- */

void nor_power_down(struct nor *nor)
{
	nor->powered_down = true;
}

void nor_wake(struct nor *nor)
{
	if (!nor->powered_down)
		return;
	nor->powered_down = false;
	nor_settle(nor, nor->part->wake_us);
}

void nor_arm_reset(struct nor *nor)
{
	nor->reset_armed = 2;	/* this frame and the next */
}

void nor_do_reset(struct nor *nor)
{
	if (!nor->reset_armed) {
		nor_rule(nor, &rule_reset_alone);
		return;
	}
	nor_reset(nor);
}

void nor_reset(struct nor *nor)
{
	bool busy = nor_busy(nor) || nor_is_suspended(nor);
	uint32_t us = busy ? nor->part->reset_busy_us : nor->part->reset_us;

	nor_cut_job(nor);
	nor->vendor->reset(nor, false);
	if (us)
		nor_settle(nor, us);
}

void nor_reset_modes(struct nor *nor)
{
	nor->wel = false;
	nor->volatile_wel = false;
	nor->bus = 1;
	nor->bus_both_edges = false;
	nor->four_byte = false;
	nor->powered_down = false;
	nor->continuous = NULL;
	nor->reset_armed = 0;
	nor->extended_address = 0;
	nor->read_parameters = 0;
	nor->flags = 0;
}

/* ---- identification --------------------------------------------------- */

/* What a part answers that is none of ours. */
static const uint8_t wrong_id[NOR_ID_MAX] = { 0xc8, 0x60, 0x16 };

uint8_t nor_read_id(struct nor *nor)
{
	const struct nor_part *part = nor->part;
	const uint8_t *id = part->id;

	if (!nor->qe_fixed && part->id_qe0[0])
		id = part->id_qe0;
	if (nor->fault.kind == NOR_FAIL_ID)
		id = wrong_id;
	else if (nor->bus > 1 && part->id_qpi && nor->n_data == 1)
		return part->id_qpi;
	return nor->n_data < nor->part->id_len ? id[nor->n_data] : 0;
}

uint8_t nor_read_device_id(struct nor *nor)
{
	return nor->fault.kind == NOR_FAIL_ID ? wrong_id[2] - 1 : nor->part->device_id;
}

uint8_t nor_read_ids(struct nor *nor)
{
	if ((nor->address + nor->n_data) & 1)
		return nor_read_device_id(nor);
	return nor->fault.kind == NOR_FAIL_ID ? wrong_id[0] : nor->part->id[0];
}

uint8_t nor_read_sfdp(struct nor *nor)
{
	return nor->vendor->sfdp ? nor->vendor->sfdp(nor->part, nor->address + nor->n_data)
				 : 0xff;
}

/* ---- registers -------------------------------------------------------- */

void nor_write_registers(struct nor *nor)
{
	nor->job.kind = NOR_JOB_STATUS;
	nor_start_job(nor, nor->part->status_us);
}

uint8_t nor_load_register(const struct nor *nor, unsigned int i, uint8_t factory)
{
	return factory ^ (uint8_t)~nor->nonvolatile[i];
}

void nor_store_register(struct nor *nor, unsigned int i, uint8_t factory, uint8_t value)
{
	nor->nonvolatile[i] = (uint8_t)~(factory ^ value);
}

/* ---- protection ------------------------------------------------------- */

void nor_lock(struct nor *nor, uint32_t addr, uint32_t len, bool value)
{
	for (uint32_t i = addr / NOR_4K; i < (addr + len + NOR_4K - 1) / NOR_4K; i++) {
		uint8_t bit = 1u << i % 8;

		nor->locks[i / 8] = (nor->locks[i / 8] & ~bit) | (value ? bit : 0);
	}
}

bool nor_any_locked(const struct nor *nor, uint32_t addr, uint32_t len)
{
	for (uint32_t i = addr / NOR_4K; i <= (addr + len - 1) / NOR_4K; i++)
		if (nor->locks[i / 8] >> i % 8 & 1)
			return true;
	return false;
}

bool nor_in_bp_span(const struct nor *nor, unsigned int bp, uint32_t unit, bool bottom,
		    uint32_t addr, uint32_t len)
{
	uint32_t size = nor->part->size;
	uint64_t span = bp ? (uint64_t)unit << (bp - 1) : 0;
	uint64_t start;

	if (span > size)
		span = size;
	start = bottom ? 0 : size - span;
	return span && addr < start + span && start < (uint64_t)addr + len;
}

/* ---- as an application left it ---------------------------------------- */

/* What an application was doing when it was stopped: an erase of block 0. */
static void leave_busy(struct nor *nor)
{
	nor->job.kind = NOR_JOB_ERASE;
	nor->job.addr = 0;
	nor->job.len = nor->part->block;
	nor_start_job(nor, nor->part->erase_block_us);
}

/* The same, suspended long ago. */
static void leave_suspended(struct nor *nor)
{
	nor->suspended.kind = NOR_JOB_ERASE;
	nor->suspended.addr = 0;
	nor->suspended.len = nor->part->block;
	nor->suspended.left_ns = nor->part->erase_block_us * 500ull;
}

static int leave_in_read(struct nor *nor, uint8_t opcode)
{
	const struct nor_op *op = nor_find_op(nor, opcode);

	if (!op)
		return -EINVAL;
	nor->continuous = op;
	return 0;
}

int nor_leave_protected(struct nor *nor, uint8_t bits, uint8_t factory)
{
	nor->sr[0] |= bits;
	nor_store_register(nor, 0, factory, nor->sr[0]);
	return 0;
}

int nor_leave_common(struct nor *nor, const char *state, uint8_t continuous,
		     uint8_t suspend)
{
	const struct nor_op *sleep = nor_find_op(nor, 0xb9);

	if (!strcmp(state, "powerdown") && sleep && sleep->done == nor_power_down)
		nor->powered_down = true;
	else if (!strcmp(state, "4byte") && nor_has(nor, NOR_HAS_4BYTE))
		nor->four_byte = true;
	else if (!strcmp(state, "wel"))
		nor->wel = true;
	else if (!strcmp(state, "busy"))
		leave_busy(nor);
	else if (!strcmp(state, "suspended") && nor_find_op(nor, suspend))
		leave_suspended(nor);
	else if (!strcmp(state, "continuous") && continuous)
		return leave_in_read(nor, continuous);
	else
		return -EINVAL;
	return 0;
}
