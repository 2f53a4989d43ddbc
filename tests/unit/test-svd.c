/* SPDX-License-Identifier: MIT */
/* The SVD reader: a file with one of everything, and what it must refuse. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "svd.h"
#include "unit.h"

static const struct stk_chip *read_small(void)
{
	const struct stk_chip *chip = NULL;
	struct stk_error err = { 0 };
	char path[4096];
	uint8_t *bytes;
	size_t len;

	snprintf(path, sizeof(path), "%s/tests/unit/small.svd", getenv("top_srcdir"));
	ck_assert_int_eq(file_read(path, 1 << 20, &bytes, &len, NULL), 0);
	ck_assert_int_ge(svd_chips.probe(bytes, len), 50);
	ck_assert_msg(!svd_chips.read("small.svd", bytes, len, &chip, &err), "%s", err.msg);
	free(bytes);
	return chip;
}

/* Each as PERIPHERAL.REGISTER with its address, reset value and fields. */
static const struct {
	const char *what, *peripheral, *reg;
	uint64_t address;
	uint32_t reset, value;
	const char *text; /* of value */
} register_case[] = {
	{ "bits in all four ways", "FLASH", "CR", 0x40022014, 0xC0000000, 0x80010C29,
	  "0x80010c29 (PG, PNB=5, WRPA, WRPB, STRT, LOCK)" },
	{ "a number in bits", "FLASH", "KEYR", 0x40022008, 0, 1, "0x00000001" },
	{ "a register that derives, with a field of its own", "FLASH", "CR2", 0x40022054,
	  0xC0000000, 0x8000000A, "0x8000000a (PG, PNB=1, LOCK)" },
	{ "an array", "FLASH", "WRP[2]", 0x40022068, 0, 0, "0x00000000" },
	{ "a peripheral that derives", "FLASH2", "CR", 0x40023014, 0xC0000000, 1,
	  "0x00000001 (PG)" },
	{ "what it adds", "FLASH2", "EXTRA", 0x400233F0, 0, 0, "0x00000000" },
	{ "what it replaces", "FLASH2", "KEYR", 0x4002300C, 0, 0, "0x00000000" },
	{ "a cluster in an array", "DMA", "CH1.CCR", 0x40026080, 0xFFFF, 0, "0x00000000" },
	{ "the next of it", "DMA", "CH2.CCR", 0x400260A0, 0xFFFF, 0, "0x00000000" },
	{ "a cluster in a cluster, by a path", "DMA", "CH2.SUB.X", 0x400260AC, 0xC0000000, 1,
	  "0x00000001 (PG)" },
	{ "a list that is too short", "FLASH", "CFG2", 0x40022078, 0, 0, "0x00000000" },
	{ "a half-word", "DMA", "ISR", 0x40026002, 0xFFFF, 0, "0x00000000" },
	{ "64 bits: the low word's fields", "DMA", "WIDE", 0x40026008, 0xFFFF, 0xF,
	  "0x0000000f (LOW=15)" },
	{ "a peripheral in an array", "GPIOB", "MODER", 0x48000400, 0, 0, "0x00000000" },
	{ "a name that is none", "GPIOA", "odd_name_", 0x48000004, 0, 0, "0x00000000" },
};

START_TEST(registers)
{
	const __typeof__(*register_case) *c = &register_case[_i];
	const struct stk_chip *chip = read_small();
	const struct stk_peripheral *p = stk_chip_peripheral(chip, c->peripheral);
	const struct stk_register *r = p ? stk_peripheral_register(p, c->reg) : NULL;
	char text[120];

	ck_assert_msg(r != NULL, "%s", c->what);
	ck_assert_msg(p->base + r->offset == c->address, "%s: %llx", c->what,
		      (unsigned long long)(p->base + r->offset));
	ck_assert_msg(r->reset == c->reset, "%s: %08x", c->what, r->reset);
	stk_register_text(r, c->value, text, sizeof(text));
	ck_assert_msg(!strcmp(text, c->text), "%s: %s", c->what, text);
	ck_assert_ptr_eq(stk_chip_peripheral_at(chip, c->address), p);
	svd_chips.release(chip);
}
END_TEST

