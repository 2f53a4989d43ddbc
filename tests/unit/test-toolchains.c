/* SPDX-License-Identifier: MIT */
/* Toolchains: what is built in, a user's own, and slips in those. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core.h"
#include "loaderdb/facts.h"
#include "unit.h"

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

static const struct {
	const char *tool, *version, *plugin, *programmer, *gdb_server;
} releases[] = {
	{ "cubeide", "1.3.0", "1.3.0.202002181050", "2.4.0", "5.5.0" },
	{ "cubeide", "1.0.0", "1.0.0.201904021149", NULL, NULL },
	{ "cubeide", "1.6.1", "1.6.0.202101291314", NULL, NULL },
	{ "cubeide", "1.7.0", "2.0.0.202105311346", "2.6.0", NULL },
	{ "cubeide", "1.13.2", "2.1.0.202305091550", "2.14.0", NULL },
	{ "cubeide", "1.16.0", "2.1.400.202404281720", "2.17.0", "7.8.0" },
	{ "CubeIDE", "1.8.0", "2.0.100.202110141430", "2.9.0", "6.0.0" },
	{ "cubeide", "1.8", "2.0.100.202110141430", "2.9.0", "6.0.0" },
	{ "cubeide", "1.11.2", "2.0.500.202209151145", "2.12.0", NULL },
	{ "cubeclt", "1.18.0", NULL, "2.19.0", "7.10.0" },
	{ "cube-vscode", "2.22.0+st.1", NULL, "2.22.0", NULL },
};

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

START_TEST(release_brings)
{
	const struct ldb_release *r = ldb_release_find(facts, releases[_i].tool,
						       releases[_i].version);

	ck_assert_ptr_nonnull(r);
	ck_assert(same(r->plugin, releases[_i].plugin));
	ck_assert(same(r->programmer, releases[_i].programmer));
	ck_assert(same(r->gdb_server, releases[_i].gdb_server));
}
END_TEST

START_TEST(unknown_release)
{
	ck_assert_ptr_null(ldb_release_find(facts, "cubeide", "1.5.9"));
	ck_assert_ptr_null(ldb_release_find(facts, "cubeide", "no version"));
	ck_assert_ptr_null(ldb_release_find(facts, "nothing", "1.0.0"));
}
END_TEST

/* That the release has what a preview had is assumed, and says so. */
START_TEST(basis_is_told)
{
	ck_assert_str_eq(ldb_release_find(facts, "cubeide", "1.7.0")->basis, "assumed");
	ck_assert_str_eq(ldb_release_find(facts, "cubeide", "1.8.0")->basis, "observed");
}
END_TEST

START_TEST(plugin_tells_release)
{
	const struct ldb_release *r = ldb_release_of_plugin(facts, "2.0.500.202209151145");

	ck_assert_str_eq(r->version, "1.11.0");
	ck_assert_str_eq(r->tool->name, "cubeide");
	ck_assert_ptr_null(ldb_release_of_plugin(facts, "2.0.500.202209151146"));
}
END_TEST

/* In each list of its own: from old to new, each version once. */
START_TEST(releases_are_in_order)
{
	size_t count;
	const struct ldb_release *r = ldb_facts_releases(facts, &count);

	ck_assert_uint_gt(count, 30);
	for (size_t i = 1; i < count; i++)
		if (r[i].tool == r[i - 1].tool)
			ck_assert_msg(ldb_version_compare(r[i].tool->order, r[i - 1].version,
							  r[i].version) < 0,
				      "%s %s", r[i].tool->name, r[i].version);
}
END_TEST

START_TEST(tools_by_name)
{
	const struct ldb_tool *a, *b;
	struct stk_error err;

	ck_assert_int_eq(ldb_tool_find(facts, "CubeIDE", &a, &err), 0);
	ck_assert_str_eq(a->name, "cubeide");
	ck_assert(!a->pack && a->order == LDB_ORDER_CUBEIDE);
	ck_assert_int_eq(ldb_tool_find(facts, "Acme.Chips_DFP", &a, &err), 0);
	ck_assert(a->pack && a->order == LDB_ORDER_PACK);
	ck_assert_int_eq(ldb_tool_find(facts, "acme.chips_dfp", &b, &err), 0);
	ck_assert_ptr_eq(a, b);
}
END_TEST

static const char *const no_tools[] = { "", "cube", ".", "Keil.", ".DFP", "a.b.c", "a.b c" };

START_TEST(no_such_tool)
{
	const struct ldb_tool *t;
	struct stk_error err;

	ck_assert_int_eq(ldb_tool_find(facts, no_tools[_i], &t, &err), -ENOENT);
	ck_assert_str_eq(err.cause, "toolchain-unknown");
	ck_assert_msg(strstr(err.msg, "'cubeide', "), "%s", err.msg);
	ck_assert_msg(strstr(err.msg, "CMSIS packs"), "%s", err.msg);
}
END_TEST

START_TEST(places_on_each_system)
{
	size_t count, seen = 0;
	const struct facts_place *p = facts_places(facts, &count);

	for (size_t i = 0; i < count; i++) {
		ck_assert(p[i].path && p[i].source && p[i].basis);
		if (!strcmp(p[i].tool->name, "cubeide"))
			seen |= !strcmp(p[i].os, "linux") ? 1u :
				!strcmp(p[i].os, "macos") ? 2u : 4u;
	}
	ck_assert_uint_eq(seen, 7);
}
END_TEST

/* ---- a user's own ----------------------------------------------------- */

static char dir[] = "/tmp/stoker-facts-XXXXXX";

