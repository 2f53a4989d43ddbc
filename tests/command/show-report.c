/* SPDX-License-Identifier: MIT */
/*
 * Reports of qualify and of diff --behaviour that no loader of ours gives: with
 * everything that may be missing, and with bytes in names that a terminal, a
 * page, JSON and XML must not get as they are. Prints one in the form that is
 * asked for; test-qualify-forms.py looks at it.
 */
#include "tools/stoker/cmd.h"
#include "tools/stoker/render/render.h"

#define NASTY "<b>\"x\"&'\x1b[31m\x01\x7f\xc2\xa0\xe2\x80\xae ]]>"

static const struct stk_access traffic[] = {
	{ .ns = 1200,
	  .pc = 0x20000134,
	  .address = 0x40022014,
	  .value = 0x802,
	  .write = true,
	  .name = "FLASH_CR",
	  .text = "0x00000802 (PER, BKER, PNB=32)" },
	{ .ns = 2400,
	  .pc = 0x2000013a,
	  .address = 0x40022010,
	  .value = 0x10000,
	  .repeats = 41,
	  .name = "FLASH_SR",
	  .text = "0x00010000 (BSY)" },
	{ .ns = 123456789, .pc = 0x2000013a, .address = 0x5f000000, .value = 7 },
	{ .pc = 0x2000013a, .address = 4, .name = NASTY, .text = NASTY },
};

static const struct stk_trial_call call = {
	.text = "EraseSector(0x08010000)",
	.end = STK_END_RETURNED,
	.meaning = "returned 1: " NASTY,
	.ns = 4300,
	.traffic = traffic,
	.n_traffic = ARRAY_SIZE(traffic),
	.n_dropped = 17,
};

static const struct stk_evidence evidence[] = {
	{ "FLASH_SR", "0x00000080 (PGSERR)" },
	{ "chip rule",
	  "g4-bker-single-bank: BKER is set on a single-bank part, which is a "
	  "long sentence that a terminal has no room for in one line" },
	{ "name", NASTY },
};

static const struct stk_diagnosis diagnosis = {
	.cause = "bank-mode-mismatch",
	.message = "the loader selected bank 2 " NASTY,
	.remedy = "use the flash algorithm for this chip's bank mode",
	.basis = "assumed",
	.evidence = evidence,
	.n_evidence = ARRAY_SIZE(evidence),
};

static const struct stk_check checks[] = {
	{ .id = "init",
	  .group = "calls",
	  .title = "Init and UnInit answer in every phase",
	  .text = "",
	  .cases = 6,
	  .ns = 81000 },
	{ .id = "erase-only-that-sector",
	  .group = "erase",
	  .title = "each sector erases, and only that sector, wherever it is in the "
		   "device",
	  .result = STK_CHECK_FAIL,
	  .text = "EraseSector(0x08010000) returned 1 " NASTY,
	  .cases = 64,
	  .failed = 32,
	  .ns = 1500000000,
	  .diagnosis = &diagnosis,
	  .call = &call,
	  .basis = "assumed" },
	{ .id = "erase-chip",
	  .group = "erase",
	  .title = "EraseChip erases all",
	  .result = STK_CHECK_SKIP,
	  .text = "the loader has no EraseChip" },
	{ .id = "write-protected",
	  .group = "honesty",
	  .title = "says that it is protected",
	  .result = STK_CHECK_WEAK,
	  .text = "EraseSector returned 0",
	  .cases = 1,
	  .failed = 1,
	  .failure = "pages 0 to 63 are write-protected",
	  .basis = "manual" },
};

static const struct stk_host_trial hosts[] = {
	{ .host = "stoker", .result = STK_HOST_WORKS, .sure = true, .text = "" },
	{ .host = "cubeprogrammer",
	  .until = "2.6.0",
	  .result = STK_HOST_WORKS,
	  .sure = true,
	  .text = "" },
	{ .host = "cubeprogrammer",
	  .since = "2.7.0",
	  .until = "2.17.0",
	  .sure = true,
	  .result = STK_HOST_HANGS,
	  .text = "in Init: HAL_Delay waits for SysTick " NASTY,
	  .rule = "no-interrupts",
	  .source = "RM0440 3.7.6",
	  .basis = "observed",
	  .diagnosis = &diagnosis,
	  .ns = 5000000000 },
	{ .host = "cubeprogrammer",
	  .since = "2.18.0",
	  .result = STK_HOST_REFUSED,
	  .text = "",
	  .rule = "name-of-device",
	  .basis = "observed" },
	{ .host = "openocd",
	  .since = "0.11.0",
	  .until = "0.11.0",
	  .sure = true,
	  .result = STK_HOST_FORMAT,
	  .text = "" },
};

static const struct stk_hypothesis hypotheses[] = {
	{ .what = "DBGMCU_IDCODE reads 0x00000000 (zero)",
	  .address = 0xe0042000,
	  .how = "zero",
	  .fits = true,
	  .text = "EraseSector then returned 1 " NASTY,
	  .call = &call },
	{ .what = "rule g4-bker-single-bank is ignored",
	  .how = "rule",
	  .rule = "g4-bker-single-bank",
	  .variant = "ignored",
	  .text = "" },
};

static struct stk_sector_trial sectors[64];

static const struct stk_device device = { .name = NASTY };

static const struct stk_loader_info loader = {
	.path = "somewhere/x.FLM",
	.name = "x.FLM",
	.format = "flm",
	.device = &device,
	.sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
};

static const struct stk_module_info foreign = {
	.class_id = STK_CLASS_TARGET,
	.name = "meter",
	.version = "1",
	.license = "MIT",
	.path = "/elsewhere/meter.so",
	.sha256 = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
};