START_TEST(device)
{
	const struct stk_chip *chip = read_small();
	const struct stk_peripheral *flash = stk_chip_peripheral(chip, "FLASH");

	ck_assert_str_eq(chip->name, "SMALL1");
	ck_assert_str_eq(chip->core, "cortex-m0+");
	ck_assert_str_eq(chip->source, "SVD of SMALL1 version 1.2");
	ck_assert_uint_eq(chip->size, sizeof(*chip));
	/* MARK has neither registers nor a block: no place in an address. */
	ck_assert_uint_eq(chip->n_peripherals, 5);
	ck_assert_uint_eq(flash->length, 0x400);
	ck_assert_uint_eq(flash->n_registers, 9);
	ck_assert_uint_eq(stk_chip_peripheral(chip, "FLASH2")->n_registers, 10);
	ck_assert_uint_eq(stk_chip_peripheral(chip, "DMA")->length, 0x100);
	ck_assert_uint_eq(stk_chip_peripheral(chip, "GPIOA")->length, 8);
	for (size_t i = 1; i < flash->n_registers; i++)
		ck_assert_uint_le(flash->registers[i - 1].offset,
				  flash->registers[i].offset);
	svd_chips.release(chip);
}
END_TEST

static const struct {
	const char *text;
	bool ok;
	uint64_t value;
} number_case[] = {
	{ "12", true, 12 }, { "+12", true, 12 }, { "0x1F", true, 31 }, { "0X1f", true, 31 },
	{ "#101", true, 5 }, { "#1x1", true, 5 }, { "4k", true, 4096 }, { "2M", true, 2 << 20 },
	{ "1G", true, 1 << 30 }, { "0xFFFFFFFFFFFFFFFF", true, UINT64_MAX },
	{ "0x10000000000000000", false, 0 }, { "0xFFFFFFFFFFFFFFFFk", false, 0 },
	{ "", false, 0 }, { "0x", false, 0 }, { "#", false, 0 }, { "-1", false, 0 },
	{ "12 ", false, 0 }, { "1kk", false, 0 }, { "#2", false, 0 }, { "a", false, 0 },
};

START_TEST(number)
{
	const __typeof__(*number_case) *c = &number_case[_i];
	uint64_t value = 77;

	ck_assert_msg(svd_parse(c->text, &value) == c->ok, "'%s'", c->text);
	ck_assert_msg(value == (c->ok ? c->value : 77), "'%s': %llx", c->text,
		      (unsigned long long)value);
}
END_TEST

#define DEVICE(inside) "<device>\n<name>D</name>\n<peripherals>\n" inside "</peripherals></device>"
#define BLOCK "<addressBlock><offset>0</offset><size>4</size></addressBlock>"
#define PERIPHERAL(inside) DEVICE("<peripheral><name>P</name><baseAddress>0x40000000" \
	"</baseAddress>" BLOCK "<registers>\n" inside "</registers></peripheral>")
#define FIELD(inside) PERIPHERAL("<register><name>R</name><addressOffset>0</addressOffset>" \
	"<fields>\n" inside "</fields></register>")

