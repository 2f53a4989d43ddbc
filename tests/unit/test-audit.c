/* SPDX-License-Identifier: MIT */
/*
 * Which advisories concern what: for each that is built in, a subject that it
 * hits, and one that differs in one thing and that it does not.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "loaderdb/facts.h"
#include "unit.h"

struct subject {
	const char *tool, *version, *device, *option;
	const char *chips[3];				/* what its names say */
	const char *name, *file, *code, *finding;	/* of a loader */
	uint64_t at;					/* loaded there; 0: not known */
};

static const struct {
	const char *id;
	struct subject hit, miss;
} cases[] = {
	{ "STK-2019-0001",
	  { .tool = "Keil.STM32L0xx_DFP", .version = "2.2.0", .device = "STM32L072CZ", .name
	    = "STM32L0xx_128.FLM", .finding = "STK-L009" },
	  { .tool = "Keil.STM32L0xx_DFP", .version = "2.2.0", .device = "STM32L072CZ", .name
	    = "STM32L0xx_128.FLM", .finding = "STK-L008" } },
	{ "STK-2020-0001",
	  { .tool = "Keil.STM32G4xx_DFP", .version = "1.1.0", .device = "STM32G474RC", .name
	    = "STM32G4xx_256.FLM" },
	  { .tool = "Keil.STM32G4xx_DFP", .version = "1.2.0", .device = "STM32G474RC", .name
	    = "STM32G4xx_256.FLM" } },
	{ "STK-2020-0002",
	  { .tool = "probe-rs", .version = "0.10.1", .device = "STM32WB55RG" },
	  { .tool = "probe-rs", .version = "0.11.0", .device = "STM32WB55RG" } },
	{ "STK-2021-0001",
	  { .tool = "cubeprogrammer", .version = "2.7.0", .name = "x.stldr", .finding =
	    "STK-L201" },
	  { .tool = "cubeprogrammer", .version = "2.6.0", .name = "x.stldr", .finding =
	    "STK-L201" } },
	{ "STK-2021-0002",
	  { .tool = "cubeide", .version = "1.8.0" },
	  { .tool = "cubeide", .version = "1.9.0" } },
	{ "STK-2021-0003",
	  { .tool = "Keil.STM32G4xx_DFP", .version = "1.2.0", .device = "STM32G474RE" },
	  { .tool = "Keil.STM32G4xx_DFP", .version = "1.3.0", .device = "STM32G474RE" } },
	{ "STK-2021-0004",
	  { .tool = "cubeide", .version = "1.8.0", .device = "STM32L552ZE" },
	  { .tool = "cubeide", .version = "1.8.0", .device = "STM32L475VG" } },
	{ "STK-2021-0005",
	  { .tool = "probe-rs", .version = "0.10.1", .device = "STM32L452CC" },
	  { .tool = "probe-rs", .version = "0.10.1", .device = "STM32L452CE" } },
	{ "STK-2021-0006",
	  { .tool = "probe-rs", .version = "0.10.0", .device = "ATSAMD21G18A" },
	  { .tool = "probe-rs", .version = "0.11.0", .device = "ATSAMD21G18A" } },
	{ "STK-2021-0007",
	  { .tool = "Keil.STM32H7xx_DFP", .version = "3.1.1", .device = "STM32H743ZI", .name
	    = "stm32h7x_2048.flm" },
	  { .tool = "Keil.STM32H7xx_DFP", .version = "2.6.0", .device = "STM32H743ZI", .name
	    = "stm32h7x_2048.flm" } },
	{ "STK-2021-0008",
	  { .tool = "STMicroelectronics/stm32-memory-loaders", .device = "STM32H7B3LI",
	    .name = "MX25LM51245G_STM32H7B3I-DISCO.stldr" },
	  { .tool = "cubeprogrammer", .version = "2.4.0", .device = "STM32H7B3LI",
	    .name = "MX25LM51245G_STM32H7B3I-DISCO.stldr" } },
	{ "STK-2022-0001",
	  { .tool = "Keil.STM32G4xx_DFP", .version = "1.3.0", .device = "STM32G431KB" },
	  { .tool = "Keil.STM32G4xx_DFP", .version = "1.2.0", .device = "STM32G431KB" } },
	{ "STK-2022-0002",
	  { .tool = "probe-rs", .version = "0.12.0", .device = "STM32L475VG" },
	  { .tool = "probe-rs", .version = "0.12.0", .device = "STM32L452CC" } },
	{ "STK-2022-0003",
	  { .tool = "Keil.STM32F7xx_DFP", .version = "2.14.0", .device = "STM32F767VG",
	    .option = "nDBANK=1", .name = "STM32F7x_1024dual.FLM" },
	  { .tool = "Keil.STM32F7xx_DFP", .version = "2.14.0", .device = "STM32F767VG",
	    .option = "nDBANK=0", .name = "STM32F7x_1024dual.FLM" } },
	{ "STK-2021-0009",
	  { .tool = "ARMmbed/DAPLink", .version = "0254", .device = "MIMXRT1050" },
	  { .tool = "ARMmbed/DAPLink", .version = "0257", .device = "MIMXRT1050" } },
	{ "STK-2023-0001",
	  { .tool = "cubeide", .version = "1.12.1" },
	  { .tool = "cubeide", .version = "1.11.2" } },
	{ "STK-2023-0002",
	  { .tool = "cubeprogrammer", .version = "2.13.0", .device = "STM32G0B1CB", .name =
	    "0x467.stldr" },
	  { .tool = "cubeprogrammer", .version = "2.13.0", .device = "STM32G0B1CB", .name =
	    "0x468.stldr" } },
	{ "STK-2023-0003",
	  { .tool = "Keil.STM32L4xx_DFP", .version = "2.6.2", .device = "STM32L4R5ZI",
	    .option = "DBANK=1", .name = "STM32L4Rx_2048_Single.FLM" },
	  { .tool = "Keil.STM32L4xx_DFP", .version = "2.6.2", .device = "STM32L4R5ZI",
	    .option = "DBANK=0", .name = "STM32L4Rx_2048_Single.FLM" } },
	{ "STK-2023-0004",
	  { .tool = "pyocd", .version = "0.35.1", .device = "HC32F460" },
	  { .tool = "pyocd", .version = "0.34.3", .device = "HC32F460" } },
	{ "STK-2023-0005",
	  { .tool = "cubeprogrammer", .version = "2.12.0", .device = "STM32H750XB",
	    .name = "ART-Pi_W25Q64.stldr", .finding = "STK-S008" },
	  { .tool = "cubeprogrammer", .version = "2.11.0", .device = "STM32H750XB",
	    .name = "ART-Pi_W25Q64.stldr", .finding = "STK-S008" } },
	{ "STK-2023-0006",
	  { .device = "STM32G474RC", .option = "DBANK=1", .name = "a.FLM", .code =
	    "42659fe5e902b4b777a7500dcd1c58cbf6df22d6ba58f381aa1a22baeac5c86f" },
	  { .device = "STM32G474RC", .option = "DBANK=0", .name = "a.FLM", .code =
	    "42659fe5e902b4b777a7500dcd1c58cbf6df22d6ba58f381aa1a22baeac5c86f" } },
	{ "STK-2022-0004",
	  { .tool = "STMicroelectronics/stm32-memory-loaders", .device = "STM32L562QE" },
	  { .tool = "STMicroelectronics/stm32-memory-loaders", .device = "STM32L475VG" } },
	{ "STK-2024-0001",
	  { .device = "STM32G431KB", .name = "a.FLM", .code =
	    "767c98a7a2497d03326b8cd7c9588c275764b48211acf6d5076f7e6072ac8b5c" },
	  { .device = "STM32G474RE", .name = "a.FLM", .code =
	    "767c98a7a2497d03326b8cd7c9588c275764b48211acf6d5076f7e6072ac8b5c" } },
	{ "STK-2024-0002",
	  { .tool = "probe-rs", .version = "0.23.0", .device = "STM32G431KB" },
	  { .tool = "probe-rs", .version = "0.21.1", .device = "STM32G431KB" } },
	{ "STK-2024-0003",
	  { .device = "STM32H747XI", .name = "a.FLM", .code =
	    "201e81782125ed58f6058147dbd04d12d1c955758a9edd1e45b28abee03647bc", .at =
	    0x20000020 },
	  { .device = "STM32H747XI", .name = "a.FLM", .code =
	    "201e81782125ed58f6058147dbd04d12d1c955758a9edd1e45b28abee03647bc", .at =
	    0x24000020 } },
	{ "STK-2024-0004",
	  { .tool = "probe-rs", .version = "0.22.0", .device = "MIMXRT1060" },
	  { .tool = "probe-rs", .version = "0.22.0", .device = "MIMXRT1040" } },
	{ "STK-2024-0005",
	  { .tool = "probe-rs", .version = "0.23.0", .device = "STM32F750N8" },
	  { .tool = "probe-rs", .version = "0.24.0", .device = "STM32F750N8" } },
	{ "STK-2024-0006",
	  { .tool = "probe-rs", .version = "0.24.0-git", .device = "AT32F437ZM" },
	  { .tool = "probe-rs", .version = "0.24.0", .device = "AT32F437ZM" } },
	{ "STK-2025-0001",
	  { .tool = "cubeclt", .version = "1.18.0", .name = "x.stldr", .finding = "STK-S006"
	    },
	  { .tool = "cubeclt", .version = "1.18.0", .name = "x.stldr", .finding = "STK-S014"
	    } },
	{ "STK-2025-0002",
	  { .tool = "cubeclt", .version = "1.18.0", .device = "STM32H7S3L8" },
	  { .tool = "cubeclt", .version = "1.18.0", .device = "STM32H743ZI" } },
	{ "STK-2025-0003",
	  { .tool = "cubeprogrammer", .version = "2.20.0" },
	  { .tool = "cubeprogrammer", .version = "2.20.1" } },
	{ "STK-2025-0004",
	  { .device = "STM32C031C6", .name = "a.FLM", .code =
	    "fbd39cee688c375674464240c09a60af596a64c53d3521d447e10d40207ce074" },
	  { .device = "STM32C031C6", .name = "a.FLM", .code =
	    "e74083b45eba82aba5a1b18e0257867d3f972eacbe3fb99cc875767e9b2936fd" } },
	{ "STK-2025-0005",
	  { .device = "STM32C092RC", .name = "a.FLM", .code =
	    "e74083b45eba82aba5a1b18e0257867d3f972eacbe3fb99cc875767e9b2936fd" },
	  { .device = "STM32C031C6", .name = "a.FLM", .code =
	    "e74083b45eba82aba5a1b18e0257867d3f972eacbe3fb99cc875767e9b2936fd" } },
	{ "STK-2025-0006",
	  { .name = "STM32C0x_128.FLM", .file =
	    "62a0281cf5deed798ad3049256b0a2d2a09a535d8ca3db9b6445a65fb2085e3f" },
	  { .name = "STM32C0x_128.FLM", .file =
	    "0000000000000000000000000000000000000000000000000000000000000000" } },
	{ "STK-2025-0007",
	  { .device = "STM32G473RC", .option = "DBANK=0", .name = "a.FLM", .code =
	    "767c98a7a2497d03326b8cd7c9588c275764b48211acf6d5076f7e6072ac8b5c" },
	  { .device = "STM32G473RC", .option = "DBANK=1", .name = "a.FLM", .code =
	    "767c98a7a2497d03326b8cd7c9588c275764b48211acf6d5076f7e6072ac8b5c" } },
	{ "STK-2025-0008",
	  { .tool = "probe-rs", .version = "0.29.0", .device = "MIMXRT1040" },
	  { .tool = "probe-rs", .version = "0.30.0", .device = "MIMXRT1040" } },
	{ "STK-2025-0009",
	  { .tool = "cubeide", .version = "2.0.0", .finding = "STK-S006", .name =
	    "MX25R6435_STM32WBA65-LEGATO.stldr" },
	  { .tool = "cubeide", .version = "2.0.0", .finding = "STK-S006", .name =
	    "MX25R6435_STM32WBA65.stldr" } },
	{ "STK-2025-0010",
	  { .device = "STM32L072CZ", .name = "e.FLM", .file =
	    "473ab1b3c6ec1a8e731ac3033ad486893e62d41f0b0bf74ef12b7e3033480618" },
	  { .device = "STM32L475VG", .name = "e.FLM", .file =
	    "473ab1b3c6ec1a8e731ac3033ad486893e62d41f0b0bf74ef12b7e3033480618" } },
	{ "STK-2025-0011",
	  { .tool = "cturvey/stm32extldr", .device = "STM32H743VI" },
	  { .tool = "cturvey/stm32extldr", .device = "STM32F429ZI" } },
	{ "STK-2026-0001",
	  { .tool = "probe-rs", .version = "0.30.0", .device = "ATSAMV71Q21B" },
	  { .tool = "probe-rs", .version = "0.31.0", .device = "ATSAMV71Q21B" } },
	{ "STK-2026-0002",
	  { .tool = "probe-rs", .version = "0.31.0", .device = "MCXA577" },
	  { .tool = "probe-rs", .version = "0.30.0", .device = "MCXA577" } },
	{ "STK-2026-0003",
	  { .tool = "probe-rs", .version = "0.31.0", .device = "STM32N657X0" },
	  { .tool = "probe-rs", .version = "0.31.0", .device = "STM32N645X0" } },
	{ "STK-2026-0004",
	  { .tool = "probe-rs", .version = "0.32.0", .device = "EFR32MG24B" },
	  { .tool = "probe-rs", .version = "0.33.0", .device = "EFR32MG24B" } },
	{ "STK-2026-0005",
	  { .device = "STM32G431CB", .name = "a.FLM", .code =
	    "0447a4c1fb1d45fec336a30e371287c650a4af0f22f42d95ce32ac4a689bdb74" },
	  { .device = "STM32G431CB", .name = "a.FLM", .code =
	    "767c98a7a2497d03326b8cd7c9588c275764b48211acf6d5076f7e6072ac8b5c" } },
};

