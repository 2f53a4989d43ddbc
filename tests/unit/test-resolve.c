/* SPDX-License-Identifier: MIT */
/* Which build a question gets, why, and what lost. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "pin-rig.h"

#define PACK	"Keil.STM32G4xx_DFP"
#define PINS	4

static const struct rig_build builds[] = {
	{ 'A', 0x08000000, 0x20000, "STM32G4" },
	{ 'B', 0x08000000, 0x20000, "STM32G4" },
	{ 'C', 0x08000000, 0x80000, "STM32G4" },
	{ 'D', 0x90000000, 0x1000000, NULL },
	{ 'E', 0x90800000, 0x1000000, NULL },
	{ 'F', 0x08000000, 0x100000, "STM32H7" },
};

struct case_pin {
	const char *tool, *range, *device;
	char letter;	/* 0: the tree of cubeide@1.7.0 */
};

static const struct {
	const char *what;
	struct case_pin pins[PINS];
	const char *tool, *version, *device;
	uint64_t address;	/* 0: not asked */
	const char *builds;	/* of the places, by address; "-" a tree; NULL: an error */
	const char *cause;
} cases[] = {
	{ "nothing", { { 0 } }, PACK, "1.3.0", "STM32G431CB", 0, NULL, "no-pin" },
	{ "the version", { { PACK, "1.3.0", "STM32G4", 'A' }, { PACK, "1.2.0", "STM32G4", 'B' } },
	  PACK, "1.3.0", "STM32G431CB", 0, "A", NULL },
	{ "another version", { { PACK, "^1.3.0", "STM32G4", 'A' } }, PACK, "1.2.0",
	  "STM32G431CB", 0, NULL, "no-pin" },
	{ "no version known", { { PACK, "^1.3.0", "STM32G4", 'A' }, { PACK, "", "STM32G4", 'B' } },
	  PACK, NULL, "STM32G431CB", 0, "B", NULL },
	{ "fewer versions", { { PACK, ">=1.3.0", "STM32G4", 'A' }, { PACK, "1.3.0", "STM32G4", 'B' } },
	  PACK, "1.3.0", "STM32G431CB", 0, "B", NULL },
	{ "fewer devices", { { PACK, "^1.3.0", "STM32G4", 'A' },
			     { PACK, "^1.3.0", "STM32G431xB", 'B' } },
	  PACK, "1.3.0", "STM32G431CBT6", 0, "B", NULL },
	{ "not those devices", { { PACK, "^1.3.0", "STM32G4", 'A' },
				 { PACK, "^1.3.0", "STM32G431xB", 'B' } },
	  PACK, "1.3.0", "STM32G474RE", 0, "A", NULL },
	{ "both fewer", { { PACK, ">=1.3.0", "STM32G4", 'A' },
			  { PACK, "1.3.0", "STM32G431CB", 'B' } },
	  PACK, "1.3.0", "STM32G431CB", 0, "B", NULL },
	{ "versions here, devices there", { { PACK, "1.3.0", "STM32G4", 'A' },
					    { PACK, ">=1.3.0", "STM32G431CB", 'B' } },
	  PACK, "1.3.0", "STM32G431CB", 0, NULL, "tie" },
	{ "across", { { PACK, "1.2.0:1.4.0", "STM32G4", 'A' }, { PACK, ">=1.3.0", "STM32G4", 'B' } },
	  PACK, "1.3.0", "STM32G431CB", 0, NULL, "tie" },
	{ "across, elsewhere", { { PACK, "1.2.0:1.4.0", "STM32G4", 'A' },
				 { PACK, ">=1.3.0", "STM32G4", 'B' } },
	  PACK, "1.5.0", "STM32G431CB", 0, "B", NULL },
	{ "a tie of the same build", { { PACK, "1.2.0:1.4.0", "STM32G4", 'A' },
				       { PACK, ">=1.3.0", "STM32G4", 'A' } },
	  PACK, "1.3.0", "STM32G431CB", 0, "A", NULL },
	{ "a tie below, and one that both beat", {
		{ PACK, "1.2.0:1.4.0", "STM32G4", 'A' }, { PACK, ">=1.3.0", "STM32G4", 'A' },
		{ PACK, "", "STM32", 'B' }, { "*", "", "*", 'C' } },
	  PACK, "1.3.0", "STM32G431CB", 0x08000000, "A", NULL },
	{ "one decides a tie", { { PACK, "1.2.0:1.4.0", "STM32G4", 'A' },
				 { PACK, ">=1.3.0", "STM32G4", 'C' },
				 { PACK, "1.3.0", "STM32G4", 'B' } },
	  PACK, "1.3.0", "STM32G431CB", 0x08000100, "B", NULL },
	{ "this toolchain before all", { { "*", "", "STM32G431CB", 'A' },
					 { "cubeide", "", "STM32G431CB", 'B' } },
	  "CubeIDE", "1.8.0", "STM32G431CB", 0, "B", NULL },
	{ "all of them", { { "*", "", "STM32G4", 'A' }, { "cubeide", "", "STM32G4", 'B' } },
	  "cubeclt", "1.18.0", "STM32G431CB", 0, "A", NULL },
	{ "a toolchain and fewer devices of all", { { "*", "", "STM32G431CB", 'A' },
						    { "cubeide", "", "STM32G4", 'B' } },
	  "cubeide", "1.8.0", "STM32G431CB", 0, NULL, "tie" },
	{ "our own command", { { "*", "", "STM32G4", 'A' }, { "stoker", "", "STM32G4", 'B' },
			       { "cubeide", "", "STM32G4", 'C' } },
	  NULL, NULL, "STM32G431CB", 0, "B", NULL },
	{ "not for our own", { { "cubeide", "", "STM32G4", 'C' } }, NULL, NULL, "STM32G431CB", 0,
	  NULL, "no-pin" },
	{ "two places", { { PACK, "^1.3.0", "STM32G4", 'A' }, { PACK, "^1.3.0", "STM32G4", 'D' } },
	  PACK, "1.3.0", "STM32G431CB", 0, "AD", NULL },
	{ "one of two places", { { PACK, "^1.3.0", "STM32G4", 'A' },
				 { PACK, "^1.3.0", "STM32G4", 'D' } },
	  PACK, "1.3.0", "STM32G431CB", 0x90000000, "D", NULL },
	{ "beside all places", { { PACK, "^1.3.0", "STM32G4", 'A' },
				 { PACK, "^1.3.0", "STM32G4", 'D' } },
	  PACK, "1.3.0", "STM32G431CB", 0x91000000, NULL, "no-pin" },
	{ "a small device in a large one", { { PACK, "", "STM32G4", 'C' },
					     { PACK, "", "STM32G431CB", 'A' } },
	  PACK, "1.3.0", "STM32G431CB", 0, "AC", NULL },
	{ "devices that overlap", { { PACK, "", "STM32G4", 'D' }, { PACK, "", "STM32G431", 'E' } },
	  PACK, "1.3.0", "STM32G431CB", 0, "DEE", NULL },
	{ "in what overlaps", { { PACK, "", "STM32G4", 'D' }, { PACK, "", "STM32G431", 'E' } },
	  PACK, "1.3.0", "STM32G431CB", 0x90800000, "E", NULL },
	{ "a tree", { { "cubeide", "1.8.0", "*", 0 } }, "cubeide", "1.8.0", "STM32G431CB", 0,
	  "-", NULL },
	{ "a tree and a build", { { "cubeide", "1.8.0", "*", 0 },
				  { "cubeide", "1.8.0", "STM32H7", 'F' } },
	  "cubeide", "1.8.0", "STM32H743ZI", 0, "-F", NULL },
};