static const struct {
	const char *what, *xml, *cause, *said;
} bad_case[] = {
	{ "nothing", "", "svd-xml", "line" },
	{ "no XML", "hello", "svd-xml", "line 1" },
	{ "cut short", "<device>\n<name>D", "svd-xml", "line 2" },
	{ "another file", "<html>\n</html>", "svd-root", "no SVD file" },
	{ "no name", "<device><peripherals/></device>", "svd-name", "<device> has no <name>" },
	{ "no peripherals", "<device><name>D</name></device>", "svd-empty", "<peripherals>" },
	{ "no peripheral", DEVICE(""), "svd-empty", "no peripheral" },
	{ "a peripheral without name", DEVICE("<peripheral><baseAddress>0</baseAddress>"
	  "</peripheral>"), "svd-name", "line 4: <peripheral> has no <name>" },
	{ "a peripheral without address", DEVICE("<peripheral><name>P</name></peripheral>"),
	  "svd-base", "line 4: <peripheral> 'P' has no <baseAddress>" },
	{ "an address that is none", DEVICE("<peripheral><name>P</name>\n<baseAddress>here"
	  "</baseAddress></peripheral>"), "svd-number",
	  "line 5: <baseAddress> 'here' is not a number" },
	{ "past 4 GiB", DEVICE("<peripheral><name>P</name><baseAddress>0xFFFFFFFE"
	  "</baseAddress>" BLOCK "</peripheral>"), "svd-base", "'P' runs past 4 GiB" },
	{ "a block past 4 GiB", DEVICE("<peripheral><name>P</name><baseAddress>0"
	  "</baseAddress><addressBlock><offset>0</offset><size>8G</size></addressBlock>"
	  "</peripheral>"), "svd-block", "larger than 4 GiB" },
	{ "derives from nobody", DEVICE("<peripheral derivedFrom='Q'><name>P</name>"
	  "</peripheral>"), "svd-base", "line 4: <peripheral> derives from 'Q', which is not" },
	{ "derives from another kind", PERIPHERAL("<register derivedFrom='P'><name>R</name>"
	  "</register>"), "svd-base", "derives from 'P'" },
	{ "derives from itself", DEVICE("<peripheral derivedFrom='P'><name>P</name>"
	  "</peripheral>"), "svd-loop", "or from itself" },
	{ "derive from each other", DEVICE("<peripheral derivedFrom='Q'><name>P</name>"
	  "</peripheral><peripheral derivedFrom='P'><name>Q</name></peripheral>"), "svd-loop",
	  "or from itself" },
	{ "a register without offset", PERIPHERAL("<register>\n<name>R</name></register>"),
	  "svd-offset", "line 5: <register> 'R' has no <addressOffset>" },
	{ "a register without name", PERIPHERAL("<register><addressOffset>0</addressOffset>"
	  "</register>"), "svd-name", "line 5" },
	{ "a register beyond 4 GiB", PERIPHERAL("<register><name>R</name>"
	  "<addressOffset>0x100000000</addressOffset></register>"), "svd-offset", "beyond" },
	{ "an array beyond 4 GiB", PERIPHERAL("<register><dim>9</dim><dimIncrement>0x40000000"
	  "</dimIncrement><name>R%s</name><addressOffset>0</addressOffset></register>"),
	  "svd-offset", "beyond 4 GiB" },
	{ "a register of no bits", PERIPHERAL("<register><name>R</name><addressOffset>0"
	  "</addressOffset><size>0</size></register>"), "svd-size", "has 0 bits" },
	{ "a register of 128 bits", PERIPHERAL("<register><name>R</name><addressOffset>0"
	  "</addressOffset><size>128</size></register>"), "svd-size", "has 128 bits" },
	{ "an array of a million", PERIPHERAL("<register><dim>1000000</dim><dimIncrement>4"
	  "</dimIncrement><name>R%s</name><addressOffset>0</addressOffset></register>"),
	  "svd-dim", "1000000 elements" },
	{ "an array of none", PERIPHERAL("<register><dim>0</dim><name>R%s</name>"
	  "<addressOffset>0</addressOffset></register>"), "svd-dim", "0 elements" },
	{ "arrays in arrays", PERIPHERAL("<cluster><dim>8000</dim><dimIncrement>4"
	  "</dimIncrement><name>C%s</name><addressOffset>0</addressOffset><register>"
	  "<dim>8000</dim><dimIncrement>4</dimIncrement><name>R%s</name><addressOffset>0"
	  "</addressOffset></register></cluster>"), "svd-registers", "too much" },
	{ "clusters in clusters", PERIPHERAL("<cluster><name>A</name><cluster><name>B</name>"
	  "<cluster><name>C</name><cluster><name>D</name><cluster><name>E</name><cluster>"
	  "<name>F</name><cluster><name>G</name></cluster></cluster></cluster></cluster>"
	  "</cluster></cluster></cluster>"), "svd-clusters", "more than 6 clusters" },
	{ "a field without bits", FIELD("<field><name>F</name></field>"), "svd-bits",
	  "line 6: <field> has no bitRange" },
	{ "a bit range upside down", FIELD("<field><name>F</name><bitRange>[3:4]</bitRange>"
	  "</field>"), "svd-bits", "'[3:4]' is not of the form" },
	{ "a bit range of words", FIELD("<field><name>F</name><bitRange>high</bitRange>"
	  "</field>"), "svd-bits", "'high'" },
	{ "msb before lsb", FIELD("<field><name>F</name><lsb>3</lsb><msb>2</msb></field>"),
	  "svd-bits", "<msb> is before <lsb>" },
	{ "a DTD", "<!DOCTYPE device [<!ENTITY a 'aaaa'>]>\n<device><name>&a;</name></device>",
	  "svd-dtd", "entities are not read" },
	{ "a DTD elsewhere", "<!DOCTYPE device SYSTEM 'http://localhost/x.dtd'>\n<device/>",
	  "svd-dtd", "DOCTYPE" },
	{ "an entity without DTD", "<device>\n<name>&a;</name></device>", "svd-xml", "line 2" },
};