static const struct stk_module_info *const modules[] = { &foreign };

static const struct stk_qualify_report bad = {
	.verdict =
		"1 of 4 checks failed: erase-only-that-sector, which rests on an assumed "
		"rule of the chip " NASTY,
	.n_pass = 1,
	.n_fail = 1,
	.n_weak = 1,
	.n_skip = 1,
	.chip = "STM32G431CB",
	.target = "emu:stm32g431cb," NASTY,
	.option_state = "DBANK=1",
	.host = "stoker",
	.seed = 7,
	.loader = &loader,
	.checks = checks,
	.n_checks = ARRAY_SIZE(checks),
	.sectors = sectors,
	.n_sectors = ARRAY_SIZE(sectors),
	.hosts = hosts,
	.n_hosts = ARRAY_SIZE(hosts),
	.symptom = "EraseSector 0x08010000 returns 1",
	.hypotheses = hypotheses,
	.n_hypotheses = ARRAY_SIZE(hypotheses),
	.calls = 1234,
	.target_ns = 5100000000,
	.modules = modules,
	.n_modules = ARRAY_SIZE(modules),
	.tainted = true,
};

/* Nothing that need not be there. */
static const struct stk_qualify_report least = {
	.good = true,
	.verdict = "nothing was asked",
	.chip = "STM32G431CB",
	.target = "emu:stm32g431cb",
	.option_state = "",
	.host = "stoker",
	.loader = &loader,
};

static const struct stk_behaviour_call behaviour_calls[] = {
	{ .text = "Init(0x08000000)",
	  .equal = true,
	  .a = { .text = "Init", .ok = true },
	  .b = { .text = "Init", .ok = true },
	  .difference = "" },
	{ .text = "EraseSector(0x08010000)",
	  .a = call,
	  .b = { .text = "EraseSector",
		 .end = STK_END_STUCK,
		 .traffic = traffic,
		 .n_traffic = 1 },
	  .differs = 0,
	  .difference = "FLASH_CR: " NASTY },
	{ .text = "UnInit(1)",
	  .a = { .text = "UnInit" },
	  .b = { .text = "UnInit" },
	  .difference = "a returned 0, b 1" },
};

static const struct stk_behaviour_report behaviour = {
	.chip = "STM32G431CB",
	.target = "emu:stm32g431cb",
	.host = "stoker",
	.calls = behaviour_calls,
	.n_calls = ARRAY_SIZE(behaviour_calls),
};

static void fill_sectors(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(sectors); i++)
		sectors[i] = (struct stk_sector_trial){
			.range = { 0x08000000 + i * 2048, 2048 },
			.erase_tried = i % 3 != 2,
			.erase_good = i < 32,
			.program_tried = i % 2 != 0,
			.program_good = i != 5,
			.erase_ns = 22000000 + i * 1000,
			.program_ns = 80000,
		};
}

static const struct fail_on nothing_more = { .weak = false };

static void show_suites(const struct qualified *q, size_t count)
{
	struct suite_counts all = { .tests = 0 }, one;

	junit_begin(stdout, &all);
	for (size_t i = 0; i < count; i++)
		junit_suite(stdout, &q[i], &one);
	junit_end(stdout);
}

static void show_objects(const struct qualified *q, size_t count)
{
	const size_t counts[QUALIFIED_FAILED + 1] = { 1, 1, 0, 1, 1 };

	json_qualify_begin(stdout);
	for (size_t i = 0; i < count; i++) {
		char *text = json_qualify_text(&q[i]);

		json_qualify_item(stdout, text, i);
		free(text);
	}
	json_qualify_end(stdout, counts, NULL, q[count - 1].err);
}

static void show(const char *form, const struct qualified *q, size_t count)
{
	if (!strcmp(form, "junit"))
		show_suites(q, count);
	if (!strcmp(form, "json"))
		show_objects(q, count);
	if (!strcmp(form, "html"))
		html_qualify_begin(stdout, q[0].path, count);
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(form, "text"))
			text_qualify(stdout, &q[i]);
		if (!strcmp(form, "rows"))
			text_qualify_row(stdout, &q[i]);
		if (!strcmp(form, "html"))
			html_qualify_part(stdout, &q[i], i, count);
	}
	if (!strcmp(form, "html"))
		html_qualify_end(stdout);
}

int main(int argc, char **argv)
{
	static const char *const path[] = { "a.FLM", NASTY };
	const struct stk_loader_info *const both[] = { &loader, &loader };
	const char *form = argc > 1 ? argv[1] : "text";
	struct stk_error missing, unlike;
	const struct qualified q[] = {
		{ "somewhere/x.FLM", QUALIFIED_BAD, &bad, NULL, "the first of 3 that fit",
		  &nothing_more },
		{ "p.pack#y.FLM", QUALIFIED_GOOD, &least, NULL, NULL, &nothing_more },
		{ "z.FLM", QUALIFIED_NOT_RUN, NULL, &unlike, NULL, &nothing_more },
		{ NASTY, QUALIFIED_FAILED, NULL, &missing, NULL, &nothing_more },
	};

	fill_sectors();
	stk_fail(&unlike, STK_ORIGIN_USAGE, ENOENT, "no-virtual-chip", "there is none");
	stk_fail(&missing, STK_ORIGIN_INPUT, ENOENT, "cannot-open", "cannot open '%s'",
		 NASTY);
	if (!strcmp(form, "behaviour"))
		text_behaviour(stdout, path, &behaviour);
	else if (!strcmp(form, "behaviour-json"))
		json_behaviour(stdout, both, &behaviour);
	else
		show(form, q, ARRAY_SIZE(q));
	return 0;
}