static void add_pin(struct rig *rig, const struct case_pin *p)
{
	const struct ldb_pin tree = {
		.tool = p->tool, .range = p->range, .device = p->device,
		.from = "cubeide@1.7.0", .why = "it works",
	};
	struct stk_error err = { 0 };
	int64_t id;
	int r = p->letter ? rig_pin(rig, p->tool, p->range, p->device, p->letter, &id, &err) :
			    ldb_pin_add(rig->db, &tree, &id, &err);

	ck_assert_msg(!r, "%s", err.msg);
}

/* The first of each place is chosen and no other is; each says why. */
static void check_places(const char *what, const struct ldb_answer *a, const char *expected)
{
	ck_assert_msg(a->n_places == strlen(expected), "%s: %zu places", what, a->n_places);
	for (size_t i = 0; i < a->n_places; i++) {
		const struct ldb_place *p = &a->places[i];
		const struct ldb_build *b = p->candidates[0].build;

		ck_assert_msg((b ? b->name[0] : '-') == expected[i], "%s: %s", what,
			      b ? b->name : "a tree");
		ck_assert_msg(!b == !p->range.len, "%s", what);
		for (size_t k = 0; k < p->n_candidates; k++) {
			ck_assert_int_eq(p->candidates[k].chosen, k == 0);
			ck_assert_ptr_nonnull(p->candidates[k].why);
			if (k)
				ck_assert_msg(strstr(p->candidates[k].why, "pin "), "%s",
					      p->candidates[k].why);
		}
	}
}