START_TEST(bad)
{
	const __typeof__(*bad_case) *c = &bad_case[_i];
	const struct stk_chip *chip = NULL;
	struct stk_error err = { 0 };

	ck_assert_msg(svd_chips.read("bad.svd", (const uint8_t *)c->xml, strlen(c->xml),
				     &chip, &err), "%s", c->what);
	ck_assert_msg(!chip && !strcmp(err.cause, c->cause), "%s: %s: %s", c->what,
		      err.cause, err.msg);
	ck_assert_msg(strstr(err.msg, c->said) && strstr(err.msg, "bad.svd"), "%s: %s",
		      c->what, err.msg);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
}
END_TEST

/* An array of fields ends at the word; its offsets must not get around it. */
START_TEST(field_array)
{
	static const char xml[] = FIELD(
		"<field><name>HIGH%s</name><dim>8192</dim><dimIncrement>1</dimIncrement>"
		"<bitOffset>0xFFFFFFFFFFFFFFFF</bitOffset></field>"
		"<field><name>LOW%s</name><dim>8192</dim><dimIncrement>16</dimIncrement>"
		"<bitOffset>8</bitOffset></field>");
	const struct stk_chip *chip = NULL;
	const struct stk_register *r;
	struct stk_error err = { 0 };

	ck_assert_msg(!svd_chips.read("array.svd", (const uint8_t *)xml, strlen(xml), &chip,
				      &err), "%s", err.msg);
	r = &chip->peripherals[0].registers[0];
	ck_assert_uint_eq(r->n_fields, 2);
	ck_assert_str_eq(r->fields[0].name, "LOW0");
	ck_assert_uint_eq(r->fields[0].lsb, 8);
	ck_assert_str_eq(r->fields[1].name, "LOW1");
	ck_assert_uint_eq(r->fields[1].lsb, 24);
	svd_chips.release(chip);
}
END_TEST

/* Deeper than any element of an SVD file: libxml2's own limit stops it. */
START_TEST(deep)
{
	enum { DEPTH = 100000 };
	const struct stk_chip *chip = NULL;
	struct stk_error err = { 0 };
	char *xml = malloc(3 * DEPTH);

	for (size_t i = 0; i < DEPTH; i++)
		memcpy(xml + 3 * i, "<a>", 3);
	ck_assert(svd_chips.read("deep.svd", (uint8_t *)xml, 3 * DEPTH, &chip, &err) < 0);
	ck_assert_str_eq(err.cause, "svd-xml");
	free(xml);
}
END_TEST

START_TEST(probe)
{
	static const char text[] = "\xEF\xBB\xBF\n <?xml version='1.0'?><device>";

	ck_assert_int_eq(svd_chips.probe((const uint8_t *)text, strlen(text)), 90);
	ck_assert_int_eq(svd_chips.probe((const uint8_t *)"<html>", 6), 10);
	ck_assert_int_eq(svd_chips.probe((const uint8_t *)"\x7f" "ELF<device", 11), 0);
	ck_assert_int_eq(svd_chips.probe((const uint8_t *)"", 0), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("svd");
	TCase *tc = tcase_create("svd");

	tcase_set_timeout(tc, 0);
	tcase_add_loop_test(tc, registers, 0, ARRAY_SIZE(register_case));
	tcase_add_test(tc, device);
	tcase_add_loop_test(tc, number, 0, ARRAY_SIZE(number_case));
	tcase_add_loop_test(tc, bad, 0, ARRAY_SIZE(bad_case));
	tcase_add_test(tc, field_array);
	tcase_add_test(tc, deep);
	tcase_add_test(tc, probe);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
