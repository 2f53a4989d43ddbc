/* SPDX-License-Identifier: MIT */
/* Advisories of a user's folder: read, replacing, and each slip with its place. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"
#include "loaderdb/facts.h"
#include "unit.h"

#define HEAD	"\"schema_version\": \"1.6.0\", \"id\": \"STK-2021-0001\", "
#define TIMES	"\"published\": \"2026-01-02T03:04:05Z\", \"modified\": \"2026-01-02T03:04:05Z\", "
#define WORDS	"\"summary\": \"s\", \"details\": \"d\", "
#define PRODUCT	"\"package\": {\"ecosystem\": \"stm32-toolchain\", \"name\": \"cubeide\"}"
#define OWN	"\"database_specific\": {\"basis\": \"observed\"}"
#define AFFECTED	"\"affected\": [{" PRODUCT "}], "
#define START	"{" HEAD TIMES WORDS
#define EVENTS(list)	START "\"affected\": [{" PRODUCT ", \"ranges\": [{\"type\": " \
			"\"ECOSYSTEM\", \"events\": [" list "]}]}], " OWN "}"
#define MARK(member)	START AFFECTED "\"database_specific\": {\"basis\": \"observed\", " \
			"\"marks\": [{" member "}]}}"

static char dir[40];

static void make_dir(void)
{
	strcpy(dir, "/tmp/stoker-advisory-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void write_file(const char *below, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, below);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void remove_file(const char *below)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, below);
	(void)remove(path);
}

static int open_one(const char *text, struct ldb_facts **ret, struct stk_error *err)
{
	int rc;

	make_dir();
	write_file("STK-2021-0001.json", text);
	rc = ldb_facts_open(dir, ret, err);
	remove_file("STK-2021-0001.json");
	rmdir(dir);
	return rc;
}

static const struct ldb_advisory *get(const struct ldb_facts *facts, const char *id)
{
	size_t count;
	const struct ldb_advisory *const *all = ldb_facts_advisories(facts, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(all[i]->id, id))
			return all[i];
	return NULL;
}

/* What has the id of one that is built in replaces it. */
START_TEST(reads_all_of_it)
{
	struct ldb_facts *facts;
	struct stk_error err;
	const struct ldb_advisory *a;
	int rc = open_one(START
		"\"withdrawn\": \"2026-02-02T00:00:00Z\", \"references\": [{\"type\": \"WEB\", "
		"\"url\": \"https://u\", \"title\": \"t\"}], \"affected\": [{" PRODUCT ", \"ranges\": [{"
		"\"type\": \"ECOSYSTEM\", \"events\": [{\"introduced\": \"0\"}, {\"fixed\": "
		"\"1.5.0\"}, {\"introduced\": \"1.8.0\"}, {\"last_affected\": \"1.9.0\"}, "
		"{\"introduced\": \"2.0.0\"}]}], \"versions\": [\"1.7.0\"], "
		"\"ecosystem_specific\": {\"devices\": [\"STM32G4\", \"STM32L4\"], "
		"\"option_state\": \"DBANK=1\"}}], \"database_specific\": {\"basis\": \"assumed\", "
		"\"disputed\": \"x\", \"source_notes\": \"n\", \"marks\": [{\"finding\": "
		"\"STK-L202\", \"load_address\": \"0x20000020\"}], \"symptoms\": [{\"text\": \"t\", "
		"\"cause\": \"c\"}], \"instead\": [{\"text\": \"i\", \"version\": \"1\"}]}}",
		&facts, &err);

	ck_assert_msg(rc == 0, "%s", err.msg);
	a = get(facts, "STK-2021-0001");
	ck_assert_msg(strstr(a->path, "/STK-2021-0001.json"), "%s", a->path);
	ck_assert(a->withdrawn && a->disputed && !strcmp(a->basis, "assumed"));
	ck_assert_uint_eq(a->n_affected, 1);
	ck_assert_uint_eq(a->affected->n_ranges, 4);
	ck_assert_str_eq(a->affected->ranges[0].low, "");
	ck_assert_str_eq(a->affected->ranges[0].high, "1.5.0");
	ck_assert(a->affected->ranges[0].high_excluded);
	ck_assert_str_eq(a->affected->ranges[1].low, "1.8.0");
	ck_assert(!a->affected->ranges[1].high_excluded);
	ck_assert_str_eq(a->affected->ranges[2].high, "");
	ck_assert_str_eq(a->affected->ranges[3].low, "1.7.0");
	ck_assert_uint_eq(a->affected->n_devices, 2);
	ck_assert_str_eq(a->affected->option_state, "DBANK=1");
	ck_assert(a->marks->has_load_address && a->marks->load_address == 0x20000020);
	ck_assert_str_eq(a->symptoms->cause, "c");
	ck_assert_str_eq(a->instead->version, "1");
	ck_assert_str_eq(a->references->title, "t");
	ldb_facts_close(facts);
}
END_TEST

