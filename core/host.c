/* SPDX-License-Identifier: MIT */
/* Host profiles by name and version. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

#define PARTS		3
#define ANY_PART	UINT_MAX

/* ---- versions --------------------------------------------------------- */

/* "2.9", "2.9.0-RC01"; in the last version of a range "2.6.x": whatever it is. */
struct version {
	unsigned int part[PARTS];
};

static bool parse_version(const char *text, struct version *ret)
{
	struct version v = { { 0 } };
	char *end;

	for (size_t i = 0; i < PARTS; i++) {
		if (i && *text == 'x') {
			while (i < PARTS)
				v.part[i++] = ANY_PART;
			*ret = v;
			return !text[1];
		}
		if (!isdigit((unsigned char)*text))
			return false;
		v.part[i] = (unsigned int)strtoul(text, &end, 10);
		text = end;
		if (*text != '.')
			break;
		text++;
	}
	*ret = v;
	return !*text || *text == '-';
}

static int compare(const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < PARTS; i++) {
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	}
	return 0;
}

/* Is @v after the version @text? A NULL is before all, and after all. */
static bool is_before(const struct version *v, const char *text)
{
	struct version other;

	return text && parse_version(text, &other) && compare(v, &other) < 0;
}

static bool is_after(const struct version *v, const char *text)
{
	struct version other;

	return text && parse_version(text, &other) && compare(v, &other) > 0;
}

static bool holds_for(const struct stk_host *host, const struct version *v)
{
	return !is_before(v, host->info.since) && !is_after(v, host->info.until);
}

enum host_does host_does(const struct stk_host *host, const struct stk_host_change *change)
{
	struct version first = { { 0 } };

	/* Profiles are cut where a change begins: any of their versions will do. */
	if (host->info.since && !parse_version(host->info.since, &first))
		return HOST_MAY;
	if (is_before(&first, change->since))
		return is_after(&first, change->after) ? HOST_MAY : HOST_DOES_NOT;
	return is_after(&first, change->seen) ? HOST_MAY : HOST_DOES;
}

/* ---- names ------------------------------------------------------------ */

static void known_names(char *buf, size_t len)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; host_table[i] && used < len; i++)
		used += (size_t)snprintf(buf + used, len - used, "%s'%s'", i ? ", " : "",
					 host_table[i]->info.name);
	for (const struct host_alias *a = host_aliases; a->name && used < len; a++) {
		if (a == host_aliases || strcmp(a[-1].name, a->name))
			used += (size_t)snprintf(buf + used, len - used, ", '%s@VERSION'",
						 a->name);
	}
}

static int unknown_name(const char *name, struct stk_error *err)
{
	char known[320];

	known_names(known, sizeof(known));
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "host-unknown",
			"no host profile is called '%.40s'; known are %s", name, known);
}

static const struct stk_host *newest(const char *name, size_t len)
{
	for (size_t i = 0; host_table[i]; i++) {
		const char *known = host_table[i]->info.name;

		if (strlen(known) == len && !memcmp(known, name, len))
			return host_table[i];
	}
	return NULL;
}

static int find_version(const char *name, const char *text, const struct stk_host **ret,
			struct stk_error *err)
{
	struct version v;

	if (!parse_version(text, &v))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "host-version-bad",
				"'%.40s' is no version of a host: give numbers, as in '%s@2.9.0'",
				text, name);
	for (size_t i = 0; host_profiles[i]; i++) {
		if (!strcmp(host_profiles[i]->info.name, name) &&
		    holds_for(host_profiles[i], &v)) {
			*ret = host_profiles[i];
			return 0;
		}
	}
	return unknown_name(name, err);
}

/* What goes by another name: the versions that somebody has looked into. */
static int find_alias(const char *name, size_t len, const char *text,
		      const struct stk_host **ret, struct stk_error *err)
{
	char known[300] = "";
	size_t used = 0;

	for (const struct host_alias *a = host_aliases; a->name; a++) {
		if (strlen(a->name) != len || memcmp(a->name, name, len))
			continue;
		if (text && !strcmp(a->version, text))
			return find_version(a->host, a->host_version, ret, err);
		if (used < sizeof(known))
			used += (size_t)snprintf(known + used, sizeof(known) - used,
						 "%s%s", used ? ", " : "", a->version);
	}
	if (!used)
		return unknown_name(name, err);
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "host-version-unknown",
			"which programmer '%.40s' brings is not known; it is for the "
			"versions %s", name, known);
}

int stk_host_find(const char *name, const struct stk_host **ret, struct stk_error *err)
{
	const char *at = name ? strchr(name, '@') : NULL;
	size_t len = at ? (size_t)(at - name) : name ? strlen(name) : 0;
	const struct stk_host *host = name ? newest(name, len) : host_table[0];

	if (!host)
		return find_alias(name, len, at ? at + 1 : NULL, ret, err);
	if (at)
		return find_version(host->info.name, at + 1, ret, err);
	*ret = host;
	return 0;
}

/* ---- lists ------------------------------------------------------------ */

static const struct stk_host *const *counted(const struct stk_host *const *list,
					     size_t *ret_count)
{
	size_t n = 0;

	while (list[n])
		n++;
	*ret_count = n;
	return list;
}

const struct stk_host *const *stk_host_list(size_t *ret_count)
{
	return counted(host_table, ret_count);
}

const struct stk_host *const *stk_host_profiles(size_t *ret_count)
{
	return counted(host_profiles, ret_count);
}

const struct stk_host_info *stk_host_info(const struct stk_host *host)
{
	return &host->info;
}

/* ---- what they mind --------------------------------------------------- */

static const struct stk_host_change *change_of(const struct stk_host_info *host,
					       const char *key)
{
	for (size_t i = 0; i < host->n_changes; i++)
		if (!strcmp(host->changes[i].key, key))
			return &host->changes[i];
	return NULL;
}

const struct stk_host_change *host_change_find(const char *key,
					       const struct stk_host_info **ret_host)
{
	const struct stk_host_change *c = NULL;

	for (size_t i = 0; host_table[i] && !c; i++) {
		*ret_host = &host_table[i]->info;
		c = change_of(*ret_host, key);
	}
	return c;
}

const struct host_source *host_source_of(const struct stk_host *host, const char *key)
{
	for (size_t i = 0; i < host->n_sources; i++)
		if (!strcmp(host->sources[i].key, key))
			return &host->sources[i];
	return NULL;
}

bool host_takes(const struct stk_host_info *host, const char *format)
{
	size_t len = strlen(format);

	if (!strcmp(host->formats, "any"))
		return true;
	for (const char *f = host->formats; (f = strstr(f, format)); f += len)
		if ((f == host->formats || f[-1] == ' ') && (!f[len] || f[len] == ' '))
			return true;
	return false;
}