static struct ldb_facts *facts;

static void set_up(void)
{
	struct stk_error err;

	ck_assert_msg(ldb_facts_open(NULL, &facts, &err) == 0, "%s", err.msg);
}

static void tear_down(void)
{
	ldb_facts_close(facts);
}

static const struct ldb_hits *audit(const struct subject *s)
{
	const struct stk_finding finding = { .id = s->finding };
	const struct stk_loader_info info = {
		.name = s->name, .sha256 = s->file, .code_sha256 = s->code,
		.format = s->name && strstr(s->name, ".stldr") ? "stldr" : "flm",
		.findings = &finding, .n_findings = s->finding ? 1 : 0,
		.checked_code = "thumb",
	};
	struct ldb_subject subject = {
		.size = sizeof(subject), .version = s->version, .device = s->device,
		.option_state = s->option, .loader = s->name ? &info : NULL,
		.has_load_address = s->at != 0, .load_address = s->at, .chips = s->chips,
	};
	const struct ldb_hits *hits;
	struct stk_error err;

	while (subject.n_chips < ARRAY_SIZE(s->chips) && s->chips[subject.n_chips])
		subject.n_chips++;
	if (s->tool)
		ck_assert_msg(ldb_tool_find(facts, s->tool, &subject.tool, &err) == 0, "%s",
			      err.msg);
	ck_assert_int_eq(ldb_audit(facts, &subject, &hits, &err), 0);
	return hits;
}

