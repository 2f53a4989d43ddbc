/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-array.c - what erases and programs do to the cells, and how long it
 * takes
 */
#include <errno.h>
#include <string.h>

#include "nor-core.h"

#define NS_PER_US	1000ull
#define SUSPEND_US	20	/* tSUS */

static const struct emu_rule rule_protected = {
	"nor-protected", "manual", "Winbond W25Q257FV 7.1.3, 8.2.29; MT25QL256ABA table 3",
	"The flash did not execute an erase or program because the range is write-protected.",
};
static const struct emu_rule rule_page_wrap = {
	"nor-page-wrap", "manual", "Winbond data sheets, Page Program (02h)",
	"More bytes than fit went to one page; the address wrapped to the start of the page.",
};
static const struct emu_rule rule_no_set = {
	"nor-no-set", "manual", "Winbond data sheets, Page Program (02h)",
	"A program tried to turn 0 into 1 where the flash was not erased; the bits stayed 0.",
};
static const struct emu_rule rule_cut = {
	"nor-cut", "assumed", "Winbond W25Q257FV data sheet 8.2.31: may become corrupted",
	"An erase or program was cut short; the bits in its range are mixed.",
};
static const struct emu_rule rule_suspended_range = {
	"nor-suspended-range", "assumed", "Winbond W25Q257FV data sheet 8.2.31",
	"The range of a suspended erase or program was used; reads give noise, programs nothing.",
};
static const struct emu_rule rule_no_suspend = {
	"nor-no-suspend", "manual", "Winbond W25Q257FV data sheet 8.2.31",
	"The flash ignored a suspend: nothing that can be suspended runs.",
};

static const struct emu_rule rule_broken = {
	"nor-broken", "manual", "a failure that the user asked for",
	"An erase or program did not do what it should because the flash was made to fail.",
};

static bool overlap(uint32_t a, uint32_t a_len, uint32_t b, uint32_t b_len)
{
	return a < (uint64_t)b + b_len && b < (uint64_t)a + a_len;
}

static bool in_suspended(const struct nor *nor, uint32_t addr, uint32_t len)
{
	const struct nor_job *job = &nor->suspended;

	return job->kind != NOR_JOB_NONE && overlap(addr, len, job->addr, job->len);
}

uint8_t nor_read_array(struct nor *nor)
{
	uint32_t addr = (nor_array_address(nor) + nor->n_data) & (nor->part->size - 1);

	if (in_suspended(nor, addr, 1)) {
		nor_rule(nor, &rule_suspended_range);
		return (uint8_t)emu_random(nor->emu);
	}
	return nor->array[addr];
}

/* ---- the end of an operation ------------------------------------------ */

static void erased(struct nor *nor, const struct nor_job *job, bool cut)
{
	uint8_t *cells = nor->array + job->addr;

	if (!cut)
		memset(cells, 0xff, job->len);
	for (uint32_t i = 0; cut && i < job->len; i++)
		cells[i] |= (uint8_t)emu_random(nor->emu);
	emu_flash_changed(nor->emu, "erase", nor->place.base + job->addr, job->len);
}

static void programmed(struct nor *nor, const struct nor_job *job, bool cut)
{
	uint32_t page = nor->part->page;
	uint8_t *cells = nor->array + job->addr / page * page;
	bool refused = false;

	for (uint32_t i = 0; i < page; i++) {
		uint8_t keep = cut ? (uint8_t)emu_random(nor->emu) : 0;

		/* 0xff asks for no change: hosts pad with it. */
		if (job->data[i] != 0xff && job->data[i] & ~cells[i])
			refused = true;
		cells[i] &= job->data[i] | keep;
	}
	if (refused)
		emu_rule_fired(nor->emu, &rule_no_set, nor->place.base + job->addr);
	emu_flash_changed(nor->emu, "program", nor->place.base + job->addr, job->len);
}

static void stick_bit(struct nor *nor)
{
	if (nor->fault.kind == NOR_FAIL_STUCK_BIT)
		nor->array[nor->fault.first] &= 0xfe;
}

static void apply(struct nor *nor, const struct nor_job *job, bool cut)
{
	if (job->kind == NOR_JOB_STATUS && !cut)
		nor->vendor->status_written(nor);
	if (job->kind != NOR_JOB_ERASE && job->kind != NOR_JOB_PROGRAM)
		return;
	if (job->stuck) {
		emu_rule_fired(nor->emu, &rule_broken, nor->place.base + job->addr);
		if (nor->vendor->failed && !cut)
			nor->vendor->failed(nor, job->kind, false);
		return;
	}
	if (job->kind == NOR_JOB_ERASE)
		erased(nor, job, cut);
	else
		programmed(nor, job, cut);
	stick_bit(nor);
}

static void timer(void *data)
{
	struct nor *nor = data;
	struct nor_job ended = nor->job;

	if (nor->settling) {
		nor->settling = false;
		return;
	}
	nor->job.kind = NOR_JOB_NONE;
	nor->wel = false;
	if (nor->suspending) {
		nor->suspending = false;
		nor->suspended = ended;
		return;
	}
	/* What it calls may keep the part busy, or WEL set. */
	apply(nor, &ended, false);
}

void nor_array_init(struct nor *nor)
{
	nor->event.fire = timer;
	nor->event.data = nor;
}

static void after(struct nor *nor, uint64_t ns)
{
	emu_schedule(nor->emu, &nor->event, emu_now(nor->emu) + ns);
}

