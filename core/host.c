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

const struct stk_host_change *host_change_find(const char *key,
					       const struct stk_host **ret_host)
{
	for (size_t i = 0; host_table[i]; i++) {
		const struct stk_host_info *host = &host_table[i]->info;

		for (size_t k = 0; k < host->n_changes; k++) {
			if (!strcmp(host->changes[k].key, key)) {
				*ret_host = host_table[i];
				return &host->changes[k];
			}
		}
	}
	return NULL;
}
