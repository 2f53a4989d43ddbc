/* SPDX-License-Identifier: MIT */
/* Target descriptions and memory maps, in the forms that servers give them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/common/gdb/xml.h"
#include "unit.h"

/* ---- registers ---------------------------------------------------------- */

struct annex {
	const char *name, *text;
};

/* The documents of one server, ended by one without a name. */
static int give(void *data, const char *annex, struct gdb_buf *out, struct stk_error *err)
{
	for (const struct annex *a = data; a->name; a++)
		if (!strcmp(a->name, annex)) {
			gdb_buf_put(out, a->text, strlen(a->text));
			return 0;
		}
	return stk_fail(err, STK_ORIGIN_TARGET, ENOENT, "link-lost", "no '%s'", annex);
}

#define FEATURE(x) "<target><feature name='f'>" x "</feature></target>"
#define REG	   "<reg name='r' bitsize='32'/>"
#define REG8	   REG REG REG REG REG REG REG REG
#define REG64	   REG8 REG8 REG8 REG8 REG8 REG8 REG8 REG8
#define REG512	   REG64 REG64 REG64 REG64 REG64 REG64 REG64 REG64
#define INCLUDE(x) "<xi:include href='" x "'/>"
#define INCLUDE8(x) \
	INCLUDE(x)  \
	INCLUDE(x) INCLUDE(x) INCLUDE(x) INCLUDE(x) INCLUDE(x) INCLUDE(x) INCLUDE(x)
#define INCLUDE64(x)                                                            \
	INCLUDE8(x)                                                             \
	INCLUDE8(x) INCLUDE8(x) INCLUDE8(x) INCLUDE8(x) INCLUDE8(x) INCLUDE8(x) \
		INCLUDE8(x)

static const struct {
	const char *what;
	struct annex annex[4];
	const char *found; /* "name number bits," */
} descriptions[] = {
	{ "one document, as OpenOCD has it",
	  { { "target.xml",
	      "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
	      "<target version=\"1.0\">\n<architecture>arm</architecture>\n"
	      "<feature name=\"org.gnu.gdb.arm.m-profile\">\n"
	      "<reg name=\"r0\" bitsize=\"32\" regnum=\"0\" save-restore=\"yes\""
	      " type=\"int\" group=\"general\"/>\n"
	      "<reg name=\"xPSR\" bitsize=\"32\" regnum=\"16\"/>\n</feature>\n"
	      "<feature name=\"org.gnu.gdb.arm.m-system\">\n"
	      "<reg name=\"primask\" bitsize=\"1\" regnum=\"19\" type=\"int8\"/>\n"
	      "</feature></target>\n" } },
	  "r0 0 32,xpsr 16 32,primask 19 1," },
	{ "includes without a namespace, as QEMU has them",
	  { { "target.xml",
	      "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
	      "<xi:include href=\"core.xml\"/><xi:include href=\"fp.xml\"/></target>" },
	    { "core.xml", "<?xml version=\"1.0\"?><!-- c -->\n<!DOCTYPE feature SYSTEM "
			  "\"gdb-target.dtd\">\n<feature name=\"c\"><reg name=\"r0\" "
			  "bitsize=\"32\"/><reg name=\"xpsr\" bitsize=\"32\" "
			  "regnum=\"25\"/></feature>" },
	    { "fp.xml",
	      "<feature name=\"f\"><union id=\"v\"><field name=\"u8\" type=\"x\"/>"
	      "</union><reg name=\"d0\" bitsize=\"64\"/></feature>" } },
	  "r0 0 32,xpsr 25 32,d0 26 64," },
	{ "includes with one",
	  { { "target.xml", "<target xmlns:xi='http://www.w3.org/2001/XInclude'>"
			    "<xi:include href='a'/></target>" },
	    { "a", "<feature name='f'>" REG "</feature>" } },
	  "r 0 32," },
	{ "numbers out of order",
	  { { "target.xml", FEATURE("<reg name='a' bitsize='8' regnum='7'/>"
				    "<reg name='b' bitsize='16'/>"
				    "<reg name='c' bitsize='32' regnum='0x3'/>") } },
	  "c 3 32,a 7 8,b 8 16," },
	{ "no register", { { "target.xml", "<target/>" } }, "" },
	{ "a name longer than any",
	  { { "target.xml",
	      FEATURE("<reg name='CONTROL_FAULTMASK_BASEPRI_PRIMASK' bitsize='32'/>") } },
	  "control_faultmask_basep 0 32," },
	{ "a name that is none",
	  { { "target.xml", FEATURE("<reg name='a&#10;b\xc3\xa4' bitsize='32'/>") } },
	  "a?b?? 0 32," },
};

START_TEST(registers)
{
	const __typeof__(*descriptions) *c = &descriptions[_i];
	struct gdb_buf out = { NULL, 0, 0, false };
	struct gdb_registers regs;
	struct stk_error err;

	ck_assert_msg(!gdb_registers_read(give, (void *)c->annex, &regs, &err), "%s: %s",
		      c->what, err.msg);
	gdb_buf_put(&out, "", 0);
	for (size_t i = 0; i < regs.count; i++)
		gdb_buf_printf(&out, "%s %u %u,", regs.item[i].name, regs.item[i].number,
			       regs.item[i].bits);
	ck_assert_str_eq(out.bytes, c->found);
	gdb_buf_free(&out);
}
END_TEST