START_TEST(built_in_ones_are_by_id)
{
	struct ldb_facts *facts;
	struct stk_error err;
	const struct ldb_advisory *const *all;
	size_t count;

	ck_assert_msg(ldb_facts_open(NULL, &facts, &err) == 0, "%s", err.msg);
	all = ldb_facts_advisories(facts, &count);
	ck_assert_uint_gt(count, 1);
	for (size_t i = 0; i < count; i++) {
		ck_assert_str_eq(all[i]->path, "built in");
		ck_assert(!i || strcmp(all[i - 1]->id, all[i]->id) < 0);
	}
	ldb_facts_close(facts);
}
END_TEST

START_TEST(both_folders)
{
	struct ldb_facts *facts;
	struct stk_error err;
	char sub[64];

	make_dir();
	snprintf(sub, sizeof(sub), "%s/advisories", dir);
	ck_assert_int_eq(mkdir(sub, 0700), 0);
	write_file("advisories/STK-2021-0001.json", START AFFECTED OWN "}");
	write_file("advisories/notes.json", "no JSON at all");
	ck_assert_msg(ldb_facts_open(dir, &facts, &err) == 0, "%s", err.msg);
	remove_file("advisories/STK-2021-0001.json");
	remove_file("advisories/notes.json");
	rmdir(sub);
	rmdir(dir);
	ck_assert_str_eq(get(facts, "STK-2021-0001")->summary, "s");
	ldb_facts_close(facts);
}
END_TEST