static void write_own(const char *text)
{
	char path[64];
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/toolchains.json", dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void remove_own(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/toolchains.json", dir);
	unlink(path);
	rmdir(dir);
}

#define SOURCED	"\"source\": \"s\", \"basis\": \"observed\""

START_TEST(own_replaces_and_adds)
{
	struct ldb_facts *own;
	struct stk_error err;
	const struct facts_place *p;
	size_t count, before;
	int seen = 0;

	write_own("{\"tool\": {\"cubeide\": {\"title\": \"Ours\", \"order\": \"cubeide\", " SOURCED
		  ", \"place\": [{\"os\": \"linux\", \"path\": \"/our/ide\", " SOURCED "}]}},"
		  "\"release\": [{\"tool\": \"cubeide\", \"version\": \"1.8\", \"programmer\": "
		  "\"2.9.1\", " SOURCED "}, {\"tool\": \"cubeide\", \"version\": \"9.0.0\", "
		  SOURCED "}]}");
	ck_assert_msg(ldb_facts_open(dir, &own, &err) == 0, "%s", err.msg);
	remove_own();
	ck_assert_str_eq(ldb_release_find(own, "cubeide", "1.8.0")->programmer, "2.9.1");
	ck_assert_ptr_nonnull(ldb_release_find(own, "cubeide", "9.0.0"));
	(void)ldb_facts_releases(facts, &before);
	(void)ldb_facts_releases(own, &count);
	ck_assert_uint_eq(count, before + 1);
	p = facts_places(own, &count);
	for (size_t i = 0; i < count; i++)
		if (!strcmp(p[i].tool->name, "cubeide")) {
			ck_assert_str_eq(p[i].path, "/our/ide");
			seen++;
		}
	ck_assert_int_eq(seen, 1);
	ldb_facts_close(own);
}
END_TEST

static const struct {
	const char *text, *says;
} slips[] = {
	{ "[]", ": an object is expected" },
	{ "{\"tols\": {}}", ": tols: not a member that is known here" },
	{ "{\"tool\": []}", ": tool: an object is expected" },
	{ "{\"tool\": {\"x\": {\"title\": \"X\", \"order\": \"age\", " SOURCED "}}}",
	  ": tool.x.order: \"cubeide\", \"cubeprogrammer\" or \"pack\" is expected" },
	{ "{\"tool\": {\"x\": {\"order\": \"pack\", " SOURCED "}}}",
	  ": tool.x.title: it is not there" },
	{ "{\"tool\": {\"x\": {\"title\": \"X\", \"order\": \"pack\", \"basis\": \"observed\"}}}",
	  ": tool.x.source: it is not there" },
	{ "{\"tool\": {\"x\": {\"title\": \"X\", \"order\": \"pack\", \"source\": \"s\", "
	  "\"basis\": \"hearsay\"}}}", ": tool.x.basis: \"manual\", \"observed\"" },
	{ "{\"tool\": {\"x\": {\"title\": \"X\", \"order\": \"pack\", " SOURCED ", \"place\": "
	  "[{\"os\": \"beos\", \"path\": \"/\", " SOURCED "}]}}}",
	  ": tool.x.place[0].os: \"linux\", \"macos\" or \"windows\" is expected" },
	{ "{\"release\": [{\"tool\": \"x\", \"version\": \"1\", " SOURCED "}]}",
	  ": release[0].tool: no tool is called 'x'" },
	{ "{\"release\": [{\"tool\": \"cubeide\", \"version\": \"new\", " SOURCED "}]}",
	  ": release[0].version: 'new' is no version" },
	{ "{\"release\": [{\"tool\": \"cubeide\", \"version\": \"1.0\", \"plugin\": 5, "
	  SOURCED "}]}", ": release[0].plugin: a text is expected" },
	{ "{\"release\": {}}", ": release: an array is expected" },
	{ "{", ": line 1" },
};

START_TEST(own_slips)
{
	struct ldb_facts *own = NULL;
	struct stk_error err;

	write_own(slips[_i].text);
	ck_assert_int_eq(ldb_facts_open(dir, &own, &err), -EINVAL);
	remove_own();
	ck_assert_ptr_null(own);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
	ck_assert_msg(strstr(err.msg, "/toolchains.json: ") && strstr(err.msg, slips[_i].says),
		      "%s", err.msg);
}
END_TEST

START_TEST(own_folder_is_missing)
{
	struct ldb_facts *own;
	struct stk_error err;

	ck_assert_int_eq(ldb_facts_open("/nonexistent", &own, &err), -ENOENT);
	ck_assert_msg(strstr(err.msg, "/nonexistent"), "%s", err.msg);
	ck_assert_int_eq(ldb_facts_open("/dev/null", &own, &err), -ENOTDIR);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("toolchains");
	TCase *tc = tcase_create("toolchains");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, release_brings, 0, ARRAY_SIZE(releases));
	tcase_add_test(tc, unknown_release);
	tcase_add_test(tc, basis_is_told);
	tcase_add_test(tc, plugin_tells_release);
	tcase_add_test(tc, releases_are_in_order);
	tcase_add_test(tc, tools_by_name);
	tcase_add_loop_test(tc, no_such_tool, 0, ARRAY_SIZE(no_tools));
	tcase_add_test(tc, places_on_each_system);
	tcase_add_test(tc, own_replaces_and_adds);
	tcase_add_loop_test(tc, own_slips, 0, ARRAY_SIZE(slips));
	tcase_add_test(tc, own_folder_is_missing);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