static bool strikes(const struct nor *nor, enum nor_failure kind,
		    const struct nor_job *job)
{
	return nor->fault.kind == kind && job->kind != NOR_JOB_STATUS &&
	       overlap(job->addr, job->len, nor->fault.first, nor->fault.len);
}

void nor_start_job(struct nor *nor, uint32_t us)
{
	nor->job.stuck = strikes(nor, NOR_FAIL_STUCK_RANGE, &nor->job);
	if (strikes(nor, NOR_FAIL_BUSY, &nor->job))
		emu_rule_fired(nor->emu, &rule_broken, nor->place.base + nor->job.addr);
	else
		after(nor, us * NS_PER_US);
}

int nor_fail(struct nor *nor, enum nor_failure kind, uint32_t first, uint32_t len)
{
	bool placed = kind >= NOR_FAIL_STUCK_RANGE;
	uint32_t size = nor->part->size;

	if (placed && (first >= size || !len || len > size - first))
		return -EINVAL;
	nor->fault = (struct nor_fault){ kind, first, len };
	stick_bit(nor);
	if (kind == NOR_FAIL_ABSENT)
		nor->selected = false;
	return 0;
}

void nor_settle(struct nor *nor, uint32_t us)
{
	nor->settling = true;
	after(nor, us * NS_PER_US);
}

void nor_cut_job(struct nor *nor)
{
	struct nor_job *cut[] = { &nor->job, &nor->suspended };

	emu_cancel(nor->emu, &nor->event);
	for (size_t i = 0; i < 2; i++) {
		if (cut[i]->kind == NOR_JOB_NONE)
			continue;
		if (cut[i]->kind == NOR_JOB_ERASE || cut[i]->kind == NOR_JOB_PROGRAM)
			emu_rule_fired(nor->emu, &rule_cut, nor->place.base + cut[i]->addr);
		apply(nor, cut[i], true);
		cut[i]->kind = NOR_JOB_NONE;
	}
	nor->suspending = false;
	nor->settling = false;
}

/* ---- suspend and resume ----------------------------------------------- */

void nor_suspend(struct nor *nor)
{
	struct nor_job *job = &nor->job;
	bool can = (job->kind == NOR_JOB_PROGRAM || job->kind == NOR_JOB_ERASE) &&
		   job->len < nor->part->size && nor->event.when &&
		   nor->suspended.kind == NOR_JOB_NONE;

	if (!can) {
		nor_rule(nor, &rule_no_suspend);
		return;
	}
	job->left_ns = nor->event.when - emu_now(nor->emu);
	if (nor->suspending || job->left_ns <= SUSPEND_US * NS_PER_US)
		return;
	nor->suspending = true;
	after(nor, SUSPEND_US * NS_PER_US);
}

void nor_resume(struct nor *nor)
{
	if (nor->suspended.kind == NOR_JOB_NONE)
		return;
	nor->job = nor->suspended;
	nor->suspended.kind = NOR_JOB_NONE;
	after(nor, nor->job.left_ns);
}

/* ---- instructions ----------------------------------------------------- */

void nor_take_data(struct nor *nor, uint8_t byte)
{
	if (nor->n_data == 0)
		memset(nor->frame, 0xff, sizeof(nor->frame));
	nor->frame[(nor->address + nor->n_data) % nor->part->page] = byte;
}

static bool may_change(struct nor *nor, enum nor_job_kind kind, uint32_t addr,
		       uint32_t len)
{
	if (nor->vendor->begins)
		nor->vendor->begins(nor, kind);
	if (nor->vendor->is_protected && nor->vendor->is_protected(nor, addr, len)) {
		nor_rule(nor, &rule_protected);
		if (nor->vendor->failed)
			nor->vendor->failed(nor, kind, true);
		return false;
	}
	if (in_suspended(nor, addr, len)) {
		nor_rule(nor, &rule_suspended_range);
		return false;
	}
	return true;
}

void nor_program(struct nor *nor)
{
	uint32_t size = nor->part->page, addr = nor_array_address(nor);
	uint32_t page = addr / size * size;
	bool wraps = addr % size + nor->n_data > size;

	if (!may_change(nor, NOR_JOB_PROGRAM, page, size))
		return;
	if (wraps)
		nor_rule(nor, &rule_page_wrap);
	nor->job.kind = NOR_JOB_PROGRAM;
	nor->job.addr = wraps ? page : addr;
	nor->job.len = wraps ? size : nor->n_data;
	memcpy(nor->job.data, nor->frame, size);
	nor_start_job(nor, nor->part->page_us);
}

/* What @op of this part erases, and how long that takes. */
static uint32_t erase_len(const struct nor_part *part, const struct nor_op *op,
			  uint32_t *us)
{
	switch (op->len) {
	case NOR_CHIP:
		*us = part->chip_us;
		return part->size;
	case NOR_DIE:
		*us = part->chip_us;
		return part->size / part->dies;
	case NOR_BLOCK:
		*us = part->erase_block_us;
		return part->block;
	default:
		*us = op->len == NOR_4K ? part->erase_4k_us : part->erase_32k_us;
		return op->len;
	}
}

void nor_erase(struct nor *nor)
{
	uint32_t us, len = erase_len(nor->part, nor->op, &us);
	uint32_t addr = nor->op->len == NOR_CHIP ? 0 : nor_array_address(nor) & ~(len - 1);

	if (!may_change(nor, NOR_JOB_ERASE, addr, len))
		return;
	nor->job.kind = NOR_JOB_ERASE;
	nor->job.addr = addr;
	nor->job.len = len;
	nor_start_job(nor, us);
}