static const struct {
	const char *text, *says;
} slips[] = {
	{ "", "line 1" },
	{ "[]", "an object is expected" },
	{ "{}", "schema_version: it is not there" },
	{ "{\"schema_version\": \"2.0.0\"}", "schema_version: \"1.6.0\" is expected" },
	{ START AFFECTED OWN ", \"extra\": 1}", "extra: not a member that is known here" },
	{ "{\"schema_version\": \"1.6.0\", \"id\": \"CVE-2021-0001\"}",
	  "id: an id as \"STK-2026-0001\" is expected" },
	{ "{\"schema_version\": \"1.6.0\", \"id\": \"STK-2021-0002\"}",
	  "id: the file is to be called STK-2021-0002.json" },
	{ "{" HEAD "\"published\": \"2026-01-02\"}", "summary: it is not there" },
	{ "{" HEAD WORDS "\"published\": \"2026-01-02\"}", "published: a time as" },
	{ START OWN "}", "affected: it is not there" },
	{ START "\"affected\": [], " OWN "}", "affected: at least one is expected" },
	{ START "\"affected\": [{}], " OWN "}", "affected[0].package: it is not there" },
	{ START "\"affected\": [{\"package\": {\"ecosystem\": \"cmsis-pack\", \"name\": 5}}]}",
	  "affected[0].package.name: a text is expected" },
	{ START "\"affected\": [{\"package\": {\"ecosystem\": \"cmsis-pack\", \"name\": "
	  "\"cubeide\"}}]}", "affected[0].package.name: 'cubeide' is no pack" },
	{ START "\"affected\": [{\"package\": {\"ecosystem\": \"stm32-toolchain\", \"name\": "
	  "\"Keil.X_DFP\"}}]}", "affected[0].package.name: 'Keil.X_DFP' is a pack" },
	{ START "\"affected\": [{\"package\": {\"ecosystem\": \"npm\", \"name\": \"x\"}}]}",
	  "affected[0].package.ecosystem: \"cmsis-pack\"" },
	{ START "\"affected\": [{\"package\": {\"ecosystem\": \"stm32-toolchain\", \"name\": "
	  "\"gcc\"}}]}", "affected[0].package.name: 'gcc' is neither a toolchain that is known" },
	{ EVENTS("{\"fixed\": \"1.0.0\"}"), "events[0]: \"introduced\", then" },
	{ EVENTS("{\"introduced\": \"1.0.0\"}, {\"introduced\": \"2.0.0\"}"),
	  "events[1]: what was introduced before must end" },
	{ EVENTS("{\"introduced\": \"1.0\", \"fixed\": \"2.0\"}"),
	  "events[0]: what was introduced before must end" },
	{ EVENTS("{\"introduced\": \"2.0.0\"}, {\"fixed\": \"1.0.0\"}"),
	  "events[1].fixed: it is before '2.0.0'" },
	{ EVENTS("{\"introduced\": \"new\"}"), "events[0].introduced: 'new' is no version" },
	{ EVENTS("{\"introduced\": \"1.0\"}, {\"fixed\": \"2.0\", \"last_affected\": \"2.0\"}"),
	  "events[1]: what was introduced before must end" },
	{ EVENTS(""), "ranges[0].events: at least one is expected" },
	{ EVENTS("{\"limit\": \"1\"}"), "events[0].limit: not a member" },
	{ EVENTS("5"), "events[0]: an object is expected" },
	{ START "\"affected\": [{" PRODUCT ", \"ranges\": [{\"type\": \"GIT\", \"events\": []}]}]}",
	  "affected[0].ranges[0].type: \"ECOSYSTEM\"" },
	{ START "\"affected\": [{" PRODUCT ", \"versions\": [\"x\"]}]}",
	  "affected[0].versions[0]: 'x' is no version" },
	{ START "\"affected\": [{" PRODUCT ", \"ecosystem_specific\": {\"devices\": [\"\"]}}]}",
	  "affected[0].ecosystem_specific.devices[0]: it is empty" },
	{ START "\"affected\": [{" PRODUCT ", \"ecosystem_specific\": {\"device\": []}}]}",
	  "affected[0].ecosystem_specific.device: not a member" },
	{ START "\"affected\": [{" PRODUCT ", \"ecosystem_specific\": {\"option_state\": "
	  "\"DBANK\"}}]}", "affected[0].ecosystem_specific.option_state: NAME=VALUE" },
	{ START AFFECTED "\"references\": [{\"type\": \"RUMOUR\", \"url\": \"a://b\"}], " OWN "}",
	  "references[0].type: no type of reference" },
	{ START AFFECTED "\"references\": [{\"type\": \"WEB\", \"url\": \"here\"}], " OWN "}",
	  "references[0].url: a link is expected" },
	{ START AFFECTED "\"references\": [{\"type\": \"WEB\"}], " OWN "}",
	  "references[0].url: it is not there" },
	{ START "\"affected\": [{" PRODUCT "}]}", "database_specific: it is not there" },
	{ START AFFECTED "\"database_specific\": {}}", "database_specific.basis: it is not there" },
	{ START AFFECTED "\"database_specific\": {\"basis\": \"rumour\"}}",
	  "database_specific.basis: \"manual\"" },
	{ MARK(""), "database_specific.marks[0]: a mark that says nothing" },
	{ MARK("\"file_sha256\": \"abc\""),
	  "database_specific.marks[0].file_sha256: a text of 64 lower-case" },
	{ MARK("\"finding\": \"L202\""),
	  "database_specific.marks[0].finding: an id as \"STK-L202\" is expected" },
	{ MARK("\"load_address\": -1"), "database_specific.marks[0].load_address: a number" },
	{ MARK("\"sha256\": \"x\""), "database_specific.marks[0].sha256: not a member" },
	{ START AFFECTED "\"database_specific\": {\"basis\": \"observed\", \"symptoms\": [{}]}}",
	  "database_specific.symptoms[0].text: it is not there" },
	{ START AFFECTED "\"database_specific\": {\"basis\": \"observed\", \"symptoms\": [{"
	  "\"text\": \"t\", \"tool\": \"gcc\"}]}}",
	  "database_specific.symptoms[0].tool: 'gcc' is neither" },
	{ START AFFECTED "\"database_specific\": {\"basis\": \"observed\", \"instead\": {}}}",
	  "database_specific.instead: an array is expected" },
};

START_TEST(slips_are_told)
{
	struct ldb_facts *facts = NULL;
	struct stk_error err;

	ck_assert_int_eq(open_one(slips[_i].text, &facts, &err), -EINVAL);
	ck_assert_ptr_null(facts);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
	ck_assert_msg(strstr(err.msg, "/STK-2021-0001.json: ") && strstr(err.msg, slips[_i].says),
		      "%s", err.msg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("advisory");
	TCase *tc = tcase_create("advisory");

	tcase_add_test(tc, reads_all_of_it);
	tcase_add_test(tc, built_in_ones_are_by_id);
	tcase_add_test(tc, both_folders);
	tcase_add_loop_test(tc, slips_are_told, 0, ARRAY_SIZE(slips));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