static const struct {
	const char *what;
	struct annex annex[4];
	const char *why;
} bad_descriptions[] = {
	{ "nothing", { { "target.xml", "" } }, "is no XML" },
	{ "no XML", { { "target.xml", "E01" } }, "is no XML" },
	{ "half of it", { { "target.xml", "<target><feature" } }, "is no XML" },
	{ "an entity",
	  { { "target.xml", "<!DOCTYPE target [<!ENTITY a \"aaaa\">]>"
			    "<target>&a;</target>" } },
	  "entities" },
	{ "another file",
	  { { "target.xml", "<!DOCTYPE target [<!ENTITY a SYSTEM "
			    "\"file:///etc/passwd\">]><target>&a;</target>" } },
	  "entities" },
	{ "a parameter entity",
	  { { "target.xml", "<!DOCTYPE target [<!ENTITY % a SYSTEM "
			    "'http://localhost/'> %a;]><target/>" } },
	  "entities" },
	{ "an attribute from nowhere",
	  { { "target.xml",
	      "<!DOCTYPE target [<!ATTLIST reg bitsize (a|b) 'a'>]><target/>" } },
	  "entities" },
	{ "an entity that nobody declared",
	  { { "target.xml", "<!DOCTYPE target SYSTEM 'x'>"
			    "<target>&a;</target>" } },
	  "entities" },
	{ "no such document",
	  { { "target.xml", "<target>" INCLUDE("a") "</target>" } },
	  "no 'a'" },
	{ "none at all", { { "other", "" } }, "no 'target.xml'" },
	{ "a circle",
	  { { "target.xml", "<target>" INCLUDE("target.xml") "</target>" } },
	  "without end" },
	{ "two to the power of documents",
	  { { "target.xml", "<target>" INCLUDE64("a") "</target>" }, { "a", "<feature/>" } },
	  "too many documents" },
	{ "a name for another packet",
	  { { "target.xml", "<target>" INCLUDE("a:0,0") "</target>" } },
	  "names no document" },
	{ "no name",
	  { { "target.xml", "<target><xi:include/></target>" } },
	  "names no document" },
	{ "no size", { { "target.xml", FEATURE("<reg name='a'/>") } }, "bitsize" },
	{ "size 0", { { "target.xml", FEATURE("<reg name='a' bitsize='0'/>") } }, "bitsize" },
	{ "too large",
	  { { "target.xml", FEATURE("<reg name='a' bitsize='4097'/>") } },
	  "bitsize" },
	{ "a size over 64 bits",
	  { { "target.xml", FEATURE("<reg name='a' bitsize='18446744073709551648'/>") } },
	  "bitsize" },
	{ "a negative number",
	  { { "target.xml", FEATURE("<reg name='a' bitsize='8' regnum='-1'/>") } },
	  "regnum" },
	{ "the last number and one more",
	  { { "target.xml", FEATURE("<reg name='a' bitsize='8' regnum='65535'/>" REG) } },
	  "above 65535" },
	{ "one number twice",
	  { { "target.xml", FEATURE("<reg name='a' bitsize='8' regnum='1'/>"
				    "<reg name='b' bitsize='8' regnum='0'/>" REG) } },
	  "one number" },
	{ "no name for a register",
	  { { "target.xml", FEATURE("<reg bitsize='8'/>") } },
	  "no name" },
	{ "one more than are read",
	  { { "target.xml", FEATURE(REG512 REG) } },
	  "more registers" },
};