static void ask(struct rig *rig, const __typeof__(*cases) *c)
{
	const struct ldb_question q = {
		.size = sizeof(q), .tool = c->tool, .version = c->version,
		.device = c->device, .has_address = c->address != 0, .address = c->address,
	};
	const struct ldb_answer *a;
	struct stk_error err = { 0 };
	int r = ldb_resolve(rig->db, &q, &a, &err);

	if (!c->builds) {
		ck_assert_msg(r < 0, "%s", c->what);
		ck_assert_msg(!strcmp(err.cause, c->cause), "%s: %s", c->what, err.msg);
		return;
	}
	ck_assert_msg(!r, "%s: %s", c->what, err.msg);
	check_places(c->what, a, c->builds);
	ldb_free(a);
}

/* Whatever the order in which the pins were made: every permutation. */
START_TEST(resolves)
{
	const __typeof__(*cases) *c = &cases[_i];
	size_t n = 0, orders = 1;

	while (n < PINS && c->pins[n].tool)
		orders *= ++n;
	for (size_t order = 0; order < orders; order++) {
		size_t left[PINS] = { 0, 1, 2, 3 }, rest = order;
		struct rig rig;

		rig_open(&rig);
		for (size_t i = 0; i < ARRAY_SIZE(builds); i++)
			rig_add_build(&rig, &builds[i]);
		for (size_t k = n; k; k--) {
			const size_t at = rest % k;

			add_pin(&rig, &c->pins[left[at]]);
			left[at] = left[k - 1];
			rest /= k;
		}
		ask(&rig, c);
		rig_close(&rig);
	}
}
END_TEST

static void open_rig(struct rig *rig)
{
	rig_open(rig);
	for (size_t i = 0; i < ARRAY_SIZE(builds); i++)
		rig_add_build(rig, &builds[i]);
}

START_TEST(sentences)
{
	const struct ldb_question q = { .size = sizeof(q), .tool = PACK, .version = "1.3.0",
					.device = "STM32G431CB" };
	const struct ldb_answer *a;
	struct stk_error err = { 0 };
	struct rig rig;
	int64_t id;

	open_rig(&rig);
	ck_assert(!rig_pin(&rig, PACK, ">=1.3.0", "STM32G4", 'A', &id, &err));
	ck_assert(!rig_pin(&rig, PACK, "1.3.0", "STM32G431xB", 'B', &id, &err));
	ck_assert_msg(!ldb_resolve(rig.db, &q, &a, &err), "%s", err.msg);
	ck_assert_str_eq(a->places[0].candidates[0].why,
			 "pin 2 for " PACK "@1.3.0 and STM32G431xB, the most specific one:"
			 " it works");
	ck_assert_str_eq(a->places[0].candidates[1].why,
			 "lost to pin 2, which is for fewer versions and fewer devices");
	ldb_free(a);
	/* A tie names both, with their numbers and builds. */
	ck_assert(!rig_pin(&rig, PACK, ">=1.2.0", "STM32G431CB", 'A', &id, &err));
	ck_assert_int_eq(ldb_resolve(rig.db, &q, &a, &err), -ENOTUNIQ);
	ck_assert_str_eq(err.msg,
			 "pin 2 (" PACK "@1.3.0, STM32G431xB: B.stldr 11111111) and pin 3 ("
			 PACK "@>=1.2.0, STM32G431CB: A.stldr 00000000) both hold for " PACK
			 " 1.3.0, STM32G431CB at 0x08000000, and neither is more specific: end"
			 " one with 'stoker unpin', or pin what both have in common");
	rig_close(&rig);
}
END_TEST

