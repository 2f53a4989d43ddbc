/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-array.c - what erases and programs do to the cells, and how long it
 * takes
 */
#include <string.h>

#include "nor-core.h"

#define NS_PER_US	1000ull
#define SUSPEND_US	20	/* tSUS */

static const struct emu_rule rule_protected = {
	"nor-protected", "manual", "Winbond W25Q257FV data sheet 7.1.3, 8.2.29",
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

static bool in_suspended(const struct nor *nor, uint32_t addr, uint32_t len)
{
	const struct nor_job *job = &nor->suspended;

	return job->kind != NOR_JOB_NONE && addr < job->addr + job->len &&
	       job->addr < addr + len;
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
	uint8_t *page = nor->array + job->addr / NOR_PAGE * NOR_PAGE;
	bool refused = false;

	for (unsigned int i = 0; i < NOR_PAGE; i++) {
		uint8_t keep = cut ? (uint8_t)emu_random(nor->emu) : 0;

		/* 0xff asks for no change: hosts pad with it. */
		if (job->data[i] != 0xff && job->data[i] & ~page[i])
			refused = true;
		page[i] &= job->data[i] | keep;
	}
	if (refused)
		emu_rule_fired(nor->emu, &rule_no_set, nor->place.base + job->addr);
	emu_flash_changed(nor->emu, "program", nor->place.base + job->addr, job->len);
}

static void apply(struct nor *nor, const struct nor_job *job, bool cut)
{
	if (job->kind == NOR_JOB_ERASE)
		erased(nor, job, cut);
	else if (job->kind == NOR_JOB_PROGRAM)
		programmed(nor, job, cut);
	else if (job->kind == NOR_JOB_STATUS && !cut)
		nor->vendor->status_written(nor);
}

static void timer(void *data)
{
	struct nor *nor = data;

	if (nor->settling) {
		nor->settling = false;
		return;
	}
	if (nor->suspending) {
		nor->suspending = false;
		nor->suspended = nor->job;
		nor->job.kind = NOR_JOB_NONE;
		nor->wel = false;
		return;
	}
	apply(nor, &nor->job, false);
	nor->job.kind = NOR_JOB_NONE;
	nor->wel = false;
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

void nor_start_job(struct nor *nor, uint32_t us)
{
	after(nor, us * NS_PER_US);
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
		if (cut[i]->kind != NOR_JOB_STATUS)
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
		   job->len < nor->part->size && nor->suspended.kind == NOR_JOB_NONE;

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
	nor->frame[(nor->address + nor->n_data) % NOR_PAGE] = byte;
}

static bool may_change(struct nor *nor, uint32_t addr, uint32_t len)
{
	if (nor->vendor->is_protected(nor, addr, len)) {
		nor_rule(nor, &rule_protected);
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
	uint32_t addr = nor_array_address(nor), page = addr / NOR_PAGE * NOR_PAGE;
	bool wraps = addr % NOR_PAGE + nor->n_data > NOR_PAGE;

	if (!may_change(nor, page, NOR_PAGE))
		return;
	if (wraps)
		nor_rule(nor, &rule_page_wrap);
	nor->job.kind = NOR_JOB_PROGRAM;
	nor->job.addr = wraps ? page : addr;
	nor->job.len = wraps ? NOR_PAGE : nor->n_data;
	memcpy(nor->job.data, nor->frame, NOR_PAGE);
	nor_start_job(nor, nor->part->page_us);
}

void nor_erase(struct nor *nor)
{
	const struct nor_part *part = nor->part;
	uint32_t len = nor->op->len ? nor->op->len : part->size;
	uint32_t addr = nor->op->len ? nor_array_address(nor) & ~(len - 1) : 0;

	if (!may_change(nor, addr, len))
		return;
	nor->job.kind = NOR_JOB_ERASE;
	nor->job.addr = addr;
	nor->job.len = len;
	nor_start_job(nor, len == 0x1000 ? part->erase_4k_us :
			   len == 0x8000 ? part->erase_32k_us :
			   len == 0x10000 ? part->erase_64k_us : part->chip_us);
}