START_TEST(bad_registers)
{
	const __typeof__(*bad_descriptions) *c = &bad_descriptions[_i];
	struct gdb_registers regs = { .count = 77 };
	struct stk_error err;

	ck_assert_msg(gdb_registers_read(give, (void *)c->annex, &regs, &err) < 0, "%s",
		      c->what);
	ck_assert_msg(strstr(err.msg, c->why), "%s: %s", c->what, err.msg);
	ck_assert_msg(!strcmp(err.cause, "server-xml") || !strncmp(err.msg, "no ", 3),
		      "%s", err.cause);
	ck_assert_uint_eq(regs.count, 77);
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

START_TEST(memory_map)
{
	static const char text[] =
		"<?xml version=\"1.0\"?>\n<!DOCTYPE memory-map PUBLIC "
		"\"+//IDN gnu.org//DTD GDB Memory Map V1.0//EN\" "
		"\"http://sourceware.org/gdb/gdb-memory-map.dtd\">\n<memory-map>\n"
		"  <memory type=\"flash\" start=\"0x08000000\" length=\"131072\">\n"
		"    <property name=\"blocksize\"> 0x800 </property></memory>\n"
		"  <memory type=\"rom\" start=\"0x0\" length=\"0x8000000\"/>\n"
		"  <memory type=\"ram\" start=\"0x8020000\" "
		"length=\"0xfffffffff7fe0000\"/>\n"
		"</memory-map>\n";
	static const struct gdb_memory expected[] = {
		{ GDB_MEMORY_ROM, { 0, 0x8000000 }, 0 },
		{ GDB_MEMORY_FLASH, { 0x8000000, 0x20000 }, 0x800 },
		{ GDB_MEMORY_RAM, { 0x8020000, 0xfffffffff7fe0000 }, 0 },
	};
	struct gdb_buf out = { NULL, 0, 0, false };
	struct gdb_memory *map;
	struct stk_error err;
	size_t count;

	/* As it came, and as we write it. */
	gdb_buf_put(&out, text, strlen(text));
	for (int round = 0; round < 2; round++) {
		ck_assert_msg(!gdb_memory_map_read(out.bytes, out.len, &map, &count, &err),
			      "%s", err.msg);
		ck_assert_uint_eq(count, 3);
		for (size_t i = 0; i < 3; i++) {
			ck_assert_int_eq(map[i].kind, expected[i].kind);
			ck_assert_uint_eq(map[i].range.addr, expected[i].range.addr);
			ck_assert_uint_eq(map[i].range.len, expected[i].range.len);
			ck_assert_uint_eq(map[i].block, expected[i].block);
		}
		gdb_buf_clear(&out);
		gdb_memory_map_write(&out, map, count);
		free(map);
	}
	gdb_buf_free(&out);
}
END_TEST

#define MAP(x)	 "<memory-map>" x "</memory-map>"
#define RAM(x)	 MAP("<memory type='ram' " x "/>")
#define FLASH(x) MAP("<memory type='flash' start='0' length='64'>" x "</memory>")

static const struct {
	const char *text, *why;
} bad_maps[] = {
	{ "", "is no XML" },
	{ "<memory-map>", "is no XML" },
	{ "<target/>", "no memory-map" },
	{ "<!DOCTYPE memory-map [<!ENTITY a 'b'>]><memory-map/>", "entities" },
	{ MAP("<memory start='0' length='1'/>"), "neither ram" },
	{ MAP("<memory type='eeprom' start='0' length='1'/>"), "neither ram" },
	{ RAM("length='1'"), "no number" },
	{ RAM("start='0'"), "no number" },
	{ RAM("start='0' length='0x'"), "no number" },
	{ RAM("start='' length='1'"), "no number" },
	{ RAM("start='1g' length='1'"), "no number" },
	{ RAM("start='0x10000000000000000' length='1'"), "no number" },
	{ RAM("start='0' length='0'"), "empty" },
	{ RAM("start='0xffffffffffffffff' length='2'"), "past the end" },
	{ FLASH(""), "blocksize" },
	{ FLASH("<property name='blocksize'/>"), "blocksize" },
	{ FLASH("<property name='blocksize'>0</property>"), "blocksize" },
	{ FLASH("<property name='other'>64</property>"), "blocksize" },
	{ MAP("<memory type='ram' start='16' length='16'/>"
	      "<memory type='ram' start='0' length='17'/>"),
	  "overlap" },
};

START_TEST(bad_memory_map)
{
	struct gdb_memory *map;
	struct stk_error err;
	size_t count;

	ck_assert_int_eq(gdb_memory_map_read(bad_maps[_i].text, strlen(bad_maps[_i].text),
					     &map, &count, &err),
			 -EPROTO);
	ck_assert_msg(strstr(err.msg, bad_maps[_i].why), "%s: %s", bad_maps[_i].text,
		      err.msg);
	ck_assert_str_eq(err.cause, "server-xml");
}
END_TEST

/* More bytes, and more memories, than are read. */
START_TEST(large_memory_map)
{
	struct gdb_buf text = { NULL, 0, 0, false };
	struct gdb_memory *map;
	struct stk_error err;
	size_t count;

	gdb_buf_printf(&text, "<memory-map>");
	for (int i = 0; i < 1025; i++)
		gdb_buf_printf(&text, "<memory type='ram' start='%d' length='1'/>", i);
	gdb_buf_printf(&text, "</memory-map>");
	ck_assert_int_eq(gdb_memory_map_read(text.bytes, text.len, &map, &count, &err),
			 -EPROTO);
	ck_assert_ptr_nonnull(strstr(err.msg, "more memories"));
	while (text.len <= 1 << 20)
		gdb_buf_printf(&text, "%4096s", "");
	ck_assert_int_eq(gdb_memory_map_read(text.bytes, text.len, &map, &count, &err),
			 -EPROTO);
	ck_assert_ptr_nonnull(strstr(err.msg, "1 MiB"));
	gdb_buf_free(&text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gdb-xml");
	TCase *t = tcase_create("documents");

	tcase_add_loop_test(t, registers, 0,
			    sizeof(descriptions) / sizeof(descriptions[0]));
	tcase_add_loop_test(t, bad_registers, 0,
			    sizeof(bad_descriptions) / sizeof(bad_descriptions[0]));
	tcase_add_test(t, memory_map);
	tcase_add_loop_test(t, bad_memory_map, 0, sizeof(bad_maps) / sizeof(bad_maps[0]));
	tcase_add_test(t, large_memory_map);
	suite_add_tcase(s, t);
	return unit_run(s);
}