static const struct {
	const char *what;
	struct ldb_question question;
	const char *cause;
} wrong[] = {
	{ "no device", { .tool = PACK }, "no-device" },
	{ "no version", { .tool = "cubeide", .version = "latest", .device = "STM32G4" },
	  "bad-version" },
	{ "a version in another order", { .tool = "cubeide", .version = "v2.9.0",
					  .device = "STM32G4" }, "bad-version" },
};

START_TEST(refuses)
{
	const struct ldb_answer *a;
	struct stk_error err = { 0 };
	struct rig rig;

	rig_open(&rig);
	ck_assert_int_eq(ldb_resolve(rig.db, &wrong[_i].question, &a, &err), -EINVAL);
	ck_assert_str_eq(err.cause, wrong[_i].cause);
	rig_close(&rig);
}
END_TEST

/* ---- where nothing is pinned ------------------------------------------ */

static const struct {
	const char *what;
	const char *good;	/* a letter and the chip, each */
	const char *chips[3];
	char pinned;		/* for STM32G4; 0: none */
	const char *device;
	uint64_t address;
	const char *builds;	/* NULL: none */
} good_case[] = {
	{ "the only one", "A", { "STM32G431CB" }, 0, "STM32G431CB", 0x08000000, "A" },
	{ "for the family", "A", { "STM32G4" }, 0, "STM32G431CBT6", 0x08000000, "A" },
	{ "for any, but its name says", "A", { NULL }, 0, "STM32G431CB", 0x08000000, "A" },
	{ "for any, and its name says another", "F", { NULL }, 0, "STM32G431CB", 0x08000000,
	  NULL },
	{ "for any, and its name says nothing", "D", { NULL }, 0, "STM32G431CB", 0x90000000,
	  NULL },
	{ "for another", "A", { "STM32G474" }, 0, "STM32G431CB", 0x08000000, NULL },
	{ "at another address", "D", { "STM32G4" }, 0, "STM32G431CB", 0x08000000, NULL },
	{ "two", "AB", { "STM32G4", "STM32G431CB" }, 0, "STM32G431CB", 0x08000000, NULL },
	{ "two, one for another", "AB", { "STM32G4", "STM32G474" }, 0, "STM32G431CB",
	  0x08000000, "A" },
	{ "twice the same", "AA", { "STM32G4", "STM32G431CB" }, 0, "STM32G431CB", 0x08000000,
	  "A" },
	{ "a pin before it", "A", { "STM32G4" }, 'B', "STM32G431CB", 0x08000000, "B" },
	{ "a pin elsewhere", "D", { "STM32G4" }, 'B', "STM32G431CB", 0, "BD" },
	{ "a pin for a part", "C", { "STM32G4" }, 'B', "STM32G431CB", 0, "BC" },
};

