/* SPDX-License-Identifier: GPL-2.0-only */
/* options.c - what follows the chip in "emu:CHIP,key=value,..." */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "priv.h"

static bool given(const struct emu_options *o, const char *key)
{
	for (unsigned int i = 0; i < o->n; i++)
		if (!strcmp(o->option[i].key, key))
			return true;
	return false;
}

/* Takes @text over. */
static int add(struct emu *emu, char *text, struct stk_error *err)
{
	struct emu_options *o = &emu->options;
	char *eq = strchr(text, '=');
	bool twice;

	o->text[o->n] = text;
	if (eq)
		*eq = '\0';
	twice = given(o, text) && strcmp(text, "fail");
	o->option[o->n].key = text;
	o->option[o->n].value = eq ? eq + 1 : "";
	o->n++;
	if (!eq)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"option %s of emu:%s needs a value: %s=VALUE", text,
				emu->chip->name, text);
	if (twice)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"option %s of emu:%s is given twice", text,
				emu->chip->name);
	return 0;
}

int options_parse(struct emu *emu, const char *const *options, struct stk_error *err)
{
	int r = 0;

	for (; !r && options && *options; options++) {
		char *text;

		if (emu->options.n == EMU_MAX_OPTION)
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
					"more than %d options for emu:%s", EMU_MAX_OPTION,
					emu->chip->name);
		text = strdup(*options);
		r = text ? add(emu, text, err) : stk_fail_nomem(err);
	}
	return r;
}

void options_free(struct emu *emu)
{
	unsigned int i;

	for (i = 0; i < emu->options.n; i++)
		free(emu->options.text[i]);
}

/* Remember the name for the sentence of options_check(). */
static void remember(struct emu_options *o, const char *key)
{
	size_t len = strlen(o->known);
	const char *dot = strchr(key, '.');
	char name[64];

	/* opt.WRP1AR and the like are many: the sentence names the kind. */
	if (dot)
		snprintf(name, sizeof(name), "%.*s.NAME", (int)(dot - key), key);
	else
		snprintf(name, sizeof(name), "%s", key);
	if (strstr(o->known, name))
		return;
	snprintf(o->known + len, sizeof(o->known) - len, "%s%s", len ? ", " : "", name);
}

const char *emu_option(struct emu *emu, const char *key)
{
	struct emu_options *o = &emu->options;
	const char *value = NULL;
	unsigned int i;

	remember(o, key);
	for (i = 0; i < o->n; i++) {
		if (strcmp(o->option[i].key, key))
			continue;
		o->option[i].known = true;
		value = o->option[i].value;
	}
	return value;
}

const char *options_nth(struct emu *emu, const char *key, unsigned int n)
{
	struct emu_options *o = &emu->options;
	unsigned int i;

	emu_option(emu, key);
	for (i = 0; i < o->n; i++)
		if (!strcmp(o->option[i].key, key) && !n--)
			return o->option[i].value;
	return NULL;
}

int options_u64(struct emu *emu, const char *key, uint64_t fallback, uint64_t *ret,
		struct stk_error *err)
{
	const char *text = emu_option(emu, key);
	uint64_t value = fallback;

	if (text && stk_parse_u64(text, &value))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"%s=%s: a number is expected", key, text);
	*ret = value;
	return 0;
}

int options_bool(struct emu *emu, const char *key, bool fallback, bool *ret,
		 struct stk_error *err)
{
	const char *text = emu_option(emu, key);

	if (text && strcmp(text, "0") && strcmp(text, "1"))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"%s=%s: 0 or 1 is expected", key, text);
	*ret = text ? *text == '1' : fallback;
	return 0;
}

int options_check(struct emu *emu, struct stk_error *err)
{
	struct emu_options *o = &emu->options;
	unsigned int i;

	for (i = 0; i < o->n; i++) {
		if (o->option[i].known)
			continue;
		if (!strncmp(o->option[i].key, "rule.", 5))
			return choices_unknown_rule(emu, o->option[i].key + 5, err);
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"emu:%s has no option %s; it knows %s", emu->chip->name,
				o->option[i].key, o->known);
	}
	return 0;
}

const char *emu_rule_variant(struct emu *emu, const char *id, const char *fallback)
{
	char key[64];
	const char *value;

	snprintf(key, sizeof(key), "rule.%s", id);
	value = emu_option(emu, key);
	return value ? value : fallback;
}