static const struct ldb_hit *find(const struct ldb_hits *hits, const char *id)
{
	for (size_t i = 0; i < hits->count; i++)
		if (!strcmp(hits->item[i].advisory->id, id))
			return &hits->item[i];
	return NULL;
}

START_TEST(hits_and_near_misses)
{
	const struct ldb_hits *hits = audit(&cases[_i].hit), *none = audit(&cases[_i].miss);
	const struct ldb_hit *hit = find(hits, cases[_i].id);

	ck_assert_msg(hit, "%s does not hit", cases[_i].id);
	ck_assert_msg(hit->certain, "%s: %s", cases[_i].id, hit->why);
	ck_assert_msg(*hit->why, "%s gives no reason", cases[_i].id);
	hit = find(none, cases[_i].id);
	ck_assert_msg(!hit, "%s hits what it shall not: %s", cases[_i].id, hit ? hit->why : "");
	ldb_free(hits);
	ldb_free(none);
}
END_TEST

static bool has_case(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (!strcmp(cases[i].id, id))
			return true;
	return false;
}

START_TEST(each_advisory_has_a_case)
{
	size_t count;
	const struct ldb_advisory *const *all = ldb_facts_advisories(facts, &count);

	ck_assert_uint_ge(count, 40);
	for (size_t i = 0; i < count; i++) {
		ck_assert_msg(has_case(all[i]->id), "%s has no hit and no near miss here",
			      all[i]->id);
		ck_assert_msg(all[i]->n_references, "%s has no source", all[i]->id);
		ck_assert_msg(all[i]->n_instead, "%s says not what to do", all[i]->id);
	}
}
END_TEST

