/* SPDX-License-Identifier: MIT */
/*
 * In which install a file lies, for its origin: then "NAME@cubeide@1.8.0" means
 * it. Packs say that themselves.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "import.h"

int import_look(struct import *im, const char *path, struct stk_error *err)
{
	const struct ldb_scan_options opt = {
		.size = sizeof(opt),
		.roots = &path,
		.n_roots = 1,
		.no_digests = true,
	};
	struct stk_error why;
	int r = im->db->facts ? ldb_scan_run(NULL, im->db->facts, &opt, &im->scan, &why) : 0;

	/* What else cannot be read, the import itself will tell. */
	return r == -ENOMEM ? stk_fail_nomem(err) : 0;
}

static bool is_below(const char *folder, const char *path)
{
	const size_t n = strlen(folder);

	return !strncmp(folder, path, n) && path[n] == '/';
}

static int fill(struct import_item *item, const struct ldb_install *install,
		const struct ldb_component *c)
{
	item->tool = strdup(install->tool->name);
	item->version = install->version ? strdup(install->version) : NULL;
	if (asprintf(&item->component, "%s %s", ldb_component_name(c->kind),
		     c->version ? c->version : "of unknown version") < 0)
		item->component = NULL;
	return item->tool && item->component && (item->version || !install->version) ? 0 :
											-ENOMEM;
}

int import_place(const struct import *im, struct import_item *item)
{
	for (size_t i = 0; im->scan && i < im->scan->n_installs; i++) {
		const struct ldb_install *install = &im->scan->installs[i];

		for (size_t k = 0; k < install->n_components; k++) {
			const struct ldb_component *c = &install->components[k];

			if (!c->pack && is_below(c->path, item->path))
				return fill(item, install, c);
		}
	}
	return 0;
}
