/* SPDX-License-Identifier: MIT */
/* Host profiles by name. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host.h"

static void known_names(char *buf, size_t len)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; host_table[i] && used < len; i++)
		used += (size_t)snprintf(buf + used, len - used, "%s'%s'", i ? ", " : "",
					 host_table[i]->info.name);
}

int stk_host_find(const char *name, const struct stk_host **ret, struct stk_error *err)
{
	char known[200];

	if (!name)
		name = "stoker";
	for (size_t i = 0; host_table[i]; i++)
		if (!strcmp(host_table[i]->info.name, name)) {
			*ret = host_table[i];
			return 0;
		}
	known_names(known, sizeof(known));
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "host-unknown",
			"no host profile is called '%.40s'; known are %s", name, known);
}

const struct stk_host *const *stk_host_list(size_t *ret_count)
{
	size_t n = 0;

	while (host_table[n])
		n++;
	*ret_count = n;
	return host_table;
}

const struct stk_host_info *stk_host_info(const struct stk_host *host)
{
	return &host->info;
}

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
	for (size_t i = 0; host_others[i] && !c; i++) {
		*ret_host = host_others[i];
		c = change_of(*ret_host, key);
	}
	return c;
}

bool host_takes(const struct stk_host_info *host, const char *format)
{
	size_t len = strlen(format);

	for (const char *f = host->formats; (f = strstr(f, format)); f += len)
		if ((f == host->formats || f[-1] == ' ') && (!f[len] || f[len] == ' '))
			return true;
	return false;
}