/* What a loader's names say of the chip counts where nobody says which it is. */
#define CODE_G4	"767c98a7a2497d03326b8cd7c9588c275764b48211acf6d5076f7e6072ac8b5c"

static const struct {
	struct subject subject;
	bool hits, certain;
} chip_cases[] = {
	{ { .chips = { "STM32G431xB", "STM32G441CB" } }, true, true },
	{ { .chips = { "STM32G431" } }, true, false },
	{ { .device = "STM32G431" }, true, false },
	{ { .device = "STM32G431K6" }, false, false },
	{ { .chips = { "STM32G431CB", "STM32G474" } }, true, false },
	{ { .chips = { "STM32G4" } }, true, false },
	{ { .chips = { NULL } }, true, false },
	{ { .chips = { "STM32G474" } }, false, false },
	{ { .chips = { "STM32G474" }, .device = "STM32G431KB" }, true, true },
	{ { .chips = { "STM32G431" }, .device = "STM32G474RE" }, false, false },
};

START_TEST(names_tell_the_chip)
{
	struct subject s = chip_cases[_i].subject;
	const struct ldb_hits *hits;
	const struct ldb_hit *hit;

	s.name = "a.FLM";
	s.code = CODE_G4;
	hits = audit(&s);
	hit = find(hits, "STK-2024-0001");
	ck_assert_int_eq(hit != NULL, chip_cases[_i].hits);
	ck_assert(!hit || hit->certain == chip_cases[_i].certain);
	ldb_free(hits);
}
END_TEST