START_TEST(or_good)
{
	const __typeof__(*good_case) *c = &good_case[_i];
	struct ldb_question q = { .size = sizeof(q), .device = c->device,
				  .has_address = c->address != 0, .address = c->address };
	const struct ldb_answer *a;
	struct stk_error err = { 0 };
	struct rig rig;
	int64_t id;

	open_rig(&rig);
	for (size_t i = 0; c->good[i]; i++)
		rig_good(&rig, c->good[i], c->chips[i], NULL);
	/* It has to be asked for. */
	ck_assert_int_eq(ldb_resolve(rig.db, &q, &a, &err), -ENOENT);
	if (c->pinned)
		ck_assert(!rig_pin(&rig, "*", "", "STM32G4", c->pinned, &id, &err));
	q.or_good = true;
	if (c->builds) {
		ck_assert_msg(!ldb_resolve(rig.db, &q, &a, &err), "%s: %s", c->what, err.msg);
		for (size_t i = 0; i < a->n_places; i++)
			ck_assert_int_eq(a->places[i].candidates[0].build->name[0], c->builds[i]);
		ck_assert_uint_eq(a->n_places, strlen(c->builds));
		ldb_free(a);
	} else {
		ck_assert_msg(ldb_resolve(rig.db, &q, &a, &err) == -ENOENT, "%s", c->what);
		ck_assert_str_eq(err.cause, "no-pin");
	}
	rig_close(&rig);
}
END_TEST

/* A verdict for one host counts for the toolchains that run loaders with it. */
static const struct {
	const char *host, *tool, *version;
	bool counts;
} host_case[] = {
	{ "stoker", "stoker", NULL, true },
	{ "pyocd", "stoker", NULL, false },
	{ "pyocd", PACK, "1.3.0", true },
	{ "cubeprogrammer@2.9.0", "cubeide", "1.8.0", true },
	{ "cubeprogrammer", "cubeide", "1.8.0", true },
	{ "cubeprogrammer@2.8.0", "cubeide", "1.8.0", false },
	{ "stoker", "cubeide", "1.8.0", false },
	{ "cubeprogrammer@2.9.0", "cubeprogrammer", "2.9.0", true },
	{ "pyocd", "cubeprogrammer", "2.9.0", false },
	{ "cubeprogrammer@2.9.0", "cubeprogrammer", NULL, true },
};

START_TEST(good_under_a_host)
{
	const __typeof__(*host_case) *c = &host_case[_i];
	const struct ldb_question q = { .size = sizeof(q), .device = "STM32G431CB",
					.tool = c->tool, .version = c->version, .or_good = true };
	const struct ldb_answer *a = NULL;
	struct stk_error err = { 0 };
	struct rig rig;

	open_rig(&rig);
	rig_good(&rig, 'A', "STM32G4", c->host);
	ck_assert_msg(!ldb_resolve(rig.db, &q, &a, &err) == c->counts, "%s for %s: %s", c->host,
		      c->tool, err.msg);
	ldb_free(a);
	rig_close(&rig);
}
END_TEST

/* Our own version is known without being said. */
START_TEST(own_version)
{
	struct ldb_question q = { .size = sizeof(q), .device = "STM32G431CB" };
	const struct ldb_answer *a;
	struct stk_error err = { 0 };
	struct rig rig;
	int64_t id;

	open_rig(&rig);
	ck_assert(!rig_pin(&rig, "stoker", "<" PACKAGE_VERSION, "STM32G4", 'A', &id, &err));
	ck_assert_int_eq(ldb_resolve(rig.db, &q, &a, &err), -ENOENT);
	ck_assert(strstr(err.msg, "stoker " PACKAGE_VERSION));
	ck_assert(!rig_pin(&rig, "stoker", PACKAGE_VERSION, "STM32G4", 'B', &id, &err));
	ck_assert_msg(!ldb_resolve(rig.db, &q, &a, &err), "%s", err.msg);
	ck_assert_str_eq(a->places[0].candidates[0].build->name, "B.stldr");
	ldb_free(a);
	rig_close(&rig);
}
END_TEST

static Suite *resolve(void)
{
	Suite *s = suite_create("resolve");
	TCase *t = tcase_create("resolve");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, resolves, 0, ARRAY_SIZE(cases));
	tcase_add_test(t, sentences);
	tcase_add_loop_test(t, refuses, 0, ARRAY_SIZE(wrong));
	tcase_add_loop_test(t, or_good, 0, ARRAY_SIZE(good_case));
	tcase_add_loop_test(t, good_under_a_host, 0, ARRAY_SIZE(host_case));
	tcase_add_test(t, own_version);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return unit_run(resolve());
}