/* What is open makes a hit uncertain, and why says what it is. */
static const struct {
	struct subject subject;
	const char *id, *why;
} open_cases[] = {
	{ { .name = "x.stldr", .finding = "STK-L201" }, "STK-2021-0001", "if cubeprogrammer uses it" },
	{ { .tool = "cubeprogrammer", .name = "x.stldr", .finding = "STK-L201" }, "STK-2021-0001",
	  "which version of cubeprogrammer is not known" },
	{ { .name = "STM32L0xx_8.FLM", .finding = "STK-L009" }, "STK-2019-0001",
	  "if it is of Keil.STM32L0xx_DFP" },
	{ { .tool = "cubeide", .version = "1.8.0" }, "STK-2021-0001", "for loaders that have its marks" },
	{ { .tool = "cubeide", .version = "1.8.0" }, "STK-2021-0004", "if the chip is a STM32L5" },
	{ { .name = "a.FLM", .code = CODE_G4 }, "STK-2025-0007",
	  "if the chip is a STM32G473xC or another that it names and if the option bytes have DBANK=0" },
};

START_TEST(open_questions)
{
	const struct ldb_hits *hits = audit(&open_cases[_i].subject);
	const struct ldb_hit *hit = find(hits, open_cases[_i].id);

	ck_assert_ptr_nonnull(hit);
	ck_assert(!hit->certain);
	ck_assert_msg(strstr(hit->why, open_cases[_i].why), "%s", hit->why);
	ldb_free(hits);
}
END_TEST

/* A loader in another format is not CubeProgrammer's; a plain good one hits nothing. */
static const struct subject clean[] = {
	{ .name = "x.FLM", .finding = "STK-L201" },
	{ .name = "x.stldr" },
	{ .tool = "cubeprogrammer", .version = "2.6.0" },
	{ .tool = "Keil.STM32G4xx_DFP", .version = "1.6.0", .device = "STM32G474RE",
	  .name = "STM32G47x-8x_512.FLM" },
	{ .tool = "Acme.Chips_DFP", .version = "1.0.0" },
	{ .tool = "stlink-gdb-server", .version = "7.10.0" },
	{ .device = "STM32G431KB" },
};

START_TEST(nothing_applies)
{
	const struct ldb_hits *hits = audit(&clean[_i]);

	ck_assert_msg(!hits->count, "%s: %s", hits->count ? hits->item[0].advisory->id : "",
		      hits->count ? hits->item[0].why : "");
	ldb_free(hits);
}
END_TEST

/* Certain ones first, then by id. */
START_TEST(order_of_hits)
{
	const struct subject ide = { .tool = "cubeide", .version = "1.8.0",
				     .device = "STM32L552ZE" };
	const struct ldb_hits *hits = audit(&ide);

	ck_assert_uint_ge(hits->count, 3);
	for (size_t i = 1; i < hits->count; i++) {
		const struct ldb_hit *a = &hits->item[i - 1], *b = &hits->item[i];

		ck_assert(a->certain > b->certain || (a->certain == b->certain &&
			  strcmp(a->advisory->id, b->advisory->id) < 0));
	}
	ldb_free(hits);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("audit");
	TCase *tc = tcase_create("audit");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, hits_and_near_misses, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, each_advisory_has_a_case);
	tcase_add_loop_test(tc, names_tell_the_chip, 0, ARRAY_SIZE(chip_cases));
	tcase_add_loop_test(tc, open_questions, 0, ARRAY_SIZE(open_cases));
	tcase_add_loop_test(tc, nothing_applies, 0, ARRAY_SIZE(clean));
	tcase_add_test(tc, order_of_hits);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
